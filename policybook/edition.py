"""The models of the YAML files: what may stand in them, with the descriptions that the JSON Schemas carry.

They are plain frozen dataclasses; `policybook.records` validates files against them, so that pydantic stays at the
edge. A docstring under a field is that field's description in the schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from policybook.fields import STRICT, Id, Keys, Length, Required
from policybook.geometry import Geometry, points
from policybook.ids import ID


class Notes(StrEnum):
    """Where notes are set."""

    FOOT = "foot"
    END = "end"


class Opening(StrEnum):
    """On which page a division may open."""

    RECTO = "recto"
    ANY = "any"


class Collation(StrEnum):
    """How index entries are put in order (Chicago 16.57–16.61)."""

    LETTER_BY_LETTER = "letter-by-letter"
    WORD_BY_WORD = "word-by-word"


@dataclass(frozen=True, slots=True)
class PageModel:
    """The page: trim, bleed, margins and baseline grid."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    trim: Annotated[tuple[Length, Length], Field(min_length=2, max_length=2)] = ("7 in", "10 in")
    """Width and height of the trimmed page."""
    bleed: Length = "0.125 in"
    """How far art runs over the trim."""
    margin_top: Length = "56 pt"
    """From the trim's top to the first line."""
    margin_foot: Length = "66 pt"
    """From the last line to the trim's foot."""
    margin_inner: Length = "54 pt"
    """The margin at the spine."""
    margin_outer: Length = "45 pt"
    """The margin at the fore-edge."""
    baseline: Length = "13 pt"
    """The distance of two lines of text."""

    def geometry(self) -> Geometry:
        """The page in points."""
        width, height = self.trim
        return Geometry(
            trim_width=points(width),
            trim_height=points(height),
            bleed=points(self.bleed),
            margin_top=points(self.margin_top),
            margin_foot=points(self.margin_foot),
            margin_inner=points(self.margin_inner),
            margin_outer=points(self.margin_outer),
            baseline=points(self.baseline),
        )


@dataclass(frozen=True, slots=True)
class AnatomySection:
    """A section that briefs are made of."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Required
    """The heading as it is written in the brief, without the ##."""
    required: bool = True
    """Whether every brief must have it."""


@dataclass(frozen=True, slots=True)
class Openings:
    """On which page divisions open: recto, or any."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    front: Opening = Opening.RECTO
    """Units of front matter."""
    part: Opening = Opening.RECTO
    """Part openers."""
    brief: Opening = Opening.RECTO
    """Briefs."""
    back: Opening = Opening.RECTO
    """Units of back matter."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding of the press preflight that is accepted."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    code: Annotated[str, Field(pattern=r"^[A-Z]{4,5}\d{2,3}$")]
    """The code of the finding, such as PRES028."""
    reason: Required
    """Why it is accepted; the report prints it."""
    pages: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """The pages of the file, counted from 1, on which it is accepted; all if left out."""


@dataclass(frozen=True, slots=True)
class Press:
    """What is made for the press: for whom, and on which paper."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    printer: str = ""
    """The print shop: the name of a file in printers/, without .yaml."""
    stock: Annotated[str, Field(pattern=f"^({ID.pattern})?$")] = ""
    """The paper of the interior: the id of one of the printer's stocks; its usual one if left out."""
    barcode_price: Annotated[str, Field(pattern=r"^(\d{5})?$")] = ""
    """The five digits of the price beside the barcode (EAN-5), such as 52495 for 24.95 US dollars; none if left out."""
    suppress: tuple[Suppression, ...] = ()
    """Findings of the press preflight that are accepted, each with its reason."""


@dataclass(frozen=True, slots=True)
class Edition:
    """edition.yaml: what the book is and what is printed, in which order."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Required
    """The book's title."""
    subtitle: str
    """The book's subtitle, or an empty string."""
    edition: Required
    """The edition's name as the title page prints it."""
    year: Annotated[int, Field(ge=1900, le=2200)]
    """The year of publication."""
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The date that the finished files carry, as YYYY-MM-DD."""
    publisher: Required
    """Who publishes the book."""
    host: str
    """The organization of which the publisher is a project, or an empty string."""
    isbn: Annotated[str, Field(pattern=r"^[0-9-]{10,17}$")]
    """ISBN-13, with or without hyphens; its check digit is verified."""
    statement: Required
    """The sentence that the title page and the colophon print about the nature of this edition."""
    facts_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The date on which the facts were gathered, as YYYY-MM-DD."""
    front: Annotated[tuple[Id, ...], Field(min_length=1)]
    """The front matter in order: names of files in front/, or of divisions that are made."""
    back: tuple[Id, ...] = ()
    """The back matter in order: names of files in back/, or of divisions that are made."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en-US"
    """The language of the text, as BCP 47."""
    page: PageModel = field(default_factory=PageModel)
    """The page's measures."""
    notes: Notes = Notes.END
    """Where notes are set: at the foot of the page, or at the end of the brief."""
    opens_on: Openings = field(default_factory=Openings)
    """On which page divisions open."""
    collation: Collation = Collation.LETTER_BY_LETTER
    """How the indexes are put in order."""
    anatomy: Annotated[tuple[AnatomySection, ...], Field(min_length=1)] = (
        AnatomySection("The problem"),
        AnatomySection("The solution"),
        AnatomySection("Policy issues"),
        AnatomySection("Landscape and resources"),
        AnatomySection("Case studies"),
        AnatomySection("Model language", required=False),
    )
    """The sections of a brief, in order."""
    outputs: tuple[Annotated[str, Field(pattern="^(screen|briefs|large-print|proof|epub|web|press)$")], ...] = (
        "screen",
    )
    """What a build makes; the screen edition is always among it."""
    press: Press = field(default_factory=Press)
    """Which print shop the files for the press are made for, on which paper."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An entry of organizations.yaml."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    """The id by which briefs name it."""
    name: Required
    """The organization's name."""
    domain: str = ""
    """The domain of its web site, without https://."""
    about: str = ""
    """What it does, in one line, for the directory."""
    sort_as: str = ""
    """How to sort it in the directory, if not by its name."""


@dataclass(frozen=True, slots=True)
class Headword:
    """An entry of index.yaml."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    headword: Required
    """The headword as it is printed and as marks write it."""
    sort_as: str = ""
    """How to sort it, if not by its own letters."""
    see: Keys = ()
    """Headwords to see instead; this headword then takes no marks."""
    see_also: Keys = ()
    """Headwords to see as well."""


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """An entry of glossary.yaml."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    """The id by which links name it."""
    term: Required
    """The term as it is printed."""
    definition: Required
    """What it means, in a sentence or two."""
    see_also: Keys = ()
    """Ids of terms to see as well."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of references.yaml, in the terms of the Citation Style Language (CSL)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    """The key by which citations name it."""
    title: Required
    """The title of the work."""
    publisher: Required
    """Who published it."""
    issued: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    """When it was published: YYYY, YYYY-MM or YYYY-MM-DD."""
    type: str = "webpage"
    """The CSL type of the work: webpage, report, article-journal, legislation, dataset, book."""
    author: str = ""
    """Who wrote it, if it is known."""
    archive: str = ""
    """The copy that was read, if it was not the publisher's own."""
    URL: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Where it was read."""
