"""Verdicts: each division of the finished file is preflighted once, by whoever is free, and its verdict is kept.

A verdict holds for what the division was bound from and what is demanded of it; either changed, it is checked again.
Only a division without findings is passed over: a finding must be found again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from policybook.binding import BookBlock
from policybook.binding_digests import division_digests
from policybook.book import Book
from policybook.crew import Crew, Supply
from policybook.diagnostics import Problem
from policybook.gathering import Gathering
from policybook.preflight.division import DivisionCheck, digest
from policybook.preflight.gate import check_divisions, check_whole, division_checks, leaves_of_anchors
from policybook.settling import Settled
from policybook.store import Cache

_KIND = "verdicts"
_GOOD = b"good"
#: Parcels of work for each worker: enough that all end at about the same time.
_PARCELS = 3


def preflight(
    pdf: bytes, book: Book, block: BookBlock, settled: Settled, crew: Crew, cache: Cache
) -> Iterator[Problem]:
    """All that the gate finds in a finished file, in the order of the book."""
    anchors = leaves_of_anchors(block.leaves, {id: gathering.anchors for id, gathering in block.gatherings.items()})
    linked = {id: _anchors_linked(gathering) for id, gathering in block.gatherings.items()}
    yield from check_whole(pdf, block.leaves, anchors)
    bound = division_digests(block)
    checks = division_checks(book, block.leaves, anchors, settled.pagination, block.geometry, linked)
    keys = {check.division: _key(check, bound[check.division]) for check in checks}
    open_ones = [check for check in checks if cache.get(_KIND, keys[check.division]) != _GOOD]
    supply = Supply(hashlib.sha256(pdf).hexdigest(), pdf)
    parcels = _parcels(open_ones, crew.hands * _PARCELS) if open_ones else []
    for found in crew.do(check_divisions, supply, parcels):
        for division, problems in found.items():
            if not problems:
                cache.put(_KIND, keys[division], _GOOD)
            yield from problems


def _anchors_linked(gathering: Gathering) -> frozenset[str]:
    """The places of the book that a division's links lead to."""
    return frozenset(link.anchor for page in gathering.pages for link in page.links if link.anchor)


def _parcels(checks: Sequence[DivisionCheck], count: int) -> list[tuple[DivisionCheck, ...]]:
    """The checks in at most so many parcels, in their order, each with about as many pages."""
    pages = sum(len(check.leaves) for check in checks)
    parcels: list[list[DivisionCheck]] = []
    filled = 0
    for check in checks:
        if not parcels or filled * count >= pages * len(parcels):
            parcels.append([])
        parcels[-1].append(check)
        filled += len(check.leaves)
    return [tuple(parcel) for parcel in parcels]


def _key(check: DivisionCheck, bound: str) -> str:
    """What is demanded of a division, by which gate, and what it was bound from."""
    return hashlib.sha256(f"{digest(check)} {bound}".encode()).hexdigest()
