-- Subqueries in every place.
-- sources: retail, types

-- case: scalar
SELECT order_id, (SELECT max(total_amount) FROM orders) FROM orders;

-- case: scalar with alias
SELECT (SELECT count(*) FROM orders) AS n, (SELECT avg(quantity) FROM order_lines) AS q;

-- case: scalar in arithmetic
SELECT total_amount - (SELECT avg(total_amount) FROM orders) FROM orders;

-- case: scalar decimal in arithmetic
SELECT total_amount / (SELECT sum(total_amount) FROM orders) * 100 AS share, total_amount * (SELECT max(vat_rate) FROM countries) FROM orders;

-- case: correlated
SELECT c.full_name, (SELECT sum(o.total_amount) FROM orders o WHERE o.customer_id = c.customer_id) AS spent FROM customers c;

-- case: correlated without alias
SELECT c.full_name, (SELECT count(*) FROM orders o WHERE o.customer_id = c.customer_id) FROM customers c;

-- case: correlated twice
SELECT p.sku, (SELECT min(s.purchase_price) FROM supplies s WHERE s.product_id = p.product_id AND s.purchase_price > (SELECT avg(x.purchase_price) FROM supplies x WHERE x.product_id = p.product_id)) AS m FROM products p;

-- case: exists
SELECT c.customer_id, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id) AS has_orders FROM customers c;

-- case: not exists
SELECT NOT EXISTS (SELECT 1 FROM orders) AS none;

-- case: in
SELECT customer_id IN (SELECT customer_id FROM orders) AS buys, customer_id NOT IN (SELECT referred_by FROM customers) FROM customers;

-- case: in with a row
SELECT order_id FROM order_lines WHERE (order_id, line_number) IN (SELECT order_id, line_number FROM returns);

-- case: any and all
SELECT total_amount > ALL (SELECT refund_amount FROM returns) AS above, total_amount = ANY (SELECT amount FROM payments) AS paid FROM orders;

-- case: array subquery
SELECT ARRAY(SELECT sku FROM products) AS skus, array(SELECT quantity FROM order_lines ORDER BY 1);

-- case: correlated array
SELECT o.order_id, ARRAY(SELECT l.quantity * l.unit_price FROM order_lines l WHERE l.order_id = o.order_id) AS amounts FROM orders o;

-- case: in a CASE
SELECT CASE WHEN EXISTS (SELECT 1 FROM returns r WHERE r.order_id = o.order_id) THEN 'returned' ELSE (SELECT min(reason) FROM returns) END AS fate FROM orders o;

-- case: in HAVING
SELECT shop_id, sum(total_amount) FROM orders GROUP BY shop_id HAVING sum(total_amount) > (SELECT avg(total_amount) * 10 FROM orders);

-- case: in ORDER BY
SELECT order_id FROM orders o ORDER BY (SELECT count(*) FROM order_lines l WHERE l.order_id = o.order_id);

-- case: in a function
SELECT coalesce((SELECT max(return_id) FROM returns), 0), round((SELECT avg(total_amount) FROM orders), 2);

-- case: a struct from a subquery
SELECT (SELECT {'n': count(*), 's': sum(total_amount)} FROM orders) AS facts;

-- case: of a row as a struct
SELECT (SELECT o FROM orders o LIMIT 1) AS first_order;

-- case: derived in derived
SELECT * FROM (SELECT a + 1 AS b FROM (SELECT a * 2 AS a FROM (SELECT quantity AS a FROM order_lines)));

-- case: aggregate over correlated
SELECT avg((SELECT count(*) FROM order_lines l WHERE l.order_id = o.order_id)) FROM orders o;

-- case: in a join condition
SELECT o.order_id FROM orders o JOIN shops s ON s.shop_id = o.shop_id AND s.opened_on > (SELECT min(opened_on) FROM shops);

-- case: over an outer alias
SELECT total_amount * 2 AS twice, (SELECT twice + 1) AS more FROM orders;

-- case: from a union
SELECT sum(v) FROM (SELECT quantity AS v FROM order_lines UNION ALL SELECT -quantity FROM returns);

-- case: with values
SELECT (VALUES (1)) AS v;

-- case: correlated through two levels
SELECT c.customer_id FROM customers c WHERE 3 < (SELECT count(*) FROM orders o WHERE o.customer_id = c.customer_id AND o.total_amount > (SELECT avg(l.unit_price) FROM order_lines l WHERE l.order_id = o.order_id AND c.is_business));

-- case: date arithmetic on scalars
SELECT (SELECT max(order_date) FROM orders) - (SELECT min(order_date) FROM orders) AS days, (SELECT max(ordered_at) FROM orders) - INTERVAL 30 DAY AS since;
