"""Images as a plate shows them (ISO 32000-1, 8.9.5).

An image of one component keeps its data, however it is compressed: the plate's view of it is a palette. Others are
decoded, and each channel of the plate is taken out of them. Soft masks and stencils stay as they are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Name
from PIL import Image, UnidentifiedImageError

from policybook.preflight.press.ink_functions import Unreadable
from policybook.preflight.press.ink_spaces import CMYK, GRAY, RGB, Plate, Space, projection, shown
from policybook.prepress.samples import unpacked

#: The colour spaces of Pillow's pictures in JPEG 2000, by their modes.
_MODES = {"L": GRAY, "RGB": RGB, "CMYK": CMYK}


def shown_image(pdf: pikepdf.Pdf, image: Any, space: Space, plates: Sequence[Plate]) -> tuple[Any, ...]:
    """A sampled image, no stencil, as each plate shows it. Raises Unreadable."""
    mask = image.get("/Mask")
    if space.components == 1 and _bits(image) <= 8 and not isinstance(mask, Array) and not _coded(image, "/JPXDecode"):
        made = [_one_component(pdf, image, space, plate) for plate in plates]
    else:
        samples = _samples(image, space.components)
        values = _values(image, space, 2 ** min(_bits(image), 8))
        made = [_picture(pdf, _channels(samples, values, space, plate)) for plate in plates]
        mask = _stencil(pdf, samples, image) if isinstance(mask, Array) else mask
    for new, plate in zip(made, plates, strict=True):
        if mask is not None:
            new.Mask = mask
        if "/SMask" in image:
            new.SMask = _matted(pdf, image.SMask, space, plate)
    return tuple(made)


def _bits(image: Any) -> int:
    return int(image.get("/BitsPerComponent", 8))


def _coded(image: Any, name: str) -> bool:
    filters = image.get("/Filter", Array())
    return name in [str(found) for found in (filters if isinstance(filters, Array) else [filters])]


def _values(image: Any, space: Space, steps: int) -> NDArray[np.float64]:
    """The value, of shape (steps, components), of each sample of each component (table 90)."""
    indexed = space.base is not None
    top = 2 ** _bits(image) - 1 if indexed else 1
    given = [float(value) for value in image.get("/Decode", ())] or [0, top] * space.components
    low, high = np.array(given).reshape(-1, 2).T
    values: NDArray[np.float64] = low + np.arange(steps).reshape(-1, 1) / (steps - 1) * (high - low)
    return np.rint(values) if indexed else values


def _one_component(pdf: pikepdf.Pdf, image: Any, space: Space, plate: Plate) -> Any:
    """The image with its data as they are and a palette, or a single pixel where all colours look the same."""
    if space.base is None and projection(space, plate).constant:
        return _picture(pdf, _bytes(projection(space, plate).offset).reshape(1, 1, -1))
    new = pdf.make_stream(image.read_raw_bytes())
    for key in ("/Filter", "/DecodeParms"):
        if key in image:
            new[key] = image[key]
    steps = 2 ** _bits(image)
    palette = _bytes(shown(space, plate, _values(image, space, steps)))
    new.ColorSpace = Array([Name.Indexed, plate.space, steps - 1, pikepdf.String(palette.tobytes())])
    new.Type, new.Subtype = Name.XObject, Name.Image
    new.Width, new.Height, new.BitsPerComponent = image.Width, image.Height, _bits(image)
    return new


def _picture(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> Any:
    """An image of 8 bits, from pixels of shape (height, width, 1 or 3)."""
    new: Any = pdf.make_stream(pixels.tobytes())
    new.Type, new.Subtype = Name.XObject, Name.Image
    new.Height, new.Width, channels = pixels.shape
    new.BitsPerComponent, new.ColorSpace = 8, Name.DeviceRGB if channels == 3 else Name.DeviceGray
    return new


def _samples(image: Any, components: int) -> NDArray[np.uint8]:
    """The samples of an image, of shape (height, width, components), those of 16 bits cut to 8. Raises Unreadable."""
    height, width, bits = int(image.Height), int(image.Width), _bits(image)
    if _coded(image, "/JPXDecode"):
        return _wavelets(image, components)
    try:
        data = image.read_bytes(decode_level=pikepdf.StreamDecodeLevel.all)
    except (pikepdf.PdfError, NotImplementedError):
        raise Unreadable("an image that can't be decoded") from None
    if len(data) < height * (-(-width * components * bits // 8)):
        raise Unreadable("an image with less data than it says")
    cells = unpacked(data, height, width * components, bits)
    return (cells >> max(0, bits - 8)).astype(np.uint8, copy=False).reshape(height, width, components)


def _wavelets(image: Any, components: int) -> NDArray[np.uint8]:
    """The samples of an image in JPEG 2000. Raises Unreadable."""
    picture = _wavelet_picture(image)
    if picture.mode not in _MODES or len(picture.getbands()) != components or int(image.get("/SMaskInData", 0)):
        raise Unreadable("an image in JPEG 2000 that can't be read")
    return np.asarray(picture).reshape(picture.height, picture.width, components)


def wavelet_space(image: Any) -> Space:
    """The colour space of an image in JPEG 2000 that leaves it to its data (7.4.9). Raises Unreadable."""
    mode = _wavelet_picture(image).mode
    if mode not in _MODES:
        raise Unreadable("an image in JPEG 2000 that can't be read")
    return _MODES[mode]


def _wavelet_picture(image: Any) -> Image.Image:
    try:
        return Image.open(io.BytesIO(image.read_raw_bytes()))
    except (UnidentifiedImageError, OSError):
        raise Unreadable("an image in JPEG 2000 that can't be read") from None


def _channels(samples: NDArray[np.uint8], values: NDArray[np.float64], space: Space, plate: Plate) -> NDArray[np.uint8]:
    """The channels, of shape (height, width, channels), of samples that stand for these values."""
    if space.components == 1:
        found: NDArray[np.uint8] = _bytes(shown(space, plate, values))[samples[..., 0]]
        return found
    onto = projection(space, plate)
    channels = []
    for offset, row in zip(onto.offset, onto.matrix, strict=True):
        used = np.flatnonzero(row)
        if len(used) == 1:
            (component,) = used
            channels.append(_bytes(offset + row[component] * values[:, component])[samples[..., component]])
        else:
            shares = (row * values).astype(np.float32)
            sums = sum((shares[:, j][samples[..., j]] for j in used), np.full(samples.shape[:2], offset, np.float32))
            channels.append(_bytes(sums))
    return np.stack(channels, axis=-1)


def _bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)


def _stencil(pdf: pikepdf.Pdf, samples: NDArray[np.uint8], image: Any) -> Any:
    """A colour key (8.9.6.4) as a stencil, in which 1 masks out."""
    cut = max(0, _bits(image) - 8)
    ranges = np.array([int(value) >> cut for value in image.Mask]).reshape(-1, 2)
    out = ((samples >= ranges[:, 0]) & (samples <= ranges[:, 1])).all(axis=-1)
    new: Any = pdf.make_stream(np.packbits(out, axis=1).tobytes())
    new.Type, new.Subtype, new.ImageMask, new.BitsPerComponent = Name.XObject, Name.Image, True, 1
    new.Height, new.Width = samples.shape[:2]
    return new


def _matted(pdf: pikepdf.Pdf, mask: Any, space: Space, plate: Plate) -> Any:
    """A soft mask; the colour that its image is blended with beforehand (11.6.5.3) goes the way of its colours."""
    if "/Matte" not in mask:
        return mask
    new: Any = pdf.make_stream(mask.read_raw_bytes())
    for key in sorted(mask.keys() - {"/Length", "/Matte"}):
        new[key] = mask[key]
    new.Matte = Array([round(float(value), 6) for value in projection(space, plate)(_floats(mask.Matte))])
    return new


def _floats(values: Any) -> NDArray[np.float64]:
    return np.array([float(value) for value in values])
