"""The graphics state while a page is read (ISO 32000-1, 8.4), and the arithmetic of matrices and boxes (8.3)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from policybook.geometry import Box
from policybook.preflight.press.painted import Colour
from policybook.preflight.press.painting_fonts import Metrics
from policybook.preflight.press.painting_spaces import GRAY, Space

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
BLACK = Colour("DeviceGray", (0.0,))


@dataclass(slots=True)
class State:
    """The graphics state. `group_…` is what is in force of the groups around, since each begins anew (11.4.5)."""

    matrix: Matrix
    clip: Box
    clip_upright: bool = True
    fill_space: Space = GRAY
    stroke_space: Space = GRAY
    fill: Colour = BLACK
    stroke: Colour = BLACK
    fill_pattern: Any = None
    stroke_pattern: Any = None
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    blend_mode: str = "Normal"
    soft_mask: bool = False
    fill_overprint: bool = False
    stroke_overprint: bool = False
    overprint_mode: int = 0
    line_width: float = 1.0
    line_cap: int = 0
    font: Metrics | None = None
    size: float = 0.0
    letter_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    group_alpha: float = 1.0
    group_blend_mode: str = "Normal"
    group_soft_mask: bool = False


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does what the first one does, and then what the second one does (8.3.4)."""
    a, b, c, d, e, f = first
    k, l, m, n, o, p = second  # noqa: E741
    return (a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p)


def matrix_of(values: Any) -> Matrix:
    """A matrix out of an array or operands. Raises ValueError unless there are six numbers."""
    a, b, c, d, e, f = values
    return (float(a), float(b), float(c), float(d), float(e), float(f))


def image_of(box: Box, matrix: Matrix) -> Box:
    """The upright box around a box that a matrix moves."""
    a, b, c, d, e, f = matrix
    if b == c == 0:
        x, y, u, v = a * box.left + e, d * box.bottom + f, a * box.right + e, d * box.top + f
        return Box(min(x, u), min(y, v), max(x, u), max(y, v))
    corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    return around((a * x + c * y + e, b * x + d * y + f) for x, y in corners)


def around(points: Iterable[tuple[float, float]]) -> Box:
    """The upright box around points, at least one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def is_upright(matrix: Matrix) -> bool:
    """Whether upright rectangles stay upright."""
    a, b, c, d, _, _ = matrix
    return (b == c == 0) or (a == d == 0)


def thinnest(matrix: Matrix) -> float:
    """The least factor by which a matrix scales, in any direction: its smaller singular value."""
    a, b, c, d, _, _ = matrix
    if b == c == 0:
        return min(abs(a), abs(d))
    square, twist = a * a + b * b + c * c + d * d, 2 * abs(a * d - b * c)
    return (math.sqrt(square + twist) - math.sqrt(max(square - twist, 0.0))) / 2


def common(first: Box, second: Box) -> Box | None:
    """What two boxes share; None where they share nothing, or no more than an edge.

    A box without an extent, such as a line's, shares what of it is inside.
    """
    left, bottom = max(first.left, second.left), max(first.bottom, second.bottom)
    right, top = min(first.right, second.right), min(first.top, second.top)
    if left > right or bottom > top:
        return None
    if (left == right and first.left < first.right) or (bottom == top and first.bottom < first.top):
        return None
    return Box(left, bottom, right, top)


def rectangle(values: Iterable[Any]) -> Box:
    """The box of a PDF rectangle, whichever corners it names (7.9.5). Raises ValueError unless it has four numbers."""
    x, y, u, v = (float(value) for value in values)
    return Box(min(x, u), min(y, v), max(x, u), max(y, v))
