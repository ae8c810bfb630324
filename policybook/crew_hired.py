"""A crew of those who work for an executor, whichever it is: processes of this machine, a cluster, threads.

All that is asked of a `concurrent.futures.Executor` is that it calls a function somewhere and gives the result back.
Supplies travel by their digest (`policybook.crew_labour`); a worker's death is told by the future of its task.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from functools import cached_property
from typing import Generic, TypeVar

from policybook.crew import Crew, Docket, Kit, Result, Supply, Task, Work
from policybook.crew_labour import Lacking, WorkerDied, labour, packed, unpacked

Staff = TypeVar("Staff", bound=Executor)


class Hired(Crew, Generic[Staff]):
    """The workers of an executor of the crew's own, which `engage` gives when there is something to do.

    After so many seconds of `patience` without a result, `_waited` is called; never if that is None.
    """

    def __init__(self, engage: Callable[[], Staff], hands: int = 1, patience: float | None = None) -> None:
        self._engage, self._hands, self._patience = engage, hands, patience
        self._engaged: Staff | None = None

    @property
    def hands(self) -> int:
        """The workers that there are at most."""
        return self._hands

    @property
    def staff(self) -> Staff:
        """The executor."""
        if self._engaged is None:
            self._engaged = self._engage()
        return self._engaged

    def close(self) -> None:
        """See `Crew.close`. Where an executor can't stop its workers, they end what they are at."""
        if self._engaged is not None:
            self._engaged.shutdown(wait=False)
            self._engaged = None

    def _work_off(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        call = _Call(docket, work, supply, self._submit)
        try:
            while docket.unfinished:
                call.fill(2 * self.hands)  # for each worker a task, and the next
                for future in self._finished(call.running):
                    call.enter(future, self._answer)
                call.call_off()
        finally:
            for future in call.running:
                future.cancel()

    def _finished(self, running: dict[Future[bytes], tuple[int, bytes]]) -> list[Future[bytes]]:
        """Those that are done, in the order in which they were sent; waits until there is one."""
        while running:
            done = wait(running, self._patience, FIRST_COMPLETED).done
            if done:
                return [future for future in running if future in done]
            self._waited()
        return []

    def _submit(self, digest: str, job: bytes, parcel: bytes | None) -> Future[bytes]:
        return self.staff.submit(labour, digest, job, parcel)

    def _answer(self, future: Future[bytes]) -> bytes:
        """What came back. Raises WorkerDied, or what the executor itself finds wrong."""
        return future.result()

    def _waited(self) -> None:
        """Raises MachineError if nothing will ever come back."""


class _Call(Generic[Kit, Task, Result]):
    """What is under way of one call, and who was given the supply."""

    def __init__(
        self,
        docket: Docket[Task, Result],
        work: Work[Kit, Task, Result],
        supply: Supply[Kit],
        submit: Callable[[str, bytes, bytes | None], Future[bytes]],
    ) -> None:
        self._docket, self._work, self._supply, self._submit = docket, work, supply, submit
        self._supplied: set[str] = set()
        self._refused: set[int] = set()
        #: The index of the task, and the job that was sent.
        self.running: dict[Future[bytes], tuple[int, bytes]] = {}

    @cached_property
    def _parcel(self) -> bytes:
        return packed(self._supply.content)

    def fill(self, room: int) -> None:
        """Start tasks until so many are under way."""
        while len(self.running) < room and (index := self._docket.take()) is not None:
            try:
                job = packed((self._work, self._docket.tasks[index]))
            except Exception as error:  # noqa: BLE001 - whatever can't travel says so in its own way
                self._docket.failed(index, error)
            else:
                self._send(index, job, None)

    def enter(self, future: Future[bytes], answer: Callable[[Future[bytes]], bytes]) -> None:
        """Enter what came back in the docket, or send the task again where its worker lacked the supply."""
        index, job = self.running.pop(future)
        try:
            result, error = unpacked(answer(future))
        except WorkerDied as death:
            self._docket.died(index, str(death), death.remedy)
            return
        except Exception as fault:  # noqa: BLE001 - raised by `Docket.results`
            result, error = None, fault
        if isinstance(error, Lacking):
            self._send(index, job, self._parcel_for(error.worker, index))
        elif error is not None:
            self._docket.failed(index, error)
        else:
            self._docket.returned(index, result)

    def call_off(self) -> None:
        """Take back what is not begun and need not be done any more."""
        for future, (index, _) in list(self.running.items()):
            if self._docket.is_idle(index) and future.cancel():
                del self.running[future]
                self._docket.withdrawn(index)

    def _send(self, index: int, job: bytes, parcel: bytes | None) -> None:
        self.running[self._submit(self._supply.digest, job, parcel)] = index, job

    def _parcel_for(self, worker: str, index: int) -> bytes | None:
        """The supply, once for each worker. Nobody knows who will get it: a task that is refused again carries it too.

        While the parcel is under way to a new worker, the other tasks that it was sent go round once more without.
        """
        if worker in self._supplied and index not in self._refused:
            self._refused.add(index)
            return None
        self._supplied.add(worker)
        return self._parcel
