"""The pipeline, told once from end to end.

content is **read** into a manuscript, **assembled** into a book, **composed** into HTML, **typeset** and **settled**
into sheets, **bound** into one master PDF, **finished** for each reader, **preflighted**, and **delivered**.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from policybook.assembly import assemble
from policybook.binding import bind
from policybook.book import Book, Brief, Division, PartOpener
from policybook.composition import compose_furniture
from policybook.copyfitting import Fit, copyfit, fit_problems
from policybook.delivery import Manifest, Product, deliver
from policybook.diagnostics import ContentError, MachineError, Problem, errors
from policybook.fonts import pdf_fonts
from policybook.manuscript import Manuscript, read_manuscript
from policybook.pagination import Folio, Pagination
from policybook.preflight.gate import preflight_screen
from policybook.prepress.screen import finish_screen
from policybook.resources import Resources, find_resources
from policybook.settling import Settled, settle
from policybook.sheets import Layout, Master, Metadata, Outline
from policybook.text import CitedWork, Note, Text, plain, walk_inlines
from policybook.typesetting import Typesetter

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the project's folder, the edition, where to deliver, and how."""

    project: Path
    edition: str
    output: Path
    jobs: int = 1
    strict_fit: bool = False
    use_cache: bool = True
    progress: Progress = field(default=lambda _: None)

    @property
    def content(self) -> Path:
        """The edition's content folder."""
        return self.project / "content" / self.edition

    @property
    def cache(self) -> Path | None:
        """Where sheets and the last pagination are kept."""
        return self.output / ".cache" if self.use_cache else None


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build: the manifest, each brief's fit, the warnings, the leaves of the book, the rounds."""

    manifest: Manifest
    fits: tuple[Fit, ...]
    warnings: tuple[Problem, ...]
    leaves: int
    rounds: int


def check(content: Path) -> tuple[Manuscript, Book]:
    """Read and assemble: everything that can be found without layout. Raises ContentError with all of it."""
    manuscript = read_manuscript(content)
    return manuscript, assemble(manuscript)


def build(order: Order) -> Built:
    """The whole line, from the content folder to the delivered files."""
    say = order.progress
    say("read, assemble")
    _, book = check(order.content)
    resources = find_resources(order.project)
    layout = Layout("standard", book.edition.page.geometry())
    typesetter = Typesetter(resources, book.images, layout, order.cache and order.cache / "sheets")
    with _workers(order.jobs) as executor:
        settled = settle(
            book,
            layout,
            typesetter.typeset,
            resources,
            start=_last_pagination(order),
            executor=executor,
            progress=lambda said: say(f"typeset and settle, {said}"),
        )
    _keep_pagination(order, settled.pagination)
    fits = copyfit(book, settled, layout)
    problems = [*book.problems, *fit_problems(fits, strict=order.strict_fit)]
    say("bind")
    master = bind_book(book, settled, layout, typesetter, resources)
    say("finish")
    screen = finish_screen(master)
    say("preflight")
    problems += preflight_screen(screen, book, settled, layout.geometry)
    if errors(problems):
        raise ContentError(problems)
    say("deliver")
    products = (Product("screen.pdf", screen, len(master.leaves), "PDF/UA-1"),)
    manifest = deliver(order.output / order.edition, order.edition, order.content, products)
    return Built(manifest, fits, tuple(problems), len(master.leaves), settled.rounds)


def bind_book(book: Book, settled: Settled, layout: Layout, typesetter: Typesetter, resources: Resources) -> Master:
    """The master of a settled book, with its furniture, bookmarks and metadata."""
    furniture = typesetter.typeset(compose_furniture(book, layout, settled.leaves, resources))
    if furniture.problems:
        raise ContentError(furniture.problems)
    return bind(
        settled.leaves,
        settled.sheets,
        furniture,
        list(outlines(book)),
        titles(book),
        metadata(book),
        layout.geometry,
        pdf_fonts(),
    )


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


@contextmanager
def _workers(jobs: int) -> Iterator[Executor | None]:
    """Processes that typeset side by side, or None for this process alone. The pages are the same."""
    if jobs < 2:
        yield None
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as executor:
        yield executor


def _pagination_file(order: Order) -> Path | None:
    return order.cache / f"{order.edition}.pagination.json" if order.cache else None


def _last_pagination(order: Order) -> Pagination | None:
    """The pagination of the last build, which is a good first guess; none if it can't be read."""
    path = _pagination_file(order)
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path else None
        if not kept:
            return None
        folios = {anchor: Folio(bool(arabic), int(number)) for anchor, (arabic, number) in kept["folios"].items()}
        return Pagination(folios, frozenset(kept["continued"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep_pagination(order: Order, pagination: Pagination) -> None:
    path = _pagination_file(order)
    if path is None:
        return
    folios = {anchor: (folio.arabic, folio.number) for anchor, folio in sorted(pagination.folios.items())}
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"folios": folios, "continued": sorted(pagination.continued)}), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise MachineError(
            f"{path} can't be written: {error.strerror}", "free the disk, or name another --output"
        ) from error
