"""Relations that are computed: UNNEST, LATERAL, table functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from rocky_core.compiler.infer_expression import operand_of
from rocky_core.compiler.name_columns import alias_of, column_aliases, numbered, renamed
from rocky_core.compiler.scope import Pass, QueryResult, Relation, Scope, Value
from rocky_core.compiler.trace_lineage import through_expression, through_function
from rocky_core.dialects.base import Operand
from rocky_core.ir.types import BIGINT, UNKNOWN, DataType, ListOf, MapOf, StructOf

_NAMED: Final = (exp.PropertyEQ, exp.Kwarg, exp.EQ)
_EXPLODING: Final = frozenset({"explode", "explode_outer", "posexplode", "posexplode_outer", "inline", "inline_outer"})


def bind_unnest(work: Pass, node: exp.Expr, scope: Scope) -> Relation:
    """UNNEST in FROM: one row per element."""
    values = [work.infer(item, scope) for item in node.args.get("expressions") or ()]
    columns: list[Value] = []
    complete = True
    for value in values:
        element = element_type(value.data_type)
        if element == UNKNOWN and work.rules.unnest_spreads_structs:
            complete = False  # It may be a struct, whose fields would be columns.
        sources = through_expression((value,))
        if work.rules.unnest_spreads_structs and isinstance(element, StructOf):
            columns.extend(Value(field.data_type, True, sources, None, field.name) for field in element.fields)
        else:
            columns.append(Value(element, True, sources, None, "unnest"))
    offset = node.args.get("offset")
    if offset:
        name = offset.name if isinstance(offset, exp.Identifier) else "ordinality"
        columns.append(Value(BIGINT, False, name=name))
    alias = node.args.get("alias")
    found = _aliased(work, columns, alias, "unnest", complete=complete)
    if alias is not None and alias.args.get("this") is None and alias.args.get("columns"):
        # BigQuery's alias names the element itself, and a struct's fields through it.
        return _element_relation(work, columns, alias.args["columns"][0], bool(offset), complete=complete)
    return found


def bind_lateral(work: Pass, node: exp.Expr, scope: Scope) -> Relation:
    """LATERAL before a query or function, and LATERAL VIEW."""
    inner = node.args["this"]
    alias = node.args.get("alias")
    if isinstance(inner, exp.Query):
        result = numbered(work, work.query(inner, scope, scope.ctes))
        own = alias_of(node)
        found = Relation(
            work.key_of(own) if own is not None else "",
            own.name if own is not None else "subquery",
            values=renamed(work, result, column_aliases(node)).columns,
            complete=result.complete,
        )
        found.open_from = result.open_from
        found.star_models = result.star_models if result.has_star else ()
    elif type(inner) is exp.Unnest:
        inner.set("alias", inner.args.get("alias") or alias)
        found = bind_unnest(work, inner, scope)
    else:
        found = _function_relation(work, inner, alias, scope)
    if node.args.get("outer"):
        found.widened = True
    return found


def bind_function(work: Pass, node: exp.Expr, inner: exp.Expr, scope: Scope) -> Relation:
    """A table function in FROM."""
    found = _function_relation(work, inner, node.args.get("alias"), scope)
    if node.args.get("ordinality"):
        values = [found.value_at(position) for position in range(found.size)]
        values.append(Value(BIGINT, False, name="ordinality"))
        return _relation(found.key, found.name, values, complete=found.complete)
    return found


def exploded(work: Pass, name: str, argument: Value) -> list[Value] | None:
    """The columns that an exploding function yields; None if the name is none of them."""
    if name not in _EXPLODING:
        return None
    if name.startswith("inline") and not isinstance(element_type(argument.data_type), StructOf):
        return None
    sources = through_function(name, (argument,))
    columns: list[Value] = []
    if name.startswith("posexplode"):
        columns.append(Value(work.dialect.parse_type("INT"), "outer" in name, {}, None, "pos"))
    match argument.data_type:
        case MapOf(key, value):
            columns.append(Value(key, "outer" in name, sources, None, "key"))
            columns.append(Value(value, True, sources, None, "value"))
        case ListOf(StructOf(fields)) if name.startswith("inline"):
            columns.extend(Value(field.data_type, True, sources, None, field.name) for field in fields)
        case _:
            columns.append(Value(element_type(argument.data_type), True, sources, None, "col"))
    return columns


def element_type(data_type: DataType) -> DataType:
    """What a list's elements are."""
    return data_type.element if isinstance(data_type, ListOf) else UNKNOWN


def _function_relation(work: Pass, node: exp.Expr, alias: exp.Expr | None, scope: Scope) -> Relation:
    while type(node) is exp.Anonymous and node.name.lower() == "table" and len(node.expressions) == 1:
        node = node.expressions[0]  # Snowflake's TABLE(f(…)).
    if isinstance(node, exp.Dot):
        node = node.args["expression"]
    name = node.name.lower() if isinstance(node, exp.Anonymous) else _grammar_name(node)
    arguments: Sequence[exp.Expr] = (
        node.args.get("expressions") or () if isinstance(node, exp.Anonymous) else list(node.iter_expressions())
    )
    values: list[Value] = []
    operands: list[Operand] = []
    for argument in arguments:
        label = None
        inner = argument
        if isinstance(argument, _NAMED):
            label, inner = argument.args["this"].name, argument.args["expression"]
        value = work.infer(inner, scope)
        values.append(value)
        operands.append(Operand(value.data_type, value.constant, label, value.nullable) if label else operand_of(value))
    spread = exploded(work, name, values[0]) if values else None
    if spread is not None:
        return _aliased(work, spread, alias, name, complete=True)
    known = work.dialect.table_function(name, operands)
    sources = through_function(name, values)
    columns = [Value(column.data_type, column.nullable, sources, None, column.name) for column in known or ()]
    return _aliased(work, columns, alias, name, complete=known is not None)


def _grammar_name(node: exp.Expr) -> str:
    return type(node).sql_names()[0].lower() if isinstance(node, exp.Func) else type(node).__name__.lower()


def _aliased(work: Pass, columns: list[Value], alias: exp.Expr | None, name: str, *, complete: bool) -> Relation:
    """The function's columns under its alias, which may also name the only column."""
    key, own_name = name, None
    if alias is not None and alias.args.get("this") is not None:
        identifier = alias.args["this"]
        key = work.key_of(identifier)
        if work.rules.alias_names_function_column and not alias.args.get("columns") and _is_one_value(columns):
            own_name = work.key(columns[0].name, quoted=True)
            columns[0] = columns[0]._replace(name=identifier.name)
    named = alias.args.get("columns") or () if alias is not None else ()
    if not complete and named:
        # The alias says how many columns there are, though not of which type.
        columns = [Value(UNKNOWN, True, name="") for _ in named]
        complete = True
    result = renamed(work, QueryResult(columns), named)
    found = _relation(key, name, result.columns, complete=complete)
    if own_name is not None:
        found.other_names = {own_name: 0}
    return found


def _is_one_value(columns: list[Value]) -> bool:
    return bool(columns) and all(column.name == "ordinality" for column in columns[1:])


def _element_relation(
    work: Pass, columns: list[Value], identifier: exp.Expr, with_offset: bool, *, complete: bool
) -> Relation:
    fields = columns[:-1] if with_offset else columns
    if len(fields) == 1 and fields[0].name == "unnest":
        columns[0] = fields[0]._replace(name=identifier.name)
    return _relation(work.key_of(identifier), identifier.name, columns, complete=complete)


def _relation(key: str, name: str, values: list[Value], *, complete: bool) -> Relation:
    found = Relation(key, name, values=values, complete=complete)
    if not complete:
        found.open_from = ()
    return found
