"""The workers of a Dask cluster keep what every crew keeps; what happens to the cluster is mended or told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from policybook import crew_cluster
from policybook.crew import Crew, Supply
from policybook.crew_cluster import Cluster
from policybook.diagnostics import MachineError
from tests.unit import labours
from tests.unit.crew_contract import ABC, SUPPLY, Unusual, WorkersContract, steps
from tests.unit.labours import Kit

pytest.importorskip("distributed", reason="the extra “cluster” is not installed")

import dask
from distributed import LocalCluster


@contextmanager
def running(workers: int, threads: int = 1) -> Iterator[LocalCluster]:
    """A scheduler in this process, and workers in processes of their own that it starts again when they die."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=threads,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers."""
    with running(2) as cluster:
        yield cluster


class TestCluster(WorkersContract):
    """Two workers of a cluster."""

    @pytest.fixture
    def crew(self, cluster: LocalCluster) -> Iterator[Crew]:
        cluster.wait_for_workers(2)  # one may have been killed by the test before
        with Cluster(cluster.scheduler_address) as crew:
            yield crew

    def test_a_supply_stays_from_build_to_build(self, crew: Crew, cluster: LocalCluster) -> None:
        supply = Supply("stays", Kit(style="stays"))
        told = crew.do(labours.count, supply, ABC)
        with Cluster(cluster.scheduler_address) as other:
            told += other.do(labours.count, supply, ABC)
        assert len({unpacked for _, process, unpacked in told if process == told[0][1]}) == 1

    def test_a_worker_with_other_tools_is_not_used(self, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
        crew.do(labours.typeset, SUPPLY, ABC)
        here = {**crew_cluster.tools(), "weasyprint": "1.0"}
        monkeypatch.setattr(crew_cluster, "tools", lambda: here)
        with pytest.raises(MachineError, match=r"worker tcp://.* has weasyprint 70.0, here 1.0") as error:
            crew.do(labours.typeset, SUPPLY, ABC)
        assert error.value.remedy == "install the same versions there as here"

    def test_a_cluster_that_does_not_understand_what_it_is_sent_is_told(
        self, crew: Crew, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crew.do(labours.typeset, SUPPLY, ABC)
        with monkeypatch.context() as patch:
            patch.setattr(crew_cluster, "tools", Unusual)
            with pytest.raises(MachineError, match="can't be used: ") as error:
                crew.do(labours.typeset, SUPPLY, ABC)
        assert error.value.remedy == "install the same versions there as here"
        assert len(crew.do(labours.typeset, SUPPLY, ABC)) == 3

    def test_a_scheduler_of_another_dask_is_not_used(
        self, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crew_cluster, "tools", lambda: {"distributed": "1.0"})
        with Cluster(cluster.scheduler_address) as crew, pytest.raises(MachineError, match=r"the scheduler .*, here 1"):
            crew.do(labours.typeset, SUPPLY, ABC)

    def test_nothing_is_said_on_the_terminal(self, cluster: LocalCluster, checkout: Path, tmp_path: Path) -> None:
        script = (
            "import sys, pathlib\n"
            "from policybook.crew_cluster import Cluster\n"
            "from tests.unit import labours\n"
            "from tests.unit.crew_contract import SUPPLY, steps\n"
            f"with Cluster({cluster.scheduler_address!r}) as crew:\n"
            "    tasks = steps(*'abc', folder=pathlib.Path(sys.argv[1]))\n"
            "    print(len(crew.do(labours.die_once, SUPPLY, tasks)))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], cwd=checkout, capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)


def test_a_cluster_that_goes_away_is_told() -> None:
    with running(1) as cluster, Cluster(cluster.scheduler_address, patience=2) as crew:
        with pytest.raises(MachineError, match=r"the cluster at tcp://127\.0\.0\.1:[0-9]+ does not answer") as error:
            crew.do(labours.typeset, SUPPLY, steps(*"abcdef"), done=lambda _: cluster.close())
        assert "scheduler" in error.value.remedy


def test_work_that_finds_no_workers_is_given_up() -> None:
    with running(0) as cluster, Cluster(cluster.scheduler_address, patience=1) as crew:
        assert crew.hands == 1
        with pytest.raises(MachineError, match="has no workers") as error:
            crew.do(labours.typeset, SUPPLY, ABC)
        assert "dask worker" in error.value.remedy


def test_a_scheduler_that_is_not_there_is_told() -> None:
    told = r"the cluster at tcp://127\.0\.0\.1:9 does not answer: Timed out"
    with Cluster("tcp://127.0.0.1:9", patience=1) as crew, pytest.raises(MachineError, match=told):
        crew.do(labours.typeset, SUPPLY, ABC)


@pytest.mark.parametrize("address", ["", "cluster", "ftp://cluster:8786", "tcp://127.0.0.1"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with Cluster(address) as crew, pytest.raises(MachineError, match=f"“{address}” is no address of a cluster: "):
        crew.do(labours.typeset, SUPPLY, ABC)


def test_without_dask_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with Cluster("tcp://127.0.0.1:9") as crew, pytest.raises(MachineError, match="Dask is not installed") as error:
        crew.do(labours.typeset, SUPPLY, ABC)
    assert error.value.remedy == "python -m pip install 'policybook[cluster]'"


def test_a_crew_that_is_never_used_asks_nobody() -> None:
    with Cluster("tcp://127.0.0.1:9") as crew:
        crew.warm(labours.prepared_at)
        assert crew.do(labours.typeset, SUPPLY, []) == []
