"""Where plates have too much ink: at a spot, and as the mean of a square. Values are per cent, the sum of four inks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybook.geometry import Box
from policybook.preflight.press.plates import Plane, Plates

#: The resolution to measure at: a spot is 2 × 2 pixels, a third of a millimetre, so that a line 1 mm wide holds whole
#: ones wherever it lies, while the edge of a letter and a single pixel of a picture are averaged with what is around.
PPI = 144
_SPOT = 2
#: Plates are rendered in 8 bits: four inks are together at most .8 % off, and again where they are blended. Excess of
#: less than this is none.
TOLERANCE = 1.5
#: The squares of GWG 2022 R0026, in inches.
_SQUARE = 15 / 25.4
#: Excess ink no farther away belongs to the same place (pixels).
_APART = 16
#: How many places of a page are told one by one.
MOST = 3
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Place:
    """A place with too much ink: its box in default user space, the sum at its worst, each ink there."""

    box: Box
    sum: float
    inks: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Excess:
    """The worst places of a page, the worst one first, and how many there are in all."""

    places: tuple[Place, ...] = ()
    count: int = 0


NOTHING = Excess()


def peaks(plates: Plates, limit: float) -> Excess:
    """Where a spot has more than the limit; places are apart from each other. `plates` are of `PPI`."""
    total = plates.total()
    most = (limit + TOLERANCE) / 100
    if total.max(initial=0) <= most:
        return NOTHING
    means = _spot_means(total)
    found = []
    for top, left, bottom, right in _regions(means > most):
        part = means[top:bottom, left:right]
        row, column = np.unravel_index(int(part.argmax()), part.shape)
        at = (top + int(row), left + int(column))
        box = plates.box_of(left, top, right + _SPOT - 1, bottom + _SPOT - 1)
        found.append(Place(box, 100 * float(part[row, column]), _inks(plates, *at, _SPOT, _SPOT)))
    found.sort(key=lambda place: -place.sum)
    return Excess(tuple(found[:MOST]), len(found))


def squares(plates: Plates, limit: float) -> Excess:
    """The squares of 15 mm of which the mean is more than the limit, none of which lies over another.

    All of them are looked at, a third of a millimetre apart; where the box is smaller they are as large as it is.
    """
    total = plates.total()
    most = (limit + TOLERANCE) / 100
    if total.max(initial=0) <= most:
        return NOTHING
    side = round(_SQUARE * plates.ppi)
    height, width = min(side, total.shape[0]), min(side, total.shape[1])
    sums = np.zeros((total.shape[0] + 1, total.shape[1] + 1))
    np.cumsum(total, axis=0, dtype=np.float64, out=sums[1:, 1:])
    np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
    whole = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    means = whole / (height * width)
    found = []
    while (worst := float(means.max())) > most:
        top, left = (int(place) for place in np.unravel_index(int(means.argmax()), means.shape))
        box = plates.box_of(left, top, left + width, top + height)
        found.append(Place(box, 100 * worst, _inks(plates, top, left, height, width)))
        means[max(0, top - height + 1) : top + height, max(0, left - width + 1) : left + width] = 0
    return Excess(tuple(found[:MOST]), len(found))


def _spot_means(total: Plane) -> Plane:
    """The means of all spots, by their upper left pixels; of a box that is smaller, of all of it."""
    if min(total.shape) < _SPOT:
        return np.asarray(total.mean(keepdims=True), np.float32)
    rows = total[:-1] + total[1:]
    return np.asarray((rows[:, :-1] + rows[:, 1:]) / 4, np.float32)


def _inks(plates: Plates, top: int, left: int, height: int, width: int) -> tuple[float, float, float, float]:
    part = plates.inks[:, top : top + height, left : left + width]
    c, m, y, k = (100 * float(plane.mean()) / 255 for plane in part)
    return c, m, y, k


def _regions(over: Mask) -> list[tuple[int, int, int, int]]:
    """The parts of a mask that are apart: top, left, bottom, right of each, from the top left on.

    They are found on cells of `_APART` pixels; cells that touch, if only by a corner, are one part.
    """
    rows, columns = (-(-side // _APART) for side in over.shape)
    padded = np.zeros((rows * _APART, columns * _APART), bool)
    padded[: over.shape[0], : over.shape[1]] = over
    cells = padded.reshape(rows, _APART, columns, _APART).any(axis=(1, 3))
    left_over = {(int(row), int(column)) for row, column in zip(*np.nonzero(cells), strict=True)}
    regions = []
    for first in sorted(left_over):
        if first not in left_over:
            continue
        left_over.remove(first)
        part, edge = [first], [first]
        while edge:
            row, column = edge.pop()
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left_over
            left_over -= near
            part += near
            edge += near
        regions.append(_bounds(padded, part))
    return regions


def _bounds(mask: Mask, cells: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    top, bottom = min(row for row, _ in cells) * _APART, (max(row for row, _ in cells) + 1) * _APART
    left, right = min(column for _, column in cells) * _APART, (max(column for _, column in cells) + 1) * _APART
    rows, columns = (np.flatnonzero(mask[top:bottom, left:right].any(axis=axis)) for axis in (1, 0))
    return top + int(rows[0]), left + int(columns[0]), top + int(rows[-1]) + 1, left + int(columns[-1]) + 1
