"""What the files for the press cost beside the screen edition: the same build with and without them, in turn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.generator import SEED, make_book, with_word_changed
from benchmarks.measure import Measured, measure
from benchmarks.report import placed, table
from benchmarks.run import commit, machine
from benchmarks.tools import TOOLS, Settings, environment, policybook_command

#: What is built: for screens alone, or for this printer as well.
KINDS = {"screen": (), "press": ("--printer", "offset-sheetfed-coated")}
_LIMIT = 900.0


def run_press(sizes: tuple[int, ...], repeat: int, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """The measurements: by size, kind and scenario, as many runs as asked for, the kinds in turn."""
    runs: list[dict[str, Any]] = []
    for size in sizes:
        for _ in range(repeat):
            for kind in KINDS:
                for scenario, measured in _scenarios(size, kind, folder / f"{size}-{kind}"):
                    runs.append({"pages": size, "kind": kind, "scenario": scenario, **measured.as_dict()})
                    say(f"{size:5} pages  {kind:7} {scenario:5} {measured.wall:7.2f} s  {measured.process:5.0f} MiB")
    return {"machine": machine(), "commit": commit(), "runs": runs}


def _scenarios(size: int, kind: str, folder: Path) -> Iterator[tuple[str, Measured]]:
    """A cold build, and one after two words have changed."""
    shutil.rmtree(folder, ignore_errors=True)
    book = make_book(size, SEED, "end")
    output = folder / "output" / "bench" / "screen.pdf"
    command = policybook_command(folder, output, Settings(), *KINDS[kind])
    for scenario, written in (("cold", book), ("word", with_word_changed(book))):
        TOOLS["policybook"].write(written, folder)
        measured = measure(command, folder, folder / "log.txt", environment(), _LIMIT)
        if measured.status:
            raise RuntimeError(f"{' '.join(command)} ended with {measured.status}; {folder / 'log.txt'} says why")
        yield scenario, measured


def press_table(results: dict[str, Any]) -> str:
    """The section of docs/performance.md."""

    def of(pages: int, kind: str, scenario: str, field: str) -> float:
        found = (run for run in results["runs"] if (run["pages"], run["kind"]) == (pages, kind))
        return median(run[field] for run in found if run["scenario"] == scenario)

    rows = []
    for pages in sorted({run["pages"] for run in results["runs"]}):
        for scenario, said in (("cold", "cold"), ("word", "two words changed")):
            screen, press = (of(pages, kind, scenario, "wall") for kind in KINDS)
            more = of(pages, "press", scenario, "cpu") - of(pages, "screen", scenario, "cpu")
            memory = [f"{of(pages, kind, scenario, 'process'):.0f}" for kind in KINDS]
            cells = (f"{screen:.2f}", f"{press:.2f}", f"{press / screen:.2f}", f"{1000 * more / pages:.0f}")
            rows.append((f"{pages}, {said}", *cells, " / ".join(memory)))
    heads = ("pages", "screen, s", "with press, s", "ratio", "more CPU a page, ms", "largest process, MiB")
    count = len(results["runs"]) // max(len(rows) * len(KINDS), 1)
    told = f"Medians of {count}, on {results['machine']['cores']} cores, commit {results['commit']['id']}."
    return f"{table(heads, rows)}\n\n{told}"


def write_press(results: Path, page: Path) -> None:
    """Put the table into docs/performance.md."""
    section = press_table(json.loads(results.read_text(encoding="utf-8")))
    page.write_text(placed(page.read_text(encoding="utf-8"), "press", section), encoding="utf-8")
