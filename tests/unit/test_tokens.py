"""The colours of tokens.css can be read: contrast as WCAG 2.2 measures it (1.4.3: at least 4.5 to 1 for text)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policybook.composition import inks
from policybook.resources import find_resources

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "styles"
TOKENS = (STYLES / "tokens.css").read_text("utf-8")
COLORS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", TOKENS))
INKS = {name: color for name, color in COLORS.items() if re.fullmatch(r"ink-\d+", name)}
#: Colours of rules and grounds, which nothing is written in.
LINES, GROUNDS = {"hairline"}, {"paper", "tint"}


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2, Definitions)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, from 1 to 21 (WCAG 2.2, Definitions)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_colors() -> set[str]:
    """The tokens in which style sheets set text."""
    css = "".join(path.read_text("utf-8") for path in STYLES.rglob("*.css"))
    return set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", css))


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


def test_there_is_an_ink_for_each_part_and_for_the_rest() -> None:
    assert sorted(INKS) == [f"ink-{number}" for number in range(8)]
    assert inks(find_resources(ROOT).sheets()["tokens.css"]) == {int(name[4:]): color for name, color in INKS.items()}


@pytest.mark.parametrize("name", sorted(INKS))
def test_an_ink_can_be_read_on_paper_and_paper_on_it(name: str) -> None:
    assert contrast(INKS[name], "#ffffff") >= 4.5
    assert contrast(INKS[name], COLORS["paper"]) >= 5  # as tokens.css promises


def test_the_inks_differ() -> None:
    assert len(set(INKS.values())) == len(INKS)


@pytest.mark.parametrize("name", ["ink", "soft"])
@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_text_can_be_read_on_its_grounds(name: str, ground: str) -> None:
    assert contrast(COLORS[name], COLORS[ground]) >= 4.5


def test_text_is_set_in_colours_that_can_be_read() -> None:
    readable = {"accent", "paper", *(name for name, color in COLORS.items() if contrast(color, COLORS["paper"]) >= 4.5)}
    leaders = {"hairline"}  # the dots of a leader, which no one reads
    assert text_colors() - readable - leaders == set()


def test_every_colour_of_the_style_sheets_is_a_token() -> None:
    stray = {
        f"{path.relative_to(STYLES)}: {color}"
        for path in STYLES.rglob("*.css")
        for color in re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)", path.read_text("utf-8"))
        if path.name != "tokens.css" and color not in COLORS.values()
    }
    assert stray == set()


def test_every_token_that_is_used_is_stated() -> None:
    sources = [*STYLES.rglob("*.css"), ROOT / "templates" / "style.css.j2"]
    text = "".join(path.read_text("utf-8") for path in sources)
    assert set(re.findall(r"var\(--([\w-]+)", text)) - set(re.findall(r"--([\w-]+):", text)) == set()


#: Tokens that nothing of ours reads; those of the page are for the style sheets of a project.
UNREAD = {"margin-foot", "profile", "gap", "gutter", "small", "tiny"}


def test_every_token_that_is_stated_is_used() -> None:
    sources = [*STYLES.rglob("*.css"), ROOT / "templates" / "style.css.j2"]
    text = "".join(path.read_text("utf-8") for path in sources)
    assert set(re.findall(r"--([\w-]+):", text)) - set(re.findall(r"var\(--([\w-]+)", text)) == UNREAD


def test_letters_can_be_read_on_the_tiles_of_the_map() -> None:
    macro = (ROOT / "templates" / "components" / "tiles.html.j2").read_text("utf-8")
    cover = (ROOT / "templates" / "front" / "cover.html.j2").read_text("utf-8")
    shipped = re.search(r'empty="(#\w+)", blank="(#\w+)"', macro)
    on_cover = re.search(r'"(#\w{6})", "(#\w{6})"\) \}\}', cover)
    assert shipped
    assert on_cover
    ratios = [contrast(*shipped.groups()), contrast(*on_cover.groups())]
    assert min(ratios) >= 4.5, ratios


@pytest.mark.parametrize("part", range(1, 8))
def test_each_part_has_its_ink_as_accent(part: int) -> None:
    assert f'[data-part="{part}"] {{ --accent: var(--ink-{part}) }}' in TOKENS
