"""What the parts of a division are to a reader: the contents, notes, terms, figures, tables (ISO 32000-1, 14.8.4).

WeasyPrint knows a part by its HTML element only, and a page at a time. Here leaders become artifacts, lists that were
broken are joined, and what is no table of data is no table. `<dfn>` marks a term, `<section>` a list of paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from policybook.folding_lists import (
    MARK_OF_NOTE,
    Words,
    all_of,
    body_of,
    drop_empty,
    held,
    items_of,
    join_items,
    join_pages,
    leads_to,
    list_paragraphs,
    marks_of,
    nest_lists,
    opening_of,
    pair_terms,
)
from policybook.folding_tags import Annotated, Element, give_list_body
from policybook.pdf_file import rectangle, text_string
from policybook.states import STATES

_INLINE = frozenset({"Span", "NonStruct", "Link", "Reference"})
_LEADER = frozenset(" .\N{NO-BREAK SPACE}")
_NOTE = re.compile(r"\.note\.\d+$")
_CELL_HEADERS = re.compile(rb"/Headers \[[^\]]*\] ?")
_BOX = re.compile(rb"/BBox \[ (\S+) (\S+) (\S+) (\S+) \]")
#: Points of a CSS pixel.
_PIXEL = 0.75


def give_roles(
    root: Element, division: str, anchors: Mapping[int, str], words: Words, height: float
) -> frozenset[tuple[int, int]]:
    """Gives all below the root of a division the roles that they have for a reader.

    `anchors` are where the annotations lead in the book, by their places among the division's; `height` is that of the
    pages, in points. Returns what turned out to be an artifact: pages and marks that no element holds any more.
    """
    artifacts, lines = _free_leaders(root, words)
    drop_empty(root)
    for element in all_of(root, "Sect"):
        list_paragraphs(element)
    for element in all_of(root, "L"):
        nest_lists(element)
    for element in all_of(root, "LI"):
        give_list_body(element)
    artifacts |= join_pages(root, anchors, words)
    for element in all_of(root, "L"):
        join_items(element, anchors)
        pair_terms(element)
        _tell_contents(element, lines)
    _tell_notes(root, division, anchors)
    for element in all_of(root, "NonStruct"):
        _hold_caption(element)
    for element in all_of(root, "Table"):
        if any(all_of(element, "TH")):
            _scope(element)
        elif not any(all_of(element, "Caption")):
            _undo_table(element)
    for element in all_of(root, "Figure"):
        element.entries = _BOX.sub(lambda found: _user_space(found, height), element.entries)
    _expand_states(root, words)
    return frozenset(artifacts)


# leaders, and what holds nothing


def _free_leaders(root: Element, words: Words) -> tuple[set[tuple[int, int]], set[Element]]:
    """Takes the dots of leaders out of the tree; returns their marks, and the links that had some.

    A leader is the one box in a pseudo-element's.
    """
    artifacts: set[tuple[int, int]] = set()
    lines: set[Element] = set()
    for link in all_of(root, "Link"):
        for holder in all_of(link, "NonStruct"):
            for box in holder.elements():
                found = marks_of(box)
                if box.role == "NonStruct" and found and all(_is_leader(words(*mark)) for mark in found):
                    holder.kids.remove(box)
                    artifacts.update(found)
                    lines.add(link)
    return artifacts, lines


def _is_leader(text: str) -> bool:
    return "." in text and set(text) <= _LEADER


def _tell_contents(element: Element, lines: set[Element]) -> None:
    """Makes a list whose every item is a line with a leader a table of contents (ISO 32000-1, table 333)."""
    items = items_of(element)
    if not items or not all(any(kid in lines for kid in body_of(item).elements()) for item in items):
        return
    element.role = "TOC"
    for item in items:
        kids = body_of(item).elements()
        links = [kid for kid in kids if kid.role == "Link"]
        item.role = "TOCI"
        item.kids = [Element("Reference", item.page, [*links]), *(kid for kid in kids if kid not in links)]


# notes


def _tell_notes(root: Element, division: str, anchors: Mapping[int, str]) -> None:
    """Makes notes of the items that lead back to their mark, and references of the marks.

    PDF/UA-1, 7.9: a note is a Note with an ID of its own. Those at the foot of pages stand in an area of their own.
    """
    named: set[str] = set()
    for item in all_of(root, "LI"):
        if not _opening_note(item, anchors):
            continue
        body = body_of(item)
        way_back, *rest = held(body)
        assert isinstance(way_back, Element)
        name = MARK_OF_NOTE.sub(r".note\1", leads_to(way_back, anchors))
        if name not in named:
            label = Element("Lbl", way_back.page, [way_back])
            body.kids = [Element("Note", item.page, [label, *rest], id=name)]
            named.add(name)
    at_foot = 0
    for area in root.elements():
        notes = area.elements()
        if area.role == "NonStruct" and notes and all(_is_foot_note(note) for note in notes):
            for note in notes:
                at_foot += 1
                note.role, note.id, note.elements()[0].role = "Note", f"{division}.foot.{at_foot}", "Lbl"
    for element in list(root.all()):
        if element.role not in {"Reference", "TOCI"}:
            element.kids = _referring(element, anchors)


def _opening_note(item: Element, anchors: Mapping[int, str]) -> bool:
    return any(kid.role == "LBody" for kid in item.elements()) and opening_of(item, anchors) == "note"


def _is_foot_note(element: Element) -> bool:
    """Whether an element of the area at the foot begins with a number, as a note does and its second half doesn't."""
    kids = element.elements()
    return element.role == "Span" and bool(kids) and kids[0].role == "NonStruct"


def _referring(element: Element, anchors: Mapping[int, str]) -> list[Element | Annotated | int]:
    """The kids of an element with those that lead to a note as references; one of two lines is one."""
    kids: list[Element | Annotated | int] = []
    last = ""
    for kid in element.kids:
        anchor = leads_to(kid, anchors) if isinstance(kid, Element) else ""
        if not isinstance(kid, Element) or not _NOTE.search(anchor):
            kids.append(kid)
        elif anchor == last and isinstance(before := kids[-1], Element):
            before.kids.append(kid)
        else:
            kids.append(Element("Reference", kid.page, [kid]))
        last = anchor
    return kids


# figures and tables


def _hold_caption(element: Element) -> None:
    """Makes what holds a picture and its caption the Figure, which holds both."""
    captions = [kid for kid in element.elements() if kid.role == "Caption"]
    figures = list(all_of(element, "Figure"))
    if captions and len(figures) == 1:
        figure = figures[0]
        held = {mark for part in (figure, *captions) for mark in marks_of(part)}
        spaces = [Element("Span", page, [mark]) for page, mark in marks_of(element) if (page, mark) not in held]
        element.role, element.page, element.entries = "Figure", figure.page, figure.entries
        element.kids = [*figure.kids, *spaces, *captions]
        for inner in (inner for caption in captions for inner in all_of(caption, "Caption") if inner is not caption):
            inner.role = "Span"


def _user_space(found: re.Match[bytes], height: float) -> bytes:
    """A box in the page's own units; WeasyPrint has it in pixels from the top (ISO 32000-1, table 344)."""
    left, top, right, bottom = (float(side) * _PIXEL for side in found.groups())
    return b"/BBox " + rectangle((left, height - bottom, right, height - top))


def _scope(table: Element) -> None:
    """Says of headers what they head (PDF/UA-1, 7.5). Where the scope tells all, cells needn't name their headers."""
    heads = {th for head in all_of(table, "THead") for th in all_of(head, "TH")}
    headers = list(all_of(table, "TH"))
    for header in headers:
        scope = b"/Column" if header in heads else b"/Row"
        header.entries = header.entries.replace(b"/O /Table", b"/O /Table /Scope " + scope)
    if heads == set(headers):
        for header in headers:
            header.id = ""
        for cell in all_of(table, "TD"):
            cell.entries = _CELL_HEADERS.sub(b"", cell.entries)
            cell.entries = b"" if cell.entries == b"/A << /O /Table >>" else cell.entries


def _undo_table(table: Element) -> None:
    """Makes a table that has no headers what it is, text side by side: a row is a paragraph, or its cells are parts."""
    table.role, table.entries = "Div", b""
    kids: list[Element | Annotated | int] = []
    for row in all_of(table, "TR"):
        cells = row.elements()
        if all(kid.role in _INLINE for cell in cells for kid in cell.elements()):
            row.role, row.kids = "P", [kid for cell in cells for kid in held(cell)]
            kids.append(row)
            continue
        for cell in cells:
            cell.role, cell.entries = "Div", b""
        kids += [cell for cell in cells if cell.kids]
    table.kids = kids


# abbreviations


def _expand_states(root: Element, words: Words) -> None:
    """Gives the codes of states that stand alone, on a tile or in a cell, their expansion (ISO 32000-1, 14.9.5)."""
    for element in list(root.all()):
        found = marks_of(element)
        if element.role != "Span" or element.entries or len(found) != 1 or element.elements():
            continue
        name = STATES.get(words(*found[0]).strip(), "")
        if name:
            element.entries = b"/E " + text_string(name)
