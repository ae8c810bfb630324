"""The colours of tokens.css can be read: contrast as WCAG 2.2 measures it (1.4.3: at least 4.5 to 1 for text)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from policybook.composition import inks
from policybook.diagnostics import ContentError
from policybook.prepress import icc
from policybook.prepress.builds import builds
from policybook.prepress.icc import SRGB, Source
from policybook.prepress.inks import Inks
from policybook.resources import find_resources
from tests.unit.color_difference import ciede2000

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "styles"
TOKENS = (STYLES / "tokens.css").read_text("utf-8")
COLORS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", TOKENS))
INKS = {name: color for name, color in COLORS.items() if re.fullmatch(r"ink-\d+", name)}
#: Colours of rules and grounds, which nothing is written in.
LINES, GROUNDS = {"hairline"}, {"paper", "tint"}


def paged() -> list[Path]:
    """The style sheets of pages; the site has colours of its own for dark screens."""
    return [path for path in sorted(STYLES.rglob("*.css")) if path.parent.name != "web"]


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
    css = "".join(path.read_text("utf-8") for path in paged())
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
        for path in paged()
        for color in re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)", path.read_text("utf-8"))
        if path.name != "tokens.css" and color not in COLORS.values()
    }
    assert stray == set()


def test_every_token_that_is_used_is_stated() -> None:
    sources = [*paged(), *(ROOT / "templates").glob("*.css.j2")]
    text = "".join(path.read_text("utf-8") for path in sources)
    assert set(re.findall(r"var\(--([\w-]+)", text)) - set(re.findall(r"--([\w-]+):", text)) == set()


#: Tokens that nothing of ours reads: the page's are for the style sheets of a project, the tiles' have builds.
UNREAD = {"margin-foot", "profile", "gap", "gutter", "small", "tiny", "tile", "tile-letters"}


def test_every_token_that_is_stated_is_used() -> None:
    sources = [*paged(), *(ROOT / "templates").glob("*.css.j2")]
    text = "".join(path.read_text("utf-8") for path in sources)
    stated = {name for name in re.findall(r"--([\w-]+):", text) if not name.endswith("-build")}
    assert stated - set(re.findall(r"var\(--([\w-]+)", text)) == UNREAD


def test_letters_can_be_read_on_the_tiles_of_the_map() -> None:
    macro = (ROOT / "templates" / "components" / "tiles.html.j2").read_text("utf-8")
    shipped = re.search(r'empty="(#\w+)", blank="(#\w+)"', macro)
    assert shipped
    assert contrast(*shipped.groups()) >= 4.5


@pytest.mark.parametrize("part", range(1, 8))
def test_each_part_has_its_ink_as_accent(part: int) -> None:
    assert f'[data-part="{part}"] {{ --accent: var(--ink-{part}) }}' in TOKENS


# the builds

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
#: What is set small or drawn thin, and so is printed by K alone; the colours that stand for those of the page.
BLACK_ALONE = ["ink", "soft", "hairline", "ink-0", "tile-letters"]
#: How far a build may look from what the profile makes of its colour, in ΔE00: parts in steps of 5 per cent reach 1.7.
#: K alone has no warmth, which the warm grays have a trace of.
NEAR, NEAR_GRAY = 1.8, 5.6


def rgb(name: str) -> tuple[int, int, int]:
    """The 8-bit triple of a token."""
    color = COLORS[name]
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def test_every_colour_has_its_build() -> None:
    assert set(builds(TOKENS)) == {rgb(name) for name in COLORS}


@pytest.mark.parametrize("name", sorted(COLORS))
def test_a_build_prints_like_the_colour_on_screen(name: str) -> None:
    press = Source("CMYK", PROFILE)
    screen = icc.colours(np.array([rgb(name)], np.uint8), SRGB, press)
    build = np.rint(np.array([builds(TOKENS)[rgb(name)]]) * 255).astype(np.uint8)
    difference = ciede2000(icc.lab(screen, press), icc.lab(build, press))[0]
    assert difference <= (NEAR_GRAY if name in BLACK_ALONE else NEAR)


@pytest.mark.parametrize("name", sorted(COLORS))
def test_a_build_takes_few_inks_and_holds_on_the_plate(name: str) -> None:
    build = builds(TOKENS)[rgb(name)]
    assert sum(part > 0 for part in build[:3]) <= 2
    assert all(part == 0 or part >= 0.05 for part in build)
    assert sum(build) <= 2.4


@pytest.mark.parametrize("name", BLACK_ALONE)
def test_small_text_and_rules_are_black_alone(name: str) -> None:
    assert builds(TOKENS)[rgb(name)][:3] == (0, 0, 0)


def test_text_is_solid_black_and_paper_bare() -> None:
    assert builds(TOKENS)[rgb("ink")] == (0, 0, 0, 1)
    assert builds(TOKENS)[rgb("paper")] == (0, 0, 0, 0)


def test_the_map_of_tiles_has_builds() -> None:
    macro = (ROOT / "templates" / "components" / "tiles.html.j2").read_text("utf-8")
    shipped = re.search(r'empty="(#\w+)", blank="(#\w+)"', macro)
    assert shipped
    assert shipped.groups() == (COLORS["tile"], COLORS["tile-letters"])


def test_the_inks_of_a_press_print_the_builds() -> None:
    inks_of_press = Inks(PROFILE, builds(TOKENS), 300)
    assert inks_of_press.colour(*(part / 255 for part in rgb("ink-1"))) == (0, 0.85, 0.7, 0.45)


@pytest.mark.parametrize(
    ("sheet", "line", "words"),
    [
        ("--a: #102030; --a-build: 0 0 0;", 1, "--a is “0 0 0”"),
        ("--a: #102030;\n--a-build: 0 0 0 101;", 2, "--a is “0 0 0 101”"),
        ("--a: #102030; --a-build: 0 0 -5 100;", 1, "--a is “0 0 -5 100”"),
        ("--a-build: 0 0 0 100;", 1, "no colour --a beside it"),
        ("--a: #102030; --a-build: 0 0 0 9;\n--b: #102030; --b-build: 0 0 0 8;", 2, "--b and --a are one colour"),
    ],
)
def test_a_build_that_is_none_is_an_error(sheet: str, line: int, words: str) -> None:
    with pytest.raises(ContentError) as caught:
        builds(sheet)
    (problem,) = caught.value.problems
    assert problem.code == "INKS003"
    assert words in problem.message
    assert problem.source is not None
    assert (problem.source.path, problem.source.line) == ("styles/tokens.css", line)


def test_comments_state_no_build_and_one_build_may_stand_twice() -> None:
    sheet = (
        "/* --a: #000000; --a-build: 1 2 3 4; */ --b: #102030; --b-build: 0 0 0 9; --c: #102030; --c-build: 0 0 0 9;"
    )
    assert builds(sheet) == {(16, 32, 48): (0, 0, 0, 0.09)}
