"""What cross-references can lead to, collected before any is resolved: briefs, cases, tables, figures, terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from policybook.diagnostics import Problem, Source, suggestion
from policybook.dialect import LEFT_OUT
from policybook.ids import slug
from policybook.manuscript import Manuscript, Writing
from policybook.markdown import typographic
from policybook.text import (
    Aside,
    Block,
    CaseStory,
    CaseStudy,
    CrossReference,
    DataBlock,
    Heading,
    ItemList,
    Quotation,
    Reference,
    plain,
)

_NAMED_BY_BLOCKS = ("table", "figure")


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be referred to: its anchor, and how a reference names it where the author wrote no words."""

    kind: str
    id: str
    anchor: str
    label: str
    number: int = 0


class Targets:
    """The targets of a book by kind and id. Of the kinds in `unsure`, some may be in text that could not be read."""

    def __init__(self, unsure: AbstractSet[str] = frozenset()) -> None:
        self._targets: dict[tuple[str, str], Target] = {}
        self.unsure = unsure

    def add(self, target: Target) -> bool:
        """Whether the target is new; an id that is taken is kept by the first."""
        return self._targets.setdefault((target.kind, target.id), target) is target

    def get(self, kind: str, id: str) -> Target | None:
        """The target of that kind and id."""
        return self._targets.get((kind, id))

    def ids(self, kind: str) -> list[str]:
        """The ids of all targets of a kind."""
        return [id for known, id in self._targets if known == kind]

    def resolve(self, reference: CrossReference) -> Reference | Problem:
        """The resolved reference, or the problem of one that leads to nothing."""
        target = self.get(reference.target_kind, reference.target)
        if target is None:
            said = f"there is no {reference.target_kind} “{reference.target}”"
            hint = suggestion(reference.target, self.ids(reference.target_kind))
            return Problem("LINK001", said, reference.source, hint)
        return Reference(target.kind, target.anchor, target.label, reference.children)


#: Places of a division that the book names itself.
_OWN_PLACES = ("end", "notes", "resources")


class HeadingNames:
    """The names of a text's headings, taken in the order of the text: a name that is taken before gets a number."""

    def __init__(self) -> None:
        self._taken = set(_OWN_PLACES)

    def take(self, heading: Heading) -> str:
        """The heading's name, which no other place of the text has."""
        stem = name = slug(plain(heading.inlines))
        number = 1
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name)
        return name


def collect_targets(manuscript: Manuscript, writings: Iterable[Writing]) -> tuple[Targets, tuple[Problem, ...]]:
    """The targets of the writings, in the order in which they are printed (tables and figures are numbered so)."""
    writings = tuple(writings)
    targets, problems = Targets(_unsure(manuscript, writings)), []
    briefs = {brief.id for part in manuscript.parts for brief in part.briefs}
    numbers = {"table": 0, "figure": 0}
    for writing in writings:
        if writing.id in briefs:
            title = typographic(writing.header.value.title) if writing.header else writing.id
            targets.add(Target("brief", writing.id, writing.id, f"“{title},”"))
        for target, source in _targets_of(writing, numbers):
            if not targets.add(target) and target.kind in _NAMED_BY_BLOCKS:
                said = f"the {target.kind} “{target.id}” is there already"
                problems.append(Problem("YAML006", said, source, "give each its own id"))
    for entry in manuscript.glossary.value if manuscript.glossary else ():
        targets.add(Target("term", entry.id, f"glossary.{entry.id}", entry.term))
    return targets, tuple(problems)


def _unsure(manuscript: Manuscript, writings: Iterable[Writing]) -> frozenset[str]:
    """The kinds of targets that may be missing because text could not be read, which is reported by itself."""
    unsure = set() if manuscript.glossary else {"term"}
    if any(path.endswith(".md") for path in manuscript.unread):
        unsure |= {"brief", "section", "case", *_NAMED_BY_BLOCKS}
    if any(problem.code in LEFT_OUT for writing in writings for problem in writing.document.problems):
        unsure |= set(_NAMED_BY_BLOCKS)
    return frozenset(unsure)


def _targets_of(writing: Writing, numbers: dict[str, int]) -> Iterator[tuple[Target, Source]]:
    for id, place in _cases_of(writing):
        anchor = f"{writing.id}.case.{id}"
        yield Target("case", f"{writing.id}/{id}", anchor, f"{typographic(place)},"), writing.source
    names, headings = HeadingNames(), set[str]()
    for block in walk_blocks(writing.document.blocks):
        if isinstance(block, DataBlock):
            numbers[block.role] += 1
            number = numbers[block.role]
            anchor = f"{writing.id}.{block.role}.{block.id}"
            yield Target(block.role, block.id, anchor, f"{block.role} {number},", number), block.source
        elif isinstance(block, Heading):
            id, name = slug(plain(block.inlines)), names.take(block)
            if id not in headings:
                headings.add(id)
                label = f"“{plain(block.inlines)},”"
                yield Target("section", f"{writing.id}/{id}", f"{writing.id}.{name}", label), block.source


def _cases_of(writing: Writing) -> list[tuple[str, str]]:
    """Id and place of the cases; where the header can't be used, what the text tells is the best that is known."""
    if writing.header:
        return [(case.id, case.place) for case in getattr(writing.header.value, "cases", ())]
    return [(block.case, "") for block in walk_blocks(writing.document.blocks) if isinstance(block, CaseStory)]


def walk_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, depth first, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, (Quotation, Aside, CaseStory, CaseStudy)):
            yield from walk_blocks(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from walk_blocks(item)
