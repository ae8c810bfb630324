"""The four printing plates of a page, as pictures: what a shop's own software would separate the file into.

The file's own numbers are measured: a CMYK colour is its inks whatever its profile says, gray is black ink. A copy of
the file is made for each plate and rendered by pdfium, which blends in gray and RGB only (see `ink_content`). Overprint
is followed; spot colours are on no plate, but named; annotations are not drawn. What can't be separated so is said.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pypdfium2 import PdfBitmap, PdfDocument, raw

from policybook.geometry import Box
from policybook.preflight.press.ink_spaces import CMY, C, K, M, Plate, Y
from policybook.preflight.press.ink_state import FAULTS, Notes
from policybook.preflight.press.page_boxes import PageBoxes, boxes_of
from policybook.preflight.press.rules import NotChecked
from policybook.preflight.press.separating import Separation

Plane = NDArray[np.float32]

#: How a page is separated: in two renderings, or in four where an overprint leaves some of C, M and Y as they are.
_TOGETHER = (CMY, K)
_APART = (C, M, Y, K)
#: Pages that are separated at a time: a file is opened anew for the next ones, which lets go of their pictures.
_AT_ONCE = 16
#: Pixels of pictures that end such a batch; on the plates each takes four bytes, a few times over.
_PIXELS_AT_ONCE = 6_000_000
#: Entries of the catalog that hold on to pages (ISO 32000-1, 7.7.2).
_HOLDERS = ("/Outlines", "/Names", "/Dests", "/StructTreeRoot", "/AcroForm", "/OpenAction", "/Threads", "/PageLabels")


@dataclass(frozen=True, slots=True)
class Plates:
    """The plates of a page inside its BleedBox.

    `inks` are C, M, Y and K, of shape (4, height, width), the top row first; 255 is full ink. `box` is in default user
    space; `ppi` pixels are an inch on paper; `spots` are colorants that no plate shows.
    """

    inks: NDArray[np.uint8]
    box: Box
    ppi: float
    spots: tuple[str, ...] = ()

    @property
    def c(self) -> Plane:
        """Cyan, as parts of 1, of shape (height, width)."""
        return self._plane(0)

    @property
    def m(self) -> Plane:
        """Magenta."""
        return self._plane(1)

    @property
    def y(self) -> Plane:
        """Yellow."""
        return self._plane(2)

    @property
    def k(self) -> Plane:
        """Black."""
        return self._plane(3)

    def _plane(self, ink: int) -> Plane:
        return np.asarray(self.inks[ink] * np.float32(1 / 255), np.float32)

    def total(self) -> Plane:
        """The sum of the four inks, 0 to 4."""
        return np.asarray(self.inks.sum(axis=0, dtype=np.uint16) * np.float32(1 / 255), np.float32)

    def box_of(self, left: int, top: int, right: int, bottom: int) -> Box:
        """The box, in default user space, of the pixels from a column and a row to before others."""
        _, height, width = self.inks.shape
        across, down = (self.box.right - self.box.left) / width, (self.box.top - self.box.bottom) / height
        return Box(
            self.box.left + left * across,
            self.box.top - bottom * down,
            self.box.left + right * across,
            self.box.top - top * down,
        )


def plates(data: bytes, page: int, ppi: float = 72) -> Plates:
    """The plates of a page, from 1. Raises NotChecked where it can't be separated."""
    ((_, found),) = separated(data, (page,), ppi)
    if isinstance(found, NotChecked):
        raise found
    return found


def separated(data: bytes, pages: Sequence[int], ppi: float = 72) -> Iterator[tuple[int, Plates | NotChecked]]:
    """Pages, from 1, and their plates, or why there are none; each is rendered when its turn comes."""
    done = 0
    while done < len(pages):
        found, file = _separated(data, pages[done : done + _AT_ONCE], _TOGETHER)
        done += len(found)
        apart = [page for page in found if found[page].notes.partial and not found[page].notes.reasons]
        again, single_file = _separated(data, apart, _APART) if apart else ({}, file)
        with PdfDocument(file) as together, PdfDocument(single_file) as single:
            for page in found:
                if page in again:
                    yield page, _rendered(single, again[page], _APART, ppi)
                elif found[page].notes.reasons:
                    yield page, NotChecked("; ".join(sorted(found[page].notes.reasons)))
                else:
                    yield page, _rendered(together, found[page], _TOGETHER, ppi)


def page_coverage(data: bytes, page: int) -> tuple[float, float, float, float]:
    """The means of the four inks of a page, parts of 1, inside its BleedBox. Raises NotChecked."""
    found = plates(data, page)
    c, m, y, k = (float(plane.mean()) / 255 for plane in found.inks)
    return c, m, y, k


def bleed_box(boxes: PageBoxes) -> Box:
    """The BleedBox, or what stands for it, as far as it is in the MediaBox (14.11.2)."""
    bleed, media = boxes.bleed_or_sheet, boxes.media
    return Box(
        max(bleed.left, media.left),
        max(bleed.bottom, media.bottom),
        min(bleed.right, media.right),
        min(bleed.top, media.top),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that was separated, and what was met on it.

    `first` is the place of its first plate in the file that was made, from 0; `unit` are points (14.11.1: UserUnit).
    """

    first: int
    box: Box
    unit: float
    notes: Notes


def _separated(data: bytes, pages: Sequence[int], how: tuple[Plate, ...]) -> tuple[dict[int, _Page], bytes]:
    """Pages, and a file with the pages of their plates, one behind the other; not all where pictures are large."""
    found: dict[int, _Page] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        separation = Separation(pdf, how)
        made: list[Any] = []
        for page in pages:
            if separation.pixels > _PIXELS_AT_ONCE and how == _TOGETHER:
                break
            versions, found[page] = _versions(separation, page, len(made))
            made += versions
        for key in _HOLDERS:
            if key in pdf.Root:
                del pdf.Root[key]
        del pdf.pages[:]
        for version in made:
            pdf.pages.append(pikepdf.Page(version))
        if not made:
            pdf.add_blank_page()
        target = io.BytesIO()
        pdf.save(
            target, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True
        )
    return found, target.getvalue()


def _versions(separation: Separation, page: int, first: int) -> tuple[tuple[Any, ...], _Page]:
    """A page on each plate; of one that can't be read, no plates and the reason."""
    try:
        boxes = boxes_of(separation.pdf, page)
        box = bleed_box(boxes)
        if box.left >= box.right or box.bottom >= box.top:
            raise ValueError("its BleedBox is outside of its MediaBox")
        versions, notes = separation.page(separation.pdf.pages[page - 1].obj, box)
        return versions, _Page(first, box, boxes.unit, notes)
    except (NotChecked, *FAULTS) as error:
        return (), _Page(first, Box(0, 0, 0, 0), 1, Notes({f"it can't be read: {error}"}))


def _rendered(document: PdfDocument, page: _Page, how: tuple[Plate, ...], ppi: float) -> Plates:
    width = _count(page.box.right - page.box.left, page.unit, ppi)
    height = _count(page.box.top - page.box.bottom, page.unit, ppi)
    inks = np.empty((4, height, width), np.uint8)
    for index, plate in enumerate(how, page.first):
        pixels = _pixels(document[index], width, height)
        for channel, ink in enumerate(plate.inks):
            np.invert(pixels[..., channel], out=inks[ink])
    return Plates(inks, page.box, ppi, tuple(sorted(page.notes.spots)))


def _count(side: float, unit: float, ppi: float) -> int:
    """The least number of pixels that gives the ppi."""
    return max(1, ceil(side * unit * ppi / 72 - 1e-6))


def _pixels(page: Any, width: int, height: int) -> NDArray[np.uint8]:
    """A page in RGB, of shape (height, width, 4), on white."""
    bitmap = PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGRx, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_REVERSE_BYTE_ORDER)
    pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
    bitmap.close()
    page.close()
    return pixels
