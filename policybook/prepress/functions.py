"""Functions of PDF (ISO 32000-1, 7.10) that are computed here: sampled, exponential and stitching ones.

A function takes N × m inputs and gives N × n outputs. PostScript functions (type 4) are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Object, Stream

from policybook.prepress.refusal import Refusal
from policybook.prepress.samples import unpacked

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Function:
    """A function, its domain by input, and where its first input has a corner or a jump inside its domain."""

    domain: tuple[tuple[float, float], ...]
    corners: tuple[float, ...]
    formula: Callable[[Values], Values]

    def __call__(self, inputs: Values) -> Values:
        """N × n outputs for N × m inputs."""
        low, high = np.array(self.domain).T
        return self.formula(np.clip(inputs, low, high))


def read_function(source: Object) -> Function:
    """A function, or an array of them that have one output each. Raises Refusal for a PostScript function."""
    if isinstance(source, Array):
        parts = [read_function(part) for part in source]
        if not parts:
            raise Refusal("a shading without functions")
        corners = tuple(sorted({corner for part in parts for corner in part.corners}))
        return Function(parts[0].domain, corners, lambda x: np.concatenate([part(x) for part in parts], axis=1))
    if not isinstance(source, (Dictionary, Stream)) or "/FunctionType" not in source:
        raise Refusal("a function that can't be read")
    kind = int(source.FunctionType)
    if kind not in _READERS:
        raise Refusal(f"a function of type {kind}" + (" (PostScript)" if kind == 4 else ""))
    return _ranged(_READERS[kind](source), source)


def _ranged(function: Function, source: Object) -> Function:
    """The function with its outputs held in the range that it states (7.10.1)."""
    if "/Range" not in source:
        return function
    low, high = np.array(pairs(source.Range)).T
    return Function(function.domain, function.corners, lambda x: np.clip(function.formula(x), low, high))


def pairs(source: Object) -> tuple[tuple[float, float], ...]:
    """An array of lower and upper bounds."""
    numbers = [float(number) for number in source]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _exponential(source: Object) -> Function:
    """Type 2: from C0 to C1 by x to the power N (7.10.3)."""
    first = np.array([float(x) for x in source.get("/C0", [0])])
    last = np.array([float(x) for x in source.get("/C1", [1])])
    power = float(source.N)
    return Function(pairs(source.Domain), (), lambda x: first + x**power * (last - first))


def _stitching(source: Object) -> Function:
    """Type 3: functions side by side (7.10.4)."""
    parts = [read_function(part) for part in source.Functions]
    domain = pairs(source.Domain)
    bounds = [float(x) for x in source.Bounds]
    encode = pairs(source.Encode)
    edges = [domain[0][0], *bounds, domain[0][1]]

    def formula(x: Values) -> Values:
        place = np.searchsorted(bounds, x[:, 0], side="right")
        found = np.zeros((len(x), _width(parts[0])))
        for index, part in enumerate(parts):
            rows = place == index
            low, high = edges[index], edges[index + 1]
            way = (x[rows, 0] - low) / (high - low) if high > low else np.zeros(rows.sum())
            found[rows] = part((encode[index][0] + way * (encode[index][1] - encode[index][0]))[:, None])
        return found

    corners = {bound for bound in bounds if domain[0][0] < bound < domain[0][1]}
    for index, part in enumerate(parts):
        (start, end), low, high = encode[index], edges[index], edges[index + 1]
        if start != end and high > low:
            inner = (low + (corner - start) / (end - start) * (high - low) for corner in part.corners)
            corners.update(corner for corner in inner if low < corner < high)
    return Function(domain, tuple(sorted(corners)), formula)


def _width(function: Function) -> int:
    return int(function(np.array([[low for low, _ in function.domain]])).shape[1])


def _sampled(source: Object) -> Function:
    """Type 0: a table, read linearly between its samples whatever the order of interpolation (7.10.2)."""
    domain, ranges = pairs(source.Domain), pairs(source.Range)
    sizes = [int(size) for size in source.Size]
    bits = int(source.BitsPerSample)
    encode = pairs(source.Encode) if "/Encode" in source else tuple((0.0, size - 1.0) for size in sizes)
    decode = np.array(pairs(source.Decode) if "/Decode" in source else ranges)
    count = int(np.prod(sizes)) * len(ranges)
    raw = unpacked(source.read_bytes(), 1, count, bits).ravel().astype(np.float64)
    low, high = decode.T
    # the first input varies fastest (7.10.2)
    table = low + raw.reshape(*sizes[::-1], len(ranges)) / (2.0**bits - 1) * (high - low)

    def formula(x: Values) -> Values:
        return _interpolated(table, [_encoded(x[:, i], domain[i], encode[i], sizes[i]) for i in range(len(sizes))])

    (start, end), (first, last) = domain[0], encode[0]
    places = (start + (n - first) / (last - first) * (end - start) for n in range(sizes[0]) if last != first)
    return Function(domain, tuple(sorted(place for place in places if start < place < end)), formula)


def _encoded(x: Values, domain: tuple[float, float], encode: tuple[float, float], size: int) -> Values:
    way = (x - domain[0]) / ((domain[1] - domain[0]) or 1)
    found: Values = np.clip(encode[0] + way * (encode[1] - encode[0]), 0, size - 1)
    return found


def _interpolated(table: Values, places: Sequence[Values]) -> Values:
    """Multilinear interpolation; the last axis but one of the table is the first input's."""
    floors = [np.minimum(place.astype(int), max(size - 2, 0)) for place, size in zip(places, table.shape[-2::-1])]  # noqa: B905 - the shape has one axis more
    found = np.zeros((len(places[0]), table.shape[-1]))
    for corner in product((0, 1), repeat=len(places)):
        index = [np.minimum(floor + up, size - 1) for floor, up, size in zip(floors, corner, table.shape[-2::-1])]  # noqa: B905
        weight = np.ones(len(places[0]))
        for place, floor, up in zip(places, floors, corner, strict=True):
            weight = weight * (place - floor if up else 1 - (place - floor))
        found += weight[:, None] * table[tuple(index[::-1])]
    return found


_READERS: dict[int, Callable[[Object], Function]] = {0: _sampled, 2: _exponential, 3: _stitching}
