"""SOURCE_DATE_EPOCH decides what a file says of its date, and nothing else (reproducible-builds.org)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from policybook.pipeline import Order, build
from tests.end_to_end.reading import Reading


def dates(pdf: Path) -> set[str]:
    """All moments that a file's metadata tell, as yyyymmddhhmmss."""
    reading = Reading(pdf)
    assert reading.pdf.metadata is not None
    moments = [str(reading.pdf.metadata[key]) for key in ("/CreationDate", "/ModDate") if key in reading.pdf.metadata]
    xmp: Any = reading.pdf.root_object["/Metadata"]
    moments += re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", xmp.get_object().get_data().decode())
    reading.close()
    return {re.sub(r"\D", "", moment)[:14] for moment in moments}


def test_the_environments_date_takes_the_place_of_the_editions(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order(sample, "sample", sample / "output")
    pdf = sample / "output" / "sample" / "screen.pdf"
    build(order)
    own = pdf.read_bytes()
    assert dates(pdf) == {"20240506000000"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build(order)
    assert dates(pdf) == {"20231114221320"}
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    build(order)
    assert pdf.read_bytes() == own
