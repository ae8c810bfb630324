"""A picture of the cover, for places that show no SVG: the library of a reading system, a card of a social network."""

from __future__ import annotations

import io

import pypdfium2 as pdfium


def cover_picture(screen: bytes, height: int = 1600) -> bytes:
    """The first page of the screen edition as a PNG, `height` pixels high; it is the cover where the book has one."""
    document = pdfium.PdfDocument(screen)
    try:
        page = document[0]
        image = page.render(scale=height / page.get_height()).to_pil().convert("RGB")
    finally:
        document.close()
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
