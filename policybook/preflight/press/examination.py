"""The examination of a file: every rule is asked, and what comes of it is a report. Nothing is repaired.

A rule that could not measure the file is "not checked", and so is one in which a library failed; it is never passed. A
finding that the edition accepts is suppressed with its reason, and its rule isn't passed either.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pikepdf

from policybook.diagnostics import ContentError, Problem, Source
from policybook.edition import Suppression
from policybook.preflight.press import (
    rules_area,
    rules_boxes,
    rules_colour,
    rules_cover,
    rules_document,
    rules_fonts,
    rules_images,
    rules_ink,
    rules_lines,
    rules_text,
    rules_transparency,
)
from policybook.preflight.press.in_use import in_use
from policybook.preflight.press.rules import Finding, NotChecked, Outcome, Rule, Status
from policybook.preflight.press.subject import Expected, Kind, Subject
from policybook.printer import Printer, Severity

#: Rules of the file as a whole, and rules that look at one page after the other.
DOCUMENT_RULES = (rules_document, rules_boxes, rules_cover)
PAGE_RULES = (
    rules_area,
    rules_colour,
    rules_fonts,
    rules_images,
    rules_ink,
    rules_lines,
    rules_text,
    rules_transparency,
)
_OFF = "switched off by the printer's profile"
_NOTHING_EXPECTED = Expected()


def all_rules() -> tuple[Rule, ...]:
    """All rules, by number."""
    rules = (rule for module in (*DOCUMENT_RULES, *PAGE_RULES) for rule in module.RULES)
    return tuple(sorted(rules, key=lambda rule: rule.number))


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that is accepted, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an examination.

    `outcomes` are those of all rules, by number; `suppressed` are findings that they don't have because they are
    accepted; `unused` are suppressions that fit no finding. `sha256` is that of the file's bytes, in hex.
    """

    file: str
    sha256: str
    printer: Printer
    kind: Kind
    pages: int
    outcomes: tuple[Outcome, ...]
    suppressed: tuple[Suppressed, ...] = ()
    unused: tuple[Suppression, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings but those that are suppressed, by rule and then as they were found."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What the print shop would send the file back for."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What the print shop may ask about."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    @property
    def not_checked(self) -> tuple[Outcome, ...]:
        """The rules that could not be measured, or not on all pages."""
        return tuple(
            outcome for outcome in self.outcomes if outcome.reason and outcome.status is not Status.NOT_APPLICABLE
        )


def word(outcome: Outcome) -> str:
    """What came of a rule, in a word or two."""
    if outcome.status is Status.FAILED and not outcome.findings:
        return "suppressed"
    if outcome.status is Status.FAILED:
        errors = any(finding.severity is Severity.ERROR for finding in outcome.findings)
        return "error" if errors else "warning"
    return outcome.status.value


def examine(
    data: bytes,
    printer: Printer,
    kind: Kind = Kind.INTERIOR,
    expected: Expected = _NOTHING_EXPECTED,
    suppressed: Sequence[Suppression] = (),
    rules: Iterable[Rule] | None = None,
    name: str = "",
) -> Report:
    """The report on a file, by its bytes. `name` is what messages call it.

    Raises ContentError (PRES000) where it can't be opened: it is no PDF, it is damaged, or it wants a password.
    """
    try:
        with _opened(data, name) as pdf:
            subject = Subject(data, pdf, printer, kind, expected)
            asked = [_ask(rule, subject) for rule in (all_rules() if rules is None else rules)]
            pages = len(pdf.pages)
    finally:
        in_use.cache_clear()
        rules_ink.measured.cache_clear()
    outcomes, accepted = zip(*(_accept(outcome, suppressed) for outcome in asked), strict=True) if asked else ((), ())
    taken = tuple(each for some in accepted for each in some)
    unused = tuple(one for one in suppressed if not any(_fits(one, each.finding) for each in taken))
    return Report(name, hashlib.sha256(data).hexdigest(), printer, kind, pages, outcomes, taken, unused)


def _opened(data: bytes, name: str) -> pikepdf.Pdf:
    source = Source(name) if name else None
    try:
        pdf = pikepdf.open(io.BytesIO(data))
        count = len(pdf.pages)
    except pikepdf.PasswordError as error:
        hint = "save it without a password; a print shop can't open it either"
        raise ContentError([Problem("PRES000", "the file can't be opened without a password", source, hint)]) from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        hint = "export it again; it is damaged, or it is no PDF"
        raise ContentError([Problem("PRES000", f"the file can't be read as a PDF: {error}", source, hint)]) from error
    if not count:
        pdf.close()
        raise ContentError([Problem("PRES000", "the file has no pages", source, "export it again")])
    return pdf


def _ask(rule: Rule, subject: Subject) -> Outcome:
    """What comes of a rule, with the printer's own severity."""
    if not rule.applies(subject):
        return Outcome(rule.name, Status.NOT_APPLICABLE)
    severity = subject.printer.severity.get(rule.code)
    if severity is Severity.OFF:
        return Outcome(rule.name, Status.NOT_APPLICABLE, reason=_OFF)
    findings: list[Finding] = []
    reason = ""
    try:
        for finding in rule.check(subject):
            findings.append(finding)  # noqa: PERF402 - those before a failure are kept
    except NotChecked as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a broken file makes libraries fail in any way
        reason = f"the file could not be read here ({type(error).__name__}: {error})"
    if severity is not None:
        findings = [replace(finding, severity=severity) for finding in findings]
    status = Status.FAILED if findings else Status.NOT_CHECKED if reason else Status.PASSED
    return Outcome(rule.name, status, tuple(findings), reason)


def _accept(outcome: Outcome, suppressed: Sequence[Suppression]) -> tuple[Outcome, tuple[Suppressed, ...]]:
    """The outcome without the findings that are accepted, and those; a rule without others is still not passed."""
    kept: list[Finding] = []
    accepted: list[Suppressed] = []
    for finding in outcome.findings:
        reason = next((one.reason for one in suppressed if _fits(one, finding)), None)
        if reason is None:
            kept.append(finding)
        else:
            accepted.append(Suppressed(finding, reason))
    status = Status.NOT_CHECKED if accepted and not kept and outcome.reason else outcome.status
    return replace(outcome, status=status, findings=tuple(kept)), tuple(accepted)


def _fits(suppression: Suppression, finding: Finding) -> bool:
    return suppression.code == finding.code and (not suppression.pages or finding.page in suppression.pages)
