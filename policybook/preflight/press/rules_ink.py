"""Rules 16 and 17: how much ink the plates put on one place, measured on the plates themselves.

A page on which no colour has more ink than the paper takes, and on which nothing adds ink to ink, can't have more
anywhere; it passes without being rendered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from policybook.geometry import Box
from policybook.preflight.press.coverage import MOST, NOTHING, PPI, Excess, Place, peaks, squares
from policybook.preflight.press.page_boxes import boxes_of
from policybook.preflight.press.painted import Painted, PaintKind
from policybook.preflight.press.plates import bleed_box, separated
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Subject
from policybook.printer import Severity, Standard

_SQUARE = "as the mean of a square of 15 mm"
_AVERAGE = "lighten the picture or the ground: its dark parts cover too large an area for the paper"
_PEAK = "make the darkest colors of less cyan, magenta and yellow, or convert the picture by the printer's profile"
#: Spaces of which the colours are inks as they stand.
_INKED = frozenset({"DeviceCMYK", "Separation", "DeviceN"})
_NORMAL = frozenset({"Normal", "Compatible"})


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a page, or why it was not."""

    page: int
    average: Excess = NOTHING
    peak: Excess = NOTHING
    reason: str = ""


def _check_average(subject: Subject) -> Iterator[Finding]:
    """PRES016: the mean of the ink of a square of 15 mm inside the BleedBox (GWG 2022 R0026)."""
    limit = subject.printer.ink.average
    pages = _pages(subject)
    for page in pages:
        yield from _findings("PRES016", page.page, page.average, limit, _SQUARE, _AVERAGE)
    _say_unmeasured(pages)


def _check_peak(subject: Subject) -> Iterator[Finding]:
    """PRES017: the ink of any spot of a third of a millimetre inside the BleedBox."""
    limit = subject.printer.ink.peak
    pages = _pages(subject)
    for page in pages:
        yield from _findings("PRES017", page.page, page.peak, limit, "at one place", _PEAK)
    _say_unmeasured(pages)


def _findings(code: str, page: int, excess: Excess, limit: float, what: str, hint: str) -> Iterator[Finding]:
    more = excess.count - len(excess.places)
    for index, place in enumerate(excess.places):
        rest = f"; {more} more on this page" if more and index == MOST - 1 else ""
        message = f"{place.sum:.0f}% ink {what} ({_build(place)}), and the paper takes {limit:g}%{rest}"
        yield Finding(code, Severity.ERROR, message, hint, page, place.box)


def _build(place: Place) -> str:
    return ", ".join(f"{ink} {value:.0f}" for ink, value in zip("CMYK", place.inks, strict=True))


def _say_unmeasured(pages: Sequence[Measured]) -> None:
    """Raises NotChecked where a page was not measured."""
    reasons: dict[str, list[int]] = {}
    for page in pages:
        if page.reason:
            reasons.setdefault(page.reason, []).append(page.page)
    if reasons:
        raise NotChecked("; ".join(f"{_places(numbers)}: {reason}" for reason, numbers in reasons.items()))


def _places(pages: Sequence[int]) -> str:
    shown = ", ".join(map(str, pages[:8])) + (", …" if len(pages) > 8 else "")
    return f"page {shown}" if len(pages) == 1 else f"pages {shown}"


def _pages(subject: Subject) -> tuple[Measured, ...]:
    """The pages that had to be rendered, as they were measured."""
    ink = subject.printer.ink
    limit = min(ink.average, ink.peak)
    every = range(1, len(subject.pdf.pages) + 1)
    inked = every if subject.printer.standard is not Standard.RGB else filter(partial(_has_inks, subject), every)
    pages = tuple(page for page in inked if not _is_within(subject, page, limit))
    return measured(subject.data, pages, ink.average, ink.peak)


@lru_cache(maxsize=1)
def measured(data: bytes, pages: tuple[int, ...], average: float, peak: float) -> tuple[Measured, ...]:
    """Both rules ask for the same; only the last file is kept."""
    found = []
    for page, plates in separated(data, pages, PPI):
        if isinstance(plates, NotChecked):
            found.append(Measured(page, reason=str(plates)))
            continue
        reason = f"no plate shows its spot colors ({', '.join(plates.spots)})" if plates.spots else ""
        found.append(Measured(page, squares(plates, average), peaks(plates, peak), reason))
    return tuple(found)


# what needs no rendering


def _is_within(subject: Subject, page: int, limit: float) -> bool:
    """Whether no place of a page can have more ink than a limit, in per cent, by what is painted on it.

    Paint over paint, even if it is transparent, has no more ink than one of the two (ISO 32000-1, 11.3.3), ink by ink
    where one of them overprints. Colours that are not known (of pictures, of shadings, by profiles) are no bound.
    """
    try:
        painted = subject.painted(page)
        box = bleed_box(boxes_of(subject.pdf, page))
    except NotChecked:
        return False
    knocking = over = (0.0, 0.0, 0.0, 0.0)
    most = colours = 0.0
    for thing in painted:
        if not thing.is_visible or not _meet(thing.box, box):
            continue
        build = _known_build(thing)
        if build is None or thing.blend_mode not in _NORMAL:
            return False
        if thing.overprint:
            over = _greater(over, build)
        else:
            knocking = _greater(knocking, build)
            most, colours = max(most, sum(build)), max(colours, sum(build[:3]))
    if any(over[:3]):
        most = sum(_greater(over, knocking))
    elif over[3]:
        most = max(most, colours + max(knocking[3], over[3]))
    return 100 * most <= limit


def _known_build(thing: Painted) -> tuple[float, float, float, float] | None:
    if (
        thing.kind in {PaintKind.IMAGE, PaintKind.INLINE_IMAGE, PaintKind.SHADING}
        and thing.colour.space == "DeviceGray"
    ):
        return 0.0, 0.0, 0.0, 1.0
    return thing.colour.build


def _greater(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    c, m, y, k = (max(pair) for pair in zip(one, other, strict=True))
    return c, m, y, k


def _meet(one: Box, other: Box) -> bool:
    return one.left < other.right and one.right > other.left and one.bottom < other.top and one.top > other.bottom


def _has_inks(subject: Subject, page: int) -> bool:
    """Whether a page has colours that are inks as they stand, or may have."""
    try:
        colours = [thing.colour for thing in subject.painted(page)]
    except NotChecked:
        return True
    return any(not _INKED.isdisjoint((colour.space, colour.alternate)) for colour in colours)


def _applies(subject: Subject) -> bool:
    """Of colours in RGB, a print shop that asks for them decides the ink: it converts them, and holds its own limit."""
    pages = range(1, len(subject.pdf.pages) + 1)
    return subject.printer.standard is not Standard.RGB or any(_has_inks(subject, page) for page in pages)


RULES = (
    Rule(16, "Ink coverage of an area", "GWG 2022 R0026", _check_average, _applies),
    Rule(17, "Ink coverage at any place", "", _check_peak, _applies),
)
