"""The screen edition: the master trimmed, linearized, with object streams."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from pikepdf import Array, Name, Pdf

from policybook.sheets import Master


def finish_screen(master: Master) -> bytes:
    """The screen edition of a master: pages cut to the trim, opened at its first page with the bookmarks shown."""
    with Pdf.open(BytesIO(master.pdf)) as pdf:
        trim_pages(pdf)
        set_initial_view(pdf)
        target = BytesIO()
        pdf.save(
            target,
            linearize=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
    return target.getvalue()


def trim_pages(pdf: Pdf) -> None:
    """Cut each page to its TrimBox (ISO 32000-1, 14.11.2): a reader on a screen sees no bleed."""
    for page in pdf.pages:
        trim = Array([*page.obj.TrimBox])
        for box in (Name.MediaBox, Name.CropBox, Name.BleedBox):
            page.obj[box] = Array([*trim])


def set_initial_view(pdf: Pdf) -> None:
    """Show the bookmarks, and the whole width of the first page (ISO 32000-1, 7.7.2 and 12.3.2.2)."""
    pdf.Root.PageMode = Name.UseOutlines
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
