"""Page furniture: which leaves are dressed alike, so that running heads and folios are laid out once for all of them.

A division has one page of furniture for each side, for its opening page and the others, and for each count of digits of
its folios, whichever leaves it falls on: when the pages before it change, its furniture stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from policybook.late import placeholders
from policybook.sheets import Dress, Leaf


def dress(leaf: Leaf) -> Dress:
    """The furniture of a leaf."""
    return Dress(placeholders(str(leaf.folio), 0), leaf.verso, leaf.sheet == 0)


def dresses(leaves: Sequence[Leaf]) -> dict[str, tuple[Dress, ...]]:
    """The pages of furniture of each division that has any."""
    folios: dict[str, dict[str, None]] = {}
    for leaf in leaves:
        if leaf.furniture is not None:
            folios.setdefault(leaf.division, {})[dress(leaf).folio] = None
    sides = (False, True)
    return {
        division: tuple(Dress(folio, verso, opener) for folio, verso, opener in product(sorted(shapes), sides, sides))
        for division, shapes in folios.items()
    }


def dressed(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """The leaves, of which those that carry furniture know its page."""
    pages: Mapping[str, Sequence[Dress]] = dresses(leaves)
    return tuple(
        leaf if leaf.furniture is None else replace(leaf, furniture=pages[leaf.division].index(dress(leaf)))
        for leaf in leaves
    )
