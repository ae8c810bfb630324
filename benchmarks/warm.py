"""An edit in a process that keeps the book, as a preview does: `policybook.desk`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from policybook.desk import Desk
from policybook.pipeline import Order


def edit(project: Path, output: Path, change: Callable[[], None], *, jobs: int = 2) -> float:
    """Seconds from the edit to the written file, in a process that has set the book once before."""
    (edition,) = (folder.name for folder in (project / "content").iterdir())
    with Desk(Order(project, edition, output, jobs=jobs)) as desk:
        desk.proof()
        change()
        started = time.perf_counter()
        screen = desk.proof().made.screen
        output.mkdir(parents=True, exist_ok=True)
        (output / "screen.pdf").write_bytes(screen)
        return time.perf_counter() - started
