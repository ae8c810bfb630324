"""YAML at the edge: text is validated into the dataclasses of `policybook.edition`, and every value keeps its place.

Scalars are read as text and converted by the field that takes them, so that `NO` stays a state and `2020-10` stays a
month. Anchors and aliases are refused: a page of them can stand for gigabytes.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import pairwise
from typing import Any, Generic, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import DataclassSchema

from policybook.diagnostics import Problem, Source, nearest, suggestion

T = TypeVar("T")
Location = tuple[str | int, ...]
#: What YAML text becomes: mappings and lists of text.
Value = str | list["Value"] | dict[str, "Value"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Nothing that somebody writes is nested more deeply (levels).
_DEEPEST = 20
#: What pydantic calls a key that must be there, and one that must not.
_MISSING = ("missing", "missing_argument")
_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """A validated value, the places of its parts, and those of their keys."""

    value: T
    places: Mapping[Location, Source]
    start: Source
    keys: Mapping[Location, Source] = field(default_factory=dict)

    def at(self, *location: str | int) -> Source:
        """The place of a part, such as `at("cases", 0, "law")`, or of the nearest part around it."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.places:
                return self.places[location[:length]]
        return self.start

    def key(self, *location: str | int) -> Source:
        """The place of a part's key, such as `key("where", "state")`, or of the part where it has no key."""
        return self.keys.get(location) or self.at(*location)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The outcome of reading: a record, or None where it can't be used, and the problems."""

    record: Record[T] | None
    problems: tuple[Problem, ...]


class _Composer:
    """Turns the events of YAML into values of text, noting the place of every key and value."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.places: dict[Location, Source] = {}
        self.key_places: dict[Location, Source] = {}
        self.problems: list[Problem] = []

    def source(self, mark: Any) -> Source:
        return Source(self.path, self.first_line + mark.line, mark.column + 1)

    def value(self, events: Iterator[yaml.Event], location: Location = ()) -> Value:
        """The value that the events up to its end stand for."""
        return self._value(next(events), events, location)

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], location: Location) -> Value:
        self.places[location] = self.source(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, location)
        items: list[Value] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(self._value(item, events, (*location, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], location: Location) -> Value:
        result: dict[str, Value] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            place = self.source(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                self.problems.append(Problem("YAML001", "a key must be a single word", place))
                _skip(event, events)
                _skip(next(events), events)
                continue
            key = str(event.value)
            if key in result:
                self.problems.append(Problem("YAML005", f"“{key}” stands twice here", place))
                _skip(next(events), events)
                continue
            inner = (*location, key)
            self.key_places[inner] = place
            result[key] = self.value(events, inner)
        return result


def _skip(event: yaml.Event, events: Iterator[yaml.Event]) -> None:
    """Leave out the value that starts with an event."""
    depth = _nesting(event)
    while depth:
        depth += _nesting(next(events))


def _nesting(event: yaml.Event) -> int:
    """What an event does to the depth: 1 opens a mapping or list, -1 closes one."""
    return isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)


def read(text: str, path: str, model: Any, *, first_line: int = 1) -> Reading[Any]:
    """The text of a YAML file or header, validated against `model` (a dataclass, or a tuple of one).

    `path` is shown in problems; `first_line` is the line of the file on which `text` starts.
    """
    start = Source(path, first_line, 1)
    composer = _Composer(path, first_line)
    try:
        events, refused = _events(text, composer)
    except yaml.MarkedYAMLError as error:
        return Reading(None, (_syntax_problem(error, composer, start),))
    except yaml.reader.ReaderError as error:
        return Reading(None, (_character_problem(error, text, start),))
    if refused or not events:
        return Reading(None, refused or (Problem("YAML001", "there is nothing here", start),))
    value = composer.value(iter(events))
    adapter = _adapter(model)
    try:
        checked = adapter.validate_python(value)
    except ValidationError as error:
        schema = _schema(adapter)
        found = [_validation_problem(detail, composer, schema) for detail in _causes(error)]
        return Reading(None, (*composer.problems, *found))
    record = Record(checked, composer.places, composer.places[()], composer.key_places)
    return Reading(None if composer.problems else record, tuple(composer.problems))


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter[Any](model)


def _events(text: str, composer: _Composer) -> tuple[list[yaml.Event], tuple[Problem, ...]]:
    """The events of the one value in a text, and what is refused: aliases, and nesting that would exhaust the stack.

    Raises YAMLError where this is no YAML, or more than one document.
    """
    events: list[yaml.Event] = []
    refused: list[Problem] = []
    depth = documents = 0
    named = False
    for event in yaml.parse(text, Loader=_LOADER):
        events.append(event)
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None:
            continue  # most of them
        if isinstance(event, yaml.AliasEvent):
            place = composer.source(event.start_mark)
            refused.append(Problem("YAML001", "an alias (*name) stands here", place, "write the value out"))
        elif isinstance(event, yaml.NodeEvent):
            named = named or event.anchor is not None
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        depth += _nesting(event)
        if depth > _DEEPEST:
            place = composer.source(event.start_mark)
            refused.append(Problem("YAML001", f"more than {_DEEPEST} levels are nested here", place))
            break
    if (named or documents > 1) and not refused:
        yaml.compose(text, Loader=_LOADER)  # says what is wrong with names and further documents
    return events[2:-2], tuple(refused)


def _character_problem(error: yaml.reader.ReaderError, text: str, start: Source) -> Problem:
    # Not `error.position`, which libyaml counts in bytes.
    before = text.partition(chr(error.character))[0]
    column = len(before) - (before.rfind("\n") + 1) + 1
    said = f"the character U+{error.character:04X} can't stand in YAML"
    return Problem("YAML001", said, Source(start.path, start.line + before.count("\n"), column), "delete it")


def _syntax_problem(error: yaml.MarkedYAMLError, composer: _Composer, start: Source) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = error.problem or "the YAML can't be read"
    hint = (
        "a value that holds “: ” or starts with one of $ % @ [ { * & needs quotes around it; look at the line above too"
    )
    return Problem("YAML001", what, composer.source(mark) if mark else start, hint)


def _causes(error: ValidationError) -> list[ErrorDetails]:
    """The findings, without what only follows from another: a misspelled key, or an entry that can't be used."""
    found = error.errors(include_url=False)
    follow = {detail["loc"][:length] for detail in found for length in range(len(detail["loc"]))}
    missing = [detail["loc"] for detail in found if detail["type"] in _MISSING]
    for detail in found:
        if detail["type"] in _UNKNOWN:
            group = detail["loc"][:-1]
            key = nearest(str(detail["loc"][-1]), [str(other[-1]) for other in missing if other[:-1] == group])
            follow.add((*group, key))
    return [detail for detail in found if detail["type"] not in (*_MISSING, "too_short") or detail["loc"] not in follow]


def _validation_problem(detail: ErrorDetails, composer: _Composer, schema: dict[str, Any]) -> Problem:
    """A finding of pydantic's in our words, at the place of the key or value that it is about."""
    location: Location = detail["loc"]
    kind = detail["type"]
    key = _name(location)
    if kind in _UNKNOWN:
        known = _known_keys(schema, location[:-1])
        place = composer.key_places.get(location, composer.places.get(location[:-1]))
        return Problem("YAML002", f"{key} is not known here", place, suggestion(key.strip("“”"), known))
    if kind in _MISSING:
        place = composer.places.get(location[:-1])
        meaning = _description(schema, location)
        return Problem("YAML003", f"{key} is missing", place, meaning)
    while location and location not in composer.places:
        location = location[:-1]
    places = composer.places if detail["input"] else composer.places | composer.key_places
    return Problem("YAML004", _explain(detail, key), places.get(location), _description(schema, location))


def _name(location: Location) -> str:
    """What is at fault, in words: a key, an entry of a list, or all of it."""
    if not location:
        return "this"
    last = location[-1]
    return f"“{last}”" if isinstance(last, str) else f"entry {last + 1}"


def _explain(detail: ErrorDetails, key: str) -> str:
    given = detail["input"]
    quoted = f"“{given}”" if isinstance(given, str) else "a list" if isinstance(given, list) else "a group of keys"
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "enum":
        return f"{quoted} is not one of {context['expected']}"
    if kind == "string_too_short":
        return f"{key} is empty"
    if kind in ("tuple_type", "list_type", "dict_type", "dataclass_type"):
        wanted = "a list" if kind in ("tuple_type", "list_type") else "a group of keys"
        return f"{key} takes {wanted}, not {quoted}"
    if kind == "string_type":
        return f"{key} takes text, not {quoted}"
    if kind.startswith("int_"):
        return f"{key} takes a whole number, not {quoted}"
    if kind.startswith("bool_"):
        return f"{key} takes true or false, not {quoted}"
    if kind == "string_pattern_mismatch":
        return f"{quoted} is not of the form that this takes"
    if kind in ("too_short", "too_long"):
        bound = f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        return f"{key} takes {bound} of them"
    return f"{quoted}: {detail['msg'].lower()}"


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
    schema = _schema(TypeAdapter[Any](model))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def _schema(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    return adapter.json_schema(by_alias=True, schema_generator=_DescribedSchema)


class _DescribedSchema(GenerateJsonSchema):
    """Takes the docstring under a field as its description."""

    def dataclass_schema(self, schema: DataclassSchema) -> JsonSchemaValue:
        made, words = super().dataclass_schema(schema), _docstrings(schema["cls"])
        for member, part in zip(fields(schema["cls"]), made["properties"].values(), strict=True):
            part["description"] = words[member.name]
        return made


def _docstrings(model: type) -> dict[str, str]:
    """The docstrings under the fields of a dataclass, by name."""
    (definition,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        ast.unparse(above.target): str(ast.literal_eval(below.value))
        for above, below in pairwise(definition.body)
        if isinstance(above, ast.AnnAssign) and isinstance(below, ast.Expr)
    }
