"""What pages paint: read as pdfium reads it, and as ISO 32000-1 has it where pdfium does not tell."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from pypdfium2 import PdfDocument, raw

from policybook.geometry import Box
from policybook.preflight.press.painted import Colour
from policybook.preflight.press.painting import Painted, PaintKind, read_page
from policybook.preflight.press.painting_state import IDENTITY, Matrix, image_of, times
from policybook.preflight.press.rules import NotChecked
from tests.preflight.specimen import sound_interior
from tests.unit.bookblock import whole

#: The height of the em box of the test font is 1.2: .9 above the line and .3 below it.
UP, DOWN = 0.9, 0.3


def page_of(content: bytes, **resources: Any) -> Pdf:
    """A file of one page with this content; fonts F (composite) and S (simple) have letters of half an em."""
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    page = pdf.pages[0].obj
    program = pdf.make_stream(b"not read")
    fields: dict[str, Any] = {"/Ascent": 900, "/Descent": -300, "/Flags": 32, "/FontFile2": program}
    described = pdf.make_indirect(Dictionary({"/Type": Name.FontDescriptor, "/FontName": Name.T} | fields))
    cid = Dictionary(
        Subtype=Name.CIDFontType2, FontDescriptor=described, DW=500, W=Array([7, Array([250]), 8, 9, 1000])
    )
    composite = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.T, Encoding=Name("/Identity-H"), DescendantFonts=Array([cid])
    )
    simple = Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name.S,
        FirstChar=32,
        Widths=[500] * 96,
        FontDescriptor=described,
    )
    page.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(composite), S=pdf.make_indirect(simple)))
    for kind, entries in resources.items():
        page.Resources[f"/{kind}"] = Dictionary({f"/{name}": value for name, value in entries.items()})
    page.Contents = pdf.make_stream(content)
    return pdf


def painted(content: bytes | Pdf, **resources: Any) -> tuple[Painted, ...]:
    return tuple(read_page(content if isinstance(content, Pdf) else page_of(content, **resources), 1))


def only(content: bytes | Pdf, **resources: Any) -> Painted:
    (one,) = painted(content, **resources)
    return one


def sides(box: Box) -> tuple[float, ...]:
    return box.left, box.bottom, box.right, box.top


def with_stream(content: bytes, kind: str, data: bytes, **entries: Any) -> Pdf:
    """A page with a resource `X` that is a stream."""
    pdf = page_of(content, **{kind: {}})
    pdf.pages[0].obj.Resources[f"/{kind}"]["/X"] = pdf.make_stream(data, **entries)
    return pdf


# Against pdfium, on pages that the layout engine made.


@cache
def theirs() -> tuple[tuple[tuple[int, Box, float], ...], ...]:
    """What pdfium says each page has: kind, box in default user space, font size in points or pixels per inch."""
    document = PdfDocument(whole())
    pages = []
    for number in range(len(document)):
        page = document[number]
        pages.append(tuple(_objects(page.raw, raw.FPDFPage_GetObject, raw.FPDFPage_CountObjects(page.raw), IDENTITY)))
    return tuple(pages)


def _objects(holder: Any, get: Any, count: int, around: Matrix) -> Iterator[tuple[int, Box, float]]:
    for index in range(count):
        item = get(holder, index)
        kind = raw.FPDFPageObj_GetType(item)
        given = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, given)
        matrix = times((given.a, given.b, given.c, given.d, given.e, given.f), around)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _objects(item, raw.FPDFFormObj_GetObject, raw.FPDFFormObj_CountObjects(item), matrix)
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        raw.FPDFPageObj_GetBounds(item, *(ctypes.byref(edge) for edge in edges))
        size = ctypes.c_float()
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            raw.FPDFTextObj_GetFontSize(item, ctypes.byref(size))
        yield kind, image_of(Box(*(edge.value for edge in edges)), around), size.value * abs(matrix[3])


def both(kind: PaintKind, number: int) -> list[tuple[Painted, Box, float]]:
    """Ours beside theirs, of all pages."""
    pairs = []
    with pikepdf.open(io.BytesIO(whole())) as pdf:
        for page, objects in enumerate(theirs(), start=1):
            ours = [each for each in read_page(pdf, page) if each.kind is kind]
            other = [(box, size) for each, box, size in objects if each == number and box.left < box.right]
            assert len(ours) == len(other)
            pairs += [(mine, *rest) for mine, rest in zip(ours, other, strict=True)]
    return pairs


def test_text_is_as_large_as_pdfium_says_and_stands_where_its_letters_are() -> None:
    pairs = both(PaintKind.TEXT, raw.FPDF_PAGEOBJ_TEXT)
    assert len(pairs) > 20
    for mine, box, size in pairs:
        assert mine.text is not None
        assert mine.text.embedded
        assert mine.text.subtype == "CIDFontType2"
        assert mine.text.size == pytest.approx(size, abs=0.001)
        assert mine.box.bottom < box.bottom + 0.01
        assert mine.box.top > box.top - 0.01
        # Side bearings, and blanks at the ends, which are in pdfium's boxes and not in ours.
        assert mine.box.left == pytest.approx(box.left, abs=0.3 * size)
        assert mine.box.right == pytest.approx(box.right, abs=0.3 * size)
    assert len({round(size, 2) for _, _, size in pairs}) > 2


def test_pictures_stand_where_pdfium_has_them_in_as_many_pixels_to_the_inch() -> None:
    pairs = both(PaintKind.IMAGE, raw.FPDF_PAGEOBJ_IMAGE)
    assert len(pairs) == 2
    for (mine, box, _), points in zip(pairs, (60, 90), strict=True):
        assert sides(mine.box) == pytest.approx(sides(box), abs=0.01)
        assert mine.image is not None
        assert (mine.image.width, mine.image.height, mine.image.bits) == (24, 12, 8)
        assert mine.image.ppi == pytest.approx(72 * 24 / points)


def test_what_is_half_transparent_and_what_is_an_artifact_says_so() -> None:
    with pikepdf.open(io.BytesIO(whole())) as pdf:
        things = [each for page in range(1, len(pdf.pages) + 1) for each in read_page(pdf, page)]
    assert any(each.alpha == pytest.approx(0.5) for each in things if each.text is not None)
    assert {each.artifact for each in things if each.text is not None} == {True, False}
    assert {each.colour.space for each in things} == {"DeviceRGB"}


# The sound press file.


def test_a_sound_press_file_reads_as_it_was_written() -> None:
    things = tuple(read_page(sound_interior(), 1))
    text = [each for each in things if each.text is not None]
    assert all(each.text is not None and each.text.size == 10 for each in text)
    assert all(each.colour.is_black and each.overprints for each in text)
    (picture,) = [each.image for each in things if each.image is not None]
    assert picture.ppi == pytest.approx(300)
    marks = [each for each in things if each.colour.space == "Separation"]
    assert {each.width for each in marks} == {0.25}
    assert {each.colour.spots for each in marks} == {("All",)}


# Places and sizes.


def test_boxes_follow_the_matrix_and_are_clipped() -> None:
    assert sides(only(b"2 0 0 -1 10 100 cm 0 0 20 30 re f").box) == (10, 70, 50, 100)
    assert sides(only(b"10 10 20 20 re W n 0 0 15 100 re f").box) == (10, 10, 15, 30)
    assert painted(b"10 10 20 20 re W n 50 50 5 5 re f") == ()
    assert painted(b"10 10 20 20 re W n 30 10 5 5 re f") == ()
    assert painted(b"250 10 20 20 re f") == ()
    assert sides(only(b"q 10 10 2 2 re W n Q 0 0 50 50 re f").box) == (0, 0, 50, 50)


def test_a_curve_is_as_wide_as_it_bulges_and_not_as_its_handles() -> None:
    box = only(b"100 100 m 100 140 150 140 150 100 c f").box
    assert sides(box) == pytest.approx((100, 100, 150, 130))
    assert sides(only(b"0 0 m 50 60 60 0 v f").box) == pytest.approx((0, 0, 60, 26.6667), abs=0.01)
    assert sides(only(b"0 0 m 0 60 60 60 y f").box) == (0, 0, 60, 60)


def test_a_stroke_is_as_wide_as_its_thinner_axis_and_its_box_has_its_width() -> None:
    line = only(b".5 0 0 2 0 0 cm 3 w 20 20 m 60 20 l S")
    assert line.kind is PaintKind.STROKE
    assert line.width == pytest.approx(1.5)
    assert sides(line.box) == (10, 37, 30, 43)
    turned = only(b".6 .8 -.8 .6 50 50 cm 2 w 1 J 0 0 m 10 0 l S")
    assert turned.width == pytest.approx(2)
    assert sides(turned.box) == pytest.approx((49, 49, 57, 59))
    assert only(b"0 w 0 0 m 9 9 l S").width == 0
    assert only(b"/G gs 0 0 m 9 9 l S", ExtGState={"G": Dictionary(LW=0.4)}).width == pytest.approx(0.4)


def test_a_rule_drawn_as_an_area_has_a_width_and_a_shape_with_curves_has_none() -> None:
    assert only(b"10 10 50 .2 re f").width == pytest.approx(0.2)
    assert only(b"0 20 50 .3 re W n 0 0 100 100 re f").width == pytest.approx(0.3)
    assert only(b"10 10 m 20 30 40 30 50 10 c f").width is None
    assert only(b"50 50 m 90 90 l 10 90 l h W n 0 60 100 1 re f").width is None


def test_a_flat_shape_is_not_filled_where_its_stroke_covers_it() -> None:
    assert [each.kind for each in painted(b"0 5 m 9 5 l B")] == [PaintKind.STROKE]
    assert [each.kind for each in painted(b"0 5 m 9 5 l 9 9 l b")] == [PaintKind.FILL, PaintKind.STROKE]
    assert only(b"0 5 m 9 5 l f").width == 0


def test_points_are_those_of_the_paper_where_the_unit_is_larger() -> None:
    pdf = page_of(b"1 w 0 0 m 9 9 l S BT /F 10 Tf <0001> Tj ET q 10 0 0 10 0 0 cm /X Do Q", XObject={})
    image = pdf.make_stream(b"\0" * 100, Subtype=Name.Image, Width=10, Height=10, BitsPerComponent=8)
    image.ColorSpace = Name.DeviceGray
    pdf.pages[0].obj.Resources.XObject.X = image
    pdf.pages[0].obj.UserUnit = 2
    line, text, picture = painted(pdf)
    assert line.width == 2
    assert text.text is not None
    assert text.text.size == 20
    assert picture.image is not None
    assert picture.image.ppi == 36
    assert sides(picture.box) == (0, 0, 10, 10)


# Text.


def test_text_stands_and_moves_as_its_widths_and_operators_say() -> None:
    one, two = painted(b"BT /F 10 Tf 20 100 Td <00010001> Tj <0007> Tj ET")
    assert sides(one.box) == pytest.approx((20, 100 - 10 * DOWN, 30, 100 + 10 * UP))
    assert (two.box.left, two.box.right) == pytest.approx((30, 32.5))
    moved = only(b"BT /F 10 Tf 20 100 Td [200 <0001> -1000 <0008>] TJ ET").box
    assert (moved.left, moved.right) == pytest.approx((18, 18 + 5 + 10 + 10))
    spaced = only(b"BT /S 10 Tf 3 Tc 4 Tw 50 Tz 5 Ts 20 100 Td (a b) Tj ET").box
    assert sides(spaced) == pytest.approx((20, 105 - 3, 20 + (15 + 6 + 4) / 2, 105 + 9))
    lines = painted(b"BT /S 10 Tf 12 TL 20 100 Td (a) Tj (b) ' 1 2 (c) \" T* (d) Tj 0 -20 TD (e) Tj T* (f) Tj ET")
    assert [each.box.bottom + 3 for each in lines] == pytest.approx([100, 88, 76, 64, 44, 24])
    assert lines[0].text is not None
    assert lines[0].text.codes == (97,)


def test_the_size_of_text_is_that_of_the_em_across_the_line() -> None:
    def size(content: bytes) -> float:
        text = only(b"BT /F 10 Tf %s <0001> Tj ET" % content).text
        assert text is not None
        return text.size

    assert size(b"2 0 0 -.5 50 50 Tm") == pytest.approx(5)
    assert size(b".6 .8 -.8 .6 50 50 Tm") == pytest.approx(10)
    assert size(b"1 0 .3 1 50 50 Tm") == pytest.approx(10)
    assert size(b"200 Tz") == pytest.approx(10)
    assert sides(only(b".5 0 0 .5 0 0 cm BT /F 10 Tf 20 100 Td <0001> Tj ET").box) == pytest.approx(
        (10, 48.5, 12.5, 54.5)
    )


def test_blanks_take_room_and_are_not_painted() -> None:
    pdf = page_of(b"BT /F 10 Tf 20 100 Td <000300010003> Tj <0003> Tj <0001> Tj ET")
    mapping = b"1 beginbfrange <0003> <0003> <0020> endbfrange 1 beginbfchar <0001> <0041> endbfchar"
    pdf.pages[0].obj.Resources.Font.F.ToUnicode = pdf.make_stream(mapping)
    one, two = painted(pdf)
    assert (one.box.left, one.box.right, two.box.left) == (25, 30, 40)
    assert painted(b"BT /S 10 Tf (  ) Tj ET") == ()


def test_modes_of_text_fill_stroke_hide_and_clip() -> None:
    show = b"BT /F 10 Tf %d Tr 3 w 1 0 0 rg 0 1 0 RG 20 100 Td <0001> Tj ET 0 0 200 200 re f"
    assert [each.colour.components for each in painted(show % 2)] == [(1, 0, 0), (0, 1, 0), (1, 0, 0)]
    assert painted(show % 1)[0].width == 3
    assert [each.kind for each in painted(show % 3)] == [PaintKind.FILL]
    (clipped,) = painted(show % 7)
    assert sides(clipped.box) == pytest.approx((20, 97, 25, 109))


def test_a_font_is_set_by_parameters_too() -> None:
    pdf = page_of(b"/G gs BT <0001> Tj ET", ExtGState={})
    resources = pdf.pages[0].obj.Resources
    resources.ExtGState.G = Dictionary(Font=Array([resources.Font.F, 7]))
    text = only(pdf).text
    assert text is not None
    assert text.size == 7


def test_the_glyphs_of_a_type_3_font_are_followed_for_colours_of_their_own() -> None:
    pdf = page_of(b"0 0 1 rg BT /T 10 Tf 20 100 Td (ab) Tj ET")
    own = pdf.make_stream(b"1000 0 d0 1 0 0 rg 0 0 500 500 re f")
    plain = pdf.make_stream(b"1000 0 0 0 500 500 d1 0 0 500 500 re f")
    pdf.pages[0].obj.Resources.Font.T = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontMatrix=[0.001, 0, 0, 0.001, 0, 0], FontBBox=[0, 0, 1000, 1000],
        FirstChar=97, Widths=[1000, 1000], Encoding=Dictionary(Differences=[97, Name.own, Name.plain]),
        CharProcs=Dictionary(own=own, plain=plain),
    )  # fmt: skip
    text, glyph = painted(pdf)
    assert [each.colour.components for each in (text, glyph)] == [(0, 0, 1), (1, 0, 0)]
    assert sides(text.box) == pytest.approx((20, 100, 40, 110))
    assert sides(glyph.box) == pytest.approx((20, 100, 25, 105))


# Colours.


def test_colours_are_those_of_the_operators() -> None:
    content = b".1 g 1 1 1 1 re f .1 .2 .3 rg 1 1 1 1 re f .1 .2 .3 .4 k 1 1 1 1 re f .5 G 0 0 m 9 9 l S"
    assert [(each.colour.space, each.colour.components) for each in painted(content)] == [
        ("DeviceGray", (0.1,)),
        ("DeviceRGB", (0.1, 0.2, 0.3)),
        ("DeviceCMYK", (0.1, 0.2, 0.3, 0.4)),
        ("DeviceGray", (0.5,)),
    ]


def test_spaces_are_told_by_family_with_their_colorants() -> None:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 0, 0, 1], N=1)
    spaces = {
        "Sep": Array([Name.Separation, Name.Orange, Name.DeviceCMYK, tint]),
        "Two": Array([Name.DeviceN, Array([Name.Cyan, Name.Orange]), Name.DeviceCMYK, tint]),
        "Lab": Array([Name.Lab, Dictionary(WhitePoint=[1, 1, 1])]),
        "Cal": Array([Name.CalRGB, Dictionary(WhitePoint=[1, 1, 1])]),
        "Ind": Array([Name.Indexed, Name.DeviceRGB, 1, String("abcdef")]),
    }
    pdf = page_of(b"", ColorSpace=spaces)
    pdf.pages[0].obj.Resources.ColorSpace.Icc = Array([Name.ICCBased, pdf.make_stream(b"profile", N=3)])
    used = (b"Sep .5", b"Two .5 .2", b"Lab 50 0 0", b"Cal 1 1 1", b"Ind 1", b"Icc 0 0 0")
    drawn = (b"/%s cs %s scn 1 1 1 1 re f " % tuple(each.split(b" ", 1)) for each in used)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"".join(drawn))
    assert [each.colour for each in painted(pdf)] == [
        Colour("Separation", (0.5,), ("Orange",), "DeviceCMYK"),
        Colour("DeviceN", (0.5, 0.2), ("Cyan", "Orange"), "DeviceCMYK"),
        Colour("Lab", (50, 0, 0)),
        Colour("CalRGB", (1, 1, 1)),
        Colour("Indexed", (1,), (), "DeviceRGB"),
        Colour("ICCBased", (0, 0, 0)),
    ]


def test_a_default_space_takes_the_place_of_a_device_space() -> None:
    pdf = page_of(b"1 0 0 rg 1 1 1 1 re f", ColorSpace={})
    pdf.pages[0].obj.Resources.ColorSpace.DefaultRGB = Array([Name.ICCBased, pdf.make_stream(b"profile", N=3)])
    assert only(pdf).colour.space == "ICCBased"


def test_inks_are_known_of_process_colours_and_of_nothing_that_is_converted() -> None:
    assert Colour("DeviceCMYK", (0, 0, 0, 1)).is_black
    assert Colour("DeviceGray", (0,)).is_black
    assert Colour("Separation", (1,), ("Black",), "DeviceCMYK").is_black
    assert not Colour("DeviceCMYK", (0.01, 0, 0, 1)).is_black
    assert not Colour("DeviceRGB", (0, 0, 0)).is_black
    assert Colour("DeviceRGB", (1, 1, 1)).is_white
    assert Colour("DeviceGray", (1,)).is_white
    assert Colour("DeviceCMYK", (0, 0, 0, 0)).is_white
    assert Colour("Separation", (0,), ("Orange",), "DeviceCMYK").is_white
    assert not Colour("DeviceCMYK").is_white
    assert Colour("Separation", (0.5,), ("All",), "DeviceCMYK").build == (0.5, 0.5, 0.5, 0.5)
    assert Colour("DeviceN", (0.5, 0.2), ("Black", "Cyan"), "DeviceCMYK").build == (0.2, 0, 0, 0.5)
    assert Colour("DeviceN", (0.5, 0.2), ("Black", "Orange"), "DeviceCMYK").build is None
    assert Colour("DeviceCMYK", (0.6, 0, 0, 1)).words == "C 60, K 100"


# Forms, groups, masks, patterns, layers.


def test_a_form_is_read_in_its_own_matrix_box_and_resources() -> None:
    pdf = with_stream(
        b"1 0 0 1 50 50 cm .2 g /X Do 0 0 5 5 re f", "XObject", b"0 0 100 100 re f .9 g",
        Subtype=Name.Form, BBox=[0, 0, 10, 20], Matrix=[2, 0, 0, 2, 0, 0],
    )  # fmt: skip
    inside, after = painted(pdf)
    assert sides(inside.box) == (50, 50, 70, 90)
    assert inside.colour.components == after.colour.components == (0.2,)


def test_transparency_of_a_group_is_in_force_for_all_in_it() -> None:
    pdf = with_stream(
        b"/H gs /X Do", "XObject", b"/Q gs 0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 10, 20],
        Group=Dictionary(S=Name.Transparency),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(
        H=Dictionary(ca=0.5, BM=Name.Multiply), Q=Dictionary(ca=0.5, CA=0.1, BM=Name.Normal)
    )
    one = only(pdf)
    assert (one.alpha, one.blend_mode, one.soft_mask) == (0.25, "Multiply", False)


def test_what_a_soft_mask_draws_is_told_apart() -> None:
    pdf = page_of(b"/M gs 0 0 9 9 re f /N gs 0 0 9 9 re f", ExtGState={})
    group = pdf.make_stream(
        b"0 0 5 5 re f", Subtype=Name.Form, BBox=[0, 0, 5, 5], Group=Dictionary(S=Name.Transparency)
    )
    states = pdf.pages[0].obj.Resources.ExtGState
    states.M = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group))
    states.N = Dictionary(SMask=Name("/None"))
    mask, masked, plain = painted(pdf)
    assert (mask.in_mask, mask.is_visible) == (True, False)
    assert (masked.in_mask, masked.soft_mask, plain.soft_mask) == (False, True, False)


def test_patterns_are_read_where_they_are_painted() -> None:
    pdf = with_stream(
        b"/Pattern cs /X scn 50 50 40 40 re f", "Pattern", b"1 0 0 rg .1 w 0 0 5 5 re B", PatternType=1, PaintType=1,
        TilingType=1, BBox=[0, 0, 10, 10], XStep=10, YStep=10, Matrix=[2, 0, 0, 2, 0, 0],
    )  # fmt: skip
    area, fill, stroke = painted(pdf)
    assert [each.colour.space for each in (area, fill)] == ["Pattern", "DeviceRGB"]
    assert sides(fill.box) == sides(stroke.box) == (50, 50, 90, 90)
    assert stroke.width == pytest.approx(0.2)


def test_an_uncoloured_pattern_has_the_colour_that_it_is_given() -> None:
    pdf = with_stream(
        b"/P cs .1 .2 .3 .4 /X scn 50 50 40 40 re f", "Pattern", b"1 0 0 rg 0 0 5 5 re f", PatternType=1, PaintType=2,
        TilingType=1, BBox=[0, 0, 10, 10], XStep=10, YStep=10,
    )  # fmt: skip
    pdf.pages[0].obj.Resources.ColorSpace = Dictionary(P=Array([Name.Pattern, Name.DeviceCMYK]))
    assert painted(pdf)[1].colour == Colour("DeviceCMYK", (0.1, 0.2, 0.3, 0.4))


def shading(function: Any) -> Dictionary:
    return Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 9, 0], Function=function)


def exponential(outputs: int) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * outputs, C1=[1] * outputs, N=1)


@pytest.mark.parametrize(
    ("function", "outputs"),
    [
        (exponential(3), (3,)),
        (Array([exponential(1)] * 4), (4,)),
        (Dictionary(FunctionType=3, Domain=[0, 1], Functions=[exponential(4), exponential(3)]), (3, 4)),
        (Dictionary(FunctionType=0, Domain=[0, 1], Range=[0, 1] * 4), (4,)),
        (Dictionary(FunctionType=2, Domain=[0, 1], N=1), (1,)),
    ],
)
def test_shadings_tell_how_many_numbers_their_functions_give(function: Any, outputs: tuple[int, ...]) -> None:
    one = only(b"10 10 50 50 re W n /X sh", Shading={"X": shading(function)})
    assert one.kind is PaintKind.SHADING
    assert sides(one.box) == (10, 10, 60, 60)
    assert one.shading is not None
    assert (one.shading.components, one.shading.outputs) == (4, outputs)


def test_a_shading_as_a_pattern_is_read_too() -> None:
    pattern = Dictionary(PatternType=2, Shading=shading(exponential(4)))
    area, gradient = painted(b"/Pattern cs /X scn 50 50 40 40 re f", Pattern={"X": pattern})
    assert (area.kind, gradient.kind) == (PaintKind.FILL, PaintKind.SHADING)
    assert gradient.colour == Colour("DeviceCMYK")
    assert gradient.box == area.box


def test_a_layer_that_is_off_draws_nothing() -> None:
    pdf = page_of(
        b"/OC /On BDC 0 0 1 1 re f EMC /OC /Off BDC 0 0 2 2 re f /OC /On BDC 0 0 3 3 re f EMC EMC 0 0 4 4 re f"
    )
    on, off = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("on", "off"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([on, off]), D=Dictionary(OFF=Array([off])))
    pdf.pages[0].obj.Resources.Properties = Dictionary(On=on, Off=off)
    assert [each.box.right for each in painted(pdf)] == [1, 4]
    pdf.pages[0].obj.Resources.Properties.On = Dictionary(Type=Name.OCMD, OCGs=Array([on, off]), P=Name.AllOn)
    assert [each.box.right for each in painted(pdf)] == [4]


def test_marked_artifacts_are_told() -> None:
    content = b"/Artifact BMC /P <</MCID 0>> BDC 0 0 1 1 re f EMC EMC /P <</MCID 1>> BDC 0 0 1 1 re f EMC"
    assert [each.artifact for each in painted(content)] == [True, False]


# Images.


def test_images_tell_pixels_per_inch_on_the_worse_axis_however_they_are_turned() -> None:
    entries = {"Subtype": Name.Image, "Width": 30, "Height": 20, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray}
    turned = only(with_stream(b"0 72 -36 0 100 50 cm /X Do", "XObject", b"\0" * 600, **entries))
    assert turned.image is not None
    assert turned.image.ppi == pytest.approx(30)
    assert sides(turned.box) == (64, 50, 100, 122)
    assert (turned.image.width, turned.image.height, turned.image.bits, turned.image.mask) == (30, 20, 8, "")


def test_stencils_have_the_colour_in_force_and_masks_are_told() -> None:
    entries = {"Subtype": Name.Image, "Width": 8, "Height": 1}
    stencil = only(with_stream(b"0 0 0 1 k 9 0 0 9 0 0 cm /X Do", "XObject", b"\0", ImageMask=True, **entries))
    assert (stencil.kind, stencil.colour.is_black) == (PaintKind.STENCIL, True)
    assert stencil.image is not None
    assert stencil.image.bits == 1
    fax = {"Filter": Name.CCITTFaxDecode, "ColorSpace": Name.DeviceGray, "Mask": Array([0, 0])}
    scan = only(with_stream(b"9 0 0 9 0 0 cm /X Do", "XObject", b"\0", **fax, **entries)).image
    assert scan is not None
    assert (scan.bits, scan.mask, scan.filters) == (1, "colour key", ("CCITTFaxDecode",))


def test_inline_images_are_read_with_their_abbreviations() -> None:
    one = only(b"q 10 0 0 20 5 5 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00112233> EI Q")
    assert (one.kind, one.colour) == (PaintKind.INLINE_IMAGE, Colour("DeviceGray"))
    assert one.image is not None
    assert one.image.bits == 8
    assert one.image.ppi == pytest.approx(7.2)


def test_a_jpeg_2000_picture_tells_its_space_itself() -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return (len(content) + 8).to_bytes(4) + kind + content

    header = box(b"ihdr", bytes([0, 0, 0, 9, 0, 0, 0, 9, 0, 3, 7, 7, 0, 0])) + box(
        b"colr", bytes([1, 0, 0, 0, 0, 0, 12])
    )
    data = box(b"jP  ", b"\r\n\x87\n") + box(b"jp2h", header)
    entries = {"Subtype": Name.Image, "Width": 9, "Height": 9, "Filter": Name.JPXDecode}
    one = only(with_stream(b"9 0 0 9 0 0 cm /X Do", "XObject", data, **entries))
    assert one.colour == Colour("DeviceCMYK")
    assert one.image is not None
    assert one.image.bits == 8
    with pytest.raises(NotChecked, match="colour space"):
        painted(with_stream(b"9 0 0 9 0 0 cm /X Do", "XObject", data[:20], **entries))


# Overprinting.


def test_overprinting_is_of_strokes_and_of_all_else() -> None:
    states = {
        "A": Dictionary(OP=True, OPM=1),
        "B": Dictionary(OP=True, op=False, OPM=1),
        "C": Dictionary(op=True, OPM=0),
    }
    draw = b"0 0 0 1 k 0 0 0 1 K 0 0 m 9 0 l 9 9 l B "
    one, two, three = (painted(b"/%s gs " % name + draw, ExtGState=states) for name in (b"A", b"B", b"C"))
    assert [each.overprints for each in one] == [True, True]
    assert [each.overprints for each in two] == [False, True]
    assert [(each.overprint, each.overprints) for each in three] == [(True, False), (False, False)]
    gray = painted(b"/A gs 0 g 0 0 m 9 0 l 9 9 l f", ExtGState=states)
    assert [(each.overprint, each.overprints) for each in gray] == [(True, False)]


# What can't be measured is not guessed.


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"1 2 3 frobnicate", "page 1: .*frobnicate"),
        (b"/Missing gs", "Missing is not among the resources"),
        (b"/Missing cs", "Missing is not among the resources"),
        (b"BT <0001> Tj ET", "before a font"),
        (b"1 2 rg", "2 components in place of 3"),
        (b"1 0 0 cm", "can't be read"),
        (b"(a) w", "can't be read"),
        (b"9 9 9 9 9 9 c", "can't be read"),
    ],
)
def test_what_can_not_be_read_is_not_checked(content: bytes, words: str) -> None:
    with pytest.raises(NotChecked, match=words):
        painted(content)


def test_unknown_operators_between_bx_and_ex_are_let_pass() -> None:
    assert len(painted(b"BX 1 frobnicate EX 0 0 1 1 re f")) == 1


def test_fonts_that_do_not_tell_their_widths_are_not_checked() -> None:
    pdf = page_of(b"BT /H 9 Tf (a) Tj ET")
    pdf.pages[0].obj.Resources.Font.H = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    with pytest.raises(NotChecked, match="Helvetica is not in the file"):
        painted(pdf)
    pdf = page_of(b"BT /F 9 Tf (a) Tj ET")
    pdf.pages[0].obj.Resources.Font.F.Encoding = Name("/UniGB-UCS2-H")
    with pytest.raises(NotChecked, match="UniGB-UCS2-H"):
        painted(pdf)


def test_a_form_in_itself_is_not_checked() -> None:
    pdf = with_stream(b"/X Do", "XObject", b"/X Do", Subtype=Name.Form, BBox=[0, 0, 10, 20])
    with pytest.raises(NotChecked, match="nested too deeply"):
        painted(pdf)


def test_a_page_without_content_paints_nothing() -> None:
    pdf = Pdf.new()
    pdf.add_blank_page()
    assert painted(pdf) == ()
