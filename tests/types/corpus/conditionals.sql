-- CASE, COALESCE and other choices between values.
-- sources: types

-- case: coalesce of every pair of numbers, part 1
SELECT
    coalesce(c_tinyint, c_smallint), coalesce(c_tinyint, c_int), coalesce(c_tinyint, c_bigint),
    coalesce(c_tinyint, c_hugeint), coalesce(c_tinyint, c_utinyint), coalesce(c_tinyint, c_usmallint),
    coalesce(c_tinyint, c_uint), coalesce(c_tinyint, c_ubigint), coalesce(c_tinyint, c_uhugeint),
    coalesce(c_tinyint, c_bignum), coalesce(c_tinyint, c_float), coalesce(c_tinyint, c_double),
    coalesce(c_tinyint, c_dec_4_1), coalesce(c_tinyint, c_dec_9_4), coalesce(c_tinyint, c_dec_18_6),
    coalesce(c_tinyint, c_dec_38_10), coalesce(c_tinyint, c_dec_plain), coalesce(c_smallint, c_int),
    coalesce(c_smallint, c_bigint), coalesce(c_smallint, c_hugeint), coalesce(c_smallint, c_utinyint),
    coalesce(c_smallint, c_usmallint), coalesce(c_smallint, c_uint), coalesce(c_smallint, c_ubigint)
FROM everything;

-- case: coalesce of every pair of numbers, part 2
SELECT
    coalesce(c_smallint, c_uhugeint), coalesce(c_smallint, c_bignum), coalesce(c_smallint, c_float),
    coalesce(c_smallint, c_double), coalesce(c_smallint, c_dec_4_1), coalesce(c_smallint, c_dec_9_4),
    coalesce(c_smallint, c_dec_18_6), coalesce(c_smallint, c_dec_38_10), coalesce(c_smallint, c_dec_plain),
    coalesce(c_int, c_bigint), coalesce(c_int, c_hugeint), coalesce(c_int, c_utinyint),
    coalesce(c_int, c_usmallint), coalesce(c_int, c_uint), coalesce(c_int, c_ubigint), coalesce(c_int, c_uhugeint),
    coalesce(c_int, c_bignum), coalesce(c_int, c_float), coalesce(c_int, c_double), coalesce(c_int, c_dec_4_1),
    coalesce(c_int, c_dec_9_4), coalesce(c_int, c_dec_18_6), coalesce(c_int, c_dec_38_10),
    coalesce(c_int, c_dec_plain)
FROM everything;

-- case: coalesce of every pair of numbers, part 3
SELECT
    coalesce(c_bigint, c_hugeint), coalesce(c_bigint, c_utinyint), coalesce(c_bigint, c_usmallint),
    coalesce(c_bigint, c_uint), coalesce(c_bigint, c_ubigint), coalesce(c_bigint, c_uhugeint),
    coalesce(c_bigint, c_bignum), coalesce(c_bigint, c_float), coalesce(c_bigint, c_double),
    coalesce(c_bigint, c_dec_4_1), coalesce(c_bigint, c_dec_9_4), coalesce(c_bigint, c_dec_18_6),
    coalesce(c_bigint, c_dec_38_10), coalesce(c_bigint, c_dec_plain), coalesce(c_hugeint, c_utinyint),
    coalesce(c_hugeint, c_usmallint), coalesce(c_hugeint, c_uint), coalesce(c_hugeint, c_ubigint),
    coalesce(c_hugeint, c_uhugeint), coalesce(c_hugeint, c_bignum), coalesce(c_hugeint, c_float),
    coalesce(c_hugeint, c_double), coalesce(c_hugeint, c_dec_4_1), coalesce(c_hugeint, c_dec_9_4)
FROM everything;

-- case: coalesce of every pair of numbers, part 4
SELECT
    coalesce(c_hugeint, c_dec_18_6), coalesce(c_hugeint, c_dec_38_10), coalesce(c_hugeint, c_dec_plain),
    coalesce(c_utinyint, c_usmallint), coalesce(c_utinyint, c_uint), coalesce(c_utinyint, c_ubigint),
    coalesce(c_utinyint, c_uhugeint), coalesce(c_utinyint, c_bignum), coalesce(c_utinyint, c_float),
    coalesce(c_utinyint, c_double), coalesce(c_utinyint, c_dec_4_1), coalesce(c_utinyint, c_dec_9_4),
    coalesce(c_utinyint, c_dec_18_6), coalesce(c_utinyint, c_dec_38_10), coalesce(c_utinyint, c_dec_plain),
    coalesce(c_usmallint, c_uint), coalesce(c_usmallint, c_ubigint), coalesce(c_usmallint, c_uhugeint),
    coalesce(c_usmallint, c_bignum), coalesce(c_usmallint, c_float), coalesce(c_usmallint, c_double),
    coalesce(c_usmallint, c_dec_4_1), coalesce(c_usmallint, c_dec_9_4), coalesce(c_usmallint, c_dec_18_6)
FROM everything;

-- case: coalesce of every pair of numbers, part 5
SELECT
    coalesce(c_usmallint, c_dec_38_10), coalesce(c_usmallint, c_dec_plain), coalesce(c_uint, c_ubigint),
    coalesce(c_uint, c_uhugeint), coalesce(c_uint, c_bignum), coalesce(c_uint, c_float), coalesce(c_uint, c_double),
    coalesce(c_uint, c_dec_4_1), coalesce(c_uint, c_dec_9_4), coalesce(c_uint, c_dec_18_6),
    coalesce(c_uint, c_dec_38_10), coalesce(c_uint, c_dec_plain), coalesce(c_ubigint, c_uhugeint),
    coalesce(c_ubigint, c_bignum), coalesce(c_ubigint, c_float), coalesce(c_ubigint, c_double),
    coalesce(c_ubigint, c_dec_4_1), coalesce(c_ubigint, c_dec_9_4), coalesce(c_ubigint, c_dec_18_6),
    coalesce(c_ubigint, c_dec_38_10), coalesce(c_ubigint, c_dec_plain), coalesce(c_uhugeint, c_bignum),
    coalesce(c_uhugeint, c_float), coalesce(c_uhugeint, c_double)
FROM everything;

-- case: coalesce of every pair of numbers, part 6
SELECT
    coalesce(c_uhugeint, c_dec_4_1), coalesce(c_uhugeint, c_dec_9_4), coalesce(c_uhugeint, c_dec_18_6),
    coalesce(c_uhugeint, c_dec_38_10), coalesce(c_uhugeint, c_dec_plain), coalesce(c_bignum, c_float),
    coalesce(c_bignum, c_double), coalesce(c_float, c_double), coalesce(c_float, c_dec_4_1),
    coalesce(c_float, c_dec_9_4), coalesce(c_float, c_dec_18_6), coalesce(c_float, c_dec_38_10),
    coalesce(c_float, c_dec_plain), coalesce(c_double, c_dec_4_1), coalesce(c_double, c_dec_9_4),
    coalesce(c_double, c_dec_18_6), coalesce(c_double, c_dec_38_10), coalesce(c_double, c_dec_plain),
    coalesce(c_dec_4_1, c_dec_9_4), coalesce(c_dec_4_1, c_dec_18_6), coalesce(c_dec_4_1, c_dec_38_10),
    coalesce(c_dec_4_1, c_dec_plain), coalesce(c_dec_9_4, c_dec_18_6), coalesce(c_dec_9_4, c_dec_38_10)
FROM everything;

-- case: coalesce of every pair of numbers, part 7
SELECT
    coalesce(c_dec_9_4, c_dec_plain), coalesce(c_dec_18_6, c_dec_38_10), coalesce(c_dec_18_6, c_dec_plain),
    coalesce(c_dec_38_10, c_dec_plain)
FROM everything;

-- case: coalesce of mixed types that have a common type, part 1
SELECT
    coalesce(c_bool, c_tinyint), coalesce(c_bool, c_smallint), coalesce(c_bool, c_int), coalesce(c_bool, c_bigint),
    coalesce(c_bool, c_hugeint), coalesce(c_bool, c_utinyint), coalesce(c_bool, c_usmallint),
    coalesce(c_bool, c_uint), coalesce(c_bool, c_ubigint), coalesce(c_bool, c_uhugeint), coalesce(c_bool, c_json),
    coalesce(c_tinyint, c_json), coalesce(c_tinyint, c_union), coalesce(c_smallint, c_json),
    coalesce(c_smallint, c_union), coalesce(c_int, c_json), coalesce(c_int, c_union), coalesce(c_bigint, c_json),
    coalesce(c_hugeint, c_json), coalesce(c_utinyint, c_json), coalesce(c_utinyint, c_union),
    coalesce(c_usmallint, c_json), coalesce(c_usmallint, c_union), coalesce(c_uint, c_json)
FROM everything;

-- case: coalesce of mixed types that have a common type, part 2
SELECT
    coalesce(c_ubigint, c_json), coalesce(c_uhugeint, c_json), coalesce(c_bignum, c_json),
    coalesce(c_float, c_json), coalesce(c_double, c_json), coalesce(c_dec_4_1, c_json), coalesce(c_dec_9_4, c_json),
    coalesce(c_dec_18_6, c_json), coalesce(c_dec_38_10, c_json), coalesce(c_dec_plain, c_json),
    coalesce(c_varchar, c_json), coalesce(c_varchar, c_mood), coalesce(c_varchar, c_union),
    coalesce(c_blob, c_json), coalesce(c_bit, c_json), coalesce(c_date, c_timestamp),
    coalesce(c_date, c_timestamp_s), coalesce(c_date, c_timestamp_ms), coalesce(c_date, c_timestamp_ns),
    coalesce(c_date, c_timestamptz), coalesce(c_date, c_json), coalesce(c_time, c_json),
    coalesce(c_time_ns, c_json), coalesce(c_timetz, c_json)
FROM everything;

-- case: coalesce of mixed types that have a common type, part 3
SELECT
    coalesce(c_timestamp, c_timestamp_s), coalesce(c_timestamp, c_timestamp_ms),
    coalesce(c_timestamp, c_timestamp_ns), coalesce(c_timestamp, c_timestamptz), coalesce(c_timestamp, c_json),
    coalesce(c_timestamp_s, c_timestamp_ms), coalesce(c_timestamp_s, c_timestamp_ns),
    coalesce(c_timestamp_s, c_timestamptz), coalesce(c_timestamp_s, c_json),
    coalesce(c_timestamp_ms, c_timestamp_ns), coalesce(c_timestamp_ms, c_timestamptz),
    coalesce(c_timestamp_ms, c_json), coalesce(c_timestamp_ns, c_json), coalesce(c_timestamptz, c_json),
    coalesce(c_interval, c_json), coalesce(c_uuid, c_json), coalesce(c_json, c_mood), coalesce(c_json, c_ints),
    coalesce(c_json, c_texts), coalesce(c_json, c_matrix), coalesce(c_json, c_array3), coalesce(c_json, c_farray),
    coalesce(c_json, c_struct), coalesce(c_json, c_map)
FROM everything;

-- case: coalesce of mixed types that have a common type, part 4
SELECT
    coalesce(c_json, c_union), coalesce(c_mood, c_union), coalesce(c_ints, c_array3), coalesce(c_ints, c_farray),
    coalesce(c_array3, c_farray)
FROM everything;

-- case: case of a column and a literal, part 1
SELECT
    CASE WHEN c_bool THEN c_tinyint ELSE 0 END, CASE WHEN c_bool THEN c_tinyint ELSE 1000 END,
    CASE WHEN c_bool THEN c_tinyint ELSE 5000000000 END, CASE WHEN c_bool THEN c_tinyint ELSE 0.25 END,
    CASE WHEN c_bool THEN c_tinyint ELSE 1e1 END, CASE WHEN c_bool THEN c_tinyint ELSE 'x' END,
    CASE WHEN c_bool THEN c_tinyint ELSE NULL END, CASE WHEN c_bool THEN c_utinyint ELSE 0 END,
    CASE WHEN c_bool THEN c_utinyint ELSE 1000 END, CASE WHEN c_bool THEN c_utinyint ELSE 5000000000 END,
    CASE WHEN c_bool THEN c_utinyint ELSE 0.25 END, CASE WHEN c_bool THEN c_utinyint ELSE 1e1 END,
    CASE WHEN c_bool THEN c_utinyint ELSE 'x' END, CASE WHEN c_bool THEN c_utinyint ELSE NULL END,
    CASE WHEN c_bool THEN c_int ELSE 0 END, CASE WHEN c_bool THEN c_int ELSE 1000 END,
    CASE WHEN c_bool THEN c_int ELSE 5000000000 END, CASE WHEN c_bool THEN c_int ELSE 0.25 END,
    CASE WHEN c_bool THEN c_int ELSE 1e1 END, CASE WHEN c_bool THEN c_int ELSE 'x' END,
    CASE WHEN c_bool THEN c_int ELSE NULL END, CASE WHEN c_bool THEN c_bigint ELSE 0 END,
    CASE WHEN c_bool THEN c_bigint ELSE 1000 END, CASE WHEN c_bool THEN c_bigint ELSE 5000000000 END
FROM everything;

-- case: case of a column and a literal, part 2
SELECT
    CASE WHEN c_bool THEN c_bigint ELSE 0.25 END, CASE WHEN c_bool THEN c_bigint ELSE 1e1 END,
    CASE WHEN c_bool THEN c_bigint ELSE 'x' END, CASE WHEN c_bool THEN c_bigint ELSE NULL END,
    CASE WHEN c_bool THEN c_hugeint ELSE 0 END, CASE WHEN c_bool THEN c_hugeint ELSE 1000 END,
    CASE WHEN c_bool THEN c_hugeint ELSE 5000000000 END, CASE WHEN c_bool THEN c_hugeint ELSE 0.25 END,
    CASE WHEN c_bool THEN c_hugeint ELSE 1e1 END, CASE WHEN c_bool THEN c_hugeint ELSE 'x' END,
    CASE WHEN c_bool THEN c_hugeint ELSE NULL END, CASE WHEN c_bool THEN c_float ELSE 0 END,
    CASE WHEN c_bool THEN c_float ELSE 1000 END, CASE WHEN c_bool THEN c_float ELSE 5000000000 END,
    CASE WHEN c_bool THEN c_float ELSE 0.25 END, CASE WHEN c_bool THEN c_float ELSE 1e1 END,
    CASE WHEN c_bool THEN c_float ELSE 'x' END, CASE WHEN c_bool THEN c_float ELSE NULL END,
    CASE WHEN c_bool THEN c_double ELSE 0 END, CASE WHEN c_bool THEN c_double ELSE 1000 END,
    CASE WHEN c_bool THEN c_double ELSE 5000000000 END, CASE WHEN c_bool THEN c_double ELSE 0.25 END,
    CASE WHEN c_bool THEN c_double ELSE 1e1 END, CASE WHEN c_bool THEN c_double ELSE 'x' END
FROM everything;

-- case: case of a column and a literal, part 3
SELECT
    CASE WHEN c_bool THEN c_double ELSE NULL END, CASE WHEN c_bool THEN c_dec_4_1 ELSE 0 END,
    CASE WHEN c_bool THEN c_dec_4_1 ELSE 1000 END, CASE WHEN c_bool THEN c_dec_4_1 ELSE 5000000000 END,
    CASE WHEN c_bool THEN c_dec_4_1 ELSE 0.25 END, CASE WHEN c_bool THEN c_dec_4_1 ELSE 1e1 END,
    CASE WHEN c_bool THEN c_dec_4_1 ELSE 'x' END, CASE WHEN c_bool THEN c_dec_4_1 ELSE NULL END,
    CASE WHEN c_bool THEN c_dec_38_10 ELSE 0 END, CASE WHEN c_bool THEN c_dec_38_10 ELSE 1000 END,
    CASE WHEN c_bool THEN c_dec_38_10 ELSE 5000000000 END, CASE WHEN c_bool THEN c_dec_38_10 ELSE 0.25 END,
    CASE WHEN c_bool THEN c_dec_38_10 ELSE 1e1 END, CASE WHEN c_bool THEN c_dec_38_10 ELSE 'x' END,
    CASE WHEN c_bool THEN c_dec_38_10 ELSE NULL END, CASE WHEN c_bool THEN c_varchar ELSE 'x' END,
    CASE WHEN c_bool THEN c_varchar ELSE NULL END, CASE WHEN c_bool THEN c_date ELSE 'x' END,
    CASE WHEN c_bool THEN c_date ELSE NULL END, CASE WHEN c_bool THEN c_timestamp ELSE 'x' END,
    CASE WHEN c_bool THEN c_timestamp ELSE NULL END, CASE WHEN c_bool THEN c_mood ELSE 'x' END,
    CASE WHEN c_bool THEN c_mood ELSE NULL END
FROM everything;

-- case: coalesce of a column and a literal, part 1
SELECT
    coalesce(c_tinyint, 0), coalesce(c_tinyint, 1000), coalesce(c_tinyint, 5000000000), coalesce(c_tinyint, 0.25),
    coalesce(c_tinyint, 1e1), coalesce(c_tinyint, 'x'), coalesce(c_tinyint, NULL), coalesce(c_utinyint, 0),
    coalesce(c_utinyint, 1000), coalesce(c_utinyint, 5000000000), coalesce(c_utinyint, 0.25),
    coalesce(c_utinyint, 1e1), coalesce(c_utinyint, 'x'), coalesce(c_utinyint, NULL), coalesce(c_int, 0),
    coalesce(c_int, 1000), coalesce(c_int, 5000000000), coalesce(c_int, 0.25), coalesce(c_int, 1e1),
    coalesce(c_int, 'x'), coalesce(c_int, NULL), coalesce(c_bigint, 0), coalesce(c_bigint, 1000),
    coalesce(c_bigint, 5000000000)
FROM everything;

-- case: coalesce of a column and a literal, part 2
SELECT
    coalesce(c_bigint, 0.25), coalesce(c_bigint, 1e1), coalesce(c_bigint, 'x'), coalesce(c_bigint, NULL),
    coalesce(c_hugeint, 0), coalesce(c_hugeint, 1000), coalesce(c_hugeint, 5000000000), coalesce(c_hugeint, 0.25),
    coalesce(c_hugeint, 1e1), coalesce(c_hugeint, 'x'), coalesce(c_hugeint, NULL), coalesce(c_float, 0),
    coalesce(c_float, 1000), coalesce(c_float, 5000000000), coalesce(c_float, 0.25), coalesce(c_float, 1e1),
    coalesce(c_float, 'x'), coalesce(c_float, NULL), coalesce(c_double, 0), coalesce(c_double, 1000),
    coalesce(c_double, 5000000000), coalesce(c_double, 0.25), coalesce(c_double, 1e1), coalesce(c_double, 'x')
FROM everything;

-- case: coalesce of a column and a literal, part 3
SELECT
    coalesce(c_double, NULL), coalesce(c_dec_4_1, 0), coalesce(c_dec_4_1, 1000), coalesce(c_dec_4_1, 5000000000),
    coalesce(c_dec_4_1, 0.25), coalesce(c_dec_4_1, 1e1), coalesce(c_dec_4_1, 'x'), coalesce(c_dec_4_1, NULL),
    coalesce(c_dec_38_10, 0), coalesce(c_dec_38_10, 1000), coalesce(c_dec_38_10, 5000000000),
    coalesce(c_dec_38_10, 0.25), coalesce(c_dec_38_10, 1e1), coalesce(c_dec_38_10, 'x'),
    coalesce(c_dec_38_10, NULL), coalesce(c_varchar, 'x'), coalesce(c_varchar, NULL), coalesce(c_date, 'x'),
    coalesce(c_date, NULL), coalesce(c_timestamp, 'x'), coalesce(c_timestamp, NULL), coalesce(c_mood, 'x'),
    coalesce(c_mood, NULL)
FROM everything;

-- case: case forms, part 1
SELECT
    CASE WHEN c_int > 1 THEN 'a' WHEN c_int > 2 THEN 'b' ELSE 'c' END, CASE WHEN c_int > 1 THEN 'a' END,
    CASE c_int WHEN 1 THEN 1 WHEN 2 THEN 2.5 ELSE 3 END, CASE c_varchar WHEN 'x' THEN c_date ELSE c_timestamp END,
    CASE WHEN c_bool THEN NULL ELSE NULL END, CASE WHEN c_bool THEN NULL ELSE 1 END,
    CASE WHEN c_bool THEN c_int ELSE c_bigint END,
    CASE WHEN c_bool THEN c_int WHEN c_int = 2 THEN c_dec_9_4 ELSE 0 END,
    CASE WHEN c_bool THEN c_dec_4_1 ELSE c_dec_18_6 END, CASE WHEN c_bool THEN c_dec_4_1 ELSE 0.00001 END,
    CASE WHEN c_bool THEN 1 ELSE 0 END, CASE WHEN c_bool THEN 1 ELSE 0.5 END, CASE WHEN c_bool THEN 1 ELSE 300 END,
    CASE WHEN c_bool THEN 1 ELSE 3000000000 END, CASE WHEN c_bool THEN c_ints ELSE [] END,
    CASE WHEN c_bool THEN c_struct ELSE NULL END, CASE WHEN c_bool THEN {'a': 1} ELSE {'a': 2.5} END,
    CASE WHEN c_bool THEN [1] ELSE [c_bigint] END,
    CASE WHEN c_bool THEN CASE WHEN c_int = 1 THEN 1 ELSE 2.0 END ELSE c_double END,
    CASE WHEN c_bool THEN DATE '2024-01-01' ELSE '2024-02-01' END, CASE WHEN c_bool THEN c_mood ELSE 'ok' END,
    CASE WHEN c_bool THEN c_mood ELSE c_varchar END, CASE WHEN c_bool THEN c_mood ELSE c_size END,
    CASE WHEN c_bool THEN INTERVAL 1 DAY ELSE c_interval END
FROM everything;

-- case: case forms, part 2
SELECT
    CASE WHEN c_bool THEN true ELSE c_int = 1 END, CASE c_int % 2 WHEN 0 THEN 'even' ELSE 'odd' END,
    CASE WHEN c_bool THEN c_date ELSE c_timestamptz END, CASE WHEN c_bool THEN c_array3 ELSE c_ints END,
    CASE WHEN c_bool THEN c_uuid ELSE NULL END, CASE WHEN c_bool THEN c_json ELSE '{}' END,
    CASE WHEN c_bool THEN c_time ELSE TIME '10:00:00' END
FROM everything;

-- case: coalesce and its relatives, part 1
SELECT
    coalesce(c_int), coalesce(NULL, NULL), coalesce(NULL, 1), coalesce(NULL, c_varchar, 'x'),
    coalesce(c_int, c_bigint, c_double), ifnull(c_int, 0), ifnull(c_dec_9_4, 1.5), nullif(c_int, 0),
    nullif(c_varchar, ''), nullif(c_dec_9_4, 0), nullif(1, 2), nullif(c_tinyint, c_bigint),
    nullif(c_date, c_timestamp), greatest(c_int, c_bigint), greatest(c_int, 1.5), greatest(c_date, c_timestamp),
    least(c_dec_4_1, c_dec_9_4, 0), least('a', c_varchar), greatest(1, 2, 3), greatest(c_tinyint, 1),
    if(c_bool, 1, 2), if(c_bool, c_int, c_double), if(c_bool, 'a', NULL), IF(c_int > 1, c_dec_9_4, 0)
FROM everything;

-- case: coalesce and its relatives, part 2
SELECT
    ifnull(NULL, 'x'), coalesce(c_date, '2024-01-01'), coalesce(c_int, '5'), coalesce('5', c_int),
    nullif(c_int, ''), greatest(c_float, c_double), least(c_ubigint, c_bigint)
FROM everything;

-- case: choices of literals alone, part 1
SELECT
    coalesce(1, 2.5), coalesce(1, 'a'), coalesce('a', 1), coalesce(1, 3000000000), coalesce(NULL, 'x'),
    greatest(1.25, 2), greatest(1.25, 10.5), coalesce(1.25, 100.5), coalesce(1, 1e5),
    coalesce(DATE '2020-01-01', TIMESTAMP '2020-01-01'), coalesce(true, 1), coalesce(true, NULL), [1, 2.5],
    [1, 3000000000], [1, NULL], ['a', NULL], [1.5, 2.25, 100], [DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00'],
    [1::TINYINT, 2], [c_tinyint, 2], [c_tinyint, 300], [c_int, c_double], [NULL, NULL], [[1], [2.5]]
FROM everything;

-- case: choices of literals alone, part 2
SELECT
    [[], [1]], [{'a': 1}, {'a': NULL}]
FROM everything;
