"""Labour: what a worker does, in whatever process it is, and how the work gets there and back.

A job names its supply by the digest. A worker that hasn't it on its shelf answers that it lacks it, and is sent the job
again with the supply in a parcel: so the work needs no shared disk and no other way to a worker than a function call.
"""

from __future__ import annotations

import os
import pickle
import platform
import traceback
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from policybook.diagnostics import PolicybookError

#: Kits that a worker keeps. A build has a few: the style sheets, the bound book.
KEPT = 4


class WorkerDied(Exception):  # noqa: N818 - it is told of a worker, not of a program
    """The worker that had a call is gone. Raised by the future of that call, and of no other."""

    def __init__(self, how: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(how)


class Lacking(Exception):  # noqa: N818 - an answer
    """The supply is not on the shelf of that worker."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        super().__init__(worker)


class Shelf:
    """The last few kits, by digest; the one used longest ago makes room. Threads may share it."""

    def __init__(self) -> None:
        self._kits: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str, parcel: bytes | None = None) -> Any:
        """A kit. It is unpacked from the parcel if it is not here; raises Lacking if there is none either."""
        with self._lock:
            if digest not in self._kits:
                if parcel is None:
                    raise Lacking(f"{platform.node()} {os.getpid()}")
                self._kits[digest] = unpacked(parcel)
            self._kits.move_to_end(digest)
            while len(self._kits) > KEPT:
                self._kits.popitem(last=False)
            return self._kits[digest]


_SHELF = Shelf()
#: Pango knows no threads: whatever executor has this process, it does one job at a time.
_BENCH = Lock()


def labour(digest: str, job: bytes, parcel: bytes | None = None) -> bytes:
    """In a worker: do a packed (work, task) with the supply of that digest. Gives what `attempted` gives."""
    return attempted(lambda: _done(digest, job, parcel))


def _done(digest: str, job: bytes, parcel: bytes | None) -> Any:
    kit = _SHELF.get(digest, parcel)
    work, task = unpacked(job)
    with _BENCH:
        return work(kit, task)


def attempted(call: Callable[[], Any]) -> bytes:
    """The packed (result, None) of a call, or (None, error)."""
    try:
        return packed((call(), None))
    except Exception as error:  # noqa: BLE001 - raised again where the work was asked for
        return packed((None, _portable(error)))


def packed(thing: object) -> bytes:
    """A thing as the bytes that go from process to process."""
    return pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Any:
    """What another process of ours packed."""
    return pickle.loads(data)  # noqa: S301 - never from a file, never from a stranger


def _portable(error: Exception) -> Exception:
    """An error that survives the journey. One that is not for the user tells where it was raised."""
    if not isinstance(error, PolicybookError | Lacking):
        error.add_note("In a worker:\n" + "".join(traceback.format_exception(error)))
    try:
        unpacked(packed(error))
    except Exception:  # noqa: BLE001 - whatever keeps it from travelling
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
