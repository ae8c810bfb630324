"""docs/printing.md says what the preflight, the printers and the command line do: its tables, findings and pictures."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from PIL import Image

from policybook.cli import main
from policybook.codes import CODES
from policybook.preflight.press.examination import all_rules
from policybook.preflight.press.rules import RuleName
from policybook.printer import Printer
from policybook.records import json_schema
from tests.unit.test_docs import ROOT, script

DOCUMENT = ROOT / "docs" / "printing.md"
MARKDOWN = DOCUMENT.read_text(encoding="utf-8")
PICTURES = sorted((ROOT / "docs" / "printing").iterdir())
#: Codes of problems that concern printing.
PRINTING = tuple(code for code in CODES if code.startswith(("PRTR", "INKS", "COVR", "IMPO", "PRES")))
RULES = [rule.name for rule in all_rules()]


def test_the_tables_are_what_the_printers_and_the_rules_say() -> None:
    assert script("write-printers").with_tables(MARKDOWN) == MARKDOWN, "scripts/write-printers writes them anew"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_explained_under_its_code(rule: RuleName) -> None:
    explained = re.search(rf"^#### {rule.code}\n\n(.+?)(?=^#|\Z)", MARKDOWN, re.DOTALL | re.MULTILINE)
    assert explained is not None
    words = " ".join(explained[1].split())
    assert words.startswith(f"**{rule.title}.** "), "the title of the rule, and what a finding means"
    assert re.search(r"\*\*Do\*\*: .+ \*\*Who\*\*: (staff|designer|print shop)", words), "what to do, and who does it"


def test_every_code_that_concerns_printing_is_explained() -> None:
    explained = set(re.findall(r"^(?:#### |\| )([A-Z]{4}\d{3})\b", MARKDOWN, re.MULTILINE))
    assert set(PRINTING) - explained == set()
    assert explained - set(CODES) == set()


def test_what_to_ask_the_print_shop_names_every_part_of_a_printer_profile() -> None:
    asked = MARKDOWN.partition("## What to ask the print shop")[2].partition("\n## ")[0]
    named = {key.partition(".")[0] for key in re.findall(r"`([a-z_.]+)`", asked)}
    keys = set(json_schema(Printer, "")["properties"]) - {"name", "about", "severity"}
    assert keys - named == set()


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_and_shown(path: Path) -> None:
    assert f"](printing/{path.name})" in MARKDOWN
    assert path.stat().st_size <= 150_000
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.width <= 1500


def test_the_commands_that_are_shown_exist_with_their_options() -> None:
    assert isinstance(main, click.Group)
    shown = re.findall(r"python build\.py (\w+)([^`\n]*)", MARKDOWN.replace("\\\n", ""))
    assert {name for name, _ in shown} >= {"build", "doctor", "preflight", "impose"}
    for name, rest in shown:
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[\w-]+", rest)) - known == set(), name
