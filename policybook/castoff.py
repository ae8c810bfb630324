"""Casting off: a guess at the folios from the length of the copy, before anything is laid out.

A good guess gives most page numbers as many digits as they will have, and divisions are laid out once. A bad one costs
a second layout and changes no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policybook.book import Book, Brief, Division
from policybook.pagination import Pagination
from policybook.sheets import Leaf

#: Words that a page of a brief holds, its heads, tables and cases included, and those that a note counts for.
_WORDS = 380
_WORDS_OF_A_NOTE = 12
#: Pages that a unit that is no brief is taken to have.
_PAGES = 2

Gather = Callable[[Sequence[Division], Mapping[str, int]], tuple[Leaf, ...]]


def cast_off(book: Book, gather: Gather) -> Pagination:
    """The folio that each division would open on if briefs had the pages that their words need."""
    leaves = gather(book.divisions, {division.id: _pages(division) for division in book.divisions})
    return Pagination({leaf.division: leaf.folio for leaf in leaves if leaf.sheet == 0})


def _pages(division: Division) -> int:
    content = division.content
    if not isinstance(content, Brief):
        return _PAGES
    return -(-(content.words + _WORDS_OF_A_NOTE * len(content.notes)) // _WORDS) or 1
