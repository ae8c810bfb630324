"""The shipped edition, built once for all tests of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from policybook.pipeline import Built, Order, build
from tests.end_to_end.reading import Reading
from tests.end_to_end.sources import Sources

EDITION = "2026"


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped edition: the order by which it was built, and the outcome."""

    order: Order
    built: Built

    @property
    def folder(self) -> Path:
        """The folder that was delivered."""
        return self.order.output / self.order.edition

    @property
    def screen(self) -> Path:
        """The screen edition."""
        return self.folder / "screen.pdf"


@pytest.fixture(scope="session")
def shipped(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """content/2026, built with two workers and an empty cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        order = Order(checkout, EDITION, tmp_path_factory.mktemp("shipped"), jobs=2)
        return Shipped(order, build(order))


@pytest.fixture(scope="session")
def book(shipped: Shipped) -> Iterator[Reading]:
    """The shipped edition's screen.pdf, being read."""
    reading = Reading(shipped.screen)
    yield reading
    reading.close()


@pytest.fixture(scope="session")
def sources(checkout: Path) -> Sources:
    """The files that the shipped edition was made from."""
    return Sources(checkout / "content" / EDITION)
