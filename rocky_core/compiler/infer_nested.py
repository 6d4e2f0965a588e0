"""Type, nullability and lineage of lists, structs, maps, and of what is taken out of them."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from rocky_core.compiler.bind_names import field_of, find_bare, infer_bare_name, report_missing
from rocky_core.compiler.bind_star import everything
from rocky_core.compiler.infer_call import call
from rocky_core.compiler.infer_expression import common_type, infer_scalar_query, is_nullable, operand_of
from rocky_core.compiler.scope import NOTHING_KNOWN, Handler, Pass, Scope, Value
from rocky_core.compiler.trace_lineage import through_expression
from rocky_core.dialects.base import Operand
from rocky_core.ir.types import BIGINT, NULL, UNKNOWN, DataType, Field, ListOf, MapOf, StructOf, is_known


def infer_array(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A list literal, a comprehension or ARRAY over a query."""
    items = node.args.get("expressions") or []
    if len(items) == 1:
        kind = type(items[0])
        if kind is exp.Comprehension:
            return work.infer(items[0], scope)
        if kind in _QUERIES:
            found = infer_scalar_query(work, items[0], scope)
            return Value(_list_of(work, found.data_type), True, found.sources)
    values = [work.infer(item, scope) for item in items]
    element = common_type(work, values) if values else NULL
    texts = tuple(value.constant for value in values if isinstance(value.constant, str))
    constant = texts if values and len(texts) == len(values) else None
    return Value(_list_of(work, element), False, through_expression(values), constant)


def infer_comprehension(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`[f(x) FOR x IN list IF …]`."""
    iterator = work.infer(node.args["iterator"], scope)
    inner = Scope(scope, scope.ctes)
    element = iterator.data_type.element if isinstance(iterator.data_type, ListOf) else UNKNOWN
    inner.locals[work.key_of(node.args["expression"])] = Value(element, True, iterator.sources)
    position = node.args.get("position")
    if position is not None:
        inner.locals[work.key_of(position)] = Value(BIGINT, False)
    body = work.infer(node.args["this"], inner)
    condition = node.args.get("condition")
    if condition is not None:
        work.infer(condition, inner)
    return Value(_list_of(work, body.data_type), iterator.nullable, through_expression((iterator, body)))


def infer_positional(_work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`#1`: a column by its number among all columns of FROM."""
    found = everything(scope.relations, scope.merged)
    number = node.args["this"].name
    if not found.complete or not number.isdigit() or not 0 < int(number) <= len(found.columns):
        return NOTHING_KNOWN
    return found.columns[int(number) - 1]


def infer_struct(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A struct literal."""
    fields: list[Field] = []
    values: list[Value] = []
    for item in node.args.get("expressions") or []:
        name = ""
        inner = item
        if type(item) is exp.PropertyEQ:
            name, inner = item.args["this"].name, item.args["expression"]
        elif type(item) is exp.Alias:
            name, inner = item.alias, item.args["this"]
        value = work.infer(inner, scope)
        values.append(value)
        fields.append(Field(name or value.name, work.dialect.settle(value.data_type)))
    return Value(StructOf(tuple(fields)), False, through_expression(values))


def infer_tuple(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A row of values without names."""
    values = [work.infer(item, scope) for item in node.args.get("expressions") or []]
    fields = tuple(Field("", work.dialect.settle(value.data_type)) for value in values)
    return Value(StructOf(fields), False, through_expression(values))


def infer_map(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """MAP(keys, values)."""
    sides = [work.infer(node.args[part], scope) for part in ("keys", "values") if node.args.get(part) is not None]
    types = [side.data_type for side in sides]
    if len(types) == 2 and isinstance(types[0], ListOf) and isinstance(types[1], ListOf):
        found: DataType = MapOf(types[0].element, types[1].element)
    else:
        outcome = work.dialect.function("map", [operand_of(side) for side in sides])
        found = outcome.data_type if outcome is not None else UNKNOWN
    return Value(found, any(side.nullable for side in sides), through_expression(sides))


def infer_map_literal(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`MAP {key: value, …}`."""
    keys: list[Value] = []
    values: list[Value] = []
    brackets: list[exp.Expr] = []
    struct = node.args["this"]
    while type(struct) is exp.Bracket:  # The parser takes `MAP {…}[key]` for a map of `{…}[key]`.
        brackets.append(struct)
        struct = struct.args["this"]
    if brackets:
        found = infer_map_literal(work, exp.ToMap(this=struct.copy()), scope)
        for bracket in reversed(brackets):
            found = _taken(work, found, bracket, scope)
        return found
    for item in struct.args.get("expressions") or ():
        if type(item) is not exp.PropertyEQ:
            return NOTHING_KNOWN
        key = item.args["this"]
        keys.append(
            Value(work.dialect.string_literal(), False) if type(key) is exp.Identifier else work.infer(key, scope)
        )
        values.append(work.infer(item.args["expression"], scope))
    if not keys:
        return Value(work.dialect.settle(MapOf(NULL, NULL)), False)
    data_type = MapOf(work.dialect.settle(common_type(work, keys)), work.dialect.settle(common_type(work, values)))
    return Value(data_type if is_known(data_type) else UNKNOWN, False, through_expression((*keys, *values)))


def infer_bracket(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`value[index]` and `value[from:to]`."""
    return _taken(work, work.infer(node.args["this"], scope), node, scope)


def _taken(work: Pass, base: Value, node: exp.Expr, scope: Scope) -> Value:
    items = node.args.get("expressions") or []
    if not items:
        return Value(UNKNOWN, True, base.sources)
    index = items[0]
    if type(index) is exp.Slice:
        bounds = [work.infer(bound, scope) for bound in index.args.values() if isinstance(bound, exp.Expr)]
        operands = [operand_of(base), *(operand_of(bound) for bound in bounds)]
        outcome = work.dialect.operator("[:]", operands)
        return Value(outcome.data_type, is_nullable(outcome.nulls, operands), through_expression((base, *bounds)))
    position = work.infer(index, scope)
    constant = position.constant
    if isinstance(constant, int) and not isinstance(constant, bool):
        constant += 1  # The parser counts from zero.
    operands = [operand_of(base), Operand(position.data_type, constant, None, position.nullable)]
    outcome = work.dialect.operator("[]", operands)
    return Value(outcome.data_type, True, through_expression((base, position)))


def infer_dot(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`value.field`, `value.function(…)` and `schema.function(…)`."""
    owner, member = node.args["this"], node.args["expression"]
    if type(member) is exp.Anonymous:
        name = member.name.lower()
        path = _path(owner)
        if path is not None and find_bare(work, path[0], scope) is None:
            dotted = ".".join([*(part.name.lower() for part in path), name])
            known = work.dialect.function_kind(dotted) is not None
            return call(work, dotted if known else name, member.args.get("expressions") or (), scope)
        return call(work, name, (owner, *(member.args.get("expressions") or ())), scope)
    base = work.infer(owner, scope)
    if type(member) is not exp.Identifier:
        return Value(UNKNOWN, True, base.sources)
    found = field_of(work, base, member.args["this"])
    if found is None:
        fields = base.data_type.fields if isinstance(base.data_type, StructOf) else ()
        report_missing(work, member, f"there is no field '{member.name}' here", [field.name for field in fields])
        return NOTHING_KNOWN
    return found


def _path(node: exp.Expr) -> list[exp.Expr] | None:
    """The identifiers of a dotted name, which may stand for a schema."""
    if type(node) is exp.Identifier:
        return [node]
    if type(node) is exp.Dot and type(node.args["expression"]) is exp.Identifier:
        before = _path(node.args["this"])
        return [*before, node.args["expression"]] if before is not None else None
    return None


def _list_of(work: Pass, element: DataType) -> DataType:
    if not is_known(element):
        return UNKNOWN
    return ListOf(work.dialect.settle(element))


_QUERIES: Final = frozenset({exp.Select, exp.Union, exp.Except, exp.Intersect, exp.Values})

NESTED: Final[dict[type, Handler]] = {
    exp.Identifier: infer_bare_name,
    exp.PositionalColumn: infer_positional,
    exp.Array: infer_array,
    exp.Comprehension: infer_comprehension,
    exp.Struct: infer_struct,
    exp.Tuple: infer_tuple,
    exp.Map: infer_map,
    exp.ToMap: infer_map_literal,
    exp.Bracket: infer_bracket,
    exp.Dot: infer_dot,
}
