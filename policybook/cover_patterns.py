"""The patterns of the cover's tiles, in a square of 1 whose origin is its upper left, as SVG path data.

Each is told from the others in one ink and at the size of a fingernail. A pattern is drawn in ink on paper, or is left
bare in a ground of ink. Figure and ground are paths of their own that meet and never overlap: if white were laid over
ink, the ink would show as a hair where both end on one edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: The control points' distance of a quarter circle as a Bézier curve, for a radius of 1, a half and that of an arch.
_K, _H, _A = 0.5523, 0.27615, 0.36 * 0.5523


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern: the path of its figure and that of what is around it. Both are filled by the nonzero rule."""

    figure: str
    ground: str


def _polygons(*polygons: Sequence[tuple[float, float]]) -> str:
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z" for points in polygons)


def _bars(*bars: tuple[float, float, float, float]) -> str:
    return "".join(f"M{x:g} {y:g}h{w:g}v{h:g}h{-w:g}Z" for x, y, w, h in bars)


def _disc(x: float, y: float, r: float, *, hole: bool = False) -> str:
    """A disc, clockwise; a hole goes the other way round."""
    s, k = (-r if hole else r), _K * r
    t = -k if hole else k
    return (
        f"M{x - s:g} {y:g}C{x - s:g} {y - k:g} {x - t:g} {y - r:g} {x:g} {y - r:g}S{x + s:g} {y - k:g} {x + s:g} {y:g}"
        f"S{x + t:g} {y + r:g} {x:g} {y + r:g}S{x - s:g} {y + k:g} {x - s:g} {y:g}Z"
    )


def _quarter(x: float, y: float, sx: int, sy: int, r: float = 1.0) -> str:
    """A quarter disc whose corner is at x, y and which opens to the signs."""
    k = _K * r
    across, down = x + sx * r, y + sy * r
    return f"M{x:g} {y:g}H{across:g}C{across:g} {y + sy * k:g} {x + sx * k:g} {down:g} {x:g} {down:g}Z"


def _spandrel(x: float, y: float, sx: int, sy: int, r: float = 1.0) -> str:
    """What a quarter disc leaves of its square: its corner is at x, y, and the disc's centre r from it by the signs."""
    k = r - _K * r
    across, down = x + sx * r, y + sy * r
    return f"M{x:g} {y:g}H{across:g}C{x + sx * k:g} {y:g} {x:g} {y + sy * k:g} {x:g} {down:g}Z"


def _arc(outer: float, inner: float) -> str:
    """A quarter ring around the upper left corner."""
    a, b = _K * outer, _K * inner
    return (
        f"M{inner:g} 0H{outer:g}C{outer:g} {a:g} {a:g} {outer:g} 0 {outer:g}"
        f"V{inner:g}C{b:g} {inner:g} {inner:g} {b:g} {inner:g} 0Z"
    )


def _half(y: float) -> str:
    """A half disc that hangs from a line across the tile."""
    return f"M0 {y:g}H1C1 {y + _H:g} {0.5 + _H:g} {y + 0.5:g} 0.5 {y + 0.5:g}S0 {y + _H:g} 0 {y:g}Z"


_DOTS = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
_STAR = (
    f"M0.5 0C0.5 {_H:g} {_H:g} 0.5 0 0.5C{_H:g} 0.5 0.5 {1 - _H:g} 0.5 1"
    f"C0.5 {1 - _H:g} {1 - _H:g} 0.5 1 0.5C{1 - _H:g} 0.5 0.5 {_H:g} 0.5 0Z"
)

#: In the order in which briefs take them.
PATTERNS: tuple[Pattern, ...] = (
    Pattern(_quarter(0, 0, 1, 1), _spandrel(1, 1, -1, -1)),
    Pattern(_polygons([(0, 0), (1, 0), (0, 1)]), _polygons([(1, 0), (1, 1), (0, 1)])),
    Pattern(_bars((0, 0, 1, 0.2), (0, 0.4, 1, 0.2), (0, 0.8, 1, 0.2)), _bars((0, 0.2, 1, 0.2), (0, 0.6, 1, 0.2))),
    Pattern(
        _half(0) + _half(0.5),
        "".join(_spandrel(x, y, 1 - 2 * x, -1, 0.5) for y in (0.5, 1) for x in (0, 1)),
    ),
    Pattern(
        _polygons([(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)]),
        _polygons(
            [(0, 0), (0.5, 0), (0, 0.5)],
            [(1, 0), (1, 0.5), (0.5, 0)],
            [(1, 1), (0.5, 1), (1, 0.5)],
            [(0, 1), (0, 0.5), (0.5, 1)],
        ),
    ),
    Pattern(_arc(1, 0.75) + _arc(0.5, 0.25), _quarter(0, 0, 1, 1, 0.25) + _arc(0.75, 0.5) + _spandrel(1, 1, -1, -1)),
    Pattern(
        _polygons([(0, 0), (1, 0), (0.5, 0.5)], [(0, 1), (1, 1), (0.5, 0.5)]),
        _polygons([(0, 0), (0.5, 0.5), (0, 1)], [(1, 0), (1, 1), (0.5, 0.5)]),
    ),
    Pattern(
        f"M0 1C0 {1 - _K:g} {1 - _K:g} 0 1 0C1 {_K:g} {_K:g} 1 0 1Z",
        _spandrel(0, 0, 1, 1) + _spandrel(1, 1, -1, -1),
    ),
    Pattern(_bars((0, 0, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)), _bars((0.5, 0, 0.5, 0.5), (0, 0.5, 0.5, 0.5))),
    Pattern(
        _polygons([(0, 0), (0.5, 0.5), (1, 0), (1, 0.5), (0.5, 1), (0, 0.5)]),
        _polygons([(0, 0), (1, 0), (0.5, 0.5)], [(0, 0.5), (0.5, 1), (0, 1)], [(1, 0.5), (1, 1), (0.5, 1)]),
    ),
    Pattern(_disc(0.5, 0.5, 0.36), _bars((0, 0, 1, 1)) + _disc(0.5, 0.5, 0.36, hole=True)),
    Pattern(
        f"M0.14 1V0.5C0.14 {0.5 - _A:g} {0.5 - _A:g} 0.14 0.5 0.14S0.86 {0.5 - _A:g} 0.86 0.5V1Z",
        f"M0 0H1V1H0.86V0.5C0.86 {0.5 - _A:g} {0.5 + _A:g} 0.14 0.5 0.14S0.14 {0.5 - _A:g} 0.14 0.5V1H0Z",
    ),
    Pattern(
        _polygons(
            [
                (0.33, 0),
                (0.67, 0),
                (0.67, 0.33),
                (1, 0.33),
                (1, 0.67),
                (0.67, 0.67),
                (0.67, 1),
                (0.33, 1),
                (0.33, 0.67),
                (0, 0.67),
                (0, 0.33),
                (0.33, 0.33),
            ]
        ),
        _bars(*[(x, y, 0.33, 0.33) for y in (0, 0.67) for x in (0, 0.67)]),
    ),
    Pattern(
        _polygons(
            [
                (0, 0),
                (0.25, 0),
                (0.25, 0.25),
                (0.5, 0.25),
                (0.5, 0.5),
                (0.75, 0.5),
                (0.75, 0.75),
                (1, 0.75),
                (1, 1),
                (0, 1),
            ]
        ),
        _polygons([(0.25, 0), (1, 0), (1, 0.75), (0.75, 0.75), (0.75, 0.5), (0.5, 0.5), (0.5, 0.25), (0.25, 0.25)]),
    ),
    Pattern(
        "".join(_disc(x, y, 0.19) for x, y in _DOTS),
        _bars((0, 0, 1, 1)) + "".join(_disc(x, y, 0.19, hole=True) for x, y in _DOTS),
    ),
    Pattern("".join(_quarter(x, y, 1 - 2 * x, 1 - 2 * y, 0.5) for y in (0, 1) for x in (0, 1)), _STAR),
    Pattern(
        _polygons([(0, 0), (0.5, 0), (0, 0.5)], [(1, 0), (1, 0.5), (0.5, 1), (0, 1)]),
        _polygons([(0.5, 0), (1, 0), (0, 1), (0, 0.5)], [(1, 0.5), (1, 1), (0.5, 1)]),
    ),
    Pattern(_bars((0, 0, 1, 1)) + "M0.22 0.22v0.56h0.56v-0.56Z", _bars((0.22, 0.22, 0.56, 0.56))),
)
