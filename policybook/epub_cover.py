"""The cover of the EPUB: the front panel as one SVG, its words as outlines of the book's faces.

A picture in a reading system's library has no fonts but the machine's, so no word of it may ask for one. Lengths are in
points from the panel's upper left, downwards, as styles/components/cover.css has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from policybook.book import Book
from policybook.cover import FRONT_LEFT, FRONT_RIGHT, YEAR_INSET
from policybook.cover_copy import Front, front_panel
from policybook.cover_type import SANS, SANS_BOLD, SERIF_TITLE, Type
from policybook.fonts import FACES

_TOP, _ABOVE_TITLE, _ABOVE_SUBTITLE = 45.0, 22.0, 14.0
_EDITION, _SUBTITLE = (10.5, 13.0), (14.0, 18.0)
_TITLE_LEADING, _TITLE_OUTDENT = 1.02, 0.03
_YEAR, _YEAR_FOOT = 18.0, 24.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words: SVG path data in units of the font, upwards, the point and the scale that place it.

    `light` lines stand on a dark ground.
    """

    path: str
    x: float
    y: float
    scale: float
    light: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The front panel, its width and height, and its words."""

    width: float
    height: float
    front: Front
    lines: tuple[Line, ...]


def cover(book: Book) -> Cover:
    """The cover of a book at its trim, without bleed."""
    geometry = book.edition.page.geometry()
    width, height = geometry.trim_width, geometry.trim_height
    front = front_panel(book, (width, height), 0)
    return Cover(width, height, front, tuple(_lines(book, front, width, height)))


def _lines(book: Book, front: Front, width: float, height: float) -> Iterator[Line]:
    """The words from the head to the foot: the edition's line, the title, the subtitle, the year."""
    edition, measure = book.edition, width - FRONT_LEFT - FRONT_RIGHT
    top, size = _TOP, float(front.title_size)
    for text in _broken(edition.edition, SANS_BOLD, _EDITION[0], measure):
        yield _set(text, SANS_BOLD, _EDITION[0], FRONT_LEFT, top, _EDITION[1])
        top += _EDITION[1]
    top += _ABOVE_TITLE
    for text in _broken(edition.title, SERIF_TITLE, size, measure):
        yield _set(text, SERIF_TITLE, size, FRONT_LEFT - _TITLE_OUTDENT * size, top, size * _TITLE_LEADING)
        top += size * _TITLE_LEADING
    top += _ABOVE_SUBTITLE
    for text in _broken(edition.subtitle, SANS, _SUBTITLE[0], measure):
        yield _set(text, SANS, _SUBTITLE[0], FRONT_LEFT, top, _SUBTITLE[1])
        top += _SUBTITLE[1]
    year = str(edition.year)
    left = width - YEAR_INSET - SANS_BOLD.width(year, _YEAR)
    yield _set(year, SANS_BOLD, _YEAR, left, height - _YEAR_FOOT - _YEAR, _YEAR, light=True)


def _broken(text: str, face: Type, size: float, measure: float) -> Iterator[str]:
    """Text in lines, filled from the first on."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and face.width(longer, size) > measure:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _set(text: str, face: Type, size: float, x: float, top: float, leading: float, *, light: bool = False) -> Line:
    """A line of text whose line box has a top and a height, set as CSS 2.2 (10.8.1) sets it."""
    path, per_em, above, below = _outline(text, face)
    scale = size / per_em
    baseline = top + (leading - (above - below) * scale) / 2 + above * scale
    return Line(path, round(x, 3), round(baseline, 3), round(scale, 6), light)


@cache
def _outline(text: str, face: Type) -> tuple[str, int, float, float]:
    """The outlines of shaped text, the font's units per em, and how far it reaches above and below the baseline."""
    import uharfbuzz as hb  # noqa: PLC0415 - only where a cover is made
    from fontTools.pens.svgPathPen import SVGPathPen  # noqa: PLC0415
    from fontTools.pens.transformPen import TransformPen  # noqa: PLC0415

    font = _font(face)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    pen = SVGPathPen(None, ntos=lambda number: f"{number:g}")
    at = 0.0
    for glyph, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        moved = TransformPen(pen, (1, 0, 0, 1, at + position.x_offset, position.y_offset))
        font.draw_glyph_with_pen(glyph.codepoint, moved)
        at += position.x_advance + face.spacing * font.face.upem
    extents = font.get_font_extents("ltr")
    return pen.getCommands(), font.face.upem, extents.ascender, extents.descender


@cache
def _font(face: Type) -> Any:
    import uharfbuzz as hb  # noqa: PLC0415 - only where a cover is made

    found = next(f for f in FACES if (f.family, f.weight, f.italic) == (face.family, face.weight, False))
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(found.path))))
