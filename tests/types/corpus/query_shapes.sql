-- Shapes of queries that are rarely written and still valid.
-- sources: retail, types, web, nature

-- case: positional references
SELECT #1, #2 + 1 FROM orders;

-- case: method chains on a text
SELECT c_varchar.upper().trim(), c_varchar.substring(1, 2).length() AS n, c_varchar.replace('a', 'b') FROM everything;

-- case: method chains on a list
SELECT c_ints.list_transform(lambda x: x + 1).list_sum(), c_texts.list_filter(lambda s: s > 'a').len() AS n FROM everything;

-- case: method on a qualified column
SELECT e.c_varchar.lower(), e.c_date.year() FROM everything e;

-- case: TRY of an expression
SELECT TRY(c_varchar::INTEGER), TRY(c_int / 0) AS safe FROM everything;

-- case: a table's row as a struct
SELECT o, o.order_id, (o).total_amount FROM orders o;

-- case: a derived table's row as a struct
SELECT q, q.a FROM (SELECT 1 AS a, 'x' AS b) q;

-- case: a struct of a CTE's row
WITH q AS (SELECT order_id, state FROM orders) SELECT q, list(q) FROM q GROUP BY q;

-- case: struct fields through aliases
SELECT s.x, s.y.z, s['y'] FROM (SELECT {'x': 1, 'y': {'z': DATE '2024-01-01'}} AS s);

-- case: a field where the table has the same name
SELECT everything.c_struct.a, c_struct.b FROM everything;

-- case: a column named like its table
SELECT v, v.v FROM (VALUES (1)) AS v(v);

-- case: a column hides a table's row
SELECT t FROM (SELECT 1 AS t, 2 AS u) t;

-- case: list of a struct's field
SELECT list(p.dimensions.width), max(p.dimensions).height FROM products p;

-- case: lateral alias in CASE and window
SELECT total_amount * 2 AS t2, CASE WHEN t2 > 10 THEN t2 ELSE 0 END AS c, sum(t2) OVER (ORDER BY order_id) AS running FROM orders;

-- case: a lateral alias of an aggregate
SELECT sum(total_amount) AS s, count(*) AS n, s / n AS mean, mean + 1 AS m1 FROM orders;

-- case: a lateral alias in a function
SELECT upper(channel) AS u, length(u) AS l, u || l AS ul FROM orders;

-- case: an alias equal to a column, used twice
SELECT quantity * 2 AS quantity, quantity + 1 AS next FROM order_lines;

-- case: group by alias that hides a column
SELECT substr(channel, 1, 1) AS channel, count(*) FROM orders GROUP BY channel;

-- case: order by an expression not selected
SELECT order_id FROM orders ORDER BY total_amount * 2 DESC NULLS LAST, 1;

-- case: ORDER BY ALL and LIMIT ALL
SELECT order_id, state FROM orders ORDER BY ALL DESC LIMIT ALL;

-- case: FETCH FIRST
SELECT order_id FROM orders ORDER BY 1 OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY;

-- case: group by nothing
SELECT count(*) FROM orders GROUP BY ();

-- case: having without group
SELECT sum(quantity) FROM order_lines HAVING count(*) > 1;

-- case: a filter with a subquery
SELECT count(*) FILTER (WHERE order_id IN (SELECT order_id FROM returns)) AS returned FROM orders;

-- case: COLUMNS in WHERE
SELECT order_id FROM order_lines WHERE COLUMNS(['quantity', 'unit_price']) > 1;

-- case: COLUMNS with a function of two
SELECT round(COLUMNS('total_amount|priority'), 1) FROM orders;

-- case: COLUMNS in a CASE
SELECT CASE WHEN COLUMNS('quantity') > 1 THEN 'many' END FROM order_lines;

-- case: COLUMNS in a window
SELECT sum(COLUMNS('quantity|discount')) OVER (PARTITION BY product_id) FROM order_lines;

-- case: COLUMNS with a star EXCLUDE and cast
SELECT COLUMNS(* EXCLUDE (gift_note, shipped_on, promised_on, received_on))::VARCHAR FROM order_lines;

-- case: qualified star with RENAME
SELECT s.* RENAME (city AS town) FROM shops s;

-- case: qualified star with REPLACE
SELECT s.* REPLACE (staff_count + 1 AS staff_count), g.* FROM shops s, product_groups g;

-- case: star of a CTE with USING
WITH a AS (SELECT 1 AS k, 2 AS x), b AS (SELECT 1 AS k, 3 AS x) SELECT * FROM a JOIN b USING (k);

-- case: duplicates of a join seen from outside
SELECT * FROM (SELECT * FROM orders o JOIN returns r ON o.order_id = r.order_id) AS q;

-- case: duplicates of a join, the second by its new name
SELECT order_id, order_id_1 FROM (SELECT o.order_id, r.order_id FROM orders o JOIN returns r ON o.order_id = r.order_id) AS q;

-- case: three equal names seen from outside
SELECT * FROM (SELECT 1 AS a, 2 AS a, 'x' AS a);

-- case: unnamed columns seen from outside
SELECT * FROM (SELECT count(*), max(total_amount), count(*) FROM orders);

-- case: names of a CTE are made unique
WITH c AS (SELECT order_id, order_id, state FROM orders) SELECT * FROM c;

-- case: a set operation with duplicate names
SELECT 1 AS a, 2 AS a UNION ALL SELECT 3, 4;

-- case: a union's columns by a derived table's names
SELECT x, y FROM (SELECT 1, 'a' UNION ALL SELECT 2.5, 'b') AS t(x, y);

-- case: join of joins in parentheses with USING
SELECT * FROM (orders JOIN returns USING (order_id)) JOIN payments USING (order_id);

-- case: right join after left join
SELECT c.full_name, o.order_id, s.shop_name FROM customers c LEFT JOIN orders o USING (customer_id) RIGHT JOIN shops s USING (shop_id);

-- case: full join of three by USING
SELECT shop_id, a.n, b.n, c.n FROM (SELECT shop_id, 1 AS n FROM orders) a FULL JOIN (SELECT shop_id, 2.5 AS n FROM shops) b USING (shop_id) FULL JOIN (SELECT shop_id, 'x' AS n FROM stock_levels) c USING (shop_id);

-- case: natural join of three
SELECT * FROM orders NATURAL JOIN returns NATURAL JOIN payments;

-- case: semi join keeps the left columns only
SELECT * FROM orders o SEMI JOIN returns r ON o.order_id = r.order_id;

-- case: asof with a star
SELECT * FROM orders o ASOF JOIN exchange_rates x ON o.currency = x.currency AND o.order_date >= x.valid_from;

-- case: lateral join with USING afterwards
SELECT * FROM customers c JOIN LATERAL (SELECT c.customer_id, 1 AS one) l USING (customer_id);

-- case: a correlated subquery in FROM's unnest
SELECT p.sku, (SELECT count(*) FROM unnest(p.tags) AS t(tag) WHERE tag LIKE 'a%') AS n FROM products p;

-- case: unnest of a subquery
SELECT unnest((SELECT list(sku) FROM products)) AS sku;

-- case: unnest in an expression
SELECT unnest(tags) || '!' AS loud, upper(unnest(tags)) FROM products;

-- case: two unnests
SELECT unnest([1, 2]), unnest(['a']) AS t;

-- case: unnest of an alias
SELECT string_split(channel, '-') AS parts, unnest(parts) AS part FROM orders;

-- case: unnest below a group
SELECT tag, count(*) FROM (SELECT unnest(tags) AS tag FROM products) GROUP BY tag;

-- case: range over a column
SELECT s.shop_id, r.range FROM shops s, range(s.staff_count::BIGINT) AS r;

-- case: generate_series over two columns
SELECT i FROM calendar c, generate_series(c.month::BIGINT, c.week::BIGINT) AS g(i);

-- case: catalog functions
SELECT database_name, table_name, estimated_size FROM duckdb_tables();

-- case: glob
SELECT * FROM glob('*.none');

-- case: pivot with a first aggregate
PIVOT orders ON channel IN ('web', 'shop') USING first(order_date), sum(priority) GROUP BY shop_id, currency;

-- case: pivot over an enum without values
PIVOT everything ON c_mood USING count(*) GROUP BY c_size;

-- case: pivot with filters inside
SELECT * FROM (SELECT shop_id, state, total_amount FROM orders WHERE priority = 1) PIVOT (count(*) AS n, sum(total_amount) FOR state IN ('paid', 'shipped'));

-- case: pivot of two FOR clauses
SELECT * FROM (SELECT channel, currency, total_amount FROM orders) PIVOT (sum(total_amount) FOR channel IN ('web', 'shop') currency IN ('EUR', 'USD'));

-- case: unpivot of an expression's columns
UNPIVOT (SELECT shop_id, "Q1 Target" * 2 AS a, "Q2 Target"::DOUBLE AS b FROM targets) ON a, b INTO NAME n VALUE v;

-- case: unpivot in a CTE
WITH u AS (UNPIVOT targets ON COLUMNS('Q[12].*') INTO NAME q VALUE amount) SELECT q, sum(amount) FROM u GROUP BY q;

-- case: unpivot of aliased columns
UNPIVOT targets ON "Q1 Target" AS first, "Q2 Target" AS second INTO NAME q VALUE v;

-- case: names are numbered after the alias lists some
SELECT * FROM (SELECT 1 AS a, 2 AS b, 3 AS a, 4 AS b, 5 AS x) AS t(x);

-- case: names are numbered after a CTE lists some
WITH t(x) AS (SELECT 1 AS a, 2 AS b, 3 AS a, 4 AS b) SELECT * FROM t;

-- case: a number that is already taken
SELECT * FROM (SELECT 1 AS a, 2 AS a_1, 'x' AS a, 2.5 AS a, true AS a_1);

-- case: numbers through two levels
SELECT * FROM (SELECT *, * FROM (SELECT 1 AS a, 'x' AS a));

-- case: a join with USING binds tighter than a comma
SELECT * FROM orders o, order_lines l JOIN returns r USING (order_id);

-- case: a natural join binds tighter than a comma
SELECT * FROM customers, shops NATURAL JOIN countries;

-- case: two groups of joins between commas
SELECT * FROM orders o JOIN returns r USING (order_id), payments p JOIN order_lines l USING (order_id);

-- case: a lateral subquery after a comma sees the joins before it
SELECT o.order_id, x.n FROM shops s, orders o JOIN customers c USING (customer_id), LATERAL (SELECT c.loyalty_points + s.shop_id AS n) x;

-- case: values with expressions
SELECT * FROM (VALUES (1 + 1, upper('x')), (NULL, 'y')) v(a, b);

-- case: values with structs
SELECT s.a, s.b FROM (VALUES ({'a': 1, 'b': 'x'}), ({'a': NULL, 'b': 'y'})) v(s);

-- case: values of different decimals
SELECT * FROM (VALUES (1.5, 10), (100.25, 2.5)) v(a, b);

-- case: values of dates and timestamps
SELECT * FROM (VALUES (DATE '2024-01-01'), (TIMESTAMP '2024-01-01 10:00:00')) v(t);

-- case: values in a CTE without names
WITH v AS (VALUES (1, 'a')) SELECT * FROM v;

-- case: a CTE hides a table inside a subquery only
SELECT (WITH orders AS (SELECT 5 AS n) SELECT n FROM orders) AS n, order_id FROM orders;

-- case: a CTE read in a later recursive one
WITH RECURSIVE s AS (SELECT 3::BIGINT AS top), r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r, s WHERE i < top) SELECT max(i) FROM r;

-- case: a recursive CTE with two levels of nesting
WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT y + 1 FROM (SELECT x AS y FROM a WHERE x < 3)) SELECT * FROM a;

-- case: recursive with a left join
WITH RECURSIVE t AS (SELECT group_id, 1 AS d FROM product_groups UNION ALL SELECT g.parent_id, t.d + 1 FROM t LEFT JOIN product_groups g ON g.group_id = t.group_id WHERE t.d < 5) SELECT d, count(group_id) FROM t GROUP BY d;

-- case: IN with a list column and with a struct
SELECT 'a' IN tags, {'a': 1} IN [{'a': 2}], 1 IN (1, NULL) FROM products;

-- case: comparison of rows
SELECT (order_id, line_number) = (1, 2) AS same, (order_id, line_number) < (3, 4), row(order_id) IS NULL FROM order_lines;

-- case: quantified comparison with a list
SELECT quantity = ANY ([1, 2]), quantity > ALL ([0]) FROM order_lines;

-- case: casts of subqueries
SELECT (SELECT count(*) FROM orders)::DOUBLE / 3, CAST((SELECT max(order_date) FROM orders) AS VARCHAR) AS t;

-- case: a subquery as a struct's field
SELECT {'n': (SELECT count(*) FROM orders), 'd': current_date} AS s;

-- case: an EXISTS in arithmetic
SELECT (EXISTS (SELECT 1 FROM orders))::INT + 1 AS n;

-- case: a CASE over aggregates
SELECT CASE WHEN count(*) > 0 THEN sum(quantity) / count(*) ELSE 0 END, CASE WHEN max(quantity) > 1 THEN 'x' END AS c FROM order_lines;

-- case: a CASE in a group key
SELECT CASE WHEN priority > 2 THEN 'high' ELSE 'low' END, count(*) FROM orders GROUP BY CASE WHEN priority > 2 THEN 'high' ELSE 'low' END;

-- case: distinct aggregates with order
SELECT string_agg(DISTINCT channel, ',' ORDER BY channel), list(DISTINCT currency) FROM orders;

-- case: grouping sets with a rollup inside
SELECT channel, currency, shop_id, count(*) FROM orders GROUP BY GROUPING SETS ((channel), ROLLUP (currency, shop_id));

-- case: group by all with expressions
SELECT upper(channel) || currency, year(order_date) + 1, sum(total_amount) / 2 FROM orders GROUP BY ALL;

-- case: windows with FILTER and DISTINCT
SELECT count(DISTINCT channel) FILTER (WHERE priority = 1) OVER (PARTITION BY shop_id) AS c FROM orders;

-- case: a window over a group by all
SELECT channel, sum(total_amount) s, s / sum(s) OVER () FROM orders GROUP BY ALL;

-- case: qualify without selecting the window
SELECT order_id, shop_id FROM orders QUALIFY row_number() OVER (PARTITION BY shop_id ORDER BY ordered_at DESC) = 1;

-- case: a quantile of a window
SELECT quantile_cont(total_amount, [0.25, 0.5]) OVER (PARTITION BY shop_id) AS q, median(priority) OVER () FROM orders;

-- case: sample in a subquery
SELECT * FROM (SELECT order_id FROM orders USING SAMPLE 5 ROWS);

-- case: sample with a method
SELECT count(*) FROM orders TABLESAMPLE bernoulli(10%);

-- case: a query with comments and semicolons in texts
SELECT 'a;b' AS t, '-- no comment' AS c, /* ; */ 1 AS n FROM orders;

-- case: dollar quoted text
SELECT $$it's$$ AS t, $tag$x$tag$ AS u;

-- case: escaped text
SELECT E'a\tb' AS tab, 'it''s' AS quote;

-- case: numbers with underscores and exponents
SELECT 1e-3 AS b, 1.5e2 AS c, 31 AS d, 123456789012345678901234567890123456789 AS e, 12345678901234567890.123456789 AS f;

-- case: numbers at the borders
SELECT 127, 128, 32768, 2147483647, 2147483648, 9223372036854775807, 9223372036854775808, -2147483648, -2147483649, 170141183460469231731687303715884105727, 170141183460469231731687303715884105728;

-- case: decimals of every length
SELECT 0.1, 1.10, 123.456, 0.00000000000000000001, 99999999999999999999999999999999999999.0, 1234567890.1234567890123456789012345678;

-- case: booleans and NULL
SELECT true AND NULL AS a, NULL = 1 AS b, NULL IS NULL AS c, NOT NULL AS d, NULL + 1 AS e, NULL || 'x' AS f, NULL::DATE + 1 AS g;

-- case: a text compared with a date and a number
SELECT order_date = '2024-01-01', order_id = '5', total_amount > '1.5', '2024-01-01' < ordered_at FROM orders;

-- case: a text in arithmetic
SELECT 1.5 + 2, quantity * '1.5'::DOUBLE, unit_price * '3'::INT FROM order_lines;

-- case: a text minus an interval
SELECT '2024-01-01'::DATE - INTERVAL 1 DAY, DATE '2024-01-01' + '1 day'::INTERVAL;

-- case: intervals of many units
SELECT INTERVAL 1 WEEK, INTERVAL 2 QUARTERS, INTERVAL '1' SECOND, INTERVAL (1 + 1) MONTHS, INTERVAL '1 year 3 days', 3 * INTERVAL 1 HOUR, INTERVAL 1 DAY * 2.5;

-- case: nested windows in a CTE chain
WITH a AS (SELECT shop_id, order_date, sum(total_amount) AS s FROM orders GROUP BY ALL), b AS (SELECT *, s - lag(s) OVER (PARTITION BY shop_id ORDER BY order_date) AS d FROM a), c AS (SELECT *, avg(d) OVER (PARTITION BY shop_id ORDER BY order_date ROWS 6 PRECEDING) AS m FROM b) SELECT * EXCLUDE (s), rank() OVER (ORDER BY m DESC) AS r FROM c QUALIFY r < 10;

-- case: everything in one
WITH x AS (FROM orders SELECT *, total_amount * 1.1 AS t) SELECT * EXCLUDE (voucher_code) REPLACE (t::INT AS t) RENAME (state AS status), COLUMNS('.*_id') + 1 FROM x QUALIFY row_number() OVER () < 5;

-- case: wide schema-qualified with alias of a schema
SELECT web.events.kind, nature.species.species_id FROM web.events, nature.species;

-- case: three-part names
SELECT memory.main.orders.order_id FROM memory.main.orders;

-- case: columns of the same name chosen by schema
SELECT nature.stations.station_name, w.humidity + 1::UTINYINT, w.wind_direction - w.humidity FROM nature.stations JOIN nature.weather w USING (station_id);

-- case: arithmetic of narrow unsigned columns
SELECT humidity + humidity, humidity * wind_direction, humidity - 1, -humidity, humidity / 2, humidity // 2::UTINYINT, humidity % 7, sum(humidity), avg(humidity) FROM nature.weather GROUP BY ALL;
