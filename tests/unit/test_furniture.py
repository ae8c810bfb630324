"""Furniture: leaves that are dressed alike share a page, and a page more before them changes none of it."""

from __future__ import annotations

import re
from dataclasses import replace

from policybook.composition import compose_furniture
from policybook.edition import PageModel
from policybook.furniture import dress, dressed, dresses
from policybook.pagination import Folio
from policybook.pipeline import check
from policybook.resources import find_resources
from policybook.settling import gather
from policybook.sheets import Dress, Layout, Leaf
from tests.conftest import ROOT

LAYOUT = Layout("standard", PageModel().geometry())
SAMPLE = ROOT / "tests" / "sound" / "content" / "sample"


def leaf(division: str, sheet: int | None, page: int, *, arabic: bool = True, furnished: bool = True) -> Leaf:
    """A leaf of the folio `page`."""
    return Leaf(division, sheet, Folio(arabic, page), page % 2 == 0, 0 if furnished else None)


def test_a_dress_is_the_shape_of_the_folio_the_side_and_the_place() -> None:
    assert dress(leaf("a", 0, 7)) == Dress("0", False, True)
    assert dress(leaf("a", 3, 10)) == Dress("00", True, False)
    assert dress(leaf("a", 1, 123)) == dress(leaf("a", 5, 999)) == Dress("000", False, False)
    assert dress(leaf("a", 1, 8, arabic=False)) == Dress("viii", True, False)


def test_a_division_has_all_that_any_of_its_leaves_could_wear() -> None:
    """So that its furniture stays when it comes to open on the other side."""
    worn = dresses([leaf("a", 0, 8), leaf("a", 1, 9), leaf("b", 0, 10), leaf("c", 0, 11, furnished=False)])
    assert {division: len(of) for division, of in worn.items()} == {"a": 4, "b": 4}
    assert worn == dresses([leaf("b", 0, 90), leaf("a", 0, 3), leaf("a", 1, 4), leaf("a", 2, 5)])
    assert len(dresses([leaf("a", 0, 9), leaf("a", 1, 10)])["a"]) == 8


def test_a_page_that_goes_on_with_an_entry_has_furniture_of_its_own() -> None:
    running = replace(leaf("a", 1, 9), continued="wages")
    worn = dresses([leaf("a", 0, 8), running, leaf("a", 2, 10)])["a"]
    assert worn[:8] == dresses([leaf("a", 0, 8), leaf("a", 2, 10)])["a"]
    assert worn[8:] == (Dress("0", False, False, "wages"),)
    assert [it.furniture for it in dressed([running, leaf("a", 2, 11)])] == [8, worn.index(Dress("00", False, False))]


def test_the_headword_is_printed_above_the_page() -> None:
    book, resources = check(SAMPLE)[1], find_resources(ROOT)
    subjects = book.division("subjects")
    worn = (Dress("0", False, False), Dress("0", False, False, "<wages>"))
    markup = compose_furniture(book, subjects, worn, LAYOUT, resources).markup
    assert markup.count("(continued)") == 1
    assert '<p class="continued">&lt;wages&gt; <em>(continued)</em></p>' in markup


def test_roman_folios_have_pages_of_their_own() -> None:
    worn = dresses([leaf("a", 0, 1, arabic=False), leaf("a", 1, 2, arabic=False)])["a"]
    assert [of.folio for of in worn] == ["i"] * 4 + ["ii"] * 4


def test_every_leaf_finds_its_page() -> None:
    leaves = [leaf("a", n, 8 + n) for n in range(5)] + [leaf("b", 0, 13, furnished=False), leaf("a", None, 14)]
    leaves[-1] = replace(leaves[-1], furniture=None)
    worn = dresses(leaves)
    for before, after in zip(leaves, dressed(leaves), strict=True):
        assert replace(after, furniture=before.furniture) == before
        if before.furniture is None:
            assert after.furniture is None
        else:
            assert after.furniture is not None
            assert worn[after.division][after.furniture] == dress(before)
    assert dressed(dressed(leaves)) == dressed(leaves)


def test_furniture_stays_where_it_is_when_the_pages_before_it_change() -> None:
    book, resources = check(SAMPLE)[1], find_resources(ROOT)
    counts = {division.id: 3 for division in book.divisions}

    def markup(of: dict[str, int]) -> dict[str, str]:
        worn = dresses(gather(book.divisions, of))
        return {id: compose_furniture(book, book.division(id), of, LAYOUT, resources).markup for id, of in worn.items()}

    def shapes(of: dict[str, int]) -> dict[str, set[str]]:
        """How the folios of each division look, with any digit for any other."""
        found: dict[str, set[str]] = {}
        for leaf in gather(book.divisions, of):
            if leaf.furniture is not None:
                found.setdefault(leaf.division, set()).add(re.sub("[0-9]", "0", str(leaf.folio)))
        return found

    longer = {**counts, "preface": 4, "library-cards": 4}
    before, after = markup(counts), markup(longer)
    looks, looked = shapes(longer), shapes(counts)
    assert {id for id in before if before[id] != after[id]} == {id for id in looks if looks[id] != looked[id]}
    assert before["street-trees"] == after["street-trees"]
    assert before["preface"] != after["preface"]


def test_only_as_many_placeholders_as_arabic_folios_are_printed_late() -> None:
    book, resources = check(SAMPLE)[1], find_resources(ROOT)
    worn = [Dress("00", verso, opener) for verso in (False, True) for opener in (False, True)]
    worn += [Dress("xii", True, False)]
    html = compose_furniture(book, book.division("library-cards"), worn, LAYOUT, resources)
    assert [text for _, text in html.printed] == ["00", "00", "00", "00", "xii"]
    for standing in ("00", "01", "02", "03", "xii"):
        assert f">{standing}</p>" in html.markup
