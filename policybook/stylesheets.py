"""Which style sheets a division uses, so that a change of the others doesn't lay it out again.

A sheet is known not to be used if each of its rules asks for a class that the markup doesn't have. What is not plainly
so counts as used: a sheet with at-rules, a rule for elements, anything that is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}@]+)\{[^{}]*\}")
#: What may hold a dot without naming a class that must be there: strings of attributes, arguments such as of `:not()`.
_APART = re.compile(r"\[[^\]]*\]|\([^()]*\)|\"[^\"]*\"|'[^']*'")
_CLASS = re.compile(r"\.([A-Za-z_-][\w-]*)")
_WORD = re.compile(r"[\w-]+")


def used(entry: str, sheets: Mapping[str, str], markup: str) -> str:
    """The entry sheet's text and those of the sheets that the markup uses, joined under their names."""
    words = frozenset(_WORD.findall(markup))
    parts = [f"{name}\0{sheets[name]}" for name in sorted(sheets) if _may_match(_classes(sheets[name]), words)]
    return "\0".join([entry, *parts])


def _may_match(selectors: tuple[frozenset[str], ...] | None, words: frozenset[str]) -> bool:
    return selectors is None or any(classes <= words for classes in selectors)


@lru_cache(maxsize=256)
def _classes(sheet: str) -> tuple[frozenset[str], ...] | None:
    """The classes that each selector of a sheet asks for, or None if that can't be told."""
    text = _COMMENT.sub(" ", sheet)
    if _RULE.sub("", text).strip():
        return None
    selectors = []
    for rule in _RULE.finditer(text):
        plain = rule[1]
        while (without := _APART.sub(" ", plain)) != plain:
            plain = without
        selectors += [frozenset(_CLASS.findall(selector)) for selector in plain.split(",")]
    return tuple(selectors)
