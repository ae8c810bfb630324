"""The link gate: every link leads to its anchor's leaf, and a page number that it prints is that leaf's folio.

Rectangles of annotations and pdfium's text are both in the default user space (ISO 32000-1, 8.3.2.3), wherever the
origins of the page's boxes lie.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pypdfium2
from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, String

from policybook.diagnostics import Problem
from policybook.geometry import Box
from policybook.sheets import Leaf

#: The schemes of links that binding turns into links within the book.
_UNBOUND = ("book:", "book-page:")
_FOLIO = r"(?P<folio>\d+|[ivxl]+)"
#: Texts that are a page number, or a locator of an index: 12, 12–14, 12n3, 12nn3–4, 12t, page 12, xii.
_NUMBER = re.compile(rf"(?:(?:pages?|pp?\.)\s+)?{_FOLIO}(?:\s*[–-]\s*[\divxl]+)?(?:nn?\d+(?:[–-]\d+)?|[tf])?")
#: Texts that end in one: “Title,” page 12, or a line of the contents with its leaders.
_AT_END = re.compile(rf"(?:\bpages?\s+|(?:[.…·]\s*){{3,}}){_FOLIO}$")
#: Anchors of notes and of their marks: links to them print the note's number.
_NOTE = re.compile(r".+\.(?:note|ref)\.(?P<number>\d+)(?:\.\d+)?")
_DASHES = ("–", "-")
_TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class _Link:
    """A link within the book: the text in its rectangle, its anchor (or an empty string), and the leaf it leads to."""

    text: str
    box: Box
    anchor: str
    target: int | None


def check_links(pdf: bytes, leaves: Sequence[Leaf], anchors: Mapping[str, int]) -> tuple[Problem, ...]:
    """A problem (WHOL003) for each link that leads nowhere, to another leaf than its anchor's, or to another folio.

    `anchors` are the leaves, from 0, on which the anchors of the book were observed. Links to the web are not followed.
    """
    problems: list[Problem] = []
    with Pdf.open(io.BytesIO(pdf)) as source, pypdfium2.PdfDocument(pdf) as text_layer:
        destinations = _Destinations.of(source)
        for index, page in enumerate(source.pages):
            annotations = [a for a in page.obj.get("/Annots", Array()) if a.get("/Subtype") == Name.Link]
            where = f"page {leaves[index].folio}" if index < len(leaves) else f"leaf {index + 1}"
            if annotations:
                text_page = text_layer[index].get_textpage()
                links, faults = _read(annotations, text_page, destinations)
                faults += [fault for link in links if (fault := _misled(link, leaves, anchors))]
                faults += [fault for link in _speaking(links) if (fault := _false_folio(link, leaves))]
                problems += [Problem("WHOL003", f"{where}: {fault}") for fault in faults]
    return tuple(problems)
