"""Large print: the book for readers with low vision, on a layout of its own and not as a scaled page.

Text is at least 18 points on letter paper, in one ragged column (styles/profiles/large-print.css). What needs other
markup, such as a wide table that becomes a list, has templates of its own in templates/large-print/.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from policybook.book import Book
from policybook.crew import Crew
from policybook.descriptions import metadata
from policybook.diagnostics import ContentError, errors
from policybook.edition import Notes
from policybook.geometry import Geometry, points
from policybook.makeup import MadeUp, make_up, set_book
from policybook.pagination import Folio, Pagination
from policybook.resources import Resources
from policybook.sheets import Layout
from policybook.store import Cache

PROFILE = "large-print"
#: Letter paper with an inch at either side; 25 lines, 1.4 times as far apart as the type is large.
_WIDTH, _HEIGHT, _SIDE, _TOP, _FOOT, _LINE = 612.0, 792.0, 72.0, 84.0, 83.0, 25.0
#: About how many pages of large print hold what a page of the standard layout does.
_TIMES = 2.9


def large_print(
    book: Book,
    resources: Resources,
    crew: Crew,
    cache: Cache,
    *,
    start: Pagination | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> MadeUp:
    """The book in large print, settled and bound, after the same preflight as the standard layout.

    `start` is a guess at its pagination: that of its last build, or `guess` of the standard layout's. Raises
    ContentError with all that the layout engine or the preflight found.
    """
    large = large_print_book(book)
    layout = Layout(PROFILE, large_print_geometry(book))
    settled = set_book(large, layout, layout_resources(resources, PROFILE), crew, cache, start=start, progress=progress)
    said = metadata(large)
    made = make_up(large, layout, settled, crew, cache, replace(said, title=f"{said.title} (large print)"))
    if errors(made.problems):
        raise ContentError(made.problems)
    return made


def large_print_book(book: Book) -> Book:
    """The book as it is made up in large print: its notes at the end, its divisions on any page, its name beside it.

    Notes follow the text in large print; a blank page before a recto would only make a heavy book heavier.
    """
    edition = replace(book.edition, edition=f"{book.edition.edition}, large print", notes=Notes.END)
    return replace(book, edition=edition, divisions=tuple(replace(d, opens_on="any") for d in book.divisions))


def large_print_geometry(book: Book) -> Geometry:
    """The page of large print: margins are not mirrored, so that everything stands at the same place on all pages."""
    return Geometry(
        trim_width=_WIDTH,
        trim_height=_HEIGHT,
        bleed=points(book.edition.page.bleed),
        margin_top=_TOP,
        margin_foot=_FOOT,
        margin_inner=_SIDE,
        margin_outer=_SIDE,
        baseline=_LINE,
    )


def layout_resources(resources: Resources, profile: str) -> Resources:
    """The resources of a layout: templates of its own come first, a project's before the shipped ones."""
    own: tuple[Path, ...] = tuple(folder / profile for folder in resources.templates)
    return replace(resources, templates=(*(folder for folder in own if folder.is_dir()), *resources.templates))


def guess(pagination: Pagination) -> Pagination:
    """About where large print has what another layout has at these folios."""
    return Pagination(
        {anchor: Folio(folio.arabic, int(folio.number * _TIMES)) for anchor, folio in pagination.folios.items()}
    )
