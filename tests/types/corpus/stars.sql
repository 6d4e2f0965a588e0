-- Every form of the star.
-- sources: retail, types

-- case: a bare star
SELECT * FROM everything;

-- case: star of a quoted table
SELECT * FROM "Mixed Case";

-- case: star over a join has both tables' columns
SELECT * FROM countries, product_groups;

-- case: star qualified by alias
SELECT c.*, o.order_id FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id;

-- case: star qualified by table name
SELECT countries.* FROM countries;

-- case: two qualified stars
SELECT o.*, l.* FROM orders o JOIN order_lines l USING (order_id);

-- case: EXCLUDE one column
SELECT * EXCLUDE email FROM customers;

-- case: EXCLUDE in parentheses
SELECT * EXCLUDE (email, birth_date) FROM customers;

-- case: EXCLUDE ignores case
SELECT * EXCLUDE (EMAIL) FROM customers;

-- case: EXCLUDE of a qualified name
SELECT * EXCLUDE (c.country_code) FROM customers c JOIN countries k ON c.country_code = k.country_code;

-- case: qualified star with EXCLUDE
SELECT p.* EXCLUDE (tags, dimensions), g.group_name FROM products p JOIN product_groups g USING (group_id);

-- case: REPLACE changes type, keeps place
SELECT * REPLACE (upper(full_name) AS full_name, credit_limit * 2 AS credit_limit) FROM customers;

-- case: REPLACE with a cast
SELECT * REPLACE (rating::DOUBLE AS rating) FROM suppliers;

-- case: REPLACE spelled in other case
SELECT * REPLACE (1 AS GROUP_ID) FROM product_groups;

-- case: a replaced name of two tables stands once
SELECT * REPLACE (1.5 AS order_id) FROM orders o, returns r;

-- case: a renamed name of two tables stands twice
SELECT * RENAME (order_id AS number) FROM orders o, returns r;

-- case: EXCLUDE and REPLACE together
SELECT * EXCLUDE (since) REPLACE (rating + 1 AS rating) FROM suppliers;

-- case: RENAME
SELECT * RENAME (supplier_name AS name, rating AS stars) FROM suppliers;

-- case: EXCLUDE, REPLACE and RENAME
SELECT * EXCLUDE (since) REPLACE (rating / 2 AS rating) RENAME (supplier_name AS label) FROM suppliers;

-- case: star with LIKE
SELECT * LIKE '%_id' FROM orders;

-- case: star with NOT LIKE
SELECT * NOT LIKE '%_id' FROM orders;

-- case: star with ILIKE
SELECT * ILIKE '%ID' FROM orders;

-- case: star with SIMILAR TO
SELECT * SIMILAR TO '.*_on' FROM order_lines;

-- case: COLUMNS of a star
SELECT COLUMNS(*) FROM countries;

-- case: COLUMNS of a pattern
SELECT COLUMNS('.*_on') FROM order_lines;

-- case: COLUMNS in an expression
SELECT max(COLUMNS('.*_on')) FROM order_lines;

-- case: COLUMNS of a list
SELECT COLUMNS(['order_id', 'quantity']) FROM order_lines;

-- case: COLUMNS of a lambda keyword
SELECT COLUMNS(lambda c: c LIKE '%price%') FROM order_lines;

-- case: COLUMNS with EXCLUDE
SELECT min(COLUMNS(* EXCLUDE (gift_note))) FROM order_lines;

-- case: COLUMNS twice in an expression
SELECT COLUMNS(['quantity', 'line_number']) + COLUMNS(['quantity', 'line_number']) FROM order_lines;

-- case: COLUMNS with a cast
SELECT COLUMNS('(rating|supplier_id)')::DOUBLE FROM suppliers;

-- case: COLUMNS with a capturing alias
SELECT COLUMNS('(.*)_on') AS '\1_day' FROM order_lines;

-- case: COLUMNS with an alias for all
SELECT sum(COLUMNS('quantity|unit_price')) AS total FROM order_lines;

-- case: COLUMNS unpacked into a call
SELECT coalesce(*COLUMNS(['shipped_on', 'promised_on', 'received_on'])) AS first_day FROM order_lines;

-- case: star beside expressions
SELECT 1 AS one, *, order_id + 1 FROM orders;

-- case: star twice
SELECT *, * FROM product_groups;

-- case: star of a subquery
SELECT * FROM (SELECT order_id AS id, total_amount * 2 AS double_amount FROM orders) AS q;

-- case: star over USING merges the key
SELECT * FROM orders JOIN order_lines USING (order_id);

-- case: star over a left join with USING of two keys
SELECT * FROM order_lines LEFT JOIN returns USING (order_id, line_number);

-- case: star over a natural join
SELECT * FROM product_groups NATURAL JOIN products;

-- case: star over a full join with USING
SELECT * FROM suppliers FULL JOIN supplies USING (supplier_id);

-- case: star over a right join with USING
SELECT * FROM customers RIGHT JOIN countries USING (country_code);

-- case: star over a semi join
SELECT * FROM customers SEMI JOIN orders USING (customer_id);

-- case: star over an anti join
SELECT * FROM customers ANTI JOIN orders ON customers.customer_id = orders.customer_id;

-- case: a count of the star
SELECT count(*), count(*) AS n FROM orders;

-- case: star in EXISTS
SELECT EXISTS (SELECT * FROM orders);

-- case: star over three joins
SELECT * FROM orders o JOIN customers c USING (customer_id) LEFT JOIN shops s ON s.shop_id = o.shop_id LEFT JOIN countries k ON k.country_code = c.country_code;

-- case: star over VALUES with names
SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS v(n, t);

-- case: star of a table function
SELECT * FROM range(10);

-- case: EXCLUDE after a join drops the merged key
SELECT * EXCLUDE (order_id) FROM orders JOIN payments USING (order_id);

-- case: alias of a star's struct
SELECT c FROM countries AS c;

-- case: row as a struct from a table name
SELECT suppliers FROM suppliers;
