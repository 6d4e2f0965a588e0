"""Queries: WITH, SELECT, set operations, VALUES, and queries in parentheses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from rocky_core.compiler.bind_from import bind_from_clause, relation_result
from rocky_core.compiler.bind_groups import repeated_keys, widen_group_keys
from rocky_core.compiler.bind_names import keep_from_null, refuse_reserved
from rocky_core.compiler.bind_pivot import bind_pivot_statement
from rocky_core.compiler.bind_select_list import Projected, project
from rocky_core.compiler.infer_call import infer_order
from rocky_core.compiler.infer_expression import common_type
from rocky_core.compiler.name_columns import numbered, renamed
from rocky_core.compiler.scope import NOTHING_KNOWN, Ctes, Pass, QueryHandler, QueryResult, Scope, Value
from rocky_core.compiler.trace_lineage import merge
from rocky_core.ir.types import StructOf, is_known


def bind_select(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """One SELECT: FROM first, then its filters, then what it yields."""
    arguments = node.args
    with_clause = arguments.get("with_")
    if with_clause is not None:
        ctes = bind_with(work, with_clause, outer, ctes)
    scope = Scope(outer, ctes)
    bind_from_clause(work, node, scope)
    items: list[exp.Expr] = arguments.get("expressions") or []
    scope.projections = items
    where = arguments.get("where")
    if where is not None:
        condition = where.args["this"]
        work.infer(condition, scope)
        _narrow(work, condition, scope)
        scope.aliases.clear()  # What the filter read ahead was not filtered yet.
    group = arguments.get("group")
    widened = None
    if group is not None:
        _bind_group(work, group, scope)
        repeated = repeated_keys(group)
        if repeated:
            widened = widen_group_keys(work, repeated, items, scope)
    projected = project(work, items, scope, widened)
    _bind_rest(work, node, scope)
    return _result_of(node, projected)


def bind_with(work: Pass, with_clause: exp.Expr, outer: Scope | None, ctes: Ctes) -> Ctes:
    """The CTEs of a WITH added to those already visible; a later one sees the earlier ones."""
    visible = dict(ctes)
    recursive = bool(with_clause.args.get("recursive"))
    for cte in with_clause.args["expressions"]:
        alias = cte.args["alias"]
        refuse_reserved(work, alias.args["this"])
        key = work.key_of(alias.args["this"])
        query = cte.args["this"]
        columns = alias.args.get("columns") or ()
        if recursive and isinstance(query, exp.SetOperation) and _reads(work, query, key):
            visible[key] = _bind_recursive(work, query, key, columns, outer, visible)
        else:
            visible[key] = numbered(work, renamed(work, work.query(query, outer, visible), columns))
    return visible


def bind_set_operation(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """UNION and its kin; a long chain is followed down its left side without recursion."""
    chain: list[exp.Expr] = []
    left: exp.Expr = node
    while isinstance(left, exp.SetOperation):
        chain.append(left)
        with_clause = left.args.get("with_")
        if with_clause is not None:
            ctes = bind_with(work, with_clause, outer, ctes)
        left = left.args["this"]
    result = work.query(left, outer, ctes)
    run: list[QueryResult] = [result]
    by_name = False
    for link in reversed(chain):
        if bool(link.args.get("by_name")) is not by_name and len(run) > 1:
            run = [_united(work, run, by_name=by_name)]
        by_name = bool(link.args.get("by_name"))
        run.append(work.query(link.args["expression"], outer, ctes))
        order = link.args.get("order")
        if order is not None:
            _bind_set_order(work, order, outer, ctes)
    return _united(work, run, by_name=by_name)


def bind_values(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """VALUES: every column has the type that all its rows share."""
    with_clause = node.args.get("with_")
    if with_clause is not None:
        ctes = bind_with(work, with_clause, outer, ctes)
    scope = Scope(outer, ctes)
    rows = [
        [work.infer(item, scope) for item in (row.args.get("expressions") or ())]
        if type(row) is exp.Tuple
        else [work.infer(row, scope)]
        for row in node.args.get("expressions") or ()
    ]
    width = len(rows[0]) if rows else 0
    rules = work.rules
    columns = []
    if rows and rules.values_settle_first_row:
        rows[0] = [work.settled(cell, "") for cell in rows[0]]
    for position in range(width):
        cells = [row[position] for row in rows if position < len(row)]
        found = Value(common_type(work, cells), any(cell.nullable for cell in cells), merge(cells))
        columns.append(work.settled(found, rules.values_name.format(position + rules.values_start)))
    return QueryResult(columns)


def bind_subquery(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """A query in parentheses, or a table in them."""
    with_clause = node.args.get("with_")
    if with_clause is not None:
        ctes = bind_with(work, with_clause, outer, ctes)
    inner = node.args["this"]
    if isinstance(inner, exp.Table) or node.args.get("pivots"):
        return relation_result(work, node, outer, ctes)
    return work.query(inner, outer, ctes)


def bind_pivot(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """A PIVOT or UNPIVOT statement, with its CTEs."""
    with_clause = node.args.get("with_")
    if with_clause is not None:
        ctes = bind_with(work, with_clause, outer, ctes)
    return bind_pivot_statement(work, node, outer, ctes)


def bind_table(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """A table in place of a query."""
    return relation_result(work, node, outer, ctes)


def _bind_group(work: Pass, group: exp.Expr, scope: Scope) -> None:
    for item in group.args.get("expressions") or ():
        _bind_group_item(work, item, scope)


def _bind_group_item(work: Pass, item: exp.Expr, scope: Scope) -> None:
    kind = type(item)
    if kind is exp.Literal or kind is exp.Var:
        return
    if kind in _GROUPINGS:
        for inner in item.args.get("expressions") or ():
            _bind_group_item(work, inner, scope)
    else:
        work.infer(item, scope)


def _bind_rest(work: Pass, node: exp.Expr, scope: Scope) -> None:
    """The clauses that yield nothing but may name columns and hold subqueries."""
    arguments = node.args
    for part in ("having", "qualify"):
        clause = arguments.get(part)
        if clause is not None:
            work.infer(clause.args["this"], scope)
    distinct = arguments.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        for item in distinct.args["on"].args.get("expressions") or ():
            if type(item) is not exp.Literal:
                work.infer(item, scope)
    for window in arguments.get("windows") or ():
        for item in window.args.get("partition_by") or ():
            work.infer(item, scope)
        if window.args.get("order") is not None:
            infer_order(work, window.args["order"], scope)
    order = arguments.get("order")
    if order is not None:
        infer_order(work, order, scope)
    for part in ("limit", "offset"):
        clause = arguments.get(part)
        bound = clause.args.get("expression") if clause is not None else None
        if isinstance(bound, exp.Expr) and type(bound) is not exp.Literal:
            work.infer(bound, scope)


def _bind_set_order(work: Pass, order: exp.Expr, outer: Scope | None, ctes: Ctes) -> None:
    """The order of a set operation goes by its output; only subqueries in it can read something new."""
    scope = Scope(outer, ctes)
    for item in order.args.get("expressions") or ():
        inner = item.args["this"] if type(item) is exp.Ordered else item
        if type(inner) is exp.Subquery:
            work.infer(inner, scope)


def _result_of(node: exp.Expr, projected: Projected) -> QueryResult:
    if node.args.get("kind") == "VALUE":
        return _fields_of(projected)
    return QueryResult(
        projected.columns, projected.complete, projected.open_from, projected.has_star, projected.star_models
    )


def _fields_of(projected: Projected) -> QueryResult:
    """`SELECT AS VALUE`: the fields of the one struct are the columns."""
    only = projected.columns[0] if len(projected.columns) == 1 else NOTHING_KNOWN
    if not isinstance(only.data_type, StructOf):
        return QueryResult(projected.columns, projected.complete and is_known(only.data_type), projected.open_from)
    return QueryResult(
        [Value(field.data_type, True, only.sources, None, field.name) for field in only.data_type.fields]
    )


def _narrow(work: Pass, condition: exp.Expr, scope: Scope) -> None:
    """A column that `IS NOT NULL` keeps is not NULL from here on."""
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is exp.And:
            waiting.extend((node.args["this"], node.args["expression"]))
        elif kind is exp.Paren:
            waiting.append(node.args["this"])
        elif kind is exp.Not:
            test = node.args["this"]
            if type(test) is exp.Is and type(test.args["expression"]) is exp.Null:
                keep_from_null(work, test.args["this"], scope)


def _reads(work: Pass, query: exp.Expr, key: str) -> bool:
    """Whether the query reads a relation of this name."""
    return any(
        table.args.get("db") is None
        and type(table.args["this"]) is exp.Identifier
        and work.key_of(table.args["this"]) == key
        for table in query.find_all(exp.Table)
    )


def _bind_recursive(
    work: Pass,
    query: exp.Expr,
    key: str,
    columns: list[exp.Expr] | tuple[exp.Expr, ...],
    outer: Scope | None,
    ctes: Mapping[str, QueryResult],
) -> QueryResult:
    """A recursive CTE has the types of its first branch; its other branches see it so."""
    with_clause = query.args.get("with_")
    if with_clause is not None:
        ctes = bind_with(work, with_clause, outer, ctes)
    anchor = numbered(work, renamed(work, work.query(query.args["this"], outer, ctes), columns))
    # Further rounds may bring NULL into any column that is not proven otherwise, so a round is tried first.
    step = work.query(query.args["expression"], outer, {**ctes, key: anchor})
    merged = []
    for position, column in enumerate(anchor.columns):
        other = step.columns[position] if position < len(step.columns) else column
        merged.append(
            Value(column.data_type, column.nullable or other.nullable, merge((column, other)), None, column.name)
        )
    return QueryResult(merged, anchor.complete, anchor.open_from, anchor.has_star, anchor.star_models)


def _united(work: Pass, branches: list[QueryResult], *, by_name: bool) -> QueryResult:
    if len(branches) == 1:
        return branches[0]
    first = branches[0]
    complete = all(branch.complete for branch in branches)
    columns: list[Value] = []
    if by_name:
        columns = _united_by_name(work, branches)
    elif complete:
        for position, column in enumerate(first.columns):
            cells = [branch.columns[position] for branch in branches if position < len(branch.columns)]
            columns.append(_united_column(work, cells, column.name))
    else:
        # Behind an unexpanded star, positions prove nothing.
        columns = [column._replace(data_type=_UNPROVEN.data_type, nullable=True) for column in first.columns]
    return QueryResult(
        columns,
        complete,
        tuple(dict.fromkeys(name for branch in branches for name in branch.open_from)),
        any(branch.has_star for branch in branches),
        tuple(dict.fromkeys(model for branch in branches for model in branch.star_models)),
    )


def _united_by_name(work: Pass, branches: list[QueryResult]) -> list[Value]:
    cells: dict[str, list[Value]] = {}
    for branch in branches:
        for column in branch.columns:
            cells.setdefault(work.key(column.name, quoted=True), []).append(column)
    united = []
    for found in cells.values():
        value = _united_column(work, found, found[0].name)
        united.append(value if len(found) == len(branches) else value._replace(nullable=True))
    return united


def _united_column(work: Pass, cells: list[Value], name: str) -> Value:
    types = [cell.data_type for cell in cells]
    united = types[0] if all(found == types[0] for found in types) else work.dialect.united_type(types)
    value = Value(united, any(cell.nullable for cell in cells), merge(cells))
    return work.settled(value, name)


_UNPROVEN: Final = NOTHING_KNOWN
_GROUPINGS: Final = frozenset({exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple, exp.Paren})

QUERIES: Final[dict[type, QueryHandler]] = {
    exp.Select: bind_select,
    exp.Union: bind_set_operation,
    exp.Except: bind_set_operation,
    exp.Intersect: bind_set_operation,
    exp.Values: bind_values,
    exp.Subquery: bind_subquery,
    exp.Table: bind_table,
    exp.Pivot: bind_pivot,
}
