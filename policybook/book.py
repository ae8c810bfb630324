"""The assembled book: valid, numbered, frozen. Everything that templates, indexes and gates are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from policybook.diagnostics import Problem, Source
from policybook.edition import Edition, GlossaryEntry, Headword, Organization, Reference
from policybook.pagination import Matter
from policybook.text import Case, DatedFigure, Figure, Inline, Note, Section, Table


@dataclass(frozen=True, slots=True)
class Mark:
    """An index mark in place: the entry, and the anchors of its first and last place (equal for a point).

    `note` is the number of the note that holds the mark, or 0; `holds` is `table` or `figure` when the mark stands for
    one; `main` marks the main discussion. `register` is `subject` or `place`; in the index of places the headword is
    the state's name and the subentry the city or county.
    """

    register: str
    headword: str
    subentry: str
    first: str
    last: str
    main: bool = False
    note: int = 0
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """A row of the table of laws."""

    state: str
    place: str
    law: str
    number: str
    enacted: str
    anchor: str
    last: str


@dataclass(frozen=True, slots=True)
class Credit:
    """An organization as it is credited in a brief: `role` is `partner` or `resource`."""

    organization: str
    role: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Partner:
    """An organization at a brief's head, and what it did: `co-author`, `reviewer` or `published-work`."""

    organization: Organization
    role: str


@dataclass(frozen=True, slots=True)
class Resource:
    """An organization to turn to, and what for. `anchor` is its place in the text."""

    organization: Organization
    purpose: tuple[Inline, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The content of a brief's division. `budget` is in pages; `budget_source` is where the header states it."""

    kind: ClassVar[str] = "brief"
    summary: tuple[Inline, ...]
    partners: tuple[Partner, ...]
    key_figures: tuple[DatedFigure, ...]
    cases: tuple[Case, ...]
    sections: tuple[Section, ...]
    resources: tuple[Resource, ...]
    notes: tuple[Note, ...]
    state: str
    budget: int
    words: int
    budget_source: Source | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """The content of a unit of front or back matter that somebody wrote."""

    kind: ClassVar[str] = "prose"
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class PartOpener:
    """The content of a part's opener: its number, its summary and the ids of its briefs' divisions."""

    kind: ClassVar[str] = "part"
    number: int
    summary: tuple[Inline, ...]
    briefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """A division that is made from the rest of the book: a title page, the contents, a list, an index."""

    kind: ClassVar[str] = "generated"
    name: str


@dataclass(frozen=True, slots=True)
class Division:
    """A unit of the book that starts on its own page.

    `template` names the Jinja2 template; `opens_on` is `recto` or `any`; `part` is the id of the part's division, or
    empty; `listed` says whether the contents and the bookmarks name it; `furniture` whether its pages carry folios and
    running heads. Its anchors all start with its id. `<id>.end` is behind its last word.
    """

    id: str
    title: str
    short_title: str
    matter: Matter
    template: str
    opens_on: str
    content: Brief | Prose | PartOpener | Generated
    part: str = ""
    listed: bool = True
    furniture: bool = True
    source: Source | None = None

    @property
    def end(self) -> str:
        """The anchor behind the division's last word."""
        return f"{self.id}.end"


@dataclass(frozen=True, slots=True)
class Book:
    """The whole book, in the order in which it is printed.

    `problems` are the warnings found so far. `sort_key` and the indexes' order follow `edition.index`.
    """

    edition: Edition
    divisions: tuple[Division, ...]
    organizations: Mapping[str, Organization]
    glossary: tuple[GlossaryEntry, ...]
    vocabulary: tuple[Headword, ...]
    references: Mapping[str, Reference]
    marks: tuple[Mark, ...]
    laws: tuple[Law, ...]
    credits: tuple[Credit, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    images: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()

    def division(self, id: str) -> Division:
        """The division of that id. Raises KeyError if there is none."""
        for division in self.divisions:
            if division.id == id:
                return division
        raise KeyError(id)

    def briefs(self) -> tuple[Division, ...]:
        """The divisions that are briefs, in the book's order."""
        return tuple(d for d in self.divisions if isinstance(d.content, Brief))
