"""What colours are separated for: the four plates of the press, or the gray of a soft mask.

A soft mask is made from the luminosity of a group (ISO 32000-1, 11.5.3). Luminosity is a weighted sum of R, G, B, and
compositing by Normal is linear, so a group whose colours, pictures and shadings are all replaced by their luminosity
gives the same mask: its paint becomes DeviceGray, with the weights of 10.3.2 and, for inks, 10.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from pikepdf import Name
from PIL import Image

from policybook.prepress import icc
from policybook.prepress.functions import Values
from policybook.prepress.icc import SRGB, Samples, Source
from policybook.prepress.inks import Inks, Parts, held, neutral
from policybook.prepress.spaces import Space

_WEIGHTS = np.array([0.3, 0.59, 0.11])


class Plates(Protocol):
    """Where colours go: the device's space, its number of components, its operators for filling and stroking."""

    device: ClassVar[Name]
    count: ClassVar[int]
    operators: ClassVar[tuple[bytes, bytes]]

    def colours(self, space: Space, values: Values) -> Parts:
        """N × components of a space → N × parts."""

    def ramp(self, space: Space, values: Values) -> Parts:
        """The steps from one colour to another, both among them, to parts."""

    def photograph(self, samples: Samples, source: Source) -> Samples:
        """Rows × columns × 3 samples → rows × columns × components."""


@dataclass(frozen=True, slots=True)
class Press:
    """The four plates."""

    inks: Inks
    device: ClassVar[Name] = Name.DeviceCMYK
    count: ClassVar[int] = 4
    operators: ClassVar[tuple[bytes, bytes]] = (b"k", b"K")

    def colours(self, space: Space, values: Values) -> Parts:
        """Builds, black alone, or the profile's inks; the parts of spaces that are inks themselves are kept."""
        if space.source is None:
            return space.convert(values).round(4)
        return self.inks.colours(space.samples(values), space.source)

    def ramp(self, space: Space, values: Values) -> Parts:
        """A ramp that stays gray is printed by K alone; any other follows the hues of the profile.

        How far the builds of its ends are from the profile's inks is made up for along the way, so that no step shows.
        """
        if space.source is None:
            return space.convert(values)
        samples = space.samples(values)
        ends = self.inks.colours(samples[[0, -1]], space.source)
        if neutral(icc.colours(samples, space.source, SRGB).astype(int)).all():
            return self.inks.colours(samples, space.source)
        found: Parts = self._led(self.inks.blended(samples, space.source), ends).round(4)
        return found

    def _led(self, steps: Parts, ends: Parts) -> Parts:
        """Steps of the profile's inks that start and end with builds.

        The difference in inks is spread in proportion. It moves gray between K and the other inks, and that amount of
        K which is right at the ends is too dark between them: so K is set to keep the lightness, by a smooth curve
        (t (1 - t) times a line), as lightness is measured in steps of 0.4.
        """
        way = np.linspace(0, 1, len(steps))[:, None]
        led = (steps + (1 - way) * (ends[0] - steps[0]) + way * (ends[1] - steps[-1])).clip(0, 1)
        light = self.inks.lightness(steps)
        first, last = self.inks.lightness(ends)
        wanted = light + (1 - way[:, 0]) * (first - light[0]) + way[:, 0] * (last - light[-1])
        tries = np.linspace(-0.4, 0.4, 33)
        tried = np.repeat(led[:, None], len(tries), axis=1)
        tried[:, :, 3] = (tried[:, :, 3] + tries).clip(0, 1)
        found = self.inks.lightness(tried.reshape(-1, 4)).reshape(len(steps), -1)
        more = np.array([np.interp(-want, -row, tries) for want, row in zip(wanted, found, strict=True)])
        curve = np.concatenate([way * (1 - way), way**2 * (1 - way)], axis=1)
        led[:, 3] += curve @ np.linalg.lstsq(curve, more, rcond=None)[0]
        return held(led.clip(0, 1), max(self.inks.limit / 100, float(ends.sum(axis=1).max())))

    def photograph(self, samples: Samples, source: Source) -> Samples:
        """By the profile, under the limit."""
        rows, columns, _ = samples.shape
        picture = Image.frombytes(source.mode, (columns, rows), samples.tobytes())
        if source.profile:
            picture.info["icc_profile"] = source.profile
        return np.asarray(self.inks.image(picture))


@dataclass(frozen=True, slots=True)
class Mask:
    """The gray of a soft mask."""

    device: ClassVar[Name] = Name.DeviceGray
    count: ClassVar[int] = 1
    operators: ClassVar[tuple[bytes, bytes]] = (b"g", b"G")

    def colours(self, space: Space, values: Values) -> Parts:
        """The luminosity of a colour."""
        converted = space.convert(values)
        if space.source is None:
            light = 1 - (converted[:, :3] @ _WEIGHTS + converted[:, 3]).clip(0, 1)
        elif space.source == SRGB:
            light = converted.clip(0, 255) @ _WEIGHTS / 255
        else:
            light = icc.colours(space.samples(values), space.source, SRGB) @ _WEIGHTS / 255
        found: Parts = light[:, None].round(4)
        return found

    def ramp(self, space: Space, values: Values) -> Parts:
        """Luminosity is linear, so its steps need no care."""
        return self.colours(space, values)

    def photograph(self, samples: Samples, source: Source) -> Samples:
        """The luminosity of each pixel."""
        flat = samples.reshape(-1, 3)
        seen = icc.colours(flat, source, SRGB)
        light: Samples = np.rint(seen @ _WEIGHTS).astype(np.uint8).reshape(*samples.shape[:2], 1)
        return light
