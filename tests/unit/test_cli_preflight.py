"""The `preflight` command: what it takes, says and returns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from policybook.cli_preflight import preflight
from tests.preflight.specimen import COVER_PAGES, ISBN, paint, saved, sound_cover, sound_interior, text

PRINTER = "digital-short-run"


@pytest.fixture
def interior(tmp_path: Path) -> Path:
    path = tmp_path / "interior.pdf"
    path.write_bytes(saved(sound_interior()))
    return path


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    path = tmp_path / "cover.pdf"
    path.write_bytes(saved(sound_cover()))
    return path


def _run(*arguments: object, project: Path | None = None) -> Result:
    return CliRunner().invoke(preflight, [str(each) for each in arguments], obj=project)


def _statuses(result: Result) -> dict[str, str]:
    return {rule["code"]: rule["status"] for rule in json.loads(result.stdout)["rules"]}


def _spoiled(path: Path, size: float = 10, colour: bytes = b".5 .4 .4 .6 k") -> Path:
    pdf = sound_interior()
    paint(pdf, 2, text("A specimen", 96, 420, size, colour=colour))
    path.write_bytes(saved(pdf))
    return path


def test_a_sound_file_returns_0(interior: Path) -> None:
    result = _run(interior, "--printer", PRINTER)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "interior.pdf: interior, 4 pages"
    assert result.stdout.splitlines()[-1].startswith("0 errors, 0 warnings. ")


def test_an_error_returns_1_and_names_the_page(tmp_path: Path) -> None:
    result = _run(_spoiled(tmp_path / "bad.pdf"), "--printer", PRINTER)
    assert result.exit_code == 1
    assert "PRES018" in result.stdout
    assert "(page 2)" in result.stdout


def test_a_warning_returns_0_and_strictly_1(tmp_path: Path) -> None:
    pdf = sound_interior()
    pdf.pages[1].obj.Contents = pdf.make_stream(b"")
    path = tmp_path / "empty.pdf"
    path.write_bytes(saved(pdf))
    assert _run(path, "--printer", PRINTER).exit_code == 0
    assert _run(path, "--printer", PRINTER, "--strict").exit_code == 1
    assert _run(path, "--printer", PRINTER, "--strict", "--blanks", "2").exit_code == 0


def test_json_is_all_that_is_printed(interior: Path) -> None:
    told = json.loads(_run(interior, "--printer", PRINTER, "--json").stdout)
    assert told["format"] == "policybook-preflight-1"
    assert told["file"] == "interior.pdf"
    assert len(told["rules"]) == 36


def test_the_page_is_written(interior: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = _run(interior, "--printer", PRINTER, "--html", page)
    assert result.exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert str(page) in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["interior.pdf", "report.html"]


def test_the_file_is_not_written_over(interior: Path) -> None:
    before = interior.read_bytes()
    assert _run(interior, "--printer", PRINTER, "--html", interior).exit_code == 2
    assert interior.read_bytes() == before


def test_a_cover_of_which_nothing_is_known_is_not_checked_in_part(cover: Path) -> None:
    statuses = _statuses(_run(cover, "--printer", PRINTER, "--kind", "cover", "--json"))
    assert (statuses["PRES035"], statuses["PRES036"]) == ("not checked", "not checked")


def test_a_cover_is_measured_by_what_is_typed(cover: Path) -> None:
    typed: list[Any] = ["--kind", "cover", "--printer", PRINTER, "--trim", "7x10in", "--isbn", "978-0-306-40615-7"]
    right = _run(cover, *typed, "--pages", COVER_PAGES, "--json")
    wrong = _run(cover, *typed, "--pages", 400, "--json")
    assert (right.exit_code, _statuses(right)["PRES035"], _statuses(right)["PRES036"]) == (0, "passed", "passed")
    assert (wrong.exit_code, _statuses(wrong)["PRES035"]) == (1, "error")


def test_another_isbn_is_an_error(cover: Path) -> None:
    result = _run(cover, "--kind", "cover", "--printer", PRINTER, "--isbn", "9781566199094")
    assert result.exit_code == 1
    assert ISBN in result.stdout


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "--printer NAME"),
        (["--printer", PRINTER, "--stock", "felt"], "has no paper “felt”"),
        (["--printer", PRINTER, "--isbn", "0306406152"], "no ISBN of 13 digits"),
        (["--printer", PRINTER, "--trim", "small"], "such as 7x10in"),
        (["--printer", PRINTER, "--blanks", "two"], "such as 2,4,163-164"),
        (["--printer", PRINTER, "--html", "/no/such/folder/report.html"], "there is no folder"),
        (["--printer", PRINTER, "--project-edition", "1999"], "there is no edition “1999”"),
    ],
)
def test_what_was_typed_wrong_returns_2_with_words(interior: Path, typed: list[str], said: str) -> None:
    result = _run(interior, *typed)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_a_printer_that_there_is_not_returns_1_with_its_code(interior: Path) -> None:
    result = _run(interior, "--printer", "digital-short-rum")
    assert result.exit_code == 1
    assert "PRTR001" in result.stderr
    assert PRINTER in result.stderr


def test_what_is_no_pdf_returns_1_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "words.pdf"
    path.write_text("words")
    result = _run(path, "--printer", PRINTER)
    assert result.exit_code == 1
    assert "PRES000" in result.stderr
    assert isinstance(result.exception, SystemExit)


@pytest.fixture
def edition(sample: Path) -> Path:
    """The sample project, with a printer, an ISBN and a finding that it accepts."""
    path = sample / "content" / "sample" / "edition.yaml"
    words = path.read_text(encoding="utf-8")
    accepted = "{code: PRES018, reason: the page is a joke, pages: [2]}"
    pressed = f"press:\n  printer: {PRINTER}\n  suppress:\n    - {accepted}\n"
    path.write_text(words.rstrip() + "\n" + pressed, encoding="utf-8")
    return sample


def test_an_edition_names_the_printer_and_accepts_findings_with_a_reason(edition: Path, tmp_path: Path) -> None:
    path = _spoiled(tmp_path / "bad.pdf")
    result = _run(path, "--project-edition", "sample", "--json", project=edition)
    told = json.loads(result.stdout)
    assert told["printer"]["name"] == "Digital short run"
    assert [(each["code"], each["page"], each["reason"]) for each in told["suppressed"]] == [
        ("PRES018", 2, "the page is a joke")
    ]
    assert _statuses(result)["PRES018"] == "suppressed"


def test_an_edition_that_can_not_be_read_returns_1_with_the_place(edition: Path, interior: Path) -> None:
    path = edition / "content" / "sample" / "edition.yaml"
    path.write_text("title: [", encoding="utf-8")
    result = _run(interior, "--project-edition", "sample", project=edition)
    assert result.exit_code == 1
    assert "content/sample/edition.yaml:2:" in result.stderr


def test_the_count_of_pages_is_that_of_the_last_build(edition: Path, cover: Path) -> None:
    folder = edition / "output" / "sample"
    folder.mkdir(parents=True)
    files = [{"path": "press/interior.pdf", "pages": 402}]
    (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    typed: list[Any] = ["--kind", "cover", "--project-edition", "sample", "--trim", "7x10in", "--json"]
    assert _statuses(_run(cover, *typed, project=edition))["PRES035"] == "error"
    assert _statuses(_run(cover, *typed, "--pages", COVER_PAGES, project=edition))["PRES035"] == "passed"
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    assert _statuses(_run(cover, *typed, project=edition))["PRES035"] == "not checked"
