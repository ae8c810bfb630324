"""Defects of what pages paint: rules 7, 11, 13, 18 to 29, 31 and 34."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from policybook.preflight.press.subject import Kind
from policybook.printer import Standard
from tests.preflight.specimen import SLUG, TRIM, Specimen, paint, text

#: Where there is room on a page of the sound file.
_X, _Y = 96, 420
_BLACK = b"0 0 0 1"
_BLUE = b".8 .6 0 0"
_OVER = {"ExtGState": {"MyOver": Dictionary(OP=True, op=True, OPM=1)}}


def _painted(content: bytes, **resources: Mapping[str, Any]) -> Callable[[Pdf], None]:
    return lambda pdf: paint(pdf, 1, content, **resources)


def _text(size: float, colour: bytes, **resources: Mapping[str, Any]) -> Callable[[Pdf], None]:
    return _painted(text("A specimen", _X, _Y, size, colour=colour), **resources)


def _line(colour: bytes, width: float, **resources: Mapping[str, Any]) -> Callable[[Pdf], None]:
    return _painted(b"%s K %g w %d %d m %d %d l S" % (colour, width, _X, _Y, _X + 200, _Y), **resources)


def _image(pdf: Pdf, side: int, bits: int, **entries: Any) -> Stream:
    """A square of so many pixels a side in one component, lines of dark and light."""
    row = (side * bits + 7) // 8
    pixels = b"".join(bytes([0x33 if y % 4 < 2 else 0xCC]) * row for y in range(side))
    fields = {"/Width": side, "/Height": side, "/BitsPerComponent": bits} | {f"/{k}": v for k, v in entries.items()}
    return pdf.make_stream(pixels, Dictionary({"/Type": Name.XObject, "/Subtype": Name.Image} | fields))


def _picture(size: float, side: int, bits: int, before: bytes = b"", **entries: Any) -> Callable[[Pdf], None]:
    def spoil(pdf: Pdf) -> None:
        placed = b"%s %g 0 0 %g %d %d cm /Mine Do" % (before, size, size, _X, _Y)
        paint(pdf, 1, placed, XObject={"Mine": _image(pdf, side, bits, **entries)})

    return spoil


def _narrow_bleed(pdf: Pdf) -> None:
    width, height = TRIM
    pdf.pages[0].obj.BleedBox = [SLUG - 4.5, SLUG - 4.5, SLUG + width + 4.5, SLUG + height + 4.5]


def _rgb_image(pdf: Pdf) -> None:
    image = pdf.make_stream(
        bytes(x * part for _ in range(60) for x in range(60) for part in (4, 2, 1)),
        Type=Name.XObject, Subtype=Name.Image, Width=60, Height=60, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
    )  # fmt: skip
    paint(pdf, 1, b"14.4 0 0 14.4 %d %d cm /Mine Do" % (_X, _Y), XObject={"Mine": image})


def _separation(name: str, alternate: Name, end: list[float]) -> dict[str, dict[str, Array]]:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * len(end), C1=end, N=1)
    return {"ColorSpace": {"Mine": Array([Name.Separation, Name(f"/{name}"), alternate, tint])}}


def _gradient(pdf: Pdf) -> None:
    """An axial shading in four inks whose function gives three numbers."""
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[0.5, 0.2, 0], N=1)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[_X, 0, _X + 100, 0], Function=function)
    paint(pdf, 1, b"%d %d 100 40 re W n /Mine sh" % (_X, _Y), Shading={"Mine": shading})


_HUE = _separation("Orange", Name.DeviceCMYK, [0, 0.5, 1, 0])

SPECIMENS: tuple[Specimen, ...] = (
    Specimen("PRES007", _narrow_bleed),
    Specimen("PRES007-art", _painted(b".2 .05 0 0 k 440 300 100 40 re f")),
    Specimen("PRES011", _painted(b".9 .8 .7 rg %d %d 100 40 re f" % (_X, _Y))),
    Specimen("PRES011-image", _rgb_image),
    Specimen(
        "PRES011-alternate",
        _painted(b"/Mine cs .5 scn %d %d 100 40 re f" % (_X, _Y), **_separation("Black", Name.DeviceRGB, [-1, -1, -1])),
    ),
    Specimen("PRES013", _gradient),
    Specimen("PRES018", _text(10, b".5 .4 .4 .6 k")),
    Specimen("PRES018-build", _text(10, b"0 .8 .9 0 k"), expected={"builds": {"blue": (0.8, 0.6, 0, 0)}}),
    Specimen("PRES019", _text(16, b".65 .6 .6 1 k")),
    Specimen("PRES020", _text(10, b"/MyOver gs 0 0 0 0 k", **_OVER)),
    Specimen("PRES020-path", _painted(b"/MyOver gs 0 0 0 0 k %d %d 9 9 re f" % (_X, _Y), **_OVER)),
    Specimen("PRES021", _text(10, _BLACK + b" k")),
    Specimen("PRES022", _line(_BLACK, 1)),
    Specimen("PRES023", _text(10, b"0 g")),
    Specimen("PRES023-line", _painted(b"0 G 1 w %d %d m 300 %d l S" % (_X, _Y, _Y))),
    Specimen("PRES023-overprint", _text(16, b"/MyOver gs .5 g", **_OVER)),
    Specimen("PRES024", _text(7, b"0 0 0 0 k")),
    Specimen("PRES025", _text(7, _BLUE + b" k")),
    Specimen("PRES026", _line(_BLUE, 0.2)),
    Specimen("PRES026-white", _line(b"0 0 0 0", 0.2)),
    Specimen("PRES027", _line(b"/MyOver gs " + _BLACK, 0.2, **_OVER)),
    Specimen("PRES027-hairline", _line(b"/MyOver gs " + _BLACK, 0, **_OVER)),
    Specimen("PRES027-area", _painted(b"/MyOver gs 0 0 0 1 k %d %d 200 .2 re f" % (_X, _Y), **_OVER)),
    Specimen("PRES028", _picture(30, 60, 8, ColorSpace=Name.DeviceGray)),
    Specimen("PRES028-warning", _picture(20, 60, 8, ColorSpace=Name.DeviceGray)),
    Specimen("PRES029", _picture(8, 60, 1, ColorSpace=Name.DeviceGray)),
    Specimen("PRES029-stencil", _picture(6, 60, 1, b"0 0 0 1 k", ImageMask=True)),
    Specimen("PRES031", _painted(b"/Mine cs .5 scn %d %d 100 40 re f" % (_X, _Y), **_HUE)),
    Specimen("PRES031-all", _painted(b"/All cs .5 scn %d %d 100 40 re f" % (_X, _Y))),
    Specimen("PRES034", _painted(text("A specimen", 490, _Y, 10))),
    Specimen("PRES034-gutter", _painted(text("A specimen", 45, _Y, 10))),
    Specimen("PRES034-gutter-rgb", _painted(text("A specimen", 45, _Y, 10, Standard.RGB)), standard=Standard.RGB),
    Specimen("PRES034-fold", _painted(text("A specimen", 530, 600, 14)), kind=Kind.COVER),
)
