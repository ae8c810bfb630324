"""What `build` asks of the pipeline, and when it asks nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from policybook import standing
from policybook.cli import main
from policybook.copyfitting import Fit
from policybook.delivery import Product, deliver
from policybook.diagnostics import ContentError, Problem, Source
from policybook.pipeline import Order

ROOT = Path(__file__).resolve().parents[2]
PREFACE = "content/sample/front/preface.md"
WARNING = Problem("FILE004", "spare.csv is not used", Source(PREFACE, 2, 1), "delete it")
ELSEWHERE = Problem("LAYT004", "3 lines under")
FITS = (
    Fit("library-cards", "Library Cards", 2, 2, -14, None),
    Fit("reading-rooms", "Reading Rooms", 3, 2, 5, Source(PREFACE)),
)


@dataclass
class Pipeline:
    """Delivers without laying anything out; `meanwhile` is what else happens then."""

    orders: list[Order] = field(default_factory=list)
    problems: tuple[Problem, ...] = (WARNING, ELSEWHERE)
    meanwhile: Callable[[], object] = lambda: None

    def build(self, order: Order, _: object) -> Any:
        """Stands for `pipeline.build`."""
        self.orders.append(order)
        order.progress("typeset")
        self.meanwhile()
        if any(problem.is_error for problem in self.problems):
            raise ContentError(self.problems)
        content = f"%PDF of build {len(self.orders)}".encode()
        products = (Product("screen.pdf", content, 12, "PDF/UA-1"), Product("press/interior.pdf", content, 12))
        manifest = deliver(order.output / order.edition, order.edition, order.content, products)
        return SimpleNamespace(manifest=manifest, fits=FITS, warnings=self.problems, reports=())


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """Takes the pipeline's place."""
    stub = Pipeline()
    monkeypatch.setattr("policybook.pipeline.build", stub.build)
    return stub


def build(project: Path, *arguments: str) -> Result:
    """`build`, which must end with status 0."""
    result = CliRunner().invoke(main, ["--project", str(project), "build", *arguments])
    assert result.exit_code == 0, result.output
    return result


def touch(path: Path) -> None:
    """Change a file."""
    path.write_bytes(path.read_bytes() + b"\n")


# --- what is asked for ------------------------------------------------------------------------------------------------


def test_options_reach_the_pipeline(pipeline: Pipeline, sample: Path, tmp_path: Path) -> None:
    build(sample, "--jobs", "3", "--scheduler", "tcp://10.0.0.5:8786", "--strict-fit", "--no-cache")
    build(sample, "sample", "--output", str(tmp_path / "out"), "--printer", "kdp", "--stock", "white")
    first, second = pipeline.orders
    assert [(it.printer, it.stock) for it in (first, second)] == [("", ""), ("kdp", "white")]
    assert (first.project, first.edition, first.output) == (sample, "sample", sample / "output")
    assert (first.jobs, first.scheduler, first.strict_fit, first.use_cache) == (3, "tcp://10.0.0.5:8786", True, False)
    assert second.output == tmp_path / "out"
    assert (second.scheduler, second.strict_fit, second.use_cache) == ("", False, True)


@pytest.mark.parametrize(("allowed", "jobs"), [({0}, 1), ({1, 3, 5}, 3), (set(range(16)), 16), (set(range(96)), 16)])
def test_as_many_jobs_as_this_process_may_use_cores_and_no_more_than_16(
    pipeline: Pipeline, sample: Path, monkeypatch: pytest.MonkeyPatch, allowed: set[int], jobs: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: allowed, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    build(sample)
    assert pipeline.orders[0].jobs == jobs


@pytest.mark.parametrize(("cores", "jobs"), [(None, 1), (8, 8), (64, 16)])
def test_where_the_system_does_not_tell_what_is_allowed_all_cores_count(
    pipeline: Pipeline, sample: Path, monkeypatch: pytest.MonkeyPatch, cores: int | None, jobs: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    build(sample)
    assert pipeline.orders[0].jobs == jobs


# --- nothing to do ----------------------------------------------------------------------------------------------------


def test_the_same_build_again_asks_nothing_of_the_pipeline_and_says_the_same(pipeline: Pipeline, sample: Path) -> None:
    first, second = build(sample), build(sample)
    assert len(pipeline.orders) == 1
    assert second.stdout == first.stdout
    assert first.stdout.splitlines() == [
        "  2 of 2 pages,  14 lines free  Library Cards",
        "  3 of 2 pages,   5 lines over  Reading Rooms",
        f"{sample}/output/sample/screen.pdf: 12 pages, 15 bytes, PDF/UA-1",
        f"{sample}/output/sample/press/interior.pdf: 12 pages, 15 bytes",
    ]
    assert f"{PREFACE}:2:1: FILE004 spare.csv is not used\n    title: Preface\n    ^\n    hint: del" in second.stderr
    assert first.stderr == "typeset\n" + second.stderr.removesuffix("nothing has changed since the last build\n")


def test_json_says_the_same_and_whether_anything_was_made(pipeline: Pipeline, sample: Path) -> None:
    first, second = (json.loads(build(sample, "--json").stdout) for _ in range(2))
    assert len(pipeline.orders) == 1
    assert (first.pop("unchanged"), second.pop("unchanged")) == (False, True)
    assert first == second
    assert first["manifest"] == json.loads((sample / "output/sample/manifest.json").read_text("utf-8"))
    assert first["fit"][1] == {
        "brief": "reading-rooms",
        "title": "Reading Rooms",
        "pages": 3,
        "budget": 2,
        "lines": 5,
    }
    assert [problem["code"] for problem in first["problems"]] == ["FILE004", "LAYT004"]
    assert build(sample, "--json").stderr == ""


def test_what_was_built_with_json_stands_without_it(pipeline: Pipeline, sample: Path) -> None:
    build(sample, "--json")
    assert "Library Cards" in build(sample).stdout
    assert len(pipeline.orders) == 1


CHANGES: dict[str, Callable[[Path], object]] = {
    "a word of a brief": lambda project: touch(project / "content/sample/parts/01-reading/library-cards.md"),
    "edition.yaml": lambda project: touch(project / "content/sample/edition.yaml"),
    "a table's data": lambda project: touch(project / "content/sample/data/cards-issued.csv"),
    "a style of the project's own": lambda project: shutil.copytree(ROOT / "styles", project / "styles"),
    "a delivered file": lambda project: touch(project / "output/sample/press/interior.pdf"),
    "a delivered file gone": lambda project: (project / "output/sample/screen.pdf").unlink(),
    "the manifest": lambda project: touch(project / "output/sample/manifest.json"),
    "the record": lambda project: (project / "output/.cache/sample.standing.json").write_bytes(b"{"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_built_and_then_stands(pipeline: Pipeline, sample: Path, change: str) -> None:
    build(sample)
    CHANGES[change](sample)
    build(sample)
    assert len(pipeline.orders) == 2
    build(sample)
    assert len(pipeline.orders) == 2


def test_another_date_option_or_tool_is_built(
    pipeline: Pipeline, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(sample)
    build(sample, "--strict-fit")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build(sample, "--strict-fit")
    monkeypatch.setattr(standing, "find_tools", lambda: standing.Tools(("weasyprint-71.0.dist-info",)))
    build(sample, "--strict-fit")
    assert len(pipeline.orders) == 4
    build(sample, "--strict-fit", "--jobs", "7", "--scheduler", "tcp://10.0.0.5:8786")
    assert len(pipeline.orders) == 4, "who does the work changes nothing"


def test_without_the_cache_everything_is_built_and_nothing_recorded(pipeline: Pipeline, sample: Path) -> None:
    build(sample, "--no-cache")
    assert not (sample / "output/.cache").exists()
    build(sample)
    build(sample, "--no-cache")
    assert len(pipeline.orders) == 3


def test_what_was_edited_during_the_build_is_built_again(pipeline: Pipeline, sample: Path) -> None:
    path = sample / PREFACE
    before = path.read_bytes()
    pipeline.meanwhile = lambda: touch(path)
    build(sample)
    pipeline.meanwhile = lambda: None
    path.write_bytes(before)
    build(sample)
    assert len(pipeline.orders) == 2, "the files may have been made from the edited text"


def test_a_build_that_fails_leaves_the_last_one_standing(pipeline: Pipeline, sample: Path) -> None:
    build(sample)
    path = sample / PREFACE
    before = path.read_bytes()
    touch(path)
    pipeline.problems = (Problem("LAYT001", "unknown property"),)
    for _ in range(2):
        assert CliRunner().invoke(main, ["--project", str(sample), "build"]).exit_code == 1
    assert len(pipeline.orders) == 3
    path.write_bytes(before)
    assert "Library Cards" in build(sample).stdout
    assert len(pipeline.orders) == 3


def test_editions_and_outputs_stand_by_themselves(pipeline: Pipeline, sample: Path, tmp_path: Path) -> None:
    (sample / "content/next").mkdir()
    (sample / "content/next/edition.yaml").write_text("title: x\n", "utf-8")
    for _ in range(2):
        build(sample, "sample")
        build(sample, "next")
        build(sample, "next", "--output", str(tmp_path / "out"))
    assert [(order.edition, order.output) for order in pipeline.orders] == [
        ("sample", sample / "output"),
        ("next", sample / "output"),
        ("next", tmp_path / "out"),
    ]


def test_a_library_that_is_not_seen_is_named(pipeline: Pipeline, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "find_tools", lambda: standing.Tools((), ("Pango",)))
    build(sample)
    said = build(sample).stderr.splitlines()[-1]
    assert said == "nothing has changed since the last build; Pango was not found, so a change of it is not seen"
    assert len(pipeline.orders) == 1


def test_several_editions_are_built_in_turn_by_one_crew(pipeline: Pipeline, sample: Path) -> None:
    shutil.copytree(sample / "content" / "sample", sample / "content" / "second")
    told = json.loads(build(sample, "second", "sample", "--json").stdout)
    assert [report["manifest"]["edition"] for report in told] == ["second", "sample"]
    assert [order.edition for order in pipeline.orders] == ["second", "sample"]
    assert [report["unchanged"] for report in json.loads(build(sample, "--all", "--json").stdout)] == [True, True]
    assert len(pipeline.orders) == 2
