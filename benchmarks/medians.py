"""What the report needs from the runs of a results file: medians, and how time and memory grow with the pages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression, median
from typing import Any


@dataclass(frozen=True, slots=True)
class Medians:
    """The results of a run of the benchmarks, as JSON has them."""

    results: Mapping[str, Any]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes that were run, in order."""
        return tuple(sorted(int(size) for size in self.results["sizes"]))

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools that were asked for, those that are not installed among them."""
        return tuple(self.results["versions"])

    def is_installed(self, tool: str) -> bool:
        """Whether the tool was there to be run."""
        return not self.results["versions"].get(tool, "not installed").startswith("not installed")

    def runs(self, size: int, tool: str, scenario: str = "cold") -> list[Mapping[str, Any]]:
        """The runs of a tool at a size that came to an end."""
        found = self.results["sizes"].get(str(size), {"runs": ()})["runs"]
        return [run for run in found if (run["tool"], run["scenario"], run["status"]) == (tool, scenario, 0)]

    def value(self, size: int, tool: str, scenario: str = "cold", field: str = "wall") -> float | None:
        """The median of a field; None if there was no run, or none that came to an end."""
        found = [run[field] for run in self.runs(size, tool, scenario)]
        return median(found) if found else None

    def failure(self, size: int, tool: str, scenario: str = "cold") -> str:
        """Why there is no value: not installed, stopped, failed, or not run."""
        if not self.is_installed(tool):
            return "not installed"
        found = self.results["sizes"].get(str(size), {"runs": ()})["runs"]
        codes = [run["status"] for run in found if (run["tool"], run["scenario"]) == (tool, scenario)]
        return {-1: "stopped", -2: "no interface yet"}.get(codes[0], "failed") if codes else "–"

    def delivered(self, size: int, name: str) -> Mapping[str, Any] | None:
        """What was read in the file of a tool, or of policybook after an edit."""
        found: Mapping[str, Any] | None = self.results["sizes"].get(str(size), {"delivered": {}})["delivered"].get(name)
        return found

    def points(self, tool: str, field: str = "wall") -> list[tuple[int, float]]:
        """Pages really made, and the median of a field, for each size that the tool came to the end of."""
        found = []
        for size in self.sizes:
            value, delivered = self.value(size, tool, field=field), self.delivered(size, tool)
            if value is not None and delivered is not None:
                found.append((int(delivered["pages"]), value))
        return found


def exponent(points: Sequence[tuple[int, float]]) -> float | None:
    """The slope of the line through the points, both axes logarithmic; None with fewer than three."""
    if len(points) < 3:
        return None
    return linear_regression([math.log(x) for x, _ in points], [math.log(y) for _, y in points]).slope


def growth(points: Sequence[tuple[int, float]]) -> float | None:
    """The slope of the line through the points; None with fewer than three."""
    if len(points) < 3:
        return None
    return linear_regression([x for x, _ in points], [y for _, y in points]).slope
