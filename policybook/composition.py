"""Compose: a division of the book becomes HTML. Pure: the same book, layout and pagination give the same markup.

The only user of Jinja2. Undefined names are errors, everything is escaped, and what templates print as a folio is noted
in `Html.printed`, so that settling can compare it with what was observed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from policybook.book import Book, Brief, Division, Generated
from policybook.dates import format_date
from policybook.diagnostics import ContentError, Problem
from policybook.fonts import font_css
from policybook.index import IN_COLUMNS, directory, law_table
from policybook.pagination import Matter, Pagination
from policybook.resources import Resources
from policybook.sheets import Html, Layout, Leaf
from policybook.states import STATES
from policybook.text import Column, plain
from policybook.tilemap import TILES


@dataclass(slots=True)
class _Printed:
    """Notes the folios that a template prints, each with its anchor."""

    pagination: Pagination
    texts: dict[tuple[str, str], None] = field(default_factory=dict)

    def folio(self, anchor: str) -> str:
        text = str(self.pagination.folio(anchor))
        self.texts[anchor, text] = None
        return text

    def located(self, anchor: str, text: str) -> str:
        """A locator of an index: one page, a range, a note on a page."""
        self.texts[anchor, text] = None
        return text


def compose(book: Book, division: Division, layout: Layout, pagination: Pagination, resources: Resources) -> Html:
    """The markup of one division. Raises ContentError where a template is at fault."""
    printed = _Printed(pagination)
    matter = division.matter.name.lower()
    names = [division.template, f"{matter}/prose.html.j2"]
    markup = _render(
        resources,
        names if not isinstance(division.content, Generated) else names[:1],
        book=book,
        edition=book.edition,
        division=division,
        content=division.content,
        layout=layout,
        folio=printed.folio,
        located=printed.located,
        part_number=_part_number(book, division),
        printed={d.id for d in book.divisions},
        **_indexes(book, division, pagination),
    )
    return Html(division.id, markup, tuple(printed.texts))


def compose_furniture(book: Book, layout: Layout, leaves: Iterable[Leaf], resources: Resources) -> Html:
    """The markup of running heads and folios, one page for each leaf that carries them, in order."""
    divisions = {division.id: division for division in book.divisions}
    pages: list[dict[str, object]] = []
    for leaf in leaves:
        if leaf.furniture is not None:
            division = divisions[leaf.division]
            number, part = _part_number(book, division), divisions.get(division.part)
            pages.append(
                {"leaf": leaf, "division": division, "part": part, "number": number, "opener": leaf.sheet == 0}
            )
    markup = _render(
        resources,
        ["furniture.html.j2"],
        book=book,
        edition=book.edition,
        layout=layout,
        pages=pages,
        division=None,
    )
    return Html("furniture", markup)


def _render(resources: Resources, names: list[str], **context: object) -> str:
    try:
        return _environment(resources).select_template(names).render(**context)
    except TemplateError as error:
        place = f" (line {error.lineno})" if hasattr(error, "lineno") else ""
        raise ContentError([Problem("LAYT001", f"the template {names[0]}{place}: {error}")]) from error


@cache
def _environment(resources: Resources) -> Environment:
    colors = inks(resources)
    count = max(len(colors) - 1, 1)
    environment = Environment(
        loader=FileSystemLoader([str(path) for path in resources.templates]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        font_css=lambda: Markup(font_css()),  # noqa: S704 - our own style rules
        states=STATES,
        tiles=TILES,
        Matter=Matter,
        inks=colors,
        places_by_state=places_by_state,
        part_numbers=part_numbers,
    )
    environment.filters.update(ink=lambda number: (number - 1) % count + 1 if number else 0)
    environment.filters.update(plain=plain, day=format_date, numeric=number_cell, domain=domain)
    return environment


_INDEXES: Mapping[str, Callable[[Book, Pagination], object]] = {
    **IN_COLUMNS,
    "laws": law_table,
    "directory": directory,
}


def _indexes(book: Book, division: Division, pagination: Pagination) -> dict[str, object]:
    """What a generated division is made from."""
    make = _INDEXES.get(division.id) if isinstance(division.content, Generated) else None
    return {"index": make(book, pagination)} if make else {}


def inks(resources: Resources) -> dict[int, str]:
    """The parts' colours by number, as tokens.css states them, for pictures that style sheets can't reach."""
    tokens = resources.style("tokens.css")
    text = tokens.read_text(encoding="utf-8") if tokens else ""
    return {int(number): color for number, color in re.findall(r"--ink-(\d+): (#[0-9a-f]{6})", text)}


def part_numbers(book: Book) -> dict[str, int]:
    """The number of each part's division."""
    return {d.id: d.content.number for d in book.divisions if d.content.kind == "part"}  # type: ignore[union-attr]


def _part_number(book: Book, division: Division) -> int:
    """The number of the part that a division opens or belongs to, or 0."""
    return part_numbers(book).get(division.part or division.id, 0)


def places_by_state(book: Book, part: str = "") -> dict[str, list[tuple[str, int]]]:
    """State → its places with the number of the part that tells them, from the cases of the book or of one part."""
    numbers = part_numbers(book)
    codes = {name: code for code, name in STATES.items()}
    found: dict[str, dict[tuple[str, int], None]] = {}
    for division in book.divisions:
        if isinstance(division.content, Brief) and part in ("", division.part):
            for mark in book.marks:
                if mark.register == "place" and mark.first.startswith(f"{division.id}.case."):
                    found.setdefault(codes[mark.headword], {})[(mark.subentry, numbers[division.part])] = None
    return {state: list(places) for state, places in sorted(found.items())}


def number_cell(cell: str, column: Column, rows: Iterable[tuple[str, ...]], position: int) -> str:
    """The class that aligns a cell of a decimal column: how many digits behind the point it lacks."""
    if column.align != "decimal":
        return ""
    most = max((_decimals(row[position]) for row in rows), default=0)
    return f"lacks-{most - _decimals(cell)}" if cell else ""


def _decimals(cell: str) -> int:
    return len(cell.partition(".")[2].rstrip("%"))


def domain(url: str) -> str:
    """The host of an address, without `www.`."""
    host = url.partition("://")[2].partition("/")[0]
    return host.removeprefix("www.")
