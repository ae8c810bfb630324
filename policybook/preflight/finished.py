"""A finished file as a reader's program has it: the text of its pages, their links and structure, its page numbers.

The program is pdfium, which has no code in common with the engine that set the pages. Of the modules that read the
screen edition only this one imports it. Boxes are in the default user space (ISO 32000-1, 8.3.2.3), wherever the
origins of the page's boxes lie.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, raw

from policybook.diagnostics import ContentError, Problem
from policybook.geometry import Box

#: Bytes that most strings have room in.
_ROOM = 512


@contextmanager
def opened(pdf: bytes | Path) -> Iterator[PdfDocument]:
    """The file, open. Raises ContentError (WHOL001) where it, or a page of it, can't be read."""
    try:
        with PdfDocument(pdf) as document:
            yield document
    except PdfiumError as error:
        raise ContentError([Problem("WHOL001", f"the finished file can't be read: {error}")]) from error


def page_labels(document: PdfDocument) -> Iterator[str]:
    """What a viewer calls each page (ISO 32000-1, 12.4.2); an empty string where the file doesn't say."""
    return (document.get_page_label(index) for index in range(len(document)))


def destinations(document: PdfDocument) -> Iterator[tuple[str, int | None]]:
    """Each named destination, and the leaf that it leads to, from 0, or None (ISO 32000-1, 12.3.2.3)."""
    room = ctypes.create_string_buffer(_ROOM)
    size = ctypes.c_long()
    for index in range(raw.FPDF_CountNamedDests(document)):
        size.value = len(room)
        place = raw.FPDF_GetNamedDest(document, index, room, ctypes.byref(size))
        if size.value < 0:  # there is no room
            raw.FPDF_GetNamedDest(document, index, None, ctypes.byref(size))
            room = ctypes.create_string_buffer(size.value)
            place = raw.FPDF_GetNamedDest(document, index, room, ctypes.byref(size))
        yield _decoded(room.raw[: max(size.value, 0)]), _leaf(document, place)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: its box and where it leads.

    `anchor` is the name of a destination, `address` that of an action (ISO 32000-1, 12.6.4.7); either may be empty.
    `leads` says whether there is a destination; `leaf` is the leaf, from 0, of one without a name that is in the file.
    """

    box: Box
    anchor: str
    address: str
    leads: bool
    leaf: int | None


@dataclass(frozen=True, slots=True)
class FinishedPage:
    """An open page. What it says of itself is read when it is asked for."""

    document: PdfDocument
    page: Any
    text_page: Any

    def label(self, leaf: int | None) -> str | None:
        """What a viewer calls a leaf of the file, or None if there is none."""
        return None if leaf is None else str(self.document.get_page_label(leaf)) or f"leaf {leaf + 1}"

    def text(self) -> str:
        """The page's text, in the order in which the page draws it. Lines end in CR LF."""
        return str(self.text_page.get_text_range())

    def text_in(self, box: Box) -> str:
        """The text in a box, its white space made single spaces."""
        sides = (box.left, box.top, box.right, box.bottom)
        room = (ctypes.c_ushort * _ROOM)()
        count = raw.FPDFText_GetBoundedText(self.text_page, *sides, room, _ROOM)
        if count >= _ROOM:
            count = raw.FPDFText_GetBoundedText(self.text_page, *sides, None, 0)
            room = (ctypes.c_ushort * count)()
            raw.FPDFText_GetBoundedText(self.text_page, *sides, room, count)
        return " ".join(bytes(room)[: 2 * count].decode("utf-16-le", "ignore").replace("\0", "").split())

    def lines(self) -> Iterator[tuple[float, float, float, float]]:
        """Left, bottom, right and top of each line of the page's text, and of what stands apart in a line."""
        sides = [ctypes.c_double() for _ in range(4)]
        left, top, right, bottom = sides
        places = [ctypes.byref(side) for side in sides]
        for number in range(raw.FPDFText_CountRects(self.text_page, 0, -1)):
            raw.FPDFText_GetRect(self.text_page, number, *places)
            yield left.value, bottom.value, right.value, top.value

    def links(self) -> Iterator[Link]:
        """The link annotations (ISO 32000-1, 12.5.6.5), in the order of the page."""
        for index in range(raw.FPDFPage_GetAnnotCount(self.page)):
            annotation = raw.FPDFPage_GetAnnot(self.page, index)
            try:
                if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_LINK:
                    yield self._link(annotation)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)

    def _link(self, annotation: Any) -> Link:
        sides = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, sides)
        left, right = sorted((sides.left, sides.right))
        bottom, top = sorted((sides.bottom, sides.top))
        anchor = _text(lambda room, size: raw.FPDFAnnot_GetStringValue(annotation, b"Dest", room, size))
        address, place = "", None
        if not anchor or raw.FPDFAnnot_HasKey(annotation, b"A"):
            link = raw.FPDFAnnot_GetLink(annotation)
            address = self._address(raw.FPDFLink_GetAction(link))
            if not anchor:
                place = raw.FPDFLink_GetDest(self.document, link)
        box = Box(left, bottom, right, top)
        return Link(box, anchor, address, bool(anchor or place), _leaf(self.document, place))

    def _address(self, action: Any) -> str:
        if not action:
            return ""
        size = raw.FPDFAction_GetURIPath(self.document, action, None, 0)
        room = ctypes.create_string_buffer(max(size, 1))
        raw.FPDFAction_GetURIPath(self.document, action, room, size)
        return room.value.decode("latin-1")

    def alternates(self) -> Iterator[str]:
        """The alternate texts (ISO 32000-1, 14.9.3) in the structure of the page, in reading order."""
        tree = raw.FPDF_StructTree_GetForPage(self.page)
        if not tree:
            return
        try:
            count = raw.FPDF_StructTree_CountChildren(tree)
            pending = [raw.FPDF_StructTree_GetChildAtIndex(tree, i) for i in reversed(range(count))]
            while pending:
                element = pending.pop()
                if element:
                    yield from _alternate(element)
                    count = raw.FPDF_StructElement_CountChildren(element)
                    pending += [raw.FPDF_StructElement_GetChildAtIndex(element, i) for i in reversed(range(count))]
        finally:
            raw.FPDF_StructTree_Close(tree)


def finished_pages(document: PdfDocument, first: int, count: int) -> Iterator[FinishedPage]:
    """So many pages from one on, from 0, as far as the file has them. Each is closed before the next one is opened."""
    for index in range(first, min(first + count, len(document))):
        page = document[index]
        try:
            text_page = page.get_textpage()
            try:
                yield FinishedPage(document, page, text_page)
            finally:
                text_page.close()
        finally:
            page.close()


def _leaf(document: PdfDocument, place: Any) -> int | None:
    index = raw.FPDFDest_GetDestPageIndex(document, place) if place else -1
    return index if index >= 0 else None


def _alternate(element: Any) -> Iterator[str]:
    text = _text(lambda room, size: raw.FPDF_StructElement_GetAltText(element, room, size))
    if text:
        yield text


def _text(read: Callable[[Any, int], int]) -> str:
    """What one of pdfium's functions writes as UTF-16 if it has room; it returns how many bytes it needs."""
    room = (ctypes.c_ushort * (_ROOM // 2))()
    size = read(room, _ROOM)
    if size > _ROOM:
        room = (ctypes.c_ushort * (size // 2))()
        read(room, size)
    return _decoded(bytes(room)[: max(size, 0)])


def _decoded(text: bytes) -> str:
    return text.decode("utf-16-le", "replace").rstrip("\0")
