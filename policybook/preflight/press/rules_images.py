"""Rules about the resolution of pictures as large as they are placed: 28 photographs, 29 line art in one bit.

The thresholds are the printer's; those of the Ghent Workgroup 2022 are the defaults of `policybook.printer.Resolution`.
"""

from __future__ import annotations

from collections.abc import Iterator

from policybook.preflight.press.painted import Painted, Picture
from policybook.preflight.press.rules import Rule
from policybook.preflight.press.sightings import Leaf, Sighting, painted_rule
from policybook.printer import Severity


def _contone(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 28: at most 149 ppi is an error, at most 224 a warning. GWG R0031. A single pixel is a flat colour."""
    wanted = leaf.subject.printer.resolution
    for painted, picture in _pictures(leaf):
        if picture.bits > 1 and picture.width * picture.height > 1:
            yield from _coarse(painted, picture, "a picture", wanted.contone_error, wanted.contone_warning)
            if wanted.most and round(picture.ppi) > wanted.most:
                yield Sighting(
                    Severity.WARNING,
                    "fine",
                    f"a picture has {picture.ppi:.0f} ppi as it is placed; more than {wanted.most} ppi only make the "
                    "file larger",
                    f"reduce it to {wanted.most} ppi",
                    painted.box,
                    picture.ppi,
                )


def _line_art(leaf: Leaf) -> Iterator[Sighting]:
    """Rule 29: at most 549 ppi is an error, at most 799 a warning. GWG R0032. Stencils are line art too."""
    wanted = leaf.subject.printer.resolution
    for painted, picture in _pictures(leaf):
        if picture.bits == 1 and picture.width * picture.height > 1:
            yield from _coarse(painted, picture, "line art in one bit", wanted.line_art_error, wanted.line_art_warning)


def _pictures(leaf: Leaf) -> Iterator[tuple[Painted, Picture]]:
    return ((painted, painted.image) for painted in leaf.printed if painted.image is not None)


def _coarse(painted: Painted, picture: Picture, what: str, error: int, warning: int) -> Iterator[Sighting]:
    """A sighting where the picture has no more pixels per inch, in whole ones, than is an error or a warning."""
    ppi = round(picture.ppi) if picture.ppi < 1e6 else 1_000_000
    if ppi > warning:
        return
    yield Sighting(
        Severity.ERROR if ppi <= error else Severity.WARNING,
        what,
        f"{what} of {picture.width} × {picture.height} pixels has {ppi} ppi as it is placed; "
        f"{max(error, warning) + 1} ppi are wanted",
        "place it smaller, or get one with more pixels; enlarging it in a program does not help",
        painted.box,
        -picture.ppi,
    )


RULES: tuple[Rule, ...] = (
    painted_rule(28, "Pictures have enough pixels", "GWG R0031", _contone),
    painted_rule(29, "Line art in one bit has enough pixels", "GWG R0032", _line_art),
)
