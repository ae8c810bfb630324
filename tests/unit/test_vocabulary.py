from collections.abc import Sequence

import pytest

from policybook.diagnostics import Problem, Source
from policybook.edition import Headword
from policybook.vocabulary import check_vocabulary


def listed(*headwords: Headword) -> list[tuple[Headword, Source]]:
    """Headwords as index.yaml lists them, one a line."""
    return [(headword, Source("index.yaml", line)) for line, headword in enumerate(headwords, start=1)]


def marks(*headwords: str) -> dict[str, Sequence[Source]]:
    """Each headword, marked once, on lines 101, 102, …"""
    return {headword: [Source("brief.md", line)] for line, headword in enumerate(headwords, start=101)}


def told(problems: Sequence[Problem]) -> list[tuple[str, int]]:
    return [(problem.code, problem.source.line) for problem in problems if problem.source]


def test_a_vocabulary_without_faults_has_no_problems() -> None:
    entries = listed(
        Headword("wages", see_also=("benefits",)),
        Headword("benefits", see_also=("wages",)),
        Headword("pay", see=("wages", "benefits")),
    )
    assert check_vocabulary(entries, marks("wages", "benefits")) == ()


def test_an_unknown_headword_is_reported_at_each_mark_with_the_nearest_one() -> None:
    entries = listed(Headword("wage theft"), Headword("zoning"))
    used = {**marks("wage theft", "zoning"), "wage thefts": [Source("a.md", 3, 7), Source("b.md", 9, 2)]}
    problems = check_vocabulary(entries, used)
    assert [(p.code, str(p.source)) for p in problems] == [("INDX001", "a.md:3:7"), ("INDX001", "b.md:9:2")]
    assert problems[0].message == "“wage thefts” is not a headword of the index"
    assert problems[0].hint == "did you mean “wage theft”?"


def test_a_see_to_nothing_is_reported_with_the_nearest_headword() -> None:
    entries = listed(
        Headword("wages", see_also=("benefit", "nothing like it")),
        Headword("benefits"),
        Headword("pay", see=("wage",)),
    )
    problems = check_vocabulary(entries, marks("wages", "benefits"))
    assert [(p.code, p.message, p.hint) for p in problems] == [
        ("INDX004", "“wages”: see also “benefit” leads to nothing", "did you mean “benefits”?"),
        ("INDX004", "“wages”: see also “nothing like it” leads to nothing", "known: benefits, pay"),
        ("INDX004", "“pay”: see “wage” leads to nothing", "did you mean “wages”?"),
    ]


def test_a_circle_is_reported_once_at_its_first_headword() -> None:
    entries = listed(
        Headword("outside"),
        Headword("b", see=("c",)),
        Headword("c", see=("a",)),
        Headword("a", see=("b",)),
    )
    problems = check_vocabulary(entries, marks("outside"))
    assert told(problems) == [("INDX005", 2)]
    assert problems[0].message == "a see leads back to its start: “b” → “c” → “a” → “b”"


def test_circles_that_share_a_headword_are_reported_each() -> None:
    entries = listed(Headword("a", see=("b",)), Headword("b", see=("a", "c")), Headword("c", see=("b",)))
    problems = check_vocabulary(entries, {})
    assert [p.message.partition(": ")[2] for p in problems] == ["“a” → “b” → “a”", "“b” → “c” → “b”"]


def test_a_headword_that_refers_to_itself_is_a_circle() -> None:
    assert told(check_vocabulary(listed(Headword("a", see=("a",))), {})) == [("INDX005", 1)]


def test_a_see_into_a_circle_is_not_reported_besides_the_circle() -> None:
    entries = listed(Headword("x", see=("a",)), Headword("a", see=("b",)), Headword("b", see=("a",)))
    assert told(check_vocabulary(entries, {})) == [("INDX005", 2)]


def test_circles_of_see_also_are_as_they_should_be() -> None:
    entries = listed(Headword("a", see_also=("b",)), Headword("b", see_also=("a",)))
    assert check_vocabulary(entries, marks("a", "b")) == ()


@pytest.mark.parametrize(
    ("headword", "hint"),
    [
        (Headword("idle"), ""),
        (Headword("idle", see_also=("wages",)), "write see instead of see_also if the entry only refers"),
    ],
)
def test_a_headword_without_pages_and_see_is_reported(headword: Headword, hint: str) -> None:
    (problem,) = check_vocabulary(listed(Headword("wages"), headword), {**marks("wages"), "idle": []})
    assert (problem.code, problem.source, problem.hint) == ("INDX006", Source("index.yaml", 2), hint)


def test_each_mark_of_a_headword_that_only_refers_is_reported() -> None:
    entries = listed(Headword("wages"), Headword("benefits"), Headword("pay", see=("wages", "benefits")))
    used = {**marks("wages", "benefits"), "pay": [Source("z.md", 5), Source("z.md", 8)]}
    problems = check_vocabulary(entries, used)
    assert told(problems) == [("INDX007", 5), ("INDX007", 8)]
    assert problems[0].message == "“pay” only refers to “wages” and “benefits”"
    assert problems[0].hint == "mark “wages” or “benefits”"


def test_a_see_to_a_headword_that_only_refers_on_is_reported() -> None:
    entries = listed(Headword("wages"), Headword("pay", see=("wages",)), Headword("salary", see=("pay",)))
    (problem,) = check_vocabulary(entries, marks("wages"))
    assert (problem.code, problem.source) == ("INDX008", Source("index.yaml", 3))
    assert problem.message == "“salary”: see “pay” leads to a headword that only refers to “wages”"
    assert problem.hint == "refer to “wages”"


def test_a_headword_listed_twice_is_reported_at_the_second_and_the_first_counts() -> None:
    entries = listed(Headword("wages"), Headword("wages", see=("benefits",)), Headword("wages"))
    problems = check_vocabulary(entries, marks("wages"))
    assert told(problems) == [("YAML006", 2), ("YAML006", 3)]
    assert problems[0].hint == "the first is at index.yaml:1:1"


def test_all_problems_are_reported_at_once_in_the_order_of_the_files() -> None:
    entries = listed(Headword("idle"), Headword("pay", see=("gone",)), Headword("idle"))
    problems = check_vocabulary(entries, marks("unknown", "pay"))
    assert told(problems) == [
        ("INDX001", 101),
        ("INDX007", 102),
        ("INDX006", 1),
        ("INDX004", 2),
        ("YAML006", 3),
    ]
