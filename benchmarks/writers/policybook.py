"""The book as a content folder of policybook: `DIR/content/bench/…`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

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
    Subheading,
    Table,
    Text,
)

EDITION = "bench"
_EDITION = """\
title: {title}
subtitle: {subtitle}
edition: Book of about {pages} pages, seed {seed}
year: 2026
date: 2026-11-22
facts_date: 2026-11-22
publisher: policybook
host: ""
isbn: 978-0-00-000000-2
statement: Everything in this book is invented, to measure how long it takes to make.
language: en-US
page:
  trim: [7 in, 10 in]
  bleed: 0.125 in
  margin_top: 56 pt
  margin_foot: 66 pt
  margin_inner: 54 pt
  margin_outer: 45 pt
  baseline: 13 pt
notes: {notes}
collation: word-by-word
opens_on: {{front: any, part: any, brief: any, back: any}}
anatomy:
  - {{heading: The problem}}
  - {{heading: The solution}}
  - {{heading: Policy issues}}
  - {{heading: Landscape and resources, required: false}}
  - {{heading: Case studies, required: false}}
front: [title-page, contents]
back: [subjects]
outputs: [screen]
"""


def write(book: Book, folder: Path) -> None:
    """Write the content folder; files that are there already are replaced where they differ, and others deleted."""
    root = folder / "content" / EDITION
    files = {"edition.yaml": _EDITION.format(**_facts(book)), "index.yaml": _index(book)}
    files |= dict.fromkeys(("glossary.yaml", "organizations.yaml", "references.yaml"), "[]\n")
    for part in book.parts:
        home = f"parts/{part.number:02}-{part.id}"
        files[f"{home}/part.yaml"] = f"title: {part.title}\nsummary: {json.dumps(part.summary, ensure_ascii=False)}\n"
        for order, brief in enumerate(part.briefs, start=1):
            files[f"{home}/{brief.id}.md"] = _brief(brief, order)
    for table in _tables(book):
        files[f"data/{table.id}.csv"] = _csv(table)
    _replace(root, files)


def _facts(book: Book) -> dict[str, object]:
    return {"title": book.title, "subtitle": book.subtitle, "pages": book.pages, "seed": book.seed, "notes": book.notes}


def _replace(root: Path, files: dict[str, str]) -> None:
    for path in sorted(root.rglob("*")) if root.exists() else ():
        if path.is_file() and path.relative_to(root).as_posix() not in files:
            path.unlink()
    for path in sorted(root.glob("parts/*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name, text in files.items():
        path = root / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _index(book: Book) -> str:
    lines = []
    for head in book.headwords:
        lines.append(f"- headword: {head.headword}\n")
        lines += [f"  see: [{head.see}]\n"] if head.see else []
        lines += [f"  see_also: [{head.see_also}]\n"] if head.see_also else []
    return "".join(lines)


def _tables(book: Book) -> Iterable[Table]:
    blocks = (block for brief in book.briefs for section in brief.sections for block in section.blocks)
    return (block for block in blocks if isinstance(block, Table))


def _csv(table: Table) -> str:
    rows = (table.heads, *table.rows)
    return "".join(",".join(row) + "\n" for row in rows)


def _brief(brief: Brief, order: int) -> str:
    cases = [block for section in brief.sections for block in section.blocks if isinstance(block, Case)]
    header = [
        "---",
        f"title: {brief.title}",
        f"order: {order}",
        "state: final",
        "pages: 6",
        f"summary: {json.dumps(brief.summary, ensure_ascii=False)}",
    ]
    if cases:
        header.append("cases:")
    for case in cases:
        header += [f"  - id: {case.id}", f"    place: {case.place}", f"    state: {case.state}", "    kind: city"]
    body = []
    for section in brief.sections:
        body += [f"## {section.heading}", *(_block(block, brief) for block in section.blocks)]
    body += [f"[^n{note.number}]: {note.text}" for note in brief.notes]
    return "\n".join([*header, "---"]) + "\n\n" + "\n\n".join(body) + "\n"


def _block(block: Block, brief: Brief) -> str:
    match block:
        case Paragraph(nodes):
            return _inlines(nodes, brief)
        case Items(items, ordered):
            return "\n".join(
                f"{f'{n}.' if ordered else '-'} {_inlines(item, brief)}" for n, item in enumerate(items, 1)
            )
        case Subheading(text):
            return f"### {text}"
        case Table():
            return _table(block)
        case Case(id, _, _, story):
            return "\n\n".join([f"::: case {id}", *(_inlines(p.inlines, brief) for p in story), ":::"])


def _table(table: Table) -> str:
    forms = ("", "", ", align: right", ", align: decimal")
    columns = "".join(f"  - {{field: {head}{form}}}\n" for head, form in zip(table.heads, forms, strict=True))
    return f"::: table {table.id}\nfile: {table.id}.csv\ncaption: {table.caption}\ncolumns:\n{columns}:::"


def _inlines(nodes: Iterable[Inline], brief: Brief) -> str:
    numbers = {note.code: note.number for note in brief.notes}
    return "".join(_inline(node, numbers) for node in nodes)


def _inline(node: Inline, numbers: dict[int, int]) -> str:
    match node:
        case Text(text):
            return text
        case Emphasis(text):
            return f"*{text}*"
        case NoteMark(code):
            return f"[^n{numbers[code]}]"
        case CrossReference(_, words, target):
            return f"[{words}](brief:{target})"
        case IndexMark(_, headword, subentry, role, _):
            key = {"point": "index", "from": "index from", "to": "index to"}[role]
            return f"{{{key}: {headword}{f' > {subentry}' if subentry else ''}}}"
