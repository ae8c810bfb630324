"""How the command line speaks: problems, failures, progress, and what a build has to report."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybook.diagnostics import ContentError, PolicybookError, Problem, Source, errors, in_order, render

if TYPE_CHECKING:
    from policybook.pipeline import Built


def project_folder() -> Path:
    """The folder that holds content/, as the command line names it."""
    folder: Path | None = click.get_current_context().find_root().obj
    return folder or Path()


def progress(*, quiet: bool) -> Callable[[str], None]:
    """Progress on one line of a terminal, a line each elsewhere."""
    if quiet:
        return lambda _: None
    if sys.stderr.isatty():
        return lambda said: click.echo(f"\r\x1b[K{said}", nl=False, err=True)
    return lambda said: click.echo(said, err=True)


def tell(error: PolicybookError, *, as_json: bool) -> None:
    """What went wrong, and what to do about it."""
    if isinstance(error, ContentError):
        print_problems(error.problems, as_json=as_json)
        if not as_json:
            _summary(error.problems)
        return
    remedy = getattr(error, "remedy", "")
    if as_json:
        click.echo(json.dumps({"error": str(error), "remedy": remedy}))
    else:
        click.echo(f"{error}" + (f"\n    try: {remedy}" if remedy else ""), err=True)


def print_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Problems with their source lines, or as JSON."""
    if as_json:
        click.echo(json.dumps({"problems": [_as_dict(p) for p in problems]}, ensure_ascii=False, indent=2))
        return
    for problem in problems:
        color = "red" if problem.is_error else "yellow"
        head, _, rest = render(problem, _source_line(problem)).partition("\n")
        click.echo(click.style(head, fg=color) + ("\n" + rest if rest else ""), err=True)


def _source_line(problem: Problem) -> str | None:
    """The line of the file that a problem is about, if it can be read."""
    if problem.source is None:
        return None
    project = project_folder()
    path = project / problem.source.path
    edition = project.joinpath(*Path(problem.source.path).parts[:2])
    try:
        if not path.resolve().is_relative_to(edition.resolve()):
            return None
        text = path.read_bytes().decode("utf-8-sig", "replace" if problem.code == "FILE002" else "strict")
        line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[problem.source.line - 1]
    except (OSError, RuntimeError, UnicodeDecodeError, IndexError):
        return None
    end = problem.source.column + 160
    shown = line[:end] + "…" if len(line) > end else line
    return "".join(sign if sign.isprintable() or sign == "\t" else "\N{REPLACEMENT CHARACTER}" for sign in shown)


def _as_dict(problem: Problem) -> dict[str, object]:
    source = problem.source
    place = {"path": source.path, "line": source.line, "column": source.column} if source else {}
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        **place,
    }


def _summary(problems: Iterable[Problem]) -> None:
    found = list(problems)
    wrong = len(errors(found))
    doubtful = len(found) - wrong
    counts = f"{wrong} error{'s' * (wrong != 1)}, {doubtful} warning{'s' * (doubtful != 1)}"
    click.echo(f"{counts}. docs/codes.md explains each code.", err=True)


def _of_dict(told: Mapping[str, Any]) -> Problem:
    """The problem that `_as_dict` told."""
    source = Source(told["path"], told["line"], told["column"]) if "path" in told else None
    return Problem(told["code"], told["message"], source, told["hint"])


def report_of(built: Built) -> dict[str, Any]:
    """What a build has to report, as `build --json` prints it."""
    return {
        "manifest": json.loads(built.manifest.as_json()),
        "fit": [
            {"brief": fit.division, "title": fit.title, "pages": fit.pages, "budget": fit.budget, "lines": fit.lines}
            for fit in built.fits
        ],
        "problems": [_as_dict(problem) for problem in in_order(built.warnings)],
        "preflight": [
            {
                "file": report.file,
                "errors": len(report.errors),
                "warnings": len(report.warnings),
                "suppressed": len(report.suppressed),
                "not_checked": [outcome.rule.code for outcome in report.not_checked],
            }
            for report in built.reports
        ],
    }


def print_report(report: Mapping[str, Any], folder: Path) -> None:
    """The report of a build that delivered to `folder`: the same whether it was made now or stands from before."""
    print_problems(map(_of_dict, report["problems"]), as_json=False)
    for fit in report["fit"]:
        lines = fit["lines"]
        room = f"{lines} lines over" if lines > 0 else f"{-lines} lines free"
        click.echo(f"{fit['pages']:3} of {fit['budget']} pages, {room:>14}  {fit['title']}")
    for file in report["manifest"]["files"]:
        if file["pages"] or file["standard"]:  # not each page of the site
            standard = f", {file['standard']}" if file["standard"] else ""
            sent = f"; send it as {file['send_as']}" if file["send_as"] else ""
            count = f"{file['pages']} page{'s' * (file['pages'] != 1)}, " if file["pages"] else ""
            click.echo(f"{folder / file['path']}: {count}{file['bytes']:,} bytes{standard}{sent}")
    for said in report["preflight"]:
        page = folder / "preflight" / f"{Path(said['file']).stem}.html"
        open_rules = f", not checked: {', '.join(said['not_checked'])}" if said["not_checked"] else ""
        accepted = f", {said['suppressed']} accepted" if said["suppressed"] else ""
        click.echo(f"{page}: {said['errors']} errors, {said['warnings']} warnings{accepted}{open_rules}")


def say_unchanged(unseen: Sequence[str]) -> None:
    """Say that the last build stands; `unseen` are tools that could not be looked at."""
    doubt = f"; {', '.join(unseen)} was not found, so a change of it is not seen" if unseen else ""
    click.echo(f"nothing has changed since the last build{doubt}", err=True)
