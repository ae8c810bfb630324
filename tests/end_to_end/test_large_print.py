"""Large print, proved on the finished file of the small invented edition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import page as validator
import pypdfium2
import pytest

from policybook.book import Book
from policybook.crew import Alone
from policybook.diagnostics import ContentError
from policybook.edition import Notes
from policybook.large_print import PROFILE, guess, large_print, large_print_book, layout_resources
from policybook.makeup import MadeUp, layout_kit
from policybook.pagination import Folio, Pagination
from policybook.pipeline import check
from policybook.resources import find_resources
from policybook.sheets import Layout
from policybook.store import MemoryStore
from tests.end_to_end.reading import Reading, normal

#: What the American Council of the Blind asks for at least (Large Print Guidelines, 2022), in points; a little less
#: passes, since sizes are rounded in a PDF.
LEAST = 17.9


@pytest.fixture(scope="module")
def standard(checkout: Path) -> Book:
    """The sample as it is read."""
    return check(checkout / "tests" / "sound" / "content" / "sample")[1]


@pytest.fixture(scope="module")
def made(checkout: Path, standard: Book) -> MadeUp:
    """The sample in large print. That it is made says that the gate passed it."""
    return large_print(standard, find_resources(checkout), Alone(), MemoryStore())


@pytest.fixture(scope="module")
def book(made: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    """The finished file, being read."""
    path = tmp_path_factory.mktemp("large") / "large-print.pdf"
    path.write_bytes(made.pdf)
    reading = Reading(path)
    yield reading
    reading.close()


def test_the_file_is_accessible(made: MadeUp) -> None:
    report = validator.validate_pdf_bytes(made.pdf, profile="ua1")
    assert report.is_compliant, str(report)


def test_nothing_is_smaller_than_18_points(book: Reading) -> None:
    small = {(run.page, run.text, round(run.size, 1)) for page in book.runs for run in page if run.text.strip()}
    assert {found for found in small if found[2] < LEAST} == set()


def test_pages_are_letter_paper_and_margins_the_same_on_both_sides(made: MadeUp) -> None:
    with pypdfium2.PdfDocument(made.pdf) as document:
        boxes = {page.get_mediabox() for page in document}
    assert len(boxes) == 1
    left, bottom, right, top = boxes.pop()
    assert (right - left, top - bottom) == (612, 792)


def test_folios_stand_at_one_place_and_are_the_labels(book: Reading, made: MadeUp) -> None:
    folios = [
        run for page in book.runs for run in page if run.key < 0 and re.fullmatch(r"\d+|[ivx]+", run.text.strip())
    ]
    assert len(folios) > len(made.block.leaves) / 2
    assert {round(run.baseline) for run in folios} == {round(folios[0].baseline)}
    labels = [leaf.label or str(leaf.folio) for leaf in made.block.leaves]
    with pypdfium2.PdfDocument(made.pdf) as document:
        assert [document.get_page_label(index) for index in range(len(document))] == labels
    for run in folios:
        assert run.text.strip() == labels[run.page]


def test_lines_are_ragged_and_no_word_is_broken(book: Reading) -> None:
    assert [p for p in range(len(book.runs)) if "\u00ad" in book.page_text(p)] == []
    assert [run.text for page in book.runs for run in page if re.search(r"[a-z]-$", run.text.rstrip())] == []


def test_a_wide_table_is_a_list_and_a_narrow_one_a_table(book: Reading, standard: Book) -> None:
    (table,) = standard.tables
    assert len(table.columns) > 3
    part = book.part("Library Cards for Every Resident")
    lists = [element for element in part.all("L") if normal(table.rows[0][0]) in normal(element.text)]
    assert lists
    items = [item.text for item in lists[0].all("LI")]
    assert len(items) == len(table.rows)
    for row, item in zip(table.rows, items, strict=True):
        for column, cell in zip(table.columns, row, strict=True):
            assert normal(column.head + column.unit + cell) in normal(item)


def test_the_contents_and_the_index_have_folios_of_their_own(made: MadeUp, book: Reading) -> None:
    printed = made.settled.pagination
    contents = book.part("Contents")
    for division in made.book.briefs():
        assert normal(f"{division.title}{printed.folio(division.id)}") in normal(contents.text)


def test_notes_stand_at_the_end_whatever_the_edition_wants(standard: Book) -> None:
    foot = replace(standard, edition=replace(standard.edition, notes=Notes.FOOT))
    assert large_print_book(foot).edition.notes is Notes.END


def test_the_title_page_and_the_metadata_tell_that_it_is_large_print(made: MadeUp, book: Reading) -> None:
    assert normal("First invented edition, large print") in normal(book.part("Title page").text)
    assert "large print" in made.block.metadata.title


def test_a_pages_text_that_runs_out_is_refused(checkout: Path, standard: Book, tmp_path: Path) -> None:
    styles = tmp_path / "styles" / "profiles"
    styles.mkdir(parents=True)
    (tmp_path / "content").mkdir()
    shipped = (checkout / "styles" / "profiles" / "large-print.css").read_text("utf-8")
    wide = "@layer profile { .summary { white-space: nowrap } }"
    (styles / "large-print.css").write_text(shipped + wide, "utf-8")
    with pytest.raises(ContentError) as raised:
        large_print(standard, find_resources(tmp_path), Alone(), MemoryStore())
    assert {problem.code for problem in raised.value.problems} == {"LAYT002"}


def test_a_long_running_head_stays_above_the_text(checkout: Path, standard: Book, tmp_path: Path) -> None:
    long = "A short title that is really far too long to stand on one line of large print"
    named = replace(standard.division("library-cards"), short_title=long)
    of = replace(standard, divisions=tuple(named if d.id == named.id else d for d in standard.divisions))
    path = tmp_path / "long.pdf"
    path.write_bytes(large_print(of, find_resources(checkout), Alone(), MemoryStore()).pdf)
    reading = Reading(path)
    heads = [
        run for page in reading.runs for run in page if run.key < 0 and run.text.strip() in long and len(run.text) > 9
    ]
    assert heads
    for head in heads:
        assert all(run.top <= head.bottom for run in reading.runs[head.page] if run.key >= 0 and run.text.strip())
    reading.close()


def test_a_layouts_templates_come_before_the_shipped_ones_and_a_projects_before_both(tmp_path: Path) -> None:
    own = tmp_path / "templates" / PROFILE
    own.mkdir(parents=True)
    found = layout_resources(find_resources(tmp_path), PROFILE).templates
    assert found[0] == own
    assert [path.name for path in found] == [PROFILE, PROFILE, "templates", "templates"]


def test_a_profile_is_no_part_of_the_kits_of_others(checkout: Path, standard: Book) -> None:
    resources = find_resources(checkout)
    kit = layout_kit(Layout("standard", standard.edition.page.geometry()), resources)
    assert {name for name in kit.sheets if name.startswith("profiles/")} == {"profiles/standard.css"}


def test_the_guess_counts_more_pages() -> None:
    start = Pagination({"a": Folio(arabic=True, number=40)})
    assert guess(start).folio("a") > start.folio("a")
