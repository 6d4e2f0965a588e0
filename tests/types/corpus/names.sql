-- The name of every kind of expression, and how identifiers are told apart.
-- sources: types, retail, web

-- case: names of operators, part 1
SELECT
    c_int+1, c_int   +   1, ( c_int + 1 ), ((c_int)) * 2, c_int + c_bigint * 2, -c_int, - (-c_int), NOT c_bool,
    c_int = 1 AND c_bool, c_bool AND c_bool AND NOT c_bool, c_bool OR c_int > 1 AND c_int < 5, c_int <> 1,
    c_int != 1, c_int IS NULL, c_int IS NOT NULL, c_int BETWEEN 1 AND 2, c_int NOT BETWEEN 1 AND 2, c_int IN (1, 2),
    c_int NOT IN (1, 2), c_varchar LIKE 'a%', c_varchar NOT LIKE 'a%', c_varchar ILIKE 'a', c_varchar || 'a' || 'b',
    c_int % 2
FROM everything;

-- case: names of operators, part 2
SELECT
    c_int // 2, c_int ^ 2, c_int ** 2, c_int & 1, ~c_int, @c_int, c_int IS DISTINCT FROM 2, c_int == 1, c_int << 2,
    c_bool IS TRUE, c_bool IS NOT TRUE
FROM everything;

-- case: names of literals, part 1
SELECT
    1, 1.0, 1.50, 1e3, 1E-2, .5, -1, +1, 'text', 'it''s', '', NULL, true, FALSE, DATE '2024-01-01',
    TIMESTAMP '2024-01-01 00:00:00', INTERVAL 1 DAY, INTERVAL '1' MONTH, INTERVAL '1 day', 1_000_000, 0xFF, 0b101,
    x'ff', 'a'::VARCHAR
FROM everything;

-- case: names of literals, part 2
SELECT
    [1, 2], {'a': 1}, {a: c_int}, MAP {'a': 1}, (1, 2), []
FROM everything;

-- case: names of calls in other cases
SELECT
    UPPER(c_varchar), Upper( c_varchar ), len(c_varchar), LEFT(c_varchar, 1)
FROM everything;

-- case: names of calls
SELECT
    sum(c_int), SUM(c_int), Sum(DISTINCT c_int), COUNT(*), count( * ), Count(DISTINCT c_int),
    avg(c_int) FILTER (WHERE c_int > 1), max(c_int + 1), string_agg(c_varchar, ',' ORDER BY c_int DESC),
    coalesce(sum(c_int), 0), nullif(min(c_int), 1), round(avg(c_double), 2), greatest(max(c_int), 1),
    concat(min(c_varchar), 'x'), list(c_int ORDER BY c_date), quantile_cont(c_int, 0.5),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c_int), mode() WITHIN GROUP (ORDER BY c_int DESC),
    any_value(c_struct).a, count()
FROM everything;

-- case: names of special calls, part 1
SELECT
    CAST(c_int AS BIGINT), c_int::BIGINT, (c_int)::BIGINT, (c_int + 1)::DECIMAL(10, 2), TRY_CAST(c_varchar AS INT),
    CAST('1' AS INTEGER), '1'::INTEGER, extract(year FROM c_date), EXTRACT('month' FROM c_date),
    date_part('day', c_date), year(c_date), substring(c_varchar, 1, 2), substring(c_varchar FROM 1 FOR 2),
    substr(c_varchar, 1), trim(c_varchar), TRIM(BOTH 'x' FROM c_varchar), trim(LEADING 'x' FROM c_varchar),
    trim(TRAILING 'x' FROM c_varchar), position('a' IN c_varchar), overlay(c_varchar PLACING 'x' FROM 2),
    COALESCE(c_int, 1), IFNULL(c_int, 1), NULLIF(c_int, 1), IF(c_bool, 1, 2)
FROM everything;

-- case: names of special calls, part 2
SELECT
    CASE WHEN c_bool THEN 1 ELSE 2 END, CASE c_int WHEN 1 THEN 'a' END,
    case when c_bool then 1 when c_int=2 then 3 end, current_date, CURRENT_TIMESTAMP, now(),
    c_date + INTERVAL 1 DAY, c_date - INTERVAL '1' MONTH, c_date + INTERVAL (c_int) DAY,
    c_timestamp AT TIME ZONE 'UTC', c_json -> 'a', c_json ->> '$.a', c_ints[1], c_ints[1:2], c_ints[:2], c_struct.a,
    c_struct['a'], everything.c_struct.b, c_nested.inside.x, c_map['a'], list_transform(c_ints, lambda x: x + 1),
    list_filter(c_ints, lambda x, i: x > i), [x * 2 FOR x IN c_ints], [x FOR x IN c_ints IF x > 1]
FROM everything;

-- case: names of special calls, part 3
SELECT
    c_int = ANY (c_ints), EXISTS (SELECT 1), c_int IN (SELECT 1), c_int NOT IN (SELECT c_int FROM everything),
    (SELECT 1), (SELECT max(c_int) FROM everything), c_int > ALL (SELECT 1),
    c_int = ANY (SELECT c_int FROM everything), NOT EXISTS (SELECT 1), c_varchar COLLATE NOCASE,
    c_varchar SIMILAR TO 'x', c_varchar ~ 'x', struct_pack(a := c_int), row(c_int, 1), unnest(c_ints), ARRAY[1, 2],
    ceil(c_double), floor(c_double), mod(c_int, 2), log(c_double), left(c_varchar, 2), char_length(c_varchar),
    datediff('day', c_date, c_date), date_trunc('month', c_date)
FROM everything;

-- case: names of special calls, part 4
SELECT
    strftime(c_date, '%Y'), arg_max(c_int, c_date) OVER (), chr(65)
FROM everything;

-- case: names of window calls
SELECT
    row_number() OVER (), ROW_NUMBER() OVER (ORDER BY c_int), sum(c_int) OVER (PARTITION BY c_mood),
    sum(c_int) OVER (PARTITION BY c_mood, c_size ORDER BY c_int DESC, c_date),
    sum(c_int) OVER (ORDER BY c_int NULLS FIRST), sum(c_int) OVER (ORDER BY c_int ASC NULLS LAST),
    sum(c_int) OVER (ORDER BY c_int ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
    sum(c_int) OVER (ORDER BY c_int ROWS UNBOUNDED PRECEDING),
    sum(c_int) OVER (ORDER BY c_int RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
    avg(c_int) OVER (ORDER BY c_date RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW), count(*) OVER (),
    COUNT(*) OVER (PARTITION BY c_mood), lag(c_int, 1, 0) OVER (ORDER BY c_int),
    first_value(c_int IGNORE NULLS) OVER (ORDER BY c_int), count(*) FILTER (WHERE c_bool) OVER (ORDER BY c_int),
    sum(DISTINCT c_int) OVER (PARTITION BY c_mood), rank() OVER (ORDER BY c_int) + 1,
    sum(c_int) OVER (ORDER BY c_int GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES)
FROM everything;

-- case: names come from the column, not the query's spelling
SELECT C_INT, c_Bool, everything.C_DATE, EVERYTHING.c_int FROM everything;

-- case: quoted mixed-case columns
SELECT "Id", "id", ID, "first name", "SELECT", CamelCase, upper_case, "Mixed Case".id FROM "Mixed Case";

-- case: an expression over quoted columns
SELECT "Id" + 1, upper("first name"), "SELECT" * 2, year(camelcase), "Mixed Case"."first name" || 'x' FROM "Mixed Case";

-- case: aliases keep their spelling
SELECT c_int AS MyName, c_int AS "My Name", c_int myname2, c_int AS "select" FROM everything;

-- case: prefix aliases
SELECT total: c_int + 1, label: c_varchar FROM e: everything;

-- case: string as alias
SELECT c_int AS 'a text' FROM everything;

-- case: duplicate names stay
SELECT c_int, c_int, c_int AS c_int, c_bigint AS c_int FROM everything;

-- case: names of a subquery are made unique
SELECT * FROM (SELECT c_int, c_int, c_bigint AS c_int FROM everything);

-- case: a derived table with column names
SELECT * FROM (SELECT c_int, c_date FROM everything) AS t(a, b);

-- case: a derived table with fewer column names
SELECT * FROM (SELECT c_int, c_date, c_bool FROM everything) AS t(a);

-- case: a table alias with column names
SELECT code, name, part, vat_rate FROM countries AS c(code, name, part);

-- case: an unaliased expression is a column of the outer query
SELECT "(c_int + 1)", "upper(c_varchar)" FROM (SELECT c_int + 1, upper(c_varchar) FROM everything);

-- case: lateral alias in the same select
SELECT c_int + 1 AS a, a * 2 AS b, b / a AS c FROM everything;

-- case: a column hides the lateral alias
SELECT c_int::VARCHAR AS c_date, c_date AS d FROM everything;

-- case: alias in WHERE, GROUP BY and HAVING
SELECT c_int % 3 AS bucket, count(*) AS n FROM everything WHERE bucket > 0 GROUP BY bucket HAVING n > 1;

-- case: alias in ORDER BY with an expression
SELECT c_int * 2 AS twice FROM everything ORDER BY twice + 1 LIMIT 3;

-- case: an alias without AS
SELECT c_int twice, sum(c_int) OVER () total FROM everything;

-- case: schema-qualified names
SELECT web.regions."RegionName", regions."Population" FROM web.regions;

-- case: catalog-qualified table
SELECT r.* FROM memory.web.regions r;

-- case: main schema spelled out
SELECT main.countries.country_name FROM main.countries;

-- case: wide mixed-case columns
SELECT ViewId, "visitid", URL, max(revenue) FROM web.page_views GROUP BY ALL;

-- case: a name with a quote and a dot
SELECT c_int AS "a""b", c_int AS "x.y" FROM everything;

-- case: a column named like a function
SELECT year, month, quarter + 1, day FROM calendar;

-- case: names from spaces
SELECT "Q1 Target" + "Q2 Target", sum("Q3 Target"), "Q4 Target" FROM targets GROUP BY ALL;

-- case: a name in the GROUP BY of another case
SELECT Country_Code, count(*) FROM customers GROUP BY COUNTRY_CODE;

-- case: unicode names
SELECT c_int AS "größe", 'é' AS é, '日本' FROM everything;

-- case: comments do not matter
SELECT c_int /* a */ + -- b
 1, /* c */ upper(c_varchar) FROM everything -- end;

-- case: columns of the same name from two tables
SELECT o.order_id, l.order_id, r.order_id AS r_order FROM orders o JOIN order_lines l ON o.order_id = l.order_id JOIN returns r ON r.order_id = o.order_id;

-- case: SELECT ALL
SELECT ALL c_int FROM everything;

-- case: a query in parentheses
(SELECT c_int AS a FROM everything);

-- case: nested parentheses
((SELECT c_int, 1 FROM everything) LIMIT 1);

-- case: a table alias in quotes
SELECT "E e".c_int FROM everything AS "E e";

-- case: names of set operations inside expressions
-- sources: retail, types
SELECT c_int IN (SELECT 1 UNION SELECT 2), EXISTS (SELECT 1 UNION ALL SELECT 2), c_int > ALL (SELECT 1 UNION SELECT 2), (SELECT max(n) FROM (SELECT 1 AS n UNION ALL SELECT 2) AS t), list_sort(ARRAY(SELECT 1 UNION ALL SELECT 2)) FROM everything;

-- case: names of subqueries with a window clause
-- sources: retail, types
SELECT (SELECT sum(c_int) OVER w FROM everything WINDOW w AS (ORDER BY c_date) LIMIT 1), (SELECT c_int FROM everything WINDOW w AS (ORDER BY c_date) LIMIT 1), sum(c_int) OVER w FROM everything WINDOW w AS (PARTITION BY c_bool);

-- case: names of subqueries over many kinds of FROM
-- sources: retail, types
SELECT (SELECT 1 FROM orders AS o ASOF JOIN customers AS c ON o.customer_id >= c.customer_id LIMIT 1), (SELECT 1 FROM (orders AS o JOIN customers AS c ON true) LIMIT 1), (SELECT 1 FROM countries AS a JOIN (orders AS o JOIN customers AS c ON true) ON true LIMIT 1), (SELECT 1 FROM countries, LATERAL (SELECT 1) AS t LIMIT 1);

-- case: names of subqueries over distinct rows
-- sources: retail, types
SELECT (SELECT DISTINCT ON (c_int) c_int FROM everything LIMIT 1), (SELECT ALL c_int FROM everything LIMIT 1), (SELECT c_int FROM everything ORDER BY ALL DESC LIMIT 1), (SELECT COLUMNS('a') FROM (SELECT 1 AS a)) FROM everything;

-- case: typed literals of two words and of documents
-- sources: retail, types
SELECT double precision '1.5', json '{}', uuid '00000000-0000-0000-0000-000000000000', decimal(10,2) '1.5' FROM everything;
