"""PIVOT and UNPIVOT, inside FROM and as statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from rocky_core.compiler.bind_columns_call import selected_columns
from rocky_core.compiler.bind_names import locate
from rocky_core.compiler.bind_star import star_columns
from rocky_core.compiler.infer_expression import common_type
from rocky_core.compiler.name_columns import alias_of
from rocky_core.compiler.scope import NOTHING_KNOWN, Ctes, Pass, QueryResult, Relation, Scope, Value
from rocky_core.compiler.trace_lineage import merge
from rocky_core.ir.types import BIGINT, VARCHAR


def pivoted(work: Pass, relation: Relation, pivot: exp.Expr, scope: Scope) -> Relation:
    """The relation after a PIVOT or UNPIVOT that follows it in FROM."""
    inner = Scope(scope.parent, scope.ctes)
    inner.relations = [relation]
    if pivot.args.get("unpivot"):
        result = _unpivot(work, pivot, inner, _unpivot_names(work, pivot))
    else:
        result = _pivot(work, pivot, inner, pivot.args.get("fields") or ())
    alias = alias_of(pivot)
    key = work.key_of(alias) if alias is not None else relation.key
    found = Relation(key, relation.name, values=result.columns, complete=result.complete)
    found.open_from = result.open_from
    found.star_models = relation.star_models
    return found


def bind_pivot_statement(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """DuckDB's `PIVOT t ON …` and `UNPIVOT t ON …`."""
    source = work.query(node.args["this"], outer, ctes)
    inner = Scope(outer, ctes)
    relation = Relation("", "pivot", values=list(source.columns), complete=source.complete)
    relation.open_from = source.open_from
    inner.relations = [relation]
    if node.args.get("unpivot"):
        return _unpivot(work, node, inner, _into_names(work, node))
    return _pivot(work, node, inner, node.args.get("expressions") or ())


def _pivot(work: Pass, node: exp.Expr, scope: Scope, fields: Sequence[exp.Expr]) -> QueryResult:
    """Group keys first, then a column per combination of values and aggregate."""
    aggregates = list((node.args.get("using") or ()) if "using" in node.args else (node.args.get("expressions") or ()))
    measured = [_measure(work, aggregate, scope) for aggregate in aggregates]
    group = node.args.get("group")
    used: set[int] = set()
    for aggregate in aggregates:
        used.update(_positions(work, aggregate, scope))
    labels: list[list[str]] = []
    known = True
    for item in fields:
        used.update(_positions(work, item.args["this"] if type(item) is exp.In else item, scope))
        found = _labels(work, item)
        known = known and found is not None
        labels.append(found or [])
    relation = scope.relations[0]
    if group is not None:
        keys = [_key(work, item, scope) for item in group.args.get("expressions") or ()]
    else:
        keys = [relation.value_at(position) for position in range(relation.size) if position not in used]
    if not measured:
        measured = [("", Value(BIGINT, False))]  # Without USING, DuckDB counts.
    columns = list(keys)
    for label in _combinations(labels) if known else ():
        for name, value in measured:
            # One aggregate without an alias adds nothing to the value's own name.
            written = f"{label}_{name}" if name and (len(measured) > 1 or _has_alias(aggregates)) else label
            columns.append(work.settled(value._replace(nullable=value.nullable or bool(aggregates)), written))
    return QueryResult(columns, known and relation.complete, relation.open_from)


def _measure(work: Pass, node: exp.Expr, scope: Scope) -> tuple[str, Value]:
    if type(node) is exp.Alias:
        return node.alias, work.infer(node.args["this"], scope)
    return work.output_name(node, 0), work.infer(node, scope)


def _has_alias(aggregates: Sequence[exp.Expr]) -> bool:
    return any(type(each) is exp.Alias for each in aggregates)


def _labels(work: Pass, item: exp.Expr) -> list[str] | None:
    """The values that become columns; None if only the data knows them."""
    if type(item) is not exp.In or item.args.get("query") is not None:
        return None
    labels: list[str] = []
    for value in item.args.get("expressions") or ():
        if type(value) is exp.PivotAlias or type(value) is exp.Alias:
            labels.append(value.args["alias"].name)
        elif type(value) is exp.PropertyEQ:
            labels.append(value.args["expression"].name)
        elif type(value) is exp.Tuple:
            labels.append("_".join(_label(work, each) for each in value.args.get("expressions") or ()))
        else:
            labels.append(_label(work, value))
    return labels


def _label(work: Pass, node: exp.Expr) -> str:
    if type(node) in (exp.Literal, exp.Column, exp.Identifier):
        return node.name
    if type(node) is exp.Cast and node.args["to"].is_type("date") and _ISO_DATE.fullmatch(node.this.name):
        return str(node.this.name)
    if type(node) is exp.Boolean:
        return "true" if node.args["this"] else "false"
    return work.output_name(node, 0)


_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def _combinations(labels: Sequence[Sequence[str]]) -> list[str]:
    combined = [""]
    for each in labels:
        combined = [f"{before}_{label}" if before else label for before in combined for label in each]
    return combined


def _positions(work: Pass, node: exp.Expr, scope: Scope) -> set[int]:
    """The relation's columns that an expression uses."""
    found: set[int] = set()
    for column in node.find_all(exp.Column):
        place = locate(work, column, scope)
        if place is not None:
            found.add(place[1])
    return found


def _key(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    value = work.infer(node, scope)
    return value if value.name else work.settled(value, work.output_name(node, 0))


def _unpivot_names(work: Pass, node: exp.Expr) -> tuple[str, list[str]]:
    fields = node.args.get("fields") or ()
    label = fields[0].args["this"] if fields else None
    values: list[str] = []
    for item in node.args.get("expressions") or ():
        values.extend(_stored(work, each) for each in _members(item))
    return (_stored(work, label) if label is not None else "name"), values


def _into_names(work: Pass, node: exp.Expr) -> tuple[str, list[str]]:
    into = node.args.get("into")
    if into is None:
        return "name", ["value"]
    return _stored(work, into.args["this"]), [_stored(work, each) for each in into.args.get("expressions") or ()]


def _unpivot(work: Pass, node: exp.Expr, scope: Scope, names: tuple[str, list[str]]) -> QueryResult:
    """The columns that stay, then the name column, then one or more value columns."""
    relation = scope.relations[0]
    rows: list[list[Value]] = []
    used: set[int] = set()
    fields = node.args.get("fields") or ()
    items = fields[0].args.get("expressions") or () if fields else node.args.get("expressions") or ()
    for item in items:
        inner = item.args["this"] if type(item) in (exp.PivotAlias, exp.Alias) else item
        members = _members(inner)
        rows.extend(_row_values(work, members, scope, used))
    label, values = names
    columns = [relation.value_at(position) for position in range(relation.size) if position not in used]
    columns.append(Value(VARCHAR, False, name=label))
    include_nulls = bool(node.args.get("include_nulls"))
    for position, name in enumerate(values):
        cells = [row[position] for row in rows if position < len(row)]
        cells = cells or [NOTHING_KNOWN]
        found = Value(common_type(work, cells), include_nulls and any(cell.nullable for cell in cells), merge(cells))
        columns.append(work.settled(found, name))
    return QueryResult(columns, relation.complete, relation.open_from)


def _members(node: exp.Expr) -> list[exp.Expr]:
    if type(node) is exp.Tuple:
        return list(node.args.get("expressions") or ())
    return [node.args["this"] if type(node) is exp.Paren else node]


def _row_values(work: Pass, members: list[exp.Expr], scope: Scope, used: set[int]) -> list[list[Value]]:
    """The values of one entry; a COLUMNS(…) entry stands for several."""
    only = members[0] if len(members) == 1 else None
    chosen: list[Value] | None = None
    if only is not None and type(only) is exp.Star:
        chosen = star_columns(work, only, scope.relations, scope).columns
    elif only is not None and type(only) is exp.Anonymous and only.name.lower() == "columns":
        found, _ = selected_columns(work, only, scope)
        chosen = found.columns if found is not None else []
    if chosen is None:
        for member in members:
            used.update(_positions(work, member, scope))
        return [[work.infer(member, scope) for member in members]]
    for value in chosen:
        position = scope.relations[0].position_of(work.key(value.name, quoted=True), work)
        if position is not None:
            used.add(position)
    return [[value] for value in chosen]


def _stored(work: Pass, node: exp.Expr) -> str:
    identifier = node.args["this"] if type(node) is exp.Column else node
    return work.dialect.stored_name(identifier.name, quoted=bool(identifier.args.get("quoted")))
