"""Notes, index marks, cases and blocks of one text, resolved in the order in which they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybook.book import Book, Mark
from policybook.text import (
    Anchor,
    Aside,
    CaseStudy,
    CitedWork,
    Emphasis,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    NoteReference,
    Paragraph,
    Quotation,
    Text,
    plain,
)
from tests.unit.editions import BRIEF, LEAST, assert_faults, blocks, book, brief, content, kinds, notes

FOOT = {"edition.yaml": LEAST["edition.yaml"] + "notes: foot\n"}
INDEX = {"index.yaml": "- headword: wages\n"}
TWO_HEADWORDS = {"index.yaml": LEAST["index.yaml"]}


def paragraphs(of: Book) -> list[tuple[Inline, ...]]:
    return [block.inlines for block in blocks(of) if isinstance(block, Paragraph)]


def numbers(inlines: tuple[Inline, ...]) -> list[int]:
    return [node.number for node in kinds(inlines, NoteReference)]


def said(of: Book) -> list[str]:
    """The notes as short texts: a key for a work in full, with the number of a note for one in short."""
    texts = []
    for note in notes(of):
        parts = []
        for node in note.inlines:
            if isinstance(node, CitedWork):
                place = f", {node.locator}" if node.locator else ""
                parts.append((f"{node.key} (note {node.note})" if node.note else node.key) + place)
            else:
                parts.append(plain((node,)))
        texts.append("".join(parts))
    return texts


def marks(of: Book) -> list[Mark]:
    return [mark for mark in of.marks if mark.register == "subject"]


# --- citations --------------------------------------------------------------------------------------------------------


def test_a_work_is_cited_in_full_once_and_in_short_after_that(tmp_path: Path) -> None:
    made = book(tmp_path, "a[@a-2020] b[@b-2021, p. 4; @a-2020] c[@b-2021]")
    assert said(made) == ["a-2020.", "b-2021, p. 4; a-2020 (note 1).", "b-2021 (note 2)."]


def test_a_work_cited_twice_in_one_note_is_in_full_there(tmp_path: Path) -> None:
    assert said(book(tmp_path, "a[@a-2020, p. 1; @a-2020, p. 2]")) == ["a-2020, p. 1; a-2020, p. 2."]


def test_at_the_end_the_same_citation_has_its_number_again(tmp_path: Path) -> None:
    made = book(tmp_path, "a[@a-2020] b[@a-2020, p. 2] c[@a-2020] d[^n] e[^n]\n\n[^n]: text")
    assert numbers(paragraphs(made)[0]) == [1, 2, 1, 3, 3]
    assert said(made) == ["a-2020.", "a-2020 (note 1), p. 2.", "text"]


def test_at_the_foot_the_same_citation_is_a_note_that_refers_to_the_first(tmp_path: Path) -> None:
    made = book(tmp_path, "a[@a-2020] b[@b-2021] c[@a-2020] d[^n] e[^n]\n\n[^n]: text", files=FOOT)
    assert numbers(paragraphs(made)[0]) == [1, 2, 3, 4, 5]
    assert said(made) == ["a-2020.", "b-2021.", "See note 1.", "text", "See note 4."]


def test_another_order_of_works_is_another_citation(tmp_path: Path) -> None:
    made = book(tmp_path, "a[@a-2020; @b-2021] b[@b-2021; @a-2020]")
    assert numbers(paragraphs(made)[0]) == [1, 2]


def test_each_mark_is_an_anchor_of_its_own_and_one_is_the_first(tmp_path: Path) -> None:
    made = book(tmp_path, "a[@a-2020] b[@a-2020] c[@a-2020]")
    marks_ = kinds(paragraphs(made)[0], NoteReference)
    assert [mark.first for mark in marks_] == [True, False, False]
    assert len({mark.anchor for mark in marks_}) == 3
    assert {mark.note_anchor for mark in marks_} == {notes(made)[0].anchor}
    assert notes(made)[0].reference_anchor == marks_[0].anchor


def test_each_text_counts_its_own_notes(tmp_path: Path) -> None:
    other = {"parts/01-part/other.md": brief("b[@a-2020]", "order: 2\n")}
    made = book(tmp_path, "a[@a-2020]", files=other)
    assert said(made) == ["a-2020."]
    assert [(note.number, note.anchor) for note in notes(made, "other")] == [(1, "other.note.1")]


KEY_FIGURE = 'key_figures: [{value: "5", text: "k [@a-2020, p. 2]", source: [a-2020, b-2021]}]\n'
CASE = """cases:
- id: reno
  place: Reno
  state: NV
  kind: city
  figures: [{text: "f [@a-2020, p. 5]", source: c-2022}]
  outcome: [{text: o, source: b-2021}]
"""
RESOURCES = 'resources: [{organization: acme, for: "r [@a-2020, p. 9]"}]\n'


def test_notes_are_numbered_in_the_order_of_print(tmp_path: Path) -> None:
    header = KEY_FIGURE + CASE + RESOURCES
    text = brief(
        "## Landscape and resources\n\ns[@a-2020, p. 3]\n\n::: case reno\nstory[@a-2020, p. 4]\n:::\n\n"
        "## More\n\nm[@a-2020, p. 10]",
        header,
    ).replace("summary: In short.", "summary: In short [@a-2020, p. 1].")
    edition = LEAST["edition.yaml"].replace("{heading: Text,", "{heading: Landscape and resources,")
    made = book(tmp_path, files={BRIEF: text, "edition.yaml": edition})
    of = content(made)
    (study,) = [block for block in of.sections[0].blocks if isinstance(block, CaseStudy)]
    order = [
        of.summary,
        of.key_figures[0].text,
        of.sections[0].blocks[0].inlines,  # type: ignore[union-attr]
        study.blocks[0].inlines,  # type: ignore[union-attr]
        study.case.figures[0].text,
        study.case.outcome[0].text,
        of.resources[0].purpose,
        of.sections[1].blocks[0].inlines,  # type: ignore[union-attr]
    ]
    assert [numbers(inlines) for inlines in order] == [[1], [2, 3], [4], [5], [6, 7], [8], [9], [10]]
    assert [note.number for note in notes(made)] == list(range(1, 11))
    assert said(made)[:2] == ["a-2020, p. 1.", "a-2020 (note 1), p. 2."]
    assert said(made)[-2:] == ["a-2020 (note 1), p. 9.", "a-2020 (note 1), p. 10."]


# --- footnotes --------------------------------------------------------------------------------------------------------


def test_inside_a_footnote_a_citation_is_the_work_itself(tmp_path: Path) -> None:
    made = book(tmp_path, "a[^n] b[@b-2021]\n\n[^n]: See [@a-2020, p. 2] and *[@b-2021]*.")
    (first, second) = notes(made)
    assert first.inlines == (
        Text("See "),
        CitedWork("a-2020", "p. 2"),
        Text(" and "),
        Emphasis((CitedWork("b-2021", ""),)),
        Text("."),
    )
    assert said(made)[1] == "b-2021 (note 1)."
    assert (first.number, second.number) == (1, 2)


def test_paragraphs_of_a_footnote_are_broken_by_a_line(tmp_path: Path) -> None:
    made = book(tmp_path, "a[^n]\n\n[^n]: one\n\n    two")
    assert notes(made)[0].inlines == (Text("one"), LineBreak(), Text("two"))


def test_a_note_stands_where_its_mark_stands(tmp_path: Path) -> None:
    made = book(tmp_path, "[^b]: second\n\na[^a] b[^b]\n\n[^a]: first")
    assert said(made) == ["first", "second"]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("MARK007", "a[^n]\n\n[^n]: one ‸[^n]"),
        ("MARK007", "a[^n] b[^m]\n\n[^n]: one ‸[^m]\n\n[^m]: two"),
        ("MARK007", "a[^n]\n\n[^n]: one ‸[^m]\n\n[^m]: two"),
        ("MARK007", "a[^n]\n\n[^n]: one\n\n    ‸- two"),
        ("NOTE001", "a‸[^m]"),
        ("NOTE001", "a ‸[^nn] [^n]\n\n[^n]: one"),
        ("NOTE002", "a\n\n‸[^n]: one"),
        ("CITE001", "a[‸@nobody]"),
        ("CITE001", "a\nb [@a-2020; ‸@nobody, p. 4]"),
        ("CITE001", "a[^n]\n\n[^n]: one [‸@nobody]"),
    ],
)
def test_notes_that_cannot_be_made(tmp_path: Path, code: str, body: str) -> None:
    assert_faults(tmp_path, code, brief(body))


# --- white space before a mark ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["[@a-2020]", "[^n]\n\n[^n]: text", "{index: wages} [@a-2020] [@b-2021]"])
@pytest.mark.parametrize("space", ["", " ", "  ", "\n", "\n  "])
def test_white_space_before_a_note_mark_is_dropped(tmp_path: Path, mark: str, space: str) -> None:
    head, _, tail = f"word{space}{mark}".partition("\n\n")
    files = {"index.yaml": "- headword: wages\n" if "index" in mark else "[]"}
    inlines = paragraphs(book(tmp_path, f"{head} goes on\n\n{tail}", files=files))[0]
    assert plain(inlines) == "word goes on"
    last = max(position for position, node in enumerate(inlines) if isinstance(node, NoteReference))
    assert plain(inlines[:last]) == "word"


def test_white_space_stays_behind_emphasis_when_its_end_is_a_note(tmp_path: Path) -> None:
    assert plain(paragraphs(book(tmp_path, "one *two [@a-2020]* three"))[0]) == "one two three"
    assert plain(paragraphs(book(tmp_path / "b", "one *two* [@a-2020] three"))[0]) == "one two three"


# --- index marks ------------------------------------------------------------------------------------------------------


def test_a_mark_enters_its_place(tmp_path: Path) -> None:
    made = book(tmp_path, "one{index: wages; hours > of work (main)} two", files=TWO_HEADWORDS)
    assert marks(made) == [
        Mark("subject", "wages", "", "brief.ix.1", "brief.ix.1"),
        Mark("subject", "hours", "of work", "brief.ix.2", "brief.ix.2", main=True),
    ]
    assert [node.anchor for node in kinds(paragraphs(made)[0], Anchor)] == ["brief.ix.1", "brief.ix.2"]


def test_a_mark_in_a_note_has_the_number_of_the_note(tmp_path: Path) -> None:
    body = "a[@a-2020] b[^n] c{index: wages}\n\n[^n]: text{index: wages > in a note}"
    made = book(tmp_path, body, files=INDEX)
    assert [(mark.subentry, mark.note) for mark in marks(made)] == [("in a note", 2), ("", 0)]


def test_a_footnote_that_is_named_twice_is_marked_once(tmp_path: Path) -> None:
    for at, files in enumerate((INDEX, INDEX | FOOT)):
        made = book(tmp_path / str(at), "a[^n] b[^n]\n\n[^n]: text{index: wages}", files=files)
        assert [mark.note for mark in marks(made)] == [1]


def test_a_mark_in_the_caption_or_note_of_a_table_holds_a_table(tmp_path: Path) -> None:
    body = (
        "::: table t\nfile: d.csv\ncaption: 'One{index: wages}'\ncolumns: [{field: a}]\n"
        "note: 'Two{index: hours}'\n:::\n\n"
        "::: figure f\nfile: f.svg\nalt: A\ncaption: 'Three{index: wages}'\n:::\n\nfour{index: wages}"
    )
    files = TWO_HEADWORDS | {"data/d.csv": "a\nb\n", "images/f.svg": "<svg/>"}
    made = book(tmp_path, body, files=files)
    assert [(mark.headword, mark.holds) for mark in marks(made)] == [
        ("wages", "table"),
        ("hours", "table"),
        ("wages", "figure"),
        ("wages", ""),
    ]


def test_a_range_has_two_places(tmp_path: Path) -> None:
    body = "one{index from: wages > a} two{index: wages}\n\n- three{index to: wages > a (main)}"
    made = book(tmp_path, body, files=INDEX)
    assert marks(made) == [
        Mark("subject", "wages", "", "brief.ix.2", "brief.ix.2"),
        Mark("subject", "wages", "a", "brief.ix.1", "brief.ix.3", main=True),
    ]


def test_ranges_of_other_subentries_may_overlap(tmp_path: Path) -> None:
    body = "{index from: wages > a}one{index from: wages}two{index to: wages > a}three{index to: wages}"
    made = book(tmp_path, body, files=INDEX)
    assert [(mark.subentry, mark.first, mark.last) for mark in marks(made)] == [
        ("a", "brief.ix.1", "brief.ix.3"),
        ("", "brief.ix.2", "brief.ix.4"),
    ]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("INDX002", "one {index from: ‸wages} two"),
        ("INDX002", "one {index from: ‸wages} two {index from: wages}{index to: wages}"),
        ("INDX002", "one {index from: ‸wages > a} two {index from: wages}{index to: wages}"),
        ("INDX003", "one {index to: ‸wages} two"),
        ("INDX003", "one {index from: wages}{index to: wages} two {index to: ‸wages}"),
        ("INDX001", "one {index: wages; ‸wagse}"),
        ("CASE004", "one {place: Denver, ‸XX}"),
    ],
)
def test_marks_that_cannot_be_entered(tmp_path: Path, code: str, body: str) -> None:
    assert_faults(tmp_path, code, brief(body), INDEX)


def test_a_range_ends_in_the_text_that_it_starts_in(tmp_path: Path) -> None:
    other = {"parts/01-part/other.md": brief("{index from: wages}x{index to: wages}", "order: 2\n")}
    assert_faults(tmp_path, "INDX002", brief("one {index from: ‸wages}"), INDEX | other)


def test_a_place_is_entered_under_its_state(tmp_path: Path) -> None:
    made = book(tmp_path, "Denver{place: Denver, CO; Washington, DC} followed.")
    assert [(mark.register, mark.headword, mark.subentry) for mark in made.marks] == [
        ("place", "Colorado", "Denver"),
        ("place", "District of Columbia", "Washington"),
    ]


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_repeated_headings_have_anchors_of_their_own(tmp_path: Path) -> None:
    names = ["Steps", "Steps", "Steps 2", "steps!", "Notes", "End", "Resources", "Ümläut & Co.", "?"]
    made = book(tmp_path, "\n\n".join(f"### {name}" for name in names))
    anchors = [block.anchor for block in blocks(made) if isinstance(block, Heading)]
    assert anchors[:2] == ["brief.steps", "brief.steps-2"]
    assert len(set(anchors)) == len(names)
    assert not {"brief.notes", "brief.end", "brief.resources"} & set(anchors)


def test_sections_are_divided_at_headings_of_the_second_level(tmp_path: Path) -> None:
    made = book(tmp_path, "## Text\n\none\n\n### Below\n\ntwo\n\n## More\n\nthree")
    sections = content(made).sections
    assert [(section.id, len(section.blocks)) for section in sections] == [("text", 3), ("more", 1)]


def test_what_stands_in_blocks_is_resolved(tmp_path: Path) -> None:
    made = book(
        tmp_path, "- a[@a-2020]\n  - b[@b-2021]\n\n> c[@c-2022]\n\n::: callout\n:::: pullquote\nd[@a-2020]\n::::\n:::"
    )
    item_list, quotation, aside = blocks(made)
    assert isinstance(item_list, ItemList)
    assert isinstance(quotation, Quotation)
    assert isinstance(aside, Aside)
    (inner,) = aside.blocks
    assert isinstance(inner, Aside)
    assert numbers(inner.blocks[0].inlines) == [1]  # type: ignore[union-attr]
    assert numbers(quotation.blocks[0].inlines) == [3]  # type: ignore[union-attr]
    assert {aside.anchor, inner.anchor} == {"brief.aside.1", "brief.aside.2"}
    assert len(notes(made)) == 3


STORY = "cases: [{id: reno, place: Reno, state: NV, kind: city}]\n"


@pytest.mark.parametrize(
    "body",
    [
        "::: case reno\none\n:::",
        "> ::: case reno\n> one\n> :::",
        "- ::: case reno\n  one\n  :::",
        ":::: callout\n::: case reno\none\n:::\n::::",
    ],
)
def test_a_case_may_be_told_inside_a_block(tmp_path: Path, body: str) -> None:
    made = book(tmp_path, body, STORY)
    assert [case.place for case in content(made).cases] == ["Reno"]
    assert [mark.first for mark in made.marks] == ["brief.case.reno"]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("CASE001", "::: case reno\none\n:::\n\n::: case ‸rino\ntwo\n:::"),
        ("CASE003", "::: case reno\none\n:::\n\n::: case ‸reno\ntwo\n:::"),
        ("MARK003", "::: case reno\none\n:::\n\n‸::: table\nfile: a.csv\n:::"),
    ],
)
def test_blocks_that_cannot_be_made(tmp_path: Path, code: str, body: str) -> None:
    assert_faults(tmp_path, code, brief(body, STORY))
