"""The command line. Exit status: 0 done, 1 content or result at fault, 2 the command line, 3 the machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from policybook import __version__
from policybook.cli_cache import SIZE, examine
from policybook.cli_impose import impose
from policybook.cli_preflight import preflight
from policybook.cli_report import print_problems, project_folder, tell
from policybook.diagnostics import PolicybookError, in_order

if TYPE_CHECKING:
    pass

#: More processes than this wait for each other.
MOST_JOBS = 16

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
            tell(error, as_json=bool(kwargs.get("as_json")))
            sys.exit(error.exit_status)

    return guarded  # type: ignore[return-value]


def _edition(name: str | None) -> str:
    """The edition that is meant: the one named, or the newest."""
    known = _editions()
    if name is None:
        return known[-1]
    if name not in known:
        raise click.BadParameter(f"there is no edition “{name}”; there is {', '.join(known) or 'none'}")
    return name


def _editions() -> list[str]:
    """All editions of the project, the newest last."""
    folder = project_folder() / "content"
    known = sorted(path.name for path in folder.glob("*") if (path / "edition.yaml").is_file())
    if not known:
        raise click.UsageError(f"no edition in {folder}/: a folder there with an edition.yaml is one")
    return known


def _cores() -> int:
    """The processors that this process may use, as far as more processes are of any use."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS
    return min(len(allowed(0)) if allowed else os.cpu_count() or 1, MOST_JOBS)


_json = click.option("--json", "as_json", is_flag=True, help="Give the outcome as JSON.")
_output = click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="The output folder (default: output/)."
)
_edition_argument = click.argument("edition", required=False)


@main.command()
@click.argument("editions", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Build every edition in content/.")
@_output
@click.option("--jobs", type=click.IntRange(1), default=_cores, help="Processes that typeset (default: one a core).")
@click.option("--scheduler", default="", help="tcp://host:port of a Dask scheduler; needs policybook[cluster].")
@click.option("--printer", default="", help="Print for this printer, not the edition's (see doctor --printers).")
@click.option("--stock", default="", help="Print on this paper of the printer's.")
@click.option("--strict-fit", is_flag=True, help="Fail when a brief runs over its page budget.")
@click.option("--no-cache", is_flag=True, help="Lay everything out again.")
@_json
@_guarded
def build(editions: tuple[str, ...], everything: bool, output: Path | None, no_cache: bool, **how: Any) -> None:
    """Build editions: output/EDITION/ with screen.pdf, the files for the press, and the manifest.

    Where nothing has changed since the last build, its files stand and its report is given again.

    Example: policybook build 2026 --printer kdp
    """
    from policybook.cli_build import Wish, build_editions  # noqa: PLC0415 - it hashes, which --help need not wait for

    names = _editions() if everything else [_edition(name) for name in dict.fromkeys(editions)] or [_edition(None)]
    build_editions(Wish(project_folder(), output or project_folder() / "output", use_cache=not no_cache, **how), names)


@main.command()
@_edition_argument
@_json
@_guarded
def check(edition: str | None, as_json: bool) -> None:
    """Find everything that can be found without laying out pages.

    Example: policybook check 2026
    """
    from policybook.pipeline import check as run  # noqa: PLC0415

    project = project_folder()
    _, book = run(project / "content" / _edition(edition))
    print_problems(in_order(book.problems), as_json=as_json)
    if not as_json:
        click.echo(f"{len(book.briefs())} briefs, {len(book.marks)} index entries: no errors. Next: policybook build")


@main.command()
@_edition_argument
@_json
@_guarded
def status(edition: str | None, as_json: bool) -> None:
    """Show every brief: its state, words, cases, notes and page budget, and its pages in the last build.

    Example: policybook status
    """
    from policybook.status import brief_rows, table  # noqa: PLC0415

    project = project_folder()
    name = _edition(edition)
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
@_guarded
def new_brief(part: str, id: str, title: str, edition: str | None) -> None:
    """Start a brief ID in PART, with the anatomy's headings. Nothing that exists is overwritten.

    Example: policybook new brief dignity-at-work paid-family-leave --title "Paid Family Leave"
    """
    from policybook.scaffold import start_brief  # noqa: PLC0415

    project = project_folder()
    path = start_brief(project / "content" / _edition(edition), part, id, title)
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
@click.option("--printers", is_flag=True, help="List the printers instead: what each asks for.")
@_json
@_guarded
def doctor(printers: bool, as_json: bool) -> None:
    """Look at the machine: Python, libraries, fonts. Says what to type where something is missing.

    Example: policybook doctor --printers
    """
    if printers:
        _list_printers(as_json=as_json)
        return
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


def _list_printers(*, as_json: bool) -> None:
    from policybook.cli_printers import printer_problems, printer_rows, printers_table  # noqa: PLC0415
    from policybook.resources import find_resources  # noqa: PLC0415

    rows = printer_rows(find_resources(project_folder()))
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False))
    else:
        click.echo(printers_table(rows))
        print_problems(printer_problems(rows), as_json=False)
    if printer_problems(rows):
        sys.exit(1)


@main.command()
@_output
@click.option("--verify", is_flag=True, help="Read all of it, and name what is damaged.")
@click.option("--prune", type=SIZE, metavar="SIZE", help="Drop the least recently used beyond SIZE, such as 200MB.")
@click.option("--clear", is_flag=True, help="Drop all of it.")
@_json
@_guarded
def cache(output: Path | None, verify: bool, prune: int | None, clear: bool, as_json: bool) -> None:
    """List what builds keep for speed, by kind.

    Nothing in it is ever out of date: what has changed is kept under another name. What is damaged counts as missing
    and is made again.

    Example: policybook cache --prune 200MB
    """
    from policybook.store import Store  # noqa: PLC0415 - it hashes, which --help need not wait for

    if verify + clear + (prune is not None) > 1:
        raise click.UsageError("--verify, --prune and --clear go one at a time")
    store = Store((output or project_folder() / "output") / ".cache" / "store")
    outcome = examine(store, verify=verify, limit=0 if clear else prune)
    click.echo(json.dumps(outcome.as_dict(), indent=2) if as_json else outcome.as_text())
    if outcome.damaged:
        sys.exit(1)


@main.command()
@_output
@click.option("--all", "everything", is_flag=True, help="Delivered files too, not only what builds keep for speed.")
@_guarded
def clean(output: Path | None, everything: bool) -> None:
    """Delete what builds keep for speed, and with --all what they delivered.

    Example: policybook clean --all
    """
    project = project_folder()
    folder = output or project / "output"
    if everything:
        for path in sorted(folder.glob("*")):
            if (path / "manifest.json").is_file():
                shutil.rmtree(path)
                click.echo(f"{path} deleted")
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    click.echo(f"{folder / '.cache'} deleted")


main.add_command(impose)
main.add_command(preflight)
