"""Folios in roman and arabic numerals, and the anchors that they are known by."""

from __future__ import annotations

import pytest

from policybook.pagination import UNKNOWN, Folio, Matter, Pagination, roman

NUMERALS = {
    1: "i", 2: "ii", 3: "iii", 4: "iv", 5: "v", 6: "vi", 7: "vii", 8: "viii", 9: "ix", 10: "x", 11: "xi", 14: "xiv",
    15: "xv", 19: "xix", 20: "xx", 24: "xxiv", 29: "xxix", 39: "xxxix", 40: "xl", 44: "xliv", 49: "xlix", 50: "l",
    59: "lix", 60: "lx", 88: "lxxxviii", 89: "lxxxix", 90: "xc", 99: "xcix", 100: "c", 149: "cxlix", 400: "cd",
    444: "cdxliv", 499: "cdxcix", 500: "d", 900: "cm", 999: "cmxcix", 1000: "m", 1666: "mdclxvi", 1949: "mcmxlix",
    1984: "mcmlxxxiv", 2026: "mmxxvi", 3999: "mmmcmxcix",
}  # fmt: skip
VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


@pytest.mark.parametrize(("number", "numeral"), NUMERALS.items())
def test_roman_numerals(number: int, numeral: str) -> None:
    assert roman(number) == numeral


def test_every_roman_numeral_has_its_value() -> None:
    for number in range(1, 4000):
        values = [VALUES[sign] for sign in roman(number)]
        following = [*values[1:], 0]
        assert sum(-value if value < after else value for value, after in zip(values, following, strict=True)) == number


@pytest.mark.parametrize("number", [0, -1])
def test_roman_numerals_start_at_one(number: int) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        roman(number)


def test_folios_are_printed_in_their_numerals() -> None:
    assert [str(Folio(False, 12)), str(Folio(True, 12))] == ["xii", "12"]


def test_front_matter_sorts_before_the_body() -> None:
    folios = [Folio(True, 1), Folio(False, 90), Folio(True, 12), Folio(False, 2), Folio(True, 2)]
    assert [str(folio) for folio in sorted(folios)] == ["ii", "xc", "1", "2", "12"]
    assert sorted([Matter.BACK, Matter.FRONT, Matter.BODY]) == [Matter.FRONT, Matter.BODY, Matter.BACK]


def test_an_anchor_that_nobody_has_seen_stands_as_three_figures() -> None:
    known = Pagination({"a": Folio(False, 4)})
    assert (str(known.folio("a")), known.folio("b")) == ("iv", UNKNOWN)
    assert str(Pagination().folio("a")) == "888"
