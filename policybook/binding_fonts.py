"""The fonts of the bound book: one subset for each font, made from its original file and shared by all divisions.

WeasyPrint subsets with HarfBuzz and retains glyph ids, so the ids in every division's content streams are those of the
original file, and one subset with the union of the glyphs serves them all. The divisions' own font files are not read.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz as hb
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from policybook.diagnostics import ContentError, MachineError, Problem

_BFCHAR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
_PREFIX = re.compile(r"^/?[A-Z]{6}\+")
#: What a viewer needs of a TrueType font whose glyphs are chosen by id (ISO 32000-1, 9.9, table 126).
_TABLES = ("glyf", "head", "hhea", "hmtx", "loca", "maxp")
#: Entries of one block of a CMap (Adobe Technical Note 5014, 7.3).
_BLOCK = 100


@dataclass(frozen=True, slots=True)
class FontUse:
    """What one document uses of one font.

    `name` has no subset prefix. `advances` (in thousandths of an em) and `characters` are by glyph id and read only.
    """

    document: str
    name: str
    family: str
    flags: int
    stem: int
    advances: Mapping[int, float]
    characters: Mapping[int, str]


def take_fonts(source: Pdf, document: str) -> dict[str, FontUse]:
    """Takes the fonts out of a document's one font dictionary, and returns their uses by resource name.

    Raises ValueError if a font stands anywhere but in the dictionary that all resources of the document share.
    """
    fonts = _dictionary(source.pages[0].obj)
    composite = sum(isinstance(o, Dictionary) and o.get("/Subtype") == Name.Type0 for o in source.objects)
    if composite != len(fonts):
        raise ValueError(f"{document}: {composite} fonts, of which the pages' resources name {len(fonts)}")
    uses = {key: _use(font, document) for key, font in fonts.items()}
    for key in uses:
        del fonts[key]
    return uses


def shared_fonts(target: Pdf, uses: Iterable[FontUse], files: Mapping[str, Path]) -> dict[str, Object]:
    """Makes one font object in `target` for each font that is used, by name.

    `files` maps a font's name to its static TrueType file. Raises MachineError if a font has no file there or the file
    is not the one that was set, and ContentError (FONT001) if a document uses a character that its font doesn't have.
    """
    by_name: dict[str, list[FontUse]] = {}
    for use in uses:
        by_name.setdefault(use.name, []).append(use)
    unknown = sorted(by_name.keys() - files.keys())
    if unknown:
        raise MachineError(
            f"set in a font that is not the book's own: {', '.join(unknown)}",
            "declare the font with @font-face from a font package; the machine's fonts are not used",
        )
    faces = {name: _face(files[name]) for name in sorted(by_name)}
    problems = [p for name, face in faces.items() for p in _missing(by_name[name], face)]
    if problems:
        raise ContentError(problems)
    return {name: _font(target, by_name[name], face, files[name]) for name, face in faces.items()}


def set_fonts(owner: Object, uses: Mapping[str, FontUse], shared: Mapping[str, Object]) -> None:
    """Puts the shared fonts into the font dictionary of a copied page or form, under the names that it uses."""
    fonts = _dictionary(owner)
    for key, use in uses.items():
        fonts[key] = shared[use.name]


def _dictionary(owner: Object) -> Object:
    """The fonts of a page's or form's resources: in a document from WeasyPrint, all resources share the dictionary."""
    return owner.Resources.get("/Font", Dictionary())


def _use(font: Object, document: str) -> FontUse:
    cid_font = font.DescendantFonts[0]
    descriptor = cid_font.FontDescriptor
    return FontUse(
        document=document,
        name=_PREFIX.sub("", str(font.BaseFont)).removeprefix("/"),
        family=str(descriptor.get("/FontFamily", "")),
        flags=int(descriptor.Flags),
        stem=int(descriptor.StemV),
        advances=_read_advances(list(cid_font.W)),
        characters=_read_characters(font.ToUnicode.read_bytes()),
    )


def _read_advances(widths: Sequence[Object]) -> dict[int, float]:
    """The /W array of a CID font by glyph id (ISO 32000-1, 9.7.4.3)."""
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


def _face(path: Path) -> hb.Face:
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    if "glyf" not in face.table_tags or "fvar" in face.table_tags:
        raise MachineError(f"{path.name} is not a static TrueType font", "use the static .ttf file of the family")
    return face


def _missing(uses: Sequence[FontUse], face: hb.Face) -> list[Problem]:
    """WeasyPrint draws .notdef for a character that a font lacks, under an id behind the font's last glyph."""
    return [
        Problem("FONT001", f"{use.document}: {use.name} has no “{text}” ({' '.join(f'U+{ord(c):04X}' for c in text)})")
        for use in uses
        for glyph, text in use.characters.items()
        if glyph == 0 or glyph >= face.glyph_count
    ]


def _font(target: Pdf, uses: Sequence[FontUse], face: hb.Face, path: Path) -> Object:
    """The composite font (ISO 32000-1, 9.7.6) for the union of the uses."""
    first = uses[0]
    glyphs = sorted({glyph for use in uses for glyph in use.advances})
    program = _subset(face, glyphs)
    name = Name(f"/{_prefix(program)}+{first.name}")
    cid_font = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=target.make_indirect(_descriptor(target, first, face, name, program)),
        W=_write_advances(_advances(uses, face, path)),
    )
    return target.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([target.make_indirect(cid_font)]),
            ToUnicode=target.make_stream(_write_characters(_characters(uses))),
        )
    )


def _descriptor(target: Pdf, use: FontUse, face: hb.Face, name: Name, program: bytes) -> Dictionary:
    """The font descriptor (ISO 32000-1, 9.8) with the original file's metrics, in thousandths of an em."""
    em = face.upem
    font = hb.Font(face)
    extents = font.get_font_extents("ltr")
    box = struct.unpack(">4h", face.reference_table("head").data[36:44])
    slant = struct.unpack(">i", face.reference_table("post").data[4:8])[0] / 65536
    capitals = font.get_metric_position_with_fallback(hb.OTMetricsTag.CAP_HEIGHT)
    stream = target.make_stream(program)
    stream.Length1 = len(program)
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        FontFamily=String(use.family),
        Flags=use.flags,
        FontBBox=Array([_thousandths(side, em) for side in box]),
        ItalicAngle=round(slant, 2),
        Ascent=_thousandths(extents.ascender, em),
        Descent=_thousandths(extents.descender, em),
        CapHeight=_thousandths(capitals, em),
        StemV=use.stem,
        FontFile2=stream,
    )


def _thousandths(value: float, em: int) -> int:
    return round(value * 1000 / em)


def _subset(face: hb.Face, glyphs: Sequence[int]) -> bytes:
    """The font file with these glyphs and their components under their own ids; .notdef is empty, as it is not used."""
    plan = hb.SubsetInput()
    plan.glyph_set.update(glyphs)
    dropped = (tag for tag in face.table_tags if tag not in _TABLES)
    plan.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in dropped)
    plan.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
    return bytes(hb.subset(face, plan).blob.data)


def _prefix(program: bytes) -> str:
    """The subset's tag: six capitals that differ from subset to subset (ISO 32000-1, 9.6.4)."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])


def _advances(uses: Sequence[FontUse], face: hb.Face, path: Path) -> dict[int, int]:
    """The original file's advances of the glyphs used. Raises MachineError if a document was set with others."""
    font = hb.Font(face)
    advances: dict[int, int] = {}
    for use in uses:
        for glyph, set_with in use.advances.items():
            advances[glyph] = _thousandths(font.get_glyph_h_advance(glyph), face.upem)
            if abs(advances[glyph] - set_with) > 1:
                raise MachineError(
                    f"{use.document} was not set with {path.name}: glyph {glyph} of {use.name} is {set_with:g}"
                    f" wide there and {advances[glyph]} in the file",
                    "name the file that the style sheet's @font-face names",
                )
    return advances


def _characters(uses: Sequence[FontUse]) -> dict[int, str]:
    """What each glyph reads as.

    Where documents differ (a space and a no-break space are one glyph), the shortest and then the lowest text is taken,
    so that the reading doesn't depend on which division comes first.
    """
    readings: dict[int, list[str]] = {}
    for use in uses:
        for glyph, text in use.characters.items():
            readings.setdefault(glyph, []).append(text)
    return {glyph: min(texts, key=lambda t: (not t, len(t), t)) for glyph, texts in readings.items()}


def _write_advances(advances: Mapping[int, int]) -> Array:
    runs: list[tuple[int, list[int]]] = []
    for glyph in sorted(advances):
        if not runs or glyph != runs[-1][0] + len(runs[-1][1]):
            runs.append((glyph, []))
        runs[-1][1].append(advances[glyph])
    return Array([entry for first, widths in runs for entry in (first, Array(widths))])


def _write_characters(characters: Mapping[int, str]) -> bytes:
    """A ToUnicode CMap (ISO 32000-1, 9.10.3)."""
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(characters.items())]
    blocks = [rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <ffff>",
        "endcodespacerange",
        *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end",
    ]
    return "\n".join(lines).encode("ascii")
