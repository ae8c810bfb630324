"""The JSON Schemas of the YAML files, generated from the models, for editors that complete and check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policybook.edition import Edition, GlossaryEntry, Headword, Organization, Reference
from policybook.headers import BriefHeader, FigureBlockModel, PartModel, ProseHeader, TableModel
from policybook.printer import Printer
from policybook.records import json_schema

#: File name → (title, model).
MODELS: Mapping[str, tuple[str, Any]] = {
    "edition": ("edition.yaml", Edition),
    "organizations": ("organizations.yaml", tuple[Organization, ...]),
    "index": ("index.yaml", tuple[Headword, ...]),
    "glossary": ("glossary.yaml", tuple[GlossaryEntry, ...]),
    "references": ("references.yaml", tuple[Reference, ...]),
    "part": ("part.yaml", PartModel),
    "brief": ("the header of a brief", BriefHeader),
    "prose": ("the header of a unit of front or back matter", ProseHeader),
    "table": ("a table block", TableModel),
    "figure": ("a figure block", FigureBlockModel),
    "printer": ("a print shop", Printer),
}


def schema_text(name: str) -> str:
    """The JSON Schema of a model, as text."""
    title, model = MODELS[name]
    return json.dumps(json_schema(model, title), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas to a folder; those that are the same already are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in MODELS:
        path, text = folder / f"{name}.json", schema_text(name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
