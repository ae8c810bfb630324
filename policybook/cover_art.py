"""The cover's art: a quilt of the edition's case studies, drawn from its own data.

A tile is a place that passed a law. Its pattern is the law, so that places that copied each other have the same one;
its ink is the part of the book. Tiles follow the years. The first place has the pattern in a ground of ink, each copy
is turned by a quarter. The quilt is open at its end: the last tile, which is dark, bears the edition's year.

Patterns are drawn in a square of 1, everything else in points from the front panel's upper left, downwards. There are
fills only: no strokes, no transparency and no gradients, which PDF/X-1a and a press in one ink would not hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from policybook.book import Book, Brief, PartOpener
from policybook.cover_patterns import PATTERNS

#: Tiles are no smaller: a quilt of more places shows the newest.
_LEAST_TILE = 15.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A case study on the cover: the place, the year (or an empty string), the part's number, its pattern.

    `copy` is 0 for the first place of a brief, 1 for the next, and so on.
    """

    place: str
    state: str
    year: str
    part: int
    pattern: int
    copy: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: its part's number, the path that is inked in a square of 1, and the SVG transform that places it."""

    part: int
    path: str
    transform: str


@dataclass(frozen=True, slots=True)
class Quilt:
    """The tiles of a front panel.

    `left`, `top`, `right` and `foot` are the edges of the light ground below them, the bleed included; `closing` holds
    the dark tiles as (x, y, width, height); `side` is that of a tile.
    """

    tiles: tuple[Tile, ...]
    closing: tuple[tuple[float, float, float, float], ...]
    left: float
    top: float
    right: float
    foot: float
    side: float


def placed(book: Book) -> tuple[Placed, ...]:
    """The case studies by year, those without one last; in a year by the order of the book."""
    numbers = {d.id: d.content.number for d in book.divisions if isinstance(d.content, PartOpener)}
    found: list[Placed] = []
    for pattern, division in enumerate(book.briefs()):
        assert isinstance(division.content, Brief)
        dated = [(case.enacted or case.effective, case) for case in division.content.cases]
        found += [
            Placed(case.place, case.state, date[:4], numbers.get(division.part, 0), pattern, copy)
            for copy, (date, case) in enumerate(sorted(dated, key=lambda of: (not of[0], of[0])))
        ]
    return tuple(sorted(found, key=lambda case: (not case.year, case.year)))


def swatches(book: Book) -> tuple[Placed, ...]:
    """A tile for each brief, for a book that tells of no place."""
    numbers = {d.id: d.content.number for d in book.divisions if isinstance(d.content, PartOpener)}
    briefs = enumerate(book.briefs())
    return tuple(Placed("", "", "", numbers.get(division.part, 0), pattern, 0) for pattern, division in briefs)


@dataclass(frozen=True, slots=True)
class Room:
    """The room for a quilt: a panel's width and height, where the quilt starts from its left, and the bleed.

    The quilt is at most `most` high; its last tile, or a block of its last tiles, at least `closing` wide.
    """

    width: float
    height: float
    left: float
    bleed: float
    most: float
    closing: float


def quilt(cases: Sequence[Placed], room: Room) -> Quilt:
    """The quilt at the foot of a panel; over the panel's right edge and its foot it runs into the bleed."""
    left, bleed = room.left, room.bleed
    columns, rows = _grid(len(cases), room)
    side = (room.width - left) / columns
    top = room.height - rows * side
    block = max(1, math.ceil(room.closing / side))
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    open_cells = [(r, c) for r, c in cells if not (r >= rows - block and c >= columns - block)]
    shown = dict(zip(open_cells, cases[-len(open_cells) :] if open_cells else (), strict=False))
    over = math.ceil(bleed / side)
    tiles = [
        _tile(
            shown[_within(row, rows), _within(column, columns)],
            left + column * side,
            top + row * side,
            side,
            (column >= columns, row >= rows),
        )
        for row in range(rows + over)
        for column in range(columns + over)
        if (_within(row, rows), _within(column, columns)) in shown
    ]
    empty = [cell for cell in cells if cell not in shown]
    return Quilt(
        tiles=tuple(tiles),
        closing=tuple(_dark(empty, left, top, side, (rows, columns), bleed)),
        left=left,
        top=top,
        right=room.width + bleed,
        foot=room.height + bleed,
        side=side,
    )


def _grid(count: int, room: Room) -> tuple[int, int]:
    """Columns and rows of the tiles: the largest in that height, or a little smaller ones if they fill it better."""
    found: list[tuple[float, int, int]] = []
    width, most = room.width - room.left, room.most
    finest = max(1, int(width / _LEAST_TILE))
    for columns in range(1, finest + 1):
        side = width / columns
        block = max(1, math.ceil(room.closing / side))
        rows = max(block, -(-(count + block * block) // columns))
        if rows * side <= most and block <= columns:
            wanting = 1 - count / (rows * columns) + (1 - rows * side / most) / 2
            found.append((wanting, columns, rows))
        if found and columns >= found[0][1] + 2:
            break
    if not found:
        return finest, max(1, int(most / (width / finest)))
    _, columns, rows = min(found)
    return columns, rows


def _within(index: int, count: int) -> int:
    """The row or column whose mirror image stands at an index: over the edge, tiles are mirrored into the bleed."""
    return index if index < count else 2 * count - 1 - index


def _tile(case: Placed, x: float, y: float, side: float, flip: tuple[bool, bool]) -> Tile:
    """The tile whose upper left is at x, y; mirrored across or down by `flip`."""
    across, down = flip
    sx, sy = (-side if across else side), (-side if down else side)
    at = f"translate({x + across * side:.3f} {y + down * side:.3f}) scale({sx:.4f} {sy:.4f})"
    pattern = PATTERNS[case.pattern % len(PATTERNS)]
    return Tile(
        case.part, pattern.figure if case.copy else pattern.ground, f"{at} rotate({case.copy % 4 * 90} 0.5 0.5)"
    )


def _dark(
    empty: Sequence[tuple[int, int]], left: float, top: float, side: float, size: tuple[int, int], bleed: float
) -> list[tuple[float, float, float, float]]:
    """The cells without a place, a rectangle a row; at the edges they run into the bleed."""
    rows, columns = size
    found = []
    for row in sorted({row for row, _ in empty}):
        of_row = [column for r, column in empty if r == row]
        first, last = of_row[0], of_row[-1]
        width = (last - first + 1) * side + (bleed if last == columns - 1 else 0)
        found.append((left + first * side, top + row * side, width, side + (bleed if row == rows - 1 else 0)))
    return found


def commonest(parts: tuple[int, ...]) -> int:
    """The part that most places belong to, the first of several; 0 for none."""
    return min(set(parts), key=lambda part: (-parts.count(part), part)) if parts else 0
