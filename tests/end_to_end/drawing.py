"""What the pages of a finished PDF draw, and in which colours: its content streams followed by their operators.

Read with pikepdf and nothing of the code that made it. A colour is noted where something is painted with it, whether in
a page, a form, a tiling pattern or a soft mask; what merely stands in a resource dictionary is not in use.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import hypot
from pathlib import Path
from typing import Any

import pikepdf

Color = tuple[str, tuple[float, ...]]
Point = tuple[float, float]
Sides = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

BLACK: Color = ("/DeviceGray", (0.0,))
UNIT: Matrix = (1, 0, 0, 1, 0, 0)
FILLS = {"f", "F", "f*", "B", "B*", "b", "b*"}
STROKES = {"S", "s", "B", "B*", "b", "b*"}
CORNERS = {"m", "l", "c", "v", "y", "re"}
SHOWS = {"Tj", "TJ", "'", '"'}
#: How a text rendering mode paints (ISO 32000-1, table 106): filled, stroked.
MODES = {0: "f", 1: "S", 2: "B", 4: "f", 5: "S", 6: "B"}
DEVICES = {"g": "/DeviceGray", "rg": "/DeviceRGB", "k": "/DeviceCMYK"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Something that is painted: text, a path, an image or a shading; its colour; its box; the size of text in points.

    An image has its colour space and no values; a stencil has the colour it is filled with. The box is that of a path's
    points, whatever clips it, or the point where text starts: left, bottom, right, top. A shading has none.
    """

    page: int
    kind: str
    color: Color
    box: Sides = (0, 0, 0, 0)
    size: float = 0

    def covers(self, box: Sides, slack: float = 0.01) -> bool:
        """Whether its box holds another."""
        (left, bottom, right, top), (x0, y0, x1, y1) = self.box, box
        return left <= x0 + slack and bottom <= y0 + slack and right >= x1 - slack and top >= y1 - slack

    def touches(self, box: Sides, slack: float = 0.01) -> bool:
        """Whether its box and another have points in common."""
        (left, bottom, right, top), (x0, y0, x1, y1) = self.box, box
        return left < x1 - slack and right > x0 + slack and bottom < y1 - slack and top > y0 + slack


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state, as far as it decides colours and sizes."""

    matrix: Matrix = UNIT
    fill: Color = BLACK
    stroke: Color = BLACK
    size: float = 0
    mode: int = 0


@dataclass(slots=True)
class Drawing:
    """All pages of a PDF. `operators` are counted; `transparent` says where transparency is in use."""

    paints: list[Paint] = field(default_factory=list)
    operators: Counter[str] = field(default_factory=Counter)
    transparent: list[str] = field(default_factory=list)

    def colors(self, *kinds: str) -> Counter[Color]:
        """How often each colour is painted with, by things of these kinds or by all."""
        return Counter(paint.color for paint in self.paints if not kinds or paint.kind in kinds)


def read_drawing(path: Path) -> Drawing:
    """What a PDF draws. Raises ValueError where an operator is met that this module can't follow."""
    drawing = Drawing()
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            walk = _Walk(drawing, number)
            walk.group(page.obj, "the page's group")
            walk.follow(page.obj, page.obj.Resources, _State())
    return drawing


class _Walk:
    """The way through one page."""

    def __init__(self, drawing: Drawing, page: int) -> None:
        self.drawing, self.page = drawing, page
        self.points: list[Point] = []

    def note(self, kind: str, color: Color, points: list[Point] | None = None, size: float = 0) -> None:
        across, up = zip(*points, strict=True) if points else ((0.0,), (0.0,))
        box = min(across), min(up), max(across), max(up)
        self.drawing.paints.append(Paint(self.page, kind, color, box, size))

    def blended(self, how: str) -> None:
        self.drawing.transparent.append(f"page {self.page}: {how}")

    def group(self, holder: Any, how: str) -> None:
        if "/Group" in holder and holder.Group.S == "/Transparency":
            self.blended(how)

    def follow(self, stream: Any, resources: Any, state: _State) -> None:
        """A content stream: its operators in order."""
        kept: list[_State] = []
        text = UNIT
        instructions: list[Any] = list(pikepdf.parse_content_stream(stream))
        for operands, operator in instructions:
            name = str(operator)
            self.drawing.operators[name] += 1
            if name == "q":
                kept.append(state)
            elif name == "Q":
                state = kept.pop()
            elif name == "cm":
                state = replace(state, matrix=_times(_numbers(operands), state.matrix))
            elif name == "BT":
                text = UNIT
            elif name == "Tm":
                text = _numbers(operands)
            elif name in ("Td", "TD"):
                text = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), text)
            elif name in CORNERS:
                self._outline(name, list(map(float, operands)), state.matrix)
            elif name in FILLS | STROKES | {"n"}:
                self._path(name, state)
            elif name in SHOWS:
                self._show(state, text)
            elif name in ("Do", "sh", "gs", "INLINE IMAGE"):
                self._resource(name, operands[0], resources, state)
            else:
                state = self._changed(name, operands, resources, state)

    def _changed(self, name: str, operands: Any, resources: Any, state: _State) -> _State:
        """The state behind an operator of text or colour."""
        if name == "Tf":
            return replace(state, size=float(operands[1]))
        if name == "Tr":
            return replace(state, mode=int(operands[0]))
        if name.lower() in DEVICES:
            color = DEVICES[name.lower()], tuple(map(float, operands))
        elif name in ("cs", "CS"):
            color = _space(operands[0], resources), ()
        elif name.lower() in ("sc", "scn"):
            before = state.fill if name.islower() else state.stroke
            color = self._picked(before[0], list(operands), resources, state)
        else:
            return state
        return replace(state, fill=color) if name.islower() else replace(state, stroke=color)

    def _picked(self, space: str, operands: list[Any], resources: Any, state: _State) -> Color:
        """The colour that operands pick out of a space; a pattern is followed."""
        if operands and isinstance(operands[-1], pikepdf.Name):
            pattern = resources.Pattern[str(operands[-1])]
            if pattern.PatternType == 1:
                self.follow(pattern, pattern.get("/Resources", resources), _State(fill=state.fill))
            else:
                self.note("shading", (_space(pattern.Shading.ColorSpace, resources), ()))
            operands.pop()
        return space, tuple(map(float, operands))

    def _outline(self, name: str, operands: list[float], matrix: Matrix) -> None:
        """Points of a path, where they are on the page; those that steer a curve are among them."""
        if name == "re":
            x, y, width, height = operands
            operands = [x, y, x + width, y, x, y + height, x + width, y + height]
        pairs = zip(operands[::2], operands[1::2], strict=True)
        self.points += [_placed(x, y, matrix) for x, y in pairs]

    def _path(self, name: str, state: _State) -> None:
        if name in FILLS:
            self.note("path", state.fill, self.points)
        if name in STROKES:
            self.note("path", state.stroke, self.points)
        self.points = []

    def _show(self, state: _State, text: Matrix) -> None:
        """Text, of the size it has on paper; invisible text paints nothing."""
        a, b, c, d, x, y = _times(text, state.matrix)
        size = state.size * min(hypot(a, b), hypot(c, d))
        how = MODES.get(state.mode, "")
        if how in FILLS:
            self.note("text", state.fill, [(x, y)], size)
        if how in STROKES:
            self.note("text", state.stroke, [(x, y)], size)

    def _resource(self, name: str, operand: Any, resources: Any, state: _State) -> None:
        if name == "gs":
            self._graphics_state(resources.ExtGState[str(operand)], state)
        elif name == "sh":
            self.note("shading", (_space(resources.Shading[str(operand)].ColorSpace, resources), ()))
        elif name == "INLINE IMAGE":
            raise ValueError(f"page {self.page}: an inline image, which is not followed here")
        else:
            self._object(resources.XObject[str(operand)], resources, state)

    def _object(self, found: Any, resources: Any, state: _State) -> None:
        if found.Subtype == "/Form":
            self.group(found, "a form's group")
            matrix = _numbers(found.get("/Matrix", UNIT))
            inside = replace(state, matrix=_times(matrix, state.matrix))
            self.follow(found, found.get("/Resources", resources), inside)
            return
        if "/SMask" in found or found.get("/SMaskInData", 0):
            self.blended("an image's soft mask")
        stencil = bool(found.get("/ImageMask", False))
        color = state.fill if stencil else (_space(found.ColorSpace, resources), ())
        self.note("image", color, [_placed(x, y, state.matrix) for x, y in ((0, 0), (0, 1), (1, 0), (1, 1))])

    def _graphics_state(self, asked: Any, state: _State) -> None:
        for key in ("/ca", "/CA"):
            if float(asked.get(key, 1)) < 1:
                self.blended(f"{key} {asked[key]}")
        if str(asked.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
            self.blended(f"blend mode {asked.BM}")
        mask = asked.get("/SMask", "/None")
        if mask != "/None":
            self.blended("a soft mask")
            self.follow(mask.G, mask.G.Resources, _State(matrix=state.matrix))


def _numbers(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """One matrix behind another (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _placed(x: float, y: float, matrix: Matrix) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _space(space: Any, resources: Any) -> str:
    """A colour space by its family and what it stands on, such as “/Separation /All over /DeviceCMYK”."""
    if isinstance(space, pikepdf.Name):
        named = resources.get("/ColorSpace", {}).get(str(space))
        return str(space) if named is None else _space(named, resources)
    family = str(space[0])
    if family == "/Indexed":
        return _space(space[1], resources)
    if family == "/Pattern":
        return family
    if family in ("/Separation", "/DeviceN"):
        names = str(space[1]) if family == "/Separation" else " ".join(map(str, space[1]))
        return f"{family} {names} over {_space(space[2], resources)}"
    return family
