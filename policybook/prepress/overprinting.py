"""Black that overprints: text and thin lines in pure black are printed over what is below, so that no white shows.

Where plates are laid a hair's breadth apart, black type that is cut out of a tint gets a white edge (GWG 2022, R0009
and R0010). Only 100 % K overprints, and only in text and lines: a black area would show what lies below it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from policybook.content_stream import Edited, Operation, edit

#: The names of the two graphics states in resources. OPM 1: an ink that is 0 leaves what is below (ISO 32000-1, 8.6.7).
OVER, KNOCK = "PressOver", "PressKnock"
_STATES = {OVER: {"/OP": True, "/op": True, "/OPM": 1}, KNOCK: {"/OP": False, "/op": False, "/OPM": 1}}
#: Thinner black lines than this overprint, in points (R0010).
_THIN = 2.0
_OVER, _KNOCK = f"/{OVER} gs".encode(), f"/{KNOCK} gs".encode()


@dataclass(frozen=True, slots=True)
class _State:
    """What of the graphics state decides: whether fills and strokes are pure black, the line's width, the scale."""

    fills_black: bool = True
    strokes_black: bool = True
    width: float = 1.0
    scale: float = 1.0


class _Press:
    """Changes the operations of one content stream, whose graphics state it follows."""

    def __init__(self) -> None:
        self.state = _State()
        self.saved: list[_State] = []
        self.in_text = False

    def change(self, operation: Operation) -> bytes | None:
        """What stands instead of an operation; None leaves it."""
        operator, operands = operation.operator, operation.operands
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
            case b"g" | b"k" | b"cs" | b"sc" | b"scn":
                return self._fill(operator, operands)
            case b"G" | b"K" | b"CS" | b"SC" | b"SCN":
                return self._stroke(operator, operands)
            case b"BT":
                self.in_text = True
                return b"BT " + _OVER if self.state.fills_black else None
            case b"ET":
                self.in_text = False
                return b"ET " + _KNOCK if self.state.fills_black else None
            case b"S" | b"s" if self.state.strokes_black and self.state.width * self.state.scale < _THIN:
                return b"%b %b %b" % (_OVER, operator, _KNOCK)
            case b"BMC" | b"BDC" | b"EMC":
                return b""  # there is no structure that it could belong to, and no layer
        return None

    def _fill(self, operator: bytes, operands: tuple[bytes, ...]) -> bytes | None:
        build = _build(operator, operands)
        was, now = self.state.fills_black, build == (0, 0, 0, 1)
        self.state = replace(self.state, fills_black=now)
        written = _written(build) + b" k" if operator == b"g" and build else None
        if not self.in_text or was == now:
            return written
        return b"%b %b" % (written or b" ".join([*operands, operator]), _OVER if now else _KNOCK)

    def _stroke(self, operator: bytes, operands: tuple[bytes, ...]) -> bytes | None:
        build = _build(operator.lower(), operands)
        self.state = replace(self.state, strokes_black=build == (0, 0, 0, 1))
        return _written(build) + b" K" if operator == b"G" and build else None


def _build(operator: bytes, operands: tuple[bytes, ...]) -> tuple[float, ...] | None:
    """The inks that a colour operator names, if it names them."""
    if operator == b"g":
        return (0, 0, 0, round(1 - float(operands[0]), 4))
    return tuple(map(float, operands)) if operator == b"k" else None


def _written(build: tuple[float, ...] | None) -> bytes:
    return b" ".join(f"{value:g}".encode("ascii") for value in build or ())


def with_overprint(content: bytes) -> Edited:
    """A content stream in which black text and thin black lines overprint, and gray is K (R0011 to R0013).

    Its marked content is left out. It starts with both colours black in DeviceCMYK.
    """
    return edit(content, _Press().change)


def add_overprint(pdf: Pdf) -> tuple[Edited, ...]:
    """Changes all forms of a PDF so, and gives the pages' contents, which are not changed; adds the graphics states."""
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form:
            thing.write(with_overprint(thing.read_bytes()).content)
            if "/Resources" in thing:
                _add_states(thing.Resources)
    resources = {page.obj.Resources.objgen: page.obj.Resources for page in pdf.pages}
    for of in resources.values():
        _add_states(of)
    return tuple(with_overprint(page.obj.Contents.read_bytes()) for page in pdf.pages)


def _add_states(resources: Object) -> None:
    if "/ExtGState" not in resources:
        resources["/ExtGState"] = Dictionary()
    for name, entries in _STATES.items():
        resources.ExtGState[f"/{name}"] = Dictionary(entries)
