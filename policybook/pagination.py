"""Where each anchor of the book falls: anchor → folio, as observed on laid-out pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Matter(IntEnum):
    """The three parts of a book; front matter sorts before body, body before back matter."""

    FRONT = 0
    BODY = 1
    BACK = 2


def roman(number: int) -> str:
    """A positive number in lower-case roman numerals."""
    if number < 1:
        raise ValueError("roman numerals start at 1")
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
    digits = []
    for value, sign in pairs:
        count, number = divmod(number, value)
        digits.append(sign * count)
    return "".join(digits)


@dataclass(frozen=True, slots=True, order=True)
class Folio:
    """The number printed on a page. Roman folios (front matter) sort before arabic ones."""

    arabic: bool
    number: int

    def __str__(self) -> str:
        return str(self.number) if self.arabic else roman(self.number)


#: What stands for a folio that is not known yet: three figures, the commonest width in a book of this size.
UNKNOWN = Folio(arabic=True, number=888)


@dataclass(frozen=True, slots=True)
class Pagination:
    """Anchor → folio for the whole book; `folios` is read only."""

    folios: Mapping[str, Folio] = field(default_factory=dict)

    def folio(self, anchor: str) -> Folio:
        """The anchor's folio, or else its division's, or UNKNOWN: before the first layout these are guesses."""
        return self.folios.get(anchor) or self.folios.get(anchor.partition(".")[0], UNKNOWN)
