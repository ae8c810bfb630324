"""Who does the work makes no difference, and what happens to a worker is mended or told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from policybook.crew import KEPT, Alone, Crew, Docket, Shelf, Supply
from policybook.crew_pool import Pool
from policybook.diagnostics import MachineError
from tests.unit import labours
from tests.unit.crew_contract import ABC, SUPPLY, Contract, Unusual, WorkersContract, steps


class TestAlone(Contract):
    """This process."""

    @pytest.fixture
    def crew(self) -> Crew:
        return Alone()


class TestPool(WorkersContract):
    """Two processes."""

    @pytest.fixture
    def crew(self) -> Iterator[Crew]:
        with Pool(2) as crew:
            yield crew
        assert active_children() == []


@pytest.mark.parametrize("hire", [Alone, lambda: Pool(1)])
def test_the_heaviest_task_starts_first(hire: Callable[[], Crew], tmp_path: Path) -> None:
    with hire() as crew:
        crew.do(labours.log, SUPPLY, steps(*"abcd", folder=tmp_path), weights=[1, 3, 2, 3])
    assert labours.begun(tmp_path) == ["b", "d", "c", "a"]


@pytest.mark.parametrize("hire", [Alone, lambda: Pool(1)])
def test_after_an_error_only_tasks_before_it_are_started(hire: Callable[[], Crew]) -> None:
    told: list[str] = []
    with hire() as crew, pytest.raises(ValueError, match="value"):
        crew.do(labours.fail, SUPPLY, steps("a", "b", "value", "c"), weights=[0, 2, 1, 0], done=told.append)
    assert told == ["b", "a"]


def test_there_is_a_weight_for_each_task() -> None:
    with pytest.raises(ValueError, match="3 tasks have 1 weights"):
        Alone().do(labours.typeset, SUPPLY, ABC, weights=[1])


def test_a_worker_that_dies_while_it_sends_is_noticed(tmp_path: Path) -> None:
    with Pool(2) as crew:
        assert crew.do(labours.die_sending, SUPPLY, steps(*"ab", folder=tmp_path)) == [b"x" * 20_000] * 2


def test_a_task_that_kills_its_workers_costs_no_other_its_result() -> None:
    told: list[tuple[str, str]] = []
    with Pool(2) as crew, pytest.raises(MachineError, match="could not be finished"):
        crew.do(labours.die, SUPPLY, steps(*"abcdefgh"), done=told.append)
    assert sorted(name for name, _ in told) == [*"acdefgh"]


def test_it_is_told_how_a_process_ended() -> None:
    with Pool(1) as crew:
        with pytest.raises(MachineError, match="its process was killed by SIGKILL, twice"):
            crew.do(labours.die, SUPPLY, steps("b"))
        with pytest.raises(MachineError, match="its process ended with status 7, twice"):
            crew.do(labours.exit_seven, SUPPLY, steps("b"))


def test_workers_that_die_before_they_work_are_given_up() -> None:
    with Pool(2) as crew:
        crew.warm(labours.never_ready)
        with pytest.raises(MachineError, match="no worker can be started: its process was killed by SIGKILL") as error:
            crew.do(labours.typeset, SUPPLY, ABC)
    assert "--jobs 1" in error.value.remedy


def test_no_more_processes_are_started_than_there_are_tasks() -> None:
    with Pool(40) as crew:
        crew.do(labours.typeset, SUPPLY, ABC[:2])
        assert len(active_children()) == 2


def test_a_worker_that_died_between_two_calls_is_replaced() -> None:
    with Pool(1) as crew:
        crew.do(labours.typeset, SUPPLY, ABC)
        [process] = active_children()
        process.kill()
        process.join()
        assert len(crew.do(labours.typeset, SUPPLY, ABC)) == 3


def test_a_task_that_can_not_be_sent_is_an_error_and_the_crew_works_on() -> None:
    with Pool(1) as crew:
        with pytest.raises((AttributeError, TypeError), match="pickle"):
            crew.do(labours.typeset, SUPPLY, [lambda: None])  # type: ignore[list-item]
        assert len(crew.do(labours.typeset, SUPPLY, ABC)) == 3


BUSY = """
from policybook.crew_pool import Pool
from tests.unit import labours
from tests.unit.crew_contract import SUPPLY, steps

try:
    with Pool(2) as crew:
        if {warming}:
            crew.warm(labours.prepare_for_ever)
        crew.do(labours.tell_and_wait, SUPPLY, steps("a", "b"))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("warming", [False, True])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_the_process_that_it_works_for(checkout: Path, end: signal.Signals, warming: bool) -> None:
    """Workers share the standard output: it is at its end when the last of them has gone."""
    command = [sys.executable, "-c", BUSY.format(warming=warming)]
    with subprocess.Popen(
        command, cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["begun\n"] * 2
        if end is signal.SIGINT:
            os.killpg(process.pid, end)  # as a terminal does
        else:
            process.send_signal(end)
        rest, complaints = process.communicate(timeout=60)
    if end is signal.SIGINT:
        assert (rest, complaints, process.returncode) == ("interrupted\n", "", 0)
    else:
        assert (rest, process.returncode) == ("", -end)
        assert "Traceback" not in complaints


def test_a_supply_that_can_not_be_unpacked_is_the_error_of_every_task() -> None:
    with Pool(1) as crew, pytest.raises(TypeError, match="no kit"):
        crew.do(labours.typeset, Supply("unusual", Unusual()), ABC, weights=[1, 2, 3])  # type: ignore[arg-type]


def test_a_task_whose_worker_died_is_done_last_and_alone() -> None:
    docket = Docket(ABC)
    assert (docket.take(), docket.take()) == (0, 1)
    docket.died(0, "fell", "")
    assert docket.take() == 2
    docket.returned(2, "c")
    assert docket.take() is None, "task 1 is still being done"
    docket.returned(1, "b")
    assert docket.take() == 0
    docket.returned(0, "a")
    assert (docket.take(), docket.unfinished, docket.results()) == (None, 0, ["a", "b", "c"])


def test_a_suspect_after_the_first_error_is_not_tried_again() -> None:
    docket: Docket[labours.Step, str] = Docket(ABC)
    for _ in ABC:
        docket.take()
    docket.died(2, "fell", "")
    docket.failed(1, ValueError("wrong"))
    docket.returned(0, "a")
    assert (docket.take(), docket.unfinished) == (None, 0)


def test_the_shelf_keeps_what_was_used_last() -> None:
    shelf = Shelf()
    for number in range(KEPT):
        shelf.put(str(number), number)
    assert shelf.get("0") == 0
    shelf.put("new", "new")
    assert "0" in shelf
    assert "1" not in shelf
    with pytest.raises(KeyError):
        shelf.get("1")
