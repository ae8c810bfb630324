"""What the bound document says of itself: the information dictionary and XMP. Nothing is taken from the clock."""

from __future__ import annotations

from html import escape

from policybook.pdf_file import dictionary, literal, text_string
from policybook.sheets import Metadata

_PACKET = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
   <pdf:Keywords>{keywords}</pdf:Keywords>
   <xmp:CreateDate>{date}</xmp:CreateDate>
   <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def xmp(metadata: Metadata) -> bytes:
    """The XMP packet (ISO 16684-1), which tells that the file is PDF/UA-1 (ISO 14289-1, 5)."""
    fields = {
        "title": metadata.title,
        "author": metadata.author,
        "subject": metadata.subject,
        "language": metadata.language,
        "keywords": ", ".join(metadata.keywords),
        "date": metadata.date,
    }
    return _PACKET.format_map({name: escape(value, quote=False) for name, value in fields.items()}).encode("utf-8")


def information(metadata: Metadata) -> bytes:
    """The information dictionary (ISO 32000-1, 14.3.3), which says the same as the XMP."""
    digits = "".join(c for c in metadata.date if c.isdigit())
    entries = {
        "Title": text_string(metadata.title),
        "Author": text_string(metadata.author),
        "Subject": text_string(metadata.subject),
        "Keywords": text_string(", ".join(metadata.keywords)),
        "CreationDate": literal(f"D:{digits}Z".encode("ascii")),
    }
    return dictionary({name: value for name, value in entries.items() if value != b"()"})
