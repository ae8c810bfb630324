import re

import pytest

from policybook.edition import Collation, Headword, Organization
from policybook.index import (
    Index,
    LawRow,
    continued,
    directory,
    law_table,
    place_index,
    subject_index,
)
from policybook.locators import Locator
from policybook.pagination import Pagination
from policybook.states import STATES
from tests.unit.books import book, credit, law, mark, pagination


def set_in_type(index: Index) -> list[str]:
    """The index as a template would print it, line by line."""
    rows = []
    for group in index.groups:
        rows.append(f"[{group.initial}]")
        for entry in group.entries:
            row = ", ".join(filter(None, (entry.headword, pages(entry.locators))))
            for words, pointers in (("See", entry.see), ("See also", entry.see_also)):
                row += f". {words} {'; '.join(pointer.headword for pointer in pointers)}" if pointers else ""
            rows.append(row)
            rows += [f"  {subentry.label}, {pages(subentry.locators)}" for subentry in entry.subentries]
    return rows


def pages(locators: tuple[Locator, ...]) -> str:
    return ", ".join(f"**{it.text}**" if it.main else it.text for it in locators)


SUBJECTS = book(
    vocabulary=[
        Headword("zoning"),
        Headword("wages", see_also=("tips", "benefits")),
        Headword("benefits"),
        Headword("pay", see=("wages",)),
        Headword("never marked"),
        Headword("“living wage”"),
        Headword("8 vouchers", sort_as="section 8 vouchers"),
        Headword("tips"),
    ],
    marks=[
        mark("wages", "xii"),
        mark("wages", 12),
        mark("wages", 13),
        mark("wages", 13, note=3),
        mark("wages", 20, 28, main=True),
        mark("wages", 22, holds="table"),
        mark("wages > of tipped workers", 101, 108),
        mark("wages > history of", 14),
        mark("wages > and rent", 15),
        mark("zoning > inclusionary", 40),
        mark("benefits", 3),
        mark("“living wage”", 7),
        mark("8 vouchers", 8),
        mark("tips", 9, note=2),
        mark("tips", 9, note=3),
        mark("Washington > Seattle", 12, register="place"),
    ],
)


def test_the_subject_index_is_printed_as_chicago_has_it() -> None:
    assert set_in_type(subject_index(SUBJECTS, pagination(SUBJECTS))) == [
        "[B]",
        "benefits, 3",
        "[L]",
        "“living wage”, 7",
        "[P]",
        "pay. See wages",
        "[S]",
        "8 vouchers, 8",
        "[T]",
        "tips, 9nn2–3",
        "[W]",
        "wages, xii, 12–13, **20–28**, 22t. See also benefits; tips",
        "  history of, 14",
        "  and rent, 15",
        "  of tipped workers, 101–8",
        "[Z]",
        "zoning",
        "  inclusionary, 40",
    ]


def test_pointers_and_locators_lead_to_anchors() -> None:
    index = subject_index(SUBJECTS, pagination(SUBJECTS))
    entries = {entry.headword: entry for entry in index.entries}
    assert index.kind == "subjects"
    assert [p.anchor for p in entries["wages"].see_also] == ["subjects.benefits", "subjects.tips"]
    assert entries["pay"].see[0].anchor == entries["wages"].anchor == "subjects.wages"
    assert [s.anchor for s in entries["wages"].subentries] == [f"subjects.wages.{n}" for n in (1, 2, 3)]
    assert [it.anchor for it in entries["wages"].locators] == [
        "wages..0@xii",
        "wages..0@12",
        "wages..0@20",
        "wages..0table@22",
    ]


def test_a_pointer_to_nothing_is_not_left_out_in_silence() -> None:
    faulty = book(vocabulary=[Headword("pay", see=("wages",))])
    with pytest.raises(KeyError, match="wages"):
        subject_index(faulty, pagination(faulty))


def test_a_marked_headword_that_no_vocabulary_lists_is_not_left_out_in_silence() -> None:
    faulty = book(marks=[mark("wages", 12)])
    assert set_in_type(subject_index(faulty, pagination(faulty))) == ["[W]", "wages, 12"]


def test_anchors_are_unique_and_safe_in_addresses() -> None:
    names = ["resume", "résumé", "Resume!", "end", "§", "¶", "Public–private partners, 2-1"]
    printed = book(vocabulary=[Headword(name) for name in names], marks=[mark(name, 1) for name in names])
    anchors = {entry.headword: entry.anchor for entry in subject_index(printed, pagination(printed)).entries}
    assert len(set(anchors.values())) == len(names)
    assert all(re.fullmatch(r"subjects\.[a-z0-9]+(-[a-z0-9]+)*", anchor) for anchor in anchors.values())
    assert anchors["end"] == "subjects.end-2"  # subjects.end is behind the division's last word
    assert anchors["resume"] == "subjects.resume"
    assert anchors["Public–private partners, 2-1"] == "subjects.public-private-partners-2-1"


def test_the_edition_chooses_the_order() -> None:
    names = ["New Haven", "Newark", "New York"]

    def ordered(collation: Collation) -> list[str]:
        printed = book(
            vocabulary=[Headword(name) for name in names], marks=[mark(name, 1) for name in names], collation=collation
        )
        return [entry.headword for entry in subject_index(printed, pagination(printed)).entries]

    assert ordered(Collation.LETTER_BY_LETTER) == ["Newark", "New Haven", "New York"]
    assert ordered(Collation.WORD_BY_WORD) == ["New Haven", "New York", "Newark"]


def test_the_index_of_places_has_states_and_below_them_their_cities_and_counties() -> None:
    places = book(
        marks=[
            mark("Washington > Seattle", 12, 13, register="place"),
            mark("Washington > SeaTac", 12, register="place"),
            mark("Oregon", 30, register="place"),
            mark("Oregon > Portland", 31, register="place"),
            mark("Oregon > Portland", 7, register="place"),
            mark("wages", 12),
        ]
    )
    index = place_index(places, pagination(places))
    assert set_in_type(index) == [
        "[O]",
        "Oregon, 30",
        "  Portland, 7, 31",
        "[W]",
        "Washington",
        "  SeaTac, 12",
        "  Seattle, 12–13",
    ]
    anchors = [line for it in index.entries for line in (it.anchor, *(below.anchor for below in it.subentries))]
    assert anchors == [
        "places.oregon",
        "places.oregon.1",
        "places.washington",
        "places.washington.1",
        "places.washington.2",
    ]


def test_the_table_of_laws_is_sorted_by_state_place_and_law() -> None:
    printed = book(
        laws=[
            law("Seattle, WA", "Secure Scheduling Ordinance", 60, number="Ord. 125135", enacted="2016-09-19"),
            law("Seattle, WA", "Paid Sick and Safe Time", 48, enacted="2011"),
            law("Several cities, US", "Interstate compact", 9),
            law("Austin, TX", "Fair Chance Hiring", 50, enacted="2016-03"),
            law("Seattle, WA", "Secure Scheduling Ordinance", 12, number="Ord. 125135", enacted="2016-09-19"),
        ]
    )
    rows = law_table(printed, pagination(printed))
    assert [(r.state, r.place, r.law, r.number, r.enacted, pages(r.locators)) for r in rows] == [
        ("Texas", "Austin", "Fair Chance Hiring", "", "2016", "50"),
        ("United States", "Several cities", "Interstate compact", "", "", "9"),
        ("Washington", "Seattle", "Paid Sick and Safe Time", "", "2011", "48"),
        ("Washington", "Seattle", "Secure Scheduling Ordinance", "Ord. 125135", "2016", "12, 60"),
    ]
    assert isinstance(rows[0], LawRow)
    assert [it.anchor for it in rows[0].locators] == ["case.Austin@50"]


def test_the_directory_has_partners_in_bold_and_leaves_out_who_is_not_credited() -> None:
    printed = book(
        organizations=[
            Organization("the-leap", "The Leap", sort_as="Leap, The"),
            Organization("nelp", "National Employment Law Project"),
            Organization("fwd", "forward Together"),
            Organization("idle", "Idle Institute"),
        ],
        credits=[
            credit("nelp", 14),
            credit("nelp", 10, role="partner"),
            credit("nelp", 10),
            credit("the-leap", 3),
            credit("the-leap", 4),
            credit("fwd", "xi"),
        ],
    )
    rows = directory(printed, pagination(printed))
    assert [(row.organization.name, pages(row.locators)) for row in rows] == [
        ("forward Together", "xi"),
        ("The Leap", "3–4"),
        ("National Employment Law Project", "**10**, 14"),
    ]


#: Lines a, a1, a2, a3, b, b1, c.
BROKEN = subject_index(
    (SMALL := book(marks=[mark("a > 1", 1), mark("a > 2", 1), mark("a > 3", 1), mark("b > 1", 1), mark("c", 1)])),
    pagination(SMALL),
)


def placed(sheets: list[int]) -> dict[str, int]:
    """On which sheet each line falls."""
    lines = [line for it in BROKEN.entries for line in (it.anchor, *(below.anchor for below in it.subentries))]
    return dict(zip(lines, sheets, strict=True))


@pytest.mark.parametrize(
    ("sheets", "repeated"),
    [
        ([0, 0, 0, 0, 0, 0, 0], {}),
        ([0, 0, 1, 1, 1, 1, 1], {1: "a"}),
        ([0, 1, 1, 2, 2, 2, 2], {1: "a", 2: "a"}),  # the headword alone at the foot; an entry of three pages
        ([0, 0, 0, 0, 1, 1, 1], {}),  # a headword at the head of a page needs no repetition
        ([0, 0, 0, 0, 0, 1, 2], {1: "b"}),
    ],
)
def test_a_page_that_goes_on_with_an_entry_repeats_its_headword(sheets: list[int], repeated: dict[int, str]) -> None:
    assert continued(BROKEN, placed(sheets)) == repeated


def test_a_line_that_is_on_no_page_is_an_error() -> None:
    on = placed([0] * 7)
    del on["subjects.a.1"]
    with pytest.raises(KeyError, match=r"subjects\.a\.1"):
        continued(BROKEN, on)


def test_an_index_can_be_made_before_anything_is_laid_out() -> None:
    rows = set_in_type(subject_index(SUBJECTS, Pagination()))
    assert "wages, **888**, 888t. See also benefits; tips" in rows


def test_states_have_names() -> None:
    assert len(STATES) == 50 + 1 + 5 + 1
    assert all(len(code) == 2 and code.isupper() for code in STATES)
    assert (STATES["DC"], STATES["US"], STATES["PR"]) == ("District of Columbia", "United States", "Puerto Rico")
    assert len(set(STATES.values())) == len(STATES)
