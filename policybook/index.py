"""The indexes as data: the subject index, the index of places, the table of laws, the directory of organizations.

Everything is made from the assembled book and a pagination; templates add type and the words *see* and *see also*.

    Index ─ Group (a letter) ─ Entry (a headword) ─ Subentry
                                    ├── Locator (pages)
                                    └── Pointer (a see or see also)

Orders follow `edition.collation`; see `policybook.collation` and `policybook.locators` for the clauses obeyed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from policybook.book import Book, Law, Mark
from policybook.collation import LEADING_WORDS, SortKey, initial, sort_key
from policybook.edition import Collation, Headword, Organization
from policybook.locators import Locator, Passage, merge
from policybook.pagination import Pagination
from policybook.states import STATES


@dataclass(frozen=True, slots=True)
class Pointer:
    """A see or see also: the headword that it leads to, and that entry's anchor."""

    headword: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Subentry:
    """A line below a headword."""

    anchor: str
    label: str
    locators: tuple[Locator, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A headword with its own locators, its pointers and its subentries, all in order (Chicago 16.15–16.23)."""

    anchor: str
    headword: str
    locators: tuple[Locator, ...]
    see: tuple[Pointer, ...] = ()
    see_also: tuple[Pointer, ...] = ()
    subentries: tuple[Subentry, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The entries under one initial."""

    initial: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index. `kind` is `subjects` or `places`, with which all its anchors start."""

    kind: str
    groups: tuple[Group, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all groups, in order."""
        return tuple(entry for group in self.groups for entry in group.entries)


@dataclass(frozen=True, slots=True)
class LawRow:
    """A row of the table of laws: names as printed, `enacted` the year or an empty string."""

    state: str
    place: str
    law: str
    number: str
    enacted: str
    locators: tuple[Locator, ...]


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A row of the directory: main locators where the organization is a partner, plain ones where it is a resource."""

    organization: Organization
    locators: tuple[Locator, ...]


#: Headword → subentry (or an empty string) → what is cited, in the order of the book.
_Cited = Mapping[str, Mapping[str, Sequence[Passage]]]


def subject_index(book: Book, pagination: Pagination) -> Index:
    """The index of subjects: every headword of the vocabulary that has marks, a see or a see also.

    Raises KeyError if a pointer leads to nothing; `check_vocabulary` reports that before.
    """
    return _index("subjects", book.vocabulary, _cited(book, "subject", pagination), book.edition.collation)


def place_index(book: Book, pagination: Pagination) -> Index:
    """The index of places: states with their cities and counties."""
    return _index("places", (), _cited(book, "place", pagination), book.edition.collation)


#: The indexes that are set in columns, by the id of their division: their entries may run over a page.
IN_COLUMNS: Mapping[str, Callable[[Book, Pagination], Index]] = {"subjects": subject_index, "places": place_index}


def law_table(book: Book, pagination: Pagination) -> tuple[LawRow, ...]:
    """The laws by state, place and name; a law that several briefs tell has one row."""
    cited: dict[tuple[str, str, str, str, str], list[Passage]] = {}
    for law in book.laws:
        key = (STATES.get(law.state, law.state), law.place, law.law, law.number, law.enacted[:4])
        cited.setdefault(key, []).append(_law_passage(law, pagination))

    def order(key: tuple[str, ...]) -> tuple[SortKey, ...]:
        return tuple(sort_key(text, book.edition.collation) for text in key)

    return tuple(LawRow(*key, merge(cited[key])) for key in sorted(cited, key=order))


def directory(book: Book, pagination: Pagination) -> tuple[DirectoryRow, ...]:
    """The organizations that are credited, by `sort_as` or name."""
    cited: dict[str, list[Passage]] = {}
    for credit in book.credits:
        folio = pagination.folio(credit.anchor)
        passage = Passage(folio, folio, credit.anchor, main=credit.role == "partner")
        cited.setdefault(credit.organization, []).append(passage)

    def order(organization: Organization) -> SortKey:
        return sort_key(organization.sort_as or organization.name, book.edition.collation)

    credited = sorted((book.organizations[id] for id in cited), key=order)
    return tuple(DirectoryRow(organization, merge(cited[organization.id])) for organization in credited)


def continued(index: Index, sheet_of: Mapping[str, int]) -> dict[int, str]:
    """Sheet → the headword whose entry goes on there from the sheet before (Chicago 16.144).

    `sheet_of` holds the sheet on which each line's anchor fell, and raises KeyError for a line that is on none.
    """
    carried: dict[int, str] = {}
    for entry in index.entries:
        sheets = [sheet_of[line] for line in (entry.anchor, *(subentry.anchor for subentry in entry.subentries))]
        carried |= {sheet: entry.headword for before, sheet in pairwise(sheets) if sheet != before}
    return carried


def _cited(book: Book, register: str, pagination: Pagination) -> _Cited:
    cited: dict[str, dict[str, list[Passage]]] = {}
    for mark in book.marks:
        if mark.register == register:
            passages = cited.setdefault(mark.headword, {}).setdefault(mark.subentry, [])
            passages.append(_mark_passage(mark, pagination))
    return cited


def _mark_passage(mark: Mark, pagination: Pagination) -> Passage:
    first, last = pagination.folio(mark.first), pagination.folio(mark.last)
    return Passage(first, last, mark.first, mark.main, mark.note, mark.holds)


def _law_passage(law: Law, pagination: Pagination) -> Passage:
    return Passage(pagination.folio(law.anchor), pagination.folio(law.last), law.anchor)


def _index(kind: str, vocabulary: Iterable[Headword], cited: _Cited, collation: Collation) -> Index:
    """An index of the vocabulary and of every headword cited."""
    known = {headword: Headword(headword) for headword in cited} | {h.headword: h for h in vocabulary}
    printed = [h for h in known.values() if h.headword in cited or h.see or h.see_also]
    printed.sort(key=lambda h: sort_key(h.sort_as or h.headword, collation))
    anchors = _anchors(kind, [h.headword for h in printed])

    places = {headword: place for place, headword in enumerate(anchors)}

    def pointers(targets: Sequence[str]) -> tuple[Pointer, ...]:
        return tuple(Pointer(target, anchors[target]) for target in sorted(set(targets), key=places.__getitem__))

    def entry(headword: Headword) -> Entry:
        name, anchor = headword.headword, anchors[headword.headword]
        passages = cited.get(name, {})
        below = _subentries(anchor, passages, collation)
        own = merge(passages.get("", ()))
        return Entry(anchor, name, own, pointers(headword.see), pointers(headword.see_also), below)

    groups = groupby(printed, key=lambda h: initial(h.sort_as or h.headword))
    return Index(kind, tuple(Group(letter, tuple(entry(h) for h in members)) for letter, members in groups))


def _subentries(anchor: str, passages: Mapping[str, Sequence[Passage]], collation: Collation) -> tuple[Subentry, ...]:
    labels = sorted(filter(None, passages), key=lambda label: sort_key(label, collation, LEADING_WORDS))
    return tuple(
        Subentry(f"{anchor}.{number}", label, merge(passages[label])) for number, label in enumerate(labels, start=1)
    )


def _anchors(kind: str, headwords: Iterable[str]) -> dict[str, str]:
    """Headword → anchor, in the order given; headwords that differ in signs or accents only get numbers."""
    taken = {f"{kind}.end"}  # is behind the last word of the index's division
    anchors = {}
    for headword in headwords:
        stem = anchor = f"{kind}.{_slug(headword)}"
        number = 1
        while anchor in taken:
            number += 1
            anchor = f"{stem}-{number}"
        taken.add(anchor)
        anchors[headword] = anchor
    return anchors


def _slug(text: str) -> str:
    """The text as part of an anchor, in a to z, 0 to 9 and hyphens."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-") or "entry"
