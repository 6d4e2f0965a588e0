"""Writes docs/reference/*.md from the classes that validate what people write; a test compares them.

`python -m tools.reference`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from rocky_core.config.adapters import Adapter
from rocky_core.config.pipelines import (
    LoadPipeline,
    QualityPipeline,
    ReplicationPipeline,
    SnapshotPipeline,
    TransformationPipeline,
)
from rocky_core.config.rocky_toml import Settings
from rocky_core.config.sidecar import ContractFile, Defaults, Group, Sidecar

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
GENERATED: Final = (
    "<!-- Written by `python -m tools.reference` from the classes in rocky_core/config; do not edit. -->\n"
)
NOTE: Final = (
    "Every key is checked by every command. Keys that are about running (strategies, checks, retries, hooks, state,\n"
    "governance) are read and validated; what runs today is listed in the README.\n"
)
Schema = Mapping[str, Any]


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "rocky-toml.md": "\n".join(_rocky_toml()),
        "sidecar.md": "\n".join(_sidecar()),
    }


def _rocky_toml() -> Iterator[str]:
    yield f"{GENERATED}\n# rocky.toml\n\n{NOTE}"
    told: set[str] = set()
    yield from _section("`[adapter.NAME]`", Adapter, ("adapter", "NAME"), told)
    for name, pipeline in (
        ("transformation", TransformationPipeline),
        ("replication", ReplicationPipeline),
        ("quality", QualityPipeline),
        ("snapshot", SnapshotPipeline),
        ("load", LoadPipeline),
    ):
        yield from _section(f'`[pipeline.NAME]` with `type = "{name}"`', pipeline, ("pipeline", "NAME"), told)
    schema = Settings.model_json_schema()
    for name, field in schema["properties"].items():
        definition = _resolve(schema, field)
        if definition is not None:
            yield from _tables(f"`[{name}]`", definition, schema, (name,), told)
    yield from _rows("`[mask]`, `[role.NAME]`", schema, {n: schema["properties"][n] for n in ("mask", "role")})


def _sidecar() -> Iterator[str]:
    yield f"{GENERATED}\n# Files beside a model\n\n{NOTE}"
    told: set[str] = set()
    yield from _section("`MODEL.toml`, or `---toml` front matter", Sidecar, (), told)
    yield from _section("`_defaults.toml`", Defaults, (), told)
    yield from _section("`groups/NAME.toml`", Group, (), told)
    yield from _section("`MODEL.contract.toml`", ContractFile, (), told)


def _section(title: str, section: type[BaseModel], path: tuple[str, ...], told: set[str]) -> Iterator[str]:
    schema = section.model_json_schema()
    yield from _tables(title, schema, schema, path, told)


def _tables(title: str, definition: Schema, schema: Schema, path: tuple[str, ...], told: set[str]) -> Iterator[str]:
    """One table for the keys of a section, then one for each table inside it that was not told before."""
    keys = {name: field for name, field in definition.get("properties", {}).items() if not _nested(schema, field)}
    description = str(definition.get("description", "")).split("\n")[0]
    yield from _rows(title, schema, keys, description, definition.get("required", ()))
    for name, field in definition.get("properties", {}).items():
        for inner, repeated in _nested(schema, field):
            inside = path if name == "flattened" else (*path, name)  # Its keys stand in the table around it.
            heading = ".".join(inside)
            of_kind = f' with `type = "{kind}"`' if (kind := _kind(inner)) else ""
            shown = f"`[[{heading}]]`{of_kind}" if repeated else f"`[{heading}]`{of_kind}"
            if f"{heading}:{inner['title']}" in told:
                yield f"`[{heading}]` is as above.\n"
                continue
            told.add(f"{heading}:{inner['title']}")
            yield from _tables(shown, inner, schema, inside, told)


def _kind(definition: Schema) -> str | None:
    """The one value of `type` by which a table is told from its alternatives."""
    field = definition.get("properties", {}).get("type", {})
    values = [field["const"]] if "const" in field else field.get("enum", [])
    return str(values[0]) if len(values) == 1 else None


def _rows(
    title: str, schema: Schema, keys: Mapping[str, Schema], description: str = "", required: Sequence[str] = ()
) -> Iterator[str]:
    yield f"## {title}\n"
    if description:
        yield f"{description}\n"
    if keys:
        yield "| key | value | default |\n|---|---|---|"
        for name, field in keys.items():
            default = "**required**" if name in required else _default(field)
            yield f"| `{name}` | {_type(schema, field)} | {default} |"
        yield ""


def _default(field: Schema) -> str:
    value = field.get("default")
    return "" if value in (None, "", [], {}, ()) else f"`{json.dumps(value)}`"


def _resolve(schema: Schema, field: Schema) -> Schema | None:
    reference = field.get("$ref")
    return schema["$defs"][reference.rsplit("/", 1)[1]] if isinstance(reference, str) else None


def _alternatives(schema: Schema, field: Schema) -> list[Schema]:
    """The field's own shapes, one or several, without `null`."""
    options = field.get("anyOf") or field.get("oneOf") or [field]
    return [_resolve(schema, option) or option for option in options if option.get("type") != "null"]


def _nested(schema: Schema, field: Schema) -> list[tuple[Schema, bool]]:
    """The tables that a key holds, each with whether it may be repeated."""
    found: list[tuple[Schema, bool]] = []
    for option in _alternatives(schema, field):
        items = option.get("items")
        inner = _alternatives(schema, items) if isinstance(items, dict) else []
        found += [(table, True) for table in inner if "properties" in table]
        if "properties" in option:
            found.append((option, False))
        elif "oneOf" in option:
            found += [(table, False) for table in _alternatives(schema, option) if "properties" in table]
    return found


def _type(schema: Schema, field: Schema) -> str:
    return " or ".join(dict.fromkeys(_spell(schema, option) for option in _alternatives(schema, field)))


def _spell(schema: Schema, option: Schema) -> str:
    if "const" in option:
        return f"`{json.dumps(option['const'])}`"
    if "enum" in option:
        return ", ".join(f"`{json.dumps(value)}`" for value in option["enum"])
    if option.get("type") == "array":
        items = option.get("items", {})
        return f"list of {_type(schema, items)}" if items else "list"
    if option.get("type") == "object":
        values = option.get("additionalProperties")
        return f"table of {_type(schema, values)}" if isinstance(values, dict) else "table"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    if option.get("format") == "password":
        return "text (secret)"
    return names.get(str(option.get("type")), "any value")


def main() -> int:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
