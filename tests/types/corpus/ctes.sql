-- Common table expressions.
-- sources: retail, types

-- case: one
WITH big AS (SELECT * FROM orders WHERE total_amount > 100) SELECT order_id, total_amount FROM big;

-- case: a chain
WITH a AS (SELECT order_id, total_amount * 2 AS x FROM orders), b AS (SELECT *, x + 1 AS y FROM a), c AS (SELECT sum(y) AS s, count(*) AS n FROM b) SELECT s / n, * FROM c;

-- case: column list
WITH t(a, b) AS (SELECT order_id, sum(quantity) FROM order_lines GROUP BY 1) SELECT a, b, b + 0.5 FROM t;

-- case: column list shorter than the query
WITH t(a) AS (SELECT order_id, quantity FROM order_lines) SELECT * FROM t;

-- case: nested
WITH o AS (WITH i AS (SELECT 1 AS n UNION ALL SELECT 2.5) SELECT n * 2 AS m FROM i) SELECT m, m + 1 FROM o;

-- case: a name that hides a table
WITH orders AS (SELECT 1 AS only_column) SELECT * FROM orders;

-- case: a name that hides a table and reads it
WITH orders AS (SELECT order_id, 'x' AS mark FROM orders) SELECT * FROM orders;

-- case: a name that hides an outer one
WITH t AS (SELECT 1 AS a) SELECT * FROM (WITH t AS (SELECT 'x' AS b) SELECT * FROM t) AS q, t;

-- case: in a subquery
SELECT (WITH m AS (SELECT max(total_amount) AS top FROM orders) SELECT top FROM m) AS top_amount;

-- case: used twice
WITH m AS (SELECT customer_id, sum(total_amount) AS s FROM orders GROUP BY 1) SELECT a.customer_id, a.s - b.s FROM m a JOIN m b ON a.customer_id = b.customer_id + 1;

-- case: materialized
WITH m AS MATERIALIZED (SELECT shop_id, avg(total_amount) AS a FROM orders GROUP BY ALL) SELECT * FROM m;

-- case: not materialized
WITH m AS NOT MATERIALIZED (SELECT shop_id FROM shops) FROM m;

-- case: names in other case
WITH "Big Orders" AS (SELECT order_id AS "Order Id" FROM orders), T2 AS (SELECT "order id" FROM "big orders") SELECT * FROM t2;

-- case: recursive counter
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, i * 2 FROM n;

-- case: recursive with column list
WITH RECURSIVE n(i, f) AS (SELECT 1, 1::HUGEINT UNION ALL SELECT i + 1, f * (i + 1) FROM n WHERE i < 20) SELECT * FROM n;

-- case: recursive tree with path
WITH RECURSIVE tree AS (SELECT group_id, parent_id, group_name, 0 AS depth, [group_name] AS path FROM product_groups WHERE parent_id IS NULL UNION ALL SELECT g.group_id, g.parent_id, g.group_name, t.depth + 1, list_append(t.path, g.group_name) FROM product_groups g JOIN tree t ON g.parent_id = t.group_id) SELECT *, array_to_string(path, ' > ') AS trail FROM tree;

-- case: recursive with UNION
WITH RECURSIVE reach(a, b) AS (SELECT customer_id, referred_by FROM customers UNION SELECT r.a, c.referred_by FROM reach r JOIN customers c ON c.customer_id = r.b) SELECT a, count(*) FROM reach GROUP BY a;

-- case: recursive dates
WITH RECURSIVE d AS (SELECT DATE '2024-01-01' AS day UNION ALL SELECT (day + INTERVAL 1 DAY)::DATE FROM d WHERE day < DATE '2024-12-31') SELECT day, dayname(day) FROM d;

-- case: recursive keyword without recursion
WITH RECURSIVE a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM b;

-- case: recursive beside ordinary
WITH RECURSIVE base AS (SELECT max(quantity) AS q FROM order_lines), n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n, base WHERE i < q) SELECT i, q FROM n, base;

-- case: recursive with a decimal seed
WITH RECURSIVE g AS (SELECT 1.5 AS v, 1 AS n UNION ALL SELECT v * 2, n + 1 FROM g WHERE n < 4) SELECT * FROM g;

-- case: recursive with a text that grows
WITH RECURSIVE s AS (SELECT 'a' AS t UNION ALL SELECT t || 'b' FROM s WHERE length(t) < 5) SELECT t, length(t) FROM s;

-- case: recursive with a key
WITH RECURSIVE k(a, b) USING KEY (a) AS (SELECT 1, 10 UNION SELECT a, b + 1 FROM k WHERE b < 12) SELECT * FROM k;

-- case: VALUES in a chain
WITH v(k, label) AS (VALUES (1, 'one'), (2, 'two')) SELECT k, label, k + 0.5 FROM v;

-- case: set operation of two
WITH a AS (SELECT 1 AS x), b AS (SELECT 2.5 AS x) SELECT * FROM a UNION ALL SELECT * FROM b;

-- case: a later one reads an earlier one in a subquery
WITH a AS (SELECT shop_id, count(*) AS n FROM orders GROUP BY 1), b AS (SELECT * FROM shops WHERE shop_id IN (SELECT shop_id FROM a WHERE n > 3)) SELECT b.shop_name, (SELECT n FROM a WHERE a.shop_id = b.shop_id) AS n FROM b;

-- case: in front of a parenthesised union
WITH a AS (SELECT order_id FROM orders) (SELECT order_id FROM a) UNION ALL (SELECT return_id FROM returns);

-- case: unnamed expressions inside
WITH a AS (SELECT count(*), max(quantity) FROM order_lines) SELECT * FROM a;

-- case: from first
WITH a AS (FROM orders SELECT order_id, priority) FROM a SELECT priority, count(*) GROUP BY ALL;
