"""What the bound document says of itself: the information dictionary and XMP. Nothing is taken from the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from policybook.pdf_file import dictionary, literal, text_string
from policybook.sheets import Metadata

#: PDF/A has no schema for what PDF/UA says, so it is described (ISO 19005-2, 6.6.2.3.3; ISO 14289-1, 5, note 2).
_EXTENSION = """  <rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
     <pdfaProperty:name>part</pdfaProperty:name>
     <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
     <pdfaProperty:category>internal</pdfaProperty:category>
     <pdfaProperty:description>The part of ISO 14289 that the file conforms to.</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>"""
_PACKET = f"""<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
   <dc:format>application/pdf</dc:format>
{{said}}   <pdf:Producer>policybook</pdf:Producer>
   <xmp:CreatorTool>policybook</xmp:CreatorTool>
   <xmp:CreateDate>{{date}}</xmp:CreateDate>
   <xmp:ModifyDate>{{date}}</xmp:ModifyDate>
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>A</pdfaid:conformance>
   <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>
{_EXTENSION}
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be done with the file, in words, and the licence's address; nothing is said where both are empty."""

    statement: str = ""
    address: str = ""


def xmp(metadata: Metadata, rights: Rights = Rights()) -> bytes:
    """The XMP packet (ISO 16684-1), which tells that the file is PDF/A-2a and PDF/UA-1 (ISO 14289-1, 5)."""
    keywords = metadata.keywords
    said = [
        _alternative("dc:title", metadata.title),
        _array("dc:creator", "Seq", [metadata.author]),
        _alternative("dc:description", metadata.subject),
        _array("dc:subject", "Bag", keywords),
        _array("dc:language", "Bag", [metadata.language]),
        _alternative("dc:rights", rights.statement),
        _property("xmpRights:Marked", "True" if rights != Rights() else ""),
        _property("xmpRights:WebStatement", rights.address),
        _property("pdf:Keywords", ", ".join(keywords)),
    ]
    return _PACKET.format(said="".join(said), date=escape(metadata.date)).encode("utf-8")


def _property(name: str, value: str) -> str:
    """A property of one value, or nothing if that is empty."""
    return f"   <{name}>{escape(value, quote=False)}</{name}>\n" if value else ""


def _alternative(name: str, value: str) -> str:
    """A text that could be given in several languages (ISO 16684-1, 8.2.2.4)."""
    item = f'<rdf:li xml:lang="x-default">{escape(value, quote=False)}</rdf:li>'
    return f"   <{name}><rdf:Alt>{item}</rdf:Alt></{name}>\n" if value else ""


def _array(name: str, kind: str, values: Iterable[str]) -> str:
    """Values side by side: a Bag, or a Seq where their order tells."""
    items = "".join(f"<rdf:li>{escape(value, quote=False)}</rdf:li>" for value in values if value)
    return f"   <{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>\n" if items else ""


def _made(metadata: Metadata) -> dict[str, bytes]:
    """By what, and when, a file was made: as its edition is dated."""
    digits = "".join(c for c in metadata.date if c.isdigit())
    date = literal(f"D:{digits}Z".encode("ascii"))
    return {"Creator": b"(policybook)", "Producer": b"(policybook)", "CreationDate": date, "ModDate": date}


def information(metadata: Metadata) -> bytes:
    """The information dictionary (ISO 32000-1, 14.3.3), which says the same as the XMP (ISO 19005-2, 6.6.3)."""
    entries = {
        "Title": text_string(metadata.title),
        "Author": text_string(metadata.author),
        "Subject": text_string(metadata.subject),
        "Keywords": text_string(", ".join(metadata.keywords)),
        **_made(metadata),
    }
    return dictionary({name: value for name, value in entries.items() if value != b"()"})


_PRESS_PACKET = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/"
    xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <xmp:CreateDate>{date}</xmp:CreateDate>
   <xmp:ModifyDate>{date}</xmp:ModifyDate>
   <xmp:MetadataDate>{date}</xmp:MetadataDate>
   <xmp:CreatorTool>policybook</xmp:CreatorTool>
   <xmpMM:DocumentID>uuid:{document}</xmpMM:DocumentID>
   <xmpMM:InstanceID>uuid:{instance}</xmpMM:InstanceID>
   <xmpMM:RenditionClass>default</xmpMM:RenditionClass>
   <xmpMM:VersionID>1</xmpMM:VersionID>
   <pdf:Producer>policybook</pdf:Producer>
   <pdf:Trapped>False</pdf:Trapped>
{more}  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
#: The element that names the standard (ISO 15930-7, 6.18; ISO 15930-4, 6.13).
_VERSION = {
    "PDF/X-4": "   <pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>\n",
    "PDF/X-1a:2003": "   <pdfx:GTS_PDFXVersion>PDF/X-1a:2003</pdfx:GTS_PDFXVersion>\n",
}


def press_xmp(metadata: Metadata, standard: str, digest: str) -> bytes:
    """The XMP packet of a file for the press. `digest` is that of what the file holds.

    The document's identifier is the same for all files of the edition, the instance's is the content's.
    """
    document = hashlib.sha256(f"{metadata.title} {metadata.date}".encode()).hexdigest()
    fields = {"title": metadata.title, "author": metadata.author, "date": metadata.date}
    return _PRESS_PACKET.format(
        **{name: escape(value, quote=False) for name, value in fields.items()},
        document=_uuid(document),
        instance=_uuid(digest),
        more=_VERSION.get(standard, ""),
    ).encode("utf-8")


def _uuid(digest: str) -> str:
    """The first half of a SHA-256 in the form of a UUID of version 8, which is free (RFC 9562, 5.8)."""
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def press_information(metadata: Metadata, standard: str, more: Mapping[str, str]) -> bytes:
    """The information dictionary of a file for the press: PDF/X wants both dates, and whether it is trapped.

    ISO 15930-4, 6.13; ISO 15930-7, 6.17. `more` are entries of our own.
    """
    entries = {
        "Title": text_string(metadata.title),
        "Author": text_string(metadata.author),
        **_made(metadata),
        "Trapped": b"/False",
        **({"GTS_PDFXVersion": literal(standard.encode("ascii"))} if standard == "PDF/X-1a:2003" else {}),
        **{name: text_string(value) for name, value in more.items()},
    }
    return dictionary({name: value for name, value in entries.items() if value != b"()"})
