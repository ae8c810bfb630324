"""A crew of the workers of a Dask cluster. The only user of Dask.

Workers share no disk with this process: supplies, tasks and results travel as messages. A supply stays with a worker
from build to build, by its digest; a worker that has just come, or has lost it, says so and is given it. What a worker
has imported is what works there, so it must be the same as here, file for file.

The scheduler decides who works where, and starts again what was on a worker that died. Whoever reaches the scheduler
can run what he likes on the workers: it belongs in a closed network, or behind TLS (Dask's configuration).
"""

from __future__ import annotations

import hashlib
import logging
import platform
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from policybook.crew import Crew, Docket, Kit, Result, Shelf, Supply, Task, Work, labour, packed, unpacked
from policybook.diagnostics import MachineError

if TYPE_CHECKING:
    from distributed import Client, Future

#: What the pages' bytes depend on, beside this package, Python and zlib; and Dask itself, whose parts must agree.
_LIBRARIES = (
    "distributed",
    "font-source-sans-pro",
    "font-source-serif-pro",
    "fonttools",
    "pikepdf",
    "pydyf",
    "pyphen",
    "tinycss2",
    "weasyprint",
)
_DIED = ("the workers that had it died", "give the workers more memory, and see their logs")
_SAME_THERE = "install the same versions there as here"

_SHELF = Shelf()
_BENCH = Lock()


@cache
def tools() -> dict[str, str]:
    """What this process works with: the versions by name, and the SHA-256 of the package's modules."""
    folder = Path(__file__).parent
    modules = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        modules.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    versions = {"Python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    for library in _LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            versions[library] = "none"
    return {**versions, "policybook": modules.hexdigest()[:12]}


def look(digest: str) -> tuple[dict[str, str], bool]:
    """In a worker: its tools, and whether it has a supply."""
    return tools(), digest in _SHELF


def receive(digest: str, parcel: bytes) -> None:
    """In a worker: lay a supply on the shelf."""
    _SHELF.get(digest, parcel)


def serve(digest: str, job: bytes) -> bytes | None:
    """In a worker: do a job, or None where the supply is lacking. One at a time, for Pango knows no threads."""
    with _BENCH:
        try:
            kit = _SHELF.get(digest)
        except KeyError:
            return None
        return labour(lambda: kit, job)


def warm_up(prepare: Callable[[], object]) -> None:
    """In a worker: what it does before its first job. The work meets the same fault, and tells it."""
    with _BENCH, suppress(Exception):
        prepare()


class Cluster(Crew):
    """The workers that the scheduler at `address`, such as tcp://10.0.0.5:8786, has at the time.

    `patience` is how many seconds it may take to reach the scheduler, and how long work may wait without any worker.
    """

    def __init__(self, address: str, *, patience: float = 30.0) -> None:
        self._address, self._patience = address, patience
        self._connected: Client | None = None
        self._warming: list[Future] = []

    @property
    def hands(self) -> int:
        """The workers that there are, or one that may come. Raises MachineError if the scheduler can't be reached."""
        return max(1, len(self._workers()))

    def warm(self, prepare: Callable[[], object]) -> None:
        """See `Crew.warm`. Raises MachineError if the scheduler can't be reached."""
        client = self._client()
        for worker in self._workers():
            with self._asking():
                self._warming.append(client.submit(warm_up, prepare, workers=[worker], pure=False))

    def close(self) -> None:
        """See `Crew.close`. The workers themselves stay, with what is on their shelves."""
        self._warming.clear()
        if self._connected is not None:
            with suppress(Exception):  # it may be closed from the other side
                self._connected.close()
            self._connected = None

    def _work_off(self, docket: Docket[Task, Result], work: Work[Kit, Task, Result], supply: Supply[Kit]) -> None:
        if not docket.unfinished:
            return
        call = _Call(self._client(), docket, supply)
        call.supplied, _ = self._provide(supply)
        try:
            while docket.unfinished:
                room = 2 * self.hands  # for each worker a task, and the next
                while len(call.running) < room and (index := docket.take()) is not None:
                    with self._asking():
                        call.submit(index, packed((work, docket.tasks[index])))
                for future in self._finished(call):
                    with self._asking():
                        answer = call.answer(future)
                    if answer is None:
                        call.lacked(future, *self._provide(supply))
                    else:
                        call.note(future, answer)
        finally:
            with suppress(Exception):  # the call is over, with or without the scheduler
                call.cancel()

    def _client(self) -> Client:
        """The connection to the scheduler, made when it is first needed."""
        if self._connected is None:
            _load_dask()
            with self._asking():
                self._connected = _connect(self._address, self._patience)
        return self._connected

    def _workers(self) -> list[str]:
        client = self._client()
        with self._asking():
            return sorted(client.nthreads())

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What goes wrong on the way to the scheduler and back is the machine's fault."""
        from distributed.client import ClosedClientError  # noqa: PLC0415 - see `_load_dask`

        try:
            yield
        except OSError as error:
            why = f"does not answer: {error}"
        except (CancelledError, ClosedClientError):
            why = "does not answer any more"
        else:
            return
        raise MachineError(f"the cluster at {self._address} {why}", "see that its scheduler runs: dask scheduler")

    def _provide(self, supply: Supply[Any]) -> tuple[set[str], set[str]]:
        """Give the supply to the workers that lack it; the workers that now have it, and those that had it before.

        Raises MachineError if a worker's tools are others than here.
        """
        had, lacked = set(), []
        for worker, (theirs, has) in self._told(look, supply.digest):
            _compare(f"worker {worker}", theirs, tools())
            if has:
                had.add(worker)
            else:
                lacked.append(worker)
        if lacked:
            self._told(receive, supply.digest, packed(supply.content), workers=lacked)
        return had.union(lacked), had

    def _told(self, ask: Callable[..., Any], *args: Any, workers: list[str] | None = None) -> list[tuple[str, Any]]:
        """What each worker says to a question, without those that have just died."""
        client = self._client()
        with self._asking():
            said = client.run(ask, *args, workers=workers, on_error="return")
        for worker, answer in sorted(said.items()):
            if isinstance(answer, Exception) and not isinstance(answer, OSError):
                raise MachineError(f"worker {worker} of the cluster can't be used: {answer}", _SAME_THERE) from answer
        return [(worker, answer) for worker, answer in sorted(said.items()) if not isinstance(answer, OSError)]

    def _finished(self, call: _Call) -> list[Future]:
        """The futures that are done, in the order in which they were submitted; waits until there is one."""
        from distributed import wait  # noqa: PLC0415 - see `_load_dask`

        client, futures = self._client(), list(call.running)
        while True:
            with self._asking(), client.as_current():  # `wait` asks the current client
                try:
                    done = wait(futures, timeout=self._patience, return_when="FIRST_COMPLETED").done
                    return [future for future in futures if future in done]
                except TimeoutError:
                    pass
            if not self._workers():
                remedy = f"start some: dask worker {self._address} --nthreads 1"
                raise MachineError(f"the cluster at {self._address} has no workers", remedy)


class _Call:
    """One call's tasks on the cluster."""

    def __init__(self, client: Client, docket: Docket[Any, Any], supply: Supply[Any]) -> None:
        self._client, self._docket, self._digest = client, docket, supply.digest
        self.running: dict[Future, int] = {}
        self.supplied: set[str] = set()
        self._submitted = 0

    def submit(self, index: int, job: bytes) -> None:
        """Send a task to the scheduler. Those that were sent first start first."""
        self._submitted += 1
        future = self._client.submit(serve, self._digest, job, pure=False, priority=-self._submitted)
        self.running[future] = index

    def answer(self, future: Future) -> bytes | Exception | None:
        """What came back: packed, or the fault of the cluster, or None if the worker lacked the supply."""
        answer: bytes | Exception | None = future.exception() if future.status == "error" else future.result()
        return answer

    def lacked(self, future: Future, supplied: set[str], before: set[str]) -> None:
        """A task came to a worker without the supply.

        If one that had been given it is gone, Dask may have taken the task from there: it may have been the cause.
        """
        index = self.running.pop(future)
        if self.supplied <= before:
            self._docket.put_back(index)
        else:
            self._docket.died(index, *_DIED)
        self.supplied = supplied

    def note(self, future: Future, answer: bytes | Exception) -> None:
        """Enter what came back in the docket."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - see `_load_dask`

        index = self.running.pop(future)
        if isinstance(answer, KilledWorker):
            self._docket.died(index, *_DIED)
        elif isinstance(answer, Exception):
            self._docket.failed(index, answer)
        else:
            result, error = unpacked(answer)
            if error is not None:
                self._docket.failed(index, error)
            else:
                self._docket.returned(index, result)

    def cancel(self) -> None:
        """Take back what has not come back."""
        if self.running:
            self._client.cancel(list(self.running))


def _connect(address: str, patience: float) -> Client:
    """A connection to a scheduler. Raises OSError if nothing answers, MachineError if what answers is of no use."""
    from distributed import Client  # noqa: PLC0415 - see `_load_dask`
    from distributed.comm import get_address_host_port  # noqa: PLC0415 - see `_load_dask`
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415 - see `_load_dask`

    try:
        get_address_host_port(address)
    except ValueError as error:
        raise MachineError(f"“{address}” is no address of a cluster: {error}", "tcp://name:8786") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)  # told by `_compare`, where it matters
        client = Client(address, timeout=patience, set_as_default=False)
    try:  # with a function of Python's own: a scheduler needn't have this package
        _compare("the scheduler", {"distributed": client.run_on_scheduler(version, "distributed")}, tools())
    except BaseException:
        client.close()
        raise
    return client


def _load_dask() -> None:
    """Import Dask, and let it be silent: what goes wrong comes as an error. Raises MachineError without Dask."""
    try:
        import distributed  # noqa: F401, PLC0415 - half a second, and an extra
    except ImportError as error:
        raise MachineError("Dask is not installed", "python -m pip install 'policybook[cluster]'") from error
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _compare(who: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> None:
    """Raises MachineError if somebody's tools are others than here: its pages would not be the same."""
    differing = [f"{tool} {theirs[tool]}, here {ours[tool]}" for tool in theirs if theirs[tool] != ours[tool]]
    if differing:
        raise MachineError(f"{who} of the cluster has {'; '.join(differing)}", _SAME_THERE)
