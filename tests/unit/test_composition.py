"""Divisions as markup: safe, pure, and with anchors that every link of the book finds.

Markup is read with tinyhtml5, as the layout engine reads it.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5  # type: ignore[import-untyped]

from policybook.assembly import assemble
from policybook.book import Book
from policybook.composition import (
    compose,
    compose_furniture,
    compose_style,
    domain,
    inks,
    part_numbers,
    places_by_state,
)
from policybook.dates import format_date
from policybook.diagnostics import ContentError
from policybook.fonts import font_css
from policybook.manuscript import read_manuscript
from policybook.pagination import Folio, Pagination
from policybook.resources import find_resources
from policybook.sheets import Dress, Html, Layout
from tests.unit.editions import BRIEF, ID, LEAST, book, brief

ROOT = Path(__file__).parents[2]
SOUND = ROOT / "tests" / "sound" / "content" / "sample"
RESOURCES = find_resources(ROOT)
FOOT = {"edition.yaml": LEAST["edition.yaml"] + "notes: foot\n"}


def layout_of(of: Book) -> Layout:
    return Layout("standard", of.edition.page.geometry())


def composed(of: Book, id: str = ID, folios: Mapping[str, int] | None = None) -> Html:
    pagination = Pagination({anchor: Folio(True, number) for anchor, number in (folios or {}).items()})
    return compose(of, of.division(id), layout_of(of), pagination, RESOURCES)


def everything(of: Book) -> dict[str, str]:
    """The markup of all divisions, and of their running heads, by id."""
    worn = [Dress("00", verso, opener) for verso in (False, True) for opener in (False, True)]
    furniture = {
        f"furniture of {d.id}": compose_furniture(of, d, worn, layout_of(of), RESOURCES).markup for d in of.divisions
    }
    return {d.id: composed(of, d.id).markup for d in of.divisions} | furniture


def tree(markup: str) -> Element:
    root: Element = tinyhtml5.parse(markup, namespace_html_elements=False)
    return root


def elements(markup: str, tag: str) -> list[Element]:
    return list(tree(markup).iter(tag))


def text_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def printed(markup: str) -> str:
    """What a reader sees of a division."""
    (body,) = elements(markup, "body")
    return text_of(body).strip()


def anchors(markup: str) -> list[str]:
    return [element.attrib["id"] for element in tree(markup).iter() if "id" in element.attrib]


def addresses(markup: str) -> list[str]:
    return [element.attrib["href"] for element in tree(markup).iter("a")]


@pytest.fixture(scope="module")
def sound() -> Book:
    return assemble(read_manuscript(SOUND))


@pytest.fixture(scope="module")
def sound_markup(sound: Book) -> dict[str, str]:
    return everything(sound)


# --- anchors and links ------------------------------------------------------------------------------------------------

#: One brief with everything that has an anchor, twice where that can be.
RICH_HEADER = """short_title: Rich
partners: [{organization: acme}]
key_figures: [{text: "k [@a-2020] {index: wages > in a figure}"}]
cases:
- {id: reno, place: Reno, state: NV, kind: city, law: L, figures: [{text: "f [@a-2020]"}], outcome: [{text: o}]}
- {id: ada, place: Ada, state: MI, kind: city}
resources: [{organization: acme, for: "r [@a-2020]"}]
"""
RICH_BODY = """## Landscape and resources

one[@a-2020]{index: wages} two[@a-2020] three[^n] [](table:t) [](figure:f) [](section:brief/end) [](term:preemption)

[^n]: text{index: wages > in a note} [](brief:brief) [@b-2021]

### End

### Notes

### Notes

### Resources

### Aside 1

::: callout A
::: pullquote
[](case:brief/reno)
:::
:::

::: table t
file: d.csv
caption: 'C {index: wages > in a table}'
columns: [{field: a}]
source: c-2022
:::

::: figure f
file: f.svg
alt: A figure
caption: C
:::

::: case reno
one {index from: wages > of a case}
:::

::: case ada
two {index to: wages > of a case}
:::
"""
MADE = """[cover, half-title, frontispiece, title-page, contents, lists]
back: [glossary, directory, laws, places, subjects]"""


def rich(at: Path, notes: str = "end", summary: str = "In short.") -> Book:
    edition = (
        LEAST["edition.yaml"]
        .replace("[contents]", MADE)
        .replace("{heading: Text,", "{heading: Landscape and resources,")
    )
    files = {
        "edition.yaml": f"{edition}notes: {notes}\n",
        "index.yaml": "- headword: wages\n- {headword: pay, see: [wages]}\n",
        "data/d.csv": "a\nb\n",
        "images/f.svg": "<svg/>",
        BRIEF: brief(RICH_BODY, RICH_HEADER).replace("In short.", summary),
        "parts/01-part/other.md": brief("## Landscape and resources\n\none[@a-2020]", "order: 2\n"),
    }
    return book(at, files=files)


def assert_anchors_and_links(markup: Mapping[str, str]) -> None:
    found = {id: anchors(text) for id, text in markup.items() if not id.startswith("furniture of ")}
    assert 2 * len(found) == len(markup)
    assert all(anchors(text) == [] for id, text in markup.items() if id not in found)
    counts = Counter(anchor for names in found.values() for anchor in names)
    assert [anchor for anchor, count in counts.items() if count > 1] == []
    for id, names in found.items():
        assert id in names
        assert f"{id}.end" in names
        assert [name for name in names if name != id and not name.startswith(f"{id}.")] == []
    links = {
        href.removeprefix("book:") for text in markup.values() for href in addresses(text) if href.startswith("book:")
    }
    assert links
    assert links - set(counts) == set()


def test_every_link_of_the_sound_book_has_its_anchor(sound_markup: dict[str, str]) -> None:
    assert_anchors_and_links(sound_markup)


@pytest.mark.parametrize("notes", ["end", "foot"])
def test_every_link_of_a_rich_book_has_its_anchor(tmp_path: Path, notes: str) -> None:
    assert_anchors_and_links(everything(rich(tmp_path, notes)))


@pytest.mark.parametrize("notes", ["end", "foot"])
def test_a_summary_is_printed_twice_and_its_anchors_once(tmp_path: Path, notes: str) -> None:
    of = rich(tmp_path, notes, '"In *short* [@c-2022] {index: wages > in a summary}."')
    markup = everything(of)
    assert "In short" in printed(markup["part"])
    assert_anchors_and_links(markup)


def test_every_mark_law_and_credit_has_its_anchors_in_the_markup(tmp_path: Path, sound: Book) -> None:
    for of in (sound, rich(tmp_path)):
        there = {anchor for text in everything(of).values() for anchor in anchors(text)}
        wanted = {anchor for mark in of.marks for anchor in (mark.first, mark.last)}
        wanted |= {anchor for law in of.laws for anchor in (law.anchor, law.last)}
        wanted |= {credit.anchor for credit in of.credits}
        wanted |= {table.anchor for table in of.tables} | {figure.anchor for figure in of.figures}
        assert wanted - there == set()


def test_every_note_is_set_once_and_leads_back(tmp_path: Path) -> None:
    markup = composed(rich(tmp_path)).markup
    notes = [element for element in elements(markup, "li") if ".note." in element.attrib.get("id", "")]
    assert [element.attrib["id"] for element in notes] == [f"brief.note.{n}" for n in range(1, len(notes) + 1)]
    assert [element[0].attrib["href"] for element in notes] == [f"book:brief.ref.{n}" for n in range(1, len(notes) + 1)]


TABLE = "::: table x\nfile: d.csv\ncolumns: [{field: a}]\ncaption: C"
FIGURE = "::: figure x\nfile: f.svg\nalt: A\ncaption: C"


@pytest.mark.parametrize(
    "block", [f"{TABLE} [@c-2022]\n:::", f"{TABLE}\nnote: N [@c-2022]\n:::", f"{FIGURE} [@c-2022]\n:::"]
)
@pytest.mark.parametrize("notes", ["end", "foot"])
def test_notes_of_captions_are_set(tmp_path: Path, notes: str, block: str) -> None:
    files = {
        "edition.yaml": f"{LEAST['edition.yaml']}notes: {notes}\n",
        "data/d.csv": "a\nb\n",
        "images/f.svg": "<svg/>",
    }
    markup = composed(book(tmp_path, block, files=files)).markup
    assert anchors(markup).count("brief.note.1") == 1
    assert "“Gamma,” May 6, 2022" in printed(markup)


# --- nothing of the content is markup ---------------------------------------------------------------------------------

#: Quotation marks become typographic in some fields.
ATTACK = '"><img src=x><script>alert(1)</script>{{ 7*7 }}{% include "x" %}'
ATTACKED = r".><img src=x><script>alert\(1\)</script>\{\{ 7\*7 \}\}\{% include .x. %\}"


class Fields:
    """Values with the attack in them, each with a number, so that each can be found again in the markup."""

    def __init__(self) -> None:
        self.count = 0

    def plain(self) -> str:
        """A value that is printed as it stands, quoted for YAML."""
        self.count += 1
        return f"'F{self.count}{ATTACK}'"

    def running(self) -> str:
        """Running text in which the attack is escaped, quoted for YAML."""
        return f"'{self.body()}'"

    def body(self) -> str:
        """Running text of a body in which the attack is escaped."""
        self.count += 1
        return f"F{self.count}" + re.sub(r"([<{\"*])", r"\\\1", ATTACK)

    def cell(self) -> str:
        """A cell of CSV."""
        self.count += 1
        return '"' + f"F{self.count}{ATTACK}".replace('"', '""') + '"'


def attacked(at: Path, f: Fields) -> Book:
    """A book whose every text field holds the attack."""
    edition = (
        f"title: {f.plain()}\nsubtitle: {f.plain()}\nedition: {f.plain()}\npublisher: {f.plain()}\nhost: {f.plain()}\n"
        f"statement: {f.plain()}\nyear: 2026\ndate: 2026-01-01\nfacts_date: 2026-01-01\nisbn: 978-0-306-40615-7\n"
        f"front: {MADE.replace('lists]', 'lists, preface]')}\n"
        "anatomy: [{heading: Landscape and resources, required: false}]\n"
    )
    header = (
        f"title: {f.plain()}\nshort_title: {f.plain()}\nsummary: {f.running()}\n"
        "partners: [{organization: acme}]\n"
        f"key_figures:\n- {{value: {f.plain()}, text: {f.running()}, source: a-2020}}\n"
        f"cases:\n- id: reno\n  place: {f.plain()}\n  state: NV\n  kind: city\n"
        f"  law: {f.plain()}\n  number: {f.plain()}\n"
        f"  status: {f.plain()}\n  figures: [{{value: {f.plain()}, text: {f.running()}}}]\n"
        f"  outcome: [{{text: {f.running()}}}]\n  places: [{f.plain()[:-1]}, NV']\n"
        f"resources: [{{organization: acme, for: {f.running()}}}]\n"
    )
    body = "\n\n".join(
        [
            "## Landscape and resources",
            f"### {f.body()}",
            f"{f.body()} *{f.body()}* **{f.body()}** [{f.body()}](https://x.org/{ATTACK.replace(' ', '')})",
            f"one[@a-2020, {f.plain()}] two[@b-2021, p. 1] [](brief:brief) [](case:brief/reno) [](term:a) three[^n]",
            f"[^n]: {f.body()}",
            f"- {f.body()}\n- {f.body()}",
            f"> {f.body()}",
            f"::: callout {f.plain()}\n{f.body()}\n:::",
            f"::: model-language {f.plain()}\n{f.body()}\n:::",
            f"::: pullquote\n{f.body()}\n:::",
            f"::: case reno\n{f.body()}\n:::",
            (
                f"::: table t\nfile: d.csv\ncaption: {f.running()}\nnote: {f.running()}\nsource: b-2021\n"
                f"columns: [{{field: a, head: {f.plain()}, unit: {f.plain()}}}, {{field: b}}]\n:::"
            ),
            f"::: figure f\nfile: f.svg\nalt: {f.plain()}\ncaption: {f.running()}\n:::",
        ]
    )
    files = {
        "edition.yaml": edition,
        BRIEF: f"---\n{header}---\n\n{body}\n",
        "parts/01-part/part.yaml": f"title: {f.plain()}\nsummary: {f.running()}\n",
        "front/preface.md": f"---\ntitle: {f.plain()}\n---\n\n{f.body()}\n",
        "organizations.yaml": f"- {{id: acme, name: {f.plain()}, about: {f.plain()}, domain: {f.plain()}}}\n",
        "glossary.yaml": f"- {{id: a, term: {f.plain()}, definition: {f.plain()}, see_also: [a]}}\n",
        "index.yaml": f"- headword: {f.plain()}\n  see: [wages]\n- headword: wages\n- headword: hours\n",
        "references.yaml": (
            f"- {{id: a-2020, title: {f.plain()}, publisher: {f.plain()}, issued: 2020, author: {f.plain()}}}\n"
            f"- {{id: b-2021, title: {f.plain()}, publisher: {f.plain()}, issued: 2021, archive: {f.plain()},"
            f" URL: 'https://x.org/{ATTACK.replace(' ', '')}'}}\n"
        ),
        "data/d.csv": f"a,b\n{f.cell()},{f.cell()}\n",
        "images/f.svg": "<svg/>",
    }
    files[BRIEF] += "\n{index: wages > <img src=x; hours > <script} x\n"
    return book(at, files=files)


@pytest.mark.parametrize("notes", ["end", "foot"])
def test_nothing_that_somebody_writes_becomes_markup(tmp_path: Path, notes: str) -> None:
    fields = Fields()
    made = attacked(tmp_path, fields)
    if notes == "foot":
        text = (tmp_path / "content/small/edition.yaml").read_text()
        (tmp_path / "content/small/edition.yaml").write_text(f"{text}notes: foot\n")
        made = assemble(read_manuscript(tmp_path / "content" / "small"))
    markup = everything(made)
    seen = ""
    for id, text in markup.items():
        assert elements(text, "script") == [], id
        assert [image.attrib["src"] for image in elements(text, "img")] == (["images/f.svg"] if id == ID else [])
        assert "<script" not in text.lower()
        assert not re.search(r"\b49\b", printed(text))
        seen += "".join(tree(text).itertext())
        seen += "".join(element.attrib.get("alt", "") for element in tree(text).iter("img"))
    assert fields.count > 55
    lost = [number for number in range(1, fields.count + 1) if not re.search(f"F{number}{ATTACKED}", seen)]
    assert lost == []


def test_addresses_in_the_markup_are_of_the_web_or_of_the_book(tmp_path: Path, sound_markup: dict[str, str]) -> None:
    attacked_markup = everything(attacked(tmp_path, Fields()))
    found = {href for markup in (sound_markup, attacked_markup) for text in markup.values() for href in addresses(text)}
    assert {re.split("[:/]", href)[0] for href in found} == {"book", "https", "mailto"}
    assert any("<script>" in href for href in found)  # as the text of an attribute


@pytest.mark.parametrize("name", ["javascript:alert(1)", "data:text/html,x", "//x.org"])
def test_the_domain_of_an_organization_is_no_scheme(tmp_path: Path, name: str) -> None:
    header = "resources: [{organization: acme, for: x}]\n"
    edition = LEAST["edition.yaml"].replace("{heading: Text,", "{heading: Landscape and resources,")
    files = {
        "organizations.yaml": f"- {{id: acme, name: A, domain: '{name}'}}\n",
        BRIEF: brief("## Landscape and resources\n\none", header),
        "edition.yaml": edition,
    }
    found = addresses(composed(book(tmp_path, files=files)).markup)
    assert f"https://{name}" in found


# --- composing is pure ------------------------------------------------------------------------------------------------


def test_the_same_book_gives_the_same_markup(sound_markup: dict[str, str]) -> None:
    again = everything(assemble(read_manuscript(SOUND)))
    assert again == sound_markup


def test_what_is_printed_as_a_folio_is_noted(sound: Book) -> None:
    html = composed(sound, "contents", {"library-cards": 5, "street-trees": 12})
    folios = dict(html.printed)
    assert (folios["library-cards"], folios["street-trees"]) == ("5", "12")
    assert set(folios) == {d.id for d in sound.divisions if d.listed and d.id != "contents"}
    assert composed(sound, "title-page").printed == ()


def test_unknown_folios_stand_as_three_figures(sound: Book) -> None:
    html = composed(sound, "contents")
    assert {text for _, text in html.printed} == {"888"}


def test_roman_folios_are_printed_in_roman_numerals(sound: Book) -> None:
    pagination = Pagination({"preface": Folio(False, 9), "library-cards": Folio(True, 9)})
    html = compose(sound, sound.division("contents"), layout_of(sound), pagination, RESOURCES)
    assert dict(html.printed)["preface"] == "ix"
    assert "Preface ix" in printed(html.markup) or "Prefaceix" in printed(html.markup)


def test_undefined_names_in_a_template_are_an_error(tmp_path: Path, sound: Book) -> None:
    (tmp_path / "templates" / "front").mkdir(parents=True)
    (tmp_path / "templates" / "front" / "half-title.html.j2").write_text("{{ book.nothing }}")
    with pytest.raises(ContentError) as caught:
        compose(sound, sound.division("half-title"), layout_of(sound), Pagination(), find_resources(tmp_path))
    (problem,) = caught.value.problems
    assert problem.code == "LAYT001"
    assert "half-title" in problem.message


def test_a_template_of_the_project_stands_before_the_shipped_one(tmp_path: Path, sound: Book) -> None:
    (tmp_path / "templates" / "front").mkdir(parents=True)
    own = "{% extends 'book.html.j2' %}{% block content %}<p>{{ '<mine>' }}</p>{% endblock %}"
    (tmp_path / "templates" / "front" / "half-title.html.j2").write_text(own)
    html = compose(sound, sound.division("half-title"), layout_of(sound), Pagination(), find_resources(tmp_path))
    assert printed(html.markup) == "<mine>"
    (tmp_path / "templates" / "front" / "preface.html.j2").write_text(own.replace("mine", "preface"))
    html = compose(sound, sound.division("preface"), layout_of(sound), Pagination(), find_resources(tmp_path))
    assert printed(html.markup) == "<preface>"


# --- what is printed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("[](brief:brief)", "“The Brief,” page {}"),
        ("[the *brief*](brief:brief)", "the brief (page {})"),
        ("[preempted](term:preemption)", "preempted"),
        ("[](term:preemption)", "preemption"),
        ("[NELP](https://www.nelp.org)", "NELP"),
        ("a -- b{index: wages} c", "a – b c"),
    ],
)
def test_links_are_printed_as_the_format_says(tmp_path: Path, written: str, seen: str) -> None:
    files = {"index.yaml": "- headword: wages\n" if "{" in written else "[]"}
    html = composed(book(tmp_path, written, files=files), folios={"brief": 31})
    paragraph = elements(html.markup, "p")[-1]
    assert text_of(paragraph).replace("\u00a0", " ") == seen.format("00")
    assert html.printed == ((("brief", "31"),) if "{}" in seen else ())


def test_works_are_set_out_in_full_and_then_in_short(tmp_path: Path) -> None:
    body = "a[@b-2021] b[@b-2021, p. 2] c[@c-2022, sec. 5] d[^n]\n\n[^n]: See [@a-2020] and [@c-2022]."
    markup = composed(book(tmp_path, body)).markup
    notes = [text_of(element) for element in elements(markup, "li") if ".note." in element.attrib.get("id", "")]
    assert notes == [
        "1 Press B, “Beta,” May 2021, b.example.org.",
        "2 Press B (note 1), p. 2.",
        "3 Press C, “Gamma,” May 6, 2022, sec. 5.",
        "4 See Press A, “Alpha,” 2020 and Press C (note 3).",
    ]


def test_notes_at_the_foot_stand_where_their_marks_stand(tmp_path: Path) -> None:
    markup = composed(book(tmp_path, "one[@a-2020] two[@a-2020]", files=FOOT)).markup
    notes = [element for element in elements(markup, "span") if element.attrib.get("class") == "footnote"]
    assert [text_of(element) for element in notes] == ["Press A, “Alpha,” 2020.", "See note 1."]
    assert "Notes" not in [text_of(element) for element in elements(markup, "h2")]


def test_no_space_stands_before_a_note_mark(sound_markup: dict[str, str], tmp_path: Path) -> None:
    for text in (*sound_markup.values(), *everything(rich(tmp_path, "foot")).values()):
        assert not re.search(r"\s(<span class=\"glue\"></span>)?<(a class=\"note-mark\"|span class=\"footnote\")", text)


def test_a_table_has_a_caption_heads_units_and_dashes(tmp_path: Path) -> None:
    block = (
        "::: table t\nfile: d.csv\ncaption: C *d*\ncolumns:\n- {field: a, head: A}\n"
        "- {field: b, unit: $, align: decimal}\nsource: a-2020\nnote: N\n:::"
    )
    markup = composed(book(tmp_path, block, files={"data/d.csv": "a,b\nx,1.25\ny,\nz,12.5\n"})).markup
    (table,) = elements(markup, "table")
    assert [text_of(element) for element in table.iter("th")] == ["A", "b ($)"]
    assert [element.attrib["scope"] for element in table.iter("th")] == ["col", "col"]
    assert [text_of(element) for element in table.iter("td")] == ["x", "1.25", "y", "–", "z", "12.5"]
    classes = [element.attrib["class"].split() for element in table.iter("td")]
    assert classes == [["left"], ["decimal", "lacks-0"], ["left"], ["decimal"], ["left"], ["decimal", "lacks-1"]]
    assert [text_of(element) for element in table.iter("caption")] == ["Table 1 C d"]
    assert "Source: Press A, “Alpha,” 2020." in printed(markup)


def test_running_heads_name_the_part_on_the_left_and_the_brief_on_the_right(sound: Book) -> None:
    worn = {
        "library-cards": [Dress("0", False, True), Dress("0", True, False), Dress("00", False, False)],
        "preface": [Dress("viii", True, False)],
    }
    htmls = [compose_furniture(sound, sound.division(id), of, layout_of(sound), RESOURCES) for id, of in worn.items()]
    assert [html.division for html in htmls] == [f"{id}.furniture" for id in worn]
    assert all(html.artifact for html in htmls)
    assert [[text for _, text in html.printed] for html in htmls] == [["0", "0", "00"], ["viii"]]
    pages = [
        element
        for html in htmls
        for element in elements(html.markup, "div")
        if "furniture" in element.attrib.get("class", "").split()
    ]
    assert [text_of(page).split() for page in pages] == [
        ["0"],
        ["Reading", "1"],
        ["Library", "Cards", "02"],
        ["Small", "Measures", "viii"],
    ]
    assert ["verso" in page.attrib["class"].split() for page in pages] == [False, True, False, True]
    assert [page.attrib["data-part"] for page in pages] == ["1", "1", "1", "0"]


def test_pages_are_of_the_editions_measures(sound: Book) -> None:
    style = compose_style(layout_of(sound), RESOURCES)
    geometry = layout_of(sound).geometry
    assert f"size: {geometry.trim_width}pt {geometry.trim_height}pt;" in style
    assert f"bleed: {geometry.layout_bleed}pt;" in style
    assert f"--line: {geometry.baseline}pt;" in style
    assert '@import url("profiles/standard.css");' in style
    assert font_css() in style


def test_markup_has_no_styles_of_its_own(sound_markup: dict[str, str]) -> None:
    """The engine is given one parsed sheet for all divisions: what a division links or holds would be parsed again."""
    for markup in sound_markup.values():
        assert "<style" not in markup
        assert 'rel="stylesheet"' not in markup


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "seen"),
    [("2014", "2014"), ("2014-06", "June 2014"), ("2014-06-03", "June 3, 2014"), ("2014-12-31", "December 31, 2014"),
     ("2014-01", "January 2014"), ("", "")],
)  # fmt: skip
def test_dates_are_printed_as_exactly_as_they_are_known(date: str, seen: str) -> None:
    assert format_date(date) == seen


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://www.x.org/a/b", "x.org"),
        ("http://x.org", "x.org"),
        ("https://wwww.x.org:80/", "wwww.x.org:80"),
        ("", ""),
    ],
)
def test_the_domain_of_an_address(url: str, seen: str) -> None:
    assert domain(url) == seen


def test_parts_have_numbers_and_inks(sound: Book) -> None:
    assert part_numbers(sound) == {"reading": 1, "streets": 2}
    assert set(inks(RESOURCES.sheets()["tokens.css"])) == set(range(8))


def test_places_are_known_by_state_with_their_parts(sound: Book) -> None:
    def known(places: Mapping[str, Iterable[tuple[str, int]]]) -> dict[str, list[tuple[str, int]]]:
        return {state: list(found) for state, found in places.items()}

    assert known(places_by_state(sound)) == {
        "OH": [("Mapleford", 2)],
        "OR": [("Fern Harbor", 1)],
        "WA": [("Alder Bay", 1)],
    }
    assert known(places_by_state(sound, "streets")) == {"OH": [("Mapleford", 2)]}


def test_a_book_without_a_directory_or_a_glossary_prints_names_without_links(tmp_path: Path) -> None:
    """Nothing leads to an entry that the book does not have."""
    sound = tmp_path / "sample"
    shutil.copytree(ROOT / "tests" / "sound" / "content" / "sample", sound)
    path = sound / "edition.yaml"
    text = path.read_text("utf-8")
    for name in ("glossary", "directory"):
        text = re.sub(rf"\b{name},\s*|,\s*{name}\b", "", text)
    path.write_text(text, "utf-8")
    made = assemble(read_manuscript(sound))
    layout = Layout("standard", made.edition.page.geometry())
    markup = "".join(compose(made, d, layout, Pagination(), find_resources(ROOT)).markup for d in made.divisions)
    assert "book:glossary." not in markup
    assert "book:directory." not in markup
