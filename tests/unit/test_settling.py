"""Settling: the folios that are printed are those that the pages have, or the anchors that move are named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policybook.book import Book, Division, Generated
from policybook.composition import compose_furniture, compose_style
from policybook.crew import Alone
from policybook.diagnostics import ContentError, Problem
from policybook.edition import PageModel
from policybook.furniture import dresses
from policybook.gathering import Gathering
from policybook.pagination import Folio, Matter, Pagination
from policybook.pipeline import check
from policybook.resources import Resources, find_resources
from policybook.settling import MOST_ROUNDS, Settled, gather, settle
from policybook.sheets import Html, Layout, Leaf, Place
from policybook.store import Store
from policybook.typesetting import make_kit
from policybook.workshop import Workshop
from tests.conftest import ROOT
from tests.unit.books import gathering

LAYOUT = Layout("standard", PageModel().geometry())
#: A guess that is far from the truth.
FAR = Pagination({"preface": Folio(arabic=True, number=888)})
SAMPLE = ROOT / "tests" / "sound" / "content" / "sample"


@pytest.fixture(scope="module")
def resources() -> Resources:
    """The shipped templates and styles."""
    return find_resources(ROOT)


@pytest.fixture(scope="module")
def book() -> Book:
    """The sample, assembled."""
    return check(SAMPLE)[1]


def one_page(_: str, __: dict[str, str]) -> int:
    """The number of pages of a division of which nothing else is said."""
    return 1


class Compositor:
    """Stands in for the workshop: every anchor is on its division's first page, but for the very last one.

    `pages` gives a division's number of pages by its markup and by what it prints; 1 where it has no entry. What has
    been set once is known and not set again, as with the cache; `set` lists what was, in order.
    """

    def __init__(self, pages: Mapping[str, Callable[[str, dict[str, str]], int]] | None = None) -> None:
        self.pages = pages or {}
        self.known: dict[tuple[str, str], Gathering] = {}
        self.set: list[str] = []
        self.asked: list[list[str]] = []

    def __call__(self, divisions: Sequence[Html]) -> Mapping[str, Gathering]:
        self.asked.append([html.division for html in divisions])
        return {html.division: self._known(html) for html in divisions}

    def _known(self, html: Html) -> Gathering:
        known = self.known.get((html.division, html.markup))
        if known is None:
            self.set.append(html.division)
            known = self.known[html.division, html.markup] = self._set(html)
        return known

    def _set(self, html: Html) -> Gathering:
        count = self.pages.get(html.division, one_page)(html.markup, dict(html.printed))
        names = re.findall(r'id="([^"]+)"', html.markup)
        anchors = {name: Place(count - 1 if name.endswith(".end") else 0, 0, 700) for name in names}
        return gathering(html.division, count, anchors)


def the_workshop(
    resources: Resources, folder: Path | None, book: Book | None = None, made: list[str] | None = None
) -> Workshop:
    """A workshop that lays out in earnest, and notes what it has made."""
    kit = make_kit(compose_style(LAYOUT, resources), resources.sheets(), LAYOUT.geometry.trim_height)
    return Workshop(kit, book.images if book else {}, Noting([] if made is None else made), Store(folder))


class Noting(Alone):
    """A crew of one that notes the names of what it does."""

    def __init__(self, noted: list[str]) -> None:
        self.noted = noted

    def do(self, work: Any, supply: Any, tasks: Sequence[Any], **how: Any) -> list[Any]:
        self.noted += [how["name"](task) for task in tasks]
        return super().do(work, supply, tasks, **how)


def told(settled: Settled) -> dict[str, list[str]]:
    """The folios of each division's pages."""
    folios: dict[str, list[str]] = {}
    for leaf in settled.leaves:
        if leaf.sheet is not None:
            folios.setdefault(leaf.division, []).append(str(leaf.folio))
    return folios


# --- rounds -----------------------------------------------------------------------------------------------------------


def test_a_book_whose_pages_depend_on_no_number_settles_in_two_rounds(book: Book, resources: Resources) -> None:
    settled = settle(book, LAYOUT, Compositor(), resources)
    assert settled.rounds == 2
    assert str(settled.pagination.folio("library-cards")) == "2"


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_each_number_that_changes_a_page_count_takes_a_round_more(book: Book, resources: Resources, steps: int) -> None:
    """The contents have two pages less each time that they are set with another number for the preface."""
    seen: list[str] = []

    def shrinking(_: str, printed: dict[str, str]) -> int:
        if printed["preface"] not in seen:
            seen.append(printed["preface"])
        return 1 + 2 * max(0, steps - seen.index(printed["preface"]))

    settled = settle(book, LAYOUT, Compositor({"contents": shrinking}), resources, start=FAR)
    assert settled.rounds == steps + 2
    assert len(told(settled)["contents"]) == 1
    assert str(settled.pagination.folio("preface")) == told(settled)["preface"][0] == seen[-1]


def test_a_pagination_that_comes_back_is_an_error_that_names_what_moves(book: Book, resources: Resources) -> None:
    """The contents have room for the preface's number only on the page where the preface then is not."""
    still = str(settle(book, LAYOUT, Compositor(), resources).pagination.folio("preface"))
    restless = Compositor({"contents": lambda _, printed: 3 if printed["preface"] == still else 1})
    with pytest.raises(ContentError) as caught:
        settle(book, LAYOUT, restless, resources, start=FAR)
    (problem,) = caught.value.problems
    assert problem.code == "LAYT003"
    assert f"preface ({still} or " in problem.message or f" or {still})" in problem.message
    assert restless.set.count("contents") == 3
    assert "library-cards (" not in problem.message


def test_a_pagination_that_runs_away_is_given_up(book: Book, resources: Resources) -> None:
    counts = iter(range(1, 1000, 2))
    with pytest.raises(ContentError, match="LAYT003"):
        settle(book, LAYOUT, Compositor({"contents": lambda *_: next(counts)}), resources, start=FAR)
    assert next(counts) == 1 + 2 * MOST_ROUNDS


def test_the_last_builds_pagination_is_true_at_once(book: Book, resources: Resources) -> None:
    first = settle(book, LAYOUT, Compositor(), resources)
    again = settle(book, LAYOUT, Compositor(), resources, start=first.pagination)
    assert again.rounds == 1
    assert again.leaves == first.leaves
    assert again.pagination == first.pagination


def test_a_pagination_of_another_book_is_only_a_guess(book: Book, resources: Resources) -> None:
    first = settle(book, LAYOUT, Compositor(), resources)
    wrong = Pagination({"preface": Folio(arabic=True, number=5), "gone": Folio(arabic=False, number=2)})
    assert settle(book, LAYOUT, Compositor(), resources, start=wrong).pagination == first.pagination


def test_what_the_engine_finds_stops_the_book_with_all_findings(book: Book, resources: Resources) -> None:
    workshop = the_workshop(resources, None)

    def failing(divisions: Sequence[Html]) -> Mapping[str, Gathering]:
        bad = [
            replace(html, markup=html.markup.replace("</head>", "<style>p { colour: red }</style></head>"))
            for html in divisions
        ]
        return workshop.gatherings(bad)

    few = tuple(division for division in book.divisions if division.id in ("preface", "half-title"))
    with pytest.raises(ContentError) as caught:
        settle(replace(book, divisions=few), LAYOUT, failing, resources)
    assert [problem.code for problem in caught.value.problems] == ["LAYT001", "LAYT001"]
    assert {problem.message.partition(":")[0] for problem in caught.value.problems} == {"preface", "half-title"}


# --- furniture --------------------------------------------------------------------------------------------------------


def furnisher(book: Book, resources: Resources) -> Callable[[Sequence[Leaf]], dict[str, Html]]:
    """What composes the furniture of leaves."""

    def furnish(leaves: Sequence[Leaf]) -> dict[str, Html]:
        worn = dresses(leaves).items()
        return {id: compose_furniture(book, book.division(id), of, LAYOUT, resources) for id, of in worn}

    return furnish


def test_furniture_is_that_of_the_leaves_and_is_set_beside_the_divisions(book: Book, resources: Resources) -> None:
    compositor = Compositor({"street-trees": lambda *_: 12})
    settled = settle(book, LAYOUT, compositor, resources, furnish=furnisher(book, resources))
    assert set(settled.furniture) == {leaf.division for leaf in settled.leaves if leaf.furniture is not None}
    wanted = furnisher(book, resources)(settled.leaves)
    for id, html in wanted.items():
        assert settled.furniture[id] is compositor.known[html.division, html.markup]
    assert set(settled.sheets) == {division.id for division in book.divisions}
    assert any(id.endswith(".furniture") for asked in compositor.asked[:-1] for id in asked)


def test_furniture_that_is_right_already_is_not_set_again(book: Book, resources: Resources) -> None:
    compositor = Compositor()
    furnish = furnisher(book, resources)
    first = settle(book, LAYOUT, compositor, resources, furnish=furnish)
    compositor.set.clear()
    again = settle(book, LAYOUT, compositor, resources, start=first.pagination, furnish=furnish)
    assert compositor.set == []
    assert again.furniture == first.furniture
    assert again.rounds == 1


def test_what_the_engine_finds_in_furniture_stops_the_book(book: Book, resources: Resources) -> None:
    class Finding(Compositor):
        def _set(self, html: Html) -> Gathering:
            problems = (Problem("LAYT001", f"{html.division}: x"),) if html.artifact else ()
            return replace(super()._set(html), problems=problems)

    with pytest.raises(ContentError) as caught:
        settle(book, LAYOUT, Finding(), resources, furnish=furnisher(book, resources))
    assert all(".furniture: x" in problem.message for problem in caught.value.problems)


def test_numbers_that_are_printed_late_are_those_of_the_pages(book: Book, resources: Resources) -> None:
    settled = settle(book, LAYOUT, Compositor({"library-cards": lambda *_: 30}), resources)
    assert set(settled.late) == set(settled.sheets)
    listed = [division.id for division in book.divisions if division.listed and division.id != "contents"]
    folios = [str(settled.pagination.folio(id)) for id in listed]
    arabic = [folio for folio in folios if folio.isdecimal()]
    assert sorted(settled.late["contents"]) == sorted(arabic)
    assert any(len(folio) == 2 for folio in arabic)


# --- what is set again ------------------------------------------------------------------------------------------------


def by_length(markup: str, _: dict[str, str]) -> int:
    """A page for every five thousand characters of markup."""
    return 1 + len(markup) // 5000


@pytest.mark.parametrize("longer", [False, True])
def test_a_changed_brief_is_set_again_with_what_cites_it_and_nothing_else(
    sample: Path, resources: Resources, longer: bool
) -> None:
    content = sample / "content" / "sample"
    compositor = Compositor({"street-trees": by_length, "library-cards": by_length, "preface": by_length})
    first = settle(check(content)[1], LAYOUT, compositor, resources)
    compositor.set.clear()
    path = content / "parts" / "02-streets" / "street-trees.md"
    said = "Roots lift sidewalks."
    path.write_text(
        path.read_text("utf-8").replace(said, said + " They do so slowly." * (500 if longer else 1)), "utf-8"
    )
    again = settle(check(content)[1], LAYOUT, compositor, resources, start=first.pagination)
    if not longer:
        assert compositor.set == ["street-trees"]
        assert again.rounds == 1
        assert again.leaves == first.leaves
        return
    assert len(again.leaves) > len(first.leaves)
    moved = {"contents", "subjects", "places", "laws", "directory"}
    assert compositor.set[0] == "street-trees"
    assert "contents" in compositor.set
    assert set(compositor.set) <= {"street-trees", "lists", *moved}
    assert len(set(compositor.set)) == len(compositor.set)


def test_the_real_engine_settles_and_a_second_build_finds_everything_known(
    book: Book, resources: Resources, tmp_path: Path
) -> None:
    made: list[str] = []
    workshop = the_workshop(resources, tmp_path, book, made)
    first = settle(book, LAYOUT, workshop.gatherings, resources)
    assert set(made) == {division.id for division in book.divisions}
    made.clear()
    again = settle(book, LAYOUT, workshop.gatherings, resources, start=first.pagination)
    assert again.rounds == 1
    assert again.sheets == first.sheets
    assert made == []
    for division, sheets in first.sheets.items():
        for anchor, place in sheets.anchors.items():
            folio = next(x.folio for x in first.leaves if (x.division, x.sheet) == (division, place.sheet))
            assert first.pagination.folio(anchor) == folio


# --- leaves -----------------------------------------------------------------------------------------------------------


def unit(id: str, matter: Matter, opens_on: str, *, furniture: bool = True) -> Division:
    """A division of which nothing is known but where it stands."""
    return Division(id, id, id, matter, "", opens_on, Generated(id), furniture=furniture)


def leaves(*units: tuple[Division, int]) -> Iterator[str]:
    """The leaves of divisions with so many pages: `a.0 iii` is the first of a, `- iv` a blank one."""
    for leaf in gather([division for division, _ in units], {division.id: count for division, count in units}):
        side = "v" if leaf.verso else "r"
        yield (
            f"{leaf.division}.{leaf.sheet} {leaf.folio} {side}" if leaf.sheet is not None else f"- {leaf.folio} {side}"
        )


FRONT, BODY, BACK = Matter.FRONT, Matter.BODY, Matter.BACK


def test_a_unit_that_opens_on_a_recto_leaves_a_blank_verso_and_another_one_does_not() -> None:
    a, b, c = unit("a", BODY, "recto"), unit("b", BODY, "recto"), unit("c", BODY, "any")
    assert list(leaves((a, 1), (b, 1), (c, 2))) == ["a.0 1 r", "- 2 v", "b.0 3 r", "c.0 4 v", "c.1 5 r"]


def test_the_body_starts_on_a_recto_with_page_one_however_it_opens() -> None:
    a, b = unit("a", FRONT, "recto"), unit("b", BODY, "any")
    assert list(leaves((a, 1), (b, 1))) == ["a.0 i r", "- ii v", "b.0 1 r"]
    assert list(leaves((a, 2), (b, 1))) == ["a.0 i r", "a.1 ii v", "b.0 1 r"]
    assert list(leaves((a, 3), (b, 1))) == ["a.0 i r", "a.1 ii v", "a.2 iii r", "- iv v", "b.0 1 r"]


def test_back_matter_goes_on_with_the_bodys_numbers() -> None:
    a, b, c = unit("a", BODY, "recto"), unit("b", BACK, "recto"), unit("c", BACK, "any")
    assert list(leaves((a, 1), (b, 1), (c, 1))) == ["a.0 1 r", "- 2 v", "b.0 3 r", "c.0 4 v"]


def test_a_cover_stands_before_the_first_folio_and_changes_none() -> None:
    cover, a = unit("cover", FRONT, "any", furniture=False), unit("a", FRONT, "recto")
    with_cover = gather([cover, a], {"cover": 1, "a": 2})
    assert [leaf.folio for leaf in with_cover[1:]] == [leaf.folio for leaf in gather([a], {"a": 2})]
    assert with_cover[0].furniture is None
    assert with_cover[0].label == "cover"
    assert not any(leaf.label for leaf in with_cover[1:])


def test_only_pages_that_carry_furniture_have_a_page_of_it() -> None:
    a, b, c = unit("a", BODY, "recto"), unit("b", BODY, "recto", furniture=False), unit("c", BODY, "recto")
    found = gather([a, b, c], {"a": 3, "b": 2, "c": 1})
    assert [(leaf.division, leaf.sheet, leaf.furniture is not None) for leaf in found] == [
        ("a", 0, True),
        ("a", 1, True),
        ("a", 2, True),
        ("a", None, False),
        ("b", 0, False),
        ("b", 1, False),
        ("c", 0, True),
    ]


def test_the_sample_opens_where_its_edition_says(book: Book, resources: Resources) -> None:
    settled = settle(book, LAYOUT, Compositor({"library-cards": lambda *_: 2, "subjects": lambda *_: 3}), resources)
    folios = told(settled)
    assert folios["half-title"] == ["i"]
    assert folios["reading"] == ["1"]
    assert folios["library-cards"] == ["2", "3"]
    assert folios["reading-rooms"] == ["4"]
    assert folios["streets"] == ["5"]
    assert len(folios["subjects"]) == 3
    for before, after in zip(settled.leaves[1:], settled.leaves[2:], strict=False):
        assert after.verso != before.verso or (after.folio.arabic and not before.folio.arabic)


LOST = "library-cards.table.cards-issued"


def test_a_page_that_is_printed_of_a_place_that_is_nowhere_is_an_error(book: Book, resources: Resources) -> None:
    """As when a template forgets an anchor: the lists print the page of a table that has lost its own."""

    class Forgetful(Compositor):
        def _set(self, html: Html) -> Gathering:
            made = super()._set(html)
            return replace(made, anchors={name: p for name, p in made.anchors.items() if name != LOST})

    with pytest.raises(ContentError) as caught:
        settle(book, LAYOUT, Forgetful(), resources)
    assert {problem.code for problem in caught.value.problems} == {"WHOL003"}
    assert f"“lists” prints the page of “{LOST}”" in str(caught.value)
