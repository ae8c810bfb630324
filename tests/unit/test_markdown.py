"""Every construct of docs/content-format.md to its node, and everything refused to its line and column.

A ‸ stands before what is at fault; the caret itself is not part of the text.
"""

from __future__ import annotations

from typing import Any

import pytest

from policybook.diagnostics import Source
from policybook.markdown import Document, read_inline, read_markdown, split_header, typographic
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
    plain,
)
from tests.unit.editions import without_carets


def at(line: int, column: int) -> Source:
    return Source("a.md", line, column)


def read(text: str, first_line: int = 1) -> Document:
    """The text, which must be sound."""
    document = read_markdown(text, "a.md", first_line=first_line)
    assert document.problems == ()
    return document


def inlines(text: str) -> tuple[Inline, ...]:
    (block,) = read(text).blocks
    assert isinstance(block, Paragraph)
    return block.inlines


def faults(text: str) -> list[tuple[str, int, int]]:
    problems = read_markdown(text, "a.md").problems
    return [(p.code, p.source.line, p.source.column) for p in problems if p.source]


def promised(code: str, places: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    return [(code, line, column) for line, column in places]


def words(block: Block) -> str:
    assert isinstance(block, (Paragraph, Heading))
    return plain(block.inlines)


# --- running text -----------------------------------------------------------------------------------------------------


def test_emphasis_and_strong_nest() -> None:
    assert inlines("a *b* **c** ***d***") == (
        Text("a "),
        Emphasis((Text("b"),)),
        Text(" "),
        Strong((Text("c"),)),
        Text(" "),
        Emphasis((Strong((Text("d"),)),)),
    )


def test_lines_of_a_paragraph_are_joined_by_spaces() -> None:
    assert plain(inlines("one\ntwo\n   three")) == "one two three"


@pytest.mark.parametrize("text", ["one  \ntwo", "one\\\ntwo"])
def test_two_spaces_or_a_backslash_break_a_line(text: str) -> None:
    assert inlines(text) == (Text("one"), LineBreak(), Text("two"))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('"Quoted," she said.', "“Quoted,” she said."),
        ("'single' and \"double 'inside' it\"", "‘single’ and “double ‘inside’ it”"),
        ("the city's and the workers' law", "the city’s and the workers’ law"),
        ("the '90s", "the ’90s"),
        ('("in brackets")', "(“in brackets”)"),
        ('"This paragraph of a quotation goes on in the next', "“This paragraph of a quotation goes on in the next"),
        ("2016--2018 -- and --- again", "2016–2018 – and — again"),
        ("a ---- rule", "a ---- rule"),
        ("and so on...", "and so on…"),
        # markdown-it would make signs of these
        ("a 501(c)(3), § 8(r), (tm)", "a 501(c)(3), § 8(r), (tm)"),
        ("5 +- 2 ????", "5 +- 2 ????"),
    ],
)
def test_quotes_and_dashes_become_typographic(written: str, printed: str) -> None:
    assert plain(inlines(written)) == printed
    assert typographic(written) == printed


def test_quotes_close_over_emphasis_and_marks() -> None:
    assert plain(inlines('"*Fast* law"[@a]')) == "“Fast law”"
    assert plain(inlines('"*Fast*"{index: a} it said')) == "“Fast” it said"
    assert plain(inlines("Seattle{place: Seattle, WA}'s law")) == "Seattle’s law"


@pytest.mark.parametrize("sign", ["{", "}", "<", "[", "]", "*", "`", "!", "_", "\\", '"', "'", "#", "-"])
def test_a_backslash_takes_the_meaning_of_a_sign_away(sign: str) -> None:
    assert plain(inlines(f"a \\{sign}b")) == f"a {sign}b"


def test_escaped_marks_are_text() -> None:
    assert plain(inlines("\\{index: a\\} \\[@b\\] \\<b> \\[^c\\]")) == "{index: a} [@b] <b> [^c]"


def test_signs_without_meaning_need_no_backslash() -> None:
    assert plain(inlines("3 < 4, 5 > 4, a ! b, AT&T, 50 * 2, x_y_z")) == "3 < 4, 5 > 4, a ! b, AT&T, 50 * 2, x_y_z"


def test_entities_are_the_characters_that_they_name() -> None:
    assert plain(inlines("&lt;b&gt; &amp; &copy;")) == "<b> & ©"


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["https://www.nelp.org", "http://x.org/a_(b)?c=d&e", "mailto:a@x.org", "HTTPS://x.org", "https://ü.org/ß"]
)
def test_a_link_to_the_web(url: str) -> None:
    assert inlines(f"see [the *site*]({url})") == (
        Text("see "),
        Link(url, (Text("the "), Emphasis((Text("site"),))), at(1, 5 + len("[the *site*]("))),
    )


def test_an_address_in_angle_brackets_is_a_link() -> None:
    assert inlines("<https://x.org/a--b>") == (Link("https://x.org/a--b", (Text("https://x.org/a--b"),), at(1, 1)),)


@pytest.mark.parametrize("kind", ["brief", "table", "figure", "case", "term", "section"])
def test_a_cross_reference(kind: str) -> None:
    assert inlines(f"[]({kind}:a-b/c)") == (CrossReference(kind, "a-b/c", (), at(1, 4)),)
    assert inlines(f"[w]({kind}:a)") == (CrossReference(kind, "a", (Text("w"),), at(1, 5)),)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.org",
        "//host/x",
        "/a",
        "a.md",
        "#a",
        "",
        "brief:",
        "chapter:a",
        "www.x.org",
    ],
)
def test_other_targets_are_refused_at_their_first_sign(target: str) -> None:
    text, places = without_carets(f"one\nsee [it](‸{target}) there")
    assert faults(text) == promised("LINK002", places)
    (paragraph,) = read_markdown(text, "a.md").blocks
    assert words(paragraph) == "one see  there"


@pytest.mark.parametrize(
    "target", ["&#106;avascript:alert(1)", "&#x6A;avascript:x", "<javascript:x>", " javascript:x", "javascript&colon;x"]
)
def test_disguised_targets_are_refused_all_the_same(target: str) -> None:
    assert [code for code, _, _ in faults(f"[it]({target})")] == ["LINK002"]


@pytest.mark.parametrize(
    "text",
    ["[one‸](brief: a)", "[one‸](https://a.org b)", "[one[@a]‸](brief:b)", "one\n[[two](https://a.org)‸](brief:b)"],
)
def test_a_link_that_cannot_be_read_is_refused_and_not_printed(text: str) -> None:
    clean, places = without_carets(text)
    assert faults(clean) == promised("MARK007", places)


def test_reference_links_of_markdown_are_not_read() -> None:
    document = read("[a]: javascript:x\n\n[a] [a][] [b][a]")
    assert all(isinstance(node, Text) for block in document.blocks for node in block.inlines)  # type: ignore[union-attr]


# --- notes ------------------------------------------------------------------------------------------------------------


def test_a_citation_of_several_works_with_places_in_them() -> None:
    items = (
        CitationItem("a-2013", "p. 4", at(1, 4)),
        CitationItem("b:c.d_e", "secs. 2, 3", at(1, 20)),
        CitationItem("f", "", at(1, 41)),
    )
    assert inlines("x [@a-2013, p. 4;  @b:c.d_e, secs. 2, 3;@f]")[1] == Citation(items, at(1, 3))


def test_a_citation_goes_on_in_the_next_line() -> None:
    (_, citation, _) = inlines("x [@a, p. 4;\n  @b] y")
    assert isinstance(citation, Citation)
    assert [item.key for item in citation.items] == ["a", "b"]
    assert citation.items[1].source == at(2, 3)


def test_a_footnote_and_its_mark() -> None:
    document = read("one[^n]\n\n[^n]: its *text*[@a]\n\ntwo")
    assert [words(block) for block in document.blocks] == ["one", "two"]
    assert document.blocks[0].inlines[1] == FootnoteReference("n", at(1, 4))  # type: ignore[union-attr]
    footnote = document.footnotes["n"]
    assert footnote.source == at(3, 1)
    (paragraph,) = footnote.blocks
    assert words(paragraph) == "its text"
    assert paragraph.inlines[-1] == Citation((CitationItem("a", "", at(3, 18)),), at(3, 17))  # type: ignore[union-attr]


def test_a_footnote_of_several_lines_and_paragraphs() -> None:
    document = read("x[^n]\n\n[^n]: one\n    two\n\n    three\n\nfour")
    assert [words(block) for block in document.footnotes["n"].blocks] == ["one two", "three"]
    assert words(document.blocks[1]) == "four"


def test_footnotes_may_be_defined_inside_a_block() -> None:
    document = read("::: callout\nx[^n]\n\n[^n]: text\n:::")
    assert list(document.footnotes) == ["n"]


# --- index marks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "register", "span", "terms"),
    [
        ("index: a", "subject", "point", [("a", "", False, 10)]),
        ("index: a > b c", "subject", "point", [("a", "b c", False, 10)]),
        ("index:a>b", "subject", "point", [("a", "b", False, 9)]),
        ("index: a (main)", "subject", "point", [("a", "", True, 10)]),
        ("index: a > b (main)", "subject", "point", [("a", "b", True, 10)]),
        ("index: a; b > c ;d", "subject", "point", [("a", "", False, 10), ("b", "c", False, 13), ("d", "", False, 20)]),
        ("index: “late” books", "subject", "point", [("“late” books", "", False, 10)]),
        ("index from: a > b", "subject", "from", [("a", "b", False, 15)]),
        ("index to: a > b", "subject", "to", [("a", "b", False, 13)]),
        ("place: Denver, CO", "place", "point", [("CO", "Denver", False, 18)]),
        ("place: Reno, NV; St. Paul, MN", "place", "point", [("NV", "Reno", False, 16), ("MN", "St. Paul", False, 30)]),
    ],
)
def test_index_marks(written: str, register: str, span: str, terms: list[tuple[str, str, bool, int]]) -> None:
    expected = tuple(IndexTerm(headword, subentry, main, at(1, column)) for headword, subentry, main, column in terms)
    assert inlines(f"x{{{written}}}")[1:] == (IndexMark(register, span, expected, at(1, 2)),)


@pytest.mark.parametrize(
    "text",
    [
        "one {index: ‸a > b > c} two",
        "one {index: ‸} two",
        "one {index: a; ‸} two",
        "one {index:‸} two",
        "one {place: ‸Denver} two",
        "one {place: ‸Denver, Colorado} two",
        "one {place: Denver, CO; ‸Boulder} two",
    ],
)
def test_entries_that_cannot_be_read(text: str) -> None:
    clean, places = without_carets(text)
    assert faults(clean) == promised("MARK008", places)


# --- what is refused, and where ---------------------------------------------------------------------------------------

#: Places in which running text can stand, each with the fault in it; {} is the fault.
SETTINGS = {
    "first line": "one {} two",
    "start": "{} two",
    "second line": "one\ntwo {} three",
    "indented second line": "one\n   two {} three",
    "repeated words": "one x one\none x {}",
    "after umlauts": "größer – “ {}",
    "heading": "## The {} problem",
    "emphasis": "one *two {} three*",
    "strong in emphasis": "one *two **three {} four***",
    "link": "[one {} two](https://x.org)",
    "item": "- one\n- two {}",
    "second line of an item": "- one\n  two {}",
    "numbered item": "10. one\n11. two {}",
    "item of an item": "- one\n  - two\n    - three {}",
    "second paragraph of an item": "- one\n\n  two {}",
    "quotation": "> one {}",
    "second line of a quotation": "> one\n> two {}",
    "lazy line of a quotation": "> one\ntwo {}",
    "quotation in a quotation": "> > one\n> > two {}",
    "item of a quotation": "> - one\n>   two {}",
    "quotation in an item": "- one\n\n  > two {}",
    "directive": "::: callout\none\ntwo {}\n:::",
    "directive in a directive": ":::: callout\n::: pullquote\none {}\n:::\n::::",
    "item of a directive": "::: callout\n- one\n- two {}\n:::",
    "case": "::: case a\none {}\n:::",
    "footnote": "x[^n]\n\n[^n]: one {}",
    "second line of a footnote": "x[^n]\n\n[^n]: one\n    two {}",
    "tab": "- one\n\ttwo {}",
}
FAULTS = {
    "MARK001": "‸<b>",
    "MARK002": "‸![a](b.png)",
    "MARK007": "‸`code`",
    "MARK008": "‸{{ 7*7 }}",
    "MARK009": "[@b; ‸a]",
    "LINK002": "[a](‸javascript:x)",
}


@pytest.mark.parametrize(
    ("setting", "code"),
    # Markdown has no links in links
    [(setting, code) for setting in SETTINGS for code in FAULTS if (setting, code) != ("link", "LINK002")],
)
def test_a_fault_is_found_at_its_line_and_column(setting: str, code: str) -> None:
    clean, places = without_carets(SETTINGS[setting].replace("{}", FAULTS[code]))
    assert faults(clean)[:1] == promised(code, places)


@pytest.mark.parametrize(
    "html",
    [
        "<b>", "</b>", "<br/>", "<br />", "<img src=x>", "<script>", "<a href='x'>", "<!-- a -->", "<!DOCTYPE html>",
        "<?php x ?>", "<![CDATA[x]]>", "<javascript:alert(1)>", "<svg/onload=alert(1)>",
    ],
)  # fmt: skip
def test_raw_html_is_refused(html: str) -> None:
    clean, places = without_carets(f"one ‸{html} two")
    assert faults(clean) == promised("MARK001", places)
    assert "<" not in words(read_markdown(clean, "a.md").blocks[0])


def test_blocks_of_html_are_refused_tag_by_tag() -> None:
    clean, places = without_carets("‸<div>\n‸<script>\nalert(1)\n‸</script>\n‸</div>")
    assert faults(clean) == promised("MARK001", places)


@pytest.mark.parametrize("text", ["‸{{ 7*7 }}", '‸{% include "x" %}', "‸{# a #}", "‸{x}", "‸{unclosed", "‸{Index: a}"])
def test_template_code_and_other_braces_are_refused(text: str) -> None:
    clean, places = without_carets(text)
    assert faults(clean)[0] == promised("MARK008", places)[0]
    assert {code for code, _, _ in faults(clean)} == {"MARK008"}


@pytest.mark.parametrize(
    "text",
    [
        "one ‸[@] two",
        "one ‸[@a two",
        "one\n[‸@ a] two",
        "one [@a; ‸b] two",
        "one [@a; ‸] two",
        "one [‸@a b] two",
    ],
)
def test_citations_that_cannot_be_read(text: str) -> None:
    clean, places = without_carets(text)
    assert [(line, column) for code, line, column in faults(clean) if code == "MARK009"][:1] == places


@pytest.mark.parametrize(
    "text",
    [
        "‸| a | b |\n|---|---|\n| 1 | 2 |",
        "one\n‸---\ntwo",
        "‸***",
        "‸```\ncode\n```",
        "‸~~~\ncode\n~~~",
        "- one\n\n  ‸```\n  code",
        "> ‸| a | b |",
    ],
)
def test_tables_rules_and_fences_of_markdown_are_refused(text: str) -> None:
    clean, places = without_carets(text)
    assert promised("MARK007", places)[0] in faults(clean)


def test_headings_of_other_levels_are_refused() -> None:
    clean, places = without_carets("‸# One\n\n## Two\n\n### Three\n\n‸#### Four\n\n> ‸##### Five")
    assert [(code, line) for code, line, _ in faults(clean)] == [("MARK006", line) for line, _ in places]


def test_blocks_that_do_not_exist_are_refused_by_name_with_the_nearest() -> None:
    clean, places = without_carets("one\n\n::: ‸calout Title\ntwo <b>\n:::\n\nthree")
    document = read_markdown(clean, "a.md")
    assert faults(clean) == promised("MARK003", places)
    assert "callout" in document.problems[0].hint
    assert [words(block) for block in document.blocks] == ["one", "three"]


@pytest.mark.parametrize(
    "text",
    [
        "one\n\n‸::: callout A\ntwo\n\n## Three",
        "‸::: callout\none\n::: pullquote\ntwo\n:::",
        "one\n\n‸:::\n\ntwo",
        "::: callout\none\n:::\n‸:::",
        "‸:::: callout\none\n:::",
        "‸::: table a\nfile: b.csv\n\n## Two",
    ],
)
def test_blocks_that_are_not_closed_or_not_opened(text: str) -> None:
    clean, places = without_carets(text)
    assert promised("MARK004", places)[0] in faults(clean)


def test_what_follows_a_block_that_is_not_closed_is_still_read() -> None:
    document = read_markdown("::: callout\none\n\n## Two\n\nthree", "a.md")
    assert [type(block) for block in document.blocks] == [Aside, Heading, Paragraph]


def test_a_footnote_defined_twice_is_refused_where_it_is_defined_again() -> None:
    clean, places = without_carets("x[^n]\n\n[^n]: one\n\n‸[^n]: two")
    assert faults(clean) == promised("NOTE003", places)


def test_nesting_without_end_is_a_problem_and_not_a_loss() -> None:
    assert {code for code, _, _ in faults("> " * 400 + "deep")} == {"MARK007"}


def test_every_fault_of_a_text_is_reported() -> None:
    clean, places = without_carets("‸<b> and ‸<i>\n\n- ‸<u>\n\n::: callout\n‸<s>\n:::")
    assert faults(clean) == promised("MARK001", places)


def test_lines_are_counted_in_the_file() -> None:
    (problem,) = read_markdown("one\n<b>", "a.md", first_line=12).problems
    assert problem.source == at(13, 1)


def test_a_line_of_nothing_but_a_hard_space_moves_no_column() -> None:
    clean, places = without_carets("\u00a0\none ‸<b>")
    assert faults(clean) == promised("MARK001", places)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_newlines_count_as_newlines(newline: str) -> None:
    clean, places = without_carets("one\n\n- two\n- ‸<b>")
    assert faults(clean.replace("\n", newline)) == promised("MARK001", places)


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_headings() -> None:
    assert read("## The *problem*\n\n### What -- now?").blocks == (
        Heading(2, (Text("The "), Emphasis((Text("problem"),))), at(1, 4)),
        Heading(3, (Text("What – now?"),), at(3, 5)),
    )


def test_lists() -> None:
    (outer,) = read("- one\n- two\n  1. three\n  2. four").blocks
    assert isinstance(outer, ItemList)
    assert (outer.ordered, outer.source) == (False, at(1, 1))
    assert [words(item[0]) for item in outer.items] == ["one", "two"]
    inner = outer.items[1][1]
    assert isinstance(inner, ItemList)
    assert (inner.ordered, inner.start, [words(item[0]) for item in inner.items]) == (True, 1, ["three", "four"])


def test_a_numbered_list_starts_where_its_first_number_says() -> None:
    (block,) = read("7. seven\n8. eight").blocks
    assert isinstance(block, ItemList)
    assert block.start == 7


def test_quotations_hold_blocks() -> None:
    (block,) = read("> one\n>\n> - two").blocks
    assert isinstance(block, Quotation)
    assert [type(inner) for inner in block.blocks] == [Paragraph, ItemList]


@pytest.mark.parametrize("role", ["callout", "pullquote", "model-language"])
@pytest.mark.parametrize("title", ["", "What a council can do: first"])
def test_asides(role: str, title: str) -> None:
    (block,) = read(f"::: {role} {title}\none\n\n- two\n:::").blocks
    assert isinstance(block, Aside)
    assert (block.role, block.title, block.source) == (role, title, at(1, 1))
    assert [type(inner) for inner in block.blocks] == [Paragraph, ItemList]


def test_the_title_of_an_aside_has_typographic_quotes() -> None:
    (block,) = read('::: callout The city\'s "own" law -- now\none\n:::').blocks
    assert isinstance(block, Aside)
    assert block.title == "The city’s “own” law – now"


def test_a_case_is_told() -> None:
    (block,) = read("::: case alder-bay\none\n\ntwo\n:::").blocks
    assert isinstance(block, CaseStory)
    assert (block.case, block.source, [words(inner) for inner in block.blocks]) == (
        "alder-bay",
        at(1, 10),
        ["one", "two"],
    )


@pytest.mark.parametrize("role", ["table", "figure"])
def test_data_blocks_keep_their_yaml_and_its_line(role: str) -> None:
    yaml = 'file: a.csv\ncolumns:\n  - {field: b}\n\nnote: "*c* <d>"'
    assert read(f"one\n\n::: {role} some-id\n{yaml}\n:::").blocks[1] == DataBlock(
        role, "some-id", yaml, at(3, 5 + len(role) + 1), 4
    )


def test_a_data_block_in_a_list_loses_its_indentation_only() -> None:
    (block,) = read("- one\n\n  ::: table a\n  file: b\n  columns:\n    - {field: c}\n  :::").blocks
    assert isinstance(block, ItemList)
    data = block.items[0][1]
    assert isinstance(data, DataBlock)
    assert data.yaml == "file: b\ncolumns:\n  - {field: c}"


@pytest.mark.parametrize(("outer", "inner"), [(":::", ":::"), ("::::", ":::"), (":::::", "::::")])
def test_a_directive_may_stand_in_another(outer: str, inner: str) -> None:
    (block,) = read(f"{outer} callout A\none\n\n{inner} pullquote\ntwo\n{inner}\n\nthree\n{outer}").blocks
    assert isinstance(block, Aside)
    first, second, third = block.blocks
    assert (words(first), words(third)) == ("one", "three")
    assert isinstance(second, Aside)
    assert (second.role, words(second.blocks[0])) == ("pullquote", "two")


def test_a_directive_ends_the_paragraph_before_it() -> None:
    assert [type(block) for block in read("one\n::: callout\ntwo\n:::\nthree").blocks] == [Paragraph, Aside, Paragraph]


def test_colons_in_running_text_are_text() -> None:
    assert plain(inlines("one ::: two")) == "one ::: two"


# --- headers ----------------------------------------------------------------------------------------------------------


def test_a_file_is_split_into_header_and_body() -> None:
    assert split_header("---\ntitle: A\n---\n\nbody\n---\n", "a.md") == ("title: A\n", "\nbody\n---\n", 4, ())


def test_a_header_may_be_empty_or_end_the_file() -> None:
    assert split_header("---\n---\nbody", "a.md")[:3] == ("", "body", 3)
    assert split_header("---\na: b\n---", "a.md")[:3] == ("a: b\n", "", 3)


def test_dashes_inside_a_value_do_not_end_the_header() -> None:
    assert split_header("---\na: b --- c\n ---\n---\nbody", "a.md")[:2] == ("a: b --- c\n ---\n", "body")


@pytest.mark.parametrize("text", ["", "body", "---\ntitle: A\n", "\n---\na: b\n---\n", "--- a\n---\n"])
def test_a_header_that_is_missing_or_not_closed(text: str) -> None:
    header, _, line, (problem,) = split_header(text, "a.md")
    assert (header, line, problem.code, problem.source) == ("", 1, "MARK005", at(1, 1))


# --- values of YAML ---------------------------------------------------------------------------------------------------


def test_a_value_is_one_paragraph_of_running_text() -> None:
    found, problems = read_inline("one\n*two*\n[@a]", Source("a.yaml", 3, 5))
    assert plain(found) == "one two "
    assert [type(node) for node in found] == [Text, Emphasis, Text, Citation]
    assert problems == ()


@pytest.mark.parametrize(
    "yaml",
    [
        "text: one ‸<b> two",
        'text: "one ‸<b> two"',
        "text: 'it''s ‸<b> two'",
        "text: one one <x\n  two ‸<b> three",
        'text: "one\n  two ‸<b> three"',
        "text: >\n  one\n  two ‸<b> three",
        "text: |\n  one\n  two ‸<b> three",
        "text: >-\n\n  one\n\n  two ‸<b>",
        'text: "a \\"b\\" ‸<b>"',
        'text: "one \\\n  two ‸<b>"',
    ],
)
def test_faults_in_values_are_found_in_the_lines_of_the_file(yaml: str) -> None:
    import yaml as pyyaml  # noqa: PLC0415 - what YAML itself makes of the value

    clean, places = without_carets(yaml)
    value: Any = pyyaml.safe_load(clean)["text"]
    _, problems = read_inline(value, at(1, len("text: ") + 1), clean.split("\n"))
    assert [(p.code, p.source.line, p.source.column) for p in problems if p.source] == promised("MARK001", places)
