"""The book as one Typst file, with its own index: marks are metadata, queried at the end, merged and sorted there.

Typst tags its PDF. Notes stand at the end of their brief, as in the other tools, so they are text and links, not
`#footnote`. Page references are `#ref(…, form: "page")`; the index is 40 lines of Typst beside the text.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import page
from benchmarks.index import entries
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
    NotesAt,
    Paragraph,
    Part,
    Subheading,
    Table,
    Text,
)

_SETTINGS = """\
#set document(title: "The Measured Book")
#set text(font: "Source Serif Pro", size: SIZEpt, lang: "en", region: "us", hyphenate: true, number-type: "old-style",
  top-edge: 0.75em, bottom-edge: -0.25em)
#set par(justify: true, leading: LEADpt, spacing: LEADpt, first-line-indent: LINEpt)
#let sans(size, body, weight: "regular") = text(font: "Source Sans Pro", size: size, weight: weight, body)
#let part-title = state("part", [])
#let brief-title = state("brief", [])
#let running = context {
  set text(font: "Source Sans Pro", size: 9pt)
  if calc.odd(counter(page).get().first()) { align(right, brief-title.get()) } else { align(left, part-title.get()) }
}
#let folio = context {
  set text(font: "Source Sans Pro", size: 9pt, weight: "semibold")
  align(if calc.odd(counter(page).get().first()) { right } else { left }, counter(page).display())
}
#set page(width: WIDTHpt, height: HEIGHTpt, margin: (top: TOPpt, bottom: FOOTpt, inside: INNERpt, outside: OUTERpt),
  binding: left, header: running, footer: folio, numbering: "i")
#show heading: set text(hyphenate: false)
#show heading: set block(sticky: true)
#show heading.where(level: 1): set text(size: 30pt, weight: "light")
#show heading.where(level: 2): set text(size: 30pt, weight: "light")
#show heading.where(level: 3): set text(font: "Source Sans Pro", size: 10.5pt, weight: "semibold")
#show heading.where(level: 3): set block(above: LINEpt, below: LEADpt)
#show heading.where(level: 4): set text(font: "Source Sans Pro", size: 9.75pt, weight: "semibold")
#show heading.where(level: 4): set block(above: 8pt, below: LEADpt)
#set list(indent: 0pt, body-indent: 6pt, spacing: LEADpt)
#set enum(indent: 0pt, body-indent: 6pt, spacing: LEADpt)
#set table(stroke: none, inset: (x: 4pt, y: 2.25pt))
#show figure: set block(breakable: true, above: LINEpt, below: LINEpt)
#show figure: set align(left)
#show figure.caption: it => sans(9pt, weight: "semibold")[#it.supplement #context it.counter.display() #it.body]
#set figure.caption(position: top)
#show footnote.entry: set text(font: "Source Sans Pro", size: 7.5pt)
#let running-text(body) = pad(left: INDENTpt, body)
#let summary(body) = pad(left: INDENTpt, bottom: LINEpt, {
  set par(justify: false, leading: 4.75pt)
  text(size: 11.5pt, hyphenate: false, body)
})
#let at(target) = context link(target, str(counter(page).at(target).first()))
#let note-mark(code, number) = [#super(typographic: false, size: 6.5pt, baseline: -3.2pt,
  link(label("n" + str(code)), sans(6.5pt, str(number))))#label("r" + str(code))]
#let note(code, number, body) = [#block(above: 0pt, below: 1.5pt, par(hanging-indent: 14pt, first-line-indent: 0pt,
  justify: false, leading: 1.5pt,
  sans(7pt, [#link(label("r" + str(code)), box(width: 14pt, str(number)))#body])))#label("n" + str(code))]
#let notes(body) = {
  heading(level: 3, outlined: false, text(size: 8.5pt)[Notes])
  columns(2, gutter: 16pt, body)
}
#let data(caption, columns, ..cells) = figure(kind: table, supplement: [Table], caption: caption, {
  set text(font: "Source Sans Pro", size: 8.5pt, number-type: "lining")
  table(columns: (1fr,) * columns, align: (x, y) => if x < 2 { left } else { right },
    table.hline(stroke: 1pt),
    table.header(..cells.pos().slice(0, columns).map(it => strong(it))),
    table.hline(stroke: 0.5pt), ..cells.pos().slice(columns))
})
#let mark(headword, subentry, role, range) = [#metadata((headword, subentry, role, range))<mark>]
#let locators(passages) = {
  let merged = ()
  for passage in passages.sorted(key: it => it.at(0)) {
    if merged.len() > 0 and passage.at(0) <= merged.last().at(1) + 1 {
      merged.last().at(1) = calc.max(merged.last().at(1), passage.at(1))
    } else { merged.push(passage) }
  }
  for (first, last, place) in merged {
    [, #link(place, if first == last [#first] else [#first–#last])]
  }
}
#let make-index(pointers) = context {
  let offset = query(<body>).first().location().page() - 1
  let cited = pointers.pairs().map(((headword, _)) => (headword, (:))).to-dict()
  let open = (:)
  for found in query(<mark>) {
    let (headword, subentry, role, range) = found.value
    let number = found.location().page() - offset
    if role == "to" {
      let (subentry, place) = open.at(str(range))
      cited.at(headword).at(subentry).at(place).at(1) = number
    } else {
      let below = cited.at(headword, default: (:))
      let passages = below.at(subentry, default: ())
      if role == "from" { open.insert(str(range), (subentry, passages.len())) }
      passages.push((number, number, found.location()))
      below.insert(subentry, passages)
      cited.insert(headword, below)
    }
  }
  set par(justify: false, first-line-indent: 0pt, hanging-indent: 9pt, leading: 2pt, spacing: 2pt)
  set text(size: 8.5pt, hyphenate: false, number-type: "lining")
  for headword in cited.keys().sorted() {
    let (see, see-also) = pointers.at(headword, default: ("", ""))
    let below = cited.at(headword)
    let own = locators(below.at("", default: ()))
    par([#headword#own#if see != "" [. _See_ #see]#if see-also != "" [. _See also_ #see-also]])
    for subentry in below.keys().filter(it => it != "").sorted() {
      pad(left: 9pt, par([#subentry#locators(below.at(subentry))]))
    }
  }
}
"""


def write(book: Book, folder: Path) -> None:
    """Write `book.typ`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.typ").write_text(typst(book), encoding="utf-8")


def typst(book: Book) -> str:
    """The whole book."""
    settings = _SETTINGS
    lengths = {"SIZE": page.SIZE, "LEAD": page.LINE - page.SIZE, "LINE": page.LINE, "WIDTH": page.WIDTH}
    lengths |= {"HEIGHT": page.HEIGHT, "TOP": page.TOP, "FOOT": page.FOOT, "INNER": page.INNER, "OUTER": page.OUTER}
    for name, length in (lengths | {"INDENT": page.INDENT}).items():
        settings = settings.replace(f"{name}pt", f"{length}pt")
    pointers = "".join(
        f'  "{entry.headword.headword}": ("{entry.headword.see}", "{entry.headword.see_also}"),\n'
        for entry in entries(book)
    )
    return (
        f"{settings}\n#page(header: none, footer: none)[#v(30%)#text(size: 30pt)[{book.title}]\n\n{book.subtitle}]\n"
        '#text(size: 30pt, weight: "light")[Contents]\n\n#outline(title: none, depth: 2, indent: 13pt)\n'
        f"{''.join(_part(part, book.notes) for part in book.parts)}\n"
        "#pagebreak()\n#brief-title.update[Subject index]\n= Subject index\n"
        f"#columns(3, gutter: 12pt, make-index((\n{pointers})))\n"
    )


def _part(part: Part, notes_at: NotesAt) -> str:
    start = '#set page(numbering: "1")\n#counter(page).update(1)\n#metadata(none)<body>\n' if part.number == 1 else ""
    listed = "".join(
        f'#block(above: 13pt, sans(10.5pt, weight: "semibold")[#at(<{brief.id}>) {brief.title}])\n'
        f"#summary[{brief.summary}]\n"
        for brief in part.briefs
    )
    return (
        f"#pagebreak(weak: true)\n{start}#part-title.update[{part.title}]\n#brief-title.update[{part.title}]\n"
        f"Part {part.number}\n\n= {part.title} <{part.id}>\n#running-text[{part.summary}]\n{listed}\n"
        + "\n".join(_brief(brief, notes_at) for brief in part.briefs)
    )


def _brief(brief: Brief, notes_at: NotesAt) -> str:
    marks = {note.code: _mark(note, notes_at) for note in brief.notes}
    sections = "\n\n".join(
        f"=== {section.heading}\n" + "\n\n".join(_block(block, marks) for block in section.blocks)
        for section in brief.sections
    )
    notes = "".join(f"#note({note.code}, {note.number})[{note.text}]\n" for note in brief.notes)
    end = f"#notes[{notes}]\n" if notes and notes_at == "end" else ""
    return (
        f"#pagebreak(weak: true)\n#brief-title.update[{brief.title}]\n== {brief.title} <{brief.id}>\n"
        f"#summary[{brief.summary}]\n#running-text[\n{sections}\n]\n{end}"
    )


def _mark(note: Note, notes_at: NotesAt) -> str:
    return f"#footnote[{note.text}]" if notes_at == "foot" else f"#note-mark({note.code}, {note.number})"


def _block(block: Block, marks: dict[int, str]) -> str:
    match block:
        case Paragraph(nodes):
            return _inlines(nodes, marks)
        case Items(items, ordered):
            sign = "+" if ordered else "-"
            return "\n".join(f"{sign} {_inlines(item, marks)}" for item in items)
        case Subheading(text):
            return f"==== {text}"
        case Table():
            return _table(block)
        case Case(_, place, state, story):
            return "\n\n".join([f"==== {place}, {state}", *(_inlines(p.inlines, marks) for p in story)])


def _table(table: Table) -> str:
    cells = ", ".join(f"[{cell}]" for row in (table.heads, *table.rows) for cell in row)
    return f"#data([{table.caption}], {len(table.heads)}, {cells})"


def _inlines(nodes: tuple[Inline, ...], marks: dict[int, str]) -> str:
    return "".join(_inline(node, marks) for node in nodes)


def _inline(node: Inline, marks: dict[int, str]) -> str:
    match node:
        case Text(text):
            return text
        case Emphasis(text):
            return f"#emph[{text}]"
        case NoteMark(code):
            return marks[code]
        case CrossReference(_, words, target):
            return f"{words} (page~#at(<{target}>))"
        case IndexMark(_, headword, subentry, role, range_id):
            return f'#mark("{headword}", "{subentry}", "{role}", {range_id})'
