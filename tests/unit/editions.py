"""Small content folders for tests: the least edition, with what a test puts into it.

In the texts of tests a ‸ stands before what is at fault. `without_carets` takes it out and tells where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from policybook.assembly import assemble
from policybook.book import Book, Brief
from policybook.diagnostics import ContentError, Problem
from policybook.manuscript import Manuscript, read_manuscript
from policybook.text import Block, Inline, Note, walk_inlines

Node = TypeVar("Node")
CARET = "‸"
#: The brief's file, and its id.
BRIEF, ID = "parts/01-part/brief.md", "brief"
LEAST: Mapping[str, str] = {
    "edition.yaml": """\
title: A Book
subtitle: ""
edition: First edition
year: 2026
date: 2026-01-01
publisher: The Press
host: ""
isbn: 978-0-306-40615-7
statement: A specimen.
facts_date: 2026-01-01
front: [contents]
anatomy: [{heading: Text, required: false}, {heading: More, required: false}]
""",
    "organizations.yaml": "- {id: acme, name: Acme Institute, domain: acme.example.org}\n",
    "index.yaml": "- headword: wages\n- headword: hours\n",
    "glossary.yaml": "- {id: preemption, term: preemption, definition: A state's veto.}\n",
    "references.yaml": """\
- {id: a-2020, title: Alpha, publisher: Press A, issued: 2020}
- {id: b-2021, title: Beta, publisher: Press B, issued: 2021-05, URL: https://www.b.example.org/x}
- {id: c-2022, title: Gamma, publisher: Press C, issued: 2022-05-06}
""",
    "parts/01-part/part.yaml": "title: A Part\n",
}


def without_carets(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its carets, and the line and column, from 1, before which each of them stood."""
    clean, places = "", []
    for piece in text.split(CARET)[:-1]:
        clean += piece
        places.append((clean.count("\n") + 1, len(clean) - clean.rfind("\n")))
    return text.replace(CARET, ""), places


def brief(body: str = "", header: str = "") -> str:
    """A brief's file; `header` is what its header has besides title and summary. Its text is one section or more."""
    section = "" if body.startswith("## ") else "## Text\n\n"
    return f"---\ntitle: The Brief\nsummary: In short.\n{header}---\n\n{section}{body}\n"


def folder(at: Path, files: Mapping[str, str | bytes]) -> Path:
    """The content folder `content/small` below `at`: the least edition and these files; an empty one is left out."""
    root = at / "content" / "small"
    for name, text in {**LEAST, BRIEF: brief(), **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def manuscript(at: Path, files: Mapping[str, str | bytes]) -> Manuscript:
    """The content folder, read."""
    return read_manuscript(folder(at, files))


def book(at: Path, body: str = "", header: str = "", files: Mapping[str, str | bytes] | None = None) -> Book:
    """The book of one brief with this body and header, and of other files. Idle headwords are no fault here."""
    return assemble(manuscript(at, {BRIEF: brief(body, header), "index.yaml": "[]", **(files or {})}))


def problems(at: Path, files: Mapping[str, str | bytes]) -> tuple[Problem, ...]:
    """All problems of the content folder, without warnings and headwords that nothing marks."""
    try:
        found = assemble(manuscript(at, files)).problems
    except ContentError as error:
        found = error.problems
    return tuple(p for p in found if p.is_error and p.code != "INDX006")


def assert_faults(
    at: Path, code: str, text: str, files: Mapping[str, str | bytes] | None = None, name: str = BRIEF
) -> None:
    """The file is at fault where its carets stand, with this code, and the folder nowhere else."""
    clean, places = without_carets(text)
    found = [f"{p.code} {p.source}" for p in problems(at, {**(files or {}), name: clean})]
    promised = [f"{code} content/small/{name}:{line}:{column}" for line, column in places]
    assert found == promised, f"found {found}, promised {promised}"


def content(of: Book, id: str = ID) -> Brief:
    """The content of a brief's division."""
    found = of.division(id).content
    assert isinstance(found, Brief)
    return found


def blocks(of: Book, id: str = ID) -> tuple[Block, ...]:
    """The blocks of a brief's first section."""
    return content(of, id).sections[0].blocks


def notes(of: Book, id: str = ID) -> tuple[Note, ...]:
    """A brief's notes."""
    return content(of, id).notes


def kinds(inlines: Iterable[Inline], kind: type[Node]) -> list[Node]:
    """The nodes of a kind in running text."""
    return [node for node in walk_inlines(tuple(inlines)) if isinstance(node, kind)]
