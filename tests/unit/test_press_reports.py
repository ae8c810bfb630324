"""The reports of the press preflight: as JSON, for a terminal, and as a page with pictures."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from pikepdf import Array, Pdf
from PIL import Image

from policybook.edition import Suppression
from policybook.geometry import Box
from policybook.preflight.press.examination import Report, all_rules, examine
from policybook.preflight.press.report_html import report_html
from policybook.preflight.press.report_json import report_json
from policybook.preflight.press.report_pictures import Picture, pictures
from policybook.preflight.press.report_text import pages_named, report_text, verdict
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Expected, Kind
from policybook.preflight.press.thresholds import threshold
from policybook.printer import Severity, Standard
from tests.preflight.specimen import paint, saved, sound_cover, sound_interior, specimen_printer

SOUND = saved(sound_interior(pages=6))
BOX = Box(144, 216, 288, 360)


def _rule(number: int, *findings: Finding, reason: str = "") -> Rule:
    def check(_: object) -> list[Finding]:
        if reason:
            raise NotChecked(reason)
        return list(findings)

    return Rule(number, f"Rule {number}", "GWG R0099", check)


def _found(number: int, page: int | None, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(f"PRES{number:03}", severity, message, "mend it", page, BOX if page else None)


def _report(*rules: Rule, suppressed: tuple[Suppression, ...] = (), name: str = "interior.pdf") -> Report:
    return examine(SOUND, specimen_printer(), suppressed=suppressed, rules=rules, name=name)


REPORT = _report(
    _rule(28, _found(28, 3, "too few pixels"), _found(28, 5, "hardly enough", Severity.WARNING)),
    _rule(30, _found(30, 2, "no font"), _found(30, 4, "no font")),
    _rule(32, _found(32, None, "six pages")),
    _rule(33),
    _rule(36, reason="no decoder"),
    suppressed=(Suppression("PRES030", "it is a joke", (4,)), Suppression("PRES024", "an old tile")),
)


# JSON


def test_the_keys_of_the_json_are_a_contract() -> None:
    told = json.loads(report_json(REPORT))
    assert list(told) == [
        "format", "file", "sha256", "kind", "pages", "printer", "summary", "rules", "findings", "suppressed", "unused",
    ]  # fmt: skip
    assert told["format"] == "policybook-preflight-1"
    assert told["printer"] == {"name": "Specimen", "standard": "PDF/X-4", "condition": "FOGRA39"}
    assert told["summary"] == {
        "errors": 3, "warnings": 1, "suppressed": 1, "passed": 1, "not_checked": 1, "not_applicable": 0,
    }  # fmt: skip
    assert told["rules"][0] == {
        "code": "PRES028",
        "number": 28,
        "title": "Rule 28",
        "clause": "GWG 2022 R0099",
        "threshold": "error ≤ 149 ppi, warning ≤ 224 ppi",
        "status": "error",
        "reason": "",
        "findings": 2,
    }
    assert told["findings"][0] == {
        "code": "PRES028", "severity": "error", "message": "too few pixels", "hint": "mend it", "page": 3,
        "box": [144, 216, 288, 360],
    }  # fmt: skip
    assert told["suppressed"][0]["reason"] == "it is a joke"
    assert told["unused"] == [{"code": "PRES024", "pages": [], "reason": "an old tile"}]


def test_each_rule_has_its_status_in_the_json() -> None:
    told = json.loads(report_json(REPORT))
    assert {rule["code"]: (rule["status"], rule["reason"]) for rule in told["rules"]} == {
        "PRES028": ("error", ""),
        "PRES030": ("error", ""),
        "PRES032": ("error", ""),
        "PRES033": ("passed", ""),
        "PRES036": ("not checked", "no decoder"),
    }


def test_what_has_no_page_has_null() -> None:
    told = json.loads(report_json(REPORT))
    (finding,) = [each for each in told["findings"] if each["code"] == "PRES032"]
    assert (finding["page"], finding["box"]) == (None, None)


def test_each_rule_has_a_threshold_of_the_printer() -> None:
    printer = specimen_printer(Standard.X1A, signature=16, least_line="0.75 pt")
    told = {rule.number: threshold(rule, printer) for rule in all_rules()}
    assert all(told.values())
    assert (told[1], told[27], told[32]) == ("PDF/X-1a:2003", "≥ 0.75 pt", "multiple of 16")


# the terminal


def test_the_text_groups_findings_by_rule_and_names_pages() -> None:
    assert report_text(REPORT).splitlines() == [
        "interior.pdf: interior, 6 pages",
        "for Specimen: PDF/X-4, FOGRA39",
        "",
        "PRES028 Rule 28",
        "    error: too few pixels (page 3)",
        "    warning: hardly enough (page 5)",
        "    hint: mend it",
        "",
        "PRES030 Rule 30",
        "    error: no font (page 2)",
        "    hint: mend it",
        "",
        "PRES032 Rule 32",
        "    error: six pages",
        "    hint: mend it",
        "",
        "Not checked:",
        "    PRES036 Rule 36: no decoder",
        "",
        "Suppressed by the edition:",
        "    PRES030 page 4, it is a joke",
        "",
        "The suppression of PRES024 fits no finding of this file (an old tile)",
        "",
        "3 errors, 1 warning, 1 suppressed. 1 rule passed, 1 was not checked, 0 do not apply.",
    ]


def test_messages_that_differ_in_how_many_more_go_together() -> None:
    rule = _rule(11, *(_found(11, page, f"it is in RGB; {page} more like it on the page") for page in (1, 2, 3)))
    assert "    error: it is in RGB (pages 1, 2, 3)" in report_text(_report(rule)).splitlines()


def test_many_messages_are_cut_off_with_their_count() -> None:
    lines = report_text(_report(_rule(11, *(_found(11, page, f"wrong {page}") for page in range(1, 21))))).splitlines()
    assert sum(line.startswith("    error") for line in lines) == 6
    assert "    and 14 findings more, pages 7, 8, 9, 10, 11, 12, 13, 14 and 6 more" in lines


def test_pages_are_named_once_and_not_all() -> None:
    assert pages_named([3]) == "page 3"
    assert pages_named([3, 3, 5, None]) == "pages 3, 5"
    assert pages_named(range(1, 12)) == "pages 1, 2, 3, 4, 5, 6, 7, 8 and 3 more"
    assert pages_named([None]) == ""


def test_a_clean_file_is_told_in_a_line() -> None:
    report = examine(saved(sound_cover()), specimen_printer(), Kind.COVER, Expected(), rules=[_rule(1), _rule(2)])
    assert verdict(report) == "0 errors, 0 warnings. 2 rules passed, 0 were not checked, 0 do not apply."


# the page


class _Reading(HTMLParser):
    """What stands in a page: its tags with their attributes, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str, css: str = "") -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag and css in attrs.get("class", "")]


PAGE = report_html(REPORT, SOUND)
READING = _Reading(PAGE)


def test_the_page_is_the_same_each_time() -> None:
    assert report_html(REPORT, SOUND) == PAGE


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    addresses = [value for _, attrs in READING.tags for name, value in attrs.items() if name in {"src", "href", "data"}]
    assert addresses
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in addresses)
    assert not re.findall(r"url\(|@import|https?:", PAGE)
    assert not {tag for tag, _ in READING.tags} & {"link", "iframe", "object", "embed", "form"}


def test_its_policy_allows_its_own_script_and_no_other() -> None:
    policy = next(attrs["content"] for attrs in READING.all("meta") if "http-equiv" in attrs)
    script = re.search(r"<script>(.*?)</script>", PAGE, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_each_link_within_the_page_leads_somewhere() -> None:
    ids = {attrs["id"] for _, attrs in READING.tags if "id" in attrs}
    targets = {attrs["href"][1:] for attrs in READING.all("a")}
    assert targets
    assert targets <= ids


def test_findings_are_drawn_and_listed_under_one_number() -> None:
    marks = [attrs["data-finding"] for attrs in READING.all("a", "mark")]
    items = [attrs["data-finding"] for attrs in READING.all("li") if "data-finding" in attrs]
    assert sorted(items) == ["1", "2", "3", "4"]  # one of the file, three of pages; one is suppressed
    assert sorted(marks) == ["2", "3", "4"]
    assert "warning 4: hardly enough" in {attrs["aria-label"] for attrs in READING.all("a", "mark")}


def test_pages_with_findings_are_large_and_the_others_small() -> None:
    sections = [attrs["id"] for attrs in READING.all("section")]
    assert sections == ["page-2", "page-3", "page-5"]
    sizes = [(int(attrs["width"]), int(attrs["height"])) for attrs in READING.all("img")]
    assert sizes == [(640, 880)] * 3 + [(112, 154)] * 3  # 8 × 11 in, at 80 and at 14 pixels per inch
    for attrs in READING.all("img"):
        picture = Image.open(io.BytesIO(base64.b64decode(attrs["src"].partition(",")[2])))
        assert picture.size == (int(attrs["width"]), int(attrs["height"]))


def test_the_words_of_a_file_are_no_markup() -> None:
    rule = _rule(11, _found(11, 1, 'a <script>alert(1)</script> & "more"'))
    page = report_html(_report(rule, name="<b>.pdf"), SOUND)
    assert "<script>alert" not in page
    assert "<b>.pdf" not in page
    said = next(attrs["aria-label"] for attrs in _Reading(page).all("a", "mark"))
    assert said == 'error 1: a <script>alert(1)</script> & "more"'


def test_the_page_says_what_is_not_checked_and_never_that_the_file_is_ready() -> None:
    page = report_html(_report(_rule(33), _rule(36, reason="no decoder")), SOUND)
    words = " ".join(_Reading(page).words)
    assert "No decoder" in words
    assert "No errors in what was checked" in words
    assert "Ready for the press" not in words
    assert "Ready for the press" in " ".join(_Reading(report_html(_report(_rule(33)), SOUND)).words)


def test_a_page_that_has_too_many_findings_says_how_many_are_left_out() -> None:
    rule = _rule(11, *(_found(11, 1, f"wrong {index}") for index in range(50)))
    page = report_html(_report(rule), SOUND)
    assert len(_Reading(page).all("a", "mark")) == 40
    assert "and 10 findings more" in page


def test_pages_beyond_those_that_are_drawn_are_listed() -> None:
    data = saved(sound_interior(pages=84))
    rule = _rule(11, *(_found(11, page, "wrong") for page in range(1, 85)))
    report = examine(data, specimen_printer(), rules=[rule])
    page = report_html(report, data)
    assert len(_Reading(page).all("section")) == 80
    assert "Pages 81, 82, 83, 84. Mend it" in page


# boxes in place


def _turned(rotation: int, crop: list[float] | None, unit: float = 1) -> Pdf:
    """A page that is black inside BOX and white elsewhere."""
    pdf = sound_interior(pages=1)
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(b"")
    paint(pdf, 1, b"0 0 0 1 k %g %g %g %g re f" % (BOX.left, BOX.bottom, BOX.right - BOX.left, BOX.top - BOX.bottom))
    page.Rotate = rotation
    page.UserUnit = unit
    if crop is not None:
        page.CropBox = Array(crop)
    return pdf


def _picture(pdf: Pdf) -> Picture:
    ((_, picture),) = pictures(saved(pdf), {1: 72})
    assert picture is not None
    return picture


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, [100, 50, 500, 700]])
@pytest.mark.parametrize("unit", [1, 2])
def test_a_box_lies_where_the_thing_is_painted(rotation: int, crop: list[float] | None, unit: float) -> None:
    picture = _picture(_turned(rotation, crop, unit))
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.address.partition(",")[2]))).convert("L")) < 128
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    height, width = pixels.shape
    seen = (
        columns[0] / width,
        rows[0] / height,
        (columns[-1] + 1 - columns[0]) / width,
        (rows[-1] + 1 - rows[0]) / height,
    )
    placed = picture.placed(BOX)
    assert placed is not None
    assert placed == pytest.approx([100 * value for value in seen], abs=0.6)


def test_a_small_box_is_drawn_large_enough_to_be_hit_and_stays_on_the_page() -> None:
    picture = _picture(sound_interior(pages=1))
    left, top, width, height = picture.placed(Box(575.9, 300, 576, 300.1)) or (0, 0, 0, 0)
    assert width * 576 / 100 >= 3.4
    assert height * 792 / 100 == pytest.approx(7, abs=0.05)
    assert left + width <= 100.001
    assert top == pytest.approx(100 * (792 - 303.55) / 792, abs=0.05)
