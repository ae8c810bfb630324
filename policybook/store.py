r"""The store: what builds keep for speed, found again by the hash of everything that it was made from.

An entry has a kind, such as `sheets`, and a key, the SHA-256 of what it depends on. So an entry is never out of date:
another input is another key. It stands in `<folder>/<kind>/<key[:2]>/<key>`, and its file is

    policybook store 1\n | SHA-256 of head, kind, key and content, 32 bytes | the content

A file that is cut off, altered, moved from another place or written in another form has another hash, and counts as
missing. Any number of processes may use a store at once: files appear whole, and may go at any time.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Protocol

from policybook.diagnostics import MachineError

#: Bytes that a store holds after `prune`, where nothing else is said.
LIMIT = 1 << 30
#: Another form of file needs another number here.
_HEAD = b"policybook store 1\n"
_DIGEST = hashlib.sha256().digest_size
_KIND = re.compile(r"[a-z]+")
_KEY = re.compile(r"[0-9a-f]{64}")
#: What a file is called until it is whole.
_UNFINISHED = ".unfinished"
#: How often an entry is written anew if its file is taken away before it has its name.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry: its kind and key, its size in bytes, and when it was last used, in seconds, to tell which go first."""

    kind: str
    key: str
    size: int
    used: float


class Cache(Protocol):
    """What a stage needs of a store, be it on the disk or in memory."""

    def get(self, kind: str, key: str) -> bytes | None:
        """The content of an entry, or None where it is not kept; it counts as used now."""

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep the content of an entry."""

    def kept(self) -> tuple[Kept, ...]:
        """All entries, by kind and key."""

    def prune(self, limit: int | None = None) -> int:
        """Drop the least recently used entries until the rest is within the limit; the bytes that this frees."""

    def verify(self) -> tuple[Kept, ...]:
        """The entries that are damaged, by kind and key."""

    def clear(self) -> int:
        """Drop all entries; the bytes that this frees."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store on the disk; without a folder it keeps nothing. `limit` is in bytes, and only `prune` minds it."""

    folder: Path | None
    limit: int = LIMIT

    def get(self, kind: str, key: str) -> bytes | None:
        """The content of an entry that is there and whole; what else stands in its place is removed."""
        _check(kind, key)
        if self.folder is None:
            return None
        with suppress(OSError):
            path = _place(self.folder, kind, key)
            content = _read(path, kind, key)
            if content is None:
                path.unlink()
                return None
            with suppress(OSError):  # a folder that may only be read, or an entry that was dropped meanwhile
                os.utime(path)
            return content
        return None

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep the content of an entry. Raises MachineError where the folder can't be written."""
        _check(kind, key)
        if self.folder is None:
            return
        digest = _digest(kind, key, content)
        try:
            for _ in range(_TRIES - 1):
                with suppress(FileNotFoundError):  # somebody deleted the folder, or the unfinished file
                    _write(_place(self.folder, kind, key), digest, content)
                    return
            _write(_place(self.folder, kind, key), digest, content)
        except OSError as error:
            raise MachineError(
                f"{self.folder} can't be written: {error.strerror}", "free the disk, or name another --output"
            ) from error

    def kept(self) -> tuple[Kept, ...]:
        """All entries, by kind and key; sizes are those of the files. Nothing is read."""
        found = []
        for kind, entry in self._files():
            if not entry.name.endswith(_UNFINISHED):
                with suppress(FileNotFoundError):  # dropped meanwhile
                    facts = entry.stat(follow_symlinks=False)
                    found.append(Kept(kind, entry.name, facts.st_size, facts.st_mtime))
        return tuple(found)

    def prune(self, limit: int | None = None) -> int:
        """Drop what killed processes left, then the least recently used until the rest is within the limit.

        Gives the bytes that this freed; what another process dropped meanwhile is not among them.
        """
        freed = sum(_drop_unfinished(entry) for _, entry in self._files() if entry.name.endswith(_UNFINISHED))
        kept = self.kept()
        most, total = self.limit if limit is None else limit, sum(entry.size for entry in kept)
        for entry in sorted(kept, key=lambda entry: (entry.used, entry.kind, entry.key)):
            if total <= most:
                break
            with suppress(OSError):  # a folder that may only be read
                freed += self._drop(entry)
                total -= entry.size
        return freed

    def verify(self) -> tuple[Kept, ...]:
        """The entries that are damaged or can't be read, by kind and key. Nothing is removed."""
        return tuple(entry for entry in self.kept() if not self._is_whole(entry))

    def clear(self) -> int:
        """Drop all entries; the bytes that this frees."""
        return self.prune(0)

    def _files(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Entries' files and unfinished ones, with their kind, in order. Links are not followed."""
        for kind in _listed(self.folder):
            if not _KIND.fullmatch(kind.name) or not kind.is_dir(follow_symlinks=False):
                continue
            for group in _listed(kind.path):
                if group.is_dir(follow_symlinks=False):
                    yield from ((kind.name, entry) for entry in _listed(group.path) if _is_ours(entry, group.name))

    def _drop(self, entry: Kept) -> int:
        """The bytes that dropping an entry frees: none where somebody else was faster."""
        assert self.folder is not None
        try:
            _place(self.folder, entry.kind, entry.key).unlink()
        except FileNotFoundError:
            return 0
        return entry.size

    def _is_whole(self, entry: Kept) -> bool:
        assert self.folder is not None
        try:
            return _read(_place(self.folder, entry.kind, entry.key), entry.kind, entry.key) is not None
        except FileNotFoundError:  # dropped meanwhile
            return True
        except OSError:
            return False


class MemoryStore:
    """A store in the memory of a process that goes on, such as a worker's or a server's; several threads may use it.

    It never holds more than `limit` bytes. It travels to another process empty.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._entries: OrderedDict[tuple[str, str], tuple[bytes, float]] = OrderedDict()
        self._size = 0
        self._uses = count(1)
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[MemoryStore], tuple[int]]:
        return MemoryStore, (self.limit,)

    def get(self, kind: str, key: str) -> bytes | None:
        """The content of an entry, or None where it is not kept."""
        _check(kind, key)
        with self._lock:
            if (kind, key) not in self._entries:
                return None
            content, _ = self._entries[kind, key]
            self._entries[kind, key] = content, float(next(self._uses))
            self._entries.move_to_end((kind, key))
            return content

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep the content of an entry; the least recently used make room for it."""
        _check(kind, key)
        with self._lock:
            self._forget((kind, key))
            if len(content) > self.limit:
                return
            self._entries[kind, key] = content, float(next(self._uses))
            self._size += len(content)
            self._shrink(self.limit)

    def kept(self) -> tuple[Kept, ...]:
        """All entries, by kind and key; `used` counts uses instead of seconds."""
        with self._lock:
            return tuple(Kept(*name, len(content), used) for name, (content, used) in sorted(self._entries.items()))

    def prune(self, limit: int | None = None) -> int:
        """Drop the least recently used entries until the rest is within the limit; the bytes that this frees."""
        with self._lock:
            return self._shrink(self.limit if limit is None else limit)

    def verify(self) -> tuple[Kept, ...]:
        """None: what a process keeps for itself nobody else can damage."""
        return ()

    def clear(self) -> int:
        """Drop all entries; the bytes that this frees."""
        with self._lock:
            freed, self._size = self._size, 0
            self._entries.clear()
            return freed

    def _shrink(self, limit: int) -> int:
        before = self._size
        while self._size > limit:
            self._forget(next(iter(self._entries)))
        return before - self._size

    def _forget(self, name: tuple[str, str]) -> None:
        content, _ = self._entries.pop(name, (b"", 0.0))
        self._size -= len(content)


def digest_of(files: Iterable[Path]) -> str:
    """The SHA-256 of files, in their order, for the keys of what was made by the program that is in them."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _check(kind: str, key: str) -> None:
    """Raises ValueError for what would be another path than an entry's."""
    if not _KIND.fullmatch(kind) or not _KEY.fullmatch(key):
        raise ValueError(f"{kind!r}, {key!r}: a kind is a lower-case word, a key is a SHA-256 in hexadecimal")


def _place(folder: Path, kind: str, key: str) -> Path:
    """Where an entry stands. Raises OSError if a link would lead there, since it may lead out of the store."""
    place = folder / kind / key[:2] / key
    if place.parent.is_symlink() or place.parent.parent.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "a link is in the way", str(place.parent))
    return place


def _digest(kind: str, key: str, content: bytes) -> bytes:
    digest = hashlib.sha256(_HEAD + f"{kind}\n{key}\n".encode())
    digest.update(content)
    return digest.digest()


def _read(path: Path, kind: str, key: str) -> bytes | None:
    """The content of an entry's file, or None if it is damaged or no file of ours. Raises OSError."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    with path.open("rb", buffering=0) as file:  # half the time of reading through a buffer
        head, digest, content = file.read(len(_HEAD)), file.read(_DIGEST), file.read()
    return content if head == _HEAD and digest == _digest(kind, key, content) else None


def _write(path: Path, digest: bytes, content: bytes) -> None:
    """Write an entry's file, which has its name only when it is whole. Raises OSError.

    The unfinished file is locked as long as its writer lives, which is how `prune` knows those of killed processes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".", suffix=_UNFINISHED, dir=path.parent)
    try:
        with open(number, "wb") as file:  # noqa: PTH123 - a descriptor has no path
            with suppress(OSError):  # some network file systems have no locks
                fcntl.flock(file, fcntl.LOCK_EX)
            file.writelines((_HEAD, digest, content))
            file.flush()
            Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _drop_unfinished(entry: os.DirEntry[str]) -> int:
    """The bytes of an unfinished file that nobody writes any more, which is removed."""
    try:
        with Path(entry.path).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            size = entry.stat(follow_symlinks=False).st_size
            Path(entry.path).unlink()
    except OSError:
        return 0
    return size


def _is_ours(entry: os.DirEntry[str], group: str) -> bool:
    if entry.is_dir(follow_symlinks=False):
        return False
    if entry.name.endswith(_UNFINISHED):
        return entry.is_file(follow_symlinks=False)
    return entry.name.startswith(group) and _KEY.fullmatch(entry.name) is not None


def _listed(folder: str | Path | None) -> list[os.DirEntry[str]]:
    """What a folder holds, by name; nothing where it can't be read."""
    if folder is None:
        return []
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
