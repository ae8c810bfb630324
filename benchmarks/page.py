"""The page of the book, the same for every tool, and the font files that every tool is given. Lengths in points."""

from __future__ import annotations

import importlib.util
from pathlib import Path

WIDTH, HEIGHT = 504, 720
TOP, FOOT, INNER, OUTER = 56, 66, 54, 45
#: From the text block's left edge to the running text, which is narrower than headings, tables, notes and indexes.
INDENT = 108
SIZE, LINE = 9.75, 13

#: CSS weight and slant → the stems of the files of Source Serif and Source Sans.
SERIF = {"regular": "SourceSerifPro-Regular", "italic": "SourceSerifPro-It", "light": "SourceSerifPro-Light"}
SANS = {"regular": "SourceSansPro-Regular", "semibold": "SourceSansPro-Semibold"}


def font_folder(family: str) -> Path:
    """The folder of static fonts of `serif` or `sans`, out of the Python packages that policybook takes them from."""
    spec = importlib.util.find_spec(f"font_source_{family}_pro")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "files"


def fonts(suffix: str = "ttf") -> dict[str, Path]:
    """Every font file used, by stem."""
    serif, sans = font_folder("serif"), font_folder("sans")
    return {stem: serif / f"{stem}.{suffix}" for stem in SERIF.values()} | {
        stem: sans / f"{stem}.{suffix}" for stem in SANS.values()
    }
