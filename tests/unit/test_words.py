"""Words are counted as a reader would count them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybook.words import count_words
from tests.unit.editions import book, content

CASE = "cases: [{id: reno, place: Reno, state: NV, kind: city, law: A law of six words, figures: [{text: f g}]}]\n"
FILES = {"data/d.csv": "a\nb c d\n", "index.yaml": "- headword: wages\n"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", 0),
        ("one two\nthree", 3),
        ("*one* **two**, three -- four", 5),
        ("one[@a-2020] two{index: wages > of many words} three.[^n]\n\n[^n]: A note of five words.", 3),
        ("### One two\n\nthree", 3),
        ("- one\n- two\n  - three four", 4),
        ("> one two\n>\n> - three", 3),
        ("::: callout Two words\nthree four\n:::", 2),
        ("::: case reno\none two three\n:::", 3),
        ("[one two](https://a.org) three", 3),
        ("one\n\n::: table t\nfile: d.csv\ncaption: A caption\ncolumns: [{field: a}]\n:::", 1),
    ],
)
def test_words_of_the_text_count(tmp_path: Path, body: str, words: int) -> None:
    files = FILES if "{index" in body else FILES | {"index.yaml": "[]"}
    made = book(tmp_path, f"## Text\n\n{body}", CASE if "case" in body else "", files)
    heading = 1
    assert content(made).words == count_words(content(made).sections) == heading + words


def test_all_sections_count(tmp_path: Path) -> None:
    assert content(book(tmp_path, "## Text\n\none\n\n## More\n\ntwo three")).words == 5
