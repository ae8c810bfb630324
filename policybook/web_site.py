"""What the pages of the site have in common: the book, the downloads, and where each anchor of the book stands.

Paths are those inside the site's folder; links are relative, so that the site works from a file, from any server and
below any address.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from policybook.book import Book, Brief, Division, Prose
from policybook.pagination import Folio, Pagination
from policybook.resources import Resources

#: The site's own folder in the folder of the edition, and the way back.
FOLDER, TO_EDITION = "web/", "../"
#: What the first page tells, in this order, where the edition has it.
ON_FIRST_PAGE = ("letter", "thanks", "about")
#: Divisions that are made of the book, and the pages that stand for them.
_MADE = {
    "places": "places.html",
    "subjects": "topics.html",
    "glossary": "book/glossary.html",
    "directory": "book/directory.html",
    "laws": "book/laws.html",
}
_SIZES = ("bytes", "KB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class Download:
    """A finished file to download: its path in the edition's folder, its size in bytes, its SHA-256 in hexadecimal.

    `pages` is 0 where there are none, `standard` is what it conforms to, or an empty string, `title` what it is called.
    """

    path: str
    bytes: int
    sha256: str
    pages: int
    standard: str
    title: str

    @property
    def format(self) -> str:
        """PDF, EPUB: what the name ends in."""
        return PurePosixPath(self.path).suffix.lstrip(".").upper()

    @property
    def size(self) -> str:
        """The size as it is read: 1.1 MB, in steps of 1000."""
        amount, unit = float(self.bytes), 0
        while round(amount, unit > 1) >= 1000 and unit + 1 < len(_SIZES):
            amount, unit = amount / 1000, unit + 1
        return f"{amount:.1f} {_SIZES[unit]}" if unit > 1 else f"{amount:.0f} {_SIZES[unit]}"


@dataclass(frozen=True, slots=True)
class Site:
    """The site: `address` is where it will stand, such as `https://example.org/book/`, or empty if nobody knows.

    `pages` maps divisions to the paths of the pages that show them.
    """

    book: Book
    pagination: Pagination
    downloads: tuple[Download, ...]
    resources: Resources
    address: str
    pages: Mapping[str, str]

    def link(self, page: str, target: str) -> str:
        """The relative address of a path of the edition's folder or of the site (`web/…`), from a page of the site."""
        return posixpath.relpath(target, posixpath.dirname(FOLDER + page))

    def href(self, page: str, anchor: str) -> str:
        """The relative address of an anchor of the book, from a page of the site. Raises KeyError if it is nowhere."""
        target = self.pages[anchor.partition(".")[0]]
        return f"#{anchor}" if target == page else f"{self.link(page, FOLDER + target)}#{anchor}"

    def absolute(self, page: str) -> str:
        """The full address of a page, or an empty string where the site's is not known."""
        return self.address + page if self.address else ""

    def of_brief(self, division: str) -> tuple[Download, ...]:
        """The downloads that are one brief: `briefs/<id>.pdf`."""
        return tuple(d for d in self.downloads if _brief_of(d) == division)

    def of_book(self) -> tuple[Download, ...]:
        """The downloads that are the whole book."""
        return tuple(download for download in self.downloads if not _brief_of(download))

    def written(self) -> Iterator[Division]:
        """Front and back matter that somebody wrote and that has a page of its own."""
        for division in self.book.divisions:
            if isinstance(division.content, Prose) and division.id not in ON_FIRST_PAGE:
                yield division

    def first(self) -> tuple[Division, ...]:
        """What the first page tells, in its order."""
        found = {division.id: division for division in self.book.divisions if isinstance(division.content, Prose)}
        return tuple(found[id] for id in ON_FIRST_PAGE if id in found)


def make_site(
    book: Book, pagination: Pagination, downloads: Iterable[Download], resources: Resources, address: str
) -> Site:
    """The site of a book."""
    pages = {division.id: _page(division) for division in book.divisions}
    slash = "" if not address or address.endswith("/") else "/"
    return Site(book, pagination, tuple(downloads), resources, address + slash, pages)


def _page(division: Division) -> str:
    if isinstance(division.content, Brief):
        return f"briefs/{division.id}.html"
    if isinstance(division.content, Prose):
        return "index.html" if division.id in ON_FIRST_PAGE else f"book/{division.id}.html"
    return _MADE.get(division.id, "index.html")


def _brief_of(download: Download) -> str:
    path = PurePosixPath(download.path)
    return path.stem if path.parent.name == "briefs" else ""


class PageMarks:
    """Says where a printed page is first met: the folio at the first anchor that stands on another page than the last.

    It is asked for the anchors of a page of the site in the order of the text. Between two anchors nobody knows where a
    page ends, so a mark stands on its page for certain, and not always at its first word.
    """

    def __init__(self, pagination: Pagination) -> None:
        self._pagination = pagination
        self._last: Folio | None = None

    def __call__(self, anchor: str) -> str:
        """The folio to print beside the anchor, or an empty string."""
        folio = self._pagination.folios.get(anchor)
        if folio is None or (self._last is not None and folio <= self._last):
            return ""
        self._last = folio
        return str(folio)
