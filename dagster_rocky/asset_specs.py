"""From a Rocky project to asset specs, without running anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg

from dagster_rocky.props import ColumnProps, RockyModelProps
from dagster_rocky.translator import RockyDagsterTranslator
from rocky_core.api import Compilation, ProjectOptions, open_project
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.lineage import ColumnRef
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledModel
from rocky_core.ir.strategy import strategy_name


def load_rocky_assets(
    project_dir: str | Path, *, translator: RockyDagsterTranslator | None = None, with_seed: bool = False
) -> list[dg.AssetSpec]:
    """Every model of the project in `project_dir` as an asset spec; a model with errors is one spec that says so."""
    folder = Path(project_dir).resolve()
    options = ProjectOptions(config_file=folder / "rocky.toml", with_seed=with_seed)
    compilation = open_project(options).compile()
    chosen = translator or RockyDagsterTranslator()
    return [chosen.get_asset_spec(props) for props in model_props(compilation)]


def model_props(compilation: Compilation) -> Iterator[RockyModelProps]:
    """The facts of every model, in the order of the files."""
    models = compilation.project.models
    targets = {name: _target(compiled.model.target) for name, compiled in models.items()}
    errors: dict[str, list[Diagnostic]] = {}
    for found in compilation.diagnostics:
        if found.is_error:
            errors.setdefault(found.model, []).append(found)
    for name, compiled in models.items():
        yield _props(compilation, compiled, targets, errors.get(name, []))


def _props(
    compilation: Compilation,
    compiled: CompiledModel,
    targets: Mapping[str, tuple[str, ...]],
    errors: list[Diagnostic],
) -> RockyModelProps:
    model, facts = compiled.model, compiled.facts
    dialect = compilation.dialect_of(model.name)
    parents: dict[str, list[ColumnRef]] = {}
    for edge in facts.edges:
        parents.setdefault(edge.target.column, []).append(edge.source)
    return RockyModelProps(
        name=model.name,
        target=targets[model.name],
        strategy=strategy_name(model.strategy),
        warehouse=dialect.name,
        file=compilation.root / model.file,
        recipe_hash=facts.recipe_hash,
        description=model.intent,
        group=model.group or model.target.schema,
        tags=model.tags,
        columns=tuple(
            ColumnProps(
                column.name,
                dialect.spell_type(column.data_type),
                column.nullable,
                model.column_descriptions.get(column.name),
                tuple(parents.get(column.name, ())),
            )
            for column in facts.columns
        ),
        depends_on=compiled.depends_on,
        reads_tables=facts.reads_tables,
        targets=targets,
        errors=tuple(_told(error) for error in errors),
    )


def _target(target: TargetName) -> tuple[str, ...]:
    return tuple(part for part in (target.catalog, target.schema, target.table) if part)


def _told(error: Diagnostic) -> str:
    place = f"{error.span.file}:{error.span.line}:{error.span.col}: " if error.span is not None else ""
    return f"{place}{error.code} {error.message}"
