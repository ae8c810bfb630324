"""The completeness gate: every piece of the source is in the finished file, in its division, in order, notes once.

The pages of a division are one galley of comparable text. A piece is looked for in the part of it that is left between
the pieces before and behind it, and what it is found in is taken, so that nothing proves two pieces. Long pieces come
first, because nothing else reads like them; they leave little room in which a short one could be mistaken. A paragraph
may be broken: by the end of a page, with notes and furniture in between, or by something that is drawn inside it.

What is drawn behind a broken paragraph may read on in its words by chance. So what stands in one run is found before
what is broken, and what is broken between lines before what is broken elsewhere; of several places, a piece has the one
that fills its lines. If it is missing all the same, the pieces found about there are tried in other places.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from policybook.diagnostics import Problem
from policybook.pagination import Folio
from policybook.preflight.galley import LINE, Galley, normal
from policybook.preflight.pieces import ALTERNATE, RUNNING, SORTED, Piece

#: Letters and figures from which on a piece is taken to be like no other.
_UNLIKE_OTHERS = 32
#: Letters and figures that each side of a break must have to count by itself.
_SIDE = 12
#: How often a piece may be broken, and how many pages it may run on for.
_BREAKS = 4
_PAGES = 3
#: How many pieces that had to give way may make another one give way.
_TRADES = 1
#: Kinds that the style sheets keep on one page and that nothing is drawn inside of.
_UNBROKEN = frozenset({"table row", "table head"})
_SHOWN = 60

Span = tuple[int, int]
#: How a piece may stand: with how many breaks, and whether lines must end before them and start behind them.
Way = tuple[int, bool]
IN_ONE_RUN: tuple[Way, ...] = ((0, True),)
BROKEN: tuple[Way, ...] = tuple((breaks, by_lines) for by_lines in (True, False) for breaks in range(1, _BREAKS + 1))
ANY_WAY = IN_ONE_RUN + BROKEN


def check_completeness(
    pieces: Sequence[Piece], pages: Sequence[tuple[Folio, str]], alternates: Sequence[str]
) -> Iterator[Problem]:
    """A problem for each piece that is missing (WHOL001) and each note that is not there exactly once (WHOL002).

    All are of one division: `pieces` in the order of the source, `pages` with their texts as they were extracted, and
    the `alternates` of its structure in reading order.
    """
    yield from Collation.of([piece for piece in pieces if piece.kind != ALTERNATE], pages).problems()
    yield from _missing_alternates([piece for piece in pieces if piece.kind == ALTERNATE], alternates)


def _missing_alternates(pieces: Sequence[Piece], found: Sequence[str]) -> Iterator[Problem]:
    left = [normal(text) for text in found]
    for piece in pieces:
        text = normal("".join(piece.parts))
        if text in left:
            del left[: left.index(text) + 1]
        else:
            yield Problem("WHOL001", f"{_name(piece)} is not in the structure of its pages", piece.source)


def _name(piece: Piece) -> str:
    text = " ".join(" … ".join(piece.parts).split())
    shown = text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"
    return f"{piece.division}: the {piece.kind} “{shown}”"


# --- one division -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Collation:
    """The pieces of a division, and the places in its galley in which they have been found.

    `texts` are the pieces' parts as they are compared, `folios` the span of each page. `order` holds, for each run of
    pieces that stand one behind the other, the pieces found, by their position.
    """

    pieces: Sequence[Piece]
    texts: Sequence[tuple[str, ...]]
    galley: Galley
    folios: Mapping[Folio, Span]
    found: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: Sequence[Piece], pages: Sequence[tuple[Folio, str]]) -> Collation:
        """The pieces, in the order of the source, looked for on the pages."""
        texts = [tuple(text for text in map(normal, piece.parts) if text) for piece in pieces]
        galley = Galley.of([text for _, text in pages])
        folios = {folio: span for (folio, _), span in zip(pages, pairwise(galley.pages), strict=True)}
        collation = cls(pieces, texts, galley, folios)
        collation._search()
        return collation

    def problems(self) -> Iterator[Problem]:
        """What is missing, and what stands more than once and must not."""
        for i, piece in enumerate(self.pieces):
            if i not in self.found:
                if self.texts[i]:
                    yield self._missing(piece)
            elif piece.once and self._stands_again(i):
                yield Problem("WHOL002", f"{_name(piece)} stands more than once", piece.source)

    def _search(self) -> None:
        surest, others = self._turns()
        for way in ANY_WAY:
            for i in surest:
                if i not in self.found:
                    self._place(i, (way,))
        for i in (*surest, *others):
            if i not in self.found and not self._place(i, ANY_WAY):
                self._place_by_trade(i)

    def _missing(self, piece: Piece) -> Problem:
        code = "WHOL002" if piece.once else "WHOL001"
        where = "is missing" if piece.folio is None else f"is missing from page {piece.folio}"
        return Problem(code, f"{_name(piece)} {where}", piece.source)

    def _turns(self) -> tuple[list[int], list[int]]:
        """The pieces that are like no others, and the others, in the order in which they are looked for.

        The surest come first, so that they bound the others: long ones; long ones that stand in others, too; short
        ones, run by run in the order of the source; short ones that stand in others, too; and what a template sorts.
        """
        source = "\n".join(text for texts in self.texts for text in texts)
        longest: dict[str, int] = {}
        for i, texts in enumerate(self.texts):
            longest[self._run(i)] = max(longest.get(self._run(i), 0), len("".join(texts)))

        def turn(i: int) -> tuple[int, int, int]:
            length = sum(map(len, self.texts[i]))
            shared = int(source.count(max(self.texts[i], key=len)) > 1)
            if length >= _UNLIKE_OTHERS:
                return shared, -length, i
            return (4, -length, i) if self.pieces[i].kind in SORTED else (2 + shared, -longest[self._run(i)], i)

        turns = sorted(turn(i) for i, texts in enumerate(self.texts) if texts)
        return [i for rank, _, i in turns if rank == 0], [i for rank, _, i in turns if rank]

    def _run(self, i: int) -> str:
        kind = self.pieces[i].kind
        return "running text" if kind in RUNNING else kind

    def _neighbours(self, i: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """What was found nearest before and behind a piece in the order of the source; beyond them, the galley's ends.

        What is found stands in that order, so that they bound the piece.
        """
        end = len(self.galley.text)
        others = self.order.get(self._run(i), []) if self.pieces[i].kind not in SORTED else []
        at = bisect(others, i)
        before = self.found[others[at - 1]] if at else ((0, 0),)
        behind = self.found[others[at]] if at < len(others) else ((end, end),)
        return before, behind

    def _bounds(self, i: int) -> tuple[int, int, int]:
        """Where a piece may start, from and before, and where it must end, given the pieces found."""
        before, behind = self._neighbours(i)
        low, high = before[-1][1], behind[0][0]
        limit = high
        folio = self.pieces[i].folio
        if folio is not None:
            start, end = self.folios.get(folio, (0, 0))
            low, high = max(low, start), min(high, end)
        return low, high, limit

    def _place(self, i: int, ways: tuple[Way, ...]) -> bool:
        """Find a piece in one of the ways, the first before the others."""
        allowed = IN_ONE_RUN if self.pieces[i].kind in _UNBROKEN else ways
        spans = find(self.galley, self.texts[i], self.pieces[i].gap, self._bounds(i), allowed)
        if spans:
            self._enter(i, spans)
        return bool(spans)

    def _place_by_trade(self, i: int, settled: tuple[int, ...] = ()) -> bool:
        """Find a piece where another one was found by chance, if that one has a place of its own, maybe by trade."""
        for other in self._rivals(i):
            if other in settled:
                continue
            spans = self.found[other]
            self._leave(other)
            if self._place(i, ANY_WAY):
                if self._place(other, ANY_WAY):
                    return True
                if len(settled) < _TRADES and self._place_by_trade(other, (*settled, i)):
                    return True
                self._leave(i)
            self._enter(other, spans)
        return False

    def _rivals(self, i: int) -> list[int]:
        """The pieces found where one might stand, and its neighbours, in the order of the source."""
        before, behind = self._neighbours(i)
        low, high = before[0][0], behind[-1][1]
        folio = self.pieces[i].folio
        if folio is not None:
            low = max(low, self.folios.get(folio, (0, 0))[0])
            high = min(high, self.galley.page_end(low, ahead=_PAGES))
        return sorted(n for n, spans in self.found.items() if spans[-1][1] > low and spans[0][0] < high)

    def _enter(self, i: int, spans: tuple[Span, ...]) -> None:
        self.found[i] = spans
        insort(self.order.setdefault(self._run(i), []), i)
        for start, end in spans:
            self.galley.take(start, end)

    def _leave(self, i: int) -> None:
        self.order[self._run(i)].remove(i)
        for start, end in self.found.pop(i):
            self.galley.release(start, end)

    def _stands_again(self, i: int) -> bool:
        everywhere = (0, len(self.galley.text), len(self.galley.text))
        return bool(find(self.galley, self.texts[i], self.pieces[i].gap, everywhere, ANY_WAY[:2]))


# --- one piece --------------------------------------------------------------------------------------------------------


def find(
    galley: Galley, parts: tuple[str, ...], gap: int, bounds: tuple[int, int, int], ways: tuple[Way, ...]
) -> tuple[Span, ...]:
    """The spans of the galley in which the parts of a piece stand, in the first of the ways in which they do, or none.

    `bounds` are where the piece may start, from and before, and where it must end.
    """
    for way in ways:
        found = list(_places(galley, parts, gap, bounds, way))
        if found:
            return min(found, key=lambda spans: _rank(galley, spans))
    return ()


def _places(
    galley: Galley, parts: tuple[str, ...], gap: int, bounds: tuple[int, int, int], way: Way
) -> Iterator[tuple[Span, ...]]:
    """The spans from each place in which the piece may start."""
    breaks, by_lines = way
    for start, length in _starts(galley, parts[0], bounds, _SIDE if breaks else 0):
        end = min(bounds[2], galley.page_end(start, ahead=_PAGES))
        spans = _Tracing(galley, gap, end, by_lines).place(parts, start, length, breaks)
        if spans:
            yield spans


def _rank(galley: Galley, spans: tuple[Span, ...]) -> tuple[bool, int, int]:
    """Lines of its own are a piece's likeliest place, then the first; a first part is the one next to the second."""
    (start, _), (_, end) = spans[0], spans[-1]
    return not galley.edges[start] == galley.edges[end] == LINE, end, -start


def _starts(galley: Galley, text: str, bounds: tuple[int, int, int], least: int) -> Iterator[Span]:
    """Where a text stands whole and, if `least` is not 0, where at least so much of its beginning does."""
    low, high, limit = bounds
    if low >= high:
        return
    for at in galley.occurrences(text, low, high, limit):
        yield at, len(text)
    if least:
        yield from galley.beginnings(text, low, high, limit, least)


@dataclass(frozen=True, slots=True)
class _Tracing:
    """Follows a piece through the galley, part by part, up to `limit`; `dead` holds the turns that led nowhere.

    `by_lines` asks that a line ends before a break and one starts behind it, or a template's words stand there.
    """

    galley: Galley
    gap: int
    limit: int
    by_lines: bool
    dead: set[tuple[int, int, int, int]] = field(default_factory=set)

    def place(
        self, parts: tuple[str, ...], start: int, length: int, breaks: int, least: int = _SIDE
    ) -> tuple[Span, ...] | None:
        """The spans of the parts, of which so much of the first stands at `start`; at least `least` before a break."""
        text, later = parts[0], parts[1:]
        if length == len(text):
            rest = self._next(later, start + length, breaks)
            if rest is not None:
                return ((start, start + length), *rest)
        if not breaks:
            return None
        for cut in self._cuts(start, min(length, len(text) - 1), least):
            rest = self._resumed((text[cut:], *later), start + cut, breaks - 1)
            if rest is not None:
                return ((start, start + cut), *rest)
        return None

    def _cuts(self, start: int, longest: int, least: int) -> Iterator[int]:
        """Where a text that stands at `start` may be broken, the last place first: few letters only fill a line."""
        for cut in range(longest, least - 1, -1):
            edge = self.galley.edges[start + cut]
            if edge == LINE or (edge and cut >= _SIDE and not self.by_lines):
                yield cut

    def _next(self, parts: tuple[str, ...], at: int, breaks: int) -> tuple[Span, ...] | None:
        """The spans of parts that follow a whole one: within the gap, or on a page that follows."""
        if not parts:
            return ()
        page_end = min(self.limit, self.galley.page_end(at - 1))
        near = (at, min(at + self.gap + 1, page_end), self.limit)
        for start, length in _starts(self.galley, parts[0], near, 1 if breaks else 0):
            rest = self.place(parts, start, length, breaks, least=1)
            if rest is not None:
                return rest
        return self._overleaf(parts, page_end, breaks - 1) if breaks else None

    def _resumed(self, parts: tuple[str, ...], at: int, breaks: int) -> tuple[Span, ...] | None:
        """The spans of parts of which the first goes on behind a break: on this page, or on one that follows."""
        turn = (len(parts), len(parts[0]), at, breaks)
        if turn in self.dead:
            return None
        page_end = min(self.limit, self.galley.page_end(at - 1))
        here = (at + 1, page_end if len(parts[0]) >= _SIDE else at, self.limit)
        spans = self._first_placed(parts, (here, (page_end, self.limit, self.limit)), breaks)
        if spans is None:
            self.dead.add(turn)
        return spans

    def _overleaf(self, parts: tuple[str, ...], page_end: int, breaks: int) -> tuple[Span, ...] | None:
        """The spans of parts that start on a page that follows, on its first maybe behind words of the template's."""
        return self._first_placed(parts, ((page_end, self.limit, self.limit),), breaks, page_end + self.gap)

    def _first_placed(
        self, parts: tuple[str, ...], windows: tuple[tuple[int, int, int], ...], breaks: int, near: int = -1
    ) -> tuple[Span, ...] | None:
        """The spans of parts that start with a line in one of the windows, or anywhere up to `near`."""
        least = _SIDE if breaks else 0
        for window in windows:
            for start, length in _starts(self.galley, parts[0], window, least):
                in_line = start <= near or (length >= _SIDE and not self.by_lines)
                if in_line or self.galley.edges[start] == LINE:
                    rest = self.place(parts, start, length, breaks)
                    if rest is not None:
                        return rest
        return None
