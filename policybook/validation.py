"""What must hold for a manuscript to be a book, beyond what each file says of itself: one function a rule.

Each function gives back its findings; none of them stops at the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath as Path

from policybook.book import Division
from policybook.dates import in_calendar
from policybook.diagnostics import Problem, Source, nearest, suggestion
from policybook.dialect import LEFT_OUT
from policybook.edition import AnatomySection, Edition
from policybook.fonts import missing_characters
from policybook.headers import BriefHeader
from policybook.manuscript import EDITION_FILES, Manuscript, Writing
from policybook.records import Record
from policybook.states import STATES
from policybook.targets import walk_blocks
from policybook.text import Case, CaseStory, Figure, Section, Table, plain
from policybook.vocabulary import check_vocabulary

#: Less than this is left for text by no sensible page (points, lines, points).
LEAST_MEASURE, LEAST_LINES, LEAST_BASELINE = 216, 10, 6


def order_problems(briefs: Sequence[Writing]) -> Iterator[Problem]:
    """BRIEF04: two briefs of a part in one place."""
    places = Counter(brief.header.value.order for brief in briefs if brief.header)
    for brief in briefs:
        if brief.header and places[brief.header.value.order] > 1:
            said = f"another brief of this part has the place {brief.header.value.order} too"
            yield Problem("BRIEF04", said, brief.header.at("order"), "give each brief of a part its own order")


def anatomy_problems(
    anatomy: Sequence[AnatomySection], writing: Writing, sections: Sequence[Section]
) -> Iterator[Problem]:
    """BRIEF01 to BRIEF03: sections missing, out of order, or unknown."""
    order = {part.heading: position for position, part in enumerate(anatomy)}
    found: list[int] = []
    meant: set[str] = set()
    for section in sections:
        if section.heading is None:
            if section.blocks:
                source = getattr(section.blocks[0], "source", writing.source)
                yield Problem(
                    "BRIEF03", "text stands before the first section", source, f"start with ## {anatomy[0].heading}"
                )
            continue
        title = plain(section.heading.inlines)
        if title not in order:
            said = f"“{title}” is no section of a brief"
            yield Problem("BRIEF03", said, section.heading.source, suggestion(title, order))
            meant.add(nearest(title, order))
            continue
        if found and order[title] <= max(found):
            again = order[title] in found
            said = f"“{title}” stands twice" if again else f"“{title}” comes after “{anatomy[max(found)].heading}”"
            yield Problem("BRIEF02", said, section.heading.source, "put the sections into the order of edition.yaml")
        found.append(order[title])
    for position, part in enumerate(anatomy):
        if part.required and position not in found and part.heading not in meant:
            yield Problem(
                "BRIEF01", f"the section “{part.heading}” is missing", writing.source, f"add ## {part.heading}"
            )


def case_problems(record: Record[BriefHeader]) -> Iterator[Problem]:
    """CASE004, YAML006: states and ids of the cases in a header."""
    seen: set[str] = set()
    for i, model in enumerate(record.value.cases):
        if model.id in seen:
            yield Problem("YAML006", f"the case “{model.id}” stands twice", record.at("cases", i, "id"))
        seen.add(model.id)
        states = [(model.state, record.at("cases", i, "state"))]
        states += [(place[-2:], record.at("cases", i, "places", n)) for n, place in enumerate(model.places)]
        for state, source in states:
            if state not in STATES:
                yield Problem("CASE004", f"“{state}” is no state", source, suggestion(state, STATES))


def date_problems(manuscript: Manuscript, edition: Record[Edition]) -> Iterator[Problem]:
    """CASE005: dates that no calendar has, of the edition, the references and the briefs."""
    dates = [(edition.value.date, edition.at("date")), (edition.value.facts_date, edition.at("facts_date"))]
    references = manuscript.references
    for i, reference in enumerate(references.value if references else ()):
        dates.append((reference.issued, references.at(i, "issued") if references else edition.start))
    for part in manuscript.parts:
        for brief in part.briefs:
            dates += _dates_of(brief.header) if brief.header else []
    for date, source in dates:
        if not in_calendar(date):
            yield Problem("CASE005", f"“{date}” is not in the calendar", source)


def _dates_of(record: Record[BriefHeader]) -> list[tuple[str, Source]]:
    header = record.value
    dates = [(f.as_of, record.at("key_figures", i, "as_of")) for i, f in enumerate(header.key_figures)]
    for i, case in enumerate(header.cases):
        dates.append((case.enacted, record.at("cases", i, "enacted")))
        dates.append((case.effective, record.at("cases", i, "effective")))
        dates += [(f.as_of, record.at("cases", i, "figures", n, "as_of")) for n, f in enumerate(case.figures)]
    return dates


def untold_problems(record: Record[BriefHeader], writing: Writing, told: Sequence[Case]) -> Iterator[Problem]:
    """CASE002: a case of the header that the text does not tell, not even under a misspelled id."""
    if any(problem.code in LEFT_OUT for problem in writing.document.problems):
        return
    ids = [model.id for model in record.value.cases]
    told_ids = {case.anchor.rpartition(".")[2] for case in told}
    stories = {block.case for block in walk_blocks(writing.document.blocks) if isinstance(block, CaseStory)}
    told_ids |= {nearest(story, ids) for story in stories if story not in ids}
    for i, model in enumerate(record.value.cases):
        if model.id not in told_ids:
            hint = f"add ::: case {model.id} and its story, or delete the case"
            yield Problem(
                "CASE002", f"the case “{model.id}” is not told in the text", record.at("cases", i, "id"), hint
            )


def division_problems(divisions: Sequence[Division]) -> Iterator[Problem]:
    """YAML006: two divisions with one id."""
    for id, count in Counter(division.id for division in divisions).items():
        if count > 1:
            source = next(division.source for division in reversed(divisions) if division.id == id)
            yield Problem("YAML006", f"two divisions have the id “{id}”", source, "rename one of the files")


def record_problems(manuscript: Manuscript) -> Iterator[Problem]:
    """YAML006: an id that stands twice in one of the edition's lists."""
    lists: tuple[tuple[str, Record[tuple[object, ...]] | None], ...] = (
        ("organizations.yaml", manuscript.organizations),  # type: ignore[assignment]
        ("glossary.yaml", manuscript.glossary),
        ("references.yaml", manuscript.references),
    )
    for name, record in lists:
        seen: set[str] = set()
        for i, entry in enumerate(record.value if record else ()):
            id = str(getattr(entry, "id"))  # noqa: B009 - all three kinds of entry have one
            if id in seen and record:
                yield Problem("YAML006", f"“{id}” stands twice in {name}", record.at(i, "id"))
            seen.add(id)


def edition_problems(record: Record[Edition]) -> Iterator[Problem]:
    """EDIT002, EDIT003: the ISBN's check digit, and a page that has room for text."""
    edition = record.value
    if not isbn_is_valid(edition.isbn):
        yield Problem("EDIT002", f"the check digit of {edition.isbn} is wrong", record.at("isbn"))
    geometry = edition.page.geometry()
    if geometry.baseline < LEAST_BASELINE:
        said = f"lines of text can't stand {geometry.baseline:g} pt apart"
        yield Problem("EDIT003", said, record.at("page", "baseline"), f"{LEAST_BASELINE} pt is the least")
    elif geometry.measure < LEAST_MEASURE or geometry.lines_per_page < LEAST_LINES:
        said = f"{geometry.measure:.0f} by {geometry.text_height:.0f} pt are left for text"
        yield Problem("EDIT003", said, record.key("page"), "make the margins smaller or the trim larger")


def index_problems(manuscript: Manuscript, used: Mapping[str, Sequence[Source]]) -> Iterator[Problem]:
    """INDX001, INDX004, INDX005, INDX007, INDX008, and LINK001 for the glossary's own references."""
    glossary = manuscript.glossary
    yield from (problem for problem in _vocabulary_problems(manuscript, used) if problem.code != "INDX006")
    if glossary is not None:
        terms = [entry.id for entry in glossary.value]
        for i, entry in enumerate(glossary.value):
            for n, id in enumerate(entry.see_also):
                if id not in terms:
                    source = glossary.at(i, "see_also", n)
                    yield Problem("LINK001", f"there is no term “{id}”", source, suggestion(id, terms))


def _vocabulary_problems(manuscript: Manuscript, used: Mapping[str, Sequence[Source]]) -> tuple[Problem, ...]:
    vocabulary = manuscript.vocabulary
    if vocabulary is None:
        return ()
    entries = [(headword, vocabulary.at(i, "headword")) for i, headword in enumerate(vocabulary.value)]
    pointers = {
        (headword.headword, target): vocabulary.at(i, key, n)
        for i, headword in enumerate(vocabulary.value)
        for key, targets in (("see", headword.see), ("see_also", headword.see_also))
        for n, target in enumerate(targets)
    }
    return check_vocabulary(entries, used, pointers)


def unused_problems(
    manuscript: Manuscript,
    used: Mapping[str, Sequence[Source]],
    cited: AbstractSet[str],
    credited: AbstractSet[str],
) -> Iterator[Problem]:
    """INDX006, CITE002, ORGN002: headwords without pages, references uncited, organizations that no brief names."""
    yield from (problem for problem in _vocabulary_problems(manuscript, used) if problem.code == "INDX006")
    references, organizations = manuscript.references, manuscript.organizations
    for i, reference in enumerate(references.value if references else ()):
        if reference.id not in cited and references:
            yield Problem("CITE002", f"nothing cites “{reference.id}”", references.at(i, "id"))
    for i, organization in enumerate(organizations.value if organizations else ()):
        if organization.id not in credited and organizations:
            yield Problem("ORGN002", f"no brief names “{organization.id}”", organizations.at(i, "id"))


def file_problems(
    manuscript: Manuscript, edition: Edition, tables: Sequence[Table], figures: Sequence[Figure]
) -> Iterator[Problem]:
    """FILE004: files of the content folder that no part of the book is made from."""
    base = Path(manuscript.shown)
    used = {(base / name).as_posix() for name in EDITION_FILES}
    used |= {(base / "front" / f"{name}.md").as_posix() for name in edition.front}
    used |= {(base / "back" / f"{name}.md").as_posix() for name in edition.back}
    used |= {part.source.path for part in manuscript.parts}
    used |= {brief.source.path for part in manuscript.parts for brief in part.briefs}
    used |= {table.file for table in tables} | {(base / "images" / figure.image).as_posix() for figure in figures}
    for name in manuscript.files:
        if name not in used:
            yield Problem("FILE004", f"“{Path(name).name}” is not used by the edition", Source(name))


def character_problems(manuscript: Manuscript) -> Iterator[Problem]:
    """FONT001: characters that the book's fonts do not have, wherever they stand in the source."""
    reported = {problem.source for problem in manuscript.problems}
    for path, lines in manuscript.lines.items():
        for number, line in enumerate(lines, start=1):
            if _is_plain(line) or (path.endswith(".yaml") and line.lstrip().startswith("#")):
                continue
            for character in missing_characters(line):
                place = Source(path, number, line.index(character) + 1)
                if place in reported:
                    continue
                name = f"U+{ord(character):04X}"
                shown = f"“{character}” ({name})" if character.isprintable() else name
                yield Problem("FONT001", f"{shown} is in none of the book's fonts", place)


def _is_plain(line: str) -> bool:
    """Whether a line holds nothing but the ASCII characters that every font has."""
    return line.isascii() and line.replace("\t", " ").isprintable()


def isbn_is_valid(isbn: str) -> bool:
    """Whether the check digit of an ISBN-13 is right (ISO 2108: the sum by weights 1 and 3 is a multiple of 10)."""
    digits = [int(character) for character in isbn if character.isdigit()]
    if len(digits) != 13:
        return False
    return sum(digit * (3 if position % 2 else 1) for position, digit in enumerate(digits)) % 10 == 0
