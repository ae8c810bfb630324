"""The pictures of the site, drawn from the edition's own data like the cover: a band of tiles for each width.

A picture has its light and its dark scheme in itself. Contrast is that of WCAG 2.2, 1.4.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from policybook.book import Book
from policybook.cover_art import Placed, Quilt, Room, placed, quilt, swatches
from policybook.cover_patterns import PATTERNS

#: The papers of the two schemes.
LIGHT, DARK = "#ffffff", "#191816"
#: What inks must reach on the dark paper, and the ink of the text there.
_CONTRAST, _LIGHT_INK = 6.5, "#efebe4"


@dataclass(frozen=True, slots=True)
class Band:
    """A picture for the head of a page: its width and its greatest height in units, and the least closing tile."""

    width: float
    height: float
    closing: float


#: For screens wider than a phone's, and for a phone's. The closing tile has room for the year at the least width.
WIDE, PHONE = Band(1440, 360, 100), Band(390, 400, 60)


def dark_inks(inks: Mapping[int, str]) -> dict[int, str]:
    """The inks for the dark scheme: a part's is mixed with white until the dark paper lets it be read; 0 is text's."""
    return {number: _lightened(color) if number else _LIGHT_INK for number, color in inks.items()}


def _lightened(color: str) -> str:
    channels = _channels(color)
    for step in range(101):
        mixed = tuple(round(value + (255 - value) * step / 100) for value in channels)
        if contrast(_hex(mixed), DARK) >= _CONTRAST:
            return _hex(mixed)
    return "#ffffff"


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in _channels(color))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def _hex(channels: Sequence[int]) -> str:
    return "#" + "".join(f"{value:02x}" for value in channels)


def tiles_of(book: Book) -> tuple[Placed, ...]:
    """The tiles of the band: the places of the book, or its briefs where it tells of none."""
    return placed(book) or swatches(book)


def words_for(book: Book) -> str:
    """What the band shows, for readers who do not see it."""
    what = "place in this book" if placed(book) else "brief"
    return f"A quilt of tiles: one for each {what}, with a pattern for each policy and a color for each part."


def patterns(book: Book) -> dict[str, str]:
    """The path of each brief's pattern, by its division, in a square of 1: the one that its places have in the band."""
    return {division.id: PATTERNS[n % len(PATTERNS)].figure for n, division in enumerate(book.briefs())}


def band_size(book: Book, band: Band) -> tuple[int, int]:
    """The width and height of a band in its own units, rounded."""
    art = _quilt(book, band)
    return round(band.width), max(1, round(art.foot - art.top))


def band_svg(book: Book, band: Band, inks: Mapping[int, str]) -> bytes:
    """A band as an SVG file of fills only; the year stands in no picture, since text must be text."""
    art = _quilt(book, band)
    width, height = art.right - art.left, art.foot - art.top
    count = max(len(inks) - 1, 1)
    shapes = [
        f'<path class="i{(tile.part - 1) % count + 1 if tile.part else 0}" d="{tile.path}"'
        f' transform="{tile.transform}"/>'
        for tile in art.tiles
    ]
    shapes += [f'<rect class="i0" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"/>' for x, y, w, h in art.closing]
    ground = f'<rect class="g" x="{art.left:g}" y="{art.top:g}" width="{width:g}" height="{height:g}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{art.left:g} {art.top:g} {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" role="img"><title>{escape(words_for(book))}</title>'
        f"<style>{_scheme(inks, LIGHT)}@media (prefers-color-scheme:dark){{{_scheme(dark_inks(inks), DARK)}}}</style>"
        f"{ground}{''.join(shapes)}</svg>\n"
    ).encode()


def _scheme(inks: Mapping[int, str], paper: str) -> str:
    return f".g{{fill:{paper}}}" + "".join(f".i{number}{{fill:{color}}}" for number, color in inks.items())


def _quilt(book: Book, band: Band) -> Quilt:
    return quilt(tiles_of(book), Room(band.width, band.height, 0, 0, band.height, band.closing))
