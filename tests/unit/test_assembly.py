"""A manuscript becomes a book: divisions in order, registers, and all problems at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybook.assembly import assemble
from policybook.book import Book, Brief, Credit, Generated, Law, PartOpener, Prose
from policybook.diagnostics import ContentError
from policybook.manuscript import read_manuscript
from policybook.pagination import Matter
from policybook.text import plain
from tests.unit.editions import BRIEF, ID, LEAST, assert_faults, book, brief, content, manuscript, problems

SOUND = Path(__file__).parents[1] / "sound" / "content" / "sample"
CASE = "{{id: {id}, place: {place}, state: {state}, kind: city{more}}}"


def cases(*rows: tuple[str, str, str, str]) -> tuple[str, str]:
    """A header and a body that tell cases of (id, place, state, more keys)."""
    header = "cases:\n" + "".join(
        f"- {CASE.format(id=id, place=place, state=state, more=more)}\n" for id, place, state, more in rows
    )
    return header, "\n\n".join(f"::: case {id}\nTold.\n:::" for id, *_ in rows)


@pytest.fixture(scope="module")
def sound() -> Book:
    return assemble(read_manuscript(SOUND))


# --- divisions --------------------------------------------------------------------------------------------------------


def test_divisions_stand_in_the_order_of_print(sound: Book) -> None:
    assert [division.id for division in sound.divisions] == [
        "cover", "half-title", "frontispiece", "title-page", "copyright", "contents", "lists", "preface",
        "reading", "library-cards", "reading-rooms", "streets", "street-trees",
        "glossary", "directory", "laws", "places", "subjects", "afterword",
    ]  # fmt: skip


def test_divisions_know_matter_part_and_opening(sound: Book) -> None:
    found = {division.id: division for division in sound.divisions}
    assert {id for id, division in found.items() if division.matter is Matter.BODY} == {
        "reading",
        "library-cards",
        "reading-rooms",
        "streets",
        "street-trees",
    }
    assert [found[id].part for id in ("library-cards", "reading-rooms", "street-trees", "reading")] == [
        "reading",
        "reading",
        "streets",
        "",
    ]
    assert [found[id].opens_on for id in ("cover", "preface", "copyright", "reading", "library-cards", "glossary")] == [
        "any", "recto", "any", "recto", "any", "any",
    ]  # fmt: skip
    assert not found["copyright"].listed
    assert not found["reading"].furniture
    assert found["library-cards"].short_title == "Library Cards"
    assert found["reading-rooms"].short_title == "Reading Rooms"


def test_contents_are_of_their_kind(sound: Book) -> None:
    kinds = {division.id: type(division.content) for division in sound.divisions}
    assert (kinds["preface"], kinds["subjects"], kinds["reading"], kinds["street-trees"]) == (
        Prose,
        Generated,
        PartOpener,
        Brief,
    )
    openers = [division.content for division in sound.divisions if isinstance(division.content, PartOpener)]
    assert [(opener.number, opener.briefs) for opener in openers] == [
        (1, ("library-cards", "reading-rooms")),
        (2, ("street-trees",)),
    ]


def test_a_folder_of_parts_is_ordered_by_its_number_and_named_without_it(tmp_path: Path) -> None:
    files = {
        "parts/10-last/part.yaml": "title: Last\n",
        "parts/02-middle/part.yaml": "title: Middle\n",
        "parts/02-middle/b.md": brief(header="order: 2\n"),
        "parts/02-middle/c.md": brief(header="order: 1\n"),
    }
    made = book(tmp_path, files=files)
    assert [division.id for division in made.divisions] == ["contents", "part", ID, "middle", "c", "b", "last"]


def test_a_book_is_the_same_each_time_it_is_assembled(sound: Book) -> None:
    assert assemble(read_manuscript(SOUND)) == sound


def test_titles_and_entries_have_typographic_quotes(tmp_path: Path) -> None:
    files = {
        BRIEF: brief().replace("title: The Brief", 'title: Workers\' "Rights" -- now'),
        "parts/01-part/part.yaml": "title: The City's Part\n",
        "organizations.yaml": "- {id: acme, name: Farmers' Union, about: The county's own.}\n",
        "glossary.yaml": "- {id: a, term: 'owner''s right', definition: It's -- so to speak -- a right.}\n",
        "references.yaml": "- {id: a, title: The City's Law, publisher: The People's Press, issued: 2020}\n",
    }
    made = book(tmp_path, files=files)
    assert made.division(ID).title == "Workers’ “Rights” – now"
    assert made.division("part").title == "The City’s Part"
    assert (made.organizations["acme"].name, made.organizations["acme"].about) == (
        "Farmers’ Union",
        "The county’s own.",
    )
    assert (made.glossary[0].term, made.glossary[0].definition) == ("owner’s right", "It’s – so to speak – a right.")
    assert (made.references["a"].title, made.references["a"].publisher) == ("The City’s Law", "The People’s Press")


# --- registers --------------------------------------------------------------------------------------------------------


def places(of: Book) -> list[tuple[str, str, str, str]]:
    return [(m.headword, m.subentry, m.first, m.last) for m in of.marks if m.register == "place"]


def test_cases_enter_places_and_laws_by_themselves(tmp_path: Path) -> None:
    header, body = cases(
        ("reno", "Reno", "NV", ", law: Wage Law, number: No. 5, enacted: 2014-06-03, effective: 2015"),
        ("ada", "Ada", "MI", ", law: Old Law, effective: 1999-02"),
        ("flint", "Flint", "MI", ", law: Undated Law"),
        ("boise", "Boise", "ID", ""),
    )
    made = book(tmp_path, body, header)
    assert places(made) == [
        ("Nevada", "Reno", "brief.case.reno", "brief.case.reno.end"),
        ("Michigan", "Ada", "brief.case.ada", "brief.case.ada.end"),
        ("Michigan", "Flint", "brief.case.flint", "brief.case.flint.end"),
        ("Idaho", "Boise", "brief.case.boise", "brief.case.boise.end"),
    ]
    assert made.laws == (
        Law("NV", "Reno", "Wage Law", "No. 5", "2014", "brief.case.reno", "brief.case.reno.end"),
        Law("MI", "Ada", "Old Law", "", "1999", "brief.case.ada", "brief.case.ada.end"),
        Law("MI", "Flint", "Undated Law", "", "", "brief.case.flint", "brief.case.flint.end"),
    )


def test_a_case_of_several_places_enters_each_of_them(tmp_path: Path) -> None:
    header, body = cases(
        ("two", "Two cities", "US", ', law: Compact, places: ["Austin, TX", "St. Paul, MN"]'),
        ("all", "Everywhere", "US", ""),
        ("near", "Greater Reno", "NV", ', places: ["Reno, NV", "Sparks, NV"]'),
    )
    made = book(tmp_path, body, header)
    assert [(state, place, first) for state, place, first, _ in places(made)] == [
        ("Texas", "Austin", "brief.case.two"),
        ("Minnesota", "St. Paul", "brief.case.two"),
        ("Nevada", "Reno", "brief.case.near"),
        ("Nevada", "Sparks", "brief.case.near"),
    ]
    assert [(law.state, law.place) for law in made.laws] == [("US", "Two cities")]


def test_cases_stand_in_the_order_in_which_they_are_told(tmp_path: Path) -> None:
    header, body = cases(("b", "B", "NV", ""), ("a", "A", "NV", ""))
    made = book(tmp_path, "\n\n".join(reversed(body.split("\n\n"))), header)
    assert [case.place for case in content(made).cases] == ["A", "B"]


def landscape(edition: str = LEAST["edition.yaml"]) -> dict[str, str]:
    """An edition whose briefs have the section that resources stand in, and a brief that has it."""
    return {"edition.yaml": edition.replace("{heading: Text,", "{heading: Landscape and resources,")}


def test_organizations_are_credited_where_they_are_named(tmp_path: Path) -> None:
    header = "partners: [{organization: acme, role: reviewer}]\nresources: [{organization: acme, for: x *y*}]\n"
    made = book(tmp_path, "## Landscape and resources\n\none", header, landscape())
    assert set(made.credits) == {Credit("acme", "partner", ID), Credit("acme", "resource", "brief.resource.acme")}
    assert [(p.organization.name, p.role) for p in content(made).partners] == [("Acme Institute", "reviewer")]
    assert plain(content(made).resources[0].purpose) == "x y"


TOLD = "::: case a\none\n:::"


# --- problems ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "header", "body"),
    [
        ("CASE002", "cases: [{id: ‸reno, place: Reno, state: NV, kind: city}]\n", "one"),
        ("CASE004", "cases: [{id: a, place: A, state: ‸NX, kind: city}]\n", TOLD),
        ("CASE005", "cases: [{id: a, place: A, state: NV, kind: city, enacted: ‸2014-13}]\n", TOLD),
        ("CASE005", "cases: [{id: a, place: A, state: NV, kind: city, effective: ‸2015-02-29}]\n", TOLD),
        ("CASE005", "key_figures: [{text: a, as_of: ‸2014-00}]\n", "one"),
        ("CASE005", "cases: [{id: a, place: A, state: NV, kind: city, figures: [{text: b, as_of: ‸2014-00}]}]\n", TOLD),
        ("ORGN001", "partners: [{organization: ‸acmee}]\n", "one"),
        ("CITE001", "key_figures: [{text: a, source: ‸nobody}]\n", "one"),
        ("CITE001", "key_figures: [{text: a, source: [a-2020, ‸nobody]}]\n", "one"),
        ("CITE001", "key_figures:\n- text: a [‸@nobody] b\n", "one"),
        ("CITE001", 'key_figures:\n- text: "one\n    two: [‸@nobody]"\n', "one"),
        ("MARK001", "key_figures:\n- text: >\n    one\n    two ‸<b> three\n", "one"),
        ("MARK008", "key_figures:\n- text: 'it''s ‸{{ 7*7 }}'\n", "one"),
        ("LINK002", "key_figures:\n- text: >-\n    one\n    [two](‸javascript:x)\n", "one"),
        ("BRIEF03", "", "## ‸Other\n\none"),
        ("BRIEF02", "", "## More\n\none\n\n## ‸Text\n\ntwo"),
    ],
)  # fmt: skip
def test_a_fault_of_a_brief_is_found_where_it_stands(tmp_path: Path, code: str, header: str, body: str) -> None:
    assert_faults(tmp_path, code, brief(body, header))


@pytest.mark.parametrize(
    ("code", "header"),
    [
        ("ORGN001", "resources: [{organization: ‸acmee, for: x}]\n"),
        ("YAML006", "resources: [{organization: acme, for: x}, {organization: ‸acme, for: y}]\n"),
        ("MARK001", "resources:\n- organization: acme\n  for: >\n    one\n    two ‸<b> three\n"),
    ],
)
def test_a_fault_of_resources_is_found_where_it_stands(tmp_path: Path, code: str, header: str) -> None:
    assert_faults(tmp_path, code, brief("## Landscape and resources\n\none", header), landscape())


def test_resources_need_the_section_that_they_stand_in(tmp_path: Path) -> None:
    assert_faults(tmp_path, "BRIEF01", brief("one", "‸resources: [{organization: acme, for: x}]\n"))


@pytest.mark.parametrize(
    "summary",
    [
        "summary: one ‸<b> two",
        "summary: >\n  one\n  two ‸<b> three",
        'summary: "one \\"two\\"\n  three ‸<b>"',
        "summary: 'one\n\n  it''s ‸<b>'",
        "summary: |\n  one\n\n  ‸<b>",
    ],
)
def test_a_fault_of_a_summary_is_found_however_it_is_folded(tmp_path: Path, summary: str) -> None:
    assert_faults(tmp_path, "MARK001", brief().replace("summary: In short.", summary))


@pytest.mark.parametrize("mark", ["‸[@a-2020]", "‸[^n]", "‸{index: wages}", "[](‸brief:brief)"])
def test_the_summary_of_a_part_takes_no_marks(tmp_path: Path, mark: str) -> None:
    assert_faults(tmp_path, "MARK007", f"title: A\nsummary: >\n  one\n  two {mark}\n", name="parts/01-part/part.yaml")


def test_a_required_section_that_is_missing(tmp_path: Path) -> None:
    edition = LEAST["edition.yaml"].replace("{heading: More, required: false}", "{heading: More}")
    (problem,) = problems(tmp_path, {"edition.yaml": edition, BRIEF: brief("one")})
    assert (problem.code, problem.hint) == ("BRIEF01", "add ## More")


@pytest.mark.parametrize(
    ("code", "edition"),
    [
        ("EDIT001", "front: [contents, ‸prefase]"),
        ("EDIT001", "front: [contents]\nback: [‸glosary]"),
        ("EDIT002", "front: [contents]"),
        ("EDIT003", "front: [contents]\n‸page: {margin_inner: 4 in}"),
        ("EDIT003", "front: [contents]\n‸page: {trim: [7 in, 3 in]}"),
        ("EDIT003", "front: [contents]\npage: {baseline: ‸0 pt}"),
        ("CASE005", "front: [contents]"),
    ],
)
def test_a_fault_of_the_edition_is_found_where_it_stands(tmp_path: Path, code: str, edition: str) -> None:
    text = LEAST["edition.yaml"].replace("front: [contents]", edition)
    if code == "EDIT002":
        text = text.replace("978-0-306-40615-7", "‸978-0-306-40615-8")
    if code == "CASE005":
        text = text.replace("date: 2026-01-01\npub", "date: ‸2026-02-30\npub")
    assert_faults(tmp_path, code, text, name="edition.yaml")


def test_all_problems_are_reported_at_once_and_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = {
        BRIEF: brief("<b> [@nobody] [](brief:none)\n\n::: callot\n:::", "partners: [{organization: none}]\n"),
        "edition.yaml": LEAST["edition.yaml"].replace("-7\n", "-8\n").replace("[contents]", "[contents, nothing]"),
        "glossary.yaml": "- {id: a, term: b, definition: c, see_also: [none]}\n- {id: a, term: b, definition: c}\n",
        "index.yaml": "- {headword: a, see: [b]}\n",
        "references.yaml": "- {id: a, titel: b, publisher: c, issued: 2020}\n",
    }
    with pytest.raises(ContentError) as caught:
        assemble(manuscript(tmp_path, files))
    codes = [problem.code for problem in caught.value.problems]
    # not CITE001: without references.yaml nobody knows what can be cited
    assert sorted(codes) == sorted(
        ["EDIT001", "EDIT002", "INDX004", "LINK001", "LINK001", "MARK001", "MARK003", "ORGN001", "YAML002", "YAML006"]
    )
    sources = [problem.source for problem in caught.value.problems if problem.source]
    assert sources == sorted(sources)


def test_warnings_do_not_stop_a_book(tmp_path: Path) -> None:
    made = book(tmp_path)
    assert {problem.code for problem in made.problems} == {"CITE002", "ORGN002"}
    assert not any(problem.is_error for problem in made.problems)


def test_two_divisions_of_one_id_are_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, {"parts/02-next/part.yaml": "title: N\n", "parts/02-next/brief.md": brief()})
    assert [problem.code for problem in found] == ["YAML006"]
