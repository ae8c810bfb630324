"""What the back-of-book index must hold: headwords, subentries, and the marks that each cites, in order."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.model import Book, Headword, IndexMark, marks


@dataclass(frozen=True, slots=True)
class Passage:
    """What one locator stands for: the codes of its first and last mark, which are equal for a point."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A headword with its own passages, its pointers, and its subentries in order."""

    headword: Headword
    passages: tuple[Passage, ...]
    subentries: tuple[tuple[str, tuple[Passage, ...]], ...]


def entries(book: Book) -> tuple[Entry, ...]:
    """The entries of the index in alphabetical order."""
    cited: dict[str, dict[str, list[Passage]]] = {head.headword: {} for head in book.headwords}
    last = {mark.range_id: mark.code for mark in marks(book) if mark.role == "to"}
    for mark in marks(book):
        if mark.role != "to":
            end = last[mark.range_id] if mark.role == "from" else mark.code
            cited[mark.headword].setdefault(mark.subentry, []).append(Passage(mark.code, end))
    return tuple(_entry(head, cited[head.headword]) for head in sorted(book.headwords, key=lambda h: h.headword))


def _entry(head: Headword, cited: dict[str, list[Passage]]) -> Entry:
    below = tuple((label, tuple(cited[label])) for label in sorted(cited) if label)
    return Entry(head, tuple(cited.get("", ())), below)


def is_range(mark: IndexMark) -> bool:
    """Whether the mark is one end of a range."""
    return mark.role != "point"
