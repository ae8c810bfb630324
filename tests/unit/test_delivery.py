"""Delivery: the finished files take the place of the last ones all at once, or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from policybook import __version__
from policybook.cli import main
from policybook.delivery import Manifest, Product, deliver, source_digest
from policybook.diagnostics import ContentError, MachineError
from policybook.pipeline import Order, build

PDF = Product("screen.pdf", b"%PDF-1.7 of today", 12, "PDF/UA-1")
PRESS = Product("press/interior.pdf", b"%PDF-1.6 of today", 12, "PDF/X-4", "9780306406157_interior.pdf")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A content folder of two files."""
    folder = tmp_path / "content" / "2026"
    (folder / "parts").mkdir(parents=True)
    (folder / "edition.yaml").write_text("title: x\n", "utf-8")
    (folder / "parts" / "a.md").write_text("text\n", "utf-8")
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where to deliver, with something delivered before."""
    folder = tmp_path / "output" / "2026"
    (folder / "old").mkdir(parents=True)
    (folder / "screen.pdf").write_bytes(b"%PDF-1.7 of yesterday")
    (folder / "old" / "gone.pdf").write_bytes(b"no longer made")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str, number: int, error: Exception) -> None:
    """Let a method of Path fail at its n-th call."""
    method, calls = getattr(Path, name), iter(range(1, 1000))

    def failing(self: Path, *arguments: object, **options: object) -> object:
        if next(calls) == number:
            raise error
        return method(self, *arguments, **options)

    monkeypatch.setattr(Path, name, failing)


# --- what is delivered ------------------------------------------------------------------------------------------------


def test_the_files_and_their_manifest_take_the_place_of_all_that_was_there(source: Path, output: Path) -> None:
    manifest = deliver(output, "2026", source, (PDF, PRESS))
    found = files(output)
    assert found.keys() == {"screen.pdf", "press/interior.pdf", "manifest.json"}
    assert (found["screen.pdf"], found["press/interior.pdf"]) == (PDF.content, PRESS.content)
    assert json.loads(found["manifest.json"]) == json.loads(manifest.as_json())
    assert [path.name for path in output.parent.iterdir()] == ["2026"]


def test_the_first_delivery_makes_the_folder(source: Path, tmp_path: Path) -> None:
    deliver(tmp_path / "a" / "b" / "2026", "2026", source, (PDF,))
    assert files(tmp_path / "a").keys() == {"b/2026/screen.pdf", "b/2026/manifest.json"}


def test_the_manifest_tells_each_files_digest_size_pages_and_standard(source: Path, output: Path) -> None:
    deliver(output, "2026", source, (PDF, PRESS))
    told = json.loads((output / "manifest.json").read_text("utf-8"))
    assert told["files"][1] == {
        "path": "press/interior.pdf",
        "sha256": hashlib.sha256(PRESS.content).hexdigest(),
        "bytes": len(PRESS.content),
        "pages": 12,
        "standard": "PDF/X-4",
        "send_as": "9780306406157_interior.pdf",
    }
    assert told["edition"] == "2026"
    assert told["source_sha256"] == source_digest(source)
    assert told["tools"]["policybook"] == __version__
    assert told["tools"]["weasyprint"]


def test_the_manifest_is_the_same_for_the_same_files(source: Path, output: Path) -> None:
    def manifest() -> Manifest:
        return deliver(output, "2026", source, (PDF,))

    assert manifest() == manifest()


@pytest.mark.parametrize("change", ["text", "name", "new", "moved"])
def test_the_sources_digest_knows_names_and_bytes(source: Path, change: str) -> None:
    before = source_digest(source)
    assert source_digest(source) == before
    path = source / "parts" / "a.md"
    if change == "text":
        path.write_text("texts\n", "utf-8")
    elif change == "name":
        path.rename(source / "parts" / "b.md")
    elif change == "moved":
        path.rename(source / "a.md")
    else:
        (source / "empty.md").touch()
    assert source_digest(source) != before


def test_files_can_be_read_by_others(source: Path, output: Path) -> None:
    deliver(output, "2026", source, (PDF,))
    assert output.stat().st_mode & 0o777 == 0o755


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "number"), [("write_bytes", 1), ("write_bytes", 2), ("write_text", 1), ("replace", 1)]
)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_exception_in_the_middle_leaves_the_last_output_and_nothing_else(
    source: Path, output: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int, error: BaseException
) -> None:
    before = files(output)
    fail_at(monkeypatch, name, number, error)  # type: ignore[arg-type]
    with pytest.raises((MachineError, KeyboardInterrupt)):
        deliver(output, "2026", source, (PDF, PRESS))
    assert files(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["2026"]


def test_a_failure_between_the_old_folder_and_the_new_one_puts_the_old_one_back(
    source: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(output)
    fail_at(monkeypatch, "replace", 2, OSError(28, "No space left on device"))
    with pytest.raises(MachineError):
        deliver(output, "2026", source, (PDF,))
    assert files(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["2026"]


def test_what_an_interrupted_delivery_left_behind_is_cleared_away(source: Path, output: Path) -> None:
    (output.parent / ".2026.old").mkdir()
    (output.parent / ".2026.old" / "screen.pdf").write_bytes(b"older")
    deliver(output, "2026", source, (PDF,))
    assert [path.name for path in output.parent.iterdir()] == ["2026"]


def test_a_folder_that_can_not_be_made_is_the_machines_fault(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(MachineError, match="can't be written") as caught:
        deliver(tmp_path / "file" / "2026", "2026", source, (PDF,))
    assert caught.value.remedy
    assert MachineError.exit_status == 3


@pytest.mark.parametrize("cache", [[], ["--no-cache"]])
def test_an_output_that_can_not_be_written_ends_with_status_3_and_a_remedy(sample: Path, cache: list[str]) -> None:
    (sample / "file").write_text("in the way", "utf-8")
    arguments = ["--project", str(sample), "build", "sample", "--jobs", "1", "--output", str(sample / "file" / "out")]
    result = CliRunner().invoke(main, [*arguments, *cache])
    assert result.exit_code == 3, result.output
    assert "can't be written" in result.output
    assert "try: " in result.output


@pytest.fixture
def built(sample: Path) -> Order:
    """An order for the sample, carried out."""
    order = Order(sample, "sample", sample / "output")
    build(order)
    return order


def test_content_with_an_error_leaves_the_last_good_book(built: Order) -> None:
    before = files(built.output / "sample")
    path = built.content / "front" / "preface.md"
    text = path.read_text("utf-8")
    path.write_text(text + "\nSee [](brief:nowhere).\n", "utf-8")
    with pytest.raises(ContentError, match="LINK001"):
        build(built)
    assert files(built.output / "sample") == before
    path.write_text(text + f"\n{'W' * 300}\n", "utf-8")
    with pytest.raises(ContentError, match="LAYT002"):
        build(built)
    assert files(built.output / "sample") == before
    assert sorted(path.name for path in built.output.iterdir()) == [".cache", "sample"]
