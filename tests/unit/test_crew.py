"""Who does the work makes no difference: this process, threads, or processes (test_crew_pool.py)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from policybook.crew import Alone, Crew, Docket, Supply
from policybook.crew_hired import Hired, _Call
from policybook.crew_labour import KEPT, Lacking, Shelf, packed
from policybook.crew_pool import Pool
from tests.unit import labours
from tests.unit.crew_contract import ABC, KIT, SUPPLY, Contract, Unusual, steps


class TestAlone(Contract):
    """This process."""

    @pytest.fixture
    def crew(self) -> Crew:
        return Alone()


class TestThreads(Contract):
    """Two threads of an executor of Python's own: any executor will do."""

    @pytest.fixture
    def crew(self) -> Iterator[Crew]:
        with Hired(lambda: ThreadPoolExecutor(2), 2) as crew:
            yield crew

    def test_workers_do_one_thing_at_a_time(self, crew: Crew) -> None:
        assert all(crew.do(labours.is_by_itself, SUPPLY, ABC))


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


class Sent:
    """Stands for the executor of one call: keeps what is sent, and lets the test answer."""

    def __init__(self, tasks: int) -> None:
        self.docket: Docket[str, str] = Docket([str(index) for index in range(tasks)])
        self.parcels: list[bytes | None] = []
        self.call = _Call(self.docket, len, Supply("kit", "content"), self._submit)

    def _submit(self, _: str, __: bytes, parcel: bytes | None) -> Future[bytes]:
        self.parcels.append(parcel)
        return Future()

    def answer(self, index: int, result: str | None = None, error: Exception | None = None) -> None:
        """Answer what was sent for a task."""
        [future] = [future for future, (other, _) in self.call.running.items() if other == index]
        self.call.enter(future, lambda _: packed((result, error)))


def test_a_supply_is_sent_once_to_a_worker_that_has_two_tasks() -> None:
    sent = Sent(3)
    sent.call.fill(3)
    for index in range(3):
        sent.answer(index, error=Lacking("new"))
    assert sent.parcels == [None, None, None, packed("content"), None, None]
    for index in range(3):
        sent.answer(index, str(index))
    assert sent.docket.results() == ["0", "1", "2"]


def test_a_supply_is_sent_to_each_worker_that_lacks_it() -> None:
    sent = Sent(2)
    sent.call.fill(2)
    sent.answer(0, error=Lacking("first"))
    sent.answer(1, error=Lacking("second"))
    assert sent.parcels == [None, None, packed("content"), packed("content")]


def test_a_task_that_comes_to_a_worker_without_the_supply_again_brings_it() -> None:
    """The worker's parcel went to another that is busy with it: without this rule the task would go round and round."""
    sent = Sent(2)
    sent.call.fill(2)
    for index in (0, 1, 1):
        sent.answer(index, error=Lacking("new"))
    assert sent.parcels[2:] == [packed("content"), None, packed("content")]


def test_after_an_error_what_is_not_begun_is_called_off() -> None:
    sent = Sent(4)
    sent.call.fill(4)
    begun, *_ = [future for future, (index, _) in sent.call.running.items() if index == 3]
    begun.set_running_or_notify_cancel()
    sent.answer(1, error=ValueError("wrong"))
    sent.call.call_off()
    assert [index for index, _ in sent.call.running.values()] == [0, 3]
    sent.answer(3, "d")
    sent.answer(0, "a")
    assert sent.docket.unfinished == 0
    with pytest.raises(ValueError, match="wrong"):
        sent.docket.results()


def test_an_executor_is_engaged_when_there_is_something_to_do() -> None:
    def refuse() -> ThreadPoolExecutor:
        raise AssertionError

    with Hired(refuse, 2) as crew:
        crew.warm(labours.prepared_at)
        assert crew.do(labours.typeset, SUPPLY, []) == []


def test_what_an_executor_itself_finds_wrong_is_an_error() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with Hired(lambda: executor) as crew, pytest.raises(RuntimeError, match="after shutdown"):
        crew.do(labours.typeset, SUPPLY, ABC)


def test_the_shelf_keeps_what_was_used_last() -> None:
    shelf = Shelf()
    for number in range(KEPT):
        assert shelf.get(str(number), packed(number)) == number
    assert shelf.get("0") == 0
    shelf.get("new", packed("new"))
    assert shelf.get("0") == 0
    with pytest.raises(Lacking, match=str(os.getpid())):
        shelf.get("1")


def test_what_is_on_the_shelf_is_not_unpacked_again() -> None:
    shelf = Shelf()
    kit = shelf.get("kit", packed(KIT))
    assert shelf.get("kit", packed(KIT)) is kit
