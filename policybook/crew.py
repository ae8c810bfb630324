"""The crew: who does the work. This process alone, warm processes of this machine, or a cluster.

A crew is handed a function of a module, the supply that every task needs, and the tasks; it hands back the results in
the order of the tasks, so that who did the work makes no difference to what was made.

Alone     this process
Pool      processes of this machine (`policybook.crew_pool`)
Cluster   the workers of a Dask cluster (`policybook.crew_cluster`)
"""

from __future__ import annotations

import pickle
import traceback
from abc import ABC, abstractmethod
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, Self, TypeVar

from policybook.diagnostics import MachineError, PolicybookError

Task = TypeVar("Task")
Result = TypeVar("Result")
Kit = TypeVar("Kit")
Work = Callable[[Kit, Task], Result]

#: Kits that a worker keeps. A build has a few: the style sheets, the bound book.
KEPT = 4


@dataclass(frozen=True, slots=True)
class Supply(Generic[Kit]):
    """What all tasks need, such as the style sheets: content that can be pickled, and the SHA-256 that names it.

    A worker gets the content once, and hands the same object to `work` each time, so that work may remember what it
    made of it. The digest must differ where the content does.
    """

    digest: str
    content: Kit


def nothing(*_: object) -> None:
    """What is done where nothing was asked for."""


class Docket(Generic[Task, Result]):
    """The tasks of one call, by their index: which is next, what came back, what failed."""

    def __init__(
        self,
        tasks: Sequence[Task],
        weights: Sequence[float] = (),
        name: Callable[[Task], str] = str,
        done: Callable[[Result], object] = nothing,
    ) -> None:
        if weights and len(weights) != len(tasks):
            raise ValueError(f"{len(tasks)} tasks have {len(weights)} weights")
        self.tasks = tasks
        self._name, self._done = name, done
        order = sorted(range(len(tasks)), key=lambda index: -weights[index]) if weights else range(len(tasks))
        self._waiting = deque(order)
        self._suspects: deque[int] = deque()
        self._died: set[int] = set()
        self._running: set[int] = set()
        self._results: dict[int, Result] = {}
        self._errors: dict[int, Exception] = {}

    @property
    def unfinished(self) -> int:
        """How many tasks are being done or have yet to be."""
        return len(self._running) + len(self._waiting) + len(self._suspects)

    def take(self) -> int | None:
        """The next task to start, or None while there is none. Suspects come last, each with nothing beside it."""
        queue = self._waiting
        if not queue and not self._running:
            queue = self._suspects
        if not queue:
            return None
        index = queue.popleft()
        self._running.add(index)
        return index

    def put_back(self, index: int) -> None:
        """A task was not begun: it is the next again."""
        self._running.remove(index)
        self._waiting.appendleft(index)
        self._drop()

    def returned(self, index: int, result: Result) -> None:
        """A task is done."""
        self._running.remove(index)
        self._results[index] = result
        self._done(result)

    def failed(self, index: int, error: Exception) -> None:
        """A task raised an error: those after it will not be started."""
        self._running.remove(index)
        if isinstance(error, MemoryError):
            error = self._given_up(index, "memory ran out", "free some memory")
        self._errors[index] = error
        self._drop()

    def died(self, index: int, how: str, remedy: str) -> None:
        """A worker died while it had a task: by the task's fault, or by that of others beside it."""
        if index in self._died:
            self.failed(index, self._given_up(index, f"{how}, twice", remedy))
            return
        self._running.remove(index)
        self._died.add(index)
        self._suspects.append(index)
        self._drop()

    def results(self) -> list[Result]:
        """All results, in the order of the tasks. Raises the error of the first task that has one."""
        if self._errors:
            raise self._errors[min(self._errors)]
        return [self._results[index] for index in range(len(self.tasks))]

    def _given_up(self, index: int, why: str, remedy: str) -> MachineError:
        said = f"the work on “{self._name(self.tasks[index])}” could not be finished: {why}"
        return MachineError(said, remedy)

    def _drop(self) -> None:
        """Forget the tasks after the first error. Those before it are still done: one of them may be the first."""
        if self._errors:
            first = min(self._errors)
            self._waiting = deque(index for index in self._waiting if index < first)
            self._suspects = deque(index for index in self._suspects if index < first)


class Crew(ABC):
    """Whoever does the work. For a `with` statement, and for one call at a time."""

    @property
    @abstractmethod
    def hands(self) -> int:
        """How many tasks are worked on side by side."""

    def do(
        self,
        work: Work[Kit, Task, Result],
        supply: Supply[Kit],
        tasks: Sequence[Task],
        *,
        weights: Sequence[float] = (),
        name: Callable[[Task], str] = str,
        done: Callable[[Result], object] = nothing,
    ) -> list[Result]:
        """`work(supply.content, task)` for each task, in the order of the tasks.

        `work` is a function of a module; it, the tasks and the results can be pickled. The heaviest tasks start first;
        without weights, those that come first. `done` is called in this process with each result as it comes in.

        Raises the error of the first task, in their order, that fails, so that the error is the same whoever does the
        work: after an error the tasks before it are still done, and no task after it is started. Raises MachineError,
        which names the task, if its worker dies, and dies again when the task is done with nothing beside it.
        """
        docket = Docket(tasks, weights, name, done)
        self._work_off(docket, work, supply)
        return docket.results()

    @abstractmethod
    def _work_off(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        """Do all that is on the docket."""

    @abstractmethod
    def warm(self, prepare: Callable[[], object]) -> None:
        """Start the workers, and let each run `prepare`, such as an import, while this process goes on.

        What `prepare` raises is not told: the work meets the same fault, and its error travels.
        """

    @abstractmethod
    def close(self) -> None:
        """Let the workers go, whatever they are at."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Alone(Crew):
    """This process does the work."""

    @property
    def hands(self) -> int:
        """One."""
        return 1

    def _work_off(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        while (index := docket.take()) is not None:
            try:
                result = work(supply.content, docket.tasks[index])
            except Exception as error:  # noqa: BLE001 - raised by `Docket.results`
                docket.failed(index, error)
            else:
                docket.returned(index, result)

    def warm(self, prepare: Callable[[], object]) -> None:
        """Nothing: this process would have to wait for it."""

    def close(self) -> None:
        """Nothing."""


class Shelf:
    """The last few kits, by digest; the one used longest ago makes room. Threads may share it."""

    def __init__(self) -> None:
        self._kits: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, digest: str) -> bool:
        return digest in self._kits

    def put(self, digest: str, kit: Any) -> None:
        """Keep a kit."""
        with self._lock:
            self._kits[digest] = kit
            self._kits.move_to_end(digest)
            while len(self._kits) > KEPT:
                self._kits.popitem(last=False)

    def get(self, digest: str, parcel: bytes | None = None) -> Any:
        """A kit, which may have just come in a parcel. Raises KeyError where it is not kept."""
        if parcel is not None:
            self.put(digest, unpacked(parcel))
        with self._lock:
            self._kits.move_to_end(digest)
            return self._kits[digest]


def packed(thing: object) -> bytes:
    """A thing as the bytes that go from process to process."""
    return pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Any:
    """What another process of ours packed."""
    return pickle.loads(data)  # noqa: S301 - never from a file, never from a stranger


def labour(kit: Callable[[], Any], job: bytes) -> bytes:
    """Do a packed (work, task) in a worker. Gives the packed (result, None), or (None, error)."""
    try:
        work, task = unpacked(job)
        return packed((work(kit(), task), None))
    except Exception as error:  # noqa: BLE001 - raised again where the work was asked for
        return packed((None, _portable(error)))


def _portable(error: Exception) -> Exception:
    """An error that survives the journey. One that is not for the user tells where it was raised."""
    if not isinstance(error, PolicybookError):
        error.add_note("In a worker:\n" + "".join(traceback.format_exception(error)))
    try:
        unpacked(packed(error))
    except Exception:  # noqa: BLE001 - whatever keeps it from travelling
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
