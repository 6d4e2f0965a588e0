"""What DuckDB's functions yield: the catalogue's overloads, and the rules of those whose result it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rocky_core.dialects.base import FunctionKind, NullRule, Operand, Outcome
from rocky_core.dialects.duckdb.aggregate_results import AGGREGATE_RESULTS
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.catalogue import kind_of, overloads_of
from rocky_core.dialects.duckdb.common_types import common_type
from rocky_core.dialects.duckdb.json_results import JSON_RESULTS
from rocky_core.dialects.duckdb.list_results import LIST_RESULTS
from rocky_core.dialects.duckdb.macros import MACRO_RESULTS
from rocky_core.dialects.duckdb.overloads import result_type
from rocky_core.dialects.duckdb.record_results import RECORD_RESULTS
from rocky_core.dialects.duckdb.result_rules import Rule
from rocky_core.dialects.duckdb.value_results import VALUE_RESULTS
from rocky_core.ir.types import BIGINT, STRING_LITERAL, UNKNOWN, DataType, LambdaOf, ListOf

_RULES: dict[str, Rule] = {
    **AGGREGATE_RESULTS,
    **JSON_RESULTS,
    **LIST_RESULTS,
    **RECORD_RESULTS,
    **VALUE_RESULTS,
    **MACRO_RESULTS,
}

_NEVER_NULL_NAMES = """
    count count_star count_if countif regr_count approx_count_distinct row_number rank dense_rank rank_dense
    percent_rank cume_dist ntile grouping grouping_id struct_pack row list_value list_pack array_value map typeof
    pg_typeof now today current_timestamp get_current_timestamp get_current_time current_date concat random uuid
    gen_random_uuid uuidv4 uuidv7 json_object json_array version pi e
    """
_NEVER_NULL = frozenset(_NEVER_NULL_NAMES.split())
_NULL_IF_ALL = frozenset({"coalesce", "ifnull", "greatest", "least", "concat_ws"})
_MAY_BE_NULL_NAMES = """
    lag lead first_value last_value nth_value fill nullif if list_extract list_element array_extract element_at
    map_extract map_extract_value struct_extract union_extract json_extract json_extract_string json_value
    json_extract_path json_extract_path_text json_type try_strptime try list_position list_indexof array_position
    array_indexof list_any_value list_first list_last list_min list_max list_sum list_avg list_reduce reduce
    array_reduce list_aggregate list_aggr array_aggregate array_aggr aggregate getvariable error constant_or_null mod
    divide stddev stddev_samp variance var_samp covar_samp corr regr_slope regr_intercept regr_r2 skewness kurtosis
    arg_max_null arg_min_null switch regexp_extract_all from_json json_transform split_part
    """
_MAY_BE_NULL = frozenset(_MAY_BE_NULL_NAMES.split())

# What the binder replaces by a text, which then adapts like one that was written.
_TEXTS = frozenset({"typeof", "current_user", "session_user", "current_role", "user"})

_REDUCTIONS = frozenset({"list_reduce", "array_reduce", "reduce"})


def function(name: str, operands: Sequence[Operand]) -> Outcome | None:
    """The result of a call; None if DuckDB has no such function."""
    return _function(name.lower(), tuple(operands))


@lru_cache(maxsize=16384)
def _function(name: str, operands: tuple[Operand, ...]) -> Outcome | None:
    if name in _TEXTS:
        return Outcome(STRING_LITERAL, _null_rule(name))
    rule = _RULES.get(name)
    if rule is None and kind_of(name) in {None, FunctionKind.TABLE}:
        return None
    return Outcome(call_type(name, operands), _null_rule(name))


def function_kind(name: str) -> FunctionKind | None:
    """How a function takes part in a query; None if DuckDB has no such function."""
    found = kind_of(name.lower())
    return FunctionKind.SCALAR if found is None and name.lower() in _RULES else found


def call_type(name: str, operands: Sequence[Operand]) -> DataType:
    """The type that a call yields (name in lower case); UNKNOWN if it is not provable."""
    rule = _RULES.get(name)
    if rule is not None:
        found = rule(operands)
        if found is not None:
            return settle(found)
    return settle(result_type(overloads_of(name), [operand.data_type for operand in operands]))


def lambda_parameters(name: str, operands: Sequence[Operand]) -> tuple[DataType, ...]:
    """The types a lambda's parameters have after these operands."""
    first = operands[0].data_type if operands else UNKNOWN
    element = first.element if isinstance(first, ListOf) else UNKNOWN
    if name.lower() not in _REDUCTIONS:
        return (settle(element), BIGINT)
    others = [operand.data_type for operand in operands[1:] if not isinstance(operand.data_type, LambdaOf)]
    accumulated = common_type([element, *others])
    return (settle(accumulated), settle(element), BIGINT)


def _null_rule(name: str) -> NullRule:
    if name in _NEVER_NULL:
        return NullRule.NEVER
    if name in _NULL_IF_ALL:
        return NullRule.IF_ALL
    return NullRule.ALWAYS if name in _MAY_BE_NULL else NullRule.PROPAGATES
