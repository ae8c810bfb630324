"""The state of each brief, for the status table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from policybook.book import Brief
from policybook.pipeline import check


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A brief at a glance. `pages` is from the last build, 0 where there was none."""

    id: str
    title: str
    part: str
    state: str
    words: int
    cases: int
    notes: int
    budget: int
    pages: int

    def as_dict(self) -> dict[str, object]:
        """The row for `--json`."""
        return asdict(self)


def brief_rows(project: Path, edition: str) -> list[BriefRow]:
    """The rows of an edition's briefs, in the book's order. Raises ContentError where the content has errors."""
    _, book = check(project / "content" / edition)
    pages = _last_pages(project, edition)
    rows = []
    for division in book.briefs():
        content = division.content
        assert isinstance(content, Brief)
        rows.append(
            BriefRow(
                division.id,
                division.title,
                book.division(division.part).title,
                content.state,
                content.words,
                len(content.cases),
                len(content.notes),
                content.budget,
                pages.get(division.id, 0),
            )
        )
    return rows


def _last_pages(project: Path, edition: str) -> dict[str, int]:
    """Pages of each brief in the last build, from the pagination that it kept."""
    path = project / "output" / ".cache" / f"{edition}.pagination.json"
    try:
        folios = json.loads(path.read_text(encoding="utf-8"))["folios"]
        return {id: folios[f"{id}.end"][1] - folios[id][1] + 1 for id in folios if f"{id}.end" in folios}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def table(rows: Sequence[BriefRow]) -> str:
    """The rows as a table of plain text, with the sums below."""
    width = max((len(row.title) for row in rows), default=5)
    lines = [f"{'brief':{width}}  {'state':10} {'words':>6} {'cases':>6} {'notes':>6} {'pages':>6} {'budget':>6}"]
    for row in rows:
        pages = str(row.pages or "–")
        lines.append(
            f"{row.title:{width}}  {row.state:10} {row.words:6} {row.cases:6} {row.notes:6} {pages:>6} {row.budget:6}"
        )
    sums = [sum(getattr(row, name) for row in rows) for name in ("words", "cases", "notes", "pages", "budget")]
    lines.append(f"{f'{len(rows)} briefs':{width}}  {'':10} " + " ".join(f"{value:6}" for value in sums))
    return "\n".join(lines)
