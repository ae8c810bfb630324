"""Rules about colours: 11 spaces, 13 shadings, 18 body text in K, 19 rich-black text, 31 spot colours.

The requirements are those of the Ghent Workgroup 2022 for sheetfed CMYK, of ISO 15930-7 and of the house; the
severities are the house's, which a printer profile may change.
"""

from __future__ import annotations

from collections.abc import Iterator

from policybook.preflight.press.painted import Painted, PaintKind
from policybook.preflight.press.painting_state import common
from policybook.preflight.press.rules import Rule
from policybook.preflight.press.sightings import Leaf, Sighting, painted_rule
from policybook.printer import Severity

#: Spaces that are not the press's inks: they are converted on the way, by whom and how is not known.
_FOREIGN = frozenset({"DeviceRGB", "CalRGB", "CalGray", "ICCBased", "Lab"})
#: Text from this size on is a heading, and below this one is small text, of which rule 25 tells (points).
BODY_LEAST, BODY_MOST = 8.0, 14.0
#: Text in several inks under this size is blurred by plates that don't fit (points).
_MULTI_INK = 12.0
#: How dark a colour is meant to be black or gray, and how far from neutral it may be, as parts of 1 of light.
_DARK, _NEUTRAL = 0.5, 0.12
#: A build of the edition is the same as one in the file if no ink differs by more: half a per cent and rounding.
_SAME_BUILD = 0.006


def _foreign_spaces(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 11, of masks and of the slug too: ISO 15930-7, 6.2.4; GWG R0027. An error."""
    for painted in leaf.painted:
        colour = painted.colour
        below = colour.alternate if colour.space in {"Separation", "DeviceN", "Indexed", "Pattern"} else ""
        if colour.colorants == ("None",):
            below = ""
        space = next((name for name in (colour.space, below) if name in _FOREIGN), None)
        if space is None:
            continue
        through = "" if space == colour.space else f" under {colour.space}"
        what = "a mask" if painted.in_mask else _what(painted)
        yield Sighting(
            Severity.ERROR,
            f"{what}{space}{through}",
            f"{what} is in {space}{through}, and must be in DeviceCMYK or DeviceGray",
            "convert it to the inks of the press, in the program that it was made with",
            painted.box,
        )


def _shadings(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 13: ISO 32000-1, 8.7.4.5.2, where programs differ in what they draw. An error."""
    for painted in leaf.painted:
        shading = painted.shading
        wrong = [count for count in shading.outputs if count != shading.components] if shading is not None else []
        if shading is not None and wrong:
            yield Sighting(
                Severity.ERROR,
                "shading",
                f"a gradient in {painted.colour.space} has functions for {wrong[0]} colours in place of "
                f"{shading.components}: it is drawn wrongly, or not at all",
                "make the gradient again in the inks of the press",
                painted.box,
            )


def _body_text(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 18: what stands for body text, from 8 to under 14 pt, is in K only.

    A dark and neutral colour made of several inks was meant to be black or gray: an error. Where the edition names its
    builds, other text in several inks under 12 pt is a warning. Rich black is for rule 19, less than 8 pt for rule 25.
    """
    builds = tuple(leaf.subject.expected.builds.values())
    for painted in leaf.printed:
        build = painted.colour.build
        if painted.text is None or build is None or not BODY_LEAST <= painted.text.size < BODY_MOST:
            continue
        if _count(build) < 2 or is_rich_black(painted) or any(_is_same(build, other) for other in builds):
            continue
        said = f"text of {painted.text.size:.2f} pt is in several inks ({painted.colour.words})"
        if _is_dark_and_neutral(build):
            yield Sighting(
                Severity.ERROR,
                "neutral",
                f"{said} where black is meant: it prints with coloured edges",
                "set it in black ink only: C 0, M 0, Y 0, K 100, or less K for gray",
                painted.box,
                sum(build),
            )
        elif builds and painted.text.size < _MULTI_INK:
            yield Sighting(
                Severity.WARNING,
                "coloured",
                f"{said}, which is no build of the edition's colours",
                "use a colour of the edition, or set the text in black ink only",
                painted.box,
                sum(build),
            )


def _rich_black(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 19: text of any size with K from 85% on and more than 280% of ink. GWG R0015. An error."""
    for painted in leaf.printed:
        if is_rich_black(painted) and painted.text is not None:
            yield Sighting(
                Severity.ERROR,
                "rich black",
                f"text of {painted.text.size:.2f} pt is in rich black ({painted.colour.words})",
                "set text in black ink only: C 0, M 0, Y 0, K 100",
                painted.box,
                sum(painted.colour.build or ()),
            )


def is_rich_black(painted: Painted) -> bool:
    """Whether it is text in K from 85% on, with more than 280% of all inks."""
    build = painted.colour.build if painted.kind is PaintKind.TEXT else None
    return build is not None and build[3] >= 0.85 and sum(build) > 2.8


def _spots(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 31: no inks but the four (GWG R0020), and nothing in All inside the trim (R0024). Errors."""
    for painted in leaf.printed:
        for name in painted.colour.spots:
            if name != "All":
                yield Sighting(
                    Severity.ERROR,
                    f"spot {name}",
                    f"{_what(painted)} is in the spot colour {name}, which would be a fifth plate",
                    "convert the spot colour to the four inks, or order it from the printer",
                    painted.box,
                )
            elif common(painted.box, leaf.trim) is not None and max(painted.colour.components, default=1.0) > 0:
                yield Sighting(
                    Severity.ERROR,
                    "All",
                    f"{_what(painted)} inside the trimmed page is in the colour of printer's marks, which prints in "
                    "every ink",
                    "set it in black ink only; the colour All is for marks outside the page",
                    painted.box,
                )


def _what(painted: Painted) -> str:
    names = {
        PaintKind.TEXT: "text",
        PaintKind.FILL: "an area",
        PaintKind.STROKE: "a line",
        PaintKind.STENCIL: "a picture in one colour",
        PaintKind.SHADING: "a gradient",
    }
    return names.get(painted.kind, "a picture")


def _count(build: tuple[float, float, float, float]) -> int:
    return sum(amount > 0 for amount in build)


def _is_same(build: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) <= _SAME_BUILD for a, b in zip(build, other, strict=True))


def _is_dark_and_neutral(build: tuple[float, float, float, float]) -> bool:
    """By the light that each ink takes away; near enough to tell a gray from a colour."""
    light = [(1 - amount) * (1 - build[3]) for amount in build[:3]]
    return max(light) <= _DARK and max(light) - min(light) <= _NEUTRAL


RULES: tuple[Rule, ...] = (
    painted_rule(11, "Nothing is in RGB, Lab or by a profile", "GWG R0027", _foreign_spaces, rgb=False),
    painted_rule(13, "Gradients fit their colour space", "ISO 32000-1, 8.7.4.5", _shadings),
    painted_rule(18, "Body text is in black ink only", "", _body_text, rgb=False),
    painted_rule(19, "No text is in rich black", "GWG R0015", _rich_black, rgb=False),
    painted_rule(31, "No spot colours", "GWG R0020, R0024", _spots),
)
