"""Whether a query over unchanged tables yields what it yielded before, as far as its text proves it.

What is decided by ties alone (`row_number()` over rows that are equal in its order) counts as repeatable: what is
there is one of the results that the query allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect

# Calls with a grammar of their own that depend on nothing but their arguments.
_PURE: Final = (
    exp.Cast,
    exp.TryCast,
    exp.Case,
    exp.If,
    exp.Coalesce,
    exp.Nullif,
    exp.And,
    exp.Or,
    exp.Xor,
    exp.Extract,
    exp.Trim,
    exp.Substring,
    exp.StrPosition,
    exp.Overlay,
    exp.Ceil,
    exp.Floor,
    exp.Chr,
    exp.Abs,
    exp.Initcap,
    exp.Normalize,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.Quantile,
    exp.Exists,
    exp.Array,
    exp.Struct,
    exp.ToMap,
    exp.Map,
    exp.JSONExtract,
    exp.JSONExtractScalar,
    exp.JSONArray,
    exp.JSONObject,
    exp.ParseJSON,
    exp.RegexpLike,
    exp.RegexpILike,
    exp.RegexpFullMatch,
    exp.Unnest,
    exp.Explode,
    exp.Posexplode,
)
# Names that are calls without brackets; a column of that name is given up with them.
_BARE_CALLS_TEXT: Final = (
    "current_date current_time current_timestamp current_datetime localtime localtimestamp current_user user "
    "session_user current_role current_catalog current_schema"
)
_BARE_CALLS: Final = frozenset(_BARE_CALLS_TEXT.split())
_PLACES: Final = frozenset({"rowid"})


def why_unrepeatable(tree: exp.Expr, dialect: Dialect) -> str:
    """What keeps the query from being repeatable, in words; empty if nothing does."""
    for node in tree.walk():
        reason = _fault(node, dialect)
        if reason:
            return reason
    return ""


def _fault(node: exp.Expr, dialect: Dialect) -> str:
    match node:
        case exp.Anonymous():
            name = node.args["this"]
            written = (name if isinstance(name, str) else name.name).lower()
            return "" if dialect.is_repeatable(written) else f"it calls {written}()"
        case exp.Column() if len(node.parts) == 1 and node.name.lower() in _BARE_CALLS:
            return f"it asks for {node.name.lower()}"
        case exp.Column() if node.name.lower() in _PLACES:
            return f"it reads {node.name.lower()}, the place of a row"
        case exp.Limit() | exp.Fetch() | exp.Offset():
            return "" if _orders_all(node.parent) else "it takes some rows of many (LIMIT or OFFSET)"
        case exp.TableSample():
            return "it takes a sample"
        case exp.Distinct() if node.args.get("on") is not None:
            return "it takes the first row that comes (DISTINCT ON)"
        case exp.Join() if (node.args.get("method") or "").upper() == "POSITIONAL":
            return "it joins rows by their position"
        case exp.Parameter() | exp.SessionParameter() | exp.Placeholder():
            return "it asks for a variable of the session"
        case exp.Func() if not isinstance(node, _PURE):
            return f"it calls {type(node).sql_name().lower()}()"
        case _:
            return ""


def _orders_all(query: exp.Expr | None) -> bool:
    """Whether the rows are put into a total order, by all their columns."""
    order = query.args.get("order") if query is not None else None
    if not isinstance(order, exp.Order):
        return False
    # A column of that name would be an exp.Column.
    return any(isinstance(one.this, exp.Var) and one.this.name.upper() == "ALL" for one in order.expressions)
