"""The site of the shipped edition for tests, with what there is to download, and a guess at where pages begin."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from policybook.book import Book
from policybook.pagination import Folio, Pagination
from policybook.resources import find_resources
from policybook.store import MemoryStore
from policybook.web import Publication, web_site
from policybook.web_site import Download

ROOT = Path(__file__).parents[2]
EDITION = ROOT / "content" / "2026"
RESOURCES = find_resources(ROOT)
#: What stands beside the site, by its path in the edition's folder.
FILES: Mapping[str, bytes] = MappingProxyType(
    {"screen.pdf": b"%PDF the book", "briefs/minimum-wage.pdf": b"%PDF a brief", "book.epub": b"PK"}
)
_SAID = {"screen.pdf": ("PDF/UA-1", "The book"), "book.epub": ("EPUB 3", "The book as an EPUB")}
DOWNLOADS = tuple(
    Download(
        path,
        len(content),
        hashlib.sha256(content).hexdigest(),
        12 if path == "screen.pdf" else 0,
        *_SAID.get(path, ("PDF/UA-1", "Local Minimum Wage")),
    )
    for path, content in FILES.items()
)
#: Fonts are the same in every test.
_FONTS = MemoryStore()
_ID = re.compile(r' id="([^"]+)"')


def site_of(
    book: Book, pagination: Pagination | None = None, publication: Publication | None = None
) -> dict[str, bytes]:
    """The files of the book's site by their paths."""
    products = web_site(
        book, pagination or Pagination(), DOWNLOADS, RESOURCES, publication or Publication(), cache=_FONTS
    )
    return {product.path: product.content for product in products}


def some_pagination(book: Book) -> Pagination:
    """A page for every tenth place of each text: not where the layout has them, but in the same order."""
    pages = [content.decode() for path, content in site_of(book).items() if path.endswith(".html")]
    ids = [id for page in pages for id in _ID.findall(page)]
    folios: dict[str, Folio] = {}
    number = 1
    for division in book.divisions:
        places = [id for id in ids if id.partition(".")[0] == division.id]
        folios |= {id: Folio(True, number + place // 10) for place, id in enumerate(places)}
        number += len(places) // 10 + 1
    return Pagination(folios)
