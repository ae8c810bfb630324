"""What each division was bound from, told by a digest: where it is the same, the same things stand on its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from policybook.binding import BookBlock
from policybook.binding_fonts import readings
from policybook.sheets import Leaf
from policybook.store import digest_of


def division_digests(block: BookBlock) -> Mapping[str, str]:
    """A SHA-256 of everything that a division's pages hold, but for the numbers of objects."""
    shared = repr((block.geometry, block.metadata.language, _own_digest(), _readings(block)))
    leaves: dict[str, list[Leaf]] = {}
    for leaf in block.leaves:
        leaves.setdefault(leaf.division, []).append(leaf)
    digests = {}
    for division, gathering in block.gatherings.items():
        furniture = block.furniture[division].digest if division in block.furniture else ""
        led = [block.titles.get(link.anchor, "") for page in gathering.pages for link in page.links if link.anchor]
        facts = (
            gathering.digest,
            furniture,
            leaves.get(division, []),
            block.late[division],
            led,
            block.titles.get(division, ""),
        )
        digests[division] = hashlib.sha256(f"{facts!r} {shared}".encode()).hexdigest()
    return digests


def _readings(block: BookBlock) -> str:
    """What the glyphs of all fonts read as, which divisions settle together."""
    uses = chain.from_iterable(g.fonts for g in chain(block.gatherings.values(), block.furniture.values()))
    return hashlib.sha256(repr(readings(uses)).encode()).hexdigest()


@cache
def _own_digest() -> str:
    """The SHA-256 of the modules that bind."""
    return digest_of(sorted([*Path(__file__).parent.glob("binding*.py"), Path(__file__).with_name("pdf_file.py")]))
