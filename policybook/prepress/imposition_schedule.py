"""Which page stands where on a sheet, which way up, so that the folded sheet reads in order. No PDF is known here.

A sheet is printed *sheetwise*: its front (the outer form) and its back (the inner form) each from a plate of its own,
and turned from left to right between them. To fold it, hold its front towards you, with page 1 at the lower right;
every fold takes the half without page 1 behind the other. `^4` is a page with its head up, `v5` one that stands on its
head: pages are laid *head to head*, and the heads are trimmed open. `|` is a spine, `:` between two faces (fore-edges).

An 8-page signature has four pages on a side and is folded twice:

        front            back            1. the top goes behind:     2. the left goes behind:

      v5 | v4          v3 | v6
      ---+---          ---+---
      ^8 | ^1          ^2 | ^7                   ^8 | ^1                     ^1

A 16-page signature has eight pages on a side and is folded three times:

              front                       back               1. left behind:   2. top behind:   3. left behind:

    v5 | v12 : v9  | v8       v7 | v10 : v11 | v6             v9  | v8
    ---+-----+-----+---       ---+-----+-----+---             ----+---
    ^4 | ^13 : ^16 | ^1       ^2 | ^15 : ^14 | ^3             ^16 | ^1          ^16 | ^1          ^1

Two pages beside a spine sum up to the signature's pages and one: 16 + 1, 4 + 13, 5 + 12, 8 + 9. Sheets of a booklet, or
of a signature of several sheets, lie in each other, and the sums are those of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: The fronts of sheets by their count of pages, row by row from the top left.
_FRONTS = {
    4: ((4, 1),),
    8: ((5, 4), (8, 1)),
    16: ((5, 12, 9, 8), (4, 13, 16, 1)),
    32: ((5, 28, 29, 4), (12, 21, 20, 13), (9, 24, 17, 16), (8, 25, 32, 1)),
}
#: How many pages a sheet can hold on both sides.
PAGES_PER_SHEET = tuple(_FRONTS)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a book is made of sheets.

    `pages_per_sheet` is 4, 8, 16 or 32, on both sides. `pages_per_signature` is a multiple of it: sheets of a signature
    lie in each other, and signatures lie behind each other, as for perfect binding. None makes one signature of all the
    book: a booklet, saddle-stitched. Raises ValueError on anything else.
    """

    pages_per_sheet: int = 4
    pages_per_signature: int | None = None

    def __post_init__(self) -> None:
        if self.pages_per_sheet not in PAGES_PER_SHEET:
            raise ValueError(f"a sheet holds 4, 8, 16 or 32 pages, not {self.pages_per_sheet}")
        given = self.pages_per_signature
        if given is not None and (given < 1 or given % self.pages_per_sheet):
            raise ValueError(f"a signature of sheets of {self.pages_per_sheet} pages can't have {given} pages")

    @property
    def saddle(self) -> bool:
        """Whether it is a booklet."""
        return self.pages_per_signature is None

    @property
    def rows(self) -> int:
        """Rows of pages on a side."""
        return len(_FRONTS[self.pages_per_sheet])

    @property
    def columns(self) -> int:
        """Columns of pages on a side."""
        return len(_FRONTS[self.pages_per_sheet][0])

    def padded(self, pages: int) -> int:
        """The count of pages with the blanks that fill the last signature."""
        unit = self.pages_per_signature or self.pages_per_sheet
        return -(-pages // unit) * unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands on a side: row and column count from 0 at the top left, as one looks at the side.

    `page` counts from 1; a page beyond those of the book is blank. `turned` pages stand on their heads. `depth` is how
    many leaves of the signature lie between this one and its spine's outside: 0 for the outermost.
    """

    row: int
    column: int
    page: int
    turned: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet. Signatures count from 1, and so do the sheets of each, from the outermost."""

    signature: int
    sheet: int
    front: bool
    places: tuple[Place, ...]


def schedule(pages: int, scheme: Scheme) -> tuple[Side, ...]:
    """The sides of all sheets in the order in which they are printed: front, back, front, back.

    `pages` is the book's count; blanks follow the last page. Raises ValueError where there is no page.
    """
    if pages < 1:
        raise ValueError("there is no page to impose")
    total = scheme.padded(pages)
    size = scheme.pages_per_signature or total
    return tuple(side for first in range(0, total, size) for side in _signature(first // size + 1, first, size, scheme))


def _signature(number: int, before: int, size: int, scheme: Scheme) -> Iterator[Side]:
    """The sides of a signature of `size` pages that follows `before` others."""
    for sheet in range(size // scheme.pages_per_sheet):
        for front in (True, False):
            places = tuple(_places(sheet, before, size, scheme, front=front))
            yield Side(number, sheet + 1, front, places)


def _places(sheet: int, before: int, size: int, scheme: Scheme, *, front: bool) -> Iterator[Place]:
    """The places of a side, row by row. `sheet` counts from 0."""
    half = scheme.pages_per_sheet // 2
    for row, numbers in enumerate(_FRONTS[scheme.pages_per_sheet]):
        for column, number in enumerate(numbers if front else map(_behind, reversed(numbers))):
            in_first_half = number <= half
            page = number + sheet * half if in_first_half else size - scheme.pages_per_sheet - sheet * half + number
            depth = (min(page, size + 1 - page) - 1) // 2
            turned = scheme.rows > 1 and row % 2 == 0
            yield Place(row, column, before + page, turned, depth)


def _behind(page: int) -> int:
    """The page on the back of a page's leaf."""
    return page + 1 if page % 2 else page - 1
