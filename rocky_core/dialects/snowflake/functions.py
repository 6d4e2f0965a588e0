"""What Snowflake's functions yield; a NUMBER's digits are given only where they are documented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from rocky_core.dialects.base import Dialect, NullRule, Operand
from rocky_core.dialects.rules import (
    Rule,
    Signature,
    aggregates,
    common,
    common_of,
    decoded,
    element,
    first,
    scalars,
    table_of,
    text_or_bytes,
    type_at,
    windows,
)
from rocky_core.dialects.snowflake.type_names import (
    ARRAY,
    DECFLOAT,
    MOST_DIGITS,
    OBJECT,
    TIMESTAMP_LTZ,
    number,
)
from rocky_core.ir.types import (
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    GEOGRAPHY,
    STRING_LITERAL,
    TIME,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    ListOf,
)

_NEVER: Final = NullRule.NEVER
_ALWAYS: Final = NullRule.ALWAYS
_IF_ALL: Final = NullRule.IF_ALL
_COUNT: Final = number(18, 0)
_TIMESTAMPS: Final = frozenset((TIMESTAMP, TIMESTAMP_LTZ, TIMESTAMP_TZ))
_DAY_PARTS: Final = frozenset(
    ("year", "y", "yy", "yyyy", "yyy", "yr", "years", "yrs",
     "month", "mm", "mon", "mons", "months", "quarter", "q", "qtr",
     "qtrs", "quarters", "week", "w", "wk", "weekofyear", "woy", "wy", "day", "d", "dd", "days", "dayofmonth")
)  # fmt: skip


@cache
def functions() -> Mapping[str, Signature]:
    """Scalar, aggregate and window functions by lower-case name."""
    return table_of(
        scalars("upper lower initcap trim ltrim rtrim replace translate repeat space chr char concat_ws hex_encode "
                "base64_encode md5 md5_hex sha1 sha1_hex sha2 sha2_hex soundex to_char to_varchar to_json "
                "regexp_replace monthname dayname typeof split_part strtok collate collation "
                "current_statement uuid_string to_xml hex_decode_string base64_decode_string "
                "array_to_string st_astext st_aswkt randstr", VARCHAR),
        scalars("regexp_substr regexp_extract try_base64_decode_string try_hex_decode_string "
                "json_extract_path_text check_json check_xml", VARCHAR, _ALWAYS),
        scalars("current_user current_role current_database current_schema current_warehouse current_account "
                "current_region current_session current_version current_client current_timezone session_user",
                VARCHAR, _ALWAYS),
        scalars("concat", text_or_bytes),
        scalars("substr substring left right lpad rpad insert reverse", _same_text),
        scalars("length len", _COUNT),
        scalars("charindex position strpos regexp_count regexp_instr ascii unicode octet_length bit_length "
                "editdistance "
                "jarowinkler_similarity array_size array_position hash year month day dayofmonth dayofweek "
                "dayofweekiso dayofyear week weekofyear weekiso yearofweek yearofweekiso quarter hour minute second "
                "date_part extract sign factorial bitand bitor bitxor bitnot bitshiftleft bitshiftright width_bucket "
                "seq1 seq2 seq4 seq8 random uniform zipf grouping grouping_id mod ceil ceiling floor round trunc "
                "truncate square div0 div0null map_size getbit st_x st_y", UNKNOWN),
        scalars("datediff timediff timestampdiff", number(9, 0)),
        scalars("contains startswith endswith like ilike rlike regexp_like like_any equal_null is_null_value is_array "
                "is_object is_integer is_decimal is_double is_real is_boolean is_varchar is_char is_binary is_date "
                "is_date_value is_time is_timestamp_ltz is_timestamp_ntz is_timestamp_tz array_contains "
                "arrays_overlap boolnot booland boolor boolxor to_boolean st_contains st_within st_intersects "
                "st_covers st_disjoint st_dwithin map_contains_key", BOOLEAN),
        scalars("try_to_boolean", BOOLEAN, _ALWAYS),
        scalars("sqrt cbrt exp ln log sin cos tan cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh degrees "
                "radians pow power haversine", _approximate),
        scalars("months_between st_distance st_area st_length st_perimeter vector_cosine_similarity vector_l2_distance "
                "vector_inner_product", DOUBLE),
        scalars("to_double", DOUBLE),
        scalars("try_to_double", DOUBLE, _ALWAYS),
        scalars("pi", DOUBLE, _NEVER),
        scalars("abs", first),
        scalars("to_number to_decimal to_numeric", _to_number),
        scalars("try_to_number try_to_decimal try_to_numeric", _to_number, _ALWAYS),
        scalars("coalesce ifnull nvl", common, _IF_ALL),
        scalars("nvl2", common_of(1), _ALWAYS),
        scalars("iff", common_of(1), _ALWAYS),
        scalars("nullif nullifzero", first, _ALWAYS),
        scalars("zeroifnull", first, _NEVER),
        scalars("greatest least", common),
        scalars("greatest_ignore_nulls least_ignore_nulls", common, _IF_ALL),
        scalars("decode decode_case", decoded, _ALWAYS),
        scalars("to_date date last_day next_day previous_day date_from_parts datefromparts", DATE),
        scalars("try_to_date", DATE, _ALWAYS),
        scalars("current_date", DATE, _NEVER),
        scalars("to_time time time_from_parts timefromparts", TIME),
        scalars("try_to_time", TIME, _ALWAYS),
        scalars("current_time localtime", TIME, _NEVER),
        scalars("to_timestamp to_timestamp_ntz timestamp_ntz_from_parts timestampntzfromparts", TIMESTAMP),
        scalars("try_to_timestamp try_to_timestamp_ntz", TIMESTAMP, _ALWAYS),
        scalars("to_timestamp_ltz timestamp_ltz_from_parts timestampltzfromparts", TIMESTAMP_LTZ),
        scalars("try_to_timestamp_ltz", TIMESTAMP_LTZ, _ALWAYS),
        scalars("to_timestamp_tz timestamp_tz_from_parts timestamptzfromparts", TIMESTAMP_TZ),
        scalars("try_to_timestamp_tz", TIMESTAMP_TZ, _ALWAYS),
        scalars("current_timestamp localtimestamp getdate systimestamp", TIMESTAMP_LTZ, _NEVER),
        scalars("sysdate", TIMESTAMP, _NEVER),
        scalars("convert_timezone", _convert_timezone),
        scalars("dateadd timeadd timestampadd", _date_add),
        scalars("add_months", _date_or_timestamp(0)),
        scalars("date_trunc", _date_trunc),
        scalars("time_slice", _date_or_timestamp(0)),
        scalars("parse_json to_variant get get_path xmlget get_ignore_case", VARIANT),
        scalars("try_parse_json", VARIANT, _ALWAYS),
        scalars("as_array", ARRAY, _ALWAYS),
        scalars("as_object", OBJECT, _ALWAYS),
        scalars("as_varchar as_char", VARCHAR, _ALWAYS),
        scalars("as_boolean", BOOLEAN, _ALWAYS),
        scalars("as_date", DATE, _ALWAYS),
        scalars("as_double as_real", DOUBLE, _ALWAYS),
        scalars("as_binary", BLOB, _ALWAYS),
        scalars("as_time", TIME, _ALWAYS),
        scalars("as_timestamp_ntz", TIMESTAMP, _ALWAYS),
        scalars("as_timestamp_ltz", TIMESTAMP_LTZ, _ALWAYS),
        scalars("as_timestamp_tz", TIMESTAMP_TZ, _ALWAYS),
        scalars("array_construct array_construct_compact split strtok_to_array array_generate_range object_keys "
                "to_array regexp_substr_all regexp_extract_all", ARRAY),
        scalars("array_append array_prepend array_cat array_compact array_distinct array_except array_insert "
                "array_intersection array_remove array_remove_at array_slice array_sort array_flatten", _own_array),
        scalars("array_min array_max", element, _ALWAYS),
        scalars("object_construct object_construct_keep_null object_delete object_insert object_pick to_object "
                "parse_url parse_ip", OBJECT),
        scalars("to_binary hex_decode_binary base64_decode_binary md5_binary sha1_binary sha2_binary compress "
                "decompress_binary encrypt", BLOB),
        scalars("try_to_binary", BLOB, _ALWAYS),
        scalars("to_geography st_makepoint st_point st_geographyfromwkt st_geogfromtext st_makeline st_makepolygon "
                "st_centroid st_buffer", GEOGRAPHY),
        scalars("st_asgeojson", OBJECT),
        scalars("filter", first),
        scalars("transform reduce", UNKNOWN),
        aggregates("count count_if approx_count_distinct hll", _COUNT, _NEVER),
        aggregates("sum", _sum),
        aggregates("avg", _average),
        aggregates("min max any_value mode", first),
        aggregates("min_by max_by arg_min arg_max", _by),
        aggregates("median", _median),
        aggregates("stddev stddev_samp stddev_pop variance var_samp var_pop variance_samp variance_pop kurtosis "
                   "skew corr "
                   "covar_pop covar_samp regr_slope regr_intercept regr_r2 regr_avgx regr_avgy regr_sxx regr_sxy "
                   "regr_syy regr_count approx_percentile", _approximate_aggregate),
        aggregates("percentile_cont quantile_cont percentile_disc quantile_disc", _percentile),
        aggregates("listagg string_agg", VARCHAR, _NEVER),
        aggregates("array_agg array_unique_agg array_union_agg approx_top_k", ARRAY, _NEVER),
        aggregates("object_agg", OBJECT, _NEVER),
        aggregates("booland_agg boolor_agg boolxor_agg", BOOLEAN),
        aggregates("bitand_agg bitor_agg bitxor_agg hash_agg", UNKNOWN),
        aggregates("minhash minhash_combine", VARIANT),
        windows("row_number rank dense_rank", _COUNT, _NEVER),
        windows("ntile", UNKNOWN, _NEVER),
        windows("percent_rank cume_dist", DOUBLE, _NEVER),
        windows("lag lead", _offset),
        windows("first_value last_value nth_value", first),
        windows("ratio_to_report conditional_true_event conditional_change_event", UNKNOWN),
    )  # fmt: skip


def _same_text(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """Bytes stay bytes, text stays text."""
    found = type_at(dialect, operands, 0)
    return found if found in {VARCHAR, BLOB} else UNKNOWN


def _approximate(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """FLOAT from every number but DECFLOAT."""
    return UNKNOWN if DECFLOAT in {type_at(dialect, operands, i) for i in range(len(operands))} else DOUBLE


def _approximate_aggregate(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """FLOAT from FLOAT; what exact numbers give differs by function and is not documented for all."""
    found = {type_at(dialect, operands, index) for index in range(len(operands))}
    return DOUBLE if found == {DOUBLE} else UNKNOWN


def _to_number(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """TO_NUMBER(value[, format][, precision[, scale]]): NUMBER(38,0) unless said otherwise."""
    del dialect
    digits: list[int] = []
    for operand in operands[1:]:
        if isinstance(operand.constant, int):
            digits.append(operand.constant)
        elif not isinstance(operand.constant, str):
            return UNKNOWN
    match digits:
        case []:
            return number(MOST_DIGITS, 0)
        case [precision]:
            return number(precision, 0)
        case [precision, scale]:
            return number(precision, scale)
        case _:
            return UNKNOWN


def _sum(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """The scale stays; the precision is certain only once the widest is reached."""
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale) if precision + 12 >= MOST_DIGITS:
            return number(MOST_DIGITS, scale)
        case found:
            return DOUBLE if found == DOUBLE else UNKNOWN


def _average(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """As a division: six more places, no more than twelve unless there were more."""
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale) if precision + 12 >= MOST_DIGITS:
            return number(MOST_DIGITS, max(scale, min(scale + 6, 12)))
        case found:
            return DOUBLE if found == DOUBLE else UNKNOWN


def _median(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """Three more places than the input."""
    match type_at(dialect, operands, 0):
        case Decimal(precision, scale):
            return number(precision + 3, min(scale + 3, MOST_DIGITS - 1))
        case found:
            return DOUBLE if found == DOUBLE else UNKNOWN


def _percentile(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    return DOUBLE if type_at(dialect, operands, 0) == DOUBLE else UNKNOWN


def _by(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """With a count of rows wanted, an array."""
    return ARRAY if len(operands) > 2 else type_at(dialect, operands, 0)


def _own_array(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    found = type_at(dialect, operands, 0)
    return found if isinstance(found, ListOf) and found == ARRAY else UNKNOWN


def _convert_timezone(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """With a source zone it maps wall clocks, without it gives instants with a zone."""
    del dialect
    return {2: TIMESTAMP_TZ, 3: TIMESTAMP}.get(len(operands), UNKNOWN)


def _date_or_timestamp(index: int) -> Rule:
    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        found = type_at(dialect, operands, index)
        return found if found == DATE or found in _TIMESTAMPS else UNKNOWN

    return rule


def _date_add(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """DATEADD(part, count, value): hours of a DATE make a TIMESTAMP_NTZ."""
    if len(operands) != 3:
        return UNKNOWN
    part, found = operands[0].constant, type_at(dialect, operands, 2)
    if found in _TIMESTAMPS or (found == TIME and isinstance(part, str)):
        return found
    if found != DATE or not isinstance(part, str):
        return UNKNOWN
    return DATE if part.lower() in _DAY_PARTS else TIMESTAMP


def _date_trunc(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """DATE_TRUNC(part, value) keeps the value's type."""
    if len(operands) == 2 and operands[1].data_type == STRING_LITERAL:
        return UNKNOWN
    return _date_or_timestamp(1)(dialect, operands)


def _offset(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """LAG(value, distance, default): the default must fit the value."""
    found = type_at(dialect, operands, 0)
    return found if len(operands) < 3 or type_at(dialect, operands, 2) == found else UNKNOWN
