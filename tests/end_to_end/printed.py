"""A file for the press, opened by pikepdf, pdfium and by its operators: boxes, letters and pictures of its pages.

Pages are counted from 0. Boxes are left, bottom, right, top in points of the page's user space.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import zxingcpp
from numpy.typing import NDArray
from pypdfium2 import raw

from tests.end_to_end.drawing import Drawing, Sides, read_drawing

Picture = NDArray[np.int16]
Letter = tuple[str, float, float]


def points(length: str) -> float:
    """A length such as “0.125 in” in points."""
    number, unit = length.split()
    return float(number) * {"pt": 1.0, "in": 72.0}[unit]


def grown(box: Sides, by: float) -> Sides:
    """A box that is larger by so much at all sides."""
    left, bottom, right, top = box
    return left - by, bottom - by, right + by, top + by


@dataclass
class Printed:
    """A file for the press, being read."""

    path: Path

    @cached_property
    def pikepdf(self) -> pikepdf.Pdf:
        """The file, as pikepdf has it."""
        return pikepdf.open(self.path)

    @cached_property
    def pdfium(self) -> pypdfium2.PdfDocument:
        """The file, as pdfium has it."""
        return pypdfium2.PdfDocument(self.path)

    @cached_property
    def drawing(self) -> Drawing:
        """What its pages draw."""
        return read_drawing(self.path)

    @property
    def count(self) -> int:
        """The count of pages."""
        return len(self.pdfium)

    def box(self, name: str, page: int = 0) -> Sides:
        """A box of a page, such as /TrimBox; it must be the page's own."""
        left, bottom, right, top = map(float, self.pikepdf.pages[page].obj[name])
        return left, bottom, right, top

    def dictionaries(self) -> list[Any]:
        """All objects that are dictionaries, those of streams among them."""
        kinds = pikepdf.ObjectType.dictionary, pikepdf.ObjectType.stream
        held: list[Any] = list(self.pikepdf.objects)
        return [thing for thing in held if isinstance(thing, pikepdf.Object) and thing._type_code in kinds]

    def close(self) -> None:
        """Let go of the file."""
        self.pikepdf.close()
        self.pdfium.close()


def letters(page: pypdfium2.PdfPage, box: Sides | None = None) -> list[Letter]:
    """The characters within a box, or the trim, as they are drawn, and where each stands."""
    left, bottom, right, top = box or page.get_trimbox()
    text = page.get_textpage()
    found = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(text.raw, index) == 1:
            continue
        raw.FPDFText_GetCharOrigin(text.raw, index, x, y)
        if left <= x.value <= right and bottom <= y.value <= top:
            found.append((chr(raw.FPDFText_GetUnicode(text.raw, index)), x.value, y.value))
    return found


def picture(page: pypdfium2.PdfPage, box: Sides | None = None, scale: float = 1) -> Picture:
    """A page within a box, or its trim, as pdfium shows it, of shape (height, width, 3); `scale` pixels are a point."""
    left, bottom, right, top = page.get_mediabox()
    x0, y0, x1, y1 = box or page.get_trimbox()
    shown = page.render(scale=scale, crop=(x0 - left, y0 - bottom, right - x1, top - y1))
    return np.asarray(shown.to_numpy()[..., :3], np.int16)


def shift(one: Picture, other: Picture) -> int:
    """The most by which a channel of a pixel differs."""
    return int(np.abs(one - other).max())


def barcode(page: pypdfium2.PdfPage) -> tuple[str, str, Sides]:
    """The one barcode in the trim of a page, as zxing reads it: its kind, its digits and its box."""
    scale = 4
    (found,) = zxingcpp.read_barcodes(np.asarray(picture(page, scale=scale), np.uint8))
    left, _, _, top = page.get_trimbox()
    place = found.position
    corners = place.top_left, place.top_right, place.bottom_left, place.bottom_right
    across, down = [corner.x / scale for corner in corners], [corner.y / scale for corner in corners]
    return str(found.format), found.text, (left + min(across), top - max(down), left + max(across), top - min(down))


def delivered(folder: Path) -> dict[str, bytes]:
    """The files of a delivery by their paths, the manifest among them."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
