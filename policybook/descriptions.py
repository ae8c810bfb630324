"""What the bound book says of itself: its bookmarks, the words that describe where links lead, its metadata."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

from policybook.book import Book, Brief, Division, PartOpener
from policybook.sheets import Metadata, Outline
from policybook.text import CitedWork, Note, Text, plain, walk_inlines


def outlines(book: Book) -> Iterator[Outline]:
    """The bookmarks: units and parts, the briefs of a part, the sections of a text."""
    for division in book.divisions:
        if not division.listed:
            continue
        level = 2 if division.part else 1
        yield Outline(level, division.title, division.id)
        for section in getattr(division.content, "sections", ()):
            if section.heading:
                yield Outline(level + 1, plain(section.heading.inlines), section.heading.anchor)
        if isinstance(division.content, Brief) and division.content.notes and book.edition.notes.value == "end":
            yield Outline(level + 1, "Notes", f"{division.id}.notes")


def titles(book: Book) -> dict[str, str]:
    """The words that say where a link leads, by anchor: the heading, the case, the note, the table."""
    words: dict[str, str] = {}
    for division in book.divisions:
        words[division.id] = _division_words(division)
        for section in getattr(division.content, "sections", ()):
            if section.heading:
                words[section.heading.anchor] = f"{division.title}: {plain(section.heading.inlines)}"
        for note in getattr(division.content, "notes", ()):
            words[note.anchor] = f"Note {note.number}: {_note_words(note, book)}"
            words[note.reference_anchor] = f"Back to the mark of note {note.number}"
        for case in getattr(division.content, "cases", ()):
            words[case.anchor] = f"{division.title}: {case.place}"
    words |= {table.anchor: f"Table {table.number}: {plain(table.caption)}" for table in book.tables}
    words |= {figure.anchor: f"Figure {figure.number}: {plain(figure.caption)}" for figure in book.figures}
    words |= {f"glossary.{entry.id}": f"Glossary: {entry.term}" for entry in book.glossary}
    words |= {f"directory.{o.id}": f"Directory of organizations: {o.name}" for o in book.organizations.values()}
    words |= {mark.first: _mark_words(mark.headword, mark.subentry) for mark in book.marks if mark.first not in words}
    return words


def _division_words(division: Division) -> str:
    if isinstance(division.content, PartOpener):
        return f"Part {division.content.number}: {division.title}"
    return division.title


def _note_words(note: Note, book: Book) -> str:
    """A note's text, with the works that it cites named by publisher and title."""
    words = []
    for node in walk_inlines(note.inlines):
        if isinstance(node, Text):
            words.append(node.text)
        elif isinstance(node, CitedWork):
            work = book.references[node.key]
            words.append(f"{work.publisher}, “{work.title}”")
    return "".join(words)


def _mark_words(headword: str, subentry: str) -> str:
    return f"{headword}, {subentry}" if subentry else headword


def metadata(book: Book) -> Metadata:
    """What the document says of itself; its date is SOURCE_DATE_EPOCH's, or the edition's."""
    edition = book.edition
    title = f"{edition.title}: {edition.subtitle}" if edition.subtitle else edition.title
    parts = tuple(d.title for d in book.divisions if isinstance(d.content, PartOpener))
    return Metadata(title, edition.publisher, edition.statement, parts, edition.language, _date(edition.date))


def _date(date: str) -> str:
    """The moment that the files carry, in ISO 8601 (see https://reproducible-builds.org/specs/source-date-epoch/)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{date}T00:00:00Z"
