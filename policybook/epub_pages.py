"""Where the pages of the print edition begin in the text of the EPUB.

What is known are the folios of anchors: headings, marks of notes and of indexes, cases, entries, ends. A page begins
behind the last anchor of the page before it and no later than the first anchor that is known to be on it. Its mark is
put between the two: before the paragraph, heading, row or entry that is nearest to where the page would begin if text
filled the space evenly, or, if the two stand in one paragraph, at the second, which is never too early.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate

from policybook.book import Division
from policybook.diagnostics import ContentError, Problem
from policybook.epub_names import anchor_of, file_of, page_fragment
from policybook.pagination import Folio, Pagination

#: Elements before which a page may begin, where their parent is one of `_FLOW`.
_BLOCKS = frozenset("p h2 h3 ul ol dl div figure aside section blockquote".split())  # noqa: SIM905
_FLOW = frozenset("section div aside blockquote li dd".split())  # noqa: SIM905
#: Elements at whose start a page may begin, since none may begin before them.
_ITEMS = frozenset({"li", "dt"})
#: What no page breaks in.
_WHOLE = frozenset({"figure", "header", "svg", "thead", "caption"})
#: What the last line of an element leaves empty, and the space behind it, in characters.
_LINE_END = {"p": 30, "li": 30, "dt": 20, "dd": 30, "tr": 50, "h2": 100, "h3": 60}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the print edition: its folio, and the file and fragment of its mark."""

    folio: str
    file: str
    fragment: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in a document: the byte at which it is, the characters of text before it, and a mark's element there.

    `opens` tells that a page begins there in print, whatever the length of the text.
    """

    at: int
    depth: int
    element: str
    opens: bool = False


@dataclass(frozen=True, slots=True)
class _Break:
    """The beginning of a page: its folio, and the spot of its mark."""

    folio: Folio
    spot: _Spot


class _Reader:
    """Reads a document: its anchors with their spots, and the spots at which a page may begin."""

    def __init__(self, document: bytes) -> None:
        self._document = document
        self._parents: list[str] = []
        self._depth = 0
        self._whole = 0
        self.anchors: list[tuple[str, _Spot]] = []
        self.spots: list[_Spot] = []
        self.start: _Spot | None = None
        parser = ParserCreate()
        parser.StartElementHandler = lambda name, attributes: self._open(name, attributes, parser.CurrentByteIndex)
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._characters
        parser.Parse(document, True)

    def _open(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        parent = self._parents[-1] if self._parents else ""
        inside = self._document.index(b">", at) + 1
        first_cell = parent == "tr" and self._document.startswith(b"<tr>", self._document.rfind(b"<", 0, at))
        if self.start is None and name == "section":
            self.start = _Spot(inside, self._depth, "div")
        elif not self._whole and name in _BLOCKS and parent in _FLOW:
            self.spots.append(_Spot(at, self._depth, "div", "data-opens-page" in attributes))
        elif not self._whole and (name in _ITEMS or first_cell):
            self.spots.append(_Spot(inside, self._depth, "span"))
        if "id" in attributes:
            spot = _Spot(inside if name in _ITEMS else at, self._depth, "span")
            self.anchors.append((anchor_of(attributes["id"]), spot))
        self._whole += name in _WHOLE
        self._parents.append(name)

    def _close(self, name: str) -> None:
        self._whole -= name in _WHOLE
        self._depth += _LINE_END.get(name, 0)
        self._parents.pop()

    def _characters(self, text: str) -> None:
        self._depth += len("".join(text.split()))


def with_pages(document: str, division: Division, pagination: Pagination) -> tuple[str, tuple[Page, ...]]:
    """The document of a division with a mark where each of its pages begins, and those pages.

    Raises ContentError (LAYT001) if the document is not well-formed XML.
    """
    source = document.encode()
    try:
        reader = _Reader(source)
    except ExpatError as error:
        raise ContentError([Problem("LAYT001", f"the EPUB's document of {division.id}: {error}")]) from error
    breaks = list(_breaks(reader, division.id, pagination.folios))
    marked, behind = [], 0
    for page in breaks:
        marked += [source[behind : page.spot.at], _mark(str(page.folio), page.spot.element)]
        behind = page.spot.at
    marked.append(source[behind:])
    pages = tuple(Page(str(page.folio), file_of(division.id), page_fragment(str(page.folio))) for page in breaks)
    return b"".join(marked).decode(), pages


def _mark(folio: str, element: str) -> bytes:
    """The mark of a page (DPUB-ARIA 1.1, doc-pagebreak): the folio alone is its label."""
    attributes = f'epub:type="pagebreak" role="doc-pagebreak" id="{page_fragment(folio)}" aria-label="{folio}"'
    return f"<{element} {attributes}></{element}>".encode()


def _breaks(reader: _Reader, division: str, folios: Mapping[str, Folio]) -> Iterator[_Break]:
    """The beginnings of a division's pages in the order of the text."""
    first = folios.get(division)
    if first is None or reader.start is None:
        return
    yield _Break(first, reader.start)
    page, last = first.number, reader.start
    for anchor, spot in reader.anchors:
        folio = folios.get(anchor)
        if folio is None or folio.arabic != first.arabic or folio.number < page:
            continue
        count = folio.number - page
        opening = page == first.number and last.depth == reader.start.depth
        for place in range(1, count + 1):
            share = place / (count + 0.5) if opening else (place - 0.5) / count
            yield _Break(Folio(first.arabic, page + place), _nearest(reader.spots, last, spot, share))
        page, last = folio.number, spot


def _nearest(spots: list[_Spot], after: _Spot, until: _Spot, share: float) -> _Spot:
    """The spot behind one anchor and no later than another that is nearest to a share of the text between them."""
    low = bisect_right(spots, after.at, key=lambda spot: spot.at)
    high = bisect_right(spots, until.at, key=lambda spot: spot.at)
    wanted = after.depth + share * (until.depth - after.depth)
    found = [spot for spot in spots[low:high] if spot.depth > after.depth]
    return min(found, key=lambda spot: (not spot.opens, abs(spot.depth - wanted)), default=until)
