"""PDFs that the layout engine never writes: content and resources as they are stated, on pages of 100 points."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

#: Files stay open with what is looked at in them.
_OPEN: list[Pdf] = []


def drawn(content: bytes, make: Callable[[Pdf], dict[str, Any]] | None = None, pages: int = 1) -> Pdf:
    """A PDF whose pages share a content's bytes and the resources that `make` gives for it."""
    pdf = pikepdf.new()
    _OPEN.append(pdf)
    resources = pdf.make_indirect(Dictionary(make(pdf) if make else {}))
    for _ in range(pages):
        box = Array([0, 0, 100, 100])
        page = Dictionary(Type=Name.Page, MediaBox=box, Resources=resources, Contents=pdf.make_stream(content))
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf


def stream(pdf: Pdf, data: bytes, **entries: Any) -> Stream:
    """A stream with entries."""
    made = pdf.make_stream(data)
    for key, value in entries.items():
        made["/" + key] = value
    return made


def image(pdf: Pdf, data: bytes, size: tuple[int, int], space: Any, bits: int = 8, **entries: Any) -> Stream:
    """A picture as a drawing."""
    stated = {"Width": size[0], "Height": size[1], "ColorSpace": space, "BitsPerComponent": bits, **entries}
    return stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, **stated)


def form(pdf: Pdf, content: bytes, resources: dict[str, Any] | None = None, **entries: Any) -> Stream:
    """A form of the whole page."""
    made = stream(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100]), **entries)
    if resources is not None:
        made.Resources = Dictionary(resources)
    return made


def ramp(first: list[float], last: list[float]) -> Dictionary:
    """A straight function."""
    return Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array(first), C1=Array(last), N=1)


def axial(function: Any, space: Any = Name.DeviceRGB, **entries: Any) -> Dictionary:
    """A shading from left to right."""
    return Dictionary(ShadingType=2, ColorSpace=space, Coords=Array([0, 0, 100, 0]), Function=function, **entries)


def saved(pdf: Pdf) -> bytes:
    """A PDF as bytes."""
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


def space(*parts: Any) -> Callable[[Pdf], dict[str, Any]]:
    """Resources with one colour space, named C."""
    return lambda pdf: {"/ColorSpace": Dictionary(C=Array([part(pdf) if callable(part) else part for part in parts]))}


LAB = [Name.Lab, Dictionary(WhitePoint=Array([0.9642, 1, 0.8249]), Range=Array([-128, 127, -128, 127]))]
CAL_RGB = [
    Name.CalRGB,
    Dictionary(
        WhitePoint=Array([0.9505, 1, 1.089]),
        Gamma=Array([2.2, 2.2, 2.2]),
        Matrix=Array([0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505]),
    ),
]
CAL_GRAY = [Name.CalGray, Dictionary(WhitePoint=Array([0.9505, 1, 1.089]), Gamma=2.2)]
