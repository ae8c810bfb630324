"""The codes of problems: each is raised, listed, documented, and shown by a specimen."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybook.codes import CODES
from policybook.diagnostics import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
SPECIMENS = {path.name.partition("-")[0] for path in (ROOT / "tests" / "defects").iterdir()}
MODULES = sorted(path for path in (ROOT / "policybook").rglob("*.py") if path.name != "codes.py")
#: Kinds of findings on laid out pages and finished files; tests of layout and preflight prove those.
LAYOUT_AND_RESULT = ("LAYT", "WHOL", "ACCS", "INKS", "PRES", "IMPO", "PRTR009")
SHAPE = re.compile(r"[A-Z]{4,5}\d{2,3}")


def codes_in(module: Path) -> Iterator[str]:
    """The codes that a module hands to calls, be it at once or as one of two, and those of the rules that it states."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", "") in ("Rule", "painted_rule"):
            number = call.args[0]
            if isinstance(number, ast.Constant):
                yield f"PRES{number.value:03}"
        for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
            for node in [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]:
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and SHAPE.fullmatch(node.value):
                    yield node.value


def constants_in(module: Path) -> Iterator[str]:
    """Everything in a module that looks like a code."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SHAPE.fullmatch(node.value):
            yield node.value


def test_every_code_found_without_layout_has_a_specimen() -> None:
    assert {code for code in CODES if not code.startswith(LAYOUT_AND_RESULT)} == SPECIMENS


def test_every_code_in_the_package_is_listed() -> None:
    named = {code: module.name for module in MODULES for code in constants_in(module)}
    assert {code: module for code, module in named.items() if code not in CODES} == {}


def test_every_code_listed_is_raised() -> None:
    raised = {code for module in MODULES for code in codes_in(module)}
    assert raised, "this test looks for codes in the wrong way"
    assert sorted(set(CODES) - raised) == []


def test_a_problem_of_an_unlisted_code_can_not_be_made() -> None:
    with pytest.raises(ValueError, match="ABCD001 is not listed"):
        Problem("ABCD001", "a problem")


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_well_formed_and_says_what_to_do(code: str) -> None:
    assert SHAPE.fullmatch(code)
    assert CODES[code].severity in ("error", "warning")
    assert CODES[code].meaning.endswith(".")
    assert CODES[code].remedy.endswith(".")


def test_the_documented_codes_are_those_of_the_package(tmp_path: Path) -> None:
    page = tmp_path / "codes.md"
    subprocess.run([sys.executable, ROOT / "scripts" / "write-codes", page], check=True, capture_output=True)
    kept = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert kept == page.read_text(encoding="utf-8"), "run scripts/write-codes"
    assert sorted(re.findall(r"^\| \*\*(\w+)\*\* \|", kept, re.MULTILINE)) == sorted(CODES)
