"""Forms, images, shadings, patterns and soft masks: what a content stream draws that has a dictionary of its own.

ISO 32000-1, 8.7 (patterns), 8.9 (images), 8.10 (forms), 11.6.5 (soft masks).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pikepdf

from policybook.geometry import Box
from policybook.preflight.press.painted import Blend, Colour, PaintKind
from policybook.preflight.press.painting_content import NOTHING, Content
from policybook.preflight.press.painting_images import colour_of, picture
from policybook.preflight.press.painting_spaces import space_of
from policybook.preflight.press.painting_state import (
    IDENTITY,
    Matrix,
    State,
    common,
    image_of,
    is_upright,
    matrix_of,
    rectangle,
    times,
)
from policybook.preflight.press.rules import NotChecked

_UNIT_SQUARE = Box(0, 0, 1, 1)
#: Functions of functions are no deeper than this.
_DEEPEST = 8


def draw(content: Content, operands: Any) -> None:
    """Do: an external object (8.8)."""
    xobject = content.resource("/XObject", operands[0])
    if "/OC" in xobject and content.reading.layers.hides(xobject.OC):
        return
    kind = str(xobject.get("/Subtype", ""))
    if kind == "/Image":
        _draw_image(content, xobject, PaintKind.IMAGE)
    elif kind == "/Form":
        _draw_form(content, xobject)
    else:
        raise NotChecked(f"an external object is of the kind {kind[1:] or 'without a name'}, which is not measured")


def draw_inline(content: Content, operands: Any) -> None:
    """BI … EI: an image in the content stream (8.9.7)."""
    _draw_image(content, operands[0].obj, PaintKind.INLINE_IMAGE)


def _draw_image(content: Content, image: Any, kind: PaintKind) -> None:
    state = content.state
    placed = picture(image, state.matrix, content.reading.unit)
    box = image_of(_UNIT_SQUARE, state.matrix)
    if not image.get("/ImageMask", False):
        content.paint(kind, box, colour_of(image, content.resources), image=placed)
    else:
        clipped = content.paint(PaintKind.STENCIL, box, state.fill, image=placed)
        paint_pattern(content, clipped, stroking=False)


def _draw_form(content: Content, form: Any) -> None:
    """A form; a transparency group begins with a plain state, and that around is in force for all of it (11.6.6)."""
    outer = content.state
    state = _within(form, outer, times(_matrix(form), outer.matrix))
    if state is None:
        return
    if str(form.get("/Group", {}).get("/S", "")) == "/Transparency":
        state = replace(
            state,
            fill_alpha=1.0,
            stroke_alpha=1.0,
            blend_mode="Normal",
            soft_mask=False,
            group_alpha=outer.group_alpha * outer.fill_alpha,
            group_blend_mode=outer.blend_mode if outer.blend_mode != "Normal" else outer.group_blend_mode,
            group_soft_mask=outer.group_soft_mask or outer.soft_mask,
        )
    content.reading.run(content.inner(form.get("/Resources"), state), form)


def draw_mask(content: Content, mask: Any) -> None:
    """What the group of a soft mask draws (11.6.5.2): nothing of it is on paper, but its colours are in use."""
    group = mask.G
    inner = State(matrix=times(_matrix(group), content.state.matrix), clip=content.state.clip)
    state = _within(group, inner, inner.matrix)
    if state is not None:
        masked = content.inner(group.get("/Resources"), state)
        masked.in_mask = True
        content.reading.run(masked, group)


def shade(content: Content, operands: Any) -> None:
    """sh: a shading over all that the clip leaves (8.7.4.2)."""
    _draw_shading(content, content.resource("/Shading", operands[0]), content.state.clip, content.state.matrix)


def _draw_shading(content: Content, shading: Any, box: Box, matrix: Matrix) -> None:
    if "/BBox" in shading:
        inside = common(image_of(rectangle(shading.BBox), matrix), box)
        if inside is None:
            return
        box = inside
    space = space_of(shading.ColorSpace, content.resources)
    outputs = _outputs_of(shading.get("/Function"))
    blend = Blend(int(shading.ShadingType), space.count, outputs)
    content.paint(PaintKind.SHADING, box, Colour(space.name, (), space.colorants, space.alternate), shading=blend)


def _outputs_of(function: Any) -> tuple[int, ...]:
    """How many numbers the function of a shading gives; an array has one function for each."""
    if function is None:
        return ()
    if isinstance(function, pikepdf.Array):
        counts = [_outputs(each) for each in function]
        return (len(counts),) if all(count == {1} for count in counts) else (sum(max(count) for count in counts),)
    return tuple(sorted(_outputs(function)))


def _outputs(function: Any, depth: int = 0) -> set[int]:
    """The counts of numbers that a function gives (7.10); those of stitched functions may differ, and must not."""
    kind = int(function.FunctionType)
    if kind == 3 and depth < _DEEPEST:
        return {count for each in function.Functions for count in _outputs(each, depth + 1)}
    if "/Range" in function:
        return {len(function.Range) // 2}
    if kind == 2:
        return (
            {len(function.C0)} | {len(function.C1)} if "/C0" in function and "/C1" in function else {_one_end(function)}
        )
    raise NotChecked("a shading has a function that can't be read")


def _one_end(function: Any) -> int:
    """The outputs of an exponential function that leaves out C0 or C1, which are one number then (7.10.3)."""
    return next((len(function[key]) for key in ("/C0", "/C1") if key in function), 1)


def paint_pattern(content: Content, box: Box | None, *, stroking: bool) -> None:
    """What a pattern draws where something is painted with it (8.7.3, 8.7.4); nothing for plain colours."""
    state = content.state
    colour, pattern = (state.stroke, state.stroke_pattern) if stroking else (state.fill, state.fill_pattern)
    if box is None or colour.space != "Pattern" or pattern is None:
        return
    matrix = times(_matrix(pattern), content.base)
    if int(pattern.PatternType) == 2:
        _draw_shading(content, pattern.Shading, box, matrix)
        return
    cell = replace(state, matrix=matrix, clip=box, fill_pattern=None, stroke_pattern=None)
    inner = content.inner(pattern.get("/Resources"), cell)
    inner.everywhere = box
    if int(pattern.PaintType) == 2:
        inner.uncoloured = True
        plain = replace(colour, space=colour.alternate, alternate="")
        cell.fill = cell.stroke = plain
    else:
        cell.fill = cell.stroke = Colour("DeviceGray", (0.0,))
    content.reading.run(inner, pattern)


def _within(form: Any, state: State, matrix: Matrix) -> State | None:
    """The state inside a form: its matrix, and clipped to its box; None where nothing of the box shows."""
    inside = common(image_of(rectangle(form.BBox), matrix), state.clip)
    if inside is None or inside == NOTHING:
        return None
    return replace(state, matrix=matrix, clip=inside, clip_upright=state.clip_upright and is_upright(matrix))


def _matrix(form: Any) -> Matrix:
    return matrix_of(form.Matrix) if "/Matrix" in form else IDENTITY
