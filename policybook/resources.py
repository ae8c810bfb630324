"""Where templates, styles and printers are: in the user's project, in the checkout, or in the installed package.

A project's own file overrides the shipped one of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policybook.diagnostics import MachineError

_PACKAGE = Path(__file__).resolve().parent


def _shipped(folder: str) -> Path:
    """A folder that ships with policybook: beside the package in a checkout, inside it in a wheel."""
    for candidate in (_PACKAGE / "shipped" / folder, _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise MachineError(f"policybook's own {folder}/ are missing", "install policybook again")


@dataclass(frozen=True, slots=True)
class Resources:
    """The folders to look in, first match first."""

    templates: tuple[Path, ...]
    styles: tuple[Path, ...]
    printers: tuple[Path, ...]

    def style(self, name: str) -> Path | None:
        """The path of a style sheet such as `components/table.css`, or None."""
        return find_file(self.styles, name)

    def printer_file(self, name: str) -> Path | None:
        """The path of a file of printers/ such as `kdp.yaml` or `profiles/press.icc`, or None."""
        return find_file(self.printers, name)

    def sheets(self) -> dict[str, str]:
        """The texts of all style sheets for pages by name, each from the first folder that has it; not the site's."""
        names = {path.relative_to(folder).as_posix() for folder in self.styles for path in folder.rglob("*.css")}
        found = {name: self.style(name) for name in sorted(names) if not name.startswith("web/")}
        return {name: path.read_text(encoding="utf-8") for name, path in found.items() if path}


def find_resources(project: Path) -> Resources:
    """The resources of a project folder: its own first, then the shipped ones."""
    return Resources(
        templates=_stack(project, "templates"), styles=_stack(project, "styles"), printers=_stack(project, "printers")
    )


def find_file(folders: Iterable[Path], name: str) -> Path | None:
    """The path of a file in the first of the folders that has it, or None; nothing outside of them is found."""
    for folder in folders:
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None


def _stack(project: Path, folder: str) -> tuple[Path, ...]:
    own, shipped = (project / folder).resolve(), _shipped(folder).resolve()
    return (own, shipped) if own.is_dir() and own != shipped else (shipped,)
