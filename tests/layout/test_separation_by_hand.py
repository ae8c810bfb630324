"""What the layout engine never writes, in inks: documents that are stated operator by operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import ImageCms

from policybook.diagnostics import ContentError
from policybook.prepress.builds import builds
from policybook.prepress.inks import Inks
from policybook.prepress.separation import separate
from tests.conftest import ROOT
from tests.layout.drawn_by_hand import CAL_GRAY, CAL_RGB, LAB, axial, drawn, form, image, ramp, saved, space, stream
from tests.layout.inks_used import ends

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
INKS = Inks(PROFILE, builds((ROOT / "styles" / "tokens.css").read_text("utf-8")), 300)
RED = (0, 0.85, 0.7, 0.45)
RED_RGB = (154 / 255, 42 / 255, 42 / 255)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

Make = Callable[[Pdf], dict[str, Any]]


def words(content: bytes, make: Make | None = None) -> list[bytes]:
    """The lines of a page's content in inks."""
    pdf = drawn(content, make)
    return separate(pdf, INKS)[0].content.splitlines()


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
        half,
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
