"""The graphics state as far as the plates need it: current colours, overprint, and what it leaves of an operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pikepdf import DataDecodingError, Name, PdfError

from policybook.preflight.press.ink_spaces import GRAY, Each, Space

#: What a file that is not as it should be makes a reader raise.
FAULTS = (ValueError, LookupError, AttributeError, TypeError, PdfError, DataDecodingError)
#: What is left of an operation that paints when its fill, or its stroke, is dropped (table 60).
WITHOUT_FILL = {b"f": b"n", b"F": b"n", b"f*": b"n", b"B": b"S", b"B*": b"S", b"b": b"s", b"b*": b"s"}
WITHOUT_STROKE = {b"S": b"n", b"s": b"n", b"B": b"f", b"B*": b"f*", b"b": b"h f", b"b*": b"h f*"}
#: The same of text rendering modes (table 106).
TEXT_WITHOUT_FILL = {0: 3, 2: 1, 4: 7, 6: 5}
TEXT_WITHOUT_STROKE = {1: 3, 2: 0, 5: 7, 6: 4}
NO_INK: Each = (False, False, False, False)


@dataclass(frozen=True, slots=True)
class Paint:
    """A current colour: its space, and of which inks it has none."""

    space: Space
    absent: Each

    def left(self, *, overprints: bool, nonzero: bool) -> Each:
        """Which inks painting with it leaves as they are."""
        if self.space.invisible:
            return self.space.kept
        if not overprints:
            return NO_INK
        by_mode = nonzero and self.space.direct
        c, m, y, k = (kept or (by_mode and absent) for kept, absent in zip(self.space.kept, self.absent, strict=True))
        return c, m, y, k


BLACK = Paint(GRAY, (True, True, True, False))


@dataclass(frozen=True, slots=True)
class State:
    """What of the graphics state matters here (8.4.1): OP, op and OPM, the colours, the text rendering mode, a mask."""

    fill: Paint = BLACK
    stroke: Paint = BLACK
    fill_overprints: bool = False
    stroke_overprints: bool = False
    nonzero: bool = False
    rendering: int = 0
    masked: bool = False

    def left(self, *, stroke: bool) -> Each:
        """Which inks stay as they are where this is painted."""
        if stroke:
            return self.stroke.left(overprints=self.stroke_overprints, nonzero=self.nonzero)
        return self.fill.left(overprints=self.fill_overprints, nonzero=self.nonzero)


@dataclass(slots=True)
class Notes:
    """What was met on the way.

    `reasons` are why it can't be measured; `inked` says that there are other colours than gray, `partial` that an
    overprint leaves some of the inks of one plate as they are, and not the others.
    """

    reasons: set[str] = field(default_factory=set)
    spots: set[str] = field(default_factory=set)
    inked: bool = False
    partial: bool = False

    def add(self, other: Notes) -> None:
        """Takes in what was met elsewhere."""
        self.reasons |= other.reasons
        self.spots |= other.spots
        self.inked |= other.inked
        self.partial |= other.partial


def settings(entries: Any) -> tuple[bool | None, bool | None, int | None, bool | None]:
    """OP, op, OPM and whether there is a mask, or None; op is what OP is where it is not stated (table 58)."""
    stroke = bool(entries.OP) if "/OP" in entries else None
    fill = bool(entries["/op"]) if "/op" in entries else stroke
    masked = entries.SMask != Name("/None") if "/SMask" in entries else None
    return stroke, fill, int(entries.OPM) if "/OPM" in entries else None, masked
