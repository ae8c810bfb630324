"""The brand's exact builds, as tokens.css states them beside its colours, such as `--ink-1-build: 0 85 70 45`.

A build is per cent of C, M, Y and K. Of C, M and Y at most two, so that no dirt of the third dulls the colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policybook.diagnostics import ContentError, Problem, Source
from policybook.prepress.inks import Build, Rgb

_COLOR = re.compile(r"--([\w-]+):\s*#([0-9a-fA-F]{6})\s*[;}]")
_BUILD = re.compile(r"--([\w-]+)-build:\s*([^;}]*?)\s*[;}]")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NUMBER = re.compile(r"\d{1,3}(\.\d+)?")


def builds(tokens: str, path: str = "styles/tokens.css") -> dict[Rgb, Build]:
    """The builds of a style sheet's colours, as parts of 1, by 8-bit sRGB.

    Raises ContentError (INKS003) for a build that is no four parts, has no colour, or differs from another one of the
    same colour. `path` names the sheet in it.
    """
    sheet = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), tokens)
    colors = {found[1]: _rgb(found[2]) for found in _COLOR.finditer(sheet)}
    problems: list[Problem] = []
    stated: dict[Rgb, tuple[str, Build]] = {}
    for name, words, line in _stated(sheet):
        build, rgb = _build(words), colors.get(name)
        source = Source(path, line)
        if build is None:
            hint = "write the parts of C, M, Y and K in per cent, such as 0 85 70 45"
            problems.append(Problem("INKS003", f"the build of --{name} is “{words}”", source, hint))
        elif rgb is None:
            problems.append(Problem("INKS003", f"--{name}-build has no colour --{name} beside it", source))
        elif stated.setdefault(rgb, (name, build))[1] != build:
            said = f"--{name} and --{stated[rgb][0]} are one colour on screen and have different builds"
            problems.append(Problem("INKS003", said, source, "state the same build for both, or another color"))
    if problems:
        raise ContentError(problems)
    return {rgb: build for rgb, (_, build) in sorted(stated.items())}


def _stated(sheet: str) -> Iterator[tuple[str, str, int]]:
    for found in _BUILD.finditer(sheet):
        yield found[1], found[2], sheet.count("\n", 0, found.start()) + 1


def _rgb(digits: str) -> Rgb:
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _build(words: str) -> Build | None:
    numbers = words.split()
    if len(numbers) != 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    c, m, y, k = (round(float(number) / 100, 4) for number in numbers)
    return (c, m, y, k) if max(c, m, y, k) <= 1 else None
