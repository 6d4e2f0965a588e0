"""The results of DuckDB's built-in macros, whose types the catalogue does not give."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.aggregate_results import AGGREGATE_RESULTS
from rocky_core.dialects.duckdb.catalogue import overloads_of
from rocky_core.dialects.duckdb.operators import arithmetic_type
from rocky_core.dialects.duckdb.overloads import result_type
from rocky_core.dialects.duckdb.result_rules import Rule, always, types_of
from rocky_core.ir.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    JSON,
    NULL,
    TIMESTAMP_TZ,
    UBIGINT,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    ListOf,
)

_LIST_AGGREGATES: Final = """
    any_value approx_count_distinct avg bit_and bit_or bit_xor bool_and bool_or count entropy first histogram kurtosis
    kurtosis_pop last mad max median min mode product sem skewness stddev_pop stddev_samp string_agg sum var_pop
    var_samp
"""

_FIXED: Final[dict[DataType, str]] = {
    BOOLEAN: """
        has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
        has_function_privilege has_language_privilege has_schema_privilege has_sequence_privilege has_server_privilege
        has_table_privilege has_tablespace_privilege pg_has_role map_contains_entry map_contains_value
        pg_collation_is_visible pg_conversion_is_visible pg_function_is_visible pg_is_other_temp_schema
        pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_table_is_visible pg_ts_config_is_visible
        pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible
    """,
    VARCHAR: """
        array_to_string array_to_string_comma_default current_catalog current_database current_query current_role
        current_schema current_user format_pg_type format_type pg_get_constraintdef pg_get_viewdef pg_size_pretty
        pg_typeof regexp_split_to_table session_user split_part user
    """,
    JSON: "json json_group_array json_group_object json_group_structure",
    VARIANT: "variant_group_array",
    BIGINT: "days_in_month get_block_size generate_subscripts",
    DOUBLE: "geomean geometric_mean",
    UBIGINT: "md5_number_lower md5_number_upper",
    TIMESTAMP_TZ: "ago pg_conf_load_time pg_postmaster_start_time",
    INTEGER: "map_to_pg_oid pg_my_temp_schema",
    NULL: """
        assert_true pg_sleep col_description inet_client_addr inet_client_port inet_server_addr inet_server_port
        obj_description shobj_description
    """,
    ListOf(VARCHAR): "current_schemas",
}


def _list_aggregate(operands: Sequence[Operand]) -> DataType | None:
    """`list_aggregate(list, 'sum', …)`: the named aggregate over the elements."""
    name = operands[1].constant if len(operands) > 1 else None
    return _aggregate(name, (operands[0], *operands[2:])) if isinstance(name, str) else UNKNOWN


def _aggregate(name: str, operands: Sequence[Operand]) -> DataType:
    elements = operands[0].data_type if operands else UNKNOWN
    if not isinstance(elements, ListOf):
        return NULL if elements == NULL else UNKNOWN
    inner = (Operand(elements.element), *operands[1:])
    rule = AGGREGATE_RESULTS.get(name.lower())
    found = rule(inner) if rule is not None else None
    return result_type(overloads_of(name.lower()), types_of(inner)) if found is None else found


def _floor_division(operands: Sequence[Operand]) -> DataType | None:
    quotient = arithmetic_type("/", types_of(operands))
    return result_type(overloads_of("floor"), [quotient])


def _floor_modulo(operands: Sequence[Operand]) -> DataType | None:
    floored = _floor_division(operands) or UNKNOWN
    return arithmetic_type("-", [operands[0].data_type, arithmetic_type("*", [operands[1].data_type, floored])])


def _weighted_average(operands: Sequence[Operand]) -> DataType | None:
    if len(operands) != 2:
        return None
    weighted = _sum(arithmetic_type("*", types_of(operands)))
    return arithmetic_type("/", [weighted, _sum(operands[1].data_type)])


def _sum(data_type: DataType) -> DataType:
    found = AGGREGATE_RESULTS["sum"]([Operand(data_type)])
    return result_type(overloads_of("sum"), [data_type]) if found is None else found


MACRO_RESULTS: Final[dict[str, Rule]] = {
    **{name: always(data_type) for data_type, names in _FIXED.items() for name in names.split()},
    **{f"list_{name}": partial(_aggregate, name) for name in _LIST_AGGREGATES.split()},
    **dict.fromkeys(("list_aggregate", "list_aggr", "array_aggregate", "array_aggr", "aggregate"), _list_aggregate),
    "fdiv": _floor_division,
    "fmod": _floor_modulo,
    "weighted_avg": _weighted_average,
    "wavg": _weighted_average,
}
