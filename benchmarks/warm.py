"""An edit in a process that keeps the book: the place for policybook's interface to it, as soon as there is one.

`edit` is called once a repetition with the project's folder, the output folder and a function that makes the edit. It
has to build once, make the edit, build again, and give the seconds of the second build.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def edit(project: Path, output: Path, change: Callable[[], None]) -> float | None:
    """Seconds from the edit to the delivered file in a warm process; None while policybook has no interface for it."""
    del project, output, change
    return None
