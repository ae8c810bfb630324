"""Pressing: a gathering for screens becomes one for the press, page by page the same, next to its layout and cached.

Its colours become inks, black overprints, and what belongs to screens is left out: the structure, the links.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import count

import pikepdf

from policybook.binding_sheets import JoinedSheets
from policybook.content_stream import Edited
from policybook.diagnostics import ContentError
from policybook.folding_objects import FoldedObjects
from policybook.gathering import DOCUMENT, FONTS, PAGES, Figures, Gathering, Page, pack
from policybook.pdf_file import LEVEL, PdfFile, array, dictionary, reference
from policybook.prepress.flattening import without_transparency
from policybook.prepress.inks import Inks
from policybook.prepress.overprinting import add_overprint
from policybook.prepress.separation import separate
from policybook.printer import Standard

_CATALOG, _INFO, _PAGE_TREE, _FONT_TABLE, _RESOURCES = range(1, 6)
_FIRST_FREE = 6


@dataclass(frozen=True, slots=True)
class Press:
    """What gatherings are pressed for: the standard, and the inks."""

    standard: Standard
    inks: Inks

    @property
    def digest(self) -> str:
        """The SHA-256 of both."""
        return hashlib.sha256(f"{self.standard} {self.inks.digest}".encode()).hexdigest()


def press(gathering: Gathering, to: Press) -> Gathering:
    """The gathering for the press. What can't be printed so is among its problems (INKS001, INKS002)."""
    if not gathering.count:
        return gathering
    try:
        with pikepdf.open(BytesIO(as_pdf(gathering))) as pdf:
            pressed = _pressed(gathering, pdf, to)
    except ContentError as error:
        named = [replace(problem, message=f"{gathering.division}: {problem.message}") for problem in error.problems]
        return replace(gathering, problems=tuple(named))
    return replace(pressed, digest=hashlib.sha256(pack(pressed)).hexdigest())


def as_pdf(gathering: Gathering) -> bytes:
    """The pages of a gathering as a PDF without fonts, whose pages share one dictionary of resources."""
    file = PdfFile()
    sheets = JoinedSheets(file, [gathering], _FIRST_FREE, {PAGES: _PAGE_TREE, DOCUMENT: _CATALOG, FONTS: _FONT_TABLE})
    sheets.add_objects()
    pages = []
    for page in gathering.pages:
        content, own = next(sheets.numbers), next(sheets.numbers)
        # What numbers are printed late in is not deflated.
        file.add_stream(content, b"" if page.late else b"/Filter/FlateDecode", page.content)
        entries = {"Type": b"/Page", "Parent": reference(_PAGE_TREE), "MediaBox": b"[0 0 1 1]"}
        file.add(own, dictionary({**entries, "Resources": reference(_RESOURCES), "Contents": reference(content)}))
        pages.append(reference(own))
    file.add(_FONT_TABLE, b"<<>>")
    file.add(_RESOURCES, sheets.resources(gathering, sheets.drawings(gathering)))
    file.add(_PAGE_TREE, b"<</Type/Pages/Count %d/Kids%b>>" % (len(pages), array(pages)))
    file.add(_INFO, b"<<>>")
    file.add(_CATALOG, b"<</Type/Catalog/Pages %d 0 R>>" % _PAGE_TREE)
    return file.finish(_CATALOG, _INFO)


def _pressed(gathering: Gathering, pdf: pikepdf.Pdf, to: Press) -> Gathering:
    """The gathering made anew from the converted PDF of its pages."""
    edits: list[tuple[Edited, ...]] = []
    if to.standard is not Standard.RGB:
        edits.append(separate(pdf, to.inks))
        if to.standard is Standard.X1A:
            without_transparency(pdf)
        edits.append(add_overprint(pdf))
    numbers = count(gathering.count)
    objects = FoldedObjects(pdf, gathering.division, numbers)
    resources, drawings = objects.resources()
    contents = edits[-1] if edits else [Edited(page.obj.Contents.read_bytes(), ()) for page in pdf.pages]
    by_page = list(zip(*edits, strict=True)) if edits else [()] * gathering.count
    pages = [
        _page(page, last.content, moves) for page, last, moves in zip(gathering.pages, contents, by_page, strict=True)
    ]
    return Gathering(
        division=gathering.division,
        count=gathering.count,
        anchors={},
        language=gathering.language,
        part=next(numbers),
        size=next(numbers),
        pages=tuple(pages),
        plain=tuple(objects.plain),
        streams=tuple(objects.streams),
        images=objects.images,
        resources=resources,
        drawings=drawings,
        top=(),
        ids=(),
        fonts=gathering.fonts,
        numbers=gathering.numbers,
    )


def _page(page: Page, content: bytes, moves: Sequence[Edited]) -> Page:
    """A page with its new content; the digits that are printed late stand where the changes moved them."""

    def moved(figures: Figures) -> Figures:
        offsets = figures.offsets
        for edited in moves:
            offsets = tuple(map(edited.moved, offsets))
        return replace(figures, offsets=offsets)

    late = tuple((index, moved(figures)) for index, figures in page.late)
    return Page(content if late else zlib.compress(content, LEVEL), late, (), ())
