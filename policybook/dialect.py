"""The dialect's own marks, as rules of markdown-it-py: what Markdown alone does not have, or what a book refuses.

Inline rules leave tokens that carry the position (`meta["at"]`) at which they start in the inline content, so that
`policybook.markdown` can tell line and column. What is refused becomes a token of type `problem`.

| written | token |
|---|---|
| `[@key, p. 4; @other]` | `citation` |
| `[^name]` | `footnote_mark` |
| `{index: …}`, `{index from: …}`, `{index to: …}`, `{place: …}` | `index_mark` |
| `::: name argument` … `:::` | `directive_open`, `directive_close`, or `data_block` |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.link import link as commonmark_link
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

PROSE_DIRECTIVES = ("case", "callout", "pullquote", "model-language")
DATA_DIRECTIVES = ("table", "figure")
#: Problems of blocks that are left out, with all that they hold.
LEFT_OUT = ("MARK003", "MARK004", "MARK007")
DIRECTIVES = PROSE_DIRECTIVES + DATA_DIRECTIVES

#: Where something other than text can start: at other characters the parser would try every rule for nothing.
STOPS = re.compile(r"[\n!&*<\[\\\]_`{]")

_CITATION = re.compile(r"\[@([^\[\]]+)\]")
_STRAY_CITATION = re.compile(r"\[@[^\s\]]*\]?")
_FOOTNOTE = re.compile(r"\[\^([^\s\[\]]+)\](?!:)")
_MARK = re.compile(r"\{(index from|index to|index|place):([^{}\n]*)\}")
_BRACES = re.compile(r"\{+[^{}\n]{0,200}\}*")
_HTML = re.compile(r"</?[A-Za-z][^<>\n]*>|<!--.*?-->|<[!?][^>\n]*>")
_IMAGE = re.compile(r"!\[[^\[\]]*\](\([^()]*\)|\[[^\[\]]*\])")
_ADDRESS = re.compile(r"<(https?|mailto):[^<>\s]*>")
_CODE = re.compile(r"`+[^`]*`*")
_SIGNS = (
    (re.compile(r"(?<!-)---(?!-)"), "—"),
    (re.compile(r"(?<!-)--(?!-)"), "–"),
    (re.compile(r"(?<!\.)\.{3}(?!\.)"), "…"),
)
_OPENING_QUOTE = re.compile(r'(?<![^\s([—–‘])"')
_MIDDLE_OF_LINK = re.compile(r"\]\(")
_DIRECTIVE = re.compile(r"(:{3,})[ \t]*([^\s:]*)[ \t]*(.*?)[ \t]*$")


def markdown_parser() -> MarkdownIt:
    """CommonMark without HTML, pictures, code and rules, with footnotes, typographic signs and the dialect's marks."""
    parser = _typographic(MarkdownIt("commonmark", {"html": False})).use(footnote_plugin, inline=False)
    parser.disable(["html_block", "html_inline", "image", "backticks", "fence", "code", "hr", "lheading", "reference"])
    parser.disable(["footnote_ref", "footnote_tail"])
    # Schemes are judged by `policybook.markdown`, which can say what is wrong; markdown-it would print the source.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    alternatives = ["paragraph", "blockquote", "list", "footnote_def"]
    parser.block.ruler.before("blockquote", "directive", _directive, {"alt": alternatives})
    parser.inline.ruler.at("link", _link)
    parser.inline.terminator_re = STOPS
    rules = (
        ("refused", _refused),
        ("stray_link", _stray_link),
        ("citation", _citation),
        ("footnote_mark", _footnote),
        ("mark", _mark),
    )
    for name, rule in rules:
        parser.inline.ruler.before("link", name, rule)
    return parser


@dataclass(slots=True)
class Node:
    """A token with what it holds: the tokens up to the one that closes it, or the words of a paragraph."""

    token: Token
    children: list[Node]

    @property
    def type(self) -> str:
        """The token's type, without the word that it opens something."""
        return self.token.type.removesuffix("_open")

    @property
    def content(self) -> str:
        """What was written, as far as the token keeps it."""
        return self.token.content

    @property
    def meta(self) -> dict[str, Any]:
        """What a rule of the dialect says of the token."""
        return self.token.meta

    @property
    def rows(self) -> Sequence[int]:
        """The lines that the node was read from, from the first to the one behind the last."""
        return self.token.map or (0, 0)


def tree(tokens: Iterable[Token]) -> list[Node]:
    """The nodes of a stream of tokens.

    Not markdown-it's own tree, which takes five times as long and whose nodes hold each other until they are collected.
    """
    top: list[Node] = []
    siblings = [top]
    for token in tokens:
        if token.nesting < 0:
            siblings.pop()
            continue
        node = Node(token, tree(token.children or ()))
        siblings[-1].append(node)
        if token.nesting > 0:
            siblings.append(node.children)
    return top


def _dashes(state: StateCore) -> None:
    """Dashes and ellipses. Not markdown-it's own rule, which makes 501©(3) of 501(c)(3)."""
    for token in _prose(state):
        if "--" in token.content or "..." in token.content:
            for pattern, sign in _SIGNS:
                token.content = pattern.sub(sign, token.content)


def _leftover_quotes(state: StateCore) -> None:
    """Quotes without a partner: the apostrophe of ’90s or behind a mark, and the opening of each quoted paragraph."""
    for token in _prose(state):
        if '"' in token.content or "'" in token.content:
            token.content = _OPENING_QUOTE.sub("“", token.content).replace('"', "”").replace("'", "’")


def _prose(state: StateCore) -> Iterator[Token]:
    """The pieces of running text, without those that stand for an address."""
    for block in state.tokens:
        address = False
        for token in block.children or ():
            if token.info == "auto":
                address = token.type == "link_open"
            elif token.type == "text" and not address:
                yield token


def quotes_parser() -> MarkdownIt:
    """No Markdown at all, only typographic signs."""
    return _typographic(MarkdownIt("zero"))


def _typographic(parser: MarkdownIt) -> MarkdownIt:
    """Dashes, ellipses, quotes and apostrophes for what is written on a keyboard."""
    parser.options["typographer"] = True
    parser.enable("smartquotes")
    parser.core.ruler.before("smartquotes", "dashes", _dashes)
    parser.core.ruler.after("smartquotes", "leftover_quotes", _leftover_quotes)
    return parser


def _push(state: StateInline, match: re.Match[str], kind: str, silent: bool, **meta: object) -> bool:
    if not silent:
        token = state.push(kind, "", 0)
        token.content = match[0]
        token.meta = {"at": state.pos, "groups": match.groups(), **meta}
    state.pos = match.end()
    return True


def _citation(state: StateInline, silent: bool) -> bool:
    match = _CITATION.match(state.src, state.pos, state.posMax)
    if match:
        return _push(state, match, "citation", silent)
    stray = _STRAY_CITATION.match(state.src, state.pos, state.posMax)
    if stray is None:
        return False
    return _push(state, stray, "problem", silent, code="MARK009", said=f"“{stray[0]}” is not a citation")


def _footnote(state: StateInline, silent: bool) -> bool:
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    return bool(match) and _push(state, match, "footnote_mark", silent)  # type: ignore[arg-type]


def _mark(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    match = _MARK.match(state.src, state.pos, state.posMax)
    if match:
        return _push(state, match, "index_mark", silent)
    braces = _BRACES.match(state.src, state.pos, state.posMax)
    if braces is None:
        return False
    return _push(state, braces, "problem", silent, code="MARK008", said=f"“{braces[0]}” is no mark of this book")


def _refused(state: StateInline, silent: bool) -> bool:
    character = state.src[state.pos]
    if character == "<":
        autolink = _ADDRESS.match(state.src, state.pos)
        match = None if autolink else _HTML.match(state.src, state.pos, state.posMax)
        if match:
            return _push(state, match, "problem", silent, code="MARK001", said=f"“{match[0][:40]}” is HTML")
    if character == "!":
        match = _IMAGE.match(state.src, state.pos, state.posMax)
        if match:
            return _push(state, match, "problem", silent, code="MARK002", said=f"“{match[0][:40]}” is a picture")
    if character == "`":
        match = _CODE.match(state.src, state.pos, state.posMax)
        if match:
            return _push(state, match, "problem", silent, code="MARK007", said="code is not part of the dialect")
    return False


def _stray_link(state: StateInline, silent: bool) -> bool:
    """The middle of a link that could not be read: it would be printed as it is written."""
    match = None if silent else _MIDDLE_OF_LINK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    hint = "write [words](target) without spaces in the target, and without notes and links in the words"
    return _push(state, match, "problem", silent, code="MARK007", said="this link can't be read", hint=hint)


def _link(state: StateInline, silent: bool) -> bool:
    start, before = state.pos, len(state.tokens)
    if not commonmark_link(state, silent):
        return False
    for token in state.tokens[before:]:
        if token.type == "link_open":
            token.meta = {"at": start}
            break
    return True


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: name argument` up to `:::` of as many colons; a directive inside another has fewer or as many colons."""
    opening = _line(state, start)
    match = _DIRECTIVE.fullmatch(opening)
    if match is None:
        return False
    if silent:
        return True
    colons, name, argument = match.groups()
    if name not in DIRECTIVES:
        return _refuse_directive(state, start, end, match)
    last, closed = _closing_line(state, start, end, len(colons))
    if not closed:
        _problem(state, start, "MARK004", f"“::: {name}” is opened here and not closed")
        last = _probable_end(state, start, end, is_data=name in DATA_DIRECTIVES)
    if name in DATA_DIRECTIVES:
        token = state.push("data_block", "", 0)
        token.content = state.getLines(start + 1, last, state.sCount[start], False)
    else:
        token = state.push("directive_open", "div", 1)
        outer = state.lineMax
        state.lineMax = last
        token.map = [start, last]
        state.md.block.tokenize(state, start + 1, last)
        state.lineMax = outer
        state.push("directive_close", "div", -1)
    token.map = [start, last]
    token.info = name
    token.meta = {"argument": argument}
    state.line = last + 1 if closed else last
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _closing_line(state: StateBlock, start: int, end: int, colons: int) -> tuple[int, bool]:
    """The line that closes the directive opened at `start`, or the end and False."""
    depth = 0
    for number in range(start + 1, end):
        match = _DIRECTIVE.fullmatch(_line(state, number))
        if match is None:
            continue
        if match[2]:
            depth += 1
        elif depth:
            depth -= 1
        elif len(match[1]) >= colons:
            return number, True
    return end, False


def _probable_end(state: StateBlock, start: int, end: int, *, is_data: bool) -> int:
    """Where a block that is not closed was meant to end: before the next section, or behind its lines of YAML."""
    for number in range(start + 1, end):
        line = _line(state, number)
        if line.startswith("## ") or (is_data and not line.strip()):
            return number
    return end


def _refuse_directive(state: StateBlock, start: int, end: int, match: re.Match[str]) -> bool:
    """A block of an unknown name is left out up to its end, so that what it holds is not misread."""
    colons, name, _ = match.groups()
    if name:
        _problem(state, start, "MARK003", f"“{name}” is not a block of this book", name)
        last, closed = _closing_line(state, start, end, len(colons))
        state.line = last + 1 if closed else start + 1
    else:
        _problem(state, start, "MARK004", "“:::” closes a block that was not opened")
        state.line = start + 1
    return True


def _problem(state: StateBlock, line: int, code: str, said: str, word: str = "") -> None:
    token = state.push("block_problem", "", 0)
    token.map = [line, line + 1]
    token.meta = {"code": code, "said": said, "word": word}
