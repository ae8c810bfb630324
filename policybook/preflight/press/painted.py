"""What a page paints, one thing after the other: what it is, where, in which colour, how large, and over what.

Boxes are in the page's default user space (ISO 32000-1, 8.3.2.3); sizes, widths and resolutions are those on paper,
after every matrix and the page's UserUnit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from policybook.geometry import Box

#: The colorants of the four process inks (8.6.6.4).
PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
#: Tints that differ by less than this are one tint: half a step of eight bits.
SAME = 0.002
#: Spaces in which a component of 1 is light, by the count of their components.
_ADDITIVE = frozenset({"DeviceRGB", "CalRGB", "CalGray"})


class PaintKind(StrEnum):
    """What is painted."""

    TEXT = "text"
    FILL = "fill"
    STROKE = "stroke"
    IMAGE = "image"
    STENCIL = "stencil"
    INLINE_IMAGE = "inline image"
    SHADING = "shading"


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as it is used: its space (8.6), its components and, in Separation and DeviceN, their colorants.

    `alternate` is the alternate space of Separation and DeviceN, the base of Indexed, the underlying space of an
    uncoloured Pattern. Components are empty where they vary: images and shadings.
    """

    space: str
    components: tuple[float, ...] = ()
    colorants: tuple[str, ...] = ()
    alternate: str = ""

    @property
    def inks(self) -> Mapping[str, float] | None:
        """The amount of each ink that is printed, as parts of 1; None where a conversion or a picture decides it."""
        return _inks(self)

    @property
    def spots(self) -> tuple[str, ...]:
        """The colorants that are no process inks; All is one, None isn't (8.6.6.4)."""
        return tuple(name for name in self.colorants if name not in PROCESS and name != "None")

    @property
    def is_white(self) -> bool:
        """Whether it leaves the paper as it is."""
        inks = self.inks
        if inks is not None:
            return not inks
        light = self.space in _ADDITIVE or (self.space == "ICCBased" and len(self.components) in {1, 3})
        return light and bool(self.components) and min(self.components) > 1 - SAME

    @property
    def is_black(self) -> bool:
        """Whether it is all of the black ink and nothing else."""
        inks = self.inks
        return inks is not None and set(inks) == {"Black"} and inks["Black"] > 1 - SAME

    @property
    def build(self) -> tuple[float, float, float, float] | None:
        """The amounts of cyan, magenta, yellow and black; None where they are not known, or a spot colour is in it."""
        inks = self.inks
        if inks is None or not set(inks) <= set(PROCESS):
            return None
        cyan, magenta, yellow, black = (inks.get(name, 0.0) for name in PROCESS)
        return cyan, magenta, yellow, black

    @property
    def words(self) -> str:
        """The inks in words, such as `C 60, M 40, K 100`."""
        inks = self.inks or {}
        return ", ".join(
            f"{name[:1].replace('B', 'K') if name in PROCESS else name} {round(100 * inks[name])}" for name in inks
        )


@lru_cache(maxsize=4096)
def _inks(colour: Colour) -> Mapping[str, float] | None:
    names: tuple[str, ...]
    amounts: tuple[float, ...]
    if not colour.components:
        return None
    if colour.space == "DeviceCMYK":
        names, amounts = PROCESS, colour.components
    elif colour.space == "DeviceGray":
        names, amounts = ("Black",), (1 - colour.components[0],)
    elif colour.space in {"Separation", "DeviceN"}:
        names, amounts = colour.colorants, colour.components
    else:
        return None
    if names == ("All",):
        names, amounts = PROCESS, amounts * 4
    printed = zip(names, amounts, strict=False)
    return MappingProxyType({name: amount for name, amount in printed if amount > SAME and name != "None"})


@dataclass(frozen=True, slots=True)
class Lettering:
    """Text that one operator shows: its size in points of the em, across the line, and its font.

    `codes` are the character codes drawn, white space included; `font` is the font object's number and generation,
    (0, 0) where it is no indirect object. `mode` is the rendering mode (9.3.6): 3 and 7 are never handed out, and for
    2 and 6 there are two things painted, filled letters and stroked ones.
    """

    size: float
    name: str
    subtype: str
    embedded: bool
    codes: tuple[int, ...]
    mode: int
    font: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """The image of a painted thing: its pixels, and how many there are to the inch as it is placed, the lower axis.

    `bits` are those of a component; `mask` is "soft", "stencil", "colour key" or empty (8.9.6, 11.6.5.3); `filters`
    are the names of its filters.
    """

    width: int
    height: int
    ppi: float
    bits: int
    mask: str
    filters: tuple[str, ...]
    object: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Blend:
    """A shading (8.7.4.5): its type, how many numbers its colour takes, how many its functions give.

    `outputs` are the distinct counts that were met, one in a sound shading; empty where it has no function.
    """

    type: int
    components: int
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Painted:
    """A thing that a page draws.

    `box` is clipped to the box of the clipping path. `alpha` and `blend_mode` are what is in force, of the thing and
    of the groups that it is in; `soft_mask` says that one is on. `overprint` is OP for strokes, op for all else
    (8.6.7). `width` is that of a stroke at its thinnest; of a fill with straight edges and in no shaped clip it is the
    shorter side of its box, for that is how engines draw rules; else None.
    `in_mask` says that it is drawn into a soft mask and not on paper; `artifact` that the content is marked as one.
    """

    kind: PaintKind
    box: Box
    colour: Colour
    alpha: float
    blend_mode: str
    soft_mask: bool
    overprint: bool
    overprint_mode: int
    artifact: bool
    in_mask: bool
    width: float | None = None
    text: Lettering | None = None
    image: Picture | None = None
    shading: Blend | None = None

    @property
    def overprints(self) -> bool:
        """Whether what lies below stays where this thing has no ink: mode 1 decides for DeviceCMYK (8.6.7).

        DeviceGray always knocks out the process inks; spot colours and process ones as Separation or DeviceN overprint
        whatever the mode is.
        """
        if not self.overprint:
            return False
        return self.overprint_mode == 1 if self.colour.space == "DeviceCMYK" else self.colour.space != "DeviceGray"

    @property
    def is_visible(self) -> bool:
        """Whether it leaves anything on paper, if only white."""
        return self.alpha > 0 and not self.in_mask
