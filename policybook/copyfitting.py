"""Copy-fitting: how many lines each brief runs over or under its page budget, as observed on the laid-out pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policybook.book import Book, Brief
from policybook.diagnostics import Problem, Source
from policybook.settling import Settled
from policybook.sheets import Layout


@dataclass(frozen=True, slots=True)
class Fit:
    """A brief against its budget. `lines` counts lines of the baseline grid: over it if positive, free if not."""

    division: str
    title: str
    pages: int
    budget: int
    lines: int
    source: Source | None

    @property
    def is_over(self) -> bool:
        """Whether the brief takes more pages than it may."""
        return self.lines > 0


def copyfit(book: Book, settled: Settled, layout: Layout) -> tuple[Fit, ...]:
    """Each brief's pages against its budget, in the book's order."""
    geometry = layout.geometry
    fits = []
    for division in book.briefs():
        assert isinstance(division.content, Brief)
        sheets = settled.sheets[division.id]
        end = sheets.anchors[division.end]
        depth = geometry.trim_height - geometry.margin_top - end.y
        used = end.sheet * geometry.lines_per_page + round(depth / geometry.baseline)
        lines = used - division.content.budget * geometry.lines_per_page
        content = division.content
        fits.append(Fit(division.id, division.title, sheets.count, content.budget, lines, content.budget_source))
    return tuple(fits)


def fit_problems(fits: tuple[Fit, ...], *, strict: bool) -> Iterator[Problem]:
    """LAYT004 for a brief that takes more pages than its budget or leaves a page of it empty; LAYT005 if strict."""
    for fit in fits:
        if fit.is_over:
            said = f"{fit.lines} lines over: {fit.pages} pages, and {fit.budget} are planned"
            yield Problem("LAYT005" if strict else "LAYT004", said, fit.source)
        elif fit.pages < fit.budget:
            said = f"{-fit.lines} lines under: {fit.pages} pages, and {fit.budget} are planned"
            yield Problem("LAYT004", said, fit.source)
