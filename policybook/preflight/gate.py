"""The gate of a build: every check that a finished screen edition must pass before it is delivered."""

from __future__ import annotations

from collections.abc import Iterator

from policybook.book import Book
from policybook.diagnostics import Problem
from policybook.geometry import Geometry
from policybook.preflight.completeness import check_completeness
from policybook.preflight.expected import expected_pieces
from policybook.preflight.links import check_links
from policybook.preflight.type_area import check_type_area
from policybook.settling import Settled


def preflight_screen(pdf: bytes, book: Book, settled: Settled, geometry: Geometry) -> Iterator[Problem]:
    """WHOL001 to WHOL003 and LAYT002: the whole source is there, links lead where they say, nothing runs out."""
    leaf_of = {(leaf.division, leaf.sheet): index for index, leaf in enumerate(settled.leaves)}
    anchors = {
        anchor: leaf_of[division, place.sheet]
        for division, sheets in settled.sheets.items()
        for anchor, place in sheets.anchors.items()
    }
    yield from check_completeness(pdf, settled.leaves, expected_pieces(book, settled.pagination))
    yield from check_links(pdf, settled.leaves, anchors)
    yield from check_type_area(pdf, settled.leaves, geometry)
