"""Ids: the names by which files, organizations, references and places of the text are called."""

from __future__ import annotations

import re
import unicodedata

#: Words of small letters and digits, joined by hyphens.
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slug(text: str) -> str:
    """Words as an id: lower case, ASCII, joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-") or "x"
