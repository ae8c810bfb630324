"""The cover's measures: back, spine and front as one wrap, and the facts by which a stale cover is found.

All lengths are in points; the origin is the lower left of the wrap's trim, which is back, spine and front side by side.

    ┌───────────────┬───┬───────────────┐
    │     back      │ s │     front     │
    │        ┌────┐ │ p │               │
    │        │|||||│ │   │               │
    └───────────────┴───┴───────────────┘
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields

from policybook.edition import Edition
from policybook.geometry import Box, Geometry, points
from policybook.printer import Binding, Printer, Stock

#: How far the spine's ink runs over both folds, so that a fold that is off by a little doesn't show.
HINGE = 27.0
#: Where the words and the tiles of the front start, from the fold; styles/components/cover.css has it too.
FRONT_LEFT = 54.0
#: From the right edge of the front to its words, and from its right edge and its foot to the year; or the safe area.
FRONT_RIGHT, YEAR_INSET = 27.0, 20.0
#: From the trim, from the spine's ink the distance of the back's words.
MARGIN = 36.0
#: Between columns of the back, and between its foot and the barcode.
GAP = 18.0
#: Where the barcode may stand: room for an EAN-13 with its price at full size (ISO/IEC 15420, ANSI/GS1) and its ISBN.
BARCODE_WIDTH, BARCODE_HEIGHT = 2.3 * 72, 1.25 * 72
#: Of the size of Source Sans, its ascent and descent, which preflight measures; its capitals stand in their middle.
TYPE_HEIGHT = 1.257
#: What a line's letters may rise over it: the most of the distance of words beyond the safe area.
_RISE = 6.0
#: The least type on a spine: white letters in an ink that is smaller fill in on the press (GWG 2022 R0016).
LEAST_SPINE_TYPE = 8.0
#: The largest type on a spine, in points.
MOST_SPINE_TEXT = 20.0


@dataclass(frozen=True, slots=True)
class Wrap:
    """The cover's measures. `spine_text` tells whether type may stand on the spine, `spine_clearance` its distance.

    `safe_area` is the least distance of live matter from the trim and from the folds.
    """

    trim_width: float
    trim_height: float
    spine_width: float
    bleed: float
    safe_area: float
    spine_clearance: float
    spine_text: bool

    @property
    def width(self) -> float:
        """The width of the whole wrap, trimmed."""
        return 2 * self.trim_width + self.spine_width

    @property
    def trim(self) -> Box:
        """The whole wrap, trimmed: the TrimBox."""
        return Box(0, 0, self.width, self.trim_height)

    @property
    def sheet(self) -> Box:
        """The whole wrap with its bleed: the BleedBox."""
        return self.trim.grown(self.bleed)

    @property
    def back(self) -> Box:
        """The back panel, from the trim to the fold."""
        return Box(0, 0, self.trim_width, self.trim_height)

    @property
    def spine(self) -> Box:
        """The spine, from fold to fold."""
        return Box(self.trim_width, 0, self.trim_width + self.spine_width, self.trim_height)

    @property
    def front(self) -> Box:
        """The front panel, from the fold to the trim."""
        return Box(self.trim_width + self.spine_width, 0, self.width, self.trim_height)

    @property
    def back_safe(self) -> Box:
        """Where live matter of the back stands."""
        return self.back.grown(-self.safe_area)

    @property
    def front_safe(self) -> Box:
        """Where live matter of the front stands."""
        return self.front.grown(-self.safe_area)

    @property
    def spine_safe(self) -> Box:
        """Where type of the spine stands; of no width where the clearances meet."""
        inset = min(self.spine_clearance, self.spine_width / 2)
        spine = self.spine
        return Box(spine.left + inset, self.safe_area, spine.right - inset, self.trim_height - self.safe_area)

    @property
    def spine_size(self) -> float:
        """The size of type on the spine: what fits between the clearances, in quarters of a point; 0 for none."""
        room = (self.spine_safe.right - self.spine_safe.left) / TYPE_HEIGHT
        return min(int(room * 4 + 1e-6) / 4, MOST_SPINE_TEXT) if self.spine_text else 0.0

    @property
    def margin(self) -> float:
        """The distance of the back's words from the trim and from the spine's ink."""
        return max(MARGIN, self.safe_area + _RISE)

    @property
    def front_right(self) -> float:
        """From the right edge of the front to its words."""
        return max(FRONT_RIGHT, self.safe_area)

    @property
    def year_inset(self) -> float:
        """From the right edge and the foot of the front to the year."""
        return max(YEAR_INSET, self.safe_area)

    @property
    def barcode(self) -> Box:
        """The place of the barcode: at the back's foot, on the side of the spine."""
        right = self.trim_width - HINGE - self.margin
        width = min(BARCODE_WIDTH, right - self.margin)
        return Box(right - width, self.margin, right, self.margin + BARCODE_HEIGHT)

    def geometry(self) -> Geometry:
        """The wrap as a page without margins, for the layout."""
        return Geometry(
            trim_width=self.width,
            trim_height=self.trim_height,
            bleed=self.bleed,
            margin_top=0,
            margin_foot=0,
            margin_inner=0,
            margin_outer=0,
            baseline=13,
        )


def make_wrap(geometry: Geometry, printer: Printer, stock: Stock, pages: int) -> Wrap:
    """The wrap of a book of so many pages, the blanks of the last signature included, on that stock.

    A saddle-stitched booklet has no spine.
    """
    cover = printer.cover
    spine = 0.0 if cover.binding is Binding.SADDLE else printer.spine_width(pages, stock)
    clearance = points(cover.spine_text_clearance)
    printed = pages >= cover.spine_text_from and spine >= points(cover.spine_least)
    return Wrap(
        trim_width=geometry.trim_width,
        trim_height=geometry.trim_height,
        spine_width=spine,
        bleed=points(cover.bleed),
        safe_area=points(cover.safe_area),
        spine_clearance=clearance,
        spine_text=printed and spine - 2 * clearance >= LEAST_SPINE_TYPE * TYPE_HEIGHT - 1e-6,
    )


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """What a cover was made for. `printer` and `stock` are their ids; `isbn` has no hyphens; lengths are in points."""

    isbn: str
    printer: str
    stock: str
    pages: int
    trim_width: float
    trim_height: float
    spine_width: float

    @property
    def digest(self) -> str:
        """The SHA-256 of the facts, its first 16 digits."""
        return hashlib.sha256(self._written().encode()).hexdigest()[:16]

    def as_text(self) -> str:
        """The facts as a line for the cover's metadata, which `read_cover_facts` reads back."""
        return f"{self._written()}; digest={self.digest}"

    def _written(self) -> str:
        return "policybook cover: " + "; ".join(f"{f.name}={_value(getattr(self, f.name))}" for f in fields(self))


def cover_facts(edition: Edition, printer: str, stock: str, wrap: Wrap, pages: int) -> CoverFacts:
    """The facts of an edition's cover; `printer` is the profile's id, `stock` that of the paper."""
    return CoverFacts(
        isbn=edition.isbn.replace("-", ""),
        printer=_word(printer),
        stock=_word(stock),
        pages=pages,
        trim_width=round(wrap.trim_width, 3),
        trim_height=round(wrap.trim_height, 3),
        spine_width=round(wrap.spine_width, 3),
    )


def read_cover_facts(text: str) -> CoverFacts | None:
    """The facts that `as_text` wrote, wherever they stand in a text; None where there are none, or they were edited."""
    found = re.search(r"policybook cover: (?P<facts>[^\n]*?); digest=(?P<digest>[0-9a-f]{16})", text)
    if found is None:
        return None
    written = dict(pair.partition("=")[::2] for pair in found["facts"].split("; "))
    try:
        facts = CoverFacts(
            isbn=written["isbn"],
            printer=written["printer"],
            stock=written["stock"],
            pages=int(written["pages"]),
            trim_width=float(written["trim_width"]),
            trim_height=float(written["trim_height"]),
            spine_width=float(written["spine_width"]),
        )
    except (KeyError, ValueError):
        return None
    return facts if facts.digest == found["digest"] else None


def stale(made: CoverFacts, now: CoverFacts) -> str:
    """What has changed since a cover was made, as a sentence for the message; an empty string where nothing has."""
    changes = []
    if made.isbn != now.isbn:
        changes.append(f"its ISBN is {made.isbn} and the edition's is {now.isbn}")
    if made.printer != now.printer:
        changes.append(f"it was made for the printer {made.printer} and not for {now.printer}")
    if (made.trim_width, made.trim_height) != (now.trim_width, now.trim_height):
        changes.append(f"its trim is {_size(made)} and the interior's is {_size(now)}")
    if made.stock != now.stock:
        changes.append(f"it was made for the stock {made.stock} and not for {now.stock}")
    if made.pages != now.pages:
        changes.append(f"it was made for {made.pages} pages and the interior has {now.pages}")
    if made.spine_width != now.spine_width:
        changes.append(f"its spine is {_inches(made.spine_width)} wide and should be {_inches(now.spine_width)}")
    return f"The cover is stale: {_joined(changes)}." if changes else ""


def _joined(words: list[str]) -> str:
    return f"{', '.join(words[:-1])}, and {words[-1]}" if len(words) > 1 else words[0]


def _value(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _word(text: str) -> str:
    """A name without the separators of the line of facts."""
    return re.sub(r"[;=\s]+", "-", text)


def _size(facts: CoverFacts) -> str:
    return f"{facts.trim_width / 72:.3g} × {facts.trim_height / 72:.3g} in"


def _inches(length: float) -> str:
    return f"{length / 72:.4f} in"
