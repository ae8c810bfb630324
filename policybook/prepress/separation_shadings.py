"""Shadings in inks (ISO 32000-1, 8.7.4.5).

A shading is interpolated in its own colour space, and a straight way in RGB is none in CMYK: the middle of red and
green is olive in both, but another olive. So every smooth piece of a shading's function is sampled at 17 places in the
space that it was made for, each colour goes to the inks by itself, and only the straight lines between them are left
to interpolation; places that lie on such a line are left out. Jumps stay jumps. The ends are the exact builds.

Function-based shadings (type 1) get a table of 33 × 33 colours. Meshes (types 4 to 7) with a function keep their data;
without one, the colours of their corners are converted (`separation_meshes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from pikepdf import Array, Dictionary, Object, Pdf, Stream

from policybook.prepress.functions import Function, Values, pairs, read_function
from policybook.prepress.inks import Parts
from policybook.prepress.plates import Plates
from policybook.prepress.refusal import Refusal
from policybook.prepress.separation_meshes import convert_mesh
from policybook.prepress.spaces import Space

#: Colours along a smooth piece.
_STEPS = 17
#: Colours along each side of a function-based shading.
_GRID = 33
#: Less than a level of 8 bits: what interpolation may be off.
_TOLERANCE = 0.5 / 255
#: So near to a corner, as a part of the piece, that the colour is that of its side.
_BESIDE = 1e-6


def convert_shading(pdf: Pdf, shading: Object, space: Space, plates: Plates) -> Object:
    """A new shading for the plates. Raises Refusal."""
    kind = int(shading.ShadingType)
    if kind not in range(1, 8):
        raise Refusal(f"a shading of type {kind}")
    entries: dict[str, Any] = {
        key: value for key, value in shading.items() if key not in {"/Length", "/Filter", "/DecodeParms"}
    }
    entries["/ColorSpace"] = plates.device
    if "/Background" in shading:
        background = np.array([[float(x) for x in shading.Background]])
        entries["/Background"] = Array(numbers(plates.colours(space, background)[0]))
    if kind == 1:
        entries["/Function"] = _table(pdf, shading, space, plates)
    elif "/Function" in shading:
        entries["/Function"] = _along(shading, space, plates)
    if kind < 4:
        return Dictionary(entries)
    if not isinstance(shading, Stream):
        raise Refusal(f"a shading of type {kind} without data")
    if "/Function" in shading:
        data = shading.read_bytes()
    else:
        data, changed = convert_mesh(shading, space, plates)
        entries.update(changed)
    mesh = pdf.make_stream(data)
    for key, value in entries.items():
        mesh[key] = value
    return mesh


def numbers(parts: Sequence[float] | Parts) -> list[float]:
    """Parts as they are written in a PDF."""
    return [round(float(part), 4) + 0.0 for part in parts]


def _along(shading: Object, space: Space, plates: Plates) -> Object:
    """The function of one input in the plates' colours."""
    function = read_function(shading.Function)
    if isinstance(shading, Stream):
        low, high = pairs(shading.Decode)[-1]
    else:
        low, high = (float(x) for x in shading.get("/Domain", [0, 1]))
    edges = [low, *(corner for corner in function.corners if low < corner < high), high]
    pieces = [_piece(function, space, plates, *span) for span in pairwise(edges)]
    return _stitched([step for piece in pieces for step in piece])


#: A straight way between two colours: from where to where, and both colours.
_Way = tuple[float, float, list[float], list[float]]


def _piece(function: Function, space: Space, plates: Plates, low: float, high: float) -> list[_Way]:
    """A smooth piece as straight ways."""
    way = np.linspace(_BESIDE, 1 - _BESIDE, _STEPS)
    values = function((low + way * (high - low))[:, None])
    if values.shape[1] != space.count:
        raise Refusal(f"a shading whose function gives {values.shape[1]} components for {space.count}")
    colours = plates.ramp(space, _rounded(values))
    kept = _needed(colours)
    places = [low + (high - low) * at / (_STEPS - 1) for at in kept]
    return [
        (start, end, numbers(colours[first]), numbers(colours[last]))
        for start, end, first, last in zip(places, places[1:], kept, kept[1:], strict=False)
    ]


def _rounded(values: Values) -> Values:
    """Without the trace of what was sampled beside a corner and not at it."""
    return values.round(5)


def _needed(colours: Parts) -> list[int]:
    """The places between which straight lines meet all colours (Ramer, Douglas and Peucker's way)."""
    kept = [0, len(colours) - 1]
    spans = [(0, len(colours) - 1)]
    while spans:
        first, last = spans.pop()
        way = np.linspace(0, 1, last - first + 1)[:, None]
        off = np.abs(colours[first] + way * (colours[last] - colours[first]) - colours[first : last + 1]).max(axis=1)
        worst = int(off.argmax())
        if off[worst] > _TOLERANCE:
            kept.append(first + worst)
            spans += [(first, first + worst), (first + worst, last)]
    return sorted(kept)


def _stitched(ways: Sequence[_Way]) -> Dictionary:
    """A function of type 3 over ones of type 2, or one alone if it spans 0 to 1."""
    parts = [
        Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array(first), C1=Array(last), N=1)
        for _, _, first, last in ways
    ]
    low, high = ways[0][0], ways[-1][1]
    if len(parts) == 1 and (low, high) == (0, 1):
        return parts[0]
    return Dictionary(
        FunctionType=3,
        Domain=Array([low, high]),
        Functions=Array(parts),
        Bounds=Array([round(start, 7) for start, _, _, _ in ways[1:]]),
        Encode=Array([0, 1] * len(parts)),
    )


def _table(pdf: Pdf, shading: Object, space: Space, plates: Plates) -> Stream:
    """The function of two inputs as a table of 16 bits (type 0)."""
    function = read_function(shading.Function)
    domain = [float(x) for x in shading.get("/Domain", [0, 1, 0, 1])]
    x, y = np.meshgrid(np.linspace(domain[0], domain[1], _GRID), np.linspace(domain[2], domain[3], _GRID))
    values = function(np.stack([x.ravel(), y.ravel()], axis=1))
    if values.shape[1] != space.count:
        raise Refusal(f"a shading whose function gives {values.shape[1]} components for {space.count}")
    parts = plates.colours(space, values)
    table = pdf.make_stream(np.rint(parts * 65535).astype(">u2").tobytes())
    table.FunctionType, table.BitsPerSample = 0, 16
    table.Domain, table.Range = Array(domain), Array([0, 1] * plates.count)
    table.Size = Array([_GRID, _GRID])
    return table
