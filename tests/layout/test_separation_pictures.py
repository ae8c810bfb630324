"""Pictures in inks that the layout engine never writes: any space, any depth, keys, mattes, in line."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageCms

from policybook.prepress.builds import builds
from policybook.prepress.inks import Inks
from policybook.prepress.samples import deflated
from policybook.prepress.separation import separate
from tests.conftest import ROOT
from tests.layout.drawn_by_hand import CAL_RGB, LAB, drawn, image, ramp, space, stream
from tests.layout.inks_used import used
from tests.unit.test_inks import swapped

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
INKS = Inks(PROFILE, builds((ROOT / "styles" / "tokens.css").read_text("utf-8")), 300)
RED = (0, 0.85, 0.7, 0.45)
RED_RGB = (154 / 255, 42 / 255, 42 / 255)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

Make = Callable[[Pdf], dict[str, Any]]


def pictured(data: bytes, size: tuple[int, int], colours: Any, bits: int = 8, **entries: Any) -> Any:
    """A picture in inks."""

    def make(pdf: Pdf) -> dict[str, Any]:
        stated = colours(pdf) if callable(colours) else colours
        extra = {key: value(pdf) if callable(value) else value for key, value in entries.items()}
        return {"/XObject": Dictionary(I=image(pdf, data, size, stated, bits, **extra))}

    pdf = drawn(b"99 0 0 99 0 0 cm /I Do", make)
    separate(pdf, INKS)
    (found,) = used(pdf.pages[0]).pictures
    return found


def table(picture: Any) -> list[tuple[int, ...]]:
    """The palette of a picture."""
    assert picture.ColorSpace[0] == Name.Indexed
    assert picture.ColorSpace[1] == Name.DeviceCMYK
    return [tuple(entry) for entry in np.frombuffer(bytes(picture.ColorSpace[3]), np.uint8).reshape(-1, 4).tolist()]


BUILD = tuple(round(part * 255) for part in RED)


@pytest.mark.parametrize("components", [1, 3, 4])
def test_what_is_deflated_is_read_as_it_was(components: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policybook.prepress.samples._STRIP", 5 * 24 * components)  # strips of five rows
    down, across = np.mgrid[0:33, 0 : 24 * components]
    noise = np.random.default_rng(7).integers(0, 256, across.shape)
    for samples in (across, down * 9, down * across, noise, np.where(down % 2, noise, across)):
        rows = samples.astype(np.uint8)
        with pikepdf.new() as pdf:
            written = pdf.make_stream(b"")
            predicted = Dictionary(Predictor=15, Colors=components, Columns=24)
            written.write(deflated(rows, components), filter=Name.FlateDecode, decode_parms=predicted)
            assert written.read_bytes() == rows.tobytes()


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


def test_the_profile_inside_a_jpeg_is_obeyed() -> None:
    noise = np.random.default_rng(7).integers(0, 30, (32, 32, 3)).astype(np.uint8)
    red = Image.fromarray(noise + np.array([180, 20, 10], np.uint8))
    target = io.BytesIO()
    red.save(target, "JPEG", icc_profile=swapped(), quality=98)
    picture = pictured(target.getvalue(), (32, 32), Name.DeviceRGB, Filter=Name.DCTDecode)
    inks = np.frombuffer(picture.read_bytes(), np.uint8).reshape(-1, 4).mean(axis=0)
    assert inks[0] > inks[2] + 100  # blue, as the profile says, and not red
