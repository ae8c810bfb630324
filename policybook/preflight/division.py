"""What the pages of one division must satisfy in the finished file, as a value that any process can check.

It is light to import and to send. Its digest is a verdict's key in a cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policybook.geometry import Geometry
from policybook.pagination import Folio
from policybook.preflight.pieces import Piece
from policybook.sheets import Leaf
from policybook.store import digest_of


@dataclass(frozen=True, slots=True)
class DivisionCheck:
    """The leaves of a division, the first of which is the file's leaf `first`, from 0, and what must be on them.

    `pieces` are the division's own, in the order of the source. `targets` has the folio of each anchor that its links
    may lead to, `figures` is how many figures the book's highest page number has.
    """

    division: str
    first: int
    leaves: tuple[Leaf, ...]
    pieces: tuple[Piece, ...]
    targets: Mapping[str, Folio]
    figures: int
    geometry: Geometry


def digest(check: DivisionCheck) -> str:
    """The SHA-256 of a check, and of the gate itself: for equal pages, equal digests have equal verdicts.

    Where in the file the division starts is no part of it: that the file's names and page numbers lead to the right
    leaves is for `policybook.preflight.gate.check_whole` to say.
    """
    leaves = [(leaf.sheet, leaf.folio, leaf.verso, leaf.label) for leaf in check.leaves]
    targets = sorted(check.targets.items())
    facts = (_gate(), check.division, leaves, check.pieces, targets, check.figures, check.geometry)
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _gate() -> tuple[str, ...]:
    """What judges: the version of pdfium's binding and the digest of the gate's own modules."""
    from importlib.metadata import version  # noqa: PLC0415 - only asked where there is a cache

    return version("pypdfium2"), digest_of(sorted(Path(__file__).parent.glob("*.py")))
