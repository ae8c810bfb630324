"""Colour through ICC profiles, by LittleCMS as Pillow brings it: relative colorimetric with black point compensation.

Samples are 8 bits a component. Transforms are kept, by the profiles' bytes, for as long as the process lives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Samples = NDArray[np.uint8]
Mode = Literal["L", "RGB", "LAB", "CMYK"]

_COMPENSATED = ImageCms.Flags.BLACKPOINTCOMPENSATION
#: Single colours are computed through the profiles themselves and not through a table that is made of them.
_EXACT = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOOPTIMIZE
#: The colour spaces that profiles of the modes have in their header.
_SPACES = {"GRAY": "L", "RGB": "RGB", "Lab": "LAB", "CMYK": "CMYK"}


@dataclass(frozen=True, slots=True)
class Source:
    """What samples mean: a mode of Pillow and an ICC profile's bytes; without one they are sRGB, or Lab (D50)."""

    mode: Mode = "RGB"
    profile: bytes = b""


SRGB = Source()
LAB = Source("LAB")


def fitting(profile: bytes, mode: Mode) -> bytes:
    """The profile if it can be read and is one of that mode, else none, as readers treat such profiles (8.6.5.5)."""
    return profile if profile and _mode(profile) == mode else b""


@lru_cache(maxsize=64)
def _mode(profile: bytes) -> str:
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return ""
    return _SPACES.get(opened.profile.xcolor_space.strip(), "")


@lru_cache(maxsize=64)
def _opened(source: Source) -> Any:
    if source.profile:
        return ImageCms.ImageCmsProfile(BytesIO(source.profile))
    return ImageCms.createProfile("LAB" if source.mode == "LAB" else "sRGB")


@lru_cache(maxsize=64)
def _transform(source: Source, target: Source, *, exact: bool, compensated: bool) -> Any:
    flags = (_EXACT if exact else _COMPENSATED) if compensated else ImageCms.Flags.NOOPTIMIZE
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.buildTransform(_opened(source), _opened(target), source.mode, target.mode, intent, flags)


def colours(samples: Samples, source: Source, target: Source, *, compensated: bool = True) -> Samples:
    """N × components of one source → N × components of another. Without compensation, what is measured stays."""
    if source == target:
        return samples
    strip = Image.frombytes(source.mode, (len(samples), 1), np.ascontiguousarray(samples).tobytes())
    found = ImageCms.applyTransform(strip, _transform(source, target, exact=True, compensated=compensated))
    assert found is not None
    return np.frombuffer(found.tobytes(), np.uint8).reshape(len(samples), -1)


def picture(image: Image.Image, source: Source, target: Source) -> Image.Image:
    """A picture of one source in another."""
    if source == target:
        return image
    found = ImageCms.applyTransform(image, _transform(source, target, exact=False, compensated=True))
    assert found is not None
    return found


def lab(samples: Samples, source: Source) -> NDArray[np.float64]:
    """L* a* b* of samples, relative to the white of their medium, without black point compensation."""
    coded = colours(samples, source, LAB, compensated=False).astype(np.float64)
    opposite = np.where(coded[:, 1:] > 127, coded[:, 1:] - 256, coded[:, 1:])
    return np.concatenate([coded[:, :1] * 100 / 255, opposite], axis=1)


Colours = Callable[[Samples], Samples]
