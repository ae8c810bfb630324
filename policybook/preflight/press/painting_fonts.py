"""Fonts as far as their letters take room: how a string falls into codes, how wide and how tall the letters are.

ISO 32000-1, 9.6 (simple fonts), 9.7 (composite ones). The font programs themselves are not read.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf

from policybook.preflight.press.rules import NotChecked

#: A pair of ToUnicode that maps a code to white space, and the sections that such pairs stand in (9.10.3).
_BLANK = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<(?:0020|00[aA]0|200[0-9aA]|202[fF]|3000)>")
_BLANK_RANGE = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<\1>\s*<(?:0020|00[aA]0|200[0-9aA]|202[fF]|3000)>")
_CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_NUMBERS = re.compile(rb"[\[\]]|[-+.0-9]+")


@dataclass(frozen=True, slots=True)
class Metrics:
    """A font: widths by code, ascent and descent, all in parts of the em of 1 unit.

    `wide` says that a code takes two bytes. `blanks` are the codes of white space. `procedures` are the glyphs of a
    Type 3 font by code, in the coordinates that `matrix` maps to text space; None for all other fonts.
    """

    name: str
    subtype: str
    embedded: bool
    number: tuple[int, int]
    wide: bool
    widths: Mapping[int, float]
    default: float | None
    ascent: float
    descent: float
    blanks: frozenset[int]
    matrix: tuple[float, ...]
    procedures: Mapping[int, Any] | None
    resources: Any

    def codes(self, string: bytes) -> Sequence[int]:
        """The codes that a string falls into."""
        if not self.wide:
            return string
        return struct.unpack(f">{len(string) // 2}H", string[: len(string) & ~1])

    def width(self, code: int) -> float:
        """The width of a code. Raises NotChecked where the font doesn't state it."""
        width = self.widths.get(code, self.default)
        if width is None:
            raise NotChecked(f"the font {self.name} does not state how wide its letters are")
        return width


def metrics(font: Any) -> Metrics:
    """What a font dictionary says. Raises NotChecked where it isn't enough to tell where its letters stand."""
    try:
        subtype = str(font.Subtype)[1:]
        if subtype == "Type0":
            return _composite(font)
        return _type3(font) if subtype == "Type3" else _simple(font, subtype)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, pikepdf.PdfError) as error:
        raise NotChecked(f"a font can't be read: {error}") from error


def _name(font: Any) -> str:
    return str(font.get("/BaseFont", font.get("/Name", "/without a name")))[1:]


def _embedded(descriptor: Any) -> bool:
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _heights(descriptor: Any, name: str) -> tuple[float, float]:
    """Ascent and descent; where the descriptor has none, those of the box of all letters."""
    ascent, descent = float(descriptor.get("/Ascent", 0)), float(descriptor.get("/Descent", 0))
    if ascent <= 0:
        box = [float(value) for value in descriptor.get("/FontBBox", ())]
        if len(box) != 4 or box[3] <= 0:
            raise NotChecked(f"the font {name} does not state how tall its letters are")
        descent, ascent = box[1], box[3]
    return ascent / 1000, -abs(descent) / 1000


def _composite(font: Any) -> Metrics:
    name = _name(font)
    encoding = font.Encoding
    if not isinstance(encoding, pikepdf.Name) or str(encoding) != "/Identity-H":
        called = str(encoding)[1:] if isinstance(encoding, pikepdf.Name) else "of its own"
        raise NotChecked(f"the font {name} has the encoding {called}; only Identity-H is measured")
    descendant = font.DescendantFonts[0]
    ascent, descent = _heights(descendant.FontDescriptor, name)
    return Metrics(
        name=name,
        subtype=str(descendant.Subtype)[1:],
        embedded=_embedded(descendant.FontDescriptor),
        number=font.objgen,
        wide=True,
        widths=_cid_widths(descendant["/W"]) if "/W" in descendant else {},
        default=float(descendant.get("/DW", 1000)) / 1000,
        ascent=ascent,
        descent=descent,
        blanks=_blanks(font),
        matrix=(),
        procedures=None,
        resources=None,
    )


def _cid_widths(array: Any) -> dict[int, float]:
    """The widths of 9.7.4.3: `first [width …]` or `first last width`, over and over."""
    widths: dict[int, float] = {}
    pending: list[float] = []
    listed = False
    written = array.unparse(resolved=True)
    if b"R" in written:  # lists that are objects of their own
        written = b" ".join(
            item.unparse(resolved=True) if isinstance(item, pikepdf.Array) else b"%f" % item for item in array
        )
        written = b"[" + written + b"]"
    for token in _NUMBERS.findall(written[1:-1]):
        if token == b"[":
            listed = True
        elif token == b"]":
            widths |= {int(pending[0]) + index: width / 1000 for index, width in enumerate(pending[1:])}
            pending, listed = [], False
        else:
            pending.append(float(token))
            if not listed and len(pending) == 3:
                first, last, width = pending
                widths |= dict.fromkeys(range(int(first), min(int(last), 0xFFFF) + 1), width / 1000)
                pending = []
    return widths


def _simple(font: Any, subtype: str) -> Metrics:
    name = _name(font)
    descriptor = font.get("/FontDescriptor")
    if descriptor is None or "/Widths" not in font:
        raise NotChecked(f"the font {name} is not in the file, and the file does not state how wide its letters are")
    ascent, descent = _heights(descriptor, name)
    first = int(font.FirstChar)
    return Metrics(
        name=name,
        subtype=subtype,
        embedded=_embedded(descriptor),
        number=font.objgen,
        wide=False,
        widths={first + index: float(width) / 1000 for index, width in enumerate(font.Widths)},
        default=float(descriptor.get("/MissingWidth", 0)) / 1000,
        ascent=ascent,
        descent=descent,
        blanks=_blanks(font) | ({32} if not int(descriptor.get("/Flags", 0)) & 4 else set()),
        matrix=(),
        procedures=None,
        resources=None,
    )


def _type3(font: Any) -> Metrics:
    """A Type 3 font (9.6.5): its widths are in glyph space, its heights those of its box."""
    matrix = tuple(float(value) for value in font.FontMatrix)
    box = [float(value) for value in font.FontBBox]
    first = int(font.FirstChar)
    heights = [matrix[3] * box[1], matrix[3] * box[3]]
    if heights[0] == heights[1]:
        raise NotChecked("a Type 3 font does not state how tall its letters are")
    return Metrics(
        name=str(font.get("/Name", "/Type3"))[1:],
        subtype="Type3",
        embedded=True,
        number=font.objgen,
        wide=False,
        widths={first + index: float(width) * matrix[0] for index, width in enumerate(font.Widths)},
        default=0.0,
        ascent=max(heights),
        descent=min(heights),
        blanks=_blanks(font),
        matrix=matrix,
        procedures=_procedures(font),
        resources=font.get("/Resources"),
    )


def _procedures(font: Any) -> dict[int, Any]:
    code, procedures = 0, {}
    for entry in font.Encoding.Differences:
        if isinstance(entry, pikepdf.Name):
            if str(entry) in font.CharProcs:
                procedures[code] = font.CharProcs[str(entry)]
            code += 1
        else:
            code = int(entry)
    return procedures


def _blanks(font: Any) -> frozenset[int]:
    """The codes of white space by the font's ToUnicode; none where it has none."""
    table = font.get("/ToUnicode")
    if not isinstance(table, pikepdf.Stream):
        return frozenset()
    content = table.read_bytes()
    found = [match[1] for part in _CHARACTERS.findall(content) for match in _BLANK.finditer(part)]
    found += [match[1] for part in _RANGES.findall(content) for match in _BLANK_RANGE.finditer(part)]
    return frozenset(int(code, 16) for code in found)
