"""The command line. Exit status: 0 done, 1 content or result at fault, 2 the command line, 3 the machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from policybook import __version__
from policybook.diagnostics import ContentError, PolicybookError, Problem, errors, in_order, render

F = TypeVar("F", bound=Callable[..., Any])


class _Default(click.Group):
    """A group that builds when it is given no command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            args = ["build"]
        return super().parse_args(ctx, args)


@click.group(cls=_Default, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="policybook")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The project's folder, which holds content/ (default: here).",
)
@click.pass_context
def main(context: click.Context, project: Path) -> None:
    """Make printed policy books from structured content.

    Without a command, the newest edition is built.

    Example: policybook build 2026
    """
    context.obj = project


def _guarded(command: F) -> F:
    """Turn every failure that we know into a message and an exit status, and none into a traceback."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except PolicybookError as error:
            _tell(error, as_json=bool(kwargs.get("as_json")))
            sys.exit(error.exit_status)

    return guarded  # type: ignore[return-value]


def _tell(error: PolicybookError, *, as_json: bool) -> None:
    if isinstance(error, ContentError):
        _print_problems(error.problems, as_json=as_json)
        if not as_json:
            _summary(error.problems)
        return
    remedy = getattr(error, "remedy", "")
    if as_json:
        click.echo(json.dumps({"error": str(error), "remedy": remedy}))
    else:
        click.echo(f"{error}" + (f"\n    try: {remedy}" if remedy else ""), err=True)


def _print_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
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
    project = click.get_current_context().find_root().obj or Path()
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


def _edition(context: click.Context, name: str | None) -> str:
    """The edition that is meant: the one named, or the newest."""
    folder: Path = context.find_root().obj / "content"
    known = sorted(path.name for path in folder.glob("*") if (path / "edition.yaml").is_file())
    if name is None:
        if not known:
            raise click.UsageError(f"no edition in {folder}/: a folder there with an edition.yaml is one")
        return known[-1]
    if name not in known:
        raise click.BadParameter(f"there is no edition “{name}”; there is {', '.join(known) or 'none'}")
    return name


def _progress(*, quiet: bool) -> Callable[[str], None]:
    """Progress on one line of a terminal, a line each elsewhere."""
    if quiet:
        return lambda _: None
    if sys.stderr.isatty():
        return lambda said: click.echo(f"\r\x1b[K{said}", nl=False, err=True)
    return lambda said: click.echo(said, err=True)


_json = click.option("--json", "as_json", is_flag=True, help="Give the outcome as JSON.")
_edition_argument = click.argument("edition", required=False)


@main.command()
@_edition_argument
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where to deliver (default: output/).")
@click.option("--jobs", type=click.IntRange(1), default=min(os.cpu_count() or 1, 4), help="Processes that typeset.")
@click.option("--strict-fit", is_flag=True, help="Fail when a brief runs over its page budget.")
@click.option("--no-cache", is_flag=True, help="Lay everything out again.")
@_json
@click.pass_context
@_guarded
def build(
    context: click.Context,
    edition: str | None,
    output: Path | None,
    jobs: int,
    strict_fit: bool,
    no_cache: bool,
    as_json: bool,
) -> None:
    """Build an edition: output/EDITION/screen.pdf and its manifest.

    Example: policybook build 2026 --strict-fit
    """
    from policybook.pipeline import Order  # noqa: PLC0415 - half a second that --help need not pay
    from policybook.pipeline import build as run  # noqa: PLC0415

    project: Path = context.find_root().obj
    progress = _progress(quiet=as_json)
    order = Order(
        project,
        _edition(context, edition),
        output or project / "output",
        jobs=jobs,
        strict_fit=strict_fit,
        use_cache=not no_cache,
        progress=progress,
    )
    built = run(order)
    if as_json:
        _print_built_json(built)
        return
    if sys.stderr.isatty():
        progress("")
    _print_problems(in_order(built.warnings), as_json=False)
    for fit in built.fits:
        room = f"{fit.lines} lines over" if fit.is_over else f"{-fit.lines} lines free"
        click.echo(f"{fit.pages:3} of {fit.budget} pages, {room:>14}  {fit.title}")
    for file in built.manifest.files:
        click.echo(f"{order.output / order.edition / file.path}: {file.pages} pages, {file.bytes:,} bytes")


def _print_built_json(built: Any) -> None:
    fits = [{"brief": f.division, "pages": f.pages, "budget": f.budget, "lines": f.lines} for f in built.fits]
    problems = [_as_dict(p) for p in in_order(built.warnings)]
    manifest = json.loads(built.manifest.as_json())
    click.echo(json.dumps({"manifest": manifest, "fit": fits, "problems": problems}, ensure_ascii=False, indent=2))


@main.command()
@_edition_argument
@_json
@click.pass_context
@_guarded
def check(context: click.Context, edition: str | None, as_json: bool) -> None:
    """Find everything that can be found without laying out pages.

    Example: policybook check 2026
    """
    from policybook.pipeline import check as run  # noqa: PLC0415

    project: Path = context.find_root().obj
    _, book = run(project / "content" / _edition(context, edition))
    _print_problems(in_order(book.problems), as_json=as_json)
    if not as_json:
        click.echo(f"{len(book.briefs())} briefs, {len(book.marks)} index entries: no errors. Next: policybook build")


@main.command()
@_edition_argument
@_json
@click.pass_context
@_guarded
def status(context: click.Context, edition: str | None, as_json: bool) -> None:
    """Show every brief: its state, words, cases, notes and page budget, and its pages in the last build.

    Example: policybook status
    """
    from policybook.status import brief_rows, table  # noqa: PLC0415

    project: Path = context.find_root().obj
    name = _edition(context, edition)
    rows = brief_rows(project, name)
    click.echo(json.dumps([row.as_dict() for row in rows], indent=2) if as_json else table(rows))


@main.group()
def new() -> None:
    """Start something new: a brief.

    Example: policybook new brief dignity-at-work paid-family-leave --title "Paid Family Leave"
    """


@new.command("brief")
@click.argument("part")
@click.argument("id")
@click.option("--title", prompt=True, help="The brief's title.")
@click.option("--edition", help="The edition (default: the newest).")
@click.pass_context
@_guarded
def new_brief(context: click.Context, part: str, id: str, title: str, edition: str | None) -> None:
    """Start a brief ID in PART, with the anatomy's headings. Nothing that exists is overwritten.

    Example: policybook new brief dignity-at-work paid-family-leave --title "Paid Family Leave"
    """
    from policybook.scaffold import start_brief  # noqa: PLC0415

    project: Path = context.find_root().obj
    path = start_brief(project / "content" / _edition(context, edition), part, id, title)
    click.echo(f"{path} is there. Next: write it, then policybook check")


@main.command()
@click.argument("name", required=False)
@click.option("--write", type=click.Path(file_okay=False, path_type=Path), help="Write all schemas to this folder.")
@_guarded
def schema(name: str | None, write: Path | None) -> None:
    """Print the JSON Schema of a kind of YAML file, or write all of them.

    Example: policybook schema edition
    """
    from policybook.schemas import MODELS, schema_text, write_schemas  # noqa: PLC0415

    if write is not None:
        for path in write_schemas(write):
            click.echo(path)
    elif name is not None and name in MODELS:
        click.echo(schema_text(name), nl=False)
    else:
        raise click.UsageError(f"name one of {', '.join(MODELS)}, or --write a folder")


@main.command()
@_json
@_guarded
def doctor(as_json: bool) -> None:
    """Look at the machine: Python, libraries, fonts. Says what to type where something is missing.

    Example: policybook doctor
    """
    from policybook.machine import examine  # noqa: PLC0415

    findings = examine()
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            mark = click.style("ok     ", fg="green") if finding.ok else click.style("missing", fg="red")
            click.echo(
                f"{mark} {finding.name}: {finding.found}"
                + (f"\n        try: {finding.remedy}" if not finding.ok else "")
            )
    if not all(finding.ok for finding in findings):
        sys.exit(3)


@main.command()
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="The output folder (default: output/)."
)
@click.option("--all", "everything", is_flag=True, help="Delivered files too, not only what builds keep for speed.")
@click.pass_context
@_guarded
def clean(context: click.Context, output: Path | None, everything: bool) -> None:
    """Delete what builds keep for speed, and with --all what they delivered.

    Example: policybook clean --all
    """
    project: Path = context.find_root().obj
    folder = output or project / "output"
    if everything:
        for path in sorted(folder.glob("*")):
            if (path / "manifest.json").is_file():
                shutil.rmtree(path)
                click.echo(f"{path} deleted")
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    click.echo(f"{folder / '.cache'} deleted")
