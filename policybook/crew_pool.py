"""A crew of processes of this machine, which stay warm from call to call.

They are started fresh, not forked, so that they share no state of Pango and fontconfig with this process. They never
outlive it: each ends when this process does, however that came about.

`concurrent.futures.ProcessPoolExecutor` is not used. When one of its processes dies it stops all of them and can't say
which task was the cause, and when one dies while it sends a result it waits for ever. Here each worker has a pipe of
its own: a death concerns one worker and one task.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from multiprocessing import connection, get_context, parent_process, resource_tracker
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic

from policybook.crew import Crew, Docket, Kit, Result, Shelf, Supply, Task, Work, labour, nothing, packed, unpacked
from policybook.diagnostics import MachineError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

#: Workers that may die without a task, one after the other, until it is told that none can live.
_MOST_STILLBORN = 3
_READY = b""
_SPAWN = get_context("spawn")


def _serve(bench: connection.Connection, prepare: Callable[[], object]) -> None:
    """The life of a worker: it warms up, says so, and does job after job until the other end of the pipe is closed."""
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Exception):
        prepare()
    shelf = Shelf()
    with suppress(EOFError, OSError):
        bench.send_bytes(_READY)
        while True:
            digest, parcel_follows, job = unpacked(bench.recv_bytes())
            parcel = bench.recv_bytes() if parcel_follows else None
            bench.send_bytes(labour(partial(shelf.get, digest, parcel), job))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that are started here never hear Ctrl-C, which goes to all: this process hears it, and ends them."""
    resource_tracker.ensure_running()  # starting a process does this, and would listen again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, our end of its pipe, the task that it has, and what is on its shelf."""

    process: SpawnProcess
    bench: connection.Connection
    ready: bool = False
    task: int | None = None
    shelf: Shelf = field(default_factory=Shelf)

    def end(self) -> str:
        """Make sure that the process is gone. Gives how it ended."""
        self.bench.close()
        self.process.kill()
        self.process.join()
        status = self.process.exitcode or 0
        self.process.close()
        return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _started(prepare: Callable[[], object]) -> _Worker:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(theirs, prepare), daemon=True)
    with theirs, _deaf():
        process.start()
    return _Worker(process, ours)


class _Orders(Generic[Kit, Task, Result]):
    """The letters that workers get in one call."""

    def __init__(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        self._docket, self._work, self._supply = docket, work, supply

    @cached_property
    def _parcel(self) -> bytes:
        return packed(self._supply.content)

    def send(self, worker: _Worker, index: int) -> None:
        """Hand a task to a worker, and the supply where it hasn't got it. Raises OSError if the worker is dead."""
        worker.task = index
        digest = self._supply.digest
        lacks = digest not in worker.shelf
        worker.shelf.put(digest, None)
        worker.bench.send_bytes(packed((digest, lacks, packed((self._work, self._docket.tasks[index])))))
        if lacks:
            worker.bench.send_bytes(self._parcel)


class Pool(Crew):
    """At most `jobs` processes, and no more than there are tasks, unless they are warmed."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._prepare: Callable[[], object] = nothing
        self._workers: list[_Worker] = []
        self._stillborn = 0

    @property
    def hands(self) -> int:
        """The processes that there are at most."""
        return self._jobs

    def warm(self, prepare: Callable[[], object], hands: int | None = None) -> None:
        """See `Crew.warm`. Workers that take the place of dead ones run `prepare` too."""
        self._prepare = prepare
        self._hire(hands or self._jobs)

    def close(self) -> None:
        """See `Crew.close`."""
        self._dismiss(self._workers[:])

    def _work_off(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        orders = _Orders(docket, work, supply)
        try:
            while docket.unfinished:
                self._hire(docket.unfinished)
                for worker in [worker for worker in self._workers if worker.ready and worker.task is None]:
                    self._hand(worker, docket, orders)
                by_bench = {worker.bench: worker for worker in self._workers}
                for bench in connection.wait(list(by_bench)) if by_bench else []:
                    self._hear(by_bench[bench], docket, orders)  # type: ignore[index]  # all are of `by_bench`
        finally:
            self._dismiss([worker for worker in self._workers if worker.task is not None])

    def _hire(self, wanted: int) -> None:
        while len(self._workers) < min(wanted, self._jobs):
            self._workers.append(_started(self._prepare))

    def _hand(self, worker: _Worker, docket: Docket[Any, Any], orders: _Orders[Any, Any, Any]) -> None:
        index = docket.take()
        if index is not None:
            try:
                orders.send(worker, index)
            except OSError:
                self._bury(worker, docket)

    def _hear(self, worker: _Worker, docket: Docket[Any, Any], orders: _Orders[Any, Any, Any]) -> None:
        try:
            said = worker.bench.recv_bytes()
        except (EOFError, OSError):
            self._bury(worker, docket)
            return
        if worker.task is None:
            worker.ready = True
            return
        index, worker.task = worker.task, None
        self._stillborn = 0
        result, error = unpacked(said)
        if error is not None:
            worker.shelf = Shelf()  # perhaps it could not unpack the supply
            docket.failed(index, error)
            return
        self._hand(worker, docket, orders)  # the worker goes on while `done` is called here
        docket.returned(index, result)

    def _bury(self, worker: _Worker, docket: Docket[Any, Any]) -> None:
        self._workers.remove(worker)
        how = f"its process {worker.end()}"
        if worker.task is not None:
            docket.died(worker.task, how, "free some memory, or work in one process: --jobs 1")
            return
        self._stillborn += 1
        if self._stillborn == _MOST_STILLBORN:
            raise MachineError(f"no worker can be started: {how}", "work in one process: --jobs 1")

    def _dismiss(self, workers: list[_Worker]) -> None:
        for worker in workers:
            self._workers.remove(worker)
            worker.end()
