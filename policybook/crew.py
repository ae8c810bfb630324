"""The crew: who does the work. This process alone, or those whom an executor has: warm processes, a cluster, threads.

A crew is handed a function of a module, the supply that every task needs, and the tasks; it hands back the results in
the order of the tasks, so that who did the work makes no difference to what was made.

Alone     this process
Hired     whoever works for a `concurrent.futures.Executor` (`policybook.crew_hired`)
Pool      hired processes of this machine (`policybook.crew_pool`)
Cluster   hired workers of a Dask cluster (`policybook.crew_cluster`)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from policybook.diagnostics import MachineError

Task = TypeVar("Task")
Result = TypeVar("Result")
Kit = TypeVar("Kit")
Work = Callable[[Kit, Task], Result]


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

    def is_idle(self, index: int) -> bool:
        """Whether a task need not be done any more, because one before it has failed."""
        return bool(self._errors) and index > min(self._errors)

    def withdrawn(self, index: int) -> None:
        """A task that need not be done was not begun."""
        self._running.remove(index)

    def returned(self, index: int, result: Result) -> None:
        """A task is done."""
        self._running.remove(index)
        self._results[index] = result
        self._done(result)

    def failed(self, index: int, error: Exception) -> None:
        """A task raised an error: those after it will not be started. Those before it are: one may be the first."""
        self._running.remove(index)
        if isinstance(error, MemoryError):
            error = self._given_up(index, "memory ran out", "free some memory")
        self._errors[index] = error
        self._waiting = deque(index for index in self._waiting if not self.is_idle(index))
        self._suspects = deque(index for index in self._suspects if not self.is_idle(index))

    def died(self, index: int, how: str, remedy: str) -> None:
        """A worker died while it had a task: by the task's fault, or by that of others beside it."""
        if index in self._died:
            self.failed(index, self._given_up(index, f"{how}, twice", remedy))
            return
        self._running.remove(index)
        self._died.add(index)
        if not self.is_idle(index):
            self._suspects.append(index)

    def results(self) -> list[Result]:
        """All results, in the order of the tasks. Raises the error of the first task that has one."""
        if self._errors:
            raise self._errors[min(self._errors)]
        return [self._results[index] for index in range(len(self.tasks))]

    def _given_up(self, index: int, why: str, remedy: str) -> MachineError:
        said = f"the work on “{self._name(self.tasks[index])}” could not be finished: {why}"
        return MachineError(said, remedy)


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
        work: after an error the tasks before it are still done, and those after it are called off. Raises MachineError,
        which names the task, if its worker dies, and dies again when the task is done with nothing beside it.
        """
        docket = Docket(tasks, weights, name, done)
        self._work_off(docket, work, supply)
        return docket.results()

    @abstractmethod
    def _work_off(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        """Do all that is on the docket."""

    def warm(self, prepare: Callable[[], object], hands: int | None = None) -> None:  # noqa: B027 - not all can
        """Start so many workers, or all, and let each run `prepare`, such as an import, while this process goes on.

        What `prepare` raises is not told: the work meets the same fault, and its error travels. A crew that can't be
        made ready before there is work does nothing.
        """

    def close(self) -> None:  # noqa: B027 - not all need it
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
