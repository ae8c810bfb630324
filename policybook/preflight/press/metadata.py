"""What a file says of itself: its Info dictionary (ISO 32000-1, 14.3.3) and its XMP metadata (14.3.2, ISO 16684-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pikepdf

from policybook.preflight.press.rules import NotChecked

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Nothing that describes a file is longer (bytes); more is no metadata, and would only fill the memory.
_LARGEST = 4_000_000
_URIS = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
}
#: The properties that a PDF/X-4 file has beside its version (ISO 15930-7).
REQUIRED = (
    ("dc", "title"),
    ("xmp", "CreateDate"),
    ("xmp", "ModifyDate"),
    ("xmp", "MetadataDate"),
    ("xmpMM", "DocumentID"),
    ("xmpMM", "VersionID"),
    ("xmpMM", "RenditionClass"),
)
_TRAPPED = frozenset({"True", "False"})


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of XMP metadata by namespace and name, as text: of lists and alternatives, the first."""

    values: Mapping[tuple[str, str], str]

    def text(self, prefix: str, name: str) -> str:
        """A property's text, "" where there is none; `prefix` is the usual one, whatever the file calls it."""
        return self.values.get((_URIS[prefix], name), "")


def information(pdf: pikepdf.Pdf) -> dict[str, str]:
    """The entries of the Info dictionary as text, names without their slash; empty where there is none."""
    entries: Any = pdf.trailer.get("/Info", {})
    return {key: str(value).removeprefix("/").strip() for key, value in entries.items()}


def properties(pdf: pikepdf.Pdf) -> Properties:
    """The XMP metadata of the file; empty where there is none. Raises NotChecked where it can't be read."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return Properties({})
    try:
        data = stream.read_bytes()
        # A document type can declare entities without end; metadata has none (ISO 16684-1).
        if len(data) > _LARGEST or b"<!DOCTYPE" in data:
            raise NotChecked("the XMP metadata is no metadata: it is too large, or has a document type")
        tree = ElementTree.fromstring(data)  # noqa: S314 - without a document type there is nothing to expand
    except (ElementTree.ParseError, pikepdf.PdfError, ValueError) as error:
        raise NotChecked(f"the XMP metadata can't be read: {error}") from error
    found: dict[tuple[str, str], str] = {}
    for description in tree.iter(f"{{{_RDF}}}Description"):
        for key, value in description.attrib.items():
            found.setdefault(_split(key), value.strip())
        for element in description:
            words = (text.strip() for text in element.itertext())
            found.setdefault(_split(element.tag), next((word for word in words if word), ""))
    return Properties(found)


def trapped_words(info: Mapping[str, str], xmp: Properties) -> str:
    """What is wrong with Trapped, "" where nothing is: it is stated, as True or False, and in both places alike."""
    one, other = info.get("/Trapped", ""), xmp.text("pdf", "Trapped")
    if not one and not other:
        return "the file does not say whether it is trapped"
    for said in (one, other):
        if said and said not in _TRAPPED:
            return f"Trapped is “{said}”, and has to be True or False"
    if one and other and one != other:
        return f"Trapped is {one} in the Info dictionary and {other} in the XMP metadata"
    return ""


def _split(key: str) -> tuple[str, str]:
    uri, _, name = key.removeprefix("{").rpartition("}")
    return uri, name
