"""What BigQuery's functions yield."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from rocky_core.dialects.base import Dialect, NullRule, Operand
from rocky_core.dialects.bigquery.coercion import arithmetic
from rocky_core.dialects.bigquery.type_names import BIGNUMERIC, FLOAT_LITERAL, NUMERIC
from rocky_core.dialects.rules import (
    Rule,
    Signature,
    aggregates,
    common,
    common_of,
    element,
    first,
    list_of,
    scalars,
    table_of,
    text_or_bytes,
    type_at,
    windows,
)
from rocky_core.ir.types import (
    BIGINT,
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    GEOGRAPHY,
    INTERVAL,
    JSON,
    NULL,
    STRING_LITERAL,
    TIME,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARCHAR,
    DataType,
    Decimal,
    Field,
    ListOf,
    StructOf,
)

_NEVER: Final = NullRule.NEVER
_ALWAYS: Final = NullRule.ALWAYS
_IF_ALL: Final = NullRule.IF_ALL
_EXACT: Final = (NUMERIC, BIGNUMERIC)


@cache
def functions() -> Mapping[str, Signature]:
    """Scalar, aggregate and window functions by lower-case name."""
    return table_of(
        scalars("upper lower trim ltrim rtrim lpad rpad left right substr substring repeat reverse replace "
                "regexp_replace translate", _same_text),
        scalars("regexp_extract regexp_substr", _same_text, _ALWAYS),
        scalars("concat", text_or_bytes),
        scalars("initcap format chr to_base64 to_base32 to_hex normalize nfc_normalize normalize_and_casefold soundex "
                "format_date format_datetime format_time format_timestamp code_points_to_string string "
                "safe_convert_bytes_to_string to_json_string collate", VARCHAR),
        scalars("json_value json_extract_scalar lax_string json_type", VARCHAR, _ALWAYS),
        scalars("generate_uuid session_user", VARCHAR, _NEVER),
        scalars("net.host net.reg_domain net.public_suffix", VARCHAR, _ALWAYS),
        scalars("length char_length character_length byte_length octet_length ascii unicode strpos instr "
                "edit_distance farm_fingerprint bit_count array_length unix_date unix_seconds unix_millis unix_micros "
                "date_diff datetime_diff timestamp_diff time_diff range_bucket int64", BIGINT),
        scalars("lax_int64", BIGINT, _ALWAYS),
        scalars("extract date_part", _extract),
        scalars("rand", DOUBLE, _NEVER),
        scalars("sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cot coth csc csch sec sech cbrt "
                "float64 cosine_distance euclidean_distance", DOUBLE),
        scalars("lax_float64", DOUBLE, _ALWAYS),
        scalars("sqrt exp ln log10 log pow power ceil ceiling floor round trunc", _float_or_exact),
        scalars("abs sign", first),
        scalars("div mod", _whole_division),
        scalars("ieee_divide", DOUBLE),
        scalars("safe_divide", _binary("/"), _ALWAYS),
        scalars("safe_add", _binary("+"), _ALWAYS),
        scalars("safe_subtract", _binary("-"), _ALWAYS),
        scalars("safe_multiply", _binary("*"), _ALWAYS),
        scalars("safe_negate", first, _ALWAYS),
        scalars("greatest least", common),
        scalars("coalesce ifnull", common, _IF_ALL),
        scalars("nullif", first, _ALWAYS),
        scalars("if", common_of(1), _ALWAYS),
        scalars("is_inf is_nan starts_with ends_with regexp_contains contains_substr bool", BOOLEAN),
        scalars("lax_bool", BOOLEAN, _ALWAYS),
        scalars("date", DATE),
        scalars("current_date", DATE, _NEVER),
        scalars("parse_date date_from_unix_date", DATE),
        scalars("last_day", DATE),
        scalars("date_add date_sub date_trunc", _of_first(DATE)),
        scalars("datetime parse_datetime", TIMESTAMP),
        scalars("current_datetime", TIMESTAMP, _NEVER),
        scalars("datetime_add datetime_sub datetime_trunc", _of_first(TIMESTAMP)),
        scalars("timestamp parse_timestamp timestamp_seconds timestamp_millis timestamp_micros", TIMESTAMP_TZ),
        scalars("current_timestamp", TIMESTAMP_TZ, _NEVER),
        scalars("timestamp_add timestamp_sub timestamp_trunc", _of_first(TIMESTAMP_TZ)),
        scalars("time parse_time time_add time_sub time_trunc", TIME),
        scalars("current_time", TIME, _NEVER),
        scalars("make_interval justify_hours justify_days justify_interval", INTERVAL),
        scalars("md5 sha1 sha256 sha512 from_base64 from_base32 from_hex code_points_to_bytes "
                "net.ip_from_string net.ip_trunc", BLOB),
        scalars("split", _split),
        scalars("regexp_extract_all", _list_of_text),
        scalars("to_code_points", ListOf(BIGINT)),
        scalars("json_value_array json_extract_string_array json_keys", ListOf(VARCHAR), _ALWAYS),
        scalars("json_query_array json_extract_array", _json_list, _ALWAYS),
        scalars("json_query json_extract", _json_or_text, _ALWAYS),
        scalars("parse_json to_json json_array json_object json_set json_remove json_strip_nulls json_array_append "
                "json_array_insert", JSON),
        scalars("parse_numeric", NUMERIC),
        scalars("parse_bignumeric", BIGNUMERIC),
        scalars("array", first),
        scalars("array_concat", common),
        scalars("array_reverse", first),
        scalars("array_to_string", VARCHAR),
        scalars("array_first array_last", element, _ALWAYS),
        scalars("array_slice", first),
        scalars("generate_array", _generated),
        scalars("generate_date_array", ListOf(DATE)),
        scalars("generate_timestamp_array", ListOf(TIMESTAMP_TZ)),
        scalars("offset ordinal safe_offset safe_ordinal", first),
        scalars("st_geogpoint st_geogfromtext st_geogfromgeojson st_geogfromwkb st_makeline st_makepolygon st_buffer "
                "st_centroid st_union st_intersection st_difference st_convexhull st_simplify st_snaptogrid",
                GEOGRAPHY),
        scalars("st_distance st_area st_length st_perimeter st_x st_y", DOUBLE),
        scalars("st_contains st_within st_intersects st_dwithin st_covers st_coveredby st_disjoint st_equals "
                "st_touches st_isempty", BOOLEAN),
        scalars("st_astext st_asgeojson st_geohash st_geometrytype", VARCHAR),
        scalars("st_asbinary", BLOB),
        scalars("st_numpoints st_dimension", BIGINT),
        scalars("error", NULL, _ALWAYS),
        scalars("struct", UNKNOWN, _NEVER),
        aggregates("count countif count_if approx_count_distinct", BIGINT, _NEVER),
        aggregates("grouping", BIGINT, _NEVER),
        aggregates("sum", _sum),
        aggregates("avg", _average),
        aggregates("min max any_value max_by min_by arg_max arg_min", first),
        aggregates("array_agg array_concat_agg", _array_agg),
        aggregates("string_agg", _same_text),
        aggregates("logical_and logical_or", BOOLEAN),
        aggregates("bit_and bit_or bit_xor", BIGINT),
        aggregates("stddev stddev_samp stddev_pop variance var_samp var_pop corr covar_pop covar_samp",
                   _deviation),
        aggregates("approx_quantiles", list_of(first)),
        aggregates("approx_top_count", _top("count")),
        aggregates("st_union_agg st_centroid_agg st_extent_agg", UNKNOWN),
        aggregates("hll_count.init hll_count.merge_partial", BLOB),
        aggregates("hll_count.merge", BIGINT),
        scalars("hll_count.extract", BIGINT),
        windows("row_number rank dense_rank ntile", BIGINT, _NEVER),
        windows("percent_rank cume_dist", DOUBLE, _NEVER),
        windows("lag lead", _offset),
        windows("first_value last_value nth_value percentile_disc quantile_disc", first),
        windows("percentile_cont quantile_cont", _percentile_cont),
    )  # fmt: skip


def _same_text(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """These functions take text or bytes and give the same."""
    found = type_at(dialect, operands, 0)
    return found if found in {VARCHAR, BLOB} else UNKNOWN


def _list_of_text(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = _same_text(dialect, operands)
    return UNKNOWN if found == UNKNOWN else ListOf(found)


def _split(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    return _list_of_text(dialect, operands)


def _float_or_exact(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """FLOAT64 from INT64 and FLOAT64, exact numbers stay; with several arguments the wider one decides."""
    numbers = operands if len(operands) == 1 or _is_power(operands) else operands[:1]
    found = {type_at(dialect, [operand], 0) for operand in numbers}
    if not found <= {BIGINT, DOUBLE, *_EXACT} or not found:
        return UNKNOWN
    if any(operand.data_type == FLOAT_LITERAL for operand in operands) and found & set(_EXACT):
        return UNKNOWN
    if found <= {BIGINT, DOUBLE} or DOUBLE in found:
        return DOUBLE
    return BIGNUMERIC if BIGNUMERIC in found else NUMERIC


def _is_power(operands: Sequence[Operand]) -> bool:
    """ROUND's second argument is a constant number of places; POW's and LOG's counts as a number."""
    return len(operands) == 2 and not isinstance(operands[1].constant, int)


def _whole_division(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = dialect.common_type([operand.data_type for operand in operands])
    return found if len(operands) == 2 and found in (BIGINT, *_EXACT) else UNKNOWN


def _binary(symbol: str) -> Rule:
    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        del dialect
        return arithmetic(symbol, operands[0].data_type, operands[1].data_type) if len(operands) == 2 else UNKNOWN

    return rule


def _extract(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    del dialect
    match operands:
        case [Operand(constant="date"), _]:
            return DATE
        case [Operand(constant="time"), _]:
            return TIME
        case [Operand(constant="datetime"), _]:
            return UNKNOWN
        case [Operand(constant=str()), _]:
            return BIGINT
        case _:
            return UNKNOWN


def _of_first(own: DataType) -> Rule:
    """Date functions keep the type of their date; a text literal is taken as the function's own type."""

    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        if operands and operands[0].data_type == STRING_LITERAL:
            return own
        found = type_at(dialect, operands, 0)
        return found if found in {DATE, TIMESTAMP, TIMESTAMP_TZ} else UNKNOWN

    return rule


def _json_or_text(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    return found if found in {JSON, VARCHAR} else UNKNOWN


def _json_list(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = _json_or_text(dialect, operands)
    return UNKNOWN if found == UNKNOWN else ListOf(found)


def _generated(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = common(dialect, operands)
    return ListOf(found) if found in (BIGINT, DOUBLE, *_EXACT) else UNKNOWN


def _sum(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    return found if found in (BIGINT, DOUBLE, INTERVAL, *_EXACT) else UNKNOWN


def _average(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    if found in {BIGINT, DOUBLE}:
        return DOUBLE
    return found if found == INTERVAL or isinstance(found, Decimal) else UNKNOWN


def _deviation(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    numbers = (BIGINT, DOUBLE, *_EXACT)
    known = all(type_at(dialect, operands, index) in numbers for index in range(len(operands)))
    return DOUBLE if operands and known else UNKNOWN


def _array_agg(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = first(dialect, operands)
    return UNKNOWN if found == UNKNOWN or isinstance(found, ListOf) else ListOf(found)


def _top(label: str) -> Rule:
    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        found = first(dialect, operands)
        if found == UNKNOWN:
            return UNKNOWN
        return ListOf(StructOf((Field("value", found), Field(label, BIGINT))))

    return rule


def _offset(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """LAG(value, distance, default): the default must fit the value."""
    found = type_at(dialect, operands, 0)
    fits = len(operands) < 3 or operands[2].data_type == NULL or type_at(dialect, operands, 2) == found
    return found if fits else UNKNOWN


def _percentile_cont(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    if found in {BIGINT, DOUBLE}:
        return DOUBLE
    return found if found in _EXACT else UNKNOWN
