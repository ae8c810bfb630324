"""Operators of paths (ISO 32000-1, 8.5)."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from policybook.geometry import Box
from policybook.preflight.press.painted import PaintKind
from policybook.preflight.press.painting_content import NOTHING, Content
from policybook.preflight.press.painting_objects import paint_pattern
from policybook.preflight.press.painting_state import around, common, is_upright, thinnest

Operator = Callable[[Content, Any], None]


def _move(content: Content, operands: Any) -> None:
    a, b, c, d, e, f = content.state.matrix
    x, y = float(operands[0]), float(operands[1])
    content.begun = (a * x + c * y + e, b * x + d * y + f)
    content.points.append(content.begun)
    content.drawn += 1


def _line(content: Content, operands: Any) -> None:
    a, b, c, d, e, f = content.state.matrix
    x, y = float(operands[0]), float(operands[1])
    content.points.append((a * x + c * y + e, b * x + d * y + f))


def _rectangle(content: Content, operands: Any) -> None:
    a, b, c, d, e, f = content.state.matrix
    x, y, width, height = (float(value) for value in operands)
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
    content.points += [(a * u + c * v + e, b * u + d * v + f) for u, v in corners]
    content.begun = content.points[-1]
    content.drawn += 1


def _close(content: Content, _: Any) -> None:
    if content.points and content.points[-1] != content.begun:
        content.points.append(content.begun)


def _curve(content: Content, operands: Any) -> None:
    a, b, c, d, e, f = content.state.matrix
    x1, y1, x2, y2, x3, y3 = map(float, operands)
    first = (a * x1 + c * y1 + e, b * x1 + d * y1 + f)
    second = (a * x2 + c * y2 + e, b * x2 + d * y2 + f)
    _bend(content, first, second, (a * x3 + c * y3 + e, b * x3 + d * y3 + f))


def _curve_from_here(content: Content, operands: Any) -> None:
    first, second = _device_points(content, operands)
    _bend(content, content.points[-1], first, second)


def _curve_to_end(content: Content, operands: Any) -> None:
    first, second = _device_points(content, operands)
    _bend(content, first, second, second)


def _device_points(content: Content, operands: Any) -> list[tuple[float, float]]:
    a, b, c, d, e, f = content.state.matrix
    values = [float(value) for value in operands]
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in zip(values[::2], values[1::2], strict=True)]


def _bend(content: Content, first: tuple[float, float], second: tuple[float, float], last: tuple[float, float]) -> None:
    """A cubic Bézier curve: its end, and where it runs out of the box of its ends, how far."""
    start = content.points[-1]
    content.straight = False
    content.points.append(last)
    for axis in (0, 1):
        low, high = (start[axis], last[axis]) if start[axis] < last[axis] else (last[axis], start[axis])
        if not low <= first[axis] <= high or not low <= second[axis] <= high:
            content.points[-1:-1] = _extremes(start, first, second, last, axis)


def _extremes(
    start: tuple[float, float],
    first: tuple[float, float],
    second: tuple[float, float],
    last: tuple[float, float],
    axis: int,
) -> list[tuple[float, float]]:
    """The points of a cubic Bézier curve where it turns back on an axis: the roots of its derivative."""
    p, q, r, s = start[axis], first[axis], second[axis], last[axis]
    a, b, c = s - p + 3 * (q - r), 2 * (p - 2 * q + r), q - p
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    turns = [(-b + sign * root) / (2 * a) for sign in (1, -1)] if abs(a) > 1e-12 else [-c / b] if b else []
    return [
        (
            (1 - t) ** 3 * start[0]
            + 3 * (1 - t) ** 2 * t * first[0]
            + 3 * (1 - t) * t * t * second[0]
            + t**3 * last[0],
            (1 - t) ** 3 * start[1]
            + 3 * (1 - t) ** 2 * t * first[1]
            + 3 * (1 - t) * t * t * second[1]
            + t**3 * last[1],
        )
        for t in turns
        if 0 < t < 1
    ]


def _painter(*, fill: bool, stroke: bool) -> Operator:
    """The operator that ends a path: painted, then made part of the clip where W was there (8.5.3, 8.5.4)."""

    def operator(content: Content, _: Any) -> None:
        if content.points:
            box = around(content.points)
            flat = box.left == box.right or box.bottom == box.top
            if fill and not (flat and stroke):  # its stroke covers the hairline that a flat shape fills
                _fill(content, box)
            if stroke:
                _stroke(content, box)
            if content.clipping:
                state = content.state
                upright = content.drawn == 1 and content.straight and _is_rectangle(content.points)
                state.clip = common(state.clip, box) or NOTHING
                state.clip_upright = state.clip_upright and upright
            content.points = []
        content.drawn, content.straight, content.clipping = 0, True, False

    return operator


def _is_rectangle(points: list[tuple[float, float]]) -> bool:
    """Whether four corners, the first one perhaps again at the end, are those of an upright rectangle."""
    closed = points if len(points) == 5 else [*points, points[0]]
    if len(closed) != 5 or closed[0] != closed[4]:
        return False
    edges = [(u - x == 0, v - y == 0) for (x, y), (u, v) in pairwise(closed)]
    return all(any(edge) for edge in edges) and edges[0][0] == edges[2][0] and edges[1][0] == edges[3][0]


def _fill(content: Content, box: Box) -> None:
    state = content.state
    clipped = common(box, state.clip)
    width = None
    if clipped is not None and content.straight and state.clip_upright:
        width = min(clipped.right - clipped.left, clipped.top - clipped.bottom) * content.reading.unit
    paint_pattern(content, content.paint(PaintKind.FILL, box, state.fill, width=width), stroking=False)


def _stroke(content: Content, box: Box) -> None:
    """A stroke's box is that of its path and half its width around; butt caps add nothing at a straight line's ends."""
    state = content.state
    a, b, c, d, _, _ = state.matrix
    half = state.line_width / 2
    across, up = half * math.hypot(a, c), half * math.hypot(b, d)
    if content.straight and not state.line_cap and is_upright(state.matrix):
        if box.bottom == box.top:
            across = 0.0
        elif box.left == box.right:
            up = 0.0
    grown = Box(box.left - across, box.bottom - up, box.right + across, box.top + up)
    width = state.line_width * thinnest(state.matrix) * content.reading.unit
    clipped = content.paint(PaintKind.STROKE, grown, state.stroke, stroking=True, width=width)
    paint_pattern(content, clipped, stroking=True)


def _clip(content: Content, _: Any) -> None:
    content.clipping = True


#: The operators by name.
OPERATORS: dict[str, Operator] = {
    "m": _move,
    "l": _line,
    "c": _curve,
    "v": _curve_from_here,
    "y": _curve_to_end,
    "h": _close,
    "re": _rectangle,
    "n": _painter(fill=False, stroke=False),
    **dict.fromkeys(("S", "s"), _painter(fill=False, stroke=True)),
    **dict.fromkeys(("f", "F", "f*"), _painter(fill=True, stroke=False)),
    **dict.fromkeys(("B", "B*", "b", "b*"), _painter(fill=True, stroke=True)),
    **dict.fromkeys(("W", "W*"), _clip),
}
