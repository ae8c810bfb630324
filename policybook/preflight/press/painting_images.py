"""What an image says of its pixels: its dictionary (ISO 32000-1, 8.9), or its JPEG 2000 file (15444-1, annex I)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pikepdf

from policybook.preflight.press.painted import Colour, Picture
from policybook.preflight.press.painting_spaces import CMYK, GRAY, RGB, Space, space_of
from policybook.preflight.press.painting_state import Matrix
from policybook.preflight.press.rules import NotChecked

#: The enumerated spaces of the box `colr` (table I.10).
_JPX_SPACES = {12: CMYK, 16: RGB, 17: GRAY, 18: RGB}


def picture(image: Any, matrix: Matrix, unit: float) -> Picture:
    """The image placed by a matrix that maps the unit square to default user space, of `unit` points each."""
    a, b, c, d, _, _ = matrix
    width, height = int(image.Width), int(image.Height)
    across, up = math.hypot(a, b) * unit, math.hypot(c, d) * unit
    filters = image.get("/Filter", ())
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
    return Picture(
        width=width,
        height=height,
        ppi=min(72 * width / across if across else math.inf, 72 * height / up if up else math.inf),
        bits=_bits(image),
        mask=_mask(image),
        filters=tuple(str(name)[1:] for name in names),
        object=image.objgen,
    )


def colour_of(image: Any, resources: Any) -> Colour:
    """The space of an image that is no stencil, without components. Raises NotChecked where it can't be told."""
    space = _space(image, resources)
    return Colour(space.name, (), space.colorants, space.alternate)


def _space(image: Any, resources: Any) -> Space:
    if "/ColorSpace" in image:
        return space_of(image.ColorSpace, resources)
    if "/JPXDecode" not in str(image.get("/Filter")):
        raise NotChecked("an image does not state its colour space")
    for kind, content in _boxes(image.read_raw_bytes()):
        if kind == b"colr" and content[0] == 1 and int.from_bytes(content[3:7]) in _JPX_SPACES:
            return _JPX_SPACES[int.from_bytes(content[3:7])]
        if kind == b"colr" and content[0] == 2:
            model = content[3 + 16 : 3 + 20].decode("ascii", "replace").strip()
            counts = {"GRAY": 1, "RGB": 3, "CMYK": 4}
            if model in counts:
                return Space("ICCBased", counts[model], ())
    raise NotChecked("a JPEG 2000 image does not state its colour space")


def _bits(image: Any) -> int:
    if image.get("/ImageMask", False):
        return 1
    if "/BitsPerComponent" in image:
        return int(image.BitsPerComponent)
    name = str(image.get("/Filter"))
    if "/JPXDecode" in name:
        return next((content[10] % 128 + 1 for kind, content in _boxes(image.read_raw_bytes()) if kind == b"ihdr"), 8)
    return 1 if "/CCITTFaxDecode" in name or "/JBIG2Decode" in name else 8


def _mask(image: Any) -> str:
    if "/SMask" in image or int(image.get("/SMaskInData", 0)):
        return "soft"
    mask = image.get("/Mask")
    if mask is None:
        return ""
    return "colour key" if isinstance(mask, pikepdf.Array) else "stencil"


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of a JPEG 2000 file, those in its header too; nothing for a bare code stream."""
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        start = at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        end = at + length if length else len(data)
        if end < start or end > len(data):
            return
        yield kind, data[start:end]
        if kind == b"jp2h":
            yield from _boxes(data[start:end])
        at = end
