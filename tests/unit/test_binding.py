"""Binding, proved on small divisions that the layout engine really sets."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import pickle
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from policybook.binding import bind
from policybook.diagnostics import ContentError, MachineError
from policybook.geometry import Geometry
from policybook.pagination import Folio
from policybook.sheets import Leaf, Master, Metadata, Outline, Place, Sheets

GEOMETRY = Geometry(
    trim_width=504,
    trim_height=720,
    bleed=9,
    margin_top=60,
    margin_foot=78,
    margin_inner=54,
    margin_outer=45,
    baseline=13.5,
)
METADATA = Metadata(
    title="Laws & Places",
    author="The Editors",
    subject="Three <small> divisions",
    keywords=("law", "place"),
    language="en-US",
    date="2026-02-03T00:00:00Z",
)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "files"


SERIF = _folder("font_source_serif_pro")
SANS = _folder("font_source_sans_pro")
FONTS = {
    "Book-Serif": SERIF / "SourceSerifPro-Regular.ttf",
    "Book-Serif-Italic": SERIF / "SourceSerifPro-It.ttf",
    "Book-Serif-Bold": SERIF / "SourceSerifPro-Bold.ttf",
    "Book-Serif-Semi-Bold-Italic": SERIF / "SourceSerifPro-SemiboldIt.ttf",
    "Book-Sans": SANS / "SourceSansPro-Regular.ttf",
    "Book-Sans-Semi-Bold": SANS / "SourceSansPro-Semibold.ttf",
}
FACES = (
    ("Book Serif", 400, "normal", FONTS["Book-Serif"].as_uri()),
    ("Book Serif", 400, "italic", FONTS["Book-Serif-Italic"].as_uri()),
    ("Book Serif", 700, "normal", FONTS["Book-Serif-Bold"].as_uri()),
    ("Book Serif", 600, "italic", FONTS["Book-Serif-Semi-Bold-Italic"].as_uri()),
    ("Book Sans", 400, "normal", FONTS["Book-Sans"].as_uri()),
    ("Book Sans", 600, "normal", FONTS["Book-Sans-Semi-Bold"].as_uri()),
)
STYLE = """
@page { size: 504pt 720pt; bleed: 13.5pt; margin: 60pt 49.5pt 78pt; background: #f4f1ea }
body { font: 10pt/13.5pt "Book Serif"; margin: 0 }
ul { list-style-type: disc } th, figcaption { font-family: "Book Sans"; font-weight: 600 }
.small { font-variant-caps: small-caps } .old { font-variant-numeric: oldstyle-nums }
.note { float: footnote; font-size: 8pt } .faint { opacity: 0.5 } .next { break-before: page }
b i { font-weight: 600 } .more::after { content: ": see there" }
"""
FRONT = """
<h1 id="front">Contents</h1>
<p><a href="book:laws">Laws of the <span class="small">Five Cities</span></a> <a href="#front.end">below</a></p>
<p><a class="more" href="book:places.table">The table</a> <a href="https://example.org/law">a page of the web</a></p>
<p id="front.end">No.\u00a07</p>
"""
LAWS = """
<h1 id="laws">Laws</h1>
<p>In <span class="old">1987</span> the office \u201cfiled\u201d its <i>first <b>ordinance</b></i>, A\u00c9\u00f6 with
<b>bold</b><span class="note">A note of the foot, on the office.</span> words.</p>
<ul><li>One<ul><li>One and a half</li></ul></li><li>Two</li></ul>
<table><caption>Cities</caption><thead><tr><th>City</th><th>Year</th></tr></thead>
<tbody><tr><td>Ashby</td><td>1987</td></tr><tr><td>Corby</td><td>1990</td></tr></tbody></table>
<p class="next faint" id="laws.half">Half of it <a href="#laws">first page</a>, <a href="book:front">front</a>.</p>
<figure><img alt="A blue field" style="width: 60pt" src="SRC"><figcaption>Blue</figcaption></figure>
<p id="laws.end"><b><i>The end.</i></b></p>
"""
PLACES = """
<h1 id="places">Places</h1>
<table id="places.table"><thead><tr><th>Place</th><th>State</th></tr></thead>
<tbody><tr><td>Ashby, 2014</td><td>MA</td></tr><tr><td>Derby</td><td>CT</td></tr></tbody></table>
<figure><img alt="The same blue field" style="width: 90pt" src="SRC"><figcaption>Again</figcaption></figure>
<p><a href="book:laws.half">half</a> <a href="mailto:editors@example.org">write</a></p>
<svg width="40" height="40"><title>A red square</title><rect width="30" height="30" fill="red"/></svg>
"""
FURNITURE = """
<section><p style="position: absolute; top: -30pt; left: 0">The Laws <i>2026</i></p>
<p style="margin-top: 540pt" class="faint">iii</p></section>
<section class="next"><p style="margin-top: 540pt">12</p></section>
"""


def _picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (24, 12), (20, 90, 200)).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


@pytest.fixture(scope="module")
def weasyprint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The layout engine with no fonts but those of the style sheet."""
    config = tmp_path_factory.mktemp("fontconfig") / "fonts.conf"
    config.write_text(f"<fontconfig><cachedir>{config.parent}</cachedir></fontconfig>", encoding="ascii")
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(config)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No fonts configured")
        import weasyprint as engine  # noqa: PLC0415 - it looks for fonts when it is imported

    yield engine
    if before is None:
        del os.environ["FONTCONFIG_FILE"]
    else:
        os.environ["FONTCONFIG_FILE"] = before


def _set(engine: Any, division: str, body: str, *, style: str = STYLE, lang: str = "en-US") -> Sheets:
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {slant}; src: url({file}) }}'
        for family, weight, slant, file in FACES
    )
    markup = f"<html lang={lang}><title>{division}</title><style>{faces}{style}</style><body>{body}"
    document = engine.HTML(string=markup.replace("SRC", _picture())).render(pdf_variant="pdf/ua-1")
    pdf = document.write_pdf(pdf_variant="pdf/ua-1")
    anchors = {
        anchor: Place(sheet, box[0] * 0.75, 720 - box[1] * 0.75)
        for sheet, page in enumerate(document.pages)
        for anchor, box in page.anchors.items()
    }
    return Sheets(division, pdf, len(document.pages), anchors)


@dataclass(frozen=True, slots=True)
class Job:
    """What `bind` is given, in the order of its parameters."""

    leaves: tuple[Leaf, ...]
    sheets: dict[str, Sheets]
    furniture: Sheets | None
    outlines: tuple[Outline, ...]
    titles: dict[str, str]
    metadata: Metadata = METADATA
    geometry: Geometry = GEOMETRY
    fonts: tuple[tuple[str, Path], ...] = tuple(FONTS.items())

    def bound(self) -> Master:
        return bind(
            self.leaves,
            self.sheets,
            self.furniture,
            self.outlines,
            self.titles,
            self.metadata,
            self.geometry,
            dict(self.fonts),
        )

    def with_sheets(self, sheets: Sheets) -> Job:
        return replace(self, sheets=self.sheets | {sheets.division: sheets})


@pytest.fixture(scope="module")
def job(weasyprint: Any) -> Job:
    """Three divisions on six leaves, one of them blank."""
    sheets = {name: _set(weasyprint, name, body) for name, body in _BODIES.items()}
    assert [s.count for s in sheets.values()] == [1, 2, 1]
    return Job(
        leaves=(
            Leaf("front", 0, Folio(arabic=False, number=3), verso=False, furniture=0),
            Leaf("front", None, Folio(arabic=False, number=4), verso=True),
            Leaf("laws", 0, Folio(arabic=True, number=11), verso=False),
            Leaf("laws", 1, Folio(arabic=True, number=12), verso=True, furniture=1),
            Leaf("places", 0, Folio(arabic=True, number=15), verso=False),
            Leaf("places", None, Folio(arabic=True, number=16), verso=True, furniture=1),
        ),
        sheets=sheets,
        furniture=_set(weasyprint, "furniture", FURNITURE, style=STYLE.replace("background", "--background")),
        outlines=(
            Outline(1, "Contents", "front"),
            Outline(1, "Laws", "laws"),
            Outline(2, "Half", "laws.half"),
            Outline(3, "The end", "laws.end"),
            Outline(2, "The end again", "laws.end"),
            Outline(1, "Places", "places"),
        ),
        titles={"laws": "The laws of the cities", "places.table": "Table 1. Places"},
    )


_BODIES = {"front": FRONT, "laws": LAWS, "places": PLACES}


@pytest.fixture(scope="module")
def master(job: Job) -> Master:
    return job.bound()


@pytest.fixture
def pdf(master: Master) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(master.pdf)) as opened:
        yield opened


def _text(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _words(text: str) -> Counter[str]:
    return Counter(text.replace("\u00a0", " ").split())


def _elements(top: Any) -> Iterator[Any]:
    yield top
    for kid in top.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _elements(kid)


def _destinations(pdf: pikepdf.Pdf) -> dict[str, Any]:
    names = list(pdf.Root.Names.Dests.Names)
    return {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}


# --- the pages ------------------------------------------------------------------------------------------------------


def test_each_page_reads_as_its_sheet_and_its_furniture(job: Job, master: Master) -> None:
    assert job.furniture is not None
    furniture = _text(job.furniture.pdf)
    bound = _text(master.pdf)
    assert len(bound) == len(job.leaves)
    for leaf, text in zip(job.leaves, bound, strict=True):
        sheet = "" if leaf.sheet is None else _text(job.sheets[leaf.division].pdf)[leaf.sheet]
        over = "" if leaf.furniture is None else furniture[leaf.furniture]
        assert _words(text) == _words(sheet) + _words(over)
        assert text.startswith(sheet.replace("\u00a0", " "))


def test_pages_look_as_their_sheets_did(job: Job) -> None:
    bare = replace(
        job,
        leaves=tuple(replace(leaf, furniture=None, verso=False) for leaf in job.leaves),
        geometry=replace(GEOMETRY, margin_inner=49.5, margin_outer=49.5, bleed=13.5),
    )
    bound = _drawn(bare.bound().pdf)
    for leaf, picture in zip(bare.leaves, bound, strict=True):
        if leaf.sheet is not None:
            sheet = _drawn(job.sheets[leaf.division].pdf)[leaf.sheet]
            assert picture.size == sheet.size
            assert ImageChops.difference(picture, sheet).getbbox() is None


def test_furniture_is_drawn_over_the_page(job: Job, master: Master) -> None:
    assert job.furniture is not None
    bare = replace(job, leaves=tuple(replace(leaf, furniture=None) for leaf in job.leaves)).bound()
    for leaf, dressed, plain in zip(job.leaves, _drawn(master.pdf), _drawn(bare.pdf), strict=True):
        changed = ImageChops.difference(dressed, plain).getbbox()
        assert (changed is not None) == (leaf.furniture is not None)
        if leaf.furniture == 1:
            assert changed is not None
            assert changed[2] - changed[0] < 30, "more than the folio was drawn over"


def _drawn(pdf: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=2).to_pil() for page in document]


def test_boxes_mirror_the_margins_and_leave_the_artwork(job: Job, pdf: pikepdf.Pdf) -> None:
    for leaf, page in zip(job.leaves, pdf.pages, strict=True):
        shift = 4.5 if leaf.verso else -4.5
        assert [float(side) for side in page.obj.TrimBox] == [shift, 0, 504 + shift, 720]
        for box in ("/BleedBox", "/MediaBox", "/CropBox"):
            assert [float(side) for side in page.obj[box]] == [shift - 9, -9, 513 + shift, 729]
        assert "/ArtBox" not in page.obj
        assert page.obj.Tabs == "/S"


def test_a_blank_leaf_has_no_content(pdf: pikepdf.Pdf) -> None:
    assert "/Contents" not in pdf.pages[1].obj
    assert "/StructParents" not in pdf.pages[1].obj


def test_furniture_is_an_artifact_with_nothing_marked_inside(pdf: pikepdf.Pdf) -> None:
    operators = [str(i.operator) for i in pikepdf.parse_content_stream(pdf.pages[3])]
    assert operators[0] == "q"
    assert operators[-6:] == ["Q", "BDC", "q", "Do", "Q", "EMC"]
    artifact = pikepdf.parse_content_stream(pdf.pages[3])[-5]
    assert list(artifact.operands) == ["/Artifact", pikepdf.Dictionary(Type=pikepdf.Name.Pagination)]
    forms = [pdf.pages[0].obj.Resources.XObject["/Furniture0"]]
    forms += [form for form in forms[0].Resources.XObject.values() if form.Subtype == "/Form"]
    assert len(forms) > 1, "the faint folio is drawn as a form of its own"
    for form in forms:
        assert not {"BDC", "BMC", "EMC"} & {str(i.operator) for i in pikepdf.parse_content_stream(form)}


# --- ways through the book ------------------------------------------------------------------------------------------


def test_every_link_lands_on_its_page(master: Master) -> None:
    reader = pypdf.PdfReader(io.BytesIO(master.pdf))
    named = reader.named_destinations
    landed = {
        (number, annotation["/Contents"]): reader.get_destination_page_number(named[annotation["/Dest"]])
        for number, page in enumerate(reader.pages)
        for annotation in (entry.get_object() for entry in page.get("/Annots", []))
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


def test_anchors_may_have_letters_that_addresses_escape(job: Job, weasyprint: Any) -> None:
    places = _set(weasyprint, "places", PLACES + '<p id="places.größe"><a href="#places.größe">near</a></p>')
    front = _set(weasyprint, "front", FRONT + '<p><a href="book:places.größe">far</a></p>')
    bound = replace(job, titles={"places.größe": "Größe"}).with_sheets(places).with_sheets(front).bound()
    with pikepdf.open(io.BytesIO(bound.pdf)) as pdf:
        links = [
            (a.Dest, n)
            for n, page in enumerate(pdf.pages)
            for a in page.obj.get("/Annots", [])
            if a.Contents == "Größe"
        ]
        assert [number for _, number in links] == [0, 4]
        names = list(pdf.Root.Names.Dests.Names)
        assert {bytes(name) for name, _ in links} <= {bytes(name) for name in names[::2]}


def test_links_out_of_the_book_say_where_they_lead(pdf: pikepdf.Pdf) -> None:
    annotations = [a for page in pdf.pages for a in page.obj.get("/Annots", [])]
    assert {str(a.Contents): str(a.A.URI) for a in annotations if "/A" in a} == {
        "Web page: https://example.org/law": "https://example.org/law",
        "E-mail: editors@example.org": "mailto:editors@example.org",
    }
    assert {int(a.F) for a in annotations} == {4}


def test_every_anchor_is_a_named_destination(job: Job, pdf: pikepdf.Pdf) -> None:
    names = [bytes(name) for name in list(pdf.Root.Names.Dests.Names)[::2]]
    assert names == sorted(names)
    leaf_of = {(leaf.division, leaf.sheet): at for at, leaf in enumerate(job.leaves)}
    destinations = _destinations(pdf)
    places = {a: (s.division, p) for s in job.sheets.values() for a, p in s.anchors.items()}
    assert destinations.keys() == places.keys()
    for anchor, (division, place) in places.items():
        page, fit, x, y, zoom = destinations[anchor]
        assert page.objgen == pdf.pages[leaf_of[division, place.sheet]].obj.objgen
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


def test_page_labels_are_the_folios(job: Job, master: Master) -> None:
    labels = pypdf.PdfReader(io.BytesIO(master.pdf)).page_labels
    assert labels == [str(leaf.folio) for leaf in job.leaves] == ["iii", "iv", "11", "12", "15", "16"]


# --- the structure --------------------------------------------------------------------------------------------------


def test_each_division_is_a_part_of_one_document(pdf: pikepdf.Pdf) -> None:
    (document,) = pdf.Root.StructTreeRoot.K
    assert document.S == "/Document"
    assert [(str(part.S), str(part.get("/T", ""))) for part in document.K] == [
        ("/Part", ""),
        ("/Part", "The laws of the cities"),
        ("/Part", ""),
    ]
    for element in _elements(document):
        for kid in element.K:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                assert kid.P.objgen == element.objgen


def test_the_parent_tree_leads_from_every_mark_to_its_element(job: Job, pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.StructTreeRoot
    keys = [int(key) for key in list(tree.ParentTree.Nums)[::2]]
    assert keys == sorted(set(keys))
    assert tree.ParentTreeNextKey == keys[-1] + 1
    parents = dict(zip(keys, list(tree.ParentTree.Nums)[1::2], strict=True))
    marks = 0
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    for element in _elements(tree.K[0]):
        for kid in element.K:
            if isinstance(kid, int):
                number = pages[element.Pg.objgen]
                assert parents[number][kid].objgen == element.objgen
                marks += 1
    drawn = 0
    for leaf, page in zip(job.leaves, pdf.pages, strict=True):
        mcids = _mcids(page.obj, set())
        if leaf.sheet is not None:
            drawn += len(mcids)
            assert sorted(mcids) == list(range(len(parents[int(page.obj.StructParents)])))
    assert marks == drawn > 40


def _mcids(owner: Any, seen: set[Any]) -> list[int]:
    """The MCIDs in a page and in the forms that its resources name, each form once."""
    mcids = [
        int(i.operands[1].MCID)
        for i in pikepdf.parse_content_stream(owner)
        if str(i.operator) == "BDC" and isinstance(i.operands[1], pikepdf.Dictionary) and "/MCID" in i.operands[1]
    ]
    used = {str(i.operands[0]) for i in pikepdf.parse_content_stream(owner) if str(i.operator) == "Do"}
    for name, form in owner.Resources.get("/XObject", {}).items():
        if name in used and form.Subtype == "/Form" and form.objgen not in seen:
            seen.add(form.objgen)
            mcids += _mcids(form, seen)
    return mcids


def test_link_elements_hold_the_annotations_of_the_pages(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.StructTreeRoot
    nums = list(tree.ParentTree.Nums)
    parents = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
    annotations = {a.objgen: a for page in pdf.pages for a in page.obj.get("/Annots", [])}
    referred = []
    for element in _elements(tree.K[0]):
        for kid in element.K:
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                referred.append(kid.Obj.objgen)
                assert parents[int(annotations[kid.Obj.objgen].StructParent)].objgen == element.objgen
    assert sorted(referred) == sorted(annotations)
    assert len(annotations) == 8


def test_boxes_inside_a_link_make_no_second_link(job: Job, pdf: pikepdf.Pdf) -> None:
    with pikepdf.open(io.BytesIO(job.sheets["front"].pdf)) as front:
        assert len(front.pages[0].obj.Annots) == 6, "the engine no longer makes one for each box in a link"
    assert len(pdf.pages[0].obj.Annots) == 4
    links = [e for e in _elements(pdf.Root.StructTreeRoot.K[0]) if e.S == "/Link"]
    assert all(sum("/Obj" in kid for kid in link.K if isinstance(kid, pikepdf.Dictionary)) == 1 for link in links)


def test_a_division_in_another_language_says_so(job: Job, weasyprint: Any) -> None:
    french = job.with_sheets(_set(weasyprint, "front", FRONT, lang="fr"))
    with pikepdf.open(io.BytesIO(french.bound().pdf)) as pdf:
        (document,) = pdf.Root.StructTreeRoot.K
        assert [str(part.get("/Lang", "")) for part in document.K] == ["fr", "", ""]


def test_ids_are_unique_and_headers_name_them(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.StructTreeRoot
    named = {bytes(e.ID): e for e in _elements(tree.K[0]) if "/ID" in e}
    assert len(named) == sum("/ID" in e for e in _elements(tree.K[0])) == 4
    listed = list(tree.IDTree.Names)
    assert [bytes(name) for name in listed[::2]] == sorted(named)
    assert [e.objgen for e in listed[1::2]] == [named[bytes(name)].objgen for name in listed[::2]]
    for part in tree.K[0].K:
        own = {bytes(e.ID) for e in _elements(part) if "/ID" in e}
        headers = [bytes(h) for e in _elements(part) if "/A" in e for h in e.A.get("/Headers", [])]
        assert set(headers) == own


def test_cells_keep_their_headers_across_divisions_with_the_same_ids(job: Job) -> None:
    """The engine's ids are object numbers: the same division twice has the same ids twice."""
    laws = job.sheets["laws"]
    twin = Sheets("twin", laws.pdf, laws.count, {})
    links = replace(
        job,
        outlines=(),
        leaves=(
            *job.leaves,
            *(Leaf("twin", sheet, Folio(arabic=True, number=17 + sheet), verso=False) for sheet in range(2)),
        ),
    ).with_sheets(twin)
    with pikepdf.open(io.BytesIO(links.bound().pdf)) as pdf:
        ids = [bytes(e.ID) for e in _elements(pdf.Root.StructTreeRoot.K[0]) if "/ID" in e]
        assert len(ids) == len(set(ids)) == 6


# --- fonts and images -----------------------------------------------------------------------------------------------


def test_each_font_is_embedded_once(pdf: pikepdf.Pdf) -> None:
    composite = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Subtype") == "/Type0"]
    files = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
    names = sorted(str(font.BaseFont)[8:] for font in composite)
    assert names == sorted(FONTS.keys() - {"Book-Sans"})
    assert len({file.FontFile2.objgen for file in files}) == len(files) == len(names)
    assert all(str(font.BaseFont)[7] == "+" for font in composite)
    for file in files:
        subset = TTFont(io.BytesIO(file.FontFile2.read_bytes()))
        assert subset["glyf"][".notdef"].numberOfContours == 0, "a box that no page shows"


def test_spaces_that_share_a_glyph_read_as_spaces(weasyprint: Any, master: Master) -> None:
    unbound = _set(weasyprint, "x", "<p>No.\u00a07</p>")
    assert "\u00a0" in _to_unicode(unbound.pdf), "alone, the glyph reads as what it first stood for"
    assert "\u00a0" not in _to_unicode(master.pdf)


def _to_unicode(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        maps = [
            o.ToUnicode.read_bytes() for o in opened.objects if isinstance(o, pikepdf.Dictionary) and "/ToUnicode" in o
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


def test_a_font_that_is_not_the_books_is_an_error(job: Job) -> None:
    few = tuple(entry for entry in job.fonts if entry[0] not in ("Book-Sans-Semi-Bold", "Book-Serif-Italic"))
    with pytest.raises(MachineError, match="Book-Sans-Semi-Bold, Book-Serif-Italic"):
        replace(job, fonts=few).bound()


def test_another_font_file_than_the_one_that_was_set_is_an_error(job: Job) -> None:
    wrong = dict(job.fonts) | {"Book-Serif": FONTS["Book-Sans"]}
    with pytest.raises(MachineError, match=r"not set with SourceSansPro-Regular\.ttf"):
        replace(job, fonts=tuple(wrong.items())).bound()


def test_a_font_file_with_cubic_outlines_is_an_error(job: Job) -> None:
    wrong = dict(job.fonts) | {"Book-Serif": SERIF / "SourceSerifPro-Regular.otf"}
    with pytest.raises(MachineError, match="not a static TrueType font"):
        replace(job, fonts=tuple(wrong.items())).bound()


def test_a_character_that_the_font_lacks_is_an_error(job: Job, weasyprint: Any) -> None:
    lacking = _set(weasyprint, "front", FRONT + "<p>\u6f22</p>")
    with pytest.raises(ContentError) as caught:
        job.with_sheets(lacking).bound()
    assert [str(p.code) for p in caught.value.problems] == ["FONT001"]
    assert caught.value.problems[0].message == "front: Book-Serif has no “漢” (U+6F22)"


# --- what can't be bound --------------------------------------------------------------------------------------------


def test_all_dead_links_and_repeated_anchors_are_reported_at_once(job: Job, weasyprint: Any) -> None:
    front = _set(
        weasyprint, "front", FRONT + '<p id="laws"><a href="book:lawz">dead</a> <a href="book:none">dead</a></p>'
    )
    broken = replace(job, outlines=(*job.outlines, Outline(1, "Gone", "gone"))).with_sheets(front)
    with pytest.raises(ContentError) as caught:
        broken.bound()
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
def test_leaves_must_show_every_sheet_once(job: Job, change: str) -> None:
    leaves = {
        "missing": job.leaves[1:],
        "twice": (*job.leaves, job.leaves[0]),
        "unknown": (*job.leaves, replace(job.leaves[0], sheet=9)),
    }[change]
    with pytest.raises(ValueError, match="exactly once"):
        replace(job, leaves=leaves).bound()


def test_furniture_that_is_not_there_is_an_error(job: Job) -> None:
    with pytest.raises(ValueError, match="the furniture has 0 pages"):
        replace(job, furniture=None).bound()


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_master_is_accessible_and_well_formed(master: Master, pdf: pikepdf.Pdf) -> None:
    report = validator.validate_pdf_bytes(master.pdf, profile="ua1")
    assert report.is_compliant, [(f.rule_id, f.message) for f in report.failures]
    assert pdf.check_pdf_syntax() == []


def test_what_the_document_says_of_itself(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        assert xmp["dc:title"] == "Laws & Places"
        assert xmp["dc:creator"] == ["The Editors"]
        assert xmp["dc:description"] == "Three <small> divisions"
        assert xmp["xmp:CreateDate"] == "2026-02-03T00:00:00Z"
        assert xmp["pdf:Keywords"] == "law, place"
        assert xmp["pdfuaid:part"] == "1"
        assert list(xmp["dc:language"]) == ["en-US"]
        assert "xmp:MetadataDate" not in xmp
    assert {key: str(value) for key, value in pdf.docinfo.items()} == {
        "/Title": "Laws & Places",
        "/Author": "The Editors",
        "/Subject": "Three <small> divisions",
        "/Keywords": "law, place",
        "/CreationDate": "D:20260203000000+00'00",
    }
    assert pdf.Root.Lang == "en-US"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_the_same_input_gives_the_same_bytes_in_every_process(job: Job, master: Master, tmp_path: Path) -> None:
    stored = tmp_path / "job"
    arguments = (job.leaves, job.sheets, job.furniture, job.outlines, job.titles, METADATA, GEOMETRY, dict(job.fonts))
    stored.write_bytes(pickle.dumps(arguments))
    program = (
        "import hashlib, pathlib, pickle, sys; from policybook.binding import bind;"
        "job = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes());"
        "print(hashlib.sha256(bind(*job).pdf).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(stored)],
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {hashlib.sha256(master.pdf).hexdigest()}
