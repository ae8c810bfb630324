"""Ways through the bound book: links, named destinations, bookmarks and page labels (ISO 32000-1, 12.3 and 12.4)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import unquote

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Pdf, String

from policybook.diagnostics import Problem, suggestion
from policybook.pagination import Folio
from policybook.sheets import Leaf, Outline, Sheets

#: The scheme of links to an anchor of the book, which leave the layout engine as links to an address.
SCHEME = "book:"
#: Annotation flag: printed with the page (ISO 32000-1, 12.5.3; PDF/A forbids others).
_PRINT = 4


def repeated_anchors(sheets: Sequence[Sheets]) -> list[Problem]:
    """A problem (WHOL003) for each anchor that stands in more than one division."""
    first: dict[str, str] = {}
    problems = []
    for division in sheets:
        for anchor in division.anchors:
            other = first.setdefault(anchor, division.division)
            if other != division.division:
                message = f"the anchor “{anchor}” stands in {other} and in {division.division}"
                problems.append(Problem("WHOL003", message))
    return problems


def anchor_words(
    sheets: Sequence[Sheets], folio_of: Mapping[tuple[str, int], Folio], titles: Mapping[str, str]
) -> dict[str, str]:
    """The words that a link to each anchor of the book is described by: its title, or the page that it is on."""
    return {
        anchor: titles.get(anchor) or f"page {folio_of[division.division, place.sheet]}"
        for division in sheets
        for anchor, place in division.anchors.items()
    }


def lead_links(source: Pdf, division: str, folios: Sequence[Folio], words: Mapping[str, str]) -> list[Problem]:
    """Makes the links of a division lead to named destinations, and all links say where they lead.

    `folios` are those of the division's sheets; `words` describes each anchor of the book. Returns a problem (WHOL003)
    for each link to an anchor that is not among them.
    """
    problems = []
    for page, folio in zip(source.pages, folios, strict=True):
        for annotation in page.obj.get("/Annots", Array()):
            annotation.F = _PRINT
            anchor = _anchor(annotation)
            if anchor is None:
                _describe_address(annotation)
            elif anchor in words:
                _lead(annotation, anchor, words[anchor])
            else:
                where = f"{division}, page {folio}: a link leads to “{anchor}”, which is nowhere in the book"
                problems.append(Problem("WHOL003", where, hint=suggestion(anchor, words)))
    return problems


def _anchor(annotation: Object) -> str | None:
    """The anchor that a link names: in this division as a destination, in another as an address."""
    if isinstance(annotation.get("/Dest"), String):
        return str(annotation.Dest)
    address = _address(annotation)
    if address is not None and address.startswith(SCHEME):
        return unquote(address.removeprefix(SCHEME))
    return None


def _address(annotation: Object) -> str | None:
    action = annotation.get("/A", Dictionary())
    return str(action.URI) if action.get("/S") == Name.URI else None


def _lead(annotation: Object, anchor: str, words: str) -> None:
    annotation.Dest = String(anchor)
    # PDF/UA-1, 7.18.5: a link has an alternate description.
    annotation.Contents = String(words)
    if "/A" in annotation:
        del annotation["/A"]


def _describe_address(annotation: Object) -> None:
    """WeasyPrint describes a link by its bare address."""
    address = _address(annotation)
    if address is not None and str(annotation.get("/Contents", "")) in ("", address):
        mail = address.removeprefix("mailto:")
        annotation.Contents = String(f"Web page: {address}" if mail == address else f"E-mail: {unquote(mail)}")


def set_destinations(target: Pdf, leaf_of: Mapping[tuple[str, int], int], sheets: Sequence[Sheets]) -> None:
    """Names every anchor's place, in a name tree of one node sorted by bytes (ISO 32000-1, 7.9.6)."""
    names = []
    for division in sheets:
        for anchor, place in division.anchors.items():
            page = target.pages[leaf_of[division.division, place.sheet]].obj
            point = Array([page, Name.XYZ, round(place.x, 3), round(place.y, 3), None])
            names.append((String(anchor), point))
    names.sort(key=lambda entry: bytes(entry[0]))
    flat = Array([part for entry in names for part in entry])
    target.Root.Names = Dictionary(Dests=target.make_indirect(Dictionary(Names=flat)))


def dead_outlines(outlines: Sequence[Outline], anchors: Container[str]) -> list[Problem]:
    """A problem (WHOL003) for each bookmark that leads to no anchor."""
    return [
        Problem("WHOL003", f"the bookmark “{o.title}” leads to “{o.anchor}”, which is nowhere in the book")
        for o in outlines
        if o.anchor not in anchors
    ]


def set_outlines(target: Pdf, outlines: Sequence[Outline]) -> None:
    """Writes the bookmarks, nested by level; those of the first level are shown, the others folded away below them."""
    tops: list[OutlineItem] = []
    above: list[tuple[int, OutlineItem]] = []
    for outline in outlines:
        item = OutlineItem(outline.title, String(outline.anchor))
        item.is_closed = True
        while above and above[-1][0] >= outline.level:
            above.pop()
        (above[-1][1].children if above else tops).append(item)
        above.append((outline.level, item))
    with target.open_outline() as tree:
        tree.root.extend(tops)


def set_labels(target: Pdf, leaves: Sequence[Leaf]) -> None:
    """Makes a viewer count the pages as the folios do (ISO 32000-1, 12.4.2)."""
    entries: list[object] = []
    for start, leaf in _runs(leaves):
        if leaf.label:
            entries += [start, Dictionary(Type=Name.PageLabel, P=String(leaf.label))]
        else:
            style = Name.D if leaf.folio.arabic else Name.r
            entries += [start, Dictionary(Type=Name.PageLabel, S=style, St=leaf.folio.number)]
    target.Root.PageLabels = Dictionary(Nums=Array(entries))


def _runs(leaves: Sequence[Leaf]) -> Iterator[tuple[int, Leaf]]:
    """The first leaf of each run in which the folios count up by one; a leaf with a label of its own is a run."""
    runs = groupby(
        enumerate(leaves), key=lambda entry: (entry[1].label, entry[1].folio.arabic, entry[1].folio.number - entry[0])
    )
    for _, run in runs:
        yield next(run)
