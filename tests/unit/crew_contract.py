"""What every crew keeps, and what crews with workers of their own keep besides; one class of tests for each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policybook.crew import Alone, Crew, Supply
from policybook.crew_labour import KEPT
from policybook.diagnostics import ContentError, MachineError
from tests.unit import labours
from tests.unit.labours import Kit, Step

KIT = Kit()
SUPPLY = Supply("1" * 64, KIT)
ABC = [Step("a"), Step("b"), Step("c")]


def steps(*names: str, folder: Path = Path()) -> list[Step]:
    """Tasks by name."""
    return [Step(name, folder) for name in names]


class Contract:
    """For a fixture `crew`."""

    def test_results_come_in_the_order_of_the_tasks_whatever_their_weights(self, crew: Crew) -> None:
        tasks = steps(*(f"brief {number}" for number in range(23)))
        results = crew.do(labours.typeset, SUPPLY, tasks, weights=[number % 7 for number in range(23)])
        assert results == [labours.typeset(KIT, task) for task in tasks]

    def test_no_tasks_have_no_results(self, crew: Crew) -> None:
        assert crew.do(labours.typeset, SUPPLY, []) == []

    def test_each_result_is_told_as_it_comes_in(self, crew: Crew) -> None:
        told: list[tuple[str, str]] = []
        results = crew.do(labours.typeset, SUPPLY, ABC, done=told.append)
        assert sorted(told) == results

    def test_one_crew_serves_call_after_call_with_different_supplies(self, crew: Crew) -> None:
        kits = [Kit(style=f"p {{ margin: {number}pt }}") for number in range(2 * KEPT)]
        for number, kit in [*enumerate(kits), *enumerate(kits)]:
            results = crew.do(labours.typeset, Supply(f"kit {number}", kit), ABC)
            assert results == [labours.typeset(kit, task) for task in ABC]

    def test_the_error_of_the_first_task_is_raised_whichever_fails_first(self, crew: Crew) -> None:
        tasks = steps("a", "value 1", "b", "content 2", "value 3")
        with pytest.raises(ValueError, match="value") as error:
            crew.do(labours.fail, SUPPLY, tasks, weights=[1, 2, 3, 9, 8])
        assert str(error.value) == "value 1"

    def test_an_error_keeps_what_it_carries(self, crew: Crew) -> None:
        with pytest.raises(ContentError) as content:
            crew.do(labours.fail, SUPPLY, steps("a", "content"))
        assert [problem.code for problem in content.value.problems] == ["CITE001", "CITE002"]
        with pytest.raises(MachineError, match="no Pango") as machine:
            crew.do(labours.fail, SUPPLY, steps("machine"))
        assert machine.value.remedy == "brew install pango"

    def test_a_task_that_fills_the_memory_is_named(self, crew: Crew) -> None:
        with pytest.raises(MachineError, match="the work on “memory” could not be finished: memory ran out"):
            crew.do(labours.fail, SUPPLY, steps("a", "memory"), name=lambda step: step.name)

    def test_a_crew_works_on_after_an_error(self, crew: Crew) -> None:
        with pytest.raises(ValueError, match="value"):
            crew.do(labours.fail, SUPPLY, steps("value", *"abcdefg"))
        assert crew.do(labours.fail, SUPPLY, steps("a", "b")) == ["a", "b"]

    def test_an_error_in_the_teller_ends_the_call_and_the_crew_works_on(self, crew: Crew) -> None:
        def refuse(_: object) -> None:
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            crew.do(labours.typeset, SUPPLY, ABC, done=refuse)
        assert crew.do(labours.fail, SUPPLY, steps("a", "b")) == ["a", "b"]


class WorkersContract(Contract):
    """For a fixture `crew` that has two workers."""

    def test_two_tasks_are_done_side_by_side(self, crew: Crew, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        first, second = crew.do(labours.meet, SUPPLY, steps("reader", "writer", folder=tmp_path))
        assert len({first, second, os.getpid()}) == 3
        assert crew.hands == 2

    def test_a_worker_unpacks_a_large_supply_once_for_many_tasks_and_calls(self, crew: Crew) -> None:
        large = Supply("large", Kit(images={"bound.pdf": bytes(20_000_000)}))
        told = crew.do(labours.count, large, steps(*map(str, range(40))))
        told += crew.do(labours.count, large, steps(*map(str, range(40))))
        by_worker = {process: {unpacked for _, other, unpacked in told if other == process} for _, process, _ in told}
        assert all(len(counts) == 1 for counts in by_worker.values()), by_worker

    def test_a_worker_that_is_killed_costs_nothing_but_time(self, crew: Crew, tmp_path: Path) -> None:
        tasks = steps(*"abcdef", folder=tmp_path)
        assert crew.do(labours.die_once, SUPPLY, tasks) == [labours.typeset(KIT, task) for task in tasks]
        assert (tmp_path / "died").exists()

    def test_a_task_that_kills_its_workers_is_named_and_those_before_it_are_done(self, crew: Crew) -> None:
        told: list[tuple[str, str]] = []
        with pytest.raises(MachineError, match=r"the work on “b” could not be finished: .* twice") as error:
            crew.do(labours.die, SUPPLY, steps(*"abcd"), name=lambda step: step.name, done=told.append)
        assert "memory" in error.value.remedy
        assert labours.typeset(KIT, ABC[0]) in told
        assert len(crew.do(labours.typeset, SUPPLY, ABC)) == 3

    def test_an_error_that_can_not_travel_is_told_in_words(self, crew: Crew) -> None:
        with pytest.raises(RuntimeError, match="Awkward: not easy"):
            crew.do(labours.fail, SUPPLY, steps("awkward"))

    def test_an_error_in_our_own_code_tells_where_in_the_worker_it_was_raised(self, crew: Crew) -> None:
        with pytest.raises(ValueError, match="value") as error:
            crew.do(labours.fail, SUPPLY, steps("value"))
        assert "In a worker:" in error.value.__notes__[0]
        assert "labours.py" in error.value.__notes__[0]

    def test_a_kit_of_a_class_that_workers_lack_is_an_error(self, crew: Crew) -> None:
        with pytest.raises((MachineError, TypeError), match="no kit"):
            crew.do(labours.typeset, Supply("unusual", Unusual()), ABC)  # type: ignore[arg-type]
        assert len(crew.do(labours.typeset, SUPPLY, ABC)) == 3

    def test_workers_do_one_thing_at_a_time(self, crew: Crew) -> None:
        assert all(crew.do(labours.is_by_itself, SUPPLY, ABC))

    def test_a_preparation_that_goes_wrong_does_not_stop_the_work(self, crew: Crew) -> None:
        crew.warm(labours.refuse)
        assert len(crew.do(labours.typeset, SUPPLY, ABC)) == 3

    def test_the_results_are_those_of_one_process(self, crew: Crew) -> None:
        assert crew.do(labours.typeset, SUPPLY, ABC) == Alone().do(labours.typeset, SUPPLY, ABC)


class Unusual:
    """Can't be unpacked."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return refuse_kit, ("no kit",)


def refuse_kit(why: str) -> None:
    """Unpacks as an error."""
    raise TypeError(why)
