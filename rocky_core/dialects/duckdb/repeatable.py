"""Which of DuckDB's functions yield the same whenever they are given the same."""

from __future__ import annotations

from typing import Final

from rocky_core.dialects.base import FunctionKind
from rocky_core.dialects.duckdb.catalogue import kind_of, overloads_of

# They ask the clock, chance, the session, a sequence or the database, or act.
_ASKS_OUTSIDE_TEXT: Final = """
    age ago now today transaction_timestamp statement_timestamp clock_timestamp get_current_time get_current_timestamp
    localtime localtimestamp random setseed uuid uuidv4 uuidv7 gen_random_uuid nextval currval setval txid_current
    getvariable getenv in_search_path sleep_ms write_log error stats vector_type version user session_user
    query query_table
    """
_ASKS_OUTSIDE: Final = frozenset(_ASKS_OUTSIDE_TEXT.split())
# They take the first row that comes, keep the order of rows, or estimate from the order in which rows come.
_ASKS_FOR_ORDER_TEXT: Final = """
    any_value arbitrary first last list array_agg group_concat string_agg listagg mode approx_quantile
    approx_top_k reservoir_quantile arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last
    argmax argmin max_by min_by fill lttb combine_aggr variant_group_object
    """
_ASKS_FOR_ORDER: Final = frozenset(_ASKS_FOR_ORDER_TEXT.split())
# Macros are written in SQL of their own; of these it is known what they do.
_PURE_MACROS_TEXT: Final = """
    array_append array_pop_back array_pop_front array_prepend array_push_back array_push_front array_reverse
    array_to_string date_add days_in_month fdiv fmod geomean geometric_mean if json list_append list_avg list_bit_and
    list_bit_or list_bit_xor list_bool_and list_bool_or list_count list_first list_last list_max list_median list_min
    list_prepend list_product list_reverse list_stddev_pop list_stddev_samp list_string_agg list_sum list_var_pop
    list_var_samp md5_number_lower md5_number_upper nullif split_part wavg weighted_avg
    """
_PURE_MACROS: Final = frozenset(_PURE_MACROS_TEXT.split())
_PURE_TABLES: Final = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
# The grammar knows these by itself; the catalogue does not list them.
_GRAMMAR: Final = frozenset({"coalesce", "columns", "grouping", "grouping_id", "ifnull", "struct", "row", "greatest"})


def is_repeatable(name: str) -> bool:
    """Whether the function (name in lower case) depends on nothing but what it is given."""
    if name in _GRAMMAR or name in _PURE_MACROS or name in _PURE_TABLES:
        return True
    if name in _ASKS_OUTSIDE or name in _ASKS_FOR_ORDER or name.startswith("current_"):
        return False
    return bool(overloads_of(name)) and kind_of(name) is not FunctionKind.TABLE
