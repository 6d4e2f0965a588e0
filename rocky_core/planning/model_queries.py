"""The query of a model as the warehouse has to read it: models by their targets, ephemeral models inlined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.strategy import Ephemeral
from rocky_core.planning.resolve_reads import NameParts, Reads, find_reads, replace_reads

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.shapes import StatementShapes


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """The model's text with its reads resolved, and the ephemeral models (name and text) that it needs as CTEs."""

    sql: str
    inlined: tuple[tuple[str, str], ...] = ()


class ModelQueries:
    """Knows every model by the names under which SQL reads it."""

    def __init__(
        self, project: CompiledProject, dialect: Dialect, shapes: StatementShapes, targets: Mapping[str, TargetName]
    ) -> None:
        self._project = project
        self._dialect = dialect
        self._shapes = shapes
        self._targets = targets
        self._by_name: dict[str, str] = {}
        self._by_target: dict[tuple[str, ...], str] = {}
        for name, compiled in project.models.items():
            for quoted in (True, False):
                self._by_name.setdefault(dialect.fold_table(name, quoted=quoted), name)
            catalog, schema, table = compiled.model.target.folded()
            if schema:
                self._by_target[schema, table] = name
                self._by_target[catalog, schema, table] = name

    def target_of(self, model: Model) -> TargetName:
        """Where this run writes the model."""
        return self._targets.get(model.name, model.target)

    def query_of(self, name: str) -> ModelQuery:
        """The model's query, ready to be put into a statement."""
        model = self._project.models[name].model
        reads = find_reads(model.source.sql, self._dialect.sqlglot_name)
        needed = self._ephemeral_reads(name)
        if not needed:
            return ModelQuery(self._resolved(model.source.sql, reads, {}))
        cte_names = {read: _free_name(read, reads.cte_names) for read in needed}
        inlined = []
        for read in needed:
            sql = self._project.models[read].model.source.sql
            own = find_reads(sql, self._dialect.sqlglot_name)
            inlined.append((cte_names[read], self._resolved(sql, own, cte_names)))
        return ModelQuery(self._resolved(model.source.sql, reads, cte_names), tuple(inlined))

    def _ephemeral_reads(self, name: str) -> tuple[str, ...]:
        """The ephemeral models that this one reads, directly or through each other, a read one before its reader."""
        models = self._project.models
        needed: set[str] = set()
        readers = [name]
        while readers:
            for read in models[readers.pop()].facts.reads_models:
                if read in models and read not in needed and isinstance(models[read].model.strategy, Ephemeral):
                    needed.add(read)
                    readers.append(read)
        return tuple(read for read in self._project.order if read in needed) if needed else ()

    def _resolved(self, sql: str, reads: Reads, cte_names: Mapping[str, str]) -> str:
        return replace_reads(sql, reads, lambda parts: self._spelled(parts, cte_names))

    def _spelled(self, parts: NameParts, cte_names: Mapping[str, str]) -> tuple[str, str] | None:
        read = self._model_at(parts)
        if read is None:
            return None
        written, quoted = parts[-1]
        alias = self._shapes.quote(written) if quoted else written
        if read in cte_names:
            cte = cte_names[read]
            if len(parts) == 1 and not quoted and cte.lower() == written.lower():
                return None
            return self._shapes.quote(self._shapes.configured(cte)), "" if cte.lower() == written.lower() else alias
        model = self._project.models[read].model
        target = self.target_of(model)
        as_written = TargetName(*("", "", *(text for text, _ in parts))[-3:])
        if target.folded() == as_written.folded():
            return None
        return self._shapes.table(target), "" if target.table.lower() == written.lower() else alias

    def _model_at(self, parts: NameParts) -> str | None:
        if len(parts) == 1:
            name, quoted = parts[0]
            return self._by_name.get(self._dialect.fold_table(name, quoted=quoted))
        return self._by_target.get(tuple(text.lower() for text, _ in parts))


def retargeted(model: Model, target: TargetName) -> Model:
    """The model as if its author had declared this target."""
    return model if target == model.target else replace(model, target=target)


def _free_name(name: str, taken: frozenset[str]) -> str:
    """The name, lengthened while the query has a CTE of its own that is called so."""
    while name.lower() in taken:
        name += "_inlined"
    return name
