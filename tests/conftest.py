"""What tests of all kinds share: the checkout, and a copy of the small invented edition that may be spoiled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds content/, templates/ and styles/."""
    return ROOT


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A project of its own whose one edition is a copy of tests/sound/content/sample."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "sound", project)
    return project


@pytest.fixture(autouse=True)
def _edition_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files carry the edition's date, not that of the machine that runs the tests."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
