"""The rules about what pages paint: each defect fires its rule and no other one, and what is just right fires none."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from policybook.geometry import Box
from policybook.preflight.press import rules_area, rules_colour, rules_images, rules_lines, rules_text
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.sightings import Sighting, merged
from policybook.preflight.press.subject import Expected, Kind, Subject
from policybook.printer import Gutter, Resolution, Severity, Standard
from tests.preflight.specimen import (
    Specimen,
    expected_of,
    paint,
    saved,
    sound_cover,
    sound_interior,
    specimen_printer,
    text,
)
from tests.preflight.specimens_painting import SPECIMENS

RULES = {rule.number: rule for module in (rules_area, rules_colour, rules_images, rules_lines, rules_text) for rule in module.RULES}  # fmt: skip  # noqa: E501
NUMBERS = (7, 11, 13, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 31, 34)
OVER = {"MyOver": Dictionary(OP=True, op=True, OPM=1)}


def subject_of(
    pdf: Pdf,
    kind: Kind = Kind.INTERIOR,
    standard: Standard = Standard.X4,
    expected: Mapping[str, Any] | None = None,
    **printer: Any,
) -> Subject:
    data = saved(pdf, standard)
    known = replace(expected_of(kind), **expected or {})
    return Subject(data, pikepdf.open(io.BytesIO(data)), specimen_printer(standard, **printer), kind, known)


def findings_of(subject: Subject) -> list[Finding]:
    applied = [rule for rule in RULES.values() if rule.applies(subject)]
    return [finding for rule in applied for finding in rule.check(subject)]


def drawn(content: bytes, page: int = 1, **changes: Any) -> list[Finding]:
    """The findings on the sound interior with something more on a page."""
    pdf = sound_interior()
    paint(pdf, page, content, ExtGState=OVER)
    return findings_of(subject_of(pdf, **changes))


def codes(findings: list[Finding]) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in findings]


def test_there_is_a_rule_for_each_number() -> None:
    assert sorted(RULES) == list(NUMBERS)
    assert {rule.number for rule in RULES.values()} <= {int(each.folder[4:7]) for each in SPECIMENS}


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.folder)
def test_a_defect_fires_its_rule_and_no_other(specimen: Specimen) -> None:
    pdf = specimen.sound_pdf()
    how: dict[str, Any] = {"kind": specimen.kind, "standard": specimen.standard, "expected": specimen.expected}
    assert findings_of(subject_of(pdf, **how, **specimen.printer)) == []
    specimen.spoil(pdf)
    findings = findings_of(subject_of(pdf, **how, **specimen.printer))
    assert {finding.code for finding in findings} == {specimen.folder[:7]}
    for finding in findings:
        assert finding.page == 1
        assert finding.box is not None
        assert finding.message
        assert finding.hint


@pytest.mark.parametrize("standard", list(Standard))
def test_sound_files_have_no_finding(standard: Standard) -> None:
    assert findings_of(subject_of(sound_interior(standard=standard), standard=standard)) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # text of just the size that is right, and a hundredth under it
        (text("ab", 100, 420, 12, colour=b"0 0 0 1 k"), []),
        (text("ab", 100, 420, 11.99, colour=b"0 0 0 1 k"), [("PRES021", Severity.WARNING)]),
        (text("ab", 100, 420, 12, colour=b"0 g"), []),
        (text("ab", 100, 420, 10, colour=b".5 g"), []),
        (text("ab", 100, 420, 8, colour=b"0 0 0 0 k"), []),
        (text("ab", 100, 420, 7.99, colour=b"0 0 0 0 k"), [("PRES024", Severity.WARNING)]),
        (text("ab", 100, 420, 8, colour=b".8 .6 0 0 k"), []),
        (text("ab", 100, 420, 7.99, colour=b".8 .6 0 0 k"), [("PRES025", Severity.WARNING)]),
        (text("ab", 100, 420, 7, colour=b".8 0 0 0 k"), []),
        (text("ab", 100, 420, 14, colour=b".5 .4 .4 .6 k"), []),
        (text("ab", 100, 420, 13.99, colour=b".5 .4 .4 .6 k"), [("PRES018", Severity.ERROR)]),
        (text("ab", 100, 420, 10, colour=b"1 .8 .3 .4 k"), []),
        (text("ab", 100, 420, 20, colour=b".6 .6 .6 1 k"), []),
        (text("ab", 100, 420, 20, colour=b".61 .6 .6 1 k"), [("PRES019", Severity.ERROR)]),
        # the size is that on paper
        (b"2 0 0 2 0 0 cm " + text("ab", 50, 210, 6, colour=b"0 0 0 1 k"), []),
        # overprinting of the wrong mode, and of strokes only
        (b"/MyOver gs 0 i " + text("ab", 100, 420, 10, colour=b"0 0 0 1 k"), []),
        # lines
        (b"0 0 0 1 K 2 w 100 420 m 200 420 l S", []),
        (b"0 0 0 1 K 1.99 w 100 420 m 200 420 l S", [("PRES022", Severity.WARNING)]),
        (b"0 0 0 .5 K 1 w 100 420 m 200 420 l S", []),
        (b"0 G 2 w 100 420 m 200 420 l S", []),
        (b".8 .6 0 0 K .24999 w 100 420 m 200 420 l S", []),
        (b"/MyOver gs 0 0 0 1 K .24999 w 100 420 m 200 420 l S", []),
        (b"/MyOver gs 0 0 0 1 K .125 w 100 420 m 200 420 l S", [("PRES027", Severity.WARNING)]),
        (b"/MyOver gs 0 0 0 1 K .12 w 100 420 m 200 420 l S", [("PRES027", Severity.ERROR)]),
        (b".5 0 0 .5 0 0 cm /MyOver gs 0 0 0 1 K .4 w 200 840 m 400 840 l S", [("PRES027", Severity.WARNING)]),
        (b"0 0 0 1 k 100 420 1 .2 re f", []),
        (b"0 0 0 0 k 100 420 90 .2 re f", []),
        # white that overprints, and paper that does not
        (b"0 0 0 0 k 100 420 90 9 re f", []),
        (b"/MyOver gs 0 0 0 0 k 0 0 0 0 K 100 420 90 9 re B", [("PRES020", Severity.ERROR)]),
        # invisible things, and those in the slug
        (b"3 Tr " + text("ab", 100, 420, 6, colour=b".8 .6 0 0 k"), []),
        (text("ab", 100, 6, 6, colour=b".8 .6 0 0 k"), []),
        (b".8 .6 0 0 K .1 w 100 6 m 200 6 l S", []),
    ],
)  # fmt: skip
def test_thresholds_are_where_they_are_said_to_be(content: bytes, expected: list[tuple[str, Severity]]) -> None:
    assert codes(drawn(content)) == expected


def picture(size: float, bits: int = 8, **printer: Any) -> list[tuple[str, Severity]]:
    pdf = sound_interior()
    entries = {"Width": 80, "Height": 80, "BitsPerComponent": bits, "ColorSpace": Name.DeviceGray}
    image = pdf.make_stream(b"\x5a" * (80 * bits // 8 * 80), Subtype=Name.Image, **entries)
    paint(pdf, 1, b"%g 0 0 %g 100 420 cm /Mine Do" % (size, size), XObject={"Mine": image})
    return codes(findings_of(subject_of(pdf, **printer)))


def test_pixels_per_inch_are_measured_against_the_printer() -> None:
    def size(ppi: float) -> float:
        return 80 * 72 / ppi

    assert picture(size(225)) == []
    assert picture(size(224)) == [("PRES028", Severity.WARNING)]
    assert picture(size(150)) == [("PRES028", Severity.WARNING)]
    assert picture(size(149)) == [("PRES028", Severity.ERROR)]
    assert picture(size(800), 1) == []
    assert picture(size(799), 1) == [("PRES029", Severity.WARNING)]
    assert picture(size(549), 1) == [("PRES029", Severity.ERROR)]
    assert picture(size(250), resolution=Resolution(contone_warning=251)) == [("PRES028", Severity.WARNING)]
    assert picture(size(700), resolution=Resolution(most=600)) == [("PRES028", Severity.WARNING)]


def test_lines_are_measured_against_the_printer() -> None:
    line = b"/MyOver gs 0 0 0 1 K .5 w 100 420 m 200 420 l S"
    assert drawn(line) == []
    # the sound file's own rule is of half a point too
    assert set(codes(drawn(line, least_line="0.75 pt"))) == {("PRES027", Severity.WARNING)}


def test_body_text_may_be_in_a_build_of_the_edition_and_in_no_other_several_inks() -> None:
    line = text("ab", 100, 420, 10, colour=b".8 .6 0 .1 k")
    assert drawn(line) == []
    assert drawn(line, expected={"builds": {"blue": (0.802, 0.6, 0, 0.1)}}) == []
    assert codes(drawn(line, expected={"builds": {"red": (0, 0.8, 1, 0)}})) == [("PRES018", Severity.WARNING)]
    gray = text("ab", 100, 420, 10, colour=b".5 .4 .4 .6 k")
    assert drawn(gray, expected={"builds": {"ink": (0.5, 0.4, 0.4, 0.6)}}) == []


def test_files_in_srgb_are_not_held_to_inks() -> None:
    pdf = sound_interior(standard=Standard.RGB)
    paint(pdf, 1, text("ab", 100, 420, 6, colour=b".3 .3 .3 rg"))
    subject = subject_of(pdf, standard=Standard.RGB)
    assert findings_of(subject) == []
    assert [number for number, rule in sorted(RULES.items()) if not rule.applies(subject)] == [
        11,
        18,
        19,
        21,
        22,
        23,
        25,
    ]
    paint(pdf, 1, text("ab", 100, 400, 6, colour=b"1 1 1 rg"))
    assert codes(findings_of(subject_of(pdf, standard=Standard.RGB))) == [("PRES024", Severity.WARNING)]


def test_colours_of_masks_are_in_use_and_their_sizes_are_not() -> None:
    pdf = sound_interior()
    group = pdf.make_stream(
        b"1 1 1 rg 90 400 100 50 re f " + b".1 w 90 400 m 190 400 l S",
        Subtype=Name.Form, BBox=[0, 0, 600, 800], Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB),
    )  # fmt: skip
    masked = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group))
    paint(pdf, 1, b"/Mine gs .2 0 0 0 k 100 410 20 20 re f", ExtGState={"Mine": masked})
    findings = findings_of(subject_of(pdf))
    assert codes(findings) == [("PRES011", Severity.ERROR)]
    assert "a mask is in DeviceRGB" in findings[0].message


def test_marks_in_all_are_outside_the_trim_only() -> None:
    def line(y: float) -> bytes:
        return b"/All CS 1 SCN 1 w 300 %g m 340 %g l S" % (y, y)

    assert drawn(line(10)) == []
    assert codes(drawn(line(60))) == [("PRES031", Severity.ERROR)]
    none = Array([Name.Separation, Name("/None"), Name.DeviceRGB, Dictionary(FunctionType=2, Domain=[0, 1], N=1)])
    pdf = sound_interior()
    paint(pdf, 1, b"/Mine cs 1 scn 300 300 9 9 re f", ColorSpace={"Mine": none})
    assert findings_of(subject_of(pdf)) == []


# The bleed and the safe area. The trim is 36 36 540 756; page 1 is a recto, its spine is at the left.


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b".2 0 0 0 k 440 300 109 40 re f", []),
        (b".2 0 0 0 k 440 300 104 40 re f", [("PRES007", Severity.ERROR)]),
        (b".2 0 0 0 k 440 300 100 40 re f", [("PRES007", Severity.ERROR)]),
        (b".2 0 0 0 k 440 300 98 40 re f", []),
        (b".2 0 0 0 k 300 700 40 56 re f", [("PRES007", Severity.ERROR)]),
        (b".2 0 0 0 k 36 300 40 40 re f", [("PRES007", Severity.WARNING)]),
        (b"0 0 0 0 k 440 300 100 40 re f", []),
        # something else goes on where it ends
        (b".2 0 0 0 k 440 300 100 40 re f .2 0 0 0 k 540 300 9 40 re f", []),
        (b".2 0 0 0 k 440 300 100 40 re f .2 0 0 0 k 540 300 9 20 re f", [("PRES007", Severity.ERROR)]),
        # a ground below it is something else
        (b".1 0 0 0 k 27 290 522 80 re f .2 0 0 0 k 440 300 100 40 re f", [("PRES007", Severity.ERROR)]),
        (b"0 0 0 .5 K 3 w 300 300 m 540 300 l S", [("PRES007", Severity.ERROR)]),
    ],
)
def test_art_at_the_trim_reaches_the_edge_of_the_bleed(content: bytes, expected: list[tuple[str, Severity]]) -> None:
    assert codes(drawn(content)) == expected


def test_the_spine_is_at_the_other_side_of_a_verso() -> None:
    ends = b".2 0 0 0 k 440 300 100 40 re f"
    assert codes(drawn(ends, page=2)) == [("PRES007", Severity.WARNING)]
    assert codes(drawn(ends, page=2, expected={"versos": (True, False, True, False)})) == [("PRES007", Severity.ERROR)]


def test_a_wider_bleed_is_asked_of_the_file_and_of_its_art() -> None:
    findings = findings_of(subject_of(sound_interior(), bleed="0.25 in"))
    assert set(codes(findings)) == {("PRES007", Severity.ERROR), ("PRES007", Severity.WARNING)}
    assert any("0.125 in wide" in finding.message for finding in findings)


TAB = b".9 .1 .5 .3 k 522 300 27 60 re f "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text("abc", 470, 420, 12), []),
        (text("abcdef", 500, 420, 12), [("PRES034", Severity.ERROR)]),
        (text("abc", 100, 735, 12), [("PRES034", Severity.ERROR)]),
        (text("abc", 100, 45, 12), [("PRES034", Severity.ERROR)]),
        (text("abc", 63.5, 420, 12), []),
        (text("abc", 60, 420, 12), [("PRES034", Severity.ERROR)]),
        # what stands on a tab that runs into the bleed is part of it; what stands on a whole ground is not
        (TAB + text("a", 526, 320, 8), []),
        (TAB + text("abc", 512, 320, 12), [("PRES034", Severity.ERROR)]),
        (b".9 .1 .5 .3 k 522 300 27 220 re f " + text("a", 526, 320, 8), [("PRES034", Severity.ERROR)]),
        (b".1 0 0 0 k 27 27 522 738 re f " + text("a", 526, 320, 8), [("PRES034", Severity.ERROR)]),
        # art is no live matter
        (b".2 0 0 0 k 500 300 30 40 re f", []),
        (b"q 9 0 0 9 525 300 cm /Im Do Q", [("PRES034", Severity.WARNING)]),
        (b"q 14 0 0 14 535.5 300 cm /Im Do Q", []),
    ],
)
def test_live_matter_keeps_to_the_safe_area(content: bytes, expected: list[tuple[str, Severity]]) -> None:
    assert codes(drawn(content)) == expected


def test_the_gutter_grows_with_the_count_of_pages_and_ends() -> None:
    gutter = (Gutter(100, "0.375 in"), Gutter(200, "1.5 in"))
    pdf = sound_interior()
    assert findings_of(subject_of(pdf, gutter=gutter)) == []
    findings = findings_of(subject_of(pdf, gutter=gutter, expected={"pages": 150}))
    assert {(finding.code, finding.page) for finding in findings} == {
        ("PRES034", page) for page in (1, 3)
    }  # the rectos
    assert all("spine" in finding.message for finding in findings)
    (many, *_) = findings_of(subject_of(pdf, gutter=gutter, expected={"pages": 201}))
    assert (many.code, many.page) == ("PRES034", None)
    assert "200 at most" in many.message


def test_text_on_a_cover_keeps_off_the_folds() -> None:
    # the spine is 26.5 pt wide, from 540 to 566.5
    def cover(content: bytes, **expected: Any) -> list[str]:
        pdf = sound_cover()
        paint(pdf, 1, content)
        return [finding.message for finding in findings_of(subject_of(pdf, Kind.COVER, expected=expected))]

    turned = b"0 -1 1 0 %g 500 cm " + text("Spine", 0, 0, 12)
    assert cover(turned % 549.5) == []
    (message,) = cover(turned % 545)
    assert "fold of the spine" in message
    assert "0.062 in are safe" in message
    assert cover(text("ab", 500, 500, 12)) == []
    (message,) = cover(text("ab", 516, 500, 12))
    assert "0.250 in are safe" in message
    (message,) = cover(text("ab", 575, 500, 12))
    assert "fold of the spine" in message
    assert cover(text("ab", 575, 500, 12), pages=None) == []


# Findings.


def test_like_things_of_a_page_are_one_finding_with_the_worst_of_them() -> None:
    lines = b"".join(text("ab", 100, 480 - 12 * number, 7 - number / 2, colour=b"0 0 0 0 k") for number in range(4))
    (finding,) = drawn(lines)
    assert "5.50 pt" in finding.message
    assert finding.message.endswith("3 more like it on the page")
    assert finding.box is not None
    assert finding.box.bottom == pytest.approx(480 - 36 - 0.3 * 5.5)


def test_sightings_of_other_kinds_and_severities_stay_apart() -> None:
    def sighting(severity: Severity, kind: str, badness: float = 0) -> Sighting:
        return Sighting(severity, kind, f"{kind} {badness}", "hint", Box(0, 0, 1, 1), badness)

    seen = [sighting(Severity.ERROR, "a"), sighting(Severity.WARNING, "a"), sighting(Severity.ERROR, "b", 1), sighting(Severity.ERROR, "b", 2)]  # fmt: skip  # noqa: E501
    assert [(each.severity, each.message) for each in merged("PRES099", 3, seen)] == [
        (Severity.ERROR, "a 0"),
        (Severity.WARNING, "a 0"),
        (Severity.ERROR, "b 2; 1 more like it on the page"),
    ]


def unread() -> Pdf:
    pdf = sound_interior()
    pdf.pages[1].obj.Contents = pdf.make_stream(b"/Missing gs")
    return pdf


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_page_that_can_not_be_read_is_never_passed(rule: Rule) -> None:
    with pytest.raises(NotChecked, match="page 2: Missing"):
        list(rule.check(subject_of(unread())))


def test_faults_of_other_pages_are_told_before_it_is_told_that_one_can_not_be_read() -> None:
    pdf = unread()
    for page in (1, 3):
        paint(pdf, page, text("ab", 100, 420, 6, colour=b"0 0 0 0 k"))
    told = iter(RULES[24].check(subject_of(pdf)))
    assert [next(told).page, next(told).page] == [1, 3]
    with pytest.raises(NotChecked, match="page 2"):
        next(told)


def test_the_edition_may_be_unknown() -> None:
    data = saved(sound_interior())
    subject = Subject(data, pikepdf.open(io.BytesIO(data)), specimen_printer(), expected=Expected())
    assert findings_of(subject) == []
