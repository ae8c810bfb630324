"""Hiring: the crew that is asked for, its workers already warming up while this process reads the content.

Light to import, so that the command line can hire before it imports what it needs itself.
"""

from __future__ import annotations

import gc

from policybook.crew import Alone, Crew


def hired(jobs: int, scheduler: str = "", *, hands: int | None = None) -> Crew:
    """So many processes of this machine, this one alone, or the cluster whose scheduler has that address.

    `hands` are started at once, all if none are given; the others when there is work for them. Where little work is
    expected one is best: on two cores, a second worker that warms up takes its time from this process.
    """
    if scheduler:
        from policybook.crew_cluster import Cluster  # noqa: PLC0415 - an extra, which most don't have

        return Cluster(scheduler)
    if jobs == 1:
        return Alone()
    from policybook.crew_pool import Pool  # noqa: PLC0415 - not needed by a process that works alone

    crew = Pool(jobs)
    crew.warm(warm_up, hands)
    return crew


def warm_up() -> None:
    """In a worker: import what laying out and folding take, which is more than half a second.

    What is imported stays: the collector need not look at it, now or when it collects what a division leaves.
    """
    gc.disable()
    from policybook.typesetting import engine  # noqa: PLC0415 - in a worker only

    engine()
    import policybook.folding  # noqa: F401, PLC0415

    gc.freeze()
    gc.enable()
