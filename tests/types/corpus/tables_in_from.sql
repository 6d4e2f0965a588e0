-- From-first queries, lateral joins, unnest, table functions, PIVOT and UNPIVOT.
-- sources: retail, types, web

-- case: FROM alone
FROM countries;

-- case: FROM first with SELECT
FROM orders SELECT order_id, total_amount * 2;

-- case: FROM first with everything
FROM orders o JOIN customers c USING (customer_id) SELECT c.full_name, sum(o.total_amount) AS s WHERE o.priority > 1 GROUP BY ALL HAVING s > 10 ORDER BY s DESC LIMIT 3;

-- case: FROM first in a subquery
SELECT n + 1 FROM (FROM orders SELECT count(*) AS n);

-- case: FROM first with alias and where
FROM orders o WHERE o.priority = 1;

-- case: no FROM
SELECT 1 + 1, 'x' AS t, now() IS NULL;

-- case: unnest in FROM
SELECT * FROM unnest([1, 2, 3]);

-- case: unnest in FROM with alias
SELECT u FROM unnest([1.5, 2]) AS u;

-- case: unnest in FROM with column name
SELECT t.v + 1 FROM unnest(['a', 'b']) AS x(w), unnest([1, 2]) AS t(v);

-- case: unnest of a column beside its table
SELECT product_id, tag FROM products, unnest(tags) AS t(tag);

-- case: cross join unnest
SELECT e.event_id, i.item.sku, i.item.units * i.item.price FROM web.events e CROSS JOIN unnest(e.items) AS i(item);

-- case: left join lateral unnest
SELECT e.event_id, i.x FROM web.events e LEFT JOIN LATERAL unnest(e.items) AS i(x) ON true;

-- case: unnest of structs in FROM
SELECT * FROM unnest([{'a': 1, 'b': 'x'}]);

-- case: unnest with ordinality
SELECT * FROM unnest(['a', 'b']) WITH ORDINALITY AS t(v, n);

-- case: lateral subquery
SELECT c.customer_id, last.ordered_at, last.total_amount FROM customers c, LATERAL (SELECT ordered_at, total_amount FROM orders o WHERE o.customer_id = c.customer_id ORDER BY ordered_at DESC LIMIT 1) AS last;

-- case: left join lateral
SELECT c.customer_id, s.n, s.total FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n, sum(total_amount) AS total FROM orders o WHERE o.customer_id = c.customer_id) s ON true;

-- case: lateral of an expression
SELECT t.a, u.b FROM (VALUES (1), (2)) t(a), LATERAL (SELECT t.a * 2.5 AS b) u;

-- case: implicit lateral
SELECT * FROM (SELECT 1 AS a) x, (SELECT x.a + 1 AS b) y;

-- case: chained laterals
SELECT * FROM (SELECT 2 AS a) x, LATERAL (SELECT a * 2 AS b) y, LATERAL (SELECT a + b AS c, 'x' AS d) z;

-- case: range
SELECT range, range * 2 FROM range(1, 10);

-- case: range with alias
SELECT r.i FROM range(10) AS r(i);

-- case: range with table alias only
SELECT r, r.range FROM range(10) AS r;

-- case: generate_series
SELECT generate_series AS n FROM generate_series(1, 10, 2);

-- case: series of dates
SELECT d.day, d.day::DATE FROM generate_series(TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-31', INTERVAL 1 DAY) AS d(day);

-- case: range of dates
SELECT * FROM range(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 DAY);

-- case: series joined to facts
SELECT d.day::DATE AS day, count(o.order_id) AS n FROM generate_series(DATE '2024-01-01', DATE '2024-12-31', INTERVAL 1 DAY) AS d(day) LEFT JOIN orders o ON o.order_date = d.day GROUP BY ALL;

-- case: repeat and glob
SELECT * FROM repeat('x', 3);

-- case: pivot with values
PIVOT orders ON channel IN ('web', 'shop') USING sum(total_amount) GROUP BY shop_id;

-- case: pivot with two aggregates
PIVOT orders ON channel IN ('web', 'shop') USING sum(total_amount) AS total, count(*) AS n GROUP BY shop_id;

-- case: pivot of a subquery
SELECT * FROM (PIVOT (SELECT shop_id, year(order_date) AS y, total_amount FROM orders) ON y IN (2023, 2024) USING avg(total_amount));

-- case: pivot in the standard form
SELECT * FROM (SELECT shop_id, channel, total_amount FROM orders) PIVOT (sum(total_amount) FOR channel IN ('web', 'shop', 'phone'));

-- case: pivot in the standard form with aliases
SELECT * FROM (SELECT shop_id, channel, total_amount FROM orders) PIVOT (sum(total_amount) AS total, max(total_amount) AS best FOR channel IN ('web' AS online, 'shop' AS store)) AS p;

-- case: pivot in the standard form with group by
SELECT * FROM orders PIVOT (count(*) FOR channel IN ('web', 'shop') GROUP BY currency);

-- case: pivot on two columns
PIVOT orders ON channel IN ('web', 'shop'), currency IN ('EUR', 'USD') USING count(*) GROUP BY shop_id;

-- case: pivot without USING
PIVOT orders ON channel IN ('web', 'shop') GROUP BY shop_id;

-- case: pivot in a chain
WITH p AS (PIVOT orders ON priority IN (1, 2) USING max(total_amount) GROUP BY currency) SELECT currency, "1", "2", "1" - "2" AS gap FROM p;

-- case: pivot keeps what is not used
SELECT * FROM (SELECT currency, channel, priority, quantity FROM orders JOIN order_lines USING (order_id)) PIVOT (sum(quantity) FOR channel IN ('web', 'shop'));

-- case: pivot by an expression
PIVOT orders ON (year(order_date)) IN (2023, 2024) USING sum(total_amount) GROUP BY shop_id;

-- case: unpivot
UNPIVOT targets ON "Q1 Target", "Q2 Target" INTO NAME quarter VALUE amount;

-- case: unpivot of a pattern
UNPIVOT targets ON COLUMNS('Q.*') INTO NAME quarter VALUE amount;

-- case: unpivot with star and EXCLUDE
UNPIVOT targets ON * EXCLUDE (shop_id, year) INTO NAME q VALUE v;

-- case: unpivot without INTO
UNPIVOT targets ON "Q1 Target", "Q2 Target";

-- case: unpivot in the standard form
SELECT * FROM targets UNPIVOT (amount FOR quarter IN ("Q1 Target", "Q2 Target", "Q3 Target"));

-- case: unpivot in the standard form with aliases
SELECT * FROM targets UNPIVOT (amount FOR quarter IN ("Q1 Target" AS q1, "Q2 Target" AS q2));

-- case: unpivot including NULLs
SELECT * FROM targets UNPIVOT INCLUDE NULLS (amount FOR quarter IN ("Q1 Target", "Q2 Target")) AS u;

-- case: unpivot of mixed numbers
UNPIVOT (SELECT 1::TINYINT AS id, 2::INTEGER AS a, 3.5::DECIMAL(5,2) AS b) ON a, b INTO NAME k VALUE v;

-- case: unpivot of several values
SELECT * FROM targets UNPIVOT ((first_part, second_part) FOR half IN (("Q1 Target", "Q2 Target") AS h1, ("Q3 Target", "Q4 Target") AS h2));

-- case: pivot of an unpivot
PIVOT (UNPIVOT targets ON COLUMNS('Q.*') INTO NAME quarter VALUE amount) ON year IN (2023, 2024) USING sum(amount) GROUP BY quarter;
