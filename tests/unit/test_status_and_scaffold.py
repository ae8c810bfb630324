"""New briefs that are sound from the start, and the table of all briefs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policybook.cli import main
from policybook.pipeline import Order, build
from policybook.scaffold import start_brief
from policybook.status import BriefRow, brief_rows, table


def run(project: Path, *arguments: str) -> Result:
    """The outcome of a command in a project."""
    return CliRunner().invoke(main, ["--project", str(project), *arguments])


# --- new brief --------------------------------------------------------------------------------------------------------


def test_a_new_brief_passes_the_check_as_a_draft(sample: Path) -> None:
    result = run(sample, "new", "brief", "streets", "bicycle-lanes", "--title", "Bicycle Lanes")
    assert result.exit_code == 0, result.output
    path = sample / "content" / "sample" / "parts" / "02-streets" / "bicycle-lanes.md"
    assert str(path.relative_to(sample)) in result.output.replace("\n", "")
    assert run(sample, "check").exit_code == 0
    row = next(row for row in brief_rows(sample, "sample") if row.id == "bicycle-lanes")
    assert (row.title, row.part, row.state, row.cases, row.notes) == ("Bicycle Lanes", "Streets", "draft", 0, 0)
    headings = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert headings == ["The problem", "The solution", "Policy issues", "Landscape and resources", "Case studies"]


def test_a_new_brief_comes_last_in_its_part(sample: Path) -> None:
    content = sample / "content" / "sample"
    start_brief(content, "reading", "late-fees", "Late Fees")
    start_brief(content, "reading", "book-buses", "Book Buses")
    ids = [row.id for row in brief_rows(sample, "sample") if row.part == "Reading"]
    assert ids == ["library-cards", "reading-rooms", "late-fees", "book-buses"]


@pytest.mark.parametrize(
    "title", ['Say "Yes"', "Rents: Up and Down", "C:\\ and D:\\", "# Hash", "- dash", "{brace}", "Vote, vote", "'"]
)
def test_a_title_of_any_characters_survives(sample: Path, title: str) -> None:
    assert run(sample, "new", "brief", "reading", "odd", "--title", title).exit_code == 0
    row = next(row for row in brief_rows(sample, "sample") if row.id == "odd")
    assert row.title.translate(str.maketrans("“”‘’", "\"\"''")) == title


def test_nothing_that_exists_is_overwritten(sample: Path) -> None:
    path = sample / "content" / "sample" / "parts" / "01-reading" / "reading-rooms.md"
    before = path.read_bytes()
    for part in ("reading", "streets"):
        result = run(sample, "new", "brief", part, "reading-rooms", "--title", "Again")
        assert result.exit_code == 1
        assert "reading-rooms" in result.output
    assert path.read_bytes() == before
    assert not (path.parents[1] / "02-streets" / "reading-rooms.md").exists()


@pytest.mark.parametrize(
    ("part", "id", "said"),
    [
        ("readin", "new-one", "reading"),
        ("reading", "New One", "new-one"),
        ("reading", "../../escape", "escape"),
        ("reading", "/etc/new", "etc-new"),
        ("../reading", "new-one", "reading"),
    ],
)
def test_a_part_or_an_id_that_can_not_be_is_refused_with_a_hint(sample: Path, part: str, id: str, said: str) -> None:
    before = sorted(path for path in sample.rglob("*"))
    result = run(sample, "new", "brief", part, id, "--title", "New")
    assert result.exit_code == 1, result.output
    assert said in result.output
    assert sorted(path for path in sample.rglob("*")) == before


# --- status -----------------------------------------------------------------------------------------------------------


def test_status_tells_each_brief_as_json(sample: Path) -> None:
    result = run(sample, "status", "--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [row["id"] for row in rows] == ["library-cards", "reading-rooms", "street-trees"]
    assert rows[0] == {
        "id": "library-cards",
        "title": "Library Cards for Every Resident",
        "part": "Reading",
        "state": "final",
        "words": rows[0]["words"],
        "cases": 2,
        "notes": 6,
        "budget": rows[0]["budget"],
        "pages": 0,
    }
    assert rows[0]["words"] > rows[1]["words"] > 20


def test_status_tells_the_pages_of_the_last_build(sample: Path) -> None:
    built = build(Order(sample, "sample", sample / "output"))
    pages = {fit.division: fit.pages for fit in built.fits}
    assert {row.id: row.pages for row in brief_rows(sample, "sample")} == pages
    path = sample / "output" / ".cache" / "sample.pagination.json"
    for damage in ("", "[]", "{}", '{"folios": []}', '{"folios": {"street-trees": 1, "street-trees.end": 2}}'):
        path.write_text(damage, "utf-8")
        assert {row.pages for row in brief_rows(sample, "sample")} == {0}, damage
        assert build(Order(sample, "sample", sample / "output")).rounds >= 1


def test_the_table_adds_up(sample: Path) -> None:
    lines = run(sample, "status").stdout.splitlines()
    assert len(lines) == 5
    assert "–" in lines[1]
    numbers = [[int(n) for n in re.findall(r"(?<= )\d+(?= |$)", line)] for line in lines[1:]]
    assert numbers[-1][0] == sum(row[0] for row in numbers[:-1])
    row = BriefRow("a", "A", "P", "draft", 10, 1, 2, 4, 3)
    assert table([row, row]).splitlines()[-1].split() == ["2", "briefs", "20", "2", "4", "6", "8"]
    assert table([]).splitlines()[-1].startswith("0 briefs")


def test_status_of_content_with_errors_tells_them(sample: Path) -> None:
    path = sample / "content" / "sample" / "front" / "preface.md"
    path.write_text(path.read_text("utf-8") + "\n[](brief:nowhere)\n", "utf-8")
    result = run(sample, "status")
    assert result.exit_code == 1
    assert "LINK001" in result.output
