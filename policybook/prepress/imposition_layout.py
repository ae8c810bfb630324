"""Where everything stands on an imposed sheet, in points from its lower left. No PDF is known here.

A side of 16 pages, seen from above, with what is cut off between the trims of its pages:

       |  :      |        : :       |  :      |
     --.         .        . .       .         .--    crop marks |, fold marks :, outside the bleed
       +---------+--------+ +-------+---------+
       |  v5     |  v12   | |  v9   |  v8     |      columns 0 and 1 share a spine, 1 and 2 face each other
     --+---------+--------+ +-------+---------+--
     ..                                       ..     heads: TRIM_OFF, or the bleed if that is more, of each page
     --+---------+--------+ +-------+---------+--
       |  ^4     |  ^13   | |  ^16  |  ^1     |      at a spine, what a perfect binder grinds off of each page

*Creep* (shingling): a leaf that lies inside others is pushed outwards by their thickness, and the face trim would cut
more off it. So its pages are moved to the spine by its depth times the caliper, and its crop marks with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policybook.geometry import UNITS, Box
from policybook.prepress.imposition_schedule import Place, Scheme, Side

#: What is cut off at heads, feet and faces inside a sheet, at least: an eighth of an inch of each page.
TRIM_OFF = 9.0
#: Marks start so far outside the trim and the bleed, and are so long; under the least, they are left out.
_FROM_TRIM, _FROM_BLEED, _LENGTH, _LEAST_LENGTH = 12.0, 3.0, 18.0, 4.0
#: Around the pages on sheets that are as large as they need to be.
_SLUG = 36.0
#: Collation marks: a step, its width, and what stays free at head and foot of the spine.
_STEP, _STEP_WIDTH, _STEP_MARGIN = 12.0, 6.0, 24.0
#: A hundredth of a point is no difference.
_TOLERANCE = 0.01
#: Sheets of office paper, upright, from the smallest.
SHEETS = {
    "letter": (8.5 * UNITS["in"], 11 * UNITS["in"]),
    "a4": (210 * UNITS["mm"], 297 * UNITS["mm"]),
    "legal": (8.5 * UNITS["in"], 14 * UNITS["in"]),
    "tabloid": (11 * UNITS["in"], 17 * UNITS["in"]),
    "a3": (297 * UNITS["mm"], 420 * UNITS["mm"]),
    "12x18": (12 * UNITS["in"], 18 * UNITS["in"]),
    "sra3": (320 * UNITS["mm"], 450 * UNITS["mm"]),
    "13x19": (13 * UNITS["in"], 19 * UNITS["in"]),
}


@dataclass(frozen=True, slots=True)
class Job:
    """How a book is to be imposed; lengths in points.

    `caliper` is the thickness of a leaf, for the creep. `grind` is what the binder grinds off the spine of each page.
    In an `office`, nothing is printed outside the trim but marks, and the sheet is the smallest of `SHEETS` that the
    pages fit on; for a print shop the bleed is kept, and the sheet is as large as pages and marks need. `sheet` is
    another size, which may be turned.
    """

    scheme: Scheme
    caliper: float = 0.0
    grind: float = 0.0
    office: bool = True
    sheet: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A mark: a line from one point to another, dashed where the sheet is folded and not cut."""

    x1: float
    y1: float
    x2: float
    y2: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page goes: its trim on the sheet, and to where it may paint."""

    trim: Box
    clip: Box
    turned: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of pages whose trim is `width` by `height`, of which `bleed` is printed around it."""

    job: Job
    width: float
    height: float
    bleed: float
    sheet_width: float
    sheet_height: float

    @property
    def block(self) -> Box:
        """From the outer trims of the pages to those on the other side: the middle of the sheet."""
        width, height = block_size(self.job, self.width, self.height, self.bleed)
        left, bottom = (self.sheet_width - width) / 2, (self.sheet_height - height) / 2
        return Box(left, bottom, left + width, bottom + height)

    @property
    def _offset(self) -> float:
        return max(_FROM_TRIM, self.bleed + _FROM_BLEED)

    def frame(self, place: Place) -> Frame:
        """Where a page goes. It may paint over its trim by the bleed, and at the spine to the fold."""
        left, bottom = self._left(place.column), self._bottom(place.row)
        trim = Box(left, bottom, left + self.width, bottom + self.height)
        moved = trim.shifted(place.depth * self.job.caliper * (1 if place.column % 2 == 0 else -1))
        clip = moved.grown(self.bleed)
        if place.column % 2 == 0:
            clip = Box(clip.left, clip.bottom, min(clip.right, trim.right + self.job.grind), clip.top)
        else:
            clip = Box(max(clip.left, trim.left - self.job.grind), clip.bottom, clip.right, clip.top)
        return Frame(moved, clip, place.turned)

    def marks(self, side: Side) -> tuple[Stroke, ...]:
        """Crop and fold marks, all outside the block and its bleed; where the sheet has no room there are none."""
        block, last = self.block, self.job.scheme.rows - 1
        strokes = [self._upright(x, block, at_top=False, dashed=True) for x in self._folds_across()]
        strokes += [self._upright(x, block, at_top=True, dashed=True) for x in self._folds_across()]
        for place in side.places:
            trim = self.frame(place).trim
            face = trim.left if place.column % 2 == 0 else trim.right
            strokes += [self._upright(face, block, at_top=True)] * (place.row == 0)
            strokes += [self._upright(face, block, at_top=False)] * (place.row == last)
        for at_right in (False, True):
            for row in range(last + 1):
                bottom = self._bottom(row)
                strokes += [self._level(y, block, at_right=at_right) for y in (bottom, bottom + self.height)]
            strokes += [self._level(y, block, at_right=at_right, dashed=True) for y in self._folds_up()]
        return tuple(stroke for stroke in strokes if stroke is not None)

    def collation(self, side: Side, signatures: int) -> Box | None:
        """The mark on the outer spine of a signature; those of a gathered book make a stair, which shows a mistake."""
        if signatures < 2 or not side.front or side.sheet > 1:
            return None
        spine = self._left(self.job.scheme.columns - 1) - self.job.grind
        bottom = self._bottom(self.job.scheme.rows - 1)
        steps = max(1, int((self.height - 2 * _STEP_MARGIN) // _STEP))
        top = bottom + self.height - _STEP_MARGIN - (side.signature - 1) % steps * _STEP
        half = min(_STEP_WIDTH, max(2 * self.job.grind, _STEP_WIDTH / 2)) / 2
        return Box(spine - half, top - _STEP, spine + half, top)

    def label(self, size: float) -> tuple[float, float] | None:
        """Where the name of a side stands: under the middle of the first column, or nowhere if there is no room."""
        y = self.block.bottom - self._offset - size
        return (self._left(0) + self.width / 2, y) if y > _FROM_BLEED else None

    def _left(self, column: int) -> float:
        return self.block.left + column * self.width + sum(_gaps_across(self.job, self.bleed)[:column])

    def _bottom(self, row: int) -> float:
        return self.block.top - (row + 1) * self.height - row * _gap(self.bleed)

    def _folds_across(self) -> Iterator[float]:
        for column, gap in enumerate(_gaps_across(self.job, self.bleed)):
            yield self._left(column) + self.width + gap / 2

    def _folds_up(self) -> Iterator[float]:
        for row in range(self.job.scheme.rows - 1):
            yield self._bottom(row) - _gap(self.bleed) / 2

    def _upright(self, x: float, block: Box, *, at_top: bool, dashed: bool = False) -> Stroke | None:
        length = self._room(block.bottom)
        start = block.top + self._offset if at_top else block.bottom - self._offset
        return Stroke(x, start, x, start + (length if at_top else -length), dashed) if length else None

    def _level(self, y: float, block: Box, *, at_right: bool, dashed: bool = False) -> Stroke | None:
        length = self._room(block.left)
        start = block.right + self._offset if at_right else block.left - self._offset
        return Stroke(start, y, start + (length if at_right else -length), y, dashed) if length else None

    def _room(self, margin: float) -> float:
        """How long marks can be on a margin of the sheet, or 0."""
        length = min(_LENGTH, margin - self._offset)
        return length if length >= _LEAST_LENGTH else 0.0


def lay(job: Job, width: float, height: float, bleed: float) -> Layout:
    """The sheet for pages of a size, with the bleed that they have. Raises ValueError where the sheet is too small."""
    kept = 0.0 if job.office else bleed
    needed = block_size(job, width, height, kept)
    printed = needed[0] + 2 * kept, needed[1] + 2 * kept
    if job.sheet is not None:
        sheet = _turned(job.sheet, printed)
        if sheet is None:
            raise ValueError(f"the pages need {_inches(printed)}, and the sheet is {_inches(job.sheet)}")
    elif job.office:
        fitting = (turned for size in SHEETS.values() if (turned := _turned(size, printed)))
        sheet = next(fitting, None)
        if sheet is None:
            raise ValueError(
                f"the pages need {_inches(printed)}, more than any office sheet has: name the sheet's size"
            )
    else:
        slug = max(_SLUG, kept + _FROM_BLEED + _LENGTH + _FROM_BLEED)
        sheet = needed[0] + 2 * slug, needed[1] + 2 * slug
    return Layout(job, width, height, kept, *sheet)


def block_size(job: Job, width: float, height: float, bleed: float) -> tuple[float, float]:
    """How wide and high the pages of a side are with what is between them."""
    scheme = job.scheme
    across = scheme.columns * width + sum(_gaps_across(job, bleed))
    return across, scheme.rows * height + (scheme.rows - 1) * _gap(bleed)


def _gap(bleed: float) -> float:
    """Between two heads, feet or faces."""
    return 2 * max(TRIM_OFF, bleed)


def _gaps_across(job: Job, bleed: float) -> list[float]:
    """Behind each column but the last: spines and faces take turns."""
    return [2 * job.grind if column % 2 == 0 else _gap(bleed) for column in range(job.scheme.columns - 1)]


def _turned(sheet: tuple[float, float], needed: tuple[float, float]) -> tuple[float, float] | None:
    """The sheet as it is or turned by a quarter, so that there is room for what is needed."""
    for width, height in (sheet, sheet[::-1]):
        if needed[0] <= width + _TOLERANCE and needed[1] <= height + _TOLERANCE:
            return width, height
    return None


def _inches(size: tuple[float, float]) -> str:
    return f"{size[0] / 72:.4g} x {size[1] / 72:.4g} in"
