-- Mathematical functions.
-- sources: types

-- case: abs of every number
SELECT
    abs(c_tinyint), abs(c_smallint), abs(c_int), abs(c_bigint), abs(c_hugeint), abs(c_utinyint), abs(c_usmallint),
    abs(c_uint), abs(c_ubigint), abs(c_uhugeint), abs(c_bignum), abs(c_float), abs(c_double), abs(c_dec_4_1),
    abs(c_dec_9_4), abs(c_dec_18_6), abs(c_dec_38_10), abs(c_dec_plain), abs(1), abs(1.5), abs(-2), abs(NULL)
FROM everything;

-- case: ceil of every number
SELECT
    ceil(c_tinyint), ceil(c_smallint), ceil(c_int), ceil(c_bigint), ceil(c_hugeint), ceil(c_utinyint),
    ceil(c_usmallint), ceil(c_uint), ceil(c_ubigint), ceil(c_uhugeint), ceil(c_bignum), ceil(c_float),
    ceil(c_double), ceil(c_dec_4_1), ceil(c_dec_9_4), ceil(c_dec_18_6), ceil(c_dec_38_10), ceil(c_dec_plain),
    ceil(1), ceil(1.5), ceil(-2), ceil(NULL)
FROM everything;

-- case: floor of every number
SELECT
    floor(c_tinyint), floor(c_smallint), floor(c_int), floor(c_bigint), floor(c_hugeint), floor(c_utinyint),
    floor(c_usmallint), floor(c_uint), floor(c_ubigint), floor(c_uhugeint), floor(c_bignum), floor(c_float),
    floor(c_double), floor(c_dec_4_1), floor(c_dec_9_4), floor(c_dec_18_6), floor(c_dec_38_10), floor(c_dec_plain),
    floor(1), floor(1.5), floor(-2), floor(NULL)
FROM everything;

-- case: round of every number
SELECT
    round(c_tinyint), round(c_smallint), round(c_int), round(c_bigint), round(c_hugeint), round(c_utinyint),
    round(c_usmallint), round(c_uint), round(c_ubigint), round(c_uhugeint), round(c_bignum), round(c_float),
    round(c_double), round(c_dec_4_1), round(c_dec_9_4), round(c_dec_18_6), round(c_dec_38_10), round(c_dec_plain),
    round(1), round(1.5), round(-2), round(NULL)
FROM everything;

-- case: sign of every number
SELECT
    sign(c_tinyint), sign(c_smallint), sign(c_int), sign(c_bigint), sign(c_hugeint), sign(c_utinyint),
    sign(c_usmallint), sign(c_uint), sign(c_ubigint), sign(c_uhugeint), sign(c_bignum), sign(c_float),
    sign(c_double), sign(c_dec_4_1), sign(c_dec_9_4), sign(c_dec_18_6), sign(c_dec_38_10), sign(c_dec_plain),
    sign(1), sign(1.5), sign(-2), sign(NULL)
FROM everything;

-- case: sqrt of every number
SELECT
    sqrt(c_tinyint), sqrt(c_smallint), sqrt(c_int), sqrt(c_bigint), sqrt(c_hugeint), sqrt(c_utinyint),
    sqrt(c_usmallint), sqrt(c_uint), sqrt(c_ubigint), sqrt(c_uhugeint), sqrt(c_bignum), sqrt(c_float),
    sqrt(c_double), sqrt(c_dec_4_1), sqrt(c_dec_9_4), sqrt(c_dec_18_6), sqrt(c_dec_38_10), sqrt(c_dec_plain),
    sqrt(1), sqrt(1.5), sqrt(-2), sqrt(NULL)
FROM everything;

-- case: exp of every number
SELECT
    exp(c_tinyint), exp(c_smallint), exp(c_int), exp(c_bigint), exp(c_hugeint), exp(c_utinyint), exp(c_usmallint),
    exp(c_uint), exp(c_ubigint), exp(c_uhugeint), exp(c_bignum), exp(c_float), exp(c_double), exp(c_dec_4_1),
    exp(c_dec_9_4), exp(c_dec_18_6), exp(c_dec_38_10), exp(c_dec_plain), exp(1), exp(1.5), exp(-2), exp(NULL)
FROM everything;

-- case: ln of every number
SELECT
    ln(c_tinyint), ln(c_smallint), ln(c_int), ln(c_bigint), ln(c_hugeint), ln(c_utinyint), ln(c_usmallint),
    ln(c_uint), ln(c_ubigint), ln(c_uhugeint), ln(c_bignum), ln(c_float), ln(c_double), ln(c_dec_4_1),
    ln(c_dec_9_4), ln(c_dec_18_6), ln(c_dec_38_10), ln(c_dec_plain), ln(1), ln(1.5), ln(-2), ln(NULL)
FROM everything;

-- case: trunc of every number
SELECT
    trunc(c_tinyint), trunc(c_smallint), trunc(c_int), trunc(c_bigint), trunc(c_hugeint), trunc(c_utinyint),
    trunc(c_usmallint), trunc(c_uint), trunc(c_ubigint), trunc(c_uhugeint), trunc(c_bignum), trunc(c_float),
    trunc(c_double), trunc(c_dec_4_1), trunc(c_dec_9_4), trunc(c_dec_18_6), trunc(c_dec_38_10), trunc(c_dec_plain),
    trunc(1), trunc(1.5), trunc(-2), trunc(NULL)
FROM everything;

-- case: round and trunc to digits, part 1
SELECT
    round(c_tinyint, 2), round(c_smallint, 2), round(c_int, 2), round(c_bigint, 2), round(c_hugeint, 2),
    round(c_utinyint, 2), round(c_usmallint, 2), round(c_uint, 2), round(c_ubigint, 2), round(c_uhugeint, 2),
    round(c_bignum, 2), round(c_float, 2), round(c_double, 2), round(c_dec_4_1, 2), round(c_dec_9_4, 2),
    round(c_dec_18_6, 2), round(c_dec_38_10, 2), round(c_dec_plain, 2), round(c_dec_9_4, 0), round(c_dec_9_4, 1),
    round(c_dec_9_4, -1), round(c_dec_9_4, 4), round(c_dec_9_4, 10), round(c_dec_38_10, 0)
FROM everything;

-- case: round and trunc to digits, part 2
SELECT
    round(c_dec_38_10, 1), round(c_dec_38_10, -1), round(c_dec_38_10, 4), round(c_dec_38_10, 10),
    round(c_double, 0), round(c_double, 1), round(c_double, -1), round(c_double, 4), round(c_double, 10),
    round(c_double, c_int), round(1.23456, 0), round(1.23456, 1), round(1.23456, -1), round(1.23456, 4),
    round(1.23456, 10), trunc(c_double, 1), trunc(c_dec_9_4, 1), round(c_int / 3, 2), round(1.5), round(2.675, 2),
    round(c_dec_9_4 * 1.1, 2), round_even(c_double, 1), roundbankers(c_double, 1)
FROM everything;

-- case: mathematics, part 1
SELECT
    ceiling(c_double), cbrt(c_int), log(c_double), log10(c_int), log2(c_dec_9_4), log(2, c_int), power(c_int, 2),
    pow(c_double, 0.5), power(c_dec_9_4, 2), sin(c_double), cos(c_int), tan(c_double), cot(c_double),
    asin(c_double), acos(c_double), atan(c_double), atan2(c_double, c_double), sinh(c_double), cosh(c_double),
    tanh(c_double), asinh(c_double), acosh(c_double), atanh(c_double), radians(c_double)
FROM everything;

-- case: mathematics, part 2
SELECT
    degrees(c_int), pi(), random(), setseed(0.5), gamma(c_double), lgamma(c_double), factorial(c_int),
    gcd(c_int, c_bigint), lcm(c_int, c_int), greatest_common_divisor(c_bigint, c_bigint), mod(c_int, 3),
    mod(c_dec_9_4, 2), fmod(c_double, 2), divide(c_int, 2), add(c_int, 2), subtract(c_date, 1),
    multiply(c_int, c_dec_9_4), fdiv(c_int, 2), even(c_double), nextafter(c_double, 1), nextafter(c_float, c_float),
    isnan(c_double), isinf(c_float), isfinite(c_double)
FROM everything;

-- case: mathematics, part 3
SELECT
    signbit(c_double), xor(c_int, c_int), bit_count(c_bigint), exp(1), equi_width_bins(0, 10, 3, true),
    equi_width_bins(0.0, 10.5, 3, false), sign(c_dec_9_4), least(c_double, 1), @c_int, uuid(), gen_random_uuid(),
    uuidv4(), uuidv7(), uuid_extract_version(c_uuid), uuid_extract_timestamp(c_uuid), hash(c_int),
    can_cast_implicitly(c_int, c_bigint), typeof(c_int), pg_typeof(c_int), alias(c_int), version(),
    current_schema(), current_database(), current_user
FROM everything;

-- case: mathematics, part 4
SELECT
    current_setting('threads'), error('x'), stats(c_int), vector_type(c_int), sleep_ms(1), getvariable('x'),
    current_catalog(), current_schemas(true), txid_current(), in_search_path('a', 'b'),
    is_histogram_other_bin(c_int)
FROM everything;
