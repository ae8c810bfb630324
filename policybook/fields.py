"""The kinds of values that YAML fields take, with the words and patterns that the JSON Schemas carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from policybook.ids import ID

#: Unknown keys are errors. The docstring under a field is its description, but `policybook.records` reads it, where a
#: schema is asked for: pydantic's `use_attribute_docstrings` would parse this source for every file that is validated.
STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)

Id = Annotated[str, Field(pattern=f"^{ID.pattern}$")]
Required = Annotated[str, Field(min_length=1)]
#: A date at the precision that is known. An editor reads a bare year as a number, so the schema takes both.
PartialDate = Annotated[
    str,
    Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"},
                {"type": "integer", "minimum": 1000},
            ]
        }
    ),
]
Length = Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?(pt|in|mm|cm|pc)$")]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) and value else value or []


#: One key, or a list of them.
Keys = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
