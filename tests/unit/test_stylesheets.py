"""Which sheets a division uses: a sheet that changes what is laid out is always among them, and few others are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policybook.composition import compose
from policybook.fonts import FACES
from policybook.pagination import Pagination
from policybook.pipeline import check
from policybook.resources import find_resources
from policybook.sheets import Html
from policybook.stylesheets import used
from policybook.typesetting import Copy, lay_out, make_kit
from tests.conftest import ROOT
from tests.layout.bench import layout

RESOURCES = find_resources(ROOT)
SAMPLE = ROOT / "tests" / "sound" / "content" / "sample"
#: One face is enough to see a difference.
FACE = next(face for face in FACES if face.pdf_name == "Book-Serif")
ENTRY = f'@import url("own.css"); {FACE.css} @page {{ size: 200pt; margin: 0 }} html {{ font-family: "Book Serif" }}'
MARKUP = (
    '<html lang="en" class="doc"><title>x</title><body class="body-matter"><div class="a b-c" id="top" title="].z">'
    '<p class="größe">One <i class="_x -y">two</i></p><p>three</p></div><ul class="B"><li>four</li></ul></body></html>'
)


def is_used(sheet: str, markup: str = MARKUP) -> bool:
    """Whether a sheet counts as used by some markup."""
    return used("entry", {"own.css": sheet}, markup) != used("entry", {}, markup)


@cache
def drawing(sheet: str, markup: str = MARKUP) -> bytes:
    """What is laid out with a sheet."""
    return lay_out(make_kit(ENTRY, {"own.css": sheet}, 200), Copy(Html("x", markup, artifact=True), {})).pdf


def changes(sheet: str, markup: str = MARKUP) -> bool:
    """Whether a sheet changes what is laid out."""
    return drawing(sheet, markup) != drawing("", markup)


# --- never too few --------------------------------------------------------------------------------------------------

#: Sheets that are used, for reasons that are easily overlooked.
HIDDEN = {
    "element": "p { RULE }",
    "everything": "* { RULE }",
    "not a class": "p:not(.gone) { RULE }",
    "not, spaced": ":not( .gone ) { RULE }",
    "nested functions": "p:not(:not(p, .gone)) { RULE }",
    "either": ":is(.gone, p) { RULE }",
    "where": ":where(.gone, .a) p { RULE }",
    "has none": "p:not(:has(.gone)) { RULE }",
    "list": ".gone, p { RULE }",
    "list with a function": ".gone:is(p, .gone), li { RULE }",
    "dot in an attribute": '[title="].z"] p { RULE }',
    "bracket in an attribute": '[title="].z"], .gone { RULE }',
    "dot in an attribute, single quotes": "[title='].z'] { RULE }",
    "without an attribute": '*:not([title=".gone"]) { RULE }',
    "class by attribute": '[class~="a"] { RULE }',
    "class by its end": '[class$="größe"] { RULE }',
    "comment before": "/* .gone { */ p { RULE }",
    "comment inside": "p /* .gone */ { RULE }",
    "comment between": ".a/* .gone */ p { RULE }",
    "comment with a quote": "/* it's */ p { RULE } /* it's */",
    "comment in a string": '.gone { content: "/*" } p { RULE } .gone { content: "*/" }',
    "brace in a string": '.gone { content: "}" } p { RULE } .gone { content: "{" }',
    "braces in a string": '.gone { content: "{}" } p { RULE }',
    "quote in a string": '.gone { content: "\'" } p { RULE } .gone { content: "\'" }',
    "escaped quote": '.gone { content: "\\"} p { " } p { RULE }',
    "escaped quote, open": '.gone::after { content: "\\"" } p { RULE } .gone::after { content: "\\"" }',
    "escaped letter": ".\\61 { RULE }",
    "escaped letter inside": ".b-\\63 { RULE }",
    "comment in an address": ".gone { background: url(/*) } p { RULE } .gone { background: url(*/) }",
    "quote in an address": ".gone { background: url(\\') } p { RULE } .gone { background: url(\\') }",
    "at-rule": "@media print { p { RULE } }",
    "layer": "@layer x { p { RULE } }",
    "page": "@page { margin: 20pt }",
    "supports": "@supports (color: red) { p { RULE } }",
    "charset": '@charset "utf-8"; p { RULE }',
    "nested": ".a { p { RULE } }",
    "nested by &": ".a { & p { RULE } }",
    "first letter underscored": "._x { RULE }",
    "first letter a hyphen": ".-y { RULE }",
    "letters of any script": ".größe { RULE }",
    "two classes": ".a.b-c { RULE }",
    "two classes, one inside the other": ".doc .a { RULE }",
    "a class of the root": "html.doc { RULE }",
    "a class of the body": ".body-matter { RULE }",
    "capital": ".B { RULE }",
    "siblings": ".größe + p { RULE }",
    "pseudo-element": ".a p::before { content: 'x' }",
    "id": "#top { RULE }",
    "variables": ":root { --x: 40pt } p { font-size: var(--x) }",
    "open at the end": "p { RULE",
    "open comment": "p { RULE } /* .gone",
    "nothing before it": "{ RULE } p { RULE }",
    "stray brace": "} p { RULE } p { RULE }",
    "html comment": "<!-- p { RULE } -->",
    "commas only": ".gone, , p { RULE } p { RULE }",
    "line ends": "\r\n.a\r\np\r\n{ RULE }",
}
RULE = "font-size: 40pt; color: red"


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_sheet_that_changes_what_is_laid_out_is_used(kind: str) -> None:
    sheet = HIDDEN[kind].replace("RULE", RULE)
    assert not changes(sheet) or is_used(sheet)


def test_the_specimens_do_change_what_is_laid_out() -> None:
    """All but a few, which the engine takes to be errors."""
    idle = {kind for kind, sheet in HIDDEN.items() if not changes(sheet.replace("RULE", RULE))}
    assert idle <= {"page", "supports", "nothing before it", "stray brace", "quote in an address", "commas only"}


NAMES = st.sampled_from(["a", "b-c", "größe", "_x", "-y", "gone", "b", "doc", "B"])
SIMPLE = st.one_of(
    NAMES.map(lambda name: f".{name}"),
    st.sampled_from(["p", "li", "*", "div", "#top", "::before", ":first-child", '[title="].z"]', '[class~="a"]', "i"]),
    st.tuples(st.sampled_from(["not", "is", "where"]), NAMES, NAMES).map(lambda of: f":{of[0]}(.{of[1]}, p.{of[2]})"),
)
COMPOUND = st.lists(SIMPLE, min_size=1, max_size=2).map("".join)
NOISE = st.sampled_from([" ", " > ", " + ", " ~ ", "/* .gone, { */ ", "  \n", "/*'*/ ", '/*"*/ '])
SELECTOR = st.tuples(COMPOUND, NOISE, COMPOUND).map("".join)
PRELUDE = st.lists(st.one_of(COMPOUND, SELECTOR), min_size=1, max_size=3).map(", ".join)
BODY = st.sampled_from(
    [
        RULE,
        "",
        'content: "}"',
        "content: '{'; font-size: 30pt",
        'content: "/*"',
        'content: "*/"; color: red',
        "/* } */ color: red",
        "color: red; /* ' */",
        'content: "\\"}"; color: red',
        "background: url(/*); color: red",
        "& p { color: red }",
    ]
)
RULES = st.one_of(
    st.tuples(PRELUDE, BODY).map(lambda of: f"{of[0]} {{ {of[1]} }}"),
    st.tuples(PRELUDE, BODY).map(lambda of: f"@media print {{ {of[0]} {{ {of[1]} }} }}"),
    st.sampled_from(["/* .gone { */", '@charset "x";', "}", "/*", "*/", "@page { margin: 9pt }", "'", '"']),
)
SHEET = st.lists(RULES, max_size=4).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(SHEET)
@example('.gone { content: "/*" } p { color: red } .gone { content: "*/" }')
@example(".b-\\63 { color: red }")
def test_no_sheet_that_changes_what_is_laid_out_is_passed_over(sheet: str) -> None:
    if not is_used(sheet):
        assert not changes(sheet)


def test_a_class_that_is_written_with_references_is_seen() -> None:
    markup = MARKUP.replace('class="größe"', 'class="gr&ouml;&#223;e"')
    assert changes(".größe { color: red }", markup)
    assert is_used(".größe { color: red }", markup)


# --- not all --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sheet",
    [
        "",
        "/* nothing */",
        ".gone { color: red }",
        ".gone, .a .gone { color: red }",
        ".gone p:not(.a) { color: red }",
        "p.gone { color: red }",
        ".gone::after { content: 'x } y' }",
        '.gone[title="a.b"] { color: red } /* p { color: red } */',
        ".gone { color: red; font: 8pt/10pt 'Book Serif' }\n.gone + p { margin: 0 }",
        '.gone a[href*="@"] { color: red }',
    ],
)
def test_a_sheet_that_asks_for_classes_that_are_not_there_is_not_used(sheet: str) -> None:
    assert not is_used(sheet)
    assert not changes(sheet)


def test_the_entry_and_the_names_of_sheets_tell_as_well() -> None:
    sheets = {"a.css": "p { color: red }", "b.css": ".gone { color: red }"}
    whole = used("entry", sheets, MARKUP)
    assert used("entry", {**sheets, "b.css": ".gone { color: blue }"}, MARKUP) == whole
    assert used("entry", {**sheets, "a.css": "p { color: blue }"}, MARKUP) != whole
    assert used("other", sheets, MARKUP) != whole
    assert used("entry", {"c.css": sheets["a.css"], "b.css": sheets["b.css"]}, MARKUP) != whole
    assert used("entry", dict(reversed(sheets.items())), MARKUP) == whole


@cache
def markups() -> Mapping[str, str]:
    """The divisions of the sample."""
    book = check(SAMPLE)[1]
    return {d.id: compose(book, d, layout(), Pagination(), RESOURCES).markup for d in book.divisions}


def test_each_division_does_without_some_of_the_shipped_sheets() -> None:
    """What a change of one component saves."""
    sheets = RESOURCES.sheets()
    for markup in markups().values():
        idle = {name for name, sheet in sheets.items() if not is_used(sheet, markup)}
        assert len(idle) >= 3
        assert all(name.startswith("components/") for name in idle)
        assert not re.search(r"@page", "".join(sheets[name] for name in idle))
