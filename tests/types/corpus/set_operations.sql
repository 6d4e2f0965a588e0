-- Set operations and VALUES.
-- sources: retail, types

-- case: union of equal types
SELECT order_id FROM orders UNION SELECT order_id FROM returns;

-- case: union all takes names from the left
SELECT order_id AS a, quantity AS b FROM order_lines UNION ALL SELECT return_id, quantity FROM returns;

-- case: union widens integers
SELECT c_tinyint AS x FROM everything UNION ALL SELECT c_bigint FROM everything;

-- case: union of signed and unsigned
SELECT c_int AS a, c_ubigint AS b, c_tinyint AS c FROM everything UNION ALL SELECT c_uint, c_bigint, c_utinyint FROM everything;

-- case: union of decimals
SELECT c_dec_4_1 AS a, c_dec_38_10 AS b FROM everything UNION ALL SELECT c_dec_9_4, c_dec_18_6 FROM everything;

-- case: union of integer and decimal
SELECT c_int AS a FROM everything UNION ALL SELECT c_dec_4_1 FROM everything;

-- case: union of integer and double
SELECT c_bigint AS a, c_float AS b FROM everything UNION ALL SELECT c_double, c_int FROM everything;

-- case: union of date and timestamp
SELECT c_date AS t FROM everything UNION SELECT c_timestamp FROM everything;

-- case: union of timestamps
SELECT c_timestamp AS a, c_timestamp_s AS b, c_timestamp_ns AS c FROM everything UNION ALL SELECT c_timestamptz, c_timestamp_ms, c_timestamp FROM everything;

-- case: union with literals
SELECT c_tinyint AS a, c_dec_4_1 AS b, c_float AS c, c_varchar AS d FROM everything UNION ALL SELECT 1, 2, 3.5, 'x';

-- case: union of literals
SELECT 1 AS a, 1.5 AS b, 'x' AS c UNION ALL SELECT 3000000000, 2.25, 'y';

-- case: union of integer and text
SELECT c_int AS a FROM everything UNION ALL SELECT c_varchar FROM everything;

-- case: union of integer column and text literal
SELECT c_int AS a FROM everything UNION ALL SELECT 'x';

-- case: union with NULL columns
SELECT c_int AS a, NULL AS b, NULL AS c FROM everything UNION ALL SELECT NULL, c_date, NULL FROM everything;

-- case: union of NULL and text
SELECT NULL AS a UNION ALL SELECT 'x';

-- case: union of booleans and integers
SELECT c_bool AS a FROM everything UNION ALL SELECT c_int FROM everything;

-- case: union of enums
SELECT c_mood AS a, c_size AS b FROM everything UNION ALL SELECT c_mood, c_varchar FROM everything;

-- case: union of different enums
SELECT c_mood AS a FROM everything UNION ALL SELECT c_size FROM everything;

-- case: union of lists and structs
SELECT c_ints AS a, c_struct AS b FROM everything UNION ALL SELECT [1.5], {'a': 1, 'b': 'x'};

-- case: union of three
SELECT 1 AS a UNION ALL SELECT 2.5 UNION ALL SELECT 1e3;

-- case: union of three with text
SELECT 1::TINYINT AS a UNION SELECT 2::SMALLINT UNION SELECT 3::UBIGINT;

-- case: except
SELECT customer_id FROM customers EXCEPT SELECT customer_id FROM orders;

-- case: except all
SELECT c_int FROM everything EXCEPT ALL SELECT c_bigint FROM everything;

-- case: intersect
SELECT c_int AS a FROM everything INTERSECT SELECT c_dec_9_4 FROM everything;

-- case: intersect all
SELECT c_date AS a FROM everything INTERSECT ALL SELECT c_timestamp FROM everything;

-- case: mixed operators
SELECT c_int AS a FROM everything UNION SELECT c_bigint FROM everything EXCEPT SELECT c_double FROM everything;

-- case: intersect binds tighter
SELECT c_int AS a FROM everything UNION ALL SELECT c_bigint FROM everything INTERSECT SELECT c_smallint FROM everything;

-- case: parentheses
(SELECT c_int AS a FROM everything) UNION ALL ((SELECT c_bigint FROM everything) EXCEPT (SELECT 1));

-- case: order and limit after a union
SELECT c_int AS a FROM everything UNION ALL SELECT c_double FROM everything ORDER BY a DESC LIMIT 5;

-- case: order and limit inside
(SELECT c_int AS a FROM everything ORDER BY 1 LIMIT 1) UNION ALL (SELECT c_hugeint FROM everything LIMIT 2);

-- case: union by name
SELECT 1 AS a, 'x' AS b UNION ALL BY NAME SELECT 2.5 AS b2, 3 AS a;

-- case: union by name with other order
SELECT c_int AS a, c_date AS b FROM everything UNION BY NAME SELECT c_timestamp AS b, c_bigint AS a FROM everything;

-- case: union by name in three parts
SELECT 1 AS a UNION ALL BY NAME SELECT 'x' AS b UNION ALL BY NAME SELECT DATE '2024-01-01' AS c, 2 AS a;

-- case: union by name ignores case
SELECT c_int AS Total FROM everything UNION ALL BY NAME SELECT c_double AS TOTAL, 1 AS extra FROM everything;

-- case: union of text with types stronger than text
SELECT c_varchar AS a, c_varchar AS b, c_uuid AS c, c_varchar AS d, c_json AS e, c_varchar AS f FROM everything UNION ALL SELECT c_blob, c_bit, c_varchar, c_bignum, c_varchar, c_ints FROM everything;

-- case: union of text with dates and booleans
SELECT c_varchar AS a, c_date AS b, c_bool AS c, c_interval AS d, c_mood AS e, c_union AS f FROM everything UNION ALL SELECT c_timestamp, c_varchar, c_varchar, c_varchar, c_varchar, c_varchar FROM everything;

-- case: union of lists, arrays and maps of different elements
SELECT c_ints AS a, c_array3 AS b, c_map AS c, c_array3 AS d FROM everything UNION ALL SELECT c_array3, [1.5], MAP {'x': 2.5}, c_ints FROM everything;

-- case: union of decimals that overflow keeps the digits before the point
SELECT 1::DECIMAL(38, 4) AS a, 1::DECIMAL(36, 4) AS b, 1::DECIMAL(18, 10) AS c UNION ALL SELECT 1::DECIMAL(38, 2), 1::DECIMAL(38, 2), 1::DECIMAL(38, 2);

-- case: union of structs with different fields
SELECT {'a': 1, 'b': 'x'} AS s UNION ALL SELECT {'a': 2.5, 'b': 'y'};

-- case: star union
SELECT * FROM returns UNION ALL SELECT * FROM returns;

-- case: a union as a table
SELECT a, a + 1, count(*) OVER () FROM (SELECT c_int AS a FROM everything UNION ALL SELECT c_bigint FROM everything) AS u;

-- case: a union in IN
SELECT c_int FROM everything WHERE c_int IN (SELECT 1 UNION SELECT c_int FROM everything);

-- case: a union in a scalar subquery
SELECT (SELECT 1 UNION ALL SELECT 2.5 LIMIT 1) AS v;

-- case: aggregate over union
SELECT kind, sum(amount) FROM (SELECT 'sale' AS kind, total_amount AS amount FROM orders UNION ALL SELECT 'refund', -refund_amount FROM returns) GROUP BY kind;

-- case: unnamed columns on the left
SELECT count(*), sum(quantity) FROM order_lines UNION ALL SELECT 1, 2;

-- case: values at top level
VALUES (1, 'a', 1.5), (2, NULL, 2.25);

-- case: values of mixed numbers
VALUES (1, 1.5), (2.5, 3), (3000000000, NULL);

-- case: values with NULL first
VALUES (NULL, NULL), (1, NULL);

-- case: values as a table without names
SELECT * FROM (VALUES (1, DATE '2024-01-01'), (2, NULL));

-- case: values with names
SELECT a, b + 1 FROM (VALUES (1, 2), (3, 4.5)) AS t(a, b);

-- case: values without parentheses
SELECT * FROM (VALUES ('x', [1]), ('y', [2, 3])) t(k, l);

-- case: values in a union
VALUES (1) UNION ALL SELECT 2.5;

-- case: values joined
SELECT s.shop_name, v.factor * s.floor_area_m2 FROM shops s JOIN (VALUES (1, 0.5), (2, 1.25)) AS v(shop_id, factor) USING (shop_id);

-- case: values ordered
(VALUES (3), (1)) ORDER BY 1;

-- case: values in IN
SELECT shop_id FROM shops WHERE (shop_id, country_code) IN (VALUES (1, 'DE'), (2, 'FR'));

-- case: distinct
SELECT DISTINCT country_code, is_business FROM customers;

-- case: distinct on
SELECT DISTINCT ON (customer_id) customer_id, order_id, ordered_at FROM orders ORDER BY customer_id, ordered_at DESC;

-- case: distinct on expressions
SELECT DISTINCT ON (year(order_date), shop_id) order_id, total_amount FROM orders;

-- case: sample
SELECT order_id FROM orders USING SAMPLE 10%;

-- case: table sample
SELECT o.order_id FROM orders o TABLESAMPLE reservoir(20 ROWS);

-- case: limit with percent and offset
SELECT order_id FROM orders LIMIT 10% OFFSET 5;

-- case: fetch of a limit expression
SELECT order_id FROM orders ORDER BY order_id LIMIT (SELECT 3);

-- case: branches that have nothing in common
SELECT 1 AS a, true AS b, DATE '2024-01-01' AS c, 'x' AS d, {'k': 1} AS e, [1] AS f, INTERVAL 1 DAY AS g
UNION ALL SELECT DATE '2024-01-01', 1.5, 2.5, {'k': 1}, [true], [[DATE '2024-01-01']], 'y';

-- case: branches of unlike types by name
SELECT 1 AS a, TIME '10:00' AS b UNION ALL BY NAME SELECT uuid() AS b, current_date AS a;

-- case: fields of unlike types
SELECT {'k': 1, 'm': true} AS s, MAP {'a': 1} AS m UNION SELECT {'k': current_date, 'n': 'x'}, MAP {1: true};
