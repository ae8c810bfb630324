"""Small books for tests. Anchors say on which page they fall: `wages@12`, `wages.2@xii`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policybook.book import Book, Credit, Law, Mark
from policybook.diagnostics import Problem
from policybook.edition import Collation, Edition, Headword, Organization
from policybook.gathering import Gathering
from policybook.pagination import Folio, Pagination, roman
from policybook.sheets import Place

ROMANS = {roman(number): number for number in range(1, 1100)}


def folio(page: str | int) -> Folio:
    """The folio that prints as `12` or `xii`."""
    if str(page).isdecimal():
        return Folio(arabic=True, number=int(page))
    return Folio(arabic=False, number=ROMANS[str(page)])


def mark(
    entry: str,
    first: str | int,
    last: str | int = "",
    *,
    main: bool = False,
    note: int = 0,
    holds: str = "",
    register: str = "subject",
) -> Mark:
    """A mark, as in `mark("wages > of servers", 12)`; ranges have two pages."""
    headword, _, subentry = entry.partition(" > ")
    start = f"{headword}.{subentry}.{note}{holds}@{first}"
    end = f"{headword}.{subentry}.to@{last}" if last else start
    return Mark(register, headword, subentry, start, end, main, note, holds)


def law(place: str, name: str, page: str | int, *, number: str = "", enacted: str = "") -> Law:
    """A law, as in `law("Seattle, WA", "Secure Scheduling Ordinance", 12)`."""
    city, _, state = place.rpartition(", ")
    return Law(state, city, name, number, enacted, f"case.{city}@{page}", f"case.{city}.end@{page}")


def credit(organization: str, page: str | int, *, role: str = "resource") -> Credit:
    """An organization credited on a page."""
    return Credit(organization, role, f"{role}.{organization}@{page}")


def book(
    *,
    marks: Iterable[Mark] = (),
    vocabulary: Iterable[Headword] = (),
    laws: Iterable[Law] = (),
    organizations: Iterable[Organization] = (),
    credits: Iterable[Credit] = (),  # noqa: A002 - the book calls it that
    collation: Collation = Collation.LETTER_BY_LETTER,
) -> Book:
    """A book of nothing but what its indexes are made from."""
    return Book(
        edition=edition(collation),
        divisions=(),
        organizations={organization.id: organization for organization in organizations},
        glossary=(),
        vocabulary=tuple(vocabulary),
        references={},
        marks=tuple(marks),
        laws=tuple(laws),
        credits=tuple(credits),
        tables=(),
        figures=(),
        images={},
    )


def edition(collation: Collation = Collation.LETTER_BY_LETTER) -> Edition:
    """The least edition."""
    return Edition(
        title="Policy",
        subtitle="",
        edition="First edition",
        year=2026,
        date="2026-01-01",
        publisher="The Network",
        host="",
        isbn="978-0-306-40615-7",
        statement="A specimen.",
        facts_date="2026-01-01",
        front=("title",),
        collation=collation,
    )


def gathering(division: str, count: int, anchors: Mapping[str, Place], problems: tuple[Problem, ...] = ()) -> Gathering:
    """A gathering of which nothing is known but how many pages it has and where its anchors fell."""
    return Gathering(
        division=division,
        count=count,
        anchors=anchors,
        language="",
        size=count + 1,
        pages=(),
        plain=(),
        streams=(),
        images={},
        resources=b"",
        drawings=b"",
        top=(),
        ids=(),
        fonts=(),
        numbers=0,
        part=count,
        problems=problems,
    )


def pagination(of: Book) -> Pagination:
    """The pagination that the anchors of a book's marks, laws and credits tell."""
    anchors = [anchor for it in of.marks for anchor in (it.first, it.last)]
    anchors += [anchor for it in of.laws for anchor in (it.anchor, it.last)]
    anchors += [it.anchor for it in of.credits]
    return Pagination({anchor: folio(anchor.rpartition("@")[2]) for anchor in anchors})
