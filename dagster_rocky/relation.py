"""A stored table, for reading: its columns and rows, without a word of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dagster_rocky.project import RockyProject
from rocky_core.errors import UserError
from rocky_core.ir.names import is_identifier
from rocky_core.orchestration import read_warehouse
from rocky_core.ports.warehouse import QueryResult


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of a project's warehouse; it is read anew each time."""

    project: RockyProject
    adapter: str
    parts: tuple[str, ...]

    @classmethod
    def named(cls, name: str, project: RockyProject) -> Relation:
        """The relation of a model, or of a table such as `schema.table`.

        Raises:
            UserError: the name means neither, or there is no pipeline whose warehouse it could be in.

        """
        adapters = {pipeline.name: pipeline.adapter for pipeline in project.pipelines}
        if not adapters:
            raise UserError("the project declares no pipeline that builds models, so there is no warehouse to read")
        props = project.props.get(name)
        if props is not None and props.pipeline is not None:
            return cls(project, adapters[props.pipeline], props.target)
        parts = tuple(name.split("."))
        if not 2 <= len(parts) <= 3 or not all(map(is_identifier, parts)):
            project.compilation.model(name)  # Says which model may have been meant.
        return cls(project, next(iter(adapters.values())), parts)

    def rows(self, *, limit: int | None = None) -> tuple[tuple[object, ...], ...]:
        """The rows, or the first of them."""
        return self._query(limit).rows

    def records(self, *, limit: int | None = None) -> list[Mapping[str, object]]:
        """The rows as mappings from column to value."""
        found = self._query(limit)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._query(0).columns

    def _query(self, limit: int | None) -> QueryResult:
        with read_warehouse(self.project.opened, self.adapter) as warehouse, warehouse.session() as session:
            return session.query(f"SELECT * FROM {self._spelled(warehouse.dialect_name)}", limit=limit)

    def _spelled(self, dialect: str) -> str:
        quote = '"' if dialect in {"duckdb", "snowflake"} else "`"
        return ".".join(f"{quote}{part}{quote}" for part in self.parts)
