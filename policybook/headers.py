"""The models of headers and blocks in Markdown files: briefs, prose, parts, tables, figures.

Like those of `policybook.edition` they are plain frozen dataclasses, validated by `policybook.records`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from policybook.fields import STRICT, Id, Keys, PartialDate, Required


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
class PartModel:
    """part.yaml of a folder under parts/."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Required
    """The part's title."""
    summary: str = ""
    """A few sentences for the part's opener."""
    short_title: str = ""
    """The title for running heads, if it must be shorter."""


@dataclass(frozen=True, slots=True)
class PartnerModel:
    """An organization at a brief's head."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    organization: Id
    """The id of an organization."""
    role: Role = Role.CO_AUTHOR
    """What it did: co-author, reviewer, or published-work."""


@dataclass(frozen=True, slots=True)
class FigureModel:
    """A figure that a brief or a case is told by."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    text: Required
    """What happened, in a sentence."""
    source: Keys = ()
    """Keys of references."""


@dataclass(frozen=True, slots=True)
class CaseModel:
    """A case study's facts."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    organization: Id
    """The id of an organization."""
    purpose: Annotated[str, Field(min_length=1, alias="for")]
    """What to turn to it for."""


@dataclass(frozen=True, slots=True)
class BriefHeader:
    """The header of a brief."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Required
    """The unit's title."""
    short_title: str = ""
    """The title for running heads, if it must be shorter."""


@dataclass(frozen=True, slots=True)
class ColumnModel:
    """A column of a table."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    field: Required
    """The column's name in the CSV file."""
    head: str = ""
    """The column's head in print; the field's name if left out."""
    unit: str = ""
    """The unit, printed in the head."""
    align: Annotated[str, Field(pattern=r"^(left|right|decimal)$")] = "left"
    """How the cells are aligned: left, right or decimal."""
    form: Annotated[str, Field(pattern=r"^(text|date)$")] = "text"
    """What the cells hold: text as it stands, or dates (YYYY, YYYY-MM or YYYY-MM-DD) to be written out."""


@dataclass(frozen=True, slots=True)
class TableModel:
    """What stands below `::: table id`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
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

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Required
    """A picture in images/: SVG, PNG or JPEG."""
    alt: Required
    """What the picture shows, for readers who do not see it."""
    caption: Required
    """The caption."""
    source: Keys = ()
    """Keys of references."""
