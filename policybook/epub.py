"""The book as an EPUB (EPUB 3.3, EPUB Accessibility 1.1): an XHTML document a division, in the order of the book.

    mimetype                 first and stored, so that the file is known by its first bytes (OCF, 4.3)
    META-INF/container.xml   where the package document is
    EPUB/package.opf         what the book says of itself, its files, their order
    EPUB/nav.xhtml           contents, landmarks, tables and figures, the pages of the print edition
    EPUB/text/<id>.xhtml     the divisions
    EPUB/images/, styles/    the cover, the figures, the one style sheet

No fonts are in it but in drawings: for text, the reader's own are the better ones. Nothing in it asks the network for
anything.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from policybook.book import Book, Brief, Division, Generated, PartOpener
from policybook.composition import compose_epub
from policybook.descriptions import metadata, outlines
from policybook.epub_cover import cover
from policybook.epub_pages import Page, with_pages
from policybook.index import IN_COLUMNS, directory, law_table
from policybook.pagination import Matter, Pagination
from policybook.picture_fonts import by_itself
from policybook.resources import Resources
from policybook.settling import COVER
from policybook.sheets import Outline

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_XHTML, _SVG = "application/xhtml+xml", "image/svg+xml"
_MEDIA_TYPES = {".svg": _SVG, ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
#: What a unit of the book is, as epub:type (Structural Semantics 1.1) and as a role (DPUB-ARIA 1.1), by its id.
_MEANT = {
    "cover": ("cover", ""),
    "half-title": ("halftitlepage", ""),
    "title-page": ("titlepage", ""),
    "copyright": ("copyright-page", ""),
    "preface": ("preface", "doc-preface"),
    "foreword": ("foreword", "doc-foreword"),
    "introduction": ("introduction", "doc-introduction"),
    "thanks": ("acknowledgments", "doc-acknowledgments"),
    "contents": ("toc", "doc-toc"),
    "glossary": ("", "doc-glossary"),
    "places": ("index", "doc-index"),
    "subjects": ("index", "doc-index"),
    "afterword": ("afterword", "doc-afterword"),
    "colophon": ("colophon", "doc-colophon"),
}
#: What reading systems offer to jump to, by epub:type, beside the start of the text (EPUB 3.3, 7.4.3).
_LANDMARKS = ("cover", "titlepage", "toc", "glossary", "index")
_FEATURES = (
    "alternativeText",
    "ARIA",
    "displayTransformability",
    "readingOrder",
    "structuralNavigation",
    "tableOfContents",
    "unlocked",
)
_SUMMARY = (
    "All text is real text in reading order, with headings, lists, tables with header cells, and language. Notes are "
    "linked from their marks and lead back. Pictures have a text alternative. Text takes the font, the size and the "
    "colors that the reader has set, and no meaning rests on color alone."
)
_PAGED = (
    " A page list leads to the pages of the print edition: a page begins at the paragraph, heading, table row or index "
    "entry that is nearest to its beginning in print, as far as that is known. Pages that are blank in print are not "
    "listed."
)


@dataclass(frozen=True, slots=True)
class Semantics:
    """What a division is: its epub:type and its role, either of which may be empty."""

    type: str
    role: str


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the publication: its id in the manifest, its name below EPUB/, its media type, its bytes."""

    id: str
    name: str
    media_type: str
    content: bytes
    properties: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents, with those below it."""

    title: str
    anchor: str
    below: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that reading systems offer to jump to."""

    type: str
    title: str
    anchor: str


def epub(book: Book, pagination: Pagination, resources: Resources, cover_png: bytes = b"") -> bytes:
    """The EPUB of a book, whose `pagination` is that of the print edition.

    `cover_png` is a picture of the cover for the libraries that show no SVG; without it, the SVG is the one named.
    Raises ContentError (LAYT001) where a template is at fault.
    """
    pictures = _pictures(book)
    divisions, pages = _divisions(book, pagination, resources, {name: item.name for name, item in pictures.items()})
    shared: dict[str, object] = {"edition": book.edition, "book": book}
    navigation = compose_epub(
        ["nav.xhtml"], resources, **shared, contents=_contents(book), landmarks=tuple(_landmarks(book)), pages=pages
    )
    style = compose_epub(["epub.css"], resources)
    items = (
        Item("nav", "nav.xhtml", _XHTML, navigation.encode(), "nav"),
        Item("style", "styles/epub.css", "text/css", style.encode()),
        *_covers(book, resources, cover_png),
        *(Item(p.id, f"images/{p.name}", p.media_type, p.content) for p in pictures.values()),
        *divisions,
    )
    package = compose_epub(
        ["package.opf"],
        resources,
        **shared,
        identifier=_identifier(book),
        metadata=metadata(book),
        features=sorted((*_FEATURES, *_indexed(book), *(("pageBreakMarkers", "pageNavigation") if pages else ()))),
        summary=_SUMMARY + (_PAGED if pages else ""),
        pages=pages,
        items=items,
        spine=[item.id for item in divisions],
    )
    return _zipped(package, items)


def semantics(division: Division) -> Semantics:
    """What a division is."""
    if isinstance(division.content, PartOpener):
        return Semantics("part", "doc-part")
    if isinstance(division.content, Brief):
        return Semantics("chapter", "doc-chapter")
    return Semantics(*_MEANT.get(division.id, ("", "")))


def _divisions(
    book: Book, pagination: Pagination, resources: Resources, pictures: Mapping[str, str]
) -> tuple[tuple[Item, ...], tuple[Page, ...]]:
    """The documents of all divisions in order, and the pages that begin in them."""
    items: list[Item] = []
    pages: list[Page] = []
    numbers = {d.id: d.content.number for d in book.divisions if isinstance(d.content, PartOpener)}
    for division in book.divisions:
        document = compose_epub(
            _templates(division),
            resources,
            book=book,
            edition=book.edition,
            division=division,
            content=division.content,
            semantics=semantics(division),
            part_number=numbers.get(division.part or division.id, 0),
            printed={d.id for d in book.divisions},
            folio=lambda anchor: str(pagination.folio(anchor)),
            pictures=pictures,
            index=_index(book, division, pagination),
        )
        marked, begun = (document, ()) if division.id == COVER else with_pages(document, division, pagination)
        properties = "svg" if "<svg " in marked else ""
        items.append(Item(f"d-{division.id}", f"text/{division.id}.xhtml", _XHTML, marked.encode(), properties))
        pages += begun
    return tuple(items), tuple(pages)


def _templates(division: Division) -> tuple[str, ...]:
    """The templates that a division may have, first choice first: its own, and that of written units."""
    own = division.template.removesuffix(".html.j2") + ".xhtml"
    return (own,) if isinstance(division.content, (Generated, Brief, PartOpener)) else (own, "prose.xhtml")


def _index(book: Book, division: Division, pagination: Pagination) -> object:
    """What a division that is made of locators is made from, or None."""
    made = {**IN_COLUMNS, "laws": law_table, "directory": directory}.get(division.id)
    return made(book, pagination) if made and isinstance(division.content, Generated) else None


def _contents(book: Book) -> list[Entry]:
    """The contents as a tree: units and parts, the briefs of a part, the sections of a text."""
    top: list[Entry] = []
    open_lists: list[tuple[int, list[Entry]]] = [(0, top)]
    listed = [*outlines(book)] or [Outline(1, d.title, d.id) for d in book.divisions]
    for outline in listed:
        while open_lists[-1][0] >= outline.level:
            open_lists.pop()
        entry = Entry(outline.title, outline.anchor)
        open_lists[-1][1].append(entry)
        open_lists.append((outline.level, entry.below))
    return top


def _landmarks(book: Book) -> Iterator[Landmark]:
    body = False
    for division in book.divisions:
        type_ = "glossary" if division.id == "glossary" else semantics(division).type
        if type_ in _LANDMARKS:
            yield Landmark(type_, division.title, division.id)
        if division.matter is Matter.BODY and not body:
            body = True  # the first one alone
            yield Landmark("bodymatter", "Start of the text", division.id)


def _indexed(book: Book) -> tuple[str, ...]:
    return ("index",) if any(semantics(d).type == "index" for d in book.divisions) else ()


def _identifier(book: Book) -> str:
    """A UUID of version 8 (RFC 9562, 5.8) for the EPUB of the edition: the ISBN is that of the print edition."""
    edition = book.edition
    digest = hashlib.sha256(f"EPUB {edition.title} {edition.edition} {edition.isbn}".encode()).hexdigest()
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def _covers(book: Book, resources: Resources, png: bytes) -> tuple[Item, ...]:
    """The cover's pictures; the raster one, if there is one, is what libraries show (EPUB 3.3, 5.6.4)."""
    svg = compose_epub(["cover.svg"], resources, edition=book.edition, cover=cover(book)).encode()
    drawn = Item("cover-svg", "images/cover.svg", _SVG, svg, "" if png else "cover-image")
    return (drawn, Item("cover-png", "images/cover.png", "image/png", png, "cover-image")) if png else (drawn,)


def _pictures(book: Book) -> dict[str, Item]:
    """The pictures of figures, by the names that figures call them by; in the EPUB they have the figures' numbers."""
    found: dict[str, Item] = {}
    for figure in book.figures:
        suffix = PurePosixPath(figure.image).suffix.lower()
        content = book.images[figure.image]
        if figure.image not in found:
            name = f"figure-{figure.number}{suffix}"
            content = by_itself(content) if suffix == ".svg" else content
            found[figure.image] = Item(f"figure-{figure.number}", name, _MEDIA_TYPES[suffix], content)
    return found


def _zipped(package: str, items: Sequence[Item]) -> bytes:
    """The container (OCF 3.3): the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _add(archive, "META-INF/container.xml", _CONTAINER.encode())
        _add(archive, "EPUB/package.opf", package.encode())
        for item in items:
            _add(archive, f"EPUB/{item.name}", item.content)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = method
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
