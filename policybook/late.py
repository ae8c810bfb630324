"""Late numbers: folios in running text, contents, lists and indexes that are printed when the book is bound.

A division is laid out with a placeholder of as many digits, so that it has to be laid out again only when the count of
digits changes. For its digits, number k of a division shows the last digits of k itself: by them the numbers are found
again in their order, and a template that prints them otherwise is found out. Roman folios are not late.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[0-9]+")


def placeholder(index: int, digits: int) -> str:
    """What stands for the late number `index` of a division."""
    return f"{index % 10**digits:0{digits}d}"


def placeholders(text: str, start: int) -> str:
    """The text with a placeholder for each number in it, the first of which is number `start` of its division."""
    parts = _NUMBER.split(text)
    numbers = late_numbers(text)
    standing = [placeholder(start + at, len(number)) for at, number in enumerate(numbers)]
    return "".join(part for pair in zip(parts, [*standing, ""], strict=True) for part in pair)


def in_order(standing: Sequence[str]) -> list[int]:
    """The places of placeholders in the order of the numbers that they stand for.

    They are found nearly in it: a note of the foot stands behind text that goes on behind its mark. So a placeholder
    stands for the number with its last digits that is nearest to its place.
    """

    def number(at: int) -> int:
        cycle: int = 10 ** len(standing[at])
        return at + (int(standing[at]) - at + cycle // 2) % cycle - cycle // 2

    return sorted(range(len(standing)), key=number)


def late_numbers(text: str) -> list[str]:
    """The numbers of a text that are printed late."""
    return _NUMBER.findall(text)
