"""Functions and shadings, as a plate shows them (ISO 32000-1, 7.10 and 8.7.4.5).

A function whose results are colours becomes one whose results are the plate's channels, exactly: a plate's channels are
linear in the components of a colour, and so is every step of a function's result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary

from policybook.preflight.press.ink_spaces import Plate, Projection, Space, projection, shown
from policybook.prepress.refusal import Refusal
from policybook.prepress.samples import unpacked
from policybook.prepress.separation_meshes import convert_mesh

#: pdfium reads the function of an axial or radial shading at so many points, which leave out the end of its domain.
_STEPS = 256


class Unreadable(ValueError):  # noqa: N818 - no error of the program: the file has it, and is reported
    """Something of the file that can't be shown on a plate; the words complete “it has …”."""


@dataclass(frozen=True, slots=True)
class _Corners:
    """What stands for a mesh's colour space, and for its colours, where meshes are rewritten."""

    count: int
    colours: Callable[[Any, NDArray[np.float64]], NDArray[np.float64]]


def shown_shading(pdf: pikepdf.Pdf, shading: Any, space: Space, plate: Plate) -> Any:
    """A shading as a plate shows it. Raises Unreadable."""
    entries = {str(key): shading[key] for key in sorted(shading.keys() - {"/Length", "/Filter", "/DecodeParms"})}
    data = shading.read_bytes() if isinstance(shading, pikepdf.Stream) else None
    entries["/ColorSpace"] = plate.space
    if "/Function" in shading:
        entries["/Function"] = shown_function(pdf, shading.Function, projection(space, plate))
    else:
        data, changed = _shown_mesh(shading, space, plate)
        entries |= changed
    if int(shading.ShadingType) in {2, 3}:
        start, end = _numbers(shading.get("/Domain", Array([0, 1])))
        entries["/Domain"] = _array(np.array([start, start + (end - start) * _STEPS / (_STEPS - 1)]))
    if "/Background" in shading:
        entries["/Background"] = _array(projection(space, plate)(_numbers(shading.Background)))
    return pdf.make_indirect(Dictionary(entries)) if data is None else pdf.make_stream(data, entries)


def _shown_mesh(shading: Any, space: Space, plate: Plate) -> tuple[bytes, dict[str, Any]]:
    """The corners of a mesh (8.7.4.5.5 to 8.7.4.5.8) in the plate's channels, and the entries that change."""
    source = _Corners(space.components, lambda _, values: values)
    target = _Corners(len(plate.weights), lambda _, values: shown(space, plate, values))
    try:
        return convert_mesh(shading, cast("Any", source), cast("Any", target))
    except Refusal as refusal:
        raise Unreadable(str(refusal)) from None


def shown_function(pdf: pikepdf.Pdf, function: Any, onto: Projection) -> Any:
    """The function whose results are the projection of a function's results. Raises Unreadable."""
    if isinstance(function, Array):
        return Array([_one_of(pdf, function, onto.row(channel)) for channel in range(len(onto.offset))])
    kind = int(function.get("/FunctionType", -1))
    if kind == 0:
        return _sampled(pdf, function, onto)
    if kind == 2:
        c0 = _numbers(function.get("/C0", Array([0])))
        c1 = _numbers(function.get("/C1", Array([1])))
        return _exponential(function.Domain, function.N, onto(c0), onto(c1))
    if kind == 3:
        functions = Array([shown_function(pdf, part, onto) for part in function.Functions])
        return Dictionary(
            FunctionType=3, Domain=function.Domain, Functions=functions, Bounds=function.Bounds, Encode=function.Encode
        )
    if kind == 4:
        return _calculated(pdf, function, onto)
    raise Unreadable(f"a function of the unknown type {kind}")


def _one_of(pdf: pikepdf.Pdf, functions: Any, onto: Projection) -> Any:
    """One channel of an array of functions, each of which gives one component."""
    (used,) = np.nonzero(onto.matrix[0])
    if len(used) > 1:
        raise Unreadable("a mask of several functions in CMYK")
    if not len(used):
        return _exponential(functions[0].Domain, 1, onto.offset, onto.offset)
    (component,) = used
    return shown_function(pdf, functions[int(component)], Projection(onto.offset, onto.matrix[:, used]))


def _exponential(domain: Any, exponent: Any, c0: NDArray[np.float64], c1: NDArray[np.float64]) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=Array(list(domain)[:2]), N=exponent, C0=_array(c0), C1=_array(c1))


def _sampled(pdf: pikepdf.Pdf, function: Any, onto: Projection) -> Any:
    """A function of samples (7.10.2), written in 16 bits."""
    ranges = _numbers(function.Range).reshape(-1, 2)
    bits = int(function.BitsPerSample)
    count = int(np.prod([int(size) for size in function.Size])) * len(ranges)
    raw = unpacked(function.read_bytes(), 1, count, bits).reshape(-1, len(ranges)).astype(float)
    decode = _numbers(function.get("/Decode", function.Range)).reshape(-1, 2)
    values = decode[:, 0] + raw / (2**bits - 1) * (decode[:, 1] - decode[:, 0])
    samples = np.rint(onto(np.clip(values, ranges[:, 0], ranges[:, 1])) * 65535).astype(">u2")
    copy = pdf.make_stream(samples.tobytes())
    copy.FunctionType, copy.Domain, copy.Size, copy.BitsPerSample = 0, function.Domain, function.Size, 16
    copy.Range = _unit(len(onto.offset))
    if "/Encode" in function:
        copy.Encode = function.Encode
    return copy


def _calculated(pdf: pikepdf.Pdf, function: Any, onto: Projection) -> Any:
    """A function in PostScript (7.10.5): its code, that of the projection, and its results dropped."""
    code = function.read_bytes().strip()
    if not (code.startswith(b"{") and code.endswith(b"}")):
        raise Unreadable("a function in PostScript that can't be read")
    channels, components = onto.matrix.shape
    words: list[str] = []
    for done in range(channels):
        words.append(f"{onto.offset[done]:.6f}")
        words += (
            f"{components + done - component} index {factor:.6f} mul add"
            for component, factor in enumerate(onto.matrix[done])
            if factor
        )
    words.append(f"{components + channels} {channels} roll" + " pop" * components)
    copy = pdf.make_stream(code[:-1] + b" " + " ".join(words).encode() + b"}")
    copy.FunctionType, copy.Domain, copy.Range = 4, function.Domain, _unit(channels)
    return copy


def _unit(channels: int) -> Array:
    return Array([0, 1] * channels)


def _numbers(values: Any) -> NDArray[np.float64]:
    return np.array([float(value) for value in values])


def _array(values: NDArray[np.float64]) -> Array:
    return Array([round(float(value), 6) for value in values])
