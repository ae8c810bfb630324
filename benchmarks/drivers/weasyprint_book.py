"""WeasyPrint in one process: `python -m benchmarks.drivers.weasyprint_book FOLDER OUTPUT [--untagged]`."""

import sys
from pathlib import Path

from weasyprint import HTML

folder, output = Path(sys.argv[1]), Path(sys.argv[2])
variant = None if "--untagged" in sys.argv else "pdf/ua-1"
HTML(filename=str(folder / "book.html")).write_pdf(output, pdf_variant=variant)
