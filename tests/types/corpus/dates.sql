-- Dates, times, time zones and intervals.
-- sources: types

-- case: date and time arithmetic with every operand, part 1
SELECT
    c_date + c_time, c_date + c_timetz, c_date + c_interval, c_date + 1, c_date + c_int, c_date + INTERVAL 1 DAY,
    c_date + c_time, c_date - c_date, c_date - c_timestamp, c_date - c_timestamp_s, c_date - c_timestamp_ms,
    c_date - c_timestamp_ns, c_date - c_timestamptz, c_date - c_interval, c_date - 1, c_date - c_int,
    c_date - INTERVAL 1 DAY, c_date - DATE '2024-01-01', c_time + c_date, c_time + c_interval,
    c_time + INTERVAL 1 DAY, c_time + DATE '2024-01-01', c_time - c_interval, c_time - INTERVAL 1 DAY
FROM everything;

-- case: date and time arithmetic with every operand, part 2
SELECT
    c_timetz + c_date, c_timetz + c_interval, c_timetz + INTERVAL 1 DAY, c_timetz + DATE '2024-01-01',
    c_timetz - c_interval, c_timetz - INTERVAL 1 DAY, c_timestamp + c_interval, c_timestamp + INTERVAL 1 DAY,
    c_timestamp - c_date, c_timestamp - c_timestamp, c_timestamp - c_timestamp_s, c_timestamp - c_timestamp_ms,
    c_timestamp - c_timestamp_ns, c_timestamp - c_timestamptz, c_timestamp - c_interval,
    c_timestamp - INTERVAL 1 DAY, c_timestamp - DATE '2024-01-01', c_timestamp_s + c_interval,
    c_timestamp_s + INTERVAL 1 DAY, c_timestamp_s - c_date, c_timestamp_s - c_timestamp,
    c_timestamp_s - c_timestamp_s, c_timestamp_s - c_timestamp_ms, c_timestamp_s - c_timestamp_ns
FROM everything;

-- case: date and time arithmetic with every operand, part 3
SELECT
    c_timestamp_s - c_timestamptz, c_timestamp_s - c_interval, c_timestamp_s - INTERVAL 1 DAY,
    c_timestamp_s - DATE '2024-01-01', c_timestamp_ms + c_interval, c_timestamp_ms + INTERVAL 1 DAY,
    c_timestamp_ms - c_date, c_timestamp_ms - c_timestamp, c_timestamp_ms - c_timestamp_s,
    c_timestamp_ms - c_timestamp_ms, c_timestamp_ms - c_timestamp_ns, c_timestamp_ms - c_timestamptz,
    c_timestamp_ms - c_interval, c_timestamp_ms - INTERVAL 1 DAY, c_timestamp_ms - DATE '2024-01-01',
    c_timestamp_ns + c_interval, c_timestamp_ns + INTERVAL 1 DAY, c_timestamp_ns - c_date,
    c_timestamp_ns - c_timestamp, c_timestamp_ns - c_timestamp_s, c_timestamp_ns - c_timestamp_ms,
    c_timestamp_ns - c_timestamp_ns, c_timestamp_ns - c_interval, c_timestamp_ns - INTERVAL 1 DAY
FROM everything;

-- case: date and time arithmetic with every operand, part 4
SELECT
    c_timestamp_ns - DATE '2024-01-01', c_timestamptz + c_interval, c_timestamptz + INTERVAL 1 DAY,
    c_timestamptz - c_date, c_timestamptz - c_timestamp, c_timestamptz - c_timestamp_s,
    c_timestamptz - c_timestamp_ms, c_timestamptz - c_timestamptz, c_timestamptz - c_interval,
    c_timestamptz - INTERVAL 1 DAY, c_timestamptz - DATE '2024-01-01', c_interval + c_date, c_interval + c_time,
    c_interval + c_timetz, c_interval + c_timestamp, c_interval + c_timestamp_s, c_interval + c_timestamp_ms,
    c_interval + c_timestamp_ns, c_interval + c_timestamptz, c_interval + c_interval, c_interval + INTERVAL 1 DAY,
    c_interval + c_time, c_interval + DATE '2024-01-01', c_interval - c_interval
FROM everything;

-- case: date and time arithmetic with every operand, part 5
SELECT
    c_interval - INTERVAL 1 DAY
FROM everything;

-- case: interval arithmetic, part 1
SELECT
    c_interval * 2, c_interval / 2, 2 * c_interval, c_interval * 1.5, c_interval + c_interval, -c_interval,
    c_date + INTERVAL 3 MONTHS, c_date - INTERVAL '1' YEAR, c_date + INTERVAL (c_int) DAYS,
    c_date + INTERVAL (c_int + 1) HOUR, c_timestamp - INTERVAL '90 days', INTERVAL '1 year 2 months',
    INTERVAL 5 MINUTE, c_date + 7, 7 + c_date, c_date - 1, c_date - c_date, c_date - DATE '2020-02-29',
    DATE '2024-03-01' - DATE '2024-02-01', DATE '2024-03-01' + INTERVAL 30 DAY, '2024-01-01'::DATE + 30,
    CAST('2024-01-01' AS DATE) + INTERVAL 60 DAYS, c_date + c_time, c_timestamp::DATE - 1
FROM everything;

-- case: interval arithmetic, part 2
SELECT
    to_days(c_int), to_months(3), to_years(c_int), to_hours(c_bigint), to_minutes(1), to_seconds(1.5),
    to_milliseconds(c_double), to_microseconds(c_bigint), to_weeks(2), to_quarters(2), to_decades(1),
    to_centuries(1)
FROM everything;

-- case: extract of every part, part 1
SELECT
    extract(year FROM c_timestamp), extract(month FROM c_timestamp), extract(day FROM c_timestamp),
    extract(hour FROM c_timestamp), extract(minute FROM c_timestamp), extract(second FROM c_timestamp),
    extract(quarter FROM c_timestamp), extract(week FROM c_timestamp), extract(dow FROM c_timestamp),
    extract(isodow FROM c_timestamp), extract(doy FROM c_timestamp), extract(epoch FROM c_timestamp),
    extract(millisecond FROM c_timestamp), extract(microsecond FROM c_timestamp), extract(decade FROM c_timestamp),
    extract(century FROM c_timestamp), extract(millennium FROM c_timestamp), extract(isoyear FROM c_timestamp),
    extract(yearweek FROM c_timestamp), extract(era FROM c_timestamp), extract(weekday FROM c_timestamp),
    extract(dayofyear FROM c_timestamp), extract(dayofweek FROM c_timestamp), extract(dayofmonth FROM c_timestamp)
FROM everything;

-- case: extract of every part, part 2
SELECT
    extract(julian FROM c_timestamp), extract(timezone FROM c_timestamptz), extract(year FROM c_date),
    EXTRACT(epoch FROM c_interval), extract('month' FROM c_date), extract(hour FROM c_time)
FROM everything;

-- case: date_part of every part, part 1
SELECT
    date_part('year', c_timestamp), date_part('month', c_timestamp), date_part('day', c_timestamp),
    date_part('hour', c_timestamp), date_part('minute', c_timestamp), date_part('second', c_timestamp),
    date_part('quarter', c_timestamp), date_part('week', c_timestamp), date_part('dow', c_timestamp),
    date_part('isodow', c_timestamp), date_part('doy', c_timestamp), date_part('epoch', c_timestamp),
    date_part('millisecond', c_timestamp), date_part('microsecond', c_timestamp), date_part('decade', c_timestamp),
    date_part('century', c_timestamp), date_part('millennium', c_timestamp), date_part('isoyear', c_timestamp),
    date_part('yearweek', c_timestamp), date_part('era', c_timestamp), date_part('weekday', c_timestamp),
    date_part('dayofyear', c_timestamp), date_part('dayofweek', c_timestamp), date_part('dayofmonth', c_timestamp)
FROM everything;

-- case: date_part of every part, part 2
SELECT
    date_part('julian', c_timestamp), date_part(['year', 'month'], c_date), datepart('day', c_date),
    date_part(c_varchar, c_date), date_part(['hour', 'epoch'], c_timestamp)
FROM everything;

-- case: part functions, part 1
SELECT
    year(c_timestamp), month(c_timestamp), day(c_timestamp), hour(c_timestamp), minute(c_timestamp),
    second(c_timestamp), quarter(c_timestamp), week(c_timestamp), isodow(c_timestamp), epoch(c_timestamp),
    millisecond(c_timestamp), microsecond(c_timestamp), decade(c_timestamp), century(c_timestamp),
    millennium(c_timestamp), isoyear(c_timestamp), yearweek(c_timestamp), era(c_timestamp), weekday(c_timestamp),
    dayofyear(c_timestamp), dayofweek(c_timestamp), dayofmonth(c_timestamp), julian(c_timestamp),
    epoch_ms(c_timestamp)
FROM everything;

-- case: part functions, part 2
SELECT
    epoch_us(c_timestamp), epoch_ns(c_timestamp), dayname(c_timestamp), monthname(c_timestamp),
    last_day(c_timestamp), weekofyear(c_timestamp), nanosecond(c_timestamp), timezone(c_timestamp),
    timezone_hour(c_timestamp)
FROM everything;

-- case: part functions of dates
SELECT
    year(c_date), month(c_date), day(c_date), dayname(c_date), monthname(c_date), last_day(c_date), week(c_date),
    isodow(c_date), epoch(c_date), julian(c_date), quarter(c_date)
FROM everything;

-- case: truncation of every type
SELECT
    date_trunc('month', c_date), date_trunc('month', c_timestamp), date_trunc('month', c_timestamp_s),
    date_trunc('month', c_timestamp_ms), date_trunc('month', c_timestamp_ns), date_trunc('month', c_timestamptz),
    date_trunc('month', c_interval), date_trunc('hour', c_date), date_trunc('hour', c_timestamp),
    date_trunc('hour', c_timestamp_s), date_trunc('hour', c_timestamp_ms), date_trunc('hour', c_timestamp_ns),
    date_trunc('hour', c_timestamptz), date_trunc('hour', c_interval), date_trunc(c_varchar, c_date),
    datetrunc('day', c_timestamp), time_bucket(INTERVAL 1 HOUR, c_timestamp), time_bucket(INTERVAL 1 MONTH, c_date),
    time_bucket(INTERVAL 1 DAY, c_timestamptz), time_bucket(INTERVAL 1 WEEK, c_date, DATE '2000-01-03')
FROM everything;

-- case: differences and sums by function, part 1
SELECT
    date_diff('day', c_date, c_date), datediff('month', c_date, c_timestamp),
    date_sub('hour', c_timestamp, c_timestamp), datesub('day', c_date, c_date), date_add(c_date, INTERVAL 1 DAY),
    date_add(c_timestamp, INTERVAL 1 MONTH), age(c_timestamp), age(c_timestamp, c_timestamp),
    age(c_timestamptz, c_timestamptz), date_diff('minute', c_time, c_time), greatest(c_date, c_date + 1),
    last_day(c_date), last_day(c_timestamp), make_date(2024, 1, 2), make_date(c_int, c_int, c_int),
    make_time(10, 30, 1.5), make_timestamp(2024, 1, 2, 3, 4, 5.6), make_timestamp(c_bigint),
    make_timestamptz(2024, 1, 2, 3, 4, 5.6), make_timestamp_ns(c_bigint), make_timestamp_ms(c_bigint),
    to_timestamp(c_bigint), to_timestamp(c_double), epoch_ms(c_bigint)
FROM everything;

-- case: differences and sums by function, part 2
SELECT
    epoch_ms(c_timestamp), epoch(c_interval), epoch_us(c_timestamptz), strftime(c_date, '%Y'),
    strftime(c_timestamp, '%Y-%m'), strftime('%Y', c_date), strptime(c_varchar, '%Y-%m-%d'), strptime('2024', '%Y'),
    strptime(c_varchar, ['%Y', '%d']), try_strptime(c_varchar, '%Y'), strptime(c_varchar, '%Y-%m-%d %z'),
    isfinite(c_date), isinf(c_timestamp), century(c_date), dayname(c_date)
FROM everything;

-- case: the present
SELECT
    current_date, CURRENT_DATE, current_timestamp, CURRENT_TIMESTAMP, current_time, localtime, localtimestamp,
    now(), today(), get_current_timestamp(), transaction_timestamp(), current_localtime(), current_localtimestamp(),
    get_current_time(), now() - INTERVAL 1 DAY, current_date - 1, current_date - c_date, now()::TIMESTAMP,
    CAST(now() AS DATE)
FROM everything;

-- case: time zones
SELECT
    c_timestamp AT TIME ZONE 'UTC', c_timestamptz AT TIME ZONE 'Europe/Berlin', timezone('UTC', c_timestamp),
    timezone('UTC', c_timestamptz), c_timetz AT TIME ZONE 'UTC', c_timestamptz::DATE, c_timestamptz::TIMESTAMP,
    c_timestamp::TIMESTAMPTZ, c_date::TIMESTAMPTZ, TIMESTAMPTZ '2024-01-01 00:00:00+02',
    c_timestamptz - c_timestamptz, c_timestamptz + INTERVAL 1 DAY,
    date_trunc('day', c_timestamptz AT TIME ZONE 'UTC')
FROM everything;

-- case: literals of dates and times
SELECT
    DATE '2024-01-01', TIMESTAMP '2024-01-01 10:00:00', TIME '10:00:00',
    TIMESTAMP WITH TIME ZONE '2024-01-01 10:00:00+00', INTERVAL '3' DAY, INTERVAL 3 DAY, INTERVAL '1 day 2 hours',
    '2024-01-01'::TIMESTAMP_NS, TIMESTAMP_S '2024-01-01 00:00:00',
    DATE '2024-01-01' < TIMESTAMP '2024-01-01 10:00:00', 'epoch'::DATE
FROM everything;

-- case: ranges of dates
SELECT
    range(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 DAY),
    generate_series(c_timestamp, c_timestamp, INTERVAL 1 HOUR),
    generate_series(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 MONTH),
    range(c_timestamptz, c_timestamptz, INTERVAL 1 DAY),
    unnest(generate_series(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 DAY))
FROM everything;
