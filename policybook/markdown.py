"""Markdown into the nodes of `policybook.text`, each with its line and column. The only user of markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from markdown_it.token import Token

from policybook.diagnostics import Problem, Source, suggestion
from policybook.dialect import DIRECTIVES, STOPS, Node, markdown_parser, quotes_parser, tree
from policybook.places import ParagraphPlaces, Places, ValuePlaces
from policybook.text import (
    Aside,
    Block,
    CaseStory,
    Citation,
    CitationItem,
    CrossReference,
    DataBlock,
    Emphasis,
    FootnoteReference,
    Heading,
    IndexMark,
    IndexTerm,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Paragraph,
    Quotation,
    Strong,
    Text,
)

TARGET_KINDS = ("brief", "table", "figure", "case", "term", "section")
_CONTAINERS = ("blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open", "directive_open")
_WEB = ("http:", "https:", "mailto:")
_PARSER = markdown_parser()
_QUOTES = quotes_parser()
_HEADER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
#: What is set otherwise than it is typed, or that the parser replaces.
_TYPED = re.compile(r"['\"\r\0]|--|\.\.\.")
#: Texts whose reading is remembered while the process lives: those of a long book, for one that is under edit.
_READ = 2048
_KEY = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_:.-]*)(?:,\s*(.+))?")
_REFUSED_LINE = re.compile(r"\s{0,3}(\||(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|```|~~~)")


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote's text, and where it is defined."""

    blocks: tuple[Block, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown text: its blocks, its footnotes by name, and the problems found."""

    blocks: tuple[Block, ...]
    footnotes: dict[str, Footnote]
    problems: tuple[Problem, ...]


def split_header(text: str, path: str) -> tuple[str, str, int, tuple[Problem, ...]]:
    """A file's YAML header and its body, and the line of the file on which the body starts."""
    match = _HEADER.match(text)
    if match is None:
        hint = "a brief starts with ---, its title and summary, and --- again; docs/content-format.md shows one"
        body = "" if text.startswith("---") else text  # a header that is not closed is no Markdown
        return "", body, 1, (Problem("MARK005", "the header is missing or not closed", Source(path), hint),)
    return match[1], text[match.end() :], text[: match.end()].count("\n") + 1, ()


@lru_cache(maxsize=_READ)
def read_markdown(text: str, path: str, *, first_line: int = 1) -> Document:
    """A body of Markdown. `first_line` is the line of the file on which `text` starts.

    The same text is read once; nobody may change what is read.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")  # as the parser does
    reader = _Reader(path, text.split("\n"), first_line)
    tokens = _PARSER.parse(text)
    reader.refuse_depth(tokens)
    blocks = tuple(reader.blocks(tree(tokens)))
    return Document(blocks, reader.footnotes, tuple(reader.problems))


def typographic(text: str) -> str:
    """Text of a YAML value that is printed as it stands, with typographic quotes, dashes and apostrophes."""
    if not _TYPED.search(text):
        return text
    tokens = _QUOTES.parseInline(text)
    return "".join(child.content for token in tokens for child in token.children or ())


def read_inline(text: str, source: Source, lines: Sequence[str] = ()) -> tuple[tuple[Inline, ...], tuple[Problem, ...]]:
    """Running text of a YAML value, such as a caption, which starts at `source`.

    `lines` are the file's; in them the words are found again, whatever quotes and folds YAML has put around them.
    """
    text = " ".join(line.strip() for line in text.split("\n"))
    if not (STOPS.search(text) or _TYPED.search(text)):
        return ((Text(text),) if text else ()), ()
    reader = _Reader(source.path, list(lines), 1)
    tokens = _PARSER.parseInline(text)
    if any(child.level >= _PARSER.options["maxNesting"] for child in tokens[0].children or ()):
        return (), (Problem("MARK007", "this is nested too deeply", source),)
    (node,) = tree(tokens)
    inlines = tuple(reader.children(node, ValuePlaces(node.content, source, lines)))
    return inlines, tuple(reader.problems)


@dataclass(slots=True)
class _Reader:
    """Walks a tree of tokens. `lines` are those of the text, `first_line` the file's line of the first of them."""

    path: str
    lines: list[str]
    first_line: int
    footnotes: dict[str, Footnote] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, message: str, source: Source, hint: str = "") -> None:
        self.problems.append(Problem(code, message, source, hint))

    def line_source(self, index: int) -> Source:
        text = self.lines[index] if index < len(self.lines) else ""
        return Source(self.path, self.first_line + index, len(text) - len(text.lstrip()) + 1)

    def source(self, node: Node) -> Source:
        return self.line_source(node.rows[0])

    def places(self, node: Node) -> Places:
        return ParagraphPlaces(node.content, self.path, self.lines, self.first_line, node.rows)

    def word_source(self, node: Node, word: str) -> Source:
        """The place of the last word of a block's first line, or of the line where it has no such word."""
        line = self.source(node)
        at = self.lines[line.line - self.first_line].rfind(word) if word else -1
        return Source(self.path, line.line, at + 1) if at >= 0 else line

    def refuse_depth(self, tokens: Sequence[Token]) -> None:
        """Report what is nested too deeply: blocks, which the parser leaves out, and words, which are left out here."""
        deepest = _PARSER.options["maxNesting"] - 1
        for token in tokens:
            blocks = token.level >= deepest and token.nesting == 1 and token.type in _CONTAINERS
            words = any(child.level > deepest for child in token.children or ())
            if words:
                token.children = []
            if blocks or words:
                source = self.line_source(token.map[0] if token.map else 0)
                self.report("MARK007", "this is nested too deeply", source)
            if blocks:
                return

    # blocks

    def blocks(self, nodes: list[Node]) -> Iterator[Block]:
        for node in nodes:
            convert = _BLOCKS.get(node.type)
            if convert is None:
                self.report("MARK007", f"“{node.type}” is not part of the dialect", self.source(node))
            else:
                yield from convert(self, node)

    def paragraph(self, node: Node) -> Iterator[Block]:
        words, position = node.children[0], 0
        for line in words.content.split("\n"):
            if match := _REFUSED_LINE.match(line):
                source = self.places(words).at(position + match.start(1))
                hint = "a table is written as a ::: table block" if match[1] == "|" else ""
                self.report("MARK007", "this kind of Markdown is not part of the dialect", source, hint)
                return
            position += len(line) + 1
        yield Paragraph(tuple(self.inlines(node.children[0])), self.source(node))

    def heading(self, node: Node) -> Iterator[Block]:
        level = int(node.token.tag[1])
        if level not in (2, 3):
            self.report(
                "MARK006", f"a heading of level {level} is not allowed here", self.source(node), "use ## or ###"
            )
        words = node.children[0]
        yield Heading(level, tuple(self.inlines(words)), self.places(words).at(0))

    def item_list(self, node: Node) -> Iterator[Block]:
        items = tuple(tuple(self.blocks(item.children)) for item in node.children)
        start = int(node.token.attrs.get("start", 1))
        yield ItemList(node.type == "ordered_list", start, items, self.source(node))

    def quotation(self, node: Node) -> Iterator[Block]:
        yield Quotation(tuple(self.blocks(node.children)), self.source(node))

    def directive(self, node: Node) -> Iterator[Block]:
        name, argument = node.token.info, str(node.meta["argument"])
        blocks = tuple(self.blocks(node.children))
        if name == "case":
            yield CaseStory(argument, blocks, self.word_source(node, argument))
        else:
            yield Aside(name, typographic(argument), blocks, self.source(node))

    def data_block(self, node: Node) -> Iterator[Block]:
        source = self.word_source(node, str(node.meta["argument"]))
        yield DataBlock(node.token.info, str(node.meta["argument"]), node.content, source, source.line + 1)

    def footnote(self, node: Node) -> Iterator[Block]:
        name, source = str(node.meta["label"]), self.source(node)
        if name in self.footnotes:
            self.report("NOTE003", f"the footnote “{name}” is defined twice", source)
        else:
            self.footnotes[name] = Footnote(tuple(self.blocks(node.children)), source)
        return iter(())

    def block_problem(self, node: Node) -> Iterator[Block]:
        name = str(node.meta["word"])
        source, hint = self.source(node), ""
        if name:
            line = self.lines[source.line - self.first_line]
            source, hint = replace(source, column=line.find(name) + 1), suggestion(name, DIRECTIVES)
        self.report(str(node.meta["code"]), str(node.meta["said"]), source, hint)
        return iter(())

    # inline nodes

    def inlines(self, node: Node) -> Iterator[Inline]:
        """The nodes of an `inline` token, whose content is some lines of the text without their indentation."""
        yield from self.children(node, self.places(node))

    def children(self, parent: Node, places: Places) -> Iterator[Inline]:
        for node in parent.children:
            convert = _INLINES.get(node.type)
            if convert is None:
                self.report("MARK007", f"“{node.type}” is not part of the dialect", places.at(_position(node)))
            else:
                yield from convert(self, node, places)

    def inline_text(self, node: Node, _: Places) -> Iterator[Inline]:
        if node.content:
            yield Text(node.content)

    def inline_space(self, _node: Node, _: Places) -> Iterator[Inline]:
        yield Text(" ")

    def inline_line_break(self, _node: Node, _: Places) -> Iterator[Inline]:
        yield LineBreak()

    def inline_emphasis(self, node: Node, places: Places) -> Iterator[Inline]:
        yield Emphasis(tuple(self.children(node, places)))

    def inline_strong(self, node: Node, places: Places) -> Iterator[Inline]:
        yield Strong(tuple(self.children(node, places)))

    def inline_footnote_mark(self, node: Node, places: Places) -> Iterator[Inline]:
        yield FootnoteReference(str(node.meta["groups"][0]), places.at(_position(node)))

    def inline_problem(self, node: Node, places: Places) -> Iterator[Inline]:
        self.report(str(node.meta["code"]), str(node.meta["said"]), places.at(_position(node)), _hint(node))
        return iter(())

    def inline_link(self, node: Node, places: Places) -> Iterator[Inline]:
        href = str(node.token.attrs.get("href", ""))
        children = tuple(self.children(node, places))
        source = places.of_target(_position(node), href)
        scheme, _, rest = href.partition(":")
        if scheme in TARGET_KINDS and rest:
            yield CrossReference(scheme, rest, children, source)
        elif href.lower().startswith(_WEB):
            yield Link(href, children, source)
        else:
            hint = "write https://…, or " + ", ".join(f"{kind}:id" for kind in TARGET_KINDS)
            self.report("LINK002", f"a book can't follow a link to “{href[:60]}”", source, hint)

    def inline_citation(self, node: Node, places: Places) -> Iterator[Inline]:
        items = []
        offset = 1
        for piece in node.content[1:-1].split(";"):
            source = places.at(_position(node) + offset + len(piece) - len(piece.lstrip()))
            match = _KEY.fullmatch(piece.strip())
            if match is None:
                self.report(
                    "MARK009", f"“{piece.strip()}” is not a citation", source, "write [@key] or [@key, p. 4; @other]"
                )
            else:
                items.append(CitationItem(match[1], match[2] or "", source))
            offset += len(piece) + 1
        if items:
            yield Citation(tuple(items), places.at(_position(node)))

    def inline_index_mark(self, node: Node, places: Places) -> Iterator[Inline]:
        verb, body = str(node.meta["groups"][0]), str(node.meta["groups"][1])
        offset = _position(node) + 1 + len(verb) + 1
        terms = []
        for piece in body.split(";"):
            source = places.at(offset + len(piece) - len(piece.lstrip()))
            offset += len(piece) + 1
            term = _place_term(piece, source) if verb == "place" else _subject_term(piece, source)
            if term is None:
                hint = "write {place: Denver, CO}" if verb == "place" else "write {index: headword > subentry}"
                self.report("MARK008", f"“{piece.strip()}” is not an entry", source, hint)
            else:
                terms.append(term)
        span = {"index from": "from", "index to": "to"}.get(verb, "point")
        if terms:
            yield IndexMark("place" if verb == "place" else "subject", span, tuple(terms), places.at(_position(node)))


def _position(node: Node) -> int:
    """Where in running text a node stands that knows it; where the text starts for any other."""
    return int(node.meta.get("at", 0))


def _subject_term(piece: str, source: Source) -> IndexTerm | None:
    text = piece.strip()
    main = text.endswith("(main)")
    headword, _, subentry = (part.strip() for part in text.removesuffix("(main)").partition(">"))
    return IndexTerm(headword, subentry, main, source) if headword and ">" not in subentry else None


def _place_term(piece: str, source: Source) -> IndexTerm | None:
    match = re.fullmatch(r"(.+?),\s*([A-Z]{2})", piece.strip())
    if match is None:
        return None
    return IndexTerm(match[2], match[1], False, replace(source, column=source.column + match.start(2)))


def _hint(node: Node) -> str:
    return (
        str(node.meta.get("hint", ""))
        or {
            "MARK001": "write Markdown instead; a “<” that is meant as a sign is written \\<",
            "MARK002": "write a ::: figure block, with alt and caption",
            "MARK007": "set words off with *emphasis* or quotation marks",
            "MARK009": "write [@key] or [@key, p. 4; @other]",
            "MARK008": "write {index: headword > subentry} or {place: City, ST}; for a brace as a sign, write \\{",
        }[str(node.meta["code"])]
    )


_INLINES: dict[str, Callable[[_Reader, Node, Places], Iterator[Inline]]] = {
    "text": _Reader.inline_text,
    "softbreak": _Reader.inline_space,
    "hardbreak": _Reader.inline_line_break,
    "em": _Reader.inline_emphasis,
    "strong": _Reader.inline_strong,
    "link": _Reader.inline_link,
    "citation": _Reader.inline_citation,
    "footnote_mark": _Reader.inline_footnote_mark,
    "index_mark": _Reader.inline_index_mark,
    "problem": _Reader.inline_problem,
}
_BLOCKS: dict[str, Callable[[_Reader, Node], Iterator[Block]]] = {
    "paragraph": _Reader.paragraph,
    "heading": _Reader.heading,
    "bullet_list": _Reader.item_list,
    "ordered_list": _Reader.item_list,
    "blockquote": _Reader.quotation,
    "directive": _Reader.directive,
    "data_block": _Reader.data_block,
    "footnote_reference": _Reader.footnote,
    "block_problem": _Reader.block_problem,
}
