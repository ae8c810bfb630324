"""The store: what comes out is what went in, or nothing; whatever happens to its files and whoever else is at work."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policybook.diagnostics import MachineError
from policybook.store import Cache, Kept, MemoryStore, Store

ROOT = Path(__file__).resolve().parents[2]
CONTENT = b"%PDF-1.7 of a division\n" * 40


def key(name: str) -> str:
    """The key of an invented input."""
    return hashlib.sha256(name.encode()).hexdigest()


def path_of(store: Store, kind: str, name: str) -> Path:
    """Where the entry of an invented input stands, as documented."""
    assert store.folder is not None
    return store.folder / kind / key(name)[:2] / key(name)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store in a folder that is not there yet."""
    return Store(tmp_path / "output" / ".cache" / "store")


@pytest.fixture(params=["disk", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    """An empty store of either kind."""
    return Store(tmp_path / "store") if request.param == "disk" else MemoryStore()


# --- what both do -----------------------------------------------------------------------------------------------------


def test_what_was_put_is_got_and_nothing_else(storage: Cache) -> None:
    storage.put("sheets", key("a"), CONTENT)
    storage.put("sheets", key("b"), b"")
    storage.put("fragments", key("a"), b"another kind")
    assert storage.get("sheets", key("a")) == CONTENT
    assert storage.get("sheets", key("b")) == b""
    assert storage.get("fragments", key("a")) == b"another kind"
    assert storage.get("fragments", key("b")) is None
    assert storage.get("sheets", key("c")) is None


def test_the_last_put_counts(storage: Cache) -> None:
    storage.put("sheets", key("a"), CONTENT)
    storage.put("sheets", key("a"), b"new")
    assert storage.get("sheets", key("a")) == b"new"
    assert [entry.key for entry in storage.kept()] == [key("a")]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("sheets", ""),
        ("sheets", key("a")[:-1]),
        ("sheets", key("a") + "0"),
        ("sheets", key("a").upper()),
        ("sheets", key("a") + "\n"),
        ("sheets", "../" * 21 + "x"),
        ("sheets", "/" + key("a")[1:]),
        ("", key("a")),
        ("..", key("a")),
        ("Sheets", key("a")),
        ("a/b", key("a")),
        ("sheets\n", key("a")),
    ],
)
def test_a_name_that_could_be_another_path_is_refused(storage: Cache, kind: str, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        storage.get(kind, name)
    with pytest.raises(ValueError, match="SHA-256"):
        storage.put(kind, name, CONTENT)
    assert storage.kept() == ()


def test_entries_are_listed_by_kind_and_key(storage: Cache) -> None:
    for kind, name in (("sheets", "a"), ("fragments", "b"), ("sheets", "c")):
        storage.put(kind, key(name), CONTENT)
    listed = [(entry.kind, entry.key) for entry in storage.kept()]
    assert listed == sorted([("sheets", key("a")), ("fragments", key("b")), ("sheets", key("c"))])
    assert all(len(CONTENT) <= entry.size < len(CONTENT) + 100 for entry in storage.kept())


def test_clearing_empties_and_tells_how_much(storage: Cache) -> None:
    storage.put("sheets", key("a"), CONTENT)
    storage.put("fragments", key("b"), CONTENT)
    size = sum(entry.size for entry in storage.kept())
    assert storage.clear() == size
    assert storage.kept() == ()
    assert storage.get("sheets", key("a")) is None
    assert storage.clear() == 0


def test_pruning_to_what_is_there_drops_nothing(storage: Cache) -> None:
    storage.put("sheets", key("a"), CONTENT)
    (entry,) = storage.kept()
    assert storage.prune(entry.size) == 0
    assert storage.prune(entry.size - 1) == entry.size
    assert storage.kept() == ()


# --- on the disk ------------------------------------------------------------------------------------------------------


def test_a_store_without_a_folder_keeps_nothing() -> None:
    store = Store(None)
    store.put("sheets", key("a"), CONTENT)
    assert store.get("sheets", key("a")) is None
    assert (store.kept(), store.verify(), store.prune(0), store.clear()) == ((), (), 0, 0)


def test_an_entry_is_one_file_at_the_documented_place(store: Store) -> None:
    store.put("sheets", key("a"), CONTENT)
    assert store.folder is not None
    (name,) = files(store.folder)
    assert name == f"sheets/{key('a')[:2]}/{key('a')}"
    kept = path_of(store, "sheets", "a").read_bytes()
    head = b"policybook store 1\n"
    assert kept[: len(head)] == head
    assert kept[len(head) + 32 :] == CONTENT
    digest = hashlib.sha256(head + b"sheets\n" + key("a").encode() + b"\n" + CONTENT).digest()
    assert kept[len(head) : len(head) + 32] == digest


def put_and_spoil(store: Store, spoil: Callable[[Path], object]) -> Path:
    """Two entries, the first one's file spoiled; its path."""
    store.put("sheets", key("a"), CONTENT)
    store.put("sheets", key("b"), CONTENT)
    path = path_of(store, "sheets", "a")
    spoil(path)
    return path


def flip(path: Path, at: int) -> None:
    """Flip a bit of one byte."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


SPOILED: dict[str, Callable[[Path], object]] = {
    "the last byte": lambda path: flip(path, -1),
    "the first byte of the content": lambda path: flip(path, 51),
    "a byte of the digest": lambda path: flip(path, 30),
    "a byte of the head": lambda path: flip(path, 3),
    "another version": lambda path: flip(path, 17),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "cut off in the head": lambda path: path.write_bytes(path.read_bytes()[:9]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "emptied": lambda path: path.write_bytes(b""),
    "only the content": lambda path: path.write_bytes(CONTENT),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_damaged_file_is_known_counts_as_missing_and_is_removed(store: Store, how: str) -> None:
    path = put_and_spoil(store, SPOILED[how])
    assert [entry.key for entry in store.verify()] == [key("a")]
    assert path.exists(), "looking removes nothing"
    assert store.get("sheets", key("a")) is None
    assert not path.exists()
    assert store.get("sheets", key("b")) == CONTENT
    assert store.verify() == ()
    store.put("sheets", key("a"), CONTENT)
    assert store.get("sheets", key("a")) == CONTENT


def test_every_single_byte_of_the_file_is_covered(store: Store) -> None:
    store.put("sheets", key("a"), b"short")
    path = path_of(store, "sheets", "a")
    whole = path.read_bytes()
    for at in range(len(whole)):
        flip(path, at)
        assert store.get("sheets", key("a")) is None, at
        path.write_bytes(whole)
    assert store.get("sheets", key("a")) == b"short"


def test_another_entrys_file_is_not_taken_for_this_one(store: Store) -> None:
    store.put("sheets", key("a"), CONTENT)
    store.put("sheets", key("b"), b"of b")
    store.put("fragments", key("b"), b"of b, a fragment")
    mine = path_of(store, "sheets", "b")
    for other in (path_of(store, "sheets", "a"), path_of(store, "fragments", "b")):
        shutil.copyfile(other, mine)
        assert [(entry.kind, entry.key) for entry in store.verify()] == [("sheets", key("b"))]
        assert store.get("sheets", key("b")) is None
        store.put("sheets", key("b"), b"of b")


def test_a_folder_in_the_place_of_an_entry_counts_as_missing_and_is_told_when_writing(store: Store) -> None:
    path_of(store, "sheets", "a").mkdir(parents=True)
    assert store.get("sheets", key("a")) is None
    assert store.kept() == ()
    with pytest.raises(MachineError):
        store.put("sheets", key("a"), CONTENT)
    assert store.folder is not None
    assert files(store.folder) == {}, "no unfinished file is left behind"


# --- nothing outside --------------------------------------------------------------------------------------------------


@pytest.fixture
def outside(tmp_path: Path, store: Store) -> Path:
    """A folder elsewhere that holds a store's file, whole, and one that is damaged."""
    store.put("sheets", key("a"), CONTENT)
    group = tmp_path / "elsewhere" / "sheets" / key("a")[:2]
    group.mkdir(parents=True)
    path_of(store, "sheets", "a").rename(group / key("a"))
    (group / "thesis.txt").write_text("not ours", "utf-8")
    return tmp_path / "elsewhere"


def all_at_once(store: Store) -> None:
    """Everything that a store may be asked for."""
    store.kept()
    store.verify()
    store.get("sheets", key("a"))
    store.prune(0)
    store.clear()


@pytest.mark.parametrize("state", ["whole", "damaged"])
def test_a_link_in_the_place_of_an_entry_is_removed_and_its_target_is_not(
    store: Store, outside: Path, state: str
) -> None:
    target = outside / "sheets" / key("a")[:2] / key("a")
    if state == "damaged":
        flip(target, -1)
    before = files(outside)
    link = path_of(store, "sheets", "a")
    link.symlink_to(target)
    assert [entry.key for entry in store.verify()] == [key("a")]
    assert store.get("sheets", key("a")) is None
    assert not link.is_symlink()
    link.symlink_to(target)
    assert store.clear() > 0
    assert not link.is_symlink()
    link.symlink_to(target)
    store.put("sheets", key("a"), b"new")
    assert store.get("sheets", key("a")) == b"new"
    assert files(outside) == before


@pytest.mark.parametrize("level", ["kind", "group"])
def test_a_link_in_the_place_of_a_folder_leads_nowhere(store: Store, outside: Path, level: str) -> None:
    target = outside / "sheets" / key("a")[:2] / key("a")
    flip(target, -1)
    before = files(outside)
    group = path_of(store, "sheets", "a").parent
    place, behind = (group.parent, target.parent.parent) if level == "kind" else (group, target.parent)
    shutil.rmtree(place)
    place.symlink_to(behind)
    assert store.kept() == ()
    all_at_once(store)
    with pytest.raises(MachineError, match="link") as caught:
        store.put("sheets", key("a"), CONTENT)
    assert caught.value.remedy
    assert files(outside) == before
    assert place.is_symlink()


def test_files_that_are_not_ours_stay(store: Store) -> None:
    store.put("sheets", key("a"), CONTENT)
    assert store.folder is not None
    strange = [
        store.folder / "README",
        store.folder / "sheets" / "notes.txt",
        store.folder / "sheets" / key("a")[:2] / "notes.txt",
        store.folder / "sheets" / "zz" / key("a"),
        store.folder / "Sheets" / key("a")[:2] / key("a"),
        store.folder / "sheets" / key("a")[:2] / key("b"),
    ]
    for path in strange:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert [entry.key for entry in store.kept()] == [key("a")]
    store.clear()
    assert all(path.exists() for path in strange)
    assert not path_of(store, "sheets", "a").exists()


# --- a folder that can't be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["output", "store", "kind", "group"])
def test_where_nothing_can_be_written_getting_gives_nothing_and_putting_says_so(store: Store, level: str) -> None:
    group = path_of(store, "sheets", "a").parent
    place = {"output": group.parents[3], "store": group.parents[1], "kind": group.parent, "group": group}[level]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file is in the way", "utf-8")
    all_at_once(store)
    assert store.get("sheets", key("a")) is None
    with pytest.raises(MachineError, match="can't be written") as caught:
        store.put("sheets", key("a"), CONTENT)
    assert "--output" in caught.value.remedy
    assert place.read_text("utf-8") == "a file is in the way"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_old_entry_and_no_unfinished_file(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    store.put("sheets", key("a"), CONTENT)
    assert store.folder is not None
    before = files(store.folder)

    def failing(*_: Path) -> Path:
        raise error

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises((MachineError, KeyboardInterrupt)):
        store.put("sheets", key("a"), b"new")
    assert files(store.folder) == before


def test_a_folder_that_may_only_be_read_still_gives(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put("sheets", key("a"), CONTENT)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "utime", refused)
    monkeypatch.setattr(Path, "unlink", refused)
    assert store.get("sheets", key("a")) == CONTENT
    assert store.clear() == 0
    flip(path_of(store, "sheets", "a"), -1)
    assert store.get("sheets", key("a")) is None


# --- the limit --------------------------------------------------------------------------------------------------------


def aged(store: Store, *names: str) -> int:
    """Entries of equal size, used in this order; the size of one."""
    for second, name in enumerate(names, 1):
        store.put("sheets", key(name), CONTENT)
        os.utime(path_of(store, "sheets", name), (second, second))
    return store.kept()[0].size


def test_the_least_recently_used_go_first(store: Store) -> None:
    size = aged(store, "a", "b", "c", "d")
    assert store.get("sheets", key("a")) == CONTENT
    assert store.prune(2 * size + 5) == 2 * size
    assert {entry.key for entry in store.kept()} == {key("a"), key("d")}


def test_the_stores_own_limit_counts_where_none_is_named(store: Store) -> None:
    size = aged(store, "a", "b", "c")
    assert Store(store.folder).prune() == 0
    assert Store(store.folder, limit=size).prune() == 2 * size
    assert [entry.key for entry in store.kept()] == [key("c")]


def test_use_is_told_in_seconds(store: Store) -> None:
    size = aged(store, "a")
    assert store.kept() == (Kept("sheets", key("a"), size, 1.0),)


def test_an_entry_that_went_meanwhile_makes_room_all_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    size = aged(store, "a", "b", "c")
    before = store.kept()
    path_of(store, "sheets", "a").unlink()
    monkeypatch.setattr(Store, "kept", lambda _: before)
    assert store.prune(size) == size
    monkeypatch.undo()
    assert [entry.key for entry in store.kept()] == [key("c")]


# --- several processes ------------------------------------------------------------------------------------------------

CROWD = """
import hashlib, sys
from pathlib import Path
from policybook.store import Store

store, number = Store(Path(sys.argv[1])), int(sys.argv[2])
hits = 0
for turn in range(400):
    name = f"{(turn * 7 + number * 3) % 23}"
    key = hashlib.sha256(name.encode()).hexdigest()
    content = name.encode() * 5000
    found = store.get("sheets", key)
    assert found in (None, content), (name, len(found))
    hits += found is not None
    if found is None:
        store.put("sheets", key, content)
    if turn % 10 == number:
        store.prune(40_000)
    if turn % 100 == number:
        store.clear()
    assert store.verify() == ()
print(hits)
"""


def test_processes_that_put_get_prune_and_clear_at_once_never_see_anything_but_whole_entries(store: Store) -> None:
    command = [sys.executable, "-c", CROWD, str(store.folder)]
    crowd = [
        subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        for number in range(4)
    ]
    told = [process.communicate() for process in crowd]
    assert [process.returncode for process in crowd] == [0] * 4, told
    assert sum(int(out) for out, _ in told) > 0
    assert store.folder is not None
    store.prune(40_000)
    assert sum(entry.size for entry in store.kept()) <= 40_000
    assert files(store.folder).keys() == {f"{entry.kind}/{entry.key[:2]}/{entry.key}" for entry in store.kept()}


WRITER = """
import sys
from pathlib import Path
from policybook.store import Store

def stop(self, target):
    print("written", flush=True)
    sys.stdin.readline()
    return rename(self, target)

rename, Path.replace = Path.replace, stop
Store(Path(sys.argv[1])).put("sheets", sys.argv[2], b"x" * 1000)
"""


@pytest.mark.parametrize("killed", [True, False])
def test_an_unfinished_file_goes_when_its_writer_was_killed_and_not_before(store: Store, killed: bool) -> None:
    command = [sys.executable, "-c", WRITER, str(store.folder), key("a")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        assert store.folder is not None
        (name,) = files(store.folder)
        assert store.kept() == ()
        assert store.clear() == 0
        assert list(files(store.folder)) == [name]
        if killed:
            writer.kill()
            writer.wait()
            assert list(files(store.folder)) == [name]
            assert store.prune() == 1000 + 51
            assert files(store.folder) == {}
        else:
            writer.communicate("\n")
            assert store.get("sheets", key("a")) == b"x" * 1000


def test_a_folder_that_somebody_deletes_is_made_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, turns = Path.replace, iter(range(10))

    def after_a_clean(self: Path, target: Path) -> Path:
        assert store.folder is not None
        if next(turns) < 3:
            shutil.rmtree(store.folder)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", after_a_clean)
    store.put("sheets", key("a"), CONTENT)
    assert store.get("sheets", key("a")) == CONTENT


def test_a_folder_that_somebody_deletes_again_and_again_is_the_machines_fault(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def after_a_clean(self: Path, target: Path) -> Path:
        assert store.folder is not None
        shutil.rmtree(store.folder)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", after_a_clean)
    with pytest.raises(MachineError, match="can't be written"):
        store.put("sheets", key("a"), CONTENT)


def test_a_store_travels_to_other_processes(store: Store) -> None:
    store.put("sheets", key("a"), CONTENT)
    assert pickle.loads(pickle.dumps(store)).get("sheets", key("a")) == CONTENT


# --- in memory --------------------------------------------------------------------------------------------------------


def test_memory_never_holds_more_than_its_limit_and_forgets_the_least_recently_used() -> None:
    store = MemoryStore(limit=30)
    for name in "abc":
        store.put("sheets", key(name), b"0123456789")
    assert store.get("sheets", key("a")) is not None
    store.put("sheets", key("d"), b"0123456789")
    assert {entry.key for entry in store.kept()} == {key("a"), key("c"), key("d")}
    store.put("sheets", key("d"), b"0" * 15)
    assert {entry.key for entry in store.kept()} == {key("a"), key("d")}


def test_what_is_larger_than_the_memorys_limit_costs_nothing_else_its_place() -> None:
    store = MemoryStore(limit=30)
    store.put("sheets", key("a"), b"0123456789")
    store.put("sheets", key("b"), b"0" * 31)
    assert store.get("sheets", key("b")) is None
    assert store.get("sheets", key("a")) == b"0123456789"
    store.put("sheets", key("a"), b"0" * 31)
    assert store.get("sheets", key("a")) is None, "the old content under this key is no longer right"


def test_memory_travels_empty() -> None:
    store = MemoryStore(limit=30)
    store.put("sheets", key("a"), b"0123456789")
    there = pickle.loads(pickle.dumps(store))
    assert (there.limit, there.kept()) == (30, ())
