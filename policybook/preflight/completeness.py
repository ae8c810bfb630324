"""The completeness gate: every piece of the source is in the finished file, in its division, in order, notes once.

The pages of a division are one galley of comparable text. A piece is looked for in the part of it that is left between
the pieces before and behind it, and what it is found in is taken, so that nothing proves two pieces. Long pieces come
first, because nothing else reads like them; they leave little room in which a short one could be mistaken. A paragraph
may be broken: by the end of a page, with notes and furniture in between, or by something that is drawn inside it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from policybook.diagnostics import Problem
from policybook.pagination import Folio
from policybook.preflight.expected import ALTERNATE, RUNNING, SORTED, Piece
from policybook.preflight.text_layer import LINE, Galley, alternates, normal, page_texts
from policybook.sheets import Leaf

#: Letters and figures from which on a piece is taken to be like no other.
_UNLIKE_OTHERS = 32
#: Letters and figures that each side of a break must have to count by itself.
_SIDE = 12
#: How often a piece may be broken, and how many pages it may run on for.
_BREAKS = 4
_PAGES = 3
#: Kinds that the style sheets keep on one page and that nothing is drawn inside of.
_UNBROKEN = frozenset({"table row", "table head"})
_SHOWN = 60

Span = tuple[int, int]


def check_completeness(pdf: bytes, leaves: Sequence[Leaf], pieces: Sequence[Piece]) -> tuple[Problem, ...]:
    """A problem for each piece that is missing (WHOL001) and each note that is not there exactly once (WHOL002).

    `leaves` are those of the file, page by page; `pieces` those of the divisions that it must hold, in the order of the
    source. Alternate texts are looked for in the structure tree: leave them out for a file that has none.
    """
    texts = page_texts(pdf)
    problems = []
    if len(texts) != len(leaves):
        problems.append(Problem("WHOL001", f"the file has {len(texts)} pages, the book {len(leaves)} leaves"))
    for division in dict.fromkeys(piece.division for piece in pieces):
        own = [piece for piece in pieces if piece.division == division]
        shown = range(min(len(texts), len(leaves)))
        pages = [i for i in shown if leaves[i].division == division and leaves[i].sheet is not None]
        galley = Galley.of([texts[i] for i in pages])
        folios = {leaves[i].folio: span for i, span in zip(pages, pairwise(galley.pages), strict=True)}
        problems += _Collation.of([piece for piece in own if piece.kind != ALTERNATE], galley, folios).problems()
        alternative = [piece for piece in own if piece.kind == ALTERNATE]
        if alternative:
            problems += _missing_alternates(alternative, alternates(pdf, pages))
    return tuple(problems)


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
class _Collation:
    """The pieces of a division, and the places in its galley in which they have been found.

    `order` holds, for each run of pieces that stand one behind the other, the pieces found, by their position.
    """

    pieces: Sequence[Piece]
    texts: Sequence[tuple[str, ...]]
    galley: Galley
    folios: Mapping[Folio, Span]
    found: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: Sequence[Piece], galley: Galley, folios: Mapping[Folio, Span]) -> _Collation:
        texts = [tuple(text for text in map(normal, piece.parts) if text) for piece in pieces]
        return cls(pieces, texts, galley, folios)

    def problems(self) -> Iterator[Problem]:
        for i in self._turns():
            spans = self._search(i)
            if spans:
                self._enter(i, spans)
            else:
                self._search_by_trade(i)
        for i, piece in enumerate(self.pieces):
            if i not in self.found:
                if self.texts[i]:
                    yield self._missing(piece)
            elif piece.once and self._stands_again(i):
                yield Problem("WHOL002", f"{_name(piece)} stands more than once", piece.source)

    def _missing(self, piece: Piece) -> Problem:
        code = "WHOL002" if piece.once else "WHOL001"
        where = "is missing" if piece.folio is None else f"is missing from page {piece.folio}"
        return Problem(code, f"{_name(piece)} {where}", piece.source)

    def _turns(self) -> list[int]:
        """The pieces in the order in which they are looked for: the surest first, so that they bound the others.

        Long ones; long ones that stand in others, too; short ones, run by run in the order of the source; short ones
        that stand in others, too; and what a template sorts.
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

        return sorted((i for i, texts in enumerate(self.texts) if texts), key=turn)

    def _run(self, i: int) -> str:
        kind = self.pieces[i].kind
        return "running text" if kind in RUNNING else kind

    def _bounds(self, i: int, beside: int = -1) -> tuple[int, int, int]:
        """Where a piece may start, from and before, and where it must end, given the pieces found but one."""
        low, high = 0, len(self.galley.text)
        if self.pieces[i].kind not in SORTED:
            others = [n for n in self.order.get(self._run(i), []) if n != beside]
            low = max((self.found[n][-1][1] for n in others if n < i), default=low)
            high = min((self.found[n][0][0] for n in others if n > i), default=high)
        limit = high
        folio = self.pieces[i].folio
        if folio is not None:
            start, end = self.folios.get(folio, (0, 0))
            low, high = max(low, start), min(high, end)
        return low, high, limit

    def _search(self, i: int) -> tuple[Span, ...]:
        breaks = 0 if self.pieces[i].kind in _UNBROKEN else _BREAKS
        return find(self.galley, self.texts[i], self.pieces[i].gap, self._bounds(i), breaks)

    def _search_by_trade(self, i: int) -> None:
        """Another piece that reads like this one may have its place: that one then needs a place of its own."""
        for twin, spans in list(self.found.items()):
            low, high, limit = self._bounds(i, beside=twin)
            if self.texts[twin] == self.texts[i] and low <= spans[0][0] < high and spans[-1][1] <= limit:
                self._leave(twin)
                self._enter(i, spans)
                others = self._search(twin)
                if others:
                    self._enter(twin, others)
                    return
                self._leave(i)
                self._enter(twin, spans)

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
        return bool(find(self.galley, self.texts[i], self.pieces[i].gap, everywhere, breaks=1))


# --- one piece --------------------------------------------------------------------------------------------------------


def find(
    galley: Galley, parts: tuple[str, ...], gap: int, bounds: tuple[int, int, int], breaks: int
) -> tuple[Span, ...]:
    """The spans of the galley in which the parts of a piece stand, with as few breaks as possible; empty if nowhere.

    `bounds` are where the piece may start, from and before, and where it must end.
    """
    limit = bounds[2]
    for allowed in range(breaks + 1):
        found: tuple[Span, ...] = ()
        for start, length in _starts(galley, parts[0], bounds, _SIDE if allowed else 0):
            # A first part may stand in several places before the second: the nearest is meant.
            if not found or found[0][0] < start < found[-1][1]:
                end = min(limit, galley.page_end(start, ahead=_PAGES))
                spans = _Tracing(galley, gap, end).place(parts, start, length, allowed)
                if spans and (not found or _extent(spans) < _extent(found)):
                    found = spans
        if found:
            return found
    return ()


def _extent(spans: tuple[Span, ...]) -> int:
    return spans[-1][1] - spans[0][0]


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
    """Follows a piece through the galley, part by part, up to `limit`; `dead` holds the ways that led nowhere."""

    galley: Galley
    gap: int
    limit: int
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
        for cut in range(min(length, len(text) - 1), least - 1, -1):
            edge = self.galley.edges[start + cut]
            if edge and (cut >= _SIDE or edge == LINE):
                rest = self._resumed((text[cut:], *later), start + cut, breaks - 1)
                if rest is not None:
                    return ((start, start + cut), *rest)
        return None

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
        way = (len(parts), len(parts[0]), at, breaks)
        if way in self.dead:
            return None
        page_end = min(self.limit, self.galley.page_end(at - 1))
        here = (at + 1, page_end if len(parts[0]) >= _SIDE else at, self.limit)
        spans = self._first_placed(parts, (here, (page_end, self.limit, self.limit)), breaks)
        if spans is None:
            self.dead.add(way)
        return spans

    def _overleaf(self, parts: tuple[str, ...], page_end: int, breaks: int) -> tuple[Span, ...] | None:
        """The spans of parts that start on a page that follows."""
        return self._first_placed(parts, ((page_end, self.limit, self.limit),), breaks)

    def _first_placed(
        self, parts: tuple[str, ...], windows: tuple[tuple[int, int, int], ...], breaks: int
    ) -> tuple[Span, ...] | None:
        """The spans of parts that start in one of the windows, if possible with a line: a few letters must."""
        edges, least = self.galley.edges, _SIDE if breaks else 0
        starts = [place for window in windows for place in _starts(self.galley, parts[0], window, least)]
        for start, length in sorted(starts, key=lambda place: edges[place[0]] != LINE):
            if length >= _SIDE or edges[start] == LINE:
                rest = self.place(parts, start, length, breaks)
                if rest is not None:
                    return rest
        return None
