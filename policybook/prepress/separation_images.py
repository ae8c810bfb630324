"""Pictures in inks (ISO 32000-1, 8.9.5).

Kept as they are: stencils, black and white in one bit, and all that is CMYK, JPEG included. What has one component or a
palette keeps its samples and gets a palette of inks. Colour pictures that hold no colour become gray, and black and
white ones one bit, as the layout engine writes such pictures in RGB; flat art of few colours gets a palette of builds;
photographs go through the profile. All that is made anew is deflated without loss: files for the press are not mailed,
and another round of JPEG would show, and could go over the ink limit.

Gray pictures are written as palettes of K and not as DeviceGray, which stands for 1 - K and would print too light; see
`policybook.prepress.inks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from policybook.prepress import icc
from policybook.prepress.icc import SRGB, Samples, Source
from policybook.prepress.inks import Parts, neutral
from policybook.prepress.pictures import (
    Raster,
    bounds,
    depth,
    freed,
    is_keyed,
    is_lossy,
    is_plain,
    is_stencil,
    key_stencil,
    read_raster,
)
from policybook.prepress.plates import Plates, Press
from policybook.prepress.refusal import Refusal
from policybook.prepress.samples import deflated
from policybook.prepress.spaces import DEVICE_CMYK, DEVICE_GRAY, DEVICE_RGB, Space

#: What says how samples are stored, and what has no meaning for the press.
_STORED = ("/BitsPerComponent", "/ColorSpace", "/Decode", "/DecodeParms", "/Filter")
_DROPPED = {"/Length", "/DL", "/Interpolate", "/Intent", "/Alternates", "/OPI", "/SMaskInData", "/Metadata"}
#: Flat art has at most so many colours, and its eight most frequent ones cover at least this part of it.
_PALETTE, _FEW, _COVERED = 256, 8, 0.75
#: So many pixels, from all over a picture, tell most photographs from flat art.
_PROBE = 4096

Entries = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is written: its entries, and its data as the entries' filter says."""

    entries: Entries
    data: bytes


def convert_image(pdf: Pdf, image: Stream, space: Space | None, plates: Plates) -> Picture:
    """A picture for the plates; `space` is None where it states none, as stencils and JPEG 2000 may.

    Soft masks and stencils that it refers to are pictures of their own. Raises Refusal.
    """
    rest: Entries = {key: value for key, value in image.items() if key not in {*_STORED, *_DROPPED}}
    if is_stencil(image):
        return _as_it_is(image, rest)
    if space is None:
        space = _space_of_jpeg_2000(image)
    if space.kept:
        raise Refusal(f"a picture in {space.name}")
    if not isinstance(plates, Press):
        return _by_pixel(pdf, image, rest, space, plates)
    if space is DEVICE_CMYK:
        return _cmyk(image, rest)
    if space.table and depth(image) <= 8 and not is_lossy(image):
        return _as_it_is(image, rest, {"/ColorSpace": _palette(plates.colours(*space.table))})
    if space.count == 1:
        return _tints(pdf, image, rest, space, plates)
    return _by_pixel(pdf, image, rest, space, plates)


def _space_of_jpeg_2000(image: Stream) -> Space:
    """The space of JPEG 2000 that says itself what it is; it is read as sRGB or gray (7.4.9)."""
    for space in (DEVICE_RGB, DEVICE_GRAY):
        try:
            read_raster(image, space.count)
        except Refusal:
            continue
        return space
    raise Refusal("a picture without a colour space")


def _as_it_is(image: Stream, rest: Entries, changed: Entries | None = None) -> Picture:
    """The stored bytes, to the last one."""
    stored = {key: image[key] for key in _STORED if key in image}
    return Picture({**rest, **stored, **(changed or {})}, image.read_raw_bytes())


def _cmyk(image: Stream, rest: Entries) -> Picture:
    """Inks already: only 16 bits become 8."""
    if depth(image) <= 8:
        return _as_it_is(image, rest, {"/ColorSpace": Name.DeviceCMYK})
    kept = {"/Decode": image.Decode} if "/Decode" in image else {}
    return _written({**rest, **kept}, Name.DeviceCMYK, read_raster(image, 4).in_8_bits())


def _palette(parts: Parts) -> Array:
    table = np.rint(parts * 255).astype(np.uint8)
    return Array([Name.Indexed, Name.DeviceCMYK, len(table) - 1, String(table.tobytes())])


def _tints(pdf: Pdf, image: Stream, rest: Entries, space: Space, plates: Press) -> Picture:
    """One component: a palette of what its levels print as, unless it is black and white."""
    bits, made_anew = depth(image), is_lossy(image) or depth(image) == 16
    if space is DEVICE_GRAY and bits == 1:
        return _as_it_is(image, rest)
    span = bounds(image, space)
    raster = read_raster(image, 1) if made_anew or space is DEVICE_GRAY else None
    if raster is not None:
        rest = _with_own_masks(pdf, rest, raster, keys=made_anew)
        if space is DEVICE_GRAY and not is_keyed(rest) and set(np.unique(raster.samples)) == {0, raster.most}:
            white = raster.values(span).reshape(raster.samples.shape[:2]) > 0.5
            return _black_and_white(rest, white)
    count = 256 if made_anew else 1 << bits
    values = span[0, 0] + np.linspace(0, 1, count)[:, None] * (span[0, 1] - span[0, 0])
    palette = _palette(plates.colours(space, values))
    if made_anew:
        assert raster is not None
        return _written(rest, palette, raster.in_8_bits())
    found = _as_it_is(image, rest, {"/ColorSpace": palette})
    found.entries.pop("/Decode", None)
    return found


def _with_own_masks(pdf: Pdf, rest: Entries, raster: Raster, *, keys: bool = True) -> Entries:
    """The entries with a colour key as a stencil, and the opacity that came with the samples as a soft mask."""
    rest = dict(rest)
    if keys and is_keyed(rest):
        packed = key_stencil(raster, rest["/Mask"])
        stencil = {"/Type": Name.XObject, "/Subtype": Name.Image, "/ImageMask": True, **_size(raster)}
        rest["/Mask"] = _stream(pdf, _stored_as(stencil, None, packed[:, :, None], 1))
    if raster.alpha is not None and "/SMask" not in rest:
        soft = {"/Type": Name.XObject, "/Subtype": Name.Image, **_size(raster)}
        rest["/SMask"] = _stream(pdf, _written(soft, Name.DeviceGray, raster.alpha[:, :, None]))
    return rest


def _size(raster: Raster) -> Entries:
    return {"/Width": raster.samples.shape[1], "/Height": raster.samples.shape[0]}


def _stream(pdf: Pdf, picture: Picture) -> Stream:
    entries = dict(picture.entries)
    stream = pdf.make_stream(b"")
    stream.write(picture.data, filter=entries.pop("/Filter"), decode_parms=entries.pop("/DecodeParms"))
    for key, value in entries.items():
        stream[key] = value
    return stream


def _by_pixel(pdf: Pdf, image: Stream, rest: Entries, space: Space, plates: Plates) -> Picture:
    """Colours, pixel by pixel."""
    raster = read_raster(image, space.count)
    rest = _with_own_masks(pdf, rest, raster)
    soft, span = rest.get("/SMask"), bounds(image, space)
    matte = soft is not None and "/Matte" in soft
    values = [freed(raster.values(span), rest, space)] if matte else (part.values(span) for part in raster.strips())
    if space.source is None:
        parts = np.concatenate([np.rint(plates.colours(space, part) * 255).astype(np.uint8) for part in values])
        return _written(rest, plates.device, parts.reshape(*raster.samples.shape[:2], -1))
    if is_plain(image, space) and raster.most == 255 and not matte:
        samples = raster.samples
    else:
        samples = np.concatenate([space.samples(part) for part in values]).reshape(*raster.samples.shape[:2], 3)
    source = space.source
    if source == SRGB and space.direct and raster.profile:
        # a JPEG's own profile; readers of PDF don't look at it (7.4.8), but it tells what its colours are
        source = Source("RGB", icc.fitting(raster.profile, "RGB"))
    if not isinstance(plates, Press):
        return _written(rest, plates.device, plates.photograph(samples, source))
    return _painted(rest, samples, source, plates)


def _painted(rest: Entries, samples: Samples, source: Source, plates: Press) -> Picture:
    """Colours by what they make: black and white, gray, flat art or a photograph."""
    flat = samples.reshape(-1, 3)
    gray = _gray(flat, source)
    if gray is not None:
        rows = gray.reshape(samples.shape[:2])
        if set(np.unique(gray)) == {0, 255}:
            return _black_and_white(rest, rows > 127)
        levels = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
        return _written(rest, _palette(plates.inks.colours(levels)), rows[:, :, None])
    art = _flat_art(flat)
    if art is not None:
        colours, places = art
        return _written(rest, _palette(plates.inks.colours(colours, source)), places.reshape(*samples.shape[:2], 1))
    return _written(rest, plates.device, plates.photograph(samples, source))


def _gray(flat: Samples, source: Source) -> Samples | None:
    """The gray of each pixel, where all are neutral."""
    probe = icc.colours(flat[:: max(1, len(flat) // _PROBE)], source, SRGB)
    if not neutral(probe.astype(np.int16)).all():
        return None
    seen = icc.colours(flat, source, SRGB).astype(np.int16)
    return np.rint(seen.mean(axis=1)).astype(np.uint8) if neutral(seen).all() else None


def _flat_art(flat: Samples) -> tuple[Samples, Samples] | None:
    """The colours of flat art in order, and each pixel's place among them; nothing of a photograph."""
    codes = flat.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    if len(np.unique(codes[:: max(1, len(codes) // _PROBE)])) > _PALETTE:
        return None
    found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    if len(found) > _PALETTE or np.sort(counts)[-_FEW:].sum() < _COVERED * len(codes):
        return None
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.uint8)
    return colours, places.astype(np.uint8)


def _black_and_white(rest: Entries, white: NDArray[np.bool_]) -> Picture:
    """One bit a pixel."""
    return _stored_as(rest, Name.DeviceGray, np.packbits(white, axis=1)[:, :, None], 1)


def _written(rest: Entries, space: Object, samples: Samples) -> Picture:
    """Rows × columns × components, 8 bits each."""
    return _stored_as(rest, space, samples, 8)


def _stored_as(rest: Entries, space: Object | None, samples: Samples, bits: int) -> Picture:
    """Rows × bytes × components, deflated, as samples of 8 bits or as eight pixels of 1 bit in a byte."""
    components = samples.shape[2]
    rows = np.ascontiguousarray(samples).reshape(samples.shape[0], -1)
    columns = int(rest["/Width"])
    predicted = Dictionary(Predictor=15, Colors=components, Columns=columns, BitsPerComponent=bits)
    stored: Entries = {"/BitsPerComponent": bits, "/Filter": Name.FlateDecode, "/DecodeParms": predicted}
    if space is not None:
        stored["/ColorSpace"] = space
    return Picture({**rest, **stored}, deflated(rows, components))
