"""What a division uses of the book's fonts, read from the file that the layout engine wrote (ISO 32000-1, 9.6 to 9.10).

WeasyPrint subsets with HarfBuzz and retains glyph ids, so the ids in a division's content streams are those of the
original file, and one subset serves all divisions (see `policybook.binding_fonts`). Its own font files are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import uharfbuzz as hb
from pikepdf import Array, Dictionary, Object, Pdf

from policybook.diagnostics import MachineError, Problem
from policybook.fonts import face_name, is_figures
from policybook.gathering import FontUse

_BFCHAR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
_PREFIX = re.compile(r"^/?[A-Z]{6}\+")


def take_fonts(source: Pdf, document: str, files: Mapping[str, Path]) -> tuple[list[FontUse], list[Problem]]:
    """The uses of a document's fonts, and a problem (FONT001) for each character that a font doesn't have.

    All resources of a document from WeasyPrint share one dictionary of fonts. Raises MachineError if a font has no file
    in `files` or was set from another file.
    """
    fonts = source.pages[0].obj.Resources.get("/Font", Dictionary())
    uses, problems = [], []
    for key, font in fonts.items():
        use = _use(key[1:], font)
        if use.name not in files:
            raise MachineError(
                f"set in a font that is not the book's own: {use.name}",
                "declare the font with @font-face from a font package; the machine's fonts are not used",
            )
        problems += _missing(use, document, files[use.name])
        if not problems:
            _check_advances(use, _read_advances(list(font.DescendantFonts[0].W)), document, files[use.name])
        uses.append(use)
    return uses, problems


def _use(key: str, font: Object) -> FontUse:
    cid_font = font.DescendantFonts[0]
    name = _PREFIX.sub("", str(font.BaseFont)).removeprefix("/")
    return FontUse(
        key=key,
        name=face_name(name),
        family=str(cid_font.FontDescriptor.get("/FontFamily", "")),
        flags=int(cid_font.FontDescriptor.Flags),
        glyphs=tuple(sorted(_read_advances(list(cid_font.W)))),
        characters=_read_characters(font.ToUnicode.read_bytes()),
        figures=is_figures(name),
    )


def with_figures(use: FontUse, sets: Iterable[Sequence[bytes]]) -> FontUse:
    """The use with all figures of the sets, by their codes from 0 to 9: any of them may be printed late."""
    figures = {int(code, 16): str(digit) for codes in sets for digit, code in enumerate(codes)}
    glyphs = tuple(sorted({*use.glyphs, *figures}))
    return replace(use, glyphs=glyphs, characters={**use.characters, **figures})


def _read_advances(widths: Sequence[Object]) -> dict[int, float]:
    """The /W array of a CID font by glyph id (ISO 32000-1, 9.7.4.3), in thousandths of an em."""
    advances: dict[int, float] = {}
    at = 0
    while at < len(widths):
        first, second = int(widths[at]), widths[at + 1]
        if isinstance(second, Array):
            advances.update((first + i, float(width)) for i, width in enumerate(second))
            at += 2
        else:
            advances.update(dict.fromkeys(range(first, int(second) + 1), float(widths[at + 2])))
            at += 3
    return advances


def _read_characters(cmap: bytes) -> dict[int, str]:
    """The /ToUnicode CMap by glyph id, in the form in which WeasyPrint writes it: single glyphs, no ranges."""
    if b"beginbfrange" in cmap:
        raise ValueError("a ToUnicode CMap with ranges: not written by the WeasyPrint that this was made for")
    body = cmap.partition(b"endcodespacerange")[2]
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _BFCHAR.findall(body)}


@cache
def _original(path: Path) -> tuple[int, hb.Font]:
    """The count of glyphs of a font file, and the font."""
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    if "glyf" not in face.table_tags or "fvar" in face.table_tags:
        raise MachineError(f"{path.name} is not a static TrueType font", "use the static .ttf file of the family")
    return face.glyph_count, hb.Font(face)


def _missing(use: FontUse, document: str, path: Path) -> list[Problem]:
    """WeasyPrint draws .notdef for a character that a font lacks, under an id behind the font's last glyph."""
    count, _ = _original(path)
    return [
        Problem("FONT001", f"{document}: {use.name} has no “{text}” ({' '.join(f'U+{ord(c):04X}' for c in text)})")
        for glyph, text in use.characters.items()
        if glyph == 0 or glyph >= count
    ]


def _check_advances(use: FontUse, advances: Mapping[int, float], document: str, path: Path) -> None:
    """Raises MachineError if the document was set with other advances than the file's."""
    _, font = _original(path)
    for glyph, set_with in advances.items():
        advance = round(font.get_glyph_h_advance(glyph) * 1000 / font.face.upem)
        if abs(advance - set_with) > 1:
            raise MachineError(
                f"{document} was not set with {path.name}: glyph {glyph} of {use.name} is {set_with:g} wide there and"
                f" {advance} in the file",
                "name the file that the style sheet's @font-face names",
            )
