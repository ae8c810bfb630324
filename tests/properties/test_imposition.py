"""Imposed sheets are folded here, as a bindery does, and the pages are read off: nothing is taken from the schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybook.prepress.imposition_schedule import PAGES_PER_SHEET, Scheme, Side, schedule

#: The folds of a sheet: `-` takes the top behind, `|` the left.
FOLDS = {4: "|", 8: "-|", 16: "|-|", 32: "-|-|"}


@dataclass(frozen=True)
class Leaf:
    """What one sees from above and would see from below, and whether each stands on its head."""

    above: tuple[int, bool]
    below: tuple[int, bool]

    def over(self, fold: str) -> Leaf:
        """The leaf turned over: beside an upright fold heads stay up, over a level one they come to stand on them."""
        head = fold == "-"
        (above, up), (below, down) = self.above, self.below
        return Leaf((below, down ^ head), (above, up ^ head))


Pile = list[Leaf]


def flat(front: Side, back: Side, columns: int, rows: int) -> list[list[Pile]]:
    """A printed sheet with its front up. It was turned from left to right, so columns of its back run the other way."""
    above = {(place.row, place.column): (place.page, place.turned) for place in front.places}
    below = {(place.row, columns - 1 - place.column): (place.page, place.turned) for place in back.places}
    assert len(above) == len(front.places)
    assert len(below) == len(back.places)
    return [[[Leaf(above[row, column], below[row, column])] for column in range(columns)] for row in range(rows)]


def folded(sheet: list[list[Pile]], folds: str) -> Pile:
    """The sheet after its folds: one pile, from above."""
    for fold in folds:
        if fold == "|":
            middle = len(sheet[0]) // 2
            sheet = [[joined(row[middle + at], row[middle - 1 - at], fold) for at in range(middle)] for row in sheet]
        else:
            middle = len(sheet) // 2
            sheet = [
                [joined(near, far, fold) for near, far in zip(sheet[middle + at], sheet[middle - 1 - at], strict=True)]
                for at in range(middle)
            ]
    assert len(sheet) == len(sheet[0]) == 1
    return sheet[0][0]


def joined(near: Pile, far: Pile, fold: str) -> Pile:
    """A pile with another folded behind it."""
    return near + [leaf.over(fold) for leaf in reversed(far)]


def read(pile: Pile) -> list[int]:
    """The pages of a pile as they are turned; every one has to stand upright."""
    assert not any(upside_down for leaf in pile for _, upside_down in (leaf.above, leaf.below))
    return [page for leaf in pile for page, _ in (leaf.above, leaf.below)]


def nested(sheets: list[Pile]) -> Pile:
    """Folded sheets laid into each other, the first outermost: each is opened in its middle."""
    pile: Pile = []
    for sheet in reversed(sheets):
        middle = len(sheet) // 2
        pile = sheet[:middle] + pile + sheet[middle:]
    return pile


def bound(sides: tuple[Side, ...], scheme: Scheme) -> list[int]:
    """The pages of the bound book."""
    pages: list[int] = []
    piles: dict[int, list[Pile]] = {}
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        assert (front.front, back.front) == (True, False)
        assert (front.signature, front.sheet) == (back.signature, back.sheet)
        sheet = flat(front, back, scheme.columns, scheme.rows)
        piles.setdefault(front.signature, []).append(folded(sheet, FOLDS[scheme.pages_per_sheet]))
    for signature in piles.values():
        pages += read(nested(signature))
    return pages


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    per_sheet = draw(st.sampled_from(PAGES_PER_SHEET))
    booklet = draw(st.booleans())
    return Scheme(per_sheet, None if booklet else per_sheet * draw(st.integers(1, 4)))


COUNTS = st.integers(1, 400)


@given(COUNTS, schemes())
def test_the_folded_book_reads_in_order_and_upright(pages: int, scheme: Scheme) -> None:
    assert bound(schedule(pages, scheme), scheme) == list(range(1, scheme.padded(pages) + 1))


@given(COUNTS, schemes())
def test_every_page_stands_once(pages: int, scheme: Scheme) -> None:
    counted = Counter(place.page for side in schedule(pages, scheme) for place in side.places)
    assert set(counted.values()) == {1}
    assert set(counted) >= set(range(1, pages + 1))


@given(COUNTS, schemes())
def test_verso_is_on_the_back_of_its_recto(pages: int, scheme: Scheme) -> None:
    sides = schedule(pages, scheme)
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        for row in flat(front, back, scheme.columns, scheme.rows):
            for pile in row:
                (above, up), (below, down) = pile[0].above, pile[0].below
                assert sorted((above, below)) == [
                    2 * ((min(above, below) - 1) // 2) + 1,
                    2 * ((max(above, below)) // 2),
                ]
                assert up == down


@given(COUNTS, schemes())
def test_pages_beside_a_spine_have_one_sum(pages: int, scheme: Scheme) -> None:
    size = scheme.pages_per_signature or scheme.padded(pages)
    for side in schedule(pages, scheme):
        at = {(place.row, place.column): place.page - (side.signature - 1) * size for place in side.places}
        for row in range(scheme.rows):
            for column in range(0, scheme.columns, 2):
                assert at[row, column] + at[row, column + 1] == size + 1


@given(COUNTS)
def test_the_two_pages_of_a_side_of_a_booklet_have_one_sum(pages: int) -> None:
    total = Scheme().padded(pages)
    assert {sum(place.page for place in side.places) for side in schedule(pages, Scheme())} == {total + 1}


@given(COUNTS, schemes())
def test_blanks_fill_the_last_signature_and_no_other(pages: int, scheme: Scheme) -> None:
    sides = schedule(pages, scheme)
    blanks = {(side.signature, place.page) for side in sides for place in side.places if place.page > pages}
    assert {signature for signature, _ in blanks} <= {sides[-1].signature}
    assert len(blanks) == scheme.padded(pages) - pages
    assert len(blanks) < (scheme.pages_per_signature or scheme.pages_per_sheet)


@given(COUNTS, schemes())
def test_depth_counts_the_leaves_that_lie_outside(pages: int, scheme: Scheme) -> None:
    size = scheme.pages_per_signature or scheme.padded(pages)
    depths = {place.page: place.depth for side in schedule(pages, scheme) for place in side.places}
    for first in range(1, len(depths), size):
        leaves = [depths[page] for page in range(first, first + size, 2)]
        assert leaves == [depths[page] for page in range(first + 1, first + size, 2)]
        assert leaves[: len(leaves) // 2] == list(range(size // 4))
        assert leaves == leaves[::-1]


def test_the_pictures_of_the_trade() -> None:
    """The 16-page signature of any handbook: 1 and 16 beside each other at the foot, 8 over 1."""
    front, back = schedule(16, Scheme(16, 16))
    assert [place.page for place in front.places] == [5, 12, 9, 8, 4, 13, 16, 1]
    assert [place.page for place in back.places] == [7, 10, 11, 6, 2, 15, 14, 3]
    assert [place.turned for place in front.places] == [True] * 4 + [False] * 4


@pytest.mark.parametrize(("sheet", "signature"), [(6, None), (0, None), (8, 12), (8, 0), (4, -4)])
def test_what_can_not_be_folded_is_refused(sheet: int, signature: int | None) -> None:
    with pytest.raises(ValueError, match="pages"):
        Scheme(sheet, signature)


def test_a_book_without_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="no page"):
        schedule(0, Scheme())
