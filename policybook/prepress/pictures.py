"""Pictures of a PDF as samples: decoded from JPEG, JPEG 2000 or bits, with what they say of themselves (8.9.5)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Object, PdfError, Stream
from PIL import Image, UnidentifiedImageError

from policybook.prepress.functions import Values, pairs
from policybook.prepress.icc import Samples
from policybook.prepress.refusal import Refusal
from policybook.prepress.samples import unpacked
from policybook.prepress.spaces import Space

#: Pixels that are reckoned with at a time, as numbers of 8 bytes a component.
_STRIP = 1 << 18


@dataclass(frozen=True, slots=True)
class Raster:
    """Rows × columns × components of samples from 0 to `most`; `alpha`, rows × columns, where they came with it.

    `profile` is the ICC profile that came with them, or empty.
    """

    samples: NDArray[Any]
    most: int
    alpha: Samples | None = None
    profile: bytes = b""

    def strips(self) -> Iterator[Raster]:
        """The same from above to below, some rows at a time."""
        rows = max(1, _STRIP // max(1, self.samples.shape[1]))
        for top in range(0, len(self.samples), rows):
            yield replace(self, samples=self.samples[top : top + rows])

    def values(self, decode: Values) -> Values:
        """Pixels × components as values of their space, whose bounds are components × 2."""
        low, high = decode.T
        found: Values = low + self.samples.reshape(-1, self.samples.shape[2]) / self.most * (high - low)
        return found

    def in_8_bits(self) -> Samples:
        """The samples from 0 to 255."""
        if self.most == 255:
            return self.samples
        return np.rint(self.samples / (self.most / 255)).astype(np.uint8)


def filters(image: Object) -> tuple[str, ...]:
    """The names of a stream's filters, in the order in which they are undone."""
    found = image.get("/Filter")
    if isinstance(found, Array):
        return tuple(str(name) for name in found)
    return () if found is None else (str(found),)


def is_lossy(image: Object) -> bool:
    """Whether the samples are in a format of pictures, which can't be taken for those of a palette."""
    return bool({"/DCTDecode", "/JPXDecode"} & set(filters(image)))


def depth(image: Object) -> int:
    """The bits of a sample."""
    return 8 if is_lossy(image) else int(image.get("/BitsPerComponent", 1 if is_stencil(image) else 8))


def is_stencil(image: Object) -> bool:
    """Whether a picture is a stencil that the current colour is painted through (8.9.6.2)."""
    return bool(image.get("/ImageMask", False))


def bounds(image: Object, space: Space) -> Values:
    """Components × 2: the values that the least and the greatest sample stand for (8.9.5.2)."""
    if "/Decode" in image:
        return np.array(pairs(image.Decode))
    if space.table:
        return np.array([[0.0, 2.0 ** depth(image) - 1]])
    return np.array(space.ranges)


def is_plain(image: Object, space: Space) -> bool:
    """Whether samples of 8 bits are the samples of the space's source as they stand."""
    return space.direct and bool(np.array_equal(bounds(image, space), np.array([[0.0, 1.0]] * space.count)))


def read_raster(image: Stream, components: int) -> Raster:
    """The samples of a picture. Raises Refusal for data that can't be read."""
    rows, columns = int(image.Height), int(image.Width)
    if is_lossy(image):
        raster = _from_file(encoded(image), components, (columns, rows))
        inside = int(image.get("/SMaskInData", 0))
        if inside > 1:
            raise Refusal("a JPEG 2000 picture that is blended with a matte")
        return raster if inside else replace(raster, alpha=None)
    bits = depth(image)
    try:
        data = image.read_bytes()
    except PdfError as error:
        names = ", ".join(name[1:] for name in filters(image))
        raise Refusal(f"a picture whose data can't be read ({names})") from error
    samples = unpacked(data, rows, columns * components, bits).reshape(rows, columns, components)
    return Raster(samples, 2**bits - 1)


def encoded(image: Stream) -> bytes:
    """The JPEG or JPEG 2000 file of a picture, which may be deflated in its turn."""
    data = image.read_raw_bytes()
    for name in filters(image)[:-1]:
        if name not in {"/FlateDecode", "/Fl"}:
            raise Refusal(f"a picture in {filters(image)[-1][1:]} inside {name[1:]}")
        data = zlib.decompress(data)
    return data


def _from_file(data: bytes, components: int, size: tuple[int, int]) -> Raster:
    try:
        with Image.open(BytesIO(data)) as opened:
            opened.load()
            profile = opened.info.get("icc_profile") or b""
            bands, mode = np.asarray(opened), opened.mode
    except (OSError, UnidentifiedImageError) as error:
        raise Refusal("a picture whose JPEG can't be read") from error
    colours = {"L": 1, "LA": 1, "RGB": 3, "RGBA": 3}.get(mode, 0)
    if colours != components or bands.shape[:2] != size[::-1]:
        raise Refusal(f"a JPEG in {mode} that is not what the picture says of it")
    bands = bands.reshape(*bands.shape[:2], -1)
    alpha = bands[:, :, -1] if mode.endswith("A") else None
    return Raster(bands[:, :, :colours], 255, alpha, profile)


def freed(values: Values, rest: Mapping[str, Any], space: Space) -> Values:
    """Values without the matte that they were blended with beforehand: c = m + (c' - m) / a (11.6.5.3)."""
    mask = rest["/SMask"]
    matte = np.array([float(part) for part in mask.Matte])
    opacity = read_raster(mask, 1)
    spans = np.array(pairs(mask.Decode)) if "/Decode" in mask else np.array([[0.0, 1.0]])
    alpha = opacity.values(spans)
    if len(alpha) != len(values):
        raise Refusal("a picture with a matte whose soft mask has another size")
    low, high = np.array(space.ranges).T
    found: Values = (matte + (values - matte) / np.maximum(alpha, 1 / 255)).clip(low, high)
    return found


def key_stencil(raster: Raster, key: Object) -> Samples:
    """The rows of a stencil, packed, that leaves out what a colour key does (8.9.6.4): 1 is left out (8.9.6.2)."""
    limits = np.array([int(bound) for bound in key]).reshape(-1, 2)
    masked = ((raster.samples >= limits[:, 0]) & (raster.samples <= limits[:, 1])).all(axis=2)
    return np.packbits(masked, axis=1)


def is_keyed(rest: Mapping[str, Any]) -> bool:
    """Whether a picture leaves out a colour."""
    return isinstance(rest.get("/Mask"), Array)
