"""Too much ink: as the mean of a square of 15 mm, and at any place; what needs no rendering, and what can't be told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from policybook.geometry import Box
from policybook.preflight.press import rules_ink
from policybook.preflight.press.coverage import PPI, peaks, squares
from policybook.preflight.press.plates import Plates
from policybook.preflight.press.rules import Finding, NotChecked
from policybook.preflight.press.rules_ink import RULES
from policybook.preflight.press.subject import Kind, Subject
from policybook.printer import Ink, Standard
from tests.preflight.make import defective
from tests.preflight.specimen import Specimen, paint, saved, sound_cover, sound_interior, specimen_printer
from tests.preflight.specimens_ink import SPECIMENS

MM = 72 / 25.4
AREA, PLACE = RULES


def drawn(paint: Callable[[np.ndarray[Any, Any], Callable[[float], int]], None], side: float = 60) -> Plates:
    """Plates of so many millimetres a side; `paint` sets inks, up to 255, at the pixels of millimetres."""
    pixels = round(side / 25.4 * PPI)
    inks = np.zeros((4, pixels, pixels), np.uint8)
    paint(inks, lambda millimetres: round(millimetres / 25.4 * PPI))
    return Plates(inks, Box(0, 0, side * MM, side * MM), PPI)


def block(left: float, top: float, width: float, height: float, share: float = 1) -> Any:
    def paint(inks: np.ndarray[Any, Any], px: Callable[[float], int]) -> None:
        inks[:, px(top) : px(top + height), px(left) : px(left + width)] = round(255 * share)

    return paint


def near(box: Box, *sides: float) -> bool:
    """Whether a box has these sides, in millimetres from the upper left of 60 × 60, within two pixels."""
    left, top, right, bottom = sides
    wanted = (left * MM, (60 - bottom) * MM, right * MM, (60 - top) * MM)
    return box.as_list() == pytest.approx(wanted, abs=1.5)


# coverage


def test_the_mean_of_a_square() -> None:
    """10 mm × 10 mm at 400 % are 177.8 % of 15 mm × 15 mm."""
    plates = drawn(block(20, 20, 10, 10))
    assert squares(plates, 180).count == 0
    found = squares(plates, 170)
    assert found.count == 1
    assert found.places[0].sum == pytest.approx(400 * 100 / 225, rel=0.02)
    assert found.places[0].inks == pytest.approx((44.4,) * 4, rel=0.02)
    box = found.places[0].box
    assert (box.right - box.left, box.top - box.bottom) == pytest.approx((15 * MM, 15 * MM), abs=0.5)
    assert box.left <= 20 * MM + 0.5
    assert box.right >= 30 * MM - 0.5


@pytest.mark.parametrize("at", [(0, 0), (45, 0), (0, 45), (45, 45), (22.3, 17.9)])
def test_a_full_square_is_found_wherever_it_lies(at: tuple[float, float]) -> None:
    found = squares(drawn(block(*at, 15, 15)), 390)
    assert found.count == 1
    assert near(found.places[0].box, at[0], at[1], at[0] + 15, at[1] + 15)


def test_squares_do_not_lie_over_each_other_and_the_worst_is_first() -> None:
    def paint(inks: np.ndarray[Any, Any], px: Callable[[float], int]) -> None:
        block(0, 0, 15, 15, 0.8)(inks, px)
        block(40, 40, 15, 15, 0.9)(inks, px)

    found = squares(drawn(paint), 300)
    assert [place.sum for place in found.places] == pytest.approx([360, 320], abs=1)
    whole = squares(drawn(block(0, 0, 60, 60)), 300)
    assert (whole.count, len(whole.places)) == (16, 3)


def test_a_page_that_is_smaller_than_a_square_is_measured_as_it_is() -> None:
    plates = drawn(block(0, 0, 5, 10), side=10)
    assert squares(plates, 190).places[0].sum == pytest.approx(200, rel=0.02)
    assert squares(plates, 210).count == 0


@pytest.mark.parametrize("offset", [0, 0.05, 0.1, 0.13, 0.17])
@pytest.mark.parametrize("flat", [True, False])
def test_a_peak_1_mm_wide_is_found_whole(offset: float, flat: bool) -> None:
    """As it is drawn: a bar of a page, of which the edges may fall into pixels."""
    x, y, w, h = (10 + offset * MM, 10, MM, 60) if not flat else (10, 10 + offset * MM, 60, MM)
    found = findings(PLACE, painted(b".8 .8 .8 .8 k %.4f %.4f %.4f %.4f re f" % (x + 60, y + 60, w, h)))
    assert [finding.message.partition(" ")[0] for finding in found] == ["320%"]


def test_a_peak_of_a_pixel_is_no_peak() -> None:
    assert peaks(drawn(block(20, 20, 0.18, 0.18)), 300).count == 0
    assert peaks(drawn(block(20, 20, 0.36, 0.36)), 300).count == 1


def test_peaks_that_are_apart_are_told_apart_and_the_worst_is_first() -> None:
    def paint(inks: np.ndarray[Any, Any], px: Callable[[float], int]) -> None:
        for place, share in enumerate((0.8, 0.95, 0.85, 0.9)):
            block(5 + 12 * place, 20, 2, 3, share)(inks, px)

    found = peaks(drawn(paint), 300)
    assert found.count == 4
    assert [place.sum for place in found.places] == pytest.approx([380, 360, 340], abs=1)
    assert near(found.places[0].box, 17, 20, 19, 23)


def test_peaks_around_a_corner_are_one_place() -> None:
    def paint(inks: np.ndarray[Any, Any], px: Callable[[float], int]) -> None:
        block(10, 10, 30, 2)(inks, px)
        block(38, 10, 2, 30)(inks, px)

    found = peaks(drawn(paint), 300)
    assert found.count == 1
    assert near(found.places[0].box, 10, 10, 40, 40)


@pytest.mark.parametrize(("share", "found"), [(0.75, 0), (0.7529, 0), (0.757, 1)])
def test_the_limit_itself_is_allowed(share: float, found: int) -> None:
    plates = drawn(block(10, 10, 20, 20, share))
    assert (peaks(plates, 300).count, squares(plates, 300).count) == (found, found)


# the rules


def subject_of(
    pdf: Pdf | bytes, standard: Standard = Standard.X4, kind: Kind = Kind.INTERIOR, **printer: Any
) -> Subject:
    data = pdf if isinstance(pdf, bytes) else saved(pdf, standard)
    return Subject(data, pikepdf.open(io.BytesIO(data)), specimen_printer(standard, **printer), kind)


def painted(content: bytes, page: int = 2, **resources: Any) -> Subject:
    pdf = sound_interior()
    paint(pdf, page, content, **resources)
    return subject_of(pdf)


def findings(rule: Any, subject: Subject) -> list[Finding]:
    return list(rule.check(subject))


def codes(subject: Subject) -> list[str]:
    return [finding.code for rule in RULES for finding in rule.check(subject)]


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.folder)
def test_specimens(specimen: Specimen) -> None:
    code = specimen.folder.partition("-")[0]
    data = defective(specimen)
    assert data == defective(specimen)
    assert len(data) < 20_000
    subject = subject_of(data, specimen.standard, **specimen.printer)
    assert set(codes(subject)) == {code}
    assert codes(subject_of(specimen.sound_pdf(), specimen.standard, **specimen.printer)) == []


@pytest.mark.parametrize("standard", list(Standard))
@pytest.mark.parametrize("make", [sound_interior, sound_cover])
def test_sound_files(standard: Standard, make: Callable[..., Pdf]) -> None:
    subject = subject_of(make(standard=standard), standard)
    assert [rule.applies(subject) for rule in RULES] == [standard is not Standard.RGB] * 2
    assert codes(subject) == []


def test_a_finding_says_where_and_how_much() -> None:
    subject = painted(b".8 .8 .6 1 k 100 200 70 60 re f", page=3)
    (area,) = findings(AREA, subject)
    assert (area.code, area.page) == ("PRES016", 3)
    assert area.message == (
        "320% ink as the mean of a square of 15 mm (C 80, M 80, Y 60, K 100), and the paper takes 300%"
    )
    (place,) = findings(PLACE, subject)
    assert place.message == "320% ink at one place (C 80, M 80, Y 60, K 100), and the paper takes 300%"
    assert place.box is not None
    assert place.box.as_list() == pytest.approx([100, 200, 170, 260], abs=0.6)
    assert place.hint
    assert place.hint != area.hint


def test_many_places_of_a_page_are_counted() -> None:
    bars = b"".join(b"100 %d 50 5 re f " % (180 + 40 * place) for place in range(6))
    found = findings(PLACE, painted(b".9 .8 .7 .9 k " + bars))
    assert len(found) == 3
    assert found[-1].message.endswith("; 3 more on this page")
    assert "more" not in found[0].message


def test_what_is_outside_of_the_bleed_is_not_measured() -> None:
    assert codes(painted(b"1 1 1 1 k 0 0 26 26 re f")) == []
    assert set(codes(painted(b"1 1 1 1 k 0 0 30 30 re f"))) == {"PRES017"}


def test_black_type_over_a_solid() -> None:
    over = {"Mine": Dictionary(OP=True, op=True, OPM=1)}
    content = b".8 .6 .8 0 k 100 200 70 60 re f /Mine gs 0 0 0 1 k 110 210 20 20 re f"
    (finding,) = findings(PLACE, painted(content, ExtGState=over))
    assert finding.message.startswith("320% ink")
    over["Mine"].OPM = 0
    assert codes(painted(content, ExtGState=over)) == []


# not checked


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The pages that are rendered."""
    pages: list[int] = []

    def counted(data: bytes, wanted: tuple[int, ...], ppi: float) -> Iterator[Any]:
        pages.extend(wanted)
        return kept(data, wanted, ppi)

    kept = rules_ink.separated
    monkeypatch.setattr(rules_ink, "separated", counted)
    rules_ink.measured.cache_clear()
    yield pages
    rules_ink.measured.cache_clear()


HALF = {"Mine": Dictionary(ca=0.5, CA=0.5)}
MULTIPLY = {"Mine": Dictionary(BM=Name.Multiply)}
OVER = {"Mine": Dictionary(OP=True, op=True, OPM=1)}
GROUND = b".9 .9 .9 0 k 100 200 70 60 re f "


def page_of(content: bytes, **states: Any) -> Pdf:
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(300, 300))
    pdf.pages[0].obj.Resources = Dictionary(ExtGState=Dictionary(**states))
    pdf.pages[0].obj.Contents = pdf.make_stream(content)
    return pdf


@pytest.mark.parametrize(
    ("content", "states", "needed"),
    [
        (GROUND, {}, False),
        (GROUND + b"0 0 0 1 k 100 200 70 60 re f", {}, False),
        (GROUND + b"/Mine gs 0 0 0 1 k 100 200 70 60 re f", HALF, False),
        (GROUND + b"/Mine gs 0 0 0 .2 k 100 200 70 60 re f", OVER, False),
        (GROUND + b"/Mine gs 0 0 0 .4 k 100 200 70 60 re f", OVER, True),
        (b".9 0 0 0 k 1 1 9 9 re f /Mine gs 0 .9 .9 0 k 1 1 9 9 re f", OVER, False),
        (b".9 .9 0 0 k 1 1 9 9 re f /Mine gs 0 0 .9 .9 k 1 1 9 9 re f", OVER, True),
        (GROUND + b"/Mine gs 0 0 0 .2 k 100 200 70 60 re f", MULTIPLY, True),
        (b".9 .9 .9 .9 k 100 200 70 60 re f", {}, True),
        (b".9 .9 .9 .9 k 100 400 80 90 re f", {}, False),
    ],
)
def test_what_can_be_told_from_the_colours_is_not_rendered(
    content: bytes, states: dict[str, Any], needed: bool, rendered: list[int]
) -> None:
    codes(subject_of(page_of(content, **states)))
    assert rendered == [1] * needed


def test_marks_outside_of_the_bleed_need_no_rendering(rendered: list[int]) -> None:
    pdf = page_of(b"1 1 1 1 k 10 10 20 20 re f")
    pdf.pages[0].obj.BleedBox = [40, 40, 260, 260]
    assert codes(subject_of(pdf)) == []
    assert rendered == []


def test_both_rules_share_what_is_measured(rendered: list[int]) -> None:
    assert codes(painted(b".9 .8 .7 .9 k 100 200 70 60 re f")) == ["PRES016", "PRES017"]
    assert rendered == [1, 2, 3, 4]  # there is a picture on each


def test_what_cannot_be_measured_is_not_passed() -> None:
    for rule in RULES:
        with pytest.raises(NotChecked, match=r"^page 2: it has colors in RGB, .*; page 3: it blends in the mode Hue"):
            findings(rule, both_unmeasured())


def both_unmeasured() -> Subject:
    pdf = sound_interior()
    paint(pdf, 2, b"1 0 0 rg 100 200 70 60 re f")
    paint(pdf, 3, b"/Mine gs 1 0 0 0 k 100 200 70 60 re f", ExtGState={"Mine": Dictionary(BM=Name.Hue)})
    return subject_of(pdf)


def test_what_is_found_is_told_before_what_was_not_measured() -> None:
    pdf = sound_interior()
    paint(pdf, 2, b".9 .8 .7 .9 k 100 200 70 60 re f")
    paint(pdf, 3, b"1 0 0 rg 100 200 70 60 re f")
    subject = subject_of(pdf)
    for rule in RULES:
        told = rule.check(subject)
        assert next(iter(told)).page == 2
        with pytest.raises(NotChecked, match="page 3: "):
            list(told)


def test_spot_colours_are_named_and_not_passed() -> None:
    pdf = sound_interior()
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0, 0], N=1)
    gold = Array([Name.Separation, Name.Gold, Name.DeviceCMYK, tint])
    paint(pdf, 2, b"/Mine cs 1 scn 100 200 70 60 re f", ColorSpace={"Mine": gold})
    with pytest.raises(NotChecked, match=r"page 2: no plate shows its spot colors \(Gold\)"):
        findings(AREA, subject_of(pdf))


def test_inks_in_a_file_for_a_shop_that_wants_rgb_are_measured() -> None:
    pdf = sound_interior(standard=Standard.RGB)
    first = pdf.pages[0].obj
    first.Contents = pdf.make_stream(b".9 .8 .7 .9 k 100 200 70 60 re f")
    subject = subject_of(pdf, Standard.RGB)
    assert PLACE.applies(subject)
    assert codes(subject) == ["PRES016", "PRES017"]
    paint(pdf, 2, b".9 .8 .7 .9 k 100 200 70 60 re f")
    with pytest.raises(NotChecked, match=r"^page 2: it has colors in RGB"):
        list(PLACE.check(subject_of(pdf, Standard.RGB)))


def test_the_printers_own_limits_count() -> None:
    pdf = sound_interior()
    paint(pdf, 2, b".9 .8 .7 .9 k 100 200 70 60 re f")
    assert codes(subject_of(pdf, ink=Ink(peak=340, average=300))) == ["PRES016"]
    assert codes(subject_of(pdf, ink=Ink(peak=300, average=340))) == ["PRES017"]
    assert codes(subject_of(pdf, ink=Ink(peak=340, average=340))) == []
