"""A crew of the workers of a Dask cluster, through the executor that Dask gives. The only user of Dask.

Workers share no disk with this process: supplies, tasks and results travel as messages. A supply stays with a worker
from build to build, by its digest. What a worker has imported is what works there, so it must be the same as here, file
for file; each job says what that is.

The scheduler decides who works where, and starts again what was on a worker that died. Whoever reaches the scheduler
can run what he likes on the workers: it belongs in a closed network, or behind TLS (Dask's configuration).
"""

from __future__ import annotations

import hashlib
import logging
import platform
import warnings
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybook.crew_hired import Hired
from policybook.crew_labour import WorkerDied, labour
from policybook.diagnostics import MachineError
from policybook.typesetting import engine_version

if TYPE_CHECKING:
    from distributed import Client

#: What the pages' bytes depend on, beside the layout engine, this package, Python and zlib; and Dask, all of one kind.
_LIBRARIES = ("distributed", "msgpack", "pikepdf", "pypdfium2", "uharfbuzz")
_SAME_THERE = "install the same versions there as here"


class Cluster(Hired[Executor]):
    """The workers that the scheduler at `address`, such as tcp://10.0.0.5:8786, has at the time.

    It is connected when there is something to do. `patience` is how many seconds that may take, and how long work may
    wait without any worker.
    """

    def __init__(self, address: str, *, patience: float = 30.0) -> None:
        super().__init__(lambda: self._scheduler().get_executor(pure=False), patience=patience)
        self._address = address
        self._client: Client | None = None

    @property
    def hands(self) -> int:
        """The workers that there are, or one that may come. Raises MachineError if the scheduler can't be reached."""
        return max(1, self._workers())

    def close(self) -> None:
        """See `Crew.close`. The workers themselves stay, with what is on their shelves."""
        with suppress(Exception):  # it may be closed from the other side
            super().close()
        with suppress(Exception):
            if self._client is not None:
                self._client.close()
        self._engaged = self._client = None

    def _submit(self, digest: str, job: bytes, parcel: bytes | None) -> Future[bytes]:
        with self._asking():
            return self.staff.submit(serve, tools(), digest, job, parcel)

    def _answer(self, future: Future[bytes]) -> bytes:
        with self._asking():
            return future.result()

    def _waited(self) -> None:
        if not self._workers():
            remedy = f"start some: dask worker {self._address} --nthreads 1"
            raise MachineError(f"the cluster at {self._address} has no workers", remedy)

    def _workers(self) -> int:
        with self._asking():
            return len(self._scheduler().nthreads())

    def _scheduler(self) -> Client:
        if self._client is None:
            self._client = _connect(self._address, self._patience)
        return self._client

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Tell what goes wrong on the way to a worker and back: a worker died, or the machine is at fault."""
        dask = _dask()
        try:
            yield
        except MachineError:
            raise
        except dask.scheduler.KilledWorker as error:
            remedy = "give the workers more memory, and see their logs"
            raise WorkerDied("the workers that had it died", remedy) from error
        except (OSError, CancelledError, dask.client.ClosedClientError) as error:
            why = str(error) or "the connection is lost"
            remedy = "see that its scheduler runs: dask scheduler"
            raise MachineError(f"the cluster at {self._address} does not answer: {why}", remedy) from error
        except Exception as error:
            raise MachineError(f"the cluster at {self._address} can't be used: {error}", _SAME_THERE) from error


def serve(here: Mapping[str, str], digest: str, job: bytes, parcel: bytes | None) -> bytes:
    """In a worker: see `labour`. Raises MachineError if this worker's tools are others than those of the build."""
    _compare(f"worker {_dask().get_worker().address}", tools(), here)
    return labour(digest, job, parcel)


def dask_version() -> str:
    """In the scheduler, which must have this package, for it unpacks the calls of `serve`: its Dask."""
    return version("distributed")


@cache
def tools() -> dict[str, str]:
    """What this process works with: the versions by name, and the SHA-256 of the package's modules."""
    folder = Path(__file__).parent
    modules = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        modules.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return {
        "Python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{library: version(library) for library in _LIBRARIES},
        **dict(part.rsplit(" ", 1) for part in engine_version().split(", ")),
        "policybook": modules.hexdigest()[:12],
    }


def _compare(who: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> None:
    """Raises MachineError if somebody's tools are others than here: its pages would not be the same."""
    differing = [f"{tool} {theirs[tool]}, here {ours.get(tool)}" for tool in theirs if theirs[tool] != ours.get(tool)]
    if differing:
        raise MachineError(f"{who} of the cluster has {'; '.join(differing)}", _SAME_THERE)


def _connect(address: str, patience: float | None) -> Client:
    """A connection to a scheduler. Raises OSError if nothing answers, MachineError if what answers is of no use."""
    dask = _dask()
    try:
        dask.comm.get_address_host_port(address)
    except ValueError as error:
        raise MachineError(f"“{address}” is no address of a cluster: {error}", "tcp://name:8786") from error
    _hush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dask.versions.VersionMismatchWarning)  # `_compare` tells what matters
        client = dask.Client(address, timeout=patience, set_as_default=False)
    try:
        _compare("the scheduler", {"distributed": client.run_on_scheduler(dask_version)}, tools())
    except BaseException:
        client.close()
        raise
    return client


def _hush() -> None:
    """Let Dask be silent: what goes wrong comes as an error. It also warns of large calls: supplies are meant to be."""
    import dask  # noqa: PLC0415 - see `_dask`

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _dask() -> Any:
    """Dask, which takes half a second and is an extra. Raises MachineError where it is not installed."""
    try:
        import distributed  # noqa: PLC0415
    except ImportError as error:
        raise MachineError("Dask is not installed", "python -m pip install 'policybook[cluster]'") from error
    return distributed
