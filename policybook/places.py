"""From a position in running text to the line and column of the file that it was read from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from policybook.diagnostics import Source


class Places(ABC):
    """The places of running text; `content` is the text as the parser has it, positions count from 0."""

    def __init__(self, content: str) -> None:
        self.content = content

    @abstractmethod
    def at(self, position: int) -> Source:
        """The place of the character at a position."""

    def of_target(self, position: int, href: str) -> Source:
        """The place of what the link leads to that starts at a position."""
        at = self.content.find(f"]({href}", position)
        return self.at(at + 2) if at >= 0 else self.at(position)


class ValuePlaces(Places):
    """A value of YAML that starts at `source`; `lines` are those of the file."""

    def __init__(self, content: str, source: Source, lines: Sequence[str]) -> None:
        super().__init__(content)
        self.source = source
        self.lines = lines
        row, column = source.line - 1, source.column - 1
        if row + 1 < len(lines) and lines[row][column : column + 1] in (">", "|"):
            row, column = row + 1, 0
        #: The row of each character and the column behind it, as far as they have been asked for.
        self._found = [(row, column)]

    def at(self, position: int) -> Source:
        """The characters up to the position, found one after the other: only white space, quotes and escapes differ."""
        if self.source.line > len(self.lines):
            return self.source
        for character in self.content[len(self._found) - 1 : position + 1]:
            row, column = self._found[-1]
            self._found.append((row, column) if character.isspace() else self._next(character, row, column))
        row, column = self._found[min(position + 1, len(self._found) - 1)]
        return Source(self.source.path, row + 1, max(column, 1))

    def _next(self, character: str, row: int, column: int) -> tuple[int, int]:
        """The row of the character and the column behind it, or where the search began if it is not there."""
        while row + 1 < len(self.lines) and self.lines[row][column:].strip() in ("", "\\"):
            row, column = row + 1, 0
        at = self.lines[row].find(character, column)
        return row, at + 1 if at >= 0 else column


class ParagraphPlaces(Places):
    """A paragraph or heading, which is lines of the file without their indentation.

    `lines` are those of the text, which starts on the file's line `first_line`; `rows` are the paragraph's first and
    the one behind its last.
    """

    def __init__(self, content: str, path: str, lines: Sequence[str], first_line: int, rows: Sequence[int]) -> None:
        super().__init__(content)
        self.path = path
        self.lines = lines
        self.first_line = first_line
        self.rows = content.split("\n")
        start = self.rows[0]
        # The parser drops lines of nothing but spaces that it does not count as empty, such as U+00A0.
        self.first = next((index for index in range(*rows) if start in lines[index]), rows[0])

    def at(self, position: int) -> Source:
        """The place of a character, in the line of the file that ends in the line of the text."""
        before = self.content[:position]
        row = before.count("\n")
        column = position - (before.rfind("\n") + 1)
        index = self.first + row
        content_line = self.rows[row]
        line = self.lines[index]
        words = content_line.lstrip()  # the parser writes spaces for a tab
        indent = line.rfind(words) if words in line else len(line) - len(line.lstrip())
        column = max(0, column - (len(content_line) - len(words)))
        return Source(self.path, self.first_line + index, indent + column + 1)
