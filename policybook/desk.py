"""The desk: an edition under edit. Workers stay warm and what was made stays in memory, so that an edit is soon set.

    with Desk(order) as desk:
        proof = desk.proof()        # the whole book
        ...                         # somebody edits
        proof = desk.proof()        # what changed is laid out; proof.changed names it

Whoever shows the pages (a preview, an editor) asks for a proof when a file has changed, and shows `proof.leaves` anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from policybook.binding_digests import division_digests
from policybook.crew import Crew
from policybook.hiring import hired
from policybook.pagination import Pagination
from policybook.pipeline import Made, Order, last_pagination, make
from policybook.store import MemoryStore


@dataclass(frozen=True, slots=True)
class Proof:
    """A state of the book: all of it, and what differs from the proof before.

    `changed` are the divisions whose pages are others, in the order of the book; `leaves` are the indexes of their
    leaves, from 0, in this proof. Divisions that only moved to other leaves without printing another folio are not
    among them; `moved` tells whether any has.
    """

    made: Made
    changed: tuple[str, ...]
    leaves: tuple[int, ...]
    moved: bool


class Desk:
    """Sets an edition again and again. `crew` is the desk's own if none is lent."""

    def __init__(self, order: Order, crew: Crew | None = None) -> None:
        self._order = order
        self._crew, self._lent = crew or hired(order.jobs, order.scheduler), crew is not None
        self._cache = MemoryStore()
        self._pagination: Pagination | None = last_pagination(order)
        self._digests: Mapping[str, str] = {}
        self._places: tuple[tuple[str, int | None], ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._lent:
            self._crew.close()

    def proof(self) -> Proof:
        """The book as its files are now. Raises ContentError with what is wrong; the last proof stays comparable."""
        made = make(self._order, self._crew, self._cache, self._pagination, quick=True)
        digests = division_digests(made.block)
        places = tuple((leaf.division, leaf.sheet) for leaf in made.block.leaves)
        changed = tuple(id for id, digest in digests.items() if self._digests.get(id) != digest)
        leaves = tuple(index for index, leaf in enumerate(made.block.leaves) if leaf.division in changed)
        moved = bool(self._places) and places != self._places
        self._pagination, self._digests, self._places = made.settled.pagination, digests, places
        return Proof(made, changed, leaves, moved)
