"""Lengths and boxes: stated once, in points, and mirrored on recto and verso."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybook.edition import PageModel
from policybook.geometry import Box, Geometry, points

SIDES = st.floats(0, 100).map(lambda length: round(length, 3))
GEOMETRIES = st.builds(
    Geometry,
    trim_width=st.floats(300, 700),
    trim_height=st.floats(400, 900),
    bleed=st.floats(0, 20),
    margin_top=SIDES,
    margin_foot=SIDES,
    margin_inner=SIDES,
    margin_outer=SIDES,
    baseline=st.floats(8, 20),
)
PAGE = PageModel().geometry()


@pytest.mark.parametrize(
    ("length", "expected"),
    [("72pt", 72), ("1 in", 72), ("25.4 mm", 72), ("2.54cm", 72), ("6 pc", 72), (" 0.125 in ", 9), ("0 pt", 0)],
)
def test_lengths_are_points(length: str, expected: float) -> None:
    assert points(length) == pytest.approx(expected)


@pytest.mark.parametrize(
    "length", ["", "7", "in", "7 inches", "-1 mm", "1,5 mm", ".5 in", "7 in 3 mm", "7 px", "٧ in x"]
)
def test_what_is_no_length_is_refused_by_name(length: str) -> None:
    with pytest.raises(ValueError, match="is not a length"):
        points(length)


def test_the_edition_states_its_measures_with_units() -> None:
    page = PageModel(
        trim=("210 mm", "297 mm"), bleed="3 mm", margin_inner="2 cm", margin_outer="15 mm", baseline="13.5 pt"
    )
    geometry = page.geometry()
    assert (geometry.trim_width, geometry.trim_height) == pytest.approx((595.276, 841.89), abs=0.001)
    assert geometry.bleed == pytest.approx(8.504, abs=0.001)
    assert geometry.margin_side == pytest.approx(49.606, abs=0.001)
    assert geometry.baseline == 13.5


def test_the_shipped_page() -> None:
    assert (PAGE.trim_width, PAGE.trim_height, PAGE.bleed) == (504, 720, 9)
    assert (PAGE.margin_side, PAGE.gutter_shift, PAGE.layout_bleed) == (49.5, 4.5, 31.5)
    assert (PAGE.measure, PAGE.text_height, PAGE.lines_per_page) == (405, 598, 46)


@given(GEOMETRIES)
def test_recto_and_verso_are_mirrored(page: Geometry) -> None:
    recto, verso = page.trim_box(verso=False), page.trim_box(verso=True)
    neutral = page.trim_width
    assert (recto.left, recto.right) == pytest.approx((neutral - verso.right, neutral - verso.left))
    assert (recto.bottom, recto.top) == (verso.bottom, verso.top) == (0, page.trim_height)
    assert recto.right - recto.left == pytest.approx(page.trim_width)


@given(GEOMETRIES)
def test_inner_and_outer_margins_are_those_of_the_edition(page: Geometry) -> None:
    left, right = page.margin_side, page.trim_width - page.margin_side  # the text, on the neutral page
    recto, verso = page.trim_box(verso=False), page.trim_box(verso=True)
    assert (left - recto.left, recto.right - right) == pytest.approx((page.margin_inner, page.margin_outer), abs=1e-6)
    assert (left - verso.left, verso.right - right) == pytest.approx((page.margin_outer, page.margin_inner), abs=1e-6)
    assert page.measure == pytest.approx(page.trim_width - page.margin_inner - page.margin_outer)


@given(GEOMETRIES)
def test_what_is_laid_out_covers_the_bleed_of_both_sides(page: Geometry) -> None:
    laid_out = Box(0, 0, page.trim_width, page.trim_height).grown(page.layout_bleed)
    for verso in (False, True):
        wanted = page.trim_box(verso=verso).grown(page.bleed)
        assert laid_out.left <= wanted.left + 1e-9
        assert laid_out.right >= wanted.right - 1e-9
        assert laid_out.bottom <= wanted.bottom
        assert laid_out.top >= wanted.top


@given(GEOMETRIES)
def test_a_page_holds_as_many_lines_as_fit(page: Geometry) -> None:
    assert page.lines_per_page * page.baseline <= page.text_height + 1e-3
    assert (page.lines_per_page + 1) * page.baseline > page.text_height


def test_a_grid_that_fits_exactly_loses_no_line() -> None:
    # 0.1 has no exact form in binary: 46 lines of 12.1 pt are a little more or less than 556.6 pt
    page = Geometry(504, 556.6, 9, 0, 0, 54, 45, 12.1)
    assert page.lines_per_page == 46


def test_boxes_grow_and_move_and_are_rectangles_of_pdf() -> None:
    box = Box(0, 1, 10, 20)
    assert box.grown(2) == Box(-2, -1, 12, 22)
    assert box.shifted(-3) == Box(-3, 1, 7, 20)
    assert Box(1 / 3, 0, 2 / 3, 1).as_list() == [0.333, 0, 0.667, 1]
