"""One text of the manuscript, with everything that it names replaced by what was named.

Citations and footnotes become numbered notes, cross-references get their labels, index marks become anchors and entries
of the register, case stories meet their facts, data blocks become tables and figures. Notes are numbered in the order
in which they are printed, so the parts of a brief must be resolved in that order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from policybook.book import Mark
from policybook.diagnostics import Problem, Source, nearest, suggestion
from policybook.dialect import LEFT_OUT
from policybook.edition import Notes
from policybook.headers import CaseModel, FigureModel
from policybook.ids import slug
from policybook.manuscript import Writing
from policybook.markdown import typographic
from policybook.records import Record
from policybook.register import Register
from policybook.states import STATES
from policybook.tables import build_figure, build_table
from policybook.targets import HeadingNames
from policybook.text import (
    Anchor,
    Aside,
    Block,
    Case,
    CaseStory,
    CaseStudy,
    Citation,
    CitationItem,
    CitedWork,
    CrossReference,
    DataBlock,
    DatedFigure,
    Emphasis,
    Figure,
    FootnoteReference,
    Heading,
    IndexMark,
    IndexTerm,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Note,
    NoteReference,
    Outcome,
    Paragraph,
    Quotation,
    Section,
    Strong,
    Table,
    Text,
    plain,
)


class Resolver:
    """Resolves the text of one division."""

    def __init__(self, writing: Writing, register: Register) -> None:
        self.writing = writing
        self.division = writing.id
        self.register = register
        self.notes: list[Note] = []
        self._numbers: dict[object, int] = {}
        self._in_full: dict[str, int] = {}
        self._references = 0
        self._counts: Counter[str] = Counter()
        self._headings = HeadingNames()
        self._open: dict[tuple[str, str], tuple[str, IndexTerm]] = {}
        self._in_note = 0
        self._holds = ""
        self._named_footnotes: set[str] = set()

    # running text

    def written(self, text: str, source: Source) -> tuple[Inline, ...]:
        """Text of a YAML value, read and resolved."""
        return self.inlines(self.register.read(text, source))

    def inlines(self, inlines: Iterable[Inline]) -> tuple[Inline, ...]:
        """Running text, resolved. White space before a note's mark is dropped, so that the mark keeps to its word."""
        resolved: list[Inline] = []
        for inline in inlines:
            for node in self._inline(inline):
                if isinstance(node, NoteReference):
                    _drop_trailing_space(resolved)
                resolved.append(_with_space_of(resolved, node) if isinstance(node, (Emphasis, Strong)) else node)
        return tuple(resolved)

    def _inline(self, node: Inline) -> tuple[Inline, ...]:
        match node:
            case Text():
                return (node,)
            case Emphasis() | Strong() | Link():
                return (replace(node, children=self.inlines(node.children)),)
            case CrossReference():
                return self._cross_reference(node)
            case Citation():
                return self._citation(node)
            case FootnoteReference():
                return self._footnote(node)
            case IndexMark():
                return tuple(anchor for term in node.terms for anchor in self._mark(node, term))
            case _:
                return (node,)

    def _cross_reference(self, node: CrossReference) -> tuple[Inline, ...]:
        resolved = self.register.targets.resolve(node)
        if isinstance(resolved, Problem):
            if node.target_kind not in self.register.targets.unsure:
                self.register.report(resolved)
            return self.inlines(node.children)
        return (replace(resolved, children=self.inlines(node.children)),)

    # notes

    def _works(self, items: Sequence[CitationItem], note: int) -> tuple[Inline, ...]:
        """The works of a citation: in full in the first note that has them, in short after that (Chicago 14.30)."""
        works: list[Inline] = []
        for item in items:
            if self.register.cite(item.key, item.source):
                first = self._in_full.setdefault(item.key, note)
                short = first if first != note else 0
                named = bool(short) and self._has_namesake(item.key)
                works += ([Text("; ")] if works else []) + [CitedWork(item.key, item.locator, short, named)]
        return tuple(works)

    def _has_namesake(self, key: str) -> bool:
        """Whether the note that has a work in full has another one by the same publisher."""
        publisher, note = self.register.publisher(key), self._in_full[key]
        same = (other for other, number in self._in_full.items() if number == note and other != key)
        return any(self.register.publisher(other) == publisher for other in same)

    def _citation(self, node: Citation) -> tuple[Inline, ...]:
        if self._in_note:
            return self._works(node.items, self._in_note)
        identity = tuple((item.key, item.locator) for item in node.items)
        return self._note(identity, lambda: (*self._works(node.items, self._in_note), Text(".")), node.source)

    def _footnote(self, node: FootnoteReference) -> tuple[Inline, ...]:
        footnote = self.writing.document.footnotes.get(node.name)
        if footnote is None:
            hint = suggestion(node.name, self.writing.document.footnotes) or f"add a line [^{node.name}]: and its text"
            self.register.report(Problem("NOTE001", f"there is no footnote “{node.name}”", node.source, hint))
            self._named_footnotes.add(nearest(node.name, self.writing.document.footnotes))
            return ()
        self._named_footnotes.add(node.name)
        if self._in_note:
            hint = "put it into the text, or write here what it says"
            self.register.report(Problem("MARK007", "a footnote can't stand in a footnote", node.source, hint))
            return ()
        return self._note(node.name, lambda: self._footnote_text(footnote.blocks), footnote.source)

    def _footnote_text(self, blocks: Sequence[Block]) -> tuple[Inline, ...]:
        result: list[Inline] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                result += ([LineBreak()] if result else []) + list(self.inlines(block.inlines))
            else:
                source = getattr(block, "source", None)
                hint = "a footnote holds paragraphs only"
                self.register.report(Problem("MARK007", "this can't stand in a footnote", source, hint))
        return tuple(result)

    def _note(self, identity: object, text: Callable[[], tuple[Inline, ...]], source: Source) -> tuple[Inline, ...]:
        """A note's mark. The same citation again is the same note at the brief's end, and a short note at the foot."""
        known = self._numbers.get(identity)
        if known is not None and self.register.notes is Notes.END:
            return (self._note_reference(known, first=False),)
        number = len(self.notes) + 1
        self.notes.append(Note(number, f"{self.division}.note.{number}", f"{self.division}.ref.{number}", (), source))
        reference = self._note_reference(number, first=True)
        self._in_note = number
        inlines = text() if known is None else (Text(f"See note {known}."),)
        self._in_note = 0
        self.notes[number - 1] = replace(self.notes[number - 1], inlines=inlines)
        self._numbers.setdefault(identity, number)
        return (reference,)

    def _note_reference(self, number: int, *, first: bool) -> NoteReference:
        self._references += 1
        anchor = f"{self.division}.ref.{number}" if first else f"{self.division}.ref.{number}.{self._references}"
        return NoteReference(number, anchor, f"{self.division}.note.{number}", first)

    # index marks

    def _mark(self, node: IndexMark, term: IndexTerm) -> tuple[Inline, ...]:
        self._counts["mark"] += 1
        anchor = f"{self.division}.ix.{self._counts['mark']}"
        if node.register == "subject":
            self.register.used_headwords.setdefault(term.headword, []).append(term.source)
        elif term.headword not in STATES:
            said = f"“{term.headword}” is no state"
            self.register.report(Problem("CASE004", said, term.source, suggestion(term.headword, STATES)))
        identity = (term.headword, term.subentry)
        if node.span == "from":
            if identity in self._open:
                self.register.report(_open_range(self._open[identity][1]))
            self._open[identity] = (anchor, term)
        elif node.span == "to":
            if identity not in self._open:
                said = f"“{_entry(term)}” is closed here and was not opened"
                self.register.report(Problem("INDX003", said, term.source))
                return ()
            first, opened = self._open.pop(identity)
            self._enter(node, replace(opened, main=opened.main or term.main), first, anchor)
        else:
            self._enter(node, term, anchor, anchor)
        return (Anchor(anchor),)

    def _enter(self, node: IndexMark, term: IndexTerm, first: str, last: str) -> None:
        headword = STATES.get(term.headword, "") if node.register == "place" else term.headword
        mark = Mark(node.register, headword, term.subentry, first, last, term.main, self._in_note, self._holds)
        self.register.marks.append(mark)

    # blocks

    def blocks(self, blocks: Iterable[Block], cases: dict[str, Case] | None = None) -> tuple[Block, ...]:
        """Blocks, resolved; what can't be made is left out, with a problem."""
        resolved = (self._block(block, cases or {}) for block in blocks)
        return tuple(block for block in resolved if block is not None)

    def _block(self, block: Block, cases: dict[str, Case]) -> Block | None:
        match block:
            case Paragraph():
                return replace(block, inlines=self.inlines(block.inlines))
            case Heading():
                return self.heading(block)
            case ItemList():
                return replace(block, items=tuple(self.blocks(item, cases) for item in block.items))
            case Quotation():
                return replace(block, blocks=self.blocks(block.blocks, cases))
            case Aside():
                self._counts["aside"] += 1
                anchor = f"{self.division}.aside.{self._counts['aside']}"
                return replace(block, blocks=self.blocks(block.blocks, cases), anchor=anchor)
            case CaseStory():
                return self._case_study(block, cases)
            case DataBlock():
                return self._data_block(block)
            case _:
                return block

    def heading(self, heading: Heading) -> Heading:
        """A heading with its anchor."""
        anchor = f"{self.division}.{self._headings.take(heading)}"
        return replace(heading, inlines=self.inlines(heading.inlines), anchor=anchor)

    def _case_study(self, story: CaseStory, cases: dict[str, Case]) -> CaseStudy | None:
        self._counts[f"case {story.case}"] += 1
        if story.case not in cases:
            hint = suggestion(story.case, cases) or "add it to cases: in the header"
            self.register.report(Problem("CASE001", f"the header has no case “{story.case}”", story.source, hint))
            return None
        if self._counts[f"case {story.case}"] > 1:
            self.register.report(Problem("CASE003", f"“{story.case}” has been told before", story.source))
            return None
        case = cases[story.case]
        blocks = self.blocks(story.blocks)
        figures = tuple(self._cited_figure(figure) for figure in case.figures)
        outcome = tuple(replace(o, text=self.inlines(o.text)) for o in case.outcome)
        return CaseStudy(replace(case, figures=figures, outcome=outcome), blocks, f"{case.anchor}.end")

    def _cited_figure(self, figure: DatedFigure) -> DatedFigure:
        return replace(figure, text=self.inlines(figure.text))

    def _data_block(self, block: DataBlock) -> Block | None:
        target = self.register.targets.get(block.role, block.id)
        if target is None or not block.id:
            said = f"the {block.role} has no id"
            self.register.report(Problem("MARK003", said, block.source, f"write ::: {block.role} some-id"))
            return None
        self._holds = block.role
        made: Table | Figure | None
        build = build_table if block.role == "table" else build_figure
        made = build(
            block,
            target.anchor,
            target.number,
            self.register.manuscript,
            self.written,
            self.register.cite,
            self.register.report,
        )
        self._holds = ""
        if isinstance(made, Table):
            self.register.tables.append(made)
        elif isinstance(made, Figure):
            self.register.figures.append(made)
        return made

    def sections(self, cases: dict[str, Case] | None = None) -> Iterator[Section]:
        """The whole text, divided at its second-level headings; each is resolved when it is asked for."""
        heading: Heading | None = None
        pending: list[Block] = []
        for block in self.writing.document.blocks:
            if isinstance(block, Heading) and block.level == 2:
                if pending or heading:
                    yield self._section(heading, tuple(pending))
                heading, pending = self.heading(block), []
            else:
                pending += self.blocks((block,), cases)
        yield self._section(heading, tuple(pending))

    def _section(self, heading: Heading | None, blocks: tuple[Block, ...]) -> Section:
        return Section(heading, blocks, slug(plain(heading.inlines)) if heading else "")

    # facts of the header

    def figure(self, model: FigureModel, record: Record[Any], *location: str | int) -> DatedFigure:
        """A figure of the header, unresolved: its citation is put behind its text and numbered where it is printed."""
        text = self.register.read(model.text, record.at(*location, "text"))
        cited = _citation_of(model.source, record, *location)
        return DatedFigure(typographic(model.value), text + cited, model.as_of, record.at(*location))

    def resolved_figure(self, model: FigureModel, record: Record[Any], *location: str | int) -> DatedFigure:
        """A figure that is printed now."""
        return self._cited_figure(self.figure(model, record, *location))

    def case(self, model: CaseModel, record: Record[Any], position: int) -> Case:
        """A case of the header, unresolved."""
        at = ("cases", position)
        outcome = []
        for i, item in enumerate(model.outcome):
            text = self.register.read(item.text, record.at(*at, "outcome", i, "text"))
            cited = _citation_of(item.source, record, *at, "outcome", i)
            outcome.append(Outcome(text + cited, record.at(*at, "outcome", i)))
        return Case(
            anchor=f"{self.division}.case.{model.id}",
            place=typographic(model.place),
            state=model.state,
            jurisdiction=model.kind.value,
            law=typographic(model.law),
            number=typographic(model.number),
            enacted=model.enacted,
            effective=model.effective,
            status=typographic(model.status),
            figures=tuple(self.figure(f, record, *at, "figures", i) for i, f in enumerate(model.figures)),
            outcome=tuple(outcome),
            source=record.at(*at),
        )

    def close(self) -> None:
        """Report what was opened and not closed, and footnotes that nothing names, unless what did was left out."""
        for _, term in self._open.values():
            self.register.report(_open_range(term))
        if any(problem.code in LEFT_OUT for problem in self.writing.document.problems):
            return
        for name, footnote in self.writing.document.footnotes.items():
            if name not in self._named_footnotes:
                self.register.report(Problem("NOTE002", f"nothing names the footnote “{name}”", footnote.source))


def _with_space_of(nodes: list[Inline], node: Emphasis | Strong) -> Inline:
    """The node with the space before it taken inside.

    Pango 1.50 breaks a line after its first word where all of a text but its last space fits; a text that ends without
    a space is safe from that (tests/layout holds the fact).
    """
    last, first = nodes[-1] if nodes else None, node.children[0] if node.children else None
    if not (isinstance(last, Text) and last.text.endswith(" ") and isinstance(first, Text)):
        return node
    nodes[-1] = Text(last.text.removesuffix(" "))
    return replace(node, children=(Text(" " + first.text), *node.children[1:]))


def _drop_trailing_space(nodes: list[Inline]) -> None:
    """Take the white space off the end of running text, behind any anchors."""
    for position in range(len(nodes) - 1, -1, -1):
        node = nodes[position]
        if isinstance(node, Text):
            nodes[position] = Text(node.text.rstrip())
            if nodes[position] != Text(""):
                return
        elif not isinstance(node, Anchor):
            return


def _citation_of(keys: Sequence[str], record: Record[Any], *location: str | int) -> tuple[Inline, ...]:
    items = tuple(CitationItem(key, "", record.at(*location, "source", i)) for i, key in enumerate(keys))
    return (Citation(items, record.at(*location, "source")),) if items else ()


def _entry(term: IndexTerm) -> str:
    return f"{term.headword} > {term.subentry}" if term.subentry else term.headword


def _open_range(term: IndexTerm) -> Problem:
    said = f"“{_entry(term)}” is opened here and not closed in this file"
    return Problem("INDX002", said, term.source, f"add {{index to: {_entry(term)}}} where the discussion ends")
