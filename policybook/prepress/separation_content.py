"""The operators of a content stream in inks: what is set, and what is drawn with (ISO 32000-1, 8.6.8 and 8.9.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from policybook.content_stream import Edited, Operation, edit
from policybook.prepress.pictures import is_stencil
from policybook.prepress.plates import Plates
from policybook.prepress.refusal import Refusal
from policybook.prepress.spaces import PatternSpace, Space

#: Resources that colours are in; fonts and properties stay.
CATEGORIES = ("/ColorSpace", "/ExtGState", "/Pattern", "/Shading", "/XObject")
#: Operators that set a colour of a device's space, and that space.
_DEVICE = {b"g": "/DeviceGray", b"rg": "/DeviceRGB", b"k": "/DeviceCMYK"}
_FILLS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Tj", b"TJ", b"'", b'"'}
_STROKES = {b"S", b"s", b"B", b"B*", b"b", b"b*"}
_SHOWS = {b"Tj", b"TJ", b"'", b'"'}
_NAME_CODE = re.compile(rb"#([0-9a-fA-F]{2})")
#: Keys of inline images and their long forms (Table 93), and the filters' (Table 94).
_KEYS = {
    "/BPC": "/BitsPerComponent",
    "/CS": "/ColorSpace",
    "/D": "/Decode",
    "/DP": "/DecodeParms",
    "/F": "/Filter",
    "/H": "/Height",
    "/IM": "/ImageMask",
    "/I": "/Interpolate",
    "/W": "/Width",
    "/L": "/Length",
}
_FILTERS = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}


@dataclass(slots=True)
class Resources:
    """A dictionary of resources as it is used for some plates: where it came from, and what became of its entries."""

    source: Object
    plates: Plates
    converted: dict[str, dict[str, Object]] = field(default_factory=dict)
    spaces: dict[str, Space | PatternSpace] = field(default_factory=dict)
    added: int = 0
    copy: Object | None = None

    def find(self, category: str, name: str) -> Object:
        """An entry. Raises Refusal where there is none."""
        found = self.source.get(category, Dictionary()).get(name)
        if found is None:
            raise Refusal(f"the name {name[1:]}, which is not among the resources of its kind ({category[1:]})")
        return found

    def result(self) -> dict[str, Object]:
        """The entries that are used, converted, with the fonts and all else that has no colour."""
        rest = {key: value for key, value in self.source.items() if key not in CATEGORIES}
        return {**rest, **{key: Dictionary(self.converted[key]) for key in CATEGORIES if self.converted.get(key)}}


class Work(Protocol):
    """What content leaves to the separation of the whole file."""

    pdf: Pdf
    operations: dict[object, bytes]

    def space(self, source: Object | None, pool: Resources) -> Space | PatternSpace:
        """A colour space by what stands for it."""

    def use_space(self, name: str, space: Space | PatternSpace, pool: Resources) -> None:
        """Keeps a space by name."""

    def use(self, category: str, name: str, pool: Resources) -> Object:
        """Converts what is drawn with, and gives what it was."""

    def add_picture(self, image: Stream, pool: Resources) -> str:
        """Converts a picture that was part of the content, and gives its new name."""

    def font(self, name: str, pool: Resources) -> None:
        """Looks at a font that is used."""


@dataclass(frozen=True, slots=True)
class _State:
    """The colours in force: their spaces, None where they were set by what draws this; whether any was set here."""

    spaces: tuple[Space | PatternSpace | None, Space | PatternSpace | None] = (None, None)
    chosen: tuple[bool, bool] = (False, False)
    strokes_text: bool = False


def separated(content: bytes, what: Content) -> Edited:
    """The content in inks. Raises Refusal, and ValueError where it can't be read."""
    edited = edit(content, what.change)
    black = [b"0 0 0 1 " + operator for operator, bare in zip((b"k", b"K"), what.bare, strict=True) if bare]
    if what.inherits or not black or what.pool.plates.count == 1:
        return edited
    head = b" ".join(black) + b"\n"
    shifts = ((0, len(head)), *((end, by + len(head)) for end, by in edited.shifts))
    return Edited(head + edited.content, shifts)


class Content:
    """One content stream, as it is gone through. `bare` tells whether it fills and strokes in the initial black."""

    def __init__(self, work: Work, pool: Resources, *, inherits: bool) -> None:
        self.work, self.pool, self.inherits = work, pool, inherits
        self.state = _State()
        self.stack: list[_State] = []
        self.bare = [False, False]

    def change(self, operation: Operation) -> bytes | None:
        """What an operation is replaced by, or None."""
        operator, operands = operation.operator, operation.operands
        if operator == b"q":
            self.stack.append(self.state)
        elif operator == b"Q":
            self.state = self.stack.pop() if self.stack else self.state
        elif operator.lower() in _DEVICE:
            return self._device_colour(operator, operands)
        elif operator in {b"cs", b"CS"}:
            return self._set_space(operator == b"CS", operands)
        elif operator in {b"sc", b"scn", b"SC", b"SCN"}:
            return self._set_colour(operator, operands)
        elif operator in {b"Do", b"gs", b"sh"}:
            self._draw(operator, operands)
        elif operator == b"BI":
            return self._inline(operands)
        elif operator == b"Tf" and len(operands) == 2:
            self.work.font(name_of(operands[0]), self.pool)
        elif operator == b"Tr" and operands:
            self._choose(strokes_text=operands[0].strip() in {b"1", b"2", b"5", b"6"})
        elif operator in _FILLS or operator in _STROKES:
            self._paint(operator in _FILLS, operator in _STROKES or (operator in _SHOWS and self.state.strokes_text))
        return None

    def _choose(self, stroke: bool | None = None, space: Space | PatternSpace | None = None, **rest: Any) -> None:
        spaces, chosen = list(self.state.spaces), list(self.state.chosen)
        if stroke is not None:
            spaces[stroke], chosen[stroke] = space, True
        text = rest.get("strokes_text", self.state.strokes_text)
        self.state = _State((spaces[0], spaces[1]), (chosen[0], chosen[1]), text)

    def _paint(self, fills: bool, strokes: bool) -> None:
        for index, paints in enumerate((fills, strokes)):
            self.bare[index] |= paints and not self.state.chosen[index]

    # colours

    def _device_colour(self, operator: bytes, operands: tuple[bytes, ...]) -> bytes | None:
        stroke, name = operator.isupper(), _DEVICE[operator.lower()]
        space = self.work.space(Name(name), self.pool)
        assert isinstance(space, Space)
        self._choose(stroke, space)
        stays = operator == self.pool.plates.operators[stroke] and space.name == name[1:]
        return None if stays else self._written(stroke, space, operands)

    def _set_space(self, stroke: bool, operands: tuple[bytes, ...]) -> bytes | None:
        name = name_of(operands[0])
        space = self.work.space(Name(name), self.pool)
        self._choose(stroke, space)
        if isinstance(space, PatternSpace):
            if space.base is not None:
                self.work.use_space(name, space, self.pool)
            return None
        if space.kept:
            self.work.use_space(name, space, self.pool)
            return None
        return self._written(stroke, space, tuple(b"%g" % part for part in space.initial))

    def _set_colour(self, operator: bytes, operands: tuple[bytes, ...]) -> bytes | None:
        stroke = operator.isupper()
        space = self.state.spaces[stroke]
        if space is None and not self.inherits and not self.state.chosen[stroke]:
            space = self.work.space(Name.DeviceGray, self.pool)
            self._choose(stroke, space)
        if space is None:
            raise Refusal("a colour in a space that is not set where it is drawn")
        if isinstance(space, PatternSpace):
            return self._set_pattern(operator, operands, space)
        return None if space.kept else self._written(stroke, space, operands)

    def _set_pattern(self, operator: bytes, operands: tuple[bytes, ...], space: PatternSpace) -> bytes | None:
        self.work.use("/Pattern", name_of(operands[-1]), self.pool)
        if len(operands) == 1:
            return None
        if space.base is None:
            raise Refusal("a pattern with a colour, and no space for it")
        return b" ".join([*self._parts(space.base, operands[:-1]), operands[-1], operator])

    def _written(self, stroke: bool, space: Space, operands: tuple[bytes, ...]) -> bytes:
        key = (id(space), operands, stroke, self.pool.plates.device)
        found = self.work.operations.get(key)
        if found is None:
            words = [*self._parts(space, operands), self.pool.plates.operators[stroke]]
            found = self.work.operations[key] = b" ".join(words)
        return found

    def _parts(self, space: Space, operands: tuple[bytes, ...]) -> list[bytes]:
        if len(operands) != space.count:
            raise Refusal(f"a colour of {len(operands)} components in {space.name}")
        try:
            values = np.array([[float(operand) for operand in operands]])
        except ValueError as error:
            raise Refusal("a colour that can't be read") from error
        return [_number(part) for part in self.pool.plates.colours(space, values)[0].tolist()]

    # drawings

    def _draw(self, operator: bytes, operands: tuple[bytes, ...]) -> None:
        category = {b"Do": "/XObject", b"gs": "/ExtGState", b"sh": "/Shading"}[operator]
        drawn = self.work.use(category, name_of(operands[0]), self.pool)
        if operator == b"gs" and "/Font" in drawn and drawn.Font[0].get("/Subtype") == Name.Type3:
            raise Refusal("a Type 3 font")
        if operator == b"Do":
            form = drawn.get("/Subtype") == Name.Form
            self._paint(form or is_stencil(drawn), form)

    def _inline(self, operands: tuple[bytes, ...]) -> bytes | None:
        """An inline image, which becomes a drawing among the resources unless it has no colour."""
        image = self._picture(operands)
        if is_stencil(image):
            self._paint(True, False)
            if "/Interpolate" not in image:
                return None
        name = self.work.add_picture(image, self.pool)
        return name.encode() + b" Do"

    def _picture(self, operands: tuple[bytes, ...]) -> Any:
        """The picture that an inline image's keys, values and data make."""
        keys = [_KEYS.get(name_of(key), name_of(key)) for key in operands[:-1:2]]
        entries = dict(zip(keys, (Object.parse(value) for value in operands[1:-1:2]), strict=True))
        stream = Stream(self.work.pdf, operands[-1])
        for key, value in entries.items():
            if key != "/Length":
                stream[key] = _long(value) if key == "/Filter" else value
        if "/ColorSpace" in stream:
            stream.ColorSpace = _long_space(stream.ColorSpace)
        stream.Type, stream.Subtype = Name.XObject, Name.Image
        return stream


def _long(value: Object) -> Object:
    if isinstance(value, Name):
        return Name(_FILTERS.get(str(value), str(value)))
    return Array([_long(inner) for inner in value])


def _long_space(value: Object) -> Object:
    names = {"/G": Name.DeviceGray, "/RGB": Name.DeviceRGB, "/CMYK": Name.DeviceCMYK, "/I": Name.Indexed}
    if isinstance(value, Name):
        return names.get(str(value), value)
    return Array([_long_space(inner) if isinstance(inner, Name) else inner for inner in value])


def name_of(operand: bytes) -> str:
    """A name as it is meant: # and two digits stand for a byte (7.3.5)."""
    return _NAME_CODE.sub(lambda found: bytes([int(found[1], 16)]), operand).decode("utf-8", "surrogateescape")


def _number(part: float) -> bytes:
    return (f"{part:.4f}".rstrip("0").rstrip(".") or "0").encode()
