"""Operators of text (ISO 32000-1, 9.3 and 9.4): where letters stand and how large they are on paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pikepdf

from policybook.geometry import Box
from policybook.preflight.press.painted import Lettering, PaintKind
from policybook.preflight.press.painting_content import NOTHING, Content
from policybook.preflight.press.painting_fonts import Metrics, metrics
from policybook.preflight.press.painting_objects import paint_pattern
from policybook.preflight.press.painting_state import (
    IDENTITY,
    Matrix,
    around,
    common,
    image_of,
    matrix_of,
    thinnest,
    times,
)
from policybook.preflight.press.rules import NotChecked

Operator = Callable[[Content, Any], None]
#: The rendering modes that fill letters, that stroke them and that clip by them (9.3.6).
_FILLS, _STROKES, _CLIPS = frozenset({0, 2, 4, 6}), frozenset({1, 2, 5, 6}), frozenset({4, 5, 6, 7})


def _begin(content: Content, _: Any) -> None:
    content.text_matrix = content.line_matrix = IDENTITY


def _end(content: Content, _: Any) -> None:
    """ET: letters shown to clip by have their effect now."""
    if content.text_clip:
        corners = [(x, y) for box in content.text_clip for x, y in ((box.left, box.bottom), (box.right, box.top))]
        state = content.state
        state.clip, state.clip_upright = common(state.clip, around(corners)) or NOTHING, False
        content.text_clip = []


def _font(content: Content, operands: Any) -> None:
    """Tf; a font that can't be measured is told where it is used."""
    key = ("font", str(operands[0]))
    if key not in content.known:
        font = content.resource("/Font", operands[0])
        fonts, number = content.reading.fonts, font.objgen
        content.known[key] = fonts[number] if number in fonts else metrics(font)
        if number != (0, 0):
            fonts[number] = content.known[key]
    content.state.font, content.state.size = content.known[key], float(operands[1])


def _letter_space(content: Content, operands: Any) -> None:
    content.state.letter_space = float(operands[0])


def _word_space(content: Content, operands: Any) -> None:
    content.state.word_space = float(operands[0])


def _stretch(content: Content, operands: Any) -> None:
    content.state.stretch = float(operands[0]) / 100


def _leading(content: Content, operands: Any) -> None:
    content.state.leading = float(operands[0])


def _rise(content: Content, operands: Any) -> None:
    content.state.rise = float(operands[0])


def _mode(content: Content, operands: Any) -> None:
    content.state.mode = int(operands[0])


def _move(content: Content, operands: Any) -> None:
    _move_by(content, float(operands[0]), float(operands[1]))


def _move_and_lead(content: Content, operands: Any) -> None:
    content.state.leading = -float(operands[1])
    _move_by(content, float(operands[0]), float(operands[1]))


def _next_line(content: Content, _: Any) -> None:
    _move_by(content, 0.0, -content.state.leading)


def _move_by(content: Content, x: float, y: float) -> None:
    content.text_matrix = content.line_matrix = times((1.0, 0.0, 0.0, 1.0, x, y), content.line_matrix)


def _matrix(content: Content, operands: Any) -> None:
    content.text_matrix = content.line_matrix = matrix_of(operands)


def _show(content: Content, operands: Any) -> None:
    _set(content, [bytes(operands[0])])


def _show_adjusted(content: Content, operands: Any) -> None:
    _set(content, [bytes(each) if isinstance(each, pikepdf.String) else float(each) for each in operands[0]])


def _show_on_next_line(content: Content, operands: Any) -> None:
    _next_line(content, operands)
    _set(content, [bytes(operands[0])])


def _show_spaced(content: Content, operands: Any) -> None:
    content.state.word_space, content.state.letter_space = float(operands[0]), float(operands[1])
    _next_line(content, operands)
    _set(content, [bytes(operands[2])])


def _set(content: Content, pieces: Sequence[bytes | float]) -> None:
    """Show strings, moved by numbers between them, and move the text matrix on (9.4.3, 9.4.4)."""
    state, font = content.state, content.state.font
    if font is None:
        raise NotChecked("text is shown before a font is chosen")
    codes, places, end, ink = _run(content, font, pieces)
    matrix = times(content.text_matrix, state.matrix)
    if ink is not None:
        low, high = ink
        em = Box(low, font.descent * state.size + state.rise, high, font.ascent * state.size + state.rise)
        box = image_of(em, matrix)
        if state.mode in _CLIPS:
            content.text_clip.append(box)
        _paint(content, font, box, codes, matrix)
        if font.procedures is not None and state.mode in _FILLS:
            _glyphs(content, font, codes, places)
    content.text_matrix = times((1.0, 0.0, 0.0, 1.0, end, 0.0), content.text_matrix)


def _run(
    content: Content, font: Metrics, pieces: Sequence[bytes | float]
) -> tuple[list[int], list[float], float, tuple[float, float] | None]:
    """The codes, where each begins, where the run ends, and from where to where there is ink, in text space."""
    state = content.state
    stretch, letter_space = state.stretch, state.letter_space * state.stretch
    size = state.size * stretch
    blank = 32 if state.word_space and not font.wide else None
    codes: list[int] = []
    places: list[float] = []
    x, low, high = 0.0, math.inf, -math.inf
    for piece in pieces:
        if not isinstance(piece, bytes):
            x -= piece / 1000 * size
            continue
        for code in font.codes(piece):
            codes.append(code)
            places.append(x)
            right = x + font.width(code) * size
            if code not in font.blanks:
                low, high = min(low, x, right), max(high, x, right)
            x = right + letter_space
            if code == blank:
                x += state.word_space * stretch
    return codes, places, x, (low, high) if low <= high else None


def _paint(content: Content, font: Metrics, box: Box, codes: list[int], matrix: Matrix) -> None:
    state = content.state
    a, b, c, d, _, _ = matrix
    along = math.hypot(a, b)
    across = abs(a * d - b * c) / along if along else 0.0
    # To a hundredth of a point, so that 8 pt in pixels of CSS are 8 pt.
    size = round(abs(state.size) * across * content.reading.unit, 2)
    letters = Lettering(size, font.name, font.subtype, font.embedded, tuple(codes), state.mode, font.number)
    if state.mode in _FILLS:
        clipped = content.paint(PaintKind.TEXT, box, state.fill, text=letters)
        paint_pattern(content, clipped, stroking=False)
    if state.mode in _STROKES:
        width = state.line_width * thinnest(state.matrix) * content.reading.unit
        clipped = content.paint(PaintKind.TEXT, box, state.stroke, stroking=True, width=width, text=letters)
        paint_pattern(content, clipped, stroking=True)


def _glyphs(content: Content, font: Metrics, codes: list[int], places: list[float]) -> None:
    """What the glyphs of a Type 3 font draw in colours of their own (9.6.5); the others are the text's."""
    state = content.state
    a, b, c, d, e, f = font.matrix
    glyph = (a, b, c, d, e, f)
    procedures = font.procedures or {}
    for code, place in zip(codes, places, strict=True):
        if code in procedures:
            scaled = (state.size * state.stretch, 0.0, 0.0, state.size, place, state.rise)
            matrix = times(glyph, times(scaled, times(content.text_matrix, state.matrix)))
            inner = content.inner(font.resources, replace(state, matrix=matrix))
            content.reading.run(inner, procedures[code])


def _glyph_without_colour(content: Content, _: Any) -> None:
    """d1: a glyph that is painted in the text's colour, and has been noted with the text."""
    content.hidden += 1


#: The operators by name.
OPERATORS: dict[str, Operator] = {
    "BT": _begin,
    "ET": _end,
    "Tf": _font,
    "Tc": _letter_space,
    "Tw": _word_space,
    "Tz": _stretch,
    "TL": _leading,
    "Ts": _rise,
    "Tr": _mode,
    "Td": _move,
    "TD": _move_and_lead,
    "T*": _next_line,
    "Tm": _matrix,
    "Tj": _show,
    "TJ": _show_adjusted,
    "'": _show_on_next_line,
    '"': _show_spaced,
    "d1": _glyph_without_colour,
}
