"""The models of printers/*.yaml: what a print shop asks for. Numbers of print shops stand there and never in code.

A `Printer` is what the YAML says; lengths are text such as `0.125 in`, which `policybook.geometry.points` reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from policybook.fields import STRICT, Id, Length, Required
from policybook.geometry import points

Percent = Annotated[float, Field(ge=0, le=400)]
Pages = Annotated[int, Field(ge=0)]


class Standard(StrEnum):
    """What the file for the press is."""

    X4 = "PDF/X-4"
    X1A = "PDF/X-1a:2003"
    RGB = "pdf-rgb"
    """Plain PDF in sRGB, for print shops that convert it themselves."""


class Severity(StrEnum):
    """What a finding of the preflight does."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


class Binding(StrEnum):
    """How the leaves are held together."""

    PERFECT = "perfect"
    SADDLE = "saddle"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Condition:
    """The printing condition that the colours are made for."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    profile: Required
    """The CMYK profile: a file's path, from the YAML's folder on, or `package:NAME/path/in/it` of a Python package."""
    identifier: Required
    """The condition's name in the registry of www.color.org, such as FOGRA39."""
    info: Required
    """The condition in words."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How much ink the paper takes: sums of the four inks, in per cent."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    peak: Percent
    """The most at any point."""
    average: Percent
    """The most as the mean of any square of 15 mm."""
    rich_black: Annotated[tuple[Percent, ...], Field(min_length=4, max_length=4)] = (60, 40, 40, 100)
    """The build of a black that is more than K, for large areas."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is printed in the slug."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    crop: bool = True
    """Marks where the sheet is cut."""
    registration: bool = True
    """Marks by which the plates are laid over each other."""
    colour_bars: bool = True
    """Patches of the inks."""
    page_information: bool = True
    """A line that names the book, the page and the condition."""
    offset: Length = "12 pt"
    """From the trim to the marks; they stand outside the bleed in any case."""
    slug: Length = "36 pt"
    """From the trim to the edge of the sheet; without any marks there is none, and the sheet ends with the bleed."""

    @property
    def any(self) -> bool:
        """Whether anything is printed there."""
        return self.crop or self.registration or self.colour_bars or self.page_information


@dataclass(frozen=True, slots=True)
class Gutter:
    """The least inner margin for live matter of books up to a count of pages."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    pages: Pages
    """Books of at most so many pages."""
    inner: Length
    """The least inner margin."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Pixels per inch of pictures, as large as they are placed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    contone_error: int = 149
    """Photographs of no more are an error."""
    contone_warning: int = 224
    """Photographs of no more are a warning."""
    line_art_error: int = 549
    """Pictures in one bit of no more are an error."""
    line_art_warning: int = 799
    """Pictures in one bit of no more are a warning."""
    most: int = 0
    """More than this is a warning; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A paper of the interior."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    """The id by which edition.yaml and the command line name it."""
    name: Required
    """The paper's name."""
    caliper: Length
    """The thickness of one leaf, which is two pages."""


@dataclass(frozen=True, slots=True)
class CoverModel:
    """What is asked of the cover."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    binding: Binding = Binding.PERFECT
    """How the book is bound."""
    bleed: Length = "0.125 in"
    """How far art runs over the trim."""
    safe_area: Length = "0.25 in"
    """From the trim and from the spine's folds to live matter."""
    caliper: Length = "0 in"
    """The thickness of the cover's own stock; the spine is as wide as all leaves and two of it."""
    spine_text_from: Pages = 80
    """The count of pages from which text may stand on the spine."""
    spine_text_clearance: Length = "0.0625 in"
    """The least distance of text from the spine's folds."""
    spine_least: Length = "0 in"
    """The least width of a spine that is printed on."""
    width_tolerance: Length = "0.0625 in"
    """How far the cover's width may be off."""
    barcode: bool = True
    """Whether the cover bears the barcode; some print shops set it themselves."""
    barcode_least: Annotated[float, Field(ge=0.5, le=2)] = 0.8
    """The least magnification of the barcode."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What the files are called when they are sent: {isbn}, {title}, {edition}, {pages} and {stock} stand for those."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    interior: Required = "{isbn}_interior.pdf"
    """The interior."""
    cover: Required = "{isbn}_cover.pdf"
    """The cover."""


@dataclass(frozen=True, slots=True)
class Printer:
    """printers/NAME.yaml: a print shop, or a kind of one."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Required
    """What the printer is called."""
    about: Required
    """When to choose it, in a sentence."""
    standard: Standard
    """What its files are."""
    condition: Condition
    """The printing condition; files in sRGB are shown as they will print by it."""
    ink: Ink
    """How much ink the paper takes."""
    stocks: Annotated[tuple[Stock, ...], Field(min_length=1)]
    """The papers of the interior, the usual one first."""
    gutter: Annotated[tuple[Gutter, ...], Field(min_length=1)]
    """The least inner margin by count of pages, rising; more pages than the last row has can't be bound."""
    sources: Annotated[Mapping[str, str], Field(min_length=1)]
    """Where the numbers come from: the key of a section or of a number in it, such as `ink.peak`, and its source."""
    bleed: Length = "0.125 in"
    """How far art runs over the trim."""
    bleed_at_spine: bool = True
    """Whether pages of the interior bleed at the spine too; if not, a page ends there with the trim."""
    safe_area: Length = "0.25 in"
    """From the trim to live matter, but for the gutter."""
    marks: Marks = field(default_factory=Marks)
    """What is printed in the slug."""
    signature: Annotated[int, Field(ge=1)] = 2
    """The count of pages is a multiple of this; blanks are added."""
    least_line: Length = "0.25 pt"
    """The thinnest line that may be drawn."""
    resolution: Resolution = field(default_factory=Resolution)
    """The resolution of pictures."""
    cover: CoverModel = field(default_factory=CoverModel)
    """What is asked of the cover."""
    naming: Naming = field(default_factory=Naming)
    """What the files are called when they are sent."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """What findings do that are no errors here, or are errors only here, by their code."""

    def stock(self, id: str = "") -> Stock:
        """The stock of an id, or the usual one. Raises KeyError."""
        by_id = {stock.id: stock for stock in self.stocks}
        return by_id[id] if id else self.stocks[0]

    def gutter_inner(self, pages: int) -> float | None:
        """The least inner margin of a book of so many pages, in points, or None where it can't be bound."""
        return next((points(row.inner) for row in self.gutter if pages <= row.pages), None)

    def padded(self, pages: int) -> int:
        """The count of pages with the blanks that fill the last signature."""
        return -(-pages // self.signature) * self.signature

    def spine_width(self, pages: int, stock: Stock) -> float:
        """The width of the spine in points: a leaf is two pages; the cover's stock lies on both sides.

        A booklet that is stapled through its fold has none.
        """
        if self.cover.binding is Binding.SADDLE:
            return 0.0
        return pages / 2 * points(stock.caliper) + 2 * points(self.cover.caliper)

    def bleeds(self, *, verso: bool) -> tuple[float, float, float, float]:
        """The bleed of a page of the interior at its left, foot, right and head, in points; a recto's spine is left."""
        bleed = points(self.bleed)
        spine = bleed if self.bleed_at_spine else 0.0
        return (bleed, bleed, spine, bleed) if verso else (spine, bleed, bleed, bleed)

    def slug(self) -> float:
        """From the trim to the edge of the sheet, in points."""
        return points(self.marks.slug) if self.marks.any else points(self.bleed)
