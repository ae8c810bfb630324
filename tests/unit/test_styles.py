"""The rules of the house for style sheets, and that styles and templates speak of the same things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybook.dialect import PROSE_DIRECTIVES

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "styles"
TEMPLATES = ROOT / "templates"
#: Those of pages; the site and the EPUB are set by browsers and have tests of their own.
SHEETS = sorted(path for path in STYLES.rglob("*.css") if path.parent.name != "web")
NAMES = [path.relative_to(STYLES).as_posix() for path in SHEETS]

#: Classes that templates make of values.
MADE = {
    *(f"thumb-{part}" for part in range(1, 8)),
    *(f"part-{part}" for part in range(1, 8)),
    *(f"lacks-{digits}" for digits in range(1, 4)),
    *("left", "right", "decimal"),
    *(role for role in PROSE_DIRECTIVES if role != "case"),
    *(f"{role}-title" for role in PROSE_DIRECTIVES if role != "case"),
    *("contents-part", "contents-unit", "contents-brief"),
    "copyright",
}
#: Classes that name a thing which needs no style of its own: the style sheets of a project may want to.
WITHOUT_STYLE = {
    *("brief", "glossary", "laws", "prose"),  # kinds of divisions
    *(
        "case-number",
        "contents-brief",
        "contents-title",
        "copyright-line",
        "directory-pages",
        "left",
        "pullquote-title",
    ),
    *("reference", "resources-title", "section", "see"),
    "glue",  # its being there is its use: see templates/components/inlines.html.j2
}


def css(path: Path) -> str:
    """A style sheet without remarks."""
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def selectors(path: Path) -> Iterator[str]:
    """The selectors of a style sheet, one by one."""
    without_strings = re.sub(r'"[^"]*"', '""', css(path))
    for prelude in re.findall(r"([^{};]+)\{", without_strings):
        if not prelude.strip().startswith("@"):
            yield from (selector.strip() for selector in prelude.split(","))


def styled_classes() -> set[str]:
    return {
        name for path in SHEETS for selector in selectors(path) for name in re.findall(r"\.([A-Za-z][\w-]*)", selector)
    }


def templates() -> list[Path]:
    """The templates of pages."""
    return [path for path in sorted(TEMPLATES.rglob("*.j2")) if path.parts[len(TEMPLATES.parts)] not in ("web", "epub")]


def template_classes() -> set[str]:
    """The classes of the templates: words of class attributes and kinds, and words that stand in their expressions."""
    found: set[str] = set()
    for path in templates():
        text = path.read_text("utf-8")
        values = re.findall(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', text)
        values += re.findall(r"\{% block kind %\}(.*?)\{% endblock %\}", text)
        for value in values:
            literals = [
                literal for code in re.findall(r"\{\{(.*?)\}\}", value) for literal in re.findall(r"'([^']*)'", code)
            ]
            names = re.sub(r"\{%.*?%\}", "", value)
            words = re.sub(r"\S*\{\{.*?\}\}\S*", lambda match: _whole(match[0]), names)
            found.update(word for text_ in (words, *literals) for word in text_.split())
    return found


def _whole(word: str) -> str:
    """The part of a word before an expression, if the expression only adds another word: `entry{{ ' headed' … }}`."""
    before, _, code = word.partition("{")
    return before if re.match(r"\{\s*'\s", code) else ""


@pytest.mark.parametrize("path", SHEETS, ids=NAMES)
def test_the_rules_of_the_house(path: Path) -> None:
    text = css(path)
    assert "!important" not in text
    assert [selector for selector in selectors(path) if re.search(r"#[A-Za-z]|\[id", selector)] == []
    assert "@media" not in text  # it would escape its layer (WeasyPrint 70)
    assert "target-counter" not in text  # it loses footnotes
    assert not re.search(r"display:\s*(inline-)?(flex|grid)", text)  # they lose what breaks over pages
    assert not re.search(r"url\((?!\"components/|\"pages/|\"tokens|\"base)", text)  # nothing is fetched


@pytest.mark.parametrize("path", SHEETS, ids=NAMES)
def test_imports_stay_in_the_entry_and_page_masters_in_their_folder(path: Path) -> None:
    name = path.relative_to(STYLES).as_posix()
    assert ("@import" in css(path)) == (name == "book.css")
    assert ("@page" in css(path)) == name.startswith("pages/")
    assert ("@layer" in css(path)) == (name == "book.css" or name.startswith("profiles/"))


def test_page_rules_of_the_templates_stand_in_the_one_sheet() -> None:
    assert [p.name for p in templates() if "@page" in p.read_text("utf-8")] == ["style.css.j2"]
    assert [p.name for p in templates() if "<style" in p.read_text("utf-8")] == []
    assert [p.name for p in templates() if re.search(r"\sstyle=", p.read_text("utf-8"))] == []


def test_every_sheet_is_imported_once_in_its_layer() -> None:
    imports = re.findall(r'@import url\("([^"]+)"\)(?: layer\((\w+)\))?;', css(STYLES / "book.css"))
    assert len(imports) == len(dict(imports)) == css(STYLES / "book.css").count("@import")
    expected = {name for name in NAMES if name != "book.css" and not name.startswith("profiles/")}
    assert {name for name, _ in imports} == expected
    layers = {"components": "components", "pages": ""}
    assert dict(imports) == {name: layers.get(name.partition("/")[0], "base") for name in expected}


def test_braces_of_every_sheet_are_balanced() -> None:
    for path in SHEETS:
        assert css(path).count("{") == css(path).count("}"), path.name


def test_every_class_that_is_styled_is_in_a_template() -> None:
    assert styled_classes() - template_classes() - MADE == set()


def test_every_class_of_a_template_is_styled_or_known_to_need_no_style() -> None:
    assert (template_classes() | MADE) - styled_classes() - WITHOUT_STYLE == set()


def test_what_is_known_to_need_no_style_is_used_and_has_none() -> None:
    assert WITHOUT_STYLE - (template_classes() | MADE) == set()
    assert WITHOUT_STYLE & styled_classes() == set()
