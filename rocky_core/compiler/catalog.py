"""What a name in FROM stands for: a model, a known external table, or nothing that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column, RelationSchema, SourceSchemas

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect

NameParts = tuple[tuple[str, bool], ...]
"""The parts of a table's name, each with whether it was quoted."""


class Upstream(Protocol):
    """What the analysis of one model asks about the relations that it reads."""

    def find(self, parts: NameParts) -> RelationSchema | None:
        """The relation of this name; None when it is external and nothing is known of it."""
        ...


class Named(Protocol):
    """A model, or as much of it as its readers can name."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> TargetName: ...


class Catalog:
    """All models by name and target, the schemas of those already analysed, and the known external tables.

    What `recalled` says of external tables was true once: it types columns, and proves of none that it is absent.
    """

    def __init__(
        self,
        models: Iterable[Named],
        source_schemas: SourceSchemas,
        dialect: Dialect,
        recalled: SourceSchemas = MappingProxyType({}),
    ) -> None:
        self._dialect = dialect
        self._sources = _Externals(source_schemas, is_certain=True)
        self._recalled = _Externals(recalled, is_certain=False)
        self._by_name: dict[str, str] = {}
        self._by_target: dict[tuple[str, ...], str | None] = {}
        self._schemas: dict[str, RelationSchema] = {}
        self._unread: dict[str, Callable[[], RelationSchema]] = {}
        self._externals: dict[NameParts, RelationSchema | None] = {}
        for model in models:
            self._register(model.name, model.target)

    def add(self, name: str, schema: RelationSchema) -> None:
        """Let readers of the model see its columns."""
        self._schemas[name] = schema
        self._unread.pop(name, None)

    def add_lazily(self, name: str, load: Callable[[], RelationSchema]) -> None:
        """Let readers of the model see its columns, which are only loaded when there is such a reader."""
        self._schemas.pop(name, None)
        self._unread[name] = load

    def find(self, parts: NameParts) -> RelationSchema | None:
        """The model of this name or target, else the external table, else None."""
        model = self._model_at(parts)
        if model is not None:
            known = self._schemas.get(model)
            if known is None and model in self._unread:
                known = self._schemas[model] = self._unread.pop(model)()
            return known if known is not None else RelationSchema(model, (), is_model=True, complete=False)
        if parts not in self._externals:
            self._externals[parts] = self._sources.find(parts) or self._recalled.find(parts)
        return self._externals[parts]

    def _register(self, name: str, target: TargetName) -> None:
        # A model is named by its author, not by the warehouse: any spelling that folds to it counts.
        for quoted in (True, False):
            self._by_name.setdefault(self._dialect.fold_table(name, quoted=quoted), name)
        catalog, schema, table = target.folded()
        keys: list[tuple[str, ...]] = [(schema, table)] if schema else []
        if catalog and schema:
            keys.append((catalog, schema, table))
        for key in keys:
            # A target that two models claim is nobody's: a finding of its own says so.
            self._by_target[key] = None if self._by_target.get(key, name) != name else name

    def _model_at(self, parts: NameParts) -> str | None:
        if len(parts) == 1:
            name, quoted = parts[0]
            return self._by_name.get(self._dialect.fold_table(name, quoted=quoted))
        return self._by_target.get(tuple(name.lower() for name, _ in parts))


class _Externals:
    """External tables by their names, and by as much of these as tells them apart."""

    def __init__(self, schemas: SourceSchemas, *, is_certain: bool) -> None:
        self._schemas = schemas
        self._is_certain = is_certain
        self._suffixes: Mapping[tuple[str, ...], tuple[str, ...] | None] | None = None

    def find(self, parts: NameParts) -> RelationSchema | None:
        if not self._schemas:
            return None
        lowered = tuple(name.lower() for name, _ in parts)
        columns = self._columns(lowered)
        if columns is None:
            return None
        return RelationSchema(".".join(name for name, _ in parts), columns, complete=self._is_certain)

    def _columns(self, lowered: tuple[str, ...]) -> tuple[Column, ...] | None:
        for start in range(len(lowered)):
            columns = self._schemas.get(lowered[start:])
            if columns is not None:
                return columns
        if self._suffixes is None:
            self._suffixes = _unambiguous_suffixes(self._schemas)
        key = self._suffixes.get(lowered)
        return self._schemas[key] if key is not None else None


def _unambiguous_suffixes(sources: SourceSchemas) -> dict[tuple[str, ...], tuple[str, ...] | None]:
    """The full name behind each shorter one; None where several tables share it."""
    suffixes: dict[tuple[str, ...], tuple[str, ...] | None] = {}
    for key, columns in sources.items():
        for start in range(1, len(key)):
            suffix = key[start:]
            earlier = suffixes.get(suffix)
            same = suffix not in suffixes or (earlier is not None and sources[earlier] == columns)
            suffixes[suffix] = (earlier or key) if same else None
    return suffixes
