"""Copy-fitting: lines over and under the budget are those that somebody counts on the page with a ruler."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from policybook.cli import main
from policybook.composition import compose, compose_style
from policybook.copyfitting import Fit, copyfit, fit_problems
from policybook.diagnostics import Problem, Source
from policybook.edition import PageModel
from policybook.pagination import Pagination
from policybook.pipeline import check
from policybook.resources import find_resources
from policybook.settling import Settled
from policybook.sheets import Layout
from policybook.typesetting import Copy, lay_out, make_kit
from tests.unit.books import gathering

LAYOUT = Layout("standard", PageModel().geometry())
HEADINGS = ("The problem", "The solution", "Policy issues", "Landscape and resources", "Case studies")
#: A page of the sample holds the lines of 13 points that fit between its margins of 56 and 66 points.
PAGE = (720 - 56 - 66) // 13


def brief(lines: int, pages: int) -> str:
    """A brief of one section with some lines of one word each; sections that have nothing to say come before it."""
    body = "".join(f"\n## {heading}\n\nNothing.\n" for heading in HEADINGS[:-1])
    body += f"\n## {HEADINGS[-1]}\n\n" + "\n\n".join(f"Line{number}x." for number in range(lines))
    return f"---\ntitle: Lines\norder: 9\npages: {pages}\nsummary: Short.\n---\n{body}\n"


def written(sample: Path, lines: int, pages: int) -> Path:
    """The content folder of the sample, with a brief of so many lines."""
    content = sample / "content" / "sample"
    (content / "parts" / "01-reading" / "lines.md").write_text(brief(lines, pages), "utf-8")
    return content


def fitted(sample: Path, lines: int, pages: int) -> tuple[Fit, bytes]:
    """How a brief of so many lines fits, and its pages."""
    book, resources = check(written(sample, lines, pages))[1], find_resources(sample)
    division = book.division("lines")
    kit = make_kit(compose_style(LAYOUT, resources), resources.sheets(), LAYOUT.geometry.trim_height)
    html = compose(book, division, LAYOUT, Pagination(), resources)
    sheets = lay_out(kit, Copy(html, {}))
    made = {"lines": gathering("lines", sheets.count, sheets.anchors)}
    settled = Settled((), made, Pagination(), {}, {}, 1)
    (fit,) = copyfit(replace(book, divisions=(division,)), settled, LAYOUT)
    return fit, sheets.pdf


def lines_left(content: bytes, last: str) -> int:
    """How many lines of 13 points there is room for below a word, to the foot of its page's type area."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        for page in pdf:
            text_page = page.get_textpage()
            found = text_page.search(last).get_next()
            if found:
                bottom = float(text_page.get_charbox(found[0] + len(last) - 1, loose=True)[1])
                foot = 66 + (720 - 56 - 66) % 13
                return round((bottom - foot) / 13)
    raise AssertionError(last)


@pytest.mark.parametrize(("lines", "budget"), [(3, 1), (10, 1), (60, 1), (60, 2), (60, 4)])
def test_lines_are_those_that_a_ruler_counts(sample: Path, lines: int, budget: int) -> None:
    fit, pdf = fitted(sample, lines, budget)
    left = lines_left(pdf, f"Line{lines - 1}x.")
    assert 0 <= left < PAGE
    assert fit.pages == (2 if lines == 60 else 1)
    assert fit.lines == (fit.pages - budget) * PAGE - left
    assert fit.is_over == (fit.pages > budget)
    assert fit.budget == budget


def test_each_line_more_is_a_line_less_to_spare(sample: Path) -> None:
    assert fitted(sample, 17, 2)[0].lines - fitted(sample, 10, 2)[0].lines == 7


def test_strict_fit_makes_a_brief_that_runs_over_an_error_with_status_1(sample: Path) -> None:
    written(sample, 60, 1)
    delivered = sample / "output" / "sample" / "screen.pdf"
    delivered.parent.mkdir(parents=True)
    delivered.write_bytes(b"the last good one")
    arguments = ["--project", str(sample), "build", "sample", "--jobs", "1", "--strict-fit"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    (line,) = re.findall(r"(\S+:\d+:\d+): LAYT005 (\d+) lines over: 2 pages, and 1 are planned", result.output)
    assert line[0].startswith("content/sample/parts/01-reading/lines.md:")
    assert int(line[1]) == fitted(sample, 60, 1)[0].lines
    assert delivered.read_bytes() == b"the last good one"
    assert CliRunner().invoke(main, arguments[:-1]).exit_code == 0
    assert delivered.read_bytes() != b"the last good one"


def fit(pages: int, budget: int, lines: int) -> Fit:
    """A brief that fits so."""
    return Fit("a", "A", pages, budget, lines, Source("content/2026/parts/a.md", 5, 1))


def codes(strict: bool, *fits: Fit) -> list[str]:
    """The codes of the problems of some briefs."""
    return [problem.code for problem in fit_problems(fits, strict=strict)]


def test_a_brief_within_its_budget_is_no_problem_and_one_that_leaves_a_page_free_is_a_warning() -> None:
    assert codes(False, fit(4, 4, -3), fit(4, 4, 0)) == []
    assert codes(False, fit(3, 4, -47), fit(5, 4, 2)) == ["LAYT004", "LAYT004"]
    assert codes(True, fit(3, 4, -47), fit(5, 4, 2)) == ["LAYT004", "LAYT005"]
    problems: list[Problem] = list(fit_problems((fit(5, 4, 2),), strict=True))
    assert problems[0].is_error
    assert str(problems[0].source) == "content/2026/parts/a.md:5:1"
