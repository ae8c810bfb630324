"""The book's fonts: static TrueType files out of Python packages, never a font of the system.

A face is named in style sheets by its CSS family (`Book Serif`, `Book Sans`), and in PDFs by the name that WeasyPrint
gives it, such as `Book-Serif-Semi-Bold-Italic`. Variable fonts are avoided: each document instances them again, which
costs four times as much as static ones.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from policybook.diagnostics import MachineError

#: The names that Pango gives to weights in a font description.
_WEIGHT_NAMES = {300: "Light", 400: "", 600: "Semi-Bold", 700: "Bold"}


@dataclass(frozen=True, slots=True)
class Face:
    """One face: CSS family, weight and slant, and the package and file it comes from."""

    family: str
    weight: int
    italic: bool
    package: str
    file: str

    @property
    def path(self) -> Path:
        """The TrueType file. Raises MachineError if its package is not installed."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            name = self.package.replace("_", "-")
            raise MachineError(f"the font package {name} is not installed", f"python -m pip install {name}")
        return Path(spec.submodule_search_locations[0]) / "files" / self.file

    @property
    def pdf_name(self) -> str:
        """The name of the face in a PDF, without the prefix of its subset."""
        words = [self.family.replace(" ", "-"), _WEIGHT_NAMES[self.weight], "Italic" if self.italic else ""]
        return "-".join(word for word in words if word)

    @property
    def figures_css(self) -> str:
        """The @font-face rule of the figures cut: the same file under another width.

        Numbers that are printed late are set in it, so that they are found again among all that a page shows.
        """
        return self.css.replace("src:", "font-stretch:semi-condensed;src:")

    @property
    def css(self) -> str:
        """The @font-face rule; the address is answered by `policybook.typesetting`."""
        style = "italic" if self.italic else "normal"
        return (
            f'@font-face{{font-family:"{self.family}";font-weight:{self.weight};font-style:{style};'
            f"src:url(https://book.invalid/fonts/{self.file})}}"
        )


#: What `font-stretch: semi-condensed` adds to the name of a face in PDFs.
_FIGURES = "-Semi-Condensed"


def face_name(pdf_name: str) -> str:
    """The face's own name, of itself or of its figures cut."""
    return pdf_name.replace(_FIGURES, "")


def is_figures(pdf_name: str) -> bool:
    """Whether the name is that of a figures cut."""
    return _FIGURES in pdf_name


def _family(family: str, package: str, stem: str) -> tuple[Face, ...]:
    names = {
        300: ("Light", "LightIt"),
        400: ("Regular", "It"),
        600: ("Semibold", "SemiboldIt"),
        700: ("Bold", "BoldIt"),
    }
    return tuple(
        Face(family, weight, bool(slant), package, f"{stem}-{files[slant]}.ttf")
        for weight, files in names.items()
        for slant in (0, 1)
    )


FACES: tuple[Face, ...] = (
    *_family("Book Serif", "font_source_serif_pro", "SourceSerifPro"),
    *_family("Book Sans", "font_source_sans_pro", "SourceSansPro"),
)


def pdf_fonts() -> Mapping[str, Path]:
    """The font file of each name that may stand in a PDF of ours."""
    return {face.pdf_name: face.path for face in FACES}


def font_css() -> str:
    """The @font-face rules of all faces, and of their figures cuts."""
    return "\n".join(f"{face.css}\n{face.figures_css}" for face in FACES)


def font_versions() -> list[str]:
    """The packages that the faces come from, with their versions."""
    packages = dict.fromkeys(face.package.replace("_", "-") for face in FACES)
    return [f"{package} {version(package)}" for package in packages]


@cache
def characters() -> frozenset[int]:
    """The code points that every face has; the italics have fewer. A character outside would be drawn as a box."""
    sets = [_characters_of(face.path) for face in FACES]
    return sets[0].intersection(*sets[1:])


def _characters_of(path: Path) -> frozenset[int]:
    """The code points of a font file."""
    import uharfbuzz as hb  # noqa: PLC0415 - only where a text holds more than ASCII

    return frozenset(hb.Face(hb.Blob.from_file_path(str(path))).unicodes)


def missing_characters(text: Iterable[str]) -> list[str]:
    """The characters of a text that a face lacks, in order of appearance, without repetition."""
    known = characters()
    return [c for c in dict.fromkeys(text) if ord(c) not in known and not c.isspace()]
