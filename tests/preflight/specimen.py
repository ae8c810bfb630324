"""Sound files for the press, small and made with nothing but pikepdf: what specimens of defects are made from.

READY TO BE USED (person E, G): `sound_interior`, `sound_cover`, `specimen_printer`, `saved`, `paint`, `text`.

    pdf = sound_interior(standard=Standard.X4)         # 4 pages, trim 7 x 10 in, bleed .125 in, marks in the slug
    paint(pdf, 2, b"0.5 0.5 0.5 rg 90 90 40 40 re f")  # page 2; the trim is 36 36 540 756
    paint(pdf, 2, text("tiny", 100, 400, 6), ExtGState={"Mine": Dictionary(OP=True)})
    data = saved(pdf, Standard.X4)

Specimens live in modules `tests/preflight/specimens_*.py`, each with `SPECIMENS: tuple[Specimen, ...]`, see `Specimen`.
`python -m tests.preflight.make` writes tests/preflight/<CODE>[-word]/defective.pdf from them, and <CODE>/sound.pdf.
tests/unit/test_press_specimens.py runs **all** rules over all folders: `defective.pdf` fires the folder's code and
nothing else, `sound.pdf` nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import uharfbuzz as hb
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Page, Pdf, Stream, String

from policybook.fonts import FACES
from policybook.geometry import Geometry
from policybook.preflight.press.subject import Expected, Kind
from policybook.printer import Condition, CoverModel, Gutter, Ink, Marks, Printer, Standard, Stock
from tests.preflight.specimen_profile import profile

TRIM = (504.0, 720.0)
BLEED, SLUG, OFFSET = 9.0, 36.0, 12.0
GEOMETRY = Geometry(*TRIM, BLEED, margin_top=56, margin_foot=66, margin_inner=54, margin_outer=45, baseline=13)
ISBN = "9780306406157"
COVER_PAGES = 160
CONDITION = "FOGRA39"
TITLE = "Specimen"
#: The black that text is set in, by standard.
BLACK = {Standard.X4: b"0 0 0 1 k", Standard.X1A: b"0 0 0 1 k", Standard.RGB: b"0 0 0 rg"}
#: A light tint.
TINT = {Standard.X4: b".2 .05 0 0 k", Standard.X1A: b".2 .05 0 0 k", Standard.RGB: b".8 .9 1 rg"}
_CHARACTERS = "".join(map(chr, range(32, 127)))
_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")


@dataclass(frozen=True, slots=True)
class Specimen:
    """A defect: its folder's name (the code, and a word behind it where there are several), and how it is made.

    `spoil` changes the sound file in place, or returns the bytes of the defective one where saving is the defect.
    `printer` are fields of the printer that differ, `sound` makes another sound file than the usual one.
    """

    folder: str
    spoil: Callable[[Pdf], bytes | None]
    standard: Standard = Standard.X4
    kind: Kind = Kind.INTERIOR
    expected: Mapping[str, Any] = field(default_factory=dict)
    printer: Mapping[str, Any] = field(default_factory=dict)
    sound: Callable[[Standard], Pdf] | None = None

    def sound_pdf(self) -> Pdf:
        """The sound file, new each time."""
        if self.sound is not None:
            return self.sound(self.standard)
        return (sound_cover if self.kind is Kind.COVER else sound_interior)(standard=self.standard)


def specimen_printer(standard: Standard = Standard.X4, **changes: Any) -> Printer:
    """A printer for specimens, with the thresholds of the Ghent Workgroup and the house."""
    fields: dict[str, Any] = {
        "name": "Specimen",
        "about": "For tests.",
        "standard": standard,
        "condition": Condition("specimen.icc", CONDITION, "Offset on coated paper"),
        "ink": Ink(peak=300, average=300),
        "stocks": (Stock("uncoated-60", "60# uncoated", "0.0046 in"), Stock("cream", "Cream", "0.005 in")),
        "gutter": (Gutter(150, "0.375 in"), Gutter(800, "0.5 in")),
        "sources": {"ink": "the tests"},
        "signature": 4,
        "marks": Marks(offset="12 pt", slug="36 pt"),
        "cover": CoverModel(),
    }
    return Printer(**fields | changes)


def expected_of(kind: Kind, pages: int | None = None) -> Expected:
    """What an edition says of the sound file of a kind: `pages` of the interior."""
    count = pages or (COVER_PAGES if kind is Kind.COVER else 4)
    return Expected(isbn=ISBN, pages=count, stock="uncoated-60", geometry=GEOMETRY)


def sound_interior(pages: int = 4, standard: Standard = Standard.X4) -> Pdf:
    """A sound interior: K-only text that overprints, a tint into the bleed, a picture of 300 ppi, a rule, marks."""
    pdf = _document(standard)
    for number in range(1, pages + 1):
        left, right, foot = SLUG + 60, SLUG + TRIM[0] - 60, SLUG + 60
        lines = b"".join(
            text(f"Page {number}, line {line} of a sound file.", left, 690 - 20 * line, 10, standard)
            for line in range(8)
        )
        rule = b"q /Over gs %s .5 w %d 500 m %d 500 l S Q\n" % (_stroking(BLACK[standard]), left, right)
        picture = b"q 14.4 0 0 14.4 %d %d cm /Im Do Q\n" % (left, foot + 40)
        band = b"q %s %g %g %g %g re f Q\n" % (TINT[standard], SLUG - BLEED, SLUG - BLEED, TRIM[0] + 2 * BLEED, 40)
        matter = band + lines + rule + picture
        if standard is Standard.X4:
            matter += b"q /Half gs %s %d 300 80 40 re f Q\n" % (TINT[standard], left)
        _add_page(pdf, TRIM[0], matter, standard)
    return pdf


def sound_cover(pages: int = COVER_PAGES, standard: Standard = Standard.X4, isbn: str = ISBN) -> Pdf:
    """A sound wrap for an interior of so many pages on 60# paper: a tint over all of it, a title, a barcode."""
    pdf = _document(standard)
    spine = pages / 2 * 0.0046 * 72
    width = 2 * TRIM[0] + spine
    ground = b"q %s %g %g %g %g re f Q\n" % (
        TINT[standard], SLUG - BLEED, SLUG - BLEED, width + 2 * BLEED, TRIM[1] + 2 * BLEED,
    )  # fmt: skip
    title = text("Specimen", SLUG + TRIM[0] + spine + 60, 500, 36, standard)
    _add_page(pdf, width, ground + title + barcode(isbn, SLUG + 300, SLUG + 60, standard), standard)
    return pdf


def saved(pdf: Pdf, standard: Standard = Standard.X4, **changes: Any) -> bytes:
    """The file's bytes in the version of its standard; `changes` are for `Pdf.save`."""
    old = standard is Standard.X1A
    how: dict[str, Any] = {
        "force_version": "1.4" if old else "1.6",
        "object_stream_mode": ObjectStreamMode.disable if old else ObjectStreamMode.generate,
        "deterministic_id": True,
        "fix_metadata_version": False,
    }
    target = io.BytesIO()
    pdf.save(target, **how | changes)
    return target.getvalue()


def paint(pdf: Pdf, page: int, content: bytes, **resources: Mapping[str, Any]) -> None:
    """Draw something more on a page, from 1, on top of all; `resources` by kind, such as `XObject={"Mine": stream}`."""
    target = pdf.pages[page - 1]
    for kind, entries in resources.items():
        held = target.obj.Resources
        if f"/{kind}" not in held:
            held[f"/{kind}"] = Dictionary()
        for name, value in entries.items():
            held[f"/{kind}"][f"/{name.removeprefix('/')}"] = value
    target.contents_add(b"q\n" + content + b"\nQ\n")


def text(words: str, x: float, y: float, size: float, standard: Standard = Standard.X4, colour: bytes = b"") -> bytes:
    """A line of text in the specimen's font, in black that overprints, or in a colour that knocks out."""
    state = colour or b"/Over gs " + BLACK[standard]
    glyphs = "".join(f"{_glyphs()[sign]:04x}" for sign in words).encode()
    return b"q %s BT /Text %g Tf %g %g Td <%s> Tj ET Q\n" % (state, size, x, y, glyphs)


def barcode(isbn: str, x: float, y: float, standard: Standard = Standard.X4) -> bytes:
    """An EAN-13 at full size on a white panel, in K (GS1 General Specifications, 5.2.1)."""
    module, height = 0.33 * 72 / 25.4, 22.85 * 72 / 25.4
    right = [bits.translate({48: "1", 49: "0"}) for bits in _LEFT]
    sides = {"L": _LEFT, "G": [bits[::-1] for bits in right]}
    left = "".join(sides[kind][int(sign)] for kind, sign in zip(_PARITY[int(isbn[0])], isbn[1:7], strict=True))
    other = "".join(right[int(sign)] for sign in isbn[7:])
    bars = f"101{left}01010{other}101"
    white = b"1 1 1 rg" if standard is Standard.RGB else b"0 0 0 0 k"
    drawn = b"q %s %g %g %g %g re f %s\n" % (white, x, y, module * 113, height + 8, BLACK[standard])
    for index, bar in enumerate(bars):
        if bar == "1":
            drawn += b"%.3f %.3f %.3f %.3f re\n" % (x + (11 + index) * module, y + 4, module, height)
    return drawn + b"f Q\n"


def _document(standard: Standard) -> Pdf:
    pdf = Pdf.new()
    info: dict[str, Any] = {"/Title": String(TITLE), "/CreationDate": String("D:20260101000000Z")}
    info["/ModDate"] = info["/CreationDate"]
    if standard is not Standard.RGB:
        info["/Trapped"] = Name("/False")
        icc = pdf.make_stream(profile(), N=4, Alternate=Name.DeviceCMYK)
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFX,
            OutputConditionIdentifier=String(CONDITION),
            OutputCondition=String("Offset on coated paper"),
            Info=String("Offset on coated paper"),
            RegistryName=String("http://www.color.org"),
            DestOutputProfile=icc,
        )
        pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    if standard is Standard.X1A:
        info["/GTS_PDFXVersion"] = String("PDF/X-1a:2003")
    if standard is Standard.X4:
        pdf.Root.Metadata = pdf.make_stream(_XMP, Type=Name.Metadata, Subtype=Name.XML)
    pdf.trailer.Info = pdf.make_indirect(Dictionary(info))
    return pdf


def _add_page(pdf: Pdf, width: float, matter: bytes, standard: Standard) -> None:
    """A page of a trim's width whose matter is clipped to the bleed, with marks in the slug."""
    trim = (SLUG, SLUG, SLUG + width, SLUG + TRIM[1])
    bleed = (trim[0] - BLEED, trim[1] - BLEED, width + 2 * BLEED, TRIM[1] + 2 * BLEED)
    sheet = [0, 0, width + 2 * SLUG, TRIM[1] + 2 * SLUG]
    states = {"/Over": Dictionary(OP=True, op=True, OPM=1)}
    if standard is Standard.X4:
        states["/Half"] = Dictionary(CA=0.5, ca=0.5, BM=Name.Normal)
    first = pdf.pages[0].obj.Resources if pdf.pages else None
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1)
    page = Dictionary(
        Type=Name.Page,
        MediaBox=sheet,
        CropBox=sheet,
        TrimBox=list(trim),
        BleedBox=[bleed[0], bleed[1], bleed[0] + bleed[2], bleed[1] + bleed[3]],
        Resources=Dictionary(
            Font=Dictionary(Text=first.Font.Text if first is not None else _font(pdf)),
            ExtGState=Dictionary(states),
            XObject=Dictionary(Im=first.XObject.Im if first is not None else _picture(pdf, standard)),
            ColorSpace=Dictionary(All=Array([Name.Separation, Name.All, Name.DeviceCMYK, tint])),
        ),
        Contents=pdf.make_stream(
            b"q %g %g %g %g re W n\n" % bleed + matter + b"Q\n" + (b"" if standard is Standard.RGB else _marks(trim))
        ),
    )
    if standard is Standard.X4:
        page.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True)
    pdf.pages.append(Page(page))


def _marks(trim: tuple[float, float, float, float]) -> bytes:
    """Crop marks, and a patch of each ink at the foot."""
    left, bottom, right, top = trim
    drawn = b"q /All CS 1 SCN .25 w\n"
    for x in (left, right):
        drawn += b"%g %g m %g %g l S %g 4 m %g %g l S\n" % (x, top + OFFSET, x, top + SLUG - 4, x, x, bottom - OFFSET)
    for y in (bottom, top):
        drawn += b"%g %g m %g %g l S 4 %g m %g %g l S\n" % (right + OFFSET, y, right + SLUG - 4, y, y, left - OFFSET, y)
    for index, ink in enumerate((b"1 0 0 0", b"0 1 0 0", b"0 0 1 0", b"0 0 0 1")):
        drawn += b"%s k %g 8 10 10 re f\n" % (ink, left + 40 + 12 * index)
    return drawn + b"Q\n"


def _stroking(colour: bytes) -> bytes:
    return colour.replace(b" k", b" K").replace(b" rg", b" RG")


def _picture(pdf: Pdf, standard: Standard) -> Stream:
    """Sixty by sixty pixels that fade."""
    space, inks = (Name.DeviceRGB, (2, 1, 1)) if standard is Standard.RGB else (Name.DeviceCMYK, (2, 1, 1, 0))
    pixels = bytes(x * ink for _ in range(60) for x in range(60) for ink in inks)
    return pdf.make_stream(
        pixels, Type=Name.XObject, Subtype=Name.Image, Width=60, Height=60, BitsPerComponent=8, ColorSpace=space
    )


@cache
def _subset() -> bytes:
    face = hb.Face(hb.Blob.from_file_path(str(FACES[0].path)))
    wanted = hb.SubsetInput()
    wanted.sets(hb.SubsetInputSets.UNICODE).set({ord(sign) for sign in _CHARACTERS})
    wanted.flags = hb.SubsetFlags.NO_HINTING
    wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).set(
        {int.from_bytes(tag) for tag in (b"GSUB", b"GPOS", b"GDEF", b"name", b"post", b"OS/2")}
    )
    return bytes(hb.subset(face, wanted).blob.data)


@cache
def _glyphs() -> dict[str, int]:
    font = hb.Font(hb.Face(_subset()))
    return {sign: font.get_nominal_glyph(ord(sign)) or 0 for sign in _CHARACTERS}


def _font(pdf: Pdf) -> Dictionary:
    """The embedded subset of a book face as a composite font (ISO 32000-1, 9.7)."""
    face = hb.Face(_subset())
    font, scale = hb.Font(face), 1000 / face.upem
    advances = [round(font.get_glyph_h_advance(glyph) * scale) for glyph in range(face.glyph_count)]
    program = pdf.make_stream(_subset(), Length1=len(_subset()))
    name = Name("/AAAAAA+Specimen-Serif")
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=[-300, -300, 1300, 1000], ItalicAngle=0,
        Ascent=900, Descent=-300, CapHeight=670, StemV=80, FontFile2=program,
    )  # fmt: skip
    cid = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, FontDescriptor=pdf.make_indirect(descriptor),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        CIDToGIDMap=Name.Identity, DW=500, W=Array([0, Array(advances)]),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(cid)]),
            ToUnicode=pdf.make_stream(_to_unicode()),
        )
    )


def _to_unicode() -> bytes:
    rows = "\n".join(f"<{glyph:04x}> <{ord(sign):04x}>" for sign, glyph in _glyphs().items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Specimen def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(_glyphs())} beginbfchar\n{rows}\nendbfchar endcmap end end"
    ).encode()


_XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{TITLE}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>2026-01-01T00:00:00Z</xmp:CreateDate><xmp:ModifyDate>2026-01-01T00:00:00Z</xmp:ModifyDate>
<xmp:MetadataDate>2026-01-01T00:00:00Z</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:00000000-0000-4000-8000-000000000001</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Trapped>False</pdf:Trapped><pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
