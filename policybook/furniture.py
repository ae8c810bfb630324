"""Page furniture: which leaves are dressed alike, so that running heads and folios are laid out once for all of them.

A division has one page of furniture for each side, for its opening page and the others, and for each count of digits of
its folios, whichever leaves it falls on: when the pages before it change, its furniture stays. A page of an index that
goes on with an entry of the page before has furniture of its own, which repeats the headword.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from policybook.late import placeholders
from policybook.sheets import Dress, Leaf


def dress(leaf: Leaf) -> Dress:
    """The furniture of a leaf."""
    return Dress(placeholders(str(leaf.folio), 0), leaf.verso, leaf.sheet == 0, leaf.continued)


def dresses(leaves: Sequence[Leaf]) -> dict[str, tuple[Dress, ...]]:
    """The pages of furniture of each division that has any."""
    worn: dict[str, set[Dress]] = {}
    for leaf in leaves:
        if leaf.furniture is not None:
            worn.setdefault(leaf.division, set()).add(dress(leaf))
    return {division: (*_shared(of), *sorted(d for d in of if d.continued)) for division, of in worn.items()}


def _shared(worn: Iterable[Dress]) -> Iterator[Dress]:
    """What the leaves of a division could wear, whichever side it opens on."""
    sides = (False, True)
    for folio, verso, opener in product(sorted({dress.folio for dress in worn}), sides, sides):
        yield Dress(folio, verso, opener)


def dressed(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """The leaves, of which those that carry furniture know its page."""
    pages: Mapping[str, Sequence[Dress]] = dresses(leaves)
    return tuple(
        leaf if leaf.furniture is None else replace(leaf, furniture=pages[leaf.division].index(dress(leaf)))
        for leaf in leaves
    )
