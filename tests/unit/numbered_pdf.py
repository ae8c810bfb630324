"""A PDF whose pages say which they are, with trim and bleed, and artwork that runs over all of its bleed."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

#: Around the trim: the slug, at the edge of which the MediaBox ends, and the bleed.
SLUG, BLEED = 30.0, 9.0
#: Versos are magenta, rectos cyan.
_COLOURS = ("0 0.4 0 0 k", "0.4 0 0 0 k")
_XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion><pdf:Trapped>False</pdf:Trapped>%s
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def numbered(
    count: int, width: float = 200, height: float = 300, *, shift: float = 0, accessible: bool = False
) -> bytes:
    """Pages with their numbers at the trim's upper left corner, over a MediaBox full of their side's colour.

    Trims of rectos stand `shift` to the right of those of versos in their MediaBoxes, as pages with a gutter do.
    `accessible` files say that they are PDF/UA, and have bookmarks and a structure tree.
    """
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, count + 1):
        left, bottom = 50 + SLUG + shift * (number % 2), 70 + SLUG
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(_page(pdf, font, number, left, bottom, (width, height)))))
    pdf.docinfo["/Title"] = "Numbered"
    pdf.docinfo["/Trapped"] = Name("/False")
    claim = b"<pdfuaid:part>1</pdfuaid:part>" if accessible else b""
    pdf.Root.Metadata = pdf.make_stream(_XMP % claim, Type=Name.Metadata, Subtype=Name.XML)
    profile = pdf.make_stream(b"a profile, as far as this test goes", N=4)
    intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier="FOGRA39")
    intent.DestOutputProfile = profile
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    if accessible:
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("One", 0))
    return saved(pdf)


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    """The bytes of a file that is not needed any more."""
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id="encryption" not in how, **how)  # type: ignore[arg-type]
    pdf.close()
    return buffer.getvalue()


def _page(
    pdf: pikepdf.Pdf, font: pikepdf.Object, number: int, left: float, bottom: float, trim: tuple[float, float]
) -> Dictionary:
    right, top = left + trim[0], bottom + trim[1]
    media = [left - SLUG, bottom - SLUG, right + SLUG, top + SLUG]
    content = (
        f"{_COLOURS[number % 2]} {media[0]} {media[1]} {media[2] - media[0]} {media[3] - media[1]} re f "
        f"0 0 0 1 k BT /F 24 Tf {left + 10} {top - 30} Td (p{number}) Tj ET"
    )
    page = Dictionary(Type=Name.Page, MediaBox=media, CropBox=media, TrimBox=[left, bottom, right, top])
    page.BleedBox = Array([left - BLEED, bottom - BLEED, right + BLEED, top + BLEED])
    page.Resources = Dictionary(Font=Dictionary(F=font))
    page.Contents = pdf.make_stream(content.encode("ascii"))
    page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    page.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9]))])
    return page
