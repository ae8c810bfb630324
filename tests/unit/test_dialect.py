"""The rules that the dialect adds to markdown-it: which tokens they leave, and that they know their place."""

from __future__ import annotations

import pytest
from markdown_it.token import Token

from policybook.dialect import DIRECTIVES, markdown_parser, quotes_parser

PARSER = markdown_parser()


def inline(text: str) -> list[Token]:
    """The tokens of a paragraph's running text."""
    (block,) = (token for token in PARSER.parse(text) if token.type == "inline")
    return block.children or []


def kinds(text: str) -> list[str]:
    return [token.type for token in PARSER.parse(text)]


@pytest.mark.parametrize(
    ("mark", "kind", "groups"),
    [
        ("[@a, p. 4; @b]", "citation", ("a, p. 4; @b",)),
        ("[^a]", "footnote_mark", ("a",)),
        ("{index: a > b}", "index_mark", ("index", " a > b")),
        ("{index from: a}", "index_mark", ("index from", " a")),
        ("{index to: a}", "index_mark", ("index to", " a")),
        ("{place: a, CO}", "index_mark", ("place", " a, CO")),
    ],
)
def test_marks_become_tokens_that_know_where_they_stand(mark: str, kind: str, groups: tuple[str, ...]) -> None:
    (token,) = [
        token for token in inline(f"one *two* {mark} three") if token.type not in ("text", "em_open", "em_close")
    ]
    assert (token.type, token.content) == (kind, mark)
    assert (token.meta["at"], token.meta["groups"]) == (10, groups)


@pytest.mark.parametrize("mark", ["[@a]", "[^a]", "{index: a}", "{place: a, CO}"])
def test_marks_behind_a_backslash_are_text(mark: str) -> None:
    (token,) = inline(f"one \\{mark}")
    assert (token.type, token.content) == ("text", f"one {mark}")


def test_a_mark_may_stand_in_the_words_of_a_link() -> None:
    assert [token.type for token in inline("[a{index: b}](https://c.org)")] == [
        "link_open",
        "text",
        "index_mark",
        "link_close",
    ]


def test_a_link_knows_where_it_starts_and_keeps_its_address() -> None:
    (link,) = [token for token in inline("one [two](https://a.org/ü?b=c%20d)") if token.type == "link_open"]
    assert link.meta["at"] == 4
    assert link.attrs["href"] == "https://a.org/ü?b=c%20d"


@pytest.mark.parametrize(
    ("text", "code"),
    [("<b>", "MARK001"), ("![a](b)", "MARK002"), ("`a`", "MARK007"), ("{a}", "MARK008"), ("[@]", "MARK009")],
)
def test_what_is_refused_becomes_a_problem(text: str, code: str) -> None:
    (problem,) = [token for token in inline(f"one {text}") if token.type != "text"]
    assert (problem.type, problem.meta["code"], problem.meta["at"]) == ("problem", code, 4)


@pytest.mark.parametrize(
    "text", ["<div>\n\nx", "    x", "```\nx\n```", "a\n===", "***", "[a]: b", "<b>x</b>", "`x`", "![a](b)", "a\n---"]
)
def test_html_code_rules_and_pictures_have_no_tokens(text: str) -> None:
    everything = [*PARSER.parse(text), *(child for token in PARSER.parse(text) for child in token.children or ())]
    made = {token.type for token in everything}
    assert not made & {"html_block", "html_inline", "code_block", "code_inline", "fence", "hr", "image", "heading_open"}


@pytest.mark.parametrize("name", DIRECTIVES)
def test_directives_have_a_name_an_argument_and_lines(name: str) -> None:
    tokens = PARSER.parse(f"one\n\n::: {name}  some words \ntwo\n:::\n\nthree")
    (token,) = [token for token in tokens if token.type in ("directive_open", "data_block")]
    assert (token.info, token.meta["argument"], token.map) == (name, "some words", [2, 4])


@pytest.mark.parametrize("opening", [":::callout", "::: callout", ":::   callout  ", "   ::: callout", ":::: callout"])
def test_a_directive_may_be_spaced_as_one_likes(opening: str) -> None:
    assert kinds(f"{opening}\none\n{opening.strip().split('c')[0].strip()}") == [
        "directive_open", "paragraph_open", "inline", "paragraph_close", "directive_close",
    ]  # fmt: skip


def test_yaml_is_not_read_as_markdown() -> None:
    (block,) = PARSER.parse("::: table a\n- *b*: <c>\n# d\n\n::: e\n:::\n:::")
    assert (block.type, block.content) == ("data_block", "- *b*: <c>\n# d\n\n::: e\n:::")


def test_a_directive_ends_with_the_list_or_quotation_that_it_stands_in() -> None:
    tokens = PARSER.parse("> ::: callout\n> one\n\ntwo\n\n:::")
    problems = [(token.meta["code"], token.map) for token in tokens if token.type == "block_problem"]
    assert problems == [("MARK004", [0, 1]), ("MARK004", [5, 6])]


def test_text_that_is_no_markdown_keeps_all_its_signs() -> None:
    (token,) = quotes_parser().parseInline('*a* [b](c) <d> {e} `f` \\* & -- "g"')
    assert "".join(child.content for child in token.children or ()) == "*a* [b](c) <d> {e} `f` \\* & – “g”"
