"""Ways through the bound book: links, named destinations, bookmarks and page labels (ISO 32000-1, 12.3 and 12.4)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from policybook.diagnostics import Problem, suggestion
from policybook.gathering import Gathering, Link
from policybook.pagination import Folio
from policybook.pdf_file import PdfFile, array, dictionary, literal, number, reference, text_string
from policybook.sheets import Leaf, Outline

#: Annotation flag: printed with the page (ISO 32000-1, 12.5.3; PDF/A forbids others).
_PRINT = b"4"


def repeated_anchors(gatherings: Sequence[Gathering]) -> list[Problem]:
    """A problem (WHOL003) for each anchor that stands in more than one division."""
    first: dict[str, str] = {}
    problems = []
    for gathering in gatherings:
        for anchor in gathering.anchors:
            other = first.setdefault(anchor, gathering.division)
            if other != gathering.division:
                message = f"the anchor “{anchor}” stands in {other} and in {gathering.division}"
                problems.append(Problem("WHOL003", message))
    return problems


def anchor_words(
    gatherings: Sequence[Gathering], folio_of: Mapping[tuple[str, int], Folio], titles: Mapping[str, str]
) -> dict[str, str]:
    """The words that a link to each anchor of the book is described by: its title, or the page that it is on."""
    return {
        anchor: titles.get(anchor) or f"page {folio_of[gathering.division, place.sheet]}"
        for gathering in gatherings
        for anchor, place in gathering.anchors.items()
    }


def dead_links(gathering: Gathering, folios: Sequence[Folio], words: Mapping[str, str]) -> Iterator[Problem]:
    """A problem (WHOL003) for each link of a division to an anchor that is nowhere; `folios` are those of its pages."""
    for page, folio in zip(gathering.pages, folios, strict=True):
        for link in page.links:
            if link.anchor and link.anchor not in words:
                said = f"{gathering.division}, page {folio}: a link leads to “{link.anchor}”"
                yield Problem("WHOL003", f"{said}, which is nowhere in the book", hint=suggestion(link.anchor, words))


def dead_outlines(outlines: Sequence[Outline], anchors: Container[str]) -> list[Problem]:
    """A problem (WHOL003) for each bookmark that leads to no anchor."""
    return [
        Problem("WHOL003", f"the bookmark “{o.title}” leads to “{o.anchor}”, which is nowhere in the book")
        for o in outlines
        if o.anchor not in anchors
    ]


def link_annotation(link: Link, words: Mapping[str, str], key: int, elsewhere: Mapping[str, str]) -> bytes:
    """A link annotation (ISO 32000-1, 12.5.6.5); `key` is its own in the parent tree.

    `elsewhere` are the anchors that stand in other files, by the paths to these. PDF/UA-1, 7.18.5: a link has an
    alternate description.
    """
    if link.anchor in elsewhere:
        leading = b"/A %b" % _remote(elsewhere[link.anchor], link.anchor)
    else:
        leading = b"/Dest %b" % destination(link.anchor) if link.anchor else b"/A %b" % link.action
    return b"<</Type/Annot/Subtype/Link%b/F %b/Contents %b%b/StructParent %d>>" % (
        link.entries,
        _PRINT,
        text_string(words[link.anchor] if link.anchor else link.words),
        leading,
        key,
    )


def _remote(path: str, anchor: str) -> bytes:
    """The action that goes to a place of another file, by its name there (ISO 32000-1, 12.6.4.3 and 7.11.3)."""
    file = b"<</Type/Filespec/F %b/UF %b>>" % (text_string(path), text_string(path))
    return b"<</S/GoToR/F %b/D %b>>" % (file, destination(anchor))


def destination(anchor: str) -> bytes:
    """The name of an anchor's destination."""
    return literal(anchor.encode("utf-8"))


def destinations(gatherings: Sequence[Gathering], page_of: Mapping[tuple[str, int], int]) -> bytes:
    """The places of all anchors, in a name tree of one node sorted by bytes (ISO 32000-1, 7.9.6).

    `page_of` has the object number of the page that shows each sheet.
    """
    names = []
    for gathering in gatherings:
        for anchor, place in gathering.anchors.items():
            page = page_of[gathering.division, place.sheet]
            point = b"[%d 0 R/XYZ %b %b null]" % (page, number(place.x), number(place.y))
            names.append((anchor.encode("utf-8"), point))
    names.sort()
    return b"<</Names%b>>" % array(part for name, point in names for part in (literal(name), point))


@dataclass(slots=True)
class _Item:
    """A bookmark with those below it."""

    outline: Outline
    number: int
    kids: list[_Item] = field(default_factory=list)


def add_outlines(target: PdfFile, numbers: Iterator[int], root: int, outlines: Sequence[Outline]) -> None:
    """Writes the bookmarks, nested by level; those of the first level are shown, the others folded away below them."""
    tops: list[_Item] = []
    above: list[_Item] = []
    for outline in outlines:
        item = _Item(outline, next(numbers))
        while above and above[-1].outline.level >= outline.level:
            above.pop()
        (above[-1].kids if above else tops).append(item)
        above.append(item)
    ends = {"First": reference(tops[0].number), "Last": reference(tops[-1].number)} if tops else {}
    target.add(root, dictionary({"Type": b"/Outlines", **ends, "Count": number(len(tops))}))
    _add_items(target, tops, root)


def _add_items(target: PdfFile, items: Sequence[_Item], parent: int) -> None:
    """Writes bookmarks side by side (ISO 32000-1, table 153)."""
    for before, item, after in zip([None, *items], items, [*items[1:], None], strict=False):
        entries = {
            "Title": text_string(item.outline.title),
            "Parent": reference(parent),
            "Dest": destination(item.outline.anchor),
        }
        if before:
            entries["Prev"] = reference(before.number)
        if after:
            entries["Next"] = reference(after.number)
        if item.kids:
            entries["First"], entries["Last"] = reference(item.kids[0].number), reference(item.kids[-1].number)
            # Negative: closed. A closed item counts those that would show if it were opened.
            entries["Count"] = number(-len(item.kids))
        target.add(item.number, dictionary(entries))
        _add_items(target, item.kids, item.number)


def labels(leaves: Sequence[Leaf]) -> bytes:
    """Page labels that make a viewer count the pages as the folios do (ISO 32000-1, 12.4.2)."""
    entries = []
    for start, leaf in _runs(leaves):
        if leaf.label:
            label = b"<</Type/PageLabel/P %b>>" % text_string(leaf.label)
        else:
            label = b"<</Type/PageLabel/S/%b/St %d>>" % (b"D" if leaf.folio.arabic else b"r", leaf.folio.number)
        entries += [number(start), label]
    return b"<</Nums%b>>" % array(entries)


def _runs(leaves: Sequence[Leaf]) -> Iterator[tuple[int, Leaf]]:
    """The first leaf of each run in which the folios count up by one; a leaf with a label of its own is a run."""
    runs = groupby(
        enumerate(leaves), key=lambda entry: (entry[1].label, entry[1].folio.arabic, entry[1].folio.number - entry[0])
    )
    for _, run in runs:
        yield next(run)
