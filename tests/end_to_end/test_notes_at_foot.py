"""Notes at the foot of the page: each one on the page of its mark, none twice, and none lost without a word."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from policybook.composition import compose_style
from policybook.crew import Alone
from policybook.makeup import book_block
from policybook.pipeline import Order, build, check
from policybook.preflight.completeness import check_completeness
from policybook.preflight.expected import expected_pieces
from policybook.prepress.screen import finish_screen
from policybook.resources import find_resources
from policybook.settling import settle
from policybook.sheets import Layout
from policybook.store import Store
from policybook.typesetting import make_kit
from policybook.workshop import Workshop
from tests.end_to_end.reading import Element, Reading, normal
from tests.end_to_end.sources import Sources, Text, marks_written
from tests.unit.specimen_pdf import page_texts

HEADINGS = ("The problem", "The solution", "Policy issues", "Landscape and resources", "Case studies")
MANY = 60
NUMBER = re.compile(r"(\d+)\. ")


@pytest.fixture(scope="module")
def project(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with its notes at the foot."""
    project = tmp_path_factory.mktemp("foot")
    shutil.copytree(checkout / "tests" / "sound" / "content", project / "content")
    edition = project / "content" / "sample" / "edition.yaml"
    edition.write_text(edition.read_text("utf-8").replace("notes: end", "notes: foot"), "utf-8")
    return project


@pytest.fixture(scope="module")
def book(project: Path) -> Iterator[Reading]:
    """The finished sample. That it is delivered says that the gate passed it."""
    build(Order(project, "sample", project / "output"))
    reading = Reading(project / "output" / "sample" / "screen.pdf")
    yield reading
    reading.close()


@pytest.fixture(scope="module")
def texts(book: Reading) -> list[Text]:
    """The texts that the book was made from."""
    return Sources(book.path.parents[2] / "content" / "sample").texts


def notes_at_foot(part: Element) -> list[tuple[int, Element]]:
    """Number and element of each note of a part, as they stand below the text."""
    found = []
    for area in (kid for kid in part.kids if isinstance(kid, Element) and kid.kind == "NonStruct"):
        for note in (kid for kid in area.kids if isinstance(kid, Element)):
            number = NUMBER.match(note.text)
            if number:
                found.append((int(number[1]), note))
    return found


def calls(part: Element) -> list[tuple[int, int]]:
    """Page and number of each note's mark, in the order of the text: a small figure within the text."""
    text = replace(part, kids=[kid for kid in part.kids if not (isinstance(kid, Element) and kid.kind == "NonStruct")])
    return [(run.page, int(run.text)) for run in text.runs() if run.size < 6.9 and run.text.strip().isdecimal()]


def part_of(book: Reading, text: Text) -> Element:
    """The part of the document that a text became."""
    return next(part for part in book.parts if part.title == text.title)


def test_each_mark_has_its_note_and_no_note_is_lost_or_doubled(book: Reading, texts: list[Text]) -> None:
    for text in texts:
        part = part_of(book, text)
        numbers = list(range(1, marks_written(text) + 1))
        assert [number for _, number in calls(part)] == numbers, text.id
        assert [number for number, _ in notes_at_foot(part)] == numbers, text.id
    assert max(marks_written(text) for text in texts) > 5


def test_each_note_stands_on_the_page_of_its_mark_below_the_text(book: Reading, texts: list[Text]) -> None:
    for text in texts:
        part = part_of(book, text)
        page_of = {number: page for page, number in calls(part)}
        for number, note in notes_at_foot(part):
            page = note.pages()[0]
            assert page == page_of[number], f"{text.id}: note {number}"
            inside = {id(run) for _, other in notes_at_foot(part) for run in other.runs()}
            lowest = min(run.baseline for run in part.runs() if run.page == page and id(run) not in inside)
            assert max(run.baseline for run in note.runs()) < lowest, f"{text.id}: note {number}"


def test_a_reader_of_the_whole_book_finds_no_note_twice(book: Reading, texts: list[Text]) -> None:
    everything = normal("".join(part.text for part in book.parts))
    for text in texts:
        for words in re.findall(r"^\[\^\S+\]:\s*([^\[\n]{12,})", text.body, re.MULTILINE):
            assert everything.count(normal(words)) == 1, words


# --- sixty notes ------------------------------------------------------------------------------------------------------


def crowded(shift: int) -> str:
    """A brief with sixty footnotes, three to a paragraph, a code word at both ends of each. `shift` moves all lines."""
    body, notes = "", ""
    for number in range(MANY):
        if number % 12 == 0:
            body += f"\n\n## {HEADINGS[number // 12]}\n"
        if number % 3 == 0:
            body += "\n\nEvery street has its lamp, and every lamp has somebody who minds it at night."
        body += f" One of them said so.[^n{number}] Then the rest of them went home, and the street was dark."
        words = "so the ledger of the lamplighters says in its own words, " * (number * 7 % 5)
        notes += f"\n\n[^n{number}]: Begins{number:02}x {words}and ends{number:02}x."
    summary = "There are many notes, as many as there are lamps. " * (1 + shift)
    return f"---\ntitle: Street Lamps\norder: 9\npages: 5\nsummary: {summary}\n---\n{body}{notes}\n"


@pytest.mark.parametrize("shift", range(6))
def test_of_sixty_notes_none_is_lost_or_doubled_that_the_gate_does_not_name(project: Path, shift: int) -> None:
    """The engine may lose one (see tests/layout/test_engine.py); the book is then not delivered."""
    path = project / "content" / "sample" / "parts" / "02-streets" / "street-lamps.md"
    path.write_text(crowded(shift), "utf-8")
    content = check(project / "content" / "sample")[1]
    path.unlink()
    resources, layout = find_resources(project), Layout("standard", content.edition.page.geometry())
    kit = make_kit(compose_style(layout, resources), resources.sheets(), layout.geometry.trim_height)
    store = Store(project / "output" / ".cache" / "store")
    workshop = Workshop(kit, content.images, Alone(), store)
    settled = settle(content, layout, workshop.gatherings, resources)
    bare = tuple(replace(leaf, furniture=None) for leaf in settled.leaves)
    block = replace(book_block(content, settled, layout), leaves=bare)
    printed = page_texts(finish_screen(block, store))
    found = zip(settled.leaves, printed, strict=True)
    pages = [(leaf.folio, text) for leaf, text in found if leaf.division == "street-lamps" and leaf.sheet is not None]
    texts = [text for _, text in pages]
    pieces = expected_pieces(content, content.division("street-lamps"), settled.pagination)
    named = {
        int(number)
        for problem in check_completeness(pieces, pages, ())
        for number in re.findall(r"Begins(\d\d)x", problem.message)
        if problem.code == "WHOL002"
    }
    text = normal("".join(texts))
    wrong = {n for n in range(MANY) if (text.count(f"begins{n:02}x"), text.count(f"ends{n:02}x")) != (1, 1)}
    assert named == wrong
    assert len(wrong) < MANY // 10
    assert len(pages) > 3
