"""The goals that policybook has set itself, and whether a run reached them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.medians import Medians, exponent, growth

#: One process with tags, as its documentation shows it: what policybook is measured against first.
ONE_PROCESS = "weasyprint"


@dataclass(frozen=True, slots=True)
class Target:
    """A goal: `measured` must not exceed `limit`; None is not measured. `form` is how both are written."""

    what: str
    limit: float
    measured: float | None
    form: str = "{:.2f}"

    @property
    def verdict(self) -> str:
        """Whether the goal was reached."""
        if self.measured is None:
            return "not measured"
        return "reached" if self.measured <= self.limit else "**not reached**"

    @property
    def shown(self) -> tuple[str, str]:
        """The limit and what was measured, as they are printed."""
        return self.form.format(self.limit), "–" if self.measured is None else self.form.format(self.measured)


def targets(medians: Medians) -> Iterator[Target]:
    """All goals, in the order in which the report has them."""
    yield _share(medians, 100, ONE_PROCESS, 0.36)
    yield _share(medians, 100, "pagedjs", 0.45)
    yield _share(medians, 100, "lualatex", 0.45)
    yield _share(medians, 400, ONE_PROCESS, 0.25)
    yield _share(medians, 400, "pagedjs", 0.16)
    yield _share(medians, 400, "lualatex", 0.5)
    yield _share(medians, 1600, "pdflatex", 2.8)
    yield Target("exponent of wall time over the pages", 1.0, exponent(medians.points("policybook")))
    yield _share(medians, 200, "typst", 1.2, "word", "one edit, fresh process")
    yield _share(medians, 200, "typst", 1.8, "page", "an edit that moves pages, fresh process")
    yield Target("200 pages, one edit, warm process", 0.7, medians.value(200, "policybook", "warm"), "{:.2f} s")
    nothing = medians.value(200, "policybook", "nothing")
    yield Target("200 pages, nothing changed, with the process's start", 0.25, nothing, "{:.2f} s")
    worker = medians.value(1600, "policybook", field="worker")
    yield Target("1,600 pages cold, the largest worker", 200, worker, "{:.0f} MiB")
    rise = growth(medians.points("policybook", "process"))
    yield Target("growth of the largest process, each page", 0.08, rise, "{:.3f} MiB")
    yield Target("notes lost or doubled, all sizes and edits", 0, _notes(medians), "{:.0f}")
    yield Target("pages whose text differs from the one-process build's, all sizes", 0, _unequal(medians), "{:.0f}")


def _share(medians: Medians, size: int, peer: str, limit: float, scenario: str = "cold", what: str = "cold") -> Target:
    """policybook's wall time as a share of a peer's, cold."""
    own, other = medians.value(size, "policybook", scenario), medians.value(size, peer)
    name = {ONE_PROCESS: "WeasyPrint in one process", "pagedjs": "Paged.js", "lualatex": "LuaLaTeX"}.get(
        peer, {"typst": "Typst cold", "pdflatex": "pdfLaTeX"}.get(peer, peer)
    )
    said = f"{size:,} pages, {what}, against {name}"
    return Target(said, limit, own / other if own is not None and other else None, "{:.2f} ×")


def _notes(medians: Medians) -> float | None:
    """Notes that policybook lost or doubled, over all its files."""
    found = [
        delivered["notes"]["lost"] + delivered["notes"]["doubled"]
        for size in medians.sizes
        for name, delivered in medians.results["sizes"][str(size)]["delivered"].items()
        if name.split()[0] == "policybook"
    ]
    return sum(found) if found else None


def _unequal(medians: Medians) -> float | None:
    """Pages that read otherwise than the one-process build's; a build that failed counts as one."""
    outcomes = [outcome for size in medians.sizes for outcome in medians.results["sizes"][str(size)]["equal"].values()]
    return sum(len(outcome.get("pages", (0,))) for outcome in outcomes) if outcomes else None
