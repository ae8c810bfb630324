"""The site, read by a parser of HTML as browsers do: links, headings, pictures, escaping, sizes, the same bytes."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import cast
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont
from tinyhtml5.parser import HTMLParser

from policybook.book import Book, Brief, Generated
from policybook.composition import inks
from policybook.diagnostics import ContentError
from policybook.pagination import Folio, Pagination
from policybook.pipeline import check
from policybook.resources import Resources, find_resources
from policybook.store import Store
from policybook.text import plain
from policybook.web import Publication, web_site
from policybook.web_art import DARK, LIGHT, PHONE, WIDE, band_svg, contrast, dark_inks
from policybook.web_fonts import USED, web_faces
from policybook.web_pictures import drawing
from policybook.web_site import Download, PageMarks, make_site
from tests.unit import editions
from tests.unit.websites import DOWNLOADS, EDITION, FILES, RESOURCES, ROOT, site_of, some_pagination

HOSTILE = """</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&\u2028"""
#: Attributes that make a browser ask for something.
ASKING = ("src", "srcset", "data", "poster", "action", "background", "formaction")


class Page:
    """A page of the site, parsed; its elements have no namespace."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        parser = HTMLParser(namespace_html_elements=False)
        self.tree: ET.Element = parser.parse(content.decode())
        self.errors = parser.errors

    def all(self, *tags: str) -> Iterator[ET.Element]:
        for element in self.tree.iter():
            if isinstance(element.tag, str) and (not tags or element.tag.rpartition("}")[2] in tags):
                yield element

    def text(self, element: ET.Element | None = None) -> str:
        return " ".join("".join((self.tree if element is None else element).itertext()).split())

    @property
    def ids(self) -> list[str]:
        return [element.attrib["id"] for element in self.all() if "id" in element.attrib]


def pages_of(files: Mapping[str, bytes]) -> dict[str, Page]:
    return {path: Page(path, content) for path, content in files.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def shipped() -> Book:
    return check(EDITION)[1]


@pytest.fixture(scope="module")
def pagination(shipped: Book) -> Pagination:
    return some_pagination(shipped)


@pytest.fixture(scope="module")
def files(shipped: Book, pagination: Pagination) -> dict[str, bytes]:
    return site_of(shipped, pagination)


@pytest.fixture(scope="module")
def pages(files: Mapping[str, bytes]) -> dict[str, Page]:
    return pages_of(files)


def test_the_pages_are_those_that_are_promised(shipped: Book, files: Mapping[str, bytes]) -> None:
    promised = {f"web/briefs/{division.id}.html" for division in shipped.briefs()} | {
        f"web/{name}"
        for name in (
            "index.html",
            "places.html",
            "topics.html",
            "accessibility.html",
            "feed.xml",
            "site.css",
            "site.js",
            "search-index.js",
            "header-wide.svg",
            "header-phone.svg",
        )
    }
    assert promised <= set(files)
    assert all(path.startswith("web/") and ".." not in path for path in files)


def test_a_parser_of_html_finds_no_error(pages: Mapping[str, Page]) -> None:
    assert {path: page.errors for path, page in pages.items() if page.errors} == {}


def test_every_link_leads_to_a_file_and_a_place_in_it(pages: Mapping[str, Page], files: Mapping[str, bytes]) -> None:
    there = set(files) | set(FILES)
    ids = {path: set(page.ids) for path, page in pages.items()}
    dead = []
    for path, page in pages.items():
        for element in page.all():
            for name in ("href", "src", "srcset", "data-index"):
                url = urlsplit(element.attrib.get(name, "#"))
                if url.scheme or element.attrib.get(name) is None:
                    continue
                target = _resolved(path, unquote(url.path)) if url.path else path
                if target not in there or (url.fragment and unquote(url.fragment) not in ids.get(target, set())):
                    dead.append((path, element.attrib[name]))
    assert dead == []


def _resolved(page: str, link: str) -> str:
    """The path that a relative link of a page leads to."""
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / link).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_ids_are_unique(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        assert [id for id, count in Counter(page.ids).items() if count > 1] == [], path


def test_headings_start_with_one_h1_and_skip_no_level(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        assert all(page.text(e) for e in page.all("h1", "h2", "h3", "h4", "h5", "h6")), path


def test_pictures_have_alternate_texts_and_tables_heads_with_scope(pages: Mapping[str, Page]) -> None:
    pictures = [e for page in pages.values() for e in page.all("img")]
    assert len(pictures) >= 2
    assert all(e.attrib.get("alt", "").strip() for e in pictures)
    heads = [e for page in pages.values() for e in page.all("th")]
    assert heads
    assert all(e.attrib["scope"] in ("col", "row") for e in heads)
    for page in pages.values():
        assert all(next(iter(e)).tag == "caption" for e in page.all("table"))


def test_what_is_referred_to_by_aria_is_there(pages: Mapping[str, Page]) -> None:
    for path, page in pages.items():
        ids = set(page.ids)
        for element in page.all():
            for name in ("aria-labelledby", "aria-describedby", "for"):
                assert set(element.attrib.get(name, "").split()) <= ids, (path, element.attrib)


def test_nothing_is_asked_of_anybody_else(pages: Mapping[str, Page], files: Mapping[str, bytes]) -> None:
    for path, page in pages.items():
        for element in page.all():
            asked = [element.attrib[name] for name in ASKING if name in element.attrib]
            if element.tag == "link" and element.attrib.get("rel") != "canonical":
                asked.append(element.attrib["href"])
            assert [url for url in asked if urlsplit(url).scheme or url.startswith("//")] == [], path
            assert not any(name.startswith("on") or name == "style" for name in element.attrib), path
        assert not list(page.all("style", "iframe", "object", "embed", "base")), path
        scripts = [e for e in page.all("script") if e.attrib.get("type") != "application/ld+json"]
        assert all("src" in e.attrib and not page.text(e) for e in scripts), path
        policy = [e for e in page.all("meta") if e.attrib.get("http-equiv") == "Content-Security-Policy"]
        assert [e.attrib["content"].split(";")[0] for e in policy] == ["default-src 'none'"], path
    css = files["web/site.css"].decode()
    urls = re.findall(r'url\("?([^")]*)"?\)', css)
    assert {f"web/{url}" for url in urls} == {path for path in files if path.endswith(".woff2")}
    assert "@import" not in css
    assert not re.search(r"https?:|fetch\(|XMLHttp|sendBeacon|innerHTML|eval", files["web/site.js"].decode())


def test_content_that_means_harm_is_text(tmp_path: Path) -> None:
    header = "partners: [{organization: acme, role: reviewer}]\n"
    book = editions.book(tmp_path, r"A \</script> \<script>alert(1)\</script> b.[@a-2020]" + "\n", header)
    brief = editions.content(book)
    division = replace(book.briefs()[0], title=HOSTILE, short_title=HOSTILE, content=brief)
    book = replace(
        book,
        edition=replace(book.edition, title=HOSTILE, statement=HOSTILE, publisher=HOSTILE, subtitle=HOSTILE),
        divisions=tuple(division if d.id == division.id else d for d in book.divisions),
        organizations={id: replace(of, name=HOSTILE) for id, of in book.organizations.items()},
    )
    files = site_of(book, None, Publication('https://example.org/"><script>', (("2019", book.edition),)))
    for path, page in pages_of(files).items():
        for script in page.all("script"):
            assert script.attrib.get("type") == "application/ld+json" or script.attrib["src"].endswith("site.js"), path
        assert [e for e in page.all("img") if not e.attrib["src"].startswith(("header", "../images"))] == [], path
        assert "alert(1)" in page.text(), path
    data = next(e for e in pages_of(files)["web/index.html"].all("script") if "src" not in e.attrib)
    assert json.loads(cast(str, data.text))["name"] == HOSTILE
    title = ET.fromstring(files["web/feed.xml"]).findtext("channel/title")
    assert title == HOSTILE
    assert b"<script" not in files["web/search-index.js"]
    assert rows_of(files)[0][1] == HOSTILE


def rows_of(files: Mapping[str, bytes]) -> list[list[str]]:
    """The list that the search looks through."""
    script = files["web/search-index.js"].decode()
    assert script.isprintable() or script.endswith(";\n")
    return cast("list[list[str]]", json.loads(script.removeprefix("window.policybookSearch = ").removesuffix(";\n")))


def test_the_same_book_gives_the_same_bytes(
    shipped: Book, pagination: Pagination, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    kept = Store(tmp_path)
    for _ in range(2):
        products = web_site(shipped, pagination, DOWNLOADS, RESOURCES, cache=kept)
        assert {product.path: product.content for product in products} == files
    assert len([entry for entry in kept.kept() if entry.kind == "webfonts"]) == len(USED)


def test_downloads_are_named_with_their_size_and_fingerprint(pages: Mapping[str, Page]) -> None:
    index = pages["web/index.html"]
    items = [e for e in index.all("ul") if e.attrib.get("class") == "downloads"]
    shown = [index.text(item) for item in items[0]]
    book, epub = DOWNLOADS[0], DOWNLOADS[2]
    assert shown == [
        f"The book PDF, 13 bytes 12 pages. PDF/UA-1. SHA-256: {book.sha256}",
        f"The book as an EPUB EPUB, 2 bytes EPUB 3. SHA-256: {epub.sha256}",
    ]
    brief = pages["web/briefs/minimum-wage.html"]
    links = [e.attrib["href"] for e in brief.all("a") if "download" in e.attrib]
    assert links == ["../../briefs/minimum-wage.pdf"]
    assert DOWNLOADS[1].sha256 in brief.text()
    assert not [e for e in pages["web/briefs/bail-reform.html"].all("a") if "download" in e.attrib]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (999_949, "1.0 MB"),
        (1_110_659, "1.1 MB"),
        (10**10, "10.0 GB"),
    ],
)
def test_sizes_are_told_in_steps_of_a_thousand(count: int, said: str) -> None:
    assert Download("x.pdf", count, "", 0, "", "").size == said


def test_every_word_of_a_brief_is_on_its_page(shipped: Book, pages: Mapping[str, Page]) -> None:
    for division in shipped.briefs():
        assert isinstance(division.content, Brief)
        page = pages[f"web/briefs/{division.id}.html"]
        text = re.sub(r"\W+", "", page.text())
        content = division.content
        wanted = [plain(content.summary), *(plain(f.text) for f in content.key_figures)]
        wanted += [piece for row in rows_of_brief(shipped, division.id) for piece in [row]]
        for case in content.cases:
            wanted += [case.place, case.law, case.number, case.status]
            wanted += [plain(outcome.text) for outcome in case.outcome]
        wanted += [resource.organization.name for resource in content.resources]
        assert [words for words in wanted if re.sub(r"\W+", "", words) not in text] == []
        assert len([id for id in page.ids if re.fullmatch(rf"{division.id}\.note\.\d+", id)]) == len(content.notes)


def rows_of_brief(book: Book, id: str) -> list[str]:
    """The cells of the tables and the headings of a brief."""
    content = book.division(id).content
    assert isinstance(content, Brief)
    found = [plain(section.heading.inlines) for section in content.sections if section.heading]
    return found + [
        cell for table in book.tables if table.anchor.startswith(f"{id}.") for row in table.rows for cell in row
    ]


def test_notes_lead_to_the_note_and_back(pages: Mapping[str, Page]) -> None:
    page = pages["web/briefs/minimum-wage.html"]
    marks = {e.attrib["id"]: e.attrib["href"] for e in page.all("a") if e.attrib.get("role") == "doc-noteref"}
    backs = [e.attrib["href"].lstrip("#") for e in page.all("a") if e.attrib.get("role") == "doc-backlink"]
    assert len(backs) > 20
    assert {marks[id] for id in backs} == {f"#minimum-wage.note.{n}" for n in range(1, len(backs) + 1)}


def test_page_marks_count_up_and_stand_on_their_page(pages: Mapping[str, Page], pagination: Pagination) -> None:
    seen = 0
    for page in pages.values():
        waiting: list[str] = []
        folios: list[int] = []
        for element in page.all():
            if element.attrib.get("role") == "doc-pagebreak":
                folio = element.attrib["title"].removeprefix("page ")
                assert page.text(element) == folio
                waiting.append(folio)
                folios.append(int(folio))
        assert folios == sorted(set(folios))
        known = {str(pagination.folios[id]) for id in page.ids if id in pagination.folios}
        assert set(waiting) <= known
        if "/briefs/" in page.path:
            assert len(folios) > 2
            seen += 1
    assert seen == 12


def test_a_page_mark_is_given_once_and_never_backwards() -> None:
    folios = {"a": Folio(True, 4), "b": Folio(True, 5), "c": Folio(True, 4), "i": Folio(False, 9)}
    mark = PageMarks(Pagination(folios))
    assert [mark(anchor) for anchor in ("i", "a", "a", "unknown", "b", "c", "i")] == ["ix", "4", "", "", "5", "", ""]


def test_places_and_topics_have_every_mark(shipped: Book, pages: Mapping[str, Page]) -> None:
    for register, name in (("place", "places"), ("subject", "topics")):
        page = pages[f"web/{name}.html"]
        marks = {(m.headword, m.subentry, m.first.partition(".")[0]) for m in shipped.marks if m.register == register}
        listed = [li for ul in page.all("ul") if ul.attrib.get("class") == "found" for li in ul]
        assert len(listed) == len(marks)
        assert {m[0] for m in marks} <= {page.text(e) for e in page.all("h2")}
        assert {m[1] for m in marks if m[1]} <= {page.text(e) for e in page.all("h3")}


def test_the_search_looks_through_every_brief(
    shipped: Book, files: Mapping[str, bytes], pages: Mapping[str, Page]
) -> None:
    rows = rows_of(files)
    assert {row[1] for row in rows} == {division.title for division in shipped.briefs()}
    ids = {path: set(page.ids) for path, page in pages.items()}
    for address, _, _, _, text in rows:
        path, _, id = address.partition("#")
        assert id in ids[f"web/{path}"]
        assert text
    assert any("3,040 to 2,963" in row[4] for row in rows)


def test_the_edition_says_on_every_page_what_it_is(shipped: Book, pages: Mapping[str, Page]) -> None:
    statement = " ".join(shipped.edition.statement.split())
    assert "not a publication of Local Progress" in statement
    assert all(statement in page.text() for page in pages.values())


def test_the_announcement_has_its_elements_in_order(pages: Mapping[str, Page], files: Mapping[str, bytes]) -> None:
    page = pages["web/index.html"]
    sources = [e.attrib for e in page.all("source")]
    assert [(s["media"], s["srcset"]) for s in sources] == [("(min-width: 40em)", "header-wide.svg")]
    assert files["web/header-wide.svg"] != files["web/header-phone.svg"]
    text = page.text(next(iter(page.all("main"))))
    order = [
        "November 22, 2026",
        "policybook, from public sources",
        "Local Progress is a national network of progressive local elected officials, founded in 2012.",
        "Policy for Local Progress",
        "Case Studies & Best Practices from Around the Country",
        "Letter of the edition",
        "To members of city councils and county boards:",
        "thanks allied organizations for co-authoring it",
        "About the network",
        "Vision",
        "Host organization",
        "Download the book",
    ]
    at = -1
    for words in order:
        at = text.find(words, at + 1)
        assert at >= 0, words


def test_machines_are_told_what_the_book_is(shipped: Book, pages: Mapping[str, Page]) -> None:
    page = pages["web/index.html"]
    data = json.loads(cast(str, next(e for e in page.all("script") if "src" not in e.attrib).text))
    assert (data["@type"], data["name"], data["datePublished"]) == ("Book", "Policy for Local Progress", "2026-11-22")
    assert [part["name"] for part in data["hasPart"]] == [division.title for division in shipped.briefs()]
    assert data["encoding"][0]["sha256"] == DOWNLOADS[0].sha256
    assert "isbn" not in data  # it is a specimen
    meta = {e.attrib["property"]: e.attrib["content"] for e in page.all("meta") if "property" in e.attrib}
    assert meta["og:title"] == "Policy for Local Progress"
    assert not any(key in meta for key in ("og:url", "og:image"))


def test_links_that_services_follow_are_whole_where_the_address_is_known(shipped: Book) -> None:
    files = site_of(shipped, None, Publication("https://example.org/book", (("2019", shipped.edition),), b"PNG"))
    page = pages_of(files)["web/briefs/bail-reform.html"]
    meta = {e.attrib["property"]: e.attrib["content"] for e in page.all("meta") if "property" in e.attrib}
    assert meta["og:url"] == "https://example.org/book/briefs/bail-reform.html"
    assert meta["og:image"] == "https://example.org/book/card.png"
    assert files["web/card.png"] == b"PNG"
    items = ET.fromstring(files["web/feed.xml"]).findall("channel/item")
    assert items[0].findtext("link") == "https://example.org/book/index.html"
    assert items[0].findtext("pubDate") == "Sun, 22 Nov 2026 00:00:00 +0000"
    assert len(items) == 2


def test_colors_are_read_in_both_schemes(files: Mapping[str, bytes]) -> None:
    light = inks((ROOT / "styles" / "tokens.css").read_text("utf-8"))
    dark = dark_inks(light)
    assert all(contrast(color, LIGHT) >= 4.5 for color in light.values())
    assert all(contrast(color, DARK) >= 4.5 for color in dark.values())
    schemes = re.findall(
        r"--paper: (#\w+);\s+--tint: (#\w+);\s+--ink: (#\w+);\s+--soft: (#\w+)", files["web/site.css"].decode()
    )
    assert [scheme[0] for scheme in schemes] == [LIGHT, DARK]
    for paper, tint, ink, soft in schemes:
        assert all(contrast(text, ground) >= 4.5 for text in (ink, soft) for ground in (paper, tint))
    assert all(contrast(color, schemes[0][1]) >= 4.5 for color in light.values())  # a target is on the tint
    assert all(contrast(color, schemes[1][1]) >= 4.5 for color in dark.values())


def test_the_bands_show_every_place_and_are_of_the_size_they_say(shipped: Book, pages: Mapping[str, Page]) -> None:
    light = inks((ROOT / "styles" / "tokens.css").read_text("utf-8"))
    cases = sum(len(content.cases) for d in shipped.briefs() if isinstance(content := d.content, Brief))
    for band in (WIDE, PHONE):
        svg = ET.fromstring(band_svg(shipped, band, light))
        tiles = list(svg.iter("{http://www.w3.org/2000/svg}path"))
        assert len(tiles) == cases
        assert float(svg.attrib["height"]) <= band.height
    source = next(iter(pages["web/index.html"].all("source")))
    assert (source.attrib["width"], source.attrib["height"]) == ("1440", "360")


def test_a_book_of_no_places_and_of_nothing_still_has_a_site(tmp_path: Path) -> None:
    book = editions.book(tmp_path, "Words.")
    assert b"each brief" in site_of(book)["web/header-wide.svg"]
    empty = replace(book, divisions=tuple(d for d in book.divisions if isinstance(d.content, Generated)), marks=())
    files = site_of(empty)
    assert pages_of(files)["web/index.html"].errors == []
    assert rows_of(files) == []


def test_a_drawing_keeps_what_is_seen_and_loses_what_acts() -> None:
    acting = b"""<?xml version="1.0"?><!DOCTYPE svg>
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="evil()">
    <script>evil()</script><style>text { font-family: "Book Sans" } .a { fill: red }</style>
    <style>@import url(https://evil.example/x.css)</style>
    <foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject><defs><path id="p" d="M0 0"/></defs>
    <use xlink:href="#p"/><use href="https://evil.example/x.svg#p"/>
    <image href="data:image/png;base64,AAAA"/><image href="data:image/svg+xml,evil"/><a href="javascript:evil()">y</a>
    <rect fill="url(#g)" onclick="evil()"/><rect fill="url(https://evil.example/g)"/>
    <text class="a">Seen</text></svg>"""
    drawn = drawing("x.svg", acting)
    assert b"evil" not in drawn
    root = ET.fromstring(drawn)
    names = Counter(element.tag.rpartition("}")[2] for element in root.iter())
    assert names == Counter(["svg", *["style"] * 3, "defs", "path", *["use", "image", "rect"] * 2, "text"])
    assert "base64" in (root[0].text or "")
    assert root.findtext(".//{*}text") == "Seen"
    assert [e.attrib for e in root.iter("{http://www.w3.org/2000/svg}use")] == [
        {"{http://www.w3.org/1999/xlink}href": "#p"},
        {},
    ]
    assert [e.attrib.get("fill") for e in root.iter("{http://www.w3.org/2000/svg}rect")] == ["url(#g)", None]
    with pytest.raises(ContentError, match="LAYT001"):
        drawing("x.svg", b"<svg")


def test_fonts_have_the_characters_of_the_pages_and_names_of_their_own(
    files: Mapping[str, bytes], pages: Mapping[str, Page]
) -> None:
    wanted = {ord(c) for page in pages.values() for c in page.text() if not c.isspace()}
    for face in web_faces():
        font = TTFont(io.BytesIO(files[f"web/fonts/{face.pdf_name.lower()}.woff2"]))
        assert font.flavor == "woff2"
        original = set(TTFont(face.path).getBestCmap())
        assert wanted & original <= set(font.getBestCmap())
        assert str(font["name"].getName(1, 3, 1, 0x409)) == face.family
        assert not any("Source" in str(r) for r in font["name"].names if r.nameID in (1, 3, 4, 6, 16))
        assert "Open Font License" in str(font["name"].getName(13, 3, 1, 0x409))
    assert b"SIL OPEN FONT LICENSE" in files["web/fonts/font-source-serif-pro.txt"].upper()


def test_styles_and_pages_speak_of_the_same_things(files: Mapping[str, bytes], pages: Mapping[str, Page]) -> None:
    css = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", files["web/site.css"].decode(), flags=re.DOTALL)
    selectors = re.sub(r"\{[^{}]*\}", "{}", css)
    styled = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    used = {name for page in pages.values() for e in page.all() for name in e.attrib.get("class", "").split()}
    templates = "".join(p.read_text("utf-8") for p in (ROOT / "templates" / "web").rglob("*.j2"))
    directives = {"callout", "pullquote", "model-language", "lacks-1", "lacks-2", "lacks-3"}
    known = used | directives | {f"{name}-title" for name in directives} | {"search-found", "search-results"}
    assert {name for name in styled - known if f'class="{name}' not in templates} == set()
    assert "!important" not in css
    assert css.count("{") == css.count("}")


def test_a_template_of_the_project_stands_before_the_shipped_one(tmp_path: Path, shipped: Book) -> None:
    own = tmp_path / "templates" / "web"
    own.mkdir(parents=True)
    (own / "accessibility.html.j2").write_text("<!DOCTYPE html><title>mine</title>")
    products = web_site(shipped, Pagination(), (), find_resources(tmp_path))
    assert (
        next(p for p in products if p.path == "web/accessibility.html").content
        == b"<!DOCTYPE html><title>mine</title>\n"
    )
    (own / "accessibility.html.j2").write_text("{{ nothing.at.all }}")
    with pytest.raises(ContentError, match="LAYT001"):
        web_site(
            shipped, Pagination(), (), Resources((tmp_path / "templates", *RESOURCES.templates), RESOURCES.styles, ())
        )


def test_links_are_relative_from_any_depth(shipped: Book) -> None:
    site = make_site(shipped, Pagination(), DOWNLOADS, RESOURCES, "")
    assert site.href("briefs/bail-reform.html", "bail-reform.end") == "#bail-reform.end"
    assert site.href("briefs/bail-reform.html", "letter.note.1") == "../index.html#letter.note.1"
    assert site.href("index.html", "glossary.charter") == "book/glossary.html#glossary.charter"
    assert site.link("briefs/bail-reform.html", "screen.pdf") == "../../screen.pdf"
    with pytest.raises(KeyError):
        site.href("index.html", "nowhere.1")
