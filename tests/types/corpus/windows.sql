-- Window functions, frames, named windows and QUALIFY.
-- sources: types

-- case: ranking functions
SELECT
    row_number() OVER (), rank() OVER (ORDER BY c_int), dense_rank() OVER (PARTITION BY c_mood ORDER BY c_int DESC),
    rank_dense() OVER (ORDER BY c_int), percent_rank() OVER (ORDER BY c_int), cume_dist() OVER (ORDER BY c_int),
    ntile(4) OVER (ORDER BY c_int),
    row_number() OVER (PARTITION BY c_mood, c_size ORDER BY c_int ASC NULLS FIRST, c_date DESC NULLS LAST)
FROM everything;

-- case: lag keeps the type of its argument, part 1
SELECT
    lag(c_bool) OVER (ORDER BY c_int), lag(c_tinyint) OVER (ORDER BY c_int), lag(c_smallint) OVER (ORDER BY c_int),
    lag(c_int) OVER (ORDER BY c_int), lag(c_bigint) OVER (ORDER BY c_int), lag(c_hugeint) OVER (ORDER BY c_int),
    lag(c_utinyint) OVER (ORDER BY c_int), lag(c_usmallint) OVER (ORDER BY c_int),
    lag(c_uint) OVER (ORDER BY c_int), lag(c_ubigint) OVER (ORDER BY c_int), lag(c_uhugeint) OVER (ORDER BY c_int),
    lag(c_bignum) OVER (ORDER BY c_int), lag(c_float) OVER (ORDER BY c_int), lag(c_double) OVER (ORDER BY c_int),
    lag(c_dec_4_1) OVER (ORDER BY c_int), lag(c_dec_9_4) OVER (ORDER BY c_int),
    lag(c_dec_18_6) OVER (ORDER BY c_int), lag(c_dec_38_10) OVER (ORDER BY c_int),
    lag(c_dec_plain) OVER (ORDER BY c_int), lag(c_varchar) OVER (ORDER BY c_int), lag(c_blob) OVER (ORDER BY c_int),
    lag(c_bit) OVER (ORDER BY c_int), lag(c_date) OVER (ORDER BY c_int), lag(c_time) OVER (ORDER BY c_int)
FROM everything;

-- case: lag keeps the type of its argument, part 2
SELECT
    lag(c_time_ns) OVER (ORDER BY c_int), lag(c_timetz) OVER (ORDER BY c_int),
    lag(c_timestamp) OVER (ORDER BY c_int), lag(c_timestamp_s) OVER (ORDER BY c_int),
    lag(c_timestamp_ms) OVER (ORDER BY c_int), lag(c_timestamp_ns) OVER (ORDER BY c_int),
    lag(c_timestamptz) OVER (ORDER BY c_int), lag(c_interval) OVER (ORDER BY c_int),
    lag(c_uuid) OVER (ORDER BY c_int), lag(c_json) OVER (ORDER BY c_int), lag(c_mood) OVER (ORDER BY c_int),
    lag(c_ints) OVER (ORDER BY c_int), lag(c_texts) OVER (ORDER BY c_int), lag(c_matrix) OVER (ORDER BY c_int),
    lag(c_array3) OVER (ORDER BY c_int), lag(c_farray) OVER (ORDER BY c_int), lag(c_struct) OVER (ORDER BY c_int),
    lag(c_nested) OVER (ORDER BY c_int), lag(c_map) OVER (ORDER BY c_int), lag(c_union) OVER (ORDER BY c_int)
FROM everything;

-- case: lead keeps the type of its argument, part 1
SELECT
    lead(c_bool, 2) OVER (ORDER BY c_int), lead(c_tinyint, 2) OVER (ORDER BY c_int),
    lead(c_smallint, 2) OVER (ORDER BY c_int), lead(c_int, 2) OVER (ORDER BY c_int),
    lead(c_bigint, 2) OVER (ORDER BY c_int), lead(c_hugeint, 2) OVER (ORDER BY c_int),
    lead(c_utinyint, 2) OVER (ORDER BY c_int), lead(c_usmallint, 2) OVER (ORDER BY c_int),
    lead(c_uint, 2) OVER (ORDER BY c_int), lead(c_ubigint, 2) OVER (ORDER BY c_int),
    lead(c_uhugeint, 2) OVER (ORDER BY c_int), lead(c_bignum, 2) OVER (ORDER BY c_int),
    lead(c_float, 2) OVER (ORDER BY c_int), lead(c_double, 2) OVER (ORDER BY c_int),
    lead(c_dec_4_1, 2) OVER (ORDER BY c_int), lead(c_dec_9_4, 2) OVER (ORDER BY c_int),
    lead(c_dec_18_6, 2) OVER (ORDER BY c_int), lead(c_dec_38_10, 2) OVER (ORDER BY c_int),
    lead(c_dec_plain, 2) OVER (ORDER BY c_int), lead(c_varchar, 2) OVER (ORDER BY c_int),
    lead(c_blob, 2) OVER (ORDER BY c_int), lead(c_bit, 2) OVER (ORDER BY c_int),
    lead(c_date, 2) OVER (ORDER BY c_int), lead(c_time, 2) OVER (ORDER BY c_int)
FROM everything;

-- case: lead keeps the type of its argument, part 2
SELECT
    lead(c_time_ns, 2) OVER (ORDER BY c_int), lead(c_timetz, 2) OVER (ORDER BY c_int),
    lead(c_timestamp, 2) OVER (ORDER BY c_int), lead(c_timestamp_s, 2) OVER (ORDER BY c_int),
    lead(c_timestamp_ms, 2) OVER (ORDER BY c_int), lead(c_timestamp_ns, 2) OVER (ORDER BY c_int),
    lead(c_timestamptz, 2) OVER (ORDER BY c_int), lead(c_interval, 2) OVER (ORDER BY c_int),
    lead(c_uuid, 2) OVER (ORDER BY c_int), lead(c_json, 2) OVER (ORDER BY c_int),
    lead(c_mood, 2) OVER (ORDER BY c_int), lead(c_ints, 2) OVER (ORDER BY c_int),
    lead(c_texts, 2) OVER (ORDER BY c_int), lead(c_matrix, 2) OVER (ORDER BY c_int),
    lead(c_array3, 2) OVER (ORDER BY c_int), lead(c_farray, 2) OVER (ORDER BY c_int),
    lead(c_struct, 2) OVER (ORDER BY c_int), lead(c_nested, 2) OVER (ORDER BY c_int),
    lead(c_map, 2) OVER (ORDER BY c_int), lead(c_union, 2) OVER (ORDER BY c_int)
FROM everything;

-- case: first_value keeps the type of its argument, part 1
SELECT
    first_value(c_bool) OVER (ORDER BY c_int), first_value(c_tinyint) OVER (ORDER BY c_int),
    first_value(c_smallint) OVER (ORDER BY c_int), first_value(c_int) OVER (ORDER BY c_int),
    first_value(c_bigint) OVER (ORDER BY c_int), first_value(c_hugeint) OVER (ORDER BY c_int),
    first_value(c_utinyint) OVER (ORDER BY c_int), first_value(c_usmallint) OVER (ORDER BY c_int),
    first_value(c_uint) OVER (ORDER BY c_int), first_value(c_ubigint) OVER (ORDER BY c_int),
    first_value(c_uhugeint) OVER (ORDER BY c_int), first_value(c_bignum) OVER (ORDER BY c_int),
    first_value(c_float) OVER (ORDER BY c_int), first_value(c_double) OVER (ORDER BY c_int),
    first_value(c_dec_4_1) OVER (ORDER BY c_int), first_value(c_dec_9_4) OVER (ORDER BY c_int),
    first_value(c_dec_18_6) OVER (ORDER BY c_int), first_value(c_dec_38_10) OVER (ORDER BY c_int),
    first_value(c_dec_plain) OVER (ORDER BY c_int), first_value(c_varchar) OVER (ORDER BY c_int),
    first_value(c_blob) OVER (ORDER BY c_int), first_value(c_bit) OVER (ORDER BY c_int),
    first_value(c_date) OVER (ORDER BY c_int), first_value(c_time) OVER (ORDER BY c_int)
FROM everything;

-- case: first_value keeps the type of its argument, part 2
SELECT
    first_value(c_time_ns) OVER (ORDER BY c_int), first_value(c_timetz) OVER (ORDER BY c_int),
    first_value(c_timestamp) OVER (ORDER BY c_int), first_value(c_timestamp_s) OVER (ORDER BY c_int),
    first_value(c_timestamp_ms) OVER (ORDER BY c_int), first_value(c_timestamp_ns) OVER (ORDER BY c_int),
    first_value(c_timestamptz) OVER (ORDER BY c_int), first_value(c_interval) OVER (ORDER BY c_int),
    first_value(c_uuid) OVER (ORDER BY c_int), first_value(c_json) OVER (ORDER BY c_int),
    first_value(c_mood) OVER (ORDER BY c_int), first_value(c_ints) OVER (ORDER BY c_int),
    first_value(c_texts) OVER (ORDER BY c_int), first_value(c_matrix) OVER (ORDER BY c_int),
    first_value(c_array3) OVER (ORDER BY c_int), first_value(c_farray) OVER (ORDER BY c_int),
    first_value(c_struct) OVER (ORDER BY c_int), first_value(c_nested) OVER (ORDER BY c_int),
    first_value(c_map) OVER (ORDER BY c_int), first_value(c_union) OVER (ORDER BY c_int)
FROM everything;

-- case: last_value keeps the type of its argument, part 1
SELECT
    last_value(c_bool) OVER (ORDER BY c_int), last_value(c_tinyint) OVER (ORDER BY c_int),
    last_value(c_smallint) OVER (ORDER BY c_int), last_value(c_int) OVER (ORDER BY c_int),
    last_value(c_bigint) OVER (ORDER BY c_int), last_value(c_hugeint) OVER (ORDER BY c_int),
    last_value(c_utinyint) OVER (ORDER BY c_int), last_value(c_usmallint) OVER (ORDER BY c_int),
    last_value(c_uint) OVER (ORDER BY c_int), last_value(c_ubigint) OVER (ORDER BY c_int),
    last_value(c_uhugeint) OVER (ORDER BY c_int), last_value(c_bignum) OVER (ORDER BY c_int),
    last_value(c_float) OVER (ORDER BY c_int), last_value(c_double) OVER (ORDER BY c_int),
    last_value(c_dec_4_1) OVER (ORDER BY c_int), last_value(c_dec_9_4) OVER (ORDER BY c_int),
    last_value(c_dec_18_6) OVER (ORDER BY c_int), last_value(c_dec_38_10) OVER (ORDER BY c_int),
    last_value(c_dec_plain) OVER (ORDER BY c_int), last_value(c_varchar) OVER (ORDER BY c_int),
    last_value(c_blob) OVER (ORDER BY c_int), last_value(c_bit) OVER (ORDER BY c_int),
    last_value(c_date) OVER (ORDER BY c_int), last_value(c_time) OVER (ORDER BY c_int)
FROM everything;

-- case: last_value keeps the type of its argument, part 2
SELECT
    last_value(c_time_ns) OVER (ORDER BY c_int), last_value(c_timetz) OVER (ORDER BY c_int),
    last_value(c_timestamp) OVER (ORDER BY c_int), last_value(c_timestamp_s) OVER (ORDER BY c_int),
    last_value(c_timestamp_ms) OVER (ORDER BY c_int), last_value(c_timestamp_ns) OVER (ORDER BY c_int),
    last_value(c_timestamptz) OVER (ORDER BY c_int), last_value(c_interval) OVER (ORDER BY c_int),
    last_value(c_uuid) OVER (ORDER BY c_int), last_value(c_json) OVER (ORDER BY c_int),
    last_value(c_mood) OVER (ORDER BY c_int), last_value(c_ints) OVER (ORDER BY c_int),
    last_value(c_texts) OVER (ORDER BY c_int), last_value(c_matrix) OVER (ORDER BY c_int),
    last_value(c_array3) OVER (ORDER BY c_int), last_value(c_farray) OVER (ORDER BY c_int),
    last_value(c_struct) OVER (ORDER BY c_int), last_value(c_nested) OVER (ORDER BY c_int),
    last_value(c_map) OVER (ORDER BY c_int), last_value(c_union) OVER (ORDER BY c_int)
FROM everything;

-- case: nth_value keeps the type of its argument, part 1
SELECT
    nth_value(c_bool, 2) OVER (ORDER BY c_int), nth_value(c_tinyint, 2) OVER (ORDER BY c_int),
    nth_value(c_smallint, 2) OVER (ORDER BY c_int), nth_value(c_int, 2) OVER (ORDER BY c_int),
    nth_value(c_bigint, 2) OVER (ORDER BY c_int), nth_value(c_hugeint, 2) OVER (ORDER BY c_int),
    nth_value(c_utinyint, 2) OVER (ORDER BY c_int), nth_value(c_usmallint, 2) OVER (ORDER BY c_int),
    nth_value(c_uint, 2) OVER (ORDER BY c_int), nth_value(c_ubigint, 2) OVER (ORDER BY c_int),
    nth_value(c_uhugeint, 2) OVER (ORDER BY c_int), nth_value(c_bignum, 2) OVER (ORDER BY c_int),
    nth_value(c_float, 2) OVER (ORDER BY c_int), nth_value(c_double, 2) OVER (ORDER BY c_int),
    nth_value(c_dec_4_1, 2) OVER (ORDER BY c_int), nth_value(c_dec_9_4, 2) OVER (ORDER BY c_int),
    nth_value(c_dec_18_6, 2) OVER (ORDER BY c_int), nth_value(c_dec_38_10, 2) OVER (ORDER BY c_int),
    nth_value(c_dec_plain, 2) OVER (ORDER BY c_int), nth_value(c_varchar, 2) OVER (ORDER BY c_int),
    nth_value(c_blob, 2) OVER (ORDER BY c_int), nth_value(c_bit, 2) OVER (ORDER BY c_int),
    nth_value(c_date, 2) OVER (ORDER BY c_int), nth_value(c_time, 2) OVER (ORDER BY c_int)
FROM everything;

-- case: nth_value keeps the type of its argument, part 2
SELECT
    nth_value(c_time_ns, 2) OVER (ORDER BY c_int), nth_value(c_timetz, 2) OVER (ORDER BY c_int),
    nth_value(c_timestamp, 2) OVER (ORDER BY c_int), nth_value(c_timestamp_s, 2) OVER (ORDER BY c_int),
    nth_value(c_timestamp_ms, 2) OVER (ORDER BY c_int), nth_value(c_timestamp_ns, 2) OVER (ORDER BY c_int),
    nth_value(c_timestamptz, 2) OVER (ORDER BY c_int), nth_value(c_interval, 2) OVER (ORDER BY c_int),
    nth_value(c_uuid, 2) OVER (ORDER BY c_int), nth_value(c_json, 2) OVER (ORDER BY c_int),
    nth_value(c_mood, 2) OVER (ORDER BY c_int), nth_value(c_ints, 2) OVER (ORDER BY c_int),
    nth_value(c_texts, 2) OVER (ORDER BY c_int), nth_value(c_matrix, 2) OVER (ORDER BY c_int),
    nth_value(c_array3, 2) OVER (ORDER BY c_int), nth_value(c_farray, 2) OVER (ORDER BY c_int),
    nth_value(c_struct, 2) OVER (ORDER BY c_int), nth_value(c_nested, 2) OVER (ORDER BY c_int),
    nth_value(c_map, 2) OVER (ORDER BY c_int), nth_value(c_union, 2) OVER (ORDER BY c_int)
FROM everything;

-- case: lag and lead with a default
SELECT
    lag(c_int, 1, 0) OVER (ORDER BY c_int), lag(c_dec_9_4, 1, 0) OVER (ORDER BY c_int),
    lead(c_varchar, 1, 'none') OVER (ORDER BY c_int), lag(c_tinyint, 1, 1000) OVER (ORDER BY c_int),
    lead(c_date, 1, DATE '9999-12-31') OVER (ORDER BY c_int), lag(c_float, 1, 0.5) OVER (ORDER BY c_int),
    lead(c_bigint, 1, c_int) OVER (ORDER BY c_int), lag(c_int IGNORE NULLS) OVER (ORDER BY c_int),
    first_value(c_int IGNORE NULLS) OVER (ORDER BY c_date),
    last_value(c_varchar RESPECT NULLS) OVER (ORDER BY c_date),
    nth_value(c_dec_9_4, 3) OVER (PARTITION BY c_mood ORDER BY c_int)
FROM everything;

-- case: aggregates over windows
SELECT
    sum(c_int) OVER (), sum(c_dec_9_4) OVER (PARTITION BY c_mood),
    avg(c_tinyint) OVER (PARTITION BY c_mood ORDER BY c_date), count(*) OVER (PARTITION BY c_mood),
    count(c_int) OVER (ORDER BY c_int), min(c_date) OVER (PARTITION BY c_mood),
    max(c_varchar) OVER (PARTITION BY c_mood), string_agg(c_varchar, ',') OVER (PARTITION BY c_mood),
    list(c_int) OVER (PARTITION BY c_mood ORDER BY c_int), stddev_samp(c_int) OVER (PARTITION BY c_mood),
    median(c_dec_9_4) OVER (PARTITION BY c_mood), quantile_cont(c_int, 0.9) OVER (PARTITION BY c_mood),
    mode(c_varchar) OVER (), count(DISTINCT c_int) OVER (PARTITION BY c_mood),
    sum(c_int) FILTER (WHERE c_bool) OVER (PARTITION BY c_mood), bool_or(c_bool) OVER (ORDER BY c_int),
    arg_max(c_varchar, c_int) OVER (PARTITION BY c_mood), any_value(c_uuid) OVER ()
FROM everything;

-- case: frames of every kind
SELECT
    sum(c_int) OVER (ORDER BY c_date ROWS BETWEEN 2 PRECEDING AND CURRENT ROW),
    sum(c_double) OVER (ORDER BY c_date ROWS UNBOUNDED PRECEDING),
    avg(c_dec_9_4) OVER (ORDER BY c_date RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW),
    avg(c_int) OVER (ORDER BY c_timestamp RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND INTERVAL '1' MONTH FOLLOWING),
    count(*) OVER (ORDER BY c_int GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING),
    max(c_int) OVER (ORDER BY c_int ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
    min(c_int) OVER (ORDER BY c_int ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING EXCLUDE CURRENT ROW),
    sum(c_int) OVER (PARTITION BY c_mood ORDER BY c_int ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES),
    first_value(c_int) OVER (ORDER BY c_int ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING),
    sum(c_int) OVER (ORDER BY c_int RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING),
    last_value(c_date) OVER (PARTITION BY c_mood ORDER BY c_int ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP)
FROM everything;

-- case: arithmetic with windows
SELECT
    c_int - lag(c_int) OVER (ORDER BY c_date), c_date - lag(c_date) OVER (ORDER BY c_date),
    c_timestamp - lag(c_timestamp) OVER (ORDER BY c_timestamp), 100.0 * c_dec_9_4 / sum(c_dec_9_4) OVER (),
    c_int * 1.0 / sum(c_int) OVER (PARTITION BY c_mood), coalesce(lag(c_dec_9_4) OVER (ORDER BY c_int), 0),
    CASE WHEN row_number() OVER (ORDER BY c_int) = 1 THEN 'first' ELSE 'later' END,
    rank() OVER (ORDER BY c_int) + 1, round(avg(c_int) OVER (), 1), sum(c_int) OVER () / count(*) OVER (),
    row_number() OVER (ORDER BY c_int) % 2 = 0
FROM everything;

-- case: named windows
SELECT row_number() OVER w, sum(c_int) OVER w AS total, avg(c_int) OVER (w ROWS 3 PRECEDING), max(c_int) OVER w2 FROM everything WINDOW w AS (PARTITION BY c_mood ORDER BY c_int), w2 AS (PARTITION BY c_size);

-- case: QUALIFY with a window
SELECT c_int, c_mood FROM everything QUALIFY row_number() OVER (PARTITION BY c_mood ORDER BY c_int) = 1;

-- case: QUALIFY with an alias
SELECT *, rank() OVER (ORDER BY c_int DESC) AS r FROM everything QUALIFY r <= 3;

-- case: QUALIFY with a named window and WHERE
SELECT c_varchar AS v, lag(c_date) OVER w FROM everything WHERE c_int > 1 WINDOW w AS (ORDER BY c_date) QUALIFY count(*) OVER w > 2;

-- case: windows over aggregates
SELECT c_mood, sum(c_int) AS s, sum(sum(c_int)) OVER (), rank() OVER (ORDER BY sum(c_int) DESC), avg(sum(c_dec_9_4)) OVER (PARTITION BY c_mood), sum(count(*)) OVER (ORDER BY c_mood) AS running FROM everything GROUP BY c_mood;

-- case: a share of the total over a group
SELECT c_mood, sum(c_dec_9_4) * 100 / sum(sum(c_dec_9_4)) OVER () AS share, sum(c_dec_9_4) * 100.0 / sum(sum(c_dec_9_4)) OVER (PARTITION BY c_mood) FROM everything GROUP BY c_mood;

-- case: windows in a subquery, filtered outside
SELECT * FROM (SELECT c_int, c_varchar, row_number() OVER (ORDER BY c_int) AS rn, fill(c_double) OVER (ORDER BY c_int) AS filled FROM everything) WHERE rn <= 10;
