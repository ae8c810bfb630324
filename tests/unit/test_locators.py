import pytest

from policybook.locators import Locator, Passage, inclusive, merge
from tests.unit.books import folio


def text(first: str | int, last: str | int = "", *, main: bool = False, anchor: str = "") -> Passage:
    return Passage(folio(first), folio(last or first), anchor or f"a@{first}", main)


def note(page: str | int, number: int, *, main: bool = False, anchor: str = "") -> Passage:
    return Passage(folio(page), folio(page), anchor or f"n{number}@{page}", main, note=number)


def held(kind: str, first: str | int, last: str | int = "", *, main: bool = False) -> Passage:
    return Passage(folio(first), folio(last or first), f"{kind}@{first}", main, holds=kind)


def printed(locators: tuple[Locator, ...]) -> str:
    return ", ".join(f"**{it.text}**" if it.main else it.text for it in locators)


@pytest.mark.parametrize(
    "expected",
    [
        # the examples of Chicago 9.61
        *["3–10", "71–72", "96–117", "100–104", "1100–1113", "101–8", "808–33", "1103–4"],
        *["321–28", "498–532", "1087–89", "1496–500", "11564–615", "12991–3001"],
        # what the table leaves to reason
        *["99–100", "998–1003", "105–12", "199–203", "110–19", "200–201", "107–217", "1009–12", "10099–101"],
    ],
)
def test_ranges_are_abbreviated_by_chicagos_rule(expected: str) -> None:
    before, _, after = expected.partition("–")
    last = int(after) if len(after) >= len(before) else int(before[: -len(after)] + after)
    assert inclusive(int(before), last) == expected


def test_one_page_is_not_a_range() -> None:
    assert inclusive(321, 321) == "321"


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([text(12), text(12), text(13), text(14)], "12–14"),
        ([text(12), text(14)], "12, 14"),
        ([text(20), text(3)], "3, 20"),
        ([text(12, 15), text(14, 20), text(21)], "12–21"),
        ([text(10, 20), text(12)], "10–20"),
        ([text(321, 328), text(101, 108)], "101–8, 321–28"),
        ([text(1), text("xii"), text("xiii"), text("xv")], "xii–xiii, xv, 1"),
        ([text("iv"), text(5)], "iv, 5"),
        ([text("cviii", "cix")], "cviii–cix"),
        ([], ""),
    ],
)
def test_passages_on_equal_overlapping_and_adjoining_pages_are_one_locator(
    passages: list[Passage], expected: str
) -> None:
    assert printed(merge(passages)) == expected


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([text(12), text(12, main=True)], "**12**"),
        ([text(11), text(12, main=True), text(13)], "11, **12**, 13"),
        ([text(12), text(13), text(14), text(13, main=True)], "12, **13**, 14"),
        ([text(12, 16, main=True), text(13), text(15, 16), text(17)], "**12–16**, 17"),
        ([text(10, 20), text(13, main=True)], "10–20, **13**"),
        ([text(12, 20), text(12, main=True)], "**12**, 12–20"),
        ([text(10, 14), text(12, 20, main=True)], "10–14, **12–20**"),
        ([text(12, main=True), text(13, main=True)], "**12–13**"),
    ],
)
def test_main_discussions_are_locators_of_their_own(passages: list[Passage], expected: str) -> None:
    assert printed(merge(passages)) == expected


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([note(12, 3)], "12n3"),
        ([note(12, 3), note(12, 3)], "12n3"),
        ([note(12, 4), note(12, 3)], "12nn3–4"),
        ([note(12, 3), note(12, 4), note(12, 5), note(12, 7)], "12nn3–5, 12n7"),
        ([note(12, 3), note(12, 5)], "12n3, 12n5"),
        ([note(12, 3), note(13, 4)], "12n3, 13n4"),
        ([note(12, 101), note(12, 102)], "12nn101–2"),
        ([note("xii", 3)], "xiin3"),
        ([note(12, 3), text(12)], "12"),
        ([note(12, 3), text(12, main=True)], "**12**"),
        ([note(12, 3), text(11), text(13)], "11, 12n3, 13"),
        ([note(12, 3), text(11, 13)], "11–13"),
        ([note(12, 3, main=True), text(12)], "12, **12n3**"),
        ([note(12, 3, main=True), text(12, main=True)], "**12**"),
        ([note(12, 3), note(12, 3, main=True), note(12, 4)], "**12n3**, 12n4"),
    ],
)
def test_notes_are_cited_where_the_page_is_not(passages: list[Passage], expected: str) -> None:
    assert printed(merge(passages)) == expected


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([held("table", 12), text(12)], "12, 12t"),
        ([held("figure", 12), held("table", 12), note(12, 3)], "12n3, 12t, 12f"),
        ([held("table", 12), held("table", 12), held("table", 13)], "12t, 13t"),
        ([held("table", 12, 13), held("table", 13)], "12–13t"),
        ([held("table", 12), held("table", 12, main=True)], "**12t**"),
        ([held("table", 12), text(10, 14)], "10–14, 12t"),
    ],
)
def test_tables_and_figures_are_cited_besides_the_page(passages: list[Passage], expected: str) -> None:
    assert printed(merge(passages)) == expected


def test_a_locator_leads_to_the_first_place_of_what_it_merges() -> None:
    merged = merge(
        [
            text(14, anchor="last@14"),
            text(12, anchor="one@12"),
            text(12, 13, anchor="two@12"),
            note(20, 5, anchor="five@20"),
            note(20, 4, anchor="four@20"),
        ]
    )
    assert [(it.text, it.anchor) for it in merged] == [("12–14", "one@12"), ("20nn4–5", "four@20")]


def test_a_locator_never_leads_to_a_page_that_it_does_not_cite() -> None:
    merged = merge([text(10, 14, anchor="range@10"), text(8, 12, main=True, anchor="main@8"), text(11), text(15)])
    assert [(it.text, it.anchor) for it in merged] == [("8–12", "main@8"), ("10–15", "range@10")]


@pytest.mark.parametrize(("first", "last"), [("12", "3"), ("12", "xii"), ("xii", "888")])
def test_an_end_that_is_not_laid_out_yet_does_not_turn_a_range_or_mix_its_folios(first: str, last: str) -> None:
    assert printed(merge([text(first, last)])) == first
