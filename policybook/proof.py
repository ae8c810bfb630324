"""The editors' proof: the book's own pages on larger paper, with what editors and co-authors need around them.

Each page has a mark across it, its lines counted at the left, and at the right the lines of the source that its text
comes from; at its head stand the state of the brief and the name of its file. All this is furniture, and no part of the
text: the pages are those of the book, and a line that is cited from the proof is that line of the book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from policybook.binding import BookBlock, View, bind
from policybook.book import Book, Brief, Division
from policybook.composition import ProofPage, compose_proof
from policybook.crew import Crew
from policybook.diagnostics import ContentError, Source
from policybook.furniture import dress
from policybook.gathering import Gathering
from policybook.makeup import layout_kit
from policybook.prepress.screen import linearize
from policybook.resources import Resources
from policybook.sheets import Html, Layout, Leaf, furniture_id
from policybook.store import Cache
from policybook.targets import walk_blocks
from policybook.text import Anchor, CaseStudy, NoteReference, Paragraph, walk_inlines
from policybook.workshop import Workshop

#: The paper around the trimmed page, in points; styles/profiles/proof.css has it too.
AROUND = 54.0
#: From the top of a place to the baseline of its remark, and the least distance of two remarks.
_TO_BASELINE, _APART = 8.0, 8.0


def proof(book: Book, block: BookBlock, layout: Layout, resources: Resources, crew: Crew, cache: Cache) -> bytes:
    """The proof of a bound book. Raises ContentError with what the layout engine found wrong in its furniture."""
    geometry = replace(layout.geometry, bleed=AROUND)
    own = Layout("proof", geometry)
    by_division: dict[str, list[Leaf]] = {}
    for leaf in block.leaves:
        if leaf.sheet is not None:
            by_division.setdefault(leaf.division, []).append(leaf)
    composed = [
        _furniture(book, block, book.division(id), leaves, own, resources) for id, leaves in by_division.items()
    ]
    made = Workshop(layout_kit(own, resources), book.images, crew, cache).gatherings(composed)
    if problems := dict.fromkeys(problem for gathering in made.values() for problem in gathering.problems):
        raise ContentError(problems)
    metadata = replace(block.metadata, title=f"{block.metadata.title} (proof)")
    of = replace(
        block,
        leaves=tuple(leaf if leaf.sheet is None else replace(leaf, furniture=leaf.sheet) for leaf in block.leaves),
        furniture={id: made[furniture_id(id)] for id in by_division},
        geometry=geometry,
        metadata=metadata,
    )
    return linearize(bind(of, cache, View(bookmarks=True)))


def _furniture(
    book: Book, block: BookBlock, division: Division, leaves: Sequence[Leaf], layout: Layout, resources: Resources
) -> Html:
    """The furniture of a division, one page for each of its leaves."""
    remarks = _remarks(division, block.gatherings[division.id], layout.geometry.trim_height)
    pages = [
        ProofPage(
            dress(leaf) if leaf.furniture is not None else None,
            tuple(_spread(remarks.get(leaf.sheet or 0, ()))),
            layout.geometry.gutter_shift if leaf.verso else -layout.geometry.gutter_shift,
        )
        for leaf in leaves
    ]
    return compose_proof(book, division, pages, _words(division), layout, resources)


def _words(division: Division) -> str:
    """What stands above each page of a division."""
    return f"Proof. State of this brief: {division.content.state}" if isinstance(division.content, Brief) else "Proof"


def _remarks(division: Division, gathering: Gathering, height: float) -> Mapping[int, Sequence[tuple[float, str]]]:
    """The lines of the source by sheet, each with the distance of its baseline from the head of the page."""
    found: dict[int, list[tuple[float, str]]] = {}
    for anchor, source in _sources(division):
        if place := gathering.anchors.get(anchor):
            found.setdefault(place.sheet, []).append((height - place.y + _TO_BASELINE, _line(division, source)))
    return {sheet: sorted(of) for sheet, of in found.items()}


def _line(division: Division, source: Source) -> str:
    """The line, and the file where it is not the division's own."""
    own = division.source is None or source.path == division.source.path
    return f"line {source.line}" if own else f"{source.path.rpartition('/')[2]}:{source.line}"


def _spread(remarks: Sequence[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """The remarks that have room one below the other and say something new; of those at about one height, the first."""
    behind, said = -_APART, ""
    for top, words in remarks:
        if top - behind >= _APART and words != said:
            yield round(top, 2), words
            behind, said = top, words


def _sources(division: Division) -> Iterator[tuple[str, Source]]:
    """The places of a division whose lines of the source are known."""
    if division.source:
        yield division.id, division.source
    for section in getattr(division.content, "sections", ()):
        if section.heading:
            yield section.heading.anchor, section.heading.source
        for block in walk_blocks(section.blocks):
            if isinstance(block, CaseStudy):
                yield block.case.anchor, block.case.source
            elif isinstance(block, Paragraph):
                marks = (node for node in walk_inlines(block.inlines) if isinstance(node, Anchor | NoteReference))
                yield from ((mark.anchor, block.source) for mark in marks)
            elif anchor := getattr(block, "anchor", ""):
                yield anchor, block.source
    for note in getattr(division.content, "notes", ()):
        yield note.anchor, note.source
