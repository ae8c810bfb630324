"""The fonts of the bound book: one subset for each font, made from its original file and shared by all divisions.

The ids of glyphs in all divisions are those of the original file, so one subset with the union of the glyphs serves
them all (ISO 32000-1, 9.7.6).
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from policybook.gathering import FontUse
from policybook.pdf_file import (
    LEVEL,
    PdfFile,
    array,
    dictionary,
    name_object,
    number,
    rectangle,
    reference,
    text_string,
)
from policybook.store import Cache

if TYPE_CHECKING:
    import uharfbuzz as hb

#: What a viewer needs of a TrueType font whose glyphs are chosen by id (ISO 32000-1, 9.9, table 126).
_TABLES = ("glyf", "head", "hhea", "hmtx", "loca", "maxp")
#: Entries of one block of a CMap (Adobe Technical Note 5014, 7.3).
_BLOCK = 100
#: WeasyPrint's guess at the width of stems, which viewers use for substitutes only.
_STEM = 80


@dataclass(frozen=True, slots=True)
class Subset:
    """A subset of a font file: its program, deflated, and its length before; the advances by glyph; its descriptor."""

    program: bytes
    length: int
    advances: Mapping[int, int]
    metrics: Mapping[str, bytes]


def add_fonts(
    target: PdfFile, numbers: Iterator[int], uses: Iterable[FontUse], files: Mapping[str, Path], cache: Cache
) -> bytes:
    """Adds one font for each face that is used, and returns the dictionary of all of them by the keys in use.

    `numbers` are free object numbers; `files` maps a face's name to its static TrueType file.
    """
    by_name: dict[str, list[FontUse]] = {}
    for use in uses:
        by_name.setdefault(use.name, []).append(use)
    fonts: dict[str, bytes] = {}
    for name in sorted(by_name):
        font = reference(_add_font(target, numbers, by_name[name], files[name], cache))
        fonts.update(dict.fromkeys((use.key for use in by_name[name]), font))
    return dictionary({key: fonts[key] for key in sorted(fonts)})


def _add_font(target: PdfFile, numbers: Iterator[int], uses: Sequence[FontUse], path: Path, cache: Cache) -> int:
    """Adds the composite font (ISO 32000-1, 9.7.6) for the union of the uses, and returns its object's number."""
    font, descendant, descriptor, program, characters = islice(numbers, 5)
    glyphs = sorted({glyph for use in uses for glyph in use.glyphs})
    subset = _subset(path, glyphs, cache)
    name = name_object(f"{_prefix(subset.program)}+{uses[0].name}")
    target.add_stream(program, b"/Length1 %d/Filter/FlateDecode" % subset.length, subset.program)
    described = {
        "Type": b"/FontDescriptor",
        "FontName": name,
        "FontFamily": text_string(uses[0].family),
        "Flags": number(uses[0].flags),
        **subset.metrics,
        "StemV": number(_STEM),
        "FontFile2": reference(program),
    }
    target.add(descriptor, dictionary(described))
    cid_font = {
        "Type": b"/Font",
        "Subtype": b"/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
        "CIDToGIDMap": b"/Identity",
        "FontDescriptor": reference(descriptor),
        "W": _write_advances(subset.advances),
    }
    target.add(descendant, dictionary(cid_font))
    target.add_deflated(characters, b"", _write_characters(_characters(uses)))
    composite = {
        "Type": b"/Font",
        "Subtype": b"/Type0",
        "BaseFont": name,
        "Encoding": b"/Identity-H",
        "DescendantFonts": array([reference(descendant)]),
        "ToUnicode": reference(characters),
    }
    target.add(font, dictionary(composite))
    return font


def _subset(path: Path, glyphs: Sequence[int], cache: Cache) -> Subset:
    """The subset of a file with these glyphs, made once for each set of glyphs."""
    wanted = f"{hashlib.sha256(path.read_bytes()).hexdigest()} {list(glyphs)} {_TABLES} {_harfbuzz()} 1"
    key = hashlib.sha256(wanted.encode()).hexdigest()
    kept = cache.get("fonts", key)
    if kept is None:
        kept = _made(path, glyphs)
        cache.put("fonts", key, kept)
    head, _, program = kept.partition(b"\n")
    facts = json.loads(head)
    advances = dict(zip(glyphs, facts["advances"], strict=True))
    metrics = {name: value.encode("ascii") for name, value in facts["metrics"].items()}
    return Subset(program, facts["length"], advances, metrics)


def _harfbuzz() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - beside its only use

    return version("uharfbuzz")


def _made(path: Path, glyphs: Sequence[int]) -> bytes:
    """The subset as it is kept: a line of facts in JSON, and the deflated program."""
    import uharfbuzz as hb  # noqa: PLC0415 - only where a set of glyphs is new

    face = hb.Face(hb.Blob.from_file_path(str(path)))
    font = hb.Font(face)
    program = _program(face, glyphs)
    advances = [round(font.get_glyph_h_advance(glyph) * 1000 / face.upem) for glyph in glyphs]
    metrics = {name: value.decode("ascii") for name, value in _metrics(face, font).items()}
    facts = json.dumps({"length": len(program), "advances": advances, "metrics": metrics})
    return facts.encode("ascii") + b"\n" + zlib.compress(program, LEVEL)


def _program(face: hb.Face, glyphs: Sequence[int]) -> bytes:
    """The font file with these glyphs and their components under their own ids; .notdef is empty, as it is not used."""
    import uharfbuzz as hb  # noqa: PLC0415 - only where a set of glyphs is new

    plan = hb.SubsetInput()
    plan.glyph_set.update(glyphs)
    dropped = (tag for tag in face.table_tags if tag not in _TABLES)
    plan.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in dropped)
    plan.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
    return bytes(hb.subset(face, plan).blob.data)


def _metrics(face: hb.Face, font: hb.Font) -> dict[str, bytes]:
    """The measures of a descriptor (ISO 32000-1, 9.8), from the original file, in thousandths of an em."""
    import uharfbuzz as hb  # noqa: PLC0415 - only where a set of glyphs is new

    def thousandths(value: float) -> bytes:
        return number(round(value * 1000 / face.upem))

    extents = font.get_font_extents("ltr")
    box = struct.unpack(">4h", face.reference_table("head").data[36:44])
    slant = struct.unpack(">i", face.reference_table("post").data[4:8])[0] / 65536
    return {
        "FontBBox": rectangle(round(side * 1000 / face.upem) for side in box),
        "ItalicAngle": number(round(slant, 2)),
        "Ascent": thousandths(extents.ascender),
        "Descent": thousandths(extents.descender),
        "CapHeight": thousandths(font.get_metric_position_with_fallback(hb.OTMetricsTag.CAP_HEIGHT)),
    }


def _prefix(program: bytes) -> str:
    """The subset's tag: six capitals that differ from subset to subset (ISO 32000-1, 9.6.4)."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])


def readings(uses: Iterable[FontUse]) -> list[tuple[str, list[tuple[int, str]]]]:
    """What each glyph of each face reads as, sorted."""
    by_name: dict[str, list[FontUse]] = {}
    for use in uses:
        by_name.setdefault(use.name, []).append(use)
    return [(name, sorted(_characters(by_name[name]).items())) for name in sorted(by_name)]


def _characters(uses: Sequence[FontUse]) -> dict[int, str]:
    """What each glyph reads as.

    Where documents differ (a space and a no-break space are one glyph), the shortest and then the lowest text is taken,
    so that the reading doesn't depend on which division comes first.
    """
    readings: dict[int, set[str]] = {}
    for use in uses:
        for glyph, text in use.characters.items():
            readings.setdefault(glyph, set()).add(text)
    return {glyph: min(texts, key=lambda t: (not t, len(t), t)) for glyph, texts in readings.items()}


def _write_advances(advances: Mapping[int, int]) -> bytes:
    """The /W array (ISO 32000-1, 9.7.4.3): each run of glyphs behind its first."""
    runs: list[tuple[int, list[int]]] = []
    for glyph in sorted(advances):
        if not runs or glyph != runs[-1][0] + len(runs[-1][1]):
            runs.append((glyph, []))
        runs[-1][1].append(advances[glyph])
    return array(b"%d%b" % (first, array(map(number, widths))) for first, widths in runs)


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
