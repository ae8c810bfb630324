"""Problems as values, and the errors that carry them."""

from __future__ import annotations

import pickle

import pytest

from policybook.diagnostics import ContentError, MachineError, Problem, Source, errors, in_order, render, suggestion

HERE = Source("content/2026/x.md", 3, 5)
WRONG = Problem("CITE001", "“a” is not in references.yaml", HERE, "did you mean “b”?")
DOUBTFUL = Problem("CITE002", "nothing cites “c”", Source("content/2026/references.yaml", 9, 7))


def test_a_problem_is_told_with_its_place_its_line_a_caret_and_a_hint() -> None:
    assert render(WRONG, "see [@a].").splitlines() == [
        "content/2026/x.md:3:5: CITE001 “a” is not in references.yaml",
        "    see [@a].",
        "        ^",
        "    hint: did you mean “b”?",
    ]


def test_problems_come_in_the_order_of_the_files_once_each_and_without_a_place_last() -> None:
    nowhere = Problem("LAYT003", "moves")
    assert in_order([nowhere, WRONG, DOUBTFUL, WRONG]) == (DOUBTFUL, WRONG, nowhere)


def test_a_warning_is_no_error() -> None:
    assert errors([WRONG, DOUBTFUL]) == (WRONG,)


def test_a_code_that_is_not_listed_can_not_be_used() -> None:
    with pytest.raises(ValueError, match="NOPE001"):
        Problem("NOPE001", "x")


@pytest.mark.parametrize(("word", "hint"), [("wage", "did you mean “wages”?"), ("zzz", "known: bail, wages")])
def test_a_hint_names_the_nearest_word_or_all_of_them(word: str, hint: str) -> None:
    assert suggestion(word, ["wages", "bail"]) == hint


def test_errors_travel_between_processes_with_all_that_they_carry() -> None:
    content = pickle.loads(pickle.dumps(ContentError([WRONG, DOUBTFUL])))
    assert content.problems == (DOUBTFUL, WRONG)
    machine = pickle.loads(pickle.dumps(MachineError("no Pango", "brew install pango")))
    assert (str(machine), machine.remedy) == ("no Pango", "brew install pango")
