"""The run: every size, tool and scenario, the tools in turn within each repetition, each in a fresh process."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks import warm
from benchmarks.delivered import examine, page_differences
from benchmarks.generator import SEED, make_book, with_page_added, with_word_changed
from benchmarks.measure import Measured, measure
from benchmarks.model import Book, NotesAt
from benchmarks.tools import REPOSITORY, TOOLS, Settings, Tool, environment, policybook_command, versions

#: Scenarios of policybook, in the order in which each finds what the one before has left. Peers have the first only.
SCENARIOS = ("cold", "nothing", "word", "page", "warm")
#: The status of a scenario that can't be run yet.
NOT_THERE = -2
EDITS: dict[str, Callable[[Book], Book]] = {"word": with_word_changed, "page": with_page_added}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run. `edits_at` are the sizes at which policybook's scenarios beside `cold` are run.

    A run is stopped after `limit` seconds; a tool is not repeated at a size on which it has spent `budget` seconds.
    """

    sizes: tuple[int, ...]
    tools: tuple[str, ...]
    scenarios: tuple[str, ...] = SCENARIOS
    edits_at: tuple[int, ...] = (200,)
    repeat: int = 5
    seed: int = SEED
    notes: NotesAt = "end"
    limit: float = 1800.0
    budget: float = 900.0
    check_text: bool = True


@dataclass(slots=True)
class Run:
    """A run under way: its plan, its folder, what it says as it goes, and its results."""

    plan: Plan
    settings: Settings
    work: Path
    say: Callable[[str], None]
    results: dict[str, Any] = field(default_factory=dict)

    def __call__(self) -> dict[str, Any]:
        """Run everything, and give the results as JSON holds them."""
        found = versions(self.plan.tools, self.settings)
        self.results = {
            "machine": machine(),
            "commit": commit(),
            "versions": found,
            "plan": {
                "sizes": self.plan.sizes,
                "repeat": self.plan.repeat,
                "seed": self.plan.seed,
                "notes": self.plan.notes,
            },
            "sizes": {},
        }
        tools = [TOOLS[id_] for id_ in self.plan.tools if not found[id_].startswith("not installed")]
        for size in self.plan.sizes:
            self._size(size, tools)
        return self.results

    def _size(self, size: int, tools: list[Tool]) -> None:
        book = make_book(size, self.plan.seed, self.plan.notes)
        for tool in tools:
            tool.write(book, self._sources(size, tool))
        runs: list[dict[str, Any]] = []
        delivered: dict[str, Any] = {}
        self.results["sizes"][str(size)] = {
            "briefs": len(book.briefs),
            "runs": runs,
            "delivered": delivered,
            "equal": {},
        }
        for repetition in range(self.plan.repeat):
            for tool in tools:
                if repetition and self._is_spent(runs, tool):
                    continue
                for scenario in self._scenarios(size, tool):
                    run = self._one(size, tool, scenario, book)
                    runs.append({"tool": tool.id, "scenario": scenario, "repetition": repetition, **run})
                    self.say(f"{size:5} pages  {tool.id:20} {scenario:8} {_shown(run)}")
                    if repetition == 0 and run["status"] == 0 and scenario != "warm":
                        self._examine(size, tool, scenario, book, delivered)
        if self.plan.check_text and any(tool.id == "policybook" for tool in tools):
            self.results["sizes"][str(size)]["equal"] = self._equal(size, book)

    def _is_spent(self, runs: list[dict[str, Any]], tool: Tool) -> bool:
        own = [run for run in runs if run["tool"] == tool.id]
        return sum(run["wall"] for run in own) > self.plan.budget or any(
            run["status"] not in {0, NOT_THERE} for run in own
        )

    def _scenarios(self, size: int, tool: Tool) -> Iterator[str]:
        for scenario in self.plan.scenarios:
            if scenario == "cold" or (tool.id == "policybook" and size in self.plan.edits_at):
                yield scenario

    def _sources(self, size: int, tool: Tool) -> Path:
        return self.work / str(size) / tool.id / "source"

    def _output(self, size: int, tool: Tool) -> Path:
        home = self.work / str(size) / tool.id / "output"
        return home / "bench" / "screen.pdf" if tool.id == "policybook" else home / "book.pdf"

    def _one(self, size: int, tool: Tool, scenario: str, book: Book) -> dict[str, Any]:
        """One run; the sources are made what the scenario wants before its time starts."""
        sources, output = self._sources(size, tool), self._output(size, tool)
        if scenario == "warm":
            return self._warm(book, sources, output)
        if tool.id == "policybook":
            tool.write(EDITS[scenario](book) if scenario in EDITS else book, sources)
        if scenario == "cold":
            shutil.rmtree(self.work / str(size) / tool.id / "output", ignore_errors=True)
            (self.work / str(size) / tool.id / "output").mkdir(parents=True)
        command = tool.command(sources, output, self.settings)
        log = sources.parent / f"{scenario}.log"
        return self._kept(measure(command, sources, log, environment(), self.plan.limit), output)

    def _kept(self, measured: Measured, output: Path) -> dict[str, Any]:
        size = output.stat().st_size if measured.status == 0 and output.is_file() else 0
        status = measured.status if size or measured.status else 1
        return {**measured.as_dict(), "status": status, "bytes": size}

    def _warm(self, book: Book, sources: Path, output: Path) -> dict[str, Any]:
        """The edit in a warm process, which builds the unedited book first."""
        tool = TOOLS["policybook"]
        tool.write(book, sources)
        seconds = warm.edit(sources, output.parents[1], lambda: tool.write(with_word_changed(book), sources))
        return {"wall": seconds or 0.0, "cpu": 0.0, "status": 0 if seconds else NOT_THERE, "bytes": 0}

    def _examine(self, size: int, tool: Tool, scenario: str, book: Book, delivered: dict[str, Any]) -> None:
        edited = EDITS[scenario](book) if scenario in EDITS else book
        name = tool.id if scenario == "cold" else f"{tool.id} {scenario}"
        delivered[name] = examine(self._output(size, tool), edited).as_dict()
        if tool.id == "policybook":
            shutil.copyfile(self._output(size, tool), self._copy(size, scenario))

    def _equal(self, size: int, book: Book) -> dict[str, Any]:
        """Whether policybook's files read, page by page, as its one-process build without a cache reads.

        Compared are the one delivered cold and the one delivered after the edit that moves pages.
        """
        tool = TOOLS["policybook"]
        sources = self._sources(size, tool)
        alone = Settings(self.settings.python, self.settings.build, self.settings.node, jobs=1)
        outcomes = {}
        for scenario in ("cold", "page"):
            kept = self._copy(size, scenario)
            if not kept.is_file():
                continue
            tool.write(EDITS[scenario](book) if scenario in EDITS else book, sources)
            single = sources.parent / "single" / "bench" / "screen.pdf"
            command = policybook_command(sources, single, alone, "--no-cache")
            measured = measure(command, sources, sources.parent / "single.log", environment(), self.plan.limit)
            self.say(f"{size:5} pages  policybook {scenario}, compared with one process: {_shown(measured.as_dict())}")
            outcome: dict[str, Any] = {"status": measured.status, "single": measured.as_dict()}
            if measured.status == 0:
                outcome["pages"] = list(page_differences(kept, single))
                outcome["same_bytes"] = kept.read_bytes() == single.read_bytes()
            outcomes[scenario] = outcome
        return outcomes

    def _copy(self, size: int, scenario: str) -> Path:
        return self.work / str(size) / "policybook" / f"{scenario}.pdf"


def _shown(run: dict[str, Any]) -> str:
    if run["status"]:
        return {-1: "stopped", NOT_THERE: "not there yet"}.get(run["status"], f"failed with {run['status']}")
    return f"{run['wall']:8.2f} s  {run['cpu']:8.2f} s of CPU  {run.get('pss', 0):7.0f} MiB"


def machine() -> dict[str, Any]:
    """The processor, its cores, the memory and the system."""
    names = [
        line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if line.startswith("model name")
    ]
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def commit() -> dict[str, str]:
    """The commit that was measured, and its date, the only one there is; “+” behind it where files differ."""
    git = ["git", "-C", str(REPOSITORY)]
    head = subprocess.run(
        [*git, "log", "-1", "--format=%h %cs"], capture_output=True, text=True, check=False
    ).stdout.split()
    changed = subprocess.run(
        [*git, "status", "--porcelain", "policybook", "styles", "templates"], capture_output=True, check=False
    )
    id_, date = head if len(head) == 2 else ("unknown", "unknown")
    return {"id": id_ + ("+" if changed.stdout.strip() else ""), "date": date}


def save(results: dict[str, Any], path: Path) -> None:
    """Write the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
