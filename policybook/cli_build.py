"""`build`: one edition or several by one crew, each only where something has changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybook import standing
from policybook.cli_report import print_report, progress, report_of, say_unchanged

if TYPE_CHECKING:
    from policybook.crew import Crew
    from policybook.pipeline import Built

#: Gives the one crew of a command, hired when it is first needed; for much work, all hands at once.
Hire = Callable[[bool], "Crew"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What `build` was asked: where, by whom, how."""

    project: Path
    output: Path
    jobs: int
    scheduler: str
    strict_fit: bool
    use_cache: bool
    as_json: bool
    printer: str
    stock: str


def build_editions(wish: Wish, editions: Sequence[str]) -> None:
    """Build editions in turn and print their reports; with `--json`, several make a list."""
    crews: list[Crew] = []
    with ExitStack() as stack:

        def hire(much: bool) -> Crew:
            if not crews:
                crews.append(stack.enter_context(_hired(wish, much=much)))
            return crews[0]

        reports = [_report(wish, edition, hire) for edition in editions]
    if wish.as_json:
        click.echo(json.dumps(reports if len(reports) > 1 else reports[0], ensure_ascii=False, indent=2))


def _hired(wish: Wish, *, much: bool) -> Crew:
    """The crew; where little is to be done, with one worker at first."""
    from policybook.hiring import hired  # noqa: PLC0415 - a build which stands needs no workers

    return hired(wish.jobs, wish.scheduler, hands=None if much else 1)


def _report(wish: Wish, edition: str, hire: Hire) -> dict[str, Any]:
    """The report of one edition, made now or standing from before; printed, unless it is wanted as JSON."""
    tools = standing.find_tools()
    options = [*(["strict-fit"] if wish.strict_fit else []), f"printer {wish.printer} {wish.stock}"]
    inputs = partial(standing.inputs_digest, wish.project, edition, options, tools=tools)
    before = inputs()
    stood = standing.stands(wish.output, edition, before) if wish.use_cache else None
    if stood is not None:
        report = dict(stood.report)
    else:
        built = _built(wish, edition, hire)
        report = report_of(built)
        if wish.use_cache and inputs() == before:  # what was edited during the build may be in it or not
            standing.record(wish.output, edition, before, built.manifest, report)
    if not wish.as_json:
        print_report(report, wish.output / edition)
        if stood is not None:
            say_unchanged(tools.unseen)
    return {**report, "unchanged": stood is not None}


def _built(wish: Wish, edition: str, hire: Hire) -> Built:
    """The outcome of a build. Its workers are hired first: they get ready while this process imports and reads."""
    built_before = wish.use_cache and (wish.output / ".cache" / f"{edition}.pagination.json").exists()
    crew = hire(not built_before)
    from policybook.pipeline import Order, build  # noqa: PLC0415 - a quarter of a second, while workers warm up

    say = progress(quiet=wish.as_json)
    order = Order(
        project=wish.project,
        edition=edition,
        output=wish.output,
        jobs=wish.jobs,
        strict_fit=wish.strict_fit,
        use_cache=wish.use_cache,
        scheduler=wish.scheduler,
        printer=wish.printer,
        stock=wish.stock,
        progress=say,
    )
    built = build(order, crew)
    if sys.stderr.isatty():
        say("")
    return built
