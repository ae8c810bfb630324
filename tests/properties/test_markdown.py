"""Whatever stands in a file, reading it ends, and every problem is somewhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from policybook.diagnostics import Source
from policybook.dialect import markdown_parser, quotes_parser
from policybook.edition import Edition, GlossaryEntry, Headword, Organization, Reference
from policybook.headers import BriefHeader, FigureBlockModel, PartModel, ProseHeader, TableModel
from policybook.markdown import read_inline, read_markdown, split_header, typographic
from policybook.records import read
from policybook.text import CitationItem, IndexTerm, Text

#: What may mean something, in all its breakage.
SIGNS = [
    "[", "]", "(", ")", "{", "}", "<", ">", "!", "`", "*", "_", "\\", "@", "^", ":", ";", ",", "#", "|", "\n", "\n\n",
    "    ", "\t", "- ", "1. ", "> ", "## ", "### ", ":::", "::::", "::: case a", "::: callout B", "::: table c",
    "::: d", "[^a]", "[^a]: ", "[@a]", "[@a, p. 4; @b]", "{index: a}", "{index from: a > b}", "{index to: a > b}",
    "{{ a }}",
    "{place: Denver, CO}", "{a}", "[a](", "brief:a", "javascript:", "https://a.org", "<https://a.org>", "![", "<b>",
    "<!--", "-->", "&amp;", "&#0;", "---", "--", "...", '"', "'", "\\\n", "  \n", "é", "\u00a0", "\u2028", "\x0b",
    "\x0c", "\x00", "\ufeff", "\r", "\r\n", "\x85", "😀", "\u0301", "a", "word ", "(main)", "<a\nb>", "```", "***",
]  # fmt: skip
YAML = [
    "title", "summary", "cases", "columns", ": ", ":", "\n", "- ", "  ", "{", "}", "[", "]", ",", "'", '"', "#", "&a ",
    "*a", "!!str ", "!", "|", ">", "%", "@", "`", "\t", "? ", "---", "...", "<<", "\x00", "\ufeff", "\x85", "\u2028",
    "😀", "x", "1", "\r", "\\", "%YAML 1.1\n", "\x7f", "title: A\n", "summary: B\n", "cases:\n- id: a\n",
    "  state: NO\n", "key_figures: [{text: a}]\n", "pages: 2\n", "- {field: a}\n", "where: {a: b}\n",
    "source: [a, [b]]\n",
]  # fmt: skip
#: What a file in UTF-8 can hold.
ANY = st.text(st.characters(codec="utf-8"), max_size=60)
MARKDOWN = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join) | ANY
HEADERS = st.lists(st.sampled_from(YAML), max_size=30).map("".join) | ANY
MODELS = [
    BriefHeader, PartModel, ProseHeader, TableModel, FigureBlockModel, Edition,
    tuple[Organization, ...], tuple[Headword, ...], tuple[GlossaryEntry, ...], tuple[Reference, ...],
]  # fmt: skip


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def sources(node: Any) -> Iterator[Source]:
    """The places of a node and of everything in it."""
    if isinstance(node, Source):
        yield node
    elif isinstance(node, (tuple, list)):
        for part in node:
            yield from sources(part)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            yield from sources(getattr(node, name))


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, st.integers(1, 9))
def test_markdown_is_read_whatever_it_is_and_every_place_is_in_it(text: str, first_line: int) -> None:
    document = read_markdown(text, "a.md", first_line=first_line)
    within = lines(text)
    for source in sources([document.blocks, list(document.footnotes.values()), document.problems]):
        assert first_line <= source.line < first_line + len(within)
        assert 1 <= source.column <= len(within[source.line - first_line]) + 1


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_what_a_term_or_citation_says_stands_at_its_place(text: str) -> None:
    def named(node: Any) -> Iterator[tuple[str, Source]]:
        if isinstance(node, CitationItem):
            yield "@" + node.key, node.source
        elif isinstance(node, IndexTerm) and len(node.headword) != 2:
            yield node.headword, node.source
        elif isinstance(node, (tuple, list)):
            for part in node:
                yield from named(part)
        elif hasattr(node, "__dataclass_fields__"):
            for name in node.__dataclass_fields__:
                yield from named(getattr(node, name))

    document = read_markdown(text, "a.md")
    for word, source in named([document.blocks, list(document.footnotes.values())]):
        line = lines(text.replace("\0", "\ufffd"))[source.line - 1]
        assert word.partition("\n")[0].strip() in line[source.column - 2 :]


@settings(max_examples=150, deadline=None)
@given(MARKDOWN, st.booleans())
def test_values_are_read_whatever_they_are(text: str, in_file: bool) -> None:
    within = lines(text)
    _, problems = read_inline(text, Source("a.yaml"), within if in_file else ())
    for problem in problems:
        assert problem.source is not None
        assert 1 <= problem.source.line <= len(within)
        assert problem.source.column >= 1


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("abc *_[](){}<>`\\\"'-.&;:#|"), max_size=40))
def test_typographic_signs_take_no_letter_away(text: str) -> None:
    printed = typographic(text)
    assert [sign for sign in printed if sign.isalpha()] == [sign for sign in text if sign.isalpha()]
    assert '"' not in printed
    assert "'" not in printed


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=60))
def test_plain_words_are_read_as_they_stand(text: str) -> None:
    words = "a" + text
    (paragraph,) = read_markdown(words, "a.md").blocks
    assert paragraph.inlines == (Text(words.rstrip()),)  # type: ignore[union-attr]


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY.filter(lambda line: "\n" not in line and line.rstrip() != "---"), max_size=5), MARKDOWN)
def test_a_header_and_a_body_come_back_from_their_file(header: list[str], body: str) -> None:
    written = "".join(f"{line}\n" for line in header)
    assert split_header(f"---\n{written}---\n{body}", "a.md") == (written, body, len(header) + 3, ())


@settings(max_examples=150, deadline=None)
@given(MARKDOWN)
def test_a_file_is_split_or_at_fault_and_nothing_of_a_body_is_lost(text: str) -> None:
    header, body, line, problems = split_header(text, "a.md")
    if problems:
        assert [problem.code for problem in problems] == ["MARK005"]
        assert body in ("", text)
    else:
        assert text.endswith(body)
        assert text.count("\n", 0, len(text) - len(body)) == line - 1
        assert header in text


@settings(max_examples=300, deadline=None)
@given(HEADERS, st.sampled_from(MODELS), st.integers(1, 9))
def test_yaml_is_a_record_or_at_fault_whatever_it_is(text: str, model: Any, first_line: int) -> None:
    reading = read(text, "a.yaml", model, first_line=first_line)
    assert (reading.record is None) == bool(reading.problems)
    for problem in reading.problems:
        assert problem.source is not None
        assert problem.source.line >= first_line
        assert problem.source.column >= 1


@settings(max_examples=200, deadline=None)
@given(HEADERS.filter(lambda text: not set(text) & set("\r\x85\u2028\u2029")), st.sampled_from(MODELS))
def test_every_problem_of_yaml_is_in_its_text(text: str, model: Any) -> None:
    within = [*text.split("\n"), ""]
    for problem in read(text, "a.yaml", model).problems:
        assert problem.source is not None
        assert problem.source.line <= len(within)
        assert problem.source.column <= len(within[problem.source.line - 1]) + 1


#: A parser that tries its rules at every character.
EVERYWHERE = markdown_parser()
EVERYWHERE.inline.terminator_re = re.compile(r".", re.DOTALL)
#: Text of which about half holds nothing that the parser has to look at.
QUIET = st.lists(st.sampled_from([*SIGNS, *["word ", "50%", "$5", "a-b", "x: y", "#1", "é", "+"] * 12]), max_size=6)


@example("a\\\nb\nc \\* d &amp; e *f* _g_ [h](i) [@j] {k} ![l](m) `n` <https://o.org> <p> q](r)")
@given(MARKDOWN)
@settings(max_examples=300, deadline=None)
def test_nothing_but_text_starts_where_the_parser_does_not_stop(text: str) -> None:
    assert markdown_parser().parse(text) == EVERYWHERE.parse(text)


@given(QUIET.map("".join))
@settings(max_examples=300, deadline=None)
def test_text_that_is_not_parsed_is_what_the_parser_would_make_of_it(text: str) -> None:
    (block,) = quotes_parser().parseInline(text)
    assert typographic(text) == "".join(child.content for child in block.children or ())
    line = " ".join(part.strip() for part in text.split("\n"))
    (block,) = markdown_parser().parseInline(line)
    if all(child.type == "text" for child in block.children or ()):
        words = "".join(child.content for child in block.children or ())
        inlines, problems = read_inline(text, Source("a.yaml"))
        assert problems == ()
        assert "".join(node.text for node in inlines if isinstance(node, Text)) == words
