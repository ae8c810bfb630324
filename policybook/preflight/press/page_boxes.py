"""The pages of a file as sheets: their boxes (ISO 32000-1, 14.11.2), and a check made page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from policybook.geometry import Box
from policybook.preflight.press.rules import Finding, NotChecked
from policybook.preflight.press.subject import Subject

#: How far two edges may be apart and still be one, in points: what writers of PDFs round to.
NEAR = 0.01
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """A page: its number from 1, its boxes in default user space, None where it has none, how it is turned, its unit.

    MediaBox, CropBox and Rotate come from the page tree where the page doesn't have them (7.7.3.4); the others don't.
    """

    number: int
    media: Box
    crop: Box | None
    bleed: Box | None
    trim: Box | None
    art: Box | None
    rotation: int
    unit: float

    @property
    def bleed_or_sheet(self) -> Box:
        """The BleedBox, or what stands for it: the CropBox, and for that the MediaBox (14.11.2.1)."""
        return self.bleed or self.crop or self.media

    def box_of(self, values: Any) -> Box | None:
        """The box of a rectangle on the page, or None where it is none. Never raises."""
        try:
            return _box(values)
        except (TypeError, ValueError):
            return None


def boxes_of(pdf: pikepdf.Pdf, number: int) -> PageBoxes:
    """A page, counted from 1. Raises NotChecked where its boxes can't be read."""
    page = pdf.pages[number - 1].obj
    try:
        media = _box(_inherited(page, "/MediaBox"))
        if media is None:
            raise NotChecked(f"page {number} has no MediaBox")
        return PageBoxes(
            number=number,
            media=media,
            crop=_box(_inherited(page, "/CropBox")),
            bleed=_box(page.get("/BleedBox")),
            trim=_box(page.get("/TrimBox")),
            art=_box(page.get("/ArtBox")),
            rotation=int(_inherited(page, "/Rotate") or 0) % 360,
            unit=float(page.get("/UserUnit", 1)),
        )
    except (TypeError, ValueError, pikepdf.PdfError) as error:
        raise NotChecked(f"the boxes of page {number} can't be read: {error}") from error


def all_boxes(subject: Subject) -> Iterator[PageBoxes]:
    """All pages in order. Raises NotChecked where the boxes of one can't be read."""
    for number in range(1, len(subject.pdf.pages) + 1):
        yield boxes_of(subject.pdf, number)


def trim_of(page: PageBoxes) -> Box:
    """The TrimBox. Raises NotChecked where there is none."""
    if page.trim is None:
        raise NotChecked(f"page {page.number} has no TrimBox")
    return page.trim


def page_by_page(subject: Subject, check: Callable[[Subject, int], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of all pages; a page that can't be measured keeps none of the others from it.

    Raises NotChecked behind the last page, where there was one that can't be measured.
    """
    reasons: list[str] = []
    for number in range(1, len(subject.pdf.pages) + 1):
        try:
            yield from check(subject, number)
        except NotChecked as reason:
            reasons.append(str(reason))
    if reasons:
        more = f"; so it is with {len(reasons) - 1} more pages" if len(reasons) > 1 else ""
        raise NotChecked(reasons[0] + more)


def inside(inner: Box, outer: Box, slack: float = NEAR) -> bool:
    """Whether a box lies in another, give or take `slack` points."""
    return (
        inner.left >= outer.left - slack
        and inner.bottom >= outer.bottom - slack
        and inner.right <= outer.right + slack
        and inner.top <= outer.top + slack
    )


def meets(one: Box, other: Box, slack: float = 0.0) -> bool:
    """Whether two boxes share more than an edge, and more than `slack` points of it."""
    across = min(one.right, other.right) - max(one.left, other.left)
    along = min(one.top, other.top) - max(one.bottom, other.bottom)
    return across > slack and along > slack


def around(boxes: Iterable[Box]) -> Box | None:
    """The box around boxes, or None where there are none."""
    found = list(boxes)
    if not found:
        return None
    return Box(
        min(box.left for box in found),
        min(box.bottom for box in found),
        max(box.right for box in found),
        max(box.top for box in found),
    )


def inches(length: float) -> str:
    """A length of points as people in the trade say it: `7 in`, `14.368 in`."""
    return f"{round(length / 72, 3):g} in"


def _inherited(page: Any, key: str) -> Any:
    node = page
    for _ in range(_DEEPEST):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node.Parent
    return None


def _box(values: Any) -> Box | None:
    """The box of a PDF rectangle, whichever two corners it names (7.9.5). Raises ValueError unless it has four."""
    if values is None:
        return None
    x, y, u, v = (float(value) for value in values)
    return Box(min(x, u), min(y, v), max(x, u), max(y, v))
