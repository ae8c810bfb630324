"""Defects of ink coverage: rules 16 and 17."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pikepdf import Dictionary, Name, Pdf

from policybook.printer import Ink
from tests.preflight.specimen import Specimen, paint

_MM = 72 / 25.4
#: Where there is room on a page of the sound file, inside the safe area.
_X, _Y = 110, 200
_DARK = b".8 .7 .7 1 k"
#: An area may have less than a place.
_AREAS = {"ink": Ink(peak=360, average=240)}


def _painted(content: bytes, **resources: Mapping[str, Any]) -> Callable[[Pdf], None]:
    return lambda pdf: paint(pdf, 2, content, **resources)


def _square(side: float) -> bytes:
    """A rectangle, by its side in millimetres."""
    return b"%d %d %.3f %.3f re f " % (_X, _Y, side * _MM, side * _MM)


def _picture(pdf: Pdf) -> None:
    """A picture of 300 ppi in which a band 1 mm high has too much ink: 12 of 60 rows."""
    light, dark = bytes([20, 10, 10, 0]), bytes([220, 200, 190, 230])
    pixels = b"".join((dark if 24 <= row < 36 else light) * 60 for row in range(60))
    image = pdf.make_stream(
        pixels, Type=Name.XObject, Subtype=Name.Image, Width=60, Height=60, BitsPerComponent=8,
        ColorSpace=Name.DeviceCMYK,
    )  # fmt: skip
    paint(pdf, 2, b"14.4 0 0 14.4 %d %d cm /Mine Do" % (_X, _Y), XObject={"Mine": image})


SPECIMENS = (
    Specimen("PRES016", _painted(_DARK + b" " + _square(16)), printer=_AREAS),
    Specimen(
        "PRES016-overlap",
        _painted(
            b".9 .9 0 0 k " + _square(16) + b"/Multiply gs 0 0 .9 .4 k " + _square(16),
            ExtGState={"Multiply": Dictionary(BM=Name.Multiply)},
        ),
        printer=_AREAS,
    ),
    Specimen("PRES017", _painted(_DARK + b" %d %d 200 %.3f re f" % (_X, _Y, _MM))),
    Specimen(
        "PRES017-overprint",
        _painted(b".8 .7 .6 0 k " + _square(4) + b"/Black gs 0 0 0 1 k " + _square(4), ExtGState={
            "Black": Dictionary(OP=True, op=True, OPM=1),
        }),
    ),
    Specimen("PRES017-image", _picture),
)  # fmt: skip
