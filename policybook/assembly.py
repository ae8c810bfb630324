"""Assemble: a manuscript becomes a book, valid, numbered and frozen. All problems are reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from policybook.book import (
    Book,
    Brief,
    Credit,
    Division,
    Generated,
    Law,
    Mark,
    Partner,
    PartOpener,
    Prose,
    Resource,
)
from policybook.diagnostics import ContentError, Problem, Source, errors, suggestion
from policybook.edition import Edition, GlossaryEntry, Opening, Organization, Reference
from policybook.headers import BriefHeader, PartModel
from policybook.manuscript import Manuscript, PartFolder, Writing
from policybook.markdown import typographic
from policybook.pagination import Matter
from policybook.records import Record
from policybook.register import Register
from policybook.resolution import Resolver
from policybook.states import STATES
from policybook.targets import collect_targets, walk_blocks
from policybook.text import (
    Case,
    CaseStudy,
    Citation,
    CrossReference,
    FootnoteReference,
    IndexMark,
    Inline,
    Section,
    walk_inlines,
)
from policybook.validation import (
    anatomy_problems,
    case_problems,
    character_problems,
    date_problems,
    division_problems,
    edition_problems,
    file_problems,
    index_problems,
    order_problems,
    record_problems,
    untold_problems,
    unused_problems,
)
from policybook.words import count_words

#: Divisions that the book makes itself: their titles, and whether they open on a recto, are listed, carry furniture.
MADE = {
    "cover": ("Cover", False, False, False),
    "half-title": ("Half title", True, False, False),
    "frontispiece": ("The places in this book", False, False, False),
    "title-page": ("Title page", True, False, False),
    "contents": ("Contents", True, True, True),
    "lists": ("Tables and figures", False, True, True),
    "glossary": ("Glossary", True, True, True),
    "directory": ("Directory of organizations", True, True, True),
    "laws": ("Table of laws", True, True, True),
    "places": ("Index of places", True, True, True),
    "subjects": ("Subject index", True, True, True),
}
#: Written units that follow the page before them instead of opening on a recto (Chicago 1.4: the copyright page is a
#: verso) and that the contents do not list.
UNLISTED = {"copyright"}
#: The section at whose end a brief's resources stand.
RESOURCES = "landscape-and-resources"


def assemble(manuscript: Manuscript) -> Book:
    """The book of a manuscript. Raises ContentError with every problem if any of them is an error."""
    if manuscript.edition is None:
        raise ContentError(manuscript.problems)
    return _Assembly(manuscript, manuscript.edition).book()


class _Assembly:
    """The state of one assembly: what the divisions write into while they are made, in the order of print."""

    def __init__(self, manuscript: Manuscript, edition: Record[Edition]) -> None:
        self.manuscript = manuscript
        self.edition = edition
        targets, problems = collect_targets(manuscript, self._writings())
        self.register = Register(manuscript, targets, edition.value.notes, [*manuscript.problems, *problems])
        organizations = manuscript.organizations
        self.organizations: dict[str, Organization] = {}
        for organization in organizations.value if organizations else ():
            self.organizations[organization.id] = _set_text(organization)
        self.laws: list[Law] = []
        self.credits: list[Credit] = []

    def report(self, code: str, message: str, source: Source | None, hint: str = "") -> None:
        self.register.report(Problem(code, message, source, hint))

    def _writings(self) -> Iterator[Writing]:
        """The written texts in the order of print."""
        edition = self.edition.value
        yield from (self.manuscript.front[name] for name in edition.front if name in self.manuscript.front)
        for part in self.manuscript.parts:
            yield from _in_part(part)
        yield from (self.manuscript.back[name] for name in edition.back if name in self.manuscript.back)

    def book(self) -> Book:
        edition = self.edition.value
        divisions = [
            *self._matter(Matter.FRONT, edition.front, self.manuscript.front),
            *(division for part in self.manuscript.parts for division in self._part(part)),
            *self._matter(Matter.BACK, edition.back, self.manuscript.back),
        ]
        divisions = _numbered_parts(divisions)
        checks = (
            division_problems(divisions),
            record_problems(self.manuscript),
            edition_problems(self.edition),
            date_problems(self.manuscript, self.edition),
            index_problems(self.manuscript, self.register.used_headwords),
            character_problems(self.manuscript),
        )
        problems = [*self.register.problems, *(problem for check in checks for problem in check)]
        if not errors(problems):
            problems += self._unused()
        if errors(problems):
            raise ContentError(problems)
        manuscript, register = self.manuscript, self.register
        return Book(
            edition=edition,
            divisions=tuple(divisions),
            organizations=self.organizations,
            glossary=tuple(map(_set_text, manuscript.glossary.value)) if manuscript.glossary else (),
            vocabulary=manuscript.vocabulary.value if manuscript.vocabulary else (),
            references={r.id: _set_text(r) for r in manuscript.references.value} if manuscript.references else {},
            marks=tuple(register.marks),
            laws=tuple(self.laws),
            credits=tuple(self.credits),
            tables=tuple(register.tables),
            figures=tuple(register.figures),
            images=manuscript.images,
            problems=tuple(problems),
        )

    def _unused(self) -> Iterator[Problem]:
        """What nothing in the book refers to; asked only of a sound book, where a fault can't be the cause."""
        credited = {credit.organization for credit in self.credits}
        register = self.register
        yield from unused_problems(self.manuscript, register.used_headwords, register.cited, credited)
        yield from file_problems(self.manuscript, self.edition.value, register.tables, register.figures)

    # front and back matter

    def _matter(self, matter: Matter, names: Sequence[str], written: Mapping[str, Writing]) -> Iterator[Division]:
        folder = matter.name.lower()
        opens_on = self.edition.value.opens_on
        opening = opens_on.front if matter is Matter.FRONT else opens_on.back
        for position, name in enumerate(names):
            if name in written:
                yield self._prose(matter, written[name], opening)
            elif name in MADE:
                title, recto, listed, furniture = MADE[name]
                yield Division(
                    id=name,
                    title=title,
                    short_title=title,
                    matter=matter,
                    template=f"{folder}/{name}.html.j2",
                    opens_on=opening.value if recto else Opening.ANY.value,
                    content=Generated(name),
                    listed=listed,
                    furniture=furniture,
                )
            elif f"{self.manuscript.shown}/{folder}/{name}.md" not in self.manuscript.unread:
                said = f"there is no {folder}/{name}.md, and the book does not make a division of this name"
                hint = suggestion(name, [*written, *MADE])
                self.report("EDIT001", said, self.edition.at(folder, position), hint)

    def _prose(self, matter: Matter, writing: Writing, opening: Opening) -> Division:
        resolver = Resolver(writing, self.register)
        sections = tuple(resolver.sections())
        resolver.close()
        header = writing.header.value if writing.header else None
        listed = writing.id not in UNLISTED
        title = typographic(header.title if header else writing.id)
        return Division(
            id=writing.id,
            title=title,
            short_title=typographic(header.short_title if header else "") or title,
            matter=matter,
            template=f"{matter.name.lower()}/{writing.id}.html.j2",
            opens_on=opening.value if listed else Opening.ANY.value,
            content=Prose(sections, tuple(resolver.notes)),
            listed=listed,
            furniture=listed,
            source=writing.source,
        )

    # parts and briefs

    def _part(self, part: PartFolder) -> Iterator[Division]:
        if part.record is None:
            return
        model: PartModel = part.record.value
        briefs = _in_part(part)
        self.register.problems.extend(order_problems(briefs))
        yield Division(
            id=part.id,
            title=typographic(model.title),
            short_title=typographic(model.short_title or model.title),
            matter=Matter.BODY,
            template="body/part.html.j2",
            opens_on=self.edition.value.opens_on.part.value,
            content=PartOpener(0, self._words(model.summary, part.record.at("summary")), tuple(b.id for b in briefs)),
            furniture=False,
            source=part.source,
        )
        for brief in briefs:
            if brief.header is not None:
                yield self._brief(brief, brief.header, part.id)

    def _words(self, text: str, source: Source) -> tuple[Inline, ...]:
        """Text of a part, which is no place for what belongs to a brief: its notes, its references, its index marks."""
        inlines = self.register.read(text, source)
        for node in walk_inlines(inlines):
            if isinstance(node, (Citation, CrossReference, FootnoteReference, IndexMark)):
                said = "a part's summary takes no notes, cross-references or index marks"
                self.report("MARK007", said, node.source, "put it into the brief")
        return inlines

    def _brief(self, writing: Writing, record: Record[BriefHeader], part: str) -> Division:
        header = record.value
        resolver = Resolver(writing, self.register)
        summary = resolver.written(header.summary, record.at("summary"))
        key_figures = tuple(
            resolver.resolved_figure(figure, record, "key_figures", i) for i, figure in enumerate(header.key_figures)
        )
        cases = {model.id: resolver.case(model, record, i) for i, model in enumerate(header.cases)}
        self.register.problems.extend(case_problems(record))
        sections, resources = self._sections(resolver, record, cases)
        resolver.close()
        self.register.problems.extend(anatomy_problems(self.edition.value.anatomy, writing, sections))
        told = tuple(study.case for study in _case_studies(sections))
        self.register.problems.extend(untold_problems(record, writing, told))
        self._register_cases(record, told)
        content = Brief(
            summary=summary,
            partners=self._partners(writing.id, record),
            key_figures=key_figures,
            cases=told,
            sections=sections,
            resources=resources,
            notes=tuple(resolver.notes),
            state=header.state.value,
            budget=header.pages,
            budget_source=record.at("pages"),
            words=count_words(sections),
        )
        return Division(
            id=writing.id,
            title=typographic(header.title),
            short_title=typographic(header.short_title or header.title),
            matter=Matter.BODY,
            template="body/brief.html.j2",
            opens_on=self.edition.value.opens_on.brief.value,
            content=content,
            part=part,
            source=writing.source,
        )

    def _sections(
        self, resolver: Resolver, record: Record[BriefHeader], cases: dict[str, Case]
    ) -> tuple[tuple[Section, ...], tuple[Resource, ...]]:
        """The text, and the resources, whose notes are numbered at the end of the section that they stand in."""
        sections: list[Section] = []
        resources: tuple[Resource, ...] | None = None
        for section in resolver.sections(cases):
            sections.append(section)
            if section.id == RESOURCES and resources is None:
                resources = self._resources(resolver, record)
        if resources is None and record.value.resources:
            said = "the section that resources stand in, “Landscape and resources”, is missing"
            self.report("BRIEF01", said, record.key("resources"), "add ## Landscape and resources")
        return tuple(sections), resources or ()

    def _organization(self, id: str, source: Source) -> Organization | None:
        organization = self.organizations.get(id)
        if organization is None and self.manuscript.organizations is not None:
            hint = suggestion(id, self.organizations)
            self.report("ORGN001", f"“{id}” is not in organizations.yaml", source, hint)
        return organization

    def _partners(self, brief: str, record: Record[BriefHeader]) -> tuple[Partner, ...]:
        partners = []
        for i, model in enumerate(record.value.partners):
            organization = self._organization(model.organization, record.at("partners", i, "organization"))
            if organization is not None:
                partners.append(Partner(organization, model.role.value))
                self.credits.append(Credit(organization.id, "partner", brief))
        return tuple(partners)

    def _resources(self, resolver: Resolver, record: Record[BriefHeader]) -> tuple[Resource, ...]:
        resources = []
        for i, model in enumerate(record.value.resources):
            organization = self._organization(model.organization, record.at("resources", i, "organization"))
            purpose = resolver.written(model.purpose, record.at("resources", i, "for"))
            if model.organization in (earlier.organization for earlier in record.value.resources[:i]):
                said = f"the resource “{model.organization}” stands twice"
                self.report("YAML006", said, record.at("resources", i, "organization"), "say all of it in one entry")
            elif organization is not None:
                anchor = f"{resolver.division}.resource.{organization.id}"
                resources.append(Resource(organization, purpose, anchor))
                self.credits.append(Credit(organization.id, "resource", anchor))
        return tuple(resources)

    # cases

    def _register_cases(self, record: Record[BriefHeader], told: Sequence[Case]) -> None:
        """Cases go into the index of places and the table of laws by themselves."""
        models = {model.id: model for model in record.value.cases}
        for case in told:
            model = models[case.anchor.rpartition(".")[2]]
            end = f"{case.anchor}.end"
            for place in model.places or ((f"{case.place}, {case.state}",) if case.state != "US" else ()):
                name, _, state = place.rpartition(", ")
                self.register.marks.append(Mark("place", STATES.get(state, ""), name, case.anchor, end))
            if case.law:
                year = case.enacted[:4] or case.effective[:4]
                self.laws.append(Law(case.state, case.place, case.law, case.number, year, case.anchor, end))


#: Fields of entries that are printed as running text.
_PRINTED = ("name", "about", "term", "definition", "title", "publisher", "author", "archive")
Entry = TypeVar("Entry", Organization, GlossaryEntry, Reference)


def _set_text(entry: Entry) -> Entry:
    """An entry with typographic quotes in the fields that are printed."""
    printed: dict[str, Any] = {name: typographic(value) for name in _PRINTED if (value := getattr(entry, name, ""))}
    return replace(entry, **printed)


def _in_part(part: PartFolder) -> tuple[Writing, ...]:
    """The part's briefs in their order; one whose header can't be used comes last."""
    return tuple(sorted(part.briefs, key=lambda b: (b.header.value.order if b.header else 10**6, b.id)))


def _numbered_parts(divisions: Iterable[Division]) -> list[Division]:
    """The divisions, with the parts numbered from 1."""
    numbered, number = [], 0
    for division in divisions:
        if isinstance(division.content, PartOpener):
            number += 1
            division = replace(division, content=replace(division.content, number=number))  # noqa: PLW2901
        numbered.append(division)
    return numbered


def _case_studies(sections: Iterable[Section]) -> Iterator[CaseStudy]:
    for section in sections:
        yield from (block for block in walk_blocks(section.blocks) if isinstance(block, CaseStudy))
