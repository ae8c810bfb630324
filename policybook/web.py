"""The site: the announcement of the edition, where it is downloaded, and every brief as a page.

Static files: no server, no framework, no request to anybody else. It works from a file. Scripts do nothing but search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from policybook.book import Book, Division, Generated, Prose
from policybook.composition import compose_web, inks
from policybook.delivery import Product
from policybook.diagnostics import MachineError
from policybook.edition import Edition
from policybook.pagination import Pagination
from policybook.resources import Resources, find_file
from policybook.store import Cache
from policybook.text import Paragraph, plain
from policybook.web_art import PHONE, WIDE, band_size, band_svg, dark_inks, patterns, words_for
from policybook.web_fonts import font_rules, fonts
from policybook.web_index import laws, organizations, places, topics
from policybook.web_metadata import book_data, brief_data, feed
from policybook.web_pictures import drawing
from policybook.web_search import search_index
from policybook.web_site import FOLDER, Download, PageMarks, Site, make_site

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Publication:
    """What is known of the site's place in the world.

    `address` is where the folder `web/` will stand on the web, or an empty string: only with it can the links be whole
    that other services follow. `earlier` are editions that the feed also names, each with its folder beside this one's.
    `card` is a PNG of 1200 by 630 for services that show links, or nothing.
    """

    address: str = ""
    earlier: tuple[tuple[str, Edition], ...] = ()
    card: bytes = b""


def web_site(
    book: Book,
    pagination: Pagination,
    downloads: Sequence[Download],
    resources: Resources,
    publication: Publication = Publication(),
    cache: Cache | None = None,
) -> tuple[Product, ...]:
    """The files of the site, their paths starting with `web/`; `downloads` are those of the edition's folder.

    Raises ContentError where a template is at fault, MachineError where a file of policybook is missing.
    """
    card = publication.card
    site = make_site(book, pagination, downloads, resources, publication.address)
    pages = {path: _finished(html) for path, html in _pages(site, card=bool(card))}
    files = {path: html.encode() for path, html in pages.items()}
    files["site.css"] = _style(resources).encode()
    files["site.js"] = _resource(resources, "web/site.js")
    files["search-index.js"] = search_index(site)
    files["feed.xml"] = feed(site, publication.earlier)
    files["header-wide.svg"] = band_svg(book, WIDE, _inks(resources))
    files["header-phone.svg"] = band_svg(book, PHONE, _inks(resources))
    files |= _faces_and_pictures(book, pages.values(), cache)
    if card:
        files["card.png"] = card
    return tuple(Product(FOLDER + path, content) for path, content in sorted(files.items()))


def _faces_and_pictures(book: Book, pages: Iterable[str], cache: Cache | None) -> dict[str, bytes]:
    """The faces, with the characters of the pages, and the figures."""
    pictures = {name: book.images[name] for name in sorted({figure.image for figure in book.figures})}
    faces = fonts("".join(unescape(_TAG.sub("", markup)) for markup in pages), cache)
    return {f"fonts/{name}": content for name, content in faces} | {
        f"images/{name}": drawing(name, content) if name.lower().endswith(".svg") else content
        for name, content in pictures.items()
    }


def _pages(site: Site, *, card: bool) -> Iterator[tuple[str, str]]:
    """Every page of the site by its path."""
    book = site.book
    bands = {name: band_size(book, band) for name, band in (("wide", WIDE), ("phone", PHONE))}
    data = book_data(site, card=card)
    yield _page(
        site,
        "index.html",
        "index",
        card=card,
        data=data,
        bands=bands,
        alt=words_for(book),
        patterns=patterns(book),
        introduction=_introduction(site),
    )
    briefs = book.briefs()
    for number, division in enumerate(briefs):
        yield _page(
            site,
            site.pages[division.id],
            "brief",
            division,
            card=card,
            data=brief_data(site, division),
            before=briefs[number - 1] if number else None,
            after=briefs[number + 1] if number + 1 < len(briefs) else None,
        )
    for division in site.written():
        yield _page(site, site.pages[division.id], "prose", division, card=card)
    yield _page(site, "places.html", "places", card=card, groups=places(site))
    yield _page(site, "topics.html", "topics", card=card, groups=topics(site))
    yield _page(site, "accessibility.html", "accessibility", card=card)
    made = {"glossary": lambda _: (), "directory": organizations, "laws": laws}
    for division in book.divisions:
        if isinstance(division.content, Generated) and division.id in made:
            rows = made[division.id](site)
            yield _page(site, site.pages[division.id], division.id, division, card=card, rows=rows)


#: The end of a first sentence: behind a word, so that initials and titles such as “St.” end none.
_SENTENCE = re.compile(r".*?(?:[a-z]{3,}|\d{2,})[.!?](?=\s|$)", re.DOTALL)


def _introduction(site: Site) -> str:
    """What the network is, in the first sentence of the edition's own account of it."""
    about = next((division for division in site.first() if division.id == "about"), None)
    if about is None or not isinstance(about.content, Prose) or not about.content.sections:
        return ""
    first = next((b for b in about.content.sections[0].blocks if isinstance(b, Paragraph)), None)
    words = " ".join(plain(first.inlines).split()) if first else ""
    sentence = _SENTENCE.match(words)
    return sentence[0] if sentence else words


def _page(
    site: Site, path: str, template: str, division: Division | None = None, /, **values: object
) -> tuple[str, str]:
    """A page by its path; `division` is the text that it shows, if it shows one."""
    html = compose_web(
        template,
        site.resources,
        site=site,
        book=site.book,
        edition=site.book.edition,
        path=path,
        division=division,
        content=division.content if division else None,
        href=lambda anchor: site.href(path, anchor),
        link=lambda target: site.link(path, FOLDER + target),
        file=lambda target: site.link(path, target),
        page_mark=PageMarks(site.pagination),
        printed={d.id for d in site.book.divisions},
        **{"data": None, **values},
    )
    return path, html


def _finished(html: str) -> str:
    """The markup without lines of nothing but white space."""
    return "\n".join(line for line in html.splitlines() if line.strip()) + "\n"


def _inks(resources: Resources) -> dict[int, str]:
    """The parts' inks, as tokens.css has them."""
    return inks(_resource(resources, "tokens.css").decode())


def _style(resources: Resources) -> str:
    """The one style sheet: faces, the inks of both schemes, the rules."""
    light = _inks(resources)
    parts = "".join(f'[data-part="{number}"]{{--accent:var(--ink-{number})}}\n' for number in light if number)
    return (
        f"{font_rules()}:root{{{_inks_css(light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_inks_css(dark_inks(light))}}}}}\n"
        f"{parts}{_resource(resources, 'web/site.css').decode()}"
    )


def _inks_css(colors: dict[int, str]) -> str:
    return ";".join(f"--ink-{number}:{color}" for number, color in sorted(colors.items()))


def _resource(resources: Resources, name: str) -> bytes:
    """A file of styles/. Raises MachineError if there is none."""
    path = find_file(resources.styles, name)
    if path is None:
        raise MachineError(f"policybook's own styles/{name} is missing", "install policybook again")
    return path.read_bytes()
