"""The book's faces for the site: WOFF2 files of the characters that its pages have, under names of their own.

The SIL Open Font License asks that a changed font doesn't bear a reserved name, and that its text goes with the files.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from importlib.metadata import version

from policybook.fonts import FACES, Face
from policybook.store import Cache

#: The faces that the style sheets of the site use: family, weight, whether it is italic.
USED = (
    ("Book Serif", 300, False),
    ("Book Serif", 400, False),
    ("Book Serif", 400, True),
    ("Book Serif", 600, False),
    ("Book Sans", 400, False),
    ("Book Sans", 600, False),
)
#: Characters that style sheets and scripts may add to those of the pages.
_ALWAYS = "".join(map(chr, range(32, 127))) + "–—‘’“”…•\u00a0"
_FEATURES = ("kern", "liga", "mark", "mkmk", "ccmp", "locl", "lnum", "onum", "pnum", "tnum")
#: What stays of the table of names: copyright, licence and its address (OpenType, `name`).
_KEPT_NAMES = (0, 13, 14)


def web_faces() -> tuple[Face, ...]:
    """The faces that are used."""
    by_style = {(face.family, face.weight, face.italic): face for face in FACES}
    return tuple(by_style[style] for style in USED)


def font_file(face: Face) -> str:
    """The name of a face's file in fonts/."""
    return f"{face.pdf_name.lower()}.woff2"


def font_rules() -> str:
    """The @font-face rules, for a style sheet in the site's folder."""
    return "".join(
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
        f"font-style:{'italic' if face.italic else 'normal'};font-display:swap;"
        f'src:url("fonts/{font_file(face)}") format("woff2")}}\n'
        for face in web_faces()
    )


def fonts(text: Iterable[str], cache: Cache | None = None) -> tuple[tuple[str, bytes], ...]:
    """The files of fonts/ for these characters, by name, and the licences under which they stand."""
    characters = "".join(sorted(set(text) | set(_ALWAYS)))
    files = [(font_file(face), _kept(face, characters, cache)) for face in web_faces()]
    licences = {face.package: face.path.parent / "LICENSE.txt" for face in web_faces()}
    files += [(f"{package.replace('_', '-')}.txt", path.read_bytes()) for package, path in licences.items()]
    return tuple(files)


def _kept(face: Face, characters: str, cache: Cache | None) -> bytes:
    tools = f"{version('fonttools')} {version('brotli')} {version(face.package.replace('_', '-'))}"
    key = hashlib.sha256(f"{tools}\0{face.pdf_name}\0{face.file}\0{characters}".encode()).hexdigest()
    found = cache.get("webfonts", key) if cache else None
    if found is None:
        found = _subset(face, characters)
        if cache:
            cache.put("webfonts", key, found)
    return found


def _subset(face: Face, characters: str) -> bytes:
    # Late, since a build without a site needs none of it.
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(face.path, recalcTimestamp=False)
    kept = list(_KEPT_NAMES)
    subsetter = Subsetter(Options(layout_features=list(_FEATURES), name_IDs=kept, hinting=False, notdef_outline=True))
    subsetter.populate(text=characters)
    subsetter.subset(font)
    names = font["name"]
    style = face.pdf_name.removeprefix(face.family.replace(" ", "-")).strip("-") or "Regular"
    for number, name in ((1, face.family), (2, style), (4, f"{face.family} {style}"), (6, face.pdf_name)):
        names.setName(name, number, 3, 1, 0x409)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()
