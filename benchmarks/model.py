"""The abstract book that every tool is given: what stands in it, and nothing of how it looks.

Everything that has to be found again in a finished PDF holds a number of six digits, which stands nowhere else: 1xxxxx
in a note, 2xxxxx in the words of a cross-reference, 3xxxxx directly before an index mark, 4xxxxx in the first words of
a brief. `benchmarks.delivered` looks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words. Holds none of the signs that Markdown, HTML, TeX, Typst or AsciiDoc give a meaning to."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words in italics."""

    text: str


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The mark of a note of the same brief, by the note's `code`."""

    code: int


@dataclass(frozen=True, slots=True)
class CrossReference:
    """Words that name another brief, to be followed by its page: `words (page 12)`. The words end with `code`."""

    code: int
    words: str
    brief: str


@dataclass(frozen=True, slots=True)
class IndexMark:
    """A place that the index cites: the words before it end with `code`. A range has two marks with one `range_id`."""

    code: int
    headword: str
    subentry: str
    role: Literal["point", "from", "to"] = "point"
    range_id: int = 0


#: Notes at the end of each brief, or at the foot of the page.
NotesAt: TypeAlias = Literal["end", "foot"]
Inline: TypeAlias = Text | Emphasis | NoteMark | CrossReference | IndexMark


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, with bullets or numbers."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a caption, the heads of its columns, and rows whose last cells are numbers."""

    id: str
    number: int
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading of the third level."""

    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case study: its place, and its story."""

    id: str
    place: str
    state: str
    story: tuple[Paragraph, ...]


Block: TypeAlias = Paragraph | Items | Table | Subheading | Case


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a brief, under a heading of the second level."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a brief."""

    code: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A chapter of three to five pages."""

    id: str
    code: int
    title: str
    summary: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the book, with its briefs in order."""

    id: str
    number: int
    title: str
    summary: str
    briefs: tuple[Brief, ...]


@dataclass(frozen=True, slots=True)
class Headword:
    """A headword of the index. One with `see` has no marks."""

    headword: str
    see: str = ""
    see_also: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The book. `pages` is the size that was asked for, about; `notes` says where they are set, by tools that can."""

    title: str
    subtitle: str
    pages: int
    seed: int
    parts: tuple[Part, ...]
    headwords: tuple[Headword, ...]
    notes: NotesAt = "end"

    @property
    def briefs(self) -> tuple[Brief, ...]:
        """All briefs in order."""
        return tuple(brief for part in self.parts for brief in part.briefs)


def runs(blocks: tuple[Block, ...]) -> Iterator[tuple[Inline, ...]]:
    """The runs of inline text of blocks, in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.inlines
        elif isinstance(block, Items):
            yield from block.items
        elif isinstance(block, Case):
            yield from runs(block.story)


def inlines(brief: Brief) -> Iterator[Inline]:
    """Every inline node of a brief, in order."""
    for section in brief.sections:
        for run in runs(section.blocks):
            yield from run


def marks(book: Book) -> tuple[IndexMark, ...]:
    """The index marks of the book, in order."""
    return tuple(node for brief in book.briefs for node in inlines(brief) if isinstance(node, IndexMark))


def references(book: Book) -> tuple[CrossReference, ...]:
    """The cross-references of the book, in order."""
    return tuple(node for brief in book.briefs for node in inlines(brief) if isinstance(node, CrossReference))
