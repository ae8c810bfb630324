"""Meshes in inks: the colours at the corners of shadings of types 4 to 7 (ISO 32000-1, 8.7.4.5.5 to 8.7.4.5.8).

Between its corners a mesh is interpolated in the plates' space, which differs from RGB in the middle of large pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pikepdf import Array, Object

from policybook.prepress.functions import pairs
from policybook.prepress.plates import Plates
from policybook.prepress.refusal import Refusal
from policybook.prepress.spaces import Space

#: Bits of a converted part: more than 8, so that ramps stay smooth.
_BITS = 16


def convert_mesh(shading: Object, space: Space, plates: Plates) -> tuple[bytes, dict[str, Any]]:
    """The data of a mesh without a function in the plates' colours, and the entries that change. Raises Refusal."""
    kind = int(shading.ShadingType)
    decode = pairs(shading.Decode)
    if len(decode) != 2 + space.count:
        raise Refusal(f"a mesh of {len(decode) - 2} components for {space.count}")
    low, high = np.array(decode[2:]).T
    most = 2.0 ** int(shading.BitsPerComponent) - 1
    bits = _Bits(shading.read_bytes())
    written: list[str] = []
    for fixed, colours in _records(bits, shading, kind, space.count):
        values = low + np.array(colours, np.float64).reshape(-1, space.count) / most * (high - low)
        parts = np.rint(plates.colours(space, values).ravel() * (2**_BITS - 1)).astype(int)
        record = fixed + "".join(format(part, f"0{_BITS}b") for part in parts)
        written.append(record + "0" * (-len(record) % 8))
    data = "".join(written)
    bounds = [bound for pair in decode[:2] for bound in pair]
    changed = {"/BitsPerComponent": _BITS, "/Decode": Array([*bounds, *([0, 1] * plates.count)])}
    return int(data or "0", 2).to_bytes(len(data) // 8, "big"), changed


class _Bits:
    """Bits that are read from the left."""

    def __init__(self, data: bytes) -> None:
        self.text = "".join(format(byte, "08b") for byte in data)
        self.at = 0

    def take(self, count: int) -> str:
        """So many bits."""
        self.at += count
        return self.text[self.at - count : self.at]

    def left(self, count: int) -> bool:
        """Whether so many are left."""
        return len(self.text) - self.at >= count

    def align(self) -> None:
        """On to the next byte."""
        self.at += -self.at % 8


def _records(bits: _Bits, shading: Object, kind: int, components: int) -> Iterator[tuple[str, list[int]]]:
    """Vertices or patches: the bits of their flag and coordinates, and the numbers of their colours.

    The rest of a record's last byte is padding.
    """
    point = 2 * int(shading.BitsPerCoordinate)
    depth = int(shading.BitsPerComponent)
    flag = int(shading.get("/BitsPerFlag", 0)) if kind != 5 else 0
    least = flag + point
    while bits.left(least):
        head = bits.take(flag)
        points, corners = 1, 1
        if kind >= 6:
            # a patch that shares a side with the one before states four points and two colours fewer
            shares = int(head or "0", 2) & 3 != 0
            points, corners = (12 if kind == 6 else 16) - 4 * shares, 4 - 2 * shares
        if not bits.left(points * point + corners * components * depth):
            return
        fixed = head + bits.take(points * point)
        yield fixed, [int(bits.take(depth), 2) for _ in range(corners * components)]
        bits.align()
