"""Settle: compose and typeset until the folios that are printed are the folios that the pages have.

Divisions are gathered into leaves and the anchors' folios are observed. The book is settled when composing with what
was observed gives the markup that was laid out; so only what is printed counts, the ends of ranges included, and of a
number that is printed late (see `policybook.late`) only the count of its digits. "(continued)" above a page of an index
is furniture, so that it moves no line.
Indexes wait for the first folios, since their entries are made of them. A state that comes back is
an error that names the anchors that move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from policybook.book import Book, Division, Generated
from policybook.castoff import cast_off
from policybook.composition import INDEXES, compose
from policybook.diagnostics import ContentError, Problem
from policybook.furniture import dressed
from policybook.gathering import Gathering
from policybook.index import IN_COLUMNS, continued
from policybook.pagination import Folio, Matter, Pagination
from policybook.resources import Resources
from policybook.sheets import Html, Layout, Leaf

#: Rounds after which a book that has not come back to a known state is given up. Two are usual.
MOST_ROUNDS = 12
#: Places that an error message names.
MOST_NAMED = 8

Typeset = Callable[[Sequence[Html]], Mapping[str, Gathering]]
Furnish = Callable[[Sequence[Leaf]], Mapping[str, Html]]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settled:
    """The settled book: its leaves, the gatherings by division, the pagination that is printed and true, the rounds.

    `late` are the numbers that each division prints late, in the order of its text; `furniture` is by division.
    """

    leaves: tuple[Leaf, ...]
    sheets: Mapping[str, Gathering]
    pagination: Pagination
    late: Mapping[str, tuple[str, ...]]
    furniture: Mapping[str, Gathering]
    rounds: int


def settle(
    book: Book,
    layout: Layout,
    typeset: Typeset,
    resources: Resources,
    *,
    start: Pagination | None = None,
    furnish: Furnish = lambda _: {},
    progress: Progress = lambda _: None,
) -> Settled:
    """The sheets of all divisions with true folios. `start` is a guess, such as the last build's pagination.

    `typeset` makes the gatherings of divisions, and of the furniture that `furnish` composes for leaves: beside the
    last divisions, since an index keeps one worker busy and no other. Raises ContentError with LAYT001 for each finding
    of the layout engine, with LAYT003 if the folios do not settle.
    """
    pagination = start or cast_off(book, gather)
    laid_out: dict[str, bytes] = {}
    sheets: dict[str, Gathering] = {}
    before: Mapping[str, Html] = {}
    seen: set[bytes] = set()
    leaves: tuple[Leaf, ...] = ()
    changed: list[Html] = []
    for rounds in range(MOST_ROUNDS + 1):
        composed = {d.id: compose(book, d, layout, pagination, resources) for d in book.divisions}
        changed = _differing(composed.values(), laid_out)
        if not changed:
            _check_places(composed.values(), pagination)
            late = {id: html.numbers for id, html in composed.items()}
            furnished = furnish(leaves)
            sheets.update(_made(typeset(_differing(furnished.values(), laid_out))))
            furniture = {id: sheets[html.division] for id, html in furnished.items()}
            return Settled(leaves, {id: sheets[id] for id in composed}, pagination, late, furniture, rounds)
        if rounds == 0 and start is None:
            changed = [html for html in changed if html.division not in INDEXES]
        else:
            state = b"".join(map(_mark, composed.values()))
            if state in seen or rounds == MOST_ROUNDS:
                break
            seen.add(state)
        progress(f"round {rounds + 1}: {len(changed)} of {len(book.divisions)} divisions")
        wanted = [*changed, *_differing(furnish(leaves).values(), laid_out)]
        sheets.update(_made(typeset(wanted)))
        laid_out |= {html.division: _mark(html) for html in wanted}
        gathered = gather(book.divisions, {d.id: sheets[d.id].count if d.id in sheets else 1 for d in book.divisions})
        before, pagination = composed, observe(gathered, sheets)
        leaves = dressed(carry_over(book, gathered, sheets, pagination))
    names = ", ".join(_moved(changed, before))
    raise ContentError([Problem("LAYT003", f"the page numbers do not settle; these places move: {names}")])


def _differing(composed: Iterable[Html], laid_out: Mapping[str, bytes]) -> list[Html]:
    """What was not laid out, or with other markup; `laid_out` has the marks of what was."""
    return [html for html in composed if laid_out.get(html.division) != _mark(html)]


def _mark(html: Html) -> bytes:
    """A digest that tells markup apart, so that a long book's need not be held."""
    return sha256(html.markup.encode()).digest()


def _made(gatherings: Mapping[str, Gathering]) -> Mapping[str, Gathering]:
    """Raises ContentError with all that the layout engine found."""
    problems = dict.fromkeys(problem for gathering in gatherings.values() for problem in gathering.problems)
    if problems:
        raise ContentError(problems)
    return gatherings


def gather(divisions: Sequence[Division], counts: Mapping[str, int]) -> tuple[Leaf, ...]:
    """The leaves of the book: divisions in order, blank versos where the next one opens on a recto.

    Front matter is counted in roman numerals from its first recto, the rest in arabic ones from 1. A cover stands
    before the first folio and has a label instead.
    """
    leaves: list[Leaf] = []
    arabic, number = False, 0
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
            furniture = 0 if division.furniture else None
            leaf = Leaf(division.id, sheet, Folio(arabic, number), number % 2 == 0, furniture)
            leaves.append(leaf)
    return tuple(leaves)


#: The id of the division that stands before the first folio, on screens only.
COVER = "cover"


def _blank_before_recto(leaves: Sequence[Leaf], number: int, arabic: bool) -> list[Leaf]:
    """A blank verso, if the next page is one."""
    if number % 2 == 0:
        return []
    return [Leaf(leaves[-1].division, None, Folio(arabic, number + 1), True, None)]


def observe(leaves: Sequence[Leaf], sheets: Mapping[str, Gathering]) -> Pagination:
    """The folio of every anchor; of a division that has no sheets yet, its own folio."""
    folio_of = {(leaf.division, leaf.sheet): leaf.folio for leaf in leaves}
    folios = {leaf.division: leaf.folio for leaf in leaves if leaf.sheet == 0} | {
        anchor: folio_of[division, place.sheet]
        for division, part in sheets.items()
        for anchor, place in part.anchors.items()
    }
    return Pagination(folios)


def carry_over(
    book: Book, leaves: Sequence[Leaf], sheets: Mapping[str, Gathering], pagination: Pagination
) -> tuple[Leaf, ...]:
    """The leaves, of which those of indexes know the headword whose entry they go on with."""
    carried: dict[tuple[str, int | None], str] = {}
    for division in book.divisions:
        make = IN_COLUMNS.get(division.id)
        if make is not None and isinstance(division.content, Generated) and division.id in sheets:
            sheet_of = {anchor: place.sheet for anchor, place in sheets[division.id].anchors.items()}
            headwords = continued(make(book, pagination), sheet_of)
            carried |= {(division.id, sheet): headword for sheet, headword in headwords.items()}
    return tuple(replace(leaf, continued=carried.get((leaf.division, leaf.sheet), "")) for leaf in leaves)


def _check_places(laid_out: Iterable[Html], pagination: Pagination) -> None:
    """Raises ContentError (WHOL003) for each place whose page is printed and that is on no page."""
    printed = [(html.division, anchor) for html in laid_out for anchor, _ in html.printed]
    lost = [(division, anchor) for division, anchor in printed if anchor not in pagination.folios]
    if lost:
        said = "“{}” prints the page of “{}”, which is nowhere in the book"
        raise ContentError([Problem("WHOL003", said.format(division, anchor)) for division, anchor in lost])


def _moved(changed: Iterable[Html], laid_out: Mapping[str, Html]) -> list[str]:
    """What is printed otherwise than in the round before, for the error message; a few places tell enough."""
    moved = []
    for html in changed:
        before = dict(laid_out[html.division].printed) if html.division in laid_out else {}
        for anchor, text in html.printed:
            if before.get(anchor) != text:
                moved.append(f"{anchor} ({before.get(anchor, 'not there')} or {text})")
    return moved[:MOST_NAMED] or [f"the lines of {html.division}" for html in changed]
