"""The book for Asciidoctor PDF: one AsciiDoc file and a theme.

Its notes are its own footnotes, which it sets at the end of each chapter. A cross-reference has no page number, an
index term no range, and Debian has no hyphenation for it: see the tool's limits in `benchmarks.tools`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks import page
from benchmarks.model import (
    Block,
    Book,
    Brief,
    Case,
    CrossReference,
    Emphasis,
    IndexMark,
    Inline,
    Items,
    NoteMark,
    Paragraph,
    Part,
    Subheading,
    Table,
    Text,
)

_THEME = f"""\
extends: base
font:
  catalog:
    Book Serif: {{normal: {page.SERIF["regular"]}.ttf, italic: {page.SERIF["italic"]}.ttf,
      bold: {page.SERIF["light"]}.ttf, bold_italic: {page.SERIF["italic"]}.ttf}}
    Book Sans: {{normal: {page.SANS["regular"]}.ttf, bold: {page.SANS["semibold"]}.ttf,
      italic: {page.SANS["regular"]}.ttf, bold_italic: {page.SANS["semibold"]}.ttf}}
page:
  size: [{page.WIDTH}, {page.HEIGHT}]
  margin: [{page.TOP}, {page.OUTER}, {page.FOOT}, {page.INNER}]
  numbering: {{start-at: after-toc}}
base: {{font-family: Book Serif, font-size: {page.SIZE}, line-height: {page.LINE / page.SIZE}, text-align: justify}}
prose: {{margin-bottom: 0, text-indent: {page.LINE}}}
section: {{indent: [{page.INDENT}, 0]}}
heading:
  text-align: left
  margin-bottom: 0
  h1: {{font-size: 30, font-style: bold}}
  h2: {{font-size: 30, font-style: bold, margin-bottom: {page.LINE}}}
  h3: {{font-family: Book Sans, font-size: 10.5, font-style: bold, margin-top: {page.LINE}}}
  h4: {{font-family: Book Sans, font-size: 9.75, font-style: bold, margin-top: 6.5}}
link: {{font-color: '000000'}}
caption: {{font-family: Book Sans, font-style: bold, font-size: 9}}
table: {{font-family: Book Sans, font-size: 8.5, grid-width: 0, border-width: 0, cell-padding: [2.25, 10, 2.25, 0]}}
list: {{indent: {page.LINE}, item-spacing: 0}}
footnotes: {{font-family: Book Sans, font-size: 7, item-spacing: 0}}
index: {{columns: 3, column-gap: 12}}
toc: {{indent: {page.LINE}, line-height: 1.33}}
running-content: {{start-at: toc}}
header:
  height: 40
  font: {{family: Book Sans, size: 9}}
  verso: {{left: {{content: '{{part-title}}'}}}}
  recto: {{right: {{content: '{{chapter-title}}'}}}}
footer:
  height: 44
  border-width: 0
  font: {{family: Book Sans, size: 9}}
  verso: {{left: {{content: '{{page-number}}'}}}}
  recto: {{right: {{content: '{{page-number}}'}}}}
"""


def write(book: Book, folder: Path) -> None:
    """Write `book.adoc`, `bench-theme.yml` and the fonts."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in page.fonts().values():
        shutil.copyfile(path, folder / path.name)
    (folder / "bench-theme.yml").write_text(_THEME, encoding="utf-8")
    (folder / "book.adoc").write_text(asciidoc(book), encoding="utf-8")


def asciidoc(book: Book) -> str:
    """The whole book."""
    contents = ":toc:\n:toc-title: Contents\n:toclevels: 1\n:outlinelevels: 3\n"
    head = f"= {book.title}: {book.subtitle}\n:doctype: book\n{contents}"
    parts = "".join(_part(part) for part in book.parts)
    return f"{head}:table-caption: Table\n\n{parts}[index]\n== Subject index\n"


def _part(part: Part) -> str:
    listed = "\n\n".join(f"*{brief.title}*\n\n{brief.summary}" for brief in part.briefs)
    opener = (
        f"[#{part.id}]\n= {part.title}\n\n[partintro]\n--\nPart {part.number}\n\n{part.summary}\n\n{listed}\n--\n\n"
    )
    return opener + "".join(_brief(brief) for brief in part.briefs)


def _brief(brief: Brief) -> str:
    notes = {note.code: note.text for note in brief.notes}
    sections = "\n\n".join(
        f"=== {section.heading}\n\n" + "\n\n".join(_block(block, notes) for block in section.blocks)
        for section in brief.sections
    )
    return f"[#{brief.id}]\n== {brief.title}\n\n[.lead]\n{brief.summary}\n\n{sections}\n\n"


def _block(block: Block, notes: dict[int, str]) -> str:
    match block:
        case Paragraph(nodes):
            return _inlines(nodes, notes)
        case Items(items, ordered):
            return "\n".join(f"{'.' if ordered else '*'} {_inlines(item, notes)}" for item in items)
        case Subheading(text):
            return f"==== {text}"
        case Table():
            return _table(block)
        case Case(_, place, state, story):
            return "\n\n".join([f"==== {place}, {state}", *(_inlines(p.inlines, notes) for p in story)])


def _table(table: Table) -> str:
    rows = "\n".join("".join(f"|{cell} " for cell in row) for row in (table.heads, *table.rows))
    return f'.{table.caption}\n[%header,cols="<,<,>,>"]\n|===\n{rows}\n|==='


def _inlines(nodes: tuple[Inline, ...], notes: dict[int, str]) -> str:
    return "".join(_inline(node, notes) for node in nodes)


def _inline(node: Inline, notes: dict[int, str]) -> str:
    match node:
        case Text(text):
            return text
        case Emphasis(text):
            return f"__{text}__"
        case NoteMark(code):
            return f"footnote:[{notes[code]}]"
        case CrossReference(_, words, target):
            return f"<<{target},{words}>>"
        case IndexMark(_, headword, subentry, role, _):
            return "" if role == "to" else f"((({headword}{f',{subentry}' if subentry else ''})))"
