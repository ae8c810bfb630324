"""Rules of the cover: as wide as the book is thick, and a barcode that says the book's ISBN."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pypdfium2 import PdfDocument

from policybook.cover import read_cover_facts, stale
from policybook.geometry import Box, points
from policybook.preflight.press.page_boxes import all_boxes, boxes_of, inches, inside, meets, trim_of
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Kind, Subject
from policybook.printer import Severity

#: Pixels per inch at which barcodes are read: the thinnest bar at 80% is 4 pixels wide.
_PPI = 400
#: An EAN-13 without its quiet zones has 95 modules of 0.33 mm at full size (GS1 General Specifications, 5.2).
_WIDTH = 95 * 0.33 * 72 / 25.4
#: How much smaller than asked for a barcode may seem, for the edges of pixels.
_SLACK = 0.02
#: Where no panel is under a barcode, things that reach no farther out of it are bars, in points.
_AROUND = 12
#: Ink that a scanner's red light takes for a bar, as the sum of parts of 1.
_DARK = 0.5


def _is_cover(subject: Subject) -> bool:
    return subject.kind is Kind.COVER


def _width(subject: Subject) -> Iterator[Finding]:
    """The wrap is two trims and a spine, for the pages and the paper that the interior really has."""
    pages, geometry = subject.expected.pages, subject.expected.geometry
    count = len(subject.pdf.pages)
    if count != 1:
        hint = "put back, spine and front side by side on one page"
        yield Finding("PRES035", Severity.ERROR, f"the cover has {count} pages, and is one wrap", hint)
    if pages is None:
        raise NotChecked("the interior's count of pages is not known")
    if geometry is None:
        raise NotChecked("the interior's trim size is not known")
    try:
        stock = subject.printer.stock(subject.expected.stock)
    except KeyError as error:
        raise NotChecked(f"{subject.printer.name} has no paper “{subject.expected.stock}”") from error
    spine = subject.printer.spine_width(pages, stock)
    wanted = 2 * geometry.trim_width + spine
    yield from _stale(subject, spine)
    slack = points(subject.printer.cover.width_tolerance)
    for page in all_boxes(subject):
        trim = trim_of(page)
        width, height = (trim.right - trim.left) * page.unit, (trim.top - trim.bottom) * page.unit
        hint = f"make the cover again for {pages} pages on {stock.name}: the spine is {inches(spine)}"
        if abs(width - wanted) > slack:
            said = f"the cover is {inches(width)} wide at the trim, and has to be {inches(wanted)}"
            yield Finding("PRES035", Severity.ERROR, said, hint, page.number, trim)
        if abs(height - geometry.trim_height) > slack:
            said = f"the cover is {inches(height)} high at the trim, and the book {inches(geometry.trim_height)}"
            yield Finding("PRES035", Severity.ERROR, said, hint, page.number, trim)


def _stale(subject: Subject, spine: float) -> Iterator[Finding]:
    """A cover of ours tells what it was made for; that must be what the book is now."""
    made = read_cover_facts(str(subject.pdf.docinfo.get("/PolicybookCover", "")))
    expected = subject.expected
    if made is None or expected.pages is None or expected.geometry is None:
        return
    now = replace(
        made,
        isbn="".join(sign for sign in expected.isbn if sign.isalnum()) or made.isbn,
        stock=expected.stock or made.stock,
        pages=expected.pages,
        trim_width=round(expected.geometry.trim_width, 3),
        trim_height=round(expected.geometry.trim_height, 3),
        spine_width=round(spine, 3),
    )
    if said := stale(made, now):
        yield Finding("PRES035", Severity.ERROR, said.rstrip("."), "build the cover again, with the interior")


@dataclass(frozen=True, slots=True)
class _Code:
    """A barcode that was read: its digits, where it is, its magnification."""

    digits: str
    box: Box
    magnification: float


def _barcode(subject: Subject) -> Iterator[Finding]:
    """A scanner reads the edition's ISBN (ISO/IEC 15420), in black on white, at the size that the printer asks for."""
    isbn = "".join(sign for sign in subject.expected.isbn if sign.isalnum())
    if not isbn:
        raise NotChecked("the ISBN is not known")
    codes = [code for number in range(1, len(subject.pdf.pages) + 1) for code in _read(subject, number)]
    hint = f"put the barcode of {subject.expected.isbn} on the back, in black on white, with room around it"
    if not codes:
        yield Finding("PRES036", Severity.ERROR, "no barcode of a book can be read", hint)
    least = subject.printer.cover.barcode_least
    for code in codes:
        if code.digits != isbn:
            said = f"the barcode says {code.digits}, and the ISBN is {subject.expected.isbn}"
            yield Finding("PRES036", Severity.ERROR, said, hint, 1, code.box)
        if code.magnification < least - _SLACK:
            said = f"the barcode has {code.magnification:.0%} of its full size; the least is {least:.0%}"
            yield Finding("PRES036", Severity.ERROR, said, "make the barcode larger", 1, code.box)
        if _is_mixed(subject, code.box):
            said = "the barcode is not printed in black ink alone"
            yield Finding("PRES036", Severity.ERROR, said, "draw it in K only, on white", 1, code.box)


def _is_mixed(subject: Subject, code: Box) -> bool:
    """Whether a dark thing of more inks than black stands among the bars, on top of the white panel if there is one."""
    things = [thing for thing in subject.painted(1) if thing.is_visible and meets(thing.box, code, 0.05)]
    panels = [index for index, thing in enumerate(things) if thing.colour.is_white and inside(code, thing.box)]
    bars = things[panels[-1] + 1 :] if panels else [thing for thing in things if inside(thing.box, code, _AROUND)]
    builds = [thing.colour.build for thing in bars]
    return any(build is not None and any(build[:3]) and sum(build) > _DARK for build in builds)


def _read(subject: Subject, number: int) -> Iterator[_Code]:
    """The barcodes of books on a page. Raises NotChecked where no decoder is installed."""
    try:
        import zxingcpp  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise NotChecked("no decoder of barcodes is installed: python -m pip install zxing-cpp") from error
    page = boxes_of(subject.pdf, number)
    sheet = page.crop or page.media
    with PdfDocument(subject.data) as document:
        leaf = document[number - 1]
        leaf.set_rotation(0)
        picture = leaf.render(scale=_PPI / 72, grayscale=True).to_numpy()
    height, width = picture.shape[:2]
    across, down = (sheet.right - sheet.left) / width, (sheet.top - sheet.bottom) / height
    for found in zxingcpp.read_barcodes(
        picture.reshape(height, width), formats=zxingcpp.barcode_formats_from_str("EAN13")
    ):
        if not found.text.startswith(("978", "979")):
            continue
        corners = [getattr(found.position, name) for name in ("top_left", "top_right", "bottom_left", "bottom_right")]
        xs = [sheet.left + corner.x * across for corner in corners]
        ys = [sheet.top - corner.y * down for corner in corners]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        length = math.dist((xs[0], ys[0]), (xs[1], ys[1]))
        yield _Code(found.text, box, length * page.unit / _WIDTH)


RULES: tuple[Rule, ...] = (
    Rule(35, "The cover is as wide as the book is thick", "", _width, _is_cover),
    Rule(
        36,
        "The barcode says the ISBN",
        "ISO/IEC 15420",
        _barcode,
        lambda subject: _is_cover(subject) and subject.printer.cover.barcode,
    ),
)
