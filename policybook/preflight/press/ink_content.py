"""Content as the plates show it: colours become the plates' channels, what an overprint leaves alone is not painted.

Rendered in Normal mode, transparency is blended ink by ink (ISO 32000-1, 11.3.3), and so is it in every separable blend
mode, for which inks are complemented (11.3.5.1). So a page of which each colour is replaced by what a plate shows of it
renders, in gray or in RGB, as that plate. Overprint mode 1 (8.6.7) is followed exactly: where an ink is left as it is,
the plate's page paints nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pikepdf import Dictionary, Name

from policybook.content_stream import Operation, operations
from policybook.preflight.press.ink_spaces import CMYK, GRAY, PATTERN, RGB, Each, Plate, Space, read_space
from policybook.preflight.press.ink_state import (
    FAULTS,
    NO_INK,
    TEXT_WITHOUT_FILL,
    TEXT_WITHOUT_STROKE,
    WITHOUT_FILL,
    WITHOUT_STROKE,
    Notes,
    Paint,
    State,
    settings,
)

if TYPE_CHECKING:
    from policybook.preflight.press.separating import Separation

_TEXT = frozenset({b"Tj", b"TJ", b"'", b'"'})
_DEVICE = {b"g": GRAY, b"G": GRAY, b"k": CMYK, b"K": CMYK, b"rg": RGB, b"RG": RGB}
_ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")

#: Each plate's version of something, and its colour space if it has one.
Made = tuple[tuple[Any, ...], Space | None]
#: What an operation is on each plate; None where it stays as it is.
Written = tuple[bytes, ...] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A content stream on each plate, and the resources that go with it."""

    contents: tuple[bytes, ...]
    resources: tuple[Dictionary, ...]
    notes: Notes


class Content:
    """One content stream on its way to the plates. `parts` makes the plates' versions of what it names."""

    def __init__(self, resources: Any, state: State, parts: Separation, plates: tuple[Plate, ...]) -> None:
        self.named = resources if resources is not None else Dictionary()
        self.state, self.parts, self.plates = state, parts, plates
        self.stack: list[State] = []
        self.notes = Notes()
        self.made: dict[str, dict[int, tuple[str, tuple[Any, ...]]]] = {}
        self.known: dict[tuple[str, bytes], tuple[Any, Any]] = {}
        self.spaces: dict[bytes, Space] = {}

    def shown(self, content: bytes) -> Shown:
        """The content on each plate."""
        pieces: list[list[bytes]] = [[] for _ in self.plates]
        at = 0
        try:
            for operation in operations(content):
                written = self._written(operation)
                if written is not None:
                    for piece, new in zip(pieces, written, strict=True):
                        piece += [content[at : operation.start], new]
                    at = operation.end
        except FAULTS as error:
            self.notes.reasons.add(f"it has content that can't be read: {error}")
        contents = tuple(b"".join([*piece, content[at:]]) for piece in pieces)
        return Shown(contents, tuple(self._resources(i) for i in range(len(self.plates))), self.notes)

    def _written(self, operation: Operation) -> Written:
        operator = operation.operator
        if operator in _DEVICE:
            return self._colour(_DEVICE[operator], operation.operands, stroke=operator.isupper())
        if operator in WITHOUT_FILL or operator in WITHOUT_STROKE:
            return self._path(operator)
        if operator in _TEXT:
            return self._text(operation)
        handler = _HANDLERS.get(operator)
        return handler(self, operation) if handler is not None else None

    # graphics state

    def _save(self, _: Operation) -> Written:
        self.stack.append(self.state)
        return None

    def _restore(self, _: Operation) -> Written:
        if self.stack:
            self.state = self.stack.pop()
        return None

    def _rendering(self, operation: Operation) -> Written:
        self.state = replace(self.state, rendering=int(operation.operands[0]))
        return None

    def _graphics_state(self, operation: Operation) -> Written:
        key = ("/ExtGState", operation.operands[0])
        if key not in self.known:
            entries = self._resource(*key)
            self.known[key] = self.parts.graphics_state(entries, self.notes), settings(entries)
        made, (stroke, fill, mode, masked) = self.known[key]
        state = self.state
        self.state = replace(
            state,
            stroke_overprints=state.stroke_overprints if stroke is None else stroke,
            fill_overprints=state.fill_overprints if fill is None else fill,
            nonzero=state.nonzero if mode is None else mode == 1,
            masked=state.masked if masked is None else masked,
        )
        return self._use("/ExtGState", made, b"gs")

    # colours

    def _space(self, operation: Operation) -> Written:
        stroke = operation.operator == b"CS"
        space = self._read(operation.operands[0])
        if space.pattern:
            self._set(Paint(space, NO_INK), stroke=stroke)
            return (b"",) * len(self.plates)
        return self._colour(space, space.initial, stroke=stroke)

    def _component(self, operation: Operation) -> Written:
        stroke = operation.operator in {b"SC", b"SCN"}
        space = (self.state.stroke if stroke else self.state.fill).space
        if space.pattern or operation.operands[-1:][0].startswith(b"/"):
            return self._pattern(space, operation.operands, stroke=stroke)
        return self._colour(space, operation.operands, stroke=stroke)

    def _colour(self, space: Space, operands: Iterable[bytes | float], *, stroke: bool) -> Written:
        if space.reason:
            self._refuse(space)
            self._set(Paint(space, NO_INK), stroke=stroke)
            return None
        values = tuple(float(value) for value in operands)
        if len(values) != space.components:
            raise ValueError(f"a color of {len(values)} numbers where {space.components} are due")
        inks = space.inks(values)
        c, m, y, k = (ink <= 0 for ink in inks)
        self._set(Paint(space, (c, m, y, k)), stroke=stroke)
        self._met(space)
        if self.plates[0].mask and space is GRAY:
            return None
        return tuple(plate.operator(inks, stroke=stroke) for plate in self.plates)

    def _pattern(self, space: Space, operands: tuple[bytes, ...], *, stroke: bool) -> Written:
        self._set(Paint(replace(PATTERN, base=space.base), NO_INK), stroke=stroke)
        made, below = self._made("/Pattern", operands[-1], self.parts.pattern)
        name = self._name("/Pattern", made)
        operators = (b"CS", b"SCN") if stroke else (b"cs", b"scn")
        if len(operands) == 1 or space.base is None:
            if below is not None:
                self._set(Paint(below, NO_INK), stroke=stroke)
            return (b"/Pattern %b %b %b" % (operators[0], name, operators[1]),) * len(self.plates)
        if space.base.reason:
            self._refuse(space.base)
            return None
        self._met(space.base)
        inks = space.base.inks(tuple(float(value) for value in operands[:-1]))
        under = self._name("/ColorSpace", self.parts.uncoloured)
        return tuple(
            b"%b %b %b %b %b"
            % (under, operators[0], plate.operator(inks, stroke=stroke).rpartition(b" ")[0], name, operators[1])
            for plate in self.plates
        )

    def _set(self, paint: Paint, *, stroke: bool) -> None:
        self.state = replace(self.state, stroke=paint) if stroke else replace(self.state, fill=paint)

    def _met(self, space: Space) -> None:
        self.notes.spots.update(space.spots)
        self.notes.inked |= space.components > 1 or bool(space.base and space.base.components > 1)

    def _refuse(self, space: Space) -> None:
        if not (self.plates[0].mask and space.components == 3):  # a mask's RGB stays
            self.notes.reasons.add(space.reason)

    # painting

    def _drops(self, *, stroke: bool) -> tuple[bool, ...]:
        """For each plate, whether painting with the current colour is dropped."""
        paint = self.state.stroke if stroke else self.state.fill
        if self.state.masked and paint.space.pattern:
            self.notes.reasons.add("it has a tiling pattern under a soft mask")  # pdfium mostly paints nothing
        return self._dropped(self.state.left(stroke=stroke))

    def _dropped(self, left: Each) -> tuple[bool, ...]:
        """For each plate, whether painting that leaves some inks as they are is dropped."""
        if left == NO_INK or self.plates[0].mask:
            return (False,) * len(self.plates)
        every = tuple(all(left[ink] for ink in plate.inks) for plate in self.plates)
        some = any(
            any(left[ink] for ink in plate.inks) for plate, whole in zip(self.plates, every, strict=True) if not whole
        )
        self.notes.partial |= some
        return every

    def _path(self, operator: bytes) -> Written:
        fills = self._drops(stroke=False) if operator in WITHOUT_FILL else ()
        strokes = self._drops(stroke=True) if operator in WITHOUT_STROKE else ()
        if not any(fills) and not any(strokes):
            return None
        written = []
        for index in range(len(self.plates)):
            new = operator
            if fills and fills[index]:
                new = WITHOUT_FILL[new]
            if strokes and strokes[index]:
                new = {**WITHOUT_STROKE, b"n": b"n"}[new]
            written.append(new)
        return tuple(written)

    def _text(self, operation: Operation) -> Written:
        mode = self.state.rendering
        fills = self._drops(stroke=False) if mode in TEXT_WITHOUT_FILL else ()
        strokes = self._drops(stroke=True) if mode in TEXT_WITHOUT_STROKE else ()
        if not any(fills) and not any(strokes):
            return None
        shows = b" ".join([*operation.operands, operation.operator])
        written = []
        for index in range(len(self.plates)):
            new = mode
            if fills and fills[index]:
                new = TEXT_WITHOUT_FILL[new]
            if strokes and strokes[index]:
                new = TEXT_WITHOUT_STROKE[new]
            written.append(shows if new == mode else b"%d Tr %b %d Tr" % (new, shows, mode))
        return tuple(written)

    def _shading(self, operation: Operation) -> Written:
        made, space = self._made("/Shading", operation.operands[0], self.parts.shading)
        return self._paint(self._name("/Shading", made) + b" sh", space)

    def _paint(self, written: bytes, space: Space | None) -> Written:
        """Painting in a space of its own, which the overprint mode says nothing of (8.6.7)."""
        left = (
            NO_INK if space is None else Paint(space, NO_INK).left(overprints=self.state.fill_overprints, nonzero=False)
        )
        return tuple(b"" if dropped else written for dropped in self._dropped(left))

    def _object(self, operation: Operation) -> Written:
        key = ("/XObject", operation.operands[0])
        if key not in self.known:
            self.known[key] = self._resource(*key), None
        external, _ = self.known[key]
        if external.get("/Subtype") == Name.Form:
            return self._use("/XObject", self.parts.form(external, self.named, self.state, self.notes), b"Do")
        return self._image(external)

    def _inline(self, operation: Operation) -> Written:
        return self._image(self.parts.inline(operation))

    def _image(self, image: Any) -> Written:
        made, space = self.parts.image(image, self.named, self.notes)
        name = self._name("/XObject", made)
        if space is not None:
            return self._paint(name + b" Do", space)
        drops = self._drops(stroke=False)  # a stencil has the current colour
        return tuple(b"" if dropped else name + b" Do" for dropped in drops)

    def _font(self, operation: Operation) -> Written:
        key = ("/Font", operation.operands[0])
        if key not in self.known:
            self.known[key] = None, None
            self.parts.font(self._resource(*key), self.notes)
        return None

    # resources

    def _resource(self, kind: str, name: bytes) -> Any:
        plain = _plain_name(name)
        if kind not in self.named or plain not in self.named[kind]:
            raise ValueError(f"{plain[1:]} is not among its resources")
        return self.named[kind][plain]

    def _made(self, kind: str, name: bytes, make: Callable[[Any, Any, Notes], Made]) -> Made:
        """The plates' versions of a named resource, and its colour space."""
        if (kind, name) not in self.known:
            self.known[kind, name] = make(self._resource(kind, name), self.named, self.notes)
        return self.known[kind, name]

    def _read(self, name: bytes) -> Space:
        if name not in self.spaces:
            self.spaces[name] = read_space(Name(_plain_name(name)), self.named.get("/ColorSpace"))
        return self.spaces[name]

    def _use(self, kind: str, made: tuple[Any, ...], operator: bytes) -> Written:
        return (b"%b %b" % (self._name(kind, made), operator),) * len(self.plates)

    def _name(self, kind: str, made: tuple[Any, ...]) -> bytes:
        """The name by which the plates' versions of something are called."""
        names = self.made.setdefault(kind, {})
        if id(made) not in names:
            names[id(made)] = f"/Plate.{len(names)}", made
        return names[id(made)][0].encode()

    def _resources(self, index: int) -> Dictionary:
        """The resources of one plate: fonts and properties as they were, all else as it was made."""
        new = Dictionary()
        for kind in ("/Font", "/Properties", "/ColorSpace"):
            if kind in self.named:
                new[kind] = Dictionary({k: v for k, v in self.named[kind].items() if not k.startswith("/Default")})
        for kind, names in self.made.items():
            held = new.get(kind, Dictionary())
            for name, made in names.values():
                held[name] = made[index]
            new[kind] = held
        return new


def _plain_name(name: bytes) -> str:
    """A name without escapes (7.3.5)."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name).decode("utf-8", "surrogateescape")


_HANDLERS: dict[bytes, Callable[[Content, Operation], Written]] = {
    b"q": Content._save,
    b"Q": Content._restore,
    b"Tr": Content._rendering,
    b"Tf": Content._font,
    b"gs": Content._graphics_state,
    b"cs": Content._space,
    b"CS": Content._space,
    b"sc": Content._component,
    b"SC": Content._component,
    b"scn": Content._component,
    b"SCN": Content._component,
    b"sh": Content._shading,
    b"Do": Content._object,
    b"BI": Content._inline,
}
