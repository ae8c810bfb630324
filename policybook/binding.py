"""Binding: the divisions' sheets and the page furniture, joined into one tagged PDF.

The pages are copied as object graphs and their artwork stays as it was laid out. What belongs to the whole book is made
here: boxes, furniture, links and bookmarks, page labels, the structure tree, the fonts, the metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String

from policybook.binding_fonts import FontUse, set_fonts, shared_fonts, take_fonts
from policybook.binding_navigation import (
    anchor_words,
    dead_outlines,
    lead_links,
    repeated_anchors,
    set_destinations,
    set_labels,
    set_outlines,
)
from policybook.binding_structure import Part, bind_structure
from policybook.diagnostics import ContentError
from policybook.geometry import Geometry
from policybook.sheets import Leaf, Master, Metadata, Outline, Sheets

#: The operators of marked content (ISO 32000-1, 14.6, table 320).
_MARKED_CONTENT = frozenset({"BMC", "BDC", "EMC", "MP", "DP"})
#: Furniture is no part of the text (ISO 32000-1, 14.8.2.2; PDF/UA-1, 7.8).
_ARTIFACT = "/Artifact <</Type /Pagination>> BDC\nq\n%s Do\nQ\nEMC"


def bind(  # noqa: PLR0913, PLR0917 - a book is bound from all of these
    leaves: Sequence[Leaf],
    sheets: Mapping[str, Sheets],
    furniture: Sheets | None,
    outlines: Sequence[Outline],
    titles: Mapping[str, str],
    metadata: Metadata,
    geometry: Geometry,
    fonts: Mapping[str, Path],
) -> Master:
    """Joins the sheets in the order of the leaves; the same input gives the same bytes.

    `sheets` is by division; `titles` holds the words for divisions and anchors; `fonts` maps the name of each font, as
    it stands in the sheets behind the subset prefix, to its static TrueType file. Raises ContentError with every dead
    link, dead bookmark and repeated anchor (WHOL003), or with every missing character (FONT001); MachineError for a
    font that is not in `fonts`; ValueError if the leaves don't show every sheet exactly once or ask for
    furniture that isn't there.
    """
    leaf_of = _gather(leaves, sheets, furniture)
    ordered = [sheets[division] for division in dict.fromkeys(division for division, _ in leaf_of)]
    with ExitStack() as opened:
        sources = {part.division: opened.enter_context(_open(part)) for part in ordered}
        overlay = opened.enter_context(_open(furniture)) if furniture else None
        target = opened.enter_context(pikepdf.new())

        _lead(ordered, sources, leaves, leaf_of, outlines, titles)
        used = {division: take_fonts(source, division) for division, source in sources.items()}
        drawn = take_fonts(overlay, "furniture") if overlay else {}
        shared = shared_fonts(target, _all_uses([*used.values(), drawn]), fonts)

        for leaf in leaves:
            _add_page(target, leaf, sources)
        for division in ordered:
            set_fonts(target.pages[leaf_of[division.division, 0]].obj, used[division.division], shared)
        forms = _furniture_forms(target, overlay, leaves) if overlay else {}
        for form in forms.values():
            set_fonts(form, drawn, shared)
        for leaf, page in zip(leaves, target.pages, strict=True):
            _draw_furniture(page, leaf.furniture, forms)
            _set_boxes(page, geometry, verso=leaf.verso)
        _share_images(target)

        bind_structure(target, _parts(ordered, sources, leaf_of, titles, metadata.language))
        set_destinations(target, leaf_of, ordered)
        set_outlines(target, outlines)
        set_labels(target, leaves)
        _describe(target, metadata)
        return Master(_saved(target), tuple(leaves), geometry)


def _open(sheets: Sheets) -> Pdf:
    return pikepdf.open(BytesIO(sheets.pdf))


def _gather(
    leaves: Sequence[Leaf], sheets: Mapping[str, Sheets], furniture: Sheets | None
) -> dict[tuple[str, int], int]:
    """The leaf, counted from 0, that shows each sheet, in the order of the book; sheets are by division and index."""
    shown = [(leaf.division, leaf.sheet) for leaf in leaves if leaf.sheet is not None]
    given = [(division, sheet) for division, of in sheets.items() for sheet in range(of.count)]
    if sorted(shown) != sorted(given):
        astray = sorted(set(shown) ^ set(given)) or sorted({sheet for sheet in shown if shown.count(sheet) > 1})
        raise ValueError(f"the leaves don't show every sheet exactly once: {astray}")
    drawn = furniture.count if furniture else 0
    undrawn = sorted({leaf.furniture for leaf in leaves if leaf.furniture is not None and leaf.furniture >= drawn})
    if undrawn:
        raise ValueError(f"the furniture has {drawn} pages, and leaves ask for {undrawn}")
    return {(leaf.division, leaf.sheet): at for at, leaf in enumerate(leaves) if leaf.sheet is not None}


def _lead(
    ordered: Sequence[Sheets],
    sources: Mapping[str, Pdf],
    leaves: Sequence[Leaf],
    leaf_of: Mapping[tuple[str, int], int],
    outlines: Sequence[Outline],
    titles: Mapping[str, str],
) -> None:
    """Leads the links of all divisions to their anchors. Raises ContentError with all that lead nowhere."""
    folio_of = {sheet: leaves[leaf].folio for sheet, leaf in leaf_of.items()}
    words = anchor_words(ordered, folio_of, titles)
    problems = repeated_anchors(ordered) + dead_outlines(outlines, words)
    for sheets in ordered:
        folios = [folio_of[sheets.division, sheet] for sheet in range(sheets.count)]
        problems += lead_links(sources[sheets.division], sheets.division, folios, words)
    if problems:
        raise ContentError(problems)


def _all_uses(documents: Iterable[Mapping[str, FontUse]]) -> list[FontUse]:
    return [use for document in documents for use in document.values()]


def _add_page(target: Pdf, leaf: Leaf, sources: Mapping[str, Pdf]) -> None:
    """Adds the leaf's sheet, its artwork between q and Q, or an empty page."""
    if leaf.sheet is None:
        empty = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 0, 0]), Resources=Dictionary())
        target.pages.append(Page(target.make_indirect(empty)))
    else:
        target.pages.append(sources[leaf.division].pages[leaf.sheet])
        page = target.pages[-1]
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\n")


def _set_boxes(page: Page, geometry: Geometry, *, verso: bool) -> None:
    """Writes the page boxes (ISO 32000-1, 14.11.2); the artwork stays and the boxes move to mirror the margins."""
    trim = geometry.trim_box(verso=verso)
    bleed = Array(trim.grown(geometry.bleed).as_list())
    page.obj.TrimBox = Array(trim.as_list())
    page.obj.BleedBox = page.obj.MediaBox = page.obj.CropBox = bleed
    # PDF/X-4, 6.5: an ArtBox and a TrimBox exclude each other.
    if "/ArtBox" in page.obj:
        del page.obj["/ArtBox"]
    # PDF/UA-1, 7.18.3: the tab order follows the structure.
    page.obj.Tabs = Name.S


def _furniture_forms(target: Pdf, overlay: Pdf, leaves: Sequence[Leaf]) -> dict[int, Object]:
    """The furniture's pages that the leaves name, as forms in `target`, with nothing marked in them."""
    for drawing in overlay.objects:
        if isinstance(drawing, Stream) and (drawing.get("/Subtype") == Name.Form or "/PatternType" in drawing):
            drawing.write(_unmarked(drawing))
    forms = {}
    for index in sorted({leaf.furniture for leaf in leaves if leaf.furniture is not None}):
        page = overlay.pages[index]
        form = overlay.make_stream(
            _unmarked(page),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=page.obj.MediaBox,
            Resources=page.obj.Resources,
        )
        forms[index] = target.copy_foreign(form)
    return forms


def _unmarked(drawing: Page | Object) -> bytes:
    """The content stream without the operators of marked content: an artifact holds no MCID."""
    instructions = pikepdf.parse_content_stream(drawing)
    return pikepdf.unparse_content_stream([i for i in instructions if str(i.operator) not in _MARKED_CONTENT])


def _draw_furniture(page: Page, index: int | None, forms: Mapping[int, Object]) -> None:
    """Draws a page of the furniture over the page, as an artifact, and makes the page's content one stream."""
    if index is not None:
        name = page.add_resource(forms[index], Name.XObject, Name(f"/Furniture{index}"))
        page.contents_add((_ARTIFACT % name).encode("ascii"))
    if "/Contents" in page.obj:
        page.contents_coalesce()


def _share_images(target: Pdf) -> None:
    """Leaves one copy of images that several divisions hold."""
    first: dict[bytes, Object] = {}
    seen: set[tuple[int, int]] = set()
    waiting = [page.obj.Resources for page in target.pages]
    while waiting:
        resources = waiting.pop(0)
        if resources.is_indirect and resources.objgen in seen:
            continue
        seen.add(resources.objgen)
        drawings = resources.get("/XObject", Dictionary())
        for name, drawing in drawings.items():
            if drawing.get("/Subtype") == Name.Image:
                drawings[name] = first.setdefault(_fingerprint(drawing), drawing)
        nested = [*drawings.values(), *resources.get("/Pattern", Dictionary()).values()]
        waiting += [drawing.Resources for drawing in nested if "/Resources" in drawing]


def _fingerprint(image: Object) -> bytes:
    """A digest of an image's data, its dictionary and its mask."""
    facts = Dictionary({key: value for key, value in image.items() if key not in ("/SMask", "/Length")})
    mask = _fingerprint(image.SMask) if "/SMask" in image else b""
    return sha256(facts.unparse() + mask + image.read_raw_bytes()).digest()


def _parts(
    ordered: Sequence[Sheets],
    sources: Mapping[str, Pdf],
    leaf_of: Mapping[tuple[str, int], int],
    titles: Mapping[str, str],
    language: str,
) -> list[Part]:
    parts = []
    for sheets in ordered:
        own = str(sources[sheets.division].Root.get("/Lang", language))
        parts.append(
            Part(
                division=sheets.division,
                source=sources[sheets.division],
                leaves=[leaf_of[sheets.division, sheet] for sheet in range(sheets.count)],
                title=titles.get(sheets.division, ""),
                language=own if own != language else "",
            )
        )
    return parts


def _describe(target: Pdf, metadata: Metadata) -> None:
    """Says what the document is, in XMP and, from there, in /Info; nothing is taken from the clock."""
    target.Root.Lang = String(metadata.language)
    # PDF/UA-1, 7.1: the title is shown, not the file's name.
    target.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with target.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as xmp:
        xmp["dc:title"] = metadata.title
        xmp["dc:creator"] = [metadata.author]
        xmp["dc:description"] = metadata.subject
        xmp["dc:language"] = [metadata.language]
        xmp["pdf:Keywords"] = ", ".join(metadata.keywords)
        xmp["xmp:CreateDate"] = metadata.date
        xmp["pdfuaid:part"] = "1"


def _saved(target: Pdf) -> bytes:
    """The file. Its /ID is a digest of its content."""
    out = BytesIO()
    target.save(
        out,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return out.getvalue()
