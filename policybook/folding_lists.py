"""The lists and tables of a division as a reader has them: nested, whole, and one over all of their pages.

WeasyPrint tells of them page by page and column by column, and writes a list inside an item behind the item (ISO
32000-1, table 336 has it in the item's body).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from policybook.folding_tags import Annotated, Element

#: The words of a mark, by its page and number.
Words = Callable[[int, int], str]

#: The anchor of a note's first mark.
MARK_OF_NOTE = re.compile(r"\.ref(\.\d+)$")
_NUMBERED = re.compile(r"(\d+)\.")


def all_of(element: Element, role: str) -> Iterator[Element]:
    """The elements of a role, which may be changed meanwhile."""
    return iter([each for each in element.all() if each.role == role])


def marks_of(element: Element) -> list[tuple[int, int]]:
    """The pages and numbers of all marks of an element, each element's own together."""
    return [(each.page, kid) for each in element.all() for kid in each.kids if isinstance(kid, int)]


def text_of(element: Element, words: Words) -> str:
    """What an element reads as."""
    return "".join(words(*mark) for mark in marks_of(element))


def drop_empty(element: Element) -> None:
    """Takes elements without a kid out of the tree, except cells, which count."""
    for kid in element.elements():
        drop_empty(kid)
        if kid.role in {"Span", "NonStruct", "Div", "Sect", "P"} and not (kid.kids or kid.entries or kid.id):
            element.kids.remove(kid)


def list_paragraphs(section: Element) -> None:
    """Makes a section of paragraphs a list of them, and sections in it lists in the items before them."""
    if not all(isinstance(kid, Element) and kid.role in {"P", "Sect", "L"} for kid in section.kids):
        return
    items: list[Element | Annotated | int] = []
    for kid in section.elements():
        if kid.role == "P":
            items.append(Element("LI", kid.page, [Element("LBody", kid.page, [kid])]))
            continue
        list_paragraphs(kid)
        if items and kid.role == "L":
            body_of(items[-1]).kids.append(kid)
        else:
            items += kid.kids
    section.role, section.kids = "L", items


def nest_lists(element: Element) -> None:
    """Puts a list into the item that it stands behind, and the columns of a list into one.

    WeasyPrint writes a list inside an item behind the item (ISO 32000-1, table 336 has it in the item's body).
    """
    while element.kids and all(isinstance(kid, Element) and kid.role == "L" for kid in element.kids):
        element.kids = [kid for column in element.elements() for kid in column.kids]
    kids: list[Element | Annotated | int] = []
    for kid in element.kids:
        before = kids[-1] if kids else None
        if isinstance(kid, Element) and kid.role == "L" and isinstance(before, Element) and before.role == "LI":
            before.kids.append(kid)
        else:
            kids.append(kid)
    element.kids = kids


def body_of(item: Element | Annotated | int) -> Element:
    """The body of an item, which has one."""
    assert isinstance(item, Element)
    return next(kid for kid in item.elements() if kid.role == "LBody")


def items_of(element: Element) -> list[Element]:
    """The items of a list that have a body."""
    return [kid for kid in element.elements() if kid.role == "LI" and any(k.role == "LBody" for k in kid.elements())]


def opening_of(item: Element, anchors: Mapping[int, str]) -> str:
    """By what an item shows that it is whole: a label, or a note's way back; an empty string if by nothing."""
    if item.kids and isinstance(item.kids[0], Element) and item.kids[0].role == "Lbl":
        return "label"
    body = body_of(item).elements()
    return "note" if body and MARK_OF_NOTE.search(leads_to(body[0], anchors)) else ""


def leads_to(link: Element, anchors: Mapping[int, str]) -> str:
    """The place of the book that a link leads to, or an empty string."""
    found = [kid.annotation for kid in link.kids if isinstance(kid, Annotated)] if link.role == "Link" else []
    return anchors.get(found[0], "") if found else ""


def join_items(element: Element, anchors: Mapping[int, str]) -> None:
    """Joins an item that a column or a page broke: its second half has neither label nor number."""
    items = items_of(element)
    opening = opening_of(items[0], anchors) if items else ""
    for before, item in pairwise(items):
        if opening and not opening_of(item, anchors):
            body_of(before).kids += held(body_of(item))
            element.kids.remove(item)
            item.kids = before.kids


def held(element: Element) -> list[Element | Annotated | int]:
    """The kids of an element for another one, perhaps of another page."""
    return [Element("Span", element.page, [kid]) if isinstance(kid, int) else kid for kid in element.kids]


def pair_terms(element: Element) -> None:
    """Makes a term, which is all `<dfn>`, the label of the definition behind it (ISO 32000-1, table 336)."""
    items = items_of(element)
    if not items or not _is_term(items[0]):
        return
    for term, definition in pairwise(items):
        if _is_term(term) and not _is_term(definition):
            label = Element("Lbl", term.page, [kid for word in body_of(term).elements() for kid in held(word)])
            definition.kids.insert(0, label)
            element.kids.remove(term)


def _is_term(item: Element) -> bool:
    kids = body_of(item).kids
    return len(item.kids) == 1 and bool(kids) and all(isinstance(k, Element) and k.role == "NonStruct" for k in kids)


# what goes on over pages


def join_pages(root: Element, anchors: Mapping[int, str], words: Words) -> set[tuple[int, int]]:
    """Joins lists and tables that go on over pages; returns the marks of the headers that are repeated."""
    artifacts: set[tuple[int, int]] = set()
    branches = [branch for branch in root.elements() if branch.role != "NonStruct"]
    carried: Element | None = None
    for before, after in pairwise(branches):
        left = carried or _at_edge(root, before, -1)[0]
        right, holder = _at_edge(root, after, 0)
        carried = None
        if left is None or right is None or left.role != right.role or after.page == before.page:
            continue
        if left.role == "L" and _list_goes_on(left, right, anchors, words):
            moved = right.kids
        elif left.role == "Table" and _table_goes_on(left, right, words):
            again = [head for head in right.elements() if head.role == "THead" and any(all_of(left, "TR"))]
            artifacts.update(mark for head in again for mark in marks_of(head))
            moved = [kid for kid in right.elements() if kid not in again]
        else:
            continue
        carried = left if _at_edge(root, after, -1)[0] is right else None
        left.kids += moved
        holder.kids.remove(right)
        drop_empty(after)
    return artifacts


def _at_edge(root: Element, branch: Element, at: int) -> tuple[Element | None, Element]:
    """The list or table that is first (0) or last (-1) in a branch of the root, and what holds it."""
    holder, element = root, branch
    while element.role not in {"L", "Table"}:
        kids = element.elements()
        if not kids:
            return None, holder
        holder, element = element, kids[at]
    return element, holder


def _list_goes_on(left: Element, right: Element, anchors: Mapping[int, str], words: Words) -> bool:
    """Whether the list at a page's head is the one at the foot of the page before."""
    before, after = items_of(left), items_of(right)
    if not before or not after:
        return False
    opening, goes_on = opening_of(before[0], anchors), opening_of(after[0], anchors)
    if "label" not in {opening, goes_on}:
        return opening == goes_on or not goes_on
    if not goes_on:
        return True
    labels = [_NUMBERED.match(text_of(items[at].elements()[0], words)) for items, at in ((before, -1), (after, 0))]
    last, first = (int(found[1]) if found else 0 for found in labels)
    return opening == goes_on and (first == last + 1 if first or last else True)


def _table_goes_on(left: Element, right: Element, words: Words) -> bool:
    """Whether the table at a page's head repeats the head of the one before, or has the rows to its caption."""
    if not any(all_of(left, "TR")):
        return any(all_of(left, "Caption")) and not any(all_of(right, "Caption"))
    return bool(_head(left, words)) and _head(left, words) == _head(right, words)


def _head(table: Element, words: Words) -> str:
    return "\n".join(text_of(head, words) for head in all_of(table, "THead"))
