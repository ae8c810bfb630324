"""The same input gives the same bytes: whoever does the work, whatever is kept from before, whatever goes wrong.

And another input gives others: after each kind of change, a build that has the cache of the one before gives what a
build from nothing gives.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from policybook.crew import Alone, Crew
from policybook.crew_pool import Pool
from policybook.desk import Desk
from policybook.diagnostics import ContentError
from policybook.pipeline import Order, build, make
from policybook.prepress.screen import linearize
from policybook.store import MemoryStore, Store
from tests.conftest import ROOT

TREES = "content/sample/parts/02-streets/street-trees.md"
LONG = "\n\nA street is counted, and then it is planted, and then it is counted again." * 60


def pdf(order: Order, crew: Crew | None = None) -> bytes:
    """The screen edition of an order."""
    build(order, crew)
    return (order.output / order.edition / "screen.pdf").read_bytes()


@pytest.fixture
def order(sample: Path, tmp_path: Path) -> Order:
    """The sample, to be built in this process."""
    return Order(sample, "sample", tmp_path / "output")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the sample, built once, cache and all."""
    output = tmp_path_factory.mktemp("built") / "output"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        build(Order(ROOT / "tests" / "sound", "sample", output))
    return output


@pytest.fixture
def kept(order: Order, built: Path) -> bytes:
    """The screen edition of the order as it was built before: its output folder is full."""
    shutil.copytree(built, order.output)
    return (order.output / order.edition / "screen.pdf").read_bytes()


def from_nothing(order: Order, folder: str) -> bytes:
    """What the order gives without anything that was kept."""
    return pdf(replace(order, output=order.output.with_name(folder)))


# --- who does the work ------------------------------------------------------------------------------------------------


def test_one_process_two_and_a_cluster_give_the_same(order: Order) -> None:
    from distributed import LocalCluster  # noqa: PLC0415 - half a second

    from policybook.crew_cluster import Cluster  # noqa: PLC0415

    alone = from_nothing(order, "alone")
    with Pool(2) as pool:
        assert pdf(replace(order, output=order.output.with_name("pool")), pool) == alone
    with (
        LocalCluster(
            n_workers=2, processes=True, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as local,
        Cluster(local.scheduler_address) as cluster,
    ):
        assert pdf(replace(order, output=order.output.with_name("cluster")), cluster) == alone


def test_a_worker_that_is_killed_costs_time_only(order: Order, tmp_path: Path) -> None:
    command = [sys.executable, "build.py", "--project", str(order.project), "build", "sample", "--jobs", "2"]
    with subprocess.Popen(
        [*command, "--output", str(tmp_path / "killed")], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        said = ""
        for line in running.stderr:
            said += line
            if "round 1" in line:
                children = psutil.Process(running.pid).children()
                workers = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
                os.kill(workers[0].pid, signal.SIGKILL)
        assert running.wait() == 0, said
    assert "round 1" in said
    assert (tmp_path / "killed" / "sample" / "screen.pdf").read_bytes() == from_nothing(order, "alone")


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_what_is_kept_is_not_made_again_and_gives_the_same(
    order: Order, kept: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("laid out or checked again")

    monkeypatch.setattr("policybook.workshop.lay_out", refused)
    monkeypatch.setattr("policybook.verdicts.check_divisions", refused)
    assert pdf(order) == kept


def replaced(name: str, before: str, after: str) -> Callable[[Path], None]:
    """A change of a file of the project: one text in the place of another."""

    def change(project: Path) -> None:
        path = project / name
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), "utf-8")

    return change


def overridden(name: str, before: str, after: str) -> Callable[[Path], None]:
    """A change of a shipped template or style, by the project's own file of that name."""

    def change(project: Path) -> None:
        text = (ROOT / name).read_text("utf-8")
        assert before in text
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text.replace(before, after, 1), "utf-8")

    return change


CHANGES: dict[str, Callable[[Path], None]] = {
    "a word": replaced(TREES, "Few towns count their trees.", "Few towns love their trees."),
    "pages that move": replaced(TREES, "Few towns count their trees.", f"Few towns count their trees.{LONG}"),
    "a note": replaced(TREES, "Few towns count their trees.", "Few towns count their trees.^[Mapleford does.]"),
    "an index mark": replaced(TREES, "Few towns count", "Few towns{index: borrowers} count"),
    "a brief's title": replaced(TREES, "title: Street Trees", "title: Trees of the Street"),
    "a cross-reference": replaced(TREES, "[](brief:library-cards)", "[](brief:reading-rooms)"),
    "the order of briefs": replaced("content/sample/parts/01-reading/library-cards.md", "order: 1", "order: 9"),
    "a part's title": replaced("content/sample/parts/02-streets/part.yaml", "title: ", "title: All "),
    "an organization": replaced("content/sample/organizations.yaml", "name: Shade Survey", "name: The Shade Survey"),
    "a term": replaced("content/sample/glossary.yaml", "under leaves", "under green leaves"),
    "a reference": replaced("content/sample/references.yaml", "A Card for Everyone", "A Card for All"),
    "a headword": replaced("content/sample/index.yaml", "see_also: trees", "see_also: watering"),
    "a cell": replaced("content/sample/data/cards-issued.csv", "1000", "1001"),
    "a picture": replaced("content/sample/images/canopy-share.svg", "<svg ", '<svg data-changed="yes" '),
    "the edition's name": replaced("content/sample/edition.yaml", "First invented", "Second invented"),
    "the edition's date": replaced("content/sample/edition.yaml", "date: 2024-05-06", "date: 2024-05-07"),
    "a margin": replaced("content/sample/edition.yaml", "margin_inner: 54 pt", "margin_inner: 52 pt"),
    "the bleed": replaced("content/sample/edition.yaml", "bleed: 0.125 in", "bleed: 0.25 in"),
    "the language": replaced("content/sample/edition.yaml", "language: en-US", "language: en-GB"),
    "a template": overridden("templates/body/brief.html.j2", "Where to turn", "Who helps"),
    "the furniture": overridden("templates/furniture.html.j2", 'class="folio late">', 'class="folio late">– '),
    "a colour": overridden("styles/tokens.css", "--ink-1: #9a2a2a", "--ink-1: #8a2a2a"),
    "a style of one component": overridden("styles/components/index.css", "font-size: 8.5pt", "font-size: 8pt"),
    "a style of the folios": overridden("styles/components/furniture.css", "font-size: 9pt", "font-size: 8pt"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_after_a_change_the_cache_gives_what_nothing_gives(order: Order, kept: bytes, name: str) -> None:
    shutil.copytree(order.project, order.project.with_name("unchanged"))
    CHANGES[name](order.project)
    after = pdf(order)
    assert after != kept or name == "a picture"
    assert after == from_nothing(order, "fresh")
    shutil.rmtree(order.project)
    order.project.with_name("unchanged").rename(order.project)
    assert pdf(order) == kept


def test_another_date_gives_another_file(order: Order, kept: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    after = pdf(order)
    assert after != kept
    assert after == from_nothing(order, "fresh")


def spoiled(content: bytes, how: str) -> bytes:
    """A file of the store that something happened to."""
    if how == "flipped":
        at = len(content) // 2
        return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    return content[: len(content) // 2] if how == "cut" else b""


@pytest.mark.parametrize("how", ["flipped", "cut", "emptied", "mixed up"])
def test_a_poisoned_cache_is_not_believed(order: Order, kept: bytes, how: str) -> None:
    assert order.store is not None
    files = sorted(path for path in order.store.rglob("*") if path.is_file())
    contents = [path.read_bytes() for path in files]
    assert len(files) > 20
    for path, content, other in zip(files, contents, contents[1:] + contents[:1], strict=True):
        path.write_bytes(other if how == "mixed up" else spoiled(content, how))
    assert len(Store(order.store).verify()) == len(files)
    assert pdf(order) == kept


def test_two_builds_at_once_share_a_cache(order: Order, tmp_path: Path) -> None:
    command = [sys.executable, "build.py", "--project", str(order.project), "build", "sample", "--jobs", "1"]
    running = [
        subprocess.Popen([*command, "--output", str(tmp_path / "shared")], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in running:
        _, said = process.communicate()
        assert process.returncode == 0, said
    assert (tmp_path / "shared" / "sample" / "screen.pdf").read_bytes() == from_nothing(order, "alone")
    assert not Store(tmp_path / "shared" / ".cache" / "store").verify()


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a word", "pages that move", "a colour", "a template", "a cell"])
def test_the_desk_gives_what_a_build_gives_and_says_what_changed(order: Order, name: str) -> None:
    with Desk(order) as desk:
        first = desk.proof()
        assert linearize(first.made.screen) == from_nothing(order, "first")
        assert first.leaves == tuple(range(len(first.made.block.leaves)))
        CHANGES[name](order.project)
        second = desk.proof()
        assert linearize(second.made.screen) == from_nothing(order, "second")
        assert second.moved == (name == "pages that move")
        if name == "a word":
            assert second.changed == ("street-trees",)
            assert {second.made.block.leaves[leaf].division for leaf in second.leaves} == {"street-trees"}
        third = desk.proof()
        assert (third.changed, third.leaves, third.moved) == ((), (), False)
        assert third.made.screen == second.made.screen


def test_the_desk_outlives_a_mistake(order: Order) -> None:
    with Desk(order) as desk:
        first = desk.proof()
        replaced(TREES, "Few towns", "Few[^gone] towns")(order.project)
        with pytest.raises(ContentError):
            desk.proof()
        replaced(TREES, "Few[^gone] towns", "Few towns")(order.project)
        assert desk.proof().made.screen == first.made.screen
        assert desk.proof().changed == ()


def test_a_memory_is_as_good_as_a_disk(order: Order) -> None:
    cache = MemoryStore()
    first, again = (make(order, Alone(), cache).screen for _ in range(2))
    assert first == again == from_nothing(order, "disk")
