"""New content: a brief with its header and the headings of the anatomy, ready to be written."""

from __future__ import annotations

from pathlib import Path

from policybook.diagnostics import ContentError, Problem, Source, suggestion
from policybook.ids import slug
from policybook.manuscript import read_manuscript

_HEADER = """\
---
# yaml-language-server: $schema=../../../../schemas/brief.json
title: {title}
order: {order}
state: draft
pages: 4
summary: >
  One or two sentences for a reader who reads no more.
partners: []
key_figures: []
cases: []
resources: []
---
"""


def start_brief(content: Path, part: str, id: str, title: str) -> Path:
    """Write a new brief and give its path. Raises ContentError where the part is unknown or the brief exists."""
    manuscript = read_manuscript(content)
    folders = {folder.id: folder for folder in manuscript.parts}
    shown = f"{content.parent.name}/{content.name}"
    if part not in folders:
        said = f"there is no part “{part}”"
        raise ContentError([Problem("FILE001", said, Source(f"{shown}/parts"), suggestion(part, folders))])
    if slug(id) != id:
        said = f"“{id}” is not of the form that an id takes"
        raise ContentError([Problem("YAML004", said, None, f"write {slug(id)}")])
    taken = {brief.id: brief for folder in folders.values() for brief in folder.briefs}
    if id in taken:
        raise ContentError([Problem("YAML006", f"the brief “{id}” is there already", taken[id].source)])
    orders = [brief.header.value.order for brief in folders[part].briefs if brief.header]
    folder = content / Path(folders[part].source.path).parent.relative_to(shown)
    path = folder / f"{id}.md"
    edition = manuscript.edition
    headings = [section.heading for section in edition.value.anatomy if section.required] if edition else []
    header = _HEADER.format(title=_quoted(title), order=max(orders, default=0) + 1)
    body = "".join(f"\n## {heading}\n\nTo be written.\n" for heading in headings)
    with path.open("x", encoding="utf-8") as file:
        file.write(header + body)
    return path


def _quoted(title: str) -> str:
    """A title as a YAML value that any character leaves whole."""
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
