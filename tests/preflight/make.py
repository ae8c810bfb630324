"""Writes the files of all specimens into their folders: `python -m tests.preflight.make [FOLDER …]`.

A file that is there is written again only if it is named, or with --all: the bytes change with pikepdf's and zlib's
versions, and what they are is not the point.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tests.preflight.specimen import Specimen, saved

HERE = Path(__file__).resolve().parent


def all_specimens() -> tuple[Specimen, ...]:
    """The specimens of all modules, by folder."""
    modules = [importlib.import_module(f"tests.preflight.{path.stem}") for path in HERE.glob("specimens_*.py")]
    return tuple(sorted((one for module in modules for one in module.SPECIMENS), key=lambda one: one.folder))


def defective(specimen: Specimen) -> bytes:
    """The defective file's bytes."""
    pdf = specimen.sound_pdf()
    return specimen.spoil(pdf) or saved(pdf, specimen.standard)


def files(specimen: Specimen) -> dict[Path, bytes]:
    """The files of a specimen by path; the sound one stands in the folder that is named after the code alone."""
    folder = HERE / specimen.folder
    made = {folder / "defective.pdf": defective(specimen)}
    if "-" not in specimen.folder or specimen.sound is not None:
        made[folder / "sound.pdf"] = saved(specimen.sound_pdf(), specimen.standard)
    return made


def main(named: list[str]) -> None:
    """Write what is missing, and what is named."""
    for specimen in all_specimens():
        for path, data in files(specimen).items():
            if not path.exists() or specimen.folder in named or "--all" in named:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
                sys.stdout.write(f"{path.relative_to(HERE)}: {len(data)} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
