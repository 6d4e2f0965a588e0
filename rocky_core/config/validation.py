"""Checks parsed TOML against a typed section: every problem at once, each with its place and in plain words."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final, TypeVar

from msgspec import Struct
from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rocky_core.config.section import LenientSection
from rocky_core.config.toml_document import TomlDocument
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.codes import Code
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import KeyPath

SectionT = TypeVar("SectionT", bound=BaseModel)
Locate = Callable[[KeyPath], Span]

_TYPE_NAMES: Final = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_MISSING: Final = object()
FLATTENED: Final = "flattened"  # the field whose keys stand beside its section's own


class _Subject(Struct, frozen=True):
    """What is being checked, and how its keys are found in the file."""

    section: type[BaseModel]
    data: Any
    document: TomlDocument
    prefix: KeyPath
    locate: Locate


def validate(
    section: type[SectionT],
    data: Any,
    document: TomlDocument,
    prefix: KeyPath = (),
    locate: Locate | None = None,
) -> Checked[SectionT | None]:
    """The typed section, or everything that is wrong with it; keys unknown to lenient tables are only warnings."""
    try:
        return Checked(section.model_validate(data))
    except ValidationError as error:
        problems = error.errors(include_url=False)
    subject = _Subject(section, data, document, prefix, locate or document.place)
    warnings = [problem for problem in problems if _is_lenient(section, data, problem)]
    found = tuple(_diagnostic(subject, problem, codes.W020) for problem in warnings)
    if len(warnings) == len(problems):
        remaining = deepcopy(data)
        for problem in warnings:
            _remove(remaining, _path_in(data, problem["loc"]))
        return validate(section, remaining, document, prefix, locate).adding(found)
    errors = [problem for problem in problems if problem not in warnings]
    return Checked(None, found + tuple(_diagnostic(subject, problem, document.fault) for problem in errors))


def _is_lenient(section: type[BaseModel], data: Any, problem: ErrorDetails) -> bool:
    if problem["type"] != "extra_forbidden":
        return False
    return all(
        issubclass(owner, LenientSection) for owner in _sections_at(section, _path_in(data, problem["loc"])[:-1])
    )


def _path_in(data: Any, loc: tuple[int | str, ...]) -> KeyPath:
    """The keys of the data on the way to a problem; the validator's own names for alternatives are left out."""
    path: list[str | int] = []
    here = data
    for number, part in enumerate(loc):
        is_last = number == len(loc) - 1
        if isinstance(here, dict) and isinstance(part, str):
            if part in here:
                path.append(part)
                here = here[part]
            elif is_last and not part.startswith("function-"):
                path.append(part)
        elif isinstance(here, (list, tuple)) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    return tuple(path)


def _value_at(data: Any, path: KeyPath) -> Any:
    here = data
    for part in path:
        if isinstance(here, dict):
            here = here.get(str(part), _MISSING)
        elif isinstance(here, (list, tuple)) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            return _MISSING
    return here


def _remove(data: Any, path: KeyPath) -> None:
    parent = _value_at(data, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def _diagnostic(subject: _Subject, problem: ErrorDetails, row: Code) -> Diagnostic:
    section, data, prefix = subject.section, subject.data, subject.prefix
    path = _path_in(data, problem["loc"])
    if problem["type"].startswith("union_tag_"):
        path = (*path, "type")
    where = _owner(prefix, path)
    kind = problem["type"]
    suggestion = None
    if kind == "extra_forbidden":
        key = str(path[-1])
        known = _known_keys(section, path[:-1])
        hint = did_you_mean(key, known)
        message = f"unknown key '{key}' {where}{hint}"
        if known and not hint:
            suggestion = f"known keys: {', '.join(sorted(known))}"
    elif kind == "missing":
        message = f"missing key '{path[-1] if path else problem['loc'][-1]}' {where}"
    else:
        message = _wording(problem, _value_at(data, path), path, where)
    span = subject.locate((*prefix, *path))
    return row.found(model=subject.document.model, message=message, span=span, suggestion=suggestion)


def _wording(problem: ErrorDetails, value: Any, path: KeyPath, where: str) -> str:
    """What is wrong with a value; the value itself is shown only where it cannot be a secret."""
    key = ".".join(str(part) for part in path[-1:] if isinstance(part, str)) or _last_name(path)
    subject = f"'{key}' {where}" if key else f"the value {where}"
    kind = problem["type"]
    context = problem.get("ctx", {})
    if kind in _TYPE_NAMES:
        return f"{subject} must be {_TYPE_NAMES[kind]}, not {_type_of(value)}"
    match kind:
        case "literal_error":
            choices = str(context.get("expected", ""))
            written = f"'{value}'" if isinstance(value, str) else _type_of(value)
            hint = did_you_mean(value, _quoted(choices)) if isinstance(value, str) else ""
            return f"{subject} must be {choices}, not {written}{hint}"
        case "union_tag_invalid":
            tag = str(context.get("tag", ""))
            expected = str(context.get("expected_tags", ""))
            return f"unknown type '{tag}' {where}: known are {expected}{did_you_mean(tag, _quoted(expected))}"
        case "union_tag_not_found":
            return f"missing key 'type' {where}"
        case "value_error":
            return f"{where.removeprefix('in ')}: {context.get('error', problem['msg'])}"
        case _:
            return f"{subject}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _last_name(path: KeyPath) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _quoted(text: str) -> list[str]:
    return text.split("'")[1::2]


def _owner(prefix: KeyPath, path: KeyPath) -> str:
    """`in [pipeline.bronze.source]`, the table that the last key belongs to."""
    table = [*prefix, *path[:-1]] if path else list(prefix)
    names = [f"#{part + 1}" if isinstance(part, int) else part for part in table]
    return f"in [{'.'.join(names)}]".replace(".#", " #") if names else "at the top level"


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"a {type(value).__name__}"


def _known_keys(section: type[BaseModel], path: KeyPath) -> set[str]:
    return {key for owner in _sections_at(section, path) for key in _keys_of(owner)} - {FLATTENED}


def _keys_of(section: type[BaseModel]) -> Iterator[str]:
    for name, info in section.model_fields.items():
        alias = info.validation_alias
        if isinstance(alias, AliasChoices):
            yield from (choice for choice in alias.choices if isinstance(choice, str))
        else:
            yield alias if isinstance(alias, str) else name


def _sections_at(section: type[BaseModel], path: KeyPath) -> tuple[type[BaseModel], ...]:
    """The sections that may stand at a path, several where the type decides."""
    here: tuple[Any, ...] = (section,)
    for part in path:
        here = tuple(below for annotation in here for below in _below(annotation, part))
    return tuple(owner for annotation in here for owner in _sections_in(annotation))


def _below(annotation: Any, part: str | int) -> Iterator[Any]:
    """What stands under a key or an index of an annotated value."""
    for inner in _unwrapped(annotation):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for name, info in inner.model_fields.items():
                alias = info.validation_alias
                keys = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
                if part in keys:
                    yield info.annotation
                elif name == FLATTENED and part not in inner.model_fields:
                    yield from _below(info.annotation, part)
        elif typing.get_origin(inner) in {tuple, list} and isinstance(part, int):
            yield typing.get_args(inner)[0]
        elif typing.get_origin(inner) is dict:
            yield typing.get_args(inner)[1]
        elif typing.get_origin(inner) in {tuple, list}:
            yield from _below(typing.get_args(inner)[0], part)


def _sections_in(annotation: Any) -> Iterator[type[BaseModel]]:
    for inner in _unwrapped(annotation):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield inner
            if FLATTENED in inner.model_fields:
                yield from _sections_in(inner.model_fields[FLATTENED].annotation)


def _unwrapped(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation without `Annotated` and `|`."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _unwrapped(typing.get_args(annotation)[0])
    elif origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        for argument in typing.get_args(annotation):
            yield from _unwrapped(argument)
    else:
        yield annotation
