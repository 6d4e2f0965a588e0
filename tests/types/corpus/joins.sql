-- Joins of every kind.
-- sources: retail, types, nature

-- case: inner join with ON
SELECT o.order_id, c.full_name FROM orders o INNER JOIN customers c ON o.customer_id = c.customer_id;

-- case: USING gives one key
SELECT order_id, o.order_id, l.order_id, line_number FROM orders o JOIN order_lines l USING (order_id);

-- case: USING of keys of different types
SELECT * FROM (SELECT 1::TINYINT AS k, 'a' AS x) a JOIN (SELECT 1::BIGINT AS k, 'b' AS y) b USING (k);

-- case: left join USING of keys of different types
SELECT k, x, y FROM (SELECT 1::INTEGER AS k, 'a' AS x) a LEFT JOIN (SELECT 1.5::DECIMAL(5,2) AS k, 'b' AS y) b USING (k);

-- case: full join USING of keys of different types
SELECT k, x, y FROM (SELECT 1::INTEGER AS k, 'a' AS x) a FULL JOIN (SELECT 1::BIGINT AS k, 'b' AS y) b USING (k);

-- case: right join USING of keys of different types
SELECT k, x, y FROM (SELECT 1::INTEGER AS k, 'a' AS x) a RIGHT JOIN (SELECT 1::BIGINT AS k, 'b' AS y) b USING (k);

-- case: full join star with different key types
SELECT * FROM (SELECT 1::INTEGER AS k, 'a' AS x) a FULL OUTER JOIN (SELECT 1::BIGINT AS k, 'b' AS y) b USING (k);

-- case: natural join
SELECT * FROM orders NATURAL JOIN returns;

-- case: natural left join
SELECT order_id, reason FROM orders NATURAL LEFT JOIN returns;

-- case: cross join
SELECT c.country_name, g.group_name FROM countries c CROSS JOIN product_groups g;

-- case: comma join
SELECT c.country_name, s.shop_name FROM countries c, shops s WHERE c.country_code = s.country_code;

-- case: self join
SELECT a.full_name, b.full_name AS referrer FROM customers a LEFT JOIN customers b ON a.referred_by = b.customer_id;

-- case: three joins with mixed kinds
SELECT o.order_id, c.email, r.reason, p.amount - p.fee FROM orders o JOIN customers c USING (customer_id) LEFT JOIN returns r USING (order_id) FULL JOIN payments p USING (order_id);

-- case: semi join
SELECT * FROM shops SEMI JOIN orders USING (shop_id);

-- case: anti join
SELECT product_id, sku FROM products ANTI JOIN order_lines USING (product_id);

-- case: asof join
SELECT o.order_id, o.total_amount * x.rate_to_eur FROM orders o ASOF JOIN exchange_rates x ON o.currency = x.currency AND o.order_date >= x.valid_from;

-- case: asof left join with USING
SELECT * FROM (SELECT currency, order_date AS valid_from, order_id FROM orders) o ASOF LEFT JOIN exchange_rates x USING (currency, valid_from);

-- case: positional join
SELECT * FROM (SELECT order_id FROM orders) a POSITIONAL JOIN (SELECT sku FROM products) b;

-- case: inequality join
SELECT o.order_id, c.week FROM orders o JOIN calendar c ON o.order_date BETWEEN c.day AND c.day + 6;

-- case: join with a subquery
SELECT s.shop_name, t.total FROM shops s LEFT JOIN (SELECT shop_id, sum(total_amount) AS total FROM orders GROUP BY shop_id) t ON t.shop_id = s.shop_id;

-- case: parenthesised join
SELECT c.full_name, l.quantity FROM customers c LEFT JOIN (orders o JOIN order_lines l ON o.order_id = l.order_id) ON o.customer_id = c.customer_id;

-- case: join of schemas
SELECT s.seen_on, p.scientific_name, w.temperature_c * 9 / 5 + 32 AS fahrenheit FROM nature.sightings s JOIN nature.species p USING (species_id) ASOF LEFT JOIN nature.weather w ON w.station_id = s.station_id AND w.measured_at <= s.seen_at;

-- case: USING over three tables
SELECT order_id, count(*) FROM orders JOIN order_lines USING (order_id) JOIN returns USING (order_id) GROUP BY order_id;

-- case: left semi by EXISTS
SELECT c.customer_id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id);

-- case: join on an expression with functions
SELECT a.sku, b.sku FROM products a JOIN products b ON lower(a.brand) = lower(b.brand) AND a.product_id < b.product_id;

-- case: outer join of outer joins
SELECT * FROM suppliers LEFT JOIN supplies USING (supplier_id) LEFT JOIN products USING (product_id);
