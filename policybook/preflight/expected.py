"""What a reader must find in the finished book: the pieces of its content, told by the source, never by the markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policybook.book import Book, Brief, Division, Generated, PartOpener, Prose
from policybook.diagnostics import Source
from policybook.pagination import Pagination
from policybook.preflight.pieces import ALTERNATE, GAP, RUNNING, Piece
from policybook.text import (
    Aside,
    Block,
    Case,
    CaseStudy,
    CitedWork,
    DatedFigure,
    Figure,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    Note,
    NoteReference,
    Paragraph,
    Quotation,
    Reference,
    Section,
    Table,
    Text,
    children_of,
    walk_inlines,
)

#: Stands where a template prints words of its own; no text has it (Unicode 15, 23.7: a noncharacter).
_CUT = "\ufdd0"


def expected_pieces(book: Book, division: Division, pagination: Pagination) -> tuple[Piece, ...]:
    """Every piece of a division, in the order of the source.

    Made divisions hold nothing of their own, except for the glossary. What has an anchor must be on the page that
    `pagination` has for it; an anchor that it does not have may be anywhere in the division.
    """
    pieces = _Walk(book, pagination, division).pieces()
    return tuple(piece for piece in pieces if any(map(_is_told, piece.parts)))


def _is_told(text: str) -> bool:
    """Whether a text has anything that a reader could miss."""
    return any(character.isalnum() for character in text)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The walk through one division."""

    book: Book
    pagination: Pagination
    division: Division

    def pieces(self) -> Iterator[Piece]:
        division, content = self.division, self.division.content
        if isinstance(content, Generated):
            if division.template.endswith("glossary.html.j2"):
                yield from self.glossary()
            return
        if division.listed:
            yield self.piece("title", division.title, division.source, division.id)
        match content:
            case Brief():
                yield from self.brief(content)
            case PartOpener():
                yield self.written("summary", content.summary, division.source)
            case Prose():
                yield from self.sections(content.sections)
                yield from self.notes(content.notes)

    def piece(self, kind: str, text: str | tuple[str, ...], source: Source | None, anchor: str = "") -> Piece:
        return Piece(kind, self.division.id, text, source, once=False, folio=self.pagination.folios.get(anchor))

    def written(
        self,
        kind: str,
        inlines: tuple[Inline, ...],
        source: Source | None,
        anchor: str = "",
        *,
        before: str = "",
        behind: str = "",
    ) -> Piece:
        """The piece of running text, with what is set before and behind it."""
        parts = tuple(part for part in (before, *_parts(inlines, self.book), behind) if _is_told(part))
        gap = GAP + max((_furniture(node, self.book) for node in walk_inlines(inlines)), default=0)
        folio = self.pagination.folios.get(anchor)
        return Piece(kind, self.division.id, parts, source, kind == "note", folio, gap)

    def glossary(self) -> Iterator[Piece]:
        for entry in self.book.glossary:
            yield self.piece("glossary entry", (entry.term, entry.definition), None, f"glossary.{entry.id}")

    def brief(self, brief: Brief) -> Iterator[Piece]:
        source = self.division.source
        for partner in brief.partners:
            yield self.piece("partner", partner.organization.name, source, self.division.id)
        yield self.written("summary", brief.summary, source)
        for figure in brief.key_figures:
            yield self.dated_figure("key figure", figure)
        yield from self.sections(brief.sections)
        for resource in brief.resources:
            name = resource.organization.name
            yield self.written("resource", resource.purpose, source, resource.anchor, before=name)
        yield from self.notes(brief.notes)

    def dated_figure(self, kind: str, figure: DatedFigure) -> Piece:
        """A figure with the year that it is true of."""
        return self.written(kind, figure.text, figure.source, before=figure.value, behind=figure.as_of[:4])

    def notes(self, notes: Iterable[Note]) -> Iterator[Piece]:
        for note in notes:
            yield self.written("note", note.inlines, note.source, note.anchor, before=str(note.number))

    def sections(self, sections: Iterable[Section]) -> Iterator[Piece]:
        for section in sections:
            if section.heading is not None:
                yield from self.block(section.heading, "paragraph")
            yield from self.blocks(section.blocks, "paragraph")

    def blocks(self, blocks: Iterable[Block], kind: str) -> Iterator[Piece]:
        for block in blocks:
            yield from self.block(block, kind)

    def block(self, block: Block, kind: str) -> Iterator[Piece]:
        """The pieces of a block; `kind` is that of a paragraph where it stands."""
        running = kind in RUNNING
        match block:
            case Paragraph():
                yield self.written(kind, block.inlines, block.source)
            case Heading():
                yield self.written("heading" if running else kind, block.inlines, block.source, block.anchor)
            case ItemList():
                for item in block.items:
                    yield from self.blocks(item, "list item" if running else kind)
            case Quotation():
                yield from self.blocks(block.blocks, "quotation" if running else kind)
            case Aside():
                yield self.piece(block.role, block.title, block.source, block.anchor)
                yield from self.blocks(block.blocks, block.role)
            case CaseStudy():
                yield from self.case(block.case)
                yield from self.blocks(block.blocks, "story" if running else kind)
            case Table():
                yield from self.table(block)
            case Figure():
                yield from self.figure(block)

    def case(self, case: Case) -> Iterator[Piece]:
        """A case's facts. Templates write dates in their own way, so that only the year is sure."""
        facts = (case.place, case.law, case.number, case.enacted[:4], case.effective[:4], case.status)
        yield self.piece("case", facts, case.source, case.anchor)
        for figure in case.figures:
            yield self.dated_figure("figure of a case", figure)
        for outcome in case.outcome:
            yield self.written("outcome", outcome.text, outcome.source)

    def table(self, table: Table) -> Iterator[Piece]:
        yield self.written("table caption", table.caption, table.source)
        heads = tuple(text for column in table.columns for text in (column.head, column.unit))
        yield self.piece("table head", heads, table.source)
        for row in table.rows:
            yield self.piece("table row", row, table.source)
        yield self.written("table credit", table.credit, table.source)
        yield self.written("table note", table.note, table.source)

    def figure(self, figure: Figure) -> Iterator[Piece]:
        yield self.written("figure caption", figure.caption, figure.source)
        yield self.piece(ALTERNATE, figure.alt, figure.source)
        yield self.written("figure credit", figure.credit, figure.source)


def _parts(inlines: Iterable[Inline], book: Book) -> Iterator[str]:
    """The parts of running text: it is cut where a template prints words of its own."""
    joined = "".join(_marked(inlines, book))
    yield from joined.split(_CUT)


def _marked(inlines: Iterable[Inline], book: Book) -> Iterator[str]:
    for node in inlines:
        match node:
            case Text():
                yield node.text
            case LineBreak():
                yield " "
            case NoteReference():
                yield str(node.number)
            case Reference():
                yield from _marked(node.children, book) if node.children else (node.label,)
                yield _CUT
            case CitedWork():
                yield _CUT + _CUT.join(_told(node, book)) + _CUT
            case _:
                yield from _marked(children_of(node), book)


def _told(node: CitedWork, book: Book) -> tuple[str, ...]:
    """What a note tells of a work: in full, or in short with the note that has it in full."""
    work = book.references[node.key]
    return (work.publisher, str(node.note)) if node.note else (work.publisher, work.title, work.issued[:4])


def _furniture(node: Inline, book: Book) -> int:
    """How much a template may print around a node beyond the usual: a cited work's author, copy and address."""
    if not isinstance(node, CitedWork):
        return 0
    work = book.references[node.key]
    if node.note:
        return len(node.locator)
    return len(work.author) + len(work.archive) + len(work.URL) + len(node.locator)
