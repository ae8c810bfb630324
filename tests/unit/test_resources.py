"""Templates, styles and printers: the project's own before the shipped ones, and never a file outside of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybook.diagnostics import MachineError
from policybook.resources import find_resources

ROOT = Path(__file__).parents[2]


def test_the_checkout_has_the_shipped_ones_once() -> None:
    found = find_resources(ROOT)
    assert (found.templates, found.styles) == ((ROOT / "templates",), (ROOT / "styles",))
    assert found.printers == (ROOT / "printers",)


def test_a_project_without_its_own_has_the_shipped_ones(tmp_path: Path) -> None:
    assert find_resources(tmp_path) == find_resources(ROOT)


def test_a_file_of_the_project_stands_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "styles" / "components").mkdir(parents=True)
    own = tmp_path / "styles" / "components" / "table.css"
    own.write_text("")
    found = find_resources(tmp_path)
    assert found.styles == (tmp_path / "styles", ROOT / "styles")
    assert found.templates == (ROOT / "templates",)
    assert found.style("components/table.css") == own
    assert found.style("components/case.css") == ROOT / "styles" / "components" / "case.css"


def test_a_profile_of_the_project_stands_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"")
    found = find_resources(tmp_path)
    assert found.printer_file("profiles/ISOcoated_v2_300_bas.icc") == own
    assert found.printer_file("kdp.yaml") == ROOT / "printers" / "kdp.yaml"
    assert found.printer_file("../pyproject.toml") is None


def test_a_file_where_a_folder_should_be_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "styles").write_text("")
    assert find_resources(tmp_path).styles == (ROOT / "styles",)


@pytest.mark.parametrize(
    "name", ["nothing.css", "", ".", "components", "../pyproject.toml", "/etc/passwd", "a/../../README.md"]
)
def test_what_is_no_style_sheet_of_the_folders_is_not_found(name: str) -> None:
    assert find_resources(ROOT).style(name) is None


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "secret.css").write_text("")
    (tmp_path / "styles" / "mine.css").symlink_to(tmp_path / "secret.css")
    assert find_resources(tmp_path).style("mine.css") is None


def test_an_installation_without_its_files_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policybook.resources._PACKAGE", tmp_path / "policybook")
    with pytest.raises(MachineError) as caught:
        find_resources(tmp_path)
    assert "install" in caught.value.remedy


def test_the_wheel_keeps_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "policybook"
    for folder in ("templates", "styles", "printers"):
        (package / "shipped" / folder).mkdir(parents=True)
    monkeypatch.setattr("policybook.resources._PACKAGE", package)
    found = find_resources(tmp_path)
    assert (found.styles, found.printers) == ((package / "shipped" / "styles",), (package / "shipped" / "printers",))
