"""Functions that every warehouse has and that yield the same whenever they are given the same."""

from __future__ import annotations

from typing import Final

# Aggregates whose result does not depend on the order of rows, windows, and plain functions of their arguments.
_WORDS: Final = """
    abs ceil ceiling floor round trunc truncate sign sqrt exp ln log log10 log2 mod power pow greatest least
    acos asin atan atan2 cos sin tan degrees radians pi
    coalesce ifnull nvl nvl2 nullif if iff zeroifnull nullifzero decode
    upper lower trim ltrim rtrim btrim length char_length character_length octet_length concat concat_ws substr
    substring left right lpad rpad repeat replace translate reverse split split_part starts_with ends_with startswith
    endswith contains position strpos instr charindex locate initcap ascii chr md5 sha sha1 sha2 sha256 sha512
    regexp_replace regexp_extract regexp_like regexp_count regexp_substr regexp_contains rlike to_hex to_base64 hex
    date date_add date_sub date_diff datediff dateadd date_trunc date_part datetime_trunc timestamp_trunc datepart
    last_day add_months months_between year quarter month week day dayofweek dayofyear hour minute second extract
    to_date make_date unix_date date_from_unix_date
    count count_if countif sum avg mean min max stddev stddev_pop stddev_samp variance var_pop var_samp
    bool_and bool_or logical_and logical_or every bit_and bit_or bit_xor corr covar_pop covar_samp median
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    grouping cast try_cast safe_cast
    """
PURE_FUNCTIONS: Final = frozenset(_WORDS.split())
