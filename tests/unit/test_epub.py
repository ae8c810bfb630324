"""The EPUB: one container, the whole book in its order, every link and note reached, the pages of print.

Documents are read with ElementTree, so that one that is not well-formed XML fails by itself.
"""

from __future__ import annotations

import base64
import io
import posixpath
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from policybook.assembly import assemble
from policybook.book import Book
from policybook.composition import compose
from policybook.diagnostics import ContentError
from policybook.epub import epub
from policybook.epub_names import address, fragment
from policybook.manuscript import read_manuscript
from policybook.pagination import Folio, Matter, Pagination
from policybook.picture_fonts import by_itself
from policybook.preflight.expected import expected_pieces
from policybook.prepress.cover_picture import cover_picture
from policybook.resources import find_resources
from policybook.settling import COVER
from policybook.sheets import Layout
from tests.unit.editions import BRIEF, LEAST, book, brief

ROOT = Path(__file__).parents[2]
RESOURCES = find_resources(ROOT)
XHTML, OPS = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/ops}"
OPF, DC = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"
#: Anchors on a page of the pagination that tests make up.
PER_PAGE = 7
HOSTILE = """<script>alert(1)</script> & "q" 'p' ]]> </section>"""
MADE = """[cover, half-title, frontispiece, title-page, contents, lists]
back: [glossary, directory, laws, places, subjects]"""
HEADER = """partners: [{organization: acme}]
key_figures: [{value: "5 & 6", text: "k [@a-2020] {index: wages > in a figure}"}]
cases:
- {id: reno, place: 'R<e>no & "Co"', state: NV, kind: city, law: L, enacted: 2014-06, figures: [{text: "f [@a-2020]"}]}
resources: [{organization: acme, for: "r [@a-2020]"}]
"""
BODY = """## Landscape and resources

one[@a-2020]{index: wages} two[@a-2020] three[^n] [](table:t) [](figure:f) [words](section:brief/end)
[](term:preemption) [web](https://e.example.org/a(b)?q=1&r=%22x%22)

[^n]: text{index: wages > in a note} [](brief:2nd-brief) [@b-2021]

### End

1. first\\
   line
2. second

> quoted

::: callout A "title"
::: pullquote
[](case:brief/reno)
:::
:::

::: table t
file: d.csv
caption: 'C {index: wages > in a table}'
columns: [{field: a}, {field: b, align: decimal, unit: $}]
source: c-2022
:::

::: figure f
file: "f & 1.svg"
alt: 'A "figure" <b>'
caption: C
:::

::: case reno
one {index from: wages > of a case}

two {index to: wages > of a case}
:::
"""
DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)">
<style>text { font-family: "Book Sans" }</style>
<text onclick='alert(2)' font-family="Book Sans" y="5">Words</text></svg>"""


def rich(at: Path, notes: str = "end") -> Book:
    """A book with every kind of division, block and anchor, and with content that means ill."""
    edition = (
        LEAST["edition.yaml"]
        .replace("[contents]", MADE)
        .replace("{heading: Text,", "{heading: Landscape and resources,")
        .replace("title: A Book", f"title: '{HOSTILE.replace(chr(39), chr(39) * 2)}'")
    )
    files: dict[str, str | bytes] = {
        "edition.yaml": f"{edition}notes: {notes}\n",
        "index.yaml": "- headword: wages\n- {headword: pay, see: [wages]}\n- {headword: hours, see_also: [wages]}\n",
        "data/d.csv": "a,b\nx & <y>,1.5\n,2\n",
        "images/f & 1.svg": DRAWING,
        BRIEF: brief(BODY, HEADER).replace("In short.", "'1 \\<b> 2 & 3 [@a-2020]'"),
        "parts/01-part/2nd-brief.md": brief(
            "## Landscape and resources\n\none[@a-2020]{index: hours > of rest}", "order: 2\n"
        ),
    }
    return book(at, files=files)


def paginated(of: Book) -> Pagination:
    """A pagination of all anchors that print has, each page of which holds a few of them."""
    layout = Layout("standard", of.edition.page.geometry())
    folios: dict[str, Folio] = {}
    number, arabic = 0, False
    for division in of.divisions:
        if division.matter is not Matter.FRONT and not arabic:
            number, arabic = 0, True
        number += 1
        markup = compose(of, division, layout, Pagination(), RESOURCES).markup
        for index, anchor in enumerate(re.findall(r'\bid="([^"]+)"', markup)):
            number += index > 0 and index % PER_PAGE == 0
            folios[anchor] = Folio(arabic, 1 if division.id == COVER else number)
        number -= division.id == COVER
    return Pagination(folios)


class Opened:
    """An EPUB, read back: its files by name, its documents as trees."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.entries = archive.infolist()
            self.files = {entry.filename: archive.read(entry) for entry in self.entries}
        self.package = fromstring(self.files["EPUB/package.opf"])
        self.items = {item.attrib["id"]: item for item in self.package.iter(f"{OPF}item")}
        self.trees = {
            self.name(item): fromstring(self.files[self.name(item)])
            for item in self.items.values()
            if item.attrib["media-type"] in ("application/xhtml+xml", "image/svg+xml")
        }
        self.spine = [self.name(self.items[ref.attrib["idref"]]) for ref in self.package.iter(f"{OPF}itemref")]
        self.navigation = self.trees["EPUB/nav.xhtml"]

    @staticmethod
    def name(item: Element) -> str:
        return f"EPUB/{unquote(item.attrib['href'])}"

    def ids(self, name: str) -> list[str]:
        return [element.attrib["id"] for element in self.trees[name].iter() if "id" in element.attrib]

    def text(self, id: str) -> Element:
        return self.trees[f"EPUB/text/{id}.xhtml"]

    def nav(self, kind: str) -> list[tuple[str, str]]:
        """The lines of a list of the navigation document: their words and addresses."""
        (nav,) = (nav for nav in self.navigation.iter(f"{XHTML}nav") if nav.attrib[f"{OPS}type"] == kind)
        return [("".join(a.itertext()), a.attrib["href"]) for a in nav.iter(f"{XHTML}a")]

    def said(self, name: str) -> list[str]:
        """What the package document says by a property."""
        return [meta.text or "" for meta in self.package.iter(f"{OPF}meta") if meta.attrib["property"] == name]


def links(opened: Opened) -> Iterator[tuple[str, str]]:
    """Every address in the documents with the name of its document."""
    for name, tree in opened.trees.items():
        for element in tree.iter():
            for attribute in ("href", "src"):
                if attribute in element.attrib:
                    yield name, element.attrib[attribute]


def typed(tree: Element, kind: str) -> list[Element]:
    return [element for element in tree.iter() if element.attrib.get(f"{OPS}type") == kind]


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module", params=["sound", "end", "foot"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Pagination, bytes]:
    """Three books: the sound one, and one of everything with its notes at the end and at the foot."""
    if request.param == "sound":
        of = assemble(read_manuscript(ROOT / "tests" / "sound" / "content" / "sample"))
    else:
        of = rich(tmp_path_factory.mktemp("rich"), request.param)
    pagination = paginated(of)
    return of, pagination, epub(of, pagination, RESOURCES)


@pytest.fixture(scope="module")
def opened(made: tuple[Book, Pagination, bytes]) -> Opened:
    return Opened(made[2])


@pytest.fixture
def rich_epub(tmp_path: Path) -> Opened:
    of = rich(tmp_path)
    return Opened(epub(of, paginated(of), RESOURCES))


# --- the container ----------------------------------------------------------------------------------------------------


def test_the_container_starts_with_its_type_and_leads_to_the_package(opened: Opened) -> None:
    first = opened.entries[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert opened.files["mimetype"] == b"application/epub+zip"
    container = fromstring(opened.files["META-INF/container.xml"])
    assert [e.attrib["full-path"] for e in container.iter() if "full-path" in e.attrib] == ["EPUB/package.opf"]


def test_the_manifest_names_every_file_and_no_other(opened: Opened) -> None:
    named = [opened.name(item) for item in opened.items.values()]
    assert len(named) == len(set(named))
    assert {*named, "mimetype", "META-INF/container.xml", "EPUB/package.opf"} == set(opened.files)
    assert len(opened.entries) == len(opened.files)


def test_no_file_is_an_orphan(opened: Opened) -> None:
    reached = {posixpath.normpath(posixpath.join(posixpath.dirname(n), h.partition("#")[0])) for n, h in links(opened)}
    properties = {opened.name(item) for item in opened.items.values() if "properties" in item.attrib}
    assert {opened.name(item) for item in opened.items.values()} - reached - properties == set()


def test_the_spine_is_the_book(made: tuple[Book, Pagination, bytes], opened: Opened) -> None:
    assert opened.spine == [f"EPUB/text/{division.id}.xhtml" for division in made[0].divisions]


def test_drawings_in_a_document_are_declared(opened: Opened) -> None:
    for item in opened.items.values():
        if item.attrib["media-type"] == "application/xhtml+xml":
            drawn = b"<svg" in opened.files[opened.name(item)]
            assert ("svg" in item.attrib.get("properties", "").split()) == drawn


def test_the_same_book_gives_the_same_bytes(made: tuple[Book, Pagination, bytes]) -> None:
    of, pagination, content = made
    shuffled = Pagination(dict(sorted(pagination.folios.items(), reverse=True)))
    assert epub(of, shuffled, RESOURCES) == content


def test_the_whole_source_is_in_it(made: tuple[Book, Pagination, bytes], opened: Opened) -> None:
    of, pagination, _ = made
    lost, seen = [], 0
    for division in of.divisions:
        tree = opened.text(division.id)
        text = bare("".join(tree.itertext())) + bare("".join(e.attrib.get("alt", "") for e in tree.iter()))
        for piece in expected_pieces(of, division, pagination):
            at = 0
            for part in piece.parts:
                at = text.find(bare(part), at) if at >= 0 else at
            lost += [piece] if at < 0 else []
            seen += 1
    assert seen > 30
    assert lost == []


# --- links and notes --------------------------------------------------------------------------------------------------


def test_every_link_leads_to_a_place_and_nothing_is_fetched(opened: Opened) -> None:
    known = {name: set(opened.ids(name)) for name in opened.trees}
    checked = 0
    for name, href in links(opened):
        if href.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, place = href.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
        assert target in opened.files, (name, href)
        assert not place or place in known[target], (name, href)
        checked += 1
    assert checked > 50
    fetched = [e.attrib.get("src", "") for tree in opened.trees.values() for e in tree.iter() if "src" in e.attrib]
    assert [source for source in fetched if not source.startswith("../images/")] == []
    assert b"url(" not in opened.files["EPUB/styles/epub.css"]
    assert b"@import" not in opened.files["EPUB/styles/epub.css"]


def test_every_anchor_of_print_is_a_place(made: tuple[Book, Pagination, bytes], opened: Opened) -> None:
    of, pagination, _ = made
    found = {id for division in of.divisions for id in opened.ids(f"EPUB/text/{division.id}.xhtml")}
    assert {fragment(anchor) for anchor in pagination.folios} - found == set()


def test_places_have_names_of_xml_and_each_its_own(opened: Opened) -> None:
    for name in opened.trees:
        ids = opened.ids(name)
        assert len(ids) == len(set(ids)), name
        assert [id for id in ids if not re.fullmatch(r"[A-Za-z_][\w.-]*", id)] == []


def test_every_note_is_reached_and_leads_back(made: tuple[Book, Pagination, bytes], opened: Opened) -> None:
    seen = 0
    for division in made[0].divisions:
        tree = opened.text(division.id)
        marks = {mark.attrib["id"]: mark.attrib["href"] for mark in typed(tree, "noteref")}
        notes = {note.attrib["id"]: note for note in typed(tree, "footnote")}
        assert {href.partition("#")[2] for href in marks.values()} == set(notes)
        for id, note in notes.items():
            (back,) = typed(note, "backlink")
            assert marks[back.attrib["href"].partition("#")[2]].partition("#")[2] == id
        assert len(notes) == len(getattr(division.content, "notes", ()))
        seen += len(notes)
    assert seen


def test_addresses_of_the_web_are_escaped() -> None:
    assert (
        address("https://e.example.org/a b|[c]?q=%22&r=é#f") == "https://e.example.org/a%20b%7C%5Bc%5D?q=%22&r=%C3%A9#f"
    )


# --- the pages of print -----------------------------------------------------------------------------------------------


def folios_of(of: Book, pagination: Pagination) -> list[str]:
    """The folios of the divisions' pages, from that of the first word of each to that of its last."""
    found = []
    for division in of.divisions:
        first, last = pagination.folio(division.id), pagination.folio(division.end)
        if division.id != COVER:
            found += [str(Folio(first.arabic, number)) for number in range(first.number, last.number + 1)]
    return found


def test_the_page_list_is_that_of_print(made: tuple[Book, Pagination, bytes], opened: Opened) -> None:
    of, pagination, _ = made
    pages = opened.nav("page-list")
    assert [folio for folio, _ in pages] == folios_of(of, pagination)
    marks = [
        (mark.attrib["aria-label"], f"text/{division.id}.xhtml#{mark.attrib['id']}")
        for division in of.divisions
        for mark in typed(opened.text(division.id), "pagebreak")
    ]
    assert marks == pages
    assert {mark.attrib["role"] for tree in opened.trees.values() for mark in typed(tree, "pagebreak")} == {
        "doc-pagebreak"
    }


def test_every_anchor_stands_behind_the_mark_of_its_page(tmp_path: Path) -> None:
    of = rich(tmp_path)
    pagination = paginated(of)
    opened, wrong, seen = Opened(epub(of, pagination, RESOURCES)), [], 0
    for division in of.divisions:
        page = ""
        for element in opened.text(division.id).iter():
            # The mark of an item of a list is in it, since none may stand before it.
            marks = [element, *element[:1]] if element.tag in (f"{XHTML}li", f"{XHTML}dt") else [element]
            page = next((m.attrib["aria-label"] for m in marks if m.attrib.get(f"{OPS}type") == "pagebreak"), page)
            folio = pagination.folios.get(element.attrib.get("id", "").removeprefix("_"))
            if folio and page:
                seen += 1
                wrong += [element.attrib["id"]] if str(folio) != page else []
    assert seen > 40
    assert wrong == []


# --- what readers are told --------------------------------------------------------------------------------------------


def test_content_that_means_ill_is_text(rich_epub: Opened) -> None:
    for name, tree in rich_epub.trees.items():
        assert [element.tag for element in tree.iter() if element.tag.endswith("script")] == [], name
        assert [k for element in tree.iter() for k in element.attrib if k.startswith("on")] == [], name
    (title,) = (e.text or "" for e in rich_epub.package.iter(f"{DC}title"))
    assert title.replace("“", '"').replace("”", '"').startswith("<script>alert(1)</script> & ")
    reno = rich_epub.text("brief")
    assert any("<e>" in (heading.text or "") for heading in reno.iter(f"{XHTML}h3"))


def test_drawings_bring_their_fonts_and_fall_back(rich_epub: Opened) -> None:
    drawing = rich_epub.files["EPUB/images/figure-1.svg"].decode()
    families = re.findall(r"font-family[:=]\s*\"?([^;}\"]+)", drawing)
    assert len(families) == 3
    assert {words[0].isalpha() for family in families for words in family.split()} == {True}  # or CSS drops them all
    faces = re.findall(r"@font-face{font-family:Book Sans;font-weight:400;[^}]*base64,([^)]+)\)", drawing)
    font = TTFont(io.BytesIO(base64.b64decode(*faces)))
    assert {chr(code) for code in font.getBestCmap()} >= set("Words")
    assert "Open Font License" in font["name"].getDebugName(13)
    assert len(font.getGlyphOrder()) < 40


def test_a_drawing_in_another_encoding_is_an_error() -> None:
    assert by_itself(b"\xef\xbb\xbf<svg/>") == b"<svg/>"
    with pytest.raises(ContentError, match="not in UTF-8"):
        by_itself("<svg>\xe9</svg>".encode("latin-1"))


def test_tables_and_figures_speak(rich_epub: Opened) -> None:
    tree = rich_epub.text("brief")
    heads = [(th.attrib["scope"], "".join(th.itertext())) for th in tree.iter(f"{XHTML}th")]
    assert heads == [("col", "a"), ("col", "b ($)"), ("row", "x & <y>")]
    assert len(list(tree.iter(f"{XHTML}caption"))) == 1
    (image,) = tree.iter(f"{XHTML}img")
    assert "figure" in image.attrib["alt"]
    assert "<b>" in image.attrib["alt"]


def test_every_document_has_its_language_and_title_and_one_first_heading(opened: Opened) -> None:
    for name in (*opened.spine, "EPUB/nav.xhtml"):
        tree = opened.trees[name]
        assert tree.attrib["lang"] == tree.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "en-US"
        assert tree.findtext(f"{XHTML}head/{XHTML}title")
        assert len(list(tree.iter(f"{XHTML}h1"))) <= 1
        levels = [int(e.tag[-1]) for e in tree.iter() if re.fullmatch(r"\{.*\}h[1-6]", e.tag)]
        assert all(b - a <= 1 for a, b in pairwise(levels)), name


def test_the_package_says_what_is_accessible(made: tuple[Book, Pagination, bytes], opened: Opened) -> None:
    assert opened.said("schema:accessMode") == ["textual", "visual"]
    assert opened.said("schema:accessModeSufficient") == ["textual"]
    assert opened.said("schema:accessibilityHazard") == ["none"]
    assert {"pageNavigation", "pageBreakMarkers", "alternativeText"} <= set(opened.said("schema:accessibilityFeature"))
    assert len(opened.said("schema:accessibilitySummary")) == 1
    assert opened.said("dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.1 Level AA"]
    assert opened.said("dcterms:modified") == [f"{made[0].edition.date}T00:00:00Z"]
    source = "urn:isbn:" + made[0].edition.isbn.replace("-", "")
    assert [e.text for e in opened.package.iter(f"{DC}source")] == [source]
    assert opened.said("source-of") == ["pagination"]


def test_without_a_pagination_nothing_is_said_of_pages(tmp_path: Path) -> None:
    opened = Opened(epub(rich(tmp_path), Pagination(), RESOURCES))
    assert [n for n in opened.navigation.iter(f"{XHTML}nav") if n.attrib[f"{OPS}type"] == "page-list"] == []
    assert "pageNavigation" not in opened.said("schema:accessibilityFeature")
    assert opened.said("source-of") == []


def test_contents_and_landmarks_lead_through_the_book(rich_epub: Opened) -> None:
    assert [href for title, href in rich_epub.nav("toc") if title == "The Brief"] == [
        "text/brief.xhtml#brief",
        "text/2nd-brief.xhtml#_2nd-brief",
    ]
    toc = [title for title, _ in rich_epub.nav("toc")]
    assert toc[toc.index("A Part") :][:4] == ["A Part", "The Brief", "Landscape and resources", "Notes"]
    assert rich_epub.nav("landmarks")[0] == ("Cover", "text/cover.xhtml#cover")
    start = next(href for title, href in rich_epub.nav("landmarks") if title == "Start of the text")
    assert f"EPUB/{start.partition('#')[0]}" == rich_epub.spine[6]


# --- the cover and the style ------------------------------------------------------------------------------------------


def test_the_cover_is_drawn_without_asking_for_fonts(rich_epub: Opened) -> None:
    cover = rich_epub.trees["EPUB/images/cover.svg"]
    tags = {element.tag.partition("}")[2] for element in cover.iter()}
    assert tags == {"svg", "title", "rect", "path"}
    assert rich_epub.items["cover-svg"].attrib["properties"] == "cover-image"


def test_a_picture_of_the_cover_is_what_libraries_show(tmp_path: Path) -> None:
    of = rich(tmp_path)
    opened = Opened(epub(of, paginated(of), RESOURCES, b"\x89PNG"))
    shown = [id for id, item in opened.items.items() if item.attrib.get("properties") == "cover-image"]
    assert shown == ["cover-png"]
    assert opened.files["EPUB/images/cover.png"] == b"\x89PNG"


def test_the_picture_of_the_cover_is_the_first_page() -> None:
    pdf = pikepdf.new()
    for width in (504, 100):
        pdf.add_blank_page(page_size=(width, 720))
    out = io.BytesIO()
    pdf.save(out)
    with Image.open(io.BytesIO(cover_picture(out.getvalue(), 400))) as image:
        assert (image.format, image.size) == ("PNG", (280, 400))


def test_every_style_is_used_and_follows_the_reader(rich_epub: Opened) -> None:
    css = re.sub(r"/\*.*?\*/", "", rich_epub.files["EPUB/styles/epub.css"].decode(), flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", css)))
    used = {
        word
        for template in (ROOT / "templates" / "epub").rglob("*.j2")
        for value in re.findall(r'class="([^"]*)"|block kind %}([a-z -]*)\{%', template.read_text("utf-8"))
        for word in re.sub(r"\{[{%].*?[%}]\}", "", "".join(value)).split()
    }
    roles = {"callout", "pullquote", "model-language", "left", "right", "decimal", "wide"}
    parts = {f"part-{number}" for number in range(1, 8)}
    assert styled - used - roles - parts == set()
    # Sizes follow the reader's: none is stated in the units of a page or a screen.
    assert re.findall(r"\d(?:pt|px|in|cm|mm)\b", css) == []
    assert css.count("{") == css.count("}")


# --- the official validator -------------------------------------------------------------------------------------------

EPUBCHECK = shutil.which("epubcheck") or "/usr/share/java/epubcheck.jar"


@pytest.mark.skipif(
    not (shutil.which("java") and Path(EPUBCHECK).exists()), reason="epubcheck and Java are not on this machine"
)
def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    of = rich(tmp_path)
    path = tmp_path / "book.epub"
    path.write_bytes(epub(of, paginated(of), RESOURCES))
    jar = EPUBCHECK if zipfile.is_zipfile(EPUBCHECK) else "/usr/share/java/epubcheck.jar"
    done = subprocess.run(["java", "-jar", jar, str(path)], capture_output=True, text=True, check=False)
    assert "0 fatals / 0 errors / 0 warnings" in done.stdout + done.stderr, done.stdout + done.stderr
