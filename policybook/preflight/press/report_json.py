"""The report as JSON. Its keys are a public contract: none is given another meaning, and none is taken away.

format       "policybook-preflight-1"
file, sha256, kind, pages
printer      {name, standard, condition}
summary      {errors, warnings, suppressed, passed, not_checked, not_applicable}: findings first, then rules
rules        [{code, number, title, clause, threshold, status, reason, findings}], all of them, by number;
             status: passed, error, warning, suppressed, not checked, not applicable; reason says why it was not
             checked (also with findings: not on all pages) or why it is off; findings is how many it has
findings     [{code, severity, message, hint, page, box}]: page counts from 1; box is [left, bottom, right, top] in
             points of the page's default user space (ISO 32000-1, 8.3.2.3); both null where they don't apply
suppressed   the same with reason, the edition's
unused       [{code, pages, reason}]: suppressions that fit no finding
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from policybook.preflight.press.examination import Report, word
from policybook.preflight.press.rules import Finding, Outcome, Status
from policybook.preflight.press.thresholds import clause, threshold

FORMAT = "policybook-preflight-1"


def report_dict(report: Report) -> dict[str, Any]:
    """The report as what JSON has: dictionaries, lists, numbers and text."""
    printer = report.printer
    return {
        "format": FORMAT,
        "file": report.file,
        "sha256": report.sha256,
        "kind": report.kind.value,
        "pages": report.pages,
        "printer": {
            "name": printer.name,
            "standard": printer.standard.value,
            "condition": printer.condition.identifier,
        },
        "summary": summary(report),
        "rules": [_rule(outcome, report) for outcome in report.outcomes],
        "findings": [_finding(finding) for finding in report.findings],
        "suppressed": [_finding(each.finding) | {"reason": each.reason} for each in report.suppressed],
        "unused": [{"code": one.code, "pages": list(one.pages), "reason": one.reason} for one in report.unused],
    }


def report_json(report: Report) -> str:
    """The report as the text of a JSON file, the same for the same report."""
    return json.dumps(report_dict(report), ensure_ascii=False, indent=2) + "\n"


def summary(report: Report) -> dict[str, int]:
    """How many findings there are, and how many rules were passed, not checked, not applicable."""
    rules = Counter(outcome.status for outcome in report.outcomes)
    return {
        "errors": len(report.errors),
        "warnings": len(report.warnings),
        "suppressed": len(report.suppressed),
        "passed": rules[Status.PASSED],
        "not_checked": len(report.not_checked),
        "not_applicable": rules[Status.NOT_APPLICABLE],
    }


def _rule(outcome: Outcome, report: Report) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "code": rule.code,
        "number": rule.number,
        "title": rule.title,
        "clause": clause(rule),
        "threshold": threshold(rule, report.printer),
        "status": word(outcome),
        "reason": outcome.reason,
        "findings": len(outcome.findings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "page": finding.page,
        "box": finding.box.as_list() if finding.box is not None else None,
    }
