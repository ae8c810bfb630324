"""How the book's style sheets break pages: headings keep with their text, lines keep to the grid, columns end alike."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.end_to_end.reading import Run
from tests.layout.bench import Proof, baselines, division, layout, styled

SENTENCE = "A council that meets at night must light the stairs, and somebody has to carry the lamp down again. "
BODY_SIZE = 9.75


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for templates of the tests' own."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def essay(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """Several pages of nothing but sections and paragraphs of one to eight lines."""
    content = tmp_path_factory.mktemp("essay") / "content" / "sample"
    shutil.copytree(ROOT / "tests" / "sound" / "content" / "sample", content)
    text = "---\ntitle: An Essay\n---\n"
    for number in range(60):
        text += f"\n## Section {number // 20}\n" if number % 20 == 0 else ""
        text += f"\nBegins{number:02}x and goes on. {SENTENCE * (number * 5 % 7)}Ends{number:02}x.\n"
    (content / "front" / "preface.md").write_text(text, "utf-8")
    return division(content, "preface")


def body_lines(page: list[Run]) -> list[float]:
    """The baselines of the lines of running text."""
    return baselines([run for run in page if abs(run.size - BODY_SIZE) < 0.05])


# --- the grid ---------------------------------------------------------------------------------------------------------


def test_lines_of_running_text_stand_on_the_baseline_grid_on_all_pages(essay: Proof) -> None:
    """The title of the first page may shift its lines as a whole; it faces another text."""
    line = layout().geometry.baseline
    assert essay.sheets.count >= 5
    foot = {page: body_lines(runs)[-1] for page, runs in enumerate(essay.runs)}
    for page, runs in enumerate(essay.runs):
        for baseline in body_lines(runs):
            steps = (baseline - foot[min(page, 1)]) / line
            assert steps == pytest.approx(round(steps), abs=0.5 / line), f"page {page + 1}"


def test_full_pages_hold_as_many_lines_as_the_geometry_says(essay: Proof) -> None:
    most = layout().geometry.lines_per_page
    counts = [len(body_lines(page)) for page in essay.runs[1:-1]]
    assert max(counts) == most
    # A line may stay free for an orphan or a widow, and a section takes one for its rule.
    assert min(counts) >= most - 3


def test_marks_of_notes_do_not_push_lines_apart(project: Path) -> None:
    mark = '<span class="glue"></span><a class="note-mark" href="book:x">12</a>'
    kinds = {
        "p": ("<p>", "</p>"),
        "key": ('<p class="key-text">', "</p>"),
        "case": ('<table class="case-figures"><tr><td>', "</td></tr></table>"),
        "summary": ('<p class="summary">', "</p>"),
    }
    for start, end in kinds.values():
        bare, marked = (
            styled(
                f"{start}<span id=a></span>One<br>two{sign}<br>three<br><span id=b></span>four{end}", project
            ).anchors
            for sign in ("", mark)
        )
        assert bare["a"].y - bare["b"].y == pytest.approx(marked["a"].y - marked["b"].y, abs=0.01), start


# --- orphans, widows, headings ----------------------------------------------------------------------------------------


def test_no_page_starts_with_the_last_line_of_a_paragraph_or_ends_with_its_first(essay: Proof) -> None:
    lines: dict[int, Counter[int]] = defaultdict(Counter)
    number = -1
    for page, runs in enumerate(essay.runs):
        text = [run for run in runs if abs(run.size - BODY_SIZE) < 0.05]
        for baseline in body_lines(runs):
            said = "".join(run.text for run in text if abs(run.baseline - baseline) < 5)
            if said.startswith("Begins"):
                number = int(said[6:8])
            lines[number][page] += 1
    broken = {number: pages for number, pages in lines.items() if len(pages) > 1}
    assert len(lines) == 60
    assert len(broken) >= 3
    assert all(min(pages.values()) >= 2 for pages in broken.values())


@pytest.mark.parametrize("level", ["h2", "h3"])
def test_a_heading_is_never_left_at_the_foot_of_a_page(project: Path, level: str) -> None:
    geometry = layout().geometry
    heights = [geometry.text_height - down for down in range(120)]
    specimens = "".join(
        f'<div style="break-before: page"></div><div style="height: {height}pt"></div><div class="section">'
        f'<{level} id="h{n}">Heading</{level}><p><span id="p{n}"></span>{SENTENCE * 6}</p></div>'
        for n, height in enumerate(heights)
    )
    found = styled(specimens, project).anchors
    pages = [(found[f"h{n}"].sheet, found[f"p{n}"].sheet) for n in range(len(heights))]
    assert all(heading == text for heading, text in pages)
    moved = [n for n in range(1, len(heights)) if pages[n][0] - pages[n - 1][0] == 1]
    assert 0 < len(moved) < len(heights) - 1


def test_the_heading_of_a_section_stands_on_the_first_line_of_its_text(project: Path) -> None:
    found = styled(f'<div class="section"><h2>Heading</h2><p>{SENTENCE * 3}</p></div>', project)
    heading = next(run for run in found.runs[0] if run.text.startswith("Heading"))
    first = next(run for run in found.runs[0] if run.text.startswith("A council"))
    assert heading.baseline == pytest.approx(first.baseline, abs=1)
    assert heading.right < first.left


# --- tables, cases, columns -------------------------------------------------------------------------------------------


def test_a_long_table_repeats_its_head_and_breaks_no_row(project: Path) -> None:
    rows = "".join(f'<tr><td id="a{n}">row<br>of three<br>lines<span id="b{n}"></span></td></tr>' for n in range(60))
    table = f'<div class="table"><table><thead><tr><th>Town</th></tr></thead><tbody>{rows}</tbody></table></div>'
    found = styled(table, project)
    assert found.sheets.count > 2
    assert all(any(run.text.strip() == "Town" for run in page) for page in found.runs)
    assert all(found.anchors[f"a{n}"].sheet == found.anchors[f"b{n}"].sheet for n in range(60))


def test_a_case_with_more_facts_than_story_does_not_push_the_next_one_aside(project: Path) -> None:
    facts = "".join(f'<p class="case-law">fact {n}</p>' for n in range(12))
    head = f'<div class="case-head"><p class="case-place">Place</p>{facts}</div>'
    case = f'<div class="case"><div class="case-lead">{head}<div class="case-story"><p>Story.</p></div></div></div>'
    found = styled(f'<div class="section"><h2>Cases</h2>{case * 3}</div>', project)
    places = {round(run.left) for run in found.runs[0] if run.text.strip() == "Place"}
    stories = {round(run.left) for run in found.runs[0] if run.text.strip() == "Story."}
    assert len(places) == len(stories) == 1
    tops = sorted((run.baseline for run in found.runs[0] if run.text.strip() == "Place"), reverse=True)
    assert len(tops) == 3
    assert min(a - b for a, b in pairwise(tops)) > 60


@pytest.mark.parametrize("lines", [7, 30, 61, 100, 200, 251])
def test_the_columns_of_an_indexs_last_page_end_within_two_lines_of_each_other(project: Path, lines: int) -> None:
    entries = "".join(f'<p class="entry">entry {n}</p>' for n in range(lines))
    found = styled(f'<div class="index-columns"><div class="index-group">{entries}</div></div>', project, "index")
    columns = Counter(round(run.left / 20) for run in found.runs[-1])
    assert len(columns) == 3
    # The space behind the last entry's group counts as nearly a line of the last column.
    assert max(columns.values()) - min(columns.values()) - 9 / 10.125 <= 2.2
    assert sum(len(page) for page in found.runs) == lines
