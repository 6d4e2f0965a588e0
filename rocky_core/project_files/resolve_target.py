"""Decides where a model's result goes, and how it gets there, from all that may say so."""

from __future__ import annotations

import re

from msgspec import Struct

from rocky_core.config.schema_pattern import placeholders, render_template
from rocky_core.config.sidecar import Group, Sidecar
from rocky_core.config.strategies import StrategyTable
from rocky_core.config.toml_document import TomlDocument
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import KeyPath
from rocky_core.ir.names import TargetName, is_catalog, is_identifier
from rocky_core.project_files.directory_context import DirectoryContext


class Fallback(Struct, frozen=True):
    """The catalog and schema of models for which neither they nor their directory say one."""

    catalog: str | None = None
    schema: str | None = None
    of_files: tuple[tuple[str, Fallback], ...] = ()  # by the expression of the files that each is for

    def of(self, file: str) -> Fallback:
        """What stands in for a model in this file."""
        return next((found for pattern, found in self.of_files if re.fullmatch(pattern, file)), self)


class Placement(Struct, frozen=True):
    """Where a model's result goes, with the group that had a say in it."""

    target: TargetName
    strategy: StrategyTable | None
    group: Group | None
    diagnostics: tuple[Diagnostic, ...]


def resolve_target(
    name: str, sidecar: Sidecar, document: TomlDocument, context: DirectoryContext, fallback: Fallback
) -> Placement:
    """The model's own word first, then its group's, its directory's and the fallback's."""
    found: list[Diagnostic] = []

    def fault(message: str, *path: str | int, suggestion: str | None = None) -> None:
        span = document.place(path)
        found.append(codes.E050.found(model=name, message=message, span=span, suggestion=suggestion))

    group = context.groups.get(sidecar.group) if sidecar.group is not None else None
    if sidecar.group is not None and group is None and f"group:{sidecar.group}" not in context.broken:
        hint = did_you_mean(sidecar.group, context.groups)
        suggestion = f"write {context.directory}/groups/{sidecar.group}.toml"
        fault(f"unknown group '{sidecar.group}'{hint}", "group", suggestion=suggestion)
    schema = sidecar.target.schema_name
    if group is not None:
        for message, path in _overridden(sidecar, group):
            fault(message, *path)
        if schema is None and group.schema_template is not None:
            schema, problem = _render(group.schema_template, sidecar)
            if problem is not None:
                fault(problem, "args" if sidecar.args else "group")
    catalog = _first(sidecar.target.catalog, context.defaults.target.catalog, fallback.catalog)
    schema = _first(schema, context.defaults.target.schema_name, fallback.schema)
    if "defaults" not in context.broken:
        missing = [key for key, value in (("catalog", catalog), ("schema", schema)) if value is None]
        if missing:
            suggestion = f"set [target] {' and '.join(missing)} in the sidecar or in {context.directory}/_defaults.toml"
            fault(f"model '{name}' has no target {' and '.join(missing)}", "target", suggestion=suggestion)
    target = TargetName(catalog or "", schema or "", sidecar.target.table or name)
    for key, value in (("catalog", target.catalog), ("schema", target.schema), ("table", sidecar.target.table)):
        if value and not (is_catalog(value) if key == "catalog" else is_identifier(value)):
            fault(
                f"target {key} '{value}' is not a valid identifier: only letters, digits and '_'",
                "target",
                key,
            )
    strategy = sidecar.strategy or (group.strategy if group is not None else None) or context.defaults.strategy
    return Placement(target, strategy, group, tuple(found))


def _overridden(sidecar: Sidecar, group: Group) -> list[tuple[str, KeyPath]]:
    """What a model pins although its group forbids it."""
    found: list[tuple[str, KeyPath]] = []
    pins_schema = sidecar.target.schema_name is not None and group.schema_template is not None
    if group.enforce and sidecar.strategy is not None and group.strategy is not None:
        found.append((f"group '{sidecar.group}' enforces its strategy; the model must not set one", ("strategy",)))
    if pins_schema and (group.enforce or sidecar.args):
        why = "enforces its schema" if group.enforce else "builds the schema from [args]"
        found.append((f"group '{sidecar.group}' {why}; the model must not set one", ("target", "schema")))
    return found


def _render(template: str, sidecar: Sidecar) -> tuple[str | None, str | None]:
    schema = render_template(template, sidecar.args, "_")
    if "{" in schema:
        missing = [name for name in placeholders(template) if name not in sidecar.args]
        return None, f"group '{sidecar.group}' needs [args] {', '.join(missing) or schema}"
    if not is_identifier(schema):
        return None, f"group '{sidecar.group}' gives the schema '{schema}', which is not a valid identifier"
    return schema, None


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value is not None), None)
