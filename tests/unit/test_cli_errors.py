"""What the command line says of faults: exit status, JSON, order, suggestions; and that no input makes it fall over."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policybook import fonts
from policybook.assembly import assemble
from policybook.cli import main
from policybook.codes import CODES
from policybook.diagnostics import ContentError, Problem, Source
from policybook.edition import Edition
from policybook.manuscript import read_manuscript
from policybook.markdown import read_inline, read_markdown
from policybook.records import read

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "tests" / "sound" / "content" / "sample"
FILES = sorted(path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*") if path.is_file())
FOLDERS = sorted(path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*") if path.is_dir())
ROOMS = "parts/01-reading/reading-rooms.md"
CARDS = "parts/01-reading/library-cards.md"


def run(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project), *arguments])


def edit(project: Path, file: str, old: str, new: str) -> None:
    path = project / "content" / "sample" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(result: Result) -> list[dict[str, Any]]:
    problems: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return problems


def examined(project: Path) -> tuple[Problem, ...]:
    """The problems of the edition; any exception but ContentError is the caller's to see."""
    try:
        return assemble(read_manuscript(project / "content" / "sample")).problems
    except ContentError as error:
        return error.problems


# --- exit status ----------------------------------------------------------------------------------------------------


def test_a_sound_edition_is_status_0(sample: Path) -> None:
    result = run(sample, "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 briefs" in result.stdout


def test_a_warning_is_status_0(sample: Path) -> None:
    (sample / "content/sample/data/spare.csv").write_text("town\n", encoding="utf-8")
    result = run(sample, "check")
    assert (result.exit_code, "FILE004" in result.stderr) == (0, True)


def test_an_error_in_the_content_is_status_1(sample: Path) -> None:
    edit(sample, ROOMS, "## The solution", "## The soluton")
    result = run(sample, "check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "BRIEF03" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "2099"], "there is no edition “2099”; there is sample"),
        (["chek"], "No such command"),
        (["check", "--jsn"], "No such option"),
        (["build", "--jobs", "none"], "not a valid integer"),
        (["schema", "editon"], "name one of"),
    ],
)
def test_a_mistake_on_the_command_line_is_status_2(sample: Path, arguments: list[str], said: str) -> None:
    result = run(sample, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_project_without_editions_is_status_2(tmp_path: Path) -> None:
    result = run(tmp_path, "check")
    assert result.exit_code == 2
    assert "no edition" in result.stderr


@pytest.fixture
def _no_font_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    find = importlib.util.find_spec

    def find_all_but_fonts(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "font_source_serif_pro" else find(name, package)

    monkeypatch.setattr("importlib.util.find_spec", find_all_but_fonts)
    fonts.characters.cache_clear()
    yield
    fonts.characters.cache_clear()


@pytest.mark.usefixtures("_no_font_package")
def test_a_font_package_that_is_not_there_is_status_3_with_what_to_type(sample: Path) -> None:
    result = run(sample, "check")
    assert (result.exit_code, result.stdout) == (3, "")
    said, _, remedy = result.stderr.partition("\n")
    assert said == "the font package font-source-serif-pro is not installed"
    assert remedy == "    try: python -m pip install font-source-serif-pro\n"


@pytest.mark.usefixtures("_no_font_package")
def test_what_the_machine_lacks_is_told_as_json_too(sample: Path) -> None:
    result = run(sample, "check", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["remedy"] == "python -m pip install font-source-serif-pro"


def test_the_front_door_gives_the_same_statuses(sample: Path) -> None:
    edit(sample, ROOMS, "Leave the lamp on.", "Leave the <b>lamp on.")
    command = [sys.executable, str(ROOT / "build.py"), "--project", str(sample), "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "reading-rooms.md:14:11: MARK001" in done.stderr
    assert "Traceback" not in done.stderr


# --- what is said ---------------------------------------------------------------------------------------------------


def test_json_tells_code_place_and_hint(sample: Path) -> None:
    edit(sample, CARDS, "    enacted: 2019-03-04", "    enactd: 2019-03-04")
    result = run(sample, "check", "--json")
    assert result.exit_code == 1
    assert told(result) == [
        {
            "code": "YAML002",
            "severity": "error",
            "message": "“enactd” is not known here",
            "hint": "did you mean “enacted”?",
            "path": f"content/sample/{CARDS}",
            "line": 25,
            "column": 5,
        }
    ]
    assert result.stderr == ""


def test_json_of_a_sound_edition_is_an_empty_list(sample: Path) -> None:
    assert told(run(sample, "check", "--json")) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("edition.yaml", "publisher", "publsher"),
        ("edition.yaml", "margin_inner", "margin_iner"),
        ("organizations.yaml", "sort_as", "sortas"),
        ("glossary.yaml", "see_also", "see-also"),
        ("references.yaml", "author", "authors"),
        ("parts/01-reading/part.yaml", "short_title", "short_titel"),
        ("front/copyright.md", "short_title", "shorttitle"),
        (CARDS, "key_figures", "keyfigures"),
        (CARDS, "effective: 2019-07", "efective: 2019-07"),
        (CARDS, "outcome", "outcomes"),
        (CARDS, "caption", "capton"),
        (CARDS, "{field: town", "{feild: town"),
    ],
)
def test_a_misspelled_key_is_the_only_problem_and_the_right_key_is_suggested(
    sample: Path, file: str, right: str, wrong: str
) -> None:
    edit(sample, file, right, wrong)
    (problem,) = told(run(sample, "check", "--json"))
    key = right.partition(":")[0].removeprefix("{")
    assert (problem["code"], problem["hint"]) == ("YAML002", f"did you mean “{key}”?")
    line = (sample / problem["path"]).read_text(encoding="utf-8").split("\n")[problem["line"] - 1]
    assert line[problem["column"] - 1 :].startswith(wrong.partition(":")[0].removeprefix("{"))


def test_the_problems_of_all_files_are_told_at_once_and_in_order(sample: Path) -> None:
    edit(sample, "references.yaml", "issued: 2021-09", "issued: 2021-19")
    edit(sample, "back/afterword.md", "section:library-cards/the-problem", "section:library-cards/the-problm")
    edit(sample, "edition.yaml", "978-0-00-000000-2", "978-0-00-000000-3")
    edit(sample, CARDS, "[@branch-library-circle-2021, p. 4; @alder-bay-clerk-2019]", "[@one, p. 4; @two]")
    edit(sample, ROOMS, "Leave the lamp on.", "Leave the `lamp` on.{index: lamps}")
    edit(sample, "data/cards-issued.csv", '"1,200"', "many")
    problems = told(run(sample, "check", "--json"))
    assert [problem["code"] for problem in problems] == [
        "LINK001",
        "TABL004",
        "EDIT002",
        "CITE001",
        "CITE001",
        "MARK007",
        "INDX001",
        "CASE005",
    ]
    places = [(problem["path"], problem["line"], problem["column"]) for problem in problems]
    assert places == sorted(places)
    said = run(sample, "check").stderr
    assert [said.index(f"{path}:{line}:{column}: ") for path, line, column in places] == sorted(
        said.index(f"{path}:{line}:{column}: ") for path, line, column in places
    )
    assert "8 errors, 0 warnings." in said


def test_a_file_behind_windows_newlines_and_a_byte_order_mark_has_the_same_places(sample: Path) -> None:
    edit(sample, ROOMS, "Leave the lamp on.", "Leave the <b>lamp on.")
    before = told(run(sample, "check", "--json"))
    path = sample / "content/sample" / ROOMS
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(run(sample, "check", "--json")) == before
    assert "    Leave the <b>lamp on.\n              ^\n" in run(sample, "check").stderr


def test_what_is_told_of_a_file_holds_no_control_characters(sample: Path) -> None:
    edit(sample, ROOMS, "Leave the lamp on.", "Leave \x1b[31mthe <b>lamp\x07 on.")
    result = run(sample, "check")
    assert result.exit_code == 1
    assert {problem["code"] for problem in told(run(sample, "check", "--json"))} == {"FONT001", "MARK001"}
    assert not {sign for sign in result.output if not sign.isprintable()} - {"\n"}


# --- nasty input ----------------------------------------------------------------------------------------------------

#: Bytes that nobody means; the same on every run.
NOISE = bytes((index * 167 + index // 7 * 89 + index // 251) % 256 for index in range(4096))
GARBAGE = {
    "empty": b"",
    "noise": NOISE,
    "noise-in-ascii": bytes(byte % 96 + 32 for byte in NOISE),
    "zeros": b"\x00" * 512,
    "newlines": b"\n\r\r\n\n" * 100,
    "a-mark-of-byte-order": b"\xef\xbb\xbf",
    "utf-16": "---\ntitle: x\n---\n".encode("utf-16"),
    "header-alone": b"---\n---\n",
    "header-not-closed": b"---\ntitle: x\nsummary: y\n",
    "dashes": b"---\n" * 50,
    "colons": b"::: callout\n" * 200,
    "quotation-marks": b'"' * 1001,
    "a-scalar": b"x",
    "a-list": b"[]",
    "a-mapping": b"{}",
    "a-null": b"~",
    "tabs": b"\t- a:\n\t\tb",
    "documents": b"--- a\n--- b\n",
    "tag": b"!!python/object/apply:os.system ['true']",
    "line-separators": "a\u2028b\u2029c\x85d: \x0be".encode(),
    "a-long-line": b"a," * 200_000,
}


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("file", FILES)
def test_garbage_in_a_file_is_a_finding_or_nothing(sample: Path, file: str, garbage: str) -> None:
    (sample / "content/sample" / file).write_bytes(GARBAGE[garbage])
    result = run(sample, "check", "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), f"{file}: {result.exception!r}"
    assert result.exit_code in (0, 1)
    for problem in told(result):
        assert problem["code"] in CODES
        assert problem["path"].startswith("content/sample/")
        assert (problem["line"], problem["column"]) >= (1, 1)


@pytest.mark.parametrize("file", FILES)
def test_a_folder_named_like_a_file_is_a_finding(sample: Path, file: str) -> None:
    path = sample / "content/sample" / file
    path.unlink()
    path.mkdir()
    result = run(sample, "check", "--json")
    if file == "edition.yaml":
        assert result.exit_code == 2
    else:
        assert result.exit_code == 1
        assert {"FILE001"} == {problem["code"] for problem in told(result)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_file_named_like_a_folder_is_a_finding_or_nothing(sample: Path, folder: str) -> None:
    path = sample / "content/sample" / folder
    shutil.rmtree(path)
    path.write_text("x", encoding="utf-8")
    result = run(sample, "check", "--json")
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, bool(told(result))) == (1, True)


@pytest.mark.parametrize("file", FILES)
def test_a_link_that_leads_in_a_circle_or_nowhere_is_a_finding(sample: Path, file: str) -> None:
    path = sample / "content/sample" / file
    for target in (path.name, "nowhere"):
        path.unlink()
        path.symlink_to(target)
        result = run(sample, "check", "--json")
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == (2 if file == "edition.yaml" else 1)


MARKDOWN = {
    "lists-on-one-line": "- " * 10_000 + "x",
    "lists-on-lines": "\n".join("  " * depth + "- x" for depth in range(400)),
    "quotations": ">" * 10_000 + " x",
    "quotations-of-lists": "> - " * 2_500 + "x",
    "numbered": "1. " * 10_000 + "x",
}


@pytest.mark.parametrize("nested", MARKDOWN)
def test_markdown_that_is_nested_too_deeply_is_a_finding_and_nothing_is_lost_in_silence(
    sample: Path, nested: str
) -> None:
    edit(sample, ROOMS, "Leave the lamp on.", MARKDOWN[nested])
    problems = told(run(sample, "check", "--json"))
    codes = {problem["code"] for problem in problems}
    assert {"MARK007"} <= codes <= {"MARK007", "BRIEF01"}, "the parser may leave out what follows, headings too"
    assert min(problem["line"] for problem in problems if problem["code"] == "MARK007") >= 14


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_markdown_that_is_nested_as_people_do_is_read(depth: int) -> None:
    document = read_markdown("> " * depth + "x\n\n" + "\n".join("  " * level + "- y" for level in range(depth)), "x.md")
    assert document.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000 + "x" + "](y)" * 5_000,
        "*" * 10_000 + "x" + "*" * 10_000,
        "*a **b " * 3_000,
        "[@" * 5_000,
        "{index: " * 5_000,
        "<" * 10_000,
        "![" * 5_000,
        "`" * 9_999,
        "[^" * 5_000 + "]: x",
        "[^a]: x\n" * 2_000,
        "::: callout\n" * 500 + ":::\n" * 500,
        "&#0; &#x110000; &bogus; &amp;",
        "\\" * 9_999,
    ],
    ids=lambda text: text[:12],
)
def test_markdown_that_repeats_its_signs_without_end_is_read(text: str) -> None:
    read_markdown(text, "x.md")
    read_inline(text, Source("x.yaml", 1, 3), [f"a: {line}" for line in text.split("\n")])


def test_words_that_are_nested_too_deeply_are_a_finding() -> None:
    text = "*" * 10_000 + "x" + "*" * 10_000
    for problems in (read_markdown(text, "x.md").problems, read_inline(text, Source("x.md"), [text])[1]):
        assert [problem.code for problem in problems] == ["MARK007"]


BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
YAML = {
    "bomb": BOMB,
    "an-anchor-of-itself": "a: &a [*a]",
    "open-lists": "[" * 10_000,
    "closed-lists": "[" * 10_000 + "]" * 10_000,
    "mappings": "\n".join("  " * depth + "a:" for depth in range(2_000)),
    "flow-mappings": "{a: " * 5_000 + "}" * 5_000,
    "keys-that-are-lists": "? " * 3_000 + "x",
    "merge": "<<: {title: x}\n",
    "a-control-character": "title: “x” \x07\n",
}


@pytest.mark.parametrize("nasty", YAML)
@pytest.mark.parametrize("file", ["edition.yaml", "glossary.yaml", "parts/02-streets/part.yaml"])
def test_nasty_yaml_is_a_finding_at_its_place(sample: Path, file: str, nasty: str) -> None:
    (sample / "content/sample" / file).write_text(YAML[nasty], encoding="utf-8")
    problems = told(run(sample, "check", "--json"))
    assert {problem["code"] for problem in problems} <= {"YAML001", "YAML002", "YAML003", "YAML004"}
    assert {problem["path"] for problem in problems} == {f"content/sample/{file}"}


def test_an_alias_is_told_where_it_stands() -> None:
    (problem,) = read("a: &x [1]\nb: *x\n", "x.yaml", Edition).problems
    assert (problem.code, str(problem.source)) == ("YAML001", "x.yaml:2:4")


FUZZ = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
#: Pieces that mean something to the dialect, so that chance meets its rules.
PIECES = st.sampled_from(
    """---⏎ ⏎⏎ ::: ␣ :::⏎ :::␣case␣x⏎ :::␣table␣t⏎ ##␣ ###␣ #␣ -␣ 1.␣ >␣ [^a] [^a]:␣ [@a ;␣@b] ] [ ]( ) brief:x
    {index:␣ {index␣from:␣ {index␣to:␣ {place:␣ } ␣>␣ (main) <b> ![ ` * ** \\ a:␣ -␣id:␣x⏎ file:␣x⏎ ␣␣ ␉ ' " “ é ☃ , |
    """.translate({ord("⏎"): "|n", ord("␣"): "|s", ord("␉"): "|t"}).split()
).map(lambda piece: piece.replace("|n", "\n").replace("|s", " ").replace("|t", "\t"))
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


@FUZZ
@given(text=TEXTS)
def test_any_text_is_markdown_or_a_finding(text: str) -> None:
    lines = text.split("\n")
    for problem in read_markdown(text, "x.md").problems:
        assert problem.source is not None
        assert 1 <= problem.source.line <= len(lines)
        assert 1 <= problem.source.column <= len(lines[problem.source.line - 1]) + 1


@FUZZ
@given(text=TEXTS)
def test_any_text_is_yaml_or_a_finding(text: str) -> None:
    reading = read(text, "x.yaml", Edition)
    assert reading.problems
    assert all(problem.source is not None for problem in reading.problems)


@FUZZ
@given(name=st.sampled_from(FILES), text=TEXTS, keep=st.booleans())
def test_any_text_in_any_file_is_a_finding_or_nothing(sample: Path, name: str, text: str, keep: bool) -> None:
    path = sample / "content/sample" / name
    sound = (SAMPLE / name).read_bytes()
    path.write_bytes((sound if keep else b"") + text.encode("utf-8"))
    for problem in examined(sample):
        assert problem.source is None or problem.source.path.startswith("content/sample")
    path.write_bytes(sound)


@FUZZ
@given(name=st.sampled_from(FILES), data=st.binary(max_size=300), cut=st.integers(0, 4000))
def test_any_bytes_within_any_file_are_a_finding_or_nothing(sample: Path, name: str, data: bytes, cut: int) -> None:
    path = sample / "content/sample" / name
    sound = (SAMPLE / name).read_bytes()
    path.write_bytes(sound[:cut] + data + sound[cut:])
    examined(sample)
    path.write_bytes(sound)
