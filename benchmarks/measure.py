"""Run a command in a fresh process and measure it: wall and processor time, memory of the whole process tree."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

#: Seconds between two looks at the tree: often at first, for short runs, and seldom later, since a look costs 5 ms.
_INTERVALS = (0.05,) * 10 + (0.1,) * 30 + (0.3,)
#: Looks between two sums of PSS, which costs the kernel more.
_PSS_EVERY = 3
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """A run, in seconds and MiB.

    `pss` and `rss` are the largest sums over the tree that were seen. `process` is the largest one by its high-water
    mark (VmHWM: ru_maxrss starts from the memory of the one that forks), `worker` the largest one that the first
    process started, or 0.
    """

    wall: float
    cpu: float
    rss: float
    pss: float
    process: float
    worker: float
    status: int

    def as_dict(self) -> dict[str, float]:
        """Rounded to milliseconds and a tenth of a MiB."""
        return {name: round(value, 3 if name in {"wall", "cpu"} else 1) for name, value in asdict(self).items()}


def measure(command: list[str], folder: Path, log: Path, environment: dict[str, str], limit: float) -> Measured:
    """Run `command` in `folder`; what it says goes to `log`. Status -1: stopped after `limit` seconds."""
    with log.open("wb") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        watch = _Watch(process.pid, limit)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        watch.done.set()
        watch.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    _end_group(process.pid)
    cpu = max(usage.ru_utime + usage.ru_stime, watch.cpu())
    workers = [peak for pid, peak in watch.peaks.items() if pid != process.pid]
    status = -1 if watch.stopped else process.returncode
    largest = max(watch.peaks.values(), default=0.0)
    return Measured(wall, cpu, watch.rss, watch.pss, largest, max(workers, default=0.0), status)


@dataclass
class _Watch(threading.Thread):
    """Looks at a process tree from time to time, and ends it when its time is up."""

    pid: int
    limit: float
    rss: float = 0.0
    pss: float = 0.0
    peaks: dict[int, float] = field(default_factory=dict)
    times: dict[int, float] = field(default_factory=dict)
    stopped: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def cpu(self) -> float:
        """Processor time of every process at its last look: the only count of those that nobody waited for."""
        return sum(self.times.values())

    def run(self) -> None:
        end = time.perf_counter() + self.limit
        look = 0
        while not self.done.wait(_INTERVALS[min(look, len(_INTERVALS) - 1)]):
            tree = self._tree()
            self._look(tree, with_pss=look % _PSS_EVERY == 0)
            look += 1
            if time.perf_counter() > end:
                self.stopped = True
                for process in tree:
                    _kill(process)

    def _tree(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.pid)
            return [root, *root.children(recursive=True)]
        except psutil.Error:
            return []

    def _look(self, tree: list[psutil.Process], *, with_pss: bool) -> None:
        rss = pss = 0.0
        for process in tree:
            try:
                rss += process.memory_info().rss / _MIB
                used = process.cpu_times()
                self.times[process.pid] = used.user + used.system
                self.peaks[process.pid] = max(self.peaks.get(process.pid, 0.0), _high_water(process.pid))
                if with_pss:
                    pss += _pss(process.pid)
            except (psutil.Error, OSError):
                continue
        self.rss, self.pss = max(self.rss, rss), max(self.pss, pss)


def _end_group(pid: int) -> None:
    """End what a run has left behind: the next one is cold."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return


def _high_water(pid: int) -> float:
    """The most memory that the process ever had, in MiB."""
    return _field(Path(f"/proc/{pid}/status"), "VmHWM:")


def _pss(pid: int) -> float:
    """The process's memory in MiB, of what it shares only its share."""
    return _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def _field(path: Path, name: str) -> float:
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0
