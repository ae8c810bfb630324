"""The `cache` command: what is kept, in words and as JSON, and how to be rid of it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policybook.cli import main
from policybook.cli_cache import SIZE, in_words
from policybook.store import Store

HEAD = 51  # bytes that a file has before the content


def cache(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project), "cache", *arguments])


def put(store: Store, kind: str, name: str, size: int, used: int) -> Path:
    """An entry of a size on the disk, used at a second."""
    key = hashlib.sha256(name.encode()).hexdigest()
    store.put(kind, key, b"x" * (size - HEAD))
    assert store.folder is not None
    path = store.folder / kind / key[:2] / key
    os.utime(path, (used, used))
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two entries of one kind and one of another, 3.5 kB in all."""
    store = Store(tmp_path / "output" / ".cache" / "store")
    put(store, "sheets", "a", 1000, 1)
    put(store, "sheets", "b", 2000, 2)
    put(store, "fragments", "a", 500, 3)
    return store


def test_what_is_kept_is_told_by_kind(store: Store, tmp_path: Path) -> None:
    result = cache(tmp_path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        f"{store.folder}: 3 entries, 3.5 kB of at most 1.1 GB",
        "fragments         1  500 bytes",
        "sheets            2     3.0 kB",
    ]


def test_nothing_is_told_as_nothing_and_makes_no_folder(tmp_path: Path) -> None:
    result = cache(tmp_path)
    assert result.stdout == f"{tmp_path}/output/.cache/store: 0 entries, 0 bytes of at most 1.1 GB\n"
    assert cache(tmp_path, "--clear").exit_code == 0
    assert cache(tmp_path, "--verify").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_json_tells_folder_limit_and_kinds(store: Store, tmp_path: Path) -> None:
    assert json.loads(cache(tmp_path, "--json").stdout) == {
        "folder": str(store.folder),
        "limit": 1 << 30,
        "bytes": 3500,
        "kinds": [{"kind": "fragments", "entries": 1, "bytes": 500}, {"kind": "sheets", "entries": 2, "bytes": 3000}],
    }


def test_another_output_has_another_cache(store: Store, tmp_path: Path) -> None:
    elsewhere = Store(tmp_path / "elsewhere" / ".cache" / "store")
    put(elsewhere, "sheets", "a", 700, 1)
    result = cache(tmp_path, "--output", str(tmp_path / "elsewhere"), "--clear")
    assert result.stdout.splitlines()[0] == "700 bytes freed"
    assert elsewhere.kept() == ()
    assert len(store.kept()) == 3


def test_whole_entries_are_status_0_and_damaged_ones_are_named_with_status_1(store: Store, tmp_path: Path) -> None:
    result = cache(tmp_path, "--verify")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "all entries are whole")
    assert json.loads(cache(tmp_path, "--verify", "--json").stdout)["damaged"] == []
    path = put(store, "sheets", "c", 100, 4)
    path.write_bytes(path.read_bytes()[:-1])
    result = cache(tmp_path, "--verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == [
        f"sheets {path.name}: damaged; the next build makes it again",
        "1 entry damaged",
    ]
    told = cache(tmp_path, "--verify", "--json")
    assert (told.exit_code, json.loads(told.stdout)["damaged"]) == (1, [{"kind": "sheets", "key": path.name}])
    assert path.exists()


def test_pruning_keeps_what_was_used_last(store: Store, tmp_path: Path) -> None:
    result = cache(tmp_path, "--prune", "2.5kB")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "1.0 kB freed",
        f"{store.folder}: 2 entries, 2.5 kB of at most 1.1 GB",
        "fragments         1  500 bytes",
        "sheets            1     2.0 kB",
    ]
    assert json.loads(cache(tmp_path, "--prune", "500", "--json").stdout)["freed"] == 2000
    assert json.loads(cache(tmp_path, "--prune", "1TB", "--json").stdout)["freed"] == 0


def test_clearing_leaves_nothing_of_the_store_and_all_else(store: Store, tmp_path: Path) -> None:
    (tmp_path / "output/.cache/2026.pagination.json").write_text("{}", "utf-8")
    result = cache(tmp_path, "--clear")
    assert result.stdout.splitlines() == [
        "3.5 kB freed",
        f"{store.folder}: 0 entries, 0 bytes of at most 1.1 GB",
    ]
    assert (tmp_path / "output/.cache/2026.pagination.json").exists()


@pytest.mark.parametrize(
    "arguments", [["--clear", "--verify"], ["--prune", "0", "--clear"], ["--verify", "--prune", "1MB"]]
)
def test_one_thing_at_a_time(store: Store, tmp_path: Path, arguments: list[str]) -> None:
    result = cache(tmp_path, *arguments)
    assert (result.exit_code, "one at a time" in result.stderr) == (2, True)
    assert len(store.kept()) == 3


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("0", 0),
        ("1000", 1000),
        ("7B", 7),
        ("64 kB", 64_000),
        ("64KiB", 65_536),
        ("200MB", 200_000_000),
        ("200mb", 200_000_000),
        ("200M", 200_000_000),
        ("1.5GB", 1_500_000_000),
        ("1GiB", 1 << 30),
        ("2TB", 2_000_000_000_000),
    ],
)
def test_sizes_are_typed_as_people_do(typed: str, size: int) -> None:
    assert SIZE.convert(typed, None, None) == size


@pytest.mark.parametrize("typed", ["", "MB", "-1", "1,5GB", "1e9", "1 000", "5PB", "1.MB", "٣MB", "200MBs", "9" * 400])
def test_what_is_no_size_is_status_2_and_says_how_to_write_one(store: Store, tmp_path: Path, typed: str) -> None:
    result = cache(tmp_path, f"--prune={typed}")
    assert (result.exit_code, "write 200MB" in result.stderr) == (2, True)
    assert len(store.kept()) == 3


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (53_120_000, "53.1 MB"),
        (1 << 30, "1.1 GB"),
        (2 * 10**12, "2.0 TB"),
    ],
)
def test_sizes_are_told_in_words(size: int, words: str) -> None:
    assert in_words(size) == words
