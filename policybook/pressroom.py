"""The pressroom: presses gatherings by whatever crew it has, and keeps what it has made, as the workshop does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from policybook.crew import Crew, Supply
from policybook.diagnostics import ContentError
from policybook.gathering import Gathering, kept, pack
from policybook.store import Cache, digest_of

if TYPE_CHECKING:
    from policybook.prepress.pressing import Press

_KIND = "pressed"
#: What pressing is made of, besides `prepress`.
_MODULES = ("binding_sheets.py", "content_stream.py", "folding_objects.py", "gathering.py", "pdf_file.py")
_LIBRARIES = ("pikepdf", "pillow", "numpy", "msgpack")


def press_one(press: Press, gathering: Gathering) -> tuple[str, Gathering]:
    """A worker's task: the gathering for the press, beside the digest of the one for screens."""
    from policybook.prepress.pressing import press as pressed  # noqa: PLC0415 - pikepdf and numpy, where it is needed

    return gathering.digest, pressed(gathering, press)


@dataclass(frozen=True, slots=True)
class Pressroom:
    """Presses gatherings for one press."""

    press: Press
    crew: Crew
    cache: Cache

    def pressed(self, gatherings: Iterable[Gathering]) -> dict[str, Gathering]:
        """The gatherings for the press, by the digests of those for screens.

        Raises ContentError with all that can't be printed.
        """
        given = {gathering.digest: gathering for gathering in gatherings}
        known = {digest: self._known(digest) for digest in given}
        missing = [given[digest] for digest, pressed in known.items() if pressed is None]

        def keep(done: tuple[str, Gathering]) -> None:
            """Kept as soon as it is there, so that a build that is broken off has not worked in vain."""
            digest, known[digest] = done
            if not done[1].problems:
                self.cache.put(_KIND, self._key(digest), pack(done[1]))

        self.crew.do(
            press_one,
            Supply(self.press.digest, self.press),
            missing,
            weights=[gathering.count for gathering in missing],
            name=lambda gathering: f"{gathering.division}, for the press",
            done=keep,
        )
        found = {digest: pressed for digest, pressed in known.items() if pressed is not None}
        if problems := dict.fromkeys(problem for pressed in found.values() for problem in pressed.problems):
            raise ContentError(problems)
        return found

    def _key(self, digest: str) -> str:
        return hashlib.sha256(f"{digest} {self.press.digest} {_own_digest()}".encode()).hexdigest()

    def _known(self, digest: str) -> Gathering | None:
        return kept(self.cache.get(_KIND, self._key(digest)))


@cache
def _own_digest() -> str:
    """The versions of the libraries, and the SHA-256 of the modules, whose work is in a pressed gathering."""
    folder = Path(__file__).parent
    own = [*(folder / name for name in _MODULES), *(folder / "prepress").glob("*.py")]
    return " ".join([*map(version, _LIBRARIES), digest_of(sorted(own))])
