"""A gathering: the sheets of one division, folded and ready to be bound. It is what is cached and what workers return.

Its PDF objects are finished but for what the rest of the book decides: the numbers of its objects, the folios that it
prints, and where its links lead. Objects count from 0, the pages first; `mark(n)` stands for a reference to object n.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from policybook.diagnostics import Problem
from policybook.sheets import Place

#: A reference to object n of the gathering, or to an object of the bound book if n is negative, before it is numbered.
MARK = re.compile(rb"\x01(-?\d+)\x02")
#: Objects of the bound book that gatherings name: the tree of pages, the root of the structure, the fonts.
PAGES, DOCUMENT, FONTS = -1, -2, -3
#: The owner of a mark that became an artifact.
NOBODY = -4
#: Digits of a glyph's code in a content stream.
CODE = 4


def mark(number: int) -> bytes:
    """A reference that binding will number."""
    return b"\x01%d\x02 0 R" % number


def renumbered(content: bytes, number: Callable[[int], int]) -> bytes:
    """The content with the numbers that its references have in the book."""
    return MARK.sub(lambda found: b"%d" % number(int(found[1])), content)


@dataclass(frozen=True, slots=True)
class FontUse:
    """What a division uses of one font.

    `key` names it in resources; `name` is the face's, without a subset's prefix. `family` and `flags` are those of its
    descriptor. `glyphs` are ids of the original file, and `characters` what they read as. `figures` tells whether it is
    the face's figures cut.
    """

    key: str
    name: str
    family: str
    flags: int
    glyphs: tuple[int, ...]
    characters: Mapping[int, str]
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A number that is printed late: where the codes of its digits stand in the content, and the codes of 0 to 9."""

    offsets: tuple[int, ...]
    codes: tuple[bytes, ...]


def print_late(content: bytes, late: Sequence[tuple[Figures, str]]) -> bytes:
    """A page's content with the late numbers in it, each of as many digits as were left room for."""
    printed = bytearray(content)
    for figures, digits in late:
        for at, digit in zip(figures.offsets, digits, strict=True):
            printed[at : at + CODE] = figures.codes[int(digit)]
    return bytes(printed)


@dataclass(frozen=True, slots=True)
class Link:
    """A link annotation: its object, its /Rect and /BS, its structure element, and where it leads.

    `anchor` is a place of the book, or empty; then `action` is the finished /A of an address, and `words` describe it.
    """

    number: int
    entries: bytes
    element: int
    anchor: str
    action: bytes = b""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its content, deflated unless numbers are printed late in it; the elements of its marks; its links.

    `late` are in the order of the content, each with its index among the numbers that the division prints.
    """

    content: bytes
    late: tuple[tuple[int, Figures], ...]
    parents: tuple[int, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Gathering:
    """The folded sheets of one division.

    `size` is how many object numbers it takes. `plain` are finished objects, `streams` finished streams with the
    entries of their dictionaries; `images` gives the digest of those streams that other divisions may hold as well.
    `resources` are the entries of the pages' resources but fonts and drawings, `drawings` those of their /XObject.
    `part` is the number of the structure element of the whole division, which binding writes, `top` are those in it;
    `ids` are the elements that have an id; `numbers` counts the numbers that are printed late. `digest` is the SHA-256
    of all this, packed.
    """

    division: str
    count: int
    anchors: Mapping[str, Place]
    language: str
    size: int
    pages: tuple[Page, ...]
    plain: tuple[tuple[int, bytes], ...]
    streams: tuple[tuple[int, bytes, bytes], ...]
    images: Mapping[int, str]
    resources: bytes
    drawings: bytes
    top: tuple[int, ...]
    ids: tuple[tuple[str, int], ...]
    fonts: tuple[FontUse, ...]
    numbers: int
    part: int
    problems: tuple[Problem, ...] = ()
    digest: str = ""


def pack(gathering: Gathering) -> bytes:
    """The gathering as bytes, the same ones for the same gathering; its problems are left out."""
    g = gathering
    places = [(name, place.sheet, place.x, place.y) for name, place in g.anchors.items()]
    pages = [
        (
            p.content,
            [(i, f.offsets, f.codes) for i, f in p.late],
            p.parents,
            [(k.number, k.entries, k.element, k.anchor, k.action, k.words) for k in p.links],
        )
        for p in g.pages
    ]
    fonts = [(f.key, f.name, f.family, f.flags, f.glyphs, sorted(f.characters.items()), f.figures) for f in g.fonts]
    fields = (
        g.division, g.count, places, g.language, g.size, pages, g.plain, g.streams, sorted(g.images.items()),
        g.resources, g.drawings, g.top, g.ids, fonts, g.numbers, g.part,
    )  # fmt: skip
    packed: bytes = msgpack.packb(fields)
    return packed


def unpack(packed: bytes) -> Gathering:
    """The gathering of bytes that `pack` made. Raises ValueError for any others."""
    try:
        fields = msgpack.unpackb(packed, use_list=False, strict_map_key=False)
        (division, count, places, language, size, pages, plain, streams, images, resources, drawings, top, ids, fonts,
         numbers, part) = fields  # fmt: skip
        return Gathering(
            division,
            count,
            {name: Place(sheet, x, y) for name, sheet, x, y in places},
            language,
            size,
            tuple(_page(*page) for page in pages),
            plain,
            streams,
            dict(images),
            resources,
            drawings,
            top,
            ids,
            tuple(_font(*use) for use in fonts),
            numbers,
            part,
            digest=hashlib.sha256(packed).hexdigest(),
        )
    except (TypeError, ValueError, msgpack.UnpackException) as error:
        raise ValueError(f"not a gathering: {error}") from error


def kept(packed: bytes | None) -> Gathering | None:
    """The gathering that a store has kept; none where it has nothing, or what it has is damaged."""
    try:
        return unpack(packed) if packed else None
    except ValueError:
        return None


Late = tuple[int, tuple[int, ...], tuple[bytes, ...]]
LinkFields = tuple[int, bytes, int, str, bytes, str]


def _font(*fields: Any) -> FontUse:
    key, name, family, flags, glyphs, characters, figures = fields
    return FontUse(key, name, family, flags, glyphs, dict(characters), figures)


def _page(content: bytes, late: tuple[Late, ...], parents: tuple[int, ...], links: tuple[LinkFields, ...]) -> Page:
    figures = tuple((index, Figures(offsets, codes)) for index, offsets, codes in late)
    return Page(content, figures, parents, tuple(Link(*fields) for fields in links))
