"""Compose: a division of the book becomes HTML. Pure: the same book, layout and pagination give the same markup.

The only user of Jinja2. Undefined names are errors, everything is escaped, and what templates print as a folio is noted
in `Html.printed`, so that settling can compare it with what was observed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from policybook.book import Book, Brief, Division, Generated, Mark, Prose
from policybook.cover import GAP, HINGE, Wrap
from policybook.cover_copy import back_panel, front_panel, price_line, spine_words
from policybook.dates import format_date
from policybook.diagnostics import ContentError, Problem
from policybook.epub_names import address, fragment, leads
from policybook.fonts import font_css
from policybook.index import IN_COLUMNS, directory, law_table
from policybook.late import late_numbers, placeholders
from policybook.pagination import Matter, Pagination
from policybook.resources import Resources
from policybook.sheets import Dress, Html, Layout, furniture_id
from policybook.states import STATES
from policybook.text import Column, Inline, Note, plain
from policybook.tilemap import TILES

#: Characters that a line of a note holds, in two columns of the standard page.
_NOTE_CHARACTERS = 50


@dataclass(slots=True)
class _Printed:
    """Notes the folios that a template prints, each with its anchor; `numbers` counts the late numbers in them."""

    pagination: Pagination
    texts: list[tuple[str, str]] = field(default_factory=list)
    numbers: int = 0

    def folio(self, anchor: str) -> str:
        return self.located(anchor, str(self.pagination.folio(anchor)))

    def located(self, anchor: str, text: str) -> str:
        """A locator of an index: one page, a range, a note on a page."""
        standing = placeholders(text, self.numbers)
        self.texts.append((anchor, text))
        self.numbers += len(late_numbers(text))
        return standing


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


def compose_furniture(
    book: Book, division: Division, dresses: Sequence[Dress], layout: Layout, resources: Resources
) -> Html:
    """The markup of a division's running heads, folios and thumb tabs, one page for each dress."""
    printed = _Printed(Pagination())
    part = next((d for d in book.divisions if d.id == division.part), None)
    markup = _render(
        resources,
        ["furniture.html.j2"],
        edition=book.edition,
        layout=layout,
        division=None,
        furnished=division,
        part=part,
        number=_part_number(book, division),
        dresses=dresses,
        located=printed.located,
    )
    return Html(furniture_id(division.id), markup, tuple(printed.texts), artifact=True)


def compose_style(layout: Layout, resources: Resources) -> str:
    """The entry style sheet of a layout: the shipped one, the profile's, the fonts and the page's measures."""
    return _render(resources, ["style.css.j2"], layout=layout)


def _render(resources: Resources, names: list[str], **context: object) -> str:
    try:
        return _environment(resources, _tokens(resources)).select_template(names).render(**context)
    except TemplateError as error:
        place = f" (line {error.lineno})" if hasattr(error, "lineno") else ""
        raise ContentError([Problem("LAYT001", f"the template {names[0]}{place}: {error}")]) from error


@lru_cache(maxsize=8)
def _environment(resources: Resources, tokens: str) -> Environment:
    """The templates' environment. It lives as long as the process, so a file that it holds is asked for by its text."""
    colors = inks(tokens)
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
        front_panel=front_panel,
        hinge=HINGE,
    )
    environment.filters.update(ink=lambda number: (number - 1) % count + 1 if number else 0)
    environment.filters.update(
        two_columns=two_columns, plain=plain, day=format_date, numeric=number_cell, domain=domain
    )
    environment.filters.update(fragment=fragment, leads=leads, address=address)
    return environment


#: What makes the entries of the divisions that are made of locators.
INDEXES: Mapping[str, Callable[[Book, Pagination], object]] = {
    **IN_COLUMNS,
    "laws": law_table,
    "directory": directory,
}


def _indexes(book: Book, division: Division, pagination: Pagination) -> dict[str, object]:
    """What a generated division is made from."""
    make = INDEXES.get(division.id) if isinstance(division.content, Generated) else None
    return {"index": make(book, pagination)} if make else {}


def _tokens(resources: Resources) -> str:
    """The text of tokens.css."""
    tokens = resources.style("tokens.css")
    return tokens.read_text(encoding="utf-8") if tokens else ""


def inks(tokens: str) -> dict[int, str]:
    """The parts' colours by number, as tokens.css states them, for pictures that style sheets can't reach."""
    return {int(number): color for number, color in re.findall(r"--ink-(\d+): (#[0-9a-f]{6})", tokens)}


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
    cases: dict[str, list[Mark]] = {}
    for mark in book.marks:
        of, _, place = mark.first.partition(".")
        if mark.register == "place" and place.startswith("case."):
            cases.setdefault(of, []).append(mark)
    for division in book.briefs():
        if part in ("", division.part):
            for mark in cases.get(division.id, ()):
                found.setdefault(codes[mark.headword], {})[(mark.subentry, numbers[division.part])] = None
    return {state: list(places) for state, places in sorted(found.items())}


def two_columns(
    notes: Sequence[Note], inlines: Callable[[tuple[Inline, ...]], Markup]
) -> list[tuple[Note, Markup, bool]]:
    """Notes with their markup, and which of them opens the second of two columns of about as many lines."""
    words = [inlines(note.inlines) for note in notes]
    lines = [-(-len(text.striptags()) // _NOTE_CHARACTERS) for text in words]
    behind = list(accumulate(lines))
    opener = next((i for i, depth in enumerate(behind) if 2 * depth >= behind[-1]), 0) + 1
    return [(note, text, index == opener) for index, (note, text) in enumerate(zip(notes, words, strict=True))]


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


def compose_cover(book: Book, wrap: Wrap, layout: Layout, resources: Resources, barcode_svg: str) -> Html:
    """The markup of the cover for the press, one page: back, spine and front.

    `barcode_svg` is a picture of its own, such as `Barcode.svg`, no larger than `wrap.barcode`; an empty one leaves the
    barcode out. `layout` may be the book's. Raises ContentError where a template is at fault.
    """
    layout = cover_layout(wrap, layout)
    markup = _render(
        resources,
        ["cover.html.j2"],
        book=book,
        edition=book.edition,
        layout=layout,
        division=None,
        wrap=wrap,
        front=front_panel(
            book,
            (wrap.trim_width, wrap.trim_height),
            layout.geometry.layout_bleed,
            wrap.front_right,
            wrap.year_inset,
        ),
        spine=spine_words(book, wrap),
        back=back_panel(book, wrap, barcode=bool(barcode_svg)),
        price=price_line(book.edition.press.barcode_price),
        barcode="data:image/svg+xml;base64," + base64.b64encode(barcode_svg.encode()).decode() if barcode_svg else "",
    )
    return Html("cover", markup)


def cover_layout(wrap: Wrap, layout: Layout) -> Layout:
    """A layout for a wrap: a page as large as all of it, by the profile `cover`."""
    return replace(layout, profile="cover", geometry=wrap.geometry())


def compose_cover_style(wrap: Wrap, layout: Layout, resources: Resources) -> str:
    """The entry style sheet of the cover: that of its layout, and the wrap's measures. `layout` may be the book's."""
    return _render(resources, ["cover.css.j2"], layout=cover_layout(wrap, layout), wrap=wrap, gap=GAP)


def compose_web(page: str, resources: Resources, **values: object) -> str:
    """The markup of a page of the site, by `web/<page>.html.j2`. Raises ContentError where the template is at fault."""
    return _render(resources, [f"web/{page}.html.j2"], **values)


def compose_epub(names: Sequence[str], resources: Resources, **values: object) -> str:
    """A file of the EPUB, by the first of its templates in `epub/` that there is, such as `nav.xhtml`.

    Raises ContentError where the template is at fault.
    """
    return _render(resources, [f"epub/{name}.j2" for name in names], **values)


#: The widths of a tile with what is behind it, as styles/components/tiles.css has it, and of a masthead with what is
#: before it (styles/profiles/single.css).
_TILE, _MASTHEAD = 54.0, 132.0


def compose_masthead(
    book: Book, division: Division, dresses: Sequence[Dress], pages: str, layout: Layout, resources: Resources
) -> Html:
    """The furniture of a brief that is a file of its own, one page for each dress: openers have a masthead.

    `pages` are those that the brief has in the book, such as `pages 17–20`. Where the tiles of its places leave no room
    for the masthead at the head of the page, it stands at the foot.
    """
    printed = _Printed(Pagination())
    cases = len(division.content.cases) if isinstance(division.content, Brief) else 0
    markup = _render(
        resources,
        ["singles/furniture.html.j2"],
        edition=book.edition,
        layout=layout,
        division=None,
        furnished=division,
        part=book.division(division.part),
        number=_part_number(book, division),
        dresses=dresses,
        located=printed.located,
        pages=pages,
        stands="head" if layout.geometry.measure - cases * _TILE >= _MASTHEAD else "foot",
    )
    return Html(furniture_id(division.id), markup, tuple(printed.texts), artifact=True)


def compose_single_colophon(
    book: Book,
    division: Division,
    brief: Division,
    folios: str,
    pagination: Pagination,
    layout: Layout,
    resources: Resources,
) -> Html:
    """The last page of a brief that is a file of its own; `division` is this page's, `folios` are the brief's pages."""
    printed = _Printed(pagination)
    copyright_page = next((d.content for d in book.divisions if d.id == "copyright"), None)
    partners = brief.content.partners if isinstance(brief.content, Brief) else ()
    markup = _render(
        resources,
        [division.template],
        book=book,
        edition=book.edition,
        division=division,
        layout=layout,
        folio=printed.folio,
        located=printed.located,
        part_number=_part_number(book, brief),
        printed={d.id for d in book.divisions},
        brief=brief,
        part=book.division(brief.part),
        folios=folios,
        pages=f"pages {folios}" if "–" in folios else f"page {folios}",
        authors=", ".join(p.organization.name for p in partners if p.role == "co-author"),
        copyright=copyright_page if isinstance(copyright_page, Prose) else None,
    )
    return Html(division.id, markup, tuple(printed.texts))


@dataclass(frozen=True, slots=True)
class ProofPage:
    """A page of the proof's furniture: its dress, if it has one; its remarks, each with its distance from the head.

    Distances are in points. `shift` is how far the trimmed page stands to the right of the neutral one.
    """

    dress: Dress | None
    remarks: tuple[tuple[float, str], ...]
    shift: float


def compose_proof(
    book: Book, division: Division, pages: Sequence[ProofPage], words: str, layout: Layout, resources: Resources
) -> Html:
    """The furniture of a division of the editors' proof; `words` stand above each page, with the name of the source."""
    printed = _Printed(Pagination())
    markup = _render(
        resources,
        ["proof/furniture.html.j2"],
        edition=book.edition,
        layout=layout,
        division=None,
        furnished=division,
        part=next((d for d in book.divisions if d.id == division.part), None),
        number=_part_number(book, division),
        pages=pages,
        words=words,
        file=division.source.path if division.source else "made from the rest of the book",
        located=printed.located,
    )
    return Html(furniture_id(division.id), markup, tuple(printed.texts), artifact=True)
