"""Whatever is drawn in whatever order, a sound division is clean, and a piece that is not drawn is missed.

The divisions are made up, and so are their pages, with everything that a reader's program finds in a real one: lines
that end in hyphens, the opener and callouts drawn behind the running text, notes at the foot that run on, furniture.
Their vocabulary is so small that half of what is drawn reads like something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from benchmarks.prose import Chance
from policybook.pagination import Folio
from policybook.preflight.completeness import check_completeness
from policybook.preflight.pieces import Piece

WORDS = (
    "the council", "the city clerk", "reviewed", "the", "how", "a", "water rate", "in", "12", "months", "opposed",
    "rail yards", "planning department", "charter", "another", "amendment", "this", "settlement", "within 30 days",
    "of", "July", "its own", "local", "employers", "as", "notice period", "license", "voted for", "mediation",
    "service", "because", "finance director", "every ward", "at no charge", "tenants", "for", "trade groups",
    "experimental", "dashboard", "permanent", "public", "library", "school meals", "and", "but", "to this day",
    "election", "shelter", "1", "2",
)  # fmt: skip
#: What pdfium writes for a hyphen at the end of a line; it leaves out the end of that line.
HYPHEN = "\ufffe"
NARROW = 20
#: Stands for a piece where a line is none's.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Draft:
    """A division in the making: its pieces, and the lines that are drawn for each of them.

    `running` are the lines of the running text, each with the number of its piece, and `firsts` the first lines of
    pieces. `behind` are the lines drawn behind the page that has a line of the running text, `foot` those at its foot;
    `notes` are the lines that call a note, and the notes.
    """

    chance: Chance
    vocabulary: list[str]
    width: int
    pieces: list[Piece] = field(default_factory=list)
    running: list[tuple[int, str]] = field(default_factory=list)
    firsts: set[int] = field(default_factory=set)
    behind: list[tuple[int, int, str]] = field(default_factory=list)
    foot: list[tuple[int, int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def words(self, least: int, most: int) -> str:
        """So many words or phrases."""
        return " ".join(self.chance.pick(self.vocabulary) for _ in range(self.chance.between(least, most)))

    def piece(self, kind: str, *parts: str) -> int:
        """Write a piece down."""
        self.pieces.append(Piece(kind, "it", parts, None, once=kind == "note"))
        return len(self.pieces) - 1

    def lines(self, text: str, width: int, hyphens: int) -> list[str]:
        """A text in lines, of which so many per cent end in a hyphen where a word may be divided."""
        lines, line = [], ""
        for word in text.split():
            if not line or len(line) + len(word) < width:
                line = f"{line} {word}".strip()
            elif len(word) > 5 and self.chance.happens(hyphens):
                cut = self.chance.between(2, len(word) - 3)
                lines.append(f"{line} {word[:cut]}{HYPHEN}")
                line = word[cut:]
            else:
                lines.append(line)
                line = word
        return [*lines, line]

    def run(self, piece: int, text: str) -> None:
        """Set a text in the running text."""
        self.firsts.add(len(self.running))
        self.running.extend((piece, line) for line in self.lines(text, self.width, 30))

    def hang(self, piece: int, text: str, width: int = NARROW, hyphens: int = 0) -> None:
        """Set a text behind the page that the running text has come to."""
        at = max(0, len(self.running) - 1)
        self.behind.extend((at, piece, line) for line in self.lines(text, width, hyphens))


def drafted(seed: int, size: int) -> Draft:
    """A division in a vocabulary of so many words or phrases."""
    chance = Chance.of(seed, size)
    draft = Draft(chance, chance.shuffled(WORDS)[:size], chance.pick((24, 40, 60)))
    title = draft.words(1, 4)
    draft.run(draft.piece("title", title), title)
    open_division(draft)
    for _ in range(chance.between(3, 14)):
        chance.pick(BLOCKS)(draft)
    at_foot = chance.happens(50)
    for number, (at, text) in enumerate(draft.notes, start=1):
        piece = draft.piece("note", str(number), text)
        if at_foot:
            draft.foot.extend((at, piece, line) for line in draft.lines(f"{number}. {text}", draft.width, 30))
        else:
            draft.run(piece, f"{number}. {text}")
    return draft


def open_division(draft: Draft) -> None:
    """Partners, a summary and key figures."""
    for _ in range(draft.chance.between(0, 2)):
        name = draft.words(1, 3)
        draft.hang(draft.piece("partner", name), name, 16)
    summary = draft.words(4, 30)
    draft.hang(draft.piece("summary", summary), summary, draft.width)
    for _ in range(draft.chance.between(0, 3)):
        value, text = str(draft.chance.between(1, 99)), draft.words(2, 6)
        piece = draft.piece("key figure", value, text, "2020")
        draft.hang(piece, value)
        draft.hang(piece, f"{text} 2020")


def heading(draft: Draft) -> None:
    """A heading."""
    text = draft.words(1, 4)
    draft.run(draft.piece("heading", text), text)


def callout(draft: Draft) -> None:
    """A callout's title and text."""
    title, text = draft.words(1, 3), draft.words(5, 25)
    draft.hang(draft.piece("callout", title), title)
    draft.hang(draft.piece("callout", text), text, hyphens=30)


def rows(draft: Draft) -> None:
    """Some rows of a table."""
    for _ in range(draft.chance.between(1, 4)):
        row = (draft.words(1, 1), draft.words(1, 1), str(draft.chance.between(1, 99)))
        draft.running.append((draft.piece("table row", *row), " ".join(row)))


def list_item(draft: Draft) -> None:
    """An item of a list; its mark is drawn behind the page."""
    text = draft.words(2, 12)
    draft.run(draft.piece("list item", text), text)
    draft.behind.append((len(draft.running) - 1, NOBODY, "•"))


def paragraph(draft: Draft) -> None:
    """A paragraph, maybe with a reference and the page number that a template puts behind it, maybe with a note."""
    parts = [draft.words(3, 30)]
    if draft.chance.happens(40):
        parts.append(draft.words(2, 20))
    noted = draft.chance.happens(50)
    if noted:
        parts[-1] += f" {len(draft.notes) + 1}"
    draft.run(draft.piece("paragraph", *parts), f" (page {draft.chance.between(1, 99)}) ".join(parts))
    if noted:
        draft.notes.append((len(draft.running) - 1, draft.words(2, 25)))


BLOCKS = (heading, callout, rows, list_item, paragraph, paragraph, paragraph, paragraph)


def drawn(draft: Draft, without: int | None = None) -> list[tuple[Folio, str]]:
    """The texts of the division's pages, but for one of its pieces, as a reader's program finds them."""
    chance = Chance.of(len(draft.running))
    deep, number = chance.pick((10, 14, 24)), chance.between(1, 300)
    pages: list[tuple[Folio, str]] = []
    at = 0
    late: list[tuple[int, str]] = []
    while at < len(draft.running) or late:
        end = min(at + deep, len(draft.running))
        if end - 1 in draft.firsts and at < end - 1 and end < len(draft.running):
            end -= 1
        folio = Folio(arabic=True, number=number + len(pages))
        head = [(NOBODY, "Running Head"), (NOBODY, str(folio))]
        hung = [(piece, line) for place, piece, line in draft.behind if at <= place < end]
        notes = late + [(piece, line) for place, piece, line in draft.foot if at <= place < end]
        room = chance.between(8, 12)
        late = notes[room:]
        shown = [*head[: chance.between(0, 2)], *draft.running[at:end], *hung, *notes[:room], *head]
        text = "\r\n".join(line for piece, line in shown if piece != without)
        pages.append((folio, text.replace(f"{HYPHEN}\r\n", HYPHEN)))
        at = end
    return pages


def found(draft: Draft, without: int | None = None) -> list[str]:
    """What the gate finds in the division as it is drawn."""
    return [problem.message for problem in check_completeness(draft.pieces, drawn(draft, without), [])]


@pytest.mark.parametrize(("size", "seeds"), [(8, 1300), (16, 500), (49, 500)])
def test_a_sound_division_is_clean(size: int, seeds: int) -> None:
    assert [(seed, messages) for seed in range(seeds) if (messages := found(drafted(seed, size)))] == []


def test_a_piece_that_is_not_drawn_is_missed() -> None:
    """For a word or two, something else may stand."""
    for seed in range(60):
        draft = drafted(seed, len(WORDS))
        for number, piece in enumerate(draft.pieces):
            if len("".join(piece.parts)) > 16:
                told = f"the {piece.kind} “{' … '.join(piece.parts)[:20]}"
                assert any(told in message for message in found(draft, number)), (seed, told)
