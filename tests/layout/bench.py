"""A bench for pieces of markup: they are set by the book's own templates, style sheets, fonts and engine."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from policybook.book import Book
from policybook.composition import compose, compose_style
from policybook.edition import PageModel
from policybook.fonts import font_css
from policybook.pagination import Pagination
from policybook.pipeline import check
from policybook.resources import Resources, find_resources
from policybook.sheets import Html, Layout, Place, Sheets
from policybook.typesetting import Copy, Kit, lay_out, make_kit
from tests.conftest import ROOT
from tests.end_to_end.reading import Reading, Run

#: 200 points square, no margins, lines of 10 points: a page on which everything can be reckoned in the head.
PLAIN = '@page { size: 200pt 200pt; margin: 0 } body { margin: 0; font: 8pt/10pt "Book Serif" } p { margin: 0 }'


@dataclass(frozen=True, slots=True)
class Proof:
    """What was set: the sheets, and their text by page."""

    sheets: Sheets
    runs: list[list[Run]]

    @property
    def anchors(self) -> Mapping[str, Place]:
        """Where each anchor fell."""
        return self.sheets.anchors

    @property
    def problems(self) -> list[str]:
        """What the engine warned of."""
        return [problem.message for problem in self.sheets.problems]


def proof(sheets: Sheets) -> Proof:
    """The sheets with their text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheets.pdf"
        path.write_bytes(sheets.pdf)
        reading = Reading(path)
        runs = reading.runs
        reading.close()
    return Proof(sheets, runs)


def plain(body: str, style: str = "", images: Mapping[str, bytes] | None = None, *, tagged: bool = True) -> Proof:
    """Markup set on a plain page, with the book's fonts and no style sheet of the book."""
    markup = f'<html lang="en-US"><title>x</title><body>{body}</body></html>'
    return proof(lay_out(plain_kit(style), Copy(Html("bench", markup, artifact=not tagged), images or {})))


def plain_kit(style: str = "") -> Kit:
    """The kit of a plain page and these rules."""
    return make_kit(f"{font_css()} {PLAIN} {style}", {}, layout().geometry.trim_height)


def kit(resources: Resources | None = None) -> Kit:
    """The kit of the shipped styles, or of a project's."""
    resources = resources or find_resources(ROOT)
    return make_kit(compose_style(layout(), resources), resources.sheets(), layout().geometry.trim_height)


def layout() -> Layout:
    """The layout of an edition that leaves the page's measures as they are."""
    return Layout("standard", PageModel().geometry())


def sample_book(content: Path = ROOT / "tests" / "sound" / "content" / "sample") -> Book:
    """The sample, assembled."""
    return check(content)[1]


def styled(body: str, project: Path, kind: str = "prose") -> Proof:
    """Markup set as the content of a division, with the book's skeleton and styles. `project` takes a template."""
    (project / "templates").mkdir(exist_ok=True)
    name = f"bench-{len(list((project / 'templates').iterdir()))}.html.j2"
    template = '{% extends "book.html.j2" %}{% block kind %}' + kind + "{% endblock %}{% block content %}"
    (project / "templates" / name).write_text(f"{template}{{% raw %}}{body}{{% endraw %}}{{% endblock %}}", "utf-8")
    book, resources = sample_book(), find_resources(project)
    division = replace(book.division("preface"), template=name)
    html = compose(book, division, layout(), Pagination(), resources)
    return proof(lay_out(kit(resources), Copy(html, {})))


def division(content: Path, id: str) -> Proof:
    """A division of an edition, set by itself."""
    book, resources = sample_book(content), find_resources(ROOT)
    html = compose(book, book.division(id), layout(), Pagination(), resources)
    return proof(lay_out(kit(resources), Copy(html, book.images)))


def baselines(runs: list[Run]) -> list[float]:
    """The baselines of the lines that runs stand on, from the top; what is raised by a note's mark is no line."""
    found: list[float] = []
    for run in sorted(runs, key=lambda run: -run.baseline):
        if not found or found[-1] - run.baseline > 5:
            found.append(run.baseline)
    return found


def boxes(sheets: Sheets) -> dict[str, list[float]]:
    """The boxes of the first sheet."""
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        return {
            key[1:-3]: [float(side) for side in value] for key, value in pdf.pages[0].obj.items() if key.endswith("Box")
        }
