"""Defects of the file and its pages as sheets, of transparency, of fonts and of the cover: what `rules_document` to
`rules_cover` look for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, String

from policybook.preflight.press.subject import Kind
from policybook.printer import Standard
from tests.preflight.specimen import SLUG, TRIM, Specimen, barcode, paint, saved, sound_cover, text
from tests.preflight.specimen_profile import profile

_TOP = SLUG + TRIM[1]
_OTHER_ISBN = "9781566199094"
#: Where there is room on a page of the sound file, and where the barcode of the sound cover is.
_X, _Y = 96, 420
_CODE = (SLUG + 300, SLUG + 60)


def _entry(holder: Callable[[Pdf], Any], key: str, value: Any) -> Callable[[Pdf], None]:
    """A defect that is one entry of a dictionary."""

    def spoil(pdf: Pdf) -> None:
        holder(pdf)[key] = value(pdf) if callable(value) else value

    return spoil


def _page(number: int) -> Callable[[Pdf], Any]:
    return lambda pdf: pdf.pages[number - 1].obj


def _intent(pdf: Pdf) -> Any:
    return pdf.Root.OutputIntents[0]


def _root(pdf: Pdf) -> Any:
    return pdf.Root


def _drawn(content: bytes, page: int = 1, **resources: Any) -> Callable[[Pdf], None]:
    return lambda pdf: paint(pdf, page, content, **{kind: entries(pdf) for kind, entries in resources.items()})


def _without_version(pdf: Pdf) -> None:
    words = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(words.replace(b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>", b""))


def _without_date(pdf: Pdf) -> None:
    words = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(words.replace(b"xmp:MetadataDate>", b"xmp:OtherDate>"))


def _two_intents(pdf: Pdf) -> None:
    pdf.Root.OutputIntents.append(pdf.make_indirect(Dictionary(_intent(pdf))))


def _rgb_profile(pdf: Pdf) -> None:
    _intent(pdf).DestOutputProfile = pdf.make_stream(profile(b"RGB ", b"mntr"), N=4)


def _smaller(pdf: Pdf) -> None:
    page = pdf.pages[2].obj
    for key in ("/TrimBox", "/BleedBox"):
        left, bottom, right, top = page[key]
        page[key] = [left, bottom, float(right) - 18, top]


def _note(pdf: Pdf) -> Array:
    rect = [100, 100, 120, 120]
    return Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=rect, Contents=String("?")))])


def _form(pdf: Pdf) -> Dictionary:
    return Dictionary(Fields=Array([pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("name")))]))


def _script(pdf: Pdf) -> Dictionary:
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    return Dictionary(JavaScript=Dictionary(Names=Array([String("first"), action])))


def _attachment(pdf: Pdf) -> Dictionary:
    file = pdf.make_stream(b"words", Type=Name.EmbeddedFile)
    named = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("words.txt"), EF=Dictionary(F=file)))
    return Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("words.txt"), named])))


def _group(space: Name) -> Callable[[Pdf], Dictionary]:
    """Forms: one that is a group in a space."""

    def entries(pdf: Pdf) -> Dictionary:
        group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=space, I=True)
        form = pdf.make_stream(
            b"0 0 0 .2 k 0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 50, 50], Group=group
        )
        return Dictionary(Mine=form)

    return entries


def _masked(pdf: Pdf) -> Dictionary:
    fields = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 60, "Height": 60, "BitsPerComponent": 8}
    mask = pdf.make_stream(bytes(range(60)) * 60, ColorSpace=Name.DeviceGray, **fields)
    return Dictionary(Mine=pdf.make_stream(b"\x40\x20\x10\0" * 3600, ColorSpace=Name.DeviceCMYK, SMask=mask, **fields))


def _state(**entries: Any) -> Callable[[Pdf], Dictionary]:
    return lambda _: Dictionary(Mine=Dictionary(**entries))


def _packed(pdf: Pdf) -> bytes:
    return saved(pdf, Standard.X1A, force_version="1.5", object_stream_mode=ObjectStreamMode.generate)


def _foreign_font(pdf: Pdf) -> Dictionary:
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.Helvetica, Flags=32, FontBBox=[-166, -225, 1000, 931],
        ItalicAngle=0, Ascent=718, Descent=-207, CapHeight=718, StemV=88,
    )  # fmt: skip
    return Dictionary(
        Mine=pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name.Helvetica,
                Encoding=Name.WinAnsiEncoding,
                FirstChar=32,
                LastChar=126,
                Widths=Array([556] * 95),
                FontDescriptor=pdf.make_indirect(descriptor),
            )
        )
    )


def _drawn_font(pdf: Pdf) -> Dictionary:
    glyph = pdf.make_stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 600, 700], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(box=glyph), Encoding=Dictionary(Type=Name.Encoding, Differences=[65, Name.box]),
        FirstChar=65, LastChar=65, Widths=Array([600]), Resources=Dictionary(),
    )  # fmt: skip
    return Dictionary(Mine=pdf.make_indirect(font))


def _courier(pdf: Pdf) -> None:
    font = pdf.pages[0].obj.Resources.Font.Text
    font.BaseFont = font.DescendantFonts[0].BaseFont = Name("/AAAAAA+Courier")
    font.DescendantFonts[0].FontDescriptor.FontName = font.BaseFont


def _words(x: int, y: int, shown: bytes) -> bytes:
    return b"/Over gs 0 0 0 1 k BT /Mine 10 Tf %d %d Td %s Tj ET" % (x, y, shown)


def _three_pages(pdf: Pdf) -> None:
    del pdf.pages[3]


def _emptied(pdf: Pdf) -> None:
    pdf.pages[1].obj.Contents = pdf.make_stream(b"")


def _coloured_bars(pdf: Pdf) -> None:
    code = barcode("9780306406157", *_CODE).replace(b"0 0 0 1 k", b".6 .6 .6 1 k")
    paint(pdf, 1, code)


def _small_bars(pdf: Pdf) -> None:
    x, y = _CODE
    paint(pdf, 1, b"0 0 0 0 k %g %g 110 76 re f .7 0 0 .7 %g %g cm\n" % (x, y, x, y) + barcode("9780306406157", 0, 0))


SPECIMENS: tuple[Specimen, ...] = (
    Specimen("PRES001", _without_version),
    Specimen("PRES001-date", _without_date),
    Specimen("PRES001-trapped", _entry(lambda pdf: pdf.docinfo, "/Trapped", Name.Unknown)),
    Specimen("PRES001-x1a", _entry(lambda pdf: pdf.docinfo, "/GTS_PDFXVersion", String("PDF/X-3:2003")), Standard.X1A),
    Specimen("PRES002", _two_intents),
    Specimen("PRES002-profile", _rgb_profile),
    Specimen("PRES003", _entry(_intent, "/OutputConditionIdentifier", String("FOGRA51"))),
    Specimen("PRES004", _entry(_page(2), "/ArtBox", [36, 36, 540, 756])),
    Specimen("PRES005", _entry(_page(1), "/CropBox", [27, 27, 549, 765])),
    Specimen("PRES005-unit", _entry(_page(1), "/UserUnit", 1.0001)),
    Specimen("PRES006", _smaller),
    Specimen("PRES006-turned", _entry(_page(2), "/Rotate", 90)),
    Specimen("PRES008", _drawn(b"/All CS 1 SCN .25 w 200 %d m 200 %d l S" % (_TOP + 4, _TOP + 20))),
    Specimen("PRES008-near", _drawn(b"/All CS 1 SCN .25 w 200 %d m 200 %d l S" % (_TOP + 10, _TOP + 20))),
    Specimen("PRES009", _entry(_page(1), "/Annots", _note)),
    Specimen("PRES009-form", _entry(_root, "/AcroForm", _form)),
    Specimen("PRES010", _entry(_root, "/Names", _script)),
    Specimen("PRES010-attached", _entry(_root, "/Names", _attachment)),
    Specimen("PRES010-open", _entry(_root, "/OpenAction", Dictionary(S=Name.Named, N=Name.FirstPage))),
    Specimen("PRES012", _entry(lambda pdf: pdf.pages[0].obj.Group, "/CS", Name.DeviceRGB)),
    Specimen("PRES012-group", _drawn(b"1 0 0 1 %d %d cm /Mine Do" % (_X, _Y), XObject=_group(Name.DeviceRGB))),
    Specimen(
        "PRES014", _drawn(b"/Mine gs 0 0 0 .2 k %d %d 50 50 re f" % (_X, _Y), ExtGState=_state(ca=0.5)), Standard.X1A
    ),
    Specimen(
        "PRES014-blend",
        _drawn(b"/Mine gs 0 0 0 .2 k %d %d 50 50 re f" % (_X, _Y), ExtGState=_state(BM=Name.Multiply)),
        Standard.X1A,
    ),
    Specimen(
        "PRES014-group", _drawn(b"1 0 0 1 %d %d cm /Mine Do" % (_X, _Y), XObject=_group(Name.DeviceCMYK)), Standard.X1A
    ),
    Specimen("PRES014-mask", _drawn(b"14.4 0 0 14.4 %d %d cm /Mine Do" % (_X, _Y), XObject=_masked), Standard.X1A),
    Specimen("PRES015", _packed, Standard.X1A),
    Specimen("PRES030", _drawn(_words(_X, _Y, b"(Not embedded)"), Font=_foreign_font)),
    Specimen("PRES030-courier", _courier),
    Specimen("PRES030-notdef", _drawn(text("A specimen", _X, _Y, 10).replace(b"<", b"<0000"))),
    Specimen("PRES030-type3", _drawn(_words(_X, _Y, b"(AAA)"), Font=_drawn_font)),
    Specimen("PRES032", _three_pages),
    Specimen("PRES033", _emptied),
    Specimen("PRES033-blank", lambda _: None, expected={"blanks": frozenset({4})}),
    Specimen("PRES035", lambda _: saved(sound_cover(pages=240)), kind=Kind.COVER),
    Specimen("PRES036", lambda _: saved(sound_cover(isbn=_OTHER_ISBN)), kind=Kind.COVER),
    Specimen("PRES036-colour", _coloured_bars, kind=Kind.COVER),
    Specimen("PRES036-none", _drawn(b"0 0 0 0 k %g %g 110 70 re f" % _CODE), kind=Kind.COVER),
    Specimen("PRES036-small", _small_bars, kind=Kind.COVER),
)
