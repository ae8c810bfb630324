"""Whether all text stands within the page's side margins, read off the finished pages."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import groupby

import pypdfium2
from pypdfium2 import raw

from policybook.diagnostics import Problem
from policybook.geometry import Box, Geometry
from policybook.sheets import Leaf

#: How far a letter may reach over the margin: italics lean, and a box is wider than its ink (points).
TOLERANCE = 2.0


def check_type_area(pdf: bytes, leaves: Sequence[Leaf], geometry: Geometry) -> tuple[Problem, ...]:
    """LAYT002 for each line of text that runs over a side margin or off the trimmed page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for index, leaf in enumerate(leaves):
            area = type_area(geometry, verso=leaf.verso)
            for text, box in _text_boxes(document, index):
                if _runs_out(box, area):
                    said = f"“{text[:40]}” runs out of the type area on page {leaf.folio} ({leaf.division})"
                    found.append(Problem("LAYT002", said))
        return tuple(found)
    finally:
        document.close()


def type_area(geometry: Geometry, *, verso: bool) -> Box:
    """Where text may stand: between the side margins, and from foot to head of the trimmed page."""
    trim = geometry.trim_box(verso=verso)
    side = geometry.margin_side
    return Box(side, trim.bottom, geometry.trim_width - side, trim.top)


def _runs_out(box: Box, area: Box) -> bool:
    outside = box.left < area.left - TOLERANCE or box.right > area.right + TOLERANCE
    return outside or box.bottom < area.bottom or box.top > area.top


def _text_boxes(document: pypdfium2.PdfDocument, index: int) -> Iterator[tuple[str, Box]]:
    """The lines of a page's text: their characters and their boxes in the page's own units."""
    text_page = document[index].get_textpage()
    count = raw.FPDFText_CountRects(text_page.raw, 0, -1)
    sides = [ctypes.c_double() for _ in range(4)]
    for number in range(count):
        raw.FPDFText_GetRect(text_page.raw, number, *(ctypes.byref(side) for side in sides))
        left, top, right, bottom = (side.value for side in sides)
        text = text_page.get_text_bounded(left, bottom, right, top).strip()
        if text:
            yield " ".join(word for word, _ in groupby(text.split())), Box(left, bottom, right, top)
