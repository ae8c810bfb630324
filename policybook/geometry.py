"""Lengths and the boxes of a page. All lengths are in points of 1/72 inch; origins are at the trim's lower left.

Geometry is stated once, in the edition and the printer profile; style sheets, PDF boxes, cover and preflight read it
from the `Geometry` made there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Points in one unit (ISO 32000-1, 8.3.2.3: the default user space unit is 1/72 inch).
UNITS = {"pt": 1.0, "in": 72.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "pc": 12.0}
#: What is laid out beyond the bleed, in points.
RESERVE = 18.0
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(pt|in|mm|cm|pc)\s*")


def points(length: str) -> float:
    """A length such as `7 in`, `3mm` or `13.5pt` in points. Raises ValueError on anything else."""
    match = _LENGTH.fullmatch(length)
    if match is None:
        raise ValueError(f"“{length}” is not a length: write a number and a unit, such as 7 in, 3 mm or 13.5 pt")
    return float(match[1]) * UNITS[match[2]]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its lower left and upper right corners, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> Box:
        """The box with each side moved outwards."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def shifted(self, dx: float) -> Box:
        """The box moved to the right."""
        return Box(self.left + dx, self.bottom, self.right + dx, self.top)

    def as_list(self) -> list[float]:
        """The four numbers of a PDF rectangle (ISO 32000-1, 7.9.5), rounded to a thousandth of a point."""
        return [round(value, 3) for value in (self.left, self.bottom, self.right, self.top)]


@dataclass(frozen=True, slots=True)
class Geometry:
    """The page: trim size, bleed, margins and baseline grid, in points.

    Pages are laid out once, on a neutral page whose two side margins are equal. A recto is that page with its boxes
    moved to the left by `gutter_shift`, a verso with its boxes moved to the right, so that the inner margin is wider
    than the outer one on both and no line is broken twice.
    """

    trim_width: float
    trim_height: float
    bleed: float
    margin_top: float
    margin_foot: float
    margin_inner: float
    margin_outer: float
    baseline: float

    @property
    def margin_side(self) -> float:
        """The side margin of the neutral page that is laid out."""
        return (self.margin_inner + self.margin_outer) / 2

    @property
    def gutter_shift(self) -> float:
        """How far a recto's artwork stands to the right of the neutral page's, a verso's to the left."""
        return (self.margin_inner - self.margin_outer) / 2

    @property
    def layout_bleed(self) -> float:
        """The bleed that is laid out: after the shift, more than `bleed` is left on every side.

        What is more serves print shops that ask for a larger bleed or a wider gutter.
        """
        return self.bleed + abs(self.gutter_shift) + RESERVE

    @property
    def measure(self) -> float:
        """The width between the side margins."""
        return self.trim_width - 2 * self.margin_side

    @property
    def text_height(self) -> float:
        """The height between the margins at top and foot."""
        return self.trim_height - self.margin_top - self.margin_foot

    @property
    def lines_per_page(self) -> int:
        """How many lines of the baseline grid a page holds."""
        return int(self.text_height / self.baseline + 1e-6)

    def neutral_box(self) -> Box:
        """The trim of the neutral page."""
        return Box(0, 0, self.trim_width, self.trim_height)

    def trim_box(self, *, verso: bool) -> Box:
        """The TrimBox in the coordinates of the neutral page."""
        shift = self.gutter_shift if verso else -self.gutter_shift
        return self.neutral_box().shifted(shift)
