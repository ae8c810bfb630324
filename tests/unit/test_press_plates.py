"""The plates of a page: every kind of paint, by pages of 40 × 40 pt whose inks are known by arithmetic."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from policybook.geometry import Box
from policybook.preflight.press.plates import Plates, page_coverage, plates, separated
from policybook.preflight.press.rules import NotChecked

SIDE = 40
Inks = tuple[float, float, float, float]
#: Half a step of 8 bits in the file, and half a one in pdfium.
STEP = 1 / 255 + 1e-6
OVER = {"Over": Dictionary(OP=True, op=True, OPM=1), "Zero": Dictionary(OP=True, op=True, OPM=0)}
ALL = b"0 0 40 40 re f "
PLACED = b"q 40 0 0 40 0 0 cm /Im Do Q"
#: A ground of two inks, which what lies on it leaves or knocks out.
GROUND = b".8 .6 0 0 k " + ALL


def page_pdf(content: bytes, pdf: Pdf | None = None, **resources: dict[str, Any]) -> Pdf:
    pdf = pdf or Pdf.new()
    held = {f"/{kind}": Dictionary({f"/{n}": value for n, value in of.items()}) for kind, of in resources.items()}
    sides = [0, 0, SIDE, SIDE]
    page = Dictionary(Type=Name.Page, MediaBox=sides, BleedBox=sides, Resources=Dictionary(held))
    page.Contents = pdf.make_stream(content)
    pdf.pages.append(pikepdf.Page(page))
    return pdf


def saved(pdf: Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def plates_of(content: bytes, pdf: Pdf | None = None, **resources: dict[str, Any]) -> Plates:
    made = page_pdf(content, pdf, **resources)
    return plates(saved(made), len(made.pages))


def at(found: Plates, x: float, y: float) -> Inks:
    """The inks at a place in points, from the lower left."""
    row, column = int(SIDE - y), int(x)
    c, m, y_, k = (float(plane[row, column]) for plane in (found.c, found.m, found.y, found.k))
    return c, m, y_, k


def near(*inks: float, within: float = STEP) -> Any:
    return pytest.approx(inks, abs=within)


def xobject(pdf: Pdf, data: bytes, **entries: Any) -> pikepdf.Stream:
    return pdf.make_stream(data, Type=Name.XObject, **entries)


def form(pdf: Pdf, content: bytes, **entries: Any) -> pikepdf.Stream:
    return xobject(pdf, content, **{"Subtype": Name.Form, "BBox": [0, 0, 40, 40], "Resources": Dictionary()} | entries)


def image(pdf: Pdf, data: bytes, width: int, height: int, space: Any, **entries: Any) -> pikepdf.Stream:
    fields = {"Subtype": Name.Image, "Width": width, "Height": height, "BitsPerComponent": 8, "ColorSpace": space}
    return xobject(pdf, data, **fields | entries)


def from_to(c0: list[float], c1: list[float]) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=c0, C1=c1, N=1)


def tinted(*names: str) -> Array:
    """A Separation or DeviceN space; how it looks on a screen is of no interest."""
    black = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 0, 0, 1], N=1)
    if len(names) == 1:
        return Array([Name.Separation, Name("/" + names[0]), Name.DeviceCMYK, black])
    return Array([Name.DeviceN, Array([Name("/" + name) for name in names]), Name.DeviceCMYK, black])


# colours


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (0, 0, 0, 0)),
        (ALL, (0, 0, 0, 1)),
        (b".1 .2 .3 .4 k " + ALL, (0.1, 0.2, 0.3, 0.4)),
        (b".3 g " + ALL, (0, 0, 0, 0.7)),
        (b"1 0 1 0 K 60 w 0 20 m 40 20 l S", (1, 0, 1, 0)),
        (b"/DeviceCMYK cs " + ALL, (0, 0, 0, 1)),
        (b"/DeviceCMYK cs .1 .2 .3 .4 sc " + ALL, (0.1, 0.2, 0.3, 0.4)),
        (b"/DeviceGray cs .25 scn " + ALL, (0, 0, 0, 0.75)),
        (b".1 .2 .3 .4 k q .9 g Q " + ALL, (0.1, 0.2, 0.3, 0.4)),
        (GROUND + b".3 g " + ALL, (0, 0, 0, 0.7)),
        (GROUND + b"0 0 0 0 k " + ALL, (0, 0, 0, 0)),
        (b"2 -1 0 0 k " + ALL, (1, 0, 0, 0)),
    ],
)
def test_colours(content: bytes, expected: Inks) -> None:
    assert at(plates_of(content), 20, 20) == near(*expected)


def test_spaces_by_name() -> None:
    pdf = Pdf.new()
    table = String(bytes([0, 0, 0, 0, 255, 51, 0, 102]))
    spaces = {
        "Profile": Array([Name.ICCBased, pdf.make_stream(b"", N=4)]),
        "Gray": Array([Name.ICCBased, pdf.make_stream(b"", N=1)]),
        "Table": Array([Name.Indexed, Name.DeviceCMYK, 1, table]),
        "Two": tinted("Yellow", "Black"),
        "Cyan": tinted("Cyan"),
        "All": tinted("All"),
        "None": tinted("None"),
        "A#20b": tinted("Magenta"),
        "DefaultCMYK": Name.DeviceGray,
    }
    spaces = {name.replace("#20", " "): space for name, space in spaces.items()}
    content = (
        b"/Profile cs .1 .2 .3 .4 scn 0 0 10 10 re f /Gray cs .4 scn 10 0 10 10 re f /Table cs 1 scn 20 0 10 10 re f "
        b"/Two cs .2 .6 scn 30 0 10 10 re f /Cyan cs 0 10 10 10 re f /All cs .5 scn 10 10 10 10 re f "
        b"1 0 0 0 k 20 10 10 10 re f /None cs 1 scn 20 10 10 10 re f /A#20b cs .5 scn 30 10 10 10 re f"
    )
    found = plates_of(content, pdf, ColorSpace=spaces)
    row = [at(found, x, 5) for x in (5, 15, 25, 35)]
    assert row == [near(0.1, 0.2, 0.3, 0.4), near(0, 0, 0, 0.6), near(1, 0.2, 0, 0.4), near(0, 0, 0.2, 0.6)]
    row = [at(found, x, 15) for x in (5, 15, 25, 35)]
    assert row == [near(1, 0, 0, 0), near(0.5, 0.5, 0.5, 0.5), near(1, 0, 0, 0), near(0, 0.5, 0, 0)]
    assert found.spots == ()


def test_spot_colours_are_named_and_knock_out() -> None:
    content = GROUND + b"/Spot cs 1 scn 0 0 20 40 re f /Mixed cs .5 .5 scn 20 0 20 40 re f"
    found = plates_of(content, ColorSpace={"Spot": tinted("Gold"), "Mixed": tinted("Silver", "Cyan")})
    assert [at(found, x, 20) for x in (10, 30)] == [near(0, 0, 0, 0), near(0.5, 0, 0, 0)]
    assert found.spots == ("Gold", "Silver")


# transparency


def test_alpha_blends_ink_by_ink() -> None:
    state = {"Half": Dictionary(ca=0.5, CA=0.5)}
    found = plates_of(
        b".8 0 .2 0 k " + ALL + b"/Half gs 0 .6 0 1 k 0 0 20 40 re f .2 g 20 0 20 40 re f", ExtGState=state
    )
    assert at(found, 10, 20) == near(0.4, 0.3, 0.1, 0.5)
    assert at(found, 30, 20) == near(0.4, 0, 0.1, 0.4)


@pytest.mark.parametrize("isolated", [True, False])
def test_a_group_is_blended_as_a_whole(isolated: bool) -> None:
    pdf = Pdf.new()
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, I=isolated)
    made = form(pdf, b"1 0 0 0 k " + ALL + b"0 .5 0 .5 k 0 0 20 40 re f", Group=group)
    state = {"Half": Dictionary(ca=0.5)}
    found = plates_of(b"0 0 1 0 k " + ALL + b"/Half gs /Fm Do", pdf, XObject={"Fm": made}, ExtGState=state)
    assert [at(found, x, 20) for x in (10, 30)] == [near(0, 0.25, 0.5, 0.25), near(0.5, 0, 0.5, 0)]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("Normal", (0.2, 0.9, 0, 0)),
        ("Multiply", (1 - 0.2 * 0.8, 1 - 0.6 * 0.1, 0, 0)),  # of what is left of light: (1 - .8) (1 - .2)
        ("Screen", (0.8 * 0.2, 0.4 * 0.9, 0, 0)),
        ("Darken", (0.8, 0.9, 0, 0)),
        ("Lighten", (0.2, 0.4, 0, 0)),
        ("Difference", (1 - 0.6, 1 - 0.5, 1, 1)),
    ],
)
def test_separable_blend_modes(mode: str, expected: Inks) -> None:
    state = {"Blend": Dictionary(BM=Name("/" + mode))}
    found = plates_of(b".8 .4 0 0 k " + ALL + b"/Blend gs .2 .9 0 0 k " + ALL, ExtGState=state)
    assert at(found, 20, 20) == near(*expected, within=2 * STEP)


def luminosity(pdf: Pdf, content: bytes, space: Any = Name.DeviceGray, **entries: Any) -> dict[str, Any]:
    """A graphics state with a soft mask; its group covers the left half of the page."""
    group = Dictionary(S=Name.Transparency, CS=space)
    resources = entries.pop("Resources", Dictionary())
    made = form(pdf, content + b" 0 0 20 40 re f", Group=group, Resources=resources)
    return {"Mask": Dictionary(SMask=Dictionary(S=Name.Luminosity, G=made, **entries))}


@pytest.mark.parametrize(
    ("content", "space", "light"),
    [
        (b".5 g", Name.DeviceGray, 0.5),
        (b"0 0 0 .75 k", Name.DeviceCMYK, 0.25),
        (b"0 0 0 1 k", Name.DeviceCMYK, 0),
        (b".5 0 0 .2 k", Name.DeviceCMYK, 1 - 0.3 * 0.5 - 0.2),  # ISO 32000-1, 10.3.3
        (b"1 1 1 rg", Name.DeviceRGB, 1),
    ],
)
def test_soft_masks_of_luminosity(content: bytes, space: Any, light: float) -> None:
    pdf = Pdf.new()
    found = plates_of(b"/Mask gs .8 0 0 .4 k " + ALL, pdf, ExtGState=luminosity(pdf, content, space))
    assert at(found, 10, 20) == near(0.8 * light, 0, 0, 0.4 * light, within=2 * STEP)
    assert at(found, 30, 20) == near(0, 0, 0, 0)


def test_the_backdrop_of_a_soft_mask() -> None:
    pdf = Pdf.new()
    state = luminosity(pdf, b"0 0 0 1 k", Name.DeviceCMYK, BC=Array([0, 0, 0, 0.5]))
    found = plates_of(b"/Mask gs .8 0 0 .4 k " + ALL, pdf, ExtGState=state)
    assert [at(found, x, 20) for x in (10, 30)] == [near(0, 0, 0, 0), near(0.4, 0, 0, 0.2, within=2 * STEP)]


def test_a_form_in_a_mask_and_on_the_page_is_two_things() -> None:
    pdf = Pdf.new()
    shared = form(pdf, b"0 0 0 .5 k " + ALL)
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    mask = form(pdf, b"/Fm Do", Group=group, Resources=Dictionary(XObject=Dictionary(Fm=shared)))
    state = {"Mask": Dictionary(SMask=Dictionary(S=Name.Luminosity, G=mask))}
    found = plates_of(b"/Mask gs /Fm Do", pdf, XObject={"Fm": shared}, ExtGState=state)
    assert at(found, 20, 20) == near(0, 0, 0, 0.25, within=2 * STEP)


def test_a_form_with_tiles_in_a_mask() -> None:
    pdf = Pdf.new()
    tiles = Dictionary(Pattern=Dictionary(Pa=cell(pdf, b".8 0 0 .4 k 0 0 20 20 re f", 1)))
    made = form(pdf, b"/Pattern cs /Pa scn " + ALL, Resources=tiles)
    found = plates_of(b"/Mask gs /Fm Do", pdf, XObject={"Fm": made}, ExtGState=luminosity(pdf, b".5 g"))
    assert at(found, 10, 20) == near(0.4, 0, 0, 0.2, within=2 * STEP)


def test_the_alpha_of_a_group_as_a_mask() -> None:
    pdf = Pdf.new()
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    mask = form(pdf, b"/Half gs 0 0 0 0 k " + ALL, Group=group)
    mask.Resources = Dictionary(ExtGState=Dictionary(Half=Dictionary(ca=0.5)))
    state = {"Mask": Dictionary(SMask=Dictionary(S=Name.Alpha, G=mask))}
    found = plates_of(b"/Mask gs .8 0 0 .4 k " + ALL, pdf, ExtGState=state)
    assert at(found, 20, 20) == near(0.4, 0, 0, 0.2, within=2 * STEP)


# overprint


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"/Over gs 0 0 0 1 k " + ALL, (0.8, 0.6, 0, 1)),
        (b"0 0 0 1 k /Over gs " + ALL, (0.8, 0.6, 0, 1)),
        (b"/Zero gs 0 0 0 1 k " + ALL, (0, 0, 0, 1)),
        (b"0 0 0 1 k " + ALL, (0, 0, 0, 1)),
        (b"q /Over gs Q 0 0 0 1 k " + ALL, (0, 0, 0, 1)),
        (b"/Over gs /Other gs 0 0 0 1 k " + ALL, (0.8, 0.6, 0, 1)),
        (b"/Both gs 0 0 0 1 k " + ALL, (0.8, 0.6, 0, 1)),
        (b"/Fm Do /Over gs /Fm Do", (0.8, 0.6, 0, 1)),
        (b"/Over gs /Fm Do /Off gs /Fm Do", (0, 0, 0, 1)),
        (b"/Over gs .2 g " + ALL, (0, 0, 0, 0.8)),  # DeviceGray knocks out (GWG 2022 R0011)
        (b"/Over gs 0 0 0 0 k " + ALL, (0.8, 0.6, 0, 0)),  # white leaves everything (R0007)
        (b"/Over gs 0 .3 0 .5 k " + ALL, (0.8, 0.3, 0, 0.5)),
        (b"/Over gs .1 .3 .2 0 k " + ALL, (0.1, 0.3, 0.2, 0)),
        (b"/Over gs 0 0 0 .5 k .1 .2 .3 .4 K 80 w 0 0 40 40 re B", (0.1, 0.2, 0.3, 0.4)),
        (b"/Over gs 0 0 0 .5 k 0 0 0 .7 K 80 w 0 0 40 40 re B", (0.8, 0.6, 0, 0.7)),
        (b"/Over gs .1 .2 .3 .4 k 0 0 0 .7 K 80 w 0 0 40 40 re b", (0.1, 0.2, 0.3, 0.7)),
        (b"/Over gs 0 0 0 1 K 80 w 0 20 m 40 20 l S", (0.8, 0.6, 0, 1)),
        (b"/Zero gs /Black cs .7 scn " + ALL, (0.8, 0.6, 0, 0.7)),
        (b"/Black cs .7 scn " + ALL, (0, 0, 0, 0.7)),
        (b"/Over gs /Spot cs 1 scn " + ALL, (0.8, 0.6, 0, 0)),
        (b"/Over gs /Profile cs 0 0 0 1 scn " + ALL, (0, 0, 0, 1)),
    ],
)
def test_overprint(content: bytes, expected: Inks) -> None:
    pdf = Pdf.new()
    spaces = {
        "Black": tinted("Black"),
        "Spot": tinted("Gold"),
        "Profile": Array([Name.ICCBased, pdf.make_stream(b"", N=4)]),
    }
    states = OVER | {"Other": Dictionary(LW=1), "Both": Dictionary(OP=True, OPM=1), "Off": Dictionary(op=False)}
    drawn = {"Fm": form(pdf, b"0 0 0 1 k " + ALL)}
    if b"/Fm Do /Over" in content:
        content = content.replace(b"/Over", GROUND + b"/Over")
    found = plates_of(GROUND + content, pdf, ExtGState=states, ColorSpace=spaces, XObject=drawn)
    assert at(found, 20, 20) == near(*expected)


def test_fills_and_strokes_overprint_apart() -> None:
    state = {"Stroke": Dictionary(OP=True, op=False, OPM=1), "Fill": Dictionary(OP=False, op=True, OPM=1)}
    content = GROUND + b"0 0 0 1 k 0 0 0 1 K 20 w /%b gs 0 0 20 40 re f 30 0 m 30 40 l S"
    strokes, fills = (plates_of(content % name, ExtGState=state) for name in (b"Stroke", b"Fill"))
    assert [at(strokes, x, 20) for x in (10, 30)] == [near(0, 0, 0, 1), near(0.8, 0.6, 0, 1)]
    assert [at(fills, x, 20) for x in (10, 30)] == [near(0.8, 0.6, 0, 1), near(0, 0, 0, 1)]


@pytest.mark.parametrize(("mode", "expected"), [(0, (0.8, 0.6, 0, 1)), (2, (0.8, 0.6, 0, 0.5)), (3, (0.8, 0.6, 0, 0))])
def test_text_overprints(mode: int, expected: Inks) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    content = b"/Over gs 0 0 0 1 k 0 0 0 .5 K 6 w BT /F 60 Tf %d Tr 12 -4 Td (I) Tj ET" % mode
    found = plates_of(GROUND + content, ExtGState=OVER, Font={"F": font})
    assert at(found, 20, 20) == near(*expected)


def test_text_after_text_that_was_dropped_is_there() -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    content = b"/Over gs 0 0 0 1 k BT /F 60 Tf 12 -4 Td (I) Tj ET 1 0 1 0 k BT /F 60 Tf 12 -4 Td (I) Tj ET"
    assert at(plates_of(GROUND + content, ExtGState=OVER, Font={"F": font}), 20, 20) == near(1, 0.6, 1, 1)


def test_a_form_and_a_stencil_overprint_as_they_are_painted() -> None:
    pdf = Pdf.new()
    stencil = image(pdf, b"\0", 1, 1, None, ImageMask=True, BitsPerComponent=1)
    made = form(pdf, b"0 0 20 40 re f")
    content = GROUND + b"/Over gs 0 0 0 1 k /Fm Do q 20 0 0 40 20 0 cm /Im Do Q"
    found = plates_of(content, pdf, ExtGState=OVER, XObject={"Fm": made, "Im": stencil})
    assert [at(found, x, 20) for x in (10, 30)] == [near(0.8, 0.6, 0, 1)] * 2
    found = plates_of(content.replace(b"/Over gs", b""), pdf, ExtGState=OVER, XObject={"Fm": made, "Im": stencil})
    assert [at(found, x, 20) for x in (10, 30)] == [near(0, 0, 0, 1)] * 2


def test_pictures_and_shadings_follow_no_mode_but_their_colorants() -> None:
    pdf = Pdf.new()
    shading = Dictionary(ShadingType=2, Coords=[0, 0, 40, 0], Function=from_to([0, 0, 0, 1], [0, 0, 0, 1]))
    shading.ColorSpace = Name.DeviceCMYK
    tint = Dictionary(ShadingType=2, Coords=[0, 0, 40, 0], Function=from_to([0.5], [0.5]), ColorSpace=tinted("Black"))
    one = image(pdf, bytes([0, 0, 0, 255]), 1, 1, Name.DeviceCMYK)
    two = image(pdf, bytes([102]), 1, 1, tinted("Black"))
    content = GROUND + (
        b"/Over gs q 0 0 10 40 re W n /Process sh Q q 10 0 10 40 re W n /Tint sh Q "
        b"q 10 0 0 40 20 0 cm /One Do Q q 10 0 0 40 30 0 cm /Two Do Q"
    )
    drawn = {"XObject": {"One": one, "Two": two}, "Shading": {"Process": shading, "Tint": tint}}
    found = plates_of(content, pdf, ExtGState=OVER, **drawn)
    assert [at(found, x, 20) for x in (5, 25)] == [near(0, 0, 0, 1)] * 2
    assert [at(found, x, 20) for x in (15, 35)] == [near(0.8, 0.6, 0, 0.5), near(0.8, 0.6, 0, 0.4)]


# images


def jpeg(mode: str, colour: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, (16, 16), colour).save(target, "JPEG", quality=100)
    return target.getvalue()


INVERTED = [1, 0] * 4
BUILD = bytes([51, 102, 153, 204])
BUILD_INKS = (0.2, 0.4, 0.6, 0.8)
SPOTLESS = Array([Name.DeviceN, Array([Name.Magenta, Name.Black]), Name.DeviceCMYK, from_to([0] * 4, [1] * 4)])
TABLE = Array([Name.Indexed, Name.DeviceCMYK, 1, String(bytes(4) + BUILD)])


@pytest.mark.parametrize(
    ("data", "space", "entries", "expected"),
    [
        (BUILD, Name.DeviceCMYK, {}, BUILD_INKS),
        (BUILD, Name.DeviceCMYK, {"Decode": INVERTED}, (0.8, 0.6, 0.4, 0.2)),
        (BUILD, Name.DeviceCMYK, {"Decode": [0, 0.5] * 4}, (0.1, 0.2, 0.3, 0.4)),
        (bytes([51, 9, 102, 9, 153, 9, 204, 9]), Name.DeviceCMYK, {"BitsPerComponent": 16}, BUILD_INKS),
        (bytes([0x36, 0x9C]), Name.DeviceCMYK, {"BitsPerComponent": 4}, BUILD_INKS),
        (b"\xd0", Name.DeviceCMYK, {"BitsPerComponent": 2}, (1, 1 / 3, 0, 0)),
        (bytes([51]), Name.DeviceGray, {}, (0, 0, 0, 0.8)),
        (bytes([51]), Name.DeviceGray, {"Decode": [1, 0]}, (0, 0, 0, 0.2)),
        (bytes([51, 0]), Name.DeviceGray, {"BitsPerComponent": 16}, (0, 0, 0, 0.8)),
        (b"\0", Name.DeviceGray, {"BitsPerComponent": 1}, (0, 0, 0, 1)),
        (b"\x80", Name.DeviceGray, {"BitsPerComponent": 1}, (0, 0, 0, 0)),
        (b"\1", TABLE, {}, BUILD_INKS),
        (b"\x80", TABLE, {"BitsPerComponent": 1}, BUILD_INKS),
        (b"\x80", TABLE, {"BitsPerComponent": 1, "Decode": [1, 0]}, (0, 0, 0, 0)),
        (bytes([51]), tinted("Cyan"), {}, (0.2, 0, 0, 0)),
        (bytes([51]), tinted("All"), {}, (0.2, 0.2, 0.2, 0.2)),
        (bytes([51, 102]), SPOTLESS, {}, (0, 0.2, 0, 0.4)),
        (b"33", Name.DeviceGray, {"Filter": Name.ASCIIHexDecode}, (0, 0, 0, 0.8)),
    ],
)
def test_images(data: bytes, space: Any, entries: dict[str, Any], expected: Inks) -> None:
    pdf = Pdf.new()
    coded = entries.get("Filter")
    made = image(pdf, data, 1, 1, space, **{key: value for key, value in entries.items() if key != "Filter"})
    if coded is not None:
        made.write(data, filter=coded)
    found = plates_of(GROUND + PLACED, pdf, XObject={"Im": made})
    assert at(found, 20, 20) == near(*expected)


@pytest.mark.parametrize(
    ("data", "space", "entries", "expected"),
    [
        # Pillow writes CMYK inverted, as Photoshop does (Adobe technical note 5116); PDF takes the numbers as they are
        (jpeg("CMYK", tuple(BUILD)), Name.DeviceCMYK, {"Decode": INVERTED}, BUILD_INKS),
        (jpeg("CMYK", tuple(BUILD)), Name.DeviceCMYK, {}, (0.8, 0.6, 0.4, 0.2)),
        (jpeg("L", 51), Name.DeviceGray, {}, (0, 0, 0, 0.8)),
        (jpeg("L", 51), tinted("Magenta"), {}, (0, 0.2, 0, 0)),
    ],
)
def test_jpegs(data: bytes, space: Any, entries: dict[str, Any], expected: Inks) -> None:
    pdf = Pdf.new()
    made = image(pdf, data, 16, 16, space, Filter=Name.DCTDecode, **entries)
    assert at(plates_of(GROUND + PLACED, pdf, XObject={"Im": made}), 20, 20) == near(*expected, within=2 * STEP)


def test_the_spaces_that_stand_for_those_of_devices_are_no_matter() -> None:
    pdf = Pdf.new()
    entries = Dictionary(WhitePoint=[0.95, 1, 1.09], Gamma=[3, 3, 3])
    spaces = {
        "DefaultRGB": Array([Name.CalRGB, entries]),
        "DefaultCMYK": Array([Name.ICCBased, pdf.make_stream(b"", N=4)]),
    }
    made = image(pdf, BUILD, 1, 1, Name.DeviceCMYK)
    assert at(plates_of(PLACED, pdf, XObject={"Im": made}, ColorSpace=spaces), 20, 20) == near(*BUILD_INKS)


def test_a_wavelet_picture() -> None:
    pdf, target = Pdf.new(), io.BytesIO()
    Image.new("L", (16, 16), 51).save(target, "JPEG2000")
    made = image(pdf, target.getvalue(), 16, 16, None, Filter=Name.JPXDecode)
    assert at(plates_of(GROUND + PLACED, pdf, XObject={"Im": made}), 20, 20) == near(0, 0, 0, 0.8)


@pytest.mark.parametrize(("space", "data"), [(Name.DeviceCMYK, BUILD), (Name.DeviceGray, b"\x33")])
def test_images_through_masks(space: Any, data: bytes) -> None:
    pdf = Pdf.new()
    inks = BUILD_INKS if space == Name.DeviceCMYK else (0, 0, 0, 0.8)
    soft = image(pdf, bytes([51]), 1, 1, Name.DeviceGray)
    stencil = image(pdf, b"\x80", 2, 1, None, ImageMask=True, BitsPerComponent=1)
    half = image(pdf, data, 1, 1, space, SMask=soft)
    cut = image(pdf, data * 2, 2, 1, space, Mask=stencil)
    ground = (0.8, 0.6, 0, 0)
    found = plates_of(GROUND + PLACED, pdf, XObject={"Im": half})
    blended = [0.8 * below + 0.2 * ink for below, ink in zip(ground, inks, strict=True)]
    assert at(found, 20, 20) == near(*blended, within=2 * STEP)
    found = plates_of(GROUND + PLACED, pdf, XObject={"Im": cut})
    assert [at(found, x, 20) for x in (10, 30)] == [near(*ground), near(*inks)]


def test_a_matte_is_taken_out() -> None:
    """ISO 32000-1, 11.6.5.3: the image holds m + alpha (c - m)."""
    pdf = Pdf.new()
    matte, colour, alpha = (0.0, 0.0, 0.0, 1.0), BUILD_INKS, 0.5
    held = bytes(round(255 * (m + alpha * (c - m))) for m, c in zip(matte, colour, strict=True))
    soft = image(pdf, bytes([128]), 1, 1, Name.DeviceGray, Matte=Array([0, 0, 0, 1]))
    found = plates_of(PLACED, pdf, XObject={"Im": image(pdf, held, 1, 1, Name.DeviceCMYK, SMask=soft)})
    assert at(found, 20, 20) == near(*(alpha * ink for ink in colour), within=3 * STEP)


@pytest.mark.parametrize(
    ("space", "data", "key"),
    [
        (Name.DeviceGray, b"\x80\x33", [120, 130]),
        (Name.DeviceCMYK, bytes(4) + BUILD, [0, 9] * 4),
        (TABLE, b"\0\1", [0, 0]),
    ],
)
def test_colour_keys(space: Any, data: bytes, key: list[int]) -> None:
    pdf = Pdf.new()
    found = plates_of(GROUND + PLACED, pdf, XObject={"Im": image(pdf, data, 2, 1, space, Mask=Array(key))})
    inks = (0, 0, 0, 0.8) if space == Name.DeviceGray else BUILD_INKS
    assert [at(found, x, 20) for x in (10, 30)] == [near(0.8, 0.6, 0, 0), near(*inks)]


@pytest.mark.parametrize(
    ("entries", "data", "expected"),
    [
        (b"/W 1 /H 1 /BPC 8 /CS /CMYK", BUILD, BUILD_INKS),
        (b"/Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Decode [1 0]", b"\x33", (0, 0, 0, 0.2)),
        (b"/W 1 /H 1 /BPC 8 /CS /Named", b"\x33", (0, 0.2, 0, 0)),
        (b"/W 1 /H 1 /BPC 8 /CS [/I /CMYK 1 <00000000336699cc>]", b"\1", BUILD_INKS),
        (b"/W 1 /H 1 /BPC 8 /CS /G /F [/AHx]", b"33>", (0, 0, 0, 0.8)),
        (b"/W 1 /H 1 /IM true /BPC 1", b"\0", (0, 0, 1, 0)),
    ],
)
def test_inline_images(entries: bytes, data: bytes, expected: Inks) -> None:
    content = GROUND + b"0 0 1 0 k q 40 0 0 40 0 0 cm BI " + entries + b" ID " + data + b" EI Q"
    found = plates_of(content, ColorSpace={"Named": tinted("Magenta")})
    assert at(found, 20, 20) == near(*expected)


# shadings and patterns

ENDS = ([0.2, 0.0, 0.4, 0.0], [1.0, 0.6, 0.0, 0.8])
MIDDLE = (0.6, 0.3, 0.2, 0.4)


def sampled(pdf: Pdf) -> Any:
    samples = bytes(round(255 * ink) for end in ENDS for ink in end)
    return pdf.make_stream(samples, FunctionType=0, Domain=[0, 1], Range=[0, 1] * 4, Size=[2], BitsPerSample=8)


def calculated(pdf: Pdf) -> Any:
    parts = [f"{a} {b - a} {place} index mul add" for place, (a, b) in enumerate(zip(*ENDS, strict=True), 2)]
    code = "{" + " ".join(parts) + " 5 4 roll pop }"
    return pdf.make_stream(code.encode(), FunctionType=4, Domain=[0, 1], Range=[0, 1] * 4)


def stitched(_: Pdf) -> Any:
    halves = [from_to(ENDS[0], list(MIDDLE)), from_to(list(MIDDLE), ENDS[1])]
    return Dictionary(FunctionType=3, Domain=[0, 1], Functions=halves, Bounds=[0.5], Encode=[0, 1, 0, 1])


def apart(_: Pdf) -> Any:
    return Array([from_to([a], [b]) for a, b in zip(*ENDS, strict=True)])


def straight(_: Pdf) -> Any:
    return from_to(*ENDS)


@pytest.mark.parametrize("make", [straight, stitched, sampled, calculated, apart])
@pytest.mark.parametrize("used", ["sh", "pattern"])
def test_shadings_by_their_functions(make: Callable[[Pdf], Any], used: str) -> None:
    pdf = Pdf.new()
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[10, 0, 30, 0], Extend=[True, True])
    shading.Function = make(pdf)
    if used == "sh":
        found = plates_of(b"/Sh sh", pdf, Shading={"Sh": shading})
    else:
        pattern = Dictionary(PatternType=2, Shading=shading)
        found = plates_of(b"/Pattern cs /Pa scn " + ALL, pdf, Pattern={"Pa": pattern})
    assert at(found, 5, 20) == near(*ENDS[0])
    assert at(found, 35, 20) == near(*ENDS[1])
    assert at(found, 20, 20) == near(*MIDDLE, within=0.03)  # a pixel is a twentieth of the way


def test_a_shading_ends_in_its_last_colour() -> None:
    """pdfium reads functions at 256 points and leaves out the end."""
    for kind, coords in ((2, [10, 0, 30, 0]), (3, [5, 20, 0, 5, 20, 20])):
        shading = Dictionary(ShadingType=kind, ColorSpace=Name.DeviceCMYK, Coords=coords, Extend=[True, True])
        shading.Function = from_to([0, 0, 0, 0], [1, 1, 1, 1])
        assert at(plates_of(b"/Sh sh", Shading={"Sh": shading}), 38, 20) == (1, 1, 1, 1)


def test_a_radial_shading_with_a_ground() -> None:
    shading = Dictionary(
        ShadingType=3, ColorSpace=Name.DeviceCMYK, Coords=[20, 20, 0, 20, 20, 10], Function=from_to(*ENDS)
    )
    shading.Background = Array([0, 0, 1, 0.5])
    found = plates_of(b"/Pattern cs /Pa scn " + ALL, Pattern={"Pa": Dictionary(PatternType=2, Shading=shading)})
    assert at(found, 2, 20) == near(0, 0, 1, 0.5)
    assert at(found, 25, 20) == near(*MIDDLE, within=0.05)


def test_shadings_in_named_inks() -> None:
    tint = Dictionary(ShadingType=2, ColorSpace=tinted("Black"), Coords=[10, 0, 30, 0], Extend=[True, True])
    tint.Function = from_to([0.2], [0.6])
    found = plates_of(GROUND + b"/Sh sh", Shading={"Sh": tint})
    assert [at(found, x, 20) for x in (5, 35)] == [near(0, 0, 0, 0.2), near(0, 0, 0, 0.6)]


def mesh(pdf: Pdf, space: Any, colours: list[bytes], **entries: Any) -> Any:
    """A triangle that covers the page; each corner is a flag, two coordinates, a colour, a byte each."""
    corners = zip([(0, 0), (255, 0), (0, 255)], colours, strict=True)
    data = b"".join(bytes([0, x, y]) + colour for (x, y), colour in corners)
    parts = [0, 1] * len(colours[0])
    bits = {"BitsPerCoordinate": 8, "BitsPerComponent": 8, "BitsPerFlag": 8, "Decode": [0, 100, 0, 100, *parts]}
    return pdf.make_stream(data, ShadingType=4, ColorSpace=space, **bits | entries)


def test_meshes() -> None:
    pdf = Pdf.new()
    flat = mesh(pdf, Name.DeviceCMYK, [BUILD] * 3)
    assert at(plates_of(b"/Sh sh", pdf, Shading={"Sh": flat}), 20, 20) == near(*BUILD_INKS)
    graded = mesh(pdf, Name.DeviceCMYK, [b"\x80"] * 3, Function=from_to(*ENDS))
    assert at(plates_of(b"/Sh sh", pdf, Shading={"Sh": graded}), 20, 20) == near(*MIDDLE, within=2 * STEP)


def cell(pdf: Pdf, content: bytes, paint_type: int) -> Any:
    fields = {"PatternType": 1, "PaintType": paint_type, "TilingType": 1, "BBox": [0, 0, 20, 20], "XStep": 20}
    return pdf.make_stream(content, YStep=20, Resources=Dictionary(), **fields)


def test_tiling_patterns() -> None:
    pdf = Pdf.new()
    coloured = cell(pdf, b"0 0 20 10 re f .2 .4 .6 .8 k 0 10 20 10 re f", 1)
    found = plates_of(b"1 0 0 0 k /Pattern cs /Pa scn " + ALL, pdf, Pattern={"Pa": coloured})
    assert [at(found, 30, y) for y in (5, 15, 25, 35)] == [near(0, 0, 0, 1), near(*BUILD_INKS)] * 2
    bare = cell(pdf, b"0 10 20 10 re f", 2)
    spaces = {"Under": Array([Name.Pattern, Name.DeviceCMYK])}
    content = b"/Under cs .2 .4 .6 .8 /Pa scn " + ALL + b"/Under CS .1 0 0 0 /Pa SCN 1 0 0 0 k 0 0 40 10 re f"
    found = plates_of(content, pdf, Pattern={"Pa": bare}, ColorSpace=spaces)
    assert [at(found, 30, y) for y in (5, 15, 25)] == [near(1, 0, 0, 0), near(*BUILD_INKS), near(0, 0, 0, 0)]


def test_a_form_has_the_colour_that_it_is_painted_with_and_may_lack_resources() -> None:
    pdf = Pdf.new()
    made = form(pdf, b"0 0 20 40 re f /Own cs .5 scn 20 0 20 40 re f")
    del made.Resources
    found = plates_of(b"0 .4 0 0 k /Fm Do", pdf, XObject={"Fm": made}, ColorSpace={"Own": tinted("Yellow")})
    assert [at(found, x, 20) for x in (10, 30)] == [near(0, 0.4, 0, 0), near(0, 0, 0.5, 0)]


# what can't be measured


def knockout(pdf: Pdf) -> dict[str, Any]:
    return {"XObject": {"X": form(pdf, ALL, Group=Dictionary(S=Name.Transparency, K=True))}}


def rgb_group(pdf: Pdf) -> dict[str, Any]:
    return {"XObject": {"X": form(pdf, ALL, Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB))}}


def endless(pdf: Pdf) -> dict[str, Any]:
    made = form(pdf, b"/X Do")
    made.Resources = Dictionary(XObject=Dictionary(X=made))
    return {"XObject": {"X": made}}


def coloured_letters(pdf: Pdf) -> dict[str, Any]:
    letter = pdf.make_stream(b"500 0 d0 1 0 0 rg 0 0 500 500 re f")
    return {"Font": {"F": Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=letter))}}


def short_image(pdf: Pdf) -> dict[str, Any]:
    return {"XObject": {"X": image(pdf, b"abc", 9, 9, Name.DeviceCMYK)}}


def rgb_image(pdf: Pdf) -> dict[str, Any]:
    return {"XObject": {"X": image(pdf, b"abc", 1, 1, Name.DeviceRGB)}}


def masked_tiles(pdf: Pdf) -> dict[str, Any]:
    return {"Pattern": {"P": cell(pdf, b"", 1)}, "ExtGState": {"S": luminosity(pdf, b"1 g")["Mask"]}}


def state(**entries: Any) -> Callable[[Pdf], dict[str, Any]]:
    return lambda _: {"ExtGState": {"S": Dictionary(**entries)}}


def nothing(_: Pdf) -> dict[str, Any]:
    return {}


LAB = Array([Name.Lab, Dictionary(WhitePoint=[0.96, 1, 0.82])])


@pytest.mark.parametrize(
    ("content", "make", "words"),
    [
        (b"1 0 0 rg " + ALL, nothing, "colors in RGB"),
        (b"/X Do", rgb_image, "colors in RGB"),
        (b"/La cs 50 0 0 scn " + ALL, lambda _: {"ColorSpace": {"La": LAB}}, "colors in Lab"),
        (b"/S gs " + ALL, state(BM=Name.Hue), "the mode Hue"),
        (b"/S gs " + ALL, state(BM=Array([Name.Luminosity, Name.Normal])), "the mode Luminosity"),
        (b"/S gs " + ALL, state(TR=Dictionary(FunctionType=2)), "a transfer function"),
        (b"/X Do", knockout, "a knockout group"),
        (b"/X Do", rgb_group, "another color space than CMYK"),
        (b"/Pattern cs /P scn /S gs " + ALL, masked_tiles, "a tiling pattern under a soft mask"),
        (b"/X Do", endless, "forms in forms without end"),
        (b"/X Do", short_image, "an image with less data"),
        (b"/X Do", nothing, "X is not among its resources"),
        (b"BT /F 9 Tf ET", coloured_letters, "a Type 3 font"),
        (b"0 0 0 1 k (", nothing, "can't be read"),
        (b"one k", nothing, "can't be read"),
    ],
)
def test_what_cannot_be_measured_is_said(content: bytes, make: Callable[[Pdf], dict[str, Any]], words: str) -> None:
    pdf = Pdf.new()
    with pytest.raises(NotChecked, match=words):
        plates_of(content, pdf, **make(pdf))


def test_what_is_not_drawn_is_no_matter() -> None:
    pdf = Pdf.new()
    unused = {"ColorSpace": {"La": LAB, "DefaultGray": LAB}, **rgb_image(pdf), **state(BM=Name.Hue)(pdf)}
    assert at(plates_of(b".5 g " + ALL, pdf, **unused), 20, 20) == near(0, 0, 0, 0.5)


# pages


def test_the_box_is_that_of_the_bleed() -> None:
    pdf = page_pdf(b"1 0 0 0 k -100 -100 300 300 re f 0 1 0 0 k 12 14 5 6 re f")
    page = pdf.pages[0].obj
    page.MediaBox, page.BleedBox, page.Rotate = [0, 0, 100, 100], [10, 12, 31, 42], 90
    found = plates(saved(pdf), 1)
    assert found.box == Box(10, 12, 31, 42)
    assert found.m.shape == (30, 21)
    rows, columns = np.nonzero(found.m > 0.9)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (22, 27, 2, 6)
    assert found.box_of(0, 22, 21, 28).as_list() == [10, 14, 31, 20]
    page.UserUnit = 2
    assert plates(saved(pdf), 1, 36).m.shape == (30, 21)
    del page.BleedBox
    del page.MediaBox
    pdf.pages[0].obj.Parent.MediaBox = [0, 0, 50, 20]
    assert plates(saved(pdf), 1, 36).box == Box(0, 0, 50, 20)


def test_many_pages_in_their_order() -> None:
    pdf = Pdf.new()
    for number in range(20):
        page_pdf(b"%.2f 0 0 0 k " % (number / 20) + ALL, pdf)
    for number in (3, 17):  # an overprint that needs each plate alone
        pdf.pages[number].obj.Resources = Dictionary(ExtGState=Dictionary(**OVER))
        pdf.pages[number].obj.Contents = pdf.make_stream(GROUND + b"/Over gs 0 .3 0 0 k " + ALL)
    pdf.pages[5].obj.Contents = pdf.make_stream(b"1 0 0 rg " + ALL)
    wanted = [20, *range(1, 20)]
    found = dict(separated(saved(pdf), wanted))
    assert list(found) == wanted
    for number in range(20):
        inks = found[number + 1]
        if number == 5:
            assert isinstance(inks, NotChecked)
            continue
        assert isinstance(inks, Plates)
        expected = (0.8, 0.3, 0, 0) if number in {3, 17} else (number / 20, 0, 0, 0)
        assert at(inks, 20, 20) == near(*expected)


def test_large_pictures_are_separated_a_few_pages_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = Pdf.new()
    for number in range(5):
        made = image(pdf, bytes([51 * number, 0, 0, 0]), 1, 1, Name.DeviceCMYK)
        page_pdf(GROUND + PLACED + b" /Over gs 0 .3 0 0 k 0 0 9 9 re f", pdf, XObject={"Im": made}, ExtGState=OVER)
    monkeypatch.setattr("policybook.preflight.press.plates._PIXELS_AT_ONCE", 1)
    found = dict(separated(saved(pdf), range(1, 6)))
    assert [at(plates, 20, 20) for plates in found.values() if isinstance(plates, Plates)] == [
        near(0.2 * number, 0, 0, 0) for number in range(5)
    ]


def test_a_page_that_cannot_be_read_is_said_and_the_others_are_measured() -> None:
    pdf = Pdf.new()
    for _ in range(3):
        page_pdf(b".5 g " + ALL, pdf)
    pdf.pages[0].obj.BleedBox = [100, 100, 200, 200]
    pdf.pages[2].obj.Contents = Array([Dictionary()])
    found = dict(separated(saved(pdf), (1, 2, 3)))
    assert "outside of its MediaBox" in str(found[1])
    assert isinstance(found[2], Plates)
    assert at(found[2], 20, 20) == near(0, 0, 0, 0.5)
    assert "can't be read" in str(found[3])


def test_the_content_of_a_page_may_be_in_pieces() -> None:
    pdf = page_pdf(b"")
    pdf.pages[0].obj.Contents = Array([pdf.make_stream(b".1 .2 .3 .4 k"), pdf.make_stream(ALL)])
    assert at(plates(saved(pdf), 1), 20, 20) == near(0.1, 0.2, 0.3, 0.4)
    del pdf.pages[0].obj.Contents
    assert at(plates(saved(pdf), 1), 20, 20) == near(0, 0, 0, 0)


def test_the_means_of_a_page() -> None:
    data = saved(page_pdf(b".8 0 0 .4 k 0 0 20 20 re f"))
    assert page_coverage(data, 1) == pytest.approx((0.2, 0, 0, 0.1), abs=0.002)


def test_the_same_file_gives_the_same_plates() -> None:
    data = saved(page_pdf(GROUND + b"/Over gs 0 .3 0 .5 k 3 3 20 20 re f", ExtGState=OVER))
    assert np.array_equal(plates(data, 1).inks, plates(data, 1).inks)
