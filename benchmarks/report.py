"""docs/performance.md from the results: every table and chart between its own pair of markers, all else left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.medians import Medians, exponent, growth
from benchmarks.targets import targets
from benchmarks.tools import TOOLS

_TITLES = {
    "machine": "What was measured",
    "targets": "Goals",
    "time": "Time",
    "edits": "Edits",
    "memory": "Memory",
    "delivered": "What each delivered",
    "equal": "The same text as one process",
    "limits": "What each can't do",
    "press": "The press",
}
_SCENARIOS = {
    "cold": "cold: nothing kept from a build before",
    "nothing": "nothing changed since the last build",
    "word": "two words of a paragraph changed, no page moves",
    "page": "a page of text added to the second brief: all later pages move, the index is set again",
    "warm": "two words changed, in a process that keeps the book",
}


def write_report(results: Path, page: Path) -> list[Path]:
    """Write the page and its charts; the paths of what was written."""
    from benchmarks.charts import memory_chart, time_chart  # noqa: PLC0415 - matplotlib is not there for the tables

    medians = Medians(json.loads(results.read_text(encoding="utf-8")))
    charts = page.with_suffix("")
    time_chart(medians, charts / "time.svg")
    memory_chart(medians, charts / "memory.svg")
    text = page.read_text(encoding="utf-8") if page.is_file() else "# Performance\n"
    for name, section in sections(medians, charts.name).items():
        text = placed(text, name, section)
    page.write_text(text, encoding="utf-8")
    return [page, charts / "time.svg", charts / "memory.svg"]


def placed(text: str, name: str, section: str) -> str:
    """The text with a section between its markers; without markers, it is put at the end, under its heading."""
    marked = f"<!-- bench:begin {name} -->\n{section.strip()}\n<!-- bench:end {name} -->"
    pattern = re.compile(rf"<!-- bench:begin {name} -->.*?<!-- bench:end {name} -->", re.DOTALL)
    if pattern.search(text):
        return pattern.sub(lambda _: marked, text)
    return f"{text.rstrip()}\n\n## {_TITLES[name]}\n\n{marked}\n"


def sections(medians: Medians, charts: str) -> dict[str, str]:
    """Every generated section by the name of its markers."""
    return {
        "machine": _machine(medians),
        "targets": _targets(medians),
        "time": f"![Wall time against pages, both logarithmic, a line a tool]({charts}/time.svg)\n\n{_time(medians)}",
        "edits": _edits(medians),
        "memory": f"![Memory against pages, in the same way]({charts}/memory.svg)\n\n{_memory(medians)}",
        "delivered": "\n\n".join(_delivered(medians, size) for size in medians.sizes),
        "equal": _equal(medians),
        "limits": _limits(medians),
    }


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown: the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def words(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns are all words."""
    return table(heads, rows).replace("---:|", "---|", len(heads) - 1)


def _machine(medians: Medians) -> str:
    results = medians.results
    machine, plan = results["machine"], results["plan"]
    most = max((len(medians.runs(size, "policybook")) for size in medians.sizes), default=0)
    said = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; {machine['system']}; "
        f"Python {machine['python']}. Commit {results['commit']['id']} of {results['commit']['date']}. Medians of "
        f"{most or plan['repeat']} runs, each in a fresh process, the tools in turn. Load when it began: "
        f"{machine['load_at_start']}."
    )
    return said + "\n\n" + words(("tool", "version"), ((TOOLS[t].label, v) for t, v in results["versions"].items()))


def _targets(medians: Medians) -> str:
    rows = ((goal.what, f"≤ {goal.shown[0]}", goal.shown[1], goal.verdict) for goal in targets(medians))
    return table(("goal", "at most", "measured", ""), rows)


def _cell(medians: Medians, size: int, tool: str, field: str, form: str, scenario: str = "cold") -> str:
    value = medians.value(size, tool, scenario, field)
    if value is None:
        return medians.failure(size, tool, scenario)
    runs = len(medians.runs(size, tool, scenario))
    fewer = f" (n={runs})" if runs < medians.results["plan"]["repeat"] else ""
    return form.format(value) + fewer


def _time(medians: Medians) -> str:
    heads = ("seconds, cold", *(f"{size:,} pages" for size in medians.sizes), "exponent")
    rows = []
    for tool in medians.tools:
        slope = exponent(medians.points(tool))
        cells = [_cell(medians, size, tool, "wall", "{:.2f}") for size in medians.sizes]
        rows.append((TOOLS[tool].label, *cells, "–" if slope is None else f"{slope:.2f}"))
    processor = ("of all processors", *(f"{size:,} pages" for size in medians.sizes))
    used = [
        (TOOLS[tool].label, *(_cell(medians, size, tool, "cpu", "{:.2f}") for size in medians.sizes))
        for tool in medians.tools
    ]
    return table(heads, rows) + "\n\nProcessor seconds:\n\n" + table(processor, used)


def _edits(medians: Medians) -> str:
    sizes = [size for size in medians.sizes if medians.runs(size, "policybook", "nothing")]
    heads = ("seconds", *(f"{size:,} pages" for size in sizes))
    rows = [
        (f"policybook, {said}", *(_cell(medians, size, "policybook", "wall", "{:.2f}", scenario) for size in sizes))
        for scenario, said in _SCENARIOS.items()
    ]
    if "typst" in medians.tools:
        rows.append(("Typst, cold", *(_cell(medians, size, "typst", "wall", "{:.2f}") for size in sizes)))
    return table(heads, rows) if sizes else "No edits were measured."


def _memory(medians: Medians) -> str:
    heads = ("MiB of all processes", *(f"{size:,} pages" for size in medians.sizes), "MiB a page", "largest process")
    rows = []
    for tool in medians.tools:
        slope = growth(medians.points(tool, "pss"))
        largest = [value for _, value in medians.points(tool, "process")]
        rows.append(
            (
                TOOLS[tool].label,
                *(_cell(medians, size, tool, "pss", "{:.0f}") for size in medians.sizes),
                "–" if slope is None else f"{slope:.3f}",
                f"{largest[-1]:.0f}" if largest else "–",
            )
        )
    return table(heads, rows)


def _delivered(medians: Medians, size: int) -> str:
    heads = (
        "file",
        "pages",
        "KB",
        "notes",
        "lost",
        "doubled",
        "references",
        "index lines",
        "repeats",
        "tags",
        "links",
        "bookmarks",
        "fonts",
    )
    rows = [_delivery_row(name, found) for name, found in _files(medians, size)]
    return f"About {size:,} pages:\n\n" + table(heads, rows)


def _files(medians: Medians, size: int) -> Iterator[tuple[str, dict[str, Any] | None]]:
    delivered = medians.results["sizes"][str(size)]["delivered"]
    for tool in medians.tools:
        yield TOOLS[tool].label, delivered.get(tool)
        for name, found in delivered.items():
            if name.startswith(f"{tool} "):
                yield f"{TOOLS[tool].label}, {name.partition(' ')[2]}", found


def _delivery_row(name: str, found: dict[str, Any] | None) -> tuple[str, ...]:
    if found is None:
        return (name, *("–",) * 12)
    notes, refs, index, inside = found["notes"], found["references"], found["index"], found["structure"]
    all_references = refs["right"] + refs["wrong"] + refs["bare"]
    return (
        name,
        f"{found['pages']:,}",
        f"{found['bytes'] / 1000:,.0f}",
        f"{notes['expected']:,}",
        str(notes["lost"]),
        str(notes["doubled"]),
        f"{refs['right']} of {all_references}",
        f"{index['right']} of {index['lines']}",
        str(index["repeated"]),
        f"{sum(inside['elements'].values()):,}" if inside["tagged"] else "none",
        f"{inside['links']:,}",
        f"{inside['bookmarks']:,}",
        f"{inside['font_programs']}",
    )


def _equal(medians: Medians) -> str:
    rows = []
    for size in medians.sizes:
        for scenario, outcome in medians.results["sizes"][str(size)]["equal"].items():
            failed = outcome["status"] != 0
            said = "failed" if failed else str(len(outcome["pages"]))
            seconds = "–" if failed else f"{outcome['single']['wall']:.2f}"
            rows.append(
                (f"{size:,} pages, {scenario}", said, "no" if failed or not outcome["same_bytes"] else "yes", seconds)
            )
    heads = ("policybook", "pages whose text differs", "the same bytes", "seconds of one process")
    return table(heads, rows) if rows else "Not compared in this run."


def _limits(medians: Medians) -> str:
    rows = ((TOOLS[tool].label, TOOLS[tool].limits) for tool in medians.tools if TOOLS[tool].limits)
    return words(("tool", "in this comparison"), rows)
