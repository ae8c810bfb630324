"""Rules about small text and about overprinting: 20, 21, 23, 24, 25.

The thresholds are those of the Ghent Workgroup 2022 for sheetfed CMYK. What can be lost in print is an error; what
prints with a fault that depends on how well the plates fit is a warning. The severities are the house's, which a
printer profile may change.
"""

from __future__ import annotations

from collections.abc import Iterator

from policybook.preflight.press.painted import Painted, PaintKind
from policybook.preflight.press.rules import Rule
from policybook.preflight.press.rules_colour import is_rich_black
from policybook.preflight.press.sightings import Leaf, Sighting, painted_rule
from policybook.printer import Severity

#: Black text under this size, and black lines under this width, overprint (points).
BLACK_TEXT, BLACK_LINE = 12.0, 2.0
#: Text in white or in several inks is at least of this size (points).
_SMALL = 8.0
_VECTOR = frozenset({PaintKind.TEXT, PaintKind.FILL, PaintKind.STROKE, PaintKind.STENCIL})


def _white_overprints(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 20: white text and paths don't overprint, or they are lost. GWG R0007, R0008. An error."""
    for painted in leaf.printed:
        if painted.kind in _VECTOR and painted.overprint and painted.colour.is_white:
            what = "white text" if painted.text is not None else "a white shape or line"
            yield Sighting(
                Severity.ERROR,
                what,
                f"{what} is set to overprint: it is not seen in print",
                "turn overprinting off for white",
                painted.box,
            )


def _black_text(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 21: text in K alone under 12 pt overprints. GWG R0009; of DeviceGray, rule 23 tells. A warning."""
    for painted in leaf.printed:
        if painted.text is None or painted.text.size >= BLACK_TEXT or not _is_black_ink(painted):
            continue
        if not painted.overprints:
            yield Sighting(
                Severity.WARNING,
                "black text",
                f"black text of {painted.text.size:.2f} pt does not overprint: white edges show where plates shift",
                "set black text to overprint (OP, op and OPM 1)",
                painted.box,
                -painted.text.size,
            )


def _gray(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 23: no small black text and no thin black lines in DeviceGray, which can't overprint. A warning.

    Nor is anything in it set to overprint. GWG R0011, R0012, R0013.
    """
    for painted in leaf.printed:
        if painted.colour.space != "DeviceGray":
            continue
        hint = "set it in DeviceCMYK: C 0, M 0, Y 0, and K"
        if painted.colour.is_black and painted.text is not None and painted.text.size < BLACK_TEXT:
            said = f"black text of {painted.text.size:.2f} pt is in DeviceGray, which does not overprint"
            yield Sighting(Severity.WARNING, "text", said, hint, painted.box, -painted.text.size)
        elif painted.colour.is_black and is_line(painted) and (painted.width or 0) < BLACK_LINE:
            said = f"a black line of {painted.width or 0:.2f} pt is in DeviceGray, which does not overprint"
            yield Sighting(Severity.WARNING, "line", said, hint, painted.box, -(painted.width or 0))
        elif painted.overprint and painted.kind in _VECTOR and not painted.colour.is_white:
            said = "something in DeviceGray is set to overprint, which presses take in different ways"
            yield Sighting(Severity.WARNING, "overprint", said, hint, painted.box)


def is_line(painted: Painted) -> bool:
    """Whether it is a line that is drawn as one."""
    return painted.kind is PaintKind.STROKE and painted.width is not None


def _small_white(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 24: white text is at least of 8 pt. GWG R0016. A warning."""
    for painted in leaf.printed:
        if painted.text is not None and painted.text.size < _SMALL and painted.colour.is_white:
            yield Sighting(
                Severity.WARNING,
                "white text",
                f"white text of {painted.text.size:.2f} pt fills with ink",
                "set white text in 8 pt at least, and rather bold",
                painted.box,
                -painted.text.size,
            )


def _small_multi_ink(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 25: text in two inks or more is at least of 8 pt. GWG R0017; of rich black, rule 19 tells. A warning."""
    for painted in leaf.printed:
        inks = painted.colour.inks
        if painted.text is None or inks is None or len(inks) < 2 or painted.text.size >= _SMALL:
            continue
        if not is_rich_black(painted):
            yield Sighting(
                Severity.WARNING,
                "small text",
                f"text of {painted.text.size:.2f} pt is in several inks ({painted.colour.words}): it blurs where the "
                "plates don't fit",
                "set it in one ink, or in 8 pt at least",
                painted.box,
                -painted.text.size,
            )


def _is_black_ink(painted: Painted) -> bool:
    return painted.colour.is_black and painted.colour.space != "DeviceGray"


RULES: tuple[Rule, ...] = (
    painted_rule(20, "White does not overprint", "GWG R0007, R0008", _white_overprints),
    painted_rule(21, "Small black text overprints", "GWG R0009", _black_text, rgb=False),
    painted_rule(23, "Small black text and lines are not in Gray", "GWG R0011, R0012, R0013", _gray, rgb=False),
    painted_rule(24, "White text is not too small", "GWG R0016", _small_white),
    painted_rule(25, "Text in several inks is not too small", "GWG R0017", _small_multi_ink, rgb=False),
)
