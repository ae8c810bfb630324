"""Pictures of pages for the report, as pdfium renders them, and where the boxes of findings are on them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf
from pypdfium2 import PdfDocument

from policybook.geometry import Box
from policybook.preflight.press.page_boxes import PageBoxes, boxes_of
from policybook.preflight.press.rules import NotChecked

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITY = 80
#: A box smaller than this is drawn larger around its middle, so that it can be seen and hit (points).
_LEAST = 7.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture: its address as data, its pixels, the boxes of the page or None if they can't be read."""

    address: str
    width: int
    height: int
    boxes: PageBoxes | None

    def placed(self, box: Box) -> tuple[float, float, float, float] | None:
        """Where a box of user space is on the picture: left, top, width, height in per cent; None if that isn't known.

        The picture is of the CropBox, turned by Rotate (ISO 32000-1, 14.11.2, 7.7.3.3).
        """
        if self.boxes is None:
            return None
        sheet = self.boxes.crop or self.boxes.media
        across, along = sheet.right - sheet.left, sheet.top - sheet.bottom
        if across <= 0 or along <= 0:
            return None
        left, right = _enlarged(box.left - sheet.left, box.right - sheet.left, across)
        top, foot = _enlarged(sheet.top - box.top, sheet.top - box.bottom, along)
        left, right, top, foot = left / across, right / across, top / along, foot / along
        match self.boxes.rotation:
            case 90:
                left, right, top, foot = 1 - foot, 1 - top, left, right
            case 180:
                left, right, top, foot = 1 - right, 1 - left, 1 - foot, 1 - top
            case 270:
                left, right, top, foot = top, foot, 1 - right, 1 - left
        return round(100 * left, 3), round(100 * top, 3), round(100 * (right - left), 3), round(100 * (foot - top), 3)


def pictures(data: bytes, ppi: Mapping[int, float]) -> Iterator[tuple[int, Picture | None]]:
    """Pictures of pages, counted from 1, each at its pixels per inch; None for a page that can't be rendered."""
    with PdfDocument(data) as document, pikepdf.open(io.BytesIO(data)) as pdf:
        for number, resolution in ppi.items():
            try:
                picture = document[number - 1].render(scale=resolution / 72).to_pil().convert("RGB")
            except (RuntimeError, ValueError, MemoryError):
                yield number, None
                continue
            yield number, Picture(_address(picture), picture.width, picture.height, _boxes(pdf, number))


def _boxes(pdf: pikepdf.Pdf, number: int) -> PageBoxes | None:
    try:
        return boxes_of(pdf, number)
    except NotChecked:
        return None


def _address(picture: Image) -> str:
    """A data: address (RFC 2397), so that the report needs no other file."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(target.getvalue()).decode("ascii")


def _enlarged(low: float, high: float, most: float) -> tuple[float, float]:
    """A stretch of at least `_LEAST`, cut off at 0 and at `most`."""
    missing = max(_LEAST - (high - low), 0) / 2
    return max(low - missing, 0), max(min(high + missing, most), 0)
