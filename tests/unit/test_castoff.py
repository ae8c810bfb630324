"""Casting off: a guess from the copy, good enough that most numbers have as many digits as they will have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from policybook.book import Book, Brief, Division
from policybook.castoff import cast_off
from policybook.pipeline import check
from policybook.settling import gather
from policybook.sheets import Leaf
from tests.conftest import ROOT

SAMPLE = ROOT / "tests" / "sound" / "content" / "sample"


@pytest.fixture(scope="module")
def book() -> Book:
    """The sample, assembled."""
    return check(SAMPLE)[1]


def counts_of(of: Book) -> dict[str, int]:
    """The pages that each division is taken to have."""
    taken: dict[str, int] = {}

    def noting(divisions: Sequence[Division], counts: Mapping[str, int]) -> tuple[Leaf, ...]:
        taken.update(counts)
        return gather(divisions, counts)

    cast_off(of, noting)
    return taken


def with_words(of: Book, id: str, words: int) -> Book:
    """The book whose brief has so many words."""

    def changed(division: Division) -> Division:
        assert isinstance(division.content, Brief)
        return replace(division, content=replace(division.content, words=words, notes=()))

    return replace(of, divisions=tuple(changed(d) if d.id == id else d for d in of.divisions))


def test_every_division_has_the_folio_that_it_would_open_on(book: Book) -> None:
    guess = cast_off(book, gather)
    leaves = gather(book.divisions, counts_of(book))
    assert guess.folios == {leaf.division: leaf.folio for leaf in leaves if leaf.sheet == 0}
    assert list(guess.folios) == [division.id for division in book.divisions]
    assert str(guess.folio("half-title")) == "i"
    assert str(guess.folio("reading")) == "1"


def test_an_anchor_is_guessed_to_be_on_its_divisions_first_page(book: Book) -> None:
    guess = cast_off(book, gather)
    assert guess.folio("street-trees.case.somewhere") == guess.folio("street-trees")


def test_more_words_take_more_pages_and_every_brief_has_one(book: Book) -> None:
    pages = [counts_of(with_words(book, "library-cards", words))["library-cards"] for words in range(0, 6000, 100)]
    assert pages[0] == 1
    assert pages == sorted(pages)
    assert 10 < pages[-1] < 25


def test_longer_briefs_move_what_stands_behind_them(book: Book) -> None:
    short, long = (cast_off(with_words(book, "library-cards", words), gather) for words in (100, 4000))
    assert long.folio("street-trees").number > short.folio("street-trees").number + 8
    assert long.folio("library-cards") == short.folio("library-cards")
