"""Which codes draw `.notdef`, in fonts of every kind that a PDF may embed. All are made here."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.eexec import encrypt
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf

from policybook.fonts import FACES
from policybook.preflight.press.font_glyphs import draws_notdef, name_of, program_of
from policybook.preflight.press.rules import NotChecked

#: Letters that the programs have; others are missing.
_LETTERS = "AB-é "
#: All fonts are in one file, which stays open.
_PDF = Pdf.new()


@cache
def _true_type() -> bytes:
    font = TTFont(FACES[0].path, recalcTimestamp=False)
    options = Options(layout_features=[], glyph_names=True, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(text=_LETTERS)
    subsetter.subset(font)
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()


def _open_type(names: list[str]) -> TTFont:
    """An OpenType font with CFF outlines of nothing but boxes."""
    pen = T2CharStringPen(500, None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((400, 500))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({65: "A"})
    builder.setupCFF("Boxes", {}, dict.fromkeys(names, pen.getCharString()), {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader()
    builder.setupPost()
    return builder.font


def _compact(names: list[str]) -> bytes:
    font = _open_type(names)
    data: bytes = font["CFF "].compile(font)
    return data


def _type1(*, hexadecimal: bool = False) -> bytes:
    """The outer form of a Type 1 program: its encoding in clear, its letters encrypted."""
    clear = b"%!PS-AdobeFont-1.0: Boxes\n/Encoding 256 array\ndup 65 /A put\ndup 66 /hyphen put\nreadonly def\n"
    clear += b"currentfile eexec\n"
    glyphs = b"".join(b"/%s 4 RD \x10\xbf\x31\x70 ND\n" % name for name in (b".notdef", b"A", b"hyphen"))
    secret, _ = encrypt(
        b"\0\0\0\0dup /Private 9 dict dup begin 2 index /CharStrings 3 dict dup begin\n" + glyphs, 55665
    )
    return clear + (secret.hex().encode() if hexadecimal else secret) + b"\n" + b"0" * 64 + b"\ncleartomark"


def _simple(program: bytes, key: str, subtype: str, encoding: Any = None, flags: int = 32) -> Any:
    descriptor = Dictionary({"/Type": Name.FontDescriptor, "/Flags": flags, key: _PDF.make_stream(program)})
    font = Dictionary(Type=Name.Font, Subtype=Name(f"/{subtype}"), BaseFont=Name.Boxes, FontDescriptor=descriptor)
    if encoding is not None:
        font.Encoding = encoding
    return _PDF.make_indirect(font)


def _composite(program: bytes, key: str, subtype: str, mapping: bytes | None = None) -> Any:
    descriptor = Dictionary({"/Type": Name.FontDescriptor, "/Flags": 4, key: _PDF.make_stream(program)})
    cid = Dictionary(Type=Name.Font, Subtype=Name(f"/{subtype}"), BaseFont=Name.Boxes, FontDescriptor=descriptor)
    if mapping is not None:
        cid.CIDToGIDMap = _PDF.make_stream(mapping)
    return _PDF.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.Boxes,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([cid]),
        )
    )


def _missing(font: Any, codes: bytes) -> list[int]:
    is_notdef = draws_notdef(font)
    return [code for code in codes if is_notdef(code)]


def test_letters_of_a_true_type_font_by_the_encoding_of_windows() -> None:
    font = _simple(_true_type(), "/FontFile2", "TrueType", Name.WinAnsiEncoding)
    assert _missing(font, "A-Bé Cx".encode("cp1252")) == [ord("C"), ord("x")]


def test_names_that_differ_from_the_encoding() -> None:
    differences = Dictionary(
        BaseEncoding=Name.WinAnsiEncoding, Differences=Array([1, Name.A, Name.Omega, Name("/.notdef")])
    )
    font = _simple(_true_type(), "/FontFile2", "TrueType", differences)
    assert _missing(font, bytes([1, 2, 3, ord("B")])) == [2, 3]


def test_codes_of_a_symbolic_font_are_those_of_its_own_table() -> None:
    program = TTFont(io.BytesIO(_true_type()))
    table = next(table for table in program["cmap"].tables if table.format == 4)
    table.platformID, table.platEncID, table.cmap = 3, 0, {0xF021: "A"}
    program["cmap"].tables = [table]
    target = io.BytesIO()
    program.save(target)
    font = _simple(target.getvalue(), "/FontFile2", "TrueType", flags=4)
    assert _missing(font, b"!\x22") == [0x22]


def test_letters_of_a_compact_font_by_names_that_mean_the_same_sign() -> None:
    program = _compact([".notdef", "A", "hyphen", "eacute", "space"])
    font = _simple(program, "/FontFile3", "Type1", Name.WinAnsiEncoding)
    assert _missing(font, "A-é B\xad\xa0".encode("cp1252")) == [ord("B")]


def test_letters_of_a_compact_font_in_an_open_type_file() -> None:
    target = io.BytesIO()
    font = _open_type([".notdef", "A"])
    font.save(target)
    assert _missing(_simple(target.getvalue(), "/FontFile3", "Type1", Name.MacRomanEncoding), b"AB") == [ord("B")]


@pytest.mark.parametrize("hexadecimal", [False, True])
def test_letters_of_a_type_1_font_are_read_though_they_are_encrypted(hexadecimal: bool) -> None:
    font = _simple(_type1(hexadecimal=hexadecimal), "/FontFile", "Type1")
    assert _missing(font, b"ABC") == [ord("C")]
    windows = _simple(_type1(hexadecimal=hexadecimal), "/FontFile", "Type1", Name.WinAnsiEncoding)
    assert _missing(windows, b"A-B") == [ord("B")]


def test_codes_of_a_composite_font_are_glyphs_or_are_mapped_to_them() -> None:
    count = TTFont(io.BytesIO(_true_type()))["maxp"].numGlyphs
    assert 3 < count < 200
    plain = _composite(_true_type(), "/FontFile2", "CIDFontType2")
    assert _missing(plain, bytes([0, 1, count - 1, count])) == [0, count]
    mapped = _composite(_true_type(), "/FontFile2", "CIDFontType2", b"\0\1\0\0\0\2")
    assert _missing(mapped, bytes([0, 1, 2, 3])) == [1, 3]


def test_codes_of_a_composite_font_in_cff_are_glyphs() -> None:
    font = _composite(_compact([".notdef", "A", "B"]), "/FontFile3", "CIDFontType0")
    assert _missing(font, bytes([0, 1, 2, 3])) == [0, 3]


@pytest.mark.parametrize(
    ("key", "subtype"), [("/FontFile2", "TrueType"), ("/FontFile3", "Type1"), ("/FontFile", "Type1")]
)
@pytest.mark.parametrize("program", [b"", b"no font", b"\0\1\0\0\0\0"])
def test_a_broken_program_is_not_checked(key: str, subtype: str, program: bytes) -> None:
    with pytest.raises(NotChecked):
        draws_notdef(_simple(program, key, subtype))


def test_the_prefix_of_a_subset_is_no_part_of_the_name() -> None:
    font = _simple(_true_type(), "/FontFile2", "TrueType")
    for written, name in (("/ABCDEF+Book", "Book"), ("/Book+Sans", "Book+Sans"), ("/abcdef+Book", "abcdef+Book")):
        font.BaseFont = Name(written)
        assert name_of(font) == name
    assert program_of(font) is not None
