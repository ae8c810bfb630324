"""A small book block for tests: three divisions on six leaves, really laid out and folded, with furniture of their own.

Nothing here is taken from the book's styles or templates, so that what binding does can be reckoned in the head.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from policybook.binding import BookBlock, View, bind
from policybook.book import Book
from policybook.composition import compose_furniture, compose_style
from policybook.crew import Alone
from policybook.folding import fold
from policybook.fonts import font_css, pdf_fonts
from policybook.furniture import dresses
from policybook.gathering import Gathering
from policybook.geometry import Geometry
from policybook.makeup import book_block
from policybook.pagination import Folio
from policybook.pipeline import check
from policybook.resources import find_resources
from policybook.settling import Settled, settle
from policybook.sheets import Html, Layout, Leaf, Metadata, Outline, Sheets
from policybook.store import MemoryStore
from policybook.typesetting import Copy, lay_out, make_kit
from policybook.workshop import Workshop
from tests.conftest import ROOT

GEOMETRY = Geometry(
    trim_width=504,
    trim_height=720,
    bleed=9,
    margin_top=60,
    margin_foot=78,
    margin_inner=54,
    margin_outer=45,
    baseline=13.5,
)
METADATA = Metadata(
    title="Laws & Places",
    author="The Editors",
    subject="Three <small> divisions",
    keywords=("law", "place"),
    language="en-US",
    date="2026-02-03T00:00:00Z",
)
PAPER = "background: #f4f1ea"
STYLE = """
@page { size: 504pt 720pt; bleed: 13.5pt; margin: 60pt 49.5pt 78pt; background: #f4f1ea }
body { font: 10pt/13.5pt "Book Serif"; margin: 0 } a { color: inherit }
ul { list-style-type: disc } th, figcaption { font-family: "Book Sans"; font-weight: 600 }
.small { font-variant-caps: small-caps } .old { font-variant-numeric: oldstyle-nums }
.note { float: footnote; font-size: 8pt } .faint { opacity: 0.5 } .next { break-before: page }
b i { font-weight: 600 } .more::after { content: ": see there" }
.late { font-stretch: semi-condensed; font-variant-numeric: oldstyle-nums tabular-nums; font-kerning: none }
"""
FRONT = """
<h1 id="front">Contents</h1>
<p><a href="book:laws">Laws of the <span class="small">Five Cities</span></a> <a href="#front.end">below</a></p>
<p><a class="more" href="book:places.table">The table</a> <a href="https://example.org/law">a page of the web</a></p>
<p id="front.end">No.\u00a07 on page <span class="late">00</span></p>
"""
LAWS = """
<h1 id="laws">Laws</h1>
<p>In <span class="old">1987</span> the office \u201cfiled\u201d its <i>first <b>ordinance</b></i>, A\u00c9\u00f6 with
<b>bold</b><span class="note">A note of the foot, on the office.</span> words.</p>
<ul><li>One<ul><li>One and a half</li></ul></li><li>Two</li></ul>
<table><caption>Cities</caption><thead><tr><th>City</th><th>Year</th></tr></thead>
<tbody><tr><td>Ashby</td><td>1987</td></tr><tr><td>Corby</td><td>1990</td></tr></tbody></table>
<p class="next faint" id="laws.half">Half of it <a href="#laws">first page</a>, <a href="book:front">front</a>.</p>
<figure><img alt="A blue field" style="width: 60pt" src="SRC"><figcaption>Blue</figcaption></figure>
<p id="laws.end"><b><i>The end.</i></b></p>
"""
PLACES = """
<h1 id="places">Places</h1>
<table id="places.table"><thead><tr><th>Place</th><th>State</th></tr></thead>
<tbody><tr><td>Ashby, 2014</td><td>MA</td></tr><tr><td>Derby</td><td>CT</td></tr></tbody></table>
<figure><img alt="The same blue field" style="width: 90pt" src="SRC"><figcaption>Again</figcaption></figure>
<p><a href="book:laws.half">half</a> <a href="mailto:editors@example.org">write</a></p>
<svg width="40" height="40"><title>A red square</title><rect width="30" height="30" fill="red"/></svg>
"""
#: Furniture of two kinds: with a head, a rule and a roman folio; with nothing but a late arabic one.
ROMAN_HEAD = """
<section><p style="position: absolute; top: -30pt; left: 0">The Laws <i>2026</i></p>
<p style="margin-top: 540pt" class="faint">iii</p></section>
"""
ARABIC_FOLIO = '<section><p style="margin-top: 540pt" class="late">00</p></section>'


def picture(color: tuple[int, int, int] = (20, 90, 200)) -> str:
    """The address of a small picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (24, 12), color).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def page(division: str, body: str, *late: str, lang: str = "en-US") -> Html:
    """The markup of a division that prints these late; `SRC` in the body is the address of a picture."""
    markup = f"<html lang={lang}><title>{division}</title><body>{body.replace('SRC', picture())}"
    return Html(division, markup, tuple((f"place {number}", text) for number, text in enumerate(late)))


def laid(html: Html, style: str = STYLE, *, tagged: bool = True, images: Mapping[str, bytes] | None = None) -> Sheets:
    """The sheets of a division, in these styles."""
    kit = make_kit(font_css() + style, {}, GEOMETRY.trim_height)
    return lay_out(kit, Copy(replace(html, artifact=not tagged), images or {}))


def folded(html: Html, style: str = STYLE, *, tagged: bool = True) -> Gathering:
    """The gathering of a division, in these styles."""
    return fold(laid(html, style, tagged=tagged), html.numbers, pdf_fonts())


def gathering(division: str, body: str, *late: str, lang: str = "en-US") -> Gathering:
    """The gathering of a body that prints these late."""
    return folded(page(division, body, *late, lang=lang))


def overlay(division: str, body: str, *late: str) -> Gathering:
    """The gathering of a division's furniture."""
    return folded(page(division, body, *late), STYLE.replace(PAPER, ""), tagged=False)


BODIES = {"front": page("front", FRONT, "15"), "laws": page("laws", LAWS), "places": page("places", PLACES)}


@cache
def divisions() -> dict[str, Gathering]:
    """The gatherings of the three divisions."""
    return {division: folded(html) for division, html in BODIES.items()}


@cache
def furniture() -> dict[str, Gathering]:
    """The furniture of the three divisions."""
    overlays = {"front": overlay("front", ROMAN_HEAD)}
    return overlays | {division: overlay(division, ARABIC_FOLIO, "00") for division in ("laws", "places")}


@cache
def block() -> BookBlock:
    """Three divisions on six leaves, two of them blank."""
    assert [gathering.count for gathering in divisions().values()] == [1, 2, 1]
    return BookBlock(
        leaves=(
            Leaf("front", 0, Folio(arabic=False, number=3), verso=False, furniture=0),
            Leaf("front", None, Folio(arabic=False, number=4), verso=True),
            Leaf("laws", 0, Folio(arabic=True, number=11), verso=False),
            Leaf("laws", 1, Folio(arabic=True, number=12), verso=True, furniture=0),
            Leaf("places", 0, Folio(arabic=True, number=15), verso=False, furniture=0),
            Leaf("places", None, Folio(arabic=True, number=16), verso=True),
        ),
        gatherings=divisions(),
        furniture=furniture(),
        late={"front": ("15",), "laws": (), "places": ()},
        outlines=(
            Outline(1, "Contents", "front"),
            Outline(1, "Laws", "laws"),
            Outline(2, "Half", "laws.half"),
            Outline(3, "The end", "laws.end"),
            Outline(2, "The end again", "laws.end"),
            Outline(1, "Places", "places"),
        ),
        titles={"laws": "The laws of the cities", "places.table": "Table 1. Places"},
        metadata=METADATA,
        geometry=GEOMETRY,
        fonts=pdf_fonts(),
    )


def bound(of: BookBlock, view: View = View()) -> bytes:  # noqa: B008 - a View is frozen
    """The bound book, with nothing kept from before."""
    return bind(of, MemoryStore(), view)


@cache
def whole() -> bytes:
    """The block, bound."""
    return bound(block())


# --- reading ----------------------------------------------------------------------------------------------------------


def opened(pdf: bytes) -> pikepdf.Pdf:
    """A finished file, which must not need repair."""
    return pikepdf.open(io.BytesIO(pdf), attempt_recovery=False)


def texts(pdf: bytes) -> list[str]:
    """The text of each page, as pdfium extracts it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def drawn(pdf: bytes) -> list[Image.Image]:
    """A picture of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=2).to_pil() for page in document]


def elements(top: Any) -> Iterator[Any]:
    """A structure element and those below it, in the order of the tree."""
    yield top
    for kid in top.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid)


def tree(pdf: pikepdf.Pdf) -> list[Any]:
    """All structure elements of a file, in order."""
    return list(elements(pdf.Root.StructTreeRoot.K[0]))


def annotations(pdf: pikepdf.Pdf) -> list[Any]:
    """All annotations of a file, in the order of its pages."""
    return [annotation for page in pdf.pages for annotation in page.obj.get("/Annots", [])]


# --- the sample -------------------------------------------------------------------------------------------------------


@cache
def sample() -> tuple[Book, Settled, BookBlock]:
    """The small invented edition, from its content folder to what is bound."""
    book, resources = check(ROOT / "tests" / "sound" / "content" / "sample")[1], find_resources(ROOT)
    layout = Layout("standard", book.edition.page.geometry())
    kit = make_kit(compose_style(layout, resources), resources.sheets(), layout.geometry.trim_height)
    workshop = Workshop(kit, book.images, Alone(), MemoryStore())

    def furnish(leaves: Sequence[Leaf]) -> dict[str, Html]:
        worn = dresses(leaves).items()
        return {id: compose_furniture(book, book.division(id), of, layout, resources) for id, of in worn}

    settled = settle(book, layout, workshop.gatherings, resources, furnish=furnish)
    return book, settled, book_block(book, settled, layout)


@cache
def sample_bound() -> bytes:
    """The sample, bound."""
    return bound(sample()[2])
