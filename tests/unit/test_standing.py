"""A build that has nothing to do: any change of what it depends on is seen, and nothing heavy is loaded to see none."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policybook.delivery import Delivered, Manifest
from policybook.diagnostics import MachineError
from policybook.standing import Standing, Tools, find_tools, inputs_digest, record, stands

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Tools(("Python 3.11.7", "weasyprint-70.0.dist-info", "/usr/lib/libpango-1.0.so.0.5000.12 425568 1671114025"))
REPORT = {"manifest": {"files": []}, "fit": [{"brief": "a", "lines": -3}], "problems": [{"code": "LAYT004"}]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one edition, with a template, a style and a printer of its own."""
    folder = tmp_path / "project"
    for name, text in {
        "content/2026/edition.yaml": "title: x\n",
        "content/2026/parts/01-work/wages.md": "A word.\n",
        "content/2026/data/rates.csv": "town,rate\n",
        "content/2025/edition.yaml": "title: y\n",
        "templates/body/brief.html.j2": "<p></p>",
        "styles/tokens.css": ":root{}",
        "printers/shop.yaml": "ink: black\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "content/2026/images").mkdir()
    (folder / "content/2026/images/map.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x01")
    return folder


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package in a checkout, with what ships beside it."""
    for name in (
        "policybook/__init__.py",
        "policybook/prepress/screen.py",
        "policybook/fonts.conf",
        "templates/book.html.j2",
        "styles/tokens.css",
        "printers/shop.yaml",
    ):
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")
    return tmp_path / "checkout" / "policybook"


Digest = Callable[[], str]


@pytest.fixture
def digest(project: Path, package: Path) -> Digest:
    """Gives the hash of all inputs as they are now."""
    return lambda: inputs_digest(project, "2026", ("profile screen",), tools=TOOLS, package=package)


# --- what a build depends on ------------------------------------------------------------------------------------------


def test_with_nothing_changed_the_inputs_are_the_same(digest: Digest, project: Path, package: Path) -> None:
    before = digest()
    assert re.fullmatch(r"[0-9a-f]{64}", before)
    for path in project.rglob("*"):
        os.utime(path, (1, 1))
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "cli.cpython-311.pyc").write_bytes(b"compiled")
    (project / "content/2025/edition.yaml").write_text("title: z\n", "utf-8")
    (project / "output/2026").mkdir(parents=True)
    (project / "output/2026/screen.pdf").write_bytes(b"%PDF")
    assert digest() == before


@pytest.mark.parametrize(
    "name",
    [
        "content/2026/edition.yaml",
        "content/2026/parts/01-work/wages.md",
        "content/2026/data/rates.csv",
        "content/2026/images/map.png",
        "templates/body/brief.html.j2",
        "styles/tokens.css",
        "printers/shop.yaml",
    ],
)
@pytest.mark.parametrize("change", ["one byte", "name", "gone", "a new neighbour"])
def test_a_file_of_the_project_is_an_input(digest: Digest, project: Path, name: str, change: str) -> None:
    path, before = project / name, digest()
    data, other = path.read_bytes(), path.with_name(f"x{path.name}")
    if change == "one byte":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif change == "name":
        path.rename(other)
    elif change == "gone":
        path.unlink()
    else:
        other.write_bytes(data)
    assert digest() != before
    path.write_bytes(data)
    other.unlink(missing_ok=True)
    assert digest() == before, "what is put back as it was is the same again"


@pytest.mark.parametrize(
    "name",
    [
        "policybook/__init__.py",
        "policybook/prepress/screen.py",
        "policybook/fonts.conf",
        "templates/book.html.j2",
        "styles/tokens.css",
        "printers/shop.yaml",
    ],
)
def test_a_file_of_the_package_or_shipped_with_it_is_an_input(digest: Digest, package: Path, name: str) -> None:
    before, path = digest(), package.parent / name
    data = path.read_bytes()
    path.write_bytes(data + b"\n")
    assert digest() != before
    path.write_bytes(data)
    assert digest() == before
    path.with_name(f"x{path.name}").write_bytes(data)
    assert digest() != before


def test_by_default_it_is_this_package_wherever_it_lies(project: Path, tmp_path: Path) -> None:
    for name in ("policybook", "templates", "styles", "printers"):
        shutil.copytree(ROOT / name, tmp_path / "moved" / name, ignore=shutil.ignore_patterns("__pycache__"))
    here, package = inputs_digest(project, "2026", tools=TOOLS), tmp_path / "moved" / "policybook"
    assert inputs_digest(project, "2026", tools=TOOLS, package=package) == here
    (package / "cli.py").write_text("", "utf-8")
    assert inputs_digest(project, "2026", tools=TOOLS, package=package) != here


@pytest.mark.parametrize("name", ["templates", "styles", "printers"])
def test_what_ships_inside_an_installed_package_is_an_input(digest: Digest, package: Path, name: str) -> None:
    for folder in ("templates", "styles", "printers"):
        (package / "shipped").mkdir(exist_ok=True)
        (package.parent / folder).rename(package / "shipped" / folder)
    before = digest()
    path = next(path for path in sorted((package / "shipped" / name).rglob("*")) if path.is_file())
    path.write_bytes(path.read_bytes() + b"\n")
    assert digest() != before


def test_an_empty_folder_is_an_input(digest: Digest, project: Path) -> None:
    before = digest()
    (project / "content/2026/parts/02-homes").mkdir()
    assert digest() != before


@pytest.mark.parametrize("folder", ["content/2026/images", "templates", "styles"])
def test_a_link_counts_by_where_it_leads_and_what_is_there(digest: Digest, project: Path, folder: str) -> None:
    one, two = project / folder / "one.svg", project / folder / "two.svg"
    for path in (one, two):
        path.write_text("<svg/>", "utf-8")
    link = project / folder / "link.svg"
    link.symlink_to("one.svg")
    before = digest()
    link.unlink()
    link.symlink_to("two.svg")
    assert digest() != before
    link.unlink()
    elsewhere = project.parent / "elsewhere.svg"
    elsewhere.write_text("<svg/>", "utf-8")
    link.symlink_to(elsewhere)
    before = digest()
    elsewhere.write_text("<svg></svg>", "utf-8")
    assert digest() != before


def test_a_linked_folder_of_templates_is_an_input_and_circles_end(digest: Digest, project: Path) -> None:
    shared = project.parent / "shared"
    shared.mkdir()
    (shared / "case.html.j2").write_text("<p>", "utf-8")
    for name in ("round", "about"):  # two, so that one who goes round and round never comes to an end
        (shared / name).symlink_to(shared)
    (project / "templates/components").symlink_to(shared)
    before = digest()
    (shared / "case.html.j2").write_text("<b>", "utf-8")
    assert digest() != before


def test_what_can_not_be_read_is_no_obstacle(digest: Digest, project: Path) -> None:
    before = digest()
    (project / "content/2026/nowhere").symlink_to("nowhere")
    os.mkfifo(project / "content/2026/pipe")
    assert digest() != before


def test_a_projects_own_file_is_not_taken_for_a_shipped_one(project: Path, package: Path, digest: Digest) -> None:
    before = digest()
    (project / "printers/shop.yaml").rename(project / "shop.yaml")
    (package.parent / "printers/shop.yaml").unlink()
    without = digest()
    (project / "printers/shop.yaml").write_text("ink: black\n", "utf-8")
    only_own = digest()
    (project / "printers/shop.yaml").rename(package.parent / "printers/shop.yaml")
    assert len({before, without, only_own, digest()}) == 4


def test_options_edition_date_and_tools_are_inputs(
    digest: Digest, project: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(edition: str = "2026", options: tuple[str, ...] = ("profile screen",), tools: Tools = TOOLS) -> str:
        return inputs_digest(project, edition, options, tools=tools, package=package)

    assert other() == digest()
    seen = {digest(), other(edition="2025"), other(options=()), other(options=("profile", "screen"))}
    seen.add(other(options=("profile screen", "strict-fit")))
    seen.add(other(tools=Tools(tuple(line.replace("70.0", "70.1") for line in TOOLS.lines))))
    seen.add(other(tools=Tools(TOOLS.lines[:-1])))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    seen.add(digest())
    assert len(seen) == 8
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert digest() in seen


# --- the tools --------------------------------------------------------------------------------------------------------


def test_the_machines_tools_are_named_with_their_versions() -> None:
    tools = find_tools()
    told = "\n".join(tools.lines)
    assert f"Python {sys.version}" in told
    for name in ("weasyprint-70.0", "pydyf-", "pikepdf-", "uharfbuzz-", "font_source_serif_pro-", "markdown_it_py-"):
        assert f"\n{name}" in told, name
    assert re.search(r"^/.*/libpango-1\.0\S* \d+ \d+$", told, re.MULTILINE)
    assert tools.unseen == ()
    assert find_tools() == tools


def test_another_version_of_a_distribution_is_another_tool(tmp_path: Path) -> None:
    (tmp_path / "weasyprint-70.0.dist-info").mkdir()
    before = find_tools([str(tmp_path)], [])
    assert "weasyprint-70.0.dist-info" in before.lines
    (tmp_path / "weasyprint-70.0.dist-info").rename(tmp_path / "weasyprint-70.1.dist-info")
    assert find_tools([str(tmp_path)], []) != before
    assert find_tools([str(tmp_path / "nowhere")], []) != before


@pytest.mark.parametrize("name", ["libpango-1.0.so.0", "libpango-1.0.dylib", "libharfbuzz.so.0"])
def test_another_file_of_a_library_is_another_tool(tmp_path: Path, name: str) -> None:
    (tmp_path / "pango.so.1").write_bytes(b"elf")
    (tmp_path / "pango.so.2").write_bytes(b"elf")
    os.utime(tmp_path / "pango.so.1", (1, 1))
    os.utime(tmp_path / "pango.so.2", (1, 1))
    (tmp_path / name).symlink_to("pango.so.1")
    seen = [find_tools([], [tmp_path])]
    os.utime(tmp_path / "pango.so.1", (2, 2))
    seen.append(find_tools([], [tmp_path]))
    (tmp_path / "pango.so.1").write_bytes(b"longer")
    os.utime(tmp_path / "pango.so.1", (1, 1))
    seen.append(find_tools([], [tmp_path]))
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to("pango.so.2")
    seen.append(find_tools([], [tmp_path]))
    assert len({tools.lines for tools in seen}) == 4
    assert {tools.unseen for tools in seen} == {() if "pango" in name else ("Pango",)}


def test_a_library_that_is_found_nowhere_is_named() -> None:
    assert find_tools([], []).unseen == ("Pango",)


# --- the record -------------------------------------------------------------------------------------------------------

FILES = {"screen.pdf": b"%PDF-1.7 of today", "press/interior.pdf": b"%PDF-1.6 of today"}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Two delivered files with their manifest, and the record of the build."""
    folder = tmp_path / "output"
    (folder / "2026/press").mkdir(parents=True)
    for name, content in FILES.items():
        (folder / "2026" / name).write_bytes(content)
    told = tuple(Delivered(n, hashlib.sha256(c).hexdigest(), len(c), 12, "PDF/UA-1") for n, c in FILES.items())
    manifest = Manifest("2026", "0" * 64, told, {"weasyprint": "70.0"})
    (folder / "2026/manifest.json").write_text(manifest.as_json(), "utf-8")
    record(folder, "2026", "1" * 64, manifest, REPORT)
    return folder


def the_record(output: Path) -> Path:
    return output / ".cache" / "2026.standing.json"


def test_a_build_with_the_same_inputs_and_whole_files_stands_and_says_the_same(output: Path) -> None:
    standing = stands(output, "2026", "1" * 64)
    assert isinstance(standing, Standing)
    assert standing.report == REPORT
    assert standing.files.keys() == {"screen.pdf", "press/interior.pdf", "manifest.json"}
    assert [path.name for path in (output / ".cache").iterdir()] == ["2026.standing.json"]


def test_other_inputs_another_edition_or_no_record_do_not_stand(output: Path) -> None:
    assert stands(output, "2026", "2" * 64) is None
    assert stands(output, "2025", "1" * 64) is None
    assert stands(output.parent / "nowhere", "2026", "1" * 64) is None
    the_record(output).rename(the_record(output).with_name("2025.standing.json"))
    assert stands(output, "2025", "1" * 64) is None, "the other edition's files are not there"


@pytest.mark.parametrize("name", ["screen.pdf", "press/interior.pdf", "manifest.json"])
@pytest.mark.parametrize("change", ["altered", "cut off", "gone", "a folder"])
def test_a_delivered_file_that_is_not_as_it_was_does_not_stand(output: Path, name: str, change: str) -> None:
    path = output / "2026" / name
    data = path.read_bytes()
    path.unlink()
    if change == "altered":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif change == "cut off":
        path.write_bytes(data[:-1])
    elif change == "a folder":
        path.mkdir()
    assert stands(output, "2026", "1" * 64) is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"sha256": "0", "standing": {}}',
        b'{"sha256": 1, "standing": null}',
    ],
    ids=["empty", "mapping", "list", "null", "deep", "no-text", "no-standing", "null-standing"],
)
def test_a_record_that_is_none_does_not_stand(output: Path, damage: bytes) -> None:
    the_record(output).write_bytes(damage)
    assert stands(output, "2026", "1" * 64) is None


def test_a_record_with_any_part_altered_does_not_stand(output: Path) -> None:
    text = the_record(output).read_text("utf-8")
    for old, new in (("LAYT004", "LAYT005"), ("-3", "3"), ("press/interior", "press/exterior"), ("1" * 64, "2")):
        assert old in text
        the_record(output).write_text(text.replace(old, new), "utf-8")
        assert stands(output, "2026", "1" * 64) is None
        assert stands(output, "2026", "2") is None
    the_record(output).write_text(text[:-20], "utf-8")
    assert stands(output, "2026", "1" * 64) is None
    the_record(output).write_text(json.dumps(json.loads(text)), "utf-8")
    assert stands(output, "2026", "1" * 64) is not None, "how it is laid out does not matter"


def test_a_record_of_no_files_does_not_stand(tmp_path: Path) -> None:
    record(tmp_path, "2026", "1" * 64, Manifest("2026", "0" * 64, (), {}), REPORT)
    assert stands(tmp_path, "2026", "1" * 64) is None, "there is no manifest"


def test_a_record_that_can_not_be_written_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("in the way", "utf-8")
    with pytest.raises(MachineError, match="can't be written") as caught:
        record(tmp_path, "2026", "1" * 64, Manifest("2026", "0" * 64, (), {}), REPORT)
    assert "--output" in caught.value.remedy


# --- the command line -------------------------------------------------------------------------------------------------

HEAVY = ("weasyprint", "pydantic", "jinja2", "pikepdf", "pypdfium2", "yaml", "markdown_it", "fontTools", "uharfbuzz")
ASK = f"""
import atexit, sys
atexit.register(lambda: print(sorted({{*sys.modules}} & {{*{HEAVY!r}, "policybook.pipeline"}}), file=sys.stderr))
from policybook.cli import main
main()
"""


def ask(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process that says last which heavy modules it has loaded."""
    command = [sys.executable, "-c", ASK, "--project", str(project), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done


def test_a_build_with_nothing_to_do_loads_nothing_heavy_and_says_the_same(sample: Path) -> None:
    (sample / "content/sample/data/spare.csv").write_text("town\n", encoding="utf-8")
    pdf = sample / "output/sample/screen.pdf"
    built = ask(sample, "build", "--jobs", "1")
    assert "weasyprint" in built.stderr.splitlines()[-1], "the probe sees what is loaded"
    (warning,) = (line for line in built.stderr.splitlines() if "FILE004" in line)
    made = pdf.read_bytes(), pdf.stat().st_ino
    stood = ask(sample, "build", "--jobs", "2")
    *said, loaded = stood.stderr.splitlines()
    assert loaded == "[]"
    assert warning in said
    assert said[-1] == "nothing has changed since the last build"
    assert stood.stdout == built.stdout
    assert (pdf.read_bytes(), pdf.stat().st_ino) == made
    told = json.loads(ask(sample, "build", "--json").stdout)
    assert told["unchanged"] is True
    assert [problem["code"] for problem in told["problems"]] == ["FILE004"]
    assert told["manifest"] == json.loads((sample / "output/sample/manifest.json").read_text("utf-8"))
    pdf.write_bytes(b"")
    again = json.loads(ask(sample, "build", "--json", "--jobs", "1").stdout)
    assert again == {**told, "unchanged": False}
    assert pdf.read_bytes() == made[0]


def test_help_loads_nothing_heavy(sample: Path) -> None:
    for arguments in (["--help"], ["build", "--help"], ["cache"], ["cache", "--verify"]):
        assert ask(sample, *arguments).stderr == "[]\n"
