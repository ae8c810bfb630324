"""The report for a terminal: what was found, by rule, with the first pages; what was not checked; a summary."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from policybook.preflight.press.examination import Report
from policybook.preflight.press.report_json import summary
from policybook.preflight.press.rules import Outcome
from policybook.printer import Severity

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

#: How many different messages of a rule, and how many pages of a message, are named.
_MESSAGES, _PAGES = 6, 8
_MORE = re.compile(r"; \d+ more like it on the page$")


def report_text(report: Report) -> str:
    """The report as lines of text, without a newline at the end."""
    return "\n".join(_lines(report))


def verdict(report: Report) -> str:
    """The report in two sentences: how many findings there are, and how many rules passed or did not."""
    told = summary(report)
    found = f"{counted(told['errors'], 'error')}, {counted(told['warnings'], 'warning')}"
    if told["suppressed"]:
        found += f", {told['suppressed']} suppressed"
    unchecked = told["not_checked"]
    return (
        f"{found}. {counted(told['passed'], 'rule')} passed, {unchecked} {'was' if unchecked == 1 else 'were'} "
        f"not checked, {told['not_applicable']} do{'es' * (told['not_applicable'] == 1)} not apply."
    )


def counted(count: int, noun: str) -> str:
    """A count and its noun: `1 error`, `2 errors`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def pages_named(pages: Iterable[int | None], most: int = _PAGES) -> str:
    """The first of the pages: `page 3`, `pages 3, 4, 9 and 12 more`; "" where there are none."""
    numbers = list(dict.fromkeys(page for page in pages if page is not None))
    if not numbers:
        return ""
    shown = ", ".join(map(str, numbers[:most])) + (f" and {len(numbers) - most} more" if len(numbers) > most else "")
    return f"page{'s' * (len(numbers) > 1)} {shown}"


def _lines(report: Report) -> Iterator[str]:
    printer = report.printer
    yield f"{report.file or 'the file'}: {report.kind.value}, {counted(report.pages, 'page')}"
    yield f"for {printer.name}: {printer.standard.value}, {printer.condition.identifier}"
    for outcome in report.outcomes:
        if outcome.findings:
            yield from ("", f"{outcome.rule.code} {outcome.rule.title}")
            yield from _findings(outcome)
    if report.not_checked:
        yield from ("", "Not checked:")
        yield from (f"    {each.rule.code} {each.rule.title}: {each.reason}" for each in report.not_checked)
    if report.suppressed:
        yield from ("", "Suppressed by the edition:")
        for (code, reason), findings in grouped(report.suppressed, lambda each: (each.finding.code, each.reason)):
            where = pages_named(each.finding.page for each in findings)
            yield f"    {code} {where + ', ' if where else ''}{reason}"
    for unused in report.unused:
        yield from ("", f"The suppression of {unused.code} fits no finding of this file ({unused.reason})")
    yield from ("", verdict(report))


def _findings(outcome: Outcome) -> Iterator[str]:
    told = grouped(outcome.findings, lambda finding: (finding.severity is Severity.WARNING, _bare(finding.message)))
    told.sort(key=lambda group: group[0][0])
    hints: list[str] = []
    for (is_warning, message), findings in told[:_MESSAGES]:
        where = pages_named(finding.page for finding in findings)
        yield f"    {'warning' if is_warning else 'error'}: {message}{f' ({where})' if where else ''}"
        hints += [finding.hint for finding in findings]
    rest = [finding for _, findings in told[_MESSAGES:] for finding in findings]
    if rest:
        yield f"    and {counted(len(rest), 'finding')} more, {pages_named(finding.page for finding in rest)}"
    yield from (f"    hint: {hint}" for hint in list(dict.fromkeys(hints))[:2])


def _bare(message: str) -> str:
    """The message without how many more there are on its page, so that pages with different counts go together."""
    return _MORE.sub("", message)


def grouped(things: Sequence[T], key: Callable[[T], K]) -> list[tuple[K, list[T]]]:
    """Things that have the same key, together, in the order in which the first of each came."""
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return list(groups.items())
