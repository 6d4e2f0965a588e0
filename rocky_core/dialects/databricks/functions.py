"""What Databricks' functions yield."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from rocky_core.dialects.base import Dialect, NullRule, Operand
from rocky_core.dialects.databricks.type_names import MOST_DIGITS
from rocky_core.dialects.rules import (
    Rule,
    Signature,
    aggregates,
    common,
    common_of,
    decoded,
    element,
    first,
    first_text_or_bytes,
    inner_list,
    lambda_result,
    list_of,
    map_keys,
    map_values,
    scalars,
    second,
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
    FLOAT,
    INTEGER,
    NULL,
    SIGNED_INTEGERS,
    TIMESTAMP,
    TIMESTAMP_TZ,
    TINYINT,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    Field,
    ListOf,
    MapOf,
    StructOf,
)

_INTEGERS: Final = frozenset(SIGNED_INTEGERS)
_NEVER: Final = NullRule.NEVER
_ALWAYS: Final = NullRule.ALWAYS
_IF_ALL: Final = NullRule.IF_ALL
_APPROXIMATE: Final = frozenset((FLOAT, DOUBLE))


@cache
def functions() -> Mapping[str, Signature]:
    """Scalar, aggregate and window functions by lower-case name."""
    return table_of(
        scalars(
            "upper ucase lower lcase trim ltrim rtrim initcap replace translate concat_ws format_string printf "
            "regexp_replace regexp_extract regexp_substr soundex space substring_index base64 hex md5 sha sha1 sha2 "
            "repeat date_format from_unixtime get_json_object to_json current_user session_user "
            "user current_database current_schema current_catalog current_timezone uuid version typeof char chr "
            "split_part to_char to_varchar bin url_encode url_decode parse_url mask schema_of_json schema_of_csv "
            "to_csv conv monthname dayname format_number",
            VARCHAR,
        ),
        scalars("btrim lpad rpad substring substr left right", first_text_or_bytes),
        scalars("concat", _concat),
        scalars("overlay", first_text_or_bytes),
        scalars("reverse", _reverse),
        scalars("length len char_length character_length octet_length bit_length ascii instr locate position "
                "levenshtein find_in_set regexp_instr regexp_count size cardinality array_size json_array_length "
                "hash year quarter month day dayofmonth dayofweek dayofyear weekday weekofyear hour minute", INTEGER),
        scalars("crc32 xxhash64 array_position unix_timestamp to_unix_timestamp unix_seconds unix_millis unix_micros "
                "factorial bitmap_bit_position bitmap_bucket_number bitmap_count timestampdiff", BIGINT),
        scalars("unix_date second strpos", INTEGER),
        scalars("datediff date_diff", _date_difference),
        scalars("date_add dateadd timestampadd", _date_add),
        scalars("sqrt cbrt exp expm1 ln log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh "
                "acosh atanh cot csc sec degrees radians pow power hypot rint sign signum months_between "
                "nanvl", DOUBLE),
        scalars("pi e rand random randn", DOUBLE, _NEVER),
        scalars("ceil ceiling floor", _whole),
        scalars("round bround", _round),
        scalars("abs negative positive", first),
        scalars("mod pmod", _mod),
        scalars("coalesce ifnull nvl", common, _IF_ALL),
        scalars("greatest least", common, _IF_ALL),
        scalars("nullif", first, _ALWAYS),
        scalars("zeroifnull", first, _NEVER),
        scalars("nullifzero", first, _ALWAYS),
        scalars("nvl2", common_of(1), _ALWAYS),
        scalars("if iff", common_of(1), _ALWAYS),
        scalars("decode decode_case", _decode, _ALWAYS),
        scalars("isnull isnotnull isnan equal_null", BOOLEAN, _NEVER),
        scalars("startswith endswith contains like ilike rlike regexp regexp_like array_contains arrays_overlap "
                "map_contains_key exists forall any_match luhn_check is_variant_null", BOOLEAN),
        scalars("date to_date last_day next_day date_sub add_months make_date date_from_unix_date",
                DATE),
        scalars("try_to_date", DATE, _ALWAYS),
        scalars("to_timestamp timestamp date_trunc timestamp_seconds timestamp_millis timestamp_micros "
                "from_utc_timestamp to_utc_timestamp", TIMESTAMP_TZ),
        scalars("try_to_timestamp", TIMESTAMP_TZ, _ALWAYS),
        scalars("to_timestamp_ntz localtimestamp", TIMESTAMP),
        scalars("make_timestamp", TIMESTAMP_TZ),
        scalars("make_timestamp_ntz convert_timezone", TIMESTAMP),
        scalars("trunc", DATE),
        scalars("current_date curdate", DATE, _NEVER),
        scalars("current_timestamp now", TIMESTAMP_TZ, _NEVER),
        scalars("date_part extract datepart", _date_part),
        scalars("unhex unbase64 to_binary aes_encrypt encode", BLOB),
        scalars("string", VARCHAR),
        scalars("int", INTEGER),
        scalars("bigint", BIGINT),
        scalars("double", DOUBLE),
        scalars("float", FLOAT),
        scalars("boolean", BOOLEAN),
        scalars("binary", BLOB),
        scalars("tinyint", TINYINT),
        scalars("array", list_of(common), _NEVER),
        scalars("array_distinct array_sort sort_array shuffle slice array_remove array_compact array_except "
                "array_append array_prepend array_insert filter", first),
        scalars("array_union array_intersect", common),
        scalars("array_max array_min element_at get try_element_at", element, _ALWAYS),
        scalars("flatten", inner_list),
        scalars("array_join", VARCHAR),
        scalars("array_repeat", list_of(first)),
        scalars("sequence", _sequence),
        scalars("split", ListOf(VARCHAR)),
        scalars("regexp_extract_all", ListOf(VARCHAR)),
        scalars("sentences", ListOf(ListOf(VARCHAR))),
        scalars("transform", list_of(lambda_result(1))),
        scalars("aggregate reduce", _reduced),
        scalars("map", _map, _NEVER),
        scalars("map_keys", map_keys),
        scalars("map_values", map_values),
        scalars("map_from_arrays", _map_from_arrays),
        scalars("map_entries", _map_entries),
        scalars("map_from_entries", _map_from_entries),
        scalars("elt", common_of(1), _ALWAYS),
        scalars("zip_with", list_of(lambda_result(2))),
        scalars("map_filter", first),
        scalars("map_concat", common),
        scalars("transform_values", _transform_values),
        scalars("transform_keys", _transform_keys),
        scalars("str_to_map", MapOf(VARCHAR, VARCHAR)),
        scalars("named_struct", _struct, _NEVER),
        scalars("struct", UNKNOWN, _NEVER),
        scalars("parse_json to_variant_object", VARIANT),
        scalars("try_parse_json", VARIANT, _ALWAYS),
        scalars("try_divide", _try_arithmetic("/"), _ALWAYS),
        scalars("try_add", _try_arithmetic("+"), _ALWAYS),
        scalars("try_subtract", _try_arithmetic("-"), _ALWAYS),
        scalars("try_multiply", _try_arithmetic("*"), _ALWAYS),
        scalars("bit_count", INTEGER),
        scalars("getbit bit_get", TINYINT),
        scalars("shiftleft shiftright", first),
        scalars("monotonically_increasing_id", BIGINT, _NEVER),
        scalars("spark_partition_id", INTEGER, _NEVER),
        scalars("input_file_name", VARCHAR, _NEVER),
        scalars("grouping", TINYINT, _NEVER),
        scalars("grouping_id", BIGINT, _NEVER),
        scalars("width_bucket", BIGINT),
        scalars("assert_true raise_error", NULL, _ALWAYS),
        aggregates("count count_if approx_count_distinct", BIGINT, _NEVER),
        aggregates("sum", _sum),
        aggregates("try_sum", _sum),
        aggregates("avg mean try_avg", _average),
        aggregates("min max any_value first first_value last last_value mode min_by max_by arg_min arg_max", first),
        aggregates("stddev stddev_samp stddev_pop std var_samp var_pop variance corr covar_pop covar_samp skewness "
                   "kurtosis regr_avgx regr_avgy regr_slope regr_intercept regr_r2 regr_sxx regr_sxy regr_syy", DOUBLE),
        aggregates("regr_count", BIGINT, _NEVER),
        aggregates("median percentile quantile quantile_cont quantile_disc", _percentile),
        aggregates("percentile_approx approx_percentile approx_quantile", _percentile_approx),
        aggregates("collect_list collect_set array_agg", list_of(first), _NEVER),
        aggregates("bool_and bool_or every some any", BOOLEAN),
        aggregates("bit_and bit_or bit_xor", first),
        aggregates("string_agg listagg", first_text_or_bytes),
        windows("row_number rank dense_rank ntile", INTEGER, _NEVER),
        windows("percent_rank cume_dist", DOUBLE, _NEVER),
        windows("lag lead", first),
        windows("nth_value", first),
    )  # fmt: skip


def _element_of(types: Sequence[DataType]) -> DataType:
    return types[0].element if types and isinstance(types[0], ListOf) else UNKNOWN


def _entry_of(types: Sequence[DataType]) -> tuple[DataType, ...]:
    return (types[0].key, types[0].value) if types and isinstance(types[0], MapOf) else ()


LAMBDA_PARAMETERS: Final = {
    "transform": lambda types: (_element_of(types), INTEGER),
    "filter": lambda types: (_element_of(types), INTEGER),
    "exists": lambda types: (_element_of(types),),
    "forall": lambda types: (_element_of(types),),
    "any_match": lambda types: (_element_of(types),),
    "array_sort": lambda types: (_element_of(types), _element_of(types)),
    "zip_with": lambda types: tuple(t.element if isinstance(t, ListOf) else UNKNOWN for t in types[:2]),
    "map_filter": _entry_of,
    "transform_keys": _entry_of,
    "transform_values": _entry_of,
    # The accumulator takes the start's type only where the merge keeps it, which is checked on the result.
    "aggregate": lambda types: (types[1] if len(types) > 1 else UNKNOWN, _element_of(types)),
    "reduce": lambda types: (types[1] if len(types) > 1 else UNKNOWN, _element_of(types)),
}


def _sum(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale):
            return Decimal(min(precision + 10, MOST_DIGITS), scale)
        case found if found in _INTEGERS:
            return BIGINT
        case found if found in _APPROXIMATE or found == VARCHAR:
            return DOUBLE
        case _:
            return UNKNOWN


def _average(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale):
            return Decimal(min(precision + 4, MOST_DIGITS), min(scale + 4, MOST_DIGITS))
        case found if found in _INTEGERS or found in _APPROXIMATE or found == VARCHAR:
            return DOUBLE
        case _:
            return UNKNOWN


def _percentile(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    several = len(operands) > 1 and isinstance(type_at(dialect, operands, 1), ListOf)
    found = type_at(dialect, operands, 0)
    if not (isinstance(found, Decimal) or found in {*_INTEGERS, *_APPROXIMATE, VARCHAR}):
        return UNKNOWN
    return ListOf(DOUBLE) if several else DOUBLE


def _percentile_approx(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    several = len(operands) > 1 and isinstance(type_at(dialect, operands, 1), ListOf)
    if not (isinstance(found, Decimal) or found in _INTEGERS or found in _APPROXIMATE):
        return UNKNOWN
    return ListOf(found) if several else found


def _whole(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """CEIL and FLOOR: decimals lose their places, the rest becomes BIGINT."""
    if len(operands) > 1:
        return UNKNOWN
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale):
            return Decimal(precision - scale + 1, 0) if scale else Decimal(precision, 0)
        case found if found in _INTEGERS or found in _APPROXIMATE:
            return BIGINT
        case _:
            return UNKNOWN


def _round(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """ROUND of a decimal keeps one digit for the carry; it needs a constant number of places."""
    places = 0 if len(operands) < 2 else operands[1].constant
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale) if isinstance(places, int):
            whole = precision - scale + 1
            if places < 0:
                return Decimal(min(max(whole, -places + 1), MOST_DIGITS), 0)
            kept = min(scale, places)
            return Decimal(min(whole + kept, MOST_DIGITS), kept)
        case found if found in _INTEGERS or found in _APPROXIMATE:
            return found
        case _:
            return UNKNOWN


def _mod(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    return dialect.operator("%", operands).data_type if len(operands) == 2 else UNKNOWN


def _try_arithmetic(symbol: str) -> Rule:
    return lambda dialect, operands: dialect.operator(symbol, operands).data_type if len(operands) == 2 else UNKNOWN


def _concat(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    if operands and all(isinstance(operand.data_type, ListOf) for operand in operands):
        return common(dialect, operands)
    return text_or_bytes(dialect, operands)


def _reverse(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    return found if isinstance(found, ListOf) or found == VARCHAR else UNKNOWN


def _decode(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    return VARCHAR if len(operands) == 2 else decoded(dialect, operands)


def _date_part(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """Seconds come with their fraction, all other parts are whole."""
    del dialect
    part = operands[0].constant if operands else None
    if not isinstance(part, str):
        return UNKNOWN
    return Decimal(8, 6) if part.lower() in {"second", "seconds", "s", "sec", "secs"} else INTEGER


def _date_difference(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """DATEDIFF(end, start) counts days as INT, DATEDIFF(unit, start, end) anything as BIGINT."""
    del dialect
    return {2: INTEGER, 3: BIGINT}.get(len(operands), UNKNOWN)


def _date_add(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """DATE_ADD(date, days) is a DATE, DATEADD(unit, count, value) a timestamp, whatever the value's type."""
    if len(operands) == 3:
        found = type_at(dialect, operands, 2)
        return UNKNOWN if found == UNKNOWN else TIMESTAMP if found == TIMESTAMP else TIMESTAMP_TZ
    return DATE if len(operands) == 2 else UNKNOWN


def _sequence(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    start, stop = type_at(dialect, operands, 0), type_at(dialect, operands, 1)
    if start == stop and (start in _INTEGERS or start in {DATE, TIMESTAMP, TIMESTAMP_TZ}):
        return ListOf(start)
    return UNKNOWN


def _reduced(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """What the finishing lambda yields, else the accumulator, which must keep its type."""
    if len(operands) == 4:
        return UNKNOWN
    start, merged = second(dialect, operands), lambda_result(2)(dialect, operands)
    return start if start == merged else UNKNOWN


def _map(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    if not operands or len(operands) % 2:
        return UNKNOWN
    key, value = common_of(0, None, 2)(dialect, operands), common_of(1, None, 2)(dialect, operands)
    return UNKNOWN if UNKNOWN in {key, value} else MapOf(key, value)


def _map_from_arrays(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    match type_at(dialect, operands, 0), type_at(dialect, operands, 1):
        case ListOf(key), ListOf(value):
            return MapOf(key, value)
        case _:
            return UNKNOWN


def _map_from_entries(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    match type_at(dialect, operands, 0):
        case ListOf(StructOf((key, value))):
            return MapOf(key.data_type, value.data_type)
        case _:
            return UNKNOWN


def _map_entries(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    match type_at(dialect, operands, 0):
        case MapOf(key, value):
            return ListOf(StructOf((Field("key", key), Field("value", value))))
        case _:
            return UNKNOWN


def _transform_values(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found, value = type_at(dialect, operands, 0), lambda_result(1)(dialect, operands)
    return MapOf(found.key, value) if isinstance(found, MapOf) and value != UNKNOWN else UNKNOWN


def _transform_keys(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found, key = type_at(dialect, operands, 0), lambda_result(1)(dialect, operands)
    return MapOf(key, found.value) if isinstance(found, MapOf) and key != UNKNOWN else UNKNOWN


def _struct(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """NAMED_STRUCT('a', 1, …) with constant names."""
    names = [operand.constant for operand in operands[::2]]
    if len(operands) % 2 or not all(isinstance(name, str) for name in names):
        return UNKNOWN
    found = [dialect.settle(operand.data_type) for operand in operands[1::2]]
    return StructOf(tuple(Field(str(name), data_type) for name, data_type in zip(names, found, strict=True)))
