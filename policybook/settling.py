"""Settle: compose and typeset until the folios that are printed are the folios that the pages have.

Divisions are gathered into leaves; the anchors' folios are observed; what printed another folio is composed again. Only
what was printed is compared. A pagination that comes back is an error that names the anchors that move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from policybook.book import Book, Division, Generated
from policybook.composition import compose
from policybook.diagnostics import ContentError, Problem
from policybook.index import continued_lines, lines, place_index, subject_index
from policybook.pagination import Folio, Matter, Pagination
from policybook.resources import Resources
from policybook.sheets import Html, Layout, Leaf, Sheets

#: Rounds after which a book that has not come back to a known pagination is given up. Three are usual.
MOST_ROUNDS = 12

Typeset = Callable[[Html], Sheets]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settled:
    """The settled book: its leaves, the sheets by division, the pagination that is printed and true, the rounds."""

    leaves: tuple[Leaf, ...]
    sheets: Mapping[str, Sheets]
    pagination: Pagination
    rounds: int


def settle(
    book: Book,
    layout: Layout,
    typeset: Typeset,
    resources: Resources,
    *,
    start: Pagination | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda _: None,
) -> Settled:
    """The sheets of all divisions with true folios. `start` is a guess, such as the last build's pagination.

    Raises ContentError with LAYT001 for each finding of the layout engine, with LAYT003 if the folios do not settle.
    """
    pagination = start or Pagination()
    markup: dict[str, Html] = {}
    sheets: dict[str, Sheets] = {}
    seen: set[tuple[object, ...]] = set()
    moved: list[tuple[str, str, str]] = []
    for rounds in range(1, MOST_ROUNDS + 1):
        changed = []
        for division in book.divisions:
            html = compose(book, division, layout, pagination, resources)
            if markup.get(division.id) != html:
                changed.append(html)
                markup[division.id] = html
        progress(f"round {rounds}: {len(changed)} of {len(book.divisions)} divisions")
        sheets.update(_typeset_all(changed, typeset, executor))
        leaves = gather(book.divisions, {id: sheet.count for id, sheet in sheets.items()})
        observed = observe(book, leaves, sheets)
        moved = _moved(markup.values(), pagination, observed)
        if not moved:
            return Settled(leaves, {d.id: sheets[d.id] for d in book.divisions}, observed, rounds)
        printed = sorted({anchor for html in markup.values() for anchor, _ in html.printed})
        state = (observed.continued, *(str(observed.folio(anchor)) for anchor in printed))
        if state in seen:
            break
        seen.add(state)
        pagination = observed
    names = ", ".join(f"{anchor} ({before} or {after})" for anchor, before, after in moved[:8])
    raise ContentError([Problem("LAYT003", f"the page numbers do not settle; these places move: {names}")])


def _typeset_all(changed: Sequence[Html], typeset: Typeset, executor: Executor | None) -> dict[str, Sheets]:
    made = list(executor.map(typeset, changed) if executor else map(typeset, changed))
    problems = [problem for sheets in made for problem in sheets.problems]
    if problems:
        raise ContentError(problems)
    return {sheets.division: sheets for sheets in made}


def gather(divisions: Sequence[Division], counts: Mapping[str, int]) -> tuple[Leaf, ...]:
    """The leaves of the book: divisions in order, blank versos where the next one opens on a recto.

    Front matter is counted in roman numerals from its first recto, the rest in arabic ones from 1. A cover stands
    before the first folio and has a label instead. `furniture` numbers the leaves that carry running heads and folios.
    """
    leaves: list[Leaf] = []
    arabic, number, furniture = False, 0, 0
    for division in divisions:
        if division.id == COVER:
            leaves += [Leaf(COVER, i, Folio(False, 1), False, None, division.title) for i in range(counts[COVER])]
            continue
        if division.matter is not Matter.FRONT and not arabic:
            leaves += _blank_before_recto(leaves, number, arabic)
            arabic, number = True, 0
        elif division.opens_on == "recto":
            blanks = _blank_before_recto(leaves, number, arabic)
            leaves += blanks
            number += len(blanks)
        for sheet in range(counts[division.id]):
            number += 1
            leaf = Leaf(
                division.id, sheet, Folio(arabic, number), number % 2 == 0, furniture if division.furniture else None
            )
            furniture += division.furniture
            leaves.append(leaf)
    return tuple(leaves)


#: The id of the division that stands before the first folio, on screens only.
COVER = "cover"


def _blank_before_recto(leaves: Sequence[Leaf], number: int, arabic: bool) -> list[Leaf]:
    """A blank verso, if the next page is one."""
    if number % 2 == 0:
        return []
    return [Leaf(leaves[-1].division, None, Folio(arabic, number + 1), True, None)]


def observe(book: Book, leaves: Sequence[Leaf], sheets: Mapping[str, Sheets]) -> Pagination:
    """The folio of every anchor, and the index lines that open a page in the middle of their entry."""
    folio_of = {(leaf.division, leaf.sheet): leaf.folio for leaf in leaves}
    folios = {
        anchor: folio_of[division, place.sheet]
        for division, part in sheets.items()
        for anchor, place in part.anchors.items()
    }
    observed = Pagination(folios)
    continued: frozenset[str] = frozenset()
    for division in book.divisions:
        make = {"subjects": subject_index, "places": place_index}.get(division.id)
        if make is not None and isinstance(division.content, Generated):
            sheet_of = {anchor: place.sheet for anchor, place in sheets[division.id].anchors.items()}
            continued |= continued_lines(lines(make(book, observed)), sheet_of)
    return replace(observed, continued=continued)


def _moved(markup: Iterable[Html], used: Pagination, observed: Pagination) -> list[tuple[str, str, str]]:
    """The printed anchors whose folio is another than printed: (anchor, printed, observed)."""
    moved = [
        (anchor, text, str(observed.folio(anchor)))
        for html in markup
        for anchor, text in html.printed
        if text != str(observed.folio(anchor)) or anchor not in observed.folios
    ]
    for line in sorted(used.continued ^ observed.continued):
        states = ("not continued", "continued")
        before, after = states if line in observed.continued else reversed(states)
        moved.append((line, before, after))
    return moved
