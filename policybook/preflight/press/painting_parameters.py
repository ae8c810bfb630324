"""Operators of the graphics state and of colour (ISO 32000-1, 8.4 and 8.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf

from policybook.preflight.press.painted import Colour
from policybook.preflight.press.painting_content import Content
from policybook.preflight.press.painting_fonts import metrics
from policybook.preflight.press.painting_objects import draw_mask
from policybook.preflight.press.painting_spaces import CMYK, GRAY, RGB, Space
from policybook.preflight.press.painting_state import matrix_of, times
from policybook.preflight.press.rules import NotChecked

Operator = Callable[[Content, Any], None]
#: The parameters that are one number or truth, the fields of the state that they set, and how they are read.
_NUMBERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "/ca": ("fill_alpha", float),
    "/CA": ("stroke_alpha", float),
    "/LW": ("line_width", float),
    "/LC": ("line_cap", int),
    "/OPM": ("overprint_mode", int),
    "/op": ("fill_overprint", bool),
    "/OP": ("stroke_overprint", bool),
}


def _save(content: Content, _: Any) -> None:
    content.stack.append(replace(content.state))


def _restore(content: Content, _: Any) -> None:
    if content.stack:
        content.state = content.stack.pop()


def _concatenate(content: Content, operands: Any) -> None:
    content.state.matrix = times(matrix_of(operands), content.state.matrix)


def _line_width(content: Content, operands: Any) -> None:
    content.state.line_width = float(operands[0])


def _line_cap(content: Content, operands: Any) -> None:
    content.state.line_cap = int(operands[0])


def _parameters(content: Content, operands: Any) -> None:
    """gs: a dictionary of parameters (8.4.5); those that have no bearing on what is measured are left."""
    state = content.state
    parameters = content.resource("/ExtGState", operands[0])
    for key, value in parameters.items():
        if key in _NUMBERS:
            field, number = _NUMBERS[key]
            setattr(state, field, number(value))
            if key == "/OP" and "/op" not in parameters:  # it is for fills too then (8.6.7)
                state.fill_overprint = state.stroke_overprint
        elif key == "/BM":
            mode = value[0] if isinstance(value, pikepdf.Array) else value
            state.blend_mode = str(mode)[1:].replace("Compatible", "Normal")
        elif key == "/Font":
            state.font, state.size = metrics(value[0]), float(value[1])
        elif key == "/SMask":
            state.soft_mask = not isinstance(value, pikepdf.Name)
            if state.soft_mask:
                draw_mask(content, value)


def _nothing(_: Content, __: Any) -> None:
    """An operator that has no bearing on what is measured."""


def _set_colour(content: Content, space: Space, colour: Colour, pattern: Any, *, stroking: bool) -> None:
    if content.uncoloured:
        return
    state = content.state
    if stroking:
        state.stroke_space, state.stroke, state.stroke_pattern = space, colour, pattern
    else:
        state.fill_space, state.fill, state.fill_pattern = space, colour, pattern


def _device(space: Space, *, stroking: bool) -> Operator:
    """g, rg, k and their like: the space and its colour at once (8.6.8)."""

    def operator(content: Content, operands: Any) -> None:
        used = content.space(pikepdf.Name("/" + space.name))
        colour = Colour(used.name, tuple(map(float, operands)), used.colorants, used.alternate)
        _check(colour, space.count)
        _set_colour(content, used, colour, None, stroking=stroking)

    return operator


def _space(*, stroking: bool) -> Operator:
    """The space alone, with its first colour: cs and CS."""

    def operator(content: Content, operands: Any) -> None:
        space = content.space(operands[0])
        colour = Colour(space.name, space.initial, space.colorants, space.alternate)
        _set_colour(content, space, colour, None, stroking=stroking)

    return operator


def _components(*, stroking: bool) -> Operator:
    """sc, scn and their like: a colour of the space in force, or a pattern."""

    def operator(content: Content, operands: Any) -> None:
        space = content.state.stroke_space if stroking else content.state.fill_space
        values, pattern = list(operands), None
        if values and isinstance(values[-1], pikepdf.Name):
            pattern = content.resource("/Pattern", values.pop())
        colour = Colour(space.name, tuple(map(float, values)), space.colorants, space.alternate)
        if space.name != "Pattern":
            _check(colour, space.count)
        _set_colour(content, space, colour, pattern, stroking=stroking)

    return operator


def _check(colour: Colour, count: int) -> None:
    if len(colour.components) != count:
        raise NotChecked(f"a colour of {colour.space} has {len(colour.components)} components in place of {count}")


#: The operators by name.
OPERATORS: dict[str, Operator] = {
    "q": _save,
    "Q": _restore,
    "cm": _concatenate,
    "w": _line_width,
    "J": _line_cap,
    "gs": _parameters,
    **dict.fromkeys(("j", "M", "d", "ri", "i", "d0", "MP", "DP"), _nothing),
    "g": _device(GRAY, stroking=False),
    "G": _device(GRAY, stroking=True),
    "rg": _device(RGB, stroking=False),
    "RG": _device(RGB, stroking=True),
    "k": _device(CMYK, stroking=False),
    "K": _device(CMYK, stroking=True),
    "cs": _space(stroking=False),
    "CS": _space(stroking=True),
    **dict.fromkeys(("sc", "scn"), _components(stroking=False)),
    **dict.fromkeys(("SC", "SCN"), _components(stroking=True)),
}
