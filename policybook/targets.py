"""What cross-references can lead to, collected before any is resolved: briefs, cases, tables, figures, terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policybook.diagnostics import Problem, Source, suggestion
from policybook.manuscript import Manuscript, Writing
from policybook.text import (
    Aside,
    Block,
    CaseStory,
    CrossReference,
    DataBlock,
    Heading,
    ItemList,
    Quotation,
    Reference,
    plain,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be referred to: its anchor, and how a reference names it where the author wrote no words."""

    kind: str
    id: str
    anchor: str
    label: str
    number: int = 0


class Targets:
    """The targets of a book by kind and id."""

    def __init__(self) -> None:
        self._targets: dict[tuple[str, str], Target] = {}

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


def slug(text: str) -> str:
    """Words as an id: lower case, ASCII, joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-") or "x"


def collect_targets(manuscript: Manuscript, writings: Iterable[Writing]) -> tuple[Targets, tuple[Problem, ...]]:
    """The targets of the writings, in the order in which they are printed (tables and figures are numbered so)."""
    targets, problems = Targets(), []
    briefs = {brief.id for part in manuscript.parts for brief in part.briefs}
    numbers = {"table": 0, "figure": 0}
    for writing in writings:
        if writing.id in briefs:
            title = writing.header.value.title if writing.header else writing.id
            targets.add(Target("brief", writing.id, writing.id, f"“{title},”"))
        for target, source in _targets_of(writing, numbers):
            if not targets.add(target):
                said = f"the {target.kind} “{target.id}” is there already"
                problems.append(Problem("YAML006", said, source, "give each its own id"))
    for entry in manuscript.glossary.value if manuscript.glossary else ():
        targets.add(Target("term", entry.id, f"glossary.{entry.id}", entry.term))
    return targets, tuple(problems)


def _targets_of(writing: Writing, numbers: dict[str, int]) -> Iterator[tuple[Target, Source]]:
    cases = {case.id: case for case in getattr(writing.header.value, "cases", ())} if writing.header else {}
    headings: set[str] = set()
    for block in walk_blocks(writing.document.blocks):
        if isinstance(block, DataBlock):
            numbers[block.role] += 1
            number = numbers[block.role]
            anchor = f"{writing.id}.{block.role}.{block.id}"
            yield Target(block.role, block.id, anchor, f"{block.role} {number},", number), block.source
        elif isinstance(block, CaseStory) and block.case in cases:
            anchor = f"{writing.id}.case.{block.case}"
            yield Target("case", f"{writing.id}/{block.case}", anchor, f"{cases[block.case].place},"), block.source
        elif isinstance(block, Heading):
            name = slug(plain(block.inlines))
            if name not in headings:
                headings.add(name)
                label = f"“{plain(block.inlines)},”"
                yield Target("section", f"{writing.id}/{name}", f"{writing.id}.{name}", label), block.source


def walk_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, depth first, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, (Quotation, Aside, CaseStory)):
            yield from walk_blocks(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from walk_blocks(item)
