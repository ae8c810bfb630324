"""What a rule of the press preflight is, and what comes of it. A rule that could not be measured is never passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from policybook.geometry import Box
from policybook.printer import Severity

if TYPE_CHECKING:
    from policybook.preflight.press.subject import Subject


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a print shop would send a file back for, or ask about.

    `page` counts from 1; `box` is where on it, in the page's default user space (ISO 32000-1, 8.3.2.3); both are None
    where they don't apply. `severity` is the rule's own; the printer may change it. `message` says what was measured.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    page: int | None = None
    box: Box | None = None


class NotChecked(Exception):  # noqa: N818 - no error: a rule says with it that it could not measure, and why
    """Raised by a rule that can't measure this file; its words are the reason."""


class Status(StrEnum):
    """What came of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class RuleName:
    """A rule's number in docs/printing.md, its title, and the clause that it holds files against."""

    number: int
    title: str
    clause: str

    @property
    def code(self) -> str:
        """The code of its findings."""
        return f"PRES{self.number:03}"


@dataclass(frozen=True, slots=True)
class Rule(RuleName):
    """A rule and its check. `applies` tells whether the rule says anything of a file."""

    check: Callable[[Subject], Iterable[Finding]]
    applies: Callable[[Subject], bool] = lambda _: True

    @property
    def name(self) -> RuleName:
        """The rule without its functions, which can't travel from a worker."""
        return RuleName(self.number, self.title, self.clause)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a rule: its findings where it failed, the reason where it was not checked."""

    rule: RuleName
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""
