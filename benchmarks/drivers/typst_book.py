"""Typst: `python -m benchmarks.drivers.typst_book FOLDER OUTPUT`."""

import sys
from pathlib import Path

import typst

from benchmarks.page import font_folder

folder, output = Path(sys.argv[1]), Path(sys.argv[2])
typst.compile(
    str(folder / "book.typ"),
    output=str(output),
    font_paths=[str(font_folder("serif")), str(font_folder("sans"))],
    ignore_system_fonts=True,
    pdf_standards=["ua-1"],
)
