"""Rules about lines: 22 black ones overprint, 26 white ones and those in several inks, 27 none is too thin.

The thresholds of 22 and 26 are those of the Ghent Workgroup 2022 for sheetfed CMYK; that of 27 is the printer's.
"""

from __future__ import annotations

from collections.abc import Iterator

from policybook.geometry import points
from policybook.preflight.press.painted import Painted, PaintKind
from policybook.preflight.press.rules import Rule
from policybook.preflight.press.rules_text import BLACK_LINE, is_line
from policybook.preflight.press.sightings import Leaf, Sighting, painted_rule
from policybook.printer import Severity

#: Lines in white or in several inks are at least as wide as this (points).
_DELICATE = 0.25
#: Matrices and numbers of six digits make a quarter of a point 0.24999975.
_ROUNDING = 0.002
#: A fill is a rule that was drawn as an area if it is so many times as long as it is thin.
_RULE_SHAPE = 8.0


def _black_lines(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 22: lines in K alone under 2 pt overprint. GWG R0010; of DeviceGray, rule 23 tells. A warning."""
    for painted in leaf.printed:
        width = painted.width or 0.0
        if not is_line(painted) or width >= BLACK_LINE or not painted.colour.is_black:
            continue
        if painted.colour.space != "DeviceGray" and not painted.overprints:
            yield Sighting(
                Severity.WARNING,
                "black line",
                f"a black line of {width:.2f} pt does not overprint: white edges show where the plates don't fit",
                "set thin black lines to overprint (OP and OPM 1)",
                painted.box,
                -width,
            )


def _delicate_lines(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 26: lines in white or in several inks are at least .25 pt wide. GWG R0018, R0019. A warning."""
    for painted in leaf.printed:
        if _is_delicate(painted):
            colour = "white" if painted.colour.is_white else f"in several inks ({painted.colour.words})"
            yield Sighting(
                Severity.WARNING,
                "white" if painted.colour.is_white else "several inks",
                f"a line of {painted.width or 0:.3f} pt is {colour}: it is lost where the plates don't fit",
                "make it .25 pt wide at least, or set it in one ink",
                painted.box,
                -(painted.width or 0),
            )


def _is_delicate(painted: Painted) -> bool:
    inks = painted.colour.inks
    several = inks is not None and len(inks) > 1
    return is_line(painted) and (painted.width or 0) < _DELICATE - _ROUNDING and (several or painted.colour.is_white)


def _thin_lines(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 27: every line is as wide as the printer asks; under half of that it is an error, else a warning.

    Areas that are drawn for a rule count, as a warning: their edges have no width that a RIP could widen. White ones
    don't, and lines in white or in several inks are for rule 26.
    """
    least = points(leaf.subject.printer.least_line)
    for painted in leaf.printed:
        width = painted.width
        if width is None or width >= least - _ROUNDING or _is_delicate(painted):
            continue
        if painted.kind is PaintKind.STROKE:
            severity, what = (Severity.ERROR if width < least / 2 - _ROUNDING else Severity.WARNING), "a line"
        elif painted.kind is PaintKind.FILL and _is_rule(painted):
            severity, what = Severity.WARNING, "a rule, drawn as an area,"
        else:
            continue
        yield Sighting(
            severity,
            what,
            f"{what} is {f'{width:.3f} pt wide' if width else 'as thin as can be'}; the printer asks for {least:g} pt",
            f"make it {least:g} pt wide at least",
            painted.box,
            -width,
        )


def _is_rule(painted: Painted) -> bool:
    box = painted.box
    short, long = sorted((box.right - box.left, box.top - box.bottom))
    return long > _RULE_SHAPE * short and not painted.colour.is_white


RULES: tuple[Rule, ...] = (
    painted_rule(22, "Thin black lines overprint", "GWG R0010", _black_lines, rgb=False),
    painted_rule(26, "Lines in white or several inks are not too thin", "GWG R0018, R0019", _delicate_lines),
    painted_rule(27, "Lines are not too thin", "", _thin_lines),
)
