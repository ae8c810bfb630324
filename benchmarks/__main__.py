"""The command line of the benchmarks."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from benchmarks.generator import SEED, make_book, with_page_added, with_word_changed
from benchmarks.model import NotesAt
from benchmarks.tools import REPOSITORY, TOOLS, Settings, versions

RESULTS = REPOSITORY / "benchmarks" / "results"
EDITS = {"none": lambda book: book, "word": with_word_changed, "page": with_page_added}
FULL_SIZES = (100, 200, 400, 800, 1600)
QUICK_TOOLS = ("policybook", "weasyprint", "typst")


def _list(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """A list with commas."""
    del parameter
    return tuple(word.strip() for word in value.split(",") if word.strip()) if value else ()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The same book through policybook and its peers."""


@main.command()
@click.option("--pages", type=click.IntRange(10, 1700), default=200, show_default=True, help="About so many pages.")
@click.option(
    "--for", "tool", type=click.Choice(list(TOOLS)), default="policybook", show_default=True, help="For whom."
)
@click.option("--seed", default=SEED, show_default=True)
@click.option("--notes", type=click.Choice(["end", "foot"]), default="end", show_default=True, help="Where notes go.")
@click.option("--edit", type=click.Choice(sorted(EDITS)), default="none", help="With one of the two edits made.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def generate(pages: int, tool: str, seed: int, notes: NotesAt, edit: str, folder: Path) -> None:
    """Write the book's sources to FOLDER; of policybook's, files that don't change are left alone.

    Example: python -m benchmarks generate --pages 200 --for policybook /tmp/book200
    """
    book = EDITS[edit](make_book(pages, seed, notes))
    TOOLS[tool].write(book, folder)
    click.echo(f"{len(book.briefs)} briefs in {folder}")


@main.command()
@click.option("--quick/--full", default=True, help="100 pages and three tools, once; or everything, five times.")
@click.option("--sizes", callback=_list, help="Pages, such as 100,200.")
@click.option("--tools", callback=_list, help=f"Of {', '.join(TOOLS)}.")
@click.option("--scenarios", callback=_list, help="Of cold,nothing,word,page,warm; for policybook only, but for cold.")
@click.option("--edits-at", callback=_list, help="Sizes at which policybook's edits are measured.")
@click.option("--notes", type=click.Choice(["end", "foot"]), default="end", show_default=True, help="Where notes go.")
@click.option("--repeat", type=click.IntRange(1), help="Repetitions.")
@click.option(
    "--text-check/--no-text-check", default=None, help="Compare with policybook's one-process build (--full)."
)
@click.option("--build", type=click.Path(exists=True, path_type=Path), help="Another build.py to measure.")
@click.option("--node", type=click.Path(path_type=Path), help="The folder whose node_modules has the peers.")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Keep sources and files here.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The JSON (default: results/…).")
def run(**given: object) -> None:
    """Measure, and write results/quick.json or results/full.json.

    Example: python -m benchmarks run --sizes 100,200 --tools policybook,typst --repeat 3
    """
    from benchmarks.run import SCENARIOS, Plan, Run, save  # noqa: PLC0415 - psutil is not there for `generate`

    quick = bool(given["quick"])
    sizes = tuple(int(size) for size in _strings(given["sizes"])) or ((100,) if quick else FULL_SIZES)
    edits_at = tuple(int(size) for size in _strings(given["edits_at"])) or tuple(s for s in sizes if s <= 200)
    plan = Plan(
        sizes=sizes,
        tools=_known(_strings(given["tools"])) or (QUICK_TOOLS if quick else tuple(TOOLS)),
        scenarios=_strings(given["scenarios"]) or SCENARIOS,
        edits_at=edits_at,
        notes="foot" if given["notes"] == "foot" else "end",
        repeat=int(str(given["repeat"] or (1 if quick else 5))),
        check_text=not quick if given["text_check"] is None else bool(given["text_check"]),
    )
    settings = _settings(given["build"], given["node"])
    output = given["output"] or RESULTS / ("quick.json" if quick else "full.json")
    assert isinstance(output, Path)
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        work = given["work"] or temporary
        results = Run(plan, settings, Path(str(work)).resolve(), lambda said: click.echo(said, err=True))()
    save(results, output)
    click.echo(output)


def _strings(value: object) -> tuple[str, ...]:
    assert isinstance(value, tuple)
    return value


def _known(ids: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [id_ for id_ in ids if id_ not in TOOLS]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: known are {', '.join(TOOLS)}", param_hint="--tools")
    return ids


def _settings(build: object = None, node: object = None) -> Settings:
    usual = Settings()
    return Settings(
        build=build.resolve() if isinstance(build, Path) else usual.build,
        node=node.resolve() if isinstance(node, Path) else usual.node,
    )


@main.command()
@click.option("--sizes", callback=_list, default="100,400", show_default=True, help="Pages, such as 100,400.")
@click.option("--repeat", type=click.IntRange(1), default=3, show_default=True, help="Repetitions.")
@click.option("--write/--no-write", default=True, help="Put the table into docs/performance.md.")
def press(sizes: tuple[str, ...], repeat: int, write: bool) -> None:
    """Measure what the files for the press cost, and write results/press.json and docs/performance.md.

    Example: python -m benchmarks press --sizes 100 --repeat 1
    """
    from benchmarks.press import run_press, write_press  # noqa: PLC0415 - psutil is not there for `generate`
    from benchmarks.run import save  # noqa: PLC0415

    output = RESULTS / "press.json"
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        save(run_press(tuple(map(int, sizes)), repeat, Path(work), lambda said: click.echo(said, err=True)), output)
    if write:
        write_press(output, REPOSITORY / "docs" / "performance.md")
    click.echo(output)


@main.command()
@click.option("--node", type=click.Path(path_type=Path), help="The folder whose node_modules has the peers.")
def tools(node: Path | None) -> None:
    """Say which tools are here, in which versions."""
    for id_, version in versions(tuple(TOOLS), _settings(node=node)).items():
        click.echo(f"{id_:20} {version}")


@main.command()
@click.argument("results", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="The page (default: docs/performance.md).")
def report(results: Path | None, to: Path | None) -> None:
    """Write the tables and charts of docs/performance.md from RESULTS (default: results/full.json).

    Example: python -m benchmarks report
    """
    from benchmarks.report import write_report  # noqa: PLC0415 - matplotlib is not there for `generate`

    for path in write_report(results or RESULTS / "full.json", to or REPOSITORY / "docs" / "performance.md"):
        click.echo(path)


if __name__ == "__main__":
    sys.exit(main())
