"""What is looked at: a PDF, the printer that it is for, and what is known of the book that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pikepdf

from policybook.geometry import Geometry
from policybook.preflight.press.painting import Painted, read_page
from policybook.printer import Printer


class Kind(StrEnum):
    """Which of a book's files it is."""

    INTERIOR = "interior"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the edition says of a file; None or empty where a file comes without an edition.

    `pages` is the interior's real count of pages, the blanks that fill the last signature included; `blanks` are the
    pages, from 1, that are empty on purpose; `stock` is the id of the interior's paper; `versos` tells the side of each
    page of the interior; `builds` are the exact ink builds of the brand's colours, by name, as parts of 1.
    """

    isbn: str = ""
    pages: int | None = None
    blanks: frozenset[int] = frozenset()
    stock: str = ""
    geometry: Geometry | None = None
    versos: tuple[bool, ...] = ()
    builds: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)


@dataclass(slots=True)
class Subject:
    """A file under examination. What its pages paint is read once, when it is first asked for."""

    data: bytes
    pdf: pikepdf.Pdf
    printer: Printer
    kind: Kind = Kind.INTERIOR
    expected: Expected = field(default_factory=Expected)
    _painted: dict[int, tuple[Painted, ...]] = field(default_factory=dict)

    def painted(self, page: int) -> tuple[Painted, ...]:
        """What a page draws, in order, as `policybook.preflight.press.painting.read_page` reads it; pages from 1."""
        if page not in self._painted:
            self._painted[page] = tuple(read_page(self.pdf, page))
        return self._painted[page]
