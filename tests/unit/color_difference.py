"""CIEDE2000 (CIE 142-2001; Sharma, Wu and Dalal 2005): how far colours look from each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def ciede2000(one: Values, other: Values) -> Values:
    """N differences of N × L* a* b*; 1 is about what an eye can see side by side."""
    mean = (np.hypot(one[:, 1], one[:, 2]) + np.hypot(other[:, 1], other[:, 2])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    (l1, c1, h1), (l2, c2, h2) = (_polar(lab, stretch) for lab in (one, other))
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = np.where(c1 * c2 == 0, h1 + h2, (h1 + turn / 2) % 360)
    t = 1 - 0.17 * _cos(h - 30) + 0.24 * _cos(2 * h) + 0.32 * _cos(3 * h + 6) - 0.2 * _cos(4 * h - 63)
    rotation = -2 * np.sqrt(c**7 / (c**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    dl = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    dc, dh = (c2 - c1) / (1 + 0.045 * c), hue / (1 + 0.015 * c * t)
    found: Values = np.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)
    return found


def _cos(degrees: Values) -> Values:
    found: Values = np.cos(np.radians(degrees))
    return found


def _polar(lab: Values, stretch: Values) -> tuple[Values, Values, Values]:
    a, b = lab[:, 1] * stretch, lab[:, 2]
    return lab[:, 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360
