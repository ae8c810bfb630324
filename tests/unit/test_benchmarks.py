"""The benchmarks' book is the same everywhere and sound content, and what is amiss in a finished PDF is seen."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from weasyprint import HTML

from benchmarks.delivered import Delivered, examine, page_differences
from benchmarks.generator import make_book, with_page_added, with_word_changed
from benchmarks.index import entries
from benchmarks.medians import Medians, exponent, growth
from benchmarks.model import Book, marks, references
from benchmarks.report import placed
from benchmarks.targets import Target, targets
from benchmarks.writers import html, policybook
from policybook.pipeline import check

PAGES = 16


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book(PAGES)


@pytest.fixture(scope="module")
def sound(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    html.write(book, folder, html.WEASYPRINT)
    return _printed(folder)


def _printed(folder: Path) -> Path:
    HTML(filename=str(folder / "book.html")).write_pdf(folder / "book.pdf", pdf_variant="pdf/ua-1")
    return folder / "book.pdf"


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_files_in_any_process(book: Book, tmp_path: Path, checkout: Path) -> None:
    policybook.write(book, tmp_path / "here")
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "benchmarks", "generate", "--pages", str(PAGES), str(tmp_path / seed)]
        subprocess.run(
            command, check=True, cwd=checkout, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True
        )
        assert _digest(tmp_path / seed) == _digest(tmp_path / "here")


def test_another_seed_gives_another_book(book: Book) -> None:
    assert make_book(PAGES, seed=1).briefs[0].summary != book.briefs[0].summary


def test_policybook_accepts_the_book_and_both_edits(book: Book, tmp_path: Path) -> None:
    for edited in (book, with_word_changed(book), with_page_added(book)):
        policybook.write(edited, tmp_path)
        _, assembled = check(tmp_path / "content" / policybook.EDITION)
        assert len(assembled.briefs()) == len(book.briefs)
        assert not assembled.problems


def test_an_edit_changes_one_file_and_leaves_the_others_alone(book: Book, tmp_path: Path) -> None:
    policybook.write(book, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*") if path.is_file()}
    policybook.write(with_word_changed(book), tmp_path)
    changed = [path for path, at in before.items() if path.stat().st_mtime_ns != at]
    assert [path.stem for path in changed] == [book.parts[0].briefs[-1].id]


def test_every_code_stands_once_in_the_book(book: Book) -> None:
    codes = [note.code for brief in book.briefs for note in brief.notes]
    codes += [reference.code for reference in references(book)] + [mark.code for mark in marks(book)]
    codes += [brief.code for brief in book.briefs]
    assert len(codes) == len(set(codes))
    assert {mark.role for mark in marks(book)} == {"point", "from", "to"}


def test_a_sound_file_has_every_note_reference_and_entry(sound: Path, book: Book) -> None:
    found = examine(sound, book)
    assert found.notes.expected == sum(len(brief.notes) for brief in book.briefs) > 5
    assert (found.notes.lost, found.notes.doubled) == ((), ())
    assert (found.references.right, found.references.wrong, found.references.bare) == (len(references(book)), (), 0)
    assert (found.index.right, found.index.wrong, found.index.missing) == (found.index.lines, (), ())
    assert found.structure.tagged
    assert found.structure.links > found.index.lines


@pytest.fixture(scope="module")
def spoiled(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """The book with a note left out, one twice, a reference to the wrong brief, two index entries spoiled."""
    folder = tmp_path_factory.mktemp("spoiled")
    html.write(book, folder, html.WEASYPRINT)
    text = (folder / "book.html").read_text(encoding="utf-8")
    first, second = book.briefs[0].notes[:2]
    text = text.replace(f"Record {first.code}:", "Record:")
    text = text.replace(f"Record {second.code}:", f"Record {second.code}, {second.code}:")
    reference = references(book)[0]
    other = next(brief.id for brief in book.briefs if brief.id != reference.brief)
    called = f'{reference.code} (page&nbsp;<a class="page" href="#'
    text = text.replace(called + reference.brief, called + other)
    last = marks(book)[-1].code
    entry, missing = _cited_once(book)
    text = text.replace(f'{entry}, <a class="page" href="#m', f'{entry}, <a class="page" href="#m{last}" title="')
    text = text.replace(f"<p>{missing}, <a", "<p>nothing, <a")
    (folder / "book.html").write_text(text, encoding="utf-8")
    return examine(_printed(folder), book)


def _cited_once(book: Book) -> tuple[str, str]:
    """Two headwords with one mark in the first brief and no subentries."""
    limit = min(mark.code for mark in marks(book)) + 100
    found = [
        entry.headword.headword
        for entry in entries(book)
        if len(entry.passages) == 1 and not entry.subentries and entry.passages[0].last < limit
    ]
    return found[0], found[1]


def test_a_dropped_and_a_doubled_note_are_seen(spoiled: Delivered, book: Book) -> None:
    first, second = book.briefs[0].notes[:2]
    assert spoiled.notes.lost == (first.code,)
    assert spoiled.notes.doubled == (second.code,)


def test_a_wrong_page_in_a_reference_is_seen(spoiled: Delivered, book: Book) -> None:
    assert [said.partition(":")[0] for said in spoiled.references.wrong] == [str(references(book)[0].code)]
    assert spoiled.references.right == len(references(book)) - 1


def test_a_wrong_locator_and_a_missing_entry_are_seen(spoiled: Delivered, book: Book) -> None:
    wrong, missing = _cited_once(book)
    assert [said.partition(":")[0] for said in spoiled.index.wrong] == [wrong]
    assert spoiled.index.missing == (missing,)


def test_pages_that_read_otherwise_are_told(sound: Path, book: Book, tmp_path: Path) -> None:
    assert page_differences(sound, sound) == ()
    html.write(with_word_changed(book), tmp_path, html.WEASYPRINT)
    assert len(page_differences(sound, _printed(tmp_path))) == 1


def _results(own: float, peer: float) -> Medians:
    runs = [
        {
            "tool": tool,
            "scenario": "cold",
            "repetition": n,
            "status": 0,
            "wall": wall + n,
            "process": 100.0,
            "worker": 1.0,
        }
        for tool, wall in (("policybook", own), ("weasyprint", peer))
        for n in (-1, 0, 1)
    ]
    delivered = {"policybook": {"pages": 100, "notes": {"lost": 1, "doubled": 2}}}
    sizes = {"100": {"runs": runs, "delivered": delivered, "equal": {}}}
    return Medians({"versions": {"policybook": "1", "weasyprint": "70", "typst": "not installed: x"}, "sizes": sizes})


def test_goals_are_judged_by_medians() -> None:
    reached, missed = (list(targets(_results(own, 10))) for own in (3.5, 3.7))
    assert (reached[0].measured, reached[0].verdict) == (0.35, "reached")
    assert missed[0].verdict == "**not reached**"
    notes = next(goal for goal in reached if goal.what.startswith("notes"))
    assert (notes.measured, notes.verdict) == (3, "**not reached**")
    assert Target("nothing", 1.0, None).verdict == "not measured"
    assert _results(1, 1).failure(100, "typst") == "not installed"


def test_growth_is_that_of_the_line_through_the_points() -> None:
    assert exponent([(100, 2.0), (200, 8.0), (400, 32.0)]) == pytest.approx(2)
    assert growth([(100, 50.0), (200, 60.0), (300, 70.0)]) == pytest.approx(0.1)
    assert exponent([(100, 2.0)]) is None


def test_a_page_keeps_what_was_written_by_hand() -> None:
    page = placed("# Performance\n\nBy hand.\n", "time", "| a |")
    assert placed(page, "time", "| b |") == page.replace("| a |", "| b |")
    assert page.startswith("# Performance\n\nBy hand.\n\n## Time\n")
