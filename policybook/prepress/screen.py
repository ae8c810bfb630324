"""The screen edition: the book bound with its pages cut to the trim, its bookmarks shown beside them."""

from __future__ import annotations

from policybook.binding import BookBlock, View, bind
from policybook.store import Cache


def finish_screen(block: BookBlock, cache: Cache) -> bytes:
    """The screen edition of a book."""
    return bind(block, cache, View(trimmed=True, bookmarks=True))
