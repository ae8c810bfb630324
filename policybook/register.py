"""What the texts of a book write into while they are resolved, one after the other in the order of print."""

from __future__ import annotations

from dataclasses import dataclass, field

from policybook.book import Mark
from policybook.diagnostics import Problem, Source, suggestion
from policybook.edition import Notes, Reference
from policybook.manuscript import Manuscript
from policybook.markdown import read_inline
from policybook.targets import Targets
from policybook.text import Figure, Inline, Table


@dataclass(slots=True)
class Register:
    """The marks, tables and figures of a book, the keys and headwords that it uses, and its problems."""

    manuscript: Manuscript
    targets: Targets
    notes: Notes
    problems: list[Problem] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    cited: set[str] = field(default_factory=set)
    used_headwords: dict[str, list[Source]] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    references: dict[str, Reference] = field(init=False)

    def __post_init__(self) -> None:
        """Looks the references up once, not for each citation."""
        known = self.manuscript.references
        self.references = {reference.id: reference for reference in known.value} if known else {}

    def report(self, problem: Problem) -> None:
        """Note a problem."""
        self.problems.append(problem)

    def read(self, text: str, source: Source) -> tuple[Inline, ...]:
        """Text of a YAML value."""
        inlines, problems = read_inline(text, source, self.manuscript.lines.get(source.path, ()))
        self.problems.extend(problems)
        return inlines

    def publisher(self, key: str) -> str:
        """The publisher of a reference, or an empty string."""
        return self.references[key].publisher if key in self.references else ""

    def cite(self, key: str, source: Source) -> bool:
        """Whether the references have this key; the key then counts as cited."""
        if key in self.references:
            self.cited.add(key)
            return True
        if self.manuscript.references:
            hint = suggestion(key, self.references)
            self.report(Problem("CITE001", f"“{key}” is not in references.yaml", source, hint))
        return False
