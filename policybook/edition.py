"""The models of the YAML files: what may stand in them, with the descriptions that the JSON Schemas carry.

They are plain frozen dataclasses; `policybook.records` validates files against them, so that pydantic stays at the
edge. A docstring under a field is that field's description in the schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from policybook.geometry import Geometry, points

_STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True, str_strip_whitespace=True)

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Required = Annotated[str, Field(min_length=1)]
#: A date at the precision that is known. An editor reads a bare year as a number, so the schema takes both.
PartialDate = Annotated[
    str,
    Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"}, {"type": "integer", "minimum": 1000}]}
    ),
]
Length = Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?(pt|in|mm|cm|pc)$")]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) and value else value or []


#: One key, or a list of them.
Keys = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


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


class State(StrEnum):
    """How far a brief has come."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    SIGNED_OFF = "signed-off"
    FINAL = "final"


class Role(StrEnum):
    """What an organization did for a brief."""

    CO_AUTHOR = "co-author"
    REVIEWER = "reviewer"
    PUBLISHED_WORK = "published-work"


class Jurisdiction(StrEnum):
    """The kind of jurisdiction of a case."""

    CITY = "city"
    COUNTY = "county"
    CITY_AND_COUNTY = "city-and-county"
    WARD = "ward"
    STATE = "state"
    DISTRICT = "district"
    MULTIPLE = "multiple"


@dataclass(frozen=True, slots=True)
class PageModel:
    """The page: trim, bleed, margins and baseline grid."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    heading: Required
    """The heading as it is written in the brief, without the ##."""
    required: bool = True
    """Whether every brief must have it."""


@dataclass(frozen=True, slots=True)
class Openings:
    """On which page divisions open: recto, or any."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    front: Opening = Opening.RECTO
    """Units of front matter."""
    part: Opening = Opening.RECTO
    """Part openers."""
    brief: Opening = Opening.RECTO
    """Briefs."""
    back: Opening = Opening.RECTO
    """Units of back matter."""


@dataclass(frozen=True, slots=True)
class Edition:
    """edition.yaml: what the book is and what is printed, in which order."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
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
    anatomy: tuple[AnatomySection, ...] = (
        AnatomySection("The problem"),
        AnatomySection("The solution"),
        AnatomySection("Policy issues"),
        AnatomySection("Landscape and resources"),
        AnatomySection("Case studies"),
        AnatomySection("Model language", required=False),
    )
    """The sections of a brief, in order."""
    outputs: tuple[Annotated[str, Field(pattern="^screen$")], ...] = ("screen",)
    """What a build makes."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An entry of organizations.yaml."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
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


@dataclass(frozen=True, slots=True)
class PartModel:
    """part.yaml of a folder under parts/."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    title: Required
    """The part's title."""
    summary: str = ""
    """A few sentences for the part's opener."""
    short_title: str = ""
    """The title for running heads, if it must be shorter."""


@dataclass(frozen=True, slots=True)
class PartnerModel:
    """An organization at a brief's head."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    organization: Id
    """The id of an organization."""
    role: Role = Role.CO_AUTHOR
    """What it did: co-author, reviewer, or published-work."""


@dataclass(frozen=True, slots=True)
class FigureModel:
    """A figure that a brief or a case is told by."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    text: Required
    """What the value counts."""
    value: str = ""
    """The number, with its unit, as it is printed."""
    as_of: PartialDate = ""
    """The date that the number is true of: YYYY, YYYY-MM or YYYY-MM-DD."""
    source: Keys = ()
    """Keys of references."""


@dataclass(frozen=True, slots=True)
class OutcomeModel:
    """What came of a law."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    text: Required
    """What happened, in a sentence."""
    source: Keys = ()
    """Keys of references."""


@dataclass(frozen=True, slots=True)
class CaseModel:
    """A case study's facts."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    id: Id
    """The id under which the body tells it."""
    place: Required
    """The city or county."""
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    """The state's two letters; US for a case that spans several."""
    kind: Jurisdiction
    """The kind of jurisdiction."""
    law: str = ""
    """The law's or program's name."""
    number: str = ""
    """Its number: ordinance, chapter, measure."""
    enacted: PartialDate = ""
    """When it was enacted."""
    effective: PartialDate = ""
    """When it took effect."""
    status: str = ""
    """Where it stands, if a source says so."""
    figures: tuple[FigureModel, ...] = ()
    """Its figures."""
    outcome: tuple[OutcomeModel, ...] = ()
    """What came of it."""
    places: tuple[Annotated[str, Field(pattern=r"^.+, [A-Z]{2}$")], ...] = ()
    """For the index of places, if not just `place` and `state`: for example [Austin, TX] and [Dallas, TX]."""


@dataclass(frozen=True, slots=True)
class ResourceModel:
    """An organization to turn to."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    organization: Id
    """The id of an organization."""
    purpose: Annotated[str, Field(min_length=1, alias="for")]
    """What to turn to it for."""


@dataclass(frozen=True, slots=True)
class BriefHeader:
    """The header of a brief."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    title: Required
    """The brief's title."""
    summary: Required
    """One or two sentences for a reader who reads no more."""
    order: Annotated[int, Field(ge=1)] = 1
    """The brief's place in its part."""
    short_title: str = ""
    """The title for running heads, if it must be shorter."""
    state: State = State.DRAFT
    """How far the brief has come."""
    pages: Annotated[int, Field(ge=1, le=40)] = 4
    """The page budget."""
    partners: tuple[PartnerModel, ...] = ()
    """Organizations credited at the brief's head."""
    key_figures: Annotated[tuple[FigureModel, ...], Field(max_length=4)] = ()
    """The figures that are set large at the brief's head."""
    cases: tuple[CaseModel, ...] = ()
    """The case studies' facts."""
    resources: tuple[ResourceModel, ...] = ()
    """Organizations to turn to."""


@dataclass(frozen=True, slots=True)
class ProseHeader:
    """The header of a unit of front or back matter."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    title: Required
    """The unit's title."""
    short_title: str = ""
    """The title for running heads, if it must be shorter."""


@dataclass(frozen=True, slots=True)
class ColumnModel:
    """A column of a table."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    field: Required
    """The column's name in the CSV file."""
    head: str = ""
    """The column's head in print; the field's name if left out."""
    unit: str = ""
    """The unit, printed in the head."""
    align: Annotated[str, Field(pattern=r"^(left|right|decimal)$")] = "left"
    """How the cells are aligned."""


@dataclass(frozen=True, slots=True)
class TableModel:
    """What stands below `::: table id`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    file: Required
    """A CSV file in data/."""
    caption: Required
    """The caption."""
    columns: Annotated[tuple[ColumnModel, ...], Field(min_length=1)]
    """The columns, in order."""
    source: Keys = ()
    """Keys of references."""
    note: str = ""
    """A remark below the table."""
    where: dict[str, str] = field(default_factory=dict)
    """Only rows in which these fields have these values."""
    sort: str = ""
    """The field to sort by, if not as in the file."""
    rows: Annotated[int, Field(ge=0)] = 0
    """At most so many rows; 0 for all."""


@dataclass(frozen=True, slots=True)
class FigureBlockModel:
    """What stands below `::: figure id`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    file: Required
    """A picture in images/: SVG, PNG or JPEG."""
    alt: str
    """What the picture shows, for readers who do not see it; an empty string marks a decoration."""
    caption: Required
    """The caption."""
    source: Keys = ()
    """Keys of references."""
