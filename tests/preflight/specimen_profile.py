"""A CMYK output profile of 800 bytes for specimens: valid (ICC.1:2001-04, 6.3.3), coarse, of no printing condition."""

from __future__ import annotations

import struct
from itertools import product

#: CIELAB of the paper and of each ink alone, about those of offset on coated paper.
PAPER = (95.0, 0.0, -2.0)
INKS = ((55.0, -37.0, -50.0), (48.0, 74.0, -3.0), (89.0, -5.0, 93.0), (16.0, 0.0, 0.0))
_DATE = (2026, 1, 1, 0, 0, 0)


def profile(ink_space: bytes = b"CMYK", device: bytes = b"prtr") -> bytes:
    """The bytes of the profile, the same each time; another space of colours or class makes one that is unfit."""
    to_lab = _table(4, 3, [_lab(corner) for corner in product((0, 1), repeat=4)])
    to_ink = _table(3, 4, [_inks(corner) for corner in product((0, 1), repeat=3)])
    gamut = _table(3, 1, [(0.0,)] * 8)
    description = b"Specimen\0"
    bodies = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(description)) + description + b"\0" * 78,
        b"cprt": b"text\0\0\0\0No copyright\0",
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in (0.8512, 0.8823, 0.7466))),
        b"A2B0": to_lab,
        b"B2A0": to_ink,
        b"gamt": gamut,
    }
    return _assembled(
        bodies, {b"A2B1": b"A2B0", b"A2B2": b"A2B0", b"B2A1": b"B2A0", b"B2A2": b"B2A0"}, ink_space, device
    )


def _assembled(bodies: dict[bytes, bytes], shared: dict[bytes, bytes], space: bytes, device: bytes) -> bytes:
    names = [*bodies, *shared]
    at = 128 + 4 + 12 * len(names)
    places: dict[bytes, tuple[int, int]] = {}
    content = b""
    for name, body in bodies.items():
        places[name] = (at + len(content), len(body))
        content += body + b"\0" * (-len(body) % 4)
    places |= {name: places[other] for name, other in shared.items()}
    index = struct.pack(">I", len(names)) + b"".join(name + struct.pack(">2I", *places[name]) for name in names)
    size = at + len(content)
    head = struct.pack(">I4sI4s4s4s6H4s", size, b"", 0x02100000, device, space, b"Lab ", *_DATE, b"acsp")
    illuminant = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return (head.ljust(68, b"\0") + illuminant).ljust(128, b"\0") + index + content


def _table(inputs: int, outputs: int, corners: list[tuple[float, ...]]) -> bytes:
    """A lut16Type with two points to a side and straight curves; `corners` in parts of 1, the last input fastest."""
    identity = (65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    head = b"mft2\0\0\0\0" + struct.pack(">4B9i2H", inputs, outputs, 2, 0, *identity, 2, 2)
    straight = struct.pack(">2H", 0, 65535)
    grid = b"".join(struct.pack(">H", round(min(max(v, 0.0), 1.0) * 65535)) for corner in corners for v in corner)
    return head + straight * inputs + grid + straight * outputs


def _lab(corner: tuple[int, ...]) -> tuple[float, ...]:
    """The colour of solid inks over each other, as lut16Type writes CIELAB: 0xFF00 is L* 100, 0x8000 is a* 0."""
    light, a, b = PAPER
    for on, ink in zip(corner, INKS, strict=True):
        if on:
            by, under = ink[0] / PAPER[0], light / PAPER[0]
            light, a, b = light * by, a * by + ink[1] * under, b * by + ink[2] * under
    return light / 100 * 0xFF00 / 0xFFFF, (a + 128) * 256 / 0xFFFF, (b + 128) * 256 / 0xFFFF


def _inks(corner: tuple[int, ...]) -> tuple[float, ...]:
    light, a, b = corner
    if not light:
        return 0.0, 0.0, 0.0, 1.0
    return float(not a), float(a), float(b), 0.0
