"""Locators: what an index entry prints for the passages that it cites, as Chicago (17th ed.) has them.

    12, 12, 13, 14      → 12–14            equal and adjoining pages are one locator
    321 to 328          → 321–28           abbreviated by 9.61; roman folios are not
    12 in note 3        → 12n3             12nn3–4 for consecutive notes, 12n3, 12n5 for others (16.109 and following);
                                           left out where the entry cites the page's text
    table, figure       → 12t, 12f         also where the entry cites the page's text

**Main discussions** are locators of their own, and a passage that lies wholly inside one is not cited again. A passage
that reaches beyond one is cited whole, never cut: a range 10–20 about a main page 13 gives “10–20, **13**”. So every
locator starts where a passage starts, and its link leads to that very place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from policybook.pagination import Folio

_DASH = "\N{EN DASH}"
_SUFFIX = {"": "", "table": "t", "figure": "f"}
#: Adjoining pages of text are one locator; two tables on adjoining pages are two.
_REACH = {"": 1, "table": 0, "figure": 0}


@dataclass(frozen=True, slots=True)
class Passage:
    """A place that an entry cites: its first and last page (equal for a point) and the anchor of its start.

    `main` marks the main discussion; `note` is the number of the note that holds the passage, or 0; `holds` is `table`
    or `figure` when the passage is one. A note counts on the page on which the passage starts.
    """

    first: Folio
    last: Folio
    anchor: str
    main: bool = False
    note: int = 0
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Locator:
    """What is printed for one or more passages, with the anchor of the first. `main` locators are set in bold.

    `notes` holds the numbers of consecutive notes, all on the page `first`; `holds` is that of `Passage`.
    """

    text: str
    anchor: str
    main: bool
    first: Folio
    last: Folio
    notes: tuple[int, ...] = ()
    holds: str = ""


def inclusive(first: int, last: int) -> str:
    """Two arabic numbers as a range, the second abbreviated (Chicago 9.61); one number if they are equal."""
    if first == last:
        return str(first)
    before, after = str(first), str(last)
    if first < 100 or first % 100 == 0 or len(before) != len(after):
        return f"{before}{_DASH}{after}"
    shared = next(i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    if first % 100 >= 10:
        shared = min(shared, len(after) - 2)
    return f"{before}{_DASH}{after[shared:]}"


def merge(passages: Iterable[Passage]) -> tuple[Locator, ...]:
    """The locators of one entry, in the order of their pages: text before notes, tables and figures.

    Passages are given in the order of the book; of those that start on the same page, the first gives the anchor.
    """
    given = [_observed(passage) for passage in passages]
    notes = [passage for passage in given if passage.note]
    text = _runs(passage for passage in given if not passage.note and not passage.holds)
    held = [run for kind in ("table", "figure") for run in _runs(p for p in given if not p.note and p.holds == kind)]
    located = [_locator(run) for run in [*text, *held]] + _note_locators(notes, text)
    ranks = list(_SUFFIX)
    return tuple(sorted(located, key=lambda it: (it.first, ranks.index(it.holds), bool(it.notes), it.last, it.notes)))


def _observed(passage: Passage) -> Passage:
    """The passage, on one page if its end was not laid out yet and so seems to lie before its start or elsewhere."""
    if passage.last < passage.first or passage.last.arabic != passage.first.arabic or passage.note:
        return replace(passage, last=passage.first)
    return passage


def _runs(passages: Iterable[Passage]) -> list[Passage]:
    """Passages of one kind, merged: the main ones, then those that do not lie inside a main one."""
    given = list(passages)
    main = _joined(passage for passage in given if passage.main)
    return main + _joined(p for p in given if not p.main and not any(_inside(p, run) for run in main))


def _joined(passages: Iterable[Passage]) -> list[Passage]:
    """Passages that overlap or, in text, adjoin, as one each; the anchor is that of the first."""
    runs: list[Passage] = []
    for passage in sorted(passages, key=lambda p: p.first):
        if runs and _reaches(runs[-1], passage):
            runs[-1] = replace(runs[-1], last=max(runs[-1].last, passage.last))
        else:
            runs.append(passage)
    return runs


def _reaches(run: Passage, passage: Passage) -> bool:
    within = passage.first.number <= run.last.number + _REACH[run.holds]
    return run.last.arabic == passage.first.arabic and within


def _inside(passage: Passage, run: Passage) -> bool:
    return run.first <= passage.first and passage.last <= run.last


def _note_locators(notes: list[Passage], text: list[Passage]) -> list[Locator]:
    """Locators of the notes on pages whose text is not cited; a main note gives way to a main discussion only."""
    main = [run for run in text if run.main]
    cited: dict[tuple[Folio, int], Passage] = {}
    for passage in sorted(notes, key=lambda p: (p.first, p.note, not p.main)):
        if not any(_inside(passage, run) for run in (main if passage.main else text)):
            cited.setdefault((passage.first, passage.note), passage)
    consecutive: list[list[Passage]] = []
    for passage in cited.values():
        if consecutive and _follows(consecutive[-1][-1], passage):
            consecutive[-1].append(passage)
        else:
            consecutive.append([passage])
    return [_locator(run[0], tuple(passage.note for passage in run)) for run in consecutive]


def _follows(before: Passage, passage: Passage) -> bool:
    """Whether the passage is in the next note of the same page and weight."""
    return (before.first, before.note + 1, before.main) == (passage.first, passage.note, passage.main)


def _locator(run: Passage, notes: tuple[int, ...] = ()) -> Locator:
    first, last = run.first, run.last
    if first.arabic or first == last:
        pages = inclusive(first.number, last.number) if first.arabic else str(first)
    else:
        pages = f"{first}{_DASH}{last}"
    behind = ("nn" if len(notes) > 1 else "n") + inclusive(notes[0], notes[-1]) if notes else _SUFFIX[run.holds]
    return Locator(pages + behind, run.anchor, run.main, first, last, notes, "" if notes else run.holds)
