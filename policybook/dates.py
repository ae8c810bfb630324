"""Dates at the precision that is known: ISO 8601 as `2014`, `2014-06` or `2014-06-03`."""

from __future__ import annotations

import datetime

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def in_calendar(date: str) -> bool:
    """Whether a partial ISO 8601 date exists; an empty one does."""
    parts = [int(part) for part in date.split("-")] if date else [2000]
    year, month, day = (*parts, 1, 1)[:3]
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def format_date(date: str) -> str:
    """A partial ISO 8601 date as American prose has it: June 3, 2014; June 2014; 2014."""
    parts = date.split("-")
    if len(parts) == 1:
        return parts[0]
    month = MONTHS[int(parts[1]) - 1]
    if len(parts) == 2:
        return f"{month} {parts[0]}"
    return f"{month} {datetime.date.fromisoformat(date).day}, {parts[0]}"
