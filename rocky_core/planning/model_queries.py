"""The query of a model as the warehouse has to read it: models by their targets, ephemeral models inlined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Ephemeral
from rocky_core.planning.resolve_reads import NameParts, Reads, find_reads, replace_reads

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.shapes import StatementShapes


class ModelQuery(Struct, frozen=True):
    """The model's text with its reads resolved, and the ephemeral models (name and text) that it needs as CTEs."""

    sql: str
    inlined: tuple[tuple[str, str], ...] = ()


class ModelQueries:
    """Writes queries of one project; only the models that a query reads are looked at."""

    def __init__(
        self, project: CompiledProject, dialect: Dialect, shapes: StatementShapes, targets: Mapping[str, TargetName]
    ) -> None:
        self._project = project
        self._dialect = dialect
        self._shapes = shapes
        self._targets = targets

    def target_of(self, model: Model) -> TargetName:
        """Where this run writes the model."""
        return self._targets.get(model.name, model.target)

    def query_of(self, name: str) -> ModelQuery:
        """The model's query, ready to be put into a statement."""
        sql = self._project.models[name].model.source.sql
        reads = find_reads(sql, self._dialect.sqlglot_name)
        needed = self._ephemeral_reads(name)
        cte_names = {read: _free_name(read, reads.cte_names) for read in needed}
        inlined = tuple((cte_names[read], self._resolved(read, None, cte_names)) for read in needed)
        return ModelQuery(self._resolved(name, reads, cte_names), inlined)

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

    def _resolved(self, name: str, reads: Reads | None, cte_names: Mapping[str, str]) -> str:
        compiled = self._project.models[name]
        sql = compiled.model.source.sql
        found = reads or find_reads(sql, self._dialect.sqlglot_name)
        names = self._names_of((name, *compiled.facts.reads_models))
        return replace_reads(sql, found, lambda parts: self._spelled(parts, names, cte_names))

    def _names_of(self, models: Iterable[str]) -> Mapping[tuple[str, ...], Model]:
        """The models by what SQL may call them: their name, or the last two or three parts of their target."""
        found: dict[tuple[str, ...], Model] = {}
        for name in models:
            if name not in self._project.models:
                continue
            model = self._project.models[name].model
            for quoted in (True, False):
                found.setdefault((self._dialect.fold_table(name, quoted=quoted),), model)
            catalog, schema, table = model.target.folded()
            if schema:
                found[schema, table] = found[catalog, schema, table] = model
        return found

    def _spelled(
        self, parts: NameParts, names: Mapping[tuple[str, ...], Model], cte_names: Mapping[str, str]
    ) -> tuple[str, str] | None:
        written, quoted = parts[-1]
        key = (self._dialect.fold_table(written, quoted=quoted),)
        model = names.get(key if len(parts) == 1 else tuple(text.lower() for text, _ in parts))
        if model is None:
            return None
        alias = self._shapes.quote(written) if quoted else written
        cte = cte_names.get(model.name)
        if cte is not None:
            if len(parts) == 1 and not quoted and cte.lower() == written.lower():
                return None
            return self._shapes.quote(self._shapes.configured(cte)), "" if cte.lower() == written.lower() else alias
        target = self.target_of(model)
        as_written = TargetName(*("", "", *(text for text, _ in parts))[-3:])
        if target.folded() == as_written.folded():
            return None
        return self._shapes.table(target), "" if target.table.lower() == written.lower() else alias


def retargeted(model: Model, target: TargetName) -> Model:
    """The model as if its author had declared this target."""
    return model if target == model.target else replace(model, target=target)


def _free_name(name: str, taken: frozenset[str]) -> str:
    """The name, lengthened while the query has a CTE of its own that is called so."""
    while name.lower() in taken:
        name += "_inlined"
    return name
