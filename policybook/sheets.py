"""What passes between composing, typesetting, settling and binding.

Html      the markup of one division, and the folios that it prints
Sheets    the laid-out pages of one division, as a tagged PDF, and where its anchors fell
Leaf      one page of the bound book: which sheet it shows, its folio, its side
Dress     the furniture that leaves carry: one page of running head, folio and thumb tab for all that are dressed alike
Outline   a bookmark
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policybook.diagnostics import Problem
from policybook.geometry import Geometry
from policybook.late import late_numbers
from policybook.pagination import Folio


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to lay the book out: the profile's name, which is a style sheet of styles/profiles/, and its geometry."""

    profile: str
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class Html:
    """The markup of one division.

    `printed` holds each anchor whose page it prints, in the order of the text, with what is printed in the bound book.
    The markup itself has placeholders for the numbers of these (see `policybook.late`). `artifact` is true for what is
    no part of the text and gets no tags: the furniture of a division.
    """

    division: str
    markup: str
    printed: tuple[tuple[str, str], ...] = ()
    artifact: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that are printed late, in the order of the text."""
        return tuple(number for _, text in self.printed for number in late_numbers(text))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an anchor fell: the sheet's index in its division, from 0, and a point of the neutral page.

    The point is in PDF units from the trim's lower left.
    """

    sheet: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Sheets:
    """The pages of one division on neutral pages (see `policybook.geometry`), as a tagged PDF of its own.

    Links to anchors anywhere in the book are /URI actions `book:<anchor>`. The PDF has no outlines, no page labels, no
    running heads and no folios: these belong to the bound book. `anchors` is in the order of the text.
    """

    division: str
    pdf: bytes
    count: int
    anchors: Mapping[str, Place]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the bound book, in order. `sheet` is the index of the sheet in its division, or None on a blank page.

    `folio` is the page's number, whether or not it is printed; `verso` tells the side. `furniture` is the index of the
    page of its division's furniture that is laid over this one, or None. `label` is what viewers show instead of a
    folio for a page that stands outside the count, such as a cover. `continued` is the headword that is repeated above
    a page of an index.
    """

    division: str
    sheet: int | None
    folio: Folio
    verso: bool
    furniture: int | None = None
    label: str = ""
    continued: str = ""


def furniture_id(division: str) -> str:
    """What the furniture of a division is called; no division is called so, since ids have no full stops."""
    return f"{division}.furniture"


@dataclass(frozen=True, slots=True, order=True)
class Dress:
    """The furniture of a leaf: its folio, in which a placeholder stands for an arabic one, its side, its place.

    `continued` is the headword that it repeats.
    """

    folio: str
    verso: bool
    opener: bool
    continued: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A bookmark: level from 1, the heading's text, and the anchor that it leads to."""

    level: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document says of itself. `date` is ISO 8601, UTC."""

    title: str
    author: str
    subject: str
    keywords: tuple[str, ...]
    language: str
    date: str
