"""Colour spaces as resources name them (ISO 32000-1, 8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pikepdf

from policybook.preflight.press.rules import NotChecked

#: The abbreviations of inline images (8.9.7, table 93).
_ABBREVIATED = {"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK", "I": "Indexed"}
_DEVICE = {"DeviceGray": 1, "DeviceRGB": 3, "DeviceCMYK": 4}
_CALIBRATED = {"CalGray": 1, "CalRGB": 3, "Lab": 3}
#: A space in a space in a space is as deep as they go; one that holds itself is refused.
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space: its family, how many components it has, their colorants, and the space below it."""

    name: str
    count: int
    initial: tuple[float, ...]
    colorants: tuple[str, ...] = ()
    alternate: str = ""


def _plain(name: str, count: int) -> Space:
    black = (0.0, 0.0, 0.0, 1.0) if name == "DeviceCMYK" else (0.0,) * count
    return Space(name, count, black)


GRAY, RGB, CMYK = (_plain(name, count) for name, count in _DEVICE.items())
PATTERN = Space("Pattern", 0, ())


def space_of(value: Any, resources: Any, depth: int = 0) -> Space:
    """The space that a name or an array stands for. Raises NotChecked where it isn't one.

    A device space that the resources replace by a default (8.6.5.6) is the one that they put in its place.
    """
    if depth > _DEEPEST:
        raise NotChecked("a colour space is defined by itself")
    if isinstance(value, pikepdf.Name):
        return _named(str(value)[1:], resources, depth)
    if isinstance(value, pikepdf.Array) and len(value):
        try:
            return _built(str(value[0])[1:], value, resources, depth)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise NotChecked(f"the colour space {value[0]} can't be read: {error}") from error
    raise NotChecked("a colour space is neither a name nor an array")


def _named(name: str, resources: Any, depth: int) -> Space:
    name = _ABBREVIATED.get(name, name)
    spaces = resources.get("/ColorSpace") if resources is not None else None
    if name in _DEVICE:
        default = spaces.get("/Default" + name[6:]) if spaces is not None else None
        return _plain(name, _DEVICE[name]) if default is None else space_of(default, None, depth + 1)
    if name == "Pattern":
        return PATTERN
    found = spaces.get("/" + name) if spaces is not None else None
    if found is None:
        raise NotChecked(f"the colour space {name} is not among the resources")
    return space_of(found, resources, depth + 1)


def _built(family: str, array: Any, resources: Any, depth: int) -> Space:
    family = _ABBREVIATED.get(family, family)
    if family in _CALIBRATED:
        return _plain(family, _CALIBRATED[family])
    if family == "ICCBased":
        return _plain(family, int(array[1].N))
    if family in {"Separation", "DeviceN"}:
        names = [array[1]] if family == "Separation" else list(array[1])
        alternate = space_of(array[2], resources, depth + 1).name
        return Space(family, len(names), (1.0,) * len(names), tuple(str(name)[1:] for name in names), alternate)
    if family == "Indexed":
        base = space_of(array[1], resources, depth + 1)
        return Space(family, 1, (0.0,), base.colorants, base.name)
    if family == "Pattern" and len(array) > 1:
        below = space_of(array[1], resources, depth + 1)
        return Space(family, below.count, below.initial, below.colorants, below.name)
    return _named(family, resources, depth)
