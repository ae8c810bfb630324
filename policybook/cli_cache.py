"""The store in words: what is kept, by kind, and what was dropped or found damaged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from policybook.store import Kept, Store

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?) ?([kmgt]?)(i?)b?", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


class _Size(click.ParamType[int]):
    """Bytes, written as people do: 200MB is 200 million, 200MiB is 200 times 1024 times 1024."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes of a size that was typed."""
        match = _SIZE.fullmatch(value)
        if match is None:
            self.fail(f"“{value}” is not a size: write 200MB, 1.5GB or 64MiB", param, ctx)
        number, unit, binary = match.groups()
        return int(float(number) * (1024 if binary else 1000) ** _POWERS[unit.upper()])


SIZE = _Size()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The store after a command: its entries, those that are damaged if it was verified, the bytes that were freed."""

    store: Store
    kept: tuple[Kept, ...]
    damaged: tuple[Kept, ...] | None = None
    freed: int | None = None

    def kinds(self) -> dict[str, tuple[int, int]]:
        """Entries and bytes of each kind."""
        kinds = sorted({entry.kind for entry in self.kept})
        sizes = {kind: [entry.size for entry in self.kept if entry.kind == kind] for kind in kinds}
        return {kind: (len(sizes[kind]), sum(sizes[kind])) for kind in kinds}

    def as_text(self) -> str:
        """The outcome for people."""
        lines = [] if self.freed is None else [f"{in_words(self.freed)} freed"]
        entries, size = _entries(len(self.kept)), sum(entry.size for entry in self.kept)
        lines.append(f"{self.store.folder}: {entries}, {in_words(size)} of at most {in_words(self.store.limit)}")
        lines += [f"{kind:12} {count:6} {in_words(size):>10}" for kind, (count, size) in self.kinds().items()]
        if self.damaged is not None:
            lines += [f"{entry.kind} {entry.key}: damaged; the next build makes it again" for entry in self.damaged]
            lines.append(f"{_entries(len(self.damaged))} damaged" if self.damaged else "all entries are whole")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """The outcome for `--json`."""
        told: dict[str, object] = {
            "folder": str(self.store.folder),
            "limit": self.store.limit,
            "bytes": sum(entry.size for entry in self.kept),
            "kinds": [{"kind": kind, "entries": n, "bytes": size} for kind, (n, size) in self.kinds().items()],
        }
        if self.freed is not None:
            told["freed"] = self.freed
        if self.damaged is not None:
            told["damaged"] = [{"kind": entry.kind, "key": entry.key} for entry in self.damaged]
        return told


def examine(store: Store, *, verify: bool = False, limit: int | None = None) -> Outcome:
    """Look at a store, after dropping what is beyond `limit` bytes where one is given."""
    freed = None if limit is None else store.prune(limit)
    return Outcome(store, store.kept(), store.verify() if verify else None, freed)


def in_words(size: int) -> str:
    """A number of bytes as people say it: 999 bytes, 4.2 kB, 1.1 GB."""
    if size < 1000:
        return f"{size} byte{'s' * (size != 1)}"
    for unit, shown in (("kB", size / 1e3), ("MB", size / 1e6), ("GB", size / 1e9)):
        if shown < 999.95:
            return f"{shown:.1f} {unit}"
    return f"{size / 1e12:.1f} TB"


def _entries(count: int) -> str:
    return f"{count} entr{'ies' if count != 1 else 'y'}"
