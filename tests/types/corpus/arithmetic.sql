-- Every operator on every pair of number types.
-- sources: types

-- case: sum of tinyint and every number
SELECT
    c_tinyint + c_tinyint, c_tinyint + c_smallint, c_tinyint + c_int, c_tinyint + c_bigint, c_tinyint + c_hugeint,
    c_tinyint + c_utinyint, c_tinyint + c_usmallint, c_tinyint + c_uint, c_tinyint + c_ubigint,
    c_tinyint + c_uhugeint, c_tinyint + c_float, c_tinyint + c_double, c_tinyint + c_dec_4_1, c_tinyint + c_dec_9_4,
    c_tinyint + c_dec_18_6, c_tinyint + c_dec_38_10, c_tinyint + c_bignum
FROM everything;

-- case: sum of smallint and every number
SELECT
    c_smallint + c_tinyint, c_smallint + c_smallint, c_smallint + c_int, c_smallint + c_bigint,
    c_smallint + c_hugeint, c_smallint + c_utinyint, c_smallint + c_usmallint, c_smallint + c_uint,
    c_smallint + c_ubigint, c_smallint + c_uhugeint, c_smallint + c_float, c_smallint + c_double,
    c_smallint + c_dec_4_1, c_smallint + c_dec_9_4, c_smallint + c_dec_18_6, c_smallint + c_dec_38_10,
    c_smallint + c_bignum
FROM everything;

-- case: sum of int and every number
SELECT
    c_int + c_tinyint, c_int + c_smallint, c_int + c_int, c_int + c_bigint, c_int + c_hugeint, c_int + c_utinyint,
    c_int + c_usmallint, c_int + c_uint, c_int + c_ubigint, c_int + c_uhugeint, c_int + c_float, c_int + c_double,
    c_int + c_dec_4_1, c_int + c_dec_9_4, c_int + c_dec_18_6, c_int + c_dec_38_10, c_int + c_bignum
FROM everything;

-- case: sum of bigint and every number
SELECT
    c_bigint + c_tinyint, c_bigint + c_smallint, c_bigint + c_int, c_bigint + c_bigint, c_bigint + c_hugeint,
    c_bigint + c_utinyint, c_bigint + c_usmallint, c_bigint + c_uint, c_bigint + c_ubigint, c_bigint + c_uhugeint,
    c_bigint + c_float, c_bigint + c_double, c_bigint + c_dec_4_1, c_bigint + c_dec_9_4, c_bigint + c_dec_18_6,
    c_bigint + c_dec_38_10, c_bigint + c_bignum
FROM everything;

-- case: sum of hugeint and every number
SELECT
    c_hugeint + c_tinyint, c_hugeint + c_smallint, c_hugeint + c_int, c_hugeint + c_bigint, c_hugeint + c_hugeint,
    c_hugeint + c_utinyint, c_hugeint + c_usmallint, c_hugeint + c_uint, c_hugeint + c_ubigint,
    c_hugeint + c_uhugeint, c_hugeint + c_float, c_hugeint + c_double, c_hugeint + c_dec_4_1, c_hugeint + c_dec_9_4,
    c_hugeint + c_dec_18_6, c_hugeint + c_dec_38_10, c_hugeint + c_bignum
FROM everything;

-- case: sum of utinyint and every number
SELECT
    c_utinyint + c_tinyint, c_utinyint + c_smallint, c_utinyint + c_int, c_utinyint + c_bigint,
    c_utinyint + c_hugeint, c_utinyint + c_utinyint, c_utinyint + c_usmallint, c_utinyint + c_uint,
    c_utinyint + c_ubigint, c_utinyint + c_uhugeint, c_utinyint + c_float, c_utinyint + c_double,
    c_utinyint + c_dec_4_1, c_utinyint + c_dec_9_4, c_utinyint + c_dec_18_6, c_utinyint + c_dec_38_10,
    c_utinyint + c_bignum
FROM everything;

-- case: sum of usmallint and every number
SELECT
    c_usmallint + c_tinyint, c_usmallint + c_smallint, c_usmallint + c_int, c_usmallint + c_bigint,
    c_usmallint + c_hugeint, c_usmallint + c_utinyint, c_usmallint + c_usmallint, c_usmallint + c_uint,
    c_usmallint + c_ubigint, c_usmallint + c_uhugeint, c_usmallint + c_float, c_usmallint + c_double,
    c_usmallint + c_dec_4_1, c_usmallint + c_dec_9_4, c_usmallint + c_dec_18_6, c_usmallint + c_dec_38_10,
    c_usmallint + c_bignum
FROM everything;

-- case: sum of uint and every number
SELECT
    c_uint + c_tinyint, c_uint + c_smallint, c_uint + c_int, c_uint + c_bigint, c_uint + c_hugeint,
    c_uint + c_utinyint, c_uint + c_usmallint, c_uint + c_uint, c_uint + c_ubigint, c_uint + c_uhugeint,
    c_uint + c_float, c_uint + c_double, c_uint + c_dec_4_1, c_uint + c_dec_9_4, c_uint + c_dec_18_6,
    c_uint + c_dec_38_10, c_uint + c_bignum
FROM everything;

-- case: sum of ubigint and every number
SELECT
    c_ubigint + c_tinyint, c_ubigint + c_smallint, c_ubigint + c_int, c_ubigint + c_bigint, c_ubigint + c_hugeint,
    c_ubigint + c_utinyint, c_ubigint + c_usmallint, c_ubigint + c_uint, c_ubigint + c_ubigint,
    c_ubigint + c_uhugeint, c_ubigint + c_float, c_ubigint + c_double, c_ubigint + c_dec_4_1, c_ubigint + c_dec_9_4,
    c_ubigint + c_dec_18_6, c_ubigint + c_dec_38_10, c_ubigint + c_bignum
FROM everything;

-- case: sum of uhugeint and every number
SELECT
    c_uhugeint + c_tinyint, c_uhugeint + c_smallint, c_uhugeint + c_int, c_uhugeint + c_bigint,
    c_uhugeint + c_hugeint, c_uhugeint + c_utinyint, c_uhugeint + c_usmallint, c_uhugeint + c_uint,
    c_uhugeint + c_ubigint, c_uhugeint + c_uhugeint, c_uhugeint + c_float, c_uhugeint + c_double,
    c_uhugeint + c_dec_4_1, c_uhugeint + c_dec_9_4, c_uhugeint + c_dec_18_6, c_uhugeint + c_dec_38_10,
    c_uhugeint + c_bignum
FROM everything;

-- case: difference of tinyint and every number
SELECT
    c_tinyint - c_tinyint, c_tinyint - c_smallint, c_tinyint - c_int, c_tinyint - c_bigint, c_tinyint - c_hugeint,
    c_tinyint - c_utinyint, c_tinyint - c_usmallint, c_tinyint - c_uint, c_tinyint - c_ubigint,
    c_tinyint - c_uhugeint, c_tinyint - c_float, c_tinyint - c_double, c_tinyint - c_dec_4_1, c_tinyint - c_dec_9_4,
    c_tinyint - c_dec_18_6, c_tinyint - c_dec_38_10, c_tinyint - c_bignum
FROM everything;

-- case: difference of smallint and every number
SELECT
    c_smallint - c_tinyint, c_smallint - c_smallint, c_smallint - c_int, c_smallint - c_bigint,
    c_smallint - c_hugeint, c_smallint - c_utinyint, c_smallint - c_usmallint, c_smallint - c_uint,
    c_smallint - c_ubigint, c_smallint - c_uhugeint, c_smallint - c_float, c_smallint - c_double,
    c_smallint - c_dec_4_1, c_smallint - c_dec_9_4, c_smallint - c_dec_18_6, c_smallint - c_dec_38_10,
    c_smallint - c_bignum
FROM everything;

-- case: difference of int and every number
SELECT
    c_int - c_tinyint, c_int - c_smallint, c_int - c_int, c_int - c_bigint, c_int - c_hugeint, c_int - c_utinyint,
    c_int - c_usmallint, c_int - c_uint, c_int - c_ubigint, c_int - c_uhugeint, c_int - c_float, c_int - c_double,
    c_int - c_dec_4_1, c_int - c_dec_9_4, c_int - c_dec_18_6, c_int - c_dec_38_10, c_int - c_bignum
FROM everything;

-- case: difference of bigint and every number
SELECT
    c_bigint - c_tinyint, c_bigint - c_smallint, c_bigint - c_int, c_bigint - c_bigint, c_bigint - c_hugeint,
    c_bigint - c_utinyint, c_bigint - c_usmallint, c_bigint - c_uint, c_bigint - c_ubigint, c_bigint - c_uhugeint,
    c_bigint - c_float, c_bigint - c_double, c_bigint - c_dec_4_1, c_bigint - c_dec_9_4, c_bigint - c_dec_18_6,
    c_bigint - c_dec_38_10, c_bigint - c_bignum
FROM everything;

-- case: difference of hugeint and every number
SELECT
    c_hugeint - c_tinyint, c_hugeint - c_smallint, c_hugeint - c_int, c_hugeint - c_bigint, c_hugeint - c_hugeint,
    c_hugeint - c_utinyint, c_hugeint - c_usmallint, c_hugeint - c_uint, c_hugeint - c_ubigint,
    c_hugeint - c_uhugeint, c_hugeint - c_float, c_hugeint - c_double, c_hugeint - c_dec_4_1, c_hugeint - c_dec_9_4,
    c_hugeint - c_dec_18_6, c_hugeint - c_dec_38_10, c_hugeint - c_bignum
FROM everything;

-- case: difference of utinyint and every number
SELECT
    c_utinyint - c_tinyint, c_utinyint - c_smallint, c_utinyint - c_int, c_utinyint - c_bigint,
    c_utinyint - c_hugeint, c_utinyint - c_utinyint, c_utinyint - c_usmallint, c_utinyint - c_uint,
    c_utinyint - c_ubigint, c_utinyint - c_uhugeint, c_utinyint - c_float, c_utinyint - c_double,
    c_utinyint - c_dec_4_1, c_utinyint - c_dec_9_4, c_utinyint - c_dec_18_6, c_utinyint - c_dec_38_10,
    c_utinyint - c_bignum
FROM everything;

-- case: difference of usmallint and every number
SELECT
    c_usmallint - c_tinyint, c_usmallint - c_smallint, c_usmallint - c_int, c_usmallint - c_bigint,
    c_usmallint - c_hugeint, c_usmallint - c_utinyint, c_usmallint - c_usmallint, c_usmallint - c_uint,
    c_usmallint - c_ubigint, c_usmallint - c_uhugeint, c_usmallint - c_float, c_usmallint - c_double,
    c_usmallint - c_dec_4_1, c_usmallint - c_dec_9_4, c_usmallint - c_dec_18_6, c_usmallint - c_dec_38_10,
    c_usmallint - c_bignum
FROM everything;

-- case: difference of uint and every number
SELECT
    c_uint - c_tinyint, c_uint - c_smallint, c_uint - c_int, c_uint - c_bigint, c_uint - c_hugeint,
    c_uint - c_utinyint, c_uint - c_usmallint, c_uint - c_uint, c_uint - c_ubigint, c_uint - c_uhugeint,
    c_uint - c_float, c_uint - c_double, c_uint - c_dec_4_1, c_uint - c_dec_9_4, c_uint - c_dec_18_6,
    c_uint - c_dec_38_10, c_uint - c_bignum
FROM everything;

-- case: difference of ubigint and every number
SELECT
    c_ubigint - c_tinyint, c_ubigint - c_smallint, c_ubigint - c_int, c_ubigint - c_bigint, c_ubigint - c_hugeint,
    c_ubigint - c_utinyint, c_ubigint - c_usmallint, c_ubigint - c_uint, c_ubigint - c_ubigint,
    c_ubigint - c_uhugeint, c_ubigint - c_float, c_ubigint - c_double, c_ubigint - c_dec_4_1, c_ubigint - c_dec_9_4,
    c_ubigint - c_dec_18_6, c_ubigint - c_dec_38_10, c_ubigint - c_bignum
FROM everything;

-- case: difference of uhugeint and every number
SELECT
    c_uhugeint - c_tinyint, c_uhugeint - c_smallint, c_uhugeint - c_int, c_uhugeint - c_bigint,
    c_uhugeint - c_hugeint, c_uhugeint - c_utinyint, c_uhugeint - c_usmallint, c_uhugeint - c_uint,
    c_uhugeint - c_ubigint, c_uhugeint - c_uhugeint, c_uhugeint - c_float, c_uhugeint - c_double,
    c_uhugeint - c_dec_4_1, c_uhugeint - c_dec_9_4, c_uhugeint - c_dec_18_6, c_uhugeint - c_dec_38_10,
    c_uhugeint - c_bignum
FROM everything;

-- case: product of tinyint and every number
SELECT
    c_tinyint * c_tinyint, c_tinyint * c_smallint, c_tinyint * c_int, c_tinyint * c_bigint, c_tinyint * c_hugeint,
    c_tinyint * c_utinyint, c_tinyint * c_usmallint, c_tinyint * c_uint, c_tinyint * c_ubigint,
    c_tinyint * c_uhugeint, c_tinyint * c_float, c_tinyint * c_double, c_tinyint * c_dec_4_1, c_tinyint * c_dec_9_4,
    c_tinyint * c_dec_18_6, c_tinyint * c_dec_38_10, c_tinyint * c_bignum
FROM everything;

-- case: product of smallint and every number
SELECT
    c_smallint * c_tinyint, c_smallint * c_smallint, c_smallint * c_int, c_smallint * c_bigint,
    c_smallint * c_hugeint, c_smallint * c_utinyint, c_smallint * c_usmallint, c_smallint * c_uint,
    c_smallint * c_ubigint, c_smallint * c_uhugeint, c_smallint * c_float, c_smallint * c_double,
    c_smallint * c_dec_4_1, c_smallint * c_dec_9_4, c_smallint * c_dec_18_6, c_smallint * c_dec_38_10,
    c_smallint * c_bignum
FROM everything;

-- case: product of int and every number
SELECT
    c_int * c_tinyint, c_int * c_smallint, c_int * c_int, c_int * c_bigint, c_int * c_hugeint, c_int * c_utinyint,
    c_int * c_usmallint, c_int * c_uint, c_int * c_ubigint, c_int * c_uhugeint, c_int * c_float, c_int * c_double,
    c_int * c_dec_4_1, c_int * c_dec_9_4, c_int * c_dec_18_6, c_int * c_dec_38_10, c_int * c_bignum
FROM everything;

-- case: product of bigint and every number
SELECT
    c_bigint * c_tinyint, c_bigint * c_smallint, c_bigint * c_int, c_bigint * c_bigint, c_bigint * c_hugeint,
    c_bigint * c_utinyint, c_bigint * c_usmallint, c_bigint * c_uint, c_bigint * c_ubigint, c_bigint * c_uhugeint,
    c_bigint * c_float, c_bigint * c_double, c_bigint * c_dec_4_1, c_bigint * c_dec_9_4, c_bigint * c_dec_18_6,
    c_bigint * c_dec_38_10, c_bigint * c_bignum
FROM everything;

-- case: product of hugeint and every number
SELECT
    c_hugeint * c_tinyint, c_hugeint * c_smallint, c_hugeint * c_int, c_hugeint * c_bigint, c_hugeint * c_hugeint,
    c_hugeint * c_utinyint, c_hugeint * c_usmallint, c_hugeint * c_uint, c_hugeint * c_ubigint,
    c_hugeint * c_uhugeint, c_hugeint * c_float, c_hugeint * c_double, c_hugeint * c_dec_4_1, c_hugeint * c_dec_9_4,
    c_hugeint * c_dec_18_6, c_hugeint * c_dec_38_10, c_hugeint * c_bignum
FROM everything;

-- case: product of utinyint and every number
SELECT
    c_utinyint * c_tinyint, c_utinyint * c_smallint, c_utinyint * c_int, c_utinyint * c_bigint,
    c_utinyint * c_hugeint, c_utinyint * c_utinyint, c_utinyint * c_usmallint, c_utinyint * c_uint,
    c_utinyint * c_ubigint, c_utinyint * c_uhugeint, c_utinyint * c_float, c_utinyint * c_double,
    c_utinyint * c_dec_4_1, c_utinyint * c_dec_9_4, c_utinyint * c_dec_18_6, c_utinyint * c_dec_38_10,
    c_utinyint * c_bignum
FROM everything;

-- case: product of usmallint and every number
SELECT
    c_usmallint * c_tinyint, c_usmallint * c_smallint, c_usmallint * c_int, c_usmallint * c_bigint,
    c_usmallint * c_hugeint, c_usmallint * c_utinyint, c_usmallint * c_usmallint, c_usmallint * c_uint,
    c_usmallint * c_ubigint, c_usmallint * c_uhugeint, c_usmallint * c_float, c_usmallint * c_double,
    c_usmallint * c_dec_4_1, c_usmallint * c_dec_9_4, c_usmallint * c_dec_18_6, c_usmallint * c_dec_38_10,
    c_usmallint * c_bignum
FROM everything;

-- case: product of uint and every number
SELECT
    c_uint * c_tinyint, c_uint * c_smallint, c_uint * c_int, c_uint * c_bigint, c_uint * c_hugeint,
    c_uint * c_utinyint, c_uint * c_usmallint, c_uint * c_uint, c_uint * c_ubigint, c_uint * c_uhugeint,
    c_uint * c_float, c_uint * c_double, c_uint * c_dec_4_1, c_uint * c_dec_9_4, c_uint * c_dec_18_6,
    c_uint * c_dec_38_10, c_uint * c_bignum
FROM everything;

-- case: product of ubigint and every number
SELECT
    c_ubigint * c_tinyint, c_ubigint * c_smallint, c_ubigint * c_int, c_ubigint * c_bigint, c_ubigint * c_hugeint,
    c_ubigint * c_utinyint, c_ubigint * c_usmallint, c_ubigint * c_uint, c_ubigint * c_ubigint,
    c_ubigint * c_uhugeint, c_ubigint * c_float, c_ubigint * c_double, c_ubigint * c_dec_4_1, c_ubigint * c_dec_9_4,
    c_ubigint * c_dec_18_6, c_ubigint * c_dec_38_10, c_ubigint * c_bignum
FROM everything;

-- case: product of uhugeint and every number
SELECT
    c_uhugeint * c_tinyint, c_uhugeint * c_smallint, c_uhugeint * c_int, c_uhugeint * c_bigint,
    c_uhugeint * c_hugeint, c_uhugeint * c_utinyint, c_uhugeint * c_usmallint, c_uhugeint * c_uint,
    c_uhugeint * c_ubigint, c_uhugeint * c_uhugeint, c_uhugeint * c_float, c_uhugeint * c_double,
    c_uhugeint * c_dec_4_1, c_uhugeint * c_dec_9_4, c_uhugeint * c_dec_18_6, c_uhugeint * c_dec_38_10,
    c_uhugeint * c_bignum
FROM everything;

-- case: quotient of tinyint and every number
SELECT
    c_tinyint / c_tinyint, c_tinyint / c_smallint, c_tinyint / c_int, c_tinyint / c_bigint, c_tinyint / c_hugeint,
    c_tinyint / c_utinyint, c_tinyint / c_usmallint, c_tinyint / c_uint, c_tinyint / c_ubigint,
    c_tinyint / c_uhugeint, c_tinyint / c_float, c_tinyint / c_double, c_tinyint / c_dec_4_1, c_tinyint / c_dec_9_4,
    c_tinyint / c_dec_18_6, c_tinyint / c_dec_38_10, c_tinyint / c_bignum
FROM everything;

-- case: quotient of smallint and every number
SELECT
    c_smallint / c_tinyint, c_smallint / c_smallint, c_smallint / c_int, c_smallint / c_bigint,
    c_smallint / c_hugeint, c_smallint / c_utinyint, c_smallint / c_usmallint, c_smallint / c_uint,
    c_smallint / c_ubigint, c_smallint / c_uhugeint, c_smallint / c_float, c_smallint / c_double,
    c_smallint / c_dec_4_1, c_smallint / c_dec_9_4, c_smallint / c_dec_18_6, c_smallint / c_dec_38_10,
    c_smallint / c_bignum
FROM everything;

-- case: quotient of int and every number
SELECT
    c_int / c_tinyint, c_int / c_smallint, c_int / c_int, c_int / c_bigint, c_int / c_hugeint, c_int / c_utinyint,
    c_int / c_usmallint, c_int / c_uint, c_int / c_ubigint, c_int / c_uhugeint, c_int / c_float, c_int / c_double,
    c_int / c_dec_4_1, c_int / c_dec_9_4, c_int / c_dec_18_6, c_int / c_dec_38_10, c_int / c_bignum
FROM everything;

-- case: quotient of bigint and every number
SELECT
    c_bigint / c_tinyint, c_bigint / c_smallint, c_bigint / c_int, c_bigint / c_bigint, c_bigint / c_hugeint,
    c_bigint / c_utinyint, c_bigint / c_usmallint, c_bigint / c_uint, c_bigint / c_ubigint, c_bigint / c_uhugeint,
    c_bigint / c_float, c_bigint / c_double, c_bigint / c_dec_4_1, c_bigint / c_dec_9_4, c_bigint / c_dec_18_6,
    c_bigint / c_dec_38_10, c_bigint / c_bignum
FROM everything;

-- case: quotient of hugeint and every number
SELECT
    c_hugeint / c_tinyint, c_hugeint / c_smallint, c_hugeint / c_int, c_hugeint / c_bigint, c_hugeint / c_hugeint,
    c_hugeint / c_utinyint, c_hugeint / c_usmallint, c_hugeint / c_uint, c_hugeint / c_ubigint,
    c_hugeint / c_uhugeint, c_hugeint / c_float, c_hugeint / c_double, c_hugeint / c_dec_4_1, c_hugeint / c_dec_9_4,
    c_hugeint / c_dec_18_6, c_hugeint / c_dec_38_10, c_hugeint / c_bignum
FROM everything;

-- case: quotient of utinyint and every number
SELECT
    c_utinyint / c_tinyint, c_utinyint / c_smallint, c_utinyint / c_int, c_utinyint / c_bigint,
    c_utinyint / c_hugeint, c_utinyint / c_utinyint, c_utinyint / c_usmallint, c_utinyint / c_uint,
    c_utinyint / c_ubigint, c_utinyint / c_uhugeint, c_utinyint / c_float, c_utinyint / c_double,
    c_utinyint / c_dec_4_1, c_utinyint / c_dec_9_4, c_utinyint / c_dec_18_6, c_utinyint / c_dec_38_10,
    c_utinyint / c_bignum
FROM everything;

-- case: quotient of usmallint and every number
SELECT
    c_usmallint / c_tinyint, c_usmallint / c_smallint, c_usmallint / c_int, c_usmallint / c_bigint,
    c_usmallint / c_hugeint, c_usmallint / c_utinyint, c_usmallint / c_usmallint, c_usmallint / c_uint,
    c_usmallint / c_ubigint, c_usmallint / c_uhugeint, c_usmallint / c_float, c_usmallint / c_double,
    c_usmallint / c_dec_4_1, c_usmallint / c_dec_9_4, c_usmallint / c_dec_18_6, c_usmallint / c_dec_38_10,
    c_usmallint / c_bignum
FROM everything;

-- case: quotient of uint and every number
SELECT
    c_uint / c_tinyint, c_uint / c_smallint, c_uint / c_int, c_uint / c_bigint, c_uint / c_hugeint,
    c_uint / c_utinyint, c_uint / c_usmallint, c_uint / c_uint, c_uint / c_ubigint, c_uint / c_uhugeint,
    c_uint / c_float, c_uint / c_double, c_uint / c_dec_4_1, c_uint / c_dec_9_4, c_uint / c_dec_18_6,
    c_uint / c_dec_38_10, c_uint / c_bignum
FROM everything;

-- case: quotient of ubigint and every number
SELECT
    c_ubigint / c_tinyint, c_ubigint / c_smallint, c_ubigint / c_int, c_ubigint / c_bigint, c_ubigint / c_hugeint,
    c_ubigint / c_utinyint, c_ubigint / c_usmallint, c_ubigint / c_uint, c_ubigint / c_ubigint,
    c_ubigint / c_uhugeint, c_ubigint / c_float, c_ubigint / c_double, c_ubigint / c_dec_4_1, c_ubigint / c_dec_9_4,
    c_ubigint / c_dec_18_6, c_ubigint / c_dec_38_10, c_ubigint / c_bignum
FROM everything;

-- case: quotient of uhugeint and every number
SELECT
    c_uhugeint / c_tinyint, c_uhugeint / c_smallint, c_uhugeint / c_int, c_uhugeint / c_bigint,
    c_uhugeint / c_hugeint, c_uhugeint / c_utinyint, c_uhugeint / c_usmallint, c_uhugeint / c_uint,
    c_uhugeint / c_ubigint, c_uhugeint / c_uhugeint, c_uhugeint / c_float, c_uhugeint / c_double,
    c_uhugeint / c_dec_4_1, c_uhugeint / c_dec_9_4, c_uhugeint / c_dec_18_6, c_uhugeint / c_dec_38_10,
    c_uhugeint / c_bignum
FROM everything;

-- case: floor quotient of tinyint and every number
SELECT
    c_tinyint // c_tinyint, c_tinyint // c_smallint, c_tinyint // c_int, c_tinyint // c_bigint,
    c_tinyint // c_hugeint, c_tinyint // c_utinyint, c_tinyint // c_usmallint, c_tinyint // c_uint,
    c_tinyint // c_ubigint, c_tinyint // c_uhugeint, c_tinyint // c_float, c_tinyint // c_double,
    c_tinyint // c_dec_4_1, c_tinyint // c_dec_9_4, c_tinyint // c_dec_18_6, c_tinyint // c_dec_38_10,
    c_tinyint // c_bignum
FROM everything;

-- case: floor quotient of smallint and every number
SELECT
    c_smallint // c_tinyint, c_smallint // c_smallint, c_smallint // c_int, c_smallint // c_bigint,
    c_smallint // c_hugeint, c_smallint // c_utinyint, c_smallint // c_usmallint, c_smallint // c_uint,
    c_smallint // c_ubigint, c_smallint // c_uhugeint, c_smallint // c_float, c_smallint // c_double,
    c_smallint // c_dec_4_1, c_smallint // c_dec_9_4, c_smallint // c_dec_18_6, c_smallint // c_dec_38_10,
    c_smallint // c_bignum
FROM everything;

-- case: floor quotient of int and every number
SELECT
    c_int // c_tinyint, c_int // c_smallint, c_int // c_int, c_int // c_bigint, c_int // c_hugeint,
    c_int // c_utinyint, c_int // c_usmallint, c_int // c_uint, c_int // c_ubigint, c_int // c_uhugeint,
    c_int // c_float, c_int // c_double, c_int // c_dec_4_1, c_int // c_dec_9_4, c_int // c_dec_18_6,
    c_int // c_dec_38_10, c_int // c_bignum
FROM everything;

-- case: floor quotient of bigint and every number
SELECT
    c_bigint // c_tinyint, c_bigint // c_smallint, c_bigint // c_int, c_bigint // c_bigint, c_bigint // c_hugeint,
    c_bigint // c_utinyint, c_bigint // c_usmallint, c_bigint // c_uint, c_bigint // c_ubigint,
    c_bigint // c_uhugeint, c_bigint // c_float, c_bigint // c_double, c_bigint // c_dec_4_1, c_bigint // c_dec_9_4,
    c_bigint // c_dec_18_6, c_bigint // c_dec_38_10, c_bigint // c_bignum
FROM everything;

-- case: floor quotient of hugeint and every number
SELECT
    c_hugeint // c_tinyint, c_hugeint // c_smallint, c_hugeint // c_int, c_hugeint // c_bigint,
    c_hugeint // c_hugeint, c_hugeint // c_utinyint, c_hugeint // c_usmallint, c_hugeint // c_uint,
    c_hugeint // c_ubigint, c_hugeint // c_uhugeint, c_hugeint // c_float, c_hugeint // c_double,
    c_hugeint // c_dec_4_1, c_hugeint // c_dec_9_4, c_hugeint // c_dec_18_6, c_hugeint // c_dec_38_10,
    c_hugeint // c_bignum
FROM everything;

-- case: floor quotient of utinyint and every number
SELECT
    c_utinyint // c_tinyint, c_utinyint // c_smallint, c_utinyint // c_int, c_utinyint // c_bigint,
    c_utinyint // c_hugeint, c_utinyint // c_utinyint, c_utinyint // c_usmallint, c_utinyint // c_uint,
    c_utinyint // c_ubigint, c_utinyint // c_uhugeint, c_utinyint // c_float, c_utinyint // c_double,
    c_utinyint // c_dec_4_1, c_utinyint // c_dec_9_4, c_utinyint // c_dec_18_6, c_utinyint // c_dec_38_10,
    c_utinyint // c_bignum
FROM everything;

-- case: floor quotient of usmallint and every number
SELECT
    c_usmallint // c_tinyint, c_usmallint // c_smallint, c_usmallint // c_int, c_usmallint // c_bigint,
    c_usmallint // c_hugeint, c_usmallint // c_utinyint, c_usmallint // c_usmallint, c_usmallint // c_uint,
    c_usmallint // c_ubigint, c_usmallint // c_uhugeint, c_usmallint // c_float, c_usmallint // c_double,
    c_usmallint // c_dec_4_1, c_usmallint // c_dec_9_4, c_usmallint // c_dec_18_6, c_usmallint // c_dec_38_10,
    c_usmallint // c_bignum
FROM everything;

-- case: floor quotient of uint and every number
SELECT
    c_uint // c_tinyint, c_uint // c_smallint, c_uint // c_int, c_uint // c_bigint, c_uint // c_hugeint,
    c_uint // c_utinyint, c_uint // c_usmallint, c_uint // c_uint, c_uint // c_ubigint, c_uint // c_uhugeint,
    c_uint // c_float, c_uint // c_double, c_uint // c_dec_4_1, c_uint // c_dec_9_4, c_uint // c_dec_18_6,
    c_uint // c_dec_38_10, c_uint // c_bignum
FROM everything;

-- case: floor quotient of ubigint and every number
SELECT
    c_ubigint // c_tinyint, c_ubigint // c_smallint, c_ubigint // c_int, c_ubigint // c_bigint,
    c_ubigint // c_hugeint, c_ubigint // c_utinyint, c_ubigint // c_usmallint, c_ubigint // c_uint,
    c_ubigint // c_ubigint, c_ubigint // c_uhugeint, c_ubigint // c_float, c_ubigint // c_double,
    c_ubigint // c_dec_4_1, c_ubigint // c_dec_9_4, c_ubigint // c_dec_18_6, c_ubigint // c_dec_38_10,
    c_ubigint // c_bignum
FROM everything;

-- case: floor quotient of uhugeint and every number
SELECT
    c_uhugeint // c_tinyint, c_uhugeint // c_smallint, c_uhugeint // c_int, c_uhugeint // c_bigint,
    c_uhugeint // c_hugeint, c_uhugeint // c_utinyint, c_uhugeint // c_usmallint, c_uhugeint // c_uint,
    c_uhugeint // c_ubigint, c_uhugeint // c_uhugeint, c_uhugeint // c_float, c_uhugeint // c_double,
    c_uhugeint // c_dec_4_1, c_uhugeint // c_dec_9_4, c_uhugeint // c_dec_18_6, c_uhugeint // c_dec_38_10,
    c_uhugeint // c_bignum
FROM everything;

-- case: remainder of tinyint and every number
SELECT
    c_tinyint % c_tinyint, c_tinyint % c_smallint, c_tinyint % c_int, c_tinyint % c_bigint, c_tinyint % c_hugeint,
    c_tinyint % c_utinyint, c_tinyint % c_usmallint, c_tinyint % c_uint, c_tinyint % c_ubigint,
    c_tinyint % c_uhugeint, c_tinyint % c_float, c_tinyint % c_double, c_tinyint % c_dec_4_1, c_tinyint % c_dec_9_4,
    c_tinyint % c_dec_18_6, c_tinyint % c_dec_38_10, c_tinyint % c_bignum
FROM everything;

-- case: remainder of smallint and every number
SELECT
    c_smallint % c_tinyint, c_smallint % c_smallint, c_smallint % c_int, c_smallint % c_bigint,
    c_smallint % c_hugeint, c_smallint % c_utinyint, c_smallint % c_usmallint, c_smallint % c_uint,
    c_smallint % c_ubigint, c_smallint % c_uhugeint, c_smallint % c_float, c_smallint % c_double,
    c_smallint % c_dec_4_1, c_smallint % c_dec_9_4, c_smallint % c_dec_18_6, c_smallint % c_dec_38_10,
    c_smallint % c_bignum
FROM everything;

-- case: remainder of int and every number
SELECT
    c_int % c_tinyint, c_int % c_smallint, c_int % c_int, c_int % c_bigint, c_int % c_hugeint, c_int % c_utinyint,
    c_int % c_usmallint, c_int % c_uint, c_int % c_ubigint, c_int % c_uhugeint, c_int % c_float, c_int % c_double,
    c_int % c_dec_4_1, c_int % c_dec_9_4, c_int % c_dec_18_6, c_int % c_dec_38_10, c_int % c_bignum
FROM everything;

-- case: remainder of bigint and every number
SELECT
    c_bigint % c_tinyint, c_bigint % c_smallint, c_bigint % c_int, c_bigint % c_bigint, c_bigint % c_hugeint,
    c_bigint % c_utinyint, c_bigint % c_usmallint, c_bigint % c_uint, c_bigint % c_ubigint, c_bigint % c_uhugeint,
    c_bigint % c_float, c_bigint % c_double, c_bigint % c_dec_4_1, c_bigint % c_dec_9_4, c_bigint % c_dec_18_6,
    c_bigint % c_dec_38_10, c_bigint % c_bignum
FROM everything;

-- case: remainder of hugeint and every number
SELECT
    c_hugeint % c_tinyint, c_hugeint % c_smallint, c_hugeint % c_int, c_hugeint % c_bigint, c_hugeint % c_hugeint,
    c_hugeint % c_utinyint, c_hugeint % c_usmallint, c_hugeint % c_uint, c_hugeint % c_ubigint,
    c_hugeint % c_uhugeint, c_hugeint % c_float, c_hugeint % c_double, c_hugeint % c_dec_4_1, c_hugeint % c_dec_9_4,
    c_hugeint % c_dec_18_6, c_hugeint % c_dec_38_10, c_hugeint % c_bignum
FROM everything;

-- case: remainder of utinyint and every number
SELECT
    c_utinyint % c_tinyint, c_utinyint % c_smallint, c_utinyint % c_int, c_utinyint % c_bigint,
    c_utinyint % c_hugeint, c_utinyint % c_utinyint, c_utinyint % c_usmallint, c_utinyint % c_uint,
    c_utinyint % c_ubigint, c_utinyint % c_uhugeint, c_utinyint % c_float, c_utinyint % c_double,
    c_utinyint % c_dec_4_1, c_utinyint % c_dec_9_4, c_utinyint % c_dec_18_6, c_utinyint % c_dec_38_10,
    c_utinyint % c_bignum
FROM everything;

-- case: remainder of usmallint and every number
SELECT
    c_usmallint % c_tinyint, c_usmallint % c_smallint, c_usmallint % c_int, c_usmallint % c_bigint,
    c_usmallint % c_hugeint, c_usmallint % c_utinyint, c_usmallint % c_usmallint, c_usmallint % c_uint,
    c_usmallint % c_ubigint, c_usmallint % c_uhugeint, c_usmallint % c_float, c_usmallint % c_double,
    c_usmallint % c_dec_4_1, c_usmallint % c_dec_9_4, c_usmallint % c_dec_18_6, c_usmallint % c_dec_38_10,
    c_usmallint % c_bignum
FROM everything;

-- case: remainder of uint and every number
SELECT
    c_uint % c_tinyint, c_uint % c_smallint, c_uint % c_int, c_uint % c_bigint, c_uint % c_hugeint,
    c_uint % c_utinyint, c_uint % c_usmallint, c_uint % c_uint, c_uint % c_ubigint, c_uint % c_uhugeint,
    c_uint % c_float, c_uint % c_double, c_uint % c_dec_4_1, c_uint % c_dec_9_4, c_uint % c_dec_18_6,
    c_uint % c_dec_38_10, c_uint % c_bignum
FROM everything;

-- case: remainder of ubigint and every number
SELECT
    c_ubigint % c_tinyint, c_ubigint % c_smallint, c_ubigint % c_int, c_ubigint % c_bigint, c_ubigint % c_hugeint,
    c_ubigint % c_utinyint, c_ubigint % c_usmallint, c_ubigint % c_uint, c_ubigint % c_ubigint,
    c_ubigint % c_uhugeint, c_ubigint % c_float, c_ubigint % c_double, c_ubigint % c_dec_4_1, c_ubigint % c_dec_9_4,
    c_ubigint % c_dec_18_6, c_ubigint % c_dec_38_10, c_ubigint % c_bignum
FROM everything;

-- case: remainder of uhugeint and every number
SELECT
    c_uhugeint % c_tinyint, c_uhugeint % c_smallint, c_uhugeint % c_int, c_uhugeint % c_bigint,
    c_uhugeint % c_hugeint, c_uhugeint % c_utinyint, c_uhugeint % c_usmallint, c_uhugeint % c_uint,
    c_uhugeint % c_ubigint, c_uhugeint % c_uhugeint, c_uhugeint % c_float, c_uhugeint % c_double,
    c_uhugeint % c_dec_4_1, c_uhugeint % c_dec_9_4, c_uhugeint % c_dec_18_6, c_uhugeint % c_dec_38_10,
    c_uhugeint % c_bignum
FROM everything;

-- case: sum of floats and every number
SELECT
    c_float + c_tinyint, c_float + c_smallint, c_float + c_int, c_float + c_bigint, c_float + c_hugeint,
    c_float + c_utinyint, c_float + c_usmallint, c_float + c_uint, c_float + c_ubigint, c_float + c_uhugeint,
    c_float + c_float, c_float + c_double, c_float + c_dec_4_1, c_float + c_dec_9_4, c_float + c_dec_18_6,
    c_float + c_dec_38_10, c_float + c_dec_plain, c_double + c_tinyint, c_double + c_smallint, c_double + c_int,
    c_double + c_bigint, c_double + c_hugeint, c_double + c_utinyint, c_double + c_usmallint, c_double + c_uint,
    c_double + c_ubigint, c_double + c_uhugeint, c_double + c_float, c_double + c_double, c_double + c_dec_4_1,
    c_double + c_dec_9_4, c_double + c_dec_18_6, c_double + c_dec_38_10, c_double + c_dec_plain
FROM everything;

-- case: difference of floats and every number
SELECT
    c_float - c_tinyint, c_float - c_smallint, c_float - c_int, c_float - c_bigint, c_float - c_hugeint,
    c_float - c_utinyint, c_float - c_usmallint, c_float - c_uint, c_float - c_ubigint, c_float - c_uhugeint,
    c_float - c_float, c_float - c_double, c_float - c_dec_4_1, c_float - c_dec_9_4, c_float - c_dec_18_6,
    c_float - c_dec_38_10, c_float - c_dec_plain, c_double - c_tinyint, c_double - c_smallint, c_double - c_int,
    c_double - c_bigint, c_double - c_hugeint, c_double - c_utinyint, c_double - c_usmallint, c_double - c_uint,
    c_double - c_ubigint, c_double - c_uhugeint, c_double - c_float, c_double - c_double, c_double - c_dec_4_1,
    c_double - c_dec_9_4, c_double - c_dec_18_6, c_double - c_dec_38_10, c_double - c_dec_plain
FROM everything;

-- case: product of floats and every number
SELECT
    c_float * c_tinyint, c_float * c_smallint, c_float * c_int, c_float * c_bigint, c_float * c_hugeint,
    c_float * c_utinyint, c_float * c_usmallint, c_float * c_uint, c_float * c_ubigint, c_float * c_uhugeint,
    c_float * c_float, c_float * c_double, c_float * c_dec_4_1, c_float * c_dec_9_4, c_float * c_dec_18_6,
    c_float * c_dec_38_10, c_float * c_dec_plain, c_double * c_tinyint, c_double * c_smallint, c_double * c_int,
    c_double * c_bigint, c_double * c_hugeint, c_double * c_utinyint, c_double * c_usmallint, c_double * c_uint,
    c_double * c_ubigint, c_double * c_uhugeint, c_double * c_float, c_double * c_double, c_double * c_dec_4_1,
    c_double * c_dec_9_4, c_double * c_dec_18_6, c_double * c_dec_38_10, c_double * c_dec_plain
FROM everything;

-- case: quotient of floats and every number
SELECT
    c_float / c_tinyint, c_float / c_smallint, c_float / c_int, c_float / c_bigint, c_float / c_hugeint,
    c_float / c_utinyint, c_float / c_usmallint, c_float / c_uint, c_float / c_ubigint, c_float / c_uhugeint,
    c_float / c_float, c_float / c_double, c_float / c_dec_4_1, c_float / c_dec_9_4, c_float / c_dec_18_6,
    c_float / c_dec_38_10, c_float / c_dec_plain, c_double / c_tinyint, c_double / c_smallint, c_double / c_int,
    c_double / c_bigint, c_double / c_hugeint, c_double / c_utinyint, c_double / c_usmallint, c_double / c_uint,
    c_double / c_ubigint, c_double / c_uhugeint, c_double / c_float, c_double / c_double, c_double / c_dec_4_1,
    c_double / c_dec_9_4, c_double / c_dec_18_6, c_double / c_dec_38_10, c_double / c_dec_plain
FROM everything;

-- case: floor quotient of floats and every number
SELECT
    c_float // c_tinyint, c_float // c_smallint, c_float // c_int, c_float // c_bigint, c_float // c_hugeint,
    c_float // c_utinyint, c_float // c_usmallint, c_float // c_uint, c_float // c_ubigint, c_float // c_uhugeint,
    c_float // c_float, c_float // c_double, c_float // c_dec_4_1, c_float // c_dec_9_4, c_float // c_dec_18_6,
    c_float // c_dec_38_10, c_float // c_dec_plain, c_double // c_tinyint, c_double // c_smallint,
    c_double // c_int, c_double // c_bigint, c_double // c_hugeint, c_double // c_utinyint, c_double // c_usmallint,
    c_double // c_uint, c_double // c_ubigint, c_double // c_uhugeint, c_double // c_float, c_double // c_double,
    c_double // c_dec_4_1, c_double // c_dec_9_4, c_double // c_dec_18_6, c_double // c_dec_38_10,
    c_double // c_dec_plain
FROM everything;

-- case: remainder of floats and every number
SELECT
    c_float % c_tinyint, c_float % c_smallint, c_float % c_int, c_float % c_bigint, c_float % c_hugeint,
    c_float % c_utinyint, c_float % c_usmallint, c_float % c_uint, c_float % c_ubigint, c_float % c_uhugeint,
    c_float % c_float, c_float % c_double, c_float % c_dec_4_1, c_float % c_dec_9_4, c_float % c_dec_18_6,
    c_float % c_dec_38_10, c_float % c_dec_plain, c_double % c_tinyint, c_double % c_smallint, c_double % c_int,
    c_double % c_bigint, c_double % c_hugeint, c_double % c_utinyint, c_double % c_usmallint, c_double % c_uint,
    c_double % c_ubigint, c_double % c_uhugeint, c_double % c_float, c_double % c_double, c_double % c_dec_4_1,
    c_double % c_dec_9_4, c_double % c_dec_18_6, c_double % c_dec_38_10, c_double % c_dec_plain
FROM everything;

-- case: sum of every pair of decimals
SELECT
    c_dec_4_1 + c_dec_4_1, c_dec_4_1 + c_dec_9_4, c_dec_4_1 + c_dec_18_6, c_dec_4_1 + c_dec_38_10,
    c_dec_4_1 + c_dec_plain, c_dec_9_4 + c_dec_4_1, c_dec_9_4 + c_dec_9_4, c_dec_9_4 + c_dec_18_6,
    c_dec_9_4 + c_dec_38_10, c_dec_9_4 + c_dec_plain, c_dec_18_6 + c_dec_4_1, c_dec_18_6 + c_dec_9_4,
    c_dec_18_6 + c_dec_18_6, c_dec_18_6 + c_dec_38_10, c_dec_18_6 + c_dec_plain, c_dec_38_10 + c_dec_4_1,
    c_dec_38_10 + c_dec_9_4, c_dec_38_10 + c_dec_18_6, c_dec_38_10 + c_dec_38_10, c_dec_38_10 + c_dec_plain,
    c_dec_plain + c_dec_4_1, c_dec_plain + c_dec_9_4, c_dec_plain + c_dec_18_6, c_dec_plain + c_dec_38_10,
    c_dec_plain + c_dec_plain
FROM everything;

-- case: sum of decimals and integers
SELECT
    c_dec_4_1 + c_tinyint, c_dec_4_1 + c_smallint, c_dec_4_1 + c_int, c_dec_4_1 + c_bigint, c_dec_4_1 + c_hugeint,
    c_dec_4_1 + c_utinyint, c_dec_4_1 + c_usmallint, c_dec_4_1 + c_uint, c_dec_4_1 + c_ubigint,
    c_dec_4_1 + c_uhugeint, c_dec_9_4 + c_tinyint, c_dec_9_4 + c_smallint, c_dec_9_4 + c_int, c_dec_9_4 + c_bigint,
    c_dec_9_4 + c_hugeint, c_dec_9_4 + c_utinyint, c_dec_9_4 + c_usmallint, c_dec_9_4 + c_uint,
    c_dec_9_4 + c_ubigint, c_dec_9_4 + c_uhugeint, c_dec_18_6 + c_tinyint, c_dec_18_6 + c_smallint,
    c_dec_18_6 + c_int, c_dec_18_6 + c_bigint, c_dec_18_6 + c_hugeint, c_dec_18_6 + c_utinyint,
    c_dec_18_6 + c_usmallint, c_dec_18_6 + c_uint, c_dec_18_6 + c_ubigint, c_dec_18_6 + c_uhugeint,
    c_dec_38_10 + c_tinyint, c_dec_38_10 + c_smallint, c_dec_38_10 + c_int, c_dec_38_10 + c_bigint,
    c_dec_38_10 + c_hugeint, c_dec_38_10 + c_utinyint, c_dec_38_10 + c_usmallint, c_dec_38_10 + c_uint,
    c_dec_38_10 + c_ubigint, c_dec_38_10 + c_uhugeint
FROM everything;

-- case: sum of bignum and numbers
SELECT
    c_bignum + c_tinyint, c_bignum + c_smallint, c_bignum + c_int, c_bignum + c_bigint, c_bignum + c_hugeint,
    c_bignum + c_utinyint, c_bignum + c_usmallint, c_bignum + c_uint, c_bignum + c_ubigint, c_bignum + c_uhugeint,
    c_bignum + c_float, c_bignum + c_double, c_bignum + c_dec_4_1, c_bignum + c_dec_9_4, c_bignum + c_dec_18_6,
    c_bignum + c_dec_38_10, c_bignum + c_dec_plain, c_bignum + 1, c_bignum + 1.5
FROM everything;

-- case: difference of every pair of decimals
SELECT
    c_dec_4_1 - c_dec_4_1, c_dec_4_1 - c_dec_9_4, c_dec_4_1 - c_dec_18_6, c_dec_4_1 - c_dec_38_10,
    c_dec_4_1 - c_dec_plain, c_dec_9_4 - c_dec_4_1, c_dec_9_4 - c_dec_9_4, c_dec_9_4 - c_dec_18_6,
    c_dec_9_4 - c_dec_38_10, c_dec_9_4 - c_dec_plain, c_dec_18_6 - c_dec_4_1, c_dec_18_6 - c_dec_9_4,
    c_dec_18_6 - c_dec_18_6, c_dec_18_6 - c_dec_38_10, c_dec_18_6 - c_dec_plain, c_dec_38_10 - c_dec_4_1,
    c_dec_38_10 - c_dec_9_4, c_dec_38_10 - c_dec_18_6, c_dec_38_10 - c_dec_38_10, c_dec_38_10 - c_dec_plain,
    c_dec_plain - c_dec_4_1, c_dec_plain - c_dec_9_4, c_dec_plain - c_dec_18_6, c_dec_plain - c_dec_38_10,
    c_dec_plain - c_dec_plain
FROM everything;

-- case: difference of decimals and integers
SELECT
    c_dec_4_1 - c_tinyint, c_dec_4_1 - c_smallint, c_dec_4_1 - c_int, c_dec_4_1 - c_bigint, c_dec_4_1 - c_hugeint,
    c_dec_4_1 - c_utinyint, c_dec_4_1 - c_usmallint, c_dec_4_1 - c_uint, c_dec_4_1 - c_ubigint,
    c_dec_4_1 - c_uhugeint, c_dec_9_4 - c_tinyint, c_dec_9_4 - c_smallint, c_dec_9_4 - c_int, c_dec_9_4 - c_bigint,
    c_dec_9_4 - c_hugeint, c_dec_9_4 - c_utinyint, c_dec_9_4 - c_usmallint, c_dec_9_4 - c_uint,
    c_dec_9_4 - c_ubigint, c_dec_9_4 - c_uhugeint, c_dec_18_6 - c_tinyint, c_dec_18_6 - c_smallint,
    c_dec_18_6 - c_int, c_dec_18_6 - c_bigint, c_dec_18_6 - c_hugeint, c_dec_18_6 - c_utinyint,
    c_dec_18_6 - c_usmallint, c_dec_18_6 - c_uint, c_dec_18_6 - c_ubigint, c_dec_18_6 - c_uhugeint,
    c_dec_38_10 - c_tinyint, c_dec_38_10 - c_smallint, c_dec_38_10 - c_int, c_dec_38_10 - c_bigint,
    c_dec_38_10 - c_hugeint, c_dec_38_10 - c_utinyint, c_dec_38_10 - c_usmallint, c_dec_38_10 - c_uint,
    c_dec_38_10 - c_ubigint, c_dec_38_10 - c_uhugeint
FROM everything;

-- case: difference of bignum and numbers
SELECT
    c_bignum - c_tinyint, c_bignum - c_smallint, c_bignum - c_int, c_bignum - c_bigint, c_bignum - c_hugeint,
    c_bignum - c_utinyint, c_bignum - c_usmallint, c_bignum - c_uint, c_bignum - c_ubigint, c_bignum - c_uhugeint,
    c_bignum - c_float, c_bignum - c_double, c_bignum - c_dec_4_1, c_bignum - c_dec_9_4, c_bignum - c_dec_18_6,
    c_bignum - c_dec_38_10, c_bignum - c_dec_plain, c_bignum - 1, c_bignum - 1.5
FROM everything;

-- case: product of every pair of decimals
SELECT
    c_dec_4_1 * c_dec_4_1, c_dec_4_1 * c_dec_9_4, c_dec_4_1 * c_dec_18_6, c_dec_4_1 * c_dec_38_10,
    c_dec_4_1 * c_dec_plain, c_dec_9_4 * c_dec_4_1, c_dec_9_4 * c_dec_9_4, c_dec_9_4 * c_dec_18_6,
    c_dec_9_4 * c_dec_38_10, c_dec_9_4 * c_dec_plain, c_dec_18_6 * c_dec_4_1, c_dec_18_6 * c_dec_9_4,
    c_dec_18_6 * c_dec_18_6, c_dec_18_6 * c_dec_38_10, c_dec_18_6 * c_dec_plain, c_dec_38_10 * c_dec_4_1,
    c_dec_38_10 * c_dec_9_4, c_dec_38_10 * c_dec_18_6, c_dec_38_10 * c_dec_38_10, c_dec_38_10 * c_dec_plain,
    c_dec_plain * c_dec_4_1, c_dec_plain * c_dec_9_4, c_dec_plain * c_dec_18_6, c_dec_plain * c_dec_38_10,
    c_dec_plain * c_dec_plain
FROM everything;

-- case: product of decimals and integers
SELECT
    c_dec_4_1 * c_tinyint, c_dec_4_1 * c_smallint, c_dec_4_1 * c_int, c_dec_4_1 * c_bigint, c_dec_4_1 * c_hugeint,
    c_dec_4_1 * c_utinyint, c_dec_4_1 * c_usmallint, c_dec_4_1 * c_uint, c_dec_4_1 * c_ubigint,
    c_dec_4_1 * c_uhugeint, c_dec_9_4 * c_tinyint, c_dec_9_4 * c_smallint, c_dec_9_4 * c_int, c_dec_9_4 * c_bigint,
    c_dec_9_4 * c_hugeint, c_dec_9_4 * c_utinyint, c_dec_9_4 * c_usmallint, c_dec_9_4 * c_uint,
    c_dec_9_4 * c_ubigint, c_dec_9_4 * c_uhugeint, c_dec_18_6 * c_tinyint, c_dec_18_6 * c_smallint,
    c_dec_18_6 * c_int, c_dec_18_6 * c_bigint, c_dec_18_6 * c_hugeint, c_dec_18_6 * c_utinyint,
    c_dec_18_6 * c_usmallint, c_dec_18_6 * c_uint, c_dec_18_6 * c_ubigint, c_dec_18_6 * c_uhugeint,
    c_dec_38_10 * c_tinyint, c_dec_38_10 * c_smallint, c_dec_38_10 * c_int, c_dec_38_10 * c_bigint,
    c_dec_38_10 * c_hugeint, c_dec_38_10 * c_utinyint, c_dec_38_10 * c_usmallint, c_dec_38_10 * c_uint,
    c_dec_38_10 * c_ubigint, c_dec_38_10 * c_uhugeint
FROM everything;

-- case: product of bignum and numbers
SELECT
    c_bignum * c_tinyint, c_bignum * c_smallint, c_bignum * c_int, c_bignum * c_bigint, c_bignum * c_hugeint,
    c_bignum * c_utinyint, c_bignum * c_usmallint, c_bignum * c_uint, c_bignum * c_ubigint, c_bignum * c_uhugeint,
    c_bignum * c_float, c_bignum * c_double, c_bignum * c_dec_4_1, c_bignum * c_dec_9_4, c_bignum * c_dec_18_6,
    c_bignum * c_dec_38_10, c_bignum * c_dec_plain, c_bignum * 1, c_bignum * 1.5
FROM everything;

-- case: quotient of every pair of decimals
SELECT
    c_dec_4_1 / c_dec_4_1, c_dec_4_1 / c_dec_9_4, c_dec_4_1 / c_dec_18_6, c_dec_4_1 / c_dec_38_10,
    c_dec_4_1 / c_dec_plain, c_dec_9_4 / c_dec_4_1, c_dec_9_4 / c_dec_9_4, c_dec_9_4 / c_dec_18_6,
    c_dec_9_4 / c_dec_38_10, c_dec_9_4 / c_dec_plain, c_dec_18_6 / c_dec_4_1, c_dec_18_6 / c_dec_9_4,
    c_dec_18_6 / c_dec_18_6, c_dec_18_6 / c_dec_38_10, c_dec_18_6 / c_dec_plain, c_dec_38_10 / c_dec_4_1,
    c_dec_38_10 / c_dec_9_4, c_dec_38_10 / c_dec_18_6, c_dec_38_10 / c_dec_38_10, c_dec_38_10 / c_dec_plain,
    c_dec_plain / c_dec_4_1, c_dec_plain / c_dec_9_4, c_dec_plain / c_dec_18_6, c_dec_plain / c_dec_38_10,
    c_dec_plain / c_dec_plain
FROM everything;

-- case: quotient of decimals and integers
SELECT
    c_dec_4_1 / c_tinyint, c_dec_4_1 / c_smallint, c_dec_4_1 / c_int, c_dec_4_1 / c_bigint, c_dec_4_1 / c_hugeint,
    c_dec_4_1 / c_utinyint, c_dec_4_1 / c_usmallint, c_dec_4_1 / c_uint, c_dec_4_1 / c_ubigint,
    c_dec_4_1 / c_uhugeint, c_dec_9_4 / c_tinyint, c_dec_9_4 / c_smallint, c_dec_9_4 / c_int, c_dec_9_4 / c_bigint,
    c_dec_9_4 / c_hugeint, c_dec_9_4 / c_utinyint, c_dec_9_4 / c_usmallint, c_dec_9_4 / c_uint,
    c_dec_9_4 / c_ubigint, c_dec_9_4 / c_uhugeint, c_dec_18_6 / c_tinyint, c_dec_18_6 / c_smallint,
    c_dec_18_6 / c_int, c_dec_18_6 / c_bigint, c_dec_18_6 / c_hugeint, c_dec_18_6 / c_utinyint,
    c_dec_18_6 / c_usmallint, c_dec_18_6 / c_uint, c_dec_18_6 / c_ubigint, c_dec_18_6 / c_uhugeint,
    c_dec_38_10 / c_tinyint, c_dec_38_10 / c_smallint, c_dec_38_10 / c_int, c_dec_38_10 / c_bigint,
    c_dec_38_10 / c_hugeint, c_dec_38_10 / c_utinyint, c_dec_38_10 / c_usmallint, c_dec_38_10 / c_uint,
    c_dec_38_10 / c_ubigint, c_dec_38_10 / c_uhugeint
FROM everything;

-- case: quotient of bignum and numbers
SELECT
    c_bignum / c_tinyint, c_bignum / c_smallint, c_bignum / c_int, c_bignum / c_bigint, c_bignum / c_hugeint,
    c_bignum / c_utinyint, c_bignum / c_usmallint, c_bignum / c_uint, c_bignum / c_ubigint, c_bignum / c_uhugeint,
    c_bignum / c_float, c_bignum / c_double, c_bignum / c_dec_4_1, c_bignum / c_dec_9_4, c_bignum / c_dec_18_6,
    c_bignum / c_dec_38_10, c_bignum / c_dec_plain, c_bignum / 1, c_bignum / 1.5
FROM everything;

-- case: floor quotient of every pair of decimals
SELECT
    c_dec_4_1 // c_dec_4_1, c_dec_4_1 // c_dec_9_4, c_dec_4_1 // c_dec_18_6, c_dec_4_1 // c_dec_38_10,
    c_dec_4_1 // c_dec_plain, c_dec_9_4 // c_dec_4_1, c_dec_9_4 // c_dec_9_4, c_dec_9_4 // c_dec_18_6,
    c_dec_9_4 // c_dec_38_10, c_dec_9_4 // c_dec_plain, c_dec_18_6 // c_dec_4_1, c_dec_18_6 // c_dec_9_4,
    c_dec_18_6 // c_dec_18_6, c_dec_18_6 // c_dec_38_10, c_dec_18_6 // c_dec_plain, c_dec_38_10 // c_dec_4_1,
    c_dec_38_10 // c_dec_9_4, c_dec_38_10 // c_dec_18_6, c_dec_38_10 // c_dec_38_10, c_dec_38_10 // c_dec_plain,
    c_dec_plain // c_dec_4_1, c_dec_plain // c_dec_9_4, c_dec_plain // c_dec_18_6, c_dec_plain // c_dec_38_10,
    c_dec_plain // c_dec_plain
FROM everything;

-- case: floor quotient of decimals and integers
SELECT
    c_dec_4_1 // c_tinyint, c_dec_4_1 // c_smallint, c_dec_4_1 // c_int, c_dec_4_1 // c_bigint,
    c_dec_4_1 // c_hugeint, c_dec_4_1 // c_utinyint, c_dec_4_1 // c_usmallint, c_dec_4_1 // c_uint,
    c_dec_4_1 // c_ubigint, c_dec_4_1 // c_uhugeint, c_dec_9_4 // c_tinyint, c_dec_9_4 // c_smallint,
    c_dec_9_4 // c_int, c_dec_9_4 // c_bigint, c_dec_9_4 // c_hugeint, c_dec_9_4 // c_utinyint,
    c_dec_9_4 // c_usmallint, c_dec_9_4 // c_uint, c_dec_9_4 // c_ubigint, c_dec_9_4 // c_uhugeint,
    c_dec_18_6 // c_tinyint, c_dec_18_6 // c_smallint, c_dec_18_6 // c_int, c_dec_18_6 // c_bigint,
    c_dec_18_6 // c_hugeint, c_dec_18_6 // c_utinyint, c_dec_18_6 // c_usmallint, c_dec_18_6 // c_uint,
    c_dec_18_6 // c_ubigint, c_dec_18_6 // c_uhugeint, c_dec_38_10 // c_tinyint, c_dec_38_10 // c_smallint,
    c_dec_38_10 // c_int, c_dec_38_10 // c_bigint, c_dec_38_10 // c_hugeint, c_dec_38_10 // c_utinyint,
    c_dec_38_10 // c_usmallint, c_dec_38_10 // c_uint, c_dec_38_10 // c_ubigint, c_dec_38_10 // c_uhugeint
FROM everything;

-- case: floor quotient of bignum and numbers
SELECT
    c_bignum // c_tinyint, c_bignum // c_smallint, c_bignum // c_int, c_bignum // c_bigint, c_bignum // c_hugeint,
    c_bignum // c_utinyint, c_bignum // c_usmallint, c_bignum // c_uint, c_bignum // c_ubigint,
    c_bignum // c_uhugeint, c_bignum // c_float, c_bignum // c_double, c_bignum // c_dec_4_1, c_bignum // c_dec_9_4,
    c_bignum // c_dec_18_6, c_bignum // c_dec_38_10, c_bignum // c_dec_plain, c_bignum // 1, c_bignum // 1.5
FROM everything;

-- case: remainder of every pair of decimals
SELECT
    c_dec_4_1 % c_dec_4_1, c_dec_4_1 % c_dec_9_4, c_dec_4_1 % c_dec_18_6, c_dec_4_1 % c_dec_38_10,
    c_dec_4_1 % c_dec_plain, c_dec_9_4 % c_dec_4_1, c_dec_9_4 % c_dec_9_4, c_dec_9_4 % c_dec_18_6,
    c_dec_9_4 % c_dec_38_10, c_dec_9_4 % c_dec_plain, c_dec_18_6 % c_dec_4_1, c_dec_18_6 % c_dec_9_4,
    c_dec_18_6 % c_dec_18_6, c_dec_18_6 % c_dec_38_10, c_dec_18_6 % c_dec_plain, c_dec_38_10 % c_dec_4_1,
    c_dec_38_10 % c_dec_9_4, c_dec_38_10 % c_dec_18_6, c_dec_38_10 % c_dec_38_10, c_dec_38_10 % c_dec_plain,
    c_dec_plain % c_dec_4_1, c_dec_plain % c_dec_9_4, c_dec_plain % c_dec_18_6, c_dec_plain % c_dec_38_10,
    c_dec_plain % c_dec_plain
FROM everything;

-- case: remainder of decimals and integers
SELECT
    c_dec_4_1 % c_tinyint, c_dec_4_1 % c_smallint, c_dec_4_1 % c_int, c_dec_4_1 % c_bigint, c_dec_4_1 % c_hugeint,
    c_dec_4_1 % c_utinyint, c_dec_4_1 % c_usmallint, c_dec_4_1 % c_uint, c_dec_4_1 % c_ubigint,
    c_dec_4_1 % c_uhugeint, c_dec_9_4 % c_tinyint, c_dec_9_4 % c_smallint, c_dec_9_4 % c_int, c_dec_9_4 % c_bigint,
    c_dec_9_4 % c_hugeint, c_dec_9_4 % c_utinyint, c_dec_9_4 % c_usmallint, c_dec_9_4 % c_uint,
    c_dec_9_4 % c_ubigint, c_dec_9_4 % c_uhugeint, c_dec_18_6 % c_tinyint, c_dec_18_6 % c_smallint,
    c_dec_18_6 % c_int, c_dec_18_6 % c_bigint, c_dec_18_6 % c_hugeint, c_dec_18_6 % c_utinyint,
    c_dec_18_6 % c_usmallint, c_dec_18_6 % c_uint, c_dec_18_6 % c_ubigint, c_dec_18_6 % c_uhugeint,
    c_dec_38_10 % c_tinyint, c_dec_38_10 % c_smallint, c_dec_38_10 % c_int, c_dec_38_10 % c_bigint,
    c_dec_38_10 % c_hugeint, c_dec_38_10 % c_utinyint, c_dec_38_10 % c_usmallint, c_dec_38_10 % c_uint,
    c_dec_38_10 % c_ubigint, c_dec_38_10 % c_uhugeint
FROM everything;

-- case: remainder of bignum and numbers
SELECT
    c_bignum % c_tinyint, c_bignum % c_smallint, c_bignum % c_int, c_bignum % c_bigint, c_bignum % c_hugeint,
    c_bignum % c_utinyint, c_bignum % c_usmallint, c_bignum % c_uint, c_bignum % c_ubigint, c_bignum % c_uhugeint,
    c_bignum % c_float, c_bignum % c_double, c_bignum % c_dec_4_1, c_bignum % c_dec_9_4, c_bignum % c_dec_18_6,
    c_bignum % c_dec_38_10, c_bignum % c_dec_plain, c_bignum % 1, c_bignum % 1.5
FROM everything;

-- case: sum of a column and a literal
SELECT
    c_tinyint + 1, c_tinyint + 200, c_tinyint + 40000, c_tinyint + 3000000000, c_tinyint + 99999999999999999999,
    c_tinyint + 1.5, c_tinyint + 0.001, c_tinyint + 12345678901234567.89, c_tinyint + 2e3, c_tinyint + -1,
    c_tinyint + NULL, c_tinyint + '7', c_utinyint + 1, c_utinyint + 200, c_utinyint + 40000,
    c_utinyint + 3000000000, c_utinyint + 99999999999999999999, c_utinyint + 1.5, c_utinyint + 0.001,
    c_utinyint + 12345678901234567.89, c_utinyint + 2e3, c_utinyint + -1, c_utinyint + NULL, c_utinyint + '7',
    c_smallint + 1, c_smallint + 200, c_smallint + 40000, c_smallint + 3000000000,
    c_smallint + 99999999999999999999, c_smallint + 1.5, c_smallint + 0.001, c_smallint + 12345678901234567.89,
    c_smallint + 2e3, c_smallint + -1, c_smallint + NULL, c_smallint + '7', c_int + 1, c_int + 200, c_int + 40000,
    c_int + 3000000000, c_int + 99999999999999999999, c_int + 1.5, c_int + 0.001, c_int + 12345678901234567.89,
    c_int + 2e3, c_int + -1, c_int + NULL, c_bigint + 1, c_bigint + 200, c_bigint + 40000, c_bigint + 3000000000,
    c_bigint + 99999999999999999999, c_bigint + 1.5, c_bigint + 0.001, c_bigint + 12345678901234567.89,
    c_bigint + 2e3, c_bigint + -1, c_bigint + NULL, c_bigint + '7', c_ubigint + 1, c_ubigint + 200,
    c_ubigint + 40000, c_ubigint + 3000000000, c_ubigint + 99999999999999999999, c_ubigint + 1.5, c_ubigint + 0.001,
    c_ubigint + 12345678901234567.89, c_ubigint + 2e3, c_ubigint + -1, c_ubigint + NULL, c_ubigint + '7',
    c_hugeint + 1, c_hugeint + 200, c_hugeint + 40000, c_hugeint + 3000000000, c_hugeint + 99999999999999999999,
    c_hugeint + 1.5, c_hugeint + 0.001, c_hugeint + 12345678901234567.89, c_hugeint + 2e3, c_hugeint + -1,
    c_hugeint + NULL, c_hugeint + '7', c_float + 1, c_float + 200, c_float + 40000, c_float + 3000000000,
    c_float + 99999999999999999999, c_float + 1.5, c_float + 0.001, c_float + 12345678901234567.89, c_float + 2e3,
    c_float + -1, c_float + NULL, c_float + '7', c_double + 1, c_double + 200, c_double + 40000,
    c_double + 3000000000, c_double + 99999999999999999999, c_double + 1.5, c_double + 0.001,
    c_double + 12345678901234567.89, c_double + 2e3, c_double + -1, c_double + NULL, c_double + '7', c_dec_9_4 + 1,
    c_dec_9_4 + 200, c_dec_9_4 + 40000, c_dec_9_4 + 3000000000, c_dec_9_4 + 99999999999999999999, c_dec_9_4 + 1.5,
    c_dec_9_4 + 0.001, c_dec_9_4 + 12345678901234567.89, c_dec_9_4 + 2e3, c_dec_9_4 + -1, c_dec_9_4 + NULL,
    c_dec_9_4 + '7', c_dec_38_10 + 1, c_dec_38_10 + 200, c_dec_38_10 + 40000, c_dec_38_10 + 3000000000,
    c_dec_38_10 + 99999999999999999999, c_dec_38_10 + 1.5, c_dec_38_10 + 0.001, c_dec_38_10 + 12345678901234567.89,
    c_dec_38_10 + 2e3, c_dec_38_10 + -1, c_dec_38_10 + NULL, c_dec_38_10 + '7', c_bignum + 1, c_bignum + 200,
    c_bignum + 40000, c_bignum + 3000000000, c_bignum + 99999999999999999999, c_bignum + 1.5, c_bignum + 0.001,
    c_bignum + 12345678901234567.89, c_bignum + 2e3, c_bignum + -1, c_bignum + NULL, c_bignum + '7'
FROM everything;

-- case: sum of a literal and a column
SELECT
    1 + c_tinyint, 200 + c_tinyint, 40000 + c_tinyint, 3000000000 + c_tinyint, 99999999999999999999 + c_tinyint,
    1.5 + c_tinyint, 0.001 + c_tinyint, 12345678901234567.89 + c_tinyint, 2e3 + c_tinyint, -1 + c_tinyint,
    NULL + c_tinyint, '7' + c_tinyint, 1 + c_uint, 200 + c_uint, 40000 + c_uint, 3000000000 + c_uint,
    99999999999999999999 + c_uint, 1.5 + c_uint, 0.001 + c_uint, 12345678901234567.89 + c_uint, 2e3 + c_uint,
    -1 + c_uint, NULL + c_uint, '7' + c_uint, 1 + c_int, 200 + c_int, 40000 + c_int, 3000000000 + c_int,
    99999999999999999999 + c_int, 1.5 + c_int, 0.001 + c_int, 12345678901234567.89 + c_int, 2e3 + c_int, -1 + c_int,
    NULL + c_int, 1 + c_bigint, 200 + c_bigint, 40000 + c_bigint, 3000000000 + c_bigint,
    99999999999999999999 + c_bigint, 1.5 + c_bigint, 0.001 + c_bigint, 12345678901234567.89 + c_bigint,
    2e3 + c_bigint, -1 + c_bigint, NULL + c_bigint, '7' + c_bigint, 1 + c_double, 200 + c_double, 40000 + c_double,
    3000000000 + c_double, 99999999999999999999 + c_double, 1.5 + c_double, 0.001 + c_double,
    12345678901234567.89 + c_double, 2e3 + c_double, -1 + c_double, NULL + c_double, '7' + c_double, 1 + c_dec_4_1,
    200 + c_dec_4_1, 40000 + c_dec_4_1, 3000000000 + c_dec_4_1, 99999999999999999999 + c_dec_4_1, 1.5 + c_dec_4_1,
    0.001 + c_dec_4_1, 12345678901234567.89 + c_dec_4_1, 2e3 + c_dec_4_1, -1 + c_dec_4_1, NULL + c_dec_4_1,
    '7' + c_dec_4_1, 1 + c_dec_18_6, 200 + c_dec_18_6, 40000 + c_dec_18_6, 3000000000 + c_dec_18_6,
    99999999999999999999 + c_dec_18_6, 1.5 + c_dec_18_6, 0.001 + c_dec_18_6, 12345678901234567.89 + c_dec_18_6,
    2e3 + c_dec_18_6, -1 + c_dec_18_6, NULL + c_dec_18_6, '7' + c_dec_18_6
FROM everything;

-- case: sum of two literals
SELECT
    1 + 1, 1 + 200, 1 + 40000, 1 + 3000000000, 1 + 99999999999999999999, 1 + 1.5, 1 + 0.001,
    1 + 12345678901234567.89, 1 + 2e3, 1 + -1, 1 + NULL, 300 + 1, 300 + 200, 300 + 40000, 300 + 3000000000,
    300 + 99999999999999999999, 300 + 1.5, 300 + 0.001, 300 + 12345678901234567.89, 300 + 2e3, 300 + -1, 300 + NULL,
    3000000000 + 1, 3000000000 + 200, 3000000000 + 40000, 3000000000 + 3000000000,
    3000000000 + 99999999999999999999, 3000000000 + 1.5, 3000000000 + 0.001, 3000000000 + 12345678901234567.89,
    3000000000 + 2e3, 3000000000 + -1, 3000000000 + NULL, 3000000000 + '7', 1.25 + 1, 1.25 + 200, 1.25 + 40000,
    1.25 + 3000000000, 1.25 + 99999999999999999999, 1.25 + 1.5, 1.25 + 0.001, 1.25 + 12345678901234567.89,
    1.25 + 2e3, 1.25 + -1, 1.25 + NULL, 1.25 + '7', 2e3 + 1, 2e3 + 200, 2e3 + 40000, 2e3 + 3000000000,
    2e3 + 99999999999999999999, 2e3 + 1.5, 2e3 + 0.001, 2e3 + 12345678901234567.89, 2e3 + 2e3, 2e3 + -1, 2e3 + NULL,
    2e3 + '7', NULL + 1, NULL + 200, NULL + 40000, NULL + 3000000000, NULL + 99999999999999999999, NULL + 1.5,
    NULL + 0.001, NULL + 12345678901234567.89, NULL + 2e3, NULL + -1, NULL + NULL, NULL + '7',
    99999999999999999999 + 1, 99999999999999999999 + 200, 99999999999999999999 + 40000,
    99999999999999999999 + 3000000000, 99999999999999999999 + 99999999999999999999, 99999999999999999999 + 1.5,
    99999999999999999999 + 0.001, 99999999999999999999 + 12345678901234567.89, 99999999999999999999 + 2e3,
    99999999999999999999 + -1, 99999999999999999999 + NULL, 99999999999999999999 + '7'
FROM everything;

-- case: difference of a column and a literal
SELECT
    c_tinyint - 1, c_tinyint - 200, c_tinyint - 40000, c_tinyint - 3000000000, c_tinyint - 99999999999999999999,
    c_tinyint - 1.5, c_tinyint - 0.001, c_tinyint - 12345678901234567.89, c_tinyint - 2e3, c_tinyint - -1,
    c_tinyint - NULL, c_tinyint - '7', c_utinyint - 1, c_utinyint - 200, c_utinyint - 40000,
    c_utinyint - 3000000000, c_utinyint - 99999999999999999999, c_utinyint - 1.5, c_utinyint - 0.001,
    c_utinyint - 12345678901234567.89, c_utinyint - 2e3, c_utinyint - -1, c_utinyint - NULL, c_utinyint - '7',
    c_smallint - 1, c_smallint - 200, c_smallint - 40000, c_smallint - 3000000000,
    c_smallint - 99999999999999999999, c_smallint - 1.5, c_smallint - 0.001, c_smallint - 12345678901234567.89,
    c_smallint - 2e3, c_smallint - -1, c_smallint - NULL, c_smallint - '7', c_int - 1, c_int - 200, c_int - 40000,
    c_int - 3000000000, c_int - 99999999999999999999, c_int - 1.5, c_int - 0.001, c_int - 12345678901234567.89,
    c_int - 2e3, c_int - -1, c_int - NULL, c_int - '7', c_bigint - 1, c_bigint - 200, c_bigint - 40000,
    c_bigint - 3000000000, c_bigint - 99999999999999999999, c_bigint - 1.5, c_bigint - 0.001,
    c_bigint - 12345678901234567.89, c_bigint - 2e3, c_bigint - -1, c_bigint - NULL, c_bigint - '7', c_ubigint - 1,
    c_ubigint - 200, c_ubigint - 40000, c_ubigint - 3000000000, c_ubigint - 99999999999999999999, c_ubigint - 1.5,
    c_ubigint - 0.001, c_ubigint - 12345678901234567.89, c_ubigint - 2e3, c_ubigint - -1, c_ubigint - NULL,
    c_ubigint - '7', c_hugeint - 1, c_hugeint - 200, c_hugeint - 40000, c_hugeint - 3000000000,
    c_hugeint - 99999999999999999999, c_hugeint - 1.5, c_hugeint - 0.001, c_hugeint - 12345678901234567.89,
    c_hugeint - 2e3, c_hugeint - -1, c_hugeint - NULL, c_hugeint - '7', c_float - 1, c_float - 200, c_float - 40000,
    c_float - 3000000000, c_float - 99999999999999999999, c_float - 1.5, c_float - 0.001,
    c_float - 12345678901234567.89, c_float - 2e3, c_float - -1, c_float - NULL, c_float - '7', c_double - 1,
    c_double - 200, c_double - 40000, c_double - 3000000000, c_double - 99999999999999999999, c_double - 1.5,
    c_double - 0.001, c_double - 12345678901234567.89, c_double - 2e3, c_double - -1, c_double - NULL,
    c_double - '7', c_dec_9_4 - 1, c_dec_9_4 - 200, c_dec_9_4 - 40000, c_dec_9_4 - 3000000000,
    c_dec_9_4 - 99999999999999999999, c_dec_9_4 - 1.5, c_dec_9_4 - 0.001, c_dec_9_4 - 12345678901234567.89,
    c_dec_9_4 - 2e3, c_dec_9_4 - -1, c_dec_9_4 - NULL, c_dec_9_4 - '7', c_dec_38_10 - 1, c_dec_38_10 - 200,
    c_dec_38_10 - 40000, c_dec_38_10 - 3000000000, c_dec_38_10 - 99999999999999999999, c_dec_38_10 - 1.5,
    c_dec_38_10 - 0.001, c_dec_38_10 - 12345678901234567.89, c_dec_38_10 - 2e3, c_dec_38_10 - -1,
    c_dec_38_10 - NULL, c_dec_38_10 - '7', c_bignum - 1, c_bignum - 200, c_bignum - 40000, c_bignum - 3000000000,
    c_bignum - 99999999999999999999, c_bignum - 1.5, c_bignum - 0.001, c_bignum - 12345678901234567.89,
    c_bignum - 2e3, c_bignum - -1, c_bignum - NULL, c_bignum - '7'
FROM everything;

-- case: difference of a literal and a column
SELECT
    1 - c_tinyint, 200 - c_tinyint, 40000 - c_tinyint, 3000000000 - c_tinyint, 99999999999999999999 - c_tinyint,
    1.5 - c_tinyint, 0.001 - c_tinyint, 12345678901234567.89 - c_tinyint, 2e3 - c_tinyint, -1 - c_tinyint,
    NULL - c_tinyint, '7' - c_tinyint, 1 - c_uint, 200 - c_uint, 40000 - c_uint, 3000000000 - c_uint,
    99999999999999999999 - c_uint, 1.5 - c_uint, 0.001 - c_uint, 12345678901234567.89 - c_uint, 2e3 - c_uint,
    -1 - c_uint, NULL - c_uint, '7' - c_uint, 1 - c_int, 200 - c_int, 40000 - c_int, 3000000000 - c_int,
    99999999999999999999 - c_int, 1.5 - c_int, 0.001 - c_int, 12345678901234567.89 - c_int, 2e3 - c_int, -1 - c_int,
    NULL - c_int, 1 - c_bigint, 200 - c_bigint, 40000 - c_bigint, 3000000000 - c_bigint,
    99999999999999999999 - c_bigint, 1.5 - c_bigint, 0.001 - c_bigint, 12345678901234567.89 - c_bigint,
    2e3 - c_bigint, -1 - c_bigint, NULL - c_bigint, '7' - c_bigint, 1 - c_double, 200 - c_double, 40000 - c_double,
    3000000000 - c_double, 99999999999999999999 - c_double, 1.5 - c_double, 0.001 - c_double,
    12345678901234567.89 - c_double, 2e3 - c_double, -1 - c_double, NULL - c_double, '7' - c_double, 1 - c_dec_4_1,
    200 - c_dec_4_1, 40000 - c_dec_4_1, 3000000000 - c_dec_4_1, 99999999999999999999 - c_dec_4_1, 1.5 - c_dec_4_1,
    0.001 - c_dec_4_1, 12345678901234567.89 - c_dec_4_1, 2e3 - c_dec_4_1, -1 - c_dec_4_1, NULL - c_dec_4_1,
    '7' - c_dec_4_1, 1 - c_dec_18_6, 200 - c_dec_18_6, 40000 - c_dec_18_6, 3000000000 - c_dec_18_6,
    99999999999999999999 - c_dec_18_6, 1.5 - c_dec_18_6, 0.001 - c_dec_18_6, 12345678901234567.89 - c_dec_18_6,
    2e3 - c_dec_18_6, -1 - c_dec_18_6, NULL - c_dec_18_6, '7' - c_dec_18_6
FROM everything;

-- case: difference of two literals
SELECT
    1 - 1, 1 - 200, 1 - 40000, 1 - 3000000000, 1 - 99999999999999999999, 1 - 1.5, 1 - 0.001,
    1 - 12345678901234567.89, 1 - 2e3, 1 - -1, 1 - NULL, 1 - '7', 300 - 1, 300 - 200, 300 - 40000, 300 - 3000000000,
    300 - 99999999999999999999, 300 - 1.5, 300 - 0.001, 300 - 12345678901234567.89, 300 - 2e3, 300 - -1, 300 - NULL,
    300 - '7', 3000000000 - 1, 3000000000 - 200, 3000000000 - 40000, 3000000000 - 3000000000,
    3000000000 - 99999999999999999999, 3000000000 - 1.5, 3000000000 - 0.001, 3000000000 - 12345678901234567.89,
    3000000000 - 2e3, 3000000000 - -1, 3000000000 - NULL, 3000000000 - '7', 1.25 - 1, 1.25 - 200, 1.25 - 40000,
    1.25 - 3000000000, 1.25 - 99999999999999999999, 1.25 - 1.5, 1.25 - 0.001, 1.25 - 12345678901234567.89,
    1.25 - 2e3, 1.25 - -1, 1.25 - NULL, 1.25 - '7', 2e3 - 1, 2e3 - 200, 2e3 - 40000, 2e3 - 3000000000,
    2e3 - 99999999999999999999, 2e3 - 1.5, 2e3 - 0.001, 2e3 - 12345678901234567.89, 2e3 - 2e3, 2e3 - -1, 2e3 - NULL,
    2e3 - '7', NULL - 1, NULL - 200, NULL - 40000, NULL - 3000000000, NULL - 99999999999999999999, NULL - 1.5,
    NULL - 0.001, NULL - 12345678901234567.89, NULL - 2e3, NULL - -1, NULL - NULL, NULL - '7',
    99999999999999999999 - 1, 99999999999999999999 - 200, 99999999999999999999 - 40000,
    99999999999999999999 - 3000000000, 99999999999999999999 - 99999999999999999999, 99999999999999999999 - 1.5,
    99999999999999999999 - 0.001, 99999999999999999999 - 12345678901234567.89, 99999999999999999999 - 2e3,
    99999999999999999999 - -1, 99999999999999999999 - NULL, 99999999999999999999 - '7'
FROM everything;

-- case: product of a column and a literal
SELECT
    c_tinyint * 1, c_tinyint * 200, c_tinyint * 40000, c_tinyint * 3000000000, c_tinyint * 99999999999999999999,
    c_tinyint * 1.5, c_tinyint * 0.001, c_tinyint * 12345678901234567.89, c_tinyint * 2e3, c_tinyint * -1,
    c_tinyint * NULL, c_tinyint * '7', c_utinyint * 1, c_utinyint * 200, c_utinyint * 40000,
    c_utinyint * 3000000000, c_utinyint * 99999999999999999999, c_utinyint * 1.5, c_utinyint * 0.001,
    c_utinyint * 12345678901234567.89, c_utinyint * 2e3, c_utinyint * -1, c_utinyint * NULL, c_utinyint * '7',
    c_smallint * 1, c_smallint * 200, c_smallint * 40000, c_smallint * 3000000000,
    c_smallint * 99999999999999999999, c_smallint * 1.5, c_smallint * 0.001, c_smallint * 12345678901234567.89,
    c_smallint * 2e3, c_smallint * -1, c_smallint * NULL, c_smallint * '7', c_int * 1, c_int * 200, c_int * 40000,
    c_int * 3000000000, c_int * 99999999999999999999, c_int * 1.5, c_int * 0.001, c_int * 12345678901234567.89,
    c_int * 2e3, c_int * -1, c_int * NULL, c_int * '7', c_bigint * 1, c_bigint * 200, c_bigint * 40000,
    c_bigint * 3000000000, c_bigint * 99999999999999999999, c_bigint * 1.5, c_bigint * 0.001,
    c_bigint * 12345678901234567.89, c_bigint * 2e3, c_bigint * -1, c_bigint * NULL, c_ubigint * 1, c_ubigint * 200,
    c_ubigint * 40000, c_ubigint * 3000000000, c_ubigint * 99999999999999999999, c_ubigint * 1.5, c_ubigint * 0.001,
    c_ubigint * 12345678901234567.89, c_ubigint * 2e3, c_ubigint * -1, c_ubigint * NULL, c_ubigint * '7',
    c_hugeint * 1, c_hugeint * 200, c_hugeint * 40000, c_hugeint * 3000000000, c_hugeint * 99999999999999999999,
    c_hugeint * 1.5, c_hugeint * 0.001, c_hugeint * 12345678901234567.89, c_hugeint * 2e3, c_hugeint * -1,
    c_hugeint * NULL, c_hugeint * '7', c_float * 1, c_float * 200, c_float * 40000, c_float * 3000000000,
    c_float * 99999999999999999999, c_float * 1.5, c_float * 0.001, c_float * 12345678901234567.89, c_float * 2e3,
    c_float * -1, c_float * NULL, c_float * '7', c_double * 1, c_double * 200, c_double * 40000,
    c_double * 3000000000, c_double * 99999999999999999999, c_double * 1.5, c_double * 0.001,
    c_double * 12345678901234567.89, c_double * 2e3, c_double * -1, c_double * NULL, c_dec_9_4 * 1, c_dec_9_4 * 200,
    c_dec_9_4 * 40000, c_dec_9_4 * 3000000000, c_dec_9_4 * 99999999999999999999, c_dec_9_4 * 1.5, c_dec_9_4 * 0.001,
    c_dec_9_4 * 12345678901234567.89, c_dec_9_4 * 2e3, c_dec_9_4 * -1, c_dec_9_4 * NULL, c_dec_38_10 * 1,
    c_dec_38_10 * 200, c_dec_38_10 * 40000, c_dec_38_10 * 3000000000, c_dec_38_10 * 99999999999999999999,
    c_dec_38_10 * 1.5, c_dec_38_10 * 0.001, c_dec_38_10 * 12345678901234567.89, c_dec_38_10 * 2e3, c_dec_38_10 * -1,
    c_dec_38_10 * NULL, c_bignum * 1, c_bignum * 200, c_bignum * 40000, c_bignum * 3000000000,
    c_bignum * 99999999999999999999, c_bignum * 1.5, c_bignum * 0.001, c_bignum * 12345678901234567.89,
    c_bignum * 2e3, c_bignum * -1, c_bignum * NULL
FROM everything;

-- case: product of a literal and a column
SELECT
    1 * c_tinyint, 200 * c_tinyint, 40000 * c_tinyint, 3000000000 * c_tinyint, 99999999999999999999 * c_tinyint,
    1.5 * c_tinyint, 0.001 * c_tinyint, 12345678901234567.89 * c_tinyint, 2e3 * c_tinyint, -1 * c_tinyint,
    NULL * c_tinyint, '7' * c_tinyint, 1 * c_uint, 200 * c_uint, 40000 * c_uint, 3000000000 * c_uint,
    99999999999999999999 * c_uint, 1.5 * c_uint, 0.001 * c_uint, 12345678901234567.89 * c_uint, 2e3 * c_uint,
    -1 * c_uint, NULL * c_uint, '7' * c_uint, 1 * c_int, 200 * c_int, 40000 * c_int, 3000000000 * c_int,
    99999999999999999999 * c_int, 1.5 * c_int, 0.001 * c_int, 12345678901234567.89 * c_int, 2e3 * c_int, -1 * c_int,
    NULL * c_int, '7' * c_int, 1 * c_bigint, 200 * c_bigint, 40000 * c_bigint, 3000000000 * c_bigint,
    99999999999999999999 * c_bigint, 1.5 * c_bigint, 0.001 * c_bigint, 12345678901234567.89 * c_bigint,
    2e3 * c_bigint, -1 * c_bigint, NULL * c_bigint, 1 * c_double, 200 * c_double, 40000 * c_double,
    3000000000 * c_double, 99999999999999999999 * c_double, 1.5 * c_double, 0.001 * c_double,
    12345678901234567.89 * c_double, 2e3 * c_double, -1 * c_double, NULL * c_double, 1 * c_dec_4_1, 200 * c_dec_4_1,
    40000 * c_dec_4_1, 3000000000 * c_dec_4_1, 99999999999999999999 * c_dec_4_1, 1.5 * c_dec_4_1, 0.001 * c_dec_4_1,
    12345678901234567.89 * c_dec_4_1, 2e3 * c_dec_4_1, -1 * c_dec_4_1, NULL * c_dec_4_1, 1 * c_dec_18_6,
    200 * c_dec_18_6, 40000 * c_dec_18_6, 3000000000 * c_dec_18_6, 99999999999999999999 * c_dec_18_6,
    1.5 * c_dec_18_6, 0.001 * c_dec_18_6, 12345678901234567.89 * c_dec_18_6, 2e3 * c_dec_18_6, -1 * c_dec_18_6,
    NULL * c_dec_18_6
FROM everything;

-- case: product of two literals
SELECT
    1 * 1, 1 * 200, 1 * 40000, 1 * 3000000000, 1 * 99999999999999999999, 1 * 1.5, 1 * 0.001,
    1 * 12345678901234567.89, 1 * 2e3, 1 * -1, 1 * NULL, 1 * '7', 300 * 1, 300 * 200, 300 * 40000, 300 * 3000000000,
    300 * 99999999999999999999, 300 * 1.5, 300 * 0.001, 300 * 12345678901234567.89, 300 * 2e3, 300 * -1, 300 * NULL,
    300 * '7', 3000000000 * 1, 3000000000 * 200, 3000000000 * 40000, 3000000000 * 3000000000,
    3000000000 * 99999999999999999999, 3000000000 * 1.5, 3000000000 * 0.001, 3000000000 * 12345678901234567.89,
    3000000000 * 2e3, 3000000000 * -1, 3000000000 * NULL, 1.25 * 1, 1.25 * 200, 1.25 * 40000, 1.25 * 3000000000,
    1.25 * 99999999999999999999, 1.25 * 1.5, 1.25 * 0.001, 1.25 * 12345678901234567.89, 1.25 * 2e3, 1.25 * -1,
    1.25 * NULL, 2e3 * 1, 2e3 * 200, 2e3 * 40000, 2e3 * 3000000000, 2e3 * 99999999999999999999, 2e3 * 1.5,
    2e3 * 0.001, 2e3 * 12345678901234567.89, 2e3 * 2e3, 2e3 * -1, 2e3 * NULL, NULL * 1, NULL * 200, NULL * 40000,
    NULL * 3000000000, NULL * 99999999999999999999, NULL * 1.5, NULL * 0.001, NULL * 12345678901234567.89,
    NULL * 2e3, NULL * -1, NULL * NULL, 99999999999999999999 * 1, 99999999999999999999 * 200,
    99999999999999999999 * 40000, 99999999999999999999 * 3000000000, 99999999999999999999 * 99999999999999999999,
    99999999999999999999 * 1.5, 99999999999999999999 * 0.001, 99999999999999999999 * 12345678901234567.89,
    99999999999999999999 * 2e3, 99999999999999999999 * -1, 99999999999999999999 * NULL, 99999999999999999999 * '7'
FROM everything;

-- case: quotient of a column and a literal
SELECT
    c_tinyint / 1, c_tinyint / 200, c_tinyint / 40000, c_tinyint / 3000000000, c_tinyint / 99999999999999999999,
    c_tinyint / 1.5, c_tinyint / 0.001, c_tinyint / 12345678901234567.89, c_tinyint / 2e3, c_tinyint / -1,
    c_tinyint / NULL, c_tinyint / '7', c_utinyint / 1, c_utinyint / 200, c_utinyint / 40000,
    c_utinyint / 3000000000, c_utinyint / 99999999999999999999, c_utinyint / 1.5, c_utinyint / 0.001,
    c_utinyint / 12345678901234567.89, c_utinyint / 2e3, c_utinyint / -1, c_utinyint / NULL, c_utinyint / '7',
    c_smallint / 1, c_smallint / 200, c_smallint / 40000, c_smallint / 3000000000,
    c_smallint / 99999999999999999999, c_smallint / 1.5, c_smallint / 0.001, c_smallint / 12345678901234567.89,
    c_smallint / 2e3, c_smallint / -1, c_smallint / NULL, c_smallint / '7', c_int / 1, c_int / 200, c_int / 40000,
    c_int / 3000000000, c_int / 99999999999999999999, c_int / 1.5, c_int / 0.001, c_int / 12345678901234567.89,
    c_int / 2e3, c_int / -1, c_int / NULL, c_int / '7', c_bigint / 1, c_bigint / 200, c_bigint / 40000,
    c_bigint / 3000000000, c_bigint / 99999999999999999999, c_bigint / 1.5, c_bigint / 0.001,
    c_bigint / 12345678901234567.89, c_bigint / 2e3, c_bigint / -1, c_bigint / NULL, c_bigint / '7', c_ubigint / 1,
    c_ubigint / 200, c_ubigint / 40000, c_ubigint / 3000000000, c_ubigint / 99999999999999999999, c_ubigint / 1.5,
    c_ubigint / 0.001, c_ubigint / 12345678901234567.89, c_ubigint / 2e3, c_ubigint / -1, c_ubigint / NULL,
    c_ubigint / '7', c_hugeint / 1, c_hugeint / 200, c_hugeint / 40000, c_hugeint / 3000000000,
    c_hugeint / 99999999999999999999, c_hugeint / 1.5, c_hugeint / 0.001, c_hugeint / 12345678901234567.89,
    c_hugeint / 2e3, c_hugeint / -1, c_hugeint / NULL, c_hugeint / '7', c_float / 1, c_float / 200, c_float / 40000,
    c_float / 3000000000, c_float / 99999999999999999999, c_float / 1.5, c_float / 0.001,
    c_float / 12345678901234567.89, c_float / 2e3, c_float / -1, c_float / NULL, c_float / '7', c_double / 1,
    c_double / 200, c_double / 40000, c_double / 3000000000, c_double / 99999999999999999999, c_double / 1.5,
    c_double / 0.001, c_double / 12345678901234567.89, c_double / 2e3, c_double / -1, c_double / NULL,
    c_double / '7', c_dec_9_4 / 1, c_dec_9_4 / 200, c_dec_9_4 / 40000, c_dec_9_4 / 3000000000,
    c_dec_9_4 / 99999999999999999999, c_dec_9_4 / 1.5, c_dec_9_4 / 0.001, c_dec_9_4 / 12345678901234567.89,
    c_dec_9_4 / 2e3, c_dec_9_4 / -1, c_dec_9_4 / NULL, c_dec_9_4 / '7', c_dec_38_10 / 1, c_dec_38_10 / 200,
    c_dec_38_10 / 40000, c_dec_38_10 / 3000000000, c_dec_38_10 / 99999999999999999999, c_dec_38_10 / 1.5,
    c_dec_38_10 / 0.001, c_dec_38_10 / 12345678901234567.89, c_dec_38_10 / 2e3, c_dec_38_10 / -1,
    c_dec_38_10 / NULL, c_dec_38_10 / '7', c_bignum / 1, c_bignum / 200, c_bignum / 40000, c_bignum / 3000000000,
    c_bignum / 99999999999999999999, c_bignum / 1.5, c_bignum / 0.001, c_bignum / 12345678901234567.89,
    c_bignum / 2e3, c_bignum / -1, c_bignum / NULL, c_bignum / '7'
FROM everything;

-- case: quotient of a literal and a column
SELECT
    1 / c_tinyint, 200 / c_tinyint, 40000 / c_tinyint, 3000000000 / c_tinyint, 99999999999999999999 / c_tinyint,
    1.5 / c_tinyint, 0.001 / c_tinyint, 12345678901234567.89 / c_tinyint, 2e3 / c_tinyint, -1 / c_tinyint,
    NULL / c_tinyint, 1 / c_uint, 200 / c_uint, 40000 / c_uint, 3000000000 / c_uint, 99999999999999999999 / c_uint,
    1.5 / c_uint, 0.001 / c_uint, 12345678901234567.89 / c_uint, 2e3 / c_uint, -1 / c_uint, NULL / c_uint,
    1 / c_int, 200 / c_int, 40000 / c_int, 3000000000 / c_int, 99999999999999999999 / c_int, 1.5 / c_int,
    0.001 / c_int, 12345678901234567.89 / c_int, 2e3 / c_int, -1 / c_int, NULL / c_int, 1 / c_bigint,
    200 / c_bigint, 40000 / c_bigint, 3000000000 / c_bigint, 99999999999999999999 / c_bigint, 1.5 / c_bigint,
    0.001 / c_bigint, 12345678901234567.89 / c_bigint, 2e3 / c_bigint, -1 / c_bigint, NULL / c_bigint, 1 / c_double,
    200 / c_double, 40000 / c_double, 3000000000 / c_double, 99999999999999999999 / c_double, 1.5 / c_double,
    0.001 / c_double, 12345678901234567.89 / c_double, 2e3 / c_double, -1 / c_double, NULL / c_double,
    1 / c_dec_4_1, 200 / c_dec_4_1, 40000 / c_dec_4_1, 3000000000 / c_dec_4_1, 99999999999999999999 / c_dec_4_1,
    1.5 / c_dec_4_1, 0.001 / c_dec_4_1, 12345678901234567.89 / c_dec_4_1, 2e3 / c_dec_4_1, -1 / c_dec_4_1,
    NULL / c_dec_4_1, 1 / c_dec_18_6, 200 / c_dec_18_6, 40000 / c_dec_18_6, 3000000000 / c_dec_18_6,
    99999999999999999999 / c_dec_18_6, 1.5 / c_dec_18_6, 0.001 / c_dec_18_6, 12345678901234567.89 / c_dec_18_6,
    2e3 / c_dec_18_6, -1 / c_dec_18_6, NULL / c_dec_18_6
FROM everything;

-- case: quotient of two literals
SELECT
    1 / 1, 1 / 200, 1 / 40000, 1 / 3000000000, 1 / 99999999999999999999, 1 / 1.5, 1 / 0.001,
    1 / 12345678901234567.89, 1 / 2e3, 1 / -1, 1 / NULL, 1 / '7', 300 / 1, 300 / 200, 300 / 40000, 300 / 3000000000,
    300 / 99999999999999999999, 300 / 1.5, 300 / 0.001, 300 / 12345678901234567.89, 300 / 2e3, 300 / -1, 300 / NULL,
    300 / '7', 3000000000 / 1, 3000000000 / 200, 3000000000 / 40000, 3000000000 / 3000000000,
    3000000000 / 99999999999999999999, 3000000000 / 1.5, 3000000000 / 0.001, 3000000000 / 12345678901234567.89,
    3000000000 / 2e3, 3000000000 / -1, 3000000000 / NULL, 3000000000 / '7', 1.25 / 1, 1.25 / 200, 1.25 / 40000,
    1.25 / 3000000000, 1.25 / 99999999999999999999, 1.25 / 1.5, 1.25 / 0.001, 1.25 / 12345678901234567.89,
    1.25 / 2e3, 1.25 / -1, 1.25 / NULL, 1.25 / '7', 2e3 / 1, 2e3 / 200, 2e3 / 40000, 2e3 / 3000000000,
    2e3 / 99999999999999999999, 2e3 / 1.5, 2e3 / 0.001, 2e3 / 12345678901234567.89, 2e3 / 2e3, 2e3 / -1, 2e3 / NULL,
    2e3 / '7', NULL / 1, NULL / 200, NULL / 40000, NULL / 3000000000, NULL / 99999999999999999999, NULL / 1.5,
    NULL / 0.001, NULL / 12345678901234567.89, NULL / 2e3, NULL / -1, NULL / NULL, NULL / '7',
    99999999999999999999 / 1, 99999999999999999999 / 200, 99999999999999999999 / 40000,
    99999999999999999999 / 3000000000, 99999999999999999999 / 99999999999999999999, 99999999999999999999 / 1.5,
    99999999999999999999 / 0.001, 99999999999999999999 / 12345678901234567.89, 99999999999999999999 / 2e3,
    99999999999999999999 / -1, 99999999999999999999 / NULL, 99999999999999999999 / '7'
FROM everything;

-- case: floor quotient of a column and a literal
SELECT
    c_tinyint // 1, c_tinyint // 200, c_tinyint // 40000, c_tinyint // 3000000000,
    c_tinyint // 99999999999999999999, c_tinyint // 1.5, c_tinyint // 0.001, c_tinyint // 12345678901234567.89,
    c_tinyint // 2e3, c_tinyint // -1, c_tinyint // NULL, c_tinyint // '7', c_utinyint // 1, c_utinyint // 200,
    c_utinyint // 40000, c_utinyint // 3000000000, c_utinyint // 99999999999999999999, c_utinyint // 1.5,
    c_utinyint // 0.001, c_utinyint // 12345678901234567.89, c_utinyint // 2e3, c_utinyint // -1,
    c_utinyint // NULL, c_utinyint // '7', c_smallint // 1, c_smallint // 200, c_smallint // 40000,
    c_smallint // 3000000000, c_smallint // 99999999999999999999, c_smallint // 1.5, c_smallint // 0.001,
    c_smallint // 12345678901234567.89, c_smallint // 2e3, c_smallint // -1, c_smallint // NULL, c_smallint // '7',
    c_int // 1, c_int // 200, c_int // 40000, c_int // 3000000000, c_int // 99999999999999999999, c_int // 1.5,
    c_int // 0.001, c_int // 12345678901234567.89, c_int // 2e3, c_int // -1, c_int // NULL, c_int // '7',
    c_bigint // 1, c_bigint // 200, c_bigint // 40000, c_bigint // 3000000000, c_bigint // 99999999999999999999,
    c_bigint // 1.5, c_bigint // 0.001, c_bigint // 12345678901234567.89, c_bigint // 2e3, c_bigint // -1,
    c_bigint // NULL, c_bigint // '7', c_ubigint // 1, c_ubigint // 200, c_ubigint // 40000,
    c_ubigint // 3000000000, c_ubigint // 99999999999999999999, c_ubigint // 1.5, c_ubigint // 0.001,
    c_ubigint // 12345678901234567.89, c_ubigint // 2e3, c_ubigint // -1, c_ubigint // NULL, c_ubigint // '7',
    c_hugeint // 1, c_hugeint // 200, c_hugeint // 40000, c_hugeint // 3000000000,
    c_hugeint // 99999999999999999999, c_hugeint // 1.5, c_hugeint // 0.001, c_hugeint // 12345678901234567.89,
    c_hugeint // 2e3, c_hugeint // -1, c_hugeint // NULL, c_hugeint // '7', c_float // 1, c_float // 200,
    c_float // 40000, c_float // 3000000000, c_float // 99999999999999999999, c_float // 1.5, c_float // 0.001,
    c_float // 12345678901234567.89, c_float // 2e3, c_float // -1, c_float // NULL, c_float // '7', c_double // 1,
    c_double // 200, c_double // 40000, c_double // 3000000000, c_double // 99999999999999999999, c_double // 1.5,
    c_double // 0.001, c_double // 12345678901234567.89, c_double // 2e3, c_double // -1, c_double // NULL,
    c_double // '7', c_dec_9_4 // 1, c_dec_9_4 // 200, c_dec_9_4 // 40000, c_dec_9_4 // 3000000000,
    c_dec_9_4 // 99999999999999999999, c_dec_9_4 // 1.5, c_dec_9_4 // 0.001, c_dec_9_4 // 12345678901234567.89,
    c_dec_9_4 // 2e3, c_dec_9_4 // -1, c_dec_9_4 // NULL, c_dec_9_4 // '7', c_dec_38_10 // 1, c_dec_38_10 // 200,
    c_dec_38_10 // 40000, c_dec_38_10 // 3000000000, c_dec_38_10 // 99999999999999999999, c_dec_38_10 // 1.5,
    c_dec_38_10 // 0.001, c_dec_38_10 // 12345678901234567.89, c_dec_38_10 // 2e3, c_dec_38_10 // -1,
    c_dec_38_10 // NULL, c_dec_38_10 // '7', c_bignum // 1, c_bignum // 200, c_bignum // 40000,
    c_bignum // 3000000000, c_bignum // 99999999999999999999, c_bignum // 1.5, c_bignum // 0.001,
    c_bignum // 12345678901234567.89, c_bignum // 2e3, c_bignum // -1, c_bignum // NULL, c_bignum // '7'
FROM everything;

-- case: floor quotient of a literal and a column
SELECT
    1 // c_tinyint, 200 // c_tinyint, 40000 // c_tinyint, 3000000000 // c_tinyint,
    99999999999999999999 // c_tinyint, 1.5 // c_tinyint, 0.001 // c_tinyint, 12345678901234567.89 // c_tinyint,
    2e3 // c_tinyint, -1 // c_tinyint, NULL // c_tinyint, '7' // c_tinyint, 1 // c_uint, 200 // c_uint,
    40000 // c_uint, 3000000000 // c_uint, 99999999999999999999 // c_uint, 1.5 // c_uint, 0.001 // c_uint,
    12345678901234567.89 // c_uint, 2e3 // c_uint, -1 // c_uint, NULL // c_uint, '7' // c_uint, 1 // c_int,
    200 // c_int, 40000 // c_int, 3000000000 // c_int, 99999999999999999999 // c_int, 1.5 // c_int, 0.001 // c_int,
    12345678901234567.89 // c_int, 2e3 // c_int, -1 // c_int, NULL // c_int, '7' // c_int, 1 // c_bigint,
    200 // c_bigint, 40000 // c_bigint, 3000000000 // c_bigint, 99999999999999999999 // c_bigint, 1.5 // c_bigint,
    0.001 // c_bigint, 12345678901234567.89 // c_bigint, 2e3 // c_bigint, -1 // c_bigint, NULL // c_bigint,
    '7' // c_bigint, 1 // c_double, 200 // c_double, 40000 // c_double, 3000000000 // c_double,
    99999999999999999999 // c_double, 1.5 // c_double, 0.001 // c_double, 12345678901234567.89 // c_double,
    2e3 // c_double, -1 // c_double, NULL // c_double, '7' // c_double, 1 // c_dec_4_1, 200 // c_dec_4_1,
    40000 // c_dec_4_1, 3000000000 // c_dec_4_1, 99999999999999999999 // c_dec_4_1, 1.5 // c_dec_4_1,
    0.001 // c_dec_4_1, 12345678901234567.89 // c_dec_4_1, 2e3 // c_dec_4_1, -1 // c_dec_4_1, NULL // c_dec_4_1,
    '7' // c_dec_4_1, 1 // c_dec_18_6, 200 // c_dec_18_6, 40000 // c_dec_18_6, 3000000000 // c_dec_18_6,
    99999999999999999999 // c_dec_18_6, 1.5 // c_dec_18_6, 0.001 // c_dec_18_6, 12345678901234567.89 // c_dec_18_6,
    2e3 // c_dec_18_6, -1 // c_dec_18_6, NULL // c_dec_18_6, '7' // c_dec_18_6
FROM everything;

-- case: floor quotient of two literals
SELECT
    1 // 1, 1 // 200, 1 // 40000, 1 // 3000000000, 1 // 99999999999999999999, 1 // 1.5, 1 // 0.001,
    1 // 12345678901234567.89, 1 // 2e3, 1 // -1, 1 // NULL, 1 // '7', 300 // 1, 300 // 200, 300 // 40000,
    300 // 3000000000, 300 // 99999999999999999999, 300 // 1.5, 300 // 0.001, 300 // 12345678901234567.89,
    300 // 2e3, 300 // -1, 300 // NULL, 300 // '7', 3000000000 // 1, 3000000000 // 200, 3000000000 // 40000,
    3000000000 // 3000000000, 3000000000 // 99999999999999999999, 3000000000 // 1.5, 3000000000 // 0.001,
    3000000000 // 12345678901234567.89, 3000000000 // 2e3, 3000000000 // -1, 3000000000 // NULL, 3000000000 // '7',
    1.25 // 1, 1.25 // 200, 1.25 // 40000, 1.25 // 3000000000, 1.25 // 99999999999999999999, 1.25 // 1.5,
    1.25 // 0.001, 1.25 // 12345678901234567.89, 1.25 // 2e3, 1.25 // -1, 1.25 // NULL, 1.25 // '7', 2e3 // 1,
    2e3 // 200, 2e3 // 40000, 2e3 // 3000000000, 2e3 // 99999999999999999999, 2e3 // 1.5, 2e3 // 0.001,
    2e3 // 12345678901234567.89, 2e3 // 2e3, 2e3 // -1, 2e3 // NULL, 2e3 // '7', NULL // 1, NULL // 200,
    NULL // 40000, NULL // 3000000000, NULL // 99999999999999999999, NULL // 1.5, NULL // 0.001,
    NULL // 12345678901234567.89, NULL // 2e3, NULL // -1, NULL // NULL, NULL // '7', 99999999999999999999 // 1,
    99999999999999999999 // 200, 99999999999999999999 // 40000, 99999999999999999999 // 3000000000,
    99999999999999999999 // 99999999999999999999, 99999999999999999999 // 1.5, 99999999999999999999 // 0.001,
    99999999999999999999 // 12345678901234567.89, 99999999999999999999 // 2e3, 99999999999999999999 // -1,
    99999999999999999999 // NULL, 99999999999999999999 // '7'
FROM everything;

-- case: remainder of a column and a literal
SELECT
    c_tinyint % 1, c_tinyint % 200, c_tinyint % 40000, c_tinyint % 3000000000, c_tinyint % 99999999999999999999,
    c_tinyint % 1.5, c_tinyint % 0.001, c_tinyint % 12345678901234567.89, c_tinyint % 2e3, c_tinyint % -1,
    c_tinyint % NULL, c_tinyint % '7', c_utinyint % 1, c_utinyint % 200, c_utinyint % 40000,
    c_utinyint % 3000000000, c_utinyint % 99999999999999999999, c_utinyint % 1.5, c_utinyint % 0.001,
    c_utinyint % 12345678901234567.89, c_utinyint % 2e3, c_utinyint % -1, c_utinyint % NULL, c_utinyint % '7',
    c_smallint % 1, c_smallint % 200, c_smallint % 40000, c_smallint % 3000000000,
    c_smallint % 99999999999999999999, c_smallint % 1.5, c_smallint % 0.001, c_smallint % 12345678901234567.89,
    c_smallint % 2e3, c_smallint % -1, c_smallint % NULL, c_smallint % '7', c_int % 1, c_int % 200, c_int % 40000,
    c_int % 3000000000, c_int % 99999999999999999999, c_int % 1.5, c_int % 0.001, c_int % 12345678901234567.89,
    c_int % 2e3, c_int % -1, c_int % NULL, c_int % '7', c_bigint % 1, c_bigint % 200, c_bigint % 40000,
    c_bigint % 3000000000, c_bigint % 99999999999999999999, c_bigint % 1.5, c_bigint % 0.001,
    c_bigint % 12345678901234567.89, c_bigint % 2e3, c_bigint % -1, c_bigint % NULL, c_bigint % '7', c_ubigint % 1,
    c_ubigint % 200, c_ubigint % 40000, c_ubigint % 3000000000, c_ubigint % 99999999999999999999, c_ubigint % 1.5,
    c_ubigint % 0.001, c_ubigint % 12345678901234567.89, c_ubigint % 2e3, c_ubigint % -1, c_ubigint % NULL,
    c_ubigint % '7', c_hugeint % 1, c_hugeint % 200, c_hugeint % 40000, c_hugeint % 3000000000,
    c_hugeint % 99999999999999999999, c_hugeint % 1.5, c_hugeint % 0.001, c_hugeint % 12345678901234567.89,
    c_hugeint % 2e3, c_hugeint % -1, c_hugeint % NULL, c_hugeint % '7', c_float % 1, c_float % 200, c_float % 40000,
    c_float % 3000000000, c_float % 99999999999999999999, c_float % 1.5, c_float % 0.001,
    c_float % 12345678901234567.89, c_float % 2e3, c_float % -1, c_float % NULL, c_float % '7', c_double % 1,
    c_double % 200, c_double % 40000, c_double % 3000000000, c_double % 99999999999999999999, c_double % 1.5,
    c_double % 0.001, c_double % 12345678901234567.89, c_double % 2e3, c_double % -1, c_double % NULL,
    c_double % '7', c_dec_9_4 % 1, c_dec_9_4 % 200, c_dec_9_4 % 40000, c_dec_9_4 % 3000000000,
    c_dec_9_4 % 99999999999999999999, c_dec_9_4 % 1.5, c_dec_9_4 % 0.001, c_dec_9_4 % 12345678901234567.89,
    c_dec_9_4 % 2e3, c_dec_9_4 % -1, c_dec_9_4 % NULL, c_dec_9_4 % '7', c_dec_38_10 % 1, c_dec_38_10 % 200,
    c_dec_38_10 % 40000, c_dec_38_10 % 3000000000, c_dec_38_10 % 99999999999999999999, c_dec_38_10 % 1.5,
    c_dec_38_10 % 0.001, c_dec_38_10 % 12345678901234567.89, c_dec_38_10 % 2e3, c_dec_38_10 % -1,
    c_dec_38_10 % NULL, c_dec_38_10 % '7', c_bignum % 1, c_bignum % 200, c_bignum % 40000, c_bignum % 3000000000,
    c_bignum % 99999999999999999999, c_bignum % 1.5, c_bignum % 0.001, c_bignum % 12345678901234567.89,
    c_bignum % 2e3, c_bignum % -1, c_bignum % NULL, c_bignum % '7'
FROM everything;

-- case: remainder of a literal and a column
SELECT
    1 % c_tinyint, 200 % c_tinyint, 40000 % c_tinyint, 3000000000 % c_tinyint, 99999999999999999999 % c_tinyint,
    1.5 % c_tinyint, 0.001 % c_tinyint, 12345678901234567.89 % c_tinyint, 2e3 % c_tinyint, -1 % c_tinyint,
    NULL % c_tinyint, '7' % c_tinyint, 1 % c_uint, 200 % c_uint, 40000 % c_uint, 3000000000 % c_uint,
    99999999999999999999 % c_uint, 1.5 % c_uint, 0.001 % c_uint, 12345678901234567.89 % c_uint, 2e3 % c_uint,
    -1 % c_uint, NULL % c_uint, '7' % c_uint, 1 % c_int, 200 % c_int, 40000 % c_int, 3000000000 % c_int,
    99999999999999999999 % c_int, 1.5 % c_int, 0.001 % c_int, 12345678901234567.89 % c_int, 2e3 % c_int, -1 % c_int,
    NULL % c_int, '7' % c_int, 1 % c_bigint, 200 % c_bigint, 40000 % c_bigint, 3000000000 % c_bigint,
    99999999999999999999 % c_bigint, 1.5 % c_bigint, 0.001 % c_bigint, 12345678901234567.89 % c_bigint,
    2e3 % c_bigint, -1 % c_bigint, NULL % c_bigint, '7' % c_bigint, 1 % c_double, 200 % c_double, 40000 % c_double,
    3000000000 % c_double, 99999999999999999999 % c_double, 1.5 % c_double, 0.001 % c_double,
    12345678901234567.89 % c_double, 2e3 % c_double, -1 % c_double, NULL % c_double, '7' % c_double, 1 % c_dec_4_1,
    200 % c_dec_4_1, 40000 % c_dec_4_1, 3000000000 % c_dec_4_1, 99999999999999999999 % c_dec_4_1, 1.5 % c_dec_4_1,
    0.001 % c_dec_4_1, 12345678901234567.89 % c_dec_4_1, 2e3 % c_dec_4_1, -1 % c_dec_4_1, NULL % c_dec_4_1,
    '7' % c_dec_4_1, 1 % c_dec_18_6, 200 % c_dec_18_6, 40000 % c_dec_18_6, 3000000000 % c_dec_18_6,
    99999999999999999999 % c_dec_18_6, 1.5 % c_dec_18_6, 0.001 % c_dec_18_6, 12345678901234567.89 % c_dec_18_6,
    2e3 % c_dec_18_6, -1 % c_dec_18_6, NULL % c_dec_18_6, '7' % c_dec_18_6
FROM everything;

-- case: remainder of two literals
SELECT
    1 % 1, 1 % 200, 1 % 40000, 1 % 3000000000, 1 % 99999999999999999999, 1 % 1.5, 1 % 0.001,
    1 % 12345678901234567.89, 1 % 2e3, 1 % -1, 1 % NULL, 1 % '7', 300 % 1, 300 % 200, 300 % 40000, 300 % 3000000000,
    300 % 99999999999999999999, 300 % 1.5, 300 % 0.001, 300 % 12345678901234567.89, 300 % 2e3, 300 % -1, 300 % NULL,
    300 % '7', 3000000000 % 1, 3000000000 % 200, 3000000000 % 40000, 3000000000 % 3000000000,
    3000000000 % 99999999999999999999, 3000000000 % 1.5, 3000000000 % 0.001, 3000000000 % 12345678901234567.89,
    3000000000 % 2e3, 3000000000 % -1, 3000000000 % NULL, 3000000000 % '7', 1.25 % 1, 1.25 % 200, 1.25 % 40000,
    1.25 % 3000000000, 1.25 % 99999999999999999999, 1.25 % 1.5, 1.25 % 0.001, 1.25 % 12345678901234567.89,
    1.25 % 2e3, 1.25 % -1, 1.25 % NULL, 1.25 % '7', 2e3 % 1, 2e3 % 200, 2e3 % 40000, 2e3 % 3000000000,
    2e3 % 99999999999999999999, 2e3 % 1.5, 2e3 % 0.001, 2e3 % 12345678901234567.89, 2e3 % 2e3, 2e3 % -1, 2e3 % NULL,
    2e3 % '7', NULL % 1, NULL % 200, NULL % 40000, NULL % 3000000000, NULL % 99999999999999999999, NULL % 1.5,
    NULL % 0.001, NULL % 12345678901234567.89, NULL % 2e3, NULL % -1, NULL % NULL, NULL % '7',
    99999999999999999999 % 1, 99999999999999999999 % 200, 99999999999999999999 % 40000,
    99999999999999999999 % 3000000000, 99999999999999999999 % 99999999999999999999, 99999999999999999999 % 1.5,
    99999999999999999999 % 0.001, 99999999999999999999 % 12345678901234567.89, 99999999999999999999 % 2e3,
    99999999999999999999 % -1, 99999999999999999999 % NULL, 99999999999999999999 % '7'
FROM everything;

-- case: power and bit operators
SELECT
    c_tinyint ** c_tinyint, c_int ** c_smallint, c_int ** 2, c_bigint ** c_int, c_hugeint ** c_int,
    c_ubigint ** c_utinyint, c_double ** 2, c_dec_9_4 ** 2, c_float ** c_float, 2 ** c_int, c_uint ** c_int,
    c_tinyint ^ c_tinyint, c_int ^ c_smallint, c_int ^ 2, c_bigint ^ c_int, c_hugeint ^ c_int,
    c_ubigint ^ c_utinyint, c_double ^ 2, c_dec_9_4 ^ 2, c_float ^ c_float, 2 ^ c_int, c_uint ^ c_int,
    c_tinyint & c_tinyint, c_int & c_smallint, c_int & 2, c_bigint & c_int, c_hugeint & c_int,
    c_ubigint & c_utinyint, 2 & c_int, c_bit & c_bit, c_uint & c_int, c_tinyint | c_tinyint, c_int | c_smallint,
    c_int | 2, c_bigint | c_int, c_hugeint | c_int, c_ubigint | c_utinyint, 2 | c_int, c_bit | c_bit,
    c_uint | c_int, c_tinyint << c_tinyint, c_int << c_smallint, c_int << 2, c_bigint << c_int, c_hugeint << c_int,
    c_ubigint << c_utinyint, 2 << c_int, c_bit << 2, c_uint << c_int, c_tinyint >> c_tinyint, c_int >> c_smallint,
    c_int >> 2, c_bigint >> c_int, c_hugeint >> c_int, c_ubigint >> c_utinyint, 2 >> c_int, c_bit >> 2,
    c_uint >> c_int
FROM everything;

-- case: unary operators
SELECT
    -c_tinyint,
    -c_smallint,
    -c_int,
    -c_bigint,
    -c_hugeint,
    -c_utinyint,
    -c_usmallint,
    -c_uint,
    -c_ubigint,
    -c_uhugeint,
    -c_float,
    -c_double,
    -c_dec_4_1,
    -c_dec_9_4,
    -c_dec_18_6,
    -c_dec_38_10,
    -c_dec_plain,
    -c_interval,
    -c_bignum,
    -1,
    -1.5,
    -NULL,
    ~c_tinyint,
    ~c_smallint,
    ~c_int,
    ~c_bigint,
    ~c_hugeint,
    ~c_utinyint,
    ~c_usmallint,
    ~c_uint,
    ~c_ubigint,
    ~c_uhugeint,
    ~c_bit,
    ~1,
    ~NULL
FROM everything;

-- case: absolute value and factorial
SELECT
    abs(c_tinyint), @ c_tinyint, abs(c_smallint), @ c_smallint, abs(c_int), @ c_int, abs(c_bigint), @ c_bigint,
    abs(c_hugeint), @ c_hugeint, abs(c_utinyint), @ c_utinyint, abs(c_usmallint), @ c_usmallint, abs(c_uint),
    @ c_uint, abs(c_ubigint), @ c_ubigint, abs(c_uhugeint), @ c_uhugeint, abs(c_float), @ c_float, abs(c_double),
    @ c_double, abs(c_dec_4_1), @ c_dec_4_1, abs(c_dec_9_4), @ c_dec_9_4, abs(c_dec_18_6), @ c_dec_18_6,
    abs(c_dec_38_10), @ c_dec_38_10, abs(c_dec_plain), @ c_dec_plain, abs(c_bignum), @ c_bignum
FROM everything;

-- case: chains of three operands keep the rule of each step
SELECT
    c_tinyint + c_smallint + c_int, c_dec_9_4 + 1 + 2.5, c_dec_4_1 * c_dec_4_1 * c_dec_4_1, c_int * 2 + 1.0,
    (c_int + 1) * (c_dec_4_1 - 0.5), 1 - c_dec_4_1, c_dec_9_4 * (1 - c_dec_4_1) * (1 + c_dec_9_4), -c_dec_9_4 * 100,
    c_int + c_int / 2, c_int // 2 % 3, 1 + 2 * c_tinyint, c_bigint * c_dec_18_6 / c_int, 100.0 * c_int / c_bigint,
    c_int * 1.0, c_dec_38_10 * 1, c_double * c_dec_9_4 + 1, (1 + 2) + c_tinyint, -1 + c_utinyint, c_utinyint - 1,
    - c_int - - 1
FROM everything;

-- case: comparison and logic give truth values
SELECT
    c_int = c_bigint,
    c_int <> 1,
    c_int != 1,
    c_int < c_double,
    c_int <= c_dec_9_4,
    c_varchar > 'a',
    c_date >= DATE '2024-01-01',
    c_bool AND c_int > 1,
    c_bool OR NOT c_bool,
    NOT c_bool,
    c_int IS NULL,
    c_int IS NOT NULL,
    c_bool IS TRUE,
    c_bool IS NOT FALSE,
    c_int IS DISTINCT FROM 1,
    c_int IS NOT DISTINCT FROM c_bigint,
    c_int BETWEEN 1 AND 5,
    c_int NOT BETWEEN 1 AND 5,
    c_int IN (1, 2, 3),
    c_int NOT IN (1, 2),
    c_varchar LIKE 'a%',
    c_varchar NOT LIKE 'a%',
    c_varchar ILIKE 'a%',
    c_varchar SIMILAR TO 'a.*',
    c_varchar NOT SIMILAR TO 'a.*',
    c_varchar ~ 'a',
    c_varchar !~ 'a',
    c_varchar ~~ 'a%',
    c_varchar GLOB 'a*',
    c_int == 1,
    c_int ISNULL,
    c_int NOTNULL,
    c_varchar LIKE 'a$%' ESCAPE '$',
    c_varchar NOT ILIKE 'b%',
    c_bool IS UNKNOWN,
    c_int = ANY ([1, 2]),
    (c_int, c_varchar) = (1, 'x'),
    c_varchar ^@ 'a'
FROM everything;
