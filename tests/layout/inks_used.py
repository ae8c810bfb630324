"""What the pages of a PDF are painted with, by following their operators: not the reader that separates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_DEVICE = {"g": "DeviceGray", "rg": "DeviceRGB", "k": "DeviceCMYK"}


@dataclass(slots=True)
class Used:
    """By page: spaces with what they are used for, colours with their operators, pictures, shadings, masks, opacity."""

    spaces: set[tuple[str, str]] = field(default_factory=set)
    colours: set[tuple[str, tuple[float, ...]]] = field(default_factory=set)
    texts: set[tuple[str, tuple[float, ...]]] = field(default_factory=set)
    pictures: list[Any] = field(default_factory=list)
    shadings: list[Any] = field(default_factory=list)
    groups: list[tuple[str, str]] = field(default_factory=list)
    names: set[tuple[str, str]] = field(default_factory=set)


def used(page: pikepdf.Page) -> Used:
    """What a page uses."""
    found = Used()
    if "/Group" in page.obj:
        found.groups.append(("page", _name(page.obj.Group.get("/CS"))))
    _follow(page, page.obj.get("/Resources", Dictionary()), found, "page", set())
    return found


def _name(space: Any) -> str:
    if space is None:
        return ""
    if isinstance(space, Name):
        return str(space)[1:]
    family = str(space[0])[1:]
    return f"{family} {_name(space[1])}" if family in {"Indexed", "Pattern"} and len(space) > 1 else family


def _follow(content: Any, resources: Any, found: Used, where: str, above: set[Any]) -> None:
    spaces = resources.get("/ColorSpace", Dictionary())
    fill: list[tuple[str, tuple[float, ...]]] = [("initial", ())]
    for instruction in pikepdf.parse_content_stream(content):
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            image = instruction.iimage
            if not image.image_mask:
                found.spaces.add(("inline image", str(image.colorspace)[1:]))
            continue
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "q":
            fill.append(fill[-1])
        elif operator == "Q":
            fill.pop()
        elif operator.lower() in _DEVICE:
            found.spaces.add((where, _DEVICE[operator.lower()]))
            colour = (operator, tuple(float(x) for x in operands))
            found.colours.add(colour)
            if operator.islower():
                fill[-1] = colour
        elif operator in {"cs", "CS"}:
            space = spaces.get(str(operands[0]), operands[0])
            found.spaces.add((where, _name(space)))
        elif operator in {"scn", "SCN"} and isinstance(operands[-1], Name):
            found.names.add(("/Pattern", str(operands[-1])))
            _pattern(resources.Pattern[str(operands[-1])], resources, found, where, above)
        elif operator in {"sh", "gs", "Do"}:
            _named(operator, str(operands[0]), resources, found, where, above)
        elif operator in {"Tj", "TJ", "'", '"'}:
            found.texts.add(fill[-1])


def _named(operator: str, name: str, resources: Any, found: Used, where: str, above: set[Any]) -> None:
    category = {"sh": "/Shading", "gs": "/ExtGState", "Do": "/XObject"}[operator]
    found.names.add((category, name))
    thing = resources[category][name]
    if operator == "sh":
        _shading(thing, found, where)
    elif operator == "gs":
        _state(thing, resources, found, above)
    else:
        _drawing(thing, resources, found, where, above)


def _drawing(thing: Any, resources: Any, found: Used, where: str, above: set[Any]) -> None:
    if thing.get("/Subtype") == Name.Image:
        found.pictures.append(thing)
        if not thing.get("/ImageMask", False):
            found.spaces.add((f"picture in {where}", _name(thing.ColorSpace)))
        if "/SMask" in thing:
            found.spaces.add(("soft mask of a picture", _name(thing.SMask.ColorSpace)))
        return
    if thing.objgen in above:
        return
    if "/Group" in thing and "/CS" in thing.Group:
        found.groups.append((where, _name(thing.Group.CS)))
    _follow(thing, thing.get("/Resources", resources), found, where, above | {thing.objgen})


def _pattern(thing: Any, resources: Any, found: Used, where: str, above: set[Any]) -> None:
    if isinstance(thing, Stream):
        _drawing(thing, resources, found, where, above)
    else:
        _shading(thing.Shading, found, where)
        if "/ExtGState" in thing:
            _state(thing.ExtGState, resources, found, above)


def _shading(thing: Any, found: Used, where: str) -> None:
    found.shadings.append(thing)
    found.spaces.add((f"shading in {where}", _name(thing.ColorSpace)))


def _state(thing: Any, resources: Any, found: Used, above: set[Any]) -> None:
    mask = thing.get("/SMask")
    if isinstance(mask, Dictionary):
        _drawing(mask.G, resources, found, "mask", above)


def ends(function: Any) -> Iterator[tuple[float, ...]]:
    """The colours at the ends of the pieces of a shading's function."""
    if int(function.FunctionType) == 3:
        for part in function.Functions:
            yield from ends(part)
    elif int(function.FunctionType) == 2:
        yield tuple(float(x) for x in function.C0)
        yield tuple(float(x) for x in function.C1)


def outputs(function: Any) -> int:
    """How many components a function gives."""
    if isinstance(function, Array):
        return len(function)
    if int(function.FunctionType) == 3:
        return outputs(function.Functions[0])
    return len(function.C0) if int(function.FunctionType) == 2 else len(function.Range) // 2
