"""Colour spaces as the four plates see them (ISO 32000-1, 8.6), and what a plate shows of a colour.

All colours are parts of 1. A colour space that counts here is a linear map of its components to the inks: gray is
black alone (8.6.4.2), a Separation or DeviceN space reaches the inks that it names (8.6.6), RGB and Lab reach none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray

#: Values of each of the four inks, in the order of DeviceCMYK.
Inks = tuple[float, float, float, float]
#: Something that holds of each of the four inks.
Each = tuple[bool, bool, bool, bool]

INKS = ("Cyan", "Magenta", "Yellow", "Black")
_ZERO: Inks = (0, 0, 0, 0)
_NONE: Each = (False, False, False, False)
_EVERY: Each = (True, True, True, True)
_RGB = "it has colors in RGB, and how much ink they make is not known"
_LAB = "it has colors in Lab, and how much ink they make is not known"
_DEEP = 8


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space: how much of each ink a colour of it makes.

    Ink i is `offset[i]` and the sum of `scale[i][j]` times component j. `kept` are the inks that painting in this space
    leaves as they are where it overprints; `direct` tells DeviceCMYK itself, for which overprint mode 1 leaves an ink
    of 0 as it is too (8.6.7). `invisible` spaces paint nothing at all. `spots` are named inks that no plate here shows.
    An Indexed space has a `base` and a `lookup`. `reason` says, of a space that makes no inks, why the page can't be
    measured.
    """

    components: int
    initial: tuple[float, ...]
    offset: Inks = _ZERO
    scale: tuple[tuple[float, ...], ...] = ((), (), (), ())
    kept: Each = _NONE
    direct: bool = False
    invisible: bool = False
    spots: tuple[str, ...] = ()
    base: Space | None = None
    lookup: bytes = b""
    pattern: bool = False
    reason: str = ""

    def inks(self, values: tuple[float, ...]) -> Inks:
        """The inks of a colour."""
        if self.base is not None:
            start = max(0, int(values[0])) * self.base.components
            entry = self.lookup[start : start + self.base.components]
            return self.base.inks(tuple(byte / 255 for byte in entry.ljust(self.base.components, b"\0")))
        c, m, y, k = (
            min(1.0, max(0.0, offset + sum(a * b for a, b in zip(scale, values, strict=False))))
            for offset, scale in zip(self.offset, self.scale, strict=True)
        )
        return c, m, y, k


GRAY = Space(1, (0,), (0, 0, 0, 1), ((0,), (0,), (0,), (-1,)))
CMYK = Space(4, (0, 0, 0, 1), _ZERO, ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)), direct=True)
_ICC_CMYK = Space(4, (0, 0, 0, 0), CMYK.offset, CMYK.scale)
RGB = Space(3, (0, 0, 0), reason=_RGB)
LAB = Space(3, (0, 0, 0), reason=_LAB)
PATTERN = Space(0, (), pattern=True)
_NAMED = {
    "/DeviceGray": GRAY,
    "/G": GRAY,
    "/CalGray": GRAY,
    "/DeviceCMYK": CMYK,
    "/CMYK": CMYK,
    "/DeviceRGB": RGB,
    "/RGB": RGB,
    "/CalRGB": RGB,
    "/Lab": LAB,
    "/Pattern": PATTERN,
}
_ICC = {1: GRAY, 3: RGB, 4: _ICC_CMYK}


def read_space(value: Any, named: Any = None, depth: int = 0) -> Space:
    """The colour space that an object states. `named` is the ColorSpace dictionary of the resources in use."""
    if depth > _DEEP:
        return _unknown("a color space that contains itself")
    if isinstance(value, pikepdf.Name):
        if named is not None and value in named and str(value) not in _NAMED:
            return read_space(named[value], named, depth + 1)
        return _NAMED.get(str(value)) or _unknown(f"a color space “{value}” that is not stated")
    if not isinstance(value, pikepdf.Array) or not len(value):
        return _unknown("a color space that can't be read")
    family = str(value[0])
    if family == "/ICCBased":
        components = int(value[1].get("/N", 0))
        return _ICC.get(components) or _unknown(f"a color profile of {components} components")
    if family in {"/Indexed", "/I"}:
        return _indexed(value, read_space(value[1], named, depth + 1))
    if family == "/Pattern" and len(value) > 1:
        return Space(0, (), base=read_space(value[1], named, depth + 1), pattern=True)
    if family == "/Separation":
        return _colorants((str(value[1])[1:],))
    if family == "/DeviceN":
        return _colorants(tuple(str(name)[1:] for name in value[1]))
    return _NAMED.get(family) or _unknown(f"a color space “{family[1:]}”")


def _unknown(what: str) -> Space:
    return Space(1, (0,), reason=f"it has {what}")


def _indexed(value: Any, base: Space) -> Space:
    table = value[3]
    lookup = table.read_bytes() if isinstance(table, pikepdf.Stream) else bytes(table)
    return Space(1, (0,), base=base, lookup=lookup, spots=base.spots, kept=base.kept, reason=base.reason)


def _colorants(names: tuple[str, ...]) -> Space:
    """A Separation or DeviceN space (8.6.6.4, 8.6.6.5): All is every ink, None is no ink, any other name a spot."""
    first = (1.0,) * len(names)
    if names == ("All",):
        return Space(1, first, scale=((1,), (1,), (1,), (1,)))
    c, m, y, k = (tuple(float(name == ink) for name in names) for ink in INKS)
    kc, km, ky, kk = (ink not in names for ink in INKS)
    spots = tuple(name for name in names if name not in (*INKS, "None"))
    invisible = not spots and (kc, km, ky, kk) == _EVERY
    return Space(len(names), first, scale=(c, m, y, k), kept=(kc, km, ky, kk), invisible=invisible, spots=spots)


@dataclass(frozen=True, slots=True)
class Plate:
    """What one rendering shows: for each of its channels, how much an ink darkens it. White is no ink.

    `mask` is the rendering of a soft mask, where gray and RGB are left as they are and nothing overprints.
    """

    weights: tuple[Inks, ...]
    mask: bool = False

    @property
    def inks(self) -> tuple[int, ...]:
        """The inks that it shows."""
        return tuple(i for i in range(4) if any(row[i] for row in self.weights))

    @property
    def space(self) -> pikepdf.Name:
        """The space that its colours are written in."""
        return pikepdf.Name.DeviceRGB if len(self.weights) == 3 else pikepdf.Name.DeviceGray

    def shown(self, inks: Inks) -> tuple[float, ...]:
        """Its channels for a colour, 0 for full ink."""
        return tuple(max(0.0, 1 - sum(a * b for a, b in zip(row, inks, strict=True))) for row in self.weights)

    def operator(self, inks: Inks, *, stroke: bool) -> bytes:
        """The operation that sets a colour."""
        name = {(3, False): "rg", (3, True): "RG", (1, False): "g", (1, True): "G"}[len(self.weights), stroke]
        return " ".join([*(f"{value:.5g}" for value in self.shown(inks)), name]).encode()


C, M, Y, K = (Plate((row,)) for row in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)))
CMY = Plate((*C.weights, *M.weights, *Y.weights))
#: The luminosity of CMYK (10.3.3: conversion to DeviceGray).
LUMINOSITY = Plate(((0.3, 0.59, 0.11, 1),), mask=True)


@dataclass(frozen=True, slots=True)
class Projection:
    """What a plate shows of the colours of a space: channel o is `offset[o]` and the sum of `matrix[o, j]` times j."""

    offset: NDArray[np.float64]
    matrix: NDArray[np.float64]

    @property
    def constant(self) -> bool:
        """Whether all colours look the same."""
        return not self.matrix.any()

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The channels, of shape (…, channels), of colours of shape (…, components)."""
        shown: NDArray[np.float64] = np.clip(self.offset + values @ self.matrix.T, 0, 1)
        return shown

    def row(self, channel: int) -> Projection:
        """That of one channel."""
        return Projection(self.offset[channel : channel + 1], self.matrix[channel : channel + 1])


def projection(space: Space, plate: Plate) -> Projection:
    """What a plate shows of a space that is not Indexed."""
    weights = np.array(plate.weights, dtype=float)
    scale = np.array(space.scale, dtype=float).reshape(4, space.components)
    return Projection(1 - weights @ np.array(space.offset, dtype=float), -(weights @ scale))


def shown(space: Space, plate: Plate, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The channels, of shape (…, channels), of colours of shape (…, components)."""
    if space.base is None:
        return projection(space, plate)(values)
    n = space.base.components
    entries = np.frombuffer(space.lookup, np.uint8)[: len(space.lookup) // n * n].reshape(-1, n) / 255
    colours = projection(space.base, plate)(entries)
    found: NDArray[np.float64] = colours[np.clip(values[..., 0].astype(int), 0, len(colours) - 1)]
    return found
