"""The screen edition: the book bound with its pages cut to the trim, its bookmarks shown beside them, quick to open."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from pikepdf import ObjectStreamMode, StreamDecodeLevel

from policybook.binding import BookBlock, View, bind
from policybook.store import Cache


def finish_screen(block: BookBlock, cache: Cache, *, linearized: bool = True) -> bytes:
    """The screen edition of a book. A preview that reads the file from memory does without `linearized`."""
    bound = bind(block, cache, View(trimmed=True, bookmarks=True))
    return linearize(bound) if linearized else bound


def linearize(pdf: bytes) -> bytes:
    """The file in the order in which it is read over a network: the first page shows before the rest is there.

    ISO 32000-1, annex F. The file's identifier follows from its content, so that the same file gives the same bytes.
    """
    finished = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(
            finished,
            linearize=True,
            # As binding packed them: those that qpdf makes anew don't keep the first page's objects together.
            object_stream_mode=ObjectStreamMode.preserve,
            stream_decode_level=StreamDecodeLevel.none,
            deterministic_id=True,
        )
    # A stream whose last byte is CR, followed by a LF, looks a byte shorter than it says; CR ends a line as well
    # (ISO 32000-1, 7.2.3; ISO 19005-2, 6.1.7.1).
    return finished.getvalue().replace(b"\r\nendstream\nendobj", b"\r\rendstream\nendobj")
