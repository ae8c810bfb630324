"""The indexes of the site: by place and by topic, with the briefs that tell of each.

They have the entries of the printed indexes, in their order; what stands behind an entry is the titles of the texts
instead of pages, since a link tells where it leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policybook.book import Credit, Division, Law, Mark
from policybook.edition import Organization
from policybook.index import Entry, Group, Pointer, directory, law_table, place_index, subject_index
from policybook.states import STATES
from policybook.web_site import Site


@dataclass(frozen=True, slots=True)
class Found:
    """A text that tells of an entry: its title, its best place, its folio, whether it is the main discussion."""

    title: str
    anchor: str
    folio: str
    main: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an index: its words and the texts that tell of them."""

    anchor: str
    words: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Headed:
    """A headword with its own texts, its pointers and the lines below it."""

    anchor: str
    headword: str
    found: tuple[Found, ...]
    see: tuple[Pointer, ...]
    see_also: tuple[Pointer, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The headwords under one initial."""

    initial: str
    entries: tuple[Headed, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An organization with the texts that credit it or point to it; the main ones credit it."""

    organization: Organization
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class LawLine:
    """A law of the case studies, with the texts that tell of it."""

    state: str
    place: str
    law: str
    number: str
    enacted: str
    found: tuple[Found, ...]


_Marks = Mapping[tuple[str, str], list[Mark]]


def places(site: Site) -> tuple[Letter, ...]:
    """The states, cities and counties; an anchor of `places`, such as `places.ohio`, is on this page."""
    return _letters(site, place_index(site.book, site.pagination).groups, "place")


def topics(site: Site) -> tuple[Letter, ...]:
    """The subjects."""
    return _letters(site, subject_index(site.book, site.pagination).groups, "subject")


def laws(site: Site) -> tuple[LawLine, ...]:
    """The table of laws, in the order of the printed one."""
    told: dict[tuple[str, ...], list[Law]] = {}
    for law in site.book.laws:
        state = STATES.get(law.state, law.state)
        told.setdefault((state, law.place, law.law, law.number, law.enacted[:4]), []).append(law)
    lines = []
    for row in law_table(site.book, site.pagination):
        key = (row.state, row.place, row.law, row.number, row.enacted)
        lines.append(LawLine(*key, tuple(_found(site, law.anchor, main=False) for law in told[key])))
    return tuple(lines)


def organizations(site: Site) -> tuple[Listed, ...]:
    """The directory, in the order of the printed one."""
    credited: dict[str, dict[str, Credit]] = {}
    for credit in site.book.credits:
        of = credited.setdefault(credit.organization, {})
        text = credit.anchor.partition(".")[0]
        if text not in of or (credit.role == "partner" and of[text].role != "partner"):
            of[text] = credit
    return tuple(
        Listed(
            row.organization,
            tuple(_found(site, c.anchor, main=c.role == "partner") for c in credited[row.organization.id].values()),
        )
        for row in directory(site.book, site.pagination)
    )


def _letters(site: Site, groups: Iterable[Group], register: str) -> tuple[Letter, ...]:
    marks: dict[tuple[str, str], list[Mark]] = {}
    for mark in site.book.marks:
        if mark.register == register:
            marks.setdefault((mark.headword, mark.subentry), []).append(mark)
    return tuple(Letter(group.initial, tuple(_headed(site, e, marks) for e in group.entries)) for group in groups)


def _headed(site: Site, entry: Entry, marks: _Marks) -> Headed:
    lines = tuple(
        Line(sub.anchor, sub.label, _texts(site, marks.get((entry.headword, sub.label), ())))
        for sub in entry.subentries
    )
    own = _texts(site, marks.get((entry.headword, ""), ()))
    return Headed(entry.anchor, entry.headword, own, entry.see, entry.see_also, lines)


def _texts(site: Site, marks: Iterable[Mark]) -> tuple[Found, ...]:
    """One for each text, in the order of the book: its main place, else its first that is no note, else its first."""
    by_text: dict[str, list[Mark]] = {}
    for mark in marks:
        by_text.setdefault(mark.first.partition(".")[0], []).append(mark)
    best = [min(of, key=lambda mark: (not mark.main, bool(mark.note))) for of in by_text.values()]
    order = {division.id: place for place, division in enumerate(site.book.divisions)}
    best.sort(key=lambda mark: order[mark.first.partition(".")[0]])
    return tuple(_found(site, mark.first, main=mark.main) for mark in best)


def _found(site: Site, anchor: str, *, main: bool) -> Found:
    division: Division = site.book.division(anchor.partition(".")[0])
    return Found(division.short_title, anchor, str(site.pagination.folio(anchor)), main)
