"""Which style sheets a division uses, so that a change of the others doesn't lay it out again.

A sheet is known not to be used if each of its rules asks for a class that the markup doesn't have. What is not plainly
so counts as used: a sheet with at-rules, a rule for elements, anything that is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

#: What can't be told without reading CSS in earnest: escapes, and bare addresses, in which no comment starts.
_UNREAD = re.compile(r"\\|url\(", re.IGNORECASE)
#: Comments and strings, whichever starts first: nothing in them is syntax.
_QUOTED = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)
_OPEN = re.compile(r"/\*|[\"']")
_RULE = re.compile(r"([^{}@]+)\{[^{}]*\}")
#: What may hold a dot without naming a class that must be there: attributes, arguments such as of `:not()`.
_APART = re.compile(r"\[[^\]]*\]|\([^()]*\)")
_CLASS = re.compile(r"\.([A-Za-z_-][\w-]*)")
_WORD = re.compile(r"[\w-]+")


def used(entry: str, sheets: Mapping[str, str], markup: str) -> str:
    """The entry sheet's text and those of the sheets that the markup uses, joined under their names."""
    words = frozenset(_WORD.findall(unescape(markup)))
    parts = [f"{name}\0{sheets[name]}" for name in sorted(sheets) if _may_match(_classes(sheets[name]), words)]
    return "\0".join([entry, *parts])


def _may_match(selectors: tuple[frozenset[str], ...] | None, words: frozenset[str]) -> bool:
    return selectors is None or any(classes <= words for classes in selectors)


@lru_cache(maxsize=256)
def _classes(sheet: str) -> tuple[frozenset[str], ...] | None:
    """The classes that each selector of a sheet asks for, or None if that can't be told."""
    text = _QUOTED.sub(" ", sheet)
    if _UNREAD.search(sheet) or _OPEN.search(text) or _RULE.sub("", text).strip():
        return None
    selectors = []
    for rule in _RULE.finditer(text):
        plain = rule[1]
        while (without := _APART.sub(" ", plain)) != plain:
            plain = without
        selectors += [frozenset(_CLASS.findall(selector)) for selector in plain.split(",")]
    return tuple(selectors)
