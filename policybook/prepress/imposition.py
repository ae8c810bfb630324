"""Impose: the pages of a finished PDF are laid on sheets that are printed on both sides, folded, bound and trimmed.

Pages become form XObjects (ISO 32000-1, 8.10) and nothing in them is changed, so colours, fonts and transparency are as
they were; OutputIntents, Info and XMP stay too, so that a file of PDF/X stays one. Annotations, bookmarks and tags have
no meaning on a sheet, and go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode

from policybook.barcode_figures import pdf_path
from policybook.diagnostics import ContentError, Problem
from policybook.geometry import Box
from policybook.prepress.imposition_layout import Job, Layout, lay
from policybook.prepress.imposition_schedule import Side, schedule

#: What is kept of the catalog: the pages' colours, layers and description.
_CATALOG = ("/Type", "/Pages", "/Version", "/Extensions", "/OutputIntents", "/Metadata", "/OCProperties", "/Lang")
#: Sheets are no PDF/UA and no PDF/A, even if their pages came from one; PDF/X they stay.
_CLAIMS = ("{http://www.aiim.org/pdfua/ns/id/}", "{http://www.aiim.org/pdfa/ns/id/}")
#: Sizes of pages that differ by no more, in points, are one.
_TOLERANCE = 0.1
_LABEL_SIZE = 8.0
#: More levels than a page tree has; one that goes in a circle ends with it.
_DEEPEST = 64
#: Lines of marks, and their dashes, in points.
_LINE, _DASHES = 0.25, "[3 3] 0"
_HINT_EXPORT = "export it again as a PDF for the press, with trim and bleed"


@dataclass(frozen=True, slots=True)
class Imposed:
    """An imposed PDF: two pages a sheet, front and back, and what it is made of."""

    pdf: bytes
    pages: int
    blanks: int
    signatures: int
    sheets: int
    sheet_width: float
    sheet_height: float


def impose(data: bytes, job: Job) -> Imposed:
    """Impose a PDF. The same PDF and job give the same bytes.

    Raises ContentError (IMPO001 to IMPO003) where the file can't be imposed, and ValueError where the job's sheet is
    too small for its pages.
    """
    with _opened(data) as pdf:
        boxes = _boxes(pdf)
        trim = boxes[0][0]
        bleed = max(_bleed(*pair) for pair in boxes)
        layout = lay(job, trim.right - trim.left, trim.top - trim.bottom, bleed)
        sides = schedule(len(boxes), job.scheme)
        _replace_pages(pdf, boxes, layout, sides)
        _strip(pdf, layout)
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True, object_stream_mode=ObjectStreamMode.preserve)
    blanks = job.scheme.padded(len(boxes)) - len(boxes)
    size = layout.sheet_width, layout.sheet_height
    return Imposed(buffer.getvalue(), len(boxes), blanks, sides[-1].signature, len(sides) // 2, *size)


def _opened(data: bytes) -> pikepdf.Pdf:
    """The file. It is not repaired: what a repair leaves out would be missed when the sheets are printed."""
    try:
        pdf = pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise _refused("IMPO001", "the PDF is encrypted", "save it without a password") from error
    except pikepdf.PdfError as error:
        raise _refused("IMPO001", "the file is not a PDF, or is damaged", "export it again") from error
    if pdf.is_encrypted:
        raise _refused("IMPO001", "the PDF is encrypted", "save it without restrictions")
    if not len(pdf.pages):
        raise _refused("IMPO001", "the PDF has no pages", "export it again")
    return pdf


def _refused(code: str, message: str, hint: str) -> ContentError:
    return ContentError([Problem(code, message, hint=hint)])


def _boxes(pdf: pikepdf.Pdf) -> list[tuple[Box, Box]]:
    """TrimBox and BleedBox of each page. Raises ContentError that holds everything which is wrong with them.

    A page without a BleedBox has no bleed here: the default (ISO 32000-1, 14.11.2.1) is all of the CropBox, marks
    included.
    """
    pages = [page.obj for page in pdf.pages]
    problems = [*_unfit(pages)]
    if problems:
        raise ContentError(problems)
    boxes = [(_box(page, "/TrimBox"), _box(page, "/BleedBox")) for page in pages]
    pairs = [(trim, bleed or trim) for trim, bleed in boxes if trim is not None]
    other = [at for at, (trim, _) in enumerate(pairs) if not _same_size(trim, pairs[0][0])]
    if other:
        words = f"page 1 is {_size(pairs[0][0])} when trimmed, and page {other[0] + 1} is {_size(pairs[other[0]][0])}"
        more = f"; {len(other)} pages differ from page 1" if len(other) > 1 else ""
        hint = "impose pages of one size together, such as the interior without its cover"
        raise _refused("IMPO003", words + more, hint)
    return pairs


def _unfit(pages: list[pikepdf.Dictionary]) -> Iterator[Problem]:
    """What is wrong with pages, each by itself."""
    without = [at for at, page in enumerate(pages, 1) if _box(page, "/TrimBox") is None]
    if without:
        yield Problem("IMPO002", f"no TrimBox says where {_named(without)} ends", hint=_HINT_EXPORT)
    turned = [at for at, page in enumerate(pages, 1) if _inherited(page, "/Rotate") or "/UserUnit" in page]
    if turned:
        yield Problem("IMPO002", f"{_named(turned)} is turned or scaled (Rotate, UserUnit)", hint=_HINT_EXPORT)


def _inherited(page: pikepdf.Dictionary, key: str) -> int:
    """A whole number of a page, or of the nodes of the page tree over it (ISO 32000-1, 7.7.3.4), or 0."""
    node: Any = page
    for _ in range(_DEEPEST):
        if key in node:
            return int(node[key])
        node = node.get("/Parent")
        if node is None:
            break
    return 0


def _box(page: pikepdf.Dictionary, key: str) -> Box | None:
    """A box of a page, by whichever corners (ISO 32000-1, 7.9.5), or None where it is missing or empty."""
    given: Any = page.get(key)
    if not isinstance(given, Array) or len(given) != 4:
        return None
    x1, y1, x2, y2 = (float(value) for value in given)
    box = Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    return box if box.left < box.right and box.bottom < box.top else None


def _bleed(trim: Box, bleed: Box) -> float:
    """How far the bleed reaches over the trim, on the side where it reaches farthest."""
    return max(trim.left - bleed.left, trim.bottom - bleed.bottom, bleed.right - trim.right, bleed.top - trim.top, 0.0)


def _same_size(one: Box, other: Box) -> bool:
    across = (one.right - one.left) - (other.right - other.left)
    return abs(across) <= _TOLERANCE and abs((one.top - one.bottom) - (other.top - other.bottom)) <= _TOLERANCE


def _size(box: Box) -> str:
    return f"{(box.right - box.left) / 72:.4g} x {(box.top - box.bottom) / 72:.4g} in"


def _named(pages: list[int]) -> str:
    """Pages in words: page 3, or page 3 and 4 others."""
    others = len(pages) - 1
    return f"page {pages[0]}" + (f" (and {others} other{'s' * (others > 1)})" if others else "")


def _replace_pages(pdf: pikepdf.Pdf, boxes: list[tuple[Box, Box]], layout: Layout, sides: tuple[Side, ...]) -> None:
    """Puts sheets in the place of pages, which live on as forms."""
    forms = []
    for page, (_, bleed) in zip(pdf.pages, boxes, strict=True):
        form = page.as_form_xobject(handle_transformations=False)
        form.BBox = Array(bleed.as_list())
        forms.append(form)
    group = pdf.pages[0].obj.get("/Group")
    ink = pdf.make_indirect(_all_inks())
    del pdf.pages[:]
    for side in sides:
        sheet = Dictionary(_page_boxes(layout))
        shown = {f"/P{place.page}": forms[place.page - 1] for place in side.places if place.page <= len(forms)}
        sheet.Type = Name.Page
        sheet.Resources = Dictionary(XObject=Dictionary(shown), ColorSpace=Dictionary(Marks=ink))
        sheet.Contents = pdf.make_stream(_content(boxes, layout, side, sides[-1].signature))
        if group is not None:
            sheet.Group = group
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))


def _all_inks() -> Array:
    """The colour of marks: every ink there is (ISO 32000-1, 8.6.6.4), so that they show how the plates lie."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[0], N=1)
    return Array([Name.Separation, Name.All, Name.DeviceGray, tint])


def _page_boxes(layout: Layout) -> dict[str, Array]:
    """The boxes of a sheet (ISO 32000-1, 14.11.2): its trim runs around all of its pages."""
    block, sheet = layout.block, Box(0, 0, layout.sheet_width, layout.sheet_height)
    boxes = {"/MediaBox": sheet, "/CropBox": sheet, "/BleedBox": block.grown(layout.bleed), "/TrimBox": block}
    return {name: Array(box.as_list()) for name, box in boxes.items()}


def _content(boxes: list[tuple[Box, Box]], layout: Layout, side: Side, signatures: int) -> bytes:
    """The content stream of a side: its pages, each clipped, and then the marks."""
    parts = [*_pages(boxes, layout, side), *_marks(layout, side)]
    collation = layout.collation(side, signatures)
    if collation is not None:  # it lies inside the trim, where no mark may be in all inks (GWG 2022, R0024)
        parts.append(f"q 0 g {_rectangle(collation)} re f Q")
    return "\n".join(parts).encode("ascii")


def _pages(boxes: list[tuple[Box, Box]], layout: Layout, side: Side) -> Iterator[str]:
    for place in side.places:
        if place.page > len(boxes):
            continue
        frame, trim = layout.frame(place), boxes[place.page - 1][0]
        if frame.turned:
            turn, x, y = "-1 0 0 -1", frame.trim.right + trim.left, frame.trim.top + trim.bottom
        else:
            turn, x, y = "1 0 0 1", frame.trim.left - trim.left, frame.trim.bottom - trim.bottom
        yield f"q {_rectangle(frame.clip)} re W n {turn} {_number(x)} {_number(y)} cm /P{place.page} Do Q"


def _marks(layout: Layout, side: Side) -> Iterator[str]:
    strokes = layout.marks(side)
    yield f"q /Marks CS /Marks cs 1 SCN 1 scn {_number(_LINE)} w"
    for dashed in (False, True):
        if dashed:
            yield f"{_DASHES} d"
        for mark in strokes:
            if mark.dashed is dashed:
                ends = [_number(value) for value in (mark.x1, mark.y1, mark.x2, mark.y2)]
                yield f"{ends[0]} {ends[1]} m {ends[2]} {ends[3]} l S"
    spot = layout.label(_LABEL_SIZE)
    if spot is not None:
        yield f"{pdf_path(_label(layout.job, side), *spot, _LABEL_SIZE, _LABEL_SIZE * 0.7)} f"
    yield "Q"


def _label(job: Job, side: Side) -> str:
    """What a side is called: 3A is the front of sheet or signature 3, 3-2B the back of signature 3's second sheet."""
    scheme = job.scheme
    numbers = f"{side.signature}-{side.sheet}"
    if scheme.saddle:
        numbers = f"{side.sheet}"
    elif scheme.pages_per_signature == scheme.pages_per_sheet:
        numbers = f"{side.signature}"
    return numbers + ("A" if side.front else "B")


def _rectangle(box: Box) -> str:
    return " ".join(map(_number, (box.left, box.bottom, box.right - box.left, box.top - box.bottom)))


def _number(value: float) -> str:
    """A number to a thousandth of a point, without an exponent (ISO 32000-1, 7.3.3)."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _strip(pdf: pikepdf.Pdf, layout: Layout) -> None:
    """Leaves in the catalog what is true of sheets; an office's printer is told how to turn them."""
    for key in list(pdf.Root.keys()):
        if key not in _CATALOG:
            del pdf.Root[key]
    if "/Metadata" in pdf.Root and any(
        claim.strip("{}").encode() in pdf.Root.Metadata.read_bytes() for claim in _CLAIMS
    ):
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as packet:
            for key in [key for key in packet if key.startswith(_CLAIMS)]:
                del packet[key]
    if layout.job.office:
        wide = layout.sheet_width > layout.sheet_height
        turn = Name.DuplexFlipShortEdge if wide else Name.DuplexFlipLongEdge
        # ISO 32000-1, table 150
        pdf.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), Duplex=turn)
