"""The interior for a print shop: which leaves, how many blanks, and how the artwork stands on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policybook.binding import BookBlock
from policybook.diagnostics import ContentError, Problem
from policybook.geometry import Box, Geometry
from policybook.pagination import Folio
from policybook.prepress.interior import interior_block, plan_interior, press_geometry, printing
from policybook.printer import Gutter, Standard
from policybook.sheets import Leaf
from tests.unit.bookblock import GEOMETRY, opened, sample, texts
from tests.unit.pressblock import PROFILE, bound, how, opaque_block, pixels, press_block, pressed, shop

#: The inks of the paper of the block are seen so, about.
PAPER = (238, 236, 223)


def book(pages: int, *, cover: bool = False) -> BookBlock:
    """A block of so many leaves, recto and verso in turn, with a front cover for screens if there is to be one."""
    labelled = (Leaf("cover", 0, Folio(arabic=False, number=1), verso=False, label="Cover"),) * cover
    leaves = (Leaf("laws", n, Folio(arabic=True, number=n + 1), verso=n % 2 == 1) for n in range(pages))
    return replace(opaque_block(), leaves=(*labelled, *leaves))


def refused(*arguments: Any) -> Problem:
    """The one problem of a geometry that is refused."""
    with pytest.raises(ContentError) as caught:
        press_geometry(*arguments)
    (problem,) = caught.value.problems
    return problem


def gutter(*rows: tuple[int, str]) -> tuple[Gutter, ...]:
    """A table of gutters."""
    return tuple(Gutter(pages, inner) for pages, inner in rows)


# --- leaves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", [1, 2, 3, 4, 8, 16, 32])
@pytest.mark.parametrize("pages", [1, 2, 15, 16, 17, 31, 32, 33])
def test_blanks_fill_the_last_signature_and_no_more(pages: int, signature: int) -> None:
    plan = plan_interior(book(pages), shop(signature=signature))
    assert plan.pages % signature == 0
    assert pages <= plan.pages < pages + signature
    assert plan.leaves[:pages] == book(pages).leaves
    assert plan.blanks == frozenset(range(pages + 1, plan.pages + 1))
    assert plan.versos == tuple(page % 2 == 1 for page in range(plan.pages))
    assert [leaf.folio.number for leaf in plan.leaves] == list(range(1, plan.pages + 1))
    assert all(leaf.furniture is None for leaf in plan.leaves[pages:])


def test_blanks_of_the_book_are_declared_too() -> None:
    plan = plan_interior(opaque_block(), shop(signature=8))
    assert plan.blanks == {2, 6, 7, 8}
    assert [
        page for page, text in enumerate(texts(bound(press_block(shop()), how(shop()))), 1) if "\n" not in text
    ] == [
        2,
        6,
        7,
        8,
    ]


def test_the_front_cover_of_screens_is_no_leaf_and_the_half_title_the_first_recto() -> None:
    with_cover, without = (plan_interior(book(6, cover=cover), shop(signature=4)) for cover in (True, False))
    assert with_cover == without
    assert with_cover.pages == 8
    assert (with_cover.leaves[0].division, with_cover.leaves[0].sheet, with_cover.leaves[0].verso) == ("laws", 0, False)


def test_the_sample_starts_with_its_half_title_and_keeps_its_folios() -> None:
    _, settled, block = sample()
    plan = plan_interior(block, shop(signature=16))
    first = plan.leaves[0]
    assert (first.division, first.verso, str(first.folio)) == ("half-title", False, "i")
    assert settled.leaves[0].label, "the screen edition has its cover before that"
    printed = [leaf for leaf in settled.leaves if not leaf.label]
    assert list(plan.leaves[: len(printed)]) == printed
    assert all(leaf.verso is (page % 2 == 0) for page, leaf in enumerate(plan.leaves, 1))
    assert plan.leaves[len(printed) - 1].sheet is not None, "nothing stands before the colophon's end"


# --- geometry ---------------------------------------------------------------------------------------------------------


def test_a_gutter_that_is_wide_enough_stays() -> None:
    assert press_geometry(GEOMETRY, shop(gutter=gutter((100, "0.5 in"))), 100) == GEOMETRY
    assert press_geometry(GEOMETRY, shop(gutter=gutter((100, "54 pt"))), 100) == GEOMETRY


def test_a_wider_gutter_moves_the_artwork_outwards_and_breaks_no_line_anew() -> None:
    table = gutter((100, "0.5 in"), (200, "0.9 in"))
    few, many = (press_geometry(GEOMETRY, shop(gutter=table), pages) for pages in (100, 101))
    assert few == GEOMETRY
    assert (many.margin_inner, many.margin_outer) == pytest.approx((64.8, 34.2))
    assert many.measure == pytest.approx(GEOMETRY.measure)
    assert many.margin_side == pytest.approx(GEOMETRY.margin_side)
    # the artwork has the neutral page's coordinates: the trim moves against it
    assert many.trim_box(verso=False).left == pytest.approx(GEOMETRY.trim_box(verso=False).left - 10.8)
    assert many.trim_box(verso=True).left == pytest.approx(GEOMETRY.trim_box(verso=True).left + 10.8)


def test_the_gutter_is_chosen_by_the_pages_with_their_blanks() -> None:
    printer = shop(signature=8, gutter=gutter((6, "0.5 in"), (8, "0.9 in")))
    assert plan_interior(opaque_block(), printer).geometry.margin_inner == pytest.approx(64.8)
    assert plan_interior(opaque_block(), replace(printer, signature=2)).geometry == GEOMETRY


def test_more_pages_than_can_be_bound_are_refused() -> None:
    problem = refused(GEOMETRY, shop(gutter=gutter((100, "0.5 in"), (200, "0.6 in"))), 201)
    assert problem.code == "PRTR009"
    assert "at most 200 pages, and the book has 201" in problem.message


def test_margins_without_room_for_the_gutter_are_refused() -> None:
    problem = refused(GEOMETRY, shop(gutter=gutter((100, "1.25 in")), safe_area="0.25 in"), 100)
    assert problem.code == "PRTR009"
    assert "a gutter of 90 pt for 100 pages" in problem.message
    assert "leave 9 pt outside" in problem.message
    assert problem.hint


def test_the_safe_area_is_asked_of_the_outer_margin_in_any_case() -> None:
    table = gutter((100, "0.5 in"))
    assert press_geometry(GEOMETRY, shop(gutter=table, safe_area="45 pt"), 100) == GEOMETRY
    assert refused(GEOMETRY, shop(gutter=table, safe_area="45.5 pt"), 100).code == "PRTR009"


def test_art_that_would_not_reach_the_bleed_any_more_is_refused() -> None:
    """So far is laid out: the bleed, the shift, and a reserve. White would show at the edge of what is cut."""
    reach = GEOMETRY.layout_bleed - 9
    assert reach == 22.5
    wide = replace(GEOMETRY, margin_inner=54, margin_outer=45)
    allowed = press_geometry(wide, shop(gutter=gutter((100, "72 pt"))), 100)
    assert allowed.gutter_shift == reach
    problem = refused(wide, shop(gutter=gutter((100, "72.5 pt"))), 100)
    assert problem.code == "PRTR009"
    assert "the bleed" in problem.message


# --- leaves for the press ---------------------------------------------------------------------------------------------


def test_leaves_have_their_gathering_their_numbers_and_their_furniture() -> None:
    of, made = opaque_block(), pressed(Standard.X4)
    leaves = press_block(shop()).leaves
    assert [leaf.gathering is not None for leaf in leaves] == [True, False, True, True, True, False, False, False]
    front, verso = leaves[0], leaves[3]
    assert front.gathering is made[of.gatherings["front"].digest]
    assert (front.late, front.folio, front.dress) == (("15",), "iii", 0)
    assert front.furniture is made[of.furniture["front"].digest]
    assert (verso.sheet, verso.folio, verso.late) == (1, "12", ())
    assert leaves[2].furniture is None, "an opening page wears none"


@pytest.mark.parametrize("spine", [True, False])
def test_the_bleed_leaves_the_spine_out_where_the_printer_wants_none(spine: bool) -> None:
    block = press_block(shop(bleed_at_spine=spine))
    at_spine = 9 if spine else 0
    recto, verso = block.leaves[0], block.leaves[3]
    assert recto.trim == Box(-4.5, 0, 499.5, 720)
    assert recto.bleed == Box(-4.5 - at_spine, -9, 508.5, 729)
    assert verso.trim == Box(4.5, 0, 508.5, 720)
    assert verso.bleed == Box(-4.5, -9, 508.5 + at_spine, 729)


def test_blanks_are_trimmed_as_their_side_is() -> None:
    leaves = press_block(shop()).leaves
    assert [leaf.trim for leaf in leaves] == [leaves[0].trim, leaves[3].trim] * 4
    assert [leaf.bleed for leaf in leaves] == [leaves[0].bleed, leaves[3].bleed] * 4


def test_what_is_printed_moves_with_the_gutter() -> None:
    """By 10.8 points towards the outer edge on both sides, seen on the pages."""
    printer = shop(gutter=gutter((100, "0.9 in")))
    narrow, wide = (bound(press_block(it), how(it)) for it in (shop(), printer))
    for page, direction in ((0, 1), (3, -1)):
        first, second = (left_of_text(pdf, page) for pdf in (narrow, wide))
        assert second - first == pytest.approx(direction * 10.8, abs=0.3)


def left_of_text(pdf: bytes, page: int) -> float:
    """From the trim's left to the first dark point of the page's upper half."""
    with opened(pdf) as file:
        trim = Box(*map(float, file.pages[page].obj.TrimBox))
    dark = pixels(pdf, page, Box(trim.left, 400, trim.right, 680), scale=4).min(axis=2) < 90
    return float(dark.any(axis=0).argmax()) / 4


def test_art_reaches_the_edge_of_the_bleed_on_every_side() -> None:
    """The paper of the block is laid out 13.5 points outside the neutral trim, which is just enough."""
    printer = shop()
    pdf = bound(press_block(printer), how(printer))
    for page, leaf in ((0, press_block(printer).leaves[0]), (3, press_block(printer).leaves[3])):
        for inset in (0.6, 4.0):
            edge = leaf.bleed.grown(-inset)
            seen = pixels(pdf, page, edge)
            for side in (seen[0], seen[-1], seen[:, 0], seen[:, -1]):
                assert abs(side.astype(int) - PAPER).max() < 8


# --- how it is printed ------------------------------------------------------------------------------------------------


def test_the_printing_is_what_the_printer_says() -> None:
    printer = shop(Standard.X1A)
    of = printing(printer, PROFILE, 9.0)
    assert (of.standard, of.identifier, of.info) == (Standard.X1A, "FOGRA39", printer.condition.info)
    assert (of.profile, of.bleed, of.slug, of.marks) == (PROFILE, 9.0, 36.0, printer.marks)


def test_the_slug_is_never_less_than_the_bleed() -> None:
    printer = shop(marks=replace(shop().marks, slug="6 pt"))
    assert printing(printer, PROFILE, 9.0).slug == 9.0


def test_the_geometry_of_a_page_without_a_gutter_is_handled() -> None:
    plain: Geometry = replace(GEOMETRY, margin_inner=50, margin_outer=50)
    assert press_geometry(plain, shop(gutter=gutter((9, "50 pt"))), 8) == plain
    assert interior_block(
        replace(opaque_block(), geometry=plain),
        plan_interior(replace(opaque_block(), geometry=plain), shop()),
        pressed(Standard.X4),
        shop(),
    ).artwork == Box(0, 0, 504, 720).grown(27)
