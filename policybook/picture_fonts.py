"""Drawings that stand by themselves: an SVG as a file of its own sees no fonts but those that it brings with it.

The faces that its words are set in go into the SVG, each as the subset of the characters that it has, under the book's
name for it and with its license in it (SIL Open Font License 1.1, clauses 2 and 3). What can't read them falls back to
faces that machines have.
"""

from __future__ import annotations

import base64
import io
import re
from html import unescape

from policybook.diagnostics import ContentError, Problem
from policybook.fonts import FACES, Face

_WEIGHT = re.compile(r"font-weight\s*[:=]\s*[\"']?\s*(\d+|bold)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*[:=]\s*[\"']?\s*italic", re.IGNORECASE)
#: Handlers of events, which run programs.
_HANDLER = re.compile(r"(<[^>]*?)\son[a-z]+\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_FALLBACK = {
    "Book Sans": "Book Sans, Source Sans Pro, Arial, sans-serif",
    "Book Serif": "Book Serif, Source Serif Pro, Georgia, serif",
}
#: What stays of the table of names: copyright, license and its address (OpenType, `name`).
_KEPT_NAMES = (0, 13, 14)


def by_itself(svg: bytes) -> bytes:
    """The drawing with its fonts in it, and without handlers of events. Raises ContentError if it isn't in UTF-8."""
    try:
        text = svg.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError([Problem("FIGR001", f"an SVG is not in UTF-8: {error}")]) from error
    while (without := _HANDLER.sub(r"\1", text)) != text:
        text = without
    rules = "".join(_rule(face, _characters(text)) for face in _faces(text))
    for family, families in _FALLBACK.items():
        text = re.sub(rf"(:\s*)(['\"]){family}\2", rf"\g<1>{family}", text).replace(family, families)
    if not rules:
        return text.encode()
    return re.sub(r"<svg\b[^>]*>", lambda tag: f"{tag[0]}<style>{rules}</style>", text, count=1).encode()


def _characters(text: str) -> str:
    """The characters of a drawing's words, each once, in order."""
    return "".join(sorted(set(unescape("".join(re.findall(r">([^<]*)<", text)))) - set("\r\n\t")))


def _faces(text: str) -> tuple[Face, ...]:
    """The faces that a drawing names, by family, weight and slant."""
    weights = {400, *(700 if found == "bold" else int(found) for found in _WEIGHT.findall(text.lower()))}
    slants = {False, bool(_ITALIC.search(text))}
    return tuple(f for f in FACES if f.family in text and f.weight in weights and f.italic in slants)


def _rule(face: Face, characters: str) -> str:
    data = base64.b64encode(_subset(face, characters)).decode("ascii")
    style = "italic" if face.italic else "normal"
    return (
        f"@font-face{{font-family:{face.family};font-weight:{face.weight};font-style:{style};"
        f"src:url(data:font/ttf;base64,{data})}}"
    )


def _subset(face: Face, characters: str) -> bytes:
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - only where a drawing has words
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(face.path, recalcTimestamp=False)
    options = Options(layout_features=["kern", "lnum", "ccmp", "mark"], name_IDs=list(_KEPT_NAMES), hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    for number, name in ((1, face.family), (4, face.pdf_name), (6, face.pdf_name)):
        font["name"].setName(name, number, 3, 1, 0x409)
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()
