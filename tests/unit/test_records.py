"""YAML as text with places: values stay what somebody wrote, and each fault is found at its key or value.

A ‸ stands before what is at fault; the caret itself is not part of the text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policybook.diagnostics import Problem, Source
from policybook.edition import Edition, GlossaryEntry, Headword, Organization, PageModel, Reference
from policybook.headers import BriefHeader, FigureBlockModel, ProseHeader, TableModel
from policybook.records import Record, json_schema, read
from tests.unit.editions import LEAST, brief, manuscript, without_carets

HEAD = "title: A\nsummary: B\n"
CASES = HEAD + "cases:\n- {id: a, place: P, kind: city, state: "


def record(text: str, model: Any = BriefHeader, first_line: int = 1) -> Record[Any]:
    """The text, which must be sound."""
    reading = read(text, "a.yaml", model, first_line=first_line)
    assert reading.problems == ()
    assert reading.record is not None
    return reading.record


def faults(text: str, model: Any = BriefHeader) -> list[tuple[str, int, int]]:
    reading = read(text, "a.yaml", model)
    assert reading.record is None
    return [(p.code, p.source.line, p.source.column) for p in reading.problems if p.source]


def only(text: str, model: Any = BriefHeader) -> Problem:
    (problem,) = read(text, "a.yaml", model).problems
    return problem


# --- values stay what they are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["NO", "ON", "'NO'", '"NO"', "NV", "IN", "OR"])
def test_two_letters_stay_two_letters(state: str) -> None:
    assert record(f"{CASES}{state}}}").value.cases[0].state == state.strip("'\"")


@pytest.mark.parametrize("date", ["2014-06-03", "2014-06", "2014", "0012"])
def test_dates_stay_text(date: str) -> None:
    case = record(f"{CASES}WA, enacted: {date}}}").value.cases[0]
    assert (case.enacted, case.effective) == (date, "")


@pytest.mark.parametrize(
    "date", ["2014-6-3", "0x10", "~", "null", "12:30:45", "20140603", "June 2014", "2014-06-03T00:00"]
)
def test_what_only_yaml_would_call_a_date_is_refused(date: str) -> None:
    text, places = without_carets(f"{CASES}WA, enacted: ‸{date}}}")
    assert faults(text)[0] == ("YAML004", *places[0])


@pytest.mark.parametrize(
    "value", ["yes", "no", "on", "null", "~", "1e3", "1_000", "0x10", ".5", "12:30", "=", "$5", "%x"]
)
def test_scalars_are_text_where_text_is_taken(value: str) -> None:
    quoted = f'"{value}"' if value == "%x" else value
    assert record(f"title: {quoted}\n", ProseHeader).value.title == value


def test_whole_numbers_are_read_where_they_are_taken() -> None:
    header = record(f"{HEAD}order: 3\npages: '12'\n").value
    assert (header.order, header.pages) == (3, 12)


@pytest.mark.parametrize("value", ["1.5", "0x2", "two", "0", "-1", "true", "''", "[1]"])
def test_other_values_are_no_whole_numbers(value: str) -> None:
    text, places = without_carets(f"{HEAD}order: ‸{value}\n" if value != "''" else f"{HEAD}‸order: {value}\n")
    assert faults(text) == [("YAML004", *places[0])]


def test_a_key_or_a_list_of_keys_is_a_list_of_keys() -> None:
    figures = record(
        f"{HEAD}key_figures: [{{text: a, source: b}}, {{text: c, source: [d, e]}}, {{text: f}}]"
    ).value.key_figures
    assert [figure.source for figure in figures] == [("b",), ("d", "e"), ()]


def test_white_space_around_a_value_is_dropped() -> None:
    assert record('title: "  A  "\n', ProseHeader).value.title == "A"


def test_folded_and_literal_values() -> None:
    header = record("title: >\n  one\n  two\n\n  three\nsummary: |\n  four\n  five\n").value
    assert (header.title, header.summary) == ("one two\nthree", "four\nfive")


def test_tags_have_no_power() -> None:
    assert record("title: !!python/object/apply:os.system x\n", ProseHeader).value.title == "x"
    assert record("title: !!int 5\n", ProseHeader).value.title == "5"


def test_defaults() -> None:
    header = record(HEAD).value
    assert (header.order, header.state, header.pages, header.cases, header.short_title) == (1, "draft", 4, (), "")


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_newlines_and_byte_order_marks_of_all_systems(tmp_path: Path, newline: str, mark: str) -> None:
    name = "parts/01-part/brief.md"
    text = (mark + brief("one\n\ntwo <b>", "order: 3\n")).replace("\n", newline)
    found = manuscript(tmp_path, {name: text, "glossary.yaml": (mark + LEAST["glossary.yaml"]).replace("\n", newline)})
    (part,) = found.parts
    header = part.briefs[0].header
    assert header is not None
    assert header.value.order == 3
    assert [str(p.source) for p in found.problems] == [f"content/small/{name}:11:5"]
    assert found.glossary is not None
    assert found.glossary.value[0].definition == "A state's veto."


def test_tabs_are_refused_where_they_indent_and_taken_where_they_separate() -> None:
    text, places = without_carets("title: A\n‸\tsummary: B")
    assert faults(text) == [("YAML001", *places[0])]
    assert record("title:\tA\t# remark\n", ProseHeader).value.title == "A"


@pytest.mark.parametrize("text", ["", "# a remark\n", "\n\n"])
def test_nothing_is_a_fault(text: str) -> None:
    assert faults(text) == [("YAML001", 1, 1)]


@pytest.mark.parametrize("text", ["a", "~", "[a, b]", "- a"])
def test_something_else_than_keys_is_a_fault(text: str) -> None:
    assert faults(text) == [("YAML004", 1, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "title: a‸: b",
        "title: A\n summary‸: B",
        "title: ‸%x",
        "title: ‸@x",
        "title: ‸`x`",
        "title: A\n‸---\ntitle: B",
        "title: A‸\u0007",
        "title: A\nsummary: 😀é ‸\u0001",
    ],
)
def test_what_is_no_yaml_is_found_where_it_breaks(text: str) -> None:
    clean, places = without_carets(text)
    assert faults(clean) == [("YAML001", *places[0])]


def test_a_header_tells_lines_of_the_file() -> None:
    (problem,) = read("title: a: b", "a.md", BriefHeader, first_line=2).problems
    assert problem.source == Source("a.md", 2, 9)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_duplicate_keys_are_refused_where_they_stand_again() -> None:
    text, places = without_carets(f"{HEAD}‸title: C\nkey_figures:\n- {{text: a, ‸text: b}}\n")
    assert faults(text) == [("YAML005", *place) for place in places]


def test_aliases_are_refused_and_not_expanded() -> None:
    text, places = without_carets(f"{HEAD}cases: &a []\nresources: ‸*a")
    assert faults(text) == [("YAML001", *places[0])]
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [" + ",".join([f"*{chr(97 + i)}"] * 9) + "]\n" for i in range(9)
    )
    assert {code for code, _, _ in faults(bomb)} == {"YAML001"}


def test_merge_keys_are_no_keys() -> None:
    text, places = without_carets("‸<<: {title: T}\nsummary: S")
    assert ("YAML002", *places[0]) in faults(text)


@pytest.mark.parametrize("text", ["? ‸[a]\n: b", "? ‸{a: b}\n: c", "{‸[a]: b}"])
def test_keys_are_words(text: str) -> None:
    clean, places = without_carets(text)
    assert faults(clean)[0] == ("YAML001", *places[0])


def test_what_stands_behind_a_key_that_is_left_out_is_read() -> None:
    text, places = without_carets(f"? ‸[a, {{b: c}}]\n: [d, {{e: f, e: g}}]\n{HEAD}‸title: {{h: [i]}}\nsumary: x")
    found = [fault for fault in faults(text) if fault[0] != "YAML002"]
    assert found == [("YAML001", *places[0]), ("YAML005", *places[1])]
    assert ("YAML002", 6, 1) in faults(text)


def test_a_name_without_an_alias_does_no_harm_and_a_name_twice_is_refused() -> None:
    assert record(f"{HEAD}short_title: &a S").value.short_title == "S"
    text, places = without_carets("title: &a A\nsummary: ‸&a B")
    assert faults(text) == [("YAML001", *places[0])]


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "- " * 3000, "a: [" * 40])
def test_nesting_without_end_is_a_fault_and_no_crash(text: str) -> None:
    assert [code for code, _, _ in faults(text)] == ["YAML001"]


def test_an_unknown_key_is_found_with_the_nearest() -> None:
    text, places = without_carets("title: A\n‸sumary: B\n")
    assert faults(text) == [("YAML002", *places[0])]
    assert "summary" in only(text).hint


def test_a_missing_key_is_found_at_its_group_with_its_meaning() -> None:
    text, places = without_carets(f"{HEAD}cases:\n  - ‸id: a\n    place: P\n    kind: city\n")
    assert faults(text) == [("YAML003", *places[0])]
    assert "two letters" in only(text).hint


def test_every_fault_of_a_file_is_found() -> None:
    text, places = without_carets("title: ‸[a]\nsummary: ‸{b: c}\npages: ‸99\n‸nope: d\n")
    assert sorted(faults(text), key=lambda fault: fault[1]) == [
        (code, *place) for code, place in zip(["YAML004", "YAML004", "YAML004", "YAML002"], places, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (f"{HEAD}state: ‸published\n", BriefHeader),
        (f"{HEAD}key_figures: ‸[{{text: a}}, {{text: b}}, {{text: c}}, {{text: d}}, {{text: e}}]\n", BriefHeader),
        (f"{HEAD}partners:\n- organization: ‸Not An Id\n", BriefHeader),
        (f"{HEAD}partners:\n- {{organization: a, role: ‸author}}\n", BriefHeader),
        (f"{HEAD}cases:\n- {{id: a, place: P, kind: ‸town, state: WA}}\n", BriefHeader),
        (f"{HEAD}cases:\n- {{id: a, place: P, kind: city, state: ‸wa}}\n", BriefHeader),
        (f"{HEAD}cases:\n- {{id: a, place: P, kind: city, state: WA, places: [‸Austin]}}\n", BriefHeader),
        ("file: a\ncaption: b\n‸columns: []\n", TableModel),
        ("file: a\ncaption: b\ncolumns: [{field: c, align: ‸centre}]\n", TableModel),
        ("file: a\ncaption: b\ncolumns: [{field: c}]\nrows: ‸-1\n", TableModel),
        ("file: a\ncaption: b\ncolumns: [{field: c}]\nwhere: {d: ‸[e]}\n", TableModel),
        ("trim: [7 in, ‸10 furlong]\n", PageModel),
        ("bleed: ‸-1 mm\n", PageModel),
        ("- {id: a, title: b, publisher: c, issued: ‸May 2020}\n", tuple[Reference, ...]),
    ],
)
def test_values_of_another_form_are_refused(text: str, model: Any) -> None:
    clean, places = without_carets(text)
    assert faults(clean, model) == [("YAML004", *places[0])]


@pytest.mark.parametrize("field", ["title", "summary"])
def test_empty_values_are_refused_at_their_key(field: str) -> None:
    text, places = without_carets(
        HEAD.replace(f"{field}: ", f"‸{field}: ").replace("A" if field == "title" else "B", "''")
    )
    assert faults(text) == [("YAML004", *places[0])]


def test_an_anatomy_without_sections_is_refused() -> None:
    text, places = without_carets(LEAST["edition.yaml"].partition("anatomy:")[0] + "‸anatomy: []\n")
    assert faults(text, Edition) == [("YAML004", *places[0])]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.org", "/x",
        "x.org", "ftp://x.org", "https://", "https://x.org y", "https://x.org\\njavascript:x", "\\u0001javascript:x",
    ],
)  # fmt: skip
def test_addresses_of_references_are_of_the_web(url: str) -> None:
    text = f'- {{id: a, title: b, publisher: c, issued: 2020, URL: "{url}"}}\n'
    reading = read(text, "a.yaml", tuple[Reference, ...])
    assert reading.record is None
    assert {p.code for p in reading.problems} <= {"YAML004", "YAML001"}


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_record_knows_the_place_of_every_value_and_key() -> None:
    text, places = without_carets(
        f"{HEAD}cases:\n  - id: ‸a\n    place: P\n    kind: city\n    ‸state: ‸WA\n    figures: [{{‸text: ‸b}}]\n"
    )
    found = record(text, first_line=2)
    at = [Source("a.yaml", line + 1, column) for line, column in places]
    assert found.at("cases", 0, "id") == at[0]
    assert (found.key("cases", 0, "state"), found.at("cases", 0, "state")) == (at[1], at[2])
    assert (found.key("cases", 0, "figures", 0, "text"), found.at("cases", 0, "figures", 0, "text")) == (at[3], at[4])


def test_the_place_of_what_is_not_there_is_that_of_the_nearest_group() -> None:
    found = record(f"{HEAD}cases:\n  - {{id: a, place: P, kind: city, state: WA}}\n")
    assert found.at("cases", 0, "law") == Source("a.yaml", 4, 5)
    assert found.at("resources", 3, "for") == found.start == Source("a.yaml", 1, 1)


# --- schemas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [BriefHeader, ProseHeader, TableModel, FigureBlockModel, Edition, tuple[Headword, ...], tuple[GlossaryEntry, ...],
     tuple[Organization, ...], tuple[Reference, ...]],
)  # fmt: skip
def test_every_key_of_a_schema_says_what_it_is(model: Any) -> None:
    schema = json_schema(model, "A title")
    assert schema["title"] == "A title"
    groups = [schema, *schema.get("$defs", {}).values()]
    keys = [(name, part) for group in groups for name, part in group.get("properties", {}).items()]
    assert keys
    assert [name for name, part in keys if not part.get("description")] == []
    assert all(group.get("additionalProperties") is False for group in groups if "properties" in group)


def test_a_schema_has_the_words_under_a_field_also_where_its_key_has_another_name() -> None:
    schema = json_schema(BriefHeader, "")
    properties = schema["$defs"]["ResourceModel"]["properties"]
    assert properties["for"]["description"] == "What to turn to it for."
    assert schema["properties"]["order"]["description"] == "The brief's place in its part."
