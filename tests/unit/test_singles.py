"""Single briefs, proved on the finished files of the small invented edition."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pytest

from policybook.binding import BookBlock
from policybook.book import Book, Brief, Partner
from policybook.crew import Alone
from policybook.diagnostics import ContentError
from policybook.geometry import Geometry
from policybook.resources import find_resources
from policybook.sheets import Layout
from policybook.singles import ABOUT, BOOK_FILE, Single, about_id, single_briefs
from policybook.store import MemoryStore
from tests.conftest import ROOT
from tests.unit.bookblock import annotations, opened, sample, sample_bound, texts, tree

IDS = ("library-cards", "reading-rooms", "street-trees")


def made(book: Book, block: BookBlock, geometry: Geometry | None = None) -> tuple[Single, ...]:
    layout = Layout("standard", geometry or block.geometry)
    return single_briefs(book, block, layout, find_resources(ROOT), Alone(), MemoryStore())


@cache
def files() -> dict[str, Single]:
    """The files of the sample's briefs."""
    book, _, block = sample()
    return {single.brief: single for single in made(book, block)}


def words(pdf: bytes, page: int) -> str:
    """The text of a page, its lines joined; a range of pages may be broken behind its dash."""
    return " ".join(texts(pdf)[page].split()).replace("– ", "–")


def labels(pdf: bytes) -> list[str]:
    with opened(pdf) as file:
        return [page.label for page in file.pages]


def leads(annotation: Any) -> str:
    """The name of the place that a link leads to in its own file, or an empty string."""
    return str(annotation.get("/Dest", ""))


def test_there_is_a_file_for_each_brief_called_by_its_id() -> None:
    book = sample()[0]
    assert [single.path for single in files().values()] == [f"briefs/{brief.id}.pdf" for brief in book.briefs()]
    assert tuple(files()) == IDS


@pytest.mark.parametrize("brief", IDS)
@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_a_file_is_accessible_and_archivable(brief: str, profile: str) -> None:
    report = validator.validate_pdf_bytes(files()[brief].content, profile=profile)
    assert report.is_compliant, str(report)


@pytest.mark.parametrize("brief", IDS)
def test_pages_are_those_of_the_book(brief: str) -> None:
    block = sample()[2]
    at = [i for i, leaf in enumerate(block.leaves) if leaf.division == brief and leaf.sheet is not None]
    folios = [str(block.leaves[i].folio) for i in at]
    single = files()[brief]
    assert labels(single.content) == [*folios, ABOUT]
    assert single.pages == len(at) + 1
    of_book, of_single = texts(sample_bound()), texts(single.content)
    for index, leaf in enumerate(at):
        assert set(of_book[leaf].split()) <= set(of_single[index].split())
    with opened(single.content) as file, opened(sample_bound()) as whole:
        for index, leaf in enumerate(at):
            assert [float(x) for x in file.pages[index].mediabox] == [float(x) for x in whole.pages[leaf].trimbox]


def test_the_masthead_tells_the_book_and_the_pages() -> None:
    first = words(files()["library-cards"].content, 0)
    assert "From Small Measures First invented edition Part 1, pages " in first
    with opened(files()["library-cards"].content) as file:
        assert "masthead" not in str(file.Root.StructTreeRoot.K[0])
    assert all("From Small Measures" not in words(files()["library-cards"].content, n) for n in (1,))


def test_the_masthead_stands_at_the_foot_where_tiles_leave_no_room() -> None:
    book, _, block = sample()
    brief = book.division("library-cards")
    assert isinstance(brief.content, Brief)
    many = replace(brief, content=replace(brief.content, cases=brief.content.cases * 4))
    crowded = replace(book, divisions=tuple(many if d.id == brief.id else d for d in book.divisions))
    heights = []
    for of in (book, crowded):
        content = next(s.content for s in made(of, block) if s.brief == brief.id)
        heights.append(height_of("From", content))
    assert heights[0] > block.geometry.trim_height - block.geometry.margin_top
    assert heights[1] < block.geometry.margin_foot


def height_of(text: str, pdf: bytes) -> float:
    """The foot of the first place of a text on the first page, in points from the page's own foot."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        found = page.get_textpage().search(text, match_case=True, match_whole_word=True)
        at = found.get_next()
        assert at
        return page.get_textpage().get_charbox(at[0])[1] - page.get_mediabox()[1]


def test_links_lead_to_the_file_itself_or_to_the_book() -> None:
    block = sample()[2]
    anchors = {anchor for gathering in block.gatherings.values() for anchor in gathering.anchors}
    remote = 0
    for single in files().values():
        with opened(single.content) as file:
            here = {str(name) for name in file.Root.Names.Dests.Names[::2]}
            for link in annotations(file):
                assert str(link.Contents)
                if "/Dest" in link:
                    assert leads(link) in here
                elif link.A.S == "/GoToR":
                    remote += 1
                    assert (str(link.A.F.F), str(link.A.F.UF)) == (BOOK_FILE, BOOK_FILE)
                    assert str(link.A.D) in anchors - here
                    assert "of the book" in str(link.Contents)
                else:
                    assert str(link.A.URI).startswith("http")
    assert remote > len(IDS)


def test_every_place_that_a_file_names_in_the_book_is_named_there() -> None:
    with opened(sample_bound()) as book:
        named = {str(name) for name in book.Root.Names.Dests.Names[::2]}
    for single in files().values():
        with opened(single.content) as file:
            away = {str(a.A.D) for a in annotations(file) if "/A" in a and a.A.S == "/GoToR"}
        assert away
        assert away <= named


def test_a_link_to_nowhere_is_still_found() -> None:
    book, _, block = sample()
    without = {id: gathering for id, gathering in block.gatherings.items() if id not in {"contents", "part.reading"}}
    gone = next(iter(set(block.gatherings) - set(without)))
    leaves = tuple(leaf for leaf in block.leaves if leaf.division != gone)
    with pytest.raises(ContentError) as raised:
        made(book, replace(block, gatherings=without, leaves=leaves))
    assert {problem.code for problem in raised.value.problems} == {"WHOL003"}


def test_bookmarks_are_the_briefs_own_and_end_with_the_last_page() -> None:
    block = sample()[2]
    with opened(files()["library-cards"].content) as file, file.open_outline() as outline:
        found = [item.title for item in outline.root]
        assert all(not item.children for item in outline.root)
    here = [o.title for o in block.outlines if o.anchor.partition(".")[0] == "library-cards"]
    assert found == [*here, ABOUT]


def test_the_file_says_what_it_is() -> None:
    with opened(files()["library-cards"].content) as file:
        assert str(file.docinfo.Title) == "Library Cards for Every Resident (Small Measures, First invented edition)"
        assert str(file.docinfo.Subject).startswith("A card that asks for no fee")
        assert "Alder Bay" in str(file.docinfo.Keywords)
        with file.open_metadata() as metadata:
            assert metadata["dc:title"] == str(file.docinfo.Title)


def test_the_tags_of_the_brief_are_those_of_the_book() -> None:
    with opened(sample_bound()) as book, opened(files()["library-cards"].content) as file:
        part = next(e for e in tree(book) if e.S == "/Part" and str(e.get("/T")) == "Library Cards for Every Resident")
        parts = [e for e in tree(file) if e.S == "/Part"]
        assert [str(e.T) for e in parts] == ["Library Cards for Every Resident", ABOUT]
        assert roles(parts[0]) == roles(part)


def roles(top: Any) -> list[str]:
    return [str(top.S), *(role for kid in top.get("/K", []) if has_role(kid) for role in roles(kid))]


def has_role(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def test_the_last_page_tells_how_to_cite_and_under_which_terms() -> None:
    single = files()["street-trees"]
    last = words(single.content, single.pages - 1)
    folios = labels(single.content)[:-1]
    assert (
        f"“Street Trees.” In Small Measures: A Book for Tests, First invented edition, {folios[0]}–{folios[-1]}."
        in last
    )
    assert "The Specimen Press, a project of The Invented Foundation, 2024." in last
    assert "Facts as of April 30, 2024." in last


def test_co_authors_are_cited_and_no_other_partner_is() -> None:
    book, _, block = sample()
    brief = book.division("street-trees")
    assert isinstance(brief.content, Brief)
    one, other = list(book.organizations.values())[:2]
    partners = (Partner(one, "co-author"), Partner(other, "reviewer"))
    credited = replace(brief, content=replace(brief.content, partners=partners))
    changed = replace(book, divisions=tuple(credited if d.id == brief.id else d for d in book.divisions))
    single = next(s for s in made(changed, block) if s.brief == brief.id)
    last = words(single.content, single.pages - 1)
    assert f"{one.name}. “Street Trees.”" in last
    assert other.name not in last


def test_what_is_untrusted_is_escaped() -> None:
    book, _, block = sample()
    hostile = replace(book, edition=replace(book.edition, title="<b>Bold</b> & <img src=x>"))
    single = made(hostile, block)[0]
    assert "From <b>Bold</b> & <img src=x>" in words(single.content, 0)


def test_the_same_book_gives_the_same_bytes() -> None:
    book, _, block = sample()
    assert {single.brief: single for single in made(book, block)} == files()


def test_the_last_pages_name_is_no_place_of_the_brief() -> None:
    book, _, block = sample()
    anchors = {anchor for gathering in block.gatherings.values() for anchor in gathering.anchors}
    assert anchors.isdisjoint(about_id(brief) for brief in book.briefs())
