"""Specimens of the press: a defective file fires its code and nothing else, under all rules; a sound one nothing.

The files stand in tests/preflight/<CODE>; `python -m tests.preflight.make` makes them. What is known of the book that
they belong to, and the printer that they are for, stands in tests/preflight/specimens_*.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from policybook.preflight.press.examination import Report, all_rules, examine
from policybook.preflight.press.rules import Status
from policybook.preflight.press.subject import Expected, Kind
from policybook.printer import Standard
from tests.preflight.make import HERE, all_specimens
from tests.preflight.specimen import Specimen, expected_of, saved, sound_cover, sound_interior, specimen_printer

#: The ink of these can't be told: it is another program that makes inks of their colors, or no plate shows them.
WITHOUT_INKS = {"PRES011", "PRES012", "PRES013", "PRES031"}
SPECIMENS = {specimen.folder: specimen for specimen in all_specimens()}


@cache
def _report(path: Path, folder: str) -> Report:
    specimen = SPECIMENS[folder]
    expected = replace(expected_of(specimen.kind), **specimen.expected)
    printer = specimen_printer(specimen.standard, **specimen.printer)
    return examine(path.read_bytes(), printer, specimen.kind, expected, name=path.name)


@pytest.mark.parametrize("folder", sorted(SPECIMENS))
def test_a_defective_file_fires_its_code_and_nothing_else(folder: str) -> None:
    report = _report(HERE / folder / "defective.pdf", folder)
    assert {finding.code for finding in report.findings} == {folder.partition("-")[0]}
    for finding in report.findings:
        assert finding.message
        assert finding.hint


@pytest.mark.parametrize("folder", sorted(SPECIMENS))
def test_all_other_rules_measure_a_defective_file(folder: str) -> None:
    report = _report(HERE / folder / "defective.pdf", folder)
    ink = {"PRES016", "PRES017"} if folder.partition("-")[0] in WITHOUT_INKS else set()
    assert {outcome.rule.code for outcome in report.not_checked} <= ink


@pytest.mark.parametrize("folder", sorted(SPECIMENS))
def test_its_sound_file_fires_nothing(folder: str) -> None:
    path = HERE / folder / "sound.pdf"
    if not path.exists():
        path = HERE / folder.partition("-")[0] / "sound.pdf"
    assert _findings_of_sound(path, SPECIMENS[folder]) == []


def _findings_of_sound(path: Path, specimen: Specimen) -> list[str]:
    # What the edition expects is a part of some defects, and so is the printer's standard, by folder.
    first = SPECIMENS.get(path.parent.name, specimen)
    expected = expected_of(first.kind)
    if specimen.folder == first.folder and not specimen.expected.get("blanks"):
        expected = replace(expected, **specimen.expected)
    report = examine(path.read_bytes(), specimen_printer(first.standard, **first.printer), first.kind, expected)
    return [f"{finding.code} {finding.message}" for finding in report.findings] + [
        f"{outcome.rule.code} {outcome.reason}" for outcome in report.not_checked
    ]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("standard", list(Standard))
def test_sound_files_of_all_kinds_pass_all_rules_that_apply(kind: Kind, standard: Standard) -> None:
    pdf = (sound_cover if kind is Kind.COVER else sound_interior)(standard=standard)
    report = examine(saved(pdf, standard), specimen_printer(standard), kind, expected_of(kind))
    statuses = {outcome.rule.code: (outcome.status, outcome.reason) for outcome in report.outcomes}
    assert {status for status, _ in statuses.values()} <= {Status.PASSED, Status.NOT_APPLICABLE}, statuses
    assert report.findings == ()


def test_a_file_of_nobody_has_no_finding_that_it_is_not_checked_for() -> None:
    report = examine(saved(sound_cover()), specimen_printer(), Kind.COVER, Expected())
    assert {outcome.rule.code for outcome in report.not_checked} >= {"PRES035", "PRES036"}
    assert report.findings == ()


def test_each_rule_has_a_specimen_and_each_folder_a_rule() -> None:
    codes = {rule.code for rule in all_rules()}
    assert codes == {f"PRES{number:03}" for number in range(1, 37)}
    assert {folder.partition("-")[0] for folder in SPECIMENS} == codes
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name.startswith("PRES")}
    assert folders == set(SPECIMENS)
