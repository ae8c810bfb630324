"""Problems as values: a code, a severity, a message, a hint and the place in the source.

Nothing here raises on its own account and nothing prints. Stages collect `Problem`s; the command line renders them. The
codes are a public contract: they are listed in `policybook.codes`, documented in docs/codes.md (made from that list),
and each has a defective manuscript under tests/ that fires it.

    PolicybookError          has the exit status on the class
    ├── ContentError         1  the content or the result is at fault; carries every problem found
    ├── RefusedError         1  the preflight refuses a finished file
    └── MachineError         3  a library, a font or a tool is missing
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from policybook.codes import CODES


class Severity(StrEnum):
    """How much a problem weighs: an error stops the build, a warning is reported."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a source file: path relative to the project, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `code` is a key of `CODES`; `hint` says what to do about this one."""

    code: str
    message: str
    source: Source | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code} is not listed in policybook.codes")

    @property
    def severity(self) -> Severity:
        """The severity of the code, which is the same wherever it fires."""
        return Severity(CODES[self.code].severity)

    @property
    def is_error(self) -> bool:
        """Whether the build must stop."""
        return self.severity is Severity.ERROR


class PolicybookError(Exception):
    """What the command line turns into a message and an exit status."""

    exit_status: ClassVar[int] = 1


class ContentError(PolicybookError):
    """The content, or what was made of it, is at fault. Holds every problem, not the first."""

    exit_status = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("; ".join(f"{p.code} {p.message}" for p in self.problems))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        """Lets the error travel from a process that typesets."""
        return ContentError, (self.problems,)


class RefusedError(PolicybookError):
    """A finished file is refused by its preflight. The text is what the preflight says; the remedy is what to do."""

    exit_status = 1

    def __init__(self, report: str, remedy: str = "") -> None:
        self.remedy = remedy
        super().__init__(report)


class MachineError(PolicybookError):
    """Something that the machine must offer is missing. The remedy is a command to type."""

    exit_status = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        self.remedy = remedy
        super().__init__(message)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by path, line and column, without repetitions; those without a place come last."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.source is None, p.source or Source(""), p.code, p.message)))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a build."""
    return tuple(p for p in problems if p.is_error)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that a word is most likely a misspelling of, or an empty string."""
    return next(iter(difflib.get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)), "")


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or lists the known ones if none is near."""
    choices = sorted(set(known))
    near = nearest(word, choices)
    if near:
        return f"did you mean “{near}”?"
    if not choices:
        return ""
    shown = ", ".join(choices[:12]) + (", …" if len(choices) > 12 else "")
    return f"known: {shown}"


def render(problem: Problem, line: str | None = None) -> str:
    """The problem as text: `path:line:column: CODE message`, the source line, a caret, the hint.

    `line` is the text of the source line, without its newline, or None when there is none to show.
    """
    place = f"{problem.source}: " if problem.source else ""
    rows = [f"{place}{problem.code} {problem.message}"]
    if line is not None and problem.source is not None:
        shown = line.replace("\t", " ")
        rows += [f"    {shown}", "    " + " " * (problem.source.column - 1) + "^"]
    if problem.hint:
        rows.append(f"    hint: {problem.hint}")
    return "\n".join(rows)
