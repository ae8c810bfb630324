"""Whatever is marked, the printed locators say it, and nothing else."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from policybook.locators import Locator, Passage, inclusive, merge
from policybook.pagination import Folio
from tests.unit.books import folio

PRINTED = re.compile(
    r"(?P<first>\d+|[ivxlcdm]+)(–(?P<last>\d+|[ivxlcdm]+))?(?P<behind>t|f|nn?(?P<note>\d+)(–(?P<to>\d+))?)?"
)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    first = Folio(draw(st.booleans()), draw(st.integers(1, 30) | st.integers(95, 125) | st.integers(995, 1012)))
    kind = draw(st.sampled_from(["text", "text", "note", "table", "figure"]))
    length = 0 if kind == "note" else draw(st.integers(0, 8))
    return Passage(
        first,
        Folio(first.arabic, first.number + length),
        anchor=f"{kind}@{first}",
        main=draw(st.booleans()),
        note=draw(st.integers(1, 12)) if kind == "note" else 0,
        holds=kind if kind in ("table", "figure") else "",
    )


ENTRY = st.lists(passages(), max_size=14)


def unabbreviated(first: str, last: str | None) -> tuple[int, int]:
    """The numbers that a range was abbreviated from (Chicago 9.61): figures left out are those of the first."""
    whole = first if last is None else first[: max(0, len(first) - len(last))] + last
    return int(first), int(whole)


def read(text: str) -> re.Match[str]:
    """A printed locator, taken apart."""
    match = PRINTED.fullmatch(text)
    assert match, text
    return match


def pages(text: str) -> frozenset[Folio]:
    """The pages that a printed locator names."""
    match = read(text)
    if match["first"].isdecimal():
        first, last = unabbreviated(match["first"], match["last"])
    else:
        first, last = folio(match["first"]).number, folio(match["last"] or match["first"]).number
    assert first <= last, text
    return frozenset(Folio(match["first"].isdecimal(), number) for number in range(first, last + 1))


def notes(text: str) -> frozenset[tuple[Folio, int]]:
    """The notes that a printed locator names, each with its page."""
    match = read(text)
    if not match["note"]:
        return frozenset()
    first, last = unabbreviated(match["note"], match["to"])
    return frozenset((page, number) for page in pages(text) for number in range(first, last + 1))


def marked(entry: list[Passage], holds: str, *, main: bool | None = None) -> frozenset[Folio]:
    """The pages that were marked, notes aside."""
    return frozenset(
        Folio(p.first.arabic, number)
        for p in entry
        if p.holds == holds and not p.note and main in (None, p.main)
        for number in range(p.first.number, p.last.number + 1)
    )


def named(locators: tuple[Locator, ...], behind: str | None, *, main: bool | None = None) -> frozenset[Folio]:
    """The pages that are printed with `t`, with `f`, or with nothing behind them."""
    chosen = [it.text for it in locators if main in (None, it.main)]
    return frozenset().union(*(pages(text) for text in chosen if read(text)["behind"] == behind))


@given(ENTRY)
def test_the_printed_pages_are_the_marked_pages(entry: list[Passage]) -> None:
    locators = merge(entry)
    for holds, behind in (("", None), ("table", "t"), ("figure", "f")):
        assert named(locators, behind) == marked(entry, holds)
        assert named(locators, behind, main=True) == marked(entry, holds, main=True)


@given(ENTRY)
def test_the_printed_notes_are_the_marked_notes_of_pages_that_are_not_cited(entry: list[Passage]) -> None:
    printed = frozenset().union(*(notes(it.text) for it in merge(entry)))
    text, main_text = marked(entry, ""), marked(entry, "", main=True)
    kept = {(p.first, p.note) for p in entry if p.note and p.first not in (main_text if p.main else text)}
    assert printed == kept


@given(ENTRY)
def test_locators_follow_the_pages(entry: list[Passage]) -> None:
    starts = [min(pages(it.text)) for it in merge(entry)]
    assert starts == sorted(starts)


@given(ENTRY)
def test_locators_of_one_kind_and_weight_do_not_overlap(entry: list[Passage]) -> None:
    locators = merge(entry)
    for main in (False, True):
        for holds in ("", "table", "figure"):
            kind = [it for it in locators if it.main is main and it.holds == holds and not it.notes]
            assert all(not pages(one.text) & pages(other.text) for one, other in pairwise(kind))
        cited = [note for it in locators if it.main is main for note in notes(it.text)]
        assert len(cited) == len(set(cited))


@given(ENTRY)
def test_adjoining_pages_of_text_are_never_two_locators(entry: list[Passage]) -> None:
    for main in (False, True):
        text = [it for it in merge(entry) if it.main is main and not it.notes and not it.holds]
        for before, it in pairwise(text):
            assert before.last.arabic != it.first.arabic or it.first.number > before.last.number + 1


@given(ENTRY)
def test_a_link_leads_to_a_passage_that_starts_where_the_locator_does(entry: list[Passage]) -> None:
    starts = {(p.anchor, p.first) for p in entry}
    assert all((it.anchor, min(pages(it.text))) in starts for it in merge(entry))


@given(ENTRY)
def test_merging_what_was_merged_changes_nothing(entry: list[Passage]) -> None:
    once = merge(entry)
    again = [
        Passage(it.first, it.last, it.anchor, it.main, number, it.holds) for it in once for number in it.notes or (0,)
    ]
    assert merge(again) == once


@given(ENTRY, st.data())
def test_the_order_of_the_marks_does_not_change_what_is_printed(entry: list[Passage], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entry))
    assert [(it.text, it.main) for it in merge(shuffled)] == [(it.text, it.main) for it in merge(entry)]


@given(st.integers(1, 30_000), st.integers(0, 30_000))
def test_an_abbreviated_range_can_be_read_back(first: int, length: int) -> None:
    before, _, after = inclusive(first, first + length).partition("–")
    assert unabbreviated(before, after or None) == (first, first + length)
