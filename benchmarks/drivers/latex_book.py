"""LaTeX, as often as references need: `python -m benchmarks.drivers.latex_book pdflatex|lualatex FOLDER OUTPUT`.

The engine runs until the auxiliary files stay the same, makeindex after each run that changed its entries.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

LIMIT = 6


def state(work: Path) -> str:
    """A digest of what a run leaves for the next one."""
    digest = hashlib.sha256()
    for suffix in ("aux", "toc", "ind", "out"):
        path = work / f"book.{suffix}"
        digest.update(path.read_bytes() if path.is_file() else b"-")
    return digest.hexdigest()


def main(engine: str, folder: Path, output: Path) -> None:
    """Typeset the book in a fresh folder beside it."""
    work = output.with_suffix(".work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    paths = dict.fromkeys(("TFMFONTS", "VFFONTS", "T1FONTS", "ENCFONTS", "TEXFONTMAPS", "TEXINPUTS"), f"{folder}:")
    command = [
        engine,
        "-interaction=batchmode",
        "-halt-on-error",
        f"-output-directory={work}",
        str(folder / "book.tex"),
    ]
    environment = os.environ | paths | {"max_print_line": "1000"}
    before, entries, runs = "", b"", 0
    while before != (before := state(work)) and runs < LIMIT:
        if subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            sys.stderr.write((work / "book.log").read_text(encoding="latin-1")[-3000:])
            raise SystemExit(1)
        runs += 1
        marked = (work / "book.idx").read_bytes()
        if marked != entries:
            entries = marked
            subprocess.run(
                ["makeindex", "-q", "book.idx"], cwd=work, check=True, env=environment | {"openout_any": "a"}
            )
    (work / "book.pdf").replace(output)
    print(f"{runs} runs")


main(sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve())
