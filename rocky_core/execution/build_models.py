"""Builds every model of a project in a fresh local database, each failure blocking only what depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from msgspec import Struct

from rocky_core.dialects.base import Dialect
from rocky_core.execution.duckdb_literals import literal
from rocky_core.execution.local_database import LocalDatabase, fresh_database
from rocky_core.execution.local_sql import NotTranslatable, local_query
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledModel, CompiledProject


class BuildOutcome(Struct, frozen=True):
    """Whether one model could be built, and why not; `blocked_by` names the model that failed before it."""

    model: str
    error: str | None = None
    blocked_by: str | None = None


class SeedFile(Struct, frozen=True):
    """A file of rows that models read as a table."""

    name: str
    target: TargetName | None
    path: Path
    columns: tuple[tuple[str, str], ...]  # name and type, as the seed's sidecar or its content says


class SeedData(Struct, frozen=True):
    """The tables that are there before any model is built."""

    script: str | None = None
    files: tuple[SeedFile, ...] = ()


class SeedFailed(Exception):
    """The seed's tables could not be made, so no model was tried."""


def build_models(
    project: CompiledProject, dialect: Dialect, seed: SeedData, only: Sequence[str] | None = None
) -> tuple[BuildOutcome, ...]:
    """Build the models in reading order (or `only` these and what they read) on top of the seed's tables.

    Raises:
        SeedFailed: the seed's SQL is wrong; the message is DuckDB's.

    """
    wanted = with_upstream(project.models, only) if only is not None else frozenset(project.models)
    with fresh_database() as database:
        database.attach(compiled.model.target.catalog for compiled in project.models.values())
        try:
            if seed.script is not None:
                database.run_seed(seed.script)
            for file in seed.files:
                _load_seed_file(file, database)
        except duckdb.Error as error:
            raise SeedFailed(str(error)) from error
        database.add_source_names(name for model in wanted for name in project.models[model].facts.reads_tables)
        outcomes: dict[str, BuildOutcome] = {}
        for name in project.order:
            if name in wanted:
                outcomes[name] = _build(project.models[name], dialect, database, outcomes)
    return tuple(outcomes.values())


def with_upstream(models: Mapping[str, CompiledModel], names: Sequence[str]) -> frozenset[str]:
    """The names and everything they read, directly or not."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in reached and name in models:
            reached.add(name)
            waiting.extend(models[name].depends_on)
    return frozenset(reached)


def _load_seed_file(seed: SeedFile, database: LocalDatabase) -> None:
    """Read the file into the table that models read it as: its name, and its target's names."""
    types = {name: "VARCHAR" if spelled.upper() == "STRING" else spelled for name, spelled in seed.columns}
    delimiter = "\t" if seed.path.suffix == ".tsv" else ","
    query = (
        f"SELECT * FROM read_csv({literal(str(seed.path))}, header = true, delim = {literal(delimiter)}, "
        f"columns = {literal(types)})"
    )
    database.create_model(seed.name, seed.target or TargetName("", "", seed.name), query)


def _build(
    compiled: CompiledModel, dialect: Dialect, database: LocalDatabase, before: Mapping[str, BuildOutcome]
) -> BuildOutcome:
    name = compiled.model.name
    failed = next((up for up in compiled.depends_on if up in before and before[up].error is not None), None)
    if failed is not None:
        root = before[failed].blocked_by or failed
        through = "" if root == failed else f" (because '{root}' failed)"
        return BuildOutcome(name, f"not built: it reads '{failed}', which could not be built{through}", root)
    try:
        database.create_model(name, compiled.model.target, local_query(compiled, dialect))
    except (duckdb.Error, NotTranslatable) as error:
        return BuildOutcome(name, str(error))
    return BuildOutcome(name)
