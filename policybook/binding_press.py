"""Binding for the press: pressed gatherings joined into PDF/X-4, PDF/X-1a:2003, or plain PDF in sRGB.

The pages are those of the screen edition, with their bleed and, in the slug, their marks. There is nothing in the file
that a press can't print: no links, no bookmarks, no tags, no actions (ISO 15930-7, 6.16 to 6.20; GWG 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from policybook.binding_fonts import add_fonts
from policybook.binding_marks import ALL, mark_content, slug_line, slug_use
from policybook.binding_metadata import press_information, press_xmp
from policybook.binding_sheets import JoinedSheets
from policybook.gathering import DOCUMENT, FONTS, PAGES, Gathering
from policybook.geometry import Box, points
from policybook.pdf_file import PdfFile, array, dictionary, number, rectangle, reference, text_string
from policybook.printer import Marks, Standard
from policybook.sheets import Metadata
from policybook.store import Cache

#: The numbers of the objects that there is one of.
CATALOG, INFO, PAGE_TREE, FONT_TABLE, XMP, INTENT, PROFILE, MARKS = range(1, 9)
_FIRST_FREE = 9
_SHARED = {PAGES: PAGE_TREE, DOCUMENT: CATALOG, FONTS: FONT_TABLE}
#: ISO 15930-4, 6.1: PDF 1.4, which has no object streams; ISO 15930-7, 6.1: PDF 1.6.
_VERSIONS = {Standard.X1A: ("1.4", False), Standard.X4: ("1.6", True), Standard.RGB: ("1.6", True)}


@dataclass(frozen=True, slots=True)
class Printing:
    """How a file is printed: its standard, the printing condition and its CMYK profile; the slug in points; its marks.

    Marks stand outside `bleed`, in points, whichever sides have it. Without any there is no slug.
    """

    standard: Standard
    identifier: str
    info: str
    profile: bytes
    bleed: float
    slug: float
    marks: Marks


@dataclass(frozen=True, slots=True)
class PressLeaf:
    """A page: where it is cut and where its bleed ends, in the coordinates of its artwork, and what it shows.

    A blank page shows nothing.

    `late` are the numbers that its gathering prints late. `furniture` is laid over it: page `dress` of that gathering,
    with the folio for its one late number.
    """

    trim: Box
    bleed: Box
    gathering: Gathering | None = None
    sheet: int = 0
    late: Sequence[str] = ()
    furniture: Gathering | None = None
    dress: int = 0
    folio: str = ""


@dataclass(frozen=True, slots=True)
class PressBlock:
    """What is bound for the press. `artwork` is the box that furniture is drawn in; `facts` go into the file's Info."""

    leaves: tuple[PressLeaf, ...]
    artwork: Box
    metadata: Metadata
    fonts: Mapping[str, Path]
    facts: Mapping[str, str] = field(default_factory=dict)


def bind_press(block: PressBlock, printing: Printing, cache: Cache) -> bytes:
    """The file for the press; the same block gives the same bytes. `cache` keeps the subsets of the fonts."""
    return _PressBinding(block, printing).bound(cache)


class _PressBinding:
    """One binding: the file in the making."""

    def __init__(self, block: PressBlock, printing: Printing) -> None:
        self.block, self.printing = block, printing
        version, packed = _VERSIONS[printing.standard]
        self.file = PdfFile(version, packed)
        given = (it for leaf in block.leaves for it in (leaf.gathering, leaf.furniture) if it is not None)
        self.sheets = JoinedSheets(self.file, list({id(it): it for it in given}.values()), _FIRST_FREE, _SHARED)
        self.numbers = self.sheets.numbers
        self.lines = [self._slug_text(place, leaf) for place, leaf in enumerate(block.leaves, start=1)]
        self.clips: dict[bytes, int] = {}
        self.forms: dict[tuple[int, int, str], int] = {}

    def bound(self, cache: Cache) -> bytes:
        """The whole file."""
        self.sheets.add_objects()
        self._add_marks()
        pages = [self._add_page(leaf, line) for leaf, line in zip(self.block.leaves, self.lines, strict=True)]
        uses = list(chain.from_iterable(gathering.fonts for gathering in self.sheets.gatherings))
        if self.printing.marks.page_information:
            uses.append(slug_use("".join(self.lines)))
        self.file.add(FONT_TABLE, add_fonts(self.file, self.numbers, uses, self.block.fonts, cache))
        self.file.add(PAGE_TREE, b"<</Type/Pages/Count %d/Kids%b>>" % (len(pages), array(map(reference, pages))))
        self._describe()
        return self.file.finish(CATALOG, INFO)

    # pages

    def _add_page(self, leaf: PressLeaf, line: str) -> int:
        """Adds a page: its artwork clipped to the bleed, and its marks outside."""
        drawings = b"/Marks %d 0 R" % MARKS if self.printing.marks.any else b""
        contents = []
        resources = b"<</Font %d 0 R/XObject<<%b>>>>" % (FONT_TABLE, drawings)
        entries = {"Type": b"/Page", "Parent": reference(PAGE_TREE), **self._boxes(leaf)}
        if leaf.gathering is not None:
            page = leaf.gathering.pages[leaf.sheet]
            contents += [self._clip(leaf), self.sheets.add_content(page, leaf.late)]
            drawings += self.sheets.drawings(leaf.gathering)
            if leaf.furniture is not None:
                drawings += b"/Furniture %d 0 R" % self._add_furniture(leaf, leaf.furniture)
            resources = self.sheets.resources(leaf.gathering, drawings)
        contents.append(self._tail(leaf, line))
        entries |= {"Resources": resources, "Contents": array(map(reference, contents))}
        if self.printing.standard is Standard.X4:
            # ISO 15930-7, 6.12: the blend space of a page that has transparency is that of the output intent.
            entries["Group"] = b"<</Type/Group/S/Transparency/CS/DeviceCMYK/I true>>"
        own = next(self.numbers)
        self.file.add(own, dictionary(entries))
        return own

    def _boxes(self, leaf: PressLeaf) -> dict[str, bytes]:
        """The page boxes (ISO 32000-1, 14.11.2); no ArtBox, and nothing is cropped (GWG 2022, R0003).

        Without marks the sheet ends with the bleed, at the spine too.
        """
        bleed = rectangle(leaf.bleed.as_list())
        media = rectangle(leaf.trim.grown(self.printing.slug).as_list()) if self.printing.marks.any else bleed
        return {"MediaBox": media, "CropBox": media, "BleedBox": bleed, "TrimBox": rectangle(leaf.trim.as_list())}

    def _clip(self, leaf: PressLeaf) -> int:
        """The stream that clips what follows to the bleed; pages of one side share it."""
        box = leaf.bleed
        sides = (box.left, box.bottom, box.right - box.left, box.top - box.bottom)
        content = b"q %b %b %b %b re W n" % tuple(map(number, sides))
        if content not in self.clips:
            self.clips[content] = next(self.numbers)
            self.file.add_deflated(self.clips[content], b"", content)
        return self.clips[content]

    def _tail(self, leaf: PressLeaf, line: str) -> int:
        """The stream behind the artwork: furniture, the end of the clipping, marks."""
        parts = []
        if leaf.furniture is not None:
            parts.append(b"q /Furniture Do Q")
        if leaf.gathering is not None:
            parts.append(b"Q")
        marks = self.printing.marks
        if marks.any:
            # Versos and rectos share the form, which is drawn from the trim's lower left.
            parts.append(b"q 1 0 0 1 %b %b cm /Marks Do Q" % (number(leaf.trim.left), number(leaf.trim.bottom)))
        if marks.page_information:
            parts.append(slug_line(line, leaf.trim, self.printing.bleed, marks))
        stream = next(self.numbers)
        self.file.add_deflated(stream, b"", b"\n".join(parts))
        return stream

    def _add_furniture(self, leaf: PressLeaf, furniture: Gathering) -> int:
        """Adds a page of furniture as a form, once for each folio."""
        key = id(furniture), leaf.dress, leaf.folio
        if key not in self.forms:
            page = furniture.pages[leaf.dress]
            late = {at: leaf.folio for at, _ in page.late}
            self.forms[key] = self.sheets.add_form(furniture, page, late, self.block.artwork)
        return self.forms[key]

    def _add_marks(self) -> None:
        """Adds the form with the marks of a page; all pages are of one size."""
        if not self.printing.marks.any:
            return
        first = self.block.leaves[0].trim
        trim = Box(0, 0, first.right - first.left, first.top - first.bottom)
        content = mark_content(trim, self.printing.bleed, self.printing.marks)
        box = rectangle(trim.grown(points(self.printing.marks.slug)).as_list())
        self.file.add_deflated(MARKS, b"/Type/XObject/Subtype/Form/BBox%b/Resources<<%b>>" % (box, ALL), content)

    def _slug_text(self, place: int, leaf: PressLeaf) -> str:
        """What the slug says of a page: the leaf, its folio where it has one, the book, the printing condition."""
        folio = f", folio {leaf.folio}" if leaf.folio else ""
        words = [f"{place} of {len(self.block.leaves)}{folio}", self.printing.identifier, self.block.metadata.title]
        return " · ".join(words)

    # the document

    def _describe(self) -> None:
        """The catalog, the output intent, and what the document says of itself."""
        metadata, standard = self.block.metadata, str(self.printing.standard)
        self.file.add(INFO, press_information(metadata, standard, self.block.facts))
        self.file.add_stream(XMP, b"/Type/Metadata/Subtype/XML", press_xmp(metadata, standard, self.file.digest))
        catalog = {"Type": b"/Catalog", "Pages": reference(PAGE_TREE), "Metadata": reference(XMP)}
        if self.printing.standard is not Standard.RGB:
            catalog["OutputIntents"] = array([reference(INTENT)])
            self.file.add(INTENT, self._output_intent())
            self.file.add_deflated(PROFILE, b"/N 4/Alternate/DeviceCMYK", self.printing.profile)
        self.file.add(CATALOG, dictionary(catalog))

    def _output_intent(self) -> bytes:
        """The output intent (ISO 32000-1, 14.11.5), by the name that the printing condition has in the registry."""
        intent = {
            "Type": b"/OutputIntent",
            "S": b"/GTS_PDFX",
            "OutputConditionIdentifier": text_string(self.printing.identifier),
            "OutputCondition": text_string(self.printing.info),
            "RegistryName": b"(http://www.color.org)",
            "Info": text_string(self.printing.info),
            "DestOutputProfile": reference(PROFILE),
        }
        return dictionary(intent)
