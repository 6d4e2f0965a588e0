-- DuckDB spellings that a general SQL grammar misreads, and what it says of itself.
-- sources: types, retail

-- case: factorial behind its value
SELECT c_int !, (c_int + 1)! AS f, c_int ! + 1, 3!::VARCHAR, -4!, 2 ^ 3!, c_int! = 3, c_int != 3, c_ints[1]! FROM everything;

-- case: a plus in front of a value
SELECT +c_int, + c_bigint, +(c_dec_9_4), +c_bignum, +NULL, +c_uint, +1, 1 + +c_int, 2 * +c_double, +c_struct.a, +[1] FROM everything;

-- case: signs of NULL
SELECT -NULL, ~NULL, +c_hugeint, +c_ubigint, +c_smallint, +c_float, -c_utinyint FROM everything;

-- case: sorted by a signed column
SELECT c_int FROM everything WHERE +c_int > +c_smallint ORDER BY +c_int, +c_bigint DESC;

-- case: an arrow binds looser than the text operator
SELECT c_json -> 'a' || 'b', c_json -> 'a'::VARCHAR AS a, c_json -> c_varchar || 'x' AS b FROM everything;

-- case: an arrow binds looser than logic
SELECT NOT c_json -> 'a', c_bool OR c_json -> 'a' AS e, c_int = 1 -> 'x', c_int + 1 -> '$' FROM everything;

-- case: arrows as arguments
SELECT coalesce(c_json -> 'a', 'x'), list_value(c_json -> 'a' || 'b', c_json), [c_json -> 'a' || 'b'], (c_json -> 'a' || 'b') FROM everything;

-- case: arrows in a row
SELECT c_json -> 'a' -> 'b' || 'c' -> 'd', c_json -> 'a' ->> 'b', c_json ->> 'a' -> 'b' FROM everything;

-- case: arrows in a branch
SELECT CASE WHEN c_bool THEN c_json -> 'a' ELSE c_json -> 'b' END, count(c_json -> 'a') FROM everything GROUP BY ALL;

-- case: a cast of a typed literal
SELECT DATE '2024-01-01'::INTEGER, TIMESTAMP '2024-01-01 10:00:00'::DATE, DATE '2024-01-01'::TIMESTAMP + INTERVAL 1 DAY;

-- case: a cast of a typed literal inside an expression
SELECT CASE WHEN c_bool THEN DATE '2024-01-01'::VARCHAR END, c_varchar || DATE '2024-01-01'::VARCHAR FROM everything;

-- case: a cast of a test
SELECT (c_int IN (1, 2))::INTEGER, (c_int NOT IN (1, 2))::INTEGER + 1, (c_int BETWEEN 1 AND 2)::TINYINT, (c_varchar LIKE 'x')::INTEGER FROM everything;

-- case: a comprehension with positions
SELECT [x + i for x, i in c_ints], [x for x, i in c_ints if i > 1] AS c, [[x, i] for x, i in [1, 2]] FROM everything;

-- case: a pivot with renamed values
PIVOT targets ON year IN (1 AS jan, 2 AS feb) USING sum("Q1 Target");

-- case: a pivot with renamed values, groups and an order
PIVOT targets ON year IN (1 AS jan) USING sum("Q1 Target") AS s, count(*) AS n GROUP BY shop_id ORDER BY 1 LIMIT 5;

-- case: an ordered pivot in FROM
SELECT * FROM (PIVOT targets ON year IN (1, 2) USING sum("Q1 Target") GROUP BY shop_id ORDER BY shop_id LIMIT 3);

-- case: an ordered pivot in WITH
WITH p AS (PIVOT targets ON year IN (1, 2 AS feb) USING sum("Q1 Target") GROUP BY shop_id ORDER BY shop_id) SELECT * FROM p;

-- case: a renamed pivot behind a table
SELECT * FROM targets PIVOT (sum("Q1 Target") FOR year IN (1 AS jan, 2 feb) GROUP BY shop_id);

-- case: an ordered unpivot
UNPIVOT (SELECT c_int, c_smallint, c_varchar FROM everything) ON c_int, c_smallint INTO NAME k VALUE v ORDER BY c_varchar LIMIT 2;

-- case: TABLE as a query
TABLE countries;

-- case: TABLE in a union
TABLE countries UNION ALL TABLE countries;

-- case: TABLE in WITH and FROM
WITH c AS (TABLE countries) SELECT * FROM c, (TABLE product_groups) AS g;

-- case: a described table
SELECT * FROM (DESCRIBE countries) AS a, (DESC countries) AS b;

-- case: a described query
SELECT d.column_name AS n, d.null FROM (DESCRIBE SELECT 1 AS a) AS d;

-- case: a summary
FROM (SUMMARIZE countries);

-- case: a summary in WITH
WITH s AS (FROM (SUMMARIZE SELECT * FROM countries)) SELECT column_name, "avg", q25, approx_unique, null_percentage FROM s;

-- case: what SHOW lists
SELECT * FROM (SHOW TABLES) AS t, (SHOW ALL TABLES) AS a, (SHOW DATABASES) AS d;

-- case: a described table joined
SELECT name, country_code FROM (SHOW TABLES) JOIN countries ON country_code = name;

-- case: views of the catalogue
SELECT * FROM information_schema.columns, information_schema.tables;

-- case: columns of the catalogue
SELECT table_name, ordinal_position FROM information_schema.columns WHERE table_schema = 'main';

-- case: views without a schema
SELECT m.sql, c.oid, d.column_index FROM sqlite_master AS m, pg_class AS c, duckdb_columns AS d;

-- case: a table's own columns
SELECT * FROM pragma_table_info('countries');

-- case: one value of every type
SELECT * EXCLUDE (small_enum, medium_enum, large_enum, empty_struct) FROM test_all_types();

-- case: a function's column under its own name and the alias
SELECT range, t, t.range, t.t FROM range(3) t;

-- case: a key merged by several full joins
SELECT k FROM (SELECT 1::SMALLINT AS k) a LEFT JOIN (SELECT 1::BIGINT AS k) b USING (k) FULL JOIN (SELECT 1 AS k) c USING (k);

-- case: a table named by a text
SELECT * FROM query_table('countries');

-- case: settings
SELECT current_setting('timezone'), current_setting('threads'), current_setting('integer_division') AS d;

-- case: texts that the binder knows adapt like literals
SELECT CASE WHEN c_bool THEN typeof(c_int) ELSE 1 END, CASE WHEN c_bool THEN current_user ELSE 1 END, [typeof(c_int), c_varchar], typeof(c_int) || 1, current_user FROM everything;

-- case: NULL as an argument of a list function
SELECT list_sort(c_ints, NULL), list_sort(c_ints, 'ASC', NULL), list_reverse_sort(c_ints, NULL), list_extract(c_ints, NULL), list_select(c_ints, NULL), list_where(c_ints, NULL), list_sort(c_ints, 'DESC', 'NULLS LAST'), list_resize(c_ints, NULL) FROM everything;

-- case: exact quotients
SELECT decimal_division(c_dec_9_4, 2), decimal_division(2, 3), decimal_division(c_dec_4_1, c_dec_9_4), decimal_division(c_tinyint, c_dec_4_1), decimal_division(c_dec_4_1, NULL) FROM everything;

-- case: a sorted query as a list
SELECT ARRAY(SELECT c_int FROM everything ORDER BY c_int DESC NULLS LAST, c_bool), ARRAY(SELECT DISTINCT c_varchar FROM everything ORDER BY c_varchar LIMIT 3), ARRAY(FROM everything SELECT c_int GROUP BY c_int ORDER BY count(*) DESC), ARRAY(WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a + 1), ARRAY(SELECT 1 ORDER BY 1 DESC), ARRAY(VALUES (1), (2)), ARRAY(SELECT c_int FROM everything LIMIT 3);

-- case: names of subqueries with WITH
SELECT (WITH c(n) AS (SELECT 1) SELECT n FROM c), (WITH c AS MATERIALIZED (SELECT 1 AS n) SELECT n FROM c), (WITH c(n, m) AS NOT MATERIALIZED (SELECT 1, 2) SELECT n FROM c), (WITH c AS (SELECT 1 AS n UNION ALL SELECT 2) SELECT n FROM c LIMIT 1);

-- case: names of recursive subqueries
SELECT (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT max(n) FROM c), (WITH RECURSIVE c AS (SELECT 1 AS n) SELECT n FROM c), (WITH RECURSIVE d AS (SELECT 1 AS k), c(n) AS (SELECT k FROM d UNION SELECT n + 1 FROM c WHERE n < 3) SELECT max(n) FROM c), EXISTS(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c LIMIT 1);

-- case: names of replaced columns
SELECT max(COLUMNS(* REPLACE (c_int + 1 AS c_int))) FROM (SELECT c_int, c_bigint FROM everything);

-- case: names of replaced columns in an expression
SELECT COLUMNS(* REPLACE (c_int + 1 AS c_int)) + 1 FROM (SELECT c_int, c_bigint FROM everything);

-- case: texts of bits
SELECT B'101', b'1' || B'0', bit_count(b'11') FROM everything;

-- case: distances of lists
SELECT c_farray <=> c_farray, c_farray <-> c_farray, [1.0::FLOAT] <=> [2.0::FLOAT], c_int IS NOT DISTINCT FROM c_bigint FROM everything;

-- case: a record without fields
SELECT {}, {} AS nothing, c_varchar ~* 'A', c_varchar !~* 'A' FROM everything;

-- case: a pattern behind a relation's star
SELECT e.* LIKE 'c_dec%', e.* NOT LIKE '%\_%' FROM everything AS e;

-- case: fields of a record but one
SELECT c_nested.* EXCLUDE (items), c_struct.* RENAME (a AS z) FROM everything;

-- case: a rank by an order of its own
SELECT rank(ORDER BY c_int) OVER (PARTITION BY c_bool), first_value(c_int ORDER BY c_date) OVER () FROM everything;

-- case: a pivot over dates
PIVOT (SELECT c_date, c_int FROM everything) ON c_date IN (DATE '2020-01-01', DATE '2020-02-01' AS feb) USING sum(c_int);
