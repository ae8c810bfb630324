"""Binding, proved on the finished file of small divisions that the layout engine really set."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pypdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageCms

from policybook.binding import BookBlock, View, bind, id_tree
from policybook.binding_metadata import Rights
from policybook.diagnostics import ContentError
from policybook.geometry import Geometry
from policybook.pagination import Folio
from policybook.sheets import Leaf, Outline
from policybook.srgb import IDENTIFIER
from policybook.store import MemoryStore
from tests.unit.bookblock import (
    ARABIC_FOLIO,
    BODIES,
    FRONT,
    GEOMETRY,
    LAWS,
    PAPER,
    PLACES,
    STYLE,
    annotations,
    block,
    bound,
    divisions,
    drawn,
    elements,
    gathering,
    laid,
    opened,
    overlay,
    page,
    texts,
    tree,
    whole,
)

#: Pages that lie as the engine laid them: no gutter, and all of the bleed.
AS_LAID: Geometry = replace(GEOMETRY, margin_inner=49.5, margin_outer=49.5, bleed=13.5)
#: The faces of the block, furniture included.
FACES = {
    "Book-Serif",
    "Book-Serif-Italic",
    "Book-Serif-Bold",
    "Book-Serif-Bold-Italic",
    "Book-Serif-Semi-Bold-Italic",
    "Book-Sans-Semi-Bold",
}


@pytest.fixture
def pdf() -> Iterator[pikepdf.Pdf]:
    """The block, bound and opened."""
    with opened(whole()) as file:
        yield file


def with_division(of: BookBlock, division: str, body: str, *late: str, lang: str = "en-US") -> BookBlock:
    """The block with another text of a division."""
    made = gathering(division, body, *late, lang=lang)
    return replace(of, gatherings={**of.gatherings, division: made}, late={**of.late, division: late})


def words(text: str) -> Counter[str]:
    """The words of a page, however they are spaced."""
    return Counter(text.replace("\u00a0", " ").split())


# --- the pages ------------------------------------------------------------------------------------------------------


def test_each_page_reads_as_its_sheet_and_its_furniture() -> None:
    of, pages = block(), texts(whole())
    laid_texts = {division: texts(laid(html).pdf) for division, html in BODIES.items()}
    assert len(pages) == len(of.leaves)
    for leaf, text in zip(of.leaves, pages, strict=True):
        sheet = "" if leaf.sheet is None else laid_texts[leaf.division][leaf.sheet].replace("page 00", "page 15")
        over = {None: "", 0: "The Laws 2026 iii" if leaf.division == "front" else str(leaf.folio)}[leaf.furniture]
        assert words(text) == words(sheet) + words(over)
        assert text.startswith(sheet.replace("\u00a0", " "))


def test_pages_look_as_their_sheets_did() -> None:
    leaves = tuple(replace(leaf, furniture=None, verso=False) for leaf in block().leaves)
    bare = replace(block(), leaves=leaves, late={**block().late, "front": ("00",)}, geometry=AS_LAID)
    sheets = {division: drawn(laid(html).pdf) for division, html in BODIES.items()}
    compared = 0
    for leaf, picture in zip(leaves, drawn(bound(bare)), strict=True):
        if leaf.sheet is not None:
            sheet = sheets[leaf.division][leaf.sheet]
            assert picture.size == sheet.size
            assert ImageChops.difference(picture, sheet).getbbox() is None
            compared += 1
    assert compared == 4


def test_furniture_is_drawn_over_the_page() -> None:
    bare = replace(block(), leaves=tuple(replace(leaf, furniture=None) for leaf in block().leaves))
    for leaf, dressed, plain in zip(block().leaves, drawn(whole()), drawn(bound(bare)), strict=True):
        changed = ImageChops.difference(dressed, plain).getbbox()
        assert (changed is not None) == (leaf.furniture is not None)
        if leaf.division == "laws" and leaf.furniture is not None:
            assert changed is not None
            assert changed[2] - changed[0] < 30, "more than the folio was drawn over"


def test_furniture_looks_as_it_was_laid_out() -> None:
    empty = gathering("laws", "<p>\u00a0</p>")
    leaf = Leaf("laws", 0, Folio(arabic=True, number=38), verso=False, furniture=0)
    overlays = {"laws": overlay("laws", ARABIC_FOLIO, "00")}
    of = replace(
        block(),
        leaves=(leaf,),
        gatherings={"laws": empty},
        furniture=overlays,
        late={"laws": ()},
        outlines=(),
        geometry=AS_LAID,
    )
    (dressed,) = drawn(bound(of))
    (sheet,) = drawn(laid(page("laws", ARABIC_FOLIO.replace("00", "38"))).pdf)
    assert ImageChops.difference(dressed, sheet).getbbox() is None


def test_one_page_of_furniture_serves_leaves_with_different_folios(pdf: pikepdf.Pdf) -> None:
    leaves = tuple(replace(leaf, furniture=0) if leaf.sheet is not None else leaf for leaf in block().leaves)
    with opened(bound(replace(block(), leaves=leaves))) as file:
        forms = [file.pages[at].obj.Resources.XObject["/Furniture"] for at in (2, 3)]
        assert forms[0].objgen != forms[1].objgen
    pages = texts(bound(replace(block(), leaves=leaves)))
    assert [pages[at].rstrip()[-2:] for at in (2, 3, 4)] == ["11", "12", "15"]
    assert len(pdf.pages) == 6


def test_boxes_mirror_the_margins_and_leave_the_artwork(pdf: pikepdf.Pdf) -> None:
    for leaf, page_ in zip(block().leaves, pdf.pages, strict=True):
        shift = 4.5 if leaf.verso else -4.5
        assert [float(side) for side in page_.obj.TrimBox] == [shift, 0, 504 + shift, 720]
        for box in ("/BleedBox", "/MediaBox", "/CropBox"):
            assert [float(side) for side in page_.obj[box]] == [shift - 9, -9, 513 + shift, 729]
        assert "/ArtBox" not in page_.obj
        assert page_.obj.get("/Tabs") == (None if leaf.sheet is None else "/S")


def test_a_trimmed_view_shows_no_bleed_and_the_same_pages() -> None:
    with opened(bound(block(), View(trimmed=True))) as file:
        for leaf, page_ in zip(block().leaves, file.pages, strict=True):
            trim = GEOMETRY.trim_box(verso=leaf.verso).as_list()
            for box in ("/TrimBox", "/BleedBox", "/MediaBox", "/CropBox"):
                assert [float(side) for side in page_.obj[box]] == trim
    assert texts(bound(block(), View(trimmed=True))) == texts(whole())


def test_a_blank_leaf_has_no_content(pdf: pikepdf.Pdf) -> None:
    for at in (1, 5):
        assert "/Contents" not in pdf.pages[at].obj
        assert "/StructParents" not in pdf.pages[at].obj
        assert "/Annots" not in pdf.pages[at].obj


def test_furniture_is_an_artifact_with_nothing_marked_inside(pdf: pikepdf.Pdf) -> None:
    operators = [str(i.operator) for i in pikepdf.parse_content_stream(pdf.pages[3])]
    assert operators[0] == "q"
    assert operators[-6:] == ["Q", "BDC", "q", "Do", "Q", "EMC"]
    assert operators.count("q") == operators.count("Q")
    artifact = pikepdf.parse_content_stream(pdf.pages[3])[-5]
    assert list(artifact.operands) == ["/Artifact", pikepdf.Dictionary(Type=pikepdf.Name.Pagination)]
    forms = [pdf.pages[0].obj.Resources.XObject["/Furniture"]]
    forms += [form for form in forms[0].Resources.XObject.values() if form.Subtype == "/Form"]
    assert len(forms) > 1, "the faint folio is drawn as a form of its own"
    for form in forms:
        assert not {"BDC", "BMC", "EMC"} & {str(i.operator) for i in pikepdf.parse_content_stream(form)}


# --- ways through the book ------------------------------------------------------------------------------------------


def test_every_link_lands_on_its_page() -> None:
    reader = pypdf.PdfReader(io.BytesIO(whole()))
    named = reader.named_destinations
    landed = {
        (number, annotation["/Contents"]): reader.get_destination_page_number(named[annotation["/Dest"]])
        for number, page_ in enumerate(reader.pages)
        for annotation in (entry.get_object() for entry in page_.get("/Annots", []))
        if "/Dest" in annotation
    }
    assert landed == {
        (0, "The laws of the cities"): 2,
        (0, "page iii"): 0,
        (0, "Table 1. Places"): 4,
        (3, "The laws of the cities"): 2,
        (3, "page iii"): 0,
        (4, "page 12"): 3,
    }


def test_anchors_may_have_letters_that_addresses_escape() -> None:
    of = with_division(block(), "places", PLACES + '<p id="places.größe"><a href="#places.größe">near</a></p>')
    of = with_division(of, "front", FRONT + '<p><a href="book:places.größe">far</a></p>', "15")
    with opened(bound(replace(of, titles={"places.größe": "Größe"}))) as file:
        links = [
            (a.Dest, n)
            for n, page_ in enumerate(file.pages)
            for a in page_.obj.get("/Annots", [])
            if a.Contents == "Größe"
        ]
        assert [number for _, number in links] == [0, 4]
        names = list(file.Root.Names.Dests.Names)
        assert {bytes(name) for name, _ in links} == {"places.größe".encode()}
        assert {bytes(name) for name, _ in links} <= {bytes(name) for name in names[::2]}


def test_links_out_of_the_book_say_where_they_lead(pdf: pikepdf.Pdf) -> None:
    found = annotations(pdf)
    assert {str(a.Contents): str(a.A.URI) for a in found if "/A" in a} == {
        "Web page: https://example.org/law": "https://example.org/law",
        "E-mail: editors@example.org": "mailto:editors@example.org",
    }
    assert {int(a.F) for a in found} == {4}
    assert {str(a.Subtype) for a in found} == {"/Link"}


def test_every_anchor_is_a_named_destination(pdf: pikepdf.Pdf) -> None:
    names = list(pdf.Root.Names.Dests.Names)
    assert [bytes(name) for name in names[::2]] == sorted(bytes(name) for name in names[::2])
    destinations: dict[str, Any] = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
    leaf_of = {(leaf.division, leaf.sheet): at for at, leaf in enumerate(block().leaves)}
    places = {a: (g.division, p) for g in divisions().values() for a, p in g.anchors.items()}
    assert destinations.keys() == places.keys()
    for anchor, (division, place) in places.items():
        page_, fit, x, y, zoom = destinations[anchor]
        assert page_.objgen == pdf.pages[leaf_of[division, place.sheet]].obj.objgen
        assert (fit, zoom) == ("/XYZ", None)
        assert (float(x), float(y)) == pytest.approx((place.x, place.y), abs=0.001)


def test_bookmarks_nest_and_are_folded_below_the_first_level(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        contents, laws, places = outline.root
        half, again = laws.children
        assert [str(o.title) for o in (contents, laws, places, half, again)] == [
            "Contents",
            "Laws",
            "Places",
            "Half",
            "The end again",
        ]
        assert [str(o.destination) for o in half.children] == ["laws.end"]
    root = pdf.Root.Outlines
    assert root.Count == 3
    assert root.First.Next.Count == -2
    assert root.First.Next.First.Count == -1


def test_a_book_without_bookmarks_is_whole() -> None:
    with opened(bound(replace(block(), outlines=()))) as file:
        assert file.Root.Outlines.Count == 0
        assert "/First" not in file.Root.Outlines
        assert file.check_pdf_syntax() == []


def test_page_labels_are_the_folios() -> None:
    labels = pypdf.PdfReader(io.BytesIO(whole())).page_labels
    assert labels == [str(leaf.folio) for leaf in block().leaves] == ["iii", "iv", "11", "12", "15", "16"]


def test_a_leaf_with_a_label_of_its_own_is_called_by_it() -> None:
    first, *others = block().leaves
    of = replace(block(), leaves=(replace(first, label="Cover"), *others))
    assert pypdf.PdfReader(io.BytesIO(bound(of))).page_labels == ["Cover", "iv", "11", "12", "15", "16"]


# --- the structure --------------------------------------------------------------------------------------------------


def test_each_division_is_a_part_of_one_document(pdf: pikepdf.Pdf) -> None:
    (document,) = pdf.Root.StructTreeRoot.K
    assert document.S == "/Document"
    assert document.P.objgen == pdf.Root.StructTreeRoot.objgen
    assert [(str(part.S), str(part.get("/T", ""))) for part in document.K] == [
        ("/Part", ""),
        ("/Part", "The laws of the cities"),
        ("/Part", ""),
    ]
    for element in elements(document):
        for kid in element.K:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                assert kid.P.objgen == element.objgen


def parents_of(file: pikepdf.Pdf) -> dict[int, Any]:
    """The parent tree."""
    entries = list(file.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in entries[::2]]
    assert keys == sorted(set(keys))
    assert file.Root.StructTreeRoot.ParentTreeNextKey == keys[-1] + 1
    return dict(zip(keys, entries[1::2], strict=True))


def test_the_parent_tree_leads_from_every_mark_to_its_element(pdf: pikepdf.Pdf) -> None:
    parents = parents_of(pdf)
    marks = 0
    pages = {page_.obj.objgen: number for number, page_ in enumerate(pdf.pages)}
    for element in tree(pdf):
        for kid in element.K:
            if isinstance(kid, int):
                number = int(pdf.pages[pages[element.Pg.objgen]].obj.StructParents)
                assert parents[number][kid].objgen == element.objgen
                marks += 1
    found = 0
    for leaf, page_ in zip(block().leaves, pdf.pages, strict=True):
        if leaf.sheet is not None:
            mcids = mcids_of(page_.obj, set())
            found += len(mcids)
            assert sorted(mcids) == list(range(len(parents[int(page_.obj.StructParents)])))
    assert marks == found > 40


def mcids_of(owner: Any, seen: set[Any]) -> list[int]:
    """The MCIDs in a page and in the forms that its resources name, each form once."""
    instructions = pikepdf.parse_content_stream(owner)
    mcids = [
        int(i.operands[1].MCID)
        for i in instructions
        if str(i.operator) == "BDC" and isinstance(i.operands[1], pikepdf.Dictionary) and "/MCID" in i.operands[1]
    ]
    used = {str(i.operands[0]) for i in instructions if str(i.operator) == "Do"}
    for name, form in owner.Resources.get("/XObject", {}).items():
        if name in used and form.Subtype == "/Form" and form.objgen not in seen:
            seen.add(form.objgen)
            mcids += mcids_of(form, seen)
    return mcids


def test_link_elements_hold_the_annotations_of_the_pages(pdf: pikepdf.Pdf) -> None:
    parents, found = parents_of(pdf), {a.objgen: a for a in annotations(pdf)}
    referred = []
    for element in tree(pdf):
        for kid in element.K:
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                assert element.S == "/Link"
                referred.append(kid.Obj.objgen)
                assert parents[int(found[kid.Obj.objgen].StructParent)].objgen == element.objgen
    assert sorted(referred) == sorted(found)
    assert len(found) == 8


def test_a_division_in_another_language_says_so() -> None:
    with opened(bound(with_division(block(), "front", FRONT, "15", lang="fr"))) as file:
        (document,) = file.Root.StructTreeRoot.K
        assert [str(part.get("/Lang", "")) for part in document.K] == ["fr", "", ""]


#: A table whose rows have headers too: its cells name what heads them.
COMPLEX = """
<table><thead><tr><th>City</th><th>Year</th></tr></thead>
<tbody><tr><th scope="row">Ashby</th><td>1987</td></tr><tr><th scope="row">Corby</th><td>1990</td></tr></tbody></table>
"""


def test_ids_are_unique_and_headers_name_them() -> None:
    of = with_division(with_division(block(), "laws", LAWS + COMPLEX), "places", PLACES + COMPLEX)
    with opened(bound(of)) as file:
        root = file.Root.StructTreeRoot
        named = {bytes(e.ID): e for e in tree(file) if "/ID" in e}
        assert len(named) == sum("/ID" in e for e in tree(file)) == 9, "two tables of four headers, and a note"
        listed = list(root.IDTree.Names)
        assert [bytes(name) for name in listed[::2]] == sorted(named)
        assert [e.objgen for e in listed[1::2]] == [named[bytes(name)].objgen for name in listed[::2]]
        for part in root.K[0].K:
            own = {bytes(e.ID) for e in elements(part) if "/ID" in e and e.S == "/TH"}
            headers = [bytes(h) for e in elements(part) if "/A" in e for h in e.A.get("/Headers", [])]
            assert set(headers) <= own
            assert len(set(headers)) == (0 if not own else 3), "the years and the two cities; no cell is under “City”"


def test_cells_keep_their_headers_across_divisions_with_the_same_ids() -> None:
    """The engine's ids are object numbers: the same division twice has the same ids twice."""
    front, places = "<h1 id='front'>Front</h1>" + COMPLEX, "<h1 id='places'>Places</h1>" + COMPLEX
    of = with_division(with_division(block(), "front", front), "places", places)
    of = with_division(of, "laws", "<h1 id='laws'>Laws</h1>" + COMPLEX + '<p style="break-before: page">End</p>')
    with opened(bound(replace(of, outlines=()))) as file:
        ids = [str(e.ID) for e in tree(file) if "/ID" in e]
        assert len(ids) == len(set(ids)) == 12
        for part in file.Root.StructTreeRoot.K[0].K:
            own = {str(e.ID) for e in elements(part) if "/ID" in e}
            headers = {str(h) for e in elements(part) if "/A" in e for h in e.A.get("/Headers", [])}
            assert headers < own
            assert len(headers) == 3


def test_an_id_that_is_given_twice_is_an_error_and_the_tree_is_sorted_as_readers_search_it() -> None:
    with pytest.raises(ValueError, match="two structure elements"):
        id_tree([("a.1", 5), ("b", 6), ("a.1", 7)])
    names = ["a b", "a", "a(b", "b", "ä", "a!"]
    with pikepdf.Pdf.new() as file:
        file.Root.Tree = pikepdf.Object.parse(id_tree([(name, 0) for name in names]).replace(b"0 0 R", b"null"))
        found = [bytes(name) for name in list(file.Root.Tree.Names)[::2]]
    assert found == sorted(found)
    assert len(found) == len(names)


# --- fonts and images -----------------------------------------------------------------------------------------------


def test_each_font_is_embedded_once(pdf: pikepdf.Pdf) -> None:
    composite = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Subtype") == "/Type0"]
    files = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
    names = sorted(str(font.BaseFont)[8:] for font in composite)
    assert names == sorted(FACES), "the figures cut is no face of its own"
    assert len({file.FontFile2.objgen for file in files}) == len(files) == len(names)
    assert all(str(font.BaseFont)[7] == "+" and str(font.BaseFont)[1:7].isupper() for font in composite)
    for file in files:
        subset = TTFont(io.BytesIO(file.FontFile2.read_bytes()))
        assert subset["glyf"][".notdef"].numberOfContours == 0, "a box that no page shows"
        assert int(file.FontFile2.Length1) == len(file.FontFile2.read_bytes())


def test_every_glyph_of_every_page_is_in_its_subset(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].obj.Resources.Font.values():
        widths = list(font.DescendantFonts[0].W)
        listed = {
            int(first) + at
            for first, run in zip(widths[::2], widths[1::2], strict=True)
            for at in range(len(list(run)))
        }
        glyphs = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))["glyf"]
        order = glyphs.glyphOrder
        cmap = font.ToUnicode.read_bytes().decode("ascii")
        for glyph in listed:
            assert f"<{glyph:04x}> <" in cmap
        drawn_ones = {at for at, name in enumerate(order) if glyphs[name].numberOfContours}
        assert drawn_ones <= listed | parts_of(glyphs, listed)


def parts_of(glyphs: Any, of: set[int]) -> set[int]:
    """The glyphs that composed glyphs are made of, and those that these are made of."""
    names = glyphs.glyphOrder
    composed = [glyphs[names[at]] for at in of if glyphs[names[at]].isComposite()]
    parts = {names.index(part.glyphName) for glyph in composed for part in glyph.components}
    return parts | parts_of(glyphs, parts) if parts else parts


def test_spaces_that_share_a_glyph_read_as_spaces() -> None:
    sheets = laid(page("x", "<p>No.\u00a07</p>"))
    assert "\u00a0" in to_unicode(sheets.pdf), "alone, the glyph reads as what it first stood for"
    assert "\u00a0" not in to_unicode(whole())


def to_unicode(pdf: bytes) -> str:
    """All that glyphs read as, by the fonts of a file."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        maps = [
            o.ToUnicode.read_bytes() for o in file.objects if isinstance(o, pikepdf.Dictionary) and "/ToUnicode" in o
        ]
    return "".join(
        bytes.fromhex(line.split(b"> <")[1].rstrip(b">").decode()).decode("utf-16-be")
        for cmap in maps
        for line in cmap.partition(b"endcodespacerange")[2].splitlines()
        if b"> <" in line
    )


def test_a_picture_in_two_divisions_is_stored_once(pdf: pikepdf.Pdf) -> None:
    images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
    assert len(images) == 1
    shown = {
        drawing.objgen
        for at in (3, 4)
        for drawing in pdf.pages[at].obj.Resources.XObject.values()
        if drawing.Subtype == "/Image"
    }
    assert shown == {images[0].objgen}


def test_kept_subsets_give_the_same_bytes_and_are_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = MemoryStore()
    assert bind(block(), cache) == whole()
    assert len([entry for entry in cache.kept() if entry.kind == "fonts"]) == len(FACES)
    monkeypatch.setattr("policybook.binding_fonts._made", None)
    assert bind(block(), cache) == whole()


# --- what can't be bound --------------------------------------------------------------------------------------------


def test_all_dead_links_and_repeated_anchors_are_reported_at_once() -> None:
    dead = '<p id="laws"><a href="book:lawz">dead</a> <a href="book:none">dead</a></p>'
    broken = replace(block(), outlines=(*block().outlines, Outline(1, "Gone", "gone")))
    with pytest.raises(ContentError) as caught:
        bound(with_division(broken, "front", FRONT + dead, "15"))
    problems = caught.value.problems
    assert {problem.code for problem in problems} == {"WHOL003"}
    assert sorted(problem.message for problem in problems) == [
        "front, page iii: a link leads to “lawz”, which is nowhere in the book",
        "front, page iii: a link leads to “none”, which is nowhere in the book",
        "the anchor “laws” stands in front and in laws",
        "the bookmark “Gone” leads to “gone”, which is nowhere in the book",
    ]
    assert any("laws" in problem.hint for problem in problems)


@pytest.mark.parametrize("change", ["missing", "twice", "unknown"])
def test_leaves_must_show_every_sheet_once(change: str) -> None:
    leaves = {
        "missing": block().leaves[1:],
        "twice": (*block().leaves, block().leaves[0]),
        "unknown": (*block().leaves, replace(block().leaves[0], sheet=9)),
    }[change]
    with pytest.raises(ValueError, match="exactly once"):
        bound(replace(block(), leaves=leaves))


def test_furniture_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="front: 0 pages of furniture, and page 0 is asked for"):
        bound(replace(block(), furniture={}))
    first, *others = block().leaves
    with pytest.raises(ValueError, match="front: 1 pages of furniture, and page 1 is asked for"):
        bound(replace(block(), leaves=(replace(first, furniture=1), *others)))


@pytest.mark.parametrize("late", [(), ("5",), ("115",), ("xv",), ("15", "16")])
def test_late_numbers_that_do_not_fit_are_an_error(late: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"front prints 1 numbers late|shorter|longer|invalid literal"):
        bound(replace(block(), late={**block().late, "front": late}))


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_book_is_accessible_and_well_formed(pdf: pikepdf.Pdf) -> None:
    for profile in ("ua1", "2a"):
        report = validator.validate_pdf_bytes(whole(), profile=profile)
        assert report.is_compliant, [(f.rule_id, f.message) for f in report.failures]
    assert pdf.check_pdf_syntax() == []
    assert pdf.get_warnings() == []


def test_what_the_document_says_of_itself(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        assert xmp["dc:title"] == "Laws & Places"
        assert xmp["dc:creator"] == ["The Editors"]
        assert xmp["dc:description"] == "Three <small> divisions"
        assert xmp["xmp:CreateDate"] == "2026-02-03T00:00:00Z"
        assert xmp["pdf:Keywords"] == "law, place"
        assert xmp["pdfuaid:part"] == "1"
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert list(xmp["dc:language"]) == ["en-US"]
        assert set(xmp["dc:subject"]) == {"law", "place"}
        assert "dc:rights" not in xmp
        assert "xmp:MetadataDate" not in xmp
    with opened(whole()) as file:
        told = {key: str(value) for key, value in file.docinfo.items()}
    assert told == {
        "/Title": "Laws & Places",
        "/Author": "The Editors",
        "/Subject": "Three <small> divisions",
        "/Keywords": "law, place",
        "/Creator": "policybook",
        "/Producer": "policybook",
        "/CreationDate": "D:20260203000000Z",
        "/ModDate": "D:20260203000000Z",
    }
    assert pdf.Root.Lang == "en-US"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_what_may_be_done_with_the_book_is_said_if_it_is_known() -> None:
    rights = Rights("Licensed under <CC BY 4.0>.", "https://creativecommons.org/licenses/by/4.0/")
    said = bound(replace(block(), rights=rights))
    with opened(said) as file, file.open_metadata(set_pikepdf_as_editor=False) as xmp:
        assert xmp["dc:rights"] == rights.statement
        assert xmp["xmpRights:Marked"] == "True"
        assert xmp["xmpRights:WebStatement"] == rights.address
    assert validator.validate_pdf_bytes(said, profile="2a").is_compliant


def test_colours_are_those_of_a_profile_that_is_in_the_file(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.OutputConditionIdentifier == IDENTIFIER
    assert int(intent.DestOutputProfile.N) == 3
    profile = ImageCms.ImageCmsProfile(io.BytesIO(intent.DestOutputProfile.read_bytes()))
    assert profile.profile.profile_description == IDENTIFIER
    colours = Image.frombytes("RGB", (64, 64), hashlib.shake_128(b"colours").digest(64 * 64 * 3))
    turn = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    turned = ImageCms.applyTransform(colours, turn)
    assert turned is not None
    assert max(high for _, high in ImageChops.difference(colours, turned).getextrema()) <= 1


@pytest.mark.parametrize("title", ["Größe – “Law”", "(a) \\ b) \r\n 5 0 R", "漢 😀 \x01", "ĵȀ"])
def test_what_it_says_survives_in_any_script(title: str) -> None:
    of = replace(block(), metadata=replace(block().metadata, title=title, author=""), titles={"laws": title})
    of = replace(of, outlines=(Outline(1, title, "laws"),))
    with opened(bound(of)) as file:
        assert str(file.docinfo.Title) == title
        assert "/Author" not in file.docinfo
        assert str(file.Root.StructTreeRoot.K[0].K[1].T) == title
        assert str(file.Root.Outlines.First.Title) == title
        assert title in {str(annotation.Contents) for annotation in annotations(file)}


def test_a_view_with_bookmarks_opens_with_them_beside_the_whole_first_page(pdf: pikepdf.Pdf) -> None:
    assert "/PageMode" not in pdf.Root
    assert "/OpenAction" not in pdf.Root
    with opened(bound(block(), View(bookmarks=True))) as file:
        assert file.Root.PageMode == "/UseOutlines"
        first, fit = file.Root.OpenAction
        assert first.objgen == file.pages[0].obj.objgen
        assert fit == "/Fit"


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_input_gives_the_same_bytes_in_every_process(tmp_path: Path, seed: str) -> None:
    """All of it: laid out, folded and bound by another process, and bound from what this one folded."""
    stored = tmp_path / "block"
    stored.write_bytes(pickle.dumps(block()))
    program = (
        "import hashlib, pathlib, pickle, sys; from policybook.binding import bind;"
        "from policybook.store import MemoryStore; from tests.unit import bookblock;"
        "block = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes());"
        "print(*(hashlib.sha256(pdf).hexdigest() for pdf in (bind(block, MemoryStore()), bookblock.whole())))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", program, str(stored)], env=environment, check=True, capture_output=True, text=True
    )
    assert set(done.stdout.split()) == {hashlib.sha256(whole()).hexdigest()}


def test_nothing_of_the_layout_engines_own_file_is_left() -> None:
    assert PAPER in STYLE
    with opened(whole()) as file:
        assert file.docinfo.Producer == "policybook"
        unused = [o for o in file.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Catalog"]
        assert len(unused) == 1
