"""The editors' proof, proved on the finished file of the small invented edition."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import page as validator
import pypdfium2

from policybook.crew import Alone
from policybook.proof import AROUND, proof
from policybook.resources import find_resources
from policybook.sheets import Layout
from policybook.store import MemoryStore
from tests.conftest import ROOT
from tests.unit.bookblock import drawn, opened, sample, sample_bound, texts, tree

FILE = "parts/01-reading/library-cards.md"


@cache
def made() -> bytes:
    """The proof of the sample."""
    book, _, block = sample()
    layout = Layout("standard", block.geometry)
    return proof(book, block, layout, find_resources(ROOT), Alone(), MemoryStore())


def at(division: str) -> list[int]:
    """The leaves that show a division's sheets."""
    return [i for i, leaf in enumerate(sample()[2].leaves) if leaf.division == division and leaf.sheet is not None]


def rows(leaf: int) -> list[tuple[float, str]]:
    """The remarks of a page: how far from the top of the trimmed page, and the words."""
    with pypdfium2.PdfDocument(made()) as document:
        page = document[leaf]
        box, text = page.get_mediabox(), page.get_textpage()
        found: list[tuple[float, str]] = []
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            if left > box[2] - AROUND:
                down, words = box[3] - AROUND - bottom, text.get_text_bounded(left, bottom, right, top).strip()
                if found and abs(found[-1][0] - down) < 2:
                    words = found.pop()[1] + words
                found.append((down, words))
        return [row for row in found if row[1]]


def test_the_pages_are_the_books_on_larger_paper() -> None:
    with opened(made()) as file, opened(sample_bound()) as book:
        assert len(file.pages) == len(book.pages)
        for ours, whole in zip(file.pages, book.pages, strict=True):
            assert ours.label == whole.label
            trim = [float(x) for x in ours.trimbox]
            assert trim == [float(x) for x in whole.trimbox]
            left, bottom, right, top = trim
            media = [left - AROUND, bottom - AROUND, right + AROUND, top + AROUND]
            assert [round(float(x), 3) for x in ours.mediabox] == [round(x, 3) for x in media]


def test_the_text_is_the_books_word_for_word() -> None:
    for ours, whole in zip(texts(made()), texts(sample_bound()), strict=True):
        assert set(whole.split()) <= set(ours.split())


def test_every_printed_page_is_marked_and_names_its_source() -> None:
    book, _, block = sample()
    pages = texts(made())
    for leaf, text in zip(block.leaves, pages, strict=True):
        assert ("Proof" in text) == (leaf.sheet is not None)
        source = book.division(leaf.division).source
        if leaf.sheet is not None and source:
            assert source.path in text


def test_a_mark_is_drawn_across_the_page_and_leaves_the_text_legible() -> None:
    leaf = at("contents")[0]
    red, green, _ = np.asarray(drawn(made())[leaf].convert("RGB"), dtype=int).transpose(2, 0, 1)
    marked = (red - green > 5) & (green > 200)
    assert 0.02 < marked.mean() < 0.15


def test_the_state_of_a_brief_stands_on_its_pages() -> None:
    book, _, block = sample()
    brief = book.division("library-cards")
    state = brief.content.state  # type: ignore[union-attr]
    assert all(f"State of this brief: {state}" in texts(made())[leaf] for leaf in at("library-cards"))
    assert not any("State of this brief" in texts(made())[leaf] for leaf in at("contents"))
    changed = replace(brief, content=replace(brief.content, state="in-review"))  # type: ignore[arg-type]
    of = replace(book, divisions=tuple(changed if d.id == brief.id else d for d in book.divisions))
    again = proof(of, block, Layout("standard", block.geometry), find_resources(ROOT), Alone(), MemoryStore())
    assert "State of this brief: in-review" in texts(again)[at("library-cards")[0]]


def test_a_heading_has_the_line_of_its_source_beside_it() -> None:
    _, _, block = sample()
    lines = (ROOT / "tests" / "sound" / "content" / "sample" / FILE).read_text("utf-8").splitlines()
    checked = 0
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            anchor = "library-cards." + re.sub(r"\W+", "-", line[3:].lower()).strip("-")
            place = block.gatherings["library-cards"].anchors[anchor]
            remarks = rows(at("library-cards")[place.sheet])
            near = [words for top, words in remarks if abs(top - (block.geometry.trim_height - place.y)) < 12]
            assert f"line{number}" in near, (line, near, remarks)
            checked += 1
    assert checked >= 5


def test_lines_are_counted_on_pages_of_text_and_not_on_plates() -> None:
    lines = sample()[2].geometry.lines_per_page
    counted = [str(number) for number in range(1, lines + 1)]
    text = texts(made())
    assert set(counted) <= set(text[at("library-cards")[0]].split())
    assert not set(counted[20:]) <= set(text[at("cover")[0]].split())


def test_nothing_that_the_proof_adds_is_part_of_the_text() -> None:
    with opened(made()) as ours, opened(sample_bound()) as book:
        assert [str(e.S) for e in tree(ours)] == [str(e.S) for e in tree(book)]
    for profile in ("ua1", "2a"):
        report = validator.validate_pdf_bytes(made(), profile=profile)
        assert report.is_compliant, str(report)


def test_the_file_says_that_it_is_a_proof() -> None:
    with opened(made()) as file:
        assert str(file.docinfo.Title).endswith("(proof)")
