"""Late numbers: placeholders of as many digits, which tell by themselves which number they stand for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybook.late import in_order, late_numbers, placeholder, placeholders

LOCATORS = st.lists(st.from_regex(r"[0-9]{1,4}(–[0-9]{1,3})?(n[0-9]{1,2})?|[ivx]{1,4}", fullmatch=True), max_size=40)


@pytest.mark.parametrize(
    ("text", "start", "standing"),
    [
        ("12", 0, "00"),
        ("12", 7, "07"),
        ("888", 12, "012"),
        ("5", 12, "2"),
        ("12–15", 3, "03–04"),
        ("101–8", 9, "009–0"),
        ("iv", 3, "iv"),
        ("12n3", 0, "00n1"),
        ("", 5, ""),
        ("x1y22z", 98, "x8y99z"),
    ],
)
def test_a_placeholder_has_as_many_digits_and_tells_its_number(text: str, start: int, standing: str) -> None:
    assert placeholders(text, start) == standing


def test_a_placeholder_is_the_end_of_its_number() -> None:
    assert [placeholder(index, 2) for index in (0, 9, 10, 99, 100, 123)] == ["00", "09", "10", "99", "00", "23"]
    assert placeholder(5, 4) == "0005"


@given(LOCATORS)
def test_the_numbers_of_a_division_come_back_in_their_order(texts: list[str]) -> None:
    standing: list[str] = []
    count = 0
    for text in texts:
        standing.append(placeholders(text, count))
        count += len(late_numbers(text))
    found = [number for text in standing for number in late_numbers(text)]
    printed = [number for text in texts for number in late_numbers(text)]
    assert found == [placeholder(index, len(number)) for index, number in enumerate(printed)]
    assert [re.sub("[0-9]", "#", text) for text in standing] == [re.sub("[0-9]", "#", text) for text in texts]


@given(st.text(max_size=20), st.integers(0, 5000))
def test_nothing_but_digits_of_ours_is_changed(text: str, start: int) -> None:
    standing = placeholders(text, start)
    assert len(standing) == len(text)
    assert all(a == b for a, b in zip(text, standing, strict=True) if a not in "0123456789")
    assert len(late_numbers(standing)) == len(late_numbers(text))


@given(LOCATORS)
def test_placeholders_in_their_order_stay_in_it(texts: list[str]) -> None:
    lengths = [len(number) for text in texts for number in late_numbers(text)]
    standing = [placeholder(index, digits) for index, digits in enumerate(lengths)]
    assert in_order(standing) == list(range(len(standing)))


@given(st.lists(st.integers(1, 4), max_size=60), st.data())
def test_placeholders_that_stand_a_little_later_are_put_back(lengths: list[int], data: st.DataObject) -> None:
    standing = [(index, placeholder(index, digits)) for index, digits in enumerate(lengths)]
    if standing:
        at = data.draw(st.integers(0, len(standing) - 1))
        standing.insert(min(at + data.draw(st.integers(0, 4)), len(standing)), standing.pop(at))
    order = in_order([text for _, text in standing])
    assert [standing[at][0] for at in order] == list(range(len(standing)))
