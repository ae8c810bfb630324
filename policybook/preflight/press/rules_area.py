"""Rules about where things stand: 7 the bleed, and art that runs into it; 34 live matter, the safe area and the gutter.

Widths of bleed, safe area and gutter are the printer's. Live matter is text and pictures that don't run into the bleed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policybook.geometry import Box, points
from policybook.preflight.press.painted import Painted, PaintKind
from policybook.preflight.press.painting_state import common
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.sightings import Leaf, Sighting, painted_rule
from policybook.preflight.press.subject import Kind, Subject
from policybook.printer import Severity

#: What is nearer than this to an edge is at it (points); boxes are written in thousandths.
_AT = 0.5
_ROUNDING = 0.01
#: How far the last letter of a justified line may run over its measure, in points: less than a press's own tolerance.
_OVERHANG = 0.5
#: A tab of the fore-edge or the head reaches this far into the page at most, and is this long (points).
_TAB_DEPTH, _TAB_LENGTH = 72.0, 216.0
_SIDES = ("left", "bottom", "right", "top")
_ART = frozenset(
    {PaintKind.FILL, PaintKind.STROKE, PaintKind.IMAGE, PaintKind.INLINE_IMAGE, PaintKind.STENCIL, PaintKind.SHADING}
)
_IMAGES = frozenset({PaintKind.IMAGE, PaintKind.INLINE_IMAGE, PaintKind.STENCIL})


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a page, measured so that distances grow into the page: `out` is where the bleed must reach to."""

    side: str
    trim: float
    out: float

    @property
    def sign(self) -> int:
        """1 where coordinates grow into the page."""
        return 1 if self.side in {"left", "bottom"} else -1

    @property
    def wanted(self) -> float:
        """How much bleed there must be."""
        return abs(self.out - self.trim)

    def depth(self, box: Box) -> float:
        """How far inside the trim the nearer edge of a box is; negative in the bleed."""
        near: float = getattr(box, self.side)
        return self.sign * (near - self.trim)

    def reach(self, box: Box) -> float:
        """How far inside the trim the farther edge of a box is."""
        far: float = getattr(box, _SIDES[(_SIDES.index(self.side) + 2) % 4])
        return self.sign * (far - self.trim)

    def is_reached(self, box: Box) -> bool:
        """Whether a box runs over the trim, and as far into the bleed as it must."""
        return self.depth(box) <= self.sign * (self.out - self.trim) + _AT

    def covers(self, box: Box, other: Box) -> bool:
        """Whether a box is as long as another one along this edge."""
        along = ("bottom", "top") if self.side in {"left", "right"} else ("left", "right")
        low, high = (getattr(box, name) - getattr(other, name) for name in along)
        return bool(low <= _AT and high >= -_AT)


def _edges(leaf: Leaf) -> tuple[Edge, ...]:
    left, foot, right, head = _bleeds(leaf)
    trim = leaf.trim
    outer = Box(trim.left - left, trim.bottom - foot, trim.right + right, trim.top + head)
    return tuple(Edge(side, getattr(trim, side), getattr(outer, side)) for side in _SIDES)


def _bleeds(leaf: Leaf) -> tuple[float, float, float, float]:
    """What the printer asks for at the left, the foot, the right and the head; some want none at the spine."""
    printer = leaf.subject.printer
    return (points(printer.cover.bleed),) * 4 if leaf.is_cover else printer.bleeds(verso=leaf.is_verso)


def _inner(leaf: Leaf) -> str:
    """The side at the spine; empty for a cover."""
    return "" if leaf.is_cover else "right" if leaf.is_verso else "left"


def _bleed_rule(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 7. Too little bleed is an error; at the spine, where nothing is cut off the open page, a warning.

    Art that ends at the trim is an error: an area, a picture, a gradient or a line that touches the trim, or runs less
    far into the bleed than it must, unless something else goes on from there. White is none, nor what fades by a mask.
    """
    for edge in _edges(leaf):
        wanted, there = edge.wanted, max(-edge.depth(leaf.bleed), 0.0)
        if not wanted:
            continue
        if there < wanted - _ROUNDING:
            at_spine = edge.side == _inner(leaf)
            yield Sighting(
                Severity.WARNING if at_spine else Severity.ERROR,
                "at the spine" if at_spine else "bleed",
                f"the bleed is {there / 72:.4g} in wide at the {edge.side}; the printer asks for {wanted / 72:.4g} in",
                "make the file with the printer's bleed, and its BleedBox with it",
                leaf.trim,
                wanted - there,
            )
        yield from (_ends_at_trim(leaf, edge, painted) for painted in _stopping(leaf, edge))


def _ends_at_trim(leaf: Leaf, edge: Edge, painted: Painted) -> Sighting:
    over = -edge.depth(painted.box)
    ends = "ends there" if over < _AT else f"runs only {over / 72:.3f} in over it"
    severity = Severity.WARNING if edge.side == _inner(leaf) else Severity.ERROR
    return Sighting(
        severity,
        f"art at the {edge.side}",
        f"art touches the trimmed edge ({edge.side}) and {ends}: white paper shows where the cut is off",
        f"let it run {edge.wanted / 72:.4g} in over the edge, or end well inside the page",
        painted.box,
        -over,
    )


def _stopping(leaf: Leaf, edge: Edge) -> Iterator[Painted]:
    art = [each for each in leaf.printed if each.kind in _ART and not each.colour.is_white and not each.soft_mask]
    for painted in art:
        touches = edge.depth(painted.box) <= _AT and edge.reach(painted.box) > _AT
        if not touches or edge.is_reached(painted.box):
            continue
        if not any(_goes_on(edge, painted.box, other.box) for other in art):
            yield painted


def _goes_on(edge: Edge, box: Box, other: Box) -> bool:
    """Whether another box takes up at the trim where one ends, and runs to the edge of the bleed."""
    begins = abs(edge.reach(other) - max(edge.depth(box), 0.0)) <= _AT + 1
    return edge.is_reached(other) and begins and edge.covers(other, box)


def _safe_area(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 34. Text outside the safe area is an error, for it may be cut off; a picture is a warning.

    At the spine the gutter for the count of pages is the measure. What stands on a tab is part of it: an area that
    runs into the bleed at one side, not more than an inch into the page, and is not longer than three. On a cover
    whose interior is known, text also keeps its distance from the folds.
    """
    edges = _edges(leaf)
    printed = tuple(leaf.printed)
    tabs = [each for each in printed if each.kind in _ART and _is_tab(each, edges)]
    for painted in printed:
        if painted.text is None and painted.kind not in _IMAGES:
            continue
        if any(edge.is_reached(painted.box) for edge in edges):
            continue
        if painted.text is not None and any(_holds(tab.box, painted.box) for tab in tabs):
            continue
        for edge in edges:
            wanted = _margin(leaf, edge.side)
            depth = edge.depth(painted.box)
            if depth < wanted - _OVERHANG:
                yield _outside(painted, depth, wanted, _place(leaf, edge.side))
        yield from _at_folds(leaf, painted)


def _is_tab(painted: Painted, edges: tuple[Edge, ...]) -> bool:
    """Whether it is an area that runs into the bleed at one side, and is small."""
    reached = [edge for edge in edges if edge.is_reached(painted.box)]
    if len(reached) != 1 or reached[0].reach(painted.box) > _TAB_DEPTH:
        return False
    box = painted.box
    upright = reached[0].side in {"left", "right"}
    return (box.top - box.bottom if upright else box.right - box.left) <= _TAB_LENGTH


def _holds(outer: Box, inner: Box) -> bool:
    shared = common(inner, outer.grown(_AT))
    return shared == inner


def _outside(painted: Painted, depth: float, wanted: float, place: str) -> Sighting:
    is_text = painted.text is not None
    what = "text" if is_text else "a picture"
    stands = f"stands {depth / 72:.3f} in from" if depth >= 0 else f"runs {-depth / 72:.3f} in over"
    return Sighting(
        Severity.ERROR if is_text else Severity.WARNING,
        f"{what} {place}",
        f"{what} {stands} the {place}; {wanted / 72:.3f} in are safe",
        "move it into the page, or let a picture run over the edge by the whole bleed",
        painted.box,
        wanted - depth,
    )


def _place(leaf: Leaf, side: str) -> str:
    if side == _inner(leaf):
        return "spine"
    return {"top": "trimmed head", "bottom": "trimmed foot"}.get(side, f"trimmed {side} edge")


def _margin(leaf: Leaf, side: str) -> float:
    """The least distance of live matter from a side, in points."""
    printer = leaf.subject.printer
    if leaf.is_cover:
        return points(printer.cover.safe_area)
    if side != _inner(leaf):
        return points(printer.safe_area)
    inner = printer.gutter_inner(_pages(leaf.subject))
    return points(printer.gutter[-1].inner) if inner is None else inner


def _pages(subject: Subject) -> int:
    return subject.expected.pages or len(subject.pdf.pages)


def _at_folds(leaf: Leaf, painted: Painted) -> Iterator[Sighting]:
    """Text of a cover at the folds of its spine, which stands in the middle of the wrap."""
    subject, printer = leaf.subject, leaf.subject.printer
    if not leaf.is_cover or subject.expected.pages is None or painted.text is None:
        return
    try:
        stock = printer.stock(subject.expected.stock)
    except KeyError as error:
        raise NotChecked(f"the printer has no stock {subject.expected.stock}, so the folds are not known") from error
    half = printer.spine_width(subject.expected.pages, stock) / 2
    middle = (leaf.trim.left + leaf.trim.right) / 2
    left, right = painted.box.left - middle, painted.box.right - middle
    if abs(left + right) / 2 < half:
        wanted, depth = points(printer.cover.spine_text_clearance), min(left + half, half - right)
    else:
        wanted, depth = points(printer.cover.safe_area), max(left - half, -half - right)
    if depth < wanted - _ROUNDING:
        yield _outside(painted, depth, wanted, "fold of the spine")


def _too_many_pages(subject: Subject) -> Iterator[Finding]:
    """An error of rule 34: the printer has no gutter for a book of so many pages."""
    pages = _pages(subject)
    if subject.kind is Kind.INTERIOR and subject.printer.gutter_inner(pages) is None:
        yield Finding(
            "PRES034",
            Severity.ERROR,
            f"the book has {pages} pages; {subject.printer.name} binds {subject.printer.gutter[-1].pages} at most",
            "choose another printer, or make two volumes",
        )


RULES: tuple[Rule, ...] = (
    painted_rule(7, "The bleed is wide enough, and art reaches its edge", "", _bleed_rule),
    painted_rule(34, "Live matter is inside the safe area", "", _safe_area, everywhere=_too_many_pages),
)
