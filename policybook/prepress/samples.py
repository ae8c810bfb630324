"""Samples of pictures and of sampled functions: read from their bits, and deflated (ISO 32000-1, 8.9.5.2 and 7.4.4)."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

#: zlib's own balance of size and time.
_LEVEL = 6
#: So many bytes of a picture are filtered at a time.
_STRIP = 1 << 22


def unpacked(data: bytes, rows: int, columns: int, bits: int) -> NDArray[np.unsignedinteger]:
    """Rows × columns samples of 1 to 32 bits; each row starts at a byte. What is missing at the end is 0."""
    width = -(-columns * bits // 8)
    whole = np.frombuffer(data[: rows * width].ljust(rows * width, b"\0"), np.uint8).reshape(rows, width)
    if bits == 8:
        return whole
    if bits in {16, 32}:
        return whole.view(f">u{bits // 8}").astype(np.uint32)
    single = np.unpackbits(whole, axis=1)[:, : columns * bits].reshape(rows, columns, bits)
    weights = 1 << np.arange(bits - 1, -1, -1, dtype=np.uint32)
    found: NDArray[np.uint32] = single.astype(np.uint32) @ weights
    return found


def deflated(rows: NDArray[np.uint8], components: int) -> bytes:
    """Rows × bytes as FlateDecode with PNG's predictors, each row by the one that leaves least (7.4.4.4; PNG, 12.8)."""
    packer = zlib.compressobj(_LEVEL)
    strip = max(1, _STRIP // max(1, rows.shape[1]))
    above = np.zeros((1, rows.shape[1]), np.uint8)
    parts = []
    for top in range(0, len(rows), strip):
        part = rows[top : top + strip]
        parts.append(packer.compress(_filtered(part, np.concatenate([above, part[:-1]]), components).tobytes()))
        above = part[-1:]
    return b"".join([*parts, packer.flush()])


def _filtered(rows: NDArray[np.uint8], above: NDArray[np.uint8], components: int) -> NDArray[np.uint8]:
    left, corner = _shifted(rows, components), _shifted(above, components)
    filters = {0: rows, 1: rows - left, 2: rows - above, 4: rows - _paeth(left, above, corner)}
    rests = np.array([np.abs(rest.view(np.int8).astype(np.int32)).sum(axis=1) for rest in filters.values()])
    best = np.array(list(filters))[rests.argmin(axis=0)]
    found = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    found[:, 0] = best
    for kind, rest in filters.items():
        found[best == kind, 1:] = rest[best == kind]
    return found


def _shifted(rows: NDArray[np.uint8], components: int) -> NDArray[np.uint8]:
    return np.concatenate([np.zeros((len(rows), components), np.uint8), rows[:, :-components]], axis=1)


def _paeth(left: NDArray[np.uint8], above: NDArray[np.uint8], corner: NDArray[np.uint8]) -> NDArray[np.uint8]:
    a, b, c = (plane.astype(np.int16) for plane in (left, above, corner))
    to_a, to_b, to_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    best = np.where((to_a <= to_b) & (to_a <= to_c), left, np.where(to_b <= to_c, above, corner))
    found: NDArray[np.uint8] = best.astype(np.uint8)
    return found
