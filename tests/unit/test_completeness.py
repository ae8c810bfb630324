"""The completeness gate, proved on books that are set, and on the same books with one thing taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pytest

from policybook.book import Book, Brief, Division, Generated, Partner, PartOpener, Prose, Resource
from policybook.diagnostics import Problem, Source
from policybook.edition import GlossaryEntry, Organization, Reference
from policybook.geometry import Geometry
from policybook.pagination import Folio, Matter, Pagination
from policybook.preflight.division import DivisionCheck
from policybook.preflight.galley import normal
from policybook.preflight.gate import check_divisions, check_whole, division_checks
from policybook.sheets import Leaf
from policybook.text import (
    Anchor,
    Aside,
    Block,
    Case,
    CaseStudy,
    CitedWork,
    Column,
    DatedFigure,
    Emphasis,
    Figure,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Note,
    NoteReference,
    Outcome,
    Paragraph,
    Quotation,
    Section,
    Strong,
    Table,
    Text,
)
from policybook.text import Reference as Resolved
from tests.unit.books import book as bare_book
from tests.unit.specimen_pdf import Specimen, page_texts, specimen

SENTENCE = (
    "the office filed difficult figures that offered a final affirmation of sufficient benefits while flocks of "
    "officials conflicted over firefighters and floodlights in five cities whose councils had not afforded them"
)
WORDS = SENTENCE.split()
STYLE = """
body { overflow-wrap: anywhere } section { break-before: right }
td { padding: 0 6pt } tr { break-inside: avoid } .small { font-variant: small-caps }
.note { float: footnote; font-size: 8pt } ::footnote-call { content: attr(data-number); font-size: 6pt }
::footnote-marker { content: attr(data-number) '. ' }
.side { float: right; width: 70pt; font-size: 8pt; text-align: left } sup { font-size: 6pt; line-height: 1 }
@page { @top-left { content: "A running head" } @bottom-right { content: counter(page) } }
@page :blank { @top-left { content: none } @bottom-right { content: none } }
"""
#: That of the specimen's pages.
GEOMETRY = Geometry(360, 432, 9, 50, 60, 40, 40, 13.5)


# --- a book -----------------------------------------------------------------------------------------------------------


def prose(seed: int, count: int) -> str:
    """Words in an order of their own, rich in ligatures and in places to hyphenate."""
    step = (1, 3, 5, 7, 9, 11, 13, 17)[seed % 8]
    words = [WORDS[(seed * 5 + i * step + i // len(WORDS)) % len(WORDS)] for i in range(count)]
    return f"Matter {seed} is that {' '.join(words)}."


def at(line: int, path: str = "wages.md") -> Source:
    return Source(path, line)


def paragraph(line: int, *inlines: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(node) if isinstance(node, str) else node for node in inlines), at(line))


def noted(number: int) -> NoteReference:
    return NoteReference(number, f"wages.ref.{number}", f"wages.note.{number}", first=True)


def heading(line: int, text: str, level: int = 2) -> Heading:
    return Heading(level, (Text(text),), at(line), f"wages.{line}")


ADDRESS = f"https://a.example/{'x' * 90}"
NOTES = tuple(
    Note(number, f"wages.note.{number}", f"wages.ref.{number}", inlines, at(90 + number))
    for number, inlines in enumerate(
        (
            (CitedWork("clerk", "p. 4"), Text(".")),
            (Text(prose(91, 50)),),
            (Text("Rates are for larger employers; see "), CitedWork("paper", ""), Text(", with a correction of May.")),
            (Text(prose(92, 60)), LineBreak(), Text(prose(93, 20))),
            (CitedWork("clerk", "", note=1), Text(", as before.")),
        ),
        start=1,
    )
)
CASE = Case(
    anchor="wages.case.seattle",
    place="Seattle",
    state="WA",
    jurisdiction="city",
    law="Seattle Minimum Wage Ordinance",
    number="Ordinance 124490",
    enacted="2014-06-03",
    effective="2015-04",
    status="in force",
    figures=(DatedFigure("$15", (Text("an hour, reached in steps"), noted(5)), "2013", at(33)),),
    outcome=(Outcome((Text("Two petitions failed for lack of signatures."),), at(34)),),
    source=at(30),
)
TABLE = Table(
    anchor="wages.table.rates",
    number=1,
    caption=(Text("Rates of five cities"),),
    columns=(Column("City", "", "left"), Column("Rate", "dollars an hour", "decimal"), Column("Since", "", "left")),
    rows=(
        ("Seattle", "17.25", "2014"),
        ("San Francisco and the county of the same name", "16.99", "2003"),
        ("Denver", "", "2019"),
        ("Santa Fe", "12.95", "2003"),
        ("Denver", "17.29", "2023"),
    ),
    credit=(CitedWork("clerk", ""), Text(".")),
    note=(Text("For large employers."),),
    source=at(60),
)
FIGURE = Figure(
    anchor="wages.figure.map",
    number=1,
    caption=(Text("Where laws were passed first"),),
    image="map.svg",
    alt="A map of official “first” laws: five dots in the West.",
    credit=(),
    source=at(70),
)
TWIN = "Nothing in this section forbids a higher wage."
RUNNING: tuple[Block, ...] = (
    paragraph(11, prose(1, 60), noted(1)),
    paragraph(12, prose(2, 130), noted(2), " It went on: ", prose(3, 90)),
    paragraph(13, "Read ", Resolved("brief", "leave", "“Paid Leave,”", ()), " and then ", Strong((Text("act"),)), ", ",
              Link("https://example.org", (Text("as they say"),), at(13)), ".", noted(3), Anchor("wages.ix.1")),
    paragraph(14, prose(4, 40)),
    ItemList(True, 1, ((paragraph(15, "First, file the bill."),), (paragraph(16, prose(5, 30)),)), at(15)),
    Quotation((paragraph(17, "We could not afford to wait."),), at(17)),
    paragraph(18, TWIN),
    Aside("callout", "What a council can do", (paragraph(19, prose(6, 30)), paragraph(20, "Ask first.")), at(19), "a"),
    paragraph(21, TWIN),
    paragraph(22, prose(7, 200), noted(4), Text(" " + prose(8, 160))),
    paragraph(23, prose(10, 50)),
    paragraph(24, prose(11, 40)),
)  # fmt: skip
BRIEF = Brief(
    summary=(Text("Cities set wages "), Emphasis((Text("first"),)), Text(".")),
    partners=(Partner(Organization("nelp", "National Employment Law Project"), "co-author"),),
    key_figures=(DatedFigure("50", (Text("cities with a wage of their own"),), "2020", at(5)),),
    cases=(CASE,),
    sections=(
        Section(heading(10, "The problem"), RUNNING),
        Section(
            heading(29, "Case studies"), (CaseStudy(CASE, (paragraph(31, prose(9, 60)),), "wages.x"), TABLE, FIGURE)
        ),
    ),
    resources=(Resource(Organization("epi", "Economic Policy Institute"), (Text("studies of impact"),), "wages.r"),),
    notes=NOTES,
    state="final",
    budget=4,
    budget_source=at(2),
    words=900,
)


def division(id: str, title: str, content: Brief | Prose | PartOpener | Generated, template: str) -> Division:
    return Division(id, title, title, Matter.BODY, template, "recto", content, source=Source(f"{id}.md"))


def book() -> Book:
    leave = Prose((Section(None, (paragraph(1, prose(20, 90)), paragraph(2, prose(21, 60)))),), ())
    opener = PartOpener(1, (Text("Five briefs on work."),), ("wages",))
    return replace(
        bare_book(),
        divisions=(
            division("work", "Dignity at work", opener, "body/part.html.j2"),
            division("wages", "Local minimum wage", BRIEF, "body/brief.html.j2"),
            division("leave", "Paid leave", leave, "back/leave.html.j2"),
            division("glossary", "Glossary", Generated("glossary"), "back/glossary.html.j2"),
            division("subjects", "Subject index", Generated("subjects"), "back/subjects.html.j2"),
        ),
        glossary=(
            GlossaryEntry("preemption", "preemption", "A state’s refusal to let a city decide."),
            GlossaryEntry("charter", "charter", "A city’s constitution."),
        ),
        references={
            "clerk": Reference("clerk", "Ordinance 124490", "Seattle City Clerk", "2014-06-03", URL=ADDRESS),
            "paper": Reference("paper", "The Effects of Wages", "University of Washington", "2019"),
        },
    )  # fmt: skip


# --- its markup, as templates might have it ---------------------------------------------------------------------------


def inline(node: Inline, of: Book) -> str:
    match node:
        case Text():
            return escape(node.text, quote=False)
        case LineBreak():
            return "<br>"
        case Emphasis():
            return f"<i class='small'>{inlines(node.children, of)}</i>"
        case Strong() | Link():
            return f"<b>{inlines(node.children, of)}</b>"
        case Resolved():
            return f"{inlines(node.children, of) or node.label} page 31"
        case CitedWork():
            work = of.references[node.key]
            if node.note:
                return f"{work.publisher} (note {node.note})"
            return f"{work.publisher}, <i>{work.title}</i>, June 3, {work.issued[:4]}, {node.locator} {work.URL}"
        case NoteReference():
            note = NOTES[node.number - 1]
            text = inlines(note.inlines, of)
            return f"<span class='note' id='{note.anchor}' data-number='{note.number}'>{text}</span>"
        case _:
            return ""


def inlines(nodes: Iterable[Inline], of: Book) -> str:
    return "".join(inline(node, of) for node in nodes)


def blocks(nodes: Iterable[Block], of: Book) -> str:
    return "\n".join(block(node, of) for node in nodes)


def block(node: Block, of: Book) -> str:
    match node:
        case Paragraph():
            return f"<p data-line='{node.source.line}'>{inlines(node.inlines, of)}</p>"
        case Heading():
            return f"<h{node.level} id='{node.anchor}'>{inlines(node.inlines, of)}</h{node.level}>"
        case ItemList():
            return f"<ol>{''.join(f'<li>{blocks(item, of)}</li>' for item in node.items)}</ol>"
        case Quotation():
            return f"<blockquote>{blocks(node.blocks, of)}</blockquote>"
        case Aside():
            return f"<aside class='side' id='{node.anchor}'><b>{node.title}</b>{blocks(node.blocks, of)}</aside>"
        case CaseStudy():
            return case_study(node, of)
        case Table():
            return table(node, of)
        case Figure():
            svg = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
            caption = f"<figcaption>Figure {node.number}. {inlines(node.caption, of)}</figcaption>"
            return f'<figure id=\'{node.anchor}\'><img alt="{node.alt}" src="{svg}">{caption}</figure>'
        case _:
            raise AssertionError(node)


def case_study(study: CaseStudy, of: Book) -> str:
    case = study.case
    dates = f"enacted June 3, {case.enacted[:4]}, in effect from April {case.effective[:4]}, {case.status}"
    head = f"<h3 id='{case.anchor}'>{case.place}</h3><p>{case.law}</p><p>{case.number}, {dates}</p>"
    figures = "".join(f"<p><b>{f.value}</b> {inlines(f.text, of)} ({f.as_of})</p>" for f in case.figures)
    outcome = "".join(f"<p>{inlines(o.text, of)}</p>" for o in case.outcome)
    return f"{head}<div class='side'>{figures}</div>{blocks(study.blocks, of)}{outcome}"


def table(node: Table, of: Book) -> str:
    heads = "".join(f"<th>{c.head} {f'({c.unit})' if c.unit else ''}</th>" for c in node.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in node.rows)
    caption = f"<p id='{node.anchor}'>Table {node.number}. {inlines(node.caption, of)}</p>"
    foot = f"<p class='credit'>{inlines(node.credit, of)} {inlines(node.note, of)}</p>"
    return f"{caption}<table><thead><tr>{heads}</tr></thead>{rows}</table>{foot}"


def sections(nodes: Iterable[Section], of: Book) -> str:
    return "\n".join((block(s.heading, of) if s.heading else "") + blocks(s.blocks, of) for s in nodes)


def content(of: Book, it: Division) -> str:
    match it.content:
        case Brief() as brief:
            partners = "".join(f"<p class='side'>{p.organization.name}</p>" for p in brief.partners)
            figures = "".join(f"<p><b>{f.value}</b> {inlines(f.text, of)}, {f.as_of}</p>" for f in brief.key_figures)
            resources = "".join(
                f"<p id='{r.anchor}'>{r.organization.name}: {inlines(r.purpose, of)}</p>" for r in brief.resources
            )
            head = f"{partners}<p>{inlines(brief.summary, of)}</p>{figures}"
            return head + sections(brief.sections, of) + resources
        case Prose() as written:
            return sections(written.sections, of)
        case PartOpener() as opener:
            return f"<p>{inlines(opener.summary, of)}</p>"
        case _ if it.id == "glossary":
            entries = (f"<p id='glossary.{e.id}'><b>{e.term}</b>. {e.definition}</p>" for e in reversed(of.glossary))
            return "".join(entries)
        case _:
            return "<p>wages, 12</p>"


def markup(of: Book) -> str:
    return "\n".join(
        f"<section><h1 id='{it.id}'>{it.title}</h1>{content(of, it)}<p id='{it.end}'></p></section>"
        for it in of.divisions
    )


# --- the gate ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Printed:
    """A specimen with the leaves of its book, and the pagination observed."""

    specimen: Specimen
    leaves: tuple[Leaf, ...]
    pagination: Pagination

    def checks(self, of: Book, pagination: Pagination | None = None) -> tuple[DivisionCheck, ...]:
        told = self.pagination if pagination is None else pagination
        return division_checks(of, self.leaves, self.specimen.anchors, told, GEOMETRY)

    def problems(self, of: Book, pagination: Pagination | None = None) -> tuple[Problem, ...]:
        found = check_divisions(self.specimen.pdf, self.checks(of, pagination))
        return tuple(problem for problems in found.values() for problem in problems)


def printed(of: Book, body: str, folder: Path) -> Printed:
    made = specimen(body, folder, STYLE)
    leaves = []
    for index in range(made.count):
        started = [it.id for it in of.divisions if made.anchors[it.id] <= index]
        blank = index > made.anchors[f"{started[-1]}.end"]
        sheet = None if blank else index - made.anchors[started[-1]]
        leaves.append(Leaf(started[-1], sheet, Folio(arabic=True, number=index + 1), verso=index % 2 == 1))
    folios = {anchor: leaves[index].folio for anchor, index in made.anchors.items()}
    return Printed(made, tuple(leaves), Pagination(folios))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    of = book()
    return printed(of, markup(of), tmp_path_factory.mktemp("whole"))


def test_a_whole_book_is_clean(whole: Printed) -> None:
    assert whole.problems(book()) == ()
    assert whole.problems(book(), Pagination()) == ()
    assert sum(len(check.pieces) for check in whole.checks(book())) > 45


def test_the_whole_book_breaks_what_it_must_break(whole: Printed) -> None:
    texts = page_texts(whole.specimen.pdf)
    flat = normal(prose(7, 200))
    assert not any(flat in normal(text) for text in texts), "the paragraph stands on one page"
    assert any("‐\r\n" in text or "\ufffe" in text or "\x02" in text for text in texts), "nothing is hyphenated"
    assert any(leaf.sheet is None for leaf in whole.leaves), "no leaf is blank"
    assert any(normal("A running head") in normal(text) for text in texts)
    foot = next(text for text in texts if normal(prose(92, 60)[:20]) in normal(text))
    assert normal(prose(7, 200)[:20]) in normal(foot) or normal(prose(8, 160)[:20]) in normal(foot)


def paragraph_of(line: int) -> str:
    return rf"<p data-line='{line}'>.*?</p>"


def swapped(body: str) -> str:
    first, second = (re.search(paragraph_of(line), body) for line in (23, 24))
    assert first
    assert second
    between = body[first.end() : second.start()]
    return body[: first.start()] + second[0] + between + first[0] + body[second.end() :]


def moved_to_the_next_division(body: str) -> str:
    moved = re.search(paragraph_of(14), body)
    assert moved
    return body.replace(moved[0], "").replace("Paid leave</h1>", "Paid leave</h1>" + moved[0])


def replaced(pattern: str, by: str = "") -> Callable[[str], str]:
    return lambda body: re.sub(pattern, by, body, count=1, flags=re.DOTALL)


DEFECTS: dict[str, tuple[Callable[[str], str], str, list[tuple[str, int]]]] = {
    "a paragraph is dropped": (replaced(paragraph_of(14)), "paragraph", [("WHOL001", 14)]),
    "a paragraph that a page breaks is cut short": (
        replaced(re.escape(prose(8, 160)[-60:])), "paragraph", [("WHOL001", 22)]),
    "a short list item is dropped": (replaced(paragraph_of(15)), "list item", [("WHOL001", 15)]),
    "a quotation is dropped": (replaced(paragraph_of(17)), "quotation", [("WHOL001", 17)]),
    "one of two equal paragraphs is dropped": (replaced(paragraph_of(21)), "paragraph", [("WHOL001", 21)]),
    "a callout’s line is dropped": (replaced(paragraph_of(20)), "callout", [("WHOL001", 20)]),
    "a callout’s title is dropped": (replaced("What a council can do"), "callout", [("WHOL001", 19)]),
    "a heading is dropped": (replaced("(?<=>)Case studies"), "heading", [("WHOL001", 29)]),
    "the first table row is dropped": (replaced("<tr><td>Seattle.*?</tr>"), "table row", [("WHOL001", 60)]),
    "the last table row is dropped": (replaced("<tr><td>Denver</td><td>17.29.*?</tr>"), "table row", [("WHOL001", 60)]),
    "a cell is dropped": (replaced("<td>12.95</td>", "<td></td>"), "table row", [("WHOL001", 60)]),
    "a cell is changed": (replaced("<td>16.99</td>", "<td>16.90</td>"), "table row", [("WHOL001", 60)]),
    "a unit is dropped": (replaced(r"\(dollars an hour\)"), "table head", [("WHOL001", 60)]),
    "a table’s caption is dropped": (replaced("Rates of five cities"), "table caption", [("WHOL001", 60)]),
    "a note is dropped": (replaced("<span class='note' id='wages.note.5'.*?</span>", "5"), "note", [("WHOL002", 95)]),
    "a note’s number is wrong": (
        replaced("data-number='5'(?=>Seattle)", "data-number='6'"), "", [("WHOL001", 33), ("WHOL002", 95)]),
    "a figure’s year is wrong": (replaced(r"\(2013\)", "(2014)"), "figure of a case", [("WHOL001", 33)]),
    "a note is doubled": (
        replaced("(?=<p id='wages.r')", f"<p>2. {prose(91, 50)}</p>"), "note", [("WHOL002", 92)]),
    "a note that a page breaks is cut short": (replaced(re.escape(prose(93, 20)[-40:])), "note", [("WHOL002", 94)]),
    "a cited work’s title is dropped": (replaced("<i>The Effects of Wages</i>"), "note", [("WHOL002", 93)]),
    "a note to look up is wrong": (replaced(r"\(note 1\)", "(note 2)"), "note", [("WHOL002", 95)]),
    "what follows a cited work is dropped": (replaced(", with a correction of May"), "note", [("WHOL002", 93)]),
    "two paragraphs are swapped": (swapped, "", [("WHOL001", 24)]),
    "a paragraph stands in the wrong division": (moved_to_the_next_division, "paragraph", [("WHOL001", 14)]),
    "a word is changed": (
        replaced(rf"(?<='14'>{re.escape(prose(4, 40)[:40])})\w+", "wrong"), "paragraph", [("WHOL001", 14)]),
    "the last word is changed": (replaced(r"\w+(?=\.</p>\n<ol>)", "wrong"), "paragraph", [("WHOL001", 14)]),
    "a note’s mark is dropped": (
        replaced("(?<=wages.note.1') data-number='1'"), "", [("WHOL001", 11), ("WHOL002", 91)]),
    "a case’s law is dropped": (replaced("Seattle Minimum Wage Ordinance"), "case", [("WHOL001", 30)]),
    "a case’s number is dropped": (replaced("Ordinance 124490, "), "case", [("WHOL001", 30)]),
    "a case’s year is wrong": (replaced("2014, in effect", "2016, in effect"), "case", [("WHOL001", 30)]),
    "a case’s outcome is dropped": (replaced("<p>Two petitions.*?</p>"), "outcome", [("WHOL001", 34)]),
    "a figure’s value is dropped": (replaced(r"<b>\$15</b>"), "figure of a case", [("WHOL001", 33)]),
    "a key figure is dropped": (replaced("<p><b>50</b>.*?</p>"), "key figure", [("WHOL001", 5)]),
    "a caption is dropped": (replaced("Where laws were passed first"), "figure caption", [("WHOL001", 70)]),
    "an alternate text is changed": (replaced("five dots", "six dots"), "alternate text", [("WHOL001", 70)]),
    "a partner is dropped": (replaced("National Employment Law Project"), "partner", [("WHOL001", 1)]),
    "a resource’s purpose is dropped": (replaced("studies of impact"), "resource", [("WHOL001", 1)]),
    "the summary is dropped": (replaced("<p>Cities set wages.*?</p>"), "summary", [("WHOL001", 1)]),
    "a title is dropped": (replaced("(?<=>)Local minimum wage"), "title", [("WHOL001", 1)]),
    "a part’s summary is dropped": (replaced("Five briefs on work."), "summary", [("WHOL001", 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_one_defect_is_one_finding(name: str, tmp_path: Path) -> None:
    spoil, kind, expected = DEFECTS[name]
    of = book()
    body = markup(of)
    assert spoil(body) != body, "the defect changes nothing"
    spoiled = printed(of, spoil(body), tmp_path)
    problems = spoiled.problems(of)
    assert [(p.code, p.source.line if p.source else 0) for p in problems] == expected, problems
    assert all(kind in p.message for p in problems), problems


def test_a_definition_of_the_glossary_is_dropped(tmp_path: Path) -> None:
    of = book()
    spoiled = printed(of, markup(of).replace("A city’s constitution.", ""), tmp_path)
    (problem,) = spoiled.problems(of)
    assert problem.code == "WHOL001"
    assert "glossary: the glossary entry “charter … A city’s constitution.”" in problem.message


def test_a_heading_on_another_page_than_its_folio(whole: Printed) -> None:
    elsewhere = {"wages.29": Folio(arabic=True, number=3)}
    (problem,) = whole.problems(book(), Pagination({**whole.pagination.folios, **elsewhere}))
    assert problem.message == "wages: the heading “Case studies” is missing from page 3"


def test_a_file_that_stops_early(whole: Printed) -> None:
    longer = (*whole.leaves, Leaf("index", 0, Folio(arabic=True, number=99), verso=False))
    problems = check_whole(whole.specimen.pdf, longer, {})
    assert problems[0].message == f"the file has {whole.specimen.count} pages, the book {len(longer)} leaves"
    assert problems[0].code == "WHOL001"


def test_a_division_without_leaves_is_missing_whole(whole: Printed) -> None:
    leaves = tuple(replace(leaf, division="wages") if leaf.division == "leave" else leaf for leaf in whole.leaves)
    problems = replace(whole, leaves=leaves).problems(book(), Pagination())
    assert {p.message.partition(":")[0] for p in problems} == {"leave"}
    assert len(problems) == 3
