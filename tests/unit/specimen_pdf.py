"""Small PDFs for tests of gates, set by the layout engine with the book's fonts and none of the machine's."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import pytest

_CONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>{cache}</cachedir></fontconfig>"""
_PAGE = """<html lang="en-US"><head><title>Specimen</title><style>
@font-face {{ font-family: "Book Serif"; src: url("{fonts}/SourceSerifPro-Regular.ttf") }}
@font-face {{ font-family: "Book Serif"; font-style: italic; src: url("{fonts}/SourceSerifPro-It.ttf") }}
@page {{ size: 5in 6in; margin: 50pt 40pt 60pt }}
body {{ font: 10pt/13.5pt "Book Serif"; margin: 0; hyphens: auto; text-align: justify }}
{style}
</style></head><body>{body}</body></html>"""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A PDF, how many pages it has, and on which of them, from 0, each anchor fell."""

    pdf: bytes
    count: int
    anchors: dict[str, int]


def specimen(body: str, folder: Path, style: str = "") -> Specimen:
    """The tagged PDF of some markup. `folder` takes the font configuration, which names no folder of fonts."""
    config = folder / "fonts.conf"
    config.write_text(_CONFIG.format(cache=folder / "cache"))
    spec = find_spec("font_source_serif_pro")
    assert spec is not None
    assert spec.origin is not None
    fonts = (Path(spec.origin).parent / "files").as_uri()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("FONTCONFIG_FILE", str(config))
        warnings.filterwarnings("ignore", "No fonts configured")
        from weasyprint import HTML  # noqa: PLC0415 - fontconfig reads its file when it is first loaded

        document = HTML(string=_PAGE.format(fonts=fonts, style=style, body=body)).render(pdf_variant="pdf/ua-1")
        pdf = document.write_pdf(pdf_variant="pdf/ua-1")
    assert pdf is not None
    anchors: dict[str, int] = {}
    for index, page in enumerate(document.pages):
        for anchor in page.anchors:
            anchors.setdefault(anchor, index)
    return Specimen(pdf, len(document.pages), anchors)


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, as pdfium extracts it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [str(page.get_textpage().get_text_range()) for page in document]
