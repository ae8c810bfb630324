"""Rules of the pages as sheets: their boxes, how large they are and how they lie, and marks in the slug."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from policybook.geometry import Box, points
from policybook.preflight.press.page_boxes import (
    NEAR,
    PageBoxes,
    all_boxes,
    boxes_of,
    inches,
    inside,
    meets,
    page_by_page,
    trim_of,
)
from policybook.preflight.press.painted import Painted
from policybook.preflight.press.rules import Finding, Rule
from policybook.preflight.press.subject import Kind, Subject
from policybook.printer import Severity

#: How far two trim sizes may differ, in points: programs round inches and millimeters.
_SAME_SIZE = 0.1
#: How much nearer than the offset a mark's box may come to the trim, in points: half of a mark's line and rounding.
_SLACK = 0.3


def _nested(subject: Subject) -> Iterator[Finding]:
    """TrimBox there, no ArtBox, boxes nest (ISO 15930-7 and ISO 15930-4; ISO 32000-1, 14.11.2)."""
    for page in all_boxes(subject):
        if page.trim is None:
            yield _boxes(page, "there is no TrimBox", "set the TrimBox to the size of the trimmed page")
        if page.art is not None:
            yield _boxes(page, "there is an ArtBox", "take the ArtBox out; the TrimBox says where the page is cut")
        named = [("TrimBox", page.trim), ("BleedBox", page.bleed), ("CropBox", page.crop), ("MediaBox", page.media)]
        there = [(name, box) for name, box in named if box is not None]
        for name, box in there[:-1]:
            if not inside(box, page.media):
                yield _boxes(
                    page, f"the {name} runs over the MediaBox", f"make the sheet larger, or the {name} smaller"
                )
        if page.trim is not None and page.bleed is not None and not inside(page.trim, page.bleed):
            yield _boxes(
                page, "the TrimBox runs over the BleedBox", "the BleedBox is the TrimBox and the bleed around it"
            )


def _boxes(page: PageBoxes, message: str, hint: str) -> Finding:
    return Finding("PRES004", Severity.ERROR, message, hint, page.number, page.trim or page.art)


def _sheet(subject: Subject) -> Iterator[Finding]:
    """CropBox and UserUnit (GWG 2022 R0003, R0002)."""
    for page in all_boxes(subject):
        if page.crop is not None and not (inside(page.crop, page.media) and inside(page.media, page.crop)):
            hint = "take the CropBox out, or make it the MediaBox"
            yield Finding(
                "PRES005", Severity.ERROR, "the CropBox hides a part of the sheet", hint, page.number, page.crop
            )
        if page.unit != 1:
            said = f"the page is measured in units of {page.unit:g} points (UserUnit)"
            yield Finding("PRES005", Severity.ERROR, said, "write the page again without UserUnit", page.number)


def _size(subject: Subject) -> Iterator[Finding]:
    """One trim size, and no page that is turned (GWG 2022 R0004)."""
    pages = list(all_boxes(subject))
    sizes = {page.number: _extent(page.trim) for page in pages if page.trim is not None}
    geometry = subject.expected.geometry
    usual: tuple[float, float] | None = None
    if subject.kind is Kind.INTERIOR and geometry is not None:
        usual = (geometry.trim_width, geometry.trim_height)
    elif sizes:
        usual = Counter(sizes.values()).most_common(1)[0][0]
    for page in pages:
        if page.rotation:
            said = f"the page is turned by {page.rotation}° (Rotate)"
            yield Finding("PRES006", Severity.ERROR, said, "turn the content, and set no Rotate", page.number)
        size = sizes.get(page.number)
        if size is not None and usual is not None and not _alike(size, usual):
            said = f"the trim is {_by(size)}, and that of the book {_by(usual)}"
            hint = "make all pages the same size"
            yield Finding("PRES006", Severity.ERROR, said, hint, page.number, page.trim)
    for page in pages:
        trim_of(page)


def _extent(box: Box) -> tuple[float, float]:
    return round(box.right - box.left, 2), round(box.top - box.bottom, 2)


def _alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) <= _SAME_SIZE for a, b in zip(one, other, strict=True))


def _by(size: tuple[float, float]) -> str:
    return f"{inches(size[0])} × {inches(size[1])}"


def _marks(subject: Subject) -> Iterator[Finding]:
    """Marks stand outside the bleed, and far enough from the trim (ISO 32000-1, 14.11.3)."""
    yield from page_by_page(subject, _marks_of)


def _marks_of(subject: Subject, number: int) -> Iterator[Finding]:
    page = boxes_of(subject.pdf, number)
    trim, bleed = trim_of(page), page.bleed_or_sheet
    offset = points(subject.printer.marks.offset) / page.unit
    for thing in subject.painted(number):
        if not _is_mark(thing, trim, bleed):
            continue
        away = _distance(thing.box, trim)
        if not subject.printer.marks.any:
            said, hint = (
                "something is printed outside the bleed",
                f"{subject.printer.name} takes no marks: leave them out",
            )
        elif meets(thing.box, bleed, NEAR):
            said, hint = "a mark stands in the bleed", f"move the marks to {subject.printer.marks.offset} from the trim"
        elif away < offset - _SLACK:
            said = f"a mark stands {away * page.unit:.1f} pt from the trim, less than {subject.printer.marks.offset}"
            hint = f"move the marks to {subject.printer.marks.offset} from the trim"
        else:
            continue
        yield Finding("PRES008", Severity.ERROR, said, hint, number, thing.box)


def _is_mark(thing: Painted, trim: Box, bleed: Box) -> bool:
    """Whether a thing is meant for the slug: it lies outside the trim, and reaches out of the bleed or is in All.

    Art that bleeds meets the trim; art that is cut off by the trim's edge stays within the bleed.
    """
    if not thing.is_visible or thing.colour.is_white or meets(thing.box, trim, NEAR):
        return False
    return "All" in thing.colour.colorants or not inside(thing.box, bleed)


def _distance(box: Box, trim: Box) -> float:
    """How far a box is from the trim, across or along the page, in units of user space."""
    across = max(trim.left - box.right, box.left - trim.right)
    along = max(trim.bottom - box.top, box.bottom - trim.top)
    return max(across, along, 0.0)


RULES: tuple[Rule, ...] = (
    Rule(4, "Trim boxes are there, and boxes nest", "ISO 32000-1, 14.11.2", _nested),
    Rule(5, "The crop box is the sheet, in plain units", "GWG 2022 R0003, R0002", _sheet),
    Rule(6, "One trim size, and no page is turned", "GWG 2022 R0004", _size),
    Rule(8, "Marks stand outside the bleed", "ISO 32000-1, 14.11.3", _marks),
)
