"""Specimens of errors: each folder of tests/defects lays one defect over the sound edition of tests/sound.

A folder is named after the code that fires, with a word behind it where there are several of a code. It holds the
files that differ, the names of those that are missing (REMOVE), and what `policybook check` says (expected.txt). A
defect that is no text is made here.
"""

from __future__ import annotations

import difflib
import json
import re
import shutil
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from policybook.cli import main
from policybook.codes import CODES

TESTS = Path(__file__).resolve().parent.parent
SOUND, DEFECTS = TESTS / "sound", TESTS / "defects"
SPECIMENS = sorted(path.name for path in DEFECTS.iterdir())
NO_PART_OF_IT = ("expected.txt", "REMOVE")
ROOMS = "content/sample/parts/01-reading/reading-rooms.md"
#: A specimen differs from the sound edition in a defect and nothing else (lines that were added or taken away).
MOST_LINES = 12


def _spoil(project: Path) -> None:
    text = (project / ROOMS).read_bytes()
    spoilt = "A “café” with a lamp".encode() + "é".encode("latin-1")
    (project / ROOMS).write_bytes(text.replace(b"Leave the lamp on", spoilt))


def _swell(project: Path) -> None:
    with (project / "content/sample/data/cards-issued.csv").open("a", encoding="utf-8") as file:
        file.write("Fern Harbor,OR,700,8.25\n" * 400_000)


def _make_folder(project: Path) -> None:
    (project / "content/sample/parts/01-reading/drafts.md").mkdir()


def _link_file(project: Path) -> None:
    (project / "elsewhere.csv").write_text("town\nElsewhere\n", encoding="utf-8")
    (project / "content/sample/data/elsewhere.csv").symlink_to(project / "elsewhere.csv")


def _link_folder(project: Path) -> None:
    (project / "drafts").mkdir()
    (project / "content/sample/parts/03-drafts").symlink_to(project / "drafts")


#: Defects that are no text, by specimen.
MADE: dict[str, Callable[[Path], None]] = {
    "FILE001-folder": _make_folder,
    "FILE002": _spoil,
    "FILE002-large": _swell,
    "FILE003-link": _link_file,
    "FILE003-folder": _link_folder,
}


#: What may stand between the caret and the word: the signs of a footnote or citation, a link's kind, a quotation mark.
BEFORE_A_WORD = r"""(\[\^|@|[a-z]+:|["'])?"""


def code_of(specimen: str) -> str:
    return specimen.partition("-")[0]


@pytest.fixture
def defective(request: pytest.FixtureRequest, sample: Path) -> Path:
    """The sound edition with the specimen's defect laid over it."""
    overlay = DEFECTS / request.param
    shutil.copytree(overlay, sample, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NO_PART_OF_IT))
    removed = overlay / "REMOVE"
    for name in removed.read_text(encoding="utf-8").split() if removed.exists() else ():
        (sample / name).unlink()
    if request.param in MADE:
        MADE[request.param](sample)
    return sample


def check(project: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project), "check", *options])


def findings(project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(check(project, "--json").stdout)["problems"]
    return found


def line_of(path: Path, number: int) -> str:
    """A line of a file, or an empty one where there is no such file."""
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    return text.split("\n")[number - 1] if text else ""


def test_the_sound_edition_has_no_problem_at_all() -> None:
    result = check(SOUND)
    assert (result.exit_code, result.stderr) == (0, "")
    assert findings(SOUND) == []


@pytest.mark.parametrize(
    ("defective", "specimen"), [(name, name) for name in SPECIMENS], indirect=["defective"], ids=SPECIMENS
)
def test_a_specimen_fires_its_code_and_nothing_else(defective: Path, specimen: str) -> None:
    result = check(defective)
    assert result.output == (DEFECTS / specimen / "expected.txt").read_text(encoding="utf-8")
    assert {problem["code"] for problem in findings(defective)} == {code_of(specimen)}
    assert result.exit_code == (1 if CODES[code_of(specimen)].severity == "error" else 0)


@pytest.mark.parametrize(
    ("defective", "specimen"), [(name, name) for name in SPECIMENS], indirect=["defective"], ids=SPECIMENS
)
def test_the_caret_stands_under_a_word_that_the_message_quotes(defective: Path, specimen: str) -> None:
    """Where the line holds words that the message quotes, one of them is at fault."""
    found = findings(defective)
    assert found
    for problem in found:
        line = line_of(defective / problem["path"], problem["line"])
        quoted = [word for word in re.findall("“(.+?)”", problem["message"]) if word in line]
        here = [re.match(BEFORE_A_WORD + re.escape(word), line[problem["column"] - 1 :]) for word in quoted]
        assert any(here) or not quoted, f"{specimen}: column {problem['column']} of “{line}” is none of {quoted}"


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_a_specimen_differs_from_the_sound_edition_in_its_defect_alone(specimen: str) -> None:
    """So that a change of the sound edition can't leave an old copy of a file behind here."""
    overlay = DEFECTS / specimen
    files = [path for path in overlay.rglob("*") if path.is_file() and path.name not in NO_PART_OF_IT]
    assert files or specimen in MADE or (overlay / "REMOVE").exists()
    for path in files:
        sound = SOUND / path.relative_to(overlay)
        if sound.exists():
            before, after = (file.read_text(encoding="utf-8").split("\n") for file in (sound, path))
            changed = [row for row in difflib.ndiff(before, after) if row[0] in "+-"]
            assert 0 < len(changed) <= MOST_LINES, f"{path} is a copy of another time: {changed}"


def test_codes_with_several_specimens_show_different_things() -> None:
    for _, names in groupby(SPECIMENS, key=code_of):
        said = [(DEFECTS / name / "expected.txt").read_text(encoding="utf-8") for name in names]
        assert len(set(said)) == len(said)
