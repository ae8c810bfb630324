"""The workshop: lays divisions out and folds them, by whatever crew it has, and keeps what it has made.

A gathering is made again only if its markup, a style that it uses, a font, a picture that it shows, the engine or this
program's own work on it has changed: the name that it is kept under is the digest of all that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policybook.crew import Crew, Supply
from policybook.diagnostics import Problem
from policybook.fonts import pdf_fonts
from policybook.gathering import Gathering, kept, pack
from policybook.sheets import Html
from policybook.store import Cache, digest_of
from policybook.stylesheets import used
from policybook.typesetting import Copy, Kit, examine, lay_out

#: The modules whose work is in a gathering, besides `typesetting`, which the kit's engine tells of.
_MODULES = (
    *("folding.py", "folding_figures.py", "folding_fonts.py", "folding_objects.py"),
    *("folding_lists.py", "folding_roles.py", "folding_tags.py"),
    *("fonts.py", "gathering.py", "late.py", "pdf_file.py", "states.py"),
)
_LIBRARIES = ("pikepdf", "uharfbuzz", "msgpack")
_KIND, _STYLES = "gatherings", "styles"


def make(kit: Kit, copy: Copy) -> Gathering:
    """A worker's task: a division laid out and folded."""
    from policybook.folding import fold  # noqa: PLC0415 - pikepdf, which a build that lays nothing out doesn't need

    return fold(lay_out(kit, copy), copy.html.numbers, pdf_fonts())


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes gatherings. `images` are the book's pictures by name; `cache` keeps what was made."""

    kit: Kit
    images: Mapping[str, bytes]
    crew: Crew
    cache: Cache

    def style_problems(self) -> list[Problem]:
        """What is wrong with the styles (LAYT001), those that no division uses included."""
        key = hashlib.sha256(f"{self.kit.digest} {self.kit.engine}".encode()).hexdigest()
        if self.cache.get(_STYLES, key) is not None:
            return []
        (said,) = self.crew.do(examine, Supply(self.kit.digest, self.kit), [None])
        if not said:
            self.cache.put(_STYLES, key, b"good")
        return [Problem("LAYT001", f"the styles: {words}") for words in said]

    def gatherings(self, divisions: Sequence[Html]) -> dict[str, Gathering]:
        """The gatherings of divisions, by their ids. What is found wanting in them is in their `problems`."""
        copies = [self._copy(html) for html in divisions]
        keys = {copy.html.division: self._key(copy) for copy in copies}
        known = {division: self._known(key) for division, key in keys.items()}
        missing = [copy for copy in copies if known[copy.html.division] is None]

        def keep(gathering: Gathering) -> None:
            """Kept as soon as it is there, so that a build that is broken off has not worked in vain."""
            known[gathering.division] = gathering
            # A finding must be found again.
            if not gathering.problems:
                self.cache.put(_KIND, keys[gathering.division], pack(gathering))

        self.crew.do(
            make,
            Supply(self.kit.digest, self.kit),
            missing,
            weights=[len(copy.html.markup) for copy in missing],
            name=lambda copy: copy.html.division,
            done=keep,
        )
        return {division: gathering for division, gathering in known.items() if gathering}

    def _copy(self, html: Html) -> Copy:
        shown = {name: self.images[name] for name in sorted(self.images) if f"images/{name}" in html.markup}
        return Copy(html, shown)

    def _key(self, copy: Copy) -> str:
        """Everything that the gathering depends on."""
        digest = hashlib.sha256()
        numbers = " ".join(str(len(number)) for number in copy.html.numbers)
        styles = used(self.kit.style, self.kit.sheets, copy.html.markup)
        html, kit = copy.html, self.kit
        facts = (html.division, html.markup, str(html.artifact), numbers, styles, kit.engine, own_digest())
        for part in (*facts, str(kit.trim_height)):
            digest.update(part.encode() + b"\0")
        for name, content in copy.images.items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        return digest.hexdigest()

    def _known(self, key: str) -> Gathering | None:
        return kept(self.cache.get(_KIND, key))


@cache
def own_digest() -> str:
    """The versions of the libraries, and the SHA-256 of the modules, whose work is in a gathering."""
    from importlib.metadata import version  # noqa: PLC0415 - beside its only use

    modules = digest_of(Path(__file__).with_name(name) for name in _MODULES)
    return " ".join([*map(version, _LIBRARIES), modules])
