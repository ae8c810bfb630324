"""Of real books, set and bound: each is clean, and whatever one piece loses is missed.

The small edition has all that content may hold; the generated books say the same few things again and again.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks.generator import make_book
from benchmarks.writers.policybook import EDITION as GENERATED
from benchmarks.writers.policybook import write
from policybook.crew import Alone
from policybook.pagination import Folio
from policybook.pipeline import Made, Order, make
from policybook.preflight.completeness import Collation, Span, check_completeness
from policybook.preflight.finished import finished_pages, opened
from policybook.preflight.galley import normal
from policybook.preflight.gate import division_checks, leaves_of_anchors
from policybook.preflight.pieces import ALTERNATE, Piece
from policybook.store import MemoryStore


@dataclass(frozen=True, slots=True)
class Division:
    """What must be on the pages of a division, and the pages."""

    pieces: tuple[Piece, ...]
    pages: tuple[tuple[Folio, str], ...]

    def blamed(self, pieces: tuple[Piece, ...] = (), pages: tuple[tuple[Folio, str], ...] = ()) -> list[str]:
        """What the gate finds, of other pieces or on other pages."""
        return [problem.message for problem in check_completeness(pieces or self.pieces, pages or self.pages, ())]


def divisions(made: Made) -> Iterator[Division]:
    """The divisions of a book that was made."""
    leaves = made.block.leaves
    anchors = leaves_of_anchors(leaves, {id: gathering.anchors for id, gathering in made.block.gatherings.items()})
    checks = division_checks(made.book, leaves, anchors, made.settled.pagination, made.block.geometry)
    for check in checks:
        with opened(made.screen) as document:
            texts = [page.text() for page in finished_pages(document, check.first, len(check.leaves))]
        pages = [(leaf.folio, text) for leaf, text in zip(check.leaves, texts, strict=True) if leaf.sheet is not None]
        yield Division(tuple(piece for piece in check.pieces if piece.kind != ALTERNATE), tuple(pages))


@pytest.fixture(scope="module", params=["small", "seed 1", "seed 2"])
def book(request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Division]:
    """The small edition, or a generated book, whose summaries begin with the words that its paragraphs go on with."""
    project, kind = tmp_path_factory.mktemp("project"), request.param
    if kind == "small":
        shutil.copytree(checkout / "tests" / "sound", project, dirs_exist_ok=True)
        order = Order(project, "sample", project / "output")
    else:
        generated = make_book(30, int(kind.removeprefix("seed ")))
        parts = [
            replace(
                part, briefs=tuple(replace(brief, summary=brief.summary.removeprefix("How ")) for brief in part.briefs)
            )
            for part in generated.parts
        ]
        write(replace(generated, parts=tuple(parts)), project)
        order = Order(project, GENERATED, project / "output")
    return list(divisions(make(order, Alone(), MemoryStore())))


def without(pages: tuple[tuple[Folio, str], ...], spans: tuple[Span, ...]) -> tuple[tuple[Folio, str], ...]:
    """The pages, with blanks for the letters and figures in some spans of their galley."""
    lost = {at for start, end in spans for at in range(start, end)}
    spoiled, at = [], 0
    for folio, text in pages:
        left = []
        for character in unicodedata.normalize("NFKC", text).casefold():
            told = bool(normal(character))
            left.append(" " if told and at in lost else character)
            at += told
        spoiled.append((folio, "".join(left)))
    return tuple(spoiled)


def test_the_book_is_clean_and_none_of_it_can_be_lost(book: list[Division]) -> None:
    count = 0
    for division in book:
        collation = Collation.of(division.pieces, division.pages)
        assert division.blamed() == []
        for i, piece in enumerate(division.pieces):
            text = "".join(collation.texts[i])
            if piece.kind == "table head" and collation.galley.text.count(text) > 1:
                continue
            (message, *others) = division.blamed(pages=without(division.pages, collation.found[i]))
            assert " ".join(piece.parts[0].split())[:30] in message
            assert others == [], piece
            count += 1
    assert count > 80


def test_no_word_of_the_book_can_be_another(book: list[Division]) -> None:
    for division in book:
        for i, piece in enumerate(division.pieces):
            words = [part.split() for part in piece.parts]
            longest = max(words, key=len)
            longest[len(longest) // 2] = "zebra"
            wrong = replace(piece, text=tuple(" ".join(part) for part in words))
            pieces = (*division.pieces[:i], wrong, *division.pieces[i + 1 :])
            assert any(" ".join(words[0])[:30] in message for message in division.blamed(pieces)), piece
