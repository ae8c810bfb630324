"""The gate of a build: every check that a finished screen edition must pass before it is delivered.

What one division must satisfy is a value of its own, so that workers can share the divisions and a cache can remember
verdicts by `policybook.preflight.division.digest`. Only what is about the whole file looks at all of it. The libraries
that read content and PDF are imported when they are needed: every build and every worker imports this module.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policybook.diagnostics import Problem
from policybook.geometry import Geometry
from policybook.pagination import Folio, Pagination
from policybook.preflight.completeness import check_completeness
from policybook.preflight.division import DivisionCheck
from policybook.preflight.links import check_links
from policybook.preflight.pieces import ALTERNATE
from policybook.preflight.type_area import check_type_area
from policybook.sheets import Leaf, Place

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

    from policybook.book import Book
    from policybook.settling import Settled

#: After how many pages a file is opened afresh: pdfium keeps what it has read, 7 MB for a hundred pages of text.
PAGES_AT_ONCE = 200


def preflight_screen(pdf: bytes | Path, book: Book, settled: Settled, geometry: Geometry) -> Iterator[Problem]:
    """WHOL001 to WHOL003 and LAYT002: the whole source is there, links lead where they say, nothing runs out."""
    anchors = leaves_of_anchors(settled.leaves, {id: sheets.anchors for id, sheets in settled.sheets.items()})
    checks = division_checks(book, settled.leaves, anchors, settled.pagination, geometry)
    found = [*check_whole(pdf, settled.leaves, anchors)]
    found += [problem for problems in check_divisions(pdf, checks).values() for problem in problems]
    yield from sorted(found, key=lambda problem: (problem.code.startswith("LAYT"), problem.code == "WHOL003"))


def leaves_of_anchors(leaves: Sequence[Leaf], places: Mapping[str, Mapping[str, Place]]) -> dict[str, int]:
    """The leaf, from 0, on which each anchor was observed. `places` are the anchors of each division."""
    leaf_of = {(leaf.division, leaf.sheet): index for index, leaf in enumerate(leaves)}
    return {
        anchor: leaf_of[division, place.sheet] for division, found in places.items() for anchor, place in found.items()
    }


def division_checks(
    book: Book,
    leaves: Sequence[Leaf],
    anchors: Mapping[str, int],
    pagination: Pagination,
    geometry: Geometry,
    linked: Mapping[str, Collection[str]] | None = None,
) -> tuple[DivisionCheck, ...]:
    """What each division of the book must satisfy, in order.

    `anchors` are the leaves on which the anchors of the book were observed. `linked` are those that each division's
    links lead to; without it, every check holds all of them, and its digest changes with any of them.
    """
    from policybook.preflight.expected import expected_pieces  # noqa: PLC0415 - workers don't read content

    folios = {anchor: leaves[leaf].folio for anchor, leaf in anchors.items()}
    figures = max((len(str(leaf.folio)) for leaf in leaves if leaf.folio.arabic), default=0)
    runs = _runs(leaves)
    checks = []
    for division in book.divisions:
        first, behind = runs.get(division.id, (0, 0))
        wanted = linked.get(division.id, ()) if linked is not None else None
        targets = folios if wanted is None else {anchor: folios[anchor] for anchor in wanted if anchor in folios}
        pieces = expected_pieces(book, division, pagination)
        check = DivisionCheck(division.id, first, tuple(leaves[first:behind]), pieces, targets, figures, geometry)
        checks.append(check)
    return tuple(checks)


def _runs(leaves: Sequence[Leaf]) -> dict[str, tuple[int, int]]:
    """The first leaf of each division and the one behind its last; a division's leaves stand together."""
    runs: dict[str, tuple[int, int]] = {}
    for index, leaf in enumerate(leaves):
        first, behind = runs.get(leaf.division, (index, index))
        assert behind == index, f"the leaves of {leaf.division} don't stand together"
        runs[leaf.division] = (first, index + 1)
    return runs


def check_divisions(pdf: bytes | Path, checks: Sequence[DivisionCheck]) -> dict[str, tuple[Problem, ...]]:
    """What is wrong with some divisions of a finished file, by division, in their order.

    Raises ContentError (WHOL001) where the file can't be read.
    """
    from policybook.preflight.finished import opened  # noqa: PLC0415 - only those who check pay for pdfium

    found: dict[str, tuple[Problem, ...]] = {}
    for batch in _batches(checks):
        with opened(pdf) as document:
            found |= {check.division: _check(document, check) for check in batch}
    return found


def _batches(checks: Sequence[DivisionCheck]) -> Iterator[list[DivisionCheck]]:
    batch: list[DivisionCheck] = []
    pages = 0
    for check in checks:
        if pages >= PAGES_AT_ONCE:
            yield batch
            batch, pages = [], 0
        batch.append(check)
        pages += len(check.leaves)
    if batch:
        yield batch


def check_division(pdf: bytes | Path, check: DivisionCheck) -> tuple[Problem, ...]:
    """What is wrong with one division of a finished file. Raises ContentError (WHOL001) where it can't be read."""
    return check_divisions(pdf, (check,))[check.division]


def _check(document: PdfDocument, check: DivisionCheck) -> tuple[Problem, ...]:
    """One walk through the division's pages, each of which is open only while it is read."""
    from policybook.preflight.finished import finished_pages  # noqa: PLC0415 - as above

    texts: list[tuple[Folio, str]] = []
    alternates: list[str] = []
    misled: list[Problem] = []
    outside: list[Problem] = []
    pictured = any(piece.kind == ALTERNATE for piece in check.pieces)
    for page, leaf in zip(finished_pages(document, check.first, len(check.leaves)), check.leaves, strict=False):
        if check.pieces and leaf.sheet is not None:
            texts.append((leaf.folio, page.text()))
            alternates += page.alternates() if pictured else ()
        misled += check_links(page, leaf, check.targets, check.figures)
        outside += check_type_area(page, leaf, check.geometry)
    return (*check_completeness(check.pieces, texts, alternates), *misled, *outside)


def check_whole(pdf: bytes | Path, leaves: Sequence[Leaf], anchors: Mapping[str, int]) -> tuple[Problem, ...]:
    """What is wrong with the file as a whole: its number of pages (WHOL001), what it calls them, where its names lead.

    Each of the `anchors` must be the name of a place on its leaf, and each page be called by its folio (WHOL003).
    Raises ContentError (WHOL001) where the file can't be read.
    """
    from policybook.preflight.finished import destinations, opened, page_labels  # noqa: PLC0415 - as above

    with opened(pdf) as document:
        problems = []
        if len(document) != len(leaves):
            said = f"the file has {len(document)} pages, the book {len(leaves)} leaves"
            problems.append(Problem("WHOL001", said))
        problems += _miscalled(tuple(page_labels(document)), leaves)
        named = dict(destinations(document))
    return (*problems, *_misplaced(named, leaves, anchors))


def _miscalled(labels: Sequence[str], leaves: Sequence[Leaf]) -> Iterator[Problem]:
    """The first page that is not called by its folio: those behind it mostly follow from it."""
    for index, (label, leaf) in enumerate(zip(labels, leaves, strict=False)):
        due = leaf.label or str(leaf.folio)
        if label != due:
            yield Problem("WHOL003", f"leaf {index + 1} is page {due}, but the file calls it “{label}”")
            return


def _misplaced(
    named: Mapping[str, int | None], leaves: Sequence[Leaf], anchors: Mapping[str, int]
) -> Iterator[Problem]:
    for anchor, due in anchors.items():
        index = named.get(anchor)
        if index is None:
            yield Problem("WHOL003", f"“{anchor}” is no place in the file")
        elif index != due:
            led = f"page {leaves[index].folio}" if index < len(leaves) else f"leaf {index + 1}"
            yield Problem("WHOL003", f"“{anchor}” leads to {led}, but it is on page {leaves[due].folio}")
