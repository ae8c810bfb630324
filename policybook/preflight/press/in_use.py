"""What the content of a page uses: fonts that show text, parameters that are set, groups and images that are drawn.

Only what an operator names counts, not what lies in the resources. Forms, patterns, soft masks and the glyphs of Type 3
fonts are followed. Where things stand is told by `painting`, which measures; this only tells what they are, and so
also reads pages that can't be measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pikepdf

from policybook.preflight.press.rules import NotChecked

#: The operators that matter here; the parser leaves out all others.
_OPERATORS = "q Q gs Do Tf Tr Tj TJ ' \" scn SCN"
#: Text rendering modes that paint nothing (ISO 32000-1, 9.3.6).
_UNSEEN = frozenset({3, 7})
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Group:
    """A transparency group that is drawn (11.6.6), and whether it makes a soft mask."""

    group: Any
    in_mask: bool


@dataclass(slots=True)
class InUse:
    """What is used on a page: font dictionaries, parameter dictionaries, image streams, groups of forms."""

    fonts: list[Any] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)
    images: list[Any] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def is_transparent(self) -> bool:
        """Whether anything is blended with what is below it."""
        return bool(self.groups or self.masked_images or any(map(transparency_of, self.parameters)))

    @property
    def masked_images(self) -> list[Any]:
        """The images that have a soft mask (11.6.5.3)."""
        return [image for image in self.images if "/SMask" in image or int(image.get("/SMaskInData", 0))]


def transparency_of(parameters: Any) -> str:
    """What of a parameter dictionary (8.4.5) is transparent, in words; "" if nothing is."""
    told = []
    for key, words in (("/ca", "fills"), ("/CA", "strokes")):
        if key in parameters and float(parameters[key]) < 1:
            told.append(f"{words} at {round(100 * float(parameters[key]))}% opacity")
    mode = parameters.get("/BM")
    names = (
        [str(name)[1:] for name in (mode if isinstance(mode, pikepdf.Array) else [mode])] if mode is not None else []
    )
    told += [f"blend mode {name}" for name in names[:1] if name not in {"Normal", "Compatible"}]
    if isinstance(parameters.get("/SMask"), pikepdf.Dictionary):
        told.append("a soft mask")
    return ", ".join(told)


@lru_cache(maxsize=4096)
def in_use(pdf: pikepdf.Pdf, number: int) -> InUse:
    """What page `number`, from 1, uses. Raises NotChecked where it can't be read.

    It is kept; `in_use.cache_clear()` lets go of the file.
    """
    page = pdf.pages[number - 1]
    walk = _Walk(InUse())
    try:
        if "/Contents" in page.obj:
            walk.content(page, page.resources, _Text(), in_mask=False, depth=0)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pikepdf.PdfError) as error:
        raise NotChecked(f"page {number} can't be read: {error}") from error
    return walk.found


@dataclass(frozen=True, slots=True)
class _Text:
    """The part of the graphics state that text needs: the font and the rendering mode."""

    font: Any = None
    mode: int = 0


@dataclass(slots=True)
class _Walk:
    found: InUse
    seen: set[object] = field(default_factory=set)

    def content(self, stream: Any, resources: Any, text: _Text, *, in_mask: bool, depth: int) -> None:
        """Read a stream of operators."""
        if depth > _DEEPEST:
            raise NotChecked("forms are nested too deeply, or in themselves")
        stack: list[_Text] = []
        for instruction in pikepdf.parse_content_stream(stream, _OPERATORS):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "q":
                    stack.append(text)
                case "Q":
                    text = stack.pop() if stack else text
                case "Tf":
                    text = _Text(resources.Font[str(operands[0])], text.mode)
                case "Tr":
                    text = _Text(text.font, int(operands[0]))
                case "gs":
                    text = self._set(
                        resources.ExtGState[str(operands[0])], resources, text, in_mask=in_mask, depth=depth
                    )
                case "Do":
                    self._draw(resources.XObject[str(operands[0])], resources, text, in_mask=in_mask, depth=depth)
                case "scn" | "SCN":
                    if operands and isinstance(operands[-1], pikepdf.Name):
                        self._tile(resources.Pattern[str(operands[-1])], resources, in_mask=in_mask, depth=depth)
                case _:
                    self._show(text, resources, in_mask=in_mask, depth=depth)

    def _first(self, thing: Any, *about: object) -> bool:
        """Whether a thing is met for the first time, so."""
        key = (thing.objgen if thing.is_indirect else thing.unparse(), *about)
        new = key not in self.seen
        self.seen.add(key)
        return new

    def _show(self, text: _Text, resources: Any, *, in_mask: bool, depth: int) -> None:
        if text.font is None or text.mode in _UNSEEN or not self._first(text.font, "font"):
            return
        self.found.fonts.append(text.font)
        if text.font.get("/Subtype") == "/Type3":
            inner = text.font.get("/Resources", resources)
            for glyph in text.font.CharProcs.values():
                self.content(glyph, inner, _Text(), in_mask=in_mask, depth=depth + 1)

    def _set(self, parameters: Any, resources: Any, text: _Text, *, in_mask: bool, depth: int) -> _Text:
        if self._first(parameters, "parameters", in_mask):
            self.found.parameters.append(parameters)
            mask = parameters.get("/SMask")
            if isinstance(mask, pikepdf.Dictionary):
                self._draw(mask.G, resources, _Text(), in_mask=True, depth=depth)
        if "/Font" in parameters:
            return _Text(parameters.Font[0], text.mode)
        return text

    def _draw(self, drawn: Any, resources: Any, text: _Text, *, in_mask: bool, depth: int) -> None:
        if drawn.get("/Subtype") == "/Image":
            if self._first(drawn, "image"):
                self.found.images.append(drawn)
            return
        if not self._first(drawn, "form", in_mask, text.mode in _UNSEEN):
            return
        group = drawn.get("/Group")
        if group is not None and group.get("/S") == "/Transparency":
            self.found.groups.append(Group(group, in_mask))
        inner = drawn.get("/Resources", resources)
        self.content(drawn, inner, text, in_mask=in_mask, depth=depth + 1)

    def _tile(self, pattern: Any, resources: Any, *, in_mask: bool, depth: int) -> None:
        """A tiling pattern's cell (8.7.3); shading patterns draw nothing themselves, but may set parameters."""
        if not self._first(pattern, "pattern", in_mask):
            return
        if isinstance(pattern, pikepdf.Stream):
            self.content(pattern, pattern.get("/Resources", resources), _Text(), in_mask=in_mask, depth=depth + 1)
        elif "/ExtGState" in pattern:
            self._set(pattern.ExtGState, resources, _Text(), in_mask=in_mask, depth=depth)


__all__ = ["Group", "InUse", "in_use", "transparency_of"]
