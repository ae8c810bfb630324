"""The documentation says what the program does: its examples, its keys, its links, its pictures, its sentence."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import policybook
from policybook import pipeline
from policybook.pipeline import check
from policybook.records import json_schema, read
from policybook.schemas import MODELS, schema_text

ROOT = Path(__file__).resolve().parents[2]
CONTENT_FORMAT = ROOT / "docs" / "content-format.md"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("docs/adr/*.md"))]
SENTENCE = (
    "content is **read** into a manuscript, **assembled** into a book, **composed** into HTML, **typeset** and "
    "**settled** into sheets, **bound** into one master PDF, **finished** for each reader, **preflighted**, and "
    "**delivered**."
)


def script(name: str) -> ModuleType:
    """A program of scripts/ as a module."""
    module_name = name.replace("-", "_")
    loader = SourceFileLoader(module_name, str(ROOT / "scripts" / name))
    spec = importlib.util.spec_from_loader(module_name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


write_examples = script("write-examples")
MARKDOWN = CONTENT_FORMAT.read_text(encoding="utf-8")
EXAMPLES = write_examples.examples(MARKDOWN)


# examples


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_assembles_without_any_problem(name: str, tmp_path: Path) -> None:
    content = tmp_path / "content" / "2026"
    write_examples.lay_down(EXAMPLES[name], content)
    _, book = check(content)
    assert book.problems == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_followed_by_its_picture(name: str) -> None:
    behind = MARKDOWN[MARKDOWN.rindex(f"<!-- example: {name}") :]
    picture = re.search(r"^!\[.+\]\(examples/(.+)\.png\)$", behind, re.MULTILINE)
    assert picture is not None
    assert picture[1] == name


def test_every_picture_belongs_to_an_example() -> None:
    assert {path.stem for path in CONTENT_FORMAT.parent.glob("examples/*.png")} == set(EXAMPLES)


def test_every_construct_has_an_example() -> None:
    texts = "\n".join(block.text for blocks in EXAMPLES.values() for block in blocks)
    dialect = sys.modules["policybook.dialect"]
    markdown = sys.modules["policybook.markdown"]
    constructs = [f"::: {name}" for name in dialect.DIRECTIVES]
    constructs += [f"]({kind}:" for kind in markdown.TARGET_KINDS]
    constructs += ["{index:", "{index from:", "{index to:", "{place:", "(main)", "[@", "[^", "\n> ", "\n### "]
    assert [construct for construct in constructs if construct not in texts] == []


def test_what_commands_say_is_what_the_document_shows() -> None:
    assert write_examples.answered(MARKDOWN) == MARKDOWN, "scripts/write-examples writes it anew"


def test_the_document_shows_a_real_error() -> None:
    assert "CITE001" in MARKDOWN
    assert write_examples.examples(MARKDOWN, "wrong")


# keys


def parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A JSON Schema and all schemas in it."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def keys_and_words(model: Any) -> set[str]:
    """The keys of a model and of the models in it, and the words that its keys may have as values."""
    found: set[str] = set()
    for part in parts(json_schema(model, "")):
        if isinstance(part.get("properties"), dict):
            found.update(part["properties"])
        if isinstance(part.get("enum"), list):
            found.update(part["enum"])
        listed = re.fullmatch(r"\^\(([a-z|-]+)\)\$", str(part.get("pattern")))
        if listed:
            found.update(listed[1].split("|"))
    return found


@pytest.mark.parametrize("name", MODELS)
def test_every_key_and_every_word_that_it_takes_is_explained(name: str) -> None:
    rows = "\n".join(line for line in MARKDOWN.splitlines() if line.startswith("|"))
    explained = set(re.findall(r"`([^`]+)`", rows))
    assert keys_and_words(MODELS[name][1]) - explained == set()


# schemas


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_is_what_the_code_makes(name: str) -> None:
    assert (ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8") == schema_text(name), "make docs writes it"


def test_there_is_no_other_schema() -> None:
    assert {path.name for path in (ROOT / "schemas").iterdir()} == {f"{name}.json" for name in MODELS}


SHIPPED = sorted((ROOT / "content").rglob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT / "content")))
def test_a_shipped_file_names_its_schema_and_fits_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named is not None
    schema = (path.parent / named[1]).resolve()
    assert schema == ROOT / "schemas" / f"{path.stem}.json"
    assert schema.is_file()
    assert read(text, path.name, MODELS[path.stem][1]).problems == ()


def test_schemas_describe_every_key() -> None:
    bare = [
        f"{name}: {key}"
        for name in MODELS
        for part in parts(json.loads(schema_text(name)))
        for key, value in (part.get("properties") or {}).items()
        if isinstance(value, dict) and "description" not in value and "$ref" not in value
    ]
    assert bare == []


# links and pictures


def prose(path: Path) -> str:
    """A document without its code."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def headings(path: Path) -> set[str]:
    """The anchors that GitHub gives to a document's headings."""
    lines = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", lines, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_are_there(path: Path) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        file, _, anchor = target.partition("#")
        if ":" in file:
            continue
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in headings(there)):
            dead.append(target)
    assert dead == []


def test_pictures_have_alternate_texts() -> None:
    silent = [path.name for path in DOCUMENTS if re.search(r"!\[\s*\]\(", prose(path))]
    assert silent == []


# the sentence


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("README.md", (ROOT / "README.md").read_text(encoding="utf-8")),
        ("docs/architecture.md", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")),
        ("policybook/__init__.py", policybook.__doc__ or ""),
        ("policybook/pipeline.py", pipeline.__doc__ or ""),
    ],
)
def test_the_sentence_stands_everywhere(place: str, text: str) -> None:
    assert SENTENCE in " ".join(text.split()), place
