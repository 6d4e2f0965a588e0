"""The select list: plain items, stars, COLUMNS(…), and functions that yield several columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from sqlglot import exp

from rocky_core.compiler.bind_columns_call import named_after, selected_columns
from rocky_core.compiler.bind_names import find_bare, report_missing
from rocky_core.compiler.bind_star import PATTERNS, matches, star_columns, written
from rocky_core.compiler.bind_table_function import exploded
from rocky_core.compiler.infer_call import unnested
from rocky_core.compiler.scope import Pass, QueryResult, Relation, Scope, Value
from rocky_core.compiler.trace_lineage import through_expression
from rocky_core.ir.types import UNKNOWN, DataType, StructOf

if TYPE_CHECKING:
    from rocky_core.compiler.bind_groups import WidenedItems


class Projected(Struct):
    """The output columns met so far."""

    columns: list[Value] = field(default_factory=list)
    complete: bool = True
    open_from: tuple[str, ...] = ()
    has_star: bool = False
    star_models: tuple[str, ...] = ()

    def add_star(self, found: QueryResult) -> None:
        self.columns.extend(found.columns)
        self.complete = self.complete and found.complete
        self.open_from = tuple(dict.fromkeys((*self.open_from, *found.open_from)))
        self.has_star = True
        self.star_models = tuple(dict.fromkeys((*self.star_models, *found.star_models)))


def project(work: Pass, items: Sequence[exp.Expr], scope: Scope, widened: WidenedItems | None) -> Projected:
    """The output of a select list."""
    projected = Projected()
    columns = projected.columns
    for position, item in enumerate(items):
        kind = type(item)
        if kind is exp.PositionalColumn or (kind is exp.Column and type(item.args["this"]) is exp.Identifier):
            value = work.infer(item, scope)
            name = value.name or work.output_name(item, position)
            # An output column is what its source was: no settling, except of row structs.
            columns.append(value if value.name else work.settled(value, name))
        elif kind is exp.Alias and not work.mentions_columns and type(item.args["this"]) is not exp.Anonymous:
            _project_alias(work, item, item.args["this"], scope, projected)
        elif not _project_many(work, item, scope, projected):
            _project_one(work, item, scope, projected, position)
        if widened and position in widened:
            columns[-1] = columns[-1]._replace(nullable=True)
    return projected


def _project_alias(work: Pass, item: exp.Expr, inner: exp.Expr, scope: Scope, projected: Projected) -> None:
    alias = item.args["alias"]
    name = written(work, alias)
    value = work.infer(inner, scope)
    column = work.settled(value, name)
    key = work.key_of(alias)
    scope.aliases.setdefault(key, column)
    projected.columns.append(column)


def _project_one(work: Pass, item: exp.Expr, scope: Scope, projected: Projected, position: int) -> None:
    if type(item) is exp.Alias:
        _project_alias(work, item, item.args["this"], scope, projected)
        return
    value = work.infer(item, scope)
    projected.columns.append(work.settled(value, work.output_name(item, position)))


def _project_many(work: Pass, item: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """Add the columns of an item that stands for several; False if it stands for one."""
    inner = item.args["this"] if type(item) is exp.Alias else item
    kind = type(inner)
    if kind is exp.Star:
        projected.add_star(star_columns(work, inner, scope.relations, scope))
        return True
    if kind is exp.Column and type(inner.args["this"]) is exp.Star:
        return _project_qualified_star(work, inner, scope, projected)
    if kind in PATTERNS:
        return _project_pattern(work, inner, scope, projected)
    if kind is exp.Anonymous and type(inner.args["this"]) is str:
        spread = _spread(work, inner, scope)
        if spread is not None:
            if len(spread) == 1 and inner is not item:
                spread = [spread[0]._replace(name=written(work, item.args["alias"]))]
            projected.columns.extend(spread)
            return True
    if kind is exp.Aliases:
        return _project_aliases(work, inner, scope, projected)
    return work.mentions_columns and _project_columns_call(work, item, scope, projected)


def _project_qualified_star(work: Pass, node: exp.Expr, scope: Scope, projected: Projected) -> bool:
    found = _qualified_star(work, node, scope)
    if found is not None:
        if found.has_star:
            projected.add_star(found)
        else:
            projected.columns.extend(found.columns)
        return True
    table = node.args["table"]
    projected.complete, projected.has_star = False, True
    if find_bare(work, table, scope) is None and all(relation.complete for relation in scope.relations):
        report_missing(
            work, table, f"'{table.name}' is no table or alias of this query", [each.key for each in scope.relations]
        )
    return True


def _qualified_star(work: Pass, node: exp.Expr, scope: Scope) -> QueryResult | None:
    """`t.*`: the columns of a relation, or the fields of a struct; None if the name stands for neither."""
    table, star = node.args["table"], node.args["this"]
    key = work.key_of(table)
    at: Scope | None = scope
    while at is not None:
        named = [relation for relation in at.relations if relation.key == key]
        if named:
            bare = Scope(scope, scope.ctes)
            bare.relations = list(scope.relations)
            return star_columns(work, star, named[:1], bare)
        at = at.parent
    base = find_bare(work, table, scope)
    if base is None or not isinstance(base.data_type, StructOf):
        return None
    sources = through_expression((base,))
    fields = [Value(member.data_type, True, sources, None, member.name) for member in base.data_type.fields]
    row = Relation(key, table.name, values=fields)
    inner = Scope(scope, scope.ctes)
    inner.relations = [row]
    return QueryResult(star_columns(work, star, [row], inner).columns)


def _project_pattern(work: Pass, node: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """`* LIKE 'a%'`, `t.* LIKE 'a%'` and their kin."""
    kind, star = type(node), node.args["this"]
    if type(star) is exp.Star:
        found: QueryResult | None = star_columns(work, star, scope.relations, scope)
    elif type(star) is exp.Column and type(star.args["this"]) is exp.Star:
        found = _qualified_star(work, star, scope)
    else:
        return False
    if found is None:
        projected.complete, projected.has_star = False, True
        return True
    pattern, negated = node.args["expression"].name, bool(node.args.get("negate"))
    kept = [value for value in found.columns if matches(kind, value.name, pattern) is not negated]
    projected.add_star(QueryResult(kept, found.complete, found.open_from, True, found.star_models))
    return True


def _spread(work: Pass, node: exp.Expr, scope: Scope) -> list[Value] | None:
    """UNNEST of a struct, and functions that yield several columns in a select list."""
    name = node.args["this"].lower()
    arguments = node.args.get("expressions") or ()
    if not arguments:
        return None
    if name == "unnest":
        return _spread_unnest(node, work.infer(arguments[0], scope))
    if name.startswith(("explode", "posexplode", "inline")):
        return exploded(work, name, work.infer(arguments[0], scope))
    return None


def _spread_unnest(node: exp.Expr, argument: Value) -> list[Value] | None:
    options = node.args["expressions"][1:]
    current, takes_structs = unnested(argument.data_type, options)
    if not isinstance(current, StructOf) or not (takes_structs or current == argument.data_type):
        return None
    sources = through_expression((argument,))
    recursive = any(type(each) is exp.PropertyEQ and each.args["this"].name.lower() == "recursive" for each in options)
    members = _flattened(current) if recursive else [(each.name, each.data_type) for each in current.fields]
    return [Value(data_type, True, sources, None, name) for name, data_type in members]


def _flattened(struct: StructOf) -> list[tuple[str, DataType]]:
    found: list[tuple[str, DataType]] = []
    for member in struct.fields:
        if isinstance(member.data_type, StructOf):
            found.extend(_flattened(member.data_type))
        else:
            found.append((member.name, member.data_type))
    return found


def _project_aliases(work: Pass, node: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """`posexplode(x) AS (a, b)`."""
    inner = node.args["this"]
    spread = _spread(work, inner, scope) if type(inner) is exp.Anonymous else None
    for position, identifier in enumerate(node.args["expressions"]):
        known = spread[position] if spread is not None and position < len(spread) else Value(UNKNOWN)
        projected.columns.append(known._replace(name=written(work, identifier)))
    return True


def _replaced(work: Pass, item: exp.Expr, call: exp.Expr) -> dict[str, str]:
    """The names of an item for the columns that `COLUMNS(* REPLACE (…))` makes of expressions."""
    arguments = call.args.get("expressions") or ()
    star = arguments[0] if arguments else None
    if type(star) is not exp.Star or item is call:
        return {}
    names: dict[str, str] = {}
    for replacement in star.args.get("replace") or ():
        of_this = item.copy()
        copied = next(node for node in of_this.find_all(exp.Anonymous) if node == call)
        copied.replace(replacement.args["this"].copy())
        names[work.key_of(replacement.args["alias"])] = work.dialect.output_name(of_this, 0)
    return names


def _project_columns_call(work: Pass, item: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """An item that holds COLUMNS(…): once per column that it selects."""
    calls = [
        node
        for node in item.walk(prune=lambda part: isinstance(part, exp.Query))  # A subquery's are its own.
        if type(node) is exp.Anonymous and type(node.args["this"]) is str and node.args["this"].lower() == "columns"
    ]
    if not calls:
        return False
    found, pattern = selected_columns(work, calls[0], scope)
    if found is None:
        projected.complete, projected.has_star = False, True
        return True
    projected.has_star = True
    start = calls[0].meta.get("start")
    sql = work.model.source.sql
    if isinstance(start, int) and sql[:start].rstrip().endswith("*") and item is not calls[0]:
        work.columns_list = found.columns
        _project_one(work, item, scope, projected, len(projected.columns))
        work.columns_list = ()
        return True
    inner = item.args["this"] if type(item) is exp.Alias else item
    results: list[Value] = []
    replaced = _replaced(work, item, calls[0])
    for value in found.columns:
        work.columns_value = value
        name = replaced.get(work.key(value.name, quoted=True), value.name)
        if type(item) is exp.Alias:
            name = named_after(item.args["alias"].name, value.name, pattern)
        results.append(work.settled(work.infer(inner, scope), name))
    work.columns_value = None
    projected.add_star(QueryResult(results, found.complete, found.open_from, True, found.star_models))
    return True
