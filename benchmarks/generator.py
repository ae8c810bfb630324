"""The one book of the benchmarks, made from a seed and a number of pages, and its two edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

from benchmarks.model import (
    Block,
    Book,
    Brief,
    Case,
    CrossReference,
    Emphasis,
    Headword,
    IndexMark,
    Inline,
    Items,
    Note,
    NoteMark,
    NotesAt,
    Paragraph,
    Part,
    Section,
    Subheading,
    Table,
    Text,
    inlines,
)
from benchmarks.prose import (
    GERUNDS,
    MODIFIERS,
    NOUNS,
    PLACES,
    STATES,
    SUBENTRIES,
    SUBJECTS,
    THINGS,
    TOWNS,
    Chance,
    Sentence,
    phrase,
    sentence,
    sentences,
)

SEED = 2026
#: Pages of policybook's output that a brief takes with its share of the contents and the index, and those of the rest.
PAGES_A_BRIEF = 4.3
PAGES_BESIDES = 8

HEADINGS = ("The problem", "The solution", "Policy issues", "Landscape and resources", "Case studies")
SUBHEADINGS = ("Who is covered", "Who pays", "Steps and dates", "What the courts say", "Where it fails", "How to count")
PART_TITLES = (
    "Access and Justice", "Climate and Transit", "Dignity at Work", "Equitable Development", "Good Government",
    "Newcomers and Neighbors", "Local Democracy",
)  # fmt: skip


def make_book(pages: int, seed: int = SEED, notes: NotesAt = "end") -> Book:
    """The book of about `pages` pages. What a brief says depends on the seed and its place, not on the book's size."""
    number = max(2, round((pages - PAGES_BESIDES) / PAGES_A_BRIEF))
    chance = Chance.of(seed, "book")
    pairs = [f"{gerund} {subject}" for gerund in GERUNDS for subject in SUBJECTS]
    titles = chance.shuffled(pairs)[:number]
    vocabulary = chance.shuffled([f"{modifier} {thing}" for modifier in MODIFIERS for thing in THINGS])[
        : 20 + 2 * number
    ]
    ids = [title.lower().replace(" ", "-") for title in titles]
    drafts = [_Draft(seed, place, tuple(ids), tuple(vocabulary)) for place in range(number)]
    briefs = [draft.brief(titles[draft.place]) for draft in drafts]
    return Book(
        title="The Measured Book",
        subtitle="Invented Briefs for a Benchmark",
        pages=pages,
        seed=seed,
        parts=_parts(_with_table_numbers(briefs), seed),
        headwords=_headwords(briefs, vocabulary, seed),
        notes=notes,
    )


def _parts(briefs: list[Brief], seed: int) -> tuple[Part, ...]:
    """Two to seven parts, of as many briefs each as can be."""
    parts = min(len(PART_TITLES), max(2, len(briefs) // 8))
    cuts = [round(len(briefs) * number / parts) for number in range(parts + 1)]
    return tuple(
        Part(
            id=title.lower().replace(" ", "-"),
            number=number,
            title=title,
            summary=sentence(Chance.of(seed, "part", number)).text + ".",
            briefs=tuple(briefs[cuts[number - 1] : cuts[number]]),
        )
        for number, title in enumerate(PART_TITLES[:parts], start=1)
    )


def _with_table_numbers(briefs: list[Brief]) -> list[Brief]:
    """The briefs with their tables numbered through the book."""
    numbers = count(1)

    def numbered(section: Section) -> Section:
        blocks = (replace(b, number=next(numbers)) if isinstance(b, Table) else b for b in section.blocks)
        return replace(section, blocks=tuple(blocks))

    return [replace(brief, sections=tuple(map(numbered, brief.sections))) for brief in briefs]


def _headwords(briefs: list[Brief], vocabulary: list[str], seed: int) -> tuple[Headword, ...]:
    """The headwords that have marks; one in twelve points to another, and one in twenty is a mere `see`."""
    used = sorted({node.headword for brief in briefs for node in inlines(brief) if isinstance(node, IndexMark)})
    unused = [word for word in vocabulary if word not in used]
    chance = Chance.of(seed, "headwords")
    known = []
    for word in used:
        other = chance.pick(used)
        known.append(Headword(word, see_also=other if chance.below(12) == 0 and other != word else ""))
    mere = [Headword(word, see=chance.pick(used)) for word in unused[: len(used) // 20]]
    return tuple(sorted([*known, *mere], key=lambda h: h.headword))


@dataclass(slots=True)
class _Draft:
    """A brief in the making: its chance, and the codes that it has given away."""

    seed: int
    place: int
    ids: tuple[str, ...]
    vocabulary: tuple[str, ...]
    chance: Chance = field(init=False)
    notes: list[Note] = field(default_factory=list)
    references: int = 0
    marks: int = 0

    def __post_init__(self) -> None:
        self.chance = Chance.of(self.seed, "brief", self.place)

    def brief(self, title: str) -> Brief:
        """The brief of three to five pages, with its notes, cross-references and index marks."""
        chance = self.chance
        names = [
            *HEADINGS[:3],
            *(name for name, percent in zip(HEADINGS[3:], (70, 50), strict=True) if chance.happens(percent)),
        ]
        words = chance.between(600, 1150)
        sections = [self._section(name, words // len(names)) for name in names]
        sections = self._ranges(sections)
        return Brief(
            id=self.ids[self.place],
            code=400_000 + self.place,
            title=title,
            summary=f"How {phrase(chance)} changed {chance.pick(PLACES)}. {sentence(chance).text}.",
            sections=tuple(sections),
            notes=tuple(self.notes),
        )

    def _section(self, name: str, words: int) -> Section:
        blocks: list[Block] = []
        left = words
        while left > 0:
            length = min(self.chance.between(50, 110), max(left, 30))
            if name == "Policy issues" and (not blocks or self.chance.happens(30)):
                blocks.append(Subheading(_unused(self.chance, SUBHEADINGS, blocks)))
            blocks.append(Paragraph(self._paragraph(length, opens=name == HEADINGS[0] and not blocks)))
            left -= length
        if name == "The solution":
            blocks.append(self._items())
        if name == "Policy issues" and self.place % 2 == 0:
            blocks.append(self._table())
        if name == "Case studies":
            blocks = [blocks[0], self._case(tuple(b for b in blocks[1:] if isinstance(b, Paragraph)))]
        return Section(name, tuple(blocks))

    def _paragraph(self, words: int, *, opens: bool = False) -> tuple[Inline, ...]:
        """About so many words; on average a note every 135, an index mark every 120, a cross-reference every 380."""
        made: list[Inline] = [Text(f"File {400_000 + self.place} opens the account. ")] if opens else []
        for said in sentences(self.chance, words):
            made += self._said(said)
        return tuple(made[:-1]) if made and made[-1] == Text(" ") else tuple(made)

    def _said(self, said: Sentence) -> list[Inline]:
        """A sentence with what hangs on it, its full stop, and a space."""
        chance = self.chance
        made = _emphasized(said, chance)
        chosen = chance.below(100)
        if chosen < 19:
            mark = self._mark()
            made += [Text(f", as shown in file {mark.code}"), mark]
        elif chosen < 25:
            made += [Text(" (see "), self._reference(), Text(")")]
        made.append(Text("."))
        if chance.happens(17):
            made.append(self._note())
        return [*made, Text(" ")]

    def _note(self) -> NoteMark:
        code = 100_000 + self.place * 100 + len(self.notes)
        said = sentence(self.chance).text
        self.notes.append(Note(code, len(self.notes) + 1, f"Record {code}: {said[0].lower()}{said[1:]}."))
        return NoteMark(code)

    def _reference(self) -> CrossReference:
        code = 200_000 + self.place * 100 + self.references
        self.references += 1
        target = (self.place + self.chance.between(1, len(self.ids) - 1)) % len(self.ids)
        return CrossReference(code, f"the account of {phrase(self.chance)} in file {code}", self.ids[target])

    def _mark(self) -> IndexMark:
        code = 300_000 + self.place * 100 + self.marks
        self.marks += 1
        subentry = self.chance.pick(SUBENTRIES) if self.chance.happens(40) else ""
        return IndexMark(code, self.chance.pick(self.vocabulary), subentry)

    def _items(self) -> Items:
        made = tuple((Text(sentence(self.chance).text + "."),) for _ in range(self.chance.between(3, 5)))
        return Items(made, ordered=self.chance.happens(50))

    def _table(self) -> Table:
        chance = self.chance
        rows = tuple(
            (town, chance.pick(STATES), str(chance.between(1985, 2025)), f"{chance.between(100, 9999) / 100:.2f}")
            for town in sorted(chance.shuffled(TOWNS)[: chance.between(4, 9)])
        )
        caption = f"Places with a {chance.pick(NOUNS)}, by year and rate"
        return Table(f"table-{self.place}", 0, caption, ("Place", "State", "Year", "Rate"), rows)

    def _case(self, story: tuple[Paragraph, ...]) -> Case:
        town = self.chance.pick(TOWNS)
        told = story or (Paragraph((Text(sentence(self.chance).text + "."),)),)
        return Case(town.lower().replace(" ", "-"), town, self.chance.pick(STATES), told)

    def _ranges(self, sections: list[Section]) -> list[Section]:
        """Two index ranges: from the first paragraph of a section to the last of a later one."""
        for first, last in ((0, 1), (1, len(sections) - 1)):
            word, subentry = self.chance.pick(self.vocabulary), self.chance.pick(SUBENTRIES)
            number = self.place * 10 + first + 1
            subentry = subentry if first else ""
            sections[first] = self._ended(sections[first], IndexMark(0, word, subentry, "from", number), 0)
            sections[last] = self._ended(sections[last], IndexMark(0, word, subentry, "to", number), -1)
        return sections

    def _ended(self, section: Section, mark: IndexMark, which: int) -> Section:
        """The section with a sentence and the mark at the end of one of its own paragraphs, the first or the last."""
        code = 300_000 + self.place * 100 + self.marks
        self.marks += 1
        places = [place for place, block in enumerate(section.blocks) if isinstance(block, Paragraph)]
        blocks = list(section.blocks)
        block = blocks[places[which]]
        assert isinstance(block, Paragraph)
        said = (Text(f" {sentence(self.chance).text}, as shown in file {code}"), replace(mark, code=code), Text("."))
        blocks[places[which]] = Paragraph((*block.inlines, *said))
        return replace(section, blocks=tuple(blocks))


def _unused(chance: Chance, names: tuple[str, ...], blocks: list[Block]) -> str:
    """A subheading that the section does not have yet."""
    taken = {block.text for block in blocks if isinstance(block, Subheading)}
    return chance.pick([name for name in names if name not in taken] or list(names))


def _emphasized(said: Sentence, chance: Chance) -> list[Inline]:
    """The sentence, one in eight with some words in italics."""
    if not said.emphasis or not chance.happens(12):
        return [Text(said.text)]
    before, _, after = said.text.partition(said.emphasis)
    return [node for node in (Text(before), Emphasis(said.emphasis), Text(after)) if node.text]


def with_word_changed(book: Book) -> Book:
    """The book with two words of one paragraph changed for others as wide, about: no page moves."""
    return _edited(book, _reword)


def with_page_added(book: Book) -> Book:
    """The book with about a page of text added to an early brief: every later page moves, and the indexes with them."""
    said = sentences(Chance.of(book.seed, "addition"), 460)
    quarter = len(said) // 4
    groups = [said[quarter * n : quarter * (n + 1)] for n in range(4)]
    added = tuple(Paragraph((Text(" ".join(f"{s.text}." for s in group)),)) for group in groups)
    return _edited(book, lambda section: replace(section, blocks=(*section.blocks[:1], *added, *section.blocks[1:])))


def _edited(book: Book, edit: Callable[[Section], Section]) -> Book:
    """The book with the first section edited of the first part's second brief, or of its only one."""
    parts = list(book.parts)
    briefs = list(parts[0].briefs)
    which = min(1, len(briefs) - 1)
    brief = briefs[which]
    briefs[which] = replace(brief, sections=(edit(brief.sections[0]), *brief.sections[1:]))
    parts[0] = replace(parts[0], briefs=tuple(briefs))
    return replace(book, parts=tuple(parts))


def _reword(section: Section) -> Section:
    """The section with the words “opens the account” changed for others of about the same width."""
    first = section.blocks[0]
    assert isinstance(first, Paragraph)
    opening = first.inlines[0]
    assert isinstance(opening, Text)
    changed = Text(opening.text.replace("opens the account", "tells the history"))
    return replace(section, blocks=(Paragraph((changed, *first.inlines[1:])), *section.blocks[1:]))
