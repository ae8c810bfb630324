"""A crew of processes of this machine, which stay warm from call to call.

They are started fresh, not forked, so that they share no state of Pango and fontconfig with this process. They never
outlive it: each ends when this process does, however that came about.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context, parent_process, resource_tracker
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from policybook.crew import nothing
from policybook.crew_hired import Hired
from policybook.crew_labour import WorkerDied, attempted, packed, unpacked
from policybook.diagnostics import MachineError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

_REMEDY = "free some memory, or work in one process: --jobs 1"
#: Processes that are started for one that does not come to life, until it is told that none can.
_TRIES = 3
_SPAWN = get_context("spawn")
#: multiprocessing's list of this process's children is not made for threads.
_CHILDREN = Lock()


class Pool(Hired["Processes"]):
    """At most `jobs` processes, and no more than there were tasks at once, unless they are warmed."""

    def __init__(self, jobs: int) -> None:
        super().__init__(lambda: Processes(jobs), jobs)

    def warm(self, prepare: Callable[[], object], hands: int | None = None) -> None:
        """See `Crew.warm`. Workers that are started later run `prepare` too."""
        self.staff.warm(prepare, hands)

    def close(self) -> None:
        """See `Crew.close`."""
        if self._engaged is not None:
            self._engaged.kill_workers()
        super().close()


class Processes(Executor):
    """An executor whose processes can die one by one: each has a pipe of its own, and a thread here that minds it.

    `concurrent.futures.ProcessPoolExecutor` has one queue for all. When one of its processes dies it stops all of them
    and can't say which call was the cause; when one dies while it sends a result, it waits for ever. Here a death
    concerns one future, which raises WorkerDied; the next call gets a new process.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._prepare = packed((nothing, (), {}))
        self._calls: SimpleQueue[tuple[Future[Any], bytes] | None] = SimpleQueue()
        self._open = 0
        self._threads: list[Thread] = []
        self._workers: set[_Worker] = set()
        self._lock = Lock()
        self._ended = self._cancelling = self._killed = False

    def warm(self, prepare: Callable[[], object], hands: int | None = None) -> None:
        """Start so many processes now, or all. Each that is started from now on runs `prepare` before its first call.

        What `prepare` raises is forgotten; a process that it kills is one that can't be started.
        """
        with self._lock:
            self._prepare = packed((prepare, (), {}))
            self._start(self._jobs if hands is None else hands)

    def submit(self, fn: Callable[Given, Returned], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Returned]:
        """See `Executor.submit`. A process is started if all that there are, warming ones too, have calls."""
        call = packed((fn, args, kwargs))
        future: Future[Returned] = Future()
        with self._lock:
            if self._ended:
                raise RuntimeError("the executor was shut down")
            self._open += 1
            self._start(self._open)
        future.add_done_callback(self._closed)
        self._calls.put((future, call))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `Executor.shutdown`."""
        with self._lock:
            self._ended = True
            self._cancelling |= cancel_futures
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill_workers(self) -> None:
        """Shut down at once: calls that have begun raise WorkerDied, the others are cancelled."""
        with self._lock:
            self._ended = self._killed = True
            for worker in self._workers:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def _closed(self, _: Future[Any]) -> None:
        with self._lock:
            self._open -= 1

    def _start(self, wanted: int) -> None:
        while len(self._threads) < min(wanted, self._jobs) and not self._ended:
            thread = Thread(target=self._mind, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _mind(self) -> None:
        """The life of a thread: it starts a process, hands it call after call, and starts another where it died."""
        _be_deaf()
        worker = None
        with suppress(Exception):  # the first call meets the same fault
            worker = self._hired()
        for future, call in iter(self._calls.get, None):
            if self._cancelling:
                future.cancel()
            if future.set_running_or_notify_cancel():
                worker = self._answered(future, call, worker)
            del future, call  # they may be large, and the next may be long in coming
        if worker is not None:
            self._end(worker)

    def _answered(self, future: Future[Any], call: bytes, worker: _Worker | None) -> _Worker | None:
        """Have a call done by this worker, or another if it is gone. Gives the one that did it."""
        try:
            if worker is None or worker.is_gone:
                worker = self._hired(worker)
            result, error = unpacked(self._asked(worker, call))
        except BaseException as fault:  # noqa: BLE001 - raised by the future
            result, error = None, fault
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
        return worker

    def _hired(self, gone: _Worker | None = None) -> _Worker:
        """A new process that is ready for work, in place of one. Raises MachineError if none comes to life."""
        how = self._end(gone) if gone else ""
        for _ in range(_TRIES):
            with self._lock, _CHILDREN:
                if self._killed:
                    raise WorkerDied("its process was not started any more", "")
                worker = _started()
                self._workers.add(worker)
            try:
                self._asked(worker, self._prepare)
            except WorkerDied as death:
                how = str(death)
            else:
                return worker
        raise MachineError(f"no worker can be started: {how}", "work in one process: --jobs 1")

    def _asked(self, worker: _Worker, call: bytes) -> bytes:
        """What comes of a call, as `attempted` gives it."""
        try:
            worker.bench.send_bytes(call)
            return worker.bench.recv_bytes()
        except (EOFError, OSError):
            raise WorkerDied(f"its process {self._end(worker)}", _REMEDY) from None

    def _end(self, worker: _Worker) -> str:
        """Make sure that a process is gone. Gives how it ended."""
        worker.bench.close()
        with self._lock, _CHILDREN:
            self._workers.discard(worker)
            worker.process.kill()
            worker.process.join()
        status = worker.process.exitcode or 0
        return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, and our end of its pipe."""

    process: SpawnProcess
    bench: connection.Connection

    @property
    def is_gone(self) -> bool:
        """Whether the process has died: one that has no call says nothing else."""
        return self.bench.closed or self.bench.poll()


def _started() -> _Worker:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
    with theirs:
        process.start()
    return _Worker(process, ours)


def _be_deaf() -> None:
    """Processes that this thread starts never hear Ctrl-C, which goes to all: the main thread does, and ends them."""
    resource_tracker.ensure_running()  # starting a process does this, and would listen again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(bench: connection.Connection) -> None:
    """The life of a process: it does call after call until the other end of the pipe is closed."""
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            bench.send_bytes(attempted(partial(_called, bench.recv_bytes())))


def _called(call: bytes) -> Any:
    function, args, kwargs = unpacked(call)
    return function(*args, **kwargs)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
