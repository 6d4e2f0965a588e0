"""`[meta.dagster]` of a sidecar: what a model's author says to Dagster, checked key by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import dagster as dg

from dagster_rocky.automation import automation_condition
from dagster_rocky.failures import retry_policy
from dagster_rocky.freshness import freshness_policy
from dagster_rocky.misstated import Misstated
from dagster_rocky.props import RockyModelProps
from rocky_core.diagnostics.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class ModelMeta:
    """What was said, as changes of the spec; `errors` are what could not be understood."""

    attributes: Mapping[str, Any]
    retries: Mapping[str, Any]
    errors: tuple[str, ...]


def read_model_meta(props: RockyModelProps) -> ModelMeta:
    """The sidecar's word for Dagster; what is wrong with it is the model's error, never the location's end."""
    stated = (props.meta or {}).get("dagster", {})
    if not isinstance(stated, Mapping):
        return ModelMeta({}, {}, (f"{props.file.name}: [meta.dagster] must be a table",))
    found: dict[str, Any] = {}
    errors = []
    for key, value in stated.items():
        read = _READERS.get(key)
        if read is None:
            errors.append(f"{props.file.name}: [meta.dagster] knows no '{key}'{did_you_mean(key, tuple(_READERS))}")
            continue
        try:
            found[key] = read(value)
        except (Misstated, dg.DagsterInvalidDefinitionError) as error:
            errors.append(f"{props.file.name}: [meta.dagster] {key}: {error}")
    attributes = {_ATTRIBUTES.get(key, key): value for key, value in found.items() if key != "retries"}
    try:
        policy = freshness_policy(stated.get("freshness"), props.max_lag_seconds)
    except Misstated:
        policy = None  # It is among the errors.
    if policy is not None:
        attributes["freshness_policy"] = policy
    attributes.pop("freshness", None)
    return ModelMeta(attributes, found.get("retries", MappingProxyType({})), tuple(errors))


def _texts(value: object) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise Misstated("must be a list of texts")
    return list(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Misstated("must be a text")
    return value


def _key(value: object) -> dg.AssetKey:
    return dg.AssetKey(value.split("/") if isinstance(value, str) else _texts(value))


def _tags(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
        raise Misstated("must be a table of texts")
    tags = {str(name): str(one) for name, one in value.items()}
    dg.AssetSpec("probe", tags=tags)  # Dagster says which signs it takes.
    return tags


def _owners(value: object) -> list[str]:
    owners = _texts(value)
    dg.AssetSpec("probe", owners=owners)  # Dagster knows what an owner looks like.
    return owners


def _group(value: object) -> str:
    dg.AssetSpec("probe", group_name=_text(value))
    return _text(value)


def _retries(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Misstated("must be a table by kind of failure")
    retry_policy(value)
    return value


def _freshness(value: object) -> object:
    freshness_policy(value, None)
    return value


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "asset_key": _key,
        "automation_condition": automation_condition,
        "description": _text,
        "freshness": _freshness,
        "group": _group,
        "kinds": lambda value: set(_texts(value)),
        "owners": _owners,
        "retries": _retries,
        "tags": _tags,
    }
)
_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({"asset_key": "key", "group": "group_name"})
