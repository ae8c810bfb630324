"""The content folder as a reader with a text editor sees it: titles, headings, marks and references by their spelling.

Nothing here is the package's: tests compare the finished book with what somebody wrote, not with what was parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.end_to_end.reading import normal

_MARK = re.compile(r"\{(index from|index to|index|place): *([^}]*)\}")
_NOTE = re.compile(r"\[[@^][^\]]+\](?!:)")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_PIECE = re.compile(f"{_MARK.pattern}|{_NOTE.pattern}|{_LINK.pattern}")
_REFERENCE = re.compile(r"\[([^\]]*)\]\((brief|case|table|figure|section):([^)]+)\)")
_DATA = re.compile(r"^::: (table|figure) (\S+)\n(.*?)^:::[ \t]*$", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.|>)\s+")
_DEFINITION = re.compile(r"^\[\^[^\]]+\]:\s*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as written: `index`, `index from`, `index to` or `place`; the headword or state, and the subentry."""

    kind: str
    headword: str
    subentry: str
    main: bool

    @property
    def entry(self) -> tuple[str, str]:
        """What the mark enters."""
        return self.headword, self.subentry


@dataclass(slots=True)
class Block:
    """Text with marks: `pattern` matches its comparable text, with an empty group for each mark.

    `kind` is what the index prints behind a page for it: n for a note, t for a table, f for a figure, or nothing.
    """

    kind: str = ""
    pattern: str = ""
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Text:
    """A Markdown file: its id, its folder, its header and its body."""

    path: Path

    @property
    def id(self) -> str:
        """The name under which the book knows it."""
        return self.path.stem

    @property
    def header(self) -> dict[str, Any]:
        """The YAML header."""
        return dict(yaml.safe_load(self.path.read_text("utf-8").split("---\n")[1]))

    @property
    def body(self) -> str:
        """What follows the header."""
        return self.path.read_text("utf-8").split("---\n", 2)[2]

    @property
    def title(self) -> str:
        """The title as it is printed at the head."""
        return str(self.header["title"])

    @property
    def short_title(self) -> str:
        """The title as running heads have it."""
        return str(self.header.get("short_title") or self.title)

    def headings(self, level: int) -> list[str]:
        """The headings of a level, in order."""
        found = re.findall(rf"^{'#' * level} +(.+?) *$", self.body, re.MULTILINE)
        return [_MARK.sub("", heading).replace("*", "").strip() for heading in found]

    def references(self) -> list[tuple[str, str]]:
        """Kind and id of each cross-reference that prints a page, wherever it stands in the file."""
        return [(kind, id) for _, kind, id in _REFERENCE.findall(self.path.read_text("utf-8"))]

    def blocks(self) -> Iterator[Block]:
        """The paragraphs, items, notes and captions of the body that hold marks."""
        for paragraph in _paragraphs(_DATA.sub("", self.body)):
            if _MARK.search(paragraph):
                yield _block(paragraph, "n" if _DEFINITION.match(paragraph) else "")
        for kind, _, data in self.data():
            for text in map(str, data.values()):
                if _MARK.search(text):
                    yield _block(text, kind[0])

    def data(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Kind, id and lines of each table and figure, in order."""
        for kind, id, lines in _DATA.findall(self.body):
            yield kind, id, yaml.safe_load(lines)


def _paragraphs(body: str) -> Iterator[str]:
    """Lines that belong together: up to an empty line, a new item, or a line of colons."""
    lines: list[str] = []
    for line in [*body.splitlines(), ""]:
        ends = not line.strip() or line.startswith((":::", "#"))
        if (ends or _ITEM.match(line)) and lines:
            yield "\n".join(lines)
            lines = []
        if not ends:
            lines.append(line)


def _block(paragraph: str, kind: str) -> Block:
    block = Block(kind)
    text = _ITEM.sub("", _DEFINITION.sub("", paragraph))
    at = 0
    for piece in _PIECE.finditer(text):
        block.pattern += re.escape(normal(text[at : piece.start()]))
        at = piece.end()
        kind, inside, words, address = piece.groups()
        if kind:
            for mark in _marks(kind, inside):
                block.pattern += f"(?P<m{len(block.marks)}>)"
                block.marks.append(mark)
        elif address is None:
            block.pattern += r"\d{1,3}"
        elif address.startswith(("http", "mailto", "term")):
            block.pattern += re.escape(normal(words)) if words else r"\w{1,60}?"
        else:
            block.pattern += re.escape(normal(words)) + (r"page\w{1,4}" if words else r"\w{1,120}?page\w{1,4}")
    block.pattern += re.escape(normal(text[at:]))
    return block


def _marks(kind: str, inside: str) -> Iterator[Mark]:
    for term in inside.split(";"):
        if kind == "place":
            city, _, state = term.strip().rpartition(", ")
            yield Mark(kind, state, city, main=False)
        else:
            entry, main = re.subn(r"\s*\(main\)\s*$", "", term.strip())
            headword, _, subentry = entry.partition(">")
            yield Mark(kind, headword.strip(), subentry.strip(), main=bool(main))


def marks_written(text: Text) -> int:
    """How many marks of notes a text has: those of the body outside of footnotes, and one for each sourced figure."""
    body = re.sub(r"^\[\^[^\]]+\]:.*?(?=^\S|\Z)", "", text.body, flags=re.MULTILINE | re.DOTALL)
    facts = [text.header.get("key_figures") or []]
    for case in text.header.get("cases") or []:
        facts += [case.get("figures") or [], case.get("outcome") or []]
    said = [fact for group in facts for fact in group]
    in_header = "".join([str(text.header.get("summary", "")), *(str(fact.get("text", "")) for fact in said)])
    return len(re.findall(r"\[[@^][^\]]+\]", body + in_header)) + sum(bool(fact.get("source")) for fact in said)


@dataclass(frozen=True)
class Sources:
    """A content folder."""

    folder: Path

    def yaml(self, name: str) -> Any:
        """A YAML file of the folder."""
        return yaml.safe_load((self.folder / name).read_text("utf-8"))

    @cached_property
    def edition(self) -> dict[str, Any]:
        """edition.yaml."""
        return dict(self.yaml("edition.yaml"))

    def matter(self, name: str) -> list[Text]:
        """The written units of front or back matter, in order."""
        paths = [self.folder / name / f"{unit}.md" for unit in self.edition[name]]
        return [Text(path) for path in paths if path.is_file()]

    @cached_property
    def parts(self) -> list[tuple[str, list[Text]]]:
        """The parts' titles, in order, each with its briefs in order."""
        folders = sorted(path for path in (self.folder / "parts").iterdir() if path.is_dir())
        return [
            (
                str(self.yaml(f"parts/{folder.name}/part.yaml")["title"]),
                sorted((Text(path) for path in folder.glob("*.md")), key=lambda text: text.header.get("order", 1)),
            )
            for folder in folders
        ]

    @cached_property
    def briefs(self) -> list[Text]:
        """All briefs in order."""
        return [brief for _, briefs in self.parts for brief in briefs]

    @cached_property
    def texts(self) -> list[Text]:
        """All texts in the order of print."""
        return [*self.matter("front"), *self.briefs, *self.matter("back")]

    def captions(self, kind: str) -> list[tuple[str, str]]:
        """Id and caption of each table or figure, in the order of print."""
        data = [found for text in self.texts for found in text.data() if found[0] == kind]
        return [(id, _MARK.sub("", lines["caption"]).replace("*", "").strip()) for _, id, lines in data]

    def name_of(self, kind: str, id: str) -> str:
        """What the place that a reference leads to is called."""
        if kind == "brief":
            return next(brief.title for brief in self.briefs if brief.id == id)
        if kind in ("table", "figure"):
            return dict(self.captions(kind))[id]
        text_id, _, name = id.partition("/")
        text = next(text for text in self.texts if text.id == text_id)
        if kind == "case":
            return str(next(case["place"] for case in text.header["cases"] if case["id"] == name))
        headings = [*text.headings(2), *text.headings(3)]
        return next(heading for heading in headings if re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") == name)
