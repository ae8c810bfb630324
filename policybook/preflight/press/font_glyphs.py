"""Which codes of an embedded font draw `.notdef`, the box for a letter that is not there (ISO 32000-1, 9.6, 9.7).

Programs in TrueType, CFF and Type 1 are read as far as to tell which letters they have.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from fontTools.agl import toUnicode
from fontTools.cffLib import CFFFontSet
from fontTools.encodings.MacRoman import MacRoman
from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.misc.eexec import decrypt
from fontTools.ttLib import TTFont, TTLibError

from policybook.preflight.press.rules import NotChecked

#: Whether a code of a font draws `.notdef`.
Draws = Callable[[int], bool]
_NOTDEF = ".notdef"
#: The key of the encryption, encrypted parts that are written in hexadecimal, and the entries that matter.
_EEXEC = 55665
_HEX = re.compile(rb"[0-9A-Fa-f]{4}")
_CHARSTRING = re.compile(rb"/([^\s/{}()<>\[\]%]+)\s+\d+\s+(?:RD|-\|)\s")
_PUT = re.compile(rb"dup\s+(\d+)\s*/([^\s/{}()<>\[\]%]+)\s+put")
#: What a symbolic font's table of characters may add to a code (9.6.6.4).
_SYMBOLIC = (0xF000, 0xF100, 0xF200, 0)


def draws_notdef(font: Any) -> Draws:
    """Tells of the codes of an embedded font which draw `.notdef`. Raises NotChecked where that can't be told."""
    try:
        if font.get("/Subtype") == "/Type0":
            return _composite(font)
        return _simple(font)
    except NotChecked:
        raise
    except Exception as error:
        raise NotChecked(f"the font {name_of(font)} can't be read: {error}") from error


def name_of(font: Any) -> str:
    """The font's name without the prefix of its subset (9.6.4)."""
    named = str(font.get("/BaseFont", font.get("/Name", "/without a name")))[1:]
    return named[7:] if named[6:7] == "+" and named[:6].isupper() else named


def program_of(font: Any) -> Any:
    """The stream of the font's program, or None where it isn't embedded."""
    descriptor = _descendant(font).get("/FontDescriptor", {})
    return next((descriptor[key] for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor), None)


def _descendant(font: Any) -> Any:
    return font.DescendantFonts[0] if font.get("/Subtype") == "/Type0" else font


def _composite(font: Any) -> Draws:
    """Codes are character ids, since all that is measured is Identity-H; ids are mapped to glyphs (9.7.4.2)."""
    descendant = _descendant(font)
    stream = program_of(font)
    if descendant.get("/Subtype") == "/CIDFontType2":
        count = int(_true_type(stream)["maxp"].numGlyphs)
        mapping = descendant.get("/CIDToGIDMap", pikepdf.Name.Identity)
        if not isinstance(mapping, pikepdf.Stream):
            return lambda code: not 0 < code < count
        glyphs = mapping.read_bytes()
        return lambda code: not 0 < int.from_bytes(glyphs[2 * code : 2 * code + 2]) < count
    top = _compact(stream)
    names = frozenset(top.charset)
    if hasattr(top, "ROS"):
        return lambda code: code == 0 or f"cid{code:05}" not in names
    return lambda code: not 0 < code < len(names)


def _simple(font: Any) -> Draws:
    """Codes have names, by the font's Encoding and behind it by that of its program (9.6.6)."""
    stream = program_of(font)
    encoding = _encoding(font)
    if font.get("/Subtype") == "/TrueType":
        return _of_true_type(_true_type(stream), font, encoding)
    names, built_in = _named(stream) if "/FontFile3" in font.FontDescriptor else _encrypted(stream)
    names -= {_NOTDEF}
    # Names may differ and mean one sign: hyphen is uni002D.
    signs = {toUnicode(name) for name in names} - {""}

    def is_notdef(code: int) -> bool:
        name = encoding.get(code, built_in.get(code, _NOTDEF))
        return name not in names and toUnicode(name) not in signs

    return is_notdef


def _named(stream: Any) -> tuple[set[str], dict[int, str]]:
    """The names of a CFF program's glyphs, and its own encoding."""
    top = _compact(stream)
    return set(top.charset), dict(enumerate(top.Encoding if isinstance(top.Encoding, list) else StandardEncoding))


def _encrypted(stream: Any) -> tuple[set[str], dict[int, str]]:
    """The same of a Type 1 program, whose second part is encrypted (Adobe Type 1 Font Format, chapters 2 and 7)."""
    clear, found, rest = stream.read_bytes().partition(b"eexec")
    if not found:
        raise NotChecked("a Type 1 font can't be read: its letters are not found")
    rest = rest.lstrip(b" \t\r\n")
    if _HEX.match(rest):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", rest)
        rest = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    private, _ = decrypt(rest, _EEXEC)
    glyphs = private.partition(b"/CharStrings")[2]
    names = {name.decode("latin-1") for name in _CHARSTRING.findall(glyphs)}
    put = {int(code): name.decode("latin-1") for code, name in _PUT.findall(clear)}
    return names, put or dict(enumerate(StandardEncoding))


def _of_true_type(program: TTFont, font: Any, encoding: Mapping[int, str]) -> Draws:
    """By the font's table of characters: Unicode for names, else the code itself (9.6.6.4)."""
    tables = {(table.platformID, table.platEncID): table.cmap for table in program["cmap"].tables}
    symbols = tables.get((3, 0), {})
    old = tables.get((1, 0), {})
    unicode = program.getBestCmap() or {}
    symbolic = bool(int(font.FontDescriptor.get("/Flags", 0)) & 4)

    def is_notdef(code: int) -> bool:
        found = next((symbols[base + code] for base in _SYMBOLIC if base + code in symbols), old.get(code))
        if found is None or (encoding and not symbolic):
            name = encoding.get(code, _NOTDEF)
            sign = toUnicode(name)
            by_name = unicode.get(ord(sign)) if len(sign) == 1 else None
            mac = MacRoman.index(name) if name in MacRoman else -1
            found = by_name or old.get(mac) or found or (name if name in program.getGlyphOrder() else None)
        return found in {None, _NOTDEF}

    return is_notdef


def _encoding(font: Any) -> dict[int, str]:
    """The names that a simple font's Encoding gives to codes (9.6.6, annex D); those of its program are left out."""
    encoding = font.get("/Encoding")
    names: dict[int, str] = {}
    base = (
        encoding
        if isinstance(encoding, pikepdf.Name)
        else encoding.get("/BaseEncoding")
        if encoding is not None
        else None
    )
    if base == "/WinAnsiEncoding":
        names = dict(enumerate(_windows()))
    elif base == "/MacRomanEncoding":
        names = dict(enumerate(MacRoman))
    code = 0
    for entry in encoding.get("/Differences", ()) if isinstance(encoding, pikepdf.Dictionary) else ():
        if isinstance(entry, pikepdf.Name):
            names[code] = str(entry)[1:]
            code += 1
        else:
            code = int(entry)
    return names


def _windows() -> list[str]:
    """WinAnsiEncoding (annex D.2), in names of the form uniXXXX but for those that are no signs of cp1252."""
    signs = [bytes([code]).decode("cp1252", "replace") for code in range(256)]
    named = ["bullet" if sign == "\ufffd" else f"uni{ord(sign):04X}" for sign in signs]
    named[:32], named[0xA0], named[0xAD] = [_NOTDEF] * 32, "space", "hyphen"
    return named


def _true_type(stream: Any) -> TTFont:
    try:
        return TTFont(io.BytesIO(stream.read_bytes()), lazy=True)
    except TTLibError as error:
        raise NotChecked(f"an embedded font can't be read: {error}") from error


def _compact(stream: Any) -> Any:
    """The top dictionary of a CFF program, bare or in an OpenType file (9.9, FontFile3)."""
    data = stream.read_bytes()
    if data[:4] in {b"OTTO", b"\0\1\0\0"}:
        return TTFont(io.BytesIO(data), lazy=True)["CFF "].cff.topDictIndex[0]
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    return fonts.topDictIndex[0]
