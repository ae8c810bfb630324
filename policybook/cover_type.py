"""How wide words are in the book's faces, so that a cover's type is as large as its place allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from policybook.fonts import FACES


@dataclass(frozen=True, slots=True)
class Type:
    """An upright face by its family and weight, and letter-spacing in ems."""

    family: str
    weight: int
    spacing: float = 0.0

    def width(self, text: str, size: float) -> float:
        """The width of a line of text at a size, both in points."""
        return (_advance(self.family, self.weight, text) + self.spacing * len(text)) * size

    def lines(self, text: str, size: float, measure: float) -> int:
        """The lines that text takes at a size in a measure, filled from the first on; a word too wide is broken."""
        count, filled = 0, 0.0
        space = self.width(" ", size)
        for word in text.split():
            wide = self.width(word, size)
            if count and filled + space + wide <= measure:
                filled += space + wide
            else:
                count += max(1, -int(-wide // measure))
                filled = wide
        return count

    def fits(self, text: str, size: float, measure: float) -> bool:
        """Whether each word of the text is narrower than the measure."""
        return all(self.width(word, size) <= measure for word in text.split())

    def largest(self, text: str, sizes: Iterable[float], measure: float, lines: int = 1) -> float:
        """The first of sizes, which fall, at which text takes no more lines; the last where none does."""
        size = 0.0
        for size in sizes:
            if self.fits(text, size, measure) and self.lines(text, size, measure) <= lines:
                break
        return size


SERIF_TITLE = Type("Book Serif", 400, -0.015)
SERIF = Type("Book Serif", 400)
SANS = Type("Book Sans", 400)
SANS_BOLD = Type("Book Sans", 600)


@cache
def _font(family: str, weight: int) -> Any:
    import uharfbuzz as hb  # noqa: PLC0415 - only where a cover is composed

    face = next(face for face in FACES if (face.family, face.weight, face.italic) == (family, weight, False))
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(face.path))))


@cache
def _advance(family: str, weight: int, text: str) -> float:
    """The advance of shaped text in ems, kerning included."""
    import uharfbuzz as hb  # noqa: PLC0415 - only where a cover is composed

    font, buffer = _font(family, weight), hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    positions = buffer.glyph_positions or ()
    return float(sum(position.x_advance for position in positions)) / float(font.face.upem)
