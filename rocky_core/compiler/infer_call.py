"""Type, nullability and lineage of calls: scalar functions, aggregates, windows, lambdas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field
from sqlglot import exp

from rocky_core.compiler.bind_names import find_bare
from rocky_core.compiler.infer_expression import infer_scalar_query, is_nullable, operand_of
from rocky_core.compiler.scope import NO_SOURCES, Handler, Pass, Scope, Value
from rocky_core.compiler.trace_lineage import through_expression, through_function
from rocky_core.dialects.base import FunctionKind, NullRule, Operand
from rocky_core.ir.types import STRING_LITERAL, UNKNOWN, DataType, Field, LambdaOf, ListOf, StructOf

_AROUND_ARGUMENT: Final = (
    exp.Distinct,
    exp.Order,
    exp.Limit,
    exp.IgnoreNulls,
    exp.RespectNulls,
    exp.HavingMax,
    exp.Alias,
)
_NAMED: Final = (exp.PropertyEQ, exp.Kwarg)
_DATE_PARTS: Final = frozenset(
    (
        "year",
        "years",
        "y",
        "yy",
        "yyyy",
        "quarter",
        "quarters",
        "q",
        "month",
        "months",
        "mon",
        "mm",
        "week",
        "weeks",
        "isoweek",
        "w",
        "wk",
        "dayofweek",
        "dow",
        "dayofyear",
        "doy",
        "day",
        "days",
        "d",
        "dd",
        "hour",
        "hours",
        "h",
        "hh",
        "minute",
        "minutes",
        "mi",
        "second",
        "seconds",
        "s",
        "ss",
        "millisecond",
        "milliseconds",
        "ms",
        "microsecond",
        "microseconds",
        "us",
        "nanosecond",
        "nanoseconds",
        "ns",
        "isoyear",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "epoch",
        "date",
        "time",
        "datetime",
    )
)
_DATE_FUNCTION_WORDS: Final = ("date", "time", "week", "trunc", "diff", "add", "sub", "last_day", "next_day", "extract")

# Calls that have a grammar of their own, and the arguments they would have as plain calls.
_CALL_NODES: Final[dict[type, tuple[str, tuple[str, ...]]]] = {
    exp.Substring: ("substring", ("this", "start", "length")),
    exp.StrPosition: ("strpos", ("this", "substr")),
    exp.Overlay: ("overlay", ("this", "expression", "from_", "for_")),
    exp.Ceil: ("ceil", ("this", "decimals")),
    exp.Floor: ("floor", ("this", "decimals")),
    exp.Chr: ("chr", ("expressions",)),
    exp.ArgMax: ("arg_max", ("this", "expression", "count")),
    exp.ArgMin: ("arg_min", ("this", "expression", "count")),
    exp.GroupConcat: ("string_agg", ("this", "separator")),
    exp.PercentileCont: ("quantile_cont", ("this", "expression")),
    exp.PercentileDisc: ("quantile_disc", ("this", "expression")),
    exp.Quantile: ("quantile", ("this", "quantile")),
    exp.ApproxQuantile: ("approx_quantile", ("this", "quantile")),
    exp.Initcap: ("initcap", ("this",)),
    exp.Normalize: ("nfc_normalize", ("this",)),
    exp.CurrentDate: ("current_date", ()),
    exp.CurrentTime: ("current_time", ()),
    exp.CurrentTimestamp: ("current_timestamp", ()),
    exp.CurrentDatetime: ("current_datetime", ()),
    exp.CurrentUser: ("current_user", ()),
    exp.SessionUser: ("session_user", ()),
    exp.CurrentCatalog: ("current_catalog", ()),
    exp.Localtime: ("localtime", ()),
    exp.Localtimestamp: ("localtimestamp", ()),
    exp.JSONObject: ("json_object", ("expressions",)),
    exp.JSONObjectAgg: ("json_group_object", ("expressions",)),
    exp.JSONArray: ("json_array", ("expressions",)),
    exp.Abs: ("abs", ("this",)),
    exp.ParseJSON: ("json", ("this",)),
}
_OTHER_NAMES: Final = {
    "current_timestamp": "get_current_timestamp",
    "current_time": "get_current_time",
    "localtime": "current_localtime",
    "localtimestamp": "current_localtimestamp",
}
_TRIMS: Final = {"LEADING": "ltrim", "TRAILING": "rtrim"}


def infer_call(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A call as it is written."""
    name = node.args["this"]
    written = name if isinstance(name, str) else name.name
    lowered = written.lower()
    arguments = node.args.get("expressions") or []
    if lowered == "array" and len(arguments) == 1 and isinstance(arguments[0], (exp.Query, exp.Values)):
        found = infer_scalar_query(work, arguments[0], scope)
        element = work.dialect.settle(found.data_type)
        return Value(ListOf(element) if element != UNKNOWN else UNKNOWN, True, through_expression((found,)))
    if lowered == "unnest" and len(arguments) > 1:
        found = work.infer(arguments[0], scope)
        return Value(unnested(found.data_type, arguments[1:])[0], True, through_expression((found,)))
    return call(work, lowered, arguments, scope)


def unnested(data_type: DataType, options: Sequence[exp.Expr]) -> tuple[DataType, bool]:
    """What UNNEST makes of a list with these options, and whether it also takes structs apart."""
    depth, recursive = 1, False
    for option in options:
        if type(option) is not exp.PropertyEQ:
            continue
        label, setting = option.args["this"].name.lower(), option.args["expression"]
        if label == "recursive":
            recursive = bool(setting.args.get("this"))
        elif label == "max_depth" and setting.name.isdigit():
            depth = int(setting.name)
    levels = 0
    while isinstance(data_type, ListOf) and (recursive or levels < depth):
        data_type, levels = data_type.element, levels + 1
    return data_type, recursive or levels < depth


def infer_call_node(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A call that has a grammar, and so a node, of its own."""
    found = _CALL_NODES.get(type(node))
    if found is None:
        assert isinstance(node, exp.Func)  # noqa: S101 — the table of handlers sends nothing else here.
        name, parts = type(node).sql_names()[0].lower(), tuple(node.arg_types)
    else:
        name, parts = found
    arguments: list[exp.Expr] = []
    for part in parts:
        argument = node.args.get(part)
        if isinstance(argument, list):
            for item in argument:
                pair = type(item) is exp.JSONKeyValue
                arguments.extend((item.args["this"], item.args["expression"]) if pair else (item,))
        elif isinstance(argument, exp.Expr):
            arguments.append(argument)
    if name in _OTHER_NAMES and work.dialect.function_kind(name) is None:
        name = _OTHER_NAMES[name]
    return call(work, name, arguments, scope)


def infer_trim(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """TRIM with its own words for the side and the characters."""
    name = _TRIMS.get(str(node.args.get("position") or ""), "trim")
    arguments = [node.args[part] for part in ("this", "expression") if node.args.get(part) is not None]
    return call(work, name, arguments, scope)


def infer_window(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A function over a window; what it is partitioned and ordered by does not become its value."""
    arguments = node.args
    for item in arguments.get("partition_by") or ():
        work.infer(item, scope)
    order = arguments.get("order")
    if order is not None:
        infer_order(work, order, scope)
    spec = arguments.get("spec")
    if spec is not None:
        for side in ("start", "end"):
            bound = spec.args.get(side)
            if isinstance(bound, exp.Expr):
                work.infer(bound, scope)
    return work.infer(arguments["this"], scope)


def infer_filtered(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`f(…) FILTER (WHERE …)`."""
    condition = node.args["expression"]
    work.infer(condition.args["this"], scope)
    return work.infer(node.args["this"], scope)


def infer_within_group(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """An ordered-set aggregate: the value it is about stands in its ORDER BY."""
    inner = node.args["this"]
    ordered = [item.args["this"] for item in node.args["expression"].args.get("expressions") or ()]
    if type(inner) is exp.Anonymous:
        name = inner.args["this"] if isinstance(inner.args["this"], str) else inner.this.name
        own = inner.args.get("expressions") or ()
    else:
        found = _CALL_NODES.get(type(inner))
        if found is None or type(inner) is exp.GroupConcat:
            infer_order(work, node.args["expression"], scope)
            return work.infer(inner, scope)
        name = found[0].replace("quantile_", "percentile_")
        own = [inner.args[part] for part in found[1] if inner.args.get(part) is not None]
    lowered = name.lower()
    if lowered in _ORDERED_SET:
        return call(work, _ORDERED_SET[lowered], (*ordered, *own), scope, written=lowered)
    for item in ordered:
        work.infer(item, scope)
    return call(work, lowered, own, scope)


def infer_order(work: Pass, node: exp.Expr, scope: Scope) -> None:
    """Bind the items of an ORDER BY."""
    for item in node.args.get("expressions") or []:
        inner = item.args["this"] if type(item) is exp.Ordered else item
        if type(inner) is not exp.Literal and type(inner) is not exp.Var:
            work.infer(inner, scope)


class _Arguments(Struct):
    """A call's arguments as they are taken up one by one."""

    function: str
    scope: Scope
    values: list[Value] = field(default_factory=list)
    operands: list[Operand] = field(default_factory=list)
    lambdas: list[tuple[int, exp.Expr]] = field(default_factory=list)

    def add(self, value: Value, label: str | None) -> None:
        self.values.append(value)
        self.operands.append(
            Operand(value.data_type, value.constant, label, value.nullable) if label else operand_of(value)
        )


def call(work: Pass, name: str, arguments: Sequence[exp.Expr], scope: Scope, *, written: str | None = None) -> Value:
    """The result of calling a function by its lower-cased name."""
    if name == "columns" and work.columns_value is not None:
        return work.columns_value
    taken = _Arguments(name, scope)
    for argument in arguments:
        _take(work, argument, taken)
    operands = taken.operands
    for position, node in reversed(taken.lambdas):
        types = work.dialect.lambda_parameters(name, operands)
        if (not types or types[0] == UNKNOWN) and _is_json_arrow(work, node, scope):
            path = _infer_json_arrow(work, node, scope)
            taken.values.append(path)
            operands.insert(position, operand_of(path))
            continue
        body = _infer_lambda(work, node, types, scope)
        taken.values.append(body)
        operands.insert(position, Operand(LambdaOf(body.data_type), nullable=False))
    outcome = work.dialect.function(name, operands)
    sources = through_function(written or name, taken.values) if taken.values else NO_SOURCES
    if outcome is None:
        return Value(UNKNOWN, True, sources)
    nullable = is_nullable(outcome.nulls, operands)
    if name == "struct" and outcome.data_type == UNKNOWN and all(operand.name for operand in operands):
        fields = (Field(operand.name or "", work.dialect.settle(operand.data_type)) for operand in operands)
        return Value(StructOf(tuple(fields)), nullable, sources)
    if not nullable and outcome.nulls is NullRule.PROPAGATES:
        # Over no rows at all, an aggregate is NULL whatever its argument.
        nullable = work.dialect.function_kind(name) is FunctionKind.AGGREGATE
    return Value(outcome.data_type, nullable, sources)


def _take(work: Pass, node: exp.Expr, taken: _Arguments) -> None:
    scope = taken.scope
    kind = type(node)
    label: str | None = None
    while kind in _AROUND_ARGUMENT:
        if kind is exp.Order:
            infer_order(work, node, scope)
        if kind is exp.Alias:
            label = node.args["alias"].name
        inner = node.args.get("this")
        if inner is None and kind is exp.Order:
            return  # `rank(ORDER BY x)` has an order and no argument.
        if inner is None:
            for item in node.args.get("expressions") or []:
                _take(work, item, taken)
            return
        node, kind = inner, type(inner)
    if kind in _NAMED:
        label, node = node.args["this"].name, node.args["expression"]
        kind = type(node)
    if kind is exp.Star:
        return
    if kind is exp.Lambda:
        taken.lambdas.append((len(taken.operands), node))
    elif kind is exp.Anonymous and work.columns_list and node.name.lower() == "columns":
        for item in work.columns_list:
            taken.add(item, item.name)
    elif kind is exp.Var or (
        kind is exp.Column and work.rules.bare_date_parts and _is_date_part(work, taken.function, node, scope)
    ):
        taken.operands.append(Operand(STRING_LITERAL, node.name.lower(), label, nullable=False))
    else:
        value = work.infer(node, scope)
        if not label and taken.function in _STRUCTS:
            label = value.name  # A field is named after the column it is made of.
        taken.add(value, label)


def _is_json_arrow(work: Pass, node: exp.Expr, scope: Scope) -> bool:
    if len(node.expressions) != 1 or node.args.get("colon"):
        return False
    path = type(node.args["this"])
    return path in _PATHS or (path is exp.Paren and find_bare(work, node.expressions[0], scope) is not None)


def _infer_json_arrow(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`f(document -> 'path')`, which only its place makes look like a lambda."""
    document = work.infer(node.expressions[0], scope)
    path = node.args["this"]
    following = work.infer(path, scope)
    if type(path) in {exp.JSONExtract, exp.JSONExtractScalar}:
        found = following.data_type  # A chain of arrows: the last one decides.
    else:
        found = work.dialect.operator("->", (operand_of(document), operand_of(following))).data_type
    return Value(found, True, through_expression((document, following)))


def _infer_lambda(work: Pass, node: exp.Expr, types: Sequence[DataType], scope: Scope) -> Value:
    """The lambda's body, with its parameters typed by what the function hands it."""
    inner = Scope(scope, scope.ctes)
    for position, parameter in enumerate(node.args.get("expressions") or []):
        given = types[position] if position < len(types) else UNKNOWN
        inner.locals[work.key_of(parameter)] = Value(given, True)
    return work.infer(node.args["this"], inner)


def _is_date_part(work: Pass, function: str, node: exp.Expr, scope: Scope) -> bool:
    if node.args.get("table") is not None or not any(word in function for word in _DATE_FUNCTION_WORDS):
        return False
    identifier = node.args["this"]
    return identifier.name.lower() in _DATE_PARTS and find_bare(work, identifier, scope) is None


_PATHS: Final = frozenset({exp.Literal, exp.JSONExtract, exp.JSONExtractScalar})
_STRUCTS: Final = frozenset({"struct_pack", "struct"})
_ORDERED_SET: Final = {
    "percentile_cont": "quantile_cont",
    "percentile_disc": "quantile_disc",
    "mode": "mode",
}

CALLS: Final[dict[type, Handler]] = {
    **dict.fromkeys(_CALL_NODES, infer_call_node),
    exp.Anonymous: infer_call,
    exp.AnonymousAggFunc: infer_call,
    exp.Trim: infer_trim,
    exp.Window: infer_window,
    exp.Filter: infer_filtered,
    exp.WithinGroup: infer_within_group,
}
