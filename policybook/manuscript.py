"""Read: a content folder becomes a manuscript. Nothing outside the folder is opened, and nothing is judged by meaning.

What can't be read is a problem in the manuscript; assembly reports it together with its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from policybook.diagnostics import Problem, Source
from policybook.edition import Edition, GlossaryEntry, Headword, Organization, Reference
from policybook.headers import BriefHeader, PartModel, ProseHeader
from policybook.ids import ID, slug
from policybook.markdown import Document, read_markdown, split_header
from policybook.records import Reading, Record, read

T = TypeVar("T")

#: Files larger than this are not text that somebody wrote (bytes).
LARGEST_TEXT = 8 * 1024 * 1024
#: The YAML files of an edition.
EDITION_FILES = ("edition.yaml", "organizations.yaml", "index.yaml", "glossary.yaml", "references.yaml")
PICTURES = (".svg", ".png", ".jpg", ".jpeg")


_CELL = re.compile(r'(?:^|,)("(?:[^"]|"")*"?|[^,]*)')
_LOOSE_QUOTE = re.compile(r'(?:^|,)"(?:[^"]|"")*(")(?=[^,])')


@dataclass(frozen=True, slots=True)
class Writing:
    """A Markdown file: its id (the file's name), its header and its text. The header is None if it can't be used."""

    id: str
    header: Record[Any] | None
    document: Document
    source: Source


@dataclass(frozen=True, slots=True)
class PartFolder:
    """A folder under parts/: its id (its name without the number), its record and its briefs."""

    id: str
    record: Record[PartModel] | None
    briefs: tuple[Writing, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV file: its head, and its rows, each with its line."""

    path: str
    fields: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Everything that a content folder holds, as read, with the problems found.

    Paths are as problems show them: `shown` is the folder's, `lines` holds each text file's lines, `files` names all.
    """

    shown: str
    edition: Record[Edition] | None
    organizations: Record[tuple[Organization, ...]] | None
    vocabulary: Record[tuple[Headword, ...]] | None
    glossary: Record[tuple[GlossaryEntry, ...]] | None
    references: Record[tuple[Reference, ...]] | None
    front: Mapping[str, Writing]
    back: Mapping[str, Writing]
    parts: tuple[PartFolder, ...]
    data: Mapping[str, DataFile]
    images: Mapping[str, bytes]
    lines: Mapping[str, tuple[str, ...]]
    files: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def unread(self) -> frozenset[str]:
        """The paths of files that are there and could not be read."""
        return frozenset(p.source.path for p in self.problems if p.source and p.code.startswith("FILE"))


def read_manuscript(folder: Path) -> Manuscript:
    """The content folder of an edition, such as `content/2026`, as a manuscript."""
    desk = _Desk(folder)
    parts = tuple(
        desk.part(path) for path in sorted((folder / "parts").glob("*")) if path.is_dir() and not path.is_symlink()
    )
    return Manuscript(
        shown=desk.shown,
        edition=desk.record("edition.yaml", Edition),
        organizations=desk.record("organizations.yaml", tuple[Organization, ...]),
        vocabulary=desk.record("index.yaml", tuple[Headword, ...]),
        glossary=desk.record("glossary.yaml", tuple[GlossaryEntry, ...]),
        references=desk.record("references.yaml", tuple[Reference, ...]),
        front=desk.writings("front"),
        back=desk.writings("back"),
        parts=parts,
        data=desk.data(),
        images=desk.images(),
        lines=desk.lines,
        files=desk.files(),
        problems=tuple(desk.problems),
    )


def cell_source(path: str, line: int, position: int, lines: Sequence[str]) -> Source:
    """The place of a cell of the row of CSV that starts on a line; the line's end where it has fewer cells."""
    text = lines[line - 1]
    starts = [match.start(1) for match in _CELL.finditer(text)]
    return Source(path, line, (starts[position] if position < len(starts) else len(text)) + 1)


def quote_source(path: str, line: int, lines: Sequence[str]) -> Source:
    """The place of the quotation mark at fault in the row of CSV that starts on a line, or of the line."""
    text = lines[line - 1]
    loose = _LOOSE_QUOTE.search(text)
    return Source(path, line, (loose.start(1) if loose else max(text.rfind('"'), 0)) + 1)


class _Desk:
    """Opens the files of one content folder, and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.resolve()
        self.shown = folder.name if not folder.parent.name else f"{folder.parent.name}/{folder.name}"
        self.problems: list[Problem] = []
        self.lines: dict[str, tuple[str, ...]] = {}

    def name(self, path: Path) -> str:
        """The path as problems show it: from the project's folder."""
        return f"{self.shown}/{path.relative_to(self.folder).as_posix()}"

    def content(self, path: Path) -> bytes | None:
        """A file's bytes, or None with a problem where it leads out of the folder, is too large or can't be opened."""
        source = Source(self.name(path))
        try:
            if not path.resolve().is_relative_to(self.root):
                self.problems.append(Problem("FILE003", f"“{path.name}” leads out of the content folder", source))
            elif not path.is_file():
                self.problems.append(Problem("FILE001", f"“{path.name}” is not a file", source))
            elif path.stat().st_size > LARGEST_TEXT:
                self.problems.append(Problem("FILE002", f"“{path.name}” is larger than 8 MiB", source))
            else:
                return path.read_bytes()
        except (OSError, RuntimeError) as error:  # Path.resolve raises RuntimeError for links that lead in a circle
            said = getattr(error, "strerror", None) or "its links lead in a circle"
            self.problems.append(Problem("FILE001", f"“{path.name}” can't be opened: {said}", source))
        return None

    def text(self, path: Path) -> str | None:
        """A file's text with unix newlines, or None with a problem."""
        data = self.content(path)
        if data is None:
            return None
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            row = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
            column = len(row.decode("utf-8-sig", "replace")) + 1
            self.problems.append(Problem("FILE002", "this is not text in UTF-8", Source(self.name(path), line, column)))
            return None
        self.lines[self.name(path)] = tuple(text.split("\n"))
        return text

    def take(self, reading: Reading[T]) -> Record[T] | None:
        """A reading's record, its problems added to ours."""
        self.problems.extend(reading.problems)
        return reading.record

    def record(self, name: str, model: Any) -> Record[Any] | None:
        """A YAML file of the edition."""
        path = self.folder / name
        if not path.is_file():
            self.problems.append(Problem("FILE001", f"“{name}” is not there", Source(f"{self.shown}/{name}")))
            return None
        text = self.text(path)
        return None if text is None else self.take(read(text, self.name(path), model))

    def writing(self, path: Path, model: Any) -> Writing | None:
        """A Markdown file with its header."""
        text = self.text(path)
        if text is None:
            return None
        name = self.name(path)
        if not ID.fullmatch(path.stem):
            said = f"“{path.stem}” can't be the id of a text"
            self.problems.append(Problem("FILE005", said, Source(name), f"call the file {slug(path.stem)}.md"))
            return None
        header, body, first_line, problems = split_header(text, name)
        record = None if problems else self.take(read(header, name, model, first_line=2))
        document = read_markdown(body, name, first_line=first_line)
        self.problems.extend((*problems, *document.problems))
        return Writing(path.stem, record, document, Source(name))

    def writings(self, folder: str) -> dict[str, Writing]:
        """The Markdown files of front/ or back/, by id."""
        found = (self.writing(path, ProseHeader) for path in sorted((self.folder / folder).glob("*.md")))
        return {writing.id: writing for writing in found if writing is not None}

    def part(self, path: Path) -> PartFolder:
        """A folder under parts/."""
        relative = path.relative_to(self.folder).as_posix()
        record = self.record(f"{relative}/part.yaml", PartModel)
        briefs = (self.writing(file, BriefHeader) for file in sorted(path.glob("*.md")))
        name = path.name.lstrip("0123456789").lstrip("-")
        return PartFolder(name, record, tuple(b for b in briefs if b), Source(f"{self.shown}/{relative}/part.yaml"))

    def data(self) -> dict[str, DataFile]:
        """The CSV files of data/, by name."""
        found = {}
        for path in sorted((self.folder / "data").glob("*.csv")):
            text = self.text(path)
            if text is not None:
                found[path.name] = self._csv(text, self.name(path))
        return found

    def _csv(self, text: str, name: str) -> DataFile:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows: list[tuple[int, tuple[str, ...]]] = []
        first = 1
        try:
            for row in reader:
                rows.append((first, tuple(cell.strip() for cell in row)))
                first = reader.line_num + 1
        except csv.Error:
            hint = "a quotation mark inside a cell is written twice, and the cell stands between two more"
            place = quote_source(name, first, self.lines[name])
            self.problems.append(Problem("TABL002", "the quotation marks of this row don't match", place, hint))
        rows = [row for row in rows if row[1]]
        fields = rows[0][1] if rows else ()
        repeated = next((head for head, count in Counter(fields).items() if count > 1), None)
        if repeated is not None:
            second = fields.index(repeated, fields.index(repeated) + 1)
            place = cell_source(name, rows[0][0], second, self.lines[name])
            self.problems.append(Problem("TABL005", f"two columns have the head “{repeated}”", place))
        for line, cells in rows[1:]:
            if len(cells) != len(fields):
                said = f"{len(cells)} cells stand here, and {len(fields)} in the head"
                place = cell_source(name, line, min(len(cells), len(fields)), self.lines[name])
                self.problems.append(Problem("TABL002", said, place))
        return DataFile(name, fields, tuple(row for row in rows[1:] if len(row[1]) == len(fields)))

    def files(self) -> tuple[str, ...]:
        """The names of all files of the edition but those that editors and systems hide."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_dir() and path.is_symlink():
                said = f"“{path.name}” is a link to another folder, which is not followed"
                self.problems.append(Problem("FILE003", said, Source(self.name(path))))
            hidden = any(part.startswith((".", "~")) for part in path.relative_to(self.folder).parts)
            if path.is_file() and not hidden and not path.name.endswith("~"):
                found.append(self.name(path))
        return tuple(found)

    def images(self) -> dict[str, bytes]:
        """The pictures of images/, by name."""
        found = {}
        for path in sorted((self.folder / "images").glob("*")):
            if path.suffix.lower() in PICTURES:
                data = self.content(path)
                if data is not None:
                    found[path.name] = data
        return found
