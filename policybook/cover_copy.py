"""The cover's words: the size of the title, what the back says of the edition in figures, and the key to its tiles.

Everything is counted or quoted from the assembled book; nothing is said that is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from policybook.book import Book, Brief, PartOpener
from policybook.cover import BARCODE_HEIGHT, FRONT_LEFT, FRONT_RIGHT, GAP, HINGE, LEAST_SPINE_TYPE, YEAR_INSET, Wrap
from policybook.cover_art import Placed, Quilt, Room, commonest, placed, quilt, swatches
from policybook.cover_patterns import PATTERNS
from policybook.cover_type import SANS, SANS_BOLD, SERIF, SERIF_TITLE

#: The sizes of a title in points, from which the largest that fits is taken; styles/components/cover.css has each.
TITLE_SIZES = (88, 80, 73, 66, 60, 54, 48, 43, 38, 34, 30, 27, 24)
#: What is set above and below the title: the edition's line and the distance to the tiles.
_ABOVE_TITLE, _BELOW_TITLE = 92.0, 26.0
_SUBTITLE_SIZE, _SUBTITLE_LINE, _ABOVE_SUBTITLE = 14.0, 18.0, 14.0
_LEADING = 1.02
#: Of the panel's height, what tiles take as a rule and at most.
_USUAL_ART, _MOST_ART = 0.56, 0.66
#: The year, and a little on its left.
_YEAR = 42.0
#: The back's type, size and line in points, and what stands between: as styles/profiles/cover.css sets it.
_LEAD, _BELOW_LEAD, _FIGURES_HEIGHT = (15.0, 19.0), 18.0, 62.0
_NUMBER, _COUNTED, _BESIDE_FIGURE = 34.0, 8.0, 26.0
_READING, _BELOW_READING = (8.5, 11.0), 12.0
_NOTE, _PUBLISHER, _ABOVE_FOOT = (7.5, 9.5), 14.0, 12.0
_BETWEEN_SPINE = 27.0


@dataclass(frozen=True, slots=True)
class Front:
    """The front panel: its quilt, the part whose ink the spine has, and the size of the title in points."""

    quilt: Quilt
    spine_part: int
    title_size: int


@dataclass(frozen=True, slots=True)
class KeyBrief:
    """A line of the key: a brief, its pattern, and its places with their years in order."""

    title: str
    path: str
    places: str


@dataclass(frozen=True, slots=True)
class KeyPart:
    """A part in the key, or some of its briefs: its number, its title and its briefs.

    Without a title it goes on from above or from the column before.
    """

    number: int
    title: str
    briefs: tuple[KeyBrief, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """The back panel's words.

    `figures` are pairs of a number and what it counts; `columns` are the pieces of the key, column by column, and
    `detail` is how much of it there is room for: `places`, `briefs`, `parts` or `nothing`. `credits` are pairs of a
    role and the names.
    """

    lead: str
    figures: tuple[tuple[str, str], ...]
    reading: str
    columns: tuple[tuple[KeyPart, ...], ...]
    detail: str
    credits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Spine:
    """The spine's words, empty where there is no room for them; `small` asks for the least type."""

    title: str
    publisher: str
    small: bool


def front_panel(
    book: Book, trim: tuple[float, float], bleed: float, right: float = FRONT_RIGHT, year_inset: float = YEAR_INSET
) -> Front:
    """The front of a cover at a trim (width, height), with a bleed on the right and at the foot.

    The title is as large as it can be above tiles of the usual height. What it leaves is theirs, and what they leave
    is its own.
    """
    tiles = placed(book) or swatches(book)
    title, subtitle = book.edition.title, book.edition.subtitle
    width, height = trim
    measure = width - FRONT_LEFT - right
    beside = _beside_title(subtitle, measure)
    size = _title_size(title, measure, (1 - _USUAL_ART) * height - beside)
    head = SERIF_TITLE.lines(title, size, measure) * size * _LEADING + beside
    most = min(height - head, _MOST_ART * height)
    art = quilt(tiles, Room(width, height, FRONT_LEFT, bleed, most, year_inset + _YEAR))
    size = _title_size(title, measure, art.top - beside)
    return Front(art, commonest(tuple(tile.part for tile in tiles)), size)


def _beside_title(subtitle: str, measure: float) -> float:
    """The height of all that stands above the tiles but the title."""
    below = SANS.lines(subtitle, _SUBTITLE_SIZE, measure) * _SUBTITLE_LINE + _ABOVE_SUBTITLE if subtitle else 0
    return _ABOVE_TITLE + _BELOW_TITLE + below


def _title_size(title: str, measure: float, room: float) -> int:
    """The largest size at which the title is no higher than the room and no word is broken; the least if none is."""
    for size in TITLE_SIZES:
        high = SERIF_TITLE.lines(title, size, measure) * size * _LEADING
        if high <= room and SERIF_TITLE.fits(title, size, measure):
            return size
    return TITLE_SIZES[-1]


def back_panel(book: Book, wrap: Wrap, *, barcode: bool) -> Back:
    """The words of the back of a wrap with a barcode or without: as many as there is room for."""
    cases = placed(book)
    measure = wrap.trim_width - HINGE - 2 * wrap.margin
    beside = measure - (wrap.barcode.right - wrap.barcode.left + GAP if barcode else 0)
    lead, reading = _lead(cases), _reading(cases)
    credited, foot = _foot(book, beside)
    above = SERIF.lines(lead, _LEAD[0], measure) * _LEAD[1] + _BELOW_LEAD if lead else 0
    above += _FIGURES_HEIGHT
    above += SANS.lines(reading, _READING[0], measure) * _READING[1] + _BELOW_READING if reading else 0
    room = wrap.trim_height - 2 * wrap.margin - above - max(foot, BARCODE_HEIGHT if barcode else 0) - _ABOVE_FOOT
    detail, columns = _fitted(_key(book, cases), measure, room)
    return Back(lead, _figures(book, cases, measure), reading, columns, detail, credited)


def spine_words(book: Book, wrap: Wrap) -> Spine:
    """The words of the spine that its length has room for; a title too long is cut at its colon, then left out."""
    room = wrap.trim_height - 2 * wrap.margin
    title, publisher = book.edition.title, book.edition.publisher
    for words in (title, title.partition(":")[0]):
        for size in (wrap.spine_size, min(wrap.spine_size, LEAST_SPINE_TYPE)):
            high = SANS_BOLD.width(words, size)
            if high <= room:
                both = high + _BETWEEN_SPINE + SANS_BOLD.width(publisher, size) <= room
                return Spine(words, publisher if both else "", size < wrap.spine_size)
    return Spine("", "", small=False)


def _figures(book: Book, cases: Sequence[Placed], measure: float) -> tuple[tuple[str, str], ...]:
    """What is in the book, in numbers; what there is none of is left out, and what the line has no room for."""
    briefs = book.briefs()
    places = {(case.place, case.state) for case in cases if case.state != "US"}
    years = sorted(case.year for case in cases if case.year)
    counts = (
        (len(briefs), "brief", "briefs"),
        (len(cases), "case study", "case studies"),
        (len(places), "place", "places"),
    )
    found = [(str(count), one if count == 1 else more) for count, one, more in counts if count]
    if years and years[0] != years[-1]:
        found.append((f"{years[0]}–{years[-1]}", "years of enactment"))
    while sum(_figure_width(*figure) for figure in found) > measure:
        found.pop()
    return tuple(found)


def _figure_width(number: str, counted: str) -> float:
    return max(SERIF.width(number, _NUMBER), SANS.width(counted, _COUNTED)) + _BESIDE_FIGURE


def _lead(cases: Sequence[Placed]) -> str:
    """What the book is."""
    if not cases:
        return ""
    return "Places copy each other’s laws. Here is who passed what, when, and what came of it, with the sources."


def _reading(cases: Sequence[Placed]) -> str:
    """How the quilt is read."""
    return (
        "Each tile of the cover is a place in this book. Its pattern is the policy, so that places which took up the "
        "same one are alike; its ink is the part of the book. The first place to act stands in a ground of ink, and "
        "each that followed turns the pattern by a quarter. The tiles are in the order of their years. The dark one is "
        "open."
        if cases
        else ""
    )


def _key(book: Book, cases: Sequence[Placed]) -> tuple[KeyPart, ...]:
    by_pattern: dict[int, list[Placed]] = {}
    for case in sorted(cases, key=lambda case: (case.pattern, case.copy)):
        by_pattern.setdefault(case.pattern, []).append(case)
    briefs: dict[str, list[KeyBrief]] = {}
    for pattern, division in enumerate(book.briefs()):
        places = _places(by_pattern.get(pattern, ()))
        line = KeyBrief(division.title, PATTERNS[pattern % len(PATTERNS)].ground, places)
        briefs.setdefault(division.part, []).append(line)
    return tuple(
        KeyPart(division.content.number, division.title, tuple(briefs.get(division.id, ())))
        for division in book.divisions
        if isinstance(division.content, PartOpener)
    )


def _places(cases: Iterable[Placed]) -> str:
    """Places with their years, which no line parts from them."""
    return ", ".join(f"{case.place}\u00a0{case.year}" if case.year else case.place for case in cases)


#: The key's type: size and line in points of a part's title, a brief's title and the places; a pattern and its gap.
_PART, _BRIEF, _PLACES, _SWATCH, _GAP = (8.0, 11.0), (10.0, 12.0), (8.0, 10.5), 30.0, 8.0
#: Above and below a part's title, and below a brief.
_ABOVE_PART, _BELOW_PART, _BELOW_BRIEF = 5.0, 3.0, 7.0


def _fitted(parts: tuple[KeyPart, ...], measure: float, room: float) -> tuple[str, tuple[tuple[KeyPart, ...], ...]]:
    """The key with as much detail as there is room for, in columns of about one height."""
    bare = tuple(replace(part, briefs=tuple(replace(b, places="") for b in part.briefs)) for part in parts)
    closed = tuple(replace(part, briefs=()) for part in parts)
    for detail, of in (("places", parts), ("briefs", bare), ("parts", closed)):
        for count in (2, 3):
            wide = (measure - (count - 1) * GAP) / count
            for pieces in (of, _pieces(of)):
                columns = _balanced(pieces, wide, count)
                if all(sum(_height(piece, wide) for piece in column) <= room for column in columns):
                    return detail, columns
    return "nothing", ()


def _pieces(parts: tuple[KeyPart, ...]) -> tuple[KeyPart, ...]:
    """Parts as pieces of one brief, so that a column may end between two; the first has the part's title."""
    return tuple(
        replace(part, title="" if index else part.title, briefs=part.briefs[index : index + 1])
        for part in parts
        for index in range(max(1, len(part.briefs)))
    )


def _height(piece: KeyPart, wide: float) -> float:
    """How high a piece of the key is in a column."""
    beside = wide - _SWATCH - _GAP
    high = 0.0
    if piece.title:
        title = f"{piece.number} {piece.title}"
        high += SANS_BOLD.lines(title, _PART[0], wide) * _PART[1] + _ABOVE_PART + _BELOW_PART
    for brief in piece.briefs:
        lines = SERIF.lines(brief.title, _BRIEF[0], beside) * _BRIEF[1]
        lines += SANS.lines(brief.places, _PLACES[0], beside) * _PLACES[1]
        high += max(lines, _SWATCH) + _BELOW_BRIEF
    return high


def _balanced(pieces: tuple[KeyPart, ...], wide: float, count: int) -> tuple[tuple[KeyPart, ...], ...]:
    """Pieces in order in columns of a width, the highest of which is as low as can be."""
    heights = [_height(piece, wide) for piece in pieces]
    limit = max([sum(heights) / count, *heights], default=0.0)
    while True:
        columns: list[list[KeyPart]] = [[]]
        filled = 0.0
        for piece, high in zip(pieces, heights, strict=True):
            if columns[-1] and filled + high > limit + 1e-6:
                columns.append([])
                filled = 0.0
            columns[-1].append(piece)
            filled += high
        if len(columns) <= count:
            return tuple(tuple(column) for column in columns)
        limit += 4


def _foot(book: Book, measure: float) -> tuple[tuple[tuple[str, str], ...], float]:
    """The organizations at the foot, and how high the foot is: no higher than the barcode, if that can be had."""
    statement = SANS.lines(book.edition.statement, _NOTE[0], measure * _SURE) * _NOTE[1]
    room = max(BARCODE_HEIGHT - statement - _PUBLISHER, _NOTE[1])
    credited = _credits(book, measure, room)
    lines = sum(SANS.lines(f"{role} {names}", _NOTE[0], measure * _SURE) for role, names in credited)
    return credited, statement + _PUBLISHER + lines * _NOTE[1]


#: Of a measure, what lines are reckoned to fill, for what is not known of how the engine breaks them.
_SURE = 0.97


def _credits(book: Book, measure: float, room: float) -> tuple[tuple[str, str], ...]:
    """The organizations at the heads of the briefs by what they did; where they are too many, how many they are."""
    roles = {"co-author": "Co-authored by", "reviewer": "Reviewed by", "published-work": "Draws on published work by"}
    names: dict[str, dict[str, None]] = {role: {} for role in roles}
    for division in book.briefs():
        assert isinstance(division.content, Brief)
        for partner in division.content.partners:
            names[partner.role][partner.organization.name] = None
    found = [(roles[role], sorted(of)) for role, of in names.items() if of]
    credited = []
    for index, (role, of) in enumerate(found):
        lines = int(room / _NOTE[1]) - (len(found) - index - 1)
        listed = "; ".join(of)
        if SANS.lines(f"{role} {listed}", _NOTE[0], measure * _SURE) > lines:
            listed = f"{len(of)} organizations"
        credited.append((role, listed))
        room -= SANS.lines(f"{role} {listed}", _NOTE[0], measure * _SURE) * _NOTE[1]
    return tuple(credited)


def price_line(digits: str) -> str:
    """What the five digits of a barcode's price say: US dollars, or nothing that is known (5.95 is 50595)."""
    return f"US ${int(digits[1:3])}.{digits[3:]}" if digits.startswith("5") and digits != "59999" else ""
