"""The reading of a page: what has been found on it, and where in a content stream its operators stand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from policybook.geometry import Box
from policybook.preflight.press.painted import Blend, Colour, Lettering, Painted, PaintKind, Picture
from policybook.preflight.press.painting_fonts import Metrics
from policybook.preflight.press.painting_layers import Layers
from policybook.preflight.press.painting_spaces import Space, space_of
from policybook.preflight.press.painting_state import IDENTITY, Matrix, State, common
from policybook.preflight.press.rules import NotChecked

#: The clip that lets nothing through.
NOTHING = Box(math.inf, math.inf, -math.inf, -math.inf)
#: Forms in forms are not deeper than this in any file that is meant well.
_DEEPEST = 24


@dataclass(slots=True)
class Reading:
    """A page while it is read. `unit` is that of its user space in points; `left` how many operators it may still have.

    `run` reads a content stream: the page's own, or that of a form, a pattern or a glyph.
    """

    layers: Layers
    unit: float
    run: Callable[[Content, Any], None]
    left: int
    painted: list[Painted] = field(default_factory=list)
    fonts: dict[Any, Metrics] = field(default_factory=dict)


@dataclass(slots=True)
class Content:
    """A content stream while it is read.

    `base` is the matrix that it began with. `everywhere` is the box of all that it draws where the cells of a pattern
    are repeated over it. `uncoloured` says that operators of colour have no effect (8.7.3.3). `hidden` and `artifacts`
    count the marked content around that is a layer turned off, or an artifact.
    """

    reading: Reading
    resources: Any
    state: State
    base: Matrix
    depth: int = 0
    everywhere: Box | None = None
    uncoloured: bool = False
    in_mask: bool = False
    hidden: int = 0
    artifacts: int = 0
    lenient: int = 0
    stack: list[State] = field(default_factory=list)
    marked: list[tuple[bool, bool]] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    begun: tuple[float, float] = (0.0, 0.0)
    drawn: int = 0
    straight: bool = True
    clipping: bool = False
    text_matrix: Matrix = IDENTITY
    line_matrix: Matrix = IDENTITY
    text_clip: list[Box] = field(default_factory=list)
    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def resource(self, kind: str, name: Any) -> Any:
        """A named resource (7.8.3). Raises NotChecked where there is none of that name."""
        found = self.resources.get(kind) if self.resources is not None else None
        resource = found.get(str(name)) if found is not None else None
        if resource is None:
            raise NotChecked(f"{str(name)[1:]} is not among the resources ({kind[1:]})")
        return resource

    def space(self, name: Any) -> Space:
        """A colour space by its name."""
        key = ("space", str(name))
        if key not in self.known:
            self.known[key] = space_of(name, self.resources)
        found: Space = self.known[key]
        return found

    def inner(self, resources: Any, state: State) -> Content:
        """The content of a form, a pattern or a glyph in this one. Raises NotChecked if it is too deep."""
        if self.depth >= _DEEPEST:
            raise NotChecked("forms are nested too deeply, or in themselves")
        return Content(
            reading=self.reading,
            resources=self.resources if resources is None else resources,
            state=state,
            base=state.matrix,
            depth=self.depth + 1,
            everywhere=self.everywhere,
            uncoloured=self.uncoloured,
            in_mask=self.in_mask,
            hidden=self.hidden,
            artifacts=self.artifacts,
        )

    def paint(  # noqa: PLR0913 - what is painted differs by its kind
        self,
        kind: PaintKind,
        box: Box,
        colour: Colour,
        *,
        stroking: bool = False,
        width: float | None = None,
        text: Lettering | None = None,
        image: Picture | None = None,
        shading: Blend | None = None,
    ) -> Box | None:
        """Note a thing as painted, as far as the clip lets it through; the box that is left of it, or None."""
        state = self.state
        clipped = common(box, state.clip) if self.everywhere is None else self.everywhere
        if clipped is None or self.hidden:
            return None
        self.reading.painted.append(
            Painted(
                kind,
                clipped,
                colour,
                (state.stroke_alpha if stroking else state.fill_alpha) * state.group_alpha,
                state.blend_mode if state.blend_mode != "Normal" else state.group_blend_mode,
                state.soft_mask or state.group_soft_mask,
                state.stroke_overprint if stroking else state.fill_overprint,
                state.overprint_mode,
                self.artifacts > 0,
                self.in_mask,
                width,
                text,
                image,
                shading,
            )
        )
        return clipped
