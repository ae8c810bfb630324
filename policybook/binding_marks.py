"""What is printed in the slug: crop and registration marks, colour bars, and a line that names the page.

Everything is drawn in points from the trim's lower left, outside the bleed. Marks that all plates need are in the
colorant All (ISO 32000-1, 8.6.6.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import uharfbuzz as hb

from policybook.fonts import FACES, Face
from policybook.gathering import FontUse
from policybook.geometry import Box, points
from policybook.pdf_file import number
from policybook.printer import Marks

#: From the bleed to the marks, at least; the length of a crop mark; the width of its line. All in points.
_CLEARANCE, _LENGTH, _WIDTH = 3.0, 18.0, 0.25
#: The arms and the circle of a registration mark, and how far its middle is from where marks may start.
_ARM, _RADIUS, _MIDDLE = 7.0, 4.0, 8.0
#: A circle by four Bézier curves.
_KAPPA = 0.5523
#: The side of a patch, and the patches: solids, halves, and the solids that are printed over each other.
_PATCH = 9.0
_PATCHES = (
    *((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
    *((0.5, 0, 0, 0), (0, 0.5, 0, 0), (0, 0, 0.5, 0), (0, 0, 0, 0.5)),
    *((1, 1, 0, 0), (0, 1, 1, 0), (1, 0, 1, 0)),
)
#: The key and the size of the type of the line that names the page, in points; and the flags of its font.
SLUG_FONT = "slug"
_SIZE, _SYMBOLIC = 5.5, 4
#: What /Marks draws in.
ALL = b"/ColorSpace<</All[/Separation/All/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[1 1 1 1]/N 1>>]>>"

Segment = tuple[float, float, float, float]


def mark_content(trim: Box, bleed: float, marks: Marks) -> bytes:
    """The marks of a page of this size, for a form whose resources have `ALL`."""
    start = max(points(marks.offset), bleed + _CLEARANCE)
    parts = [b"q /All CS 1 SCN %b w" % number(_WIDTH)]
    if marks.crop:
        parts += [_line(segment) for segment in crop_marks(trim, start)]
    if marks.registration:
        parts += [_target(x, y) for x, y in registration_places(trim, start)]
    parts.append(b"Q")
    if marks.colour_bars:
        parts += list(_bars(trim, start))
    return b"\n".join(parts)


def crop_marks(trim: Box, start: float) -> Iterator[Segment]:
    """Two lines at each corner, on the lines of the cut, which begin `start` points outside it."""
    near, far = start, start + _LENGTH
    for x in (trim.left, trim.right):
        yield x, trim.top + near, x, trim.top + far
        yield x, trim.bottom - near, x, trim.bottom - far
    for y in (trim.bottom, trim.top):
        yield trim.left - near, y, trim.left - far, y
        yield trim.right + near, y, trim.right + far, y


def registration_places(trim: Box, start: float) -> Iterator[tuple[float, float]]:
    """The middles of the registration marks, one at the middle of each side."""
    x, y, away = (trim.left + trim.right) / 2, (trim.bottom + trim.top) / 2, start + _MIDDLE
    yield x, trim.top + away
    yield x, trim.bottom - away
    yield trim.left - away, y
    yield trim.right + away, y


def _line(segment: Segment) -> bytes:
    return b"%b %b m %b %b l S" % tuple(map(number, segment))


def _target(x: float, y: float) -> bytes:
    """A circle with a cross through it."""
    r, k = _RADIUS, _RADIUS * _KAPPA
    curves = [
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    ]
    circle = b" ".join(b"%b %b %b %b %b %b c" % tuple(map(number, curve)) for curve in curves)
    cross = [_line((x - _ARM, y, x + _ARM, y)), _line((x, y - _ARM, x, y + _ARM))]
    return b"\n".join([*cross, b"%b %b m %b S" % (number(x + r), number(y), circle)])


def _bars(trim: Box, start: float) -> Iterator[bytes]:
    """The patches at the foot, in its right half."""
    left, bottom = (trim.left + trim.right) / 2 + 18, trim.bottom - start - _PATCH
    yield b"q"
    for place, build in enumerate(_PATCHES):
        box = (left + place * _PATCH, bottom, _PATCH, _PATCH)
        yield b"%b %b %b %b k" % tuple(map(number, build)) + b" %b %b %b %b re f" % tuple(map(number, box))
    yield b"Q"


def slug_line(text: str, trim: Box, bleed: float, marks: Marks) -> bytes:
    """The line that names the page, at the foot, in its left half: what doesn't fit is left off."""
    start = max(points(marks.offset), bleed + _CLEARANCE)
    room = (trim.right - trim.left) / 2 - 24
    glyphs, width = [], 0.0
    for character in text:
        glyph, advance = _glyph(character)
        width += advance * _SIZE
        if width > room:
            break
        glyphs.append(glyph)
    codes = b"".join(b"%04x" % glyph for glyph in glyphs)
    place = (number(_SIZE), number(trim.left + 6), number(trim.bottom - start - _SIZE))
    return b"BT 0 0 0 1 k /%b %b Tf %b %b Td <%b> Tj ET" % (SLUG_FONT.encode("ascii"), *place, codes)


def slug_use(text: str) -> FontUse:
    """The use that such lines make of their font; `text` has all characters in them."""
    # What the face lacks is a space, and no space reads as that.
    known = [character for character in {*text, " "} if _font().get_nominal_glyph(ord(character))]
    characters = {_glyph(character)[0]: character for character in sorted(known)}
    face = _face()
    return FontUse(SLUG_FONT, face.pdf_name, face.family, _SYMBOLIC, tuple(sorted(characters)), characters)


@cache
def _face() -> Face:
    return next(face for face in FACES if face.family == "Book Sans" and face.weight == 400 and not face.italic)


@cache
def _font() -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(_face().path))))


@cache
def _glyph(character: str) -> tuple[int, float]:
    """The glyph of a character, a space for what the face lacks, and its advance in ems."""
    font = _font()
    glyph = font.get_nominal_glyph(ord(character)) or font.get_nominal_glyph(ord(" "))
    assert glyph is not None  # the book's faces have a space
    return glyph, font.get_glyph_h_advance(glyph) / font.face.upem
