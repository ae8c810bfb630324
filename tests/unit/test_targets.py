"""What cross-references lead to, how they are named, and what happens to those that lead to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybook.book import Book
from policybook.diagnostics import Problem, Source
from policybook.ids import slug
from policybook.targets import HeadingNames, Target, Targets
from policybook.text import CrossReference, Emphasis, Heading, Paragraph, Reference, Text, plain
from tests.unit.editions import BRIEF, LEAST, assert_faults, blocks, book, brief, kinds

CASES = "cases: [{id: reno, place: Reno's, state: NV, kind: city}]\n"
BODY = """## Text

{}

::: case reno
one
:::

::: table t
file: d.csv
caption: C
columns: [{{field: a}}]
:::

::: figure f
file: f.svg
alt: A
caption: C
:::

### What it -- *really* -- costs

## More

### What it -- *really* -- costs

### Notes
"""
FILES = {"data/d.csv": "a\nb\n", "images/f.svg": "<svg/>"}


def made(at: Path, text: str) -> Book:
    return book(at, BODY.format(text), CASES, FILES)


def references(of: Book) -> list[Reference]:
    (first, *_) = blocks(of)
    assert isinstance(first, Paragraph)
    return kinds(first.inlines, Reference)


@pytest.mark.parametrize(
    ("target", "anchor", "label"),
    [
        ("brief:brief", "brief", "“The Brief,”"),
        ("case:brief/reno", "brief.case.reno", "Reno’s,"),
        ("table:t", "brief.table.t", "table 1,"),
        ("figure:f", "brief.figure.f", "figure 1,"),
        ("term:preemption", "glossary.preemption", "preemption"),
        ("section:brief/more", "brief.more", "“More,”"),
        ("section:brief/what-it-really-costs", "brief.what-it-really-costs", "“What it – really – costs,”"),
        ("section:brief/notes", "brief.notes-2", "“Notes,”"),
    ],
)
def test_a_target_has_an_anchor_and_a_name(tmp_path: Path, target: str, anchor: str, label: str) -> None:
    (reference,) = references(made(tmp_path, f"see []({target})"))
    assert reference == Reference(target.partition(":")[0], anchor, label, ())


def test_words_of_the_author_stand_instead_of_the_name(tmp_path: Path) -> None:
    (reference,) = references(made(tmp_path, "[the *brief*](brief:brief)"))
    assert plain(reference.children) == "the brief"
    assert isinstance(reference.children[1], Emphasis)
    assert reference.anchor == "brief"


def test_every_section_that_is_named_has_its_anchor_in_the_book(tmp_path: Path) -> None:
    of = made(tmp_path, "[](section:brief/notes) [](section:brief/what-it-really-costs)")
    headings = [block.anchor for block in blocks(of) if isinstance(block, Heading)]
    anchors = {*headings, *(block.anchor for block in _second(of) if isinstance(block, Heading))}
    assert {reference.anchor for reference in references(of)} <= anchors


def _second(of: Book) -> tuple[object, ...]:
    return of.division("brief").content.sections[1].blocks  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "target",
    [
        "brief:breif",
        "brief:contents",
        "case:reno",
        "case:brief/rino",
        "table:f",
        "figure:t",
        "term:pre-emption",
        "section:brief/less",
        "section:contents/more",
        "brief:a b".replace(" ", "%20"),
    ],
)
def test_a_target_that_does_not_exist_is_found_at_its_id(tmp_path: Path, target: str) -> None:
    assert_faults(tmp_path, "LINK001", brief(BODY.format(f"one\nsee [it](‸{target})"), CASES), FILES)


def test_references_may_lead_to_later_and_other_texts(tmp_path: Path) -> None:
    edition = LEAST["edition.yaml"].replace("front: [contents]", "front: [preface]\nback: [afterword]")
    files = FILES | {
        "edition.yaml": edition,
        "front/preface.md": "---\ntitle: P\n---\n\n[](table:t) [](section:afterword/what)\n",
        "back/afterword.md": "---\ntitle: A\n---\n\n[](case:brief/reno) [](brief:brief)\n\n## What\n",
        BRIEF: brief(BODY.format("one"), CASES),
    }
    of = book(tmp_path, files=files)
    anchors = [
        [node.anchor for node in kinds(of.division(id).content.sections[0].blocks[0].inlines, Reference)]  # type: ignore[union-attr]
        for id in ("preface", "afterword")
    ]
    assert anchors == [["brief.table.t", "afterword.what"], ["brief.case.reno", "brief"]]


@pytest.mark.parametrize("kind", ["table", "figure"])
def test_an_id_may_be_taken_once_in_the_book(tmp_path: Path, kind: str) -> None:
    block = {
        "table": "::: table {}a\nfile: d.csv\ncaption: C\ncolumns: [{{field: a}}]\n:::",
        "figure": "::: figure {}a\nfile: f.svg\nalt: A\ncaption: C\n:::",
    }[kind]
    other = {"parts/01-part/early.md": brief(block.format(""), "order: 1\n")}
    assert_faults(tmp_path, "YAML006", brief("one\n\n" + block.format("‸"), "order: 2\n"), FILES | other)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The problem", "the-problem"),
        ("  Who is “covered”? ", "who-is-covered"),
        ("Über Größe", "uber-groe"),
        ("§ 501(c)(3)", "501-c-3"),
        ("…", "x"),
        ("", "x"),
    ],
)
def test_slugs_are_small_letters_digits_and_hyphens(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_names_of_headings_differ_from_each_other_and_from_the_books_own() -> None:
    def heading(text: str) -> Heading:
        return Heading(3, (Text(text),), Source("a.md"))

    names = HeadingNames()
    given = [names.take(heading(text)) for text in ("A", "A", "A 2", "A", "End", "Notes", "Resources", "A 2")]
    assert given == ["a", "a-2", "a-2-2", "a-3", "end-2", "notes-2", "resources-2", "a-2-3"]


def test_the_first_of_two_targets_is_kept() -> None:
    targets = Targets()
    assert targets.add(Target("table", "a", "x.table.a", "table 1,", 1))
    assert not targets.add(Target("table", "a", "y.table.a", "table 2,", 2))
    assert targets.add(Target("figure", "a", "y.figure.a", "figure 1,", 1))
    found = targets.resolve(CrossReference("table", "a", (), Source("a.md")))
    assert isinstance(found, Reference)
    assert found.anchor == "x.table.a"


def test_what_leads_to_nothing_is_told_with_the_nearest_of_its_kind() -> None:
    targets = Targets()
    targets.add(Target("table", "wage-rates", "x.table.wage-rates", "table 1,", 1))
    problem = targets.resolve(CrossReference("table", "wage-rate", (), Source("a.md", 2, 3)))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.source) == ("LINK001", Source("a.md", 2, 3))
    assert "wage-rates" in problem.hint
