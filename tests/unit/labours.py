"""Work for crews in tests. Worker processes import this module: it is light, and has no tests."""

from __future__ import annotations

import functools
import hashlib
import multiprocessing.connection
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from policybook import crew_labour
from policybook.diagnostics import ContentError, MachineError, Problem

KILL = signal.SIGKILL
#: How often this process has unpacked a kit.
unpacked = 0


@dataclass(frozen=True)
class Kit:
    """Styles and pictures, as a real kit has them, that know how often they were unpacked."""

    style: str = "p { margin: 0 }"
    images: Mapping[str, bytes] = field(default_factory=lambda: {"map.svg": b"<svg/>", "seal.png": bytes(range(256))})

    def __setstate__(self, state: dict[str, Any]) -> None:
        global unpacked  # noqa: PLW0603 - it counts what happens to a process
        unpacked += 1
        self.__dict__.update(state)


@dataclass(frozen=True)
class Step:
    """A task with a name, and a folder for what must be known after a process has died."""

    name: str
    folder: Path = Path()


class Awkward(Exception):  # noqa: N818 - no name would make it better
    """Can be pickled, and not unpickled."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def typeset(kit: Kit, step: Step) -> tuple[str, str]:
    """Depends on all of the kit and on the task."""
    digest = hashlib.sha256(kit.style.encode())
    for name, data in kit.images.items():
        digest.update(name.encode() + data)
    return step.name, digest.hexdigest()


def fail(_: Kit, step: Step) -> str:
    """Raises what the task's name asks for."""
    if "content" in step.name:
        raise ContentError([Problem("CITE001", f"{step.name} is not there"), Problem("CITE002", "nor is this")])
    if "machine" in step.name:
        raise MachineError("no Pango", "brew install pango")
    if "memory" in step.name:
        raise MemoryError
    if "value" in step.name:
        raise ValueError(step.name)
    if "awkward" in step.name:
        raise Awkward("not", "easy")
    return step.name


def log(_: Kit, step: Step) -> str:
    """Notes that it has begun."""
    with (step.folder / "begun").open("a") as begun:
        begun.write(f"{step.name}\n")
    return step.name


def begun(folder: Path) -> list[str]:
    """The names of the tasks that began, in that order."""
    return (folder / "begun").read_text().split()


def meet(_: Kit, step: Step) -> int:
    """Needs a second worker that does the other task at the same time: a pipe opens when both ends do."""
    (step.folder / "pipe").open("r" if step.name == "reader" else "w").close()
    return os.getpid()


def count(_: Kit, step: Step) -> tuple[str, int, int]:
    """Which process did it, and how many kits that has unpacked so far."""
    return step.name, os.getpid(), unpacked


def die_once(kit: Kit, step: Step) -> tuple[str, str]:
    """Task “b” kills its process the first time."""
    died = step.folder / "died"
    if step.name == "b" and not died.exists():
        died.touch()
        os.kill(os.getpid(), KILL)
    return typeset(kit, step)


def die(kit: Kit, step: Step) -> tuple[str, str]:
    """Task “b” always kills its process."""
    if step.name == "b":
        os.kill(os.getpid(), KILL)
    return typeset(kit, step)


def die_sending(_: Kit, step: Step) -> bytes:
    """Kills its process the first time, when half of the result is sent."""
    if not (step.folder / "died").exists():
        (step.folder / "died").touch()

        def send_half(self: multiprocessing.connection.Connection, data: memoryview) -> NoReturn:
            os.write(self.fileno(), len(data).to_bytes(4, "big") + data[: len(data) // 2])
            os.kill(os.getpid(), KILL)
            sys.exit()

        multiprocessing.connection.Connection._send_bytes = send_half  # type: ignore[method-assign]
    return b"x" * 20_000


def exit_seven(_: Kit, __: Step) -> NoReturn:
    """Ends its process as a library might."""
    os._exit(7)


def never_ready() -> NoReturn:
    """Kills its process before it is ready for work."""
    os.kill(os.getpid(), KILL)
    sys.exit()


def tell_and_wait(_: Kit, __: Step) -> None:
    """Says on standard output that it has begun, and never ends."""
    prepare_for_ever()


def prepare_for_ever() -> None:
    """The same, to warm up."""
    os.write(sys.stdout.fileno(), b"begun\n")
    while True:
        signal.pause()


@functools.cache
def prepared_at() -> int:
    """The process that this was first called in."""
    return os.getpid()


def is_prepared(_: Kit, __: Step) -> tuple[int, bool]:
    """Whether `prepared_at` was called in this process before."""
    return os.getpid(), prepared_at.cache_info().currsize == 1


def refuse() -> NoReturn:
    """A preparation that goes wrong."""
    raise MachineError("no Pango")


def is_by_itself(_: Kit, __: Step) -> bool:
    """Whether the worker lets nobody else work meanwhile."""
    return crew_labour._BENCH.locked()
