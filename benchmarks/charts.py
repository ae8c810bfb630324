"""The report's charts, as SVG that is the same for the same results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.medians import Medians
from benchmarks.tools import TOOLS

#: Okabe and Ito's colors, which people with any kind of color vision tell apart; policybook has black.
_COLORS = {
    "policybook": "#000000",
    "weasyprint": "#d55e00",
    "weasyprint-untagged": "#e8a66f",
    "typst": "#0072b2",
    "pdflatex": "#009e73",
    "lualatex": "#66c2a5",
    "pagedjs": "#cc79a7",
    "vivliostyle": "#7b5ea7",
    "chromium": "#8c8c8c",
    "asciidoctor": "#b8a000",
}


def time_chart(medians: Medians, path: Path) -> None:
    """Wall time against pages."""
    _chart(medians, path, "wall", "seconds, cold", lambda value: f"{value:g}")


def memory_chart(medians: Medians, path: Path) -> None:
    """Memory of all processes against pages."""
    _chart(medians, path, "pss", "MiB of all processes (PSS)", lambda value: f"{value:g}")


def _chart(medians: Medians, path: Path, field: str, label: str, shown: Callable[[float], str]) -> None:
    with mpl.rc_context({"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.2, 4.6), layout="constrained")
        axes = figure.add_subplot()
        for tool in medians.tools:
            points = medians.points(tool, field)
            if points:
                width = 2.4 if tool == "policybook" else 1.2
                pages, values = zip(*points, strict=True)
                axes.plot(
                    pages,
                    values,
                    marker="o",
                    markersize=3.5,
                    linewidth=width,
                    color=_COLORS[tool],
                    label=TOOLS[tool].label,
                )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(medians.sizes, [f"{size:,}" for size in medians.sizes])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda value, _: shown(value))
        axes.set_xlabel("pages")
        axes.set_ylabel(label)
        axes.grid(visible=True, linewidth=0.4, color="#cccccc")
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside right center", frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
