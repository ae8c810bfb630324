"""The book as one HTML file with CSS for paged media: for WeasyPrint, Paged.js, Vivliostyle and Chromium.

Page numbers in text come from `target-counter()`, as the tools' documentation shows it. CSS has no index: each passage
is a locator of its own, and nothing can merge two on one page or on adjoining ones. A tool without `target-counter()`
is given the same file without numbers.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks import page
from benchmarks.index import Entry, Passage, entries
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
    Note,
    NoteMark,
    Paragraph,
    Part,
    Subheading,
    Table,
    Text,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs from tool to tool."""

    #: Whether `target-counter()` and `leader()`-like contents can have page numbers at all.
    numbers: bool = True
    #: How the body starts to count at 1, as a rule of CSS.
    restart: str = ".body { counter-reset: page 1 }"
    #: Whether long text may be set in columns.
    columns: bool = True
    #: Whether `string-set` feeds the running heads.
    strings: bool = True
    leader: bool = False
    #: Whether `float: footnote` sets notes at the foot.
    footnotes: bool = True


WEASYPRINT = Dialect(restart="@page :nth(1 of main) { counter-reset: page 1 }", leader=True)
PAGEDJS = Dialect(columns=False, restart="")
VIVLIOSTYLE = Dialect(restart="")
CHROMIUM = Dialect(numbers=False, strings=False, restart="", footnotes=False)


def write(book: Book, folder: Path, dialect: Dialect) -> None:
    """Write `book.html` and, beside it, its fonts: what a server has to serve must be in one folder."""
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    for path in page.fonts().values():
        shutil.copyfile(path, folder / "fonts" / path.name)
    (folder / "book.html").write_text(html(book, dialect), encoding="utf-8")


def html(book: Book, dialect: Dialect) -> str:
    """The whole book."""
    at_foot = book.notes == "foot" and dialect.footnotes
    parts = "".join(_part(part, at_foot=at_foot) for part in book.parts)
    return (
        f'<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>{escape(book.title)}</title>'
        f"<style>{_css(dialect)}</style></head><body>\n"
        f'<section class="title-page"><h1>{escape(book.title)}</h1><p>{escape(book.subtitle)}</p></section>\n'
        f'{_contents(book)}\n<div class="body">{parts}\n{_index(book)}</div></body></html>\n'
    )


def _css(dialect: Dialect) -> str:
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};src:url(fonts/{path.name})}}'
        for family, weight, style, path in _faces()
    )
    numbers = _NUMBERS if dialect.numbers else ""
    heads = _STRINGS if dialect.strings else _NO_STRINGS
    columns = ".notes ol{columns:2;column-gap:16pt}.index-list{columns:3;column-gap:12pt}" if dialect.columns else ""
    leader = '.contents a::after{content:leader(" . ") target-counter(attr(href),page)}' if dialect.leader else ""
    return faces + _BASE + numbers + heads + columns + leader + dialect.restart


def _faces() -> list[tuple[str, int, str, Path]]:
    files = page.fonts()
    return [
        ("Book Serif", 300, "normal", files[page.SERIF["light"]]),
        ("Book Serif", 400, "normal", files[page.SERIF["regular"]]),
        ("Book Serif", 400, "italic", files[page.SERIF["italic"]]),
        ("Book Sans", 400, "normal", files[page.SANS["regular"]]),
        ("Book Sans", 600, "normal", files[page.SANS["semibold"]]),
    ]


_BASE = f"""
@page {{ size: {page.WIDTH}pt {page.HEIGHT}pt; margin: {page.TOP}pt {page.OUTER}pt {page.FOOT}pt {page.INNER}pt }}
@page :left {{ margin-left: {page.OUTER}pt; margin-right: {page.INNER}pt }}
@page :left {{ @bottom-left {{ content: counter(page); font: 600 9pt "Book Sans" }} }}
@page :right {{ @bottom-right {{ content: counter(page); font: 600 9pt "Book Sans" }} }}
@page front {{ @bottom-left {{ content: none }} @bottom-right {{ content: none }} }}
html {{ font: {page.SIZE}pt/{page.LINE}pt "Book Serif"; font-variant-numeric: oldstyle-nums proportional-nums }}
body {{ margin: 0 }}
.title-page {{ page: front }}
.body {{ page: main }}
.brief, .part, .contents, .index {{ break-before: page }}
p, ul, ol, h1, h2, h3, h4 {{ margin: 0; padding: 0 }}
p {{ text-align: justify; hyphens: auto; hyphenate-limit-chars: 6 3 3; orphans: 2; widows: 2 }}
p + p {{ text-indent: {page.LINE}pt }}
.text {{ padding-left: {page.INDENT}pt }}
h1, h2, h3, h4 {{ text-align: left; hyphens: none; break-after: avoid }}
h1, h2 {{ font: 300 30pt/32.5pt "Book Serif"; padding-bottom: 13pt }}
h3 {{ font: 600 10.5pt/13pt "Book Sans"; margin-top: 13pt }}
h4 {{ font: 600 9.75pt/13pt "Book Sans"; margin-top: 6.5pt }}
.summary, .part-brief + p {{ font-size: 11.5pt; line-height: 16.25pt; text-align: left; hyphens: none }}
.summary {{ padding: 0 0 13pt {page.INDENT}pt }}
.part-text {{ padding-left: {page.INDENT}pt }}
.part-brief {{ display: block; font: 600 10.5pt/13pt "Book Sans"; margin-top: 13pt }}
ul, ol {{ padding-left: {page.LINE}pt; margin: 6.5pt 0 }}
a {{ color: inherit; text-decoration: none }}
.mark {{ font: 6.5pt/4pt "Book Sans"; vertical-align: 3.2pt }}
.footnote {{ float: footnote; font: 7.5pt/9.75pt "Book Sans"; text-align: left; text-indent: 0; hyphens: none }}
.footnote::footnote-call {{ font-size: 6.5pt; line-height: 0; vertical-align: 3.2pt }}
.notes {{ break-before: avoid }}
.notes h3 {{ font-size: 8.5pt; border-top: 0.5pt solid #888 }}
.notes ol {{ padding: 0; margin: 0; list-style: none }}
.notes li {{ font: 7pt/8.5pt "Book Sans"; padding-left: 14pt; text-indent: -14pt }}
.notes li > a {{ font-weight: 600; display: inline-block; width: 12.6pt; text-indent: 0 }}
table {{ width: 100%; border-collapse: collapse; margin: 13pt 0; font: 8.5pt/11.25pt "Book Sans" }}
caption {{ font: 600 9pt/12pt "Book Sans"; text-align: left; padding-bottom: 4pt }}
th {{ text-align: left; border-top: 1pt solid; border-bottom: 0.5pt solid; padding: 3pt 10pt 3pt 0 }}
td {{ padding: 2.25pt 10pt 2.25pt 0; border-top: 0.25pt solid #bbb }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
td:nth-child(n+3), th:nth-child(n+3) {{ text-align: right }}
.contents ul {{ list-style: none; padding: 0 }}
.contents ul ul {{ padding-left: {page.INDENT}pt }}
.contents a {{ display: block }}
.index-list p {{ font-size: 8.5pt; line-height: 10.5pt; text-align: left; hyphens: none }}
.index-list p {{ text-indent: -9pt; padding-left: 9pt }}
.index-list p.sub {{ padding-left: 18pt }}
"""
_NUMBERS = """
.contents a::after { content: " " target-counter(attr(href), page) }
.part-brief::before { content: target-counter(attr(href), page) " " }
a.page::after { content: target-counter(attr(href), page) }
"""
_STRINGS = """
.part > h1 { string-set: part content() }
.brief > h2, .index > h1, .contents > h1 { string-set: brief content() }
@page :left { @top-left { content: string(part); font: 9pt "Book Sans" } }
@page :right { @top-right { content: string(brief); font: 9pt "Book Sans" } }
"""
_NO_STRINGS = '@page { @top-center { content: "The Measured Book"; font: 9pt "Book Sans" } }'


def _contents(book: Book) -> str:
    parts = "".join(
        f'<li><a href="#{part.id}">{part.title}</a><ul>'
        + "".join(f'<li><a href="#{brief.id}">{brief.title}</a></li>' for brief in part.briefs)
        + "</ul></li>"
        for part in book.parts
    )
    last = '<li><a href="#index">Subject index</a></li>'
    return f'<nav class="contents" role="doc-toc"><h1>Contents</h1><ul>{parts}{last}</ul></nav>'


def _part(part: Part, *, at_foot: bool) -> str:
    listed = "".join(
        f'<a class="part-brief" href="#{brief.id}">{brief.title}</a><p>{escape(brief.summary)}</p>'
        for brief in part.briefs
    )
    opener = (
        f'<section class="part" id="{part.id}"><p>Part {part.number}</p><h1>{part.title}</h1>'
        f'<div class="part-text"><p>{escape(part.summary)}</p>{listed}</div></section>\n'
    )
    return opener + "\n".join(_brief(brief, at_foot=at_foot) for brief in part.briefs)


def _brief(brief: Brief, *, at_foot: bool) -> str:
    marks = {note.code: _mark(note, at_foot=at_foot) for note in brief.notes}
    sections = "".join(
        f"<h3>{section.heading}</h3>" + "".join(_block(block, marks) for block in section.blocks)
        for section in brief.sections
    )
    notes = "".join(
        f'<li id="n{note.code}"><a href="#r{note.code}">{note.number}</a> {escape(note.text)}</li>'
        for note in brief.notes
    )
    end = f'<div class="notes"><h3>Notes</h3><ol>{notes}</ol></div>' if brief.notes and not at_foot else ""
    return (
        f'<section class="brief" id="{brief.id}"><h2>{brief.title}</h2><p class="summary">{escape(brief.summary)}</p>'
        f'<div class="text">{sections}</div>{end}</section>'
    )


def _mark(note: Note, *, at_foot: bool) -> str:
    if at_foot:
        return f'<span class="footnote">{escape(note.text)}</span>'
    return f'<a class="mark" id="r{note.code}" href="#n{note.code}">{note.number}</a>'


def _block(block: Block, marks: dict[int, str]) -> str:
    match block:
        case Paragraph(nodes):
            return f"<p>{_inlines(nodes, marks)}</p>\n"
        case Items(items, ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{_inlines(item, marks)}</li>' for item in items)}</{tag}>\n"
        case Subheading(text):
            return f"<h4>{text}</h4>\n"
        case Table():
            return _table(block)
        case Case(_, place, state, story):
            told = "".join(f"<p>{_inlines(paragraph.inlines, marks)}</p>\n" for paragraph in story)
            return f"<h4>{place}, {state}</h4>{told}"


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in table.heads)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table.rows)
    caption = f"<caption>Table {table.number} {table.caption}</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>\n"


def _inlines(nodes: tuple[Inline, ...], marks: dict[int, str]) -> str:
    return "".join(_inline(node, marks) for node in nodes)


def _inline(node: Inline, marks: dict[int, str]) -> str:
    match node:
        case Text(text):
            return escape(text, quote=False)
        case Emphasis(text):
            return f"<em>{text}</em>"
        case NoteMark(code):
            return marks[code]
        case CrossReference(_, words, target):
            return f'{escape(words, quote=False)} (page&nbsp;<a class="page" href="#{target}"></a>)'
        case IndexMark(code):
            return f'<span id="m{code}"></span>'


def _index(book: Book) -> str:
    listed = "\n".join(_entry(entry) for entry in entries(book))
    return f'<section class="index" id="index"><h1>Subject index</h1><div class="index-list">{listed}</div></section>'


def _entry(entry: Entry) -> str:
    head = entry.headword
    if head.see:
        return f"<p>{head.headword}. <em>See</em> {head.see}</p>"
    also = f". <em>See also</em> {head.see_also}" if head.see_also else ""
    own = f"<p>{head.headword}{_locators(entry.passages)}{also}</p>"
    return own + "".join(f'<p class="sub">{label}{_locators(passages)}</p>' for label, passages in entry.subentries)


def _locators(passages: tuple[Passage, ...]) -> str:
    return "".join(f", {_locator(passage)}" for passage in passages)


def _locator(passage: Passage) -> str:
    first = f'<a class="page" href="#m{passage.first}"></a>'
    return first if passage.first == passage.last else f'{first}–<a class="page" href="#m{passage.last}"></a>'
