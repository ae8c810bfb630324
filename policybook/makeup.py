"""Make-up: a book in one layout, composed, typeset, settled, bound, finished and preflighted.

The standard layout and large print are made up by the same steps, and pass the same gate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from policybook.binding import BookBlock
from policybook.book import Book
from policybook.composition import compose_furniture, compose_style
from policybook.crew import Crew
from policybook.descriptions import metadata, outlines, titles
from policybook.diagnostics import ContentError, Problem
from policybook.fonts import pdf_fonts
from policybook.furniture import dresses
from policybook.pagination import Pagination
from policybook.preflight.archive import validate
from policybook.prepress.screen import finish_screen
from policybook.resources import Resources
from policybook.settling import Furnish, Settled, settle
from policybook.sheets import Html, Layout, Leaf, Metadata
from policybook.store import Cache
from policybook.typesetting import Kit, make_kit
from policybook.verdicts import preflight
from policybook.workshop import Workshop

Progress = Callable[[str], None]

#: Folders of style sheets that no layout uses but for its own profile.
_APART = frozenset({"profiles", "web"})


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A book made up in a layout: what is bound, how it settled, the finished file, all that the preflight found."""

    book: Book
    layout: Layout
    block: BookBlock
    settled: Settled
    pdf: bytes
    problems: tuple[Problem, ...]


def set_book(
    book: Book,
    layout: Layout,
    resources: Resources,
    crew: Crew,
    cache: Cache,
    *,
    start: Pagination | None = None,
    progress: Progress = lambda _: None,
) -> Settled:
    """The book settled in a layout; `start` is a guess at its pagination.

    Raises ContentError with what the layout engine found wrong in the book or in the styles.
    """
    workshop = Workshop(layout_kit(layout, resources), book.images, crew, cache)
    settled = settle(
        book,
        layout,
        workshop.gatherings,
        resources,
        start=start,
        furnish=furnish(book, layout, resources),
        progress=progress,
    )
    if wrong := workshop.style_problems():
        raise ContentError(wrong)
    return settled


def make_up(
    book: Book,
    layout: Layout,
    settled: Settled,
    crew: Crew,
    cache: Cache,
    called: Metadata | None = None,
    *,
    finished: bool = True,
) -> MadeUp:
    """The settled book, bound for screens and preflighted. What is wrong with it is in its `problems`.

    `called` is what the file says of itself, if that is not what the book says. A preview does without its being
    `finished`: linearized, and judged by the validator of PDF/UA-1 and PDF/A-2a.
    """
    block = book_block(book, settled, layout)
    if called:
        block = replace(block, metadata=called)
    pdf = finish_screen(block, cache, linearized=finished)
    problems = [*preflight(pdf, book, block, settled, crew, cache), *(validate(pdf) if finished else ())]
    return MadeUp(book, layout, block, settled, pdf, tuple(problems))


def layout_kit(layout: Layout, resources: Resources) -> Kit:
    """The kit of a layout, without the profiles of the others: what is changed in these moves none of its lines."""
    own = f"profiles/{layout.profile}.css"
    found = resources.sheets()
    sheets = {name: found[name] for name in found if name == own or name.partition("/")[0] not in _APART}
    return make_kit(compose_style(layout, resources), sheets, layout.geometry.trim_height)


def furnish(book: Book, layout: Layout, resources: Resources) -> Furnish:
    """Composes the running heads and folios of leaves, by division."""
    divisions = {division.id: division for division in book.divisions}

    def furnished(leaves: Sequence[Leaf]) -> dict[str, Html]:
        worn = dresses(leaves)
        return {id: compose_furniture(book, divisions[id], worn[id], layout, resources) for id in worn}

    return furnished


def book_block(book: Book, settled: Settled, layout: Layout) -> BookBlock:
    """Everything that is bound."""
    return BookBlock(
        leaves=settled.leaves,
        gatherings=settled.sheets,
        furniture=settled.furniture,
        late=settled.late,
        outlines=tuple(outlines(book)),
        titles=titles(book),
        metadata=metadata(book),
        geometry=layout.geometry,
        fonts=pdf_fonts(),
    )
