"""The nodes of running text: what Markdown is read into and templates are given.

Inline nodes stand in paragraphs; block nodes stand in sections. Every node that can be at fault knows its `Source`.
Nodes that name something (`CrossReference`, `Citation`, `FootnoteReference`, `IndexMark`, `CaseStory`, `TableBlock`,
`FigureBlock`) are replaced during assembly by nodes that carry what was named (`Reference`, `NoteReference`, `Anchor`,
`CaseStudy`, `Table`, `Figure`). `kind` is the name that templates dispatch on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from policybook.diagnostics import Source

# --- inline nodes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as they are printed."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A break that the author asked for."""

    kind: ClassVar[str] = "line_break"


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Italic in running text."""

    kind: ClassVar[str] = "emphasis"
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold in running text."""

    kind: ClassVar[str] = "strong"
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an address of the web (`http`, `https` or `mailto`)."""

    kind: ClassVar[str] = "link"
    url: str
    children: tuple[Inline, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A reference by id, as written: `[text](target_kind:target)`."""

    kind: ClassVar[str] = "cross_reference"
    target_kind: str
    target: str
    children: tuple[Inline, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Reference:
    """A resolved cross-reference: `label` is set where the author wrote no text of their own."""

    kind: ClassVar[str] = "reference"
    target_kind: str
    anchor: str
    label: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CitationItem:
    """A key of the references, with the place in the source that is cited, such as `p. 4`."""

    key: str
    locator: str
    source: Source


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation as written: `[@key, p. 4; @other]`."""

    kind: ClassVar[str] = "citation"
    items: tuple[CitationItem, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class CitedWork:
    """Inside a note's text: the reference, in full, or in short with the number of the note that has it in full.

    `named` asks for the title in the short form, where the publisher alone would not tell which work is meant.
    """

    kind: ClassVar[str] = "cited_work"
    key: str
    locator: str
    note: int = 0
    named: bool = False


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    """A footnote's mark, as written: `[^name]`."""

    kind: ClassVar[str] = "footnote_reference"
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class NoteReference:
    """A resolved citation or footnote mark. `first` tells the one place that the note leads back to."""

    kind: ClassVar[str] = "note_reference"
    number: int
    anchor: str
    note_anchor: str
    first: bool


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A headword, its subentry (or an empty string), and whether this is the main discussion."""

    headword: str
    subentry: str
    main: bool
    source: Source


@dataclass(frozen=True, slots=True)
class IndexMark:
    """An index mark as written. `span` is `point`, `from` or `to`; `register` is `subject` or `place`."""

    kind: ClassVar[str] = "index_mark"
    register: str
    span: str
    terms: tuple[IndexTerm, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the text that can be linked to and that prints nothing."""

    kind: ClassVar[str] = "anchor"
    anchor: str


Inline = (
    Text
    | LineBreak
    | Emphasis
    | Strong
    | Link
    | CrossReference
    | Reference
    | Citation
    | CitedWork
    | FootnoteReference
    | NoteReference
    | IndexMark
    | Anchor
)

# --- block nodes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    kind: ClassVar[str] = "paragraph"
    inlines: tuple[Inline, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a brief or a unit of front or back matter. `level` is 2 or 3; `anchor` is set in assembly."""

    kind: ClassVar[str] = "heading"
    level: int
    inlines: tuple[Inline, ...]
    source: Source
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ItemList:
    """A bulleted or numbered list; each item is a sequence of blocks."""

    kind: ClassVar[str] = "item_list"
    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation set as a block."""

    kind: ClassVar[str] = "quotation"
    blocks: tuple[Block, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Aside:
    """A callout, a pull quote or a piece of model language: `role` is `callout`, `pullquote` or `model-language`."""

    kind: ClassVar[str] = "aside"
    role: str
    title: str
    blocks: tuple[Block, ...]
    source: Source
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class CaseStory:
    """The story of a case, as written: `::: case id`."""

    kind: ClassVar[str] = "case_story"
    case: str
    blocks: tuple[Block, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class DataBlock:
    """A table or figure as written: `::: table id` or `::: figure id` and the lines of YAML below it."""

    kind: ClassVar[str] = "data_block"
    role: str
    id: str
    yaml: str
    source: Source
    yaml_line: int


@dataclass(frozen=True, slots=True)
class DatedFigure:
    """A figure with its source: `value` is set large, `text` completes it."""

    value: str
    text: tuple[Inline, ...]
    as_of: str
    source: Source


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a law, in a sentence."""

    text: tuple[Inline, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Case:
    """A case study as data. Dates are ISO 8601 at the precision that is known: `2014`, `2014-06` or `2014-06-03`."""

    anchor: str
    place: str
    state: str
    jurisdiction: str
    law: str
    number: str
    enacted: str
    effective: str
    status: str
    figures: tuple[DatedFigure, ...]
    outcome: tuple[Outcome, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class CaseStudy:
    """A case with its story, as printed. `end` is the anchor behind its last word."""

    kind: ClassVar[str] = "case_study"
    case: Case
    blocks: tuple[Block, ...]
    end: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its unit (or an empty string) and how its cells are aligned."""

    head: str
    unit: str
    align: str


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table. `rows` holds one tuple of cells a row, as many as there are columns; `file` is its CSV file."""

    kind: ClassVar[str] = "table"
    anchor: str
    number: int
    caption: tuple[Inline, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    credit: tuple[Inline, ...]
    note: tuple[Inline, ...]
    source: Source
    file: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure. `image` is a file of images/; `alt` says what it shows to readers who do not see it."""

    kind: ClassVar[str] = "figure"
    anchor: str
    number: int
    caption: tuple[Inline, ...]
    image: str
    alt: str
    credit: tuple[Inline, ...]
    source: Source


Block = Paragraph | Heading | ItemList | Quotation | Aside | CaseStory | DataBlock | CaseStudy | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A second-level heading and what follows it; the first section of a text may have no heading."""

    heading: Heading | None
    blocks: tuple[Block, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its number in the division, its text, and the anchors of itself and of its first mark."""

    number: int
    anchor: str
    reference_anchor: str
    inlines: tuple[Inline, ...]
    source: Source = field(compare=False)


def children_of(node: Inline) -> tuple[Inline, ...]:
    """The inline nodes directly inside one, or none."""
    return getattr(node, "children", ())


def walk_inlines(inlines: tuple[Inline, ...]) -> Iterator[Inline]:
    """Every inline node, depth first, in reading order."""
    for node in inlines:
        yield node
        if children := children_of(node):
            yield from walk_inlines(children)


def plain(inlines: tuple[Inline, ...]) -> str:
    """The characters of running text without marks, notes and structure, as a heading or a bookmark needs them."""
    parts = []
    for node in walk_inlines(inlines):
        if isinstance(node, Text):
            parts.append(node.text)
        elif isinstance(node, LineBreak):
            parts.append(" ")
        elif isinstance(node, Reference) and not node.children:
            parts.append(node.label)
    return "".join(parts)
