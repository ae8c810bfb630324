"""From sRGB to the inks of the press: exact builds, black alone for neutral colours, the ICC profile for the rest.

What decides, in this order:

1. A colour of the brand has its *build*, which is printed as it is stated.
2. A neutral colour is printed by K alone, so that text, rules and gray pictures need no register and have no cast. The
   tint is the one that prints as light as the gray should be by the profile, with black point compensation: black is
   100 % and white is bare paper. (The simple 1 - L of a DeviceGray reader prints middle grays up to 12 L* too light on
   coated paper, as halftone tints are no sRGB.)
3. All else goes through the profile, relative colorimetric with black point compensation, pictures too: measured by
   ISO Coated v2 300, colours in the gamut come out 1.6 ΔE00 away on average, against 2.1 by the perceptual tables, and
   ramps that leave the gamut keep as many steps (1374 of 1536 against 1390). A flat ground in a picture matches the
   ground beside it, which two intents would not do.

More ink than the limit is taken away by gray component replacement: see `held`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from policybook.diagnostics import MachineError
from policybook.prepress import icc
from policybook.prepress.icc import SRGB, Samples, Source

Rgb = tuple[int, int, int]
Build = tuple[float, float, float, float]
Parts = NDArray[np.float64]

#: Components of a neutral colour differ by no more, of 255.
_NEUTRAL = 2
#: A smaller part of an ink is no dot that a plate holds.
_TRACE = 0.02
#: How much K takes the place of a gray component that is removed. Of factors from 0 to 3, the one with the smallest
#: mean ΔE00 (1.2) to the colours of a 300 % profile when 240 % are allowed; the best that any build of at most 240 %
#: could do is 1.0, scaling all four inks does 2.8.
_REPLACEMENT = 1.5
#: Rows of a picture that are held under the limit at a time: so many pixels.
_STRIP = 1 << 20


@dataclass(frozen=True, slots=True)
class Inks:
    """The inks of a press: the CMYK profile's bytes, the exact builds by 8-bit sRGB, the most ink anywhere in per cent.

    Raises MachineError where the profile is not one of a CMYK press.
    """

    profile: bytes = field(repr=False)
    builds: Mapping[Rgb, Build]
    limit: float

    def __post_init__(self) -> None:
        if not icc.fitting(self.profile, "CMYK") or b"A2B0" not in self.profile or b"B2A0" not in self.profile:
            raise MachineError("the ICC profile is not one of a CMYK press", "name another in the printer's YAML")

    @property
    def digest(self) -> str:
        """The SHA-256 of all that decides."""
        return _digest(self.profile, tuple(sorted(self.builds.items())), self.limit)

    def colour(self, r: float, g: float, b: float) -> Build:
        """The parts of C, M, Y and K for a colour of sRGB; all are parts of 1."""
        c, m, y, k = self.colours(np.rint(np.array([[r, g, b]]) * 255).clip(0, 255).astype(np.uint8))[0].tolist()
        return c, m, y, k

    def colours(self, samples: Samples, source: Source = SRGB) -> Parts:
        """N × 3 samples → N × 4 parts: builds, K alone, or the profile's inks without traces."""
        seen = icc.colours(samples, source, SRGB).astype(int)
        parts = self.blended(samples, source)
        parts[parts < _TRACE] = 0
        level = neutral(seen)
        parts[level] = 0
        parts[level, 3] = self.tint(seen[level])
        known = {rgb: place for place, rgb in enumerate(self.builds)}
        for row, rgb in enumerate(map(tuple, seen.tolist())):
            if rgb in known:
                parts[row] = self.builds[rgb]
        return parts.round(4)

    def blended(self, samples: Samples, source: Source = SRGB) -> Parts:
        """N × 3 samples → N × 4 parts by the profile alone, for the steps between two colours."""
        return held(icc.colours(samples, source, self._press) / 255, self.limit / 100)

    def tint(self, seen: NDArray[np.int_]) -> Parts:
        """The tints of K for N × 3 neutral samples of sRGB."""
        found: Parts = _tints(self.profile)[np.rint(seen.mean(axis=1)).astype(int)]
        return found

    def lightness(self, parts: Parts) -> Parts:
        """L* of N × 4 parts as they print."""
        found: Parts = icc.lab(np.rint(parts.clip(0, 1) * 255).astype(np.uint8), self._press)[:, 0]
        return found

    def image(self, picture: Image.Image) -> Image.Image:
        """An RGB or LAB picture in CMYK, from the profile that it carries or else from sRGB, held under the limit."""
        mode: icc.Mode = "LAB" if picture.mode == "LAB" else "RGB"
        profile = icc.fitting(picture.info.get("icc_profile", b"") or b"", mode)
        plates = icc.picture(picture, Source(mode, profile), self._press)
        inks = np.array(plates)
        rows = max(1, _STRIP // plates.width)
        for top in range(0, plates.height, rows):
            strip = inks[top : top + rows]
            over = strip.sum(axis=2, dtype=np.uint16) > self.limit * 2.55
            # rounded down, so that the sum is not over the limit again
            strip[over] = np.floor(held(strip[over] / 255, self.limit / 100) * 255 + 1e-6).astype(np.uint8)
        return Image.frombytes("CMYK", plates.size, inks.tobytes())

    @property
    def _press(self) -> Source:
        return Source("CMYK", self.profile)


def neutral(samples: NDArray[np.signedinteger]) -> NDArray[np.bool_]:
    """Which of N × 3 samples of sRGB are gray to the eye."""
    differ: NDArray[np.bool_] = samples.max(axis=1) - samples.min(axis=1) <= _NEUTRAL
    return differ


def held(parts: Parts, limit: float) -> Parts:
    """N × 4 parts whose sums are at most the limit, which is in parts too.

    Where they are more, an equal amount of C, M and Y, at most the least of them, gives way to K: that keeps the hue,
    and darkness comes from K, as in a profile made for less ink. K grows by 1.5 of the amount, less as it nears 1.
    What is still too much, in colours with hardly any gray in them, is scaled, K last.
    """
    parts = parts.copy()
    over = parts.sum(axis=1) - limit
    rows = np.flatnonzero(over > 1e-9)
    if not rows.size:
        return parts
    inks, black = parts[rows, :3], parts[rows, 3]
    rate = np.minimum(_REPLACEMENT * (1 - black), 2.5)
    amount = np.minimum(over[rows] / (3 - rate), inks.min(axis=1))
    inks = inks - amount[:, None]
    black = np.minimum(1, black + rate * amount)
    room = np.maximum(limit - black, 0) / np.maximum(inks.sum(axis=1), 1e-9)
    parts[rows, :3] = inks * np.minimum(room, 1)[:, None]
    parts[rows, 3] = np.minimum(black, limit)
    return parts


@lru_cache(maxsize=8)
def _digest(profile: bytes, builds: tuple[tuple[Rgb, Build], ...], limit: float) -> str:
    digest = hashlib.sha256(b"inks\0" + hashlib.sha256(profile).digest())
    for rgb, build in builds:
        digest.update(repr((tuple(rgb), tuple(float(part) for part in build))).encode())
    digest.update(repr(float(limit)).encode())
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _tints(profile: bytes) -> Parts:
    """256 tints of K that print as light as the grays of sRGB, with the paper as white and solid K as black."""
    press = Source("CMYK", profile)
    steps = np.linspace(0, 1, 21)
    solid = np.zeros((len(steps), 4), np.uint8)
    solid[:, 3] = np.rint(steps * 255)
    light = _luminance(icc.lab(solid, press)[:, 0])
    grays = np.arange(256) / 255
    wanted = np.where(grays <= 0.04045, grays / 12.92, ((grays + 0.055) / 1.055) ** 2.4)
    wanted = light[-1] + (light[0] - light[-1]) * wanted
    tints = np.interp(_lightness(wanted), _lightness(light)[::-1], steps[::-1])
    tints[0], tints[-1] = 1, 0
    found: Parts = tints.round(3)
    return found


def _luminance(lightness: Parts) -> Parts:
    """Y of L* (CIE 15)."""
    found: Parts = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    return found


def _lightness(luminance: Parts) -> Parts:
    """L* of Y (CIE 15)."""
    found: Parts = np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)
    return found
