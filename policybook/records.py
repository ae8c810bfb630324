"""YAML at the edge: text is validated into the dataclasses of `policybook.edition`, and every value keeps its place.

Scalars are read as text and converted by the field that takes them, so that `NO` stays a state and `2020-10` stays a
month. Anchors and aliases are refused: a page of them can stand for gigabytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from policybook.diagnostics import Problem, Source, suggestion

T = TypeVar("T")
Location = tuple[str | int, ...]
#: What YAML text becomes: mappings and lists of text.
Value = str | list["Value"] | dict[str, "Value"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """A validated value and the places of its parts."""

    value: T
    places: Mapping[Location, Source]
    start: Source

    def at(self, *location: str | int) -> Source:
        """The place of a part, such as `at("cases", 0, "law")`, or of the nearest part around it."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.places:
                return self.places[location[:length]]
        return self.start


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The outcome of reading: a record, or None where it can't be used, and the problems."""

    record: Record[T] | None
    problems: tuple[Problem, ...]


class _Composer:
    """Turns YAML nodes into values of text, noting the place of every key and value."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.places: dict[Location, Source] = {}
        self.key_places: dict[Location, Source] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def source(self, mark: Any) -> Source:
        return Source(self.path, self.first_line + mark.line, mark.column + 1)

    def value(self, node: yaml.Node, location: Location) -> Value:
        self.places[location] = self.source(node.start_mark)
        if id(node) in self._seen:
            self.problems.append(
                Problem("YAML001", "an alias (*name) stands here", self.places[location], "write the value out")
            )
            return ""
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*location, i)) for i, item in enumerate(node.value)]
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> Value:
        result: dict[str, Value] = {}
        for key_node, value_node in node.value:
            place = self.source(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem("YAML001", "a key must be a single word", place))
                continue
            key = str(key_node.value)
            if key in result:
                self.problems.append(Problem("YAML005", f"“{key}” stands twice here", place))
                continue
            self.key_places[(*location, key)] = place
            result[key] = self.value(value_node, (*location, key))
        return result


def read(text: str, path: str, model: Any, *, first_line: int = 1) -> Reading[Any]:
    """The text of a YAML file or header, validated against `model` (a dataclass, or a tuple of one).

    `path` is shown in problems; `first_line` is the line of the file on which `text` starts.
    """
    start = Source(path, first_line, 1)
    composer = _Composer(path, first_line)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        return Reading(None, (_syntax_problem(error, composer, start),))
    except (yaml.YAMLError, RecursionError) as error:
        return Reading(None, (Problem("YAML001", str(error).splitlines()[0], start),))
    if node is None:
        return Reading(None, (Problem("YAML001", "there is nothing here", start),))
    value = composer.value(node, ())
    adapter = TypeAdapter[Any](model)
    try:
        checked = adapter.validate_python(value)
    except ValidationError as error:
        schema = adapter.json_schema(by_alias=True)
        found = [_validation_problem(detail, composer, schema) for detail in error.errors(include_url=False)]
        return Reading(None, (*composer.problems, *found))
    record = Record(checked, composer.places, composer.places[()])
    return Reading(None if composer.problems else record, tuple(composer.problems))


def _syntax_problem(error: yaml.MarkedYAMLError, composer: _Composer, start: Source) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = error.problem or "the YAML can't be read"
    hint = (
        "a value that holds “: ” or starts with one of $ % @ [ { * & needs quotes around it; look at the line above too"
    )
    return Problem("YAML001", what, composer.source(mark) if mark else start, hint)


def _validation_problem(detail: ErrorDetails, composer: _Composer, schema: dict[str, Any]) -> Problem:
    """A finding of pydantic's in our words, at the place of the key or value that it is about."""
    location: Location = tuple(part for part in detail["loc"] if (*composer.places,) and _is_real(part))
    kind = detail["type"]
    key = str(location[-1]) if location else ""
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        known = _known_keys(schema, location[:-1])
        place = composer.key_places.get(location, composer.places.get(location[:-1]))
        return Problem("YAML002", f"“{key}” is not known here", place, suggestion(key, known))
    if kind in ("missing", "missing_argument"):
        place = composer.places.get(location[:-1])
        meaning = _description(schema, location)
        return Problem("YAML003", f"“{key}” is missing", place, meaning)
    while location and location not in composer.places:
        location = location[:-1]
    return Problem("YAML004", _explain(detail, key), composer.places.get(location), _description(schema, location))


def _is_real(part: str | int) -> bool:
    """Whether a part of pydantic's location is a key or an index, and not the name of a validator."""
    return isinstance(part, int) or not part.startswith(("function-", "tagged-", "constrained-"))


def _explain(detail: ErrorDetails, key: str) -> str:
    shown = detail["input"] if isinstance(detail["input"], str) else "a list or a group of keys"
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "enum":
        return f"“{shown}” is not one of {context['expected']}"
    if kind == "string_too_short":
        return f"“{key}” is empty"
    if kind in ("tuple_type", "list_type", "dict_type", "dataclass_type"):
        wanted = "a list" if kind in ("tuple_type", "list_type") else "a group of keys"
        return f"“{key}” takes {wanted}, not “{shown}”"
    if kind == "string_type":
        return f"“{key}” takes text, not {shown}"
    if kind.startswith("int_"):
        return f"“{key}” takes a whole number, not “{shown}”"
    if kind == "bool_parsing":
        return f"“{key}” takes true or false, not “{shown}”"
    if kind == "string_pattern_mismatch":
        return f"“{shown}” is not of the form that this takes"
    return f"“{shown}”: {detail['msg'].lower()}"


def _part_of(schema: dict[str, Any], location: Location) -> dict[str, Any]:
    """The subschema at a location, with references followed."""
    part = schema
    for step in location:
        part = _follow(schema, part)
        if isinstance(step, int):
            prefix: Sequence[dict[str, Any]] = part.get("prefixItems", ())
            part = prefix[step] if step < len(prefix) else part.get("items", {})
        else:
            part = part.get("properties", {}).get(step, {})
    return part


def _follow(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
    for choice in part.get("anyOf", ()):
        if choice.get("type") == "array":
            return dict(choice)
    return part


def _known_keys(schema: dict[str, Any], location: Location) -> list[str]:
    return list(_follow(schema, _part_of(schema, location)).get("properties", {}))


def _description(schema: dict[str, Any], location: Location) -> str:
    part = _part_of(schema, location)
    return str(part.get("description") or _follow(schema, part).get("description") or "")


def json_schema(model: Any, title: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a model, for editors that complete and check YAML."""
    schema = TypeAdapter[Any](model).json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
