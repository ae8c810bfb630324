"""A piece of the source that a reader must find in the finished file, and the kinds of pieces."""

from __future__ import annotations

from dataclasses import dataclass

from policybook.diagnostics import Source
from policybook.pagination import Folio

#: How many letters and figures a template may print between two parts of a piece, such as “(page 31)”.
GAP = 80
#: The kind of a piece that stands in the structure tree and not on the page.
ALTERNATE = "alternate text"
#: Kinds that make up the running text: each of them stands behind the one before it.
RUNNING = frozenset({"title", "heading", "paragraph", "list item", "quotation", "story"})
#: Kinds that a template may sort.
SORTED = frozenset({"partner", "resource", "glossary entry"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a division that must be in the finished file.

    `text` is one text, or parts that follow each other with at most `gap` letters and figures of the template's
    between them. `once` asks that it be there exactly once, `folio` that it start on the page of that number.
    """

    kind: str
    division: str
    text: str | tuple[str, ...]
    source: Source | None
    once: bool
    folio: Folio | None = None
    gap: int = GAP

    @property
    def parts(self) -> tuple[str, ...]:
        """The text as a tuple of parts."""
        return (self.text,) if isinstance(self.text, str) else self.text
