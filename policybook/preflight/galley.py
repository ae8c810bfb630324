"""The text of finished pages in a form in which it can be compared.

What line-breaking may touch (spaces, hyphens, quotes, points) is left out, so that only letters, figures and the signs
of money and per cent remain.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

#: Words, numbers and signs: where one of these starts, a word of the source may start.
_RUN = re.compile(r"[^\W\d_]+|\d+|[%‰$¢£€¥]")
#: What pdfium writes for a hyphen at the end of a line and for the end of that line.
_HYPHEN = "\ufffe"
#: What `Galley.edges` says of a character: inside a run, first of a run, first of a line.
INSIDE, WORD, LINE = range(3)


def normal(text: str) -> str:
    """Text as it is compared: ligatures and case resolved, nothing left but letters, figures and signs."""
    return "".join(_RUN.findall(_resolved(text)))


def _resolved(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True, slots=True)
class Galley:
    """The comparable text of some pages, one after the other, and which of it has been accounted for.

    `edges` has one byte for each character and one for the end; `pages` holds where each page starts, and the end;
    `taken` marks the characters that a piece of the source was found in.
    """

    text: str
    edges: bytes
    pages: tuple[int, ...]
    taken: bytearray = field(compare=False)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Galley:
        """The galley of the extracted texts of pages."""
        runs: list[str] = []
        lines: list[int] = []
        pages = [0]
        length = 0
        for text in texts:
            for line in _resolved(text).replace(_HYPHEN, "\n").splitlines():
                found = _RUN.findall(line)
                if found:
                    lines.append(length)
                    runs += found
                    length += sum(map(len, found))
            pages.append(length)
        edges = bytearray(length + 1)
        for at in accumulate(map(len, runs), initial=0):
            edges[at] = WORD
        for at in (*lines, length):
            edges[at] = LINE
        return cls("".join(runs), bytes(edges), tuple(pages), bytearray(length))

    def occurrences(self, text: str, low: int, high: int, limit: int) -> Iterator[int]:
        """Where a text stands in whole words not yet taken, starting from `low` to before `high`, ending by `limit`."""
        end = min(limit, high + len(text) - 1)
        at = self.text.find(text, low, end)
        while at >= 0:
            if self.edges[at] and self.edges[at + len(text)] and self.taken.find(1, at, at + len(text)) < 0:
                yield at
            at = self.text.find(text, at + 1, end)

    def beginnings(self, text: str, low: int, high: int, limit: int, least: int) -> Iterator[tuple[int, int]]:
        """Where a text begins without standing whole, and how much of it does: at least `least`, the longest first."""
        seed = text[: min(least, len(text))]
        found = []
        at = self.text.find(seed, low, min(limit, high + len(seed) - 1))
        while at >= 0:
            length = self._shared(text, at, limit) if self.edges[at] else 0
            if least <= length < len(text):
                found.append((at, length))
            at = self.text.find(seed, at + 1, min(limit, high + len(seed) - 1))
        yield from sorted(found, key=lambda place: (-place[1], place[0]))

    def _shared(self, text: str, at: int, limit: int) -> int:
        """How many characters of the text stand at a place, up to the end of a word and to what is taken."""
        here = self.text[at : min(limit, at + len(text))]
        length = next((i for i, (a, b) in enumerate(zip(text, here, strict=False)) if a != b), len(here))
        taken = self.taken.find(1, at, at + length)
        length = length if taken < 0 else taken - at
        while length and not self.edges[at + length]:
            length -= 1
        return length

    def page_end(self, at: int, ahead: int = 0) -> int:
        """The end of the page that a place is on, or of a page ahead."""
        last = len(self.pages) - 1
        page = min(bisect_right(self.pages, at, lo=1), last)
        return self.pages[min(page + ahead, last)]

    def take(self, start: int, end: int) -> None:
        """Mark text as accounted for."""
        self.taken[start:end] = b"\1" * (end - start)

    def release(self, start: int, end: int) -> None:
        """Mark text as not accounted for."""
        self.taken[start:end] = bytes(end - start)
