"""Deliver: the finished files and their manifest take the place of the last ones, all at once or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from policybook import __version__
from policybook.diagnostics import MachineError

#: The tools whose versions decide what the files look like.
TOOLS = ("weasyprint", "pikepdf", "jinja2", "uharfbuzz", "font-source-serif-pro", "font-source-sans-pro")


@dataclass(frozen=True, slots=True)
class Product:
    """A finished file: its path in the output folder, its bytes, its pages (0 where there are none), its standard.

    `send_as` is what a print shop wants it called.
    """

    path: str
    content: bytes
    pages: int = 0
    standard: str = ""
    send_as: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line of the manifest."""

    path: str
    sha256: str
    bytes: int
    pages: int
    standard: str
    send_as: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was delivered, what it was made from, and with what."""

    edition: str
    source_sha256: str
    files: tuple[Delivered, ...]
    tools: Mapping[str, str]

    def as_json(self) -> str:
        """The manifest as it is written beside the files."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def deliver(folder: Path, edition: str, source: Path, products: tuple[Product, ...]) -> Manifest:
    """Write the products and manifest.json to `folder`, replacing what was there when the new set is whole.

    Raises MachineError where the folder can't be written.
    """
    files = tuple(
        Delivered(p.path, hashlib.sha256(p.content).hexdigest(), len(p.content), p.pages, p.standard, p.send_as)
        for p in products
    )
    from importlib.metadata import version  # noqa: PLC0415 - it loads the email package

    tools = {"policybook": __version__, **{name: version(name) for name in TOOLS}}
    manifest = Manifest(edition, source_digest(source), files, tools)
    try:
        _replace(folder, products, manifest)
    except OSError as error:
        raise MachineError(
            f"{folder} can't be written: {error.strerror}", "free the disk, or name another --output"
        ) from error
    return manifest


def source_digest(folder: Path) -> str:
    """One SHA-256 of all files of a content folder, by name and bytes."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def _replace(folder: Path, products: tuple[Product, ...], manifest: Manifest) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    try:
        fresh.chmod(0o755)
        for product in products:
            target = fresh / product.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(product.content)
        (fresh / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    """Put `fresh` where `folder` is; the old one is moved aside first, since a folder can't replace a full one."""
    aside = folder.with_name(f".{folder.name}.old")
    if folder.exists():
        shutil.rmtree(aside, ignore_errors=True)
        folder.replace(aside)
    try:
        fresh.replace(folder)
    except BaseException:
        if aside.exists():
            aside.replace(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
