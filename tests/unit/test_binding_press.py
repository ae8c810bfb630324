"""The file for the press: its boxes, its marks, what it says of itself, and nothing that can't be printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pikepdf
import pypdf
import pytest

from policybook.binding_marks import crop_marks, mark_content, registration_places, slug_use
from policybook.binding_metadata import press_information, press_xmp
from policybook.binding_press import PressBlock, PressLeaf, Printing
from policybook.fonts import pdf_fonts
from policybook.geometry import Box
from policybook.pagination import Folio
from policybook.printer import Marks, Standard
from policybook.sheets import Leaf
from tests.conftest import ROOT
from tests.unit.bookblock import METADATA, block, gathering, opened, texts, whole
from tests.unit.pressblock import (
    PROFILE,
    STANDARDS,
    bound,
    bound_for,
    for_press,
    how,
    opaque_block,
    operators,
    pixels,
    press_block,
    shop,
)

CMYK = (Standard.X4, Standard.X1A)
PLAIN = Marks(crop=False, registration=False, colour_bars=False, page_information=False)
RECTO, VERSO = [-4.5, 0, 499.5, 720], [4.5, 0, 508.5, 720]
NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdfx": "http://ns.adobe.com/pdfx/1.3/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
}


def without_marks(standard: Standard = Standard.X4, **changes: Any) -> bytes:
    """The interior of a print shop that wants no marks."""
    printer = shop(standard, marks=PLAIN, **changes)
    return bound(press_block(printer), how(printer))


def box(of: Any) -> list[float]:
    """A page's box."""
    return [float(side) for side in of]


def grown(sides: list[float], by: float) -> list[float]:
    """A box with each side moved outwards."""
    return Box(*sides).grown(by).as_list()


# --- boxes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", STANDARDS)
def test_boxes_are_exact(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        assert len(pdf.pages) == 8
        for number, page in enumerate(pdf.pages):
            trim = VERSO if number % 2 else RECTO
            assert box(page.obj.TrimBox) == trim
            assert box(page.obj.BleedBox) == grown(trim, 9)
            assert box(page.obj.MediaBox) == box(page.obj.CropBox) == grown(trim, 36)
            assert not {"/ArtBox", "/Rotate", "/UserUnit"} & set(page.obj.keys())
        assert not {"/MediaBox", "/CropBox", "/Rotate", "/Resources"} & set(pdf.Root.Pages.keys())


def test_without_marks_the_sheet_ends_with_the_bleed() -> None:
    with opened(without_marks()) as pdf:
        for page in pdf.pages:
            assert box(page.obj.MediaBox) == box(page.obj.CropBox) == box(page.obj.BleedBox)
            assert box(page.obj.BleedBox) == grown(box(page.obj.TrimBox), 9)


def test_without_marks_and_bleed_at_the_spine_the_sheet_ends_there_with_the_trim() -> None:
    """KDP: “pages with bleed are 0.125 in wider and 0.25 in higher than the trim”."""
    with opened(without_marks(bleed_at_spine=False)) as pdf:
        for number, page in enumerate(pdf.pages):
            media, trim = box(page.obj.MediaBox), box(page.obj.TrimBox)
            assert media == box(page.obj.BleedBox)
            assert (media[2] - media[0], media[3] - media[1]) == (504 + 9, 720 + 18)
            assert (media[2] == trim[2]) if number % 2 else (media[0] == trim[0])


# --- clipping ---------------------------------------------------------------------------------------------------------


def test_artwork_ends_with_the_bleed() -> None:
    """The paper of the block is laid out beyond it on one side or the other: there is none of it in the slug."""
    printer = shop(marks=Marks(crop=True, registration=False, colour_bars=False, page_information=False), bleed="3 pt")
    pdf = bound(press_block(printer), how(printer))
    for page, trim in ((0, Box(*RECTO)), (3, Box(*VERSO))):
        bleed = trim.grown(3)
        assert pixels(pdf, page, bleed.grown(-1)).max() < 250, "the paper"
        media = trim.grown(36)
        for beyond in (
            Box(media.left, bleed.bottom, bleed.left - 1, bleed.top),
            Box(bleed.right + 1, bleed.bottom, media.right, bleed.top),
            Box(bleed.left, bleed.top + 1, bleed.right, media.top),
            Box(bleed.left, media.bottom, bleed.right, bleed.bottom - 1),
        ):
            clean = pixels(pdf, page, without_cuts(beyond, trim))
            assert clean.min() == 255


def without_cuts(beyond: Box, trim: Box) -> Box:
    """A part of the slug without what stands on the lines of the cut."""
    if beyond.top - beyond.bottom > beyond.right - beyond.left:
        return Box(beyond.left, trim.bottom + 2, beyond.right, trim.top - 2)
    return Box(trim.left + 2, beyond.bottom, trim.right - 2, beyond.top)


def test_art_that_is_much_larger_than_the_page_is_clipped_too() -> None:
    from policybook.prepress.pressing import press  # noqa: PLC0415 - beside its only use

    body = (
        '<div style="position: absolute; left: -300pt; top: -300pt; width: 2000pt; height: 2000pt; background: navy">'
    )
    made = press(gathering("x", body), for_press(Standard.X4))
    trim = Box(0, 0, 504, 720)
    leaf = PressLeaf(trim, trim.grown(9), made)
    pdf = bound(PressBlock((leaf,), trim, METADATA, pdf_fonts()), replace(how(shop()), marks=Marks(colour_bars=False)))
    assert pixels(pdf, 0, trim.grown(8)).max(axis=2).max() < 200
    seen = pixels(pdf, 0, trim.grown(36))
    assert (seen[:, :, 2].astype(int) - seen[:, :, 0] > 40).any(axis=0).sum() == (504 + 18) * 2
    assert (seen[:, :, 2].astype(int) - seen[:, :, 0] > 40).any(axis=1).sum() == (720 + 18) * 2


# --- marks ------------------------------------------------------------------------------------------------------------


def points_of(content: bytes) -> Iterator[tuple[float, float, float]]:
    """All points that a drawing of marks has, and half the width of its lines."""
    with pikepdf.new() as pdf:
        width = 0.0
        for operands, operator in pikepdf.parse_content_stream(pdf.make_stream(content)):
            values = [float(value) for value in operands if not isinstance(value, pikepdf.Name)]
            match str(operator):
                case "w":
                    width = values[0] / 2
                case "m" | "l" | "c":
                    yield from ((x, y, width) for x, y in zip(values[::2], values[1::2], strict=True))
                case "re":
                    x, y, wide, high = values
                    yield from ((x, y, 0.0), (x + wide, y + high, 0.0))


@pytest.mark.parametrize("bleed", [0.0, 9.0, 13.5])
@pytest.mark.parametrize("offset", [12, 18, 0])
def test_marks_stand_outside_the_bleed_and_where_the_printer_wants_them(bleed: float, offset: int) -> None:
    trim = Box(0, 0, 504, 720)
    marks = Marks(offset=f"{offset} pt", slug="60 pt")
    least = max(bleed + 1, offset)
    found = list(points_of(mark_content(trim, bleed, marks)))
    assert len(found) > 60
    for x, y, half in found:
        beyond = max(trim.left - x, x - trim.right, trim.bottom - y, y - trim.top)
        # a crop mark is as wide as its line to both sides, but along its length it starts where it starts
        assert beyond >= least - 1e-6
        assert beyond + half <= 60


@pytest.mark.parametrize("standard", STANDARDS)
def test_marks_of_shipped_measures_end_on_the_sheet(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        form = pdf.pages[0].obj.Resources.XObject.Marks
        for x, y, half in points_of(form.read_bytes()):
            assert -36 + half <= x <= 504 + 36 - half
            assert -36 + half <= y <= 720 + 36 - half
            assert max(-x, x - 504, -y, y - 720) >= 12, "GWG 2022: no nearer to the trim"


def test_crop_marks_show_where_the_sheet_is_cut() -> None:
    segments = list(crop_marks(Box(0, 0, 504, 720), 12))
    assert len(segments) == 8
    upright = {(x, y) for x, y, x2, _ in segments if x == x2}
    level = {(x, y) for x, y, _, y2 in segments if y == y2}
    assert upright == {(x, y) for x in (0, 504) for y in (-12, 732)}
    assert level == {(x, y) for x in (-12, 516) for y in (0, 720)}


def test_marks_are_seen_where_they_belong() -> None:
    pdf = bound_for(Standard.X4)
    for page, trim in ((0, Box(*RECTO)), (3, Box(*VERSO))):
        for x, y, x2, y2 in crop_marks(trim, 12):
            left, right, low, high = min(x, x2), max(x, x2), min(y, y2), max(y, y2)
            around = Box(left - 1, low - 1, right + 1, high + 1)
            dark = pixels(pdf, page, around, scale=8).max(axis=2) < 128
            assert dark.any(axis=0).sum() + dark.any(axis=1).sum() > 18 * 8
        for x, y in registration_places(trim, 12):
            dark = pixels(pdf, page, Box(x - 8, y - 8, x + 8, y + 8), scale=8).max(axis=2) < 128
            assert dark[64].sum() > 100, "the arm"
            assert dark[:, 64].sum() > 100, "the other"
            assert dark[:, 64 - 32].sum() < 64, "the circle is open"


def test_registration_marks_are_in_all_colorants() -> None:
    with opened(bound_for(Standard.X4)) as pdf:
        form = pdf.pages[0].obj.Resources.XObject.Marks
        space = form.Resources.ColorSpace.All
        assert [str(part) for part in space[:3]] == ["/Separation", "/All", "/DeviceCMYK"]
        assert [[float(v) for v in space[3][key]] for key in ("/C0", "/C1")] == [[0, 0, 0, 0], [1, 1, 1, 1]]
        found = [(str(operator), [*operands]) for operands, operator in pikepdf.parse_content_stream(form)]
        strokes = [at for at, (operator, _) in enumerate(found) if operator == "S"]
        assert len(strokes) == 8 + 4 * 3
        colors = {str(operands[0]) for operator, operands in found if operator == "CS"}
        assert colors == {"/All"}
        assert [float(operands[0]) for operator, operands in found if operator == "SCN"] == [1]
        assert not [1 for operator, _ in found if operator in {"K", "G", "RG"}]
        assert len({page.obj.Resources.XObject.Marks.objgen for page in pdf.pages}) == 1, "all pages share them"


def test_color_bars_are_solids_halves_and_overprints() -> None:
    content = mark_content(Box(0, 0, 504, 720), 9, Marks(crop=False, registration=False))
    builds = [tuple(map(float, build.split())) for build in re.findall(rb"(\S+ \S+ \S+ \S+) k", content)]
    unit = np.eye(4)
    assert builds[:4] == [tuple(row) for row in unit]
    assert builds[4:8] == [tuple(row / 2) for row in unit]
    assert builds[8:] == [(1, 1, 0, 0), (0, 1, 1, 0), (1, 0, 1, 0)]
    seen = pixels(bound_for(Standard.X4), 1, Box(*VERSO).grown(36))
    bar = seen[round((36 + 720 + 12 + 4.5) * 2)]
    hues = [tuple(int(part) > 110 for part in bar[round((36 + 252 + 18 + 9 * patch + 4.5) * 2)]) for patch in range(3)]
    assert hues == [(False, True, True), (True, False, True), (True, True, False)]


@pytest.mark.parametrize("left_out", ["crop", "registration", "colour_bars", "page_information"])
def test_each_kind_of_mark_can_be_left_out(left_out: str) -> None:
    everything = Marks()
    less = replace(everything, **{left_out: False})
    contents = [mark_content(Box(0, 0, 504, 720), 9, marks) for marks in (everything, less)]
    lost = {"crop": b" S", "registration": b" c", "colour_bars": b"re f", "page_information": b"Tj"}[left_out]
    if left_out == "page_information":
        printer = shop(marks=less)
        assert "folio" not in "".join(texts(bound(press_block(printer), how(printer))))
        assert contents[0] == contents[1]
    else:
        assert contents[0].count(lost) > contents[1].count(lost)


def test_blank_pages_have_marks_and_nothing_else() -> None:
    pdf = bound_for(Standard.X4)
    assert pixels(pdf, 1, Box(*VERSO).grown(11)).min() == 255
    assert pixels(pdf, 1, Box(*VERSO).grown(36)).min() < 50
    blank = without_marks()
    assert pixels(blank, 1, Box(*VERSO).grown(9)).min() == 255


# --- the line in the slug ---------------------------------------------------------------------------------------------


def lines(pdf: bytes) -> list[str]:
    """The line in the slug of each page."""
    return [re.findall(r"\d+ of \d+.*", text)[-1] for text in texts(pdf)]


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_line_names_the_page_the_book_and_the_condition(standard: Standard) -> None:
    found = lines(bound_for(standard))
    assert found[0] == "1 of 8, folio iii · FOGRA39 · Laws & Places"
    assert found[1] == "2 of 8 · FOGRA39 · Laws & Places"
    assert found[4] == "5 of 8, folio 15 · FOGRA39 · Laws & Places"


def test_the_line_is_black_below_the_bleed_and_ends_before_the_middle() -> None:
    long = replace(press_block(shop()), metadata=replace(METADATA, title="A very long title, and more of it " * 9))
    pdf = bound(long, how(shop()))
    below = Box(RECTO[0] + 2, -36, RECTO[0] + 504 / 2 - 8, -9.5)
    dark = pixels(pdf, 0, below, scale=4).min(axis=2) < 160
    rows = np.flatnonzero(dark.any(axis=1))
    assert 9.5 + rows.min() / 4 >= 12
    assert 9.5 + rows.max() / 4 < 30
    assert np.flatnonzero(dark.any(axis=0)).max() / 4 < 504 / 2 - 16
    assert lines(pdf)[0].startswith("1 of 8, folio iii · FOGRA39 · A very long title")
    with opened(pdf) as file:
        tail = file.pages[0].obj.Contents[-1].read_bytes()
    assert re.search(rb"BT 0 0 0 1 k /slug 5\.5 Tf", tail)


def test_what_the_face_lacks_is_a_space_and_spaces_stay_spaces() -> None:
    odd = replace(press_block(shop()), metadata=replace(METADATA, title="Größe\u00a0漢 “of” Places"))
    assert lines(bound(odd, how(shop())))[1].split(" · ")[2].split() == ["Größe", "“of”", "Places"]
    (space,) = (glyph for glyph, text in slug_use("a").characters.items() if text == " ")
    assert slug_use("漢").characters == {space: " "}
    assert slug_use("a b\u00a0漢").characters[space] == " "


# --- the output intent and what the file says of itself ---------------------------------------------------------------


@pytest.mark.parametrize("standard", CMYK)
def test_the_output_intent_has_the_profile_and_its_name_in_the_registry(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert (intent.Type, intent.S) == ("/OutputIntent", "/GTS_PDFX")
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert str(intent.RegistryName) == "http://www.color.org"
        assert str(intent.Info) == shop().condition.info
        assert (intent.DestOutputProfile.N, intent.DestOutputProfile.Alternate) == (4, "/DeviceCMYK")
        assert intent.DestOutputProfile.read_bytes() == PROFILE


def test_in_rgb_there_is_no_output_intent_and_no_profile() -> None:
    with opened(bound_for(Standard.RGB)) as pdf:
        assert "/OutputIntents" not in pdf.Root
        assert not [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/N" in o and "/Alternate" in o]
        assert "GTS" not in pdf.Root.Metadata.read_bytes().decode()


@pytest.mark.parametrize("standard", STANDARDS)
def test_info_says_what_xmp_says(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        info = {key: str(value) for key, value in pdf.docinfo.items()}
        assert pdf.Root.Metadata.get("/Filter") is None, "programs look for it without reading the PDF"
        described = ET.fromstring(pdf.Root.Metadata.read_bytes()).find(".//rdf:Description", NAMESPACES)
    assert described is not None

    def said(name: str) -> str:
        found = described.find(name, NAMESPACES)
        assert found is not None, name
        return "".join(found.itertext()).strip()

    assert info["/Title"] == said("dc:title") == "Laws & Places"
    assert info["/Author"] == said("dc:creator") == "The Editors"
    assert info["/Creator"] == said("xmp:CreatorTool") == "policybook"
    assert info["/Producer"] == said("pdf:Producer") == "policybook"
    assert info["/Trapped"] == "/" + said("pdf:Trapped") == "/False"
    assert info["/CreationDate"] == info["/ModDate"] == "D:20260203000000Z"
    assert {said(f"xmp:{name}") for name in ("CreateDate", "ModifyDate", "MetadataDate")} == {"2026-02-03T00:00:00Z"}
    assert re.fullmatch(
        r"uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", said("xmpMM:DocumentID")
    )
    assert said("xmpMM:InstanceID") != said("xmpMM:DocumentID")
    assert (said("xmpMM:VersionID"), said("xmpMM:RenditionClass")) == ("1", "default")
    version = {
        Standard.X4: ("pdfxid:GTS_PDFXVersion", "PDF/X-4"),
        Standard.X1A: ("pdfx:GTS_PDFXVersion", "PDF/X-1a:2003"),
    }
    names = {element.tag for element in described if "GTS" in element.tag}
    if standard in version:
        name, text = version[standard]
        assert said(name) == text
        assert len(names) == 1
    else:
        assert not names
    assert info.get("/GTS_PDFXVersion") == ("PDF/X-1a:2003" if standard is Standard.X1A else None)


def test_titles_of_all_kinds_are_well_formed() -> None:
    metadata = replace(METADATA, title="<Größe> & “漢” (a\\b)", author="")
    described = ET.fromstring(press_xmp(metadata, "PDF/X-4", "0" * 64)).find(".//dc:title", NAMESPACES)
    assert described is not None
    assert "".join(described.itertext()) == metadata.title
    information = pikepdf.Object.parse(press_information(metadata, "PDF/X-4", {"Own": "ß"}))
    assert (str(information.Title), str(information.Own)) == (metadata.title, "ß")
    assert "/Author" not in information


def test_facts_of_our_own_are_in_info() -> None:
    block = replace(press_block(shop()), facts={"PolicybookCover": "stock=a; pages=8"})
    with opened(bound(block, how(shop()))) as pdf:
        assert str(pdf.docinfo["/PolicybookCover"]) == "stock=a; pages=8"


def test_the_document_is_one_and_each_instance_another() -> None:
    found = []
    for metadata, title in ((METADATA, "a"), (METADATA, "b"), (replace(METADATA, title="Other"), "a")):
        packet = press_xmp(metadata, "PDF/X-4", title * 64).decode()
        found.append((re.findall(r"DocumentID>(.*?)<", packet)[0], re.findall(r"InstanceID>(.*?)<", packet)[0]))
    assert found[0][0] == found[1][0] != found[2][0]
    assert found[0][1] != found[1][1]


# --- versions, and what is not there ----------------------------------------------------------------------------------


def test_x1a_is_pdf_1_4_without_object_streams() -> None:
    pdf = bound_for(Standard.X1A)
    assert pdf.startswith(b"%PDF-1.4\n")
    assert b"/ObjStm" not in pdf
    assert b"/XRef" not in pdf
    assert b"\nxref\n0 " in pdf
    assert b"\ntrailer\n" in pdf


@pytest.mark.parametrize("standard", [Standard.X4, Standard.RGB])
def test_the_others_are_pdf_1_6(standard: Standard) -> None:
    pdf = bound_for(standard)
    assert pdf.startswith(b"%PDF-1.6\n")
    assert b"/ObjStm" in pdf


def test_x1a_has_no_transparency() -> None:
    with opened(bound_for(Standard.X1A)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                assert not {"/SMask", "/Group", "/BM"} & set(thing.keys())
                assert not {"/CA", "/ca"} & set(thing.keys())
                for state in thing.get("/ExtGState", pikepdf.Dictionary()).values():
                    assert not {"/CA", "/ca", "/SMask", "/BM", "/AIS"} & set(state.keys())


@pytest.mark.parametrize("standard", STANDARDS)
def test_pages_are_blended_in_inks_in_x4_only(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        for page in pdf.pages:
            group = page.obj.get("/Group")
            if standard is Standard.X4:
                assert (group.S, group.CS, group.I) == ("/Transparency", "/DeviceCMYK", True)
            else:
                assert group is None


@pytest.mark.parametrize("standard", STANDARDS)
def test_nothing_is_there_that_a_press_cant_print(standard: Standard) -> None:
    pdf = bound_for(standard)
    with opened(pdf) as file:
        allowed = {"/Type", "/Pages", "/Metadata", "/OutputIntents"}
        assert set(file.Root.keys()) <= allowed
        assert set(file.trailer.keys()) <= {"/Root", "/Info", "/ID", "/Size", "/Type", "/W", "/Filter", "/Length"}
        pages = {
            "/Type",
            "/Parent",
            "/MediaBox",
            "/CropBox",
            "/BleedBox",
            "/TrimBox",
            "/Resources",
            "/Contents",
            "/Group",
        }
        for page in file.pages:
            assert set(page.obj.keys()) <= pages
        keys = {key for o in file.objects if isinstance(o, (pikepdf.Dictionary, pikepdf.Stream)) for key in o.keys()}  # noqa: SIM118 - a PDF object's
        assert not keys & {
            "/Annots",
            "/AA",
            "/A",
            "/JS",
            "/EF",
            "/StructParents",
            "/StructParent",
            "/OC",
            "/PZ",
            "/Dest",
        }
        kinds = {str(o.get("/Type")) for o in file.objects if isinstance(o, (pikepdf.Dictionary, pikepdf.Stream))}
        assert not kinds & {"/Annot", "/StructElem", "/StructTreeRoot", "/Outlines", "/Filespec", "/Action", "/OCG"}
    with opened(whole()) as screen:
        assert {"/StructTreeRoot", "/Outlines", "/Names"} <= set(screen.Root.keys()), "the screen edition has them"


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_file_needs_no_repair_and_names_nothing_that_is_not_there(standard: Standard) -> None:
    pdf = bound_for(standard)
    with opened(pdf) as file:
        assert file.check_pdf_syntax() == []
        for page in file.pages:
            resources = page.obj.Resources
            for operator, operands in operators(page.obj):
                if operator in {"Tf", "gs", "Do"}:
                    category = {"Tf": "/Font", "gs": "/ExtGState", "Do": "/XObject"}[operator]
                    name = str(operands[0])
                    assert name in resources.get(category, {}) or any(
                        name in form.Resources.get(category, {})
                        for form in resources.XObject.values()
                        if form.get("/Subtype") == "/Form"
                    )
    assert len(pypdf.PdfReader(__import__("io").BytesIO(pdf), strict=True).pages) == 8


@pytest.mark.parametrize("standard", STANDARDS)
def test_content_restores_what_it_saves(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        for page in pdf.pages:
            depth = 0
            for instruction in pikepdf.parse_content_stream(page.obj):
                depth += {"q": 1, "Q": -1}.get(str(instruction.operator), 0)
                assert depth >= 0
            assert depth == 0


# --- fonts, furniture, folios -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", STANDARDS)
def test_fonts_are_embedded_as_subsets_and_shared(standard: Standard) -> None:
    with opened(bound_for(standard)) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
        assert {str(font.Subtype) for font in fonts} == {"/Type0", "/CIDFontType2"}
        for font in fonts:
            assert re.match(r"/[A-Z]{6}\+Book-", str(font.BaseFont))
            if font.Subtype == "/CIDFontType2":
                assert font.FontDescriptor.FontFile2.read_bytes()[:4] == b"\0\1\0\0"
        names = [str(font.BaseFont)[8:] for font in fonts if font.Subtype == "/Type0"]
        assert len(names) == len(set(names)), "one subset for each face"
        assert "Book-Sans" in names
        assert len({page.obj.Resources.Font.objgen for page in pdf.pages}) == 1


def test_without_the_line_its_font_is_not_there() -> None:
    with opened(without_marks()) as pdf:
        assert "/slug" not in pdf.pages[0].obj.Resources.Font
        assert "/Marks" not in pdf.pages[0].obj.Resources.XObject


@pytest.mark.parametrize("standard", STANDARDS)
def test_pages_read_as_the_screen_edition_does(standard: Standard) -> None:
    """The same folios, by construction; what is printed late is there."""
    ours = [re.sub(r"\s*\d+ of 8.*", "", text).split() for text in texts(bound_for(standard))]
    screen = [text.split() for text in texts(bound_screen())]
    assert [sorted(words) for words in ours[:6]] == [sorted(words) for words in screen]
    assert ours[6:] == [[], []]
    assert {"iii", "15"} <= set(ours[0])


@cache
def bound_screen() -> bytes:
    """The screen edition."""
    from tests.unit.bookblock import bound as bound_for_screen  # noqa: PLC0415 - another `bound`

    return bound_for_screen(opaque_block())


def test_furniture_is_one_form_for_each_folio() -> None:
    with opened(bound_for(Standard.X4)) as pdf:
        forms = [page.obj.Resources.get("/XObject", {}).get("/Furniture") for page in pdf.pages]
        assert [form is not None for form in forms] == [True, False, False, True, True, False, False, False]
        assert len({form.objgen for form in forms if form is not None}) == 3
        assert {tuple(box(form.BBox)) for form in forms if form is not None} == {(-31.5, -31.5, 535.5, 751.5)}


def test_leaves_that_are_dressed_alike_have_their_own_folios() -> None:
    of = press_block(shop())
    leaves = tuple(replace(of.leaves[4], folio=folio) for folio in ("17", "19", "17"))
    found = texts(bound(replace(of, leaves=leaves), how(shop())))
    assert [re.findall(r"^(\d\d)\r?$", text, re.MULTILINE) for text in found] == [["17"], ["19"], ["17"]]


def test_more_digits_than_there_is_room_for_are_an_error() -> None:
    of = press_block(shop())
    leaves = (replace(of.leaves[0], late=("150",)), *of.leaves[1:])
    with pytest.raises(ValueError, match="zip"):
        bound(replace(of, leaves=leaves), how(shop()))
    assert isinstance(block().leaves[0], Leaf)
    assert str(Folio(arabic=False, number=3)) == "iii"


# --- the same bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_same_block_gives_the_same_bytes(standard: Standard) -> None:
    printer = shop(standard)
    assert bound(press_block(printer), how(printer)) == bound_for(standard)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib, sys\nfrom policybook.printer import Standard\nfrom tests.unit.pressblock import bound_for\n"
        "print(*(hashlib.sha256(bound_for(it)).hexdigest() for it in (Standard.X4, Standard.X1A)))"
    )
    seen = {
        subprocess.run(  # this interpreter, and a program that stands above
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    import hashlib  # noqa: PLC0415 - beside its only use

    ours = " ".join(hashlib.sha256(bound_for(it)).hexdigest() for it in CMYK)
    assert seen == {ours + "\n"}


def test_the_identifier_is_that_of_the_content() -> None:
    of, printer = press_block(shop()), shop()
    other = replace(of, facts={"Own": "x"})
    identifiers = []
    for made in (of, other):
        with opened(bound(made, how(printer))) as pdf:
            first, second = (bytes(part) for part in pdf.trailer.ID)
            assert first == second
            identifiers.append(first)
    assert identifiers[0] != identifiers[1]
    assert isinstance(how(printer), Printing)
