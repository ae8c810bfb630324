"""The examination: what comes of rules, severity by printer, suppressions, broken files."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pikepdf import Encryption, Pdf

from policybook.diagnostics import ContentError
from policybook.edition import Suppression
from policybook.preflight.press.examination import Report, all_rules, examine, word
from policybook.preflight.press.rules import Finding, NotChecked, Rule, Status
from policybook.preflight.press.subject import Kind, Subject
from policybook.printer import Severity
from tests.preflight.specimen import saved, sound_interior, specimen_printer

SOUND = saved(sound_interior())


def _finding(page: int | None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding("PRES099", severity, f"wrong on {page}", "right it", page)


def _rule(*findings: Finding, raised: Exception | None = None) -> Rule:
    def check(_: Subject) -> Iterator[Finding]:
        yield from findings
        if raised is not None:
            raise raised

    return Rule(99, "A rule for tests", "", check)


def _report(rule: Rule, *suppressed: Suppression, **printer: object) -> Report:
    return examine(SOUND, specimen_printer(**printer), suppressed=suppressed, rules=[rule])


def test_the_report_names_the_file_by_its_bytes() -> None:
    report = examine(SOUND, specimen_printer(), Kind.INTERIOR, name="interior.pdf", rules=())
    assert (report.file, report.pages, report.kind) == ("interior.pdf", 4, Kind.INTERIOR)
    assert report.sha256 == hashlib.sha256(SOUND).hexdigest()
    assert report.outcomes == ()


def test_all_36_rules_are_asked_in_order() -> None:
    assert [rule.number for rule in all_rules()] == list(range(1, 37))
    report = examine(SOUND, specimen_printer())
    assert [outcome.rule.number for outcome in report.outcomes] == list(range(1, 37))


def test_the_same_file_has_the_same_report() -> None:
    assert examine(SOUND, specimen_printer()) == examine(SOUND, specimen_printer())


def test_a_report_can_come_from_a_worker() -> None:
    report = _report(_rule(_finding(1)), Suppression("PRES099", "for now", (2,)))
    assert pickle.loads(pickle.dumps(report)) == report


def test_errors_and_warnings_are_told_apart() -> None:
    report = _report(_rule(_finding(1), _finding(2, Severity.WARNING)))
    assert [finding.page for finding in report.errors] == [1]
    assert [finding.page for finding in report.warnings] == [2]
    assert word(report.outcomes[0]) == "error"


def test_a_rule_that_can_not_measure_is_not_checked() -> None:
    report = _report(_rule(raised=NotChecked("it is in a foreign script")))
    (outcome,) = report.outcomes
    assert (outcome.status, outcome.reason) == (Status.NOT_CHECKED, "it is in a foreign script")
    assert report.not_checked == (outcome,)
    assert not report.findings


@pytest.mark.parametrize("raised", [ZeroDivisionError("by nought"), RecursionError(), KeyError("/W"), MemoryError()])
def test_a_library_that_fails_leaves_the_rule_not_checked_with_words(raised: Exception) -> None:
    (outcome,) = _report(_rule(raised=raised)).outcomes
    assert outcome.status is Status.NOT_CHECKED
    assert type(raised).__name__ in outcome.reason


def test_findings_before_a_failure_are_kept_and_the_rest_is_not_checked() -> None:
    report = _report(_rule(_finding(1), raised=NotChecked("page 2 can't be read")))
    (outcome,) = report.outcomes
    assert outcome.status is Status.FAILED
    assert [finding.page for finding in report.errors] == [1]
    assert report.not_checked == (outcome,)


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_the_printer_tells_how_much_a_finding_weighs(severity: Severity) -> None:
    report = _report(_rule(_finding(1), _finding(2, Severity.WARNING)), severity={"PRES099": severity})
    assert {finding.severity for finding in report.findings} == {severity}


def test_a_rule_that_the_printer_switches_off_is_not_run_and_says_so() -> None:
    report = _report(_rule(raised=AssertionError("it was run")), severity={"PRES099": Severity.OFF})
    (outcome,) = report.outcomes
    assert (outcome.status, outcome.reason) == (Status.NOT_APPLICABLE, "switched off by the printer's profile")
    assert report.not_checked == ()


def test_a_suppressed_finding_is_kept_with_its_reason_and_its_rule_is_not_passed() -> None:
    report = _report(_rule(_finding(1), _finding(2)), Suppression("PRES099", "the cover is a joke"))
    (outcome,) = report.outcomes
    assert outcome.status is not Status.PASSED
    assert word(outcome) == "suppressed"
    assert [(each.finding.page, each.reason) for each in report.suppressed] == [
        (1, "the cover is a joke"),
        (2, "the cover is a joke"),
    ]
    assert report.errors == ()


def test_a_suppression_of_pages_leaves_the_others() -> None:
    report = _report(_rule(_finding(1), _finding(2), _finding(None)), Suppression("PRES099", "tiles", (2,)))
    assert [finding.page for finding in report.errors] == [1, None]
    assert [each.finding.page for each in report.suppressed] == [2]


def test_a_rule_that_was_not_measured_whole_is_not_checked_where_its_findings_are_suppressed() -> None:
    rule = _rule(_finding(1), raised=NotChecked("page 2 can't be read"))
    report = _report(rule, Suppression("PRES099", "tiles"))
    assert report.outcomes[0].status is Status.NOT_CHECKED
    assert word(report.outcomes[0]) == "not checked"


def test_a_suppression_that_fits_nothing_is_named() -> None:
    idle = Suppression("PRES028", "an old picture")
    report = _report(_rule(_finding(1)), Suppression("PRES099", "so"), idle)
    assert report.unused == (idle,)


@pytest.mark.parametrize("data", [b"", b"no PDF", SOUND[:200], b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf_is_an_error_with_words(data: bytes) -> None:
    with pytest.raises(ContentError) as raised:
        examine(data, specimen_printer(), name="broken.pdf")
    (problem,) = raised.value.problems
    assert problem.code == "PRES000"
    assert problem.hint
    assert problem.source is not None
    assert problem.source.path == "broken.pdf"


def test_a_file_without_pages_is_an_error() -> None:
    with pytest.raises(ContentError, match="no pages"):
        examine(saved(Pdf.new()), specimen_printer())


def test_a_file_that_wants_a_password_is_an_error_that_says_so() -> None:
    lock = Encryption(owner="b", user="a")
    locked = saved(sound_interior(), encryption=lock, force_version="2.0", deterministic_id=False)
    with pytest.raises(ContentError, match="password"):
        examine(locked, specimen_printer())


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_has_a_report_or_an_error_and_never_a_traceback(seed: int) -> None:
    """Bytes of a sound file are overwritten at places that a simple recurrence gives."""
    data = bytearray(SOUND)
    place = seed * 7919 + 1
    for _ in range(60):
        place = (place * 1103515245 + 12345) % 2**31
        data[place % len(data)] = place % 251
    try:
        report = examine(bytes(data), specimen_printer())
    except ContentError as error:
        assert error.problems[0].code == "PRES000"  # noqa: PT017 - either is right
    else:
        assert len(report.outcomes) == 36


def test_a_page_whose_content_is_broken_keeps_rules_from_passing() -> None:
    pdf = sound_interior()
    pdf.pages[2].obj.Contents = pdf.make_stream(b"q /Nothing gs 1 0 0 RG BT (open")
    report = examine(saved(pdf), specimen_printer())
    assert {outcome.rule.number for outcome in report.not_checked} >= {8, 30, 33}
    sound = examine(SOUND, specimen_printer())
    assert replace(sound, outcomes=()) != replace(report, outcomes=())
