"""Single briefs: each brief as a PDF of its own, from the very sheets that it has in the book.

Its pages keep their folios, its text its tags. The first page gets a masthead; a last one tells which book the brief is
part of, how to cite it and under which terms. A link to a place that is not in the file leads to the book beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policybook.binding import BookBlock
from policybook.binding_navigation import anchor_words
from policybook.book import Book, Brief, Division, Generated
from policybook.composition import compose_masthead, compose_single_colophon
from policybook.crew import Crew
from policybook.diagnostics import ContentError
from policybook.furniture import dressed, dresses
from policybook.gathering import Gathering
from policybook.makeup import layout_kit
from policybook.pagination import Folio, Matter, Pagination
from policybook.prepress.screen import finish_screen
from policybook.resources import Resources
from policybook.sheets import Html, Layout, Leaf, Metadata, Outline, furniture_id
from policybook.store import Cache
from policybook.text import plain
from policybook.workshop import Workshop

#: Where the book is, as seen from a brief's file.
BOOK_FILE = "../screen.pdf"
#: What the last page is called, in its heading, its bookmark and as its page's label.
ABOUT = "About this brief"
_TEMPLATE = "singles/colophon.html.j2"


@dataclass(frozen=True, slots=True)
class Single:
    """A brief as a file: the id of its division, its path in the output folder, its bytes and its pages."""

    brief: str
    path: str
    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class _Set:
    """What is laid out for a brief besides its own pages: its leaves dressed anew, its masthead, its last page."""

    brief: Division
    leaves: tuple[Leaf, ...]
    about: Division
    masthead: Html
    colophon: Html


def single_briefs(
    book: Book, block: BookBlock, layout: Layout, resources: Resources, crew: Crew, cache: Cache
) -> tuple[Single, ...]:
    """A file for each brief of a bound book. Raises ContentError with what the layout engine found wrong in them."""
    own = replace(layout, profile="single")
    words = _words(block)
    sets = [_set(book, block, brief, own, resources) for brief in book.briefs()]
    workshop = Workshop(layout_kit(own, resources), book.images, crew, cache)
    made = workshop.gatherings([html for one in sets for html in (one.masthead, one.colophon)])
    if problems := dict.fromkeys(problem for gathering in made.values() for problem in gathering.problems):
        raise ContentError(problems)
    return tuple(_single(book, block, one, made, words, cache) for one in sets)


def _set(book: Book, block: BookBlock, brief: Division, layout: Layout, resources: Resources) -> _Set:
    """The composed parts of a brief's file."""
    leaves = dressed([leaf for leaf in block.leaves if leaf.division == brief.id and leaf.sheet is not None])
    folios = _folios(leaves)
    pages = f"pages {folios}" if len(leaves) > 1 else f"page {folios}"
    about = Division(about_id(brief), ABOUT, ABOUT, Matter.BACK, _TEMPLATE, "any", Generated("about"), listed=False)
    worn = dresses(leaves).get(brief.id, ())
    masthead = compose_masthead(book, brief, worn, pages, layout, resources)
    pagination = Pagination(dict(_folio_of_anchors(block)))
    colophon = compose_single_colophon(book, about, brief, folios, pagination, layout, resources)
    return _Set(brief, leaves, about, masthead, colophon)


def about_id(brief: Division) -> str:
    """What the last page of a brief's file is called; no place of a brief is called so."""
    return f"{brief.id}.single.about"


def _folios(leaves: Sequence[Leaf]) -> str:
    """The folios of a brief: `17–20`, or one alone."""
    first, last = leaves[0].folio, leaves[-1].folio
    return f"{first}–{last}" if last != first else str(first)


def _folio_of_anchors(block: BookBlock) -> Iterator[tuple[str, Folio]]:
    """The folio of each anchor of the book."""
    folio_of = {(leaf.division, leaf.sheet): leaf.folio for leaf in block.leaves}
    for division, gathering in block.gatherings.items():
        for anchor, place in gathering.anchors.items():
            yield anchor, folio_of[division, place.sheet]


def _words(block: BookBlock) -> dict[str, str]:
    """The words for a link out of a file to each place of the book."""
    folio_of = {(leaf.division, leaf.sheet): leaf.folio for leaf in block.leaves if leaf.sheet is not None}
    folios = dict(_folio_of_anchors(block))
    named = anchor_words(list(block.gatherings.values()), folio_of, block.titles)
    return {
        anchor: f"{words}, on page {folios[anchor]} of the book" if anchor in block.titles else f"{words} of the book"
        for anchor, words in named.items()
    }


def _single(
    book: Book, block: BookBlock, one: _Set, made: Mapping[str, Gathering], words: Mapping[str, str], cache: Cache
) -> Single:
    """The file of one brief, bound."""
    brief, about = one.brief.id, one.about.id
    gatherings = {brief: block.gatherings[brief], about: made[about]}
    here = {anchor for gathering in gatherings.values() for anchor in gathering.anchors}
    linked = (link.anchor for gathering in gatherings.values() for page in gathering.pages for link in page.links)
    away = [anchor for anchor in dict.fromkeys(linked) if anchor and anchor not in here]
    last = one.leaves[-1]
    behind = [
        Leaf(about, sheet, last.folio, verso=last.verso == bool(sheet % 2), label=ABOUT)
        for sheet in range(made[about].count)
    ]
    part = replace(
        block,
        leaves=(*one.leaves, *behind),
        gatherings=gatherings,
        furniture={brief: made[furniture_id(brief)]} if one.masthead.printed else {},
        late={brief: block.late.get(brief, ()), about: one.colophon.numbers},
        outlines=tuple(_outlines(block.outlines, here, about)),
        titles={**block.titles, **{anchor: words[anchor] for anchor in away if anchor in words}, about: ABOUT},
        metadata=_metadata(book, one.brief, block.metadata),
        elsewhere={anchor: BOOK_FILE for anchor in away if anchor in words},
    )
    return Single(brief, f"briefs/{brief}.pdf", finish_screen(part, cache), len(part.leaves))


def _outlines(outlines: Sequence[Outline], here: set[str], about: str) -> Iterator[Outline]:
    """The brief's bookmarks, all in sight: a list of its sections is short."""
    yield from (replace(outline, level=1) for outline in outlines if outline.anchor in here)
    yield Outline(1, ABOUT, about)


def _metadata(book: Book, brief: Division, metadata: Metadata) -> Metadata:
    """What the file says of itself: the brief's title with the book's, its summary, its part and its places."""
    edition, content = book.edition, brief.content
    assert isinstance(content, Brief)
    keywords = (book.division(brief.part).title, *dict.fromkeys(case.place for case in content.cases))
    title = f"{brief.title} ({edition.title}, {edition.edition})"
    return replace(metadata, title=title, subject=plain(content.summary), keywords=keywords)
