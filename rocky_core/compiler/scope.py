"""What is visible at a place of a query: relations, merged columns, aliases, lambda parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, field

from rocky_core.ir.schema import Column
from rocky_core.ir.types import UNKNOWN, DataType

if TYPE_CHECKING:
    from sqlglot import exp

    from rocky_core.compiler.catalog import Upstream
    from rocky_core.diagnostics.diagnostic import Diagnostic
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.query_rules import QueryRules
    from rocky_core.ir.model import Model

SourceKey = tuple[str, str]
"""A relation's name and one of its columns."""

Constant = str | int | bool | tuple[str, ...] | None
"""What a literal says; of a list literal of texts, the texts."""

Sources = Mapping[SourceKey, str]
"""The columns that a value is made of, each with an edge's `transform`."""

NO_SOURCES: Final[Sources] = MappingProxyType({})


class Value(NamedTuple):
    """What is known of an expression: a tuple, because one is made per node of every query."""

    data_type: DataType
    nullable: bool = True
    sources: Sources = NO_SOURCES
    constant: Constant = None
    name: str = ""  # The column's own name where the expression is a column.


NOTHING_KNOWN: Final = Value(UNKNOWN)


class Relation:
    """One relation in FROM; columns of a table become values only when they are asked for."""

    __slots__ = (
        "_index",
        "_values",
        "columns",
        "complete",
        "is_model",
        "kept_by_filters",
        "key",
        "name",
        "open_from",
        "other_names",
        "overrides",
        "qualifier",
        "star_models",
        "widened",
    )

    def __init__(
        self,
        key: str,
        name: str,
        *,
        columns: Sequence[Column] = (),
        values: list[Value] | None = None,
        complete: bool = True,
    ) -> None:
        self.key = key
        self.name = name  # For lineage and messages.
        self.qualifier: tuple[str, ...] = ()  # The folded schema, and catalog, that the name was written with.
        self.columns = columns
        self.complete = complete
        self.is_model = False
        self.open_from: tuple[str, ...] = ()  # The tables that unknown columns may come from.
        self.star_models: tuple[str, ...] = ()
        self.other_names: dict[str, int] | None = None  # Names that a column answers to besides its own.
        self.widened = False  # On the side of an outer join that may be missing.
        self.overrides: dict[int, bool] | None = None  # What a filter or grouping says of a column's nullability.
        self.kept_by_filters: set[str] | None = None  # Columns that are not listed, but that a filter keeps from NULL.
        self._values = values
        self._index: dict[str, int] | None = None

    @property
    def size(self) -> int:
        return len(self.columns if self._values is None else self._values)

    def name_at(self, position: int) -> str:
        return self.columns[position].name if self._values is None else self._values[position].name

    def value_at(self, position: int) -> Value:
        """The column as it is seen from the query that reads the relation."""
        if self._values is None:
            column = self.columns[position]
            nullable = column.nullable or self.widened
            value = Value(column.data_type, nullable, {(self.name, column.name): "direct"}, None, column.name)
        else:
            value = self._values[position]
            if self.widened and not value.nullable:
                value = Value(value.data_type, True, value.sources, None, value.name)
        if self.overrides is not None and position in self.overrides:
            return value._replace(nullable=self.overrides[position])
        return value

    def override(self, position: int, *, nullable: bool) -> None:
        if self.overrides is None:
            self.overrides = {}
        self.overrides[position] = nullable

    def position_of(self, key: str, work: Pass) -> int | None:
        """Where the column with this folded name stands."""
        if self._index is None:
            index: dict[str, int] = {}
            for position in range(self.size):
                index.setdefault(work.key(self.name_at(position), quoted=True), position)
            if not self.is_model and self._values is None:
                # Whoever recorded an external table's columns may not have kept their case.
                for position in range(self.size):
                    index.setdefault(work.key(self.name_at(position), quoted=False), position)
            self._index = index
        found = self._index.get(key)
        return self.other_names.get(key) if found is None and self.other_names is not None else found


class Merged(Struct):
    """A column that USING or NATURAL made of several relations' columns."""

    value: Value
    members: list[Relation]
    positions: list[int]


class QueryResult(Struct, frozen=True):
    """What a query yields: values that carry their output names."""

    columns: list[Value]
    complete: bool = True
    open_from: tuple[str, ...] = ()
    has_star: bool = False
    star_models: tuple[str, ...] = ()


Ctes = Mapping[str, QueryResult]


class Scope:
    """The names visible inside one SELECT (or one lambda), and the scopes around it."""

    __slots__ = ("aliases", "ctes", "locals", "merged", "parent", "projections", "relations", "resolving")

    def __init__(self, parent: Scope | None, ctes: Ctes) -> None:
        self.parent = parent
        self.ctes = ctes
        self.relations: list[Relation] = []
        self.merged: dict[str, Merged] = {}
        self.locals: dict[str, Value] = {}
        self.aliases: dict[str, Value] = {}  # Select-list aliases met so far.
        self.projections: list[exp.Expr] = []  # The select list, for aliases that are used before they are met.
        self.resolving: set[str] = set()

    @property
    def incomplete(self) -> list[Relation]:
        return [relation for relation in self.relations if not relation.complete]


class Pass(Struct):
    """The one pass over one model's tree: where it reads from and what it has found so far."""

    model: Model
    dialect: Dialect
    rules: QueryRules
    upstream: Upstream
    infer_table: Mapping[type, Handler]
    query_table: Mapping[type, QueryHandler]
    reads_models: dict[str, None] = field(default_factory=dict)
    reads_tables: dict[str, None] = field(default_factory=dict)
    reads_itself: bool = False  # What is in the table then depends on what was in it.
    findings: dict[Diagnostic, None] = field(default_factory=dict)
    mentions_columns: bool = False  # Whether the text says COLUMNS, so that select items must be searched for it.
    columns_value: Value | None = None  # What COLUMNS(…) stands for in the select item at hand.
    columns_list: Sequence[Value] = ()  # What *COLUMNS(…) stands for.
    _bare_keys: dict[str, str] = field(default_factory=dict)
    _quoted_keys: dict[str, str] = field(default_factory=dict)

    def infer(self, node: exp.Expr, scope: Scope) -> Value:
        """Type, nullability and lineage of an expression."""
        return self.infer_table[type(node)](self, node, scope)

    def query(self, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
        """The output of a query."""
        return self.query_table[type(node)](self, node, outer, ctes)

    def key(self, name: str, *, quoted: bool) -> str:
        """The folded name of a column, alias or CTE."""
        keys = self._quoted_keys if quoted else self._bare_keys
        found = keys.get(name)
        if found is None:
            found = keys[name] = self.dialect.fold_column(name, quoted=quoted)
        return found

    def key_of(self, identifier: exp.Expr) -> str:
        """The folded name of an identifier in the tree."""
        arguments = identifier.args
        return self.key(arguments["this"], quoted=bool(arguments.get("quoted")))

    def written(self, node: exp.Expr) -> str:
        """The node's own text, where the parser remembers its place."""
        place = node.meta
        return self.model.source.sql[place["start"] : place["end"] + 1] if "start" in place else ""

    def output_name(self, node: exp.Expr, position: int) -> str:
        """The name of a select item without an alias."""
        return self.dialect.output_name(node, position, self.model.source.sql)

    def settled(self, value: Value, name: str) -> Value:
        """The value as a named output column."""
        return Value(self.dialect.settle(value.data_type), value.nullable, value.sources, None, name)


Handler = Callable[[Pass, "exp.Expr", Scope], Value]
QueryHandler = Callable[[Pass, "exp.Expr", "Scope | None", Ctes], QueryResult]
