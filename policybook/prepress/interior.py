"""The interior for the press: the leaves of the book as a print shop gets them, and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from policybook.binding import BookBlock
from policybook.binding_press import PressBlock, PressLeaf, Printing
from policybook.diagnostics import ContentError, Problem
from policybook.gathering import Gathering
from policybook.geometry import Box, Geometry, points
from policybook.printer import Printer
from policybook.sheets import Leaf


@dataclass(frozen=True, slots=True)
class Interior:
    """The interior's leaves in order, those of the book and the blanks behind them, and its geometry.

    A leaf of the book that stands on screens only, such as the front cover, is not among them.
    """

    leaves: tuple[Leaf, ...]
    geometry: Geometry

    @property
    def pages(self) -> int:
        """The count of pages, blanks included."""
        return len(self.leaves)

    @property
    def blanks(self) -> frozenset[int]:
        """The pages, from 1, that are empty on purpose."""
        return frozenset(page for page, leaf in enumerate(self.leaves, start=1) if leaf.sheet is None)

    @property
    def versos(self) -> tuple[bool, ...]:
        """The side of each page."""
        return tuple(leaf.verso for leaf in self.leaves)


def plan_interior(block: BookBlock, printer: Printer) -> Interior:
    """The interior of a book for a printer.

    Blanks fill the last signature. They stand behind the colophon, since it has a folio that the contents print; the
    half title stays the first recto. Raises ContentError (PRTR009) where the book can't be bound with its margins.
    """
    leaves = [leaf for leaf in block.leaves if not leaf.label]
    last = leaves[-1]
    while len(leaves) < printer.padded(len(leaves)):
        last = Leaf(last.division, None, replace(last.folio, number=last.folio.number + 1), not last.verso)
        leaves.append(last)
    return Interior(tuple(leaves), press_geometry(block.geometry, printer, len(leaves)))


def press_geometry(geometry: Geometry, printer: Printer, pages: int) -> Geometry:
    """The page as it is bound: where the printer wants a wider gutter for so many pages, the artwork moves outwards.

    Lines stay as they are broken: what the inner margin gains, the outer one loses.
    """
    least = printer.gutter_inner(pages)
    if least is None:
        most = printer.gutter[-1].pages
        raise ContentError([Problem("PRTR009", f"{printer.name} binds at most {most} pages, and the book has {pages}")])
    inner = max(geometry.margin_inner, least)
    outer = 2 * geometry.margin_side - inner
    moved = replace(geometry, margin_inner=inner, margin_outer=outer)
    wants = f"{printer.name} wants a gutter of {least:g} pt for {pages} pages"
    if outer < points(printer.safe_area):
        said = f"{wants} and {printer.safe_area} from the trim to live matter; the margins leave {outer:g} pt outside"
        raise ContentError([Problem("PRTR009", said, hint="make margin_inner or margin_outer of the page larger")])
    if points(printer.bleed) + abs(moved.gutter_shift) > geometry.layout_bleed:
        said = f"{wants}; art that moves so far does not reach the edge of the bleed any more"
        raise ContentError([Problem("PRTR009", said, hint="make margin_inner of the page larger")])
    return moved


def interior_block(
    block: BookBlock, interior: Interior, pressed: Mapping[str, Gathering], printer: Printer
) -> PressBlock:
    """The interior, ready to be bound; `pressed` holds the gatherings for the press by the digests of the others."""
    leaves = tuple(_press_leaf(block, interior.geometry, leaf, pressed, printer) for leaf in interior.leaves)
    artwork = block.geometry.neutral_box().grown(block.geometry.layout_bleed)
    return PressBlock(leaves, artwork, block.metadata, block.fonts)


def _press_leaf(
    block: BookBlock, geometry: Geometry, leaf: Leaf, pressed: Mapping[str, Gathering], printer: Printer
) -> PressLeaf:
    trim = geometry.trim_box(verso=leaf.verso)
    left, foot, right, head = printer.bleeds(verso=leaf.verso)
    bleed = Box(trim.left - left, trim.bottom - foot, trim.right + right, trim.top + head)
    if leaf.sheet is None:
        return PressLeaf(trim, bleed)
    furniture = block.furniture[leaf.division] if leaf.furniture is not None else None
    return PressLeaf(
        trim,
        bleed,
        pressed[block.gatherings[leaf.division].digest],
        leaf.sheet,
        block.late.get(leaf.division, ()),
        pressed[furniture.digest] if furniture else None,
        leaf.furniture or 0,
        str(leaf.folio),
    )


def printing(printer: Printer, profile: bytes, bleed: float) -> Printing:
    """How a file for a printer is printed; `bleed` is the largest of its sides, in points."""
    condition = printer.condition
    return Printing(
        standard=printer.standard,
        identifier=condition.identifier,
        info=condition.info,
        profile=profile,
        bleed=bleed,
        slug=max(printer.slug(), bleed),
        marks=printer.marks,
    )
