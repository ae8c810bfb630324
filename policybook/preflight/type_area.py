"""Whether all text stands within the page's side margins, read off the finished pages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from policybook.diagnostics import Problem
from policybook.geometry import Box, Geometry
from policybook.sheets import Leaf

if TYPE_CHECKING:
    from policybook.preflight.finished import FinishedPage

#: From the trim of a cover to its words, in points.
COVER_SAFE = 18.0
#: How far a letter may reach over the margin: italics lean, and a box is wider than its ink (points).
TOLERANCE = 2.0


def check_type_area(page: FinishedPage, leaf: Leaf, geometry: Geometry) -> Iterator[Problem]:
    """LAYT002 for each line of text that runs over a side margin or off the trimmed page."""
    area = cover_area(geometry, verso=leaf.verso) if leaf.label else type_area(geometry, verso=leaf.verso)
    for left, bottom, right, top in page.lines():
        beside = left < area.left - TOLERANCE or right > area.right + TOLERANCE
        if beside or bottom < area.bottom or top > area.top:
            text = page.text_in(Box(left, bottom, right, top))
            if text:
                said = " ".join(word for word, _ in groupby(text.split()))[:40]
                yield Problem("LAYT002", f"“{said}” runs out of the type area on page {leaf.folio} ({leaf.division})")


def type_area(geometry: Geometry, *, verso: bool) -> Box:
    """Where text may stand: between the side margins, and from foot to head of the trimmed page."""
    trim = geometry.trim_box(verso=verso)
    side = geometry.margin_side
    return Box(side, trim.bottom, geometry.trim_width - side, trim.top)


def cover_area(geometry: Geometry, *, verso: bool) -> Box:
    """Where words may stand on a page outside the count, which is a cover: it has no side margins."""
    return geometry.trim_box(verso=verso).grown(-COVER_SAFE)
