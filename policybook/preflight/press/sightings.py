"""From what rules see on a page to their findings: like things of a page are one finding, which tells how many.

A finding's box and its measure are those of the worst of them, or of the first where all are as bad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policybook.geometry import Box
from policybook.preflight.press.painted import Painted
from policybook.preflight.press.painting_state import common, rectangle
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Kind
from policybook.printer import Severity, Standard

if TYPE_CHECKING:
    from policybook.preflight.press.subject import Subject


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something on a page that a rule objects to. `kind` is what makes it like others; `badness` rises."""

    severity: Severity
    kind: str
    message: str
    hint: str
    box: Box | None
    badness: float = 0.0


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page while a rule looks at it: what it paints, and its boxes (14.11.2) in default user space."""

    subject: Subject
    number: int
    media: Box
    bleed: Box
    trim: Box
    painted: tuple[Painted, ...]

    @property
    def printed(self) -> Iterator[Painted]:
        """What is seen on paper: not drawn into a mask, not transparent, and not in the slug."""
        return (each for each in self.painted if each.is_visible and common(each.box, self.bleed) is not None)

    @property
    def is_verso(self) -> bool:
        """Whether it is a left-hand page: by the edition, or because its number is even."""
        versos = self.subject.expected.versos
        return versos[self.number - 1] if self.number <= len(versos) else self.number % 2 == 0

    @property
    def is_cover(self) -> bool:
        """Whether it is of the cover, which has no inner side."""
        return self.subject.kind is Kind.COVER


Look = Callable[[Leaf], Iterable[Sighting]]


def painted_rule(
    number: int,
    title: str,
    clause: str,
    look: Look,
    *,
    rgb: bool = True,
    everywhere: Callable[[Subject], Iterable[Finding]] = lambda _: (),
) -> Rule:
    """A rule about what pages paint; with `rgb` false it says nothing of files in sRGB, which the printer converts.

    `everywhere` finds what is wrong with the file as a whole.
    """
    code = f"PRES{number:03}"

    def check(subject: Subject) -> Iterator[Finding]:
        yield from everywhere(subject)
        yield from findings(code, subject, look)

    return Rule(number, title, clause, check, lambda subject: rgb or subject.printer.standard is not Standard.RGB)


def findings(code: str, subject: Subject, look: Look) -> Iterator[Finding]:
    """What a look at each page finds.

    Raises NotChecked, with the reason for the first page that can't be read, after the findings of all other pages.
    """
    unread: NotChecked | None = None
    for number in range(1, len(subject.pdf.pages) + 1):
        try:
            yield from merged(code, number, look(leaf(subject, number)))
        except NotChecked as reason:
            unread = unread or reason
    if unread is not None:
        raise unread


def merged(code: str, page: int, sightings: Iterable[Sighting]) -> Iterator[Finding]:
    """A finding for all sightings of a page that are of one severity and kind, in the order of the first ones."""
    groups: dict[tuple[Severity, str], list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault((sighting.severity, sighting.kind), []).append(sighting)
    for (severity, _), group in groups.items():
        worst = max(group, key=lambda sighting: sighting.badness)
        more = f"; {len(group) - 1} more like it on the page" if len(group) > 1 else ""
        yield Finding(code, severity, worst.message + more, worst.hint, page, worst.box)


def leaf(subject: Subject, number: int) -> Leaf:
    """A page, counted from 1, as rules look at it. Raises NotChecked where it can't be read."""
    page = subject.pdf.pages[number - 1]
    try:
        media, bleed, trim = (rectangle(box) for box in (page.mediabox, page.bleedbox, page.trimbox))
    except (TypeError, ValueError) as error:
        raise NotChecked(f"page {number} has a box that is no rectangle: {error}") from error
    return Leaf(subject, number, media, bleed, trim, subject.painted(number))
