"""The ICC profile of sRGB, made from the numbers of IEC 61966-2-1: the colours of a page on a screen.

It is made here, so that it has no date of today in it and no licence but the book's own (ICC.1:2004-10, profile
version 4.2, which PDF 1.7 reads: ISO 32000-1, 8.6.5.5).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

#: What the condition is called in the registry of the ICC.
IDENTIFIER = "sRGB IEC61966-2.1"
_CREATED = struct.pack(">6H", 1999, 10, 18, 0, 0, 0)  # IEC 61966-2-1's own date
#: The white of the connection space, D50.
_D50 = (0.9642, 1.0, 0.8249)
#: The primaries, adapted from D65 to D50 (Bradford).
_COLORANTS = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
#: The adaptation from D65 to D50, row by row.
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
#: Y = (aX + b)^g where X ≥ d, and cX below: g, a, b, c, d (function type 3).
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def srgb_profile() -> bytes:
    """The profile: a display's, of three components; the same bytes each time."""
    tags = {
        b"desc": _text(IDENTIFIER),
        b"cprt": _text("No rights reserved"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(_D50),
        b"chad": b"sf32\0\0\0\0" + _fixed(_ADAPTATION),
        **{name: b"XYZ \0\0\0\0" + _fixed(values) for name, values in _COLORANTS.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"para\0\0\0\0\0\3\0\0" + _fixed(_CURVE)),
    }
    table, body, places = b"", b"", dict[bytes, int]()
    first = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        if content not in places:
            places[content] = first + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    rest = struct.pack(">I", len(tags)) + table + body
    return _header(128 + len(rest), rest) + rest


def _header(size: int, rest: bytes) -> bytes:
    """The 128 bytes of the header (ICC.1:2004-10, 7.2); the identifier is an MD5 without flags, intent and itself."""
    start = struct.pack(">I4xI4s4s4s", size, 0x04200000, b"mntr", b"RGB ", b"XYZ ") + _CREATED + b"acsp"
    end = _fixed(_D50)
    bare = start + bytes(68 - len(start)) + end + bytes(128 - 80)
    digest = hashlib.md5(bare + rest, usedforsecurity=False).digest()
    return bare[:84] + digest + bytes(28)


def _text(words: str) -> bytes:
    """A text in one language (ICC.1:2004-10, 10.13)."""
    written = words.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(written), 28) + written


def _fixed(values: Sequence[float]) -> bytes:
    """Numbers of 32 bits, half of them behind the point (ICC.1:2004-10, 5.1.3)."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))
