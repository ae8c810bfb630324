"""Colour spaces of PDF (ISO 32000-1, 8.6), read so far that their colours can be printed by inks.

Whatever the space, a colour ends as samples of a *source* (sRGB, an ICC profile, Lab), or as parts of C, M, Y and K.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Name, Object, Stream, String

from policybook.prepress import icc
from policybook.prepress.functions import Values, pairs, read_function
from policybook.prepress.icc import LAB, SRGB, Samples, Source
from policybook.prepress.refusal import Refusal

#: Colorants that are inks of the process, as parts of C, M, Y and K.
_PROCESS = {"/Cyan": 0, "/Magenta": 1, "/Yellow": 2, "/Black": 3}
#: From linear RGB (D65) to XYZ (IEC 61966-2-1), and Bradford's cone responses (ICC.1:2010, annex E).
_SRGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space.

    `initial` is the colour that it starts with; `ranges` are the bounds of its components, which a picture's samples
    span unless it says otherwise; `source` says what `samples` gives for N × n components: N × 3 samples of 8 bits;
    without one they are N × 4 parts of C, M, Y and K. `table` is the base and the entries of an indexed space.
    The components of `direct` spaces are samples of their source, as parts of 1.
    `kept` spaces stand for themselves on the plates and aren't converted: Separation All and None.
    """

    name: str
    initial: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]
    source: Source | None
    convert: Callable[[Values], NDArray[np.float64]]
    table: tuple[Space, NDArray[np.float64]] | None = None
    kept: bool = False
    direct: bool = False

    @property
    def count(self) -> int:
        """The number of components."""
        return len(self.initial)

    def samples(self, values: Values) -> Samples:
        """N × 3 samples of the source."""
        found: Samples = np.rint(self.convert(values).clip(0, 255)).astype(np.uint8)
        return found


@dataclass(frozen=True, slots=True)
class PatternSpace:
    """Where colours are patterns; `base` is the space of those that have no colours of their own."""

    base: Space | None


_UNIT = (0.0, 1.0)


def _gray(values: Values) -> Values:
    return np.repeat(values * 255, 3, axis=1)


DEVICE_GRAY = Space("DeviceGray", (0.0,), (_UNIT,), SRGB, _gray)
DEVICE_RGB = Space("DeviceRGB", (0.0,) * 3, (_UNIT,) * 3, SRGB, lambda values: values * 255, direct=True)
DEVICE_CMYK = Space("DeviceCMYK", (0.0, 0.0, 0.0, 1.0), (_UNIT,) * 4, None, lambda values: values)
DEVICE = {
    "/DeviceGray": DEVICE_GRAY,
    "/DeviceRGB": DEVICE_RGB,
    "/DeviceCMYK": DEVICE_CMYK,
    # of inline images (8.9.7)
    "/G": DEVICE_GRAY,
    "/RGB": DEVICE_RGB,
    "/CMYK": DEVICE_CMYK,
}


def read_space(source: Object | None, device: Callable[[str], Space | None]) -> Space | PatternSpace:
    """A colour space; `device` gives what stands for a device space by name (the default spaces of 8.6.5.6), or None.

    Raises Refusal for one that can't be read.
    """
    if isinstance(source, Name):
        if source == Name.Pattern:
            return PatternSpace(None)
        found = device(str(source)) or DEVICE.get(str(source))
        if found is None:
            raise Refusal(f"a colour space named {str(source)[1:]}")
        return found
    if not isinstance(source, Array) or not len(source):
        raise Refusal("a colour space that can't be read")
    family = str(source[0])
    if len(source) == 1:
        return read_space(Name(family), device)
    if family == "/Pattern":
        return PatternSpace(plain(read_space(source[1], device)))
    if family not in _FAMILIES:
        raise Refusal(f"a colour space of the family {family[1:]}")
    return _FAMILIES[family](source, device)


def plain(space: Space | PatternSpace) -> Space:
    """A space of colours. Raises Refusal for one of patterns."""
    if isinstance(space, PatternSpace):
        raise Refusal("a Pattern space where colours are needed")
    return space


_Device = Callable[[str], Space | None]


def _icc_based(source: Array, _: _Device) -> Space:
    """ICCBased (8.6.5.5). The numbers of CMYK are kept, so that black text stays black ink, whatever the profile."""
    profile = source[1]
    if not isinstance(profile, Stream):
        raise Refusal("an ICCBased space without a profile")
    count = int(profile.get("/N", 0))
    data = profile.read_bytes()
    ranges = pairs(profile.Range) if "/Range" in profile else (_UNIT,) * count
    if count == 4:
        return DEVICE_CMYK
    if count == 1:
        fitting = icc.fitting(data, "L")
        shown = Source("L", fitting)

        def convert(values: Values) -> Values:
            return icc.colours(_bytes(values), shown, SRGB).astype(np.float64) if fitting else _gray(values)

        return Space("ICCBased (gray)", (0.0,), ranges, SRGB, convert)
    if count == 3 and icc.fitting(data, "LAB"):
        return Space("ICCBased (Lab)", (0.0,) * 3, ranges, LAB, _lab_bytes)
    if count == 3:
        source_of = Source("RGB", icc.fitting(data, "RGB"))
        return Space("ICCBased (RGB)", (0.0,) * 3, ranges, source_of, lambda values: values * 255, direct=True)
    raise Refusal(f"an ICCBased space of {count} components")


def _bytes(values: Values) -> Samples:
    found: Samples = np.rint(values.clip(0, 1) * 255).astype(np.uint8)
    return found


def _lab(source: Array, _: _Device) -> Space:
    """Lab (8.6.5.4), relative to its white point."""
    bounds = pairs(source[1].Range) if "/Range" in source[1] else ((-100.0, 100.0),) * 2
    start = tuple(min(max(0.0, low), high) for low, high in bounds)
    return Space("Lab", (0.0, *start), ((0.0, 100.0), *bounds), LAB, _lab_bytes)


def _lab_bytes(values: Values) -> Values:
    """L* from 0 to 255, a* and b* as signed bytes, as Pillow has them."""
    opposite = np.rint(values[:, 1:].clip(-128, 127)) % 256
    return np.concatenate([values[:, :1] * 2.55, opposite], axis=1)


def _cal_gray(source: Array, _: _Device) -> Space:
    """CalGray (8.6.5.2), relative to its white point."""
    gamma = float(source[1].get("/Gamma", 1))
    return Space("CalGray", (0.0,), (_UNIT,), SRGB, lambda values: _gray(_encoded(values.clip(0, 1) ** gamma)))


def _cal_rgb(source: Array, _: _Device) -> Space:
    """CalRGB (8.6.5.3), its white point adapted to that of sRGB by Bradford."""
    entries = source[1]
    gamma = np.array([float(x) for x in entries.get("/Gamma", [1, 1, 1])])
    matrix = np.array([float(x) for x in entries.get("/Matrix", [1, 0, 0, 0, 1, 0, 0, 0, 1])]).reshape(3, 3).T
    white = np.array([float(x) for x in entries.WhitePoint])
    scale = (_BRADFORD @ _SRGB.sum(axis=1)) / (_BRADFORD @ white)
    whole = np.linalg.inv(_SRGB) @ np.linalg.inv(_BRADFORD) @ np.diag(scale) @ _BRADFORD @ matrix
    return Space(
        "CalRGB", (0.0,) * 3, (_UNIT,) * 3, SRGB, lambda values: _encoded((values.clip(0, 1) ** gamma) @ whole.T) * 255
    )


def _encoded(linear: Values) -> Values:
    """Linear light as sRGB encodes it (IEC 61966-2-1)."""
    light = linear.clip(0, 1)
    found: Values = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return found


def _indexed(source: Array, device: _Device) -> Space:
    """Indexed (8.6.6.3): the entries are bytes that span the ranges of the base."""
    base = plain(read_space(source[1], device))
    high = int(source[2])
    raw = bytes(source[3]) if isinstance(source[3], String) else source[3].read_bytes()
    size = (high + 1) * base.count
    table = np.frombuffer(raw[:size].ljust(size, b"\0"), np.uint8).reshape(high + 1, base.count) / 255
    low, top = np.array(base.ranges).T
    entries = low + table * (top - low)

    def convert(values: Values) -> Values:
        return base.convert(entries[np.rint(values[:, 0]).astype(int).clip(0, high)])

    return Space("Indexed", (0.0,), ((0.0, 255.0),), base.source, convert, (base, entries))


def _separation(source: Array, device: _Device) -> Space:
    """Separation (8.6.6.4): inks of the process stand for themselves, others for what their tint looks like."""
    return _tinted("Separation", [str(source[1])], source, device)


def _device_n(source: Array, device: _Device) -> Space:
    """DeviceN (8.6.6.5), in the same way."""
    return _tinted("DeviceN", [str(name) for name in source[1]], source, device)


def _tinted(family: str, names: Sequence[str], source: Array, device: _Device) -> Space:
    said = f"{family} {' '.join(name[1:] for name in names)}"
    ranges, initial = (_UNIT,) * len(names), (1.0,) * len(names)
    if family == "Separation" and names[0] in {"/All", "/None"}:
        return Space(said, initial, ranges, None, lambda values: np.repeat(values, 4, axis=1), kept=True)
    if set(names) <= {*_PROCESS, "/None"}:
        plates = np.zeros((len(names), 4))
        for row, name in enumerate(names):
            if name in _PROCESS:
                plates[row, _PROCESS[name]] = 1
        return Space(said, initial, ranges, None, lambda values: (values @ plates).clip(0, 1))
    other = plain(read_space(source[2], device))
    try:
        tint = read_function(source[3])
    except Refusal as refusal:
        raise Refusal(f"the ink {said} by way of {refusal}") from None
    return Space(said, initial, ranges, other.source, lambda values: other.convert(tint(values)))


_FAMILIES: dict[str, Callable[[Array, _Device], Space]] = {
    "/ICCBased": _icc_based,
    "/Lab": _lab,
    "/CalGray": _cal_gray,
    "/CalRGB": _cal_rgb,
    "/Indexed": _indexed,
    "/I": _indexed,
    "/Separation": _separation,
    "/DeviceN": _device_n,
}
