"""The link gate: every link leads to its anchor's leaf, and a page number that it prints is that leaf's folio.

Rectangles of annotations and pdfium's text are both in the default user space (ISO 32000-1, 8.3.2.3), wherever the
origins of the page's boxes lie.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pypdfium2
from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, String

from policybook.diagnostics import Problem
from policybook.geometry import Box
from policybook.pagination import roman
from policybook.sheets import Leaf

#: The schemes of links that binding turns into links within the book.
_UNBOUND = ("book:", "book-page:")
_FOLIO = r"(?P<folio>\d+|[ivxl]+)"
#: Texts that are a page number, or a locator of an index: 12, 12–14, 12n3, 12nn3–4, 12t, page 12, xii.
_NUMBER = re.compile(rf"(?:(?:pages?|pp?\.)\s+)?{_FOLIO}(?:\s*[–-]\s*[\divxl]+)?(?:nn?\d+(?:[–-]\d+)?|[tf])?")
#: Texts that end in one: “Title,” page 12, or a line of the contents with its leaders.
_AT_END = re.compile(rf"(?:\bpages?\s+|(?:[.…·]\s*){{3,}}){_FOLIO}$")
#: Anchors of notes and of their marks: links to them print the note's number.
_NOTE = re.compile(r".+\.(?:note|ref)\.(?P<number>\d+)(?:\.\d+)?")
_DASHES = ("–", "-")
_MARKS = " ,;:.()[]“”–-"
#: Roman folios, as front matter has them; other words of the same letters are words.
_ROMANS = frozenset(roman(number) for number in range(1, 90))
#: How far two edges that are meant to be one may lie apart, in points.
_TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class _Link:
    """A link within the book: the text in its rectangle, its anchor (or an empty string), and the leaf it leads to."""

    text: str
    box: Box
    anchor: str
    target: int | None


def check_links(pdf: bytes, leaves: Sequence[Leaf], anchors: Mapping[str, int]) -> tuple[Problem, ...]:
    """A problem (WHOL003) for each link that leads nowhere, to another leaf than its anchor's, or to another folio.

    `anchors` are the leaves, from 0, on which the anchors of the book were observed. Links to the web are not followed.
    """
    problems: list[Problem] = []
    with Pdf.open(io.BytesIO(pdf)) as source, pypdfium2.PdfDocument(pdf) as text_layer:
        destinations = _Destinations.of(source)
        for index, page in enumerate(source.pages):
            annotations = [a for a in page.obj.get("/Annots", Array()) if a.get("/Subtype") == Name.Link]
            where = f"page {leaves[index].folio}" if index < len(leaves) else f"leaf {index + 1}"
            if annotations:
                text_page = text_layer[index].get_textpage()
                links, faults = _read(annotations, text_page, destinations)
                faults += [fault for link in links if (fault := _misled(link, leaves, anchors))]
                faults += [fault for link in _speaking(links) if (fault := _false_folio(link, leaves))]
                problems += [Problem("WHOL003", f"{where}: {fault}") for fault in faults]
    return tuple(problems)


@dataclass(frozen=True, slots=True)
class _Destinations:
    """Where the file's destinations lead: the leaf of each name, and of each page by its object's number."""

    names: Mapping[str, int | None]
    pages: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, pdf: Pdf) -> _Destinations:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        unnamed = cls({}, pages)
        named: dict[str, Object] = {}
        tree = pdf.Root.get("/Names", Dictionary()).get("/Dests")
        if tree is not None:
            named.update((str(name), place) for name, place in NameTree(tree).items())
        for name, place in pdf.Root.get("/Dests", Dictionary()).items():
            named[name.removeprefix("/")] = place
        return cls({name: unnamed.leaf(place) for name, place in named.items()}, pages)

    def leaf(self, destination: Object) -> int | None:
        """The leaf of a destination (ISO 32000-1, 12.3.2), or None if there is none."""
        place = destination.get("/D") if isinstance(destination, Dictionary) else destination
        if not isinstance(place, Array) or not len(place) or not isinstance(place[0], Dictionary):
            return None
        return self.pages.get(place[0].objgen)


def _read(annotations: Sequence[Object], text_page: Any, known: _Destinations) -> tuple[list[_Link], list[str]]:
    """The links within the book in the order of the page, and what is wrong with those that are none."""
    links: list[_Link] = []
    faults: list[str] = []
    for annotation in annotations:
        box = _box(annotation)
        # A hair inside the rectangle, so that what touches it from outside is not read as part of it.
        inner = box.grown(-0.1)
        read = text_page.get_text_bounded(inner.left, inner.bottom, inner.right, inner.top)
        text = " ".join(str(read).split())
        action = annotation.get("/A", Dictionary())
        address = str(action.get("/URI", ""))
        destination = annotation.get("/Dest", action.get("/D"))
        if address.startswith(_UNBOUND):
            faults.append(f"“{text}” still leads to the address {unquote(address)}")
        elif isinstance(destination, (String, Name)):
            anchor = str(destination).removeprefix("/" if isinstance(destination, Name) else "")
            links.append(_Link(text, box, anchor, known.names.get(anchor)))
        elif destination is not None:
            links.append(_Link(text, box, "", known.leaf(destination)))
        elif not address:
            faults.append(f"“{text}” is a link and leads nowhere")
    return links, faults


def _box(annotation: Object) -> Box:
    x0, y0, x1, y1 = (float(number) for number in annotation.Rect)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _misled(link: _Link, leaves: Sequence[Leaf], anchors: Mapping[str, int]) -> str:
    """What is wrong with where a link leads, or an empty string."""
    if link.target is None:
        return f"“{link.text}” leads to “{link.anchor}”, which is no place in the file"
    if not link.anchor:
        return ""
    meant = anchors.get(link.anchor)
    if meant is None:
        return f"“{link.text}” leads to “{link.anchor}”, which is no anchor of the book"
    if meant != link.target:
        led, due = (_page(target, leaves) for target in (link.target, meant))
        return f"“{link.text}” leads to {led}, but “{link.anchor}” is on {due}"
    return ""


def _page(index: int, leaves: Sequence[Leaf]) -> str:
    return f"page {leaves[index].folio}" if index < len(leaves) else f"leaf {index + 1}"


def _speaking(links: Sequence[_Link]) -> Iterator[_Link]:
    """The links whose own text is a promise.

    The layout engine makes a link of each box inside a link. Such a box is silent where the whole makes a promise of
    its own, and of the numbers in one link only the last is a page: the first may be a table's. The second number of a
    range may stand on the next line, in a rectangle of its own.
    """
    by_anchor: dict[str, list[_Link]] = {}
    for link in links:
        by_anchor.setdefault(link.anchor, []).append(link)
    for alike in by_anchor.values():
        for i, link in enumerate(alike):
            goes_on = i > 0 and alike[i - 1].text.endswith(_DASHES)
            if not goes_on and not any(_speaks_for(outer, link, alike[i + 1 :]) for outer in alike):
                yield link


def _speaks_for(outer: _Link, inner: _Link, later: Sequence[_Link]) -> bool:
    """Whether a link holds another, and makes a promise itself or holds a later one that does."""
    if not _holds(outer.box, inner.box):
        return False
    return _promise(outer.text) is not None or any(
        _promise(link.text) is not None and _holds(outer.box, link.box) for link in later
    )


def _holds(outer: Box, inner: Box) -> bool:
    """Whether a rectangle lies in a wider one."""
    around, within = outer.grown(_TOLERANCE), outer.grown(-_TOLERANCE)
    across = around.left <= inner.left and inner.right <= around.right
    upright = around.bottom <= inner.bottom and inner.top <= around.top
    return across and upright and (inner.left > within.left or inner.right < within.right)


def _promise(text: str) -> str | None:
    """The page number that a text is or ends in."""
    bare = text.strip(_MARKS)
    match = _NUMBER.fullmatch(bare) or _AT_END.search(bare)
    return match["folio"] if match else None


def _false_folio(link: _Link, leaves: Sequence[Leaf]) -> str:
    """How the number that a link prints differs from that of the place that it leads to, or an empty string."""
    if link.target is None or link.target >= len(leaves):
        return ""
    bare = link.text.strip(_MARKS).removeprefix("note ")
    note = _NOTE.fullmatch(link.anchor)
    if note and bare.isdecimal():
        return "" if bare == note["number"] else f"“{bare}” leads to note {note['number']}"
    printed, folio = _promise(link.text), str(leaves[link.target].folio)
    if printed is None or printed == folio or not (printed in _ROMANS or _may_be_a_page(printed, leaves)):
        return ""
    return f"“{link.text}” leads to page {folio}"


def _may_be_a_page(number: str, leaves: Sequence[Leaf]) -> bool:
    """Whether a number may be meant as a page of this book; a number of four figures in a book of fewer is a year."""
    year = 4
    longest = max((len(str(leaf.folio.number)) for leaf in leaves if leaf.folio.arabic), default=0)
    return number.isdecimal() and (len(number) < year or len(number) <= longest)
