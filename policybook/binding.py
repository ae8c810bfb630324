"""Binding: the gatherings of all divisions and the page furniture, joined into one tagged PDF.

The objects of a gathering are finished and are written as they are, under new numbers. What belongs to the whole book
is made here: pages and their boxes, furniture, late numbers, links and bookmarks, page labels, the structure tree, the
fonts, the metadata. Nothing is parsed, and no PDF library is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, pairwise
from pathlib import Path

from policybook.binding_fonts import add_fonts
from policybook.binding_metadata import Rights, information, xmp
from policybook.binding_navigation import (
    add_outlines,
    anchor_words,
    dead_links,
    dead_outlines,
    destinations,
    labels,
    link_annotation,
    repeated_anchors,
)
from policybook.binding_sheets import JoinedSheets
from policybook.diagnostics import ContentError
from policybook.gathering import DOCUMENT, FONTS, NOBODY, PAGES, Gathering, Link
from policybook.geometry import Geometry
from policybook.pdf_file import (
    PdfFile,
    array,
    dictionary,
    literal,
    number,
    rectangle,
    reference,
    text_bytes,
    text_string,
)
from policybook.sheets import Leaf, Metadata, Outline
from policybook.srgb import IDENTIFIER, srgb_profile
from policybook.store import Cache

#: The numbers of the objects that there is one of.
CATALOG, INFO, PAGE_TREE, BOOK, FONT_TABLE, STRUCTURE, PARENTS, IDS, NAMES, XMP, FURNITURE, OUTLINES = range(1, 13)
_FIRST_FREE = 13
#: What gatherings name of them.
_SHARED = {PAGES: PAGE_TREE, DOCUMENT: BOOK, FONTS: FONT_TABLE}
#: Furniture is no part of the text (ISO 32000-1, 14.8.2.2; PDF/UA-1, 7.8).
_ARTIFACT = b"/Artifact <</Type /Pagination>> BDC\nq\n/Furniture Do\nQ\nEMC"


@dataclass(frozen=True, slots=True)
class BookBlock:
    """All that is bound: the leaves in order, the gatherings and the furniture by division.

    `late` are the numbers that each division prints late, in order; `titles` holds the words for divisions and anchors;
    `fonts` maps the name of each font to its static TrueType file; `rights` are what may be done with the book.

    `elsewhere` has the anchors that links lead to and that stand in another file, with the path to it; `titles` has the
    words for each of them.
    """

    leaves: tuple[Leaf, ...]
    gatherings: Mapping[str, Gathering]
    furniture: Mapping[str, Gathering]
    late: Mapping[str, Sequence[str]]
    outlines: tuple[Outline, ...]
    titles: Mapping[str, str]
    metadata: Metadata
    geometry: Geometry
    fonts: Mapping[str, Path]
    rights: Rights = field(default_factory=Rights)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """How a bound file shows itself: cut to the trim or with the bleed, and whether with its bookmarks beside it."""

    trimmed: bool = False
    bookmarks: bool = False


def bind(block: BookBlock, cache: Cache, view: View = View()) -> bytes:
    """The bound book; the same block gives the same bytes. `cache` keeps the subsets of the fonts.

    Raises ContentError with every dead link, dead bookmark and repeated anchor (WHOL003); ValueError if the leaves
    don't show every sheet exactly once, ask for furniture that isn't there, or late numbers don't fit.
    """
    leaf_of = _leaf_of(block)
    _check_late(block)
    words = _checked_words(block, leaf_of)
    return _Binding(block, leaf_of, words, view).bound(cache)


def _leaf_of(block: BookBlock) -> dict[tuple[str, int], int]:
    """The leaf, counted from 0, that shows each sheet, in the order of the book; sheets are by division and index."""
    shown = [(leaf.division, leaf.sheet) for leaf in block.leaves if leaf.sheet is not None]
    given = [(division, sheet) for division, of in block.gatherings.items() for sheet in range(of.count)]
    if sorted(shown) != sorted(given):
        astray = sorted(set(shown) ^ set(given)) or sorted({sheet for sheet in shown if shown.count(sheet) > 1})
        raise ValueError(f"the leaves don't show every sheet exactly once: {astray}")
    for leaf in block.leaves:
        drawn = block.furniture[leaf.division].count if leaf.division in block.furniture else 0
        if leaf.furniture is not None and leaf.furniture >= drawn:
            raise ValueError(f"{leaf.division}: {drawn} pages of furniture, and page {leaf.furniture} is asked for")
    return {(leaf.division, leaf.sheet): at for at, leaf in enumerate(block.leaves) if leaf.sheet is not None}


def _check_late(block: BookBlock) -> None:
    """Raises ValueError where a division is given more late numbers than it prints, or fewer."""
    for division, gathering in block.gatherings.items():
        given = len(block.late.get(division, ()))
        if given != gathering.numbers:
            raise ValueError(f"{division} prints {gathering.numbers} numbers late, and {given} are given")


def _checked_words(block: BookBlock, leaf_of: Mapping[tuple[str, int], int]) -> dict[str, str]:
    """The words that describe a link to each anchor. Raises ContentError with all that leads nowhere."""
    gatherings = list(block.gatherings.values())
    folio_of = {sheet: block.leaves[leaf].folio for sheet, leaf in leaf_of.items()}
    words = anchor_words(gatherings, folio_of, block.titles)
    words = {anchor: block.titles[anchor] for anchor in block.elsewhere} | words
    problems = repeated_anchors(gatherings) + dead_outlines(block.outlines, words)
    for gathering in gatherings:
        folios = [folio_of[gathering.division, sheet] for sheet in range(gathering.count)]
        problems += dead_links(gathering, folios, words)
    if problems:
        raise ContentError(problems)
    return words


class _Binding:
    """One binding: the file in the making, and the numbers that objects have in it."""

    def __init__(
        self, block: BookBlock, leaf_of: Mapping[tuple[str, int], int], words: Mapping[str, str], view: View
    ) -> None:
        self.block, self.words, self.view = block, words, view
        self.file = PdfFile()
        self.order = [block.gatherings[division] for division in dict.fromkeys(division for division, _ in leaf_of)]
        self.overlays = [block.furniture[g.division] for g in self.order if g.division in block.furniture]
        self.sheets = JoinedSheets(self.file, [*self.order, *self.overlays], _FIRST_FREE, _SHARED)
        self.of, self.numbers = self.sheets.of, self.sheets.numbers
        self.keys = count(len(block.leaves))
        self.parents: list[tuple[int, bytes]] = []

    def bound(self, cache: Cache) -> bytes:
        """The whole file."""
        # First, so that they are packed together: a linearized file counts them (ISO 32000-1, annex F.4.6).
        add_outlines(self.file, self.numbers, OUTLINES, self.block.outlines)
        self.sheets.add_objects()
        self.file.add_deflated(FURNITURE, b"", _ARTIFACT)
        pages = self._add_pages()
        self._add_parts()
        uses = chain.from_iterable(gathering.fonts for gathering in self.sheets.gatherings)
        self.file.add(FONT_TABLE, add_fonts(self.file, self.numbers, uses, self.block.fonts, cache))
        self.file.add(PAGE_TREE, b"<</Type/Pages/Count %d/Kids%b>>" % (len(pages), array(map(reference, pages))))
        self.file.add(NAMES, destinations(self.order, self._page_numbers()))
        self._describe(pages)
        return self.file.finish(CATALOG, INFO)

    def _page_numbers(self) -> dict[tuple[str, int], int]:
        return {(g.division, sheet): self.of[id(g)](sheet) for g in self.order for sheet in range(g.count)}

    # pages

    def _add_pages(self) -> list[int]:
        """Adds the leaves, and returns the numbers of their objects."""
        return [self._add_page(index, leaf) for index, leaf in enumerate(self.block.leaves)]

    def _add_page(self, index: int, leaf: Leaf) -> int:
        entries = {"Type": b"/Page", "Parent": reference(PAGE_TREE), **self._boxes(leaf)}
        if leaf.sheet is None:
            page = next(self.numbers)
            self.file.add(page, dictionary({**entries, "Resources": b"<<>>"}))
            return page
        gathering = self.block.gatherings[leaf.division]
        folded, to = gathering.pages[leaf.sheet], self.of[id(gathering)]
        contents = [self.sheets.add_content(folded, self.block.late.get(leaf.division, ()))]
        drawings = self.sheets.drawings(gathering)
        if leaf.furniture is not None:
            contents.append(FURNITURE)
            drawings += b"/Furniture %d 0 R" % self._add_furniture(leaf)
        entries["Resources"] = self.sheets.resources(gathering, drawings)
        entries["Contents"] = array(map(reference, contents))
        if folded.links:
            entries["Annots"] = array(self._add_link(link, to) for link in folded.links)
        # PDF/UA-1, 7.18.3: the tab order follows the structure.
        entries |= {"StructParents": number(index), "Tabs": b"/S"}
        owners = (b"null" if owner == NOBODY else reference(to(owner)) for owner in folded.parents)
        self.parents.append((index, array(owners)))
        self.file.add(to(leaf.sheet), dictionary(entries))
        return to(leaf.sheet)

    def _boxes(self, leaf: Leaf) -> dict[str, bytes]:
        """The page boxes (ISO 32000-1, 14.11.2); the artwork stays and the boxes move to mirror the margins.

        A reader on a screen sees no bleed.
        """
        trim = self.block.geometry.trim_box(verso=leaf.verso)
        edge = trim if self.view.trimmed else trim.grown(self.block.geometry.bleed)
        outer = rectangle(edge.as_list())
        return {"MediaBox": outer, "CropBox": outer, "BleedBox": outer, "TrimBox": rectangle(trim.as_list())}

    def _add_furniture(self, leaf: Leaf) -> int:
        """Adds the running head and the folio of a leaf as a form."""
        assert leaf.furniture is not None
        gathering, geometry = self.block.furniture[leaf.division], self.block.geometry
        folded = gathering.pages[leaf.furniture]
        # The one number of a page of furniture is its leaf's folio.
        late = {at: str(leaf.folio) for at, _ in folded.late}
        return self.sheets.add_form(gathering, folded, late, geometry.neutral_box().grown(geometry.layout_bleed))

    def _add_link(self, link: Link, to: Callable[[int], int]) -> bytes:
        """Adds an annotation, and its element to the parent tree."""
        key = next(self.keys)
        self.parents.append((key, reference(to(link.element))))
        self.file.add(to(link.number), link_annotation(link, self.words, key, self.block.elsewhere))
        return reference(to(link.number))

    # structure

    def _add_parts(self) -> None:
        """Adds the structure tree: the divisions' trees as parts of one Document (ISO 32000-1, 14.7)."""
        parts, ids = [], []
        for gathering in self.order:
            to = self.of[id(gathering)]
            parts.append(to(gathering.part))
            self.file.add(to(gathering.part), self._part(gathering, to))
            ids += [(name, to(element)) for name, element in gathering.ids]
        document = {"Type": b"/StructElem", "S": b"/Document", "P": reference(STRUCTURE)}
        self.file.add(BOOK, dictionary({**document, "K": array(map(reference, parts))}))
        root = {
            "Type": b"/StructTreeRoot",
            "K": array([reference(BOOK)]),
            "ParentTree": reference(PARENTS),
            "ParentTreeNextKey": number(next(self.keys)),
        }
        # Trees of one node each: many tools that read the parent tree don't follow /Kids.
        rows = (part for key, owner in sorted(self.parents) for part in (number(key), owner))
        self.file.add(PARENTS, b"<</Nums%b>>" % array(rows))
        if ids:
            root["IDTree"] = reference(IDS)
            self.file.add(IDS, id_tree(ids))
        self.file.add(STRUCTURE, dictionary(root))

    def _part(self, gathering: Gathering, to: Callable[[int], int]) -> bytes:
        """The element of a division, with its title, and its language if it has its own."""
        entries = {
            "Type": b"/StructElem",
            "S": b"/Part",
            "P": reference(BOOK),
            "K": array(reference(to(element)) for element in gathering.top),
        }
        if title := self.block.titles.get(gathering.division, ""):
            entries["T"] = text_string(title)
        if gathering.language not in {"", self.block.metadata.language}:
            entries["Lang"] = text_string(gathering.language)
        return dictionary(entries)

    # the document

    def _describe(self, pages: Sequence[int]) -> None:
        """The catalog, and what the document says of itself."""
        metadata = self.block.metadata
        self.file.add(INFO, information(metadata))
        # Not deflated: programs look for it without reading the PDF (ISO 32000-1, 14.3.2, note 2).
        self.file.add_stream(XMP, b"/Type/Metadata/Subtype/XML", xmp(metadata, self.block.rights))
        catalog = {
            "Type": b"/Catalog",
            "Pages": reference(PAGE_TREE),
            "Outlines": reference(OUTLINES),
            "PageLabels": labels(self.block.leaves),
            "Names": dictionary({"Dests": reference(NAMES)}),
            "StructTreeRoot": reference(STRUCTURE),
            "MarkInfo": b"<</Marked true>>",
            "Lang": text_string(metadata.language),
            # PDF/UA-1, 7.1: the title is shown, not the file's name.
            "ViewerPreferences": b"<</DisplayDocTitle true>>",
            "Metadata": reference(XMP),
            "OutputIntents": array([self._add_output_intent()]),
        }
        if self.view.bookmarks:
            # Beside the whole of the first page (ISO 32000-1, 7.7.2 and 12.3.2.2).
            catalog |= {"PageMode": b"/UseOutlines", "OpenAction": array([reference(pages[0]), b"/Fit"])}
        self.file.add(CATALOG, dictionary(catalog))

    def _add_output_intent(self) -> bytes:
        """Adds the profile that all colours of the file are in, and returns the intent (ISO 19005-2, 6.2.3)."""
        profile = next(self.numbers)
        self.file.add_deflated(profile, b"/N 3", srgb_profile())
        name = text_string(IDENTIFIER)
        intent = {"Type": b"/OutputIntent", "S": b"/GTS_PDFA1", "OutputConditionIdentifier": name, "Info": name}
        return dictionary({**intent, "DestOutputProfile": reference(profile)})


def id_tree(ids: Sequence[tuple[str, int]]) -> bytes:
    """The elements that have an id, by it (ISO 32000-1, table 322). Raises ValueError if an id is given twice."""
    named = sorted((text_bytes(name), element) for name, element in ids)
    for (before, _), (after, _) in pairwise(named):
        if before == after:
            raise ValueError(f"two structure elements have the id {before!r}")
    return b"<</Names%b>>" % array(part for name, element in named for part in (literal(name), reference(element)))
