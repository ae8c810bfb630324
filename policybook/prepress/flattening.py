"""Transparency for PDF/X-1a:2003, which has none (ISO 15930-4, 6.11): found as it is used, and taken out.

Followed are the operators that pages really use, into forms and patterns. What changes nothing goes: opacity of 1,
blend mode Normal, no soft mask, groups whose content is opaque. A picture's soft mask is merged as if over paper white,
and its wholly transparent pixels become a stencil, so that what lies beneath shows where nothing is drawn. All else
would have to be drawn anew, and is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream
from PIL import Image

from policybook.content_stream import operations
from policybook.diagnostics import ContentError, Problem
from policybook.prepress.icc import Samples
from policybook.prepress.pictures import bounds, filters, read_raster
from policybook.prepress.refusal import Refusal
from policybook.prepress.samples import deflated
from policybook.prepress.separation_content import name_of
from policybook.prepress.spaces import DEVICE_GRAY, plain, read_space

#: Blend modes that only paint over (11.3.5.2).
_NORMAL = {"/Normal", "/Compatible"}
_NEAREST, _SMOOTH = Image.Resampling.NEAREST, Image.Resampling.BILINEAR
_KEYS = ("/CA", "/ca", "/BM", "/SMask", "/AIS", "/TK")


@dataclass(frozen=True, slots=True)
class _Use:
    """A use of transparency: in words, and whether it can be taken out."""

    words: str
    removable: bool = False


def transparency(pdf: Pdf) -> tuple[str, ...]:
    """What the pages use of transparency, as `page 3: opacity of 0.5`, in order and each once.

    Transparent groups whose content is opaque are among it, as PDF/X-1a forbids them too.
    """
    found = (f"page {number}: {use.words}" for number, page in enumerate(pdf.pages, 1) for use in _uses(page))
    return tuple(dict.fromkeys(found))


def without_transparency(pdf: Pdf) -> None:
    """Takes transparency out of a PDF, in place. Pictures have to be in DeviceCMYK or DeviceGray (`separate`).

    Raises ContentError (INKS002) that names everything that can't be taken out, with its page; nothing is changed then.
    """
    kept = [
        Problem("INKS002", f"page {number} uses {use.words}, which PDF/X-1a has not", hint="draw it opaque")
        for number, page in enumerate(pdf.pages, 1)
        for use in _uses(page)
        if not use.removable
    ]
    changes = []
    for number, picture in enumerate(_pictures(pdf), 1):
        try:
            changes.append((picture, _opaque(pdf, picture)))
        except Refusal as refusal:
            kept.append(Problem("INKS002", f"picture {number} is {refusal}, and PDF/X-1a has no soft masks"))
    if kept:
        raise ContentError(kept)
    for picture, changed in changes:
        _change(picture, changed)
    for thing in (thing for thing in pdf.objects if isinstance(thing, (Dictionary, Stream)) and _is_transparent(thing)):
        del thing["/Group"]
    for state in _states(pdf):
        for key in (key for key in _KEYS if key in state):
            del state[key]


def _change(picture: Any, changed: _Opaque) -> None:
    del picture["/SMask"]
    if "/Mask" in picture:
        del picture["/Mask"]
    if changed.stencil is not None:
        picture["/Mask"] = changed.stencil
    if changed.samples is not None:
        rows, columns, components = changed.samples.shape
        predicted = Dictionary(Predictor=15, Colors=components, Columns=columns)
        data = deflated(changed.samples.reshape(rows, -1), components)
        picture.write(data, filter=Name.FlateDecode, decode_parms=predicted)
        if "/Decode" in picture:
            del picture["/Decode"]
        picture.Width, picture.Height, picture.BitsPerComponent = columns, rows, 8
        picture.ColorSpace = Name.DeviceCMYK if components == 4 else Name.DeviceGray


# what is used


def _uses(page: Page) -> Iterator[_Use]:
    if _is_transparent(page.obj):
        yield _Use("a group for the whole page", removable=True)
    contents = page.obj.get("/Contents")
    parts: Iterable[Any] = [] if contents is None else contents if isinstance(contents, Array) else [contents]
    content = b"\n".join(part.read_bytes() for part in parts)
    yield from _within(content, _resources(page.obj), frozenset())


def _resources(page: Object) -> Object:
    node: Object | None = page
    while node is not None:
        if "/Resources" in node:
            return node.Resources
        node = node.get("/Parent")
    return Dictionary()


def _is_transparent(thing: Object) -> bool:
    return bool("/Group" in thing and thing.Group.get("/S") == Name.Transparency)


def _within(content: bytes, resources: Object, above: frozenset[object]) -> Iterator[_Use]:
    """The uses of a content stream, each state when it is set and each drawing when it is drawn."""
    seen: set[tuple[bytes, bytes]] = set()
    for operation in operations(content):
        if operation.operator not in {b"gs", b"Do", b"scn", b"SCN"} or not operation.operands:
            continue
        name = operation.operands[-1]
        if not name.startswith(b"/") or (operation.operator, name) in seen:
            continue
        seen.add((operation.operator, name))
        category = {b"gs": "/ExtGState", b"Do": "/XObject"}.get(operation.operator, "/Pattern")
        thing = resources.get(category, Dictionary()).get(name_of(name))
        if thing is None:
            continue
        if category == "/ExtGState":
            yield from _of_state(thing)
        else:
            yield from _of_drawing(thing, resources, above)


def _of_state(state: Object) -> Iterator[_Use]:
    for key in ("/ca", "/CA"):
        if key in state and float(state[key]) < 1:
            yield _Use(f"opacity of {float(state[key]):g}")
    modes = state.get("/BM", Name.Normal)
    mode = str(modes[0]) if isinstance(modes, Array) else str(modes)
    if mode not in _NORMAL:
        yield _Use(f"the blend mode {mode[1:]}")
    if "/SMask" in state and state["/SMask"] != Name("/None"):
        yield _Use("a soft mask, as gradients and shadows that fade do")


def _of_drawing(thing: Any, resources: Object, above: frozenset[object]) -> Iterator[_Use]:
    if thing.get("/Subtype") == Name.Image:
        if "/SMask" in thing:
            yield _Use("a picture with a soft mask", removable=True)
        if int(thing.get("/SMaskInData", 0)):
            yield _Use("a JPEG 2000 picture with a soft mask")
        return
    if thing.get("/PatternType") == 2:
        if "/ExtGState" in thing:
            yield from _of_state(thing.ExtGState)
        return
    if not isinstance(thing, Stream) or thing.objgen in above:
        return
    if _is_transparent(thing):
        yield _Use("a group", removable=True)
    yield from _within(thing.read_bytes(), thing.get("/Resources", resources), above | {thing.objgen})


# what is taken out


def _states(pdf: Pdf) -> Iterator[Any]:
    """Every graphics state of the file."""
    for thing in pdf.objects:
        if not isinstance(thing, (Dictionary, Stream)):
            continue
        if "/PatternType" in thing and "/ExtGState" in thing:
            yield thing["/ExtGState"]
        for holder in (thing, thing.get("/Resources")):
            states = holder.get("/ExtGState") if isinstance(holder, (Dictionary, Stream)) else None
            if holder is not None and isinstance(states, Dictionary) and "/PatternType" not in holder:
                yield from (state for state in states.values() if isinstance(state, Dictionary))


def _pictures(pdf: Pdf) -> Iterator[Any]:
    """Every picture with a soft mask."""
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image and "/SMask" in thing:
            yield thing


@dataclass(frozen=True, slots=True)
class _Opaque:
    """What takes the place of a soft mask: a stencil, and samples that are merged with the paper, where needed."""

    stencil: Stream | None
    samples: Samples | None


def _opaque(pdf: Pdf, picture: Any) -> _Opaque:
    """The picture without its soft mask. Raises Refusal."""
    mask = picture.SMask
    if "/Matte" in mask:
        raise Refusal("blended with a matte")
    raster = read_raster(mask, 1)
    span = bounds(mask, DEVICE_GRAY)
    alpha: NDArray[Any] = (
        (raster.values(span) * 255).round().clip(0, 255).astype(np.uint8).reshape(raster.samples.shape[:2])
    )
    stencil = _stencil(pdf, alpha == 0) if (alpha == 0).any() else None
    if not ((alpha > 0) & (alpha < 255)).any():
        return _Opaque(stencil, None)
    parts = _parts(picture)
    rows, columns, count = parts.shape
    size = max(columns, alpha.shape[1]), max(rows, alpha.shape[0])
    planes = [Image.fromarray(parts[:, :, plane]).resize(size, _NEAREST) for plane in range(count)]
    opacity = np.asarray(Image.fromarray(alpha).resize(size, _SMOOTH), np.float64) / 255
    inks = np.stack([np.asarray(plane) for plane in planes], axis=2) * opacity[:, :, None]
    samples = np.rint(inks).astype(np.uint8)
    return _Opaque(stencil, samples if count == 4 else 255 - samples)


def _parts(picture: Any) -> NDArray[Any]:
    """Rows × columns × inks of a picture, K alone for one in DeviceGray."""
    space = plain(read_space(picture.ColorSpace, lambda _: None))
    inks = space.source is None and (space.count == 4 or space.table is not None)
    if "/DCTDecode" in filters(picture) or not (inks or space is DEVICE_GRAY):
        raise Refusal(f"a picture in {space.name} whose samples are not those of inks")
    raster = read_raster(picture, space.count)
    values = raster.values(bounds(picture, space))
    parts = space.convert(values) if inks else 1 - values
    found: Samples = np.rint(parts.clip(0, 1) * 255).astype(np.uint8).reshape(*raster.samples.shape[:2], -1)
    return found


def _stencil(pdf: Pdf, left_out: NDArray[np.bool_]) -> Stream:
    """A stencil that leaves pixels out (8.9.6.3)."""
    rows, columns = left_out.shape
    stencil = pdf.make_stream(b"")
    predicted = Dictionary(Predictor=15, Colors=1, Columns=columns, BitsPerComponent=1)
    data = deflated(np.packbits(left_out, axis=1), 1)
    stencil.write(data, filter=Name.FlateDecode, decode_parms=predicted)
    stencil.Type, stencil.Subtype, stencil.ImageMask = Name.XObject, Name.Image, True
    stencil.Width, stencil.Height, stencil.BitsPerComponent = columns, rows, 1
    return stencil
