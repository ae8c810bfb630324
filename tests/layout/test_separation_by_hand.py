"""What the layout engine never writes, in inks: documents that are stated operator by operator."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageCms

from policybook.codes import CODES
from policybook.codes import _error as error
from policybook.diagnostics import ContentError
from policybook.prepress.builds import builds
from policybook.prepress.inks import Inks
from policybook.prepress.separation import separate
from tests.conftest import ROOT
from tests.layout.drawn_by_hand import CAL_GRAY, CAL_RGB, LAB, drawn, form, image, ramp, saved, stream
from tests.layout.inks_used import ends, outputs, used

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
INKS = Inks(PROFILE, builds((ROOT / "styles" / "tokens.css").read_text("utf-8")), 300)
RED = (0, 0.85, 0.7, 0.45)
RED_RGB = (154 / 255, 42 / 255, 42 / 255)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

Make = Callable[[Pdf], dict[str, Any]]


@pytest.fixture(autouse=True)
def _codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes of this module's findings, whether or not they are listed yet."""
    if "INKS001" not in CODES:
        monkeypatch.setitem(CODES, "INKS001", error("what can't be separated", "draw it in another way"))


def words(content: bytes, make: Make | None = None) -> list[bytes]:
    """The lines of a page's content in inks."""
    pdf = drawn(content, make)
    return separate(pdf, INKS)[0].content.splitlines()


def space(*parts: Any) -> Make:
    """Resources with one colour space, named C."""
    return lambda pdf: {"/ColorSpace": Dictionary(C=Array([part(pdf) if callable(part) else part for part in parts]))}


def icc_profile(data: bytes, count: int) -> Callable[[Pdf], Stream]:
    """A stream with an ICC profile."""
    return lambda pdf: stream(pdf, data, N=count)


def numbers(line: bytes) -> tuple[float, ...]:
    """The operands of a line."""
    return tuple(float(word) for word in line.split()[:-1])


# colours


def test_device_colours_become_inks() -> None:
    found = words(b"0.603922 0.164706 0.164706 rg\n0 0 0 RG\n.5 g\n0 G\n0 .2 .4 0 k\n0 0 1 0 K")
    half = b"0 0 0 %g k" % INKS.colour(0.5, 0.5, 0.5)[3]
    assert found == [
        b"0 0.85 0.7 0.45 k",
        b"0 0 0 1 K",
        b"0 0 0 " + half + b" k",
        b"0 0 0 1 K",
        b"0 .2 .4 0 k",
        b"0 0 1 0 K",
    ]


@pytest.mark.parametrize(
    ("make", "operands"),
    [
        (space(Name.DeviceRGB), b"0.603922 0.164706 0.164706"),
        (space(Name.ICCBased, icc_profile(SRGB, 3)), b"0.603922 0.164706 0.164706"),
        (space(Name.ICCBased, icc_profile(b"broken", 3)), b"0.603922 0.164706 0.164706"),
        (space(Name.CalRGB, CAL_RGB[1]), b"0.6077 0.1663 0.1663"),
        (space(Name.Lab, LAB[1]), b"36.1 46.5 28.8"),
        (space(Name.Indexed, Name.DeviceRGB, 1, String(bytes([0, 0, 0, 154, 42, 42]))), b"1"),
        (space(Name.Separation, Name.Brand, Name.DeviceRGB, ramp([1, 1, 1], list(RED_RGB))), b"1"),
        (space(Name.DeviceN, Array([Name.Brand]), Name.DeviceRGB, ramp([1, 1, 1], list(RED_RGB))), b"1"),
    ],
    ids=["DeviceRGB", "ICCBased", "broken profile", "CalRGB", "Lab", "Indexed", "Separation", "DeviceN"],
)
def test_colours_of_a_space_become_inks(make: Make, operands: bytes) -> None:
    found = words(b"/C cs\n" + operands + b" scn\n/C CS\n" + operands + b" SC\n0 0 5 5 re", make)
    assert [line.split()[-1] for line in found] == [b"k", b"k", b"K", b"K", b"re"]
    assert numbers(found[1]) == numbers(found[3])
    # a way of rounding may be a level off, and then the profile's inks are used: they look the same
    near = INKS.lightness(np.array([numbers(found[1])]))[0] - INKS.lightness(np.array([RED]))[0]
    assert abs(near) < 3
    assert numbers(found[1])[1] > 0.8


@pytest.mark.parametrize(
    ("make", "operands", "build"),
    [
        (space(Name.ICCBased, icc_profile(PROFILE, 4)), b".1 .2 .3 .4", (0.1, 0.2, 0.3, 0.4)),
        (space(Name.Separation, Name.Black, Name.DeviceGray, ramp([1], [0])), b".7", (0, 0, 0, 0.7)),
        (space(Name.DeviceN, Array([Name.Cyan, Name.Yellow]), Name.DeviceRGB, 0), b".7 .2", (0.7, 0, 0.2, 0)),
        (space(Name.CalGray, CAL_GRAY[1]), b"0", (0, 0, 0, 1)),
        (space(Name.ICCBased, icc_profile(b"", 1)), b"0", (0, 0, 0, 1)),
        (space(Name.DeviceGray), b"1", (0, 0, 0, 0)),
    ],
    ids=["CMYK profile", "Black", "Cyan and Yellow", "CalGray", "gray profile", "DeviceGray"],
)
def test_inks_and_grays_of_a_space_keep_their_numbers(make: Make, operands: bytes, build: tuple[float, ...]) -> None:
    assert numbers(words(b"/C cs\n" + operands + b" sc", make)[1]) == build


def test_a_space_starts_with_its_initial_colour() -> None:
    assert words(b"/C cs 0 0 5 5 re f", space(Name.DeviceRGB)) == [b"0 0 0 1 k 0 0 5 5 re f"]
    assert words(b"/DeviceRGB CS 0 0 5 5 re S") == [b"0 0 0 1 K 0 0 5 5 re S"]


def test_a_space_holds_until_its_state_is_restored() -> None:
    found = words(b"/C cs\nq\n/DeviceGray cs\n1 sc\nQ\n1 1 1 sc", space(Name.DeviceRGB))
    assert found == [b"0 0 0 1 k", b"q", b"0 0 0 1 k", b"0 0 0 0 k", b"Q", b"0 0 0 0 k"]


def test_default_spaces_stand_for_the_device_s() -> None:
    make: Make = lambda pdf: {"/ColorSpace": Dictionary(DefaultRGB=Array([Name.ICCBased, stream(pdf, SRGB, N=3)]))}  # noqa: E731
    pdf = drawn(b"0.603922 0.164706 0.164706 rg", make)
    assert separate(pdf, INKS)[0].content == b"0 0.85 0.7 0.45 k"
    assert "/ColorSpace" not in pdf.pages[0].obj.Resources


def test_all_and_none_stand_for_themselves() -> None:
    make = space(Name.Separation, Name.All, Name.DeviceRGB, ramp([1, 1, 1], [0, 0, 0]))
    pdf = drawn(b"/C CS 1 SCN 0 0 m 9 9 l S", make)
    assert separate(pdf, INKS)[0].content == b"/C CS 1 SCN 0 0 m 9 9 l S"
    kept = pdf.pages[0].obj.Resources.ColorSpace.C
    assert (kept[1], kept[2], [float(x) for x in kept[3].C1]) == (Name.All, Name.DeviceCMYK, [1, 1, 1, 1])


@pytest.mark.parametrize(
    ("content", "head"),
    [
        (b"0 0 9 9 re f", b"0 0 0 1 k"),
        (b"0 0 9 9 re S", b"0 0 0 1 K"),
        (b"0 0 9 9 re B", b"0 0 0 1 k 0 0 0 1 K"),
        (b"BT /F 9 Tf (a) Tj ET", b"0 0 0 1 k"),
        (b"BT /F 9 Tf 1 Tr (a) Tj ET", b"0 0 0 1 k 0 0 0 1 K"),
        (b"q 0 g Q 0 0 9 9 re f", b"0 0 0 1 k"),
    ],
)
def test_a_page_in_the_initial_black_is_printed_in_black_ink(content: bytes, head: bytes) -> None:
    edited = separate(drawn(content), INKS)[0]
    assert edited.content.splitlines()[0] == head
    assert edited.moved(content.index(b"9")) == edited.content.index(b"9")


@pytest.mark.parametrize("content", [b"0 g 0 0 9 9 re f", b"0 0 9 9 re n", b"q 0 g 0 0 9 9 re f Q"])
def test_a_page_that_sets_its_colours_gets_no_other(content: bytes) -> None:
    assert separate(drawn(content), INKS)[0].content == content.replace(b"0 g", b"0 0 0 1 k")


# pictures


def pictured(data: bytes, size: tuple[int, int], colours: Any, bits: int = 8, **entries: Any) -> Any:
    """A picture in inks; its file stays open with it."""

    def make(pdf: Pdf) -> dict[str, Any]:
        stated = colours(pdf) if callable(colours) else colours
        extra = {key: value(pdf) if callable(value) else value for key, value in entries.items()}
        return {"/XObject": Dictionary(I=image(pdf, data, size, stated, bits, **extra))}

    pdf = drawn(b"99 0 0 99 0 0 cm /I Do", make)
    separate(pdf, INKS)
    _OPEN.append(pdf)
    (found,) = used(pdf.pages[0]).pictures
    return found


_OPEN: list[Pdf] = []


def table(picture: Any) -> list[tuple[int, ...]]:
    """The palette of a picture."""
    assert picture.ColorSpace[0] == Name.Indexed
    assert picture.ColorSpace[1] == Name.DeviceCMYK
    return [tuple(entry) for entry in np.frombuffer(bytes(picture.ColorSpace[3]), np.uint8).reshape(-1, 4).tolist()]


BUILD = tuple(round(part * 255) for part in RED)


def test_a_palette_becomes_inks_and_its_samples_stay() -> None:
    entries = String(bytes([255, 255, 255, 154, 42, 42, 0, 0, 0, 20, 90, 200]))
    picture = pictured(b"\x1b\xe4", (4, 2), Array([Name.Indexed, Name.DeviceRGB, 3, entries]), 2)
    assert picture.read_bytes() == b"\x1b\xe4"
    assert table(picture)[:3] == [(0, 0, 0, 0), BUILD, (0, 0, 0, 255)]
    assert int(picture.BitsPerComponent) == 2


def test_a_palette_in_lab_becomes_inks() -> None:
    entries = String(bytes([255, 128, 128, 92, 175, 157]))
    picture = pictured(b"\x40", (2, 1), Array([Name.Indexed, Array(LAB), 1, entries]), 1)
    assert table(picture)[0] == (0, 0, 0, 0)
    assert table(picture)[1][1] > 200


def test_a_colour_key_of_a_palette_stays() -> None:
    entries = String(bytes([255, 255, 255, 154, 42, 42]))
    picture = pictured(b"\x40", (2, 1), Array([Name.Indexed, Name.DeviceRGB, 1, entries]), 1, Mask=Array([0, 0]))
    assert [int(x) for x in picture.Mask] == [0, 0]


def test_one_bit_stays_one_bit() -> None:
    picture = pictured(b"\xa5\x5a", (8, 2), Name.DeviceGray, 1, Interpolate=True, Decode=Array([1, 0]))
    assert picture.read_bytes() == b"\xa5\x5a"
    assert (picture.ColorSpace, int(picture.BitsPerComponent)) == (Name.DeviceGray, 1)
    assert [int(x) for x in picture.Decode] == [1, 0]
    assert "/Interpolate" not in picture


def test_a_stencil_is_not_touched() -> None:
    make: Make = lambda pdf: {  # noqa: E731
        "/XObject": Dictionary(
            I=stream(pdf, b"\xa5", Subtype=Name.Image, ImageMask=True, Width=8, Height=1, BitsPerComponent=1)
        )
    }
    pdf = drawn(b"0.603922 0.164706 0.164706 rg 9 0 0 9 0 0 cm /I Do", make)
    assert separate(pdf, INKS)[0].content.startswith(b"0 0.85 0.7 0.45 k")
    assert pdf.pages[0].obj.Resources.XObject.I.read_bytes() == b"\xa5"


@pytest.mark.parametrize(("bits", "data"), [(2, b"\x1b"), (4, b"\x05\xaf"), (8, b"\x00\x55\xaa\xff")])
def test_gray_keeps_its_samples(bits: int, data: bytes) -> None:
    picture = pictured(data, (4, 1), Name.DeviceGray, bits)
    assert picture.read_bytes() == data
    tints = table(picture)
    assert len(tints) == 1 << bits
    assert (tints[0], tints[-1]) == ((0, 0, 0, 255), (0, 0, 0, 0))
    assert all(tint[:3] == (0, 0, 0) for tint in tints)


def test_gray_that_is_turned_over_stays_so() -> None:
    picture = pictured(b"\x00\x55\xaa\xff", (4, 1), Name.DeviceGray, Decode=Array([1, 0]))
    assert (table(picture)[0], table(picture)[255]) == ((0, 0, 0, 0), (0, 0, 0, 255))
    assert "/Decode" not in picture


def test_sixteen_bits_become_eight() -> None:
    gray = pictured(b"\x00\x00\x80\x00\xff\xff", (3, 1), Name.DeviceGray, 16)
    assert (gray.read_bytes(), int(gray.BitsPerComponent)) == (b"\x00\x80\xff", 8)
    colour = pictured(bytes([154, 154, 42, 42, 42, 42]) * 2, (2, 1), Name.DeviceRGB, 16)
    assert table(colour) == [BUILD]
    inks = pictured(bytes(range(0, 128, 16)), (1, 1), Name.DeviceCMYK, 16)
    assert (len(inks.read_bytes()), inks.ColorSpace) == (4, Name.DeviceCMYK)


def test_a_decode_array_of_colours_is_obeyed() -> None:
    turned = bytes(255 - level for level in (154, 42, 42))
    picture = pictured(turned * 4, (2, 2), Name.DeviceRGB, Decode=Array([1, 0] * 3))
    assert table(picture) == [BUILD]
    assert "/Decode" not in picture


def test_a_colour_key_becomes_a_stencil() -> None:
    data = bytes([255, 255, 255, 154, 42, 42, 254, 255, 255, 0, 0, 0])
    picture = pictured(data, (2, 2), Name.DeviceRGB, Mask=Array([250, 255, 250, 255, 250, 255]))
    assert picture.Mask.ImageMask
    assert picture.Mask.read_bytes() == bytes([0b10000000, 0b10000000])  # 1 is left out (8.9.6.2)


def test_a_matte_is_taken_out() -> None:
    soft: Callable[[Pdf], Stream] = lambda pdf: image(  # noqa: E731
        pdf, b"\x80\xff", (2, 1), Name.DeviceGray, Matte=Array([1, 1, 1])
    )
    blended = bytes(round(255 + (level - 255) * 128 / 255) for level in (154, 42, 42)) + bytes([154, 42, 42])
    picture = pictured(blended, (2, 1), Name.DeviceRGB, SMask=soft)
    assert "/Matte" not in picture.SMask
    assert picture.SMask.read_bytes() == b"\x80\xff"
    inks = np.array(table(picture), int)[np.frombuffer(picture.read_bytes(), np.uint8)]
    assert (abs(inks[0] - inks[1]) < 70).all()  # one is the build, the other a level off and the profile's
    assert (inks[:, 1] > 200).all()


@pytest.mark.parametrize("name", ["DeviceRGB", "Lab", "CalRGB", "ICCBased"])
def test_photographs_of_any_space_become_inks(name: str) -> None:
    data = np.random.default_rng(7).integers(60, 200, (24, 24, 3)).astype(np.uint8).tobytes()
    spaces: dict[str, Any] = {
        "DeviceRGB": Name.DeviceRGB,
        "Lab": Array(LAB),
        "CalRGB": Array(CAL_RGB),
        "ICCBased": lambda pdf: Array([Name.ICCBased, stream(pdf, SRGB, N=3)]),
    }
    picture = pictured(data, (24, 24), spaces[name])
    assert picture.ColorSpace == Name.DeviceCMYK
    assert len(picture.read_bytes()) == 24 * 24 * 4


def test_a_separation_s_picture_is_a_palette_of_its_tints() -> None:
    tinted = Array([Name.Separation, Name.Brand, Name.DeviceRGB, ramp([1, 1, 1], list(RED_RGB))])
    picture = pictured(b"\x00\xff", (2, 1), tinted)
    assert (table(picture)[0], table(picture)[255]) == ((0, 0, 0, 0), BUILD)


def test_jpeg_2000_is_read() -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (154, 42, 42)).save(target, "JPEG2000")
    made = pictured(target.getvalue(), (8, 8), Name.DeviceRGB, Filter=Name.JPXDecode)
    assert made.Filter == Name.FlateDecode
    assert table(made) == [BUILD]


def test_a_deflated_jpeg_is_read() -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (154, 42, 42)).save(target, "JPEG", quality=95)
    data = zlib.compress(target.getvalue())
    made = pictured(data, (8, 8), Name.DeviceRGB, Filter=Array([Name.FlateDecode, Name.DCTDecode]))
    assert made.Filter == Name.FlateDecode
    assert table(made)[0][1] > 200


@pytest.mark.parametrize(
    ("entries", "data"),
    [
        (b"/W 2 /H 1 /CS /RGB /BPC 8", bytes([154, 42, 42, 154, 42, 42])),
        (b"/W 2 /H 1 /CS /RGB /BPC 8 /F /AHx", b"9a2a2a9a2a2a>"),
        (b"/W 2 /H 1 /CS [/I /RGB 1 <0000009a2a2a>] /BPC 1", b"\xc0"),
        (b"/W 2 /H 1 /CS /C /BPC 8 /F [/Fl]", zlib.compress(bytes([154, 42, 42] * 2))),
    ],
)
def test_inline_images_become_drawings_in_inks(entries: bytes, data: bytes) -> None:
    content = b"q 9 0 0 9 0 0 cm BI " + entries + b" ID " + data + b"\nEI Q"
    pdf = drawn(content, space(Name.DeviceRGB))
    assert separate(pdf, INKS)[0].content == b"q 9 0 0 9 0 0 cm /Inline1 Do Q"
    (picture,) = used(pdf.pages[0]).pictures
    assert BUILD in table(picture)


def test_an_inline_stencil_stays_in_line() -> None:
    content = b"0 g q 9 0 0 9 0 0 cm BI /W 8 /H 1 /IM true ID \xa5\nEI Q"
    assert separate(drawn(content), INKS)[0].content == content.replace(b"0 g", b"0 0 0 1 k")


# shadings


def shaded(shading: Callable[[Pdf], Any]) -> Any:
    """A shading in inks; its file stays open with it."""
    pdf = drawn(b"/S sh", lambda pdf: {"/Shading": Dictionary(S=shading(pdf))})
    separate(pdf, INKS)
    _OPEN.append(pdf)
    (found,) = used(pdf.pages[0]).shadings
    return found


def axial(function: Any, space: Any = Name.DeviceRGB, **entries: Any) -> Dictionary:
    """A shading from left to right."""
    return Dictionary(ShadingType=2, ColorSpace=space, Coords=Array([0, 0, 100, 0]), Function=function, **entries)


def test_the_middle_of_a_ramp_is_the_middle_in_rgb() -> None:
    found = shaded(lambda _: axial(ramp([1, 0, 0], [0, 1, 0])))
    middle = evaluated(found.Function, 0.5)
    assert middle == pytest.approx(INKS.colour(0.5, 0.5, 0), abs=0.06)
    straight = [(one + other) / 2 for one, other in zip(INKS.colour(1, 0, 0), INKS.colour(0, 1, 0), strict=True)]
    assert abs(middle[0] - straight[0]) > 0.1  # which it would be without the steps


def evaluated(function: Any, x: float) -> list[float]:
    """What a stitching function gives, by the definition (7.10.3, 7.10.4)."""
    if int(function.FunctionType) == 2:
        return [float(a) + x * (float(b) - float(a)) for a, b in zip(function.C0, function.C1, strict=True)]
    edges = [float(function.Domain[0]), *(float(b) for b in function.Bounds), float(function.Domain[1])]
    index = min(sum(x >= edge for edge in edges[1:-1]), len(edges) - 2)
    return evaluated(function.Functions[index], (x - edges[index]) / (edges[index + 1] - edges[index]))


def test_a_ramp_is_as_it_was_whatever_its_function() -> None:
    plain = shaded(lambda _: axial(ramp([*RED_RGB], [1, 1, 1])))
    three = Array([ramp([first], [1]) for first in RED_RGB])
    apart = shaded(lambda _: axial(three))
    sampled = shaded(
        lambda pdf: axial(
            stream(
                pdf,
                bytes([154, 42, 42, 255, 255, 255]),
                FunctionType=0,
                Domain=Array([0, 1]),
                Range=Array([0, 1] * 3),
                Size=Array([2]),
                BitsPerSample=8,
            )
        )
    )
    for x in (0, 0.25, 0.5, 0.9, 1):
        assert evaluated(apart.Function, x) == pytest.approx(evaluated(plain.Function, x), abs=0.005)
        assert evaluated(sampled.Function, x) == pytest.approx(evaluated(plain.Function, x), abs=0.005)
    assert evaluated(plain.Function, 0) == pytest.approx(RED)


def test_a_domain_of_a_shading_is_kept() -> None:
    stretched = Dictionary(FunctionType=2, Domain=Array([2, 4]), C0=Array([1, 1, 1]), C1=Array([0.5, 1, 1]), N=1)
    found = shaded(lambda _: axial(stretched, Domain=Array([2, 4]), Background=Array([*RED_RGB])))
    assert [float(x) for x in found.Function.Domain] == [2, 4]
    assert [float(x) for x in found.Background] == list(RED)


def test_a_shading_of_two_inputs_becomes_a_table() -> None:
    corners = bytes([255, 255, 255, 154, 42, 42, 0, 0, 0, 31, 107, 92])
    entries = {"Domain": Array([0, 1, 0, 1]), "Range": Array([0, 1] * 3), "Size": Array([2, 2]), "BitsPerSample": 8}
    found = shaded(
        lambda pdf: Dictionary(
            ShadingType=1, ColorSpace=Name.DeviceRGB, Function=stream(pdf, corners, FunctionType=0, **entries)
        )
    )
    assert outputs(found.Function) == 4
    table = np.frombuffer(found.Function.read_bytes(), ">u2").reshape(33, 33, 4) / 65535
    assert table[0, 0].tolist() == [0, 0, 0, 0]
    assert table[0, 32].tolist() == pytest.approx(RED, abs=1e-4)  # the first input varies fastest
    assert table[32, 0].tolist() == [0, 0, 0, 1]


def mesh(kind: int, data: bytes, **entries: Any) -> Callable[[Pdf], Stream]:
    """A mesh with 8 bits for all."""
    stated = {"BitsPerCoordinate": 8, "BitsPerComponent": 8, "Decode": Array([0, 100, 0, 100, 0, 1, 0, 1, 0, 1])}
    if kind != 5:
        stated["BitsPerFlag"] = 8
    else:
        stated["VerticesPerRow"] = 2
    return lambda pdf: stream(pdf, data, ShadingType=kind, ColorSpace=Name.DeviceRGB, **{**stated, **entries})


CORNER = bytes([154, 42, 42])
VERTEX = bytes([10, 20]) + CORNER


@pytest.mark.parametrize(
    ("kind", "data", "records", "fixed", "colours"),
    [
        (4, (b"\0" + VERTEX) * 3, 3, 3, 1),
        (5, VERTEX * 4, 4, 2, 1),
        (6, b"\0" + bytes(24) + CORNER * 4, 1, 25, 4),
        (7, b"\0" + bytes(32) + CORNER * 4 + b"\1" + bytes(24) + CORNER * 2, 2, 33, 4),
    ],
)
def test_the_corners_of_meshes_become_inks(kind: int, data: bytes, records: int, fixed: int, colours: int) -> None:
    found = shaded(mesh(kind, data))
    made = found.read_bytes()
    assert (found.ColorSpace, int(found.BitsPerComponent)) == (Name.DeviceCMYK, 16)
    assert [float(x) for x in found.Decode] == [0, 100, 0, 100, *[0, 1] * 4]
    assert made[:fixed] == data[:fixed]
    first = np.frombuffer(made[fixed : fixed + 8 * colours], ">u2").reshape(-1, 4) / 65535
    assert first == pytest.approx(np.tile(RED, (colours, 1)), abs=1e-4)
    if kind < 6:
        assert len(made) == records * (fixed + 8)


def test_a_mesh_with_a_function_keeps_its_data() -> None:
    data = (b"\0" + bytes([10, 20, 128])) * 3
    decode = Array([0, 100, 0, 100, 0, 1])
    found = shaded(mesh(4, data, Function=ramp([*RED_RGB], [1, 1, 1]), Decode=decode))
    assert found.read_bytes() == data
    assert next(ends(found.Function)) == RED


def test_a_mesh_s_bits_may_lie_across_bytes() -> None:
    bits = "".join("00" + format(x, "012b") * 2 + "1001" * 3 for x in (100, 200, 300))
    padded = "".join(
        record + "0" * (-len(record) % 8) for record in (bits[at : at + 38] for at in range(0, len(bits), 38))
    )
    data = int(padded, 2).to_bytes(len(padded) // 8, "big")
    found = shaded(mesh(4, data, BitsPerFlag=2, BitsPerCoordinate=12, BitsPerComponent=4))
    made = format(int.from_bytes(found.read_bytes(), "big"), f"0{len(found.read_bytes()) * 8}b")
    assert len(made) == 3 * 96  # 2 + 24 + 64 bits, padded
    assert made[:26] == bits[:26]
    assert made[96 : 96 + 26] == bits[38 : 38 + 26]


# patterns, forms, masks


def test_patterns_become_inks() -> None:
    cell = {"PatternType": 1, "TilingType": 1, "BBox": Array([0, 0, 9, 9]), "XStep": 9, "YStep": 9}

    def make(pdf: Pdf) -> dict[str, Any]:
        coloured = stream(
            pdf, b"0.603922 0.164706 0.164706 rg 0 0 5 5 re f", PaintType=1, Resources=Dictionary(), **cell
        )
        bare = stream(pdf, b"0 0 5 5 re f", PaintType=2, Resources=Dictionary(), **cell)
        smooth = Dictionary(PatternType=2, Shading=axial(ramp([*RED_RGB], [1, 1, 1])))
        return {
            "/Pattern": Dictionary(P=coloured, U=bare, S=smooth),
            "/ColorSpace": Dictionary(C=Array([Name.Pattern, Name.DeviceRGB])),
        }

    pdf = drawn(b"/Pattern cs /P scn\n/C cs 0.603922 0.164706 0.164706 /U scn\n/Pattern CS /S SCN", make)
    content = separate(pdf, INKS)[0].content
    assert content == b"/Pattern cs /P scn\n/C cs 0 0.85 0.7 0.45 /U scn\n/Pattern CS /S SCN"
    resources = pdf.pages[0].obj.Resources
    assert resources.ColorSpace.C[1] == Name.DeviceCMYK
    assert resources.Pattern.P.read_bytes() == b"0 0.85 0.7 0.45 k 0 0 5 5 re f"
    assert resources.Pattern.U.read_bytes() == b"0 0 5 5 re f"
    assert resources.Pattern.S.Shading.ColorSpace == Name.DeviceCMYK


def test_a_form_is_converted_once_however_many_pages_draw_it() -> None:
    def make(pdf: Pdf) -> dict[str, Any]:
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB, I=True)
        return {"/XObject": Dictionary(F=form(pdf, b"0.603922 0.164706 0.164706 rg 0 0 9 9 re f", {}, Group=group))}

    pdf = drawn(b"q /F Do Q", make, pages=3)
    number = pdf.pages[0].obj.Resources.XObject.F.objgen
    separate(pdf, INKS)
    drawings = [page.obj.Resources.XObject.F for page in pdf.pages]
    assert {drawing.objgen for drawing in drawings} == {number}
    assert drawings[0].read_bytes() == b"0 0.85 0.7 0.45 k 0 0 9 9 re f"
    assert (Name.DeviceCMYK, True) == (drawings[0].Group.CS, drawings[0].Group.I)


def masked(group: Any, **entries: Any) -> Dictionary:
    """A graphics state with a mask of luminosity."""
    return Dictionary(SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity, G=group, **entries))


def test_a_mask_of_luminosity_keeps_its_meaning() -> None:
    def make(pdf: Pdf) -> dict[str, Any]:
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
        picture = image(pdf, bytes([255, 0, 0, 0, 255, 0]), (2, 1), Name.DeviceRGB)
        inner = {
            "/Shading": Dictionary(S=axial(ramp([1, 0, 0], [0, 0, 1]))),
            "/XObject": Dictionary(I=picture),
        }
        content = b"1 0 0 rg 0 0 50 50 re f 0 1 0 0 k 0 0 9 9 re f .4 g q /S sh Q /I Do"
        mask = form(pdf, content, inner, Group=group)
        return {"/ExtGState": Dictionary(M=masked(mask, BC=Array([1, 0, 0])))}

    pdf = drawn(b"/M gs 0 g 0 0 100 100 re f", make)
    separate(pdf, INKS)
    state = pdf.pages[0].obj.Resources.ExtGState.M
    mask = state.SMask.G
    assert Name.DeviceGray == mask.Group.CS
    assert [float(x) for x in state.SMask.BC] == [0.3]
    assert mask.read_bytes() == b"0.3 g 0 0 50 50 re f 0.41 g 0 0 9 9 re f .4 g q /S sh Q /I Do"
    assert list(ends(mask.Resources.Shading.S.Function)) == [(0.3,), (0.11,)]
    assert mask.Resources.XObject.I.ColorSpace == Name.DeviceGray
    assert mask.Resources.XObject.I.read_bytes() == bytes([76, 150])


def test_what_is_drawn_on_a_page_and_in_a_mask_is_in_inks_and_in_gray() -> None:
    def make(pdf: Pdf) -> dict[str, Any]:
        shared = form(pdf, b"1 0 0 rg 0 0 50 50 re f", {})
        mask = form(pdf, b"/F Do", {"/XObject": Dictionary(F=shared)}, Group=Dictionary(CS=Name.DeviceGray))
        return {"/XObject": Dictionary(F=shared), "/ExtGState": Dictionary(M=masked(mask))}

    for content in (b"q /M gs 0 g 0 0 9 9 re f Q /F Do", b"/F Do q /M gs 0 g 0 0 9 9 re f Q"):
        pdf = drawn(content, make)
        separate(pdf, INKS)
        resources = pdf.pages[0].obj.Resources
        assert resources.XObject.F.read_bytes().endswith(b" k 0 0 50 50 re f")
        inside = resources.ExtGState.M.SMask.G.Resources.XObject.F
        assert inside.read_bytes() == b"0.3 g 0 0 50 50 re f"


def test_a_mask_looks_the_same_to_another_reader() -> None:
    def make(pdf: Pdf) -> dict[str, Any]:
        inner = {"/Shading": Dictionary(S=axial(ramp([1, 1, 0], [0, 0, 1])))}
        mask = form(pdf, b"/S sh", inner, Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB))
        return {"/ExtGState": Dictionary(M=masked(mask))}

    pdf = drawn(b"/M gs 0 0 0 1 k 0 0 100 100 re f", make)
    before = picture_of(saved(pdf))
    separate(pdf, INKS)
    after = picture_of(saved(pdf))
    assert np.ptp(before) > 150
    assert np.abs(before - after).max() <= 3


def picture_of(source: bytes) -> np.ndarray:
    """The first page as pdfium draws it."""
    document = pypdfium2.PdfDocument(source)
    try:
        return np.asarray(document[0].render().to_pil().convert("RGB"), float)
    finally:
        document.close()


# refusals


def refusal(content: bytes, make: Make | None = None, pages: int = 1) -> list[str]:
    """What is refused; nothing may be changed then."""
    pdf = drawn(content, make, pages)
    before = saved(pdf)
    with pytest.raises(ContentError) as caught:
        separate(pdf, INKS)
    assert {problem.code for problem in caught.value.problems} == {"INKS001"}
    assert saved(pdf) == before
    return [problem.message for problem in caught.value.problems]


def calculator(pdf: Pdf) -> Stream:
    """A PostScript function."""
    return stream(pdf, b"{ dup dup }", FunctionType=4, Domain=Array([0, 1]), Range=Array([0, 1] * 3))


@pytest.mark.parametrize(
    ("content", "make", "named"),
    [
        (b"/S sh", lambda pdf: {"/Shading": Dictionary(S=axial(calculator(pdf)))}, "type 4 (PostScript)"),
        (
            b"/C cs 1 scn",
            lambda pdf: {
                "/ColorSpace": Dictionary(C=Array([Name.Separation, Name.Gold, Name.DeviceRGB, calculator(pdf)]))
            },
            "the ink Separation Gold by way of a function of type 4",
        ),
        (
            b"BT /F 9 Tf ET",
            lambda _: {"/Font": Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type3))},
            "the Type 3 font F",
        ),
        (b"/X Do", lambda pdf: {"/XObject": Dictionary(X=stream(pdf, b"", Subtype=Name.PS))}, "of the kind PS"),
        (b"/X Do", None, "the name X"),
        (b"/M gs", lambda _: {"/ExtGState": Dictionary(M=Dictionary(TR=ramp([1], [0])))}, "a transfer function"),
        (b"1 0 rg", None, "a colour of 2 components in DeviceRGB"),
        (b"(open", None, "drawing that can't be read"),
        (b"/Q cs", None, "a colour space named Q"),
        (
            b"/I Do",
            lambda pdf: {
                "/XObject": Dictionary(I=image(pdf, b"no JPEG", (1, 1), Name.DeviceRGB, Filter=Name.DCTDecode))
            },
            "a picture whose JPEG can't be read",
        ),
        (
            b"/F Do",
            lambda pdf: {"/XObject": Dictionary(F=form(pdf, b".5 .5 .5 sc", {}))},
            "a colour in a space that is not set where it is drawn",
        ),
    ],
)
def test_what_cant_be_converted_is_named_with_its_page(content: bytes, make: Make | None, named: str) -> None:
    (message,) = refusal(content, make)
    assert message.startswith("page 1 holds ")
    assert named in message


def test_every_page_is_named() -> None:
    assert [message[:6] for message in refusal(b"/X Do", None, pages=2)] == ["page 1", "page 2"]


def test_what_is_not_used_is_not_refused() -> None:
    make: Make = lambda pdf: {"/Shading": Dictionary(S=axial(calculator(pdf)))}  # noqa: E731
    pdf = drawn(b"0 g 0 0 9 9 re f", make)
    separate(pdf, INKS)
    assert "/Shading" not in pdf.pages[0].obj.Resources


def test_resources_of_the_page_tree_are_followed() -> None:
    pdf = drawn(b"/C cs 1 1 1 sc", space(Name.DeviceRGB), pages=2)
    resources = pdf.pages[0].obj.Resources
    pdf.Root.Pages.Resources = Dictionary(dict(resources.items()))
    for page in pdf.pages:
        del page.obj["/Resources"]
    assert [edited.content for edited in separate(pdf, INKS)] == [b"0 0 0 1 k 0 0 0 0 k"] * 2
    assert "/ColorSpace" not in pdf.Root.Pages.Resources


def test_content_in_parts_is_one() -> None:
    pdf = drawn(b"")
    pdf.pages[0].obj.Contents = Array([pdf.make_stream(b"1 0"), pdf.make_stream(b"0 rg 0 0 9 9 re f")])
    edited = separate(pdf, INKS)[0]
    assert edited.content.endswith(b" k 0 0 9 9 re f")
    assert pdf.pages[0].obj.Contents.read_bytes() == edited.content


def test_the_page_s_group_is_blended_in_inks() -> None:
    pdf = drawn(b"")
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    separate(pdf, INKS)
    assert Name.DeviceCMYK == pdf.pages[0].obj.Group.CS
