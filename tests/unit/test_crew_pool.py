"""Processes of this machine: what happens to one of them is mended or told, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from multiprocessing import active_children
from pathlib import Path

import pytest

from policybook.crew import Crew
from policybook.crew_labour import WorkerDied
from policybook.crew_pool import Pool, Processes
from policybook.diagnostics import MachineError
from tests.unit import labours
from tests.unit.crew_contract import ABC, SUPPLY, WorkersContract, steps


class TestPool(WorkersContract):
    """Two processes."""

    @pytest.fixture
    def crew(self) -> Iterator[Crew]:
        with Pool(2) as crew:
            yield crew
        assert active_children() == []


class TestProcesses:
    """The executor by itself."""

    @pytest.fixture
    def executor(self) -> Iterator[Processes]:
        with Processes(2) as executor:
            yield executor
        assert active_children() == []

    def test_it_is_an_executor_of_any_function(self, executor: Processes) -> None:
        assert isinstance(executor, Executor)
        assert executor.submit(int, "ff", base=16).result() == 255
        assert list(executor.map(abs, [-1, 2, -3])) == [1, 2, 3]
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "x").result()

    def test_a_death_concerns_one_call(self, executor: Processes) -> None:
        dying = executor.submit(os._exit, 7)
        others = [executor.submit(abs, -number) for number in range(20)]
        assert [future.result() for future in others] == list(range(20))
        with pytest.raises(WorkerDied, match="its process ended with status 7"):
            dying.result()

    def test_a_process_that_died_idle_costs_no_call(self, executor: Processes) -> None:
        assert executor.submit(abs, -1).result() == 1
        [process] = active_children()
        process.kill()
        process.join()
        assert executor.submit(abs, -2).result() == 2

    def test_a_result_that_can_not_travel_is_an_error_and_the_process_goes_on(self, executor: Processes) -> None:
        with pytest.raises(TypeError, match="pickle"):
            executor.submit(memoryview, b"").result()
        assert executor.submit(abs, -1).result() == 1

    def test_shutting_down_waits_for_what_was_submitted(self, executor: Processes) -> None:
        futures = [executor.submit(abs, -number) for number in range(20)]
        executor.shutdown()
        assert all(future.done() for future in futures)
        assert active_children() == []
        with pytest.raises(RuntimeError, match="shut down"):
            executor.submit(abs, -1)

    def test_what_waits_is_cancelled_and_what_has_begun_is_killed(self, executor: Processes, tmp_path: Path) -> None:
        pipes = [tmp_path / name for name in "ab"]
        for pipe in pipes:
            os.mkfifo(pipe)
        begun = [executor.submit(pipe.read_text) for pipe in pipes]
        waiting = executor.submit(abs, -1)
        with pipes[0].open("w"), pipes[1].open("w"):  # each opens when a worker reads from it
            executor.kill_workers()
        assert [str(future.exception()) for future in begun] == ["its process was killed by SIGKILL"] * 2
        with pytest.raises(CancelledError):
            waiting.result()

    def test_a_call_that_was_cancelled_is_not_begun(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with Processes(1) as executor:
            first = executor.submit((tmp_path / "pipe").read_text)
            second = executor.submit((tmp_path / "begun").touch)
            assert second.cancel()
            (tmp_path / "pipe").write_text("go on")
            assert first.result() == "go on"
        assert not (tmp_path / "begun").exists()


def test_every_worker_is_warm_before_it_works() -> None:
    with Pool(2) as crew:
        crew.warm(labours.prepared_at)
        told = dict(crew.do(labours.is_prepared, SUPPLY, steps(*map(str, range(20)))))
        assert all(told.values())


def test_workers_that_are_not_warmed_are_started_when_there_is_work_for_them(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with Pool(2) as crew:
        crew.warm(labours.prepared_at, 1)
        told = crew.do(labours.is_prepared, SUPPLY, ABC[:1])  # by the one that is still warming up
        assert len(active_children()) == 1
        crew.do(labours.meet, SUPPLY, steps("reader", "writer", folder=tmp_path))
        assert len(active_children()) == 2
        told += crew.do(labours.is_prepared, SUPPLY, steps(*map(str, range(20))))
    assert all(prepared for _, prepared in told)


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
        command,
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that are started in the background have it ignored, and their children with them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - it takes no lock
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
