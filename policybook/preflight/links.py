"""The link gate: every link leads to an anchor of the book, and a page number that it prints is that anchor's folio.

That the anchor's name leads to its leaf in the file is checked once for the whole file, not link by link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from policybook.diagnostics import Problem
from policybook.geometry import Box
from policybook.pagination import Folio, roman
from policybook.sheets import Leaf

if TYPE_CHECKING:
    from policybook.preflight.finished import FinishedPage

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
    """A link within the book: the text in its rectangle, the page number that this promises, its anchor, its folio.

    `anchor` is empty where the link leads to a page and not to a name; `folio` is None where there is no such place.
    """

    text: str
    promise: str | None
    box: Box
    anchor: str
    folio: str | None


def check_links(page: FinishedPage, leaf: Leaf, targets: Mapping[str, Folio], figures: int) -> Iterator[Problem]:
    """A problem (WHOL003) for each link of a page that leads nowhere, or to another folio than it prints.

    `targets` has the folio of each anchor that links may lead to; `figures` is how many figures the highest page number
    of the book has. Links to the web are not followed.
    """
    links: list[_Link] = []
    unbound, misled = [], []
    for link in page.links():
        if link.address and not link.anchor and not link.address.startswith(_UNBOUND):
            continue
        # A hair inside the rectangle, so that what touches it from outside is not read as part of it.
        text = page.text_in(link.box.grown(-0.1))
        if link.address.startswith(_UNBOUND):
            unbound.append(f"“{text}” still leads to the address {unquote(link.address)}")
        elif not link.leads:
            unbound.append(f"“{text}” is a link and leads nowhere")
        else:
            folio = targets.get(link.anchor) if link.anchor else page.label(link.leaf)
            if folio is None:
                place = f"“{link.anchor}”, which is no anchor" if link.anchor else "a page that is not in the file"
                misled.append(f"“{text}” leads to {place}")
            links.append(_Link(text, _promise(text), link.box, link.anchor, None if folio is None else str(folio)))
    false = (fault for link in _speaking(links) if (fault := _false_folio(link, figures)))
    return (Problem("WHOL003", f"page {leaf.folio}: {fault}") for fault in (*unbound, *misled, *false))


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
    return outer.promise is not None or any(link.promise is not None and _holds(outer.box, link.box) for link in later)


def _holds(outer: Box, inner: Box) -> bool:
    """Whether a rectangle lies in a wider one."""
    before, behind = inner.left - outer.left, outer.right - inner.right
    below, above = inner.bottom - outer.bottom, outer.top - inner.top
    return min(before, behind, below, above) >= -_TOLERANCE and max(before, behind) > _TOLERANCE


def _promise(text: str) -> str | None:
    """The page number that a text is or ends in."""
    bare = text.strip(_MARKS)
    match = _NUMBER.fullmatch(bare) or _AT_END.search(bare)
    return match["folio"] if match else None


def _false_folio(link: _Link, figures: int) -> str:
    """How the number that a link prints differs from that of the place that it leads to, or an empty string."""
    if link.folio is None:
        return ""
    bare = link.text.strip(_MARKS).removeprefix("note ")
    note = _NOTE.fullmatch(link.anchor)
    if note and bare.isdecimal():
        return "" if bare == note["number"] else f"“{bare}” leads to note {note['number']}"
    if link.promise in (None, link.folio) or not _may_be_a_page(link.promise, figures):
        return ""
    return f"“{link.text}” leads to page {link.folio}"


def _may_be_a_page(number: str, figures: int) -> bool:
    """Whether a number may be meant as a page of this book; a number of four figures in a book of fewer is a year."""
    year = 4
    return number in _ROMANS or (number.isdecimal() and (len(number) < year or len(number) <= figures))
