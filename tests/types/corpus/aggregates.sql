-- Aggregate functions over every kind of argument.
-- sources: types

-- case: sum of every type it takes
SELECT
    sum(c_bool), sum(c_tinyint), sum(c_smallint), sum(c_int), sum(c_bigint), sum(c_hugeint), sum(c_utinyint),
    sum(c_usmallint), sum(c_uint), sum(c_ubigint), sum(c_uhugeint), sum(c_bignum), sum(c_float), sum(c_double),
    sum(c_dec_4_1), sum(c_dec_9_4), sum(c_dec_18_6), sum(c_dec_38_10), sum(c_dec_plain)
FROM everything;

-- case: avg of every type it takes, part 1
SELECT
    avg(c_tinyint), avg(c_smallint), avg(c_int), avg(c_bigint), avg(c_hugeint), avg(c_utinyint), avg(c_usmallint),
    avg(c_uint), avg(c_ubigint), avg(c_uhugeint), avg(c_bignum), avg(c_float), avg(c_double), avg(c_dec_4_1),
    avg(c_dec_9_4), avg(c_dec_18_6), avg(c_dec_38_10), avg(c_dec_plain), avg(c_date), avg(c_time), avg(c_timetz),
    avg(c_timestamp), avg(c_timestamp_s), avg(c_timestamp_ms)
FROM everything;

-- case: avg of every type it takes, part 2
SELECT
    avg(c_timestamp_ns), avg(c_timestamptz), avg(c_interval)
FROM everything;

-- case: min of every type it takes, part 1
SELECT
    min(c_bool), min(c_tinyint), min(c_smallint), min(c_int), min(c_bigint), min(c_hugeint), min(c_utinyint),
    min(c_usmallint), min(c_uint), min(c_ubigint), min(c_uhugeint), min(c_bignum), min(c_float), min(c_double),
    min(c_dec_4_1), min(c_dec_9_4), min(c_dec_18_6), min(c_dec_38_10), min(c_dec_plain), min(c_varchar),
    min(c_blob), min(c_bit), min(c_date), min(c_time)
FROM everything;

-- case: min of every type it takes, part 2
SELECT
    min(c_time_ns), min(c_timetz), min(c_timestamp), min(c_timestamp_s), min(c_timestamp_ms), min(c_timestamp_ns),
    min(c_timestamptz), min(c_interval), min(c_uuid), min(c_json), min(c_mood), min(c_ints), min(c_texts),
    min(c_matrix), min(c_array3), min(c_farray), min(c_struct), min(c_nested), min(c_map), min(c_union)
FROM everything;

-- case: max of every type it takes, part 1
SELECT
    max(c_bool), max(c_tinyint), max(c_smallint), max(c_int), max(c_bigint), max(c_hugeint), max(c_utinyint),
    max(c_usmallint), max(c_uint), max(c_ubigint), max(c_uhugeint), max(c_bignum), max(c_float), max(c_double),
    max(c_dec_4_1), max(c_dec_9_4), max(c_dec_18_6), max(c_dec_38_10), max(c_dec_plain), max(c_varchar),
    max(c_blob), max(c_bit), max(c_date), max(c_time)
FROM everything;

-- case: max of every type it takes, part 2
SELECT
    max(c_time_ns), max(c_timetz), max(c_timestamp), max(c_timestamp_s), max(c_timestamp_ms), max(c_timestamp_ns),
    max(c_timestamptz), max(c_interval), max(c_uuid), max(c_json), max(c_mood), max(c_ints), max(c_texts),
    max(c_matrix), max(c_array3), max(c_farray), max(c_struct), max(c_nested), max(c_map), max(c_union)
FROM everything;

-- case: count of every type it takes, part 1
SELECT
    count(c_bool), count(c_tinyint), count(c_smallint), count(c_int), count(c_bigint), count(c_hugeint),
    count(c_utinyint), count(c_usmallint), count(c_uint), count(c_ubigint), count(c_uhugeint), count(c_bignum),
    count(c_float), count(c_double), count(c_dec_4_1), count(c_dec_9_4), count(c_dec_18_6), count(c_dec_38_10),
    count(c_dec_plain), count(c_varchar), count(c_blob), count(c_bit), count(c_date), count(c_time)
FROM everything;

-- case: count of every type it takes, part 2
SELECT
    count(c_time_ns), count(c_timetz), count(c_timestamp), count(c_timestamp_s), count(c_timestamp_ms),
    count(c_timestamp_ns), count(c_timestamptz), count(c_interval), count(c_uuid), count(c_json), count(c_mood),
    count(c_ints), count(c_texts), count(c_matrix), count(c_array3), count(c_farray), count(c_struct),
    count(c_nested), count(c_map), count(c_union)
FROM everything;

-- case: mode of every type it takes, part 1
SELECT
    mode(c_bool), mode(c_tinyint), mode(c_smallint), mode(c_int), mode(c_bigint), mode(c_hugeint), mode(c_utinyint),
    mode(c_usmallint), mode(c_uint), mode(c_ubigint), mode(c_uhugeint), mode(c_bignum), mode(c_float),
    mode(c_double), mode(c_dec_4_1), mode(c_dec_9_4), mode(c_dec_18_6), mode(c_dec_38_10), mode(c_dec_plain),
    mode(c_varchar), mode(c_blob), mode(c_bit), mode(c_date), mode(c_time)
FROM everything;

-- case: mode of every type it takes, part 2
SELECT
    mode(c_time_ns), mode(c_timetz), mode(c_timestamp), mode(c_timestamp_s), mode(c_timestamp_ms),
    mode(c_timestamp_ns), mode(c_timestamptz), mode(c_interval), mode(c_uuid), mode(c_json), mode(c_mood),
    mode(c_ints), mode(c_texts), mode(c_matrix), mode(c_array3), mode(c_farray), mode(c_struct), mode(c_nested),
    mode(c_map), mode(c_union)
FROM everything;

-- case: median of every type it takes, part 1
SELECT
    median(c_bool), median(c_tinyint), median(c_smallint), median(c_int), median(c_bigint), median(c_hugeint),
    median(c_utinyint), median(c_usmallint), median(c_uint), median(c_ubigint), median(c_uhugeint),
    median(c_bignum), median(c_float), median(c_double), median(c_dec_4_1), median(c_dec_9_4), median(c_dec_18_6),
    median(c_dec_38_10), median(c_dec_plain), median(c_varchar), median(c_blob), median(c_bit), median(c_date),
    median(c_time)
FROM everything;

-- case: median of every type it takes, part 2
SELECT
    median(c_time_ns), median(c_timetz), median(c_timestamp), median(c_timestamp_s), median(c_timestamp_ms),
    median(c_timestamp_ns), median(c_timestamptz), median(c_interval), median(c_uuid), median(c_json),
    median(c_mood), median(c_ints), median(c_texts), median(c_matrix), median(c_array3), median(c_farray),
    median(c_struct), median(c_nested), median(c_map), median(c_union)
FROM everything;

-- case: any_value of every type it takes, part 1
SELECT
    any_value(c_bool), any_value(c_tinyint), any_value(c_smallint), any_value(c_int), any_value(c_bigint),
    any_value(c_hugeint), any_value(c_utinyint), any_value(c_usmallint), any_value(c_uint), any_value(c_ubigint),
    any_value(c_uhugeint), any_value(c_bignum), any_value(c_float), any_value(c_double), any_value(c_dec_4_1),
    any_value(c_dec_9_4), any_value(c_dec_18_6), any_value(c_dec_38_10), any_value(c_dec_plain),
    any_value(c_varchar), any_value(c_blob), any_value(c_bit), any_value(c_date), any_value(c_time)
FROM everything;

-- case: any_value of every type it takes, part 2
SELECT
    any_value(c_time_ns), any_value(c_timetz), any_value(c_timestamp), any_value(c_timestamp_s),
    any_value(c_timestamp_ms), any_value(c_timestamp_ns), any_value(c_timestamptz), any_value(c_interval),
    any_value(c_uuid), any_value(c_json), any_value(c_mood), any_value(c_ints), any_value(c_texts),
    any_value(c_matrix), any_value(c_array3), any_value(c_farray), any_value(c_struct), any_value(c_nested),
    any_value(c_map), any_value(c_union)
FROM everything;

-- case: first of every type it takes, part 1
SELECT
    first(c_bool), first(c_tinyint), first(c_smallint), first(c_int), first(c_bigint), first(c_hugeint),
    first(c_utinyint), first(c_usmallint), first(c_uint), first(c_ubigint), first(c_uhugeint), first(c_bignum),
    first(c_float), first(c_double), first(c_dec_4_1), first(c_dec_9_4), first(c_dec_18_6), first(c_dec_38_10),
    first(c_dec_plain), first(c_varchar), first(c_blob), first(c_bit), first(c_date), first(c_time)
FROM everything;

-- case: first of every type it takes, part 2
SELECT
    first(c_time_ns), first(c_timetz), first(c_timestamp), first(c_timestamp_s), first(c_timestamp_ms),
    first(c_timestamp_ns), first(c_timestamptz), first(c_interval), first(c_uuid), first(c_json), first(c_mood),
    first(c_ints), first(c_texts), first(c_matrix), first(c_array3), first(c_farray), first(c_struct),
    first(c_nested), first(c_map), first(c_union)
FROM everything;

-- case: last of every type it takes, part 1
SELECT
    last(c_bool), last(c_tinyint), last(c_smallint), last(c_int), last(c_bigint), last(c_hugeint), last(c_utinyint),
    last(c_usmallint), last(c_uint), last(c_ubigint), last(c_uhugeint), last(c_bignum), last(c_float),
    last(c_double), last(c_dec_4_1), last(c_dec_9_4), last(c_dec_18_6), last(c_dec_38_10), last(c_dec_plain),
    last(c_varchar), last(c_blob), last(c_bit), last(c_date), last(c_time)
FROM everything;

-- case: last of every type it takes, part 2
SELECT
    last(c_time_ns), last(c_timetz), last(c_timestamp), last(c_timestamp_s), last(c_timestamp_ms),
    last(c_timestamp_ns), last(c_timestamptz), last(c_interval), last(c_uuid), last(c_json), last(c_mood),
    last(c_ints), last(c_texts), last(c_matrix), last(c_array3), last(c_farray), last(c_struct), last(c_nested),
    last(c_map), last(c_union)
FROM everything;

-- case: product of every type it takes
SELECT
    product(c_tinyint), product(c_smallint), product(c_int), product(c_bigint), product(c_hugeint),
    product(c_utinyint), product(c_usmallint), product(c_uint), product(c_ubigint), product(c_uhugeint),
    product(c_bignum), product(c_float), product(c_double), product(c_dec_4_1), product(c_dec_9_4),
    product(c_dec_18_6), product(c_dec_38_10), product(c_dec_plain)
FROM everything;

-- case: stddev of every type it takes
SELECT
    stddev(c_tinyint), stddev(c_smallint), stddev(c_int), stddev(c_bigint), stddev(c_hugeint), stddev(c_utinyint),
    stddev(c_usmallint), stddev(c_uint), stddev(c_ubigint), stddev(c_uhugeint), stddev(c_bignum), stddev(c_float),
    stddev(c_double), stddev(c_dec_4_1), stddev(c_dec_9_4), stddev(c_dec_18_6), stddev(c_dec_38_10),
    stddev(c_dec_plain)
FROM everything;

-- case: var_pop of every type it takes
SELECT
    var_pop(c_tinyint), var_pop(c_smallint), var_pop(c_int), var_pop(c_bigint), var_pop(c_hugeint),
    var_pop(c_utinyint), var_pop(c_usmallint), var_pop(c_uint), var_pop(c_ubigint), var_pop(c_uhugeint),
    var_pop(c_bignum), var_pop(c_float), var_pop(c_double), var_pop(c_dec_4_1), var_pop(c_dec_9_4),
    var_pop(c_dec_18_6), var_pop(c_dec_38_10), var_pop(c_dec_plain)
FROM everything;

-- case: arg_min and arg_max take the type of their first argument, part 1
SELECT
    arg_min(c_bool, c_int), arg_min(c_tinyint, c_int), arg_min(c_smallint, c_int), arg_min(c_int, c_int),
    arg_min(c_bigint, c_int), arg_min(c_hugeint, c_int), arg_min(c_utinyint, c_int), arg_min(c_usmallint, c_int),
    arg_min(c_uint, c_int), arg_min(c_ubigint, c_int), arg_min(c_uhugeint, c_int), arg_min(c_bignum, c_int),
    arg_min(c_float, c_int), arg_min(c_double, c_int), arg_min(c_dec_4_1, c_int), arg_min(c_dec_9_4, c_int),
    arg_min(c_dec_18_6, c_int), arg_min(c_dec_38_10, c_int), arg_min(c_dec_plain, c_int), arg_min(c_varchar, c_int),
    arg_min(c_blob, c_int), arg_min(c_bit, c_int), arg_min(c_date, c_int), arg_min(c_time, c_int)
FROM everything;

-- case: arg_min and arg_max take the type of their first argument, part 2
SELECT
    arg_min(c_time_ns, c_int), arg_min(c_timetz, c_int), arg_min(c_timestamp, c_int), arg_min(c_timestamp_s, c_int),
    arg_min(c_timestamp_ms, c_int), arg_min(c_timestamp_ns, c_int), arg_min(c_timestamptz, c_int),
    arg_min(c_interval, c_int), arg_min(c_uuid, c_int), arg_min(c_json, c_int), arg_min(c_mood, c_int),
    arg_min(c_ints, c_int), arg_min(c_texts, c_int), arg_min(c_matrix, c_int), arg_min(c_array3, c_int),
    arg_min(c_farray, c_int), arg_min(c_struct, c_int), arg_min(c_nested, c_int), arg_min(c_map, c_int),
    arg_min(c_union, c_int), arg_max(c_bool, c_int), arg_max(c_tinyint, c_int), arg_max(c_smallint, c_int),
    arg_max(c_int, c_int)
FROM everything;

-- case: arg_min and arg_max take the type of their first argument, part 3
SELECT
    arg_max(c_bigint, c_int), arg_max(c_hugeint, c_int), arg_max(c_utinyint, c_int), arg_max(c_usmallint, c_int),
    arg_max(c_uint, c_int), arg_max(c_ubigint, c_int), arg_max(c_uhugeint, c_int), arg_max(c_bignum, c_int),
    arg_max(c_float, c_int), arg_max(c_double, c_int), arg_max(c_dec_4_1, c_int), arg_max(c_dec_9_4, c_int),
    arg_max(c_dec_18_6, c_int), arg_max(c_dec_38_10, c_int), arg_max(c_dec_plain, c_int), arg_max(c_varchar, c_int),
    arg_max(c_blob, c_int), arg_max(c_bit, c_int), arg_max(c_date, c_int), arg_max(c_time, c_int),
    arg_max(c_time_ns, c_int), arg_max(c_timetz, c_int), arg_max(c_timestamp, c_int), arg_max(c_timestamp_s, c_int)
FROM everything;

-- case: arg_min and arg_max take the type of their first argument, part 4
SELECT
    arg_max(c_timestamp_ms, c_int), arg_max(c_timestamp_ns, c_int), arg_max(c_timestamptz, c_int),
    arg_max(c_interval, c_int), arg_max(c_uuid, c_int), arg_max(c_json, c_int), arg_max(c_mood, c_int),
    arg_max(c_ints, c_int), arg_max(c_texts, c_int), arg_max(c_matrix, c_int), arg_max(c_array3, c_int),
    arg_max(c_farray, c_int), arg_max(c_struct, c_int), arg_max(c_nested, c_int), arg_max(c_map, c_int),
    arg_max(c_union, c_int)
FROM everything;

-- case: list of every type it takes, part 1
SELECT
    list(c_bool), list(c_tinyint), list(c_smallint), list(c_int), list(c_bigint), list(c_hugeint), list(c_utinyint),
    list(c_usmallint), list(c_uint), list(c_ubigint), list(c_uhugeint), list(c_bignum), list(c_float),
    list(c_double), list(c_dec_4_1), list(c_dec_9_4), list(c_dec_18_6), list(c_dec_38_10), list(c_dec_plain),
    list(c_varchar), list(c_blob), list(c_bit), list(c_date), list(c_time)
FROM everything;

-- case: list of every type it takes, part 2
SELECT
    list(c_time_ns), list(c_timetz), list(c_timestamp), list(c_timestamp_s), list(c_timestamp_ms),
    list(c_timestamp_ns), list(c_timestamptz), list(c_interval), list(c_uuid), list(c_json), list(c_mood),
    list(c_ints), list(c_texts), list(c_matrix), list(c_array3), list(c_farray), list(c_struct), list(c_nested),
    list(c_map), list(c_union)
FROM everything;

-- case: kahan_sum of every type it takes
SELECT
    kahan_sum(c_tinyint), kahan_sum(c_smallint), kahan_sum(c_int), kahan_sum(c_bigint), kahan_sum(c_hugeint),
    kahan_sum(c_utinyint), kahan_sum(c_usmallint), kahan_sum(c_uint), kahan_sum(c_ubigint), kahan_sum(c_uhugeint),
    kahan_sum(c_bignum), kahan_sum(c_float), kahan_sum(c_double), kahan_sum(c_dec_4_1), kahan_sum(c_dec_9_4),
    kahan_sum(c_dec_18_6), kahan_sum(c_dec_38_10), kahan_sum(c_dec_plain)
FROM everything;

-- case: fsum of every type it takes
SELECT
    fsum(c_tinyint), fsum(c_smallint), fsum(c_int), fsum(c_bigint), fsum(c_hugeint), fsum(c_utinyint),
    fsum(c_usmallint), fsum(c_uint), fsum(c_ubigint), fsum(c_uhugeint), fsum(c_bignum), fsum(c_float),
    fsum(c_double), fsum(c_dec_4_1), fsum(c_dec_9_4), fsum(c_dec_18_6), fsum(c_dec_38_10), fsum(c_dec_plain)
FROM everything;

-- case: sum_no_overflow of every type it takes
SELECT
    sum_no_overflow(c_tinyint), sum_no_overflow(c_smallint), sum_no_overflow(c_int), sum_no_overflow(c_bigint),
    sum_no_overflow(c_hugeint), sum_no_overflow(c_utinyint), sum_no_overflow(c_usmallint), sum_no_overflow(c_uint),
    sum_no_overflow(c_ubigint), sum_no_overflow(c_uhugeint), sum_no_overflow(c_dec_4_1), sum_no_overflow(c_dec_9_4),
    sum_no_overflow(c_dec_18_6), sum_no_overflow(c_dec_38_10), sum_no_overflow(c_dec_plain)
FROM everything;

-- case: bit_and of every type it takes
SELECT
    bit_and(c_tinyint), bit_and(c_smallint), bit_and(c_int), bit_and(c_bigint), bit_and(c_hugeint),
    bit_and(c_utinyint), bit_and(c_usmallint), bit_and(c_uint), bit_and(c_ubigint), bit_and(c_uhugeint),
    bit_and(c_bit)
FROM everything;

-- case: bit_or of every type it takes
SELECT
    bit_or(c_tinyint), bit_or(c_smallint), bit_or(c_int), bit_or(c_bigint), bit_or(c_hugeint), bit_or(c_utinyint),
    bit_or(c_usmallint), bit_or(c_uint), bit_or(c_ubigint), bit_or(c_uhugeint), bit_or(c_bit)
FROM everything;

-- case: bit_xor of every type it takes
SELECT
    bit_xor(c_tinyint), bit_xor(c_smallint), bit_xor(c_int), bit_xor(c_bigint), bit_xor(c_hugeint),
    bit_xor(c_utinyint), bit_xor(c_usmallint), bit_xor(c_uint), bit_xor(c_ubigint), bit_xor(c_uhugeint),
    bit_xor(c_bit)
FROM everything;

-- case: bool_and of every type it takes
SELECT
    bool_and(c_bool)
FROM everything;

-- case: histogram of every type it takes, part 1
SELECT
    histogram(c_bool), histogram(c_tinyint), histogram(c_smallint), histogram(c_int), histogram(c_bigint),
    histogram(c_hugeint), histogram(c_utinyint), histogram(c_usmallint), histogram(c_uint), histogram(c_ubigint),
    histogram(c_uhugeint), histogram(c_bignum), histogram(c_float), histogram(c_double), histogram(c_dec_4_1),
    histogram(c_dec_9_4), histogram(c_dec_18_6), histogram(c_dec_38_10), histogram(c_dec_plain),
    histogram(c_varchar), histogram(c_blob), histogram(c_bit), histogram(c_date), histogram(c_time)
FROM everything;

-- case: histogram of every type it takes, part 2
SELECT
    histogram(c_time_ns), histogram(c_timetz), histogram(c_timestamp), histogram(c_timestamp_s),
    histogram(c_timestamp_ms), histogram(c_timestamp_ns), histogram(c_timestamptz), histogram(c_interval),
    histogram(c_uuid), histogram(c_json), histogram(c_mood), histogram(c_ints), histogram(c_texts),
    histogram(c_matrix), histogram(c_array3), histogram(c_farray), histogram(c_struct), histogram(c_nested),
    histogram(c_map), histogram(c_union)
FROM everything;

-- case: approx_count_distinct of every type it takes, part 1
SELECT
    approx_count_distinct(c_bool), approx_count_distinct(c_tinyint), approx_count_distinct(c_smallint),
    approx_count_distinct(c_int), approx_count_distinct(c_bigint), approx_count_distinct(c_hugeint),
    approx_count_distinct(c_utinyint), approx_count_distinct(c_usmallint), approx_count_distinct(c_uint),
    approx_count_distinct(c_ubigint), approx_count_distinct(c_uhugeint), approx_count_distinct(c_bignum),
    approx_count_distinct(c_float), approx_count_distinct(c_double), approx_count_distinct(c_dec_4_1),
    approx_count_distinct(c_dec_9_4), approx_count_distinct(c_dec_18_6), approx_count_distinct(c_dec_38_10),
    approx_count_distinct(c_dec_plain), approx_count_distinct(c_varchar), approx_count_distinct(c_blob),
    approx_count_distinct(c_bit), approx_count_distinct(c_date), approx_count_distinct(c_time)
FROM everything;

-- case: approx_count_distinct of every type it takes, part 2
SELECT
    approx_count_distinct(c_time_ns), approx_count_distinct(c_timetz), approx_count_distinct(c_timestamp),
    approx_count_distinct(c_timestamp_s), approx_count_distinct(c_timestamp_ms),
    approx_count_distinct(c_timestamp_ns), approx_count_distinct(c_timestamptz), approx_count_distinct(c_interval),
    approx_count_distinct(c_uuid), approx_count_distinct(c_json), approx_count_distinct(c_mood),
    approx_count_distinct(c_ints), approx_count_distinct(c_texts), approx_count_distinct(c_matrix),
    approx_count_distinct(c_array3), approx_count_distinct(c_farray), approx_count_distinct(c_struct),
    approx_count_distinct(c_nested), approx_count_distinct(c_map), approx_count_distinct(c_union)
FROM everything;

-- case: entropy of every type it takes, part 1
SELECT
    entropy(c_bool), entropy(c_tinyint), entropy(c_smallint), entropy(c_int), entropy(c_bigint), entropy(c_hugeint),
    entropy(c_utinyint), entropy(c_usmallint), entropy(c_uint), entropy(c_ubigint), entropy(c_uhugeint),
    entropy(c_bignum), entropy(c_float), entropy(c_double), entropy(c_dec_4_1), entropy(c_dec_9_4),
    entropy(c_dec_18_6), entropy(c_dec_38_10), entropy(c_dec_plain), entropy(c_varchar), entropy(c_blob),
    entropy(c_bit), entropy(c_date), entropy(c_time)
FROM everything;

-- case: entropy of every type it takes, part 2
SELECT
    entropy(c_time_ns), entropy(c_timetz), entropy(c_timestamp), entropy(c_timestamp_s), entropy(c_timestamp_ms),
    entropy(c_timestamp_ns), entropy(c_timestamptz), entropy(c_interval), entropy(c_uuid), entropy(c_json),
    entropy(c_mood), entropy(c_ints), entropy(c_texts), entropy(c_matrix), entropy(c_array3), entropy(c_farray),
    entropy(c_struct), entropy(c_nested), entropy(c_map), entropy(c_union)
FROM everything;

-- case: mad of every type it takes, part 1
SELECT
    mad(c_tinyint), mad(c_smallint), mad(c_int), mad(c_bigint), mad(c_hugeint), mad(c_utinyint), mad(c_usmallint),
    mad(c_uint), mad(c_ubigint), mad(c_uhugeint), mad(c_bignum), mad(c_float), mad(c_double), mad(c_dec_4_1),
    mad(c_dec_9_4), mad(c_dec_18_6), mad(c_dec_38_10), mad(c_dec_plain), mad(c_date), mad(c_time), mad(c_timetz),
    mad(c_timestamp), mad(c_timestamp_s), mad(c_timestamp_ms)
FROM everything;

-- case: mad of every type it takes, part 2
SELECT
    mad(c_timestamp_ns), mad(c_timestamptz)
FROM everything;

-- case: arbitrary of every type it takes, part 1
SELECT
    arbitrary(c_bool), arbitrary(c_tinyint), arbitrary(c_smallint), arbitrary(c_int), arbitrary(c_bigint),
    arbitrary(c_hugeint), arbitrary(c_utinyint), arbitrary(c_usmallint), arbitrary(c_uint), arbitrary(c_ubigint),
    arbitrary(c_uhugeint), arbitrary(c_bignum), arbitrary(c_float), arbitrary(c_double), arbitrary(c_dec_4_1),
    arbitrary(c_dec_9_4), arbitrary(c_dec_18_6), arbitrary(c_dec_38_10), arbitrary(c_dec_plain),
    arbitrary(c_varchar), arbitrary(c_blob), arbitrary(c_bit), arbitrary(c_date), arbitrary(c_time)
FROM everything;

-- case: arbitrary of every type it takes, part 2
SELECT
    arbitrary(c_time_ns), arbitrary(c_timetz), arbitrary(c_timestamp), arbitrary(c_timestamp_s),
    arbitrary(c_timestamp_ms), arbitrary(c_timestamp_ns), arbitrary(c_timestamptz), arbitrary(c_interval),
    arbitrary(c_uuid), arbitrary(c_json), arbitrary(c_mood), arbitrary(c_ints), arbitrary(c_texts),
    arbitrary(c_matrix), arbitrary(c_array3), arbitrary(c_farray), arbitrary(c_struct), arbitrary(c_nested),
    arbitrary(c_map), arbitrary(c_union)
FROM everything;

-- case: approximate quantiles, part 1
SELECT
    approx_quantile(c_tinyint, 0.5), approx_quantile(c_smallint, 0.5), approx_quantile(c_int, 0.5),
    approx_quantile(c_bigint, 0.5), approx_quantile(c_hugeint, 0.5), approx_quantile(c_utinyint, 0.5),
    approx_quantile(c_usmallint, 0.5), approx_quantile(c_uint, 0.5), approx_quantile(c_ubigint, 0.5),
    approx_quantile(c_uhugeint, 0.5), approx_quantile(c_bignum, 0.5), approx_quantile(c_float, 0.5),
    approx_quantile(c_double, 0.5), approx_quantile(c_dec_4_1, 0.5), approx_quantile(c_dec_9_4, 0.5),
    approx_quantile(c_dec_18_6, 0.5), approx_quantile(c_dec_38_10, 0.5), approx_quantile(c_dec_plain, 0.5),
    approx_quantile(c_date, 0.5), approx_quantile(c_time, 0.5), approx_quantile(c_timetz, 0.5),
    approx_quantile(c_timestamp, 0.5), approx_quantile(c_timestamp_s, 0.5), approx_quantile(c_timestamp_ms, 0.5)
FROM everything;

-- case: approximate quantiles, part 2
SELECT
    approx_quantile(c_timestamp_ns, 0.5), approx_quantile(c_timestamptz, 0.5)
FROM everything;

-- case: statistics of two arguments
SELECT
    corr(c_double, c_int), covar_pop(c_double, c_int), covar_samp(c_int, c_int), regr_slope(c_double, c_int),
    regr_intercept(c_double, c_int), regr_r2(c_double, c_int), regr_count(c_double, c_int),
    regr_avgx(c_double, c_int), regr_avgy(c_double, c_int), regr_sxx(c_double, c_int), regr_syy(c_double, c_int),
    regr_sxy(c_double, c_int)
FROM everything;

-- case: statistics of one argument
SELECT
    stddev_pop(c_int), stddev_samp(c_dec_9_4), variance(c_float), var_samp(c_bigint), skewness(c_int),
    kurtosis(c_double), kurtosis_pop(c_double), sem(c_int), mean(c_int), favg(c_double), sumKahan(c_double)
FROM everything;

-- case: aggregates with DISTINCT and FILTER
SELECT
    count(*), count(), COUNT(1), count(DISTINCT c_int), sum(DISTINCT c_int), avg(DISTINCT c_dec_9_4),
    count(*) FILTER (WHERE c_bool), count(*) FILTER (c_bool),
    sum(c_dec_9_4) FILTER (WHERE c_int > 3 AND c_varchar LIKE 'a%'), string_agg(DISTINCT c_varchar, ','),
    list(DISTINCT c_int), min(c_date) FILTER (WHERE c_date IS NOT NULL), count_if(c_bool), countif(c_int > 1),
    count_star(), max(c_int) FILTER (WHERE c_bool) - min(c_int)
FROM everything;

-- case: aggregates with ORDER BY
SELECT
    string_agg(c_varchar, ', ' ORDER BY c_int DESC), string_agg(c_varchar ORDER BY c_int),
    group_concat(c_varchar, ';'), listagg(c_varchar, '|'), list(c_int ORDER BY c_date DESC NULLS LAST),
    array_agg(c_dec_9_4 ORDER BY c_int, c_date), first(c_varchar ORDER BY c_timestamp), last(c_mood ORDER BY c_int),
    array_agg(c_struct), array_agg(DISTINCT c_date ORDER BY c_date)
FROM everything;

-- case: ordered-set aggregates
SELECT
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c_int), percentile_cont(0.5) WITHIN GROUP (ORDER BY c_dec_9_4),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c_date),
    percentile_cont(0.25) WITHIN GROUP (ORDER BY c_timestamp DESC),
    percentile_cont([0.25, 0.75]) WITHIN GROUP (ORDER BY c_double),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY c_int), percentile_disc(0.9) WITHIN GROUP (ORDER BY c_varchar),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY c_date), mode() WITHIN GROUP (ORDER BY c_int),
    mode() WITHIN GROUP (ORDER BY c_varchar)
FROM everything;

-- case: quantile functions
SELECT
    quantile(c_int, 0.5), quantile_disc(c_int, 0.5), quantile_disc(c_varchar, 0.5), quantile_cont(c_int, 0.5),
    quantile_cont(c_tinyint, 0.5), quantile_cont(c_bigint, 0.5), quantile_cont(c_hugeint, 0.5),
    quantile_cont(c_float, 0.5), quantile_cont(c_dec_9_4, 0.5), quantile_cont(c_dec_38_10, 0.5),
    quantile_cont(c_date, 0.5), quantile_cont(c_time, 0.5), quantile_cont(c_timestamp, 0.5),
    quantile_cont(c_timestamptz, 0.5), quantile_cont(c_int, [0.1, 0.9]), quantile_cont(c_date, [0.1, 0.9]),
    quantile_disc(c_dec_9_4, [0.1, 0.9]), quantile(c_date, [0.5]), median(c_varchar),
    approx_quantile(c_int, [0.1, 0.9]), reservoir_quantile(c_int, 0.5)
FROM everything;

-- case: arg_min and arg_max with a count, min and max with a count
SELECT
    arg_max(c_varchar, c_int, 3), arg_min(c_dec_9_4, c_date, 2), max_by(c_varchar, c_int),
    min_by(c_struct, c_double), max(c_int, 3), min(c_varchar, 2), argmax(c_date, c_double),
    arg_min_null(c_int, c_date), arg_max_null(c_int, c_date), approx_top_k(c_varchar, 3)
FROM everything;

-- case: aggregates that build nested values
SELECT
    histogram(c_varchar), histogram(c_int, [1, 2, 3]), map_from_entries(list((c_varchar, c_int))),
    list({'k': c_varchar, 'v': c_int}), list([c_int]), bitstring_agg(c_int, 1, 10), array_agg(c_ints), list(c_map),
    max(c_struct), min(c_ints), first(c_nested), json_group_array(c_int), json_group_object(c_varchar, c_int)
FROM everything;

-- case: arithmetic over aggregates, part 1
SELECT
    sum(c_int) / count(*), sum(c_int) * 1.0 / count(*), 100.0 * sum(c_dec_9_4) / sum(c_dec_18_6), avg(c_int) + 1,
    sum(c_dec_9_4 * (1 - c_dec_4_1)), sum(c_int * c_dec_9_4), sum(CASE WHEN c_bool THEN 1 ELSE 0 END),
    sum(CASE WHEN c_bool THEN c_dec_9_4 END), sum(CASE WHEN c_bool THEN c_dec_9_4 ELSE 0 END), sum(c_bool),
    sum(c_int > 1), max(c_date) - min(c_date), max(c_timestamp) - min(c_timestamp), round(avg(c_dec_9_4), 2),
    coalesce(sum(c_int), 0), count(*) * 2, count(*) / 2, count(*) // 2, sum(c_double) - sum(c_float),
    min(c_tinyint) + max(c_smallint), stddev_samp(c_int) / avg(c_int), sum(1), sum(1.5), sum(2e0)
FROM everything;

-- case: arithmetic over aggregates, part 2
SELECT
    avg(1), max('x'), min(NULL), sum(c_bigint)::BIGINT, CAST(avg(c_int) AS DECIMAL(10, 2))
FROM everything;

-- case: grouped by an expression with HAVING
SELECT c_date, extract(year FROM c_date), count(*) AS n, sum(c_int) FROM everything GROUP BY c_date, extract(year FROM c_date) HAVING sum(c_int) > 10;

-- case: GROUP BY ALL
SELECT c_mood, c_int % 10, max(c_dec_9_4), count(DISTINCT c_varchar) FROM everything GROUP BY ALL ORDER BY ALL;

-- case: ROLLUP with grouping
SELECT c_mood, c_date, grouping(c_mood), grouping(c_mood, c_date), GROUPING_ID(c_mood, c_date) AS gid, sum(c_dec_9_4) FROM everything GROUP BY ROLLUP (c_mood, c_date);

-- case: CUBE
SELECT c_mood, c_size, c_int, avg(c_double) FROM everything GROUP BY CUBE (c_mood, c_size), c_int;

-- case: GROUPING SETS
SELECT c_mood AS m, c_size, count(*) FROM everything GROUP BY GROUPING SETS ((c_mood), (c_size), (c_mood, c_size), ());

-- case: group by position and by alias
SELECT c_int // 10 AS bucket, c_mood, sum(c_tinyint) FROM everything GROUP BY bucket, 2 HAVING bucket > 3 ORDER BY 3 DESC;

-- case: an aggregate of a subquery's aggregate
SELECT avg(n), sum(s), max(m) FROM (SELECT c_mood, count(*) AS n, sum(c_int) AS s, max(c_date) AS m FROM everything GROUP BY c_mood);
