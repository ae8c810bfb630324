"""Black that overprints: text and thin lines in pure black are printed over what is below, so that no white shows.

Where plates are laid a hair's breadth apart, black type that is cut out of a tint gets a white edge (GWG 2022, R0009
and R0010). Only 100 % K overprints, and only in text and lines: a black area would show what lies below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from policybook.content_stream import Edited, Operation, operations, spliced

#: What overprints: strokes, and fills.
_Over = tuple[bool, bool]
_NOTHING: _Over = (False, False)
#: The names of the graphics states in resources. OPM 1: an ink that is 0 leaves what is below (ISO 32000-1, 8.6.7).
STATES: dict[_Over, str] = {
    _NOTHING: "PressKnock",
    (False, True): "PressOverFills",
    (True, False): "PressOverLines",
    (True, True): "PressOver",
}
#: Thinner black lines than this overprint, in points (R0010).
_THIN = 2.0
_BLACK = (0, 0, 0, 1)
#: What makes a path, among which no graphics state may be set (8.2, figure 9), and what strokes it.
_PATH = {b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"W", b"W*"}
_STROKES = {b"S", b"s", b"B", b"B*", b"b", b"b*"}
#: The modes of rendering that fill text, and those that stroke it (9.3.6).
_TEXT_FILLED, _TEXT_STROKED = {0, 2, 4, 6}, {1, 2, 5, 6}
_MARKED = {b"BMC", b"BDC", b"EMC"}


@dataclass(frozen=True, slots=True)
class _State:
    """What of the graphics state decides: whether strokes and fills are pure black, the line's width, the scale.

    Also what `rendering` makes of text. A colour that was not set in this content is not taken for black: a form has
    that of whatever draws it, and white that overprints is lost.
    """

    strokes_black: bool = False
    fills_black: bool = False
    width: float = 1.0
    scale: float = 1.0
    rendering: int = 0

    @property
    def lines(self) -> bool:
        """Whether lines overprint."""
        return self.strokes_black and self.width * self.scale < _THIN

    @property
    def text(self) -> _Over:
        """What of text overprints."""
        return (
            self.strokes_black and self.rendering in _TEXT_STROKED,
            self.fills_black and self.rendering in _TEXT_FILLED,
        )


class _Press:
    """Changes the operations of one content stream, whose graphics state it follows."""

    def __init__(self) -> None:
        self.state = _State()
        self.saved: list[_State] = []
        self.in_text = False
        self.over = _NOTHING

    def changes(self, content: bytes) -> Iterator[tuple[Operation, bytes | None]]:
        """The operations, each with what stands instead of it; None leaves it."""
        path: list[Operation] = []
        for operation in operations(content):
            if operation.operator in _PATH:
                path.append(operation)
                continue
            if path and operation.operator in _STROKES and self.state.lines:
                written = content[path[0].start : path[0].end]
                yield path[0], _state_of((True, False)) + b" " + written
                yield operation, operation.operator + b" " + _state_of(_NOTHING)
            else:
                yield operation, self._changed(operation)
            path.clear()

    def _changed(self, operation: Operation) -> bytes | None:
        """What stands instead of an operation that is no part of a path."""
        operator, operands = operation.operator, operation.operands
        if operator in _MARKED:
            return b""  # there is no structure that it could belong to, and no layer
        self._follow(operator, operands)
        wanted = self.state.text if self.in_text else _NOTHING
        if wanted == self.over:
            return None
        self.over = wanted
        return b" ".join([*operands, operator, _state_of(wanted)])

    def _follow(self, operator: bytes, operands: tuple[bytes, ...]) -> None:
        """Notes what an operation does to the graphics state."""
        match operator:
            case b"q":
                self.saved.append(self.state)
            case b"Q":
                self.state = self.saved.pop() if self.saved else self.state
            case b"cm":
                a, b, c, d = (float(value) for value in operands[:4])
                self.state = replace(self.state, scale=self.state.scale * sqrt(abs(a * d - b * c)))
            case b"w":
                self.state = replace(self.state, width=float(operands[0]))
            case b"Tr":
                self.state = replace(self.state, rendering=int(operands[0]))
            case b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn":
                self.state = replace(self.state, fills_black=_is_black(operator, operands))
            case b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN":
                self.state = replace(self.state, strokes_black=_is_black(operator, operands))
            case b"BT" | b"ET":
                self.in_text = operator == b"BT"


def _is_black(operator: bytes, operands: tuple[bytes, ...]) -> bool:
    return operator in {b"k", b"K"} and tuple(map(float, operands)) == _BLACK


def _state_of(over: _Over) -> bytes:
    """The operation that sets what overprints."""
    return f"/{STATES[over]} gs".encode("ascii")


def with_overprint(content: bytes) -> Edited:
    """A content stream in inks, in which black text and thin black lines overprint. Its marked content is left out."""
    return spliced(content, _Press().changes(content))


def add_overprint(pdf: Pdf) -> tuple[Edited, ...]:
    """Changes all forms and patterns of a PDF so, and gives the pages' contents, which are not changed.

    The graphics states go into the resources. What masks are made of is in gray, and stays.
    """
    for thing in pdf.objects:
        if isinstance(thing, Stream) and (thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1):
            edited = with_overprint(thing.read_bytes())
            if edited.shifts and "/Resources" in thing:
                thing.write(edited.content)
                _add_states(thing.Resources, edited.content)
    pages = tuple(with_overprint(page.obj.Contents.read_bytes()) for page in pdf.pages)
    for page, edited in zip(pdf.pages, pages, strict=True):
        _add_states(page.obj.Resources, edited.content)
    return pages


def _add_states(resources: Object, content: bytes) -> None:
    for over, name in STATES.items():
        if _state_of(over) in content:
            if "/ExtGState" not in resources:
                resources["/ExtGState"] = Dictionary()
            strokes, fills = over
            resources.ExtGState[f"/{name}"] = Dictionary({"/OP": strokes, "/op": fills, "/OPM": 1})
