-- Large questions about products, suppliers and stock.
-- sources: retail

-- case: cheapest supplier of every product in a continent
SELECT s.account_balance, s.supplier_name, k.country_name, p.product_id, p.brand, x.purchase_price
FROM products p, suppliers s, supplies x, countries k
WHERE p.product_id = x.product_id AND s.supplier_id = x.supplier_id AND p.weight_kg = 15 AND p.brand LIKE '%wood'
    AND s.country_code = k.country_code AND k.continent = 'Europe'
    AND x.purchase_price = (
        SELECT min(y.purchase_price) FROM supplies y, suppliers t, countries c
        WHERE p.product_id = y.product_id AND t.supplier_id = y.supplier_id AND t.country_code = c.country_code AND c.continent = 'Europe'
    )
ORDER BY s.account_balance DESC, k.country_name, s.supplier_name, p.product_id
LIMIT 100;

-- case: value of stock above a share of the whole
SELECT x.product_id, sum(x.purchase_price * x.available_units) AS value, sum(x.purchase_price * x.available_units) * 0.001
FROM supplies x, suppliers s, countries k
WHERE x.supplier_id = s.supplier_id AND s.country_code = k.country_code AND k.country_name = 'Peru'
GROUP BY x.product_id
HAVING sum(x.purchase_price * x.available_units) > (
    SELECT sum(purchase_price * available_units) * 0.0001000000 FROM supplies JOIN suppliers USING (supplier_id) WHERE country_code = 'PE'
)
ORDER BY value DESC;

-- case: trade between two countries by year
SELECT supp_country, cust_country, y, sum(volume) AS revenue
FROM (
    SELECT n1.country_name AS supp_country, n2.country_name AS cust_country, extract(year FROM l.shipped_on) AS y, l.unit_price * (1 - l.discount) AS volume
    FROM suppliers s, order_lines l, orders o, customers c, countries n1, countries n2
    WHERE s.supplier_id = l.supplier_id AND o.order_id = l.order_id AND c.customer_id = o.customer_id
        AND s.country_code = n1.country_code AND c.country_code = n2.country_code
        AND ((n1.country_name = 'Chile' AND n2.country_name = 'Spain') OR (n1.country_name = 'Spain' AND n2.country_name = 'Chile'))
        AND l.shipped_on BETWEEN DATE '2022-01-01' AND DATE '2023-12-31'
) AS shipping
GROUP BY supp_country, cust_country, y
ORDER BY supp_country, cust_country, y;

-- case: market share of one country
SELECT y, sum(CASE WHEN country = 'Chile' THEN volume ELSE 0 END) / sum(volume) AS market_share,
    sum(CASE WHEN country = 'Chile' THEN volume ELSE 0.0 END), avg(CASE WHEN country = 'Chile' THEN volume END)
FROM (
    SELECT extract(year FROM o.order_date) AS y, l.unit_price * (1 - l.discount) AS volume, k.country_name AS country
    FROM products p JOIN order_lines l USING (product_id) JOIN suppliers s ON s.supplier_id = l.supplier_id
    JOIN orders o ON o.order_id = l.order_id JOIN countries k ON k.country_code = s.country_code
    WHERE p.brand = 'Alder'
) all_countries
GROUP BY y
ORDER BY y;

-- case: profit by country and year
SELECT country, y, sum(amount) AS profit
FROM (
    SELECT k.country_name AS country, extract(year FROM o.order_date) AS y, l.unit_price * (1 - l.discount) - x.purchase_price * l.quantity AS amount
    FROM products p, suppliers s, order_lines l, supplies x, orders o, countries k
    WHERE s.supplier_id = l.supplier_id AND x.supplier_id = l.supplier_id AND x.product_id = l.product_id
        AND p.product_id = l.product_id AND o.order_id = l.order_id AND s.country_code = k.country_code AND p.product_name LIKE '%green%'
) AS profit
GROUP BY country, y
ORDER BY country, y DESC;

-- case: best supplier of a quarter through a chain
WITH revenue (supplier_no, total_revenue) AS (
    SELECT supplier_id, sum(unit_price * (1 - discount)) FROM order_lines
    WHERE shipped_on >= DATE '2023-01-01' AND shipped_on < DATE '2023-01-01' + INTERVAL '3' MONTH
    GROUP BY supplier_id
)
SELECT s.supplier_id, s.supplier_name, s.rating, r.total_revenue, r.total_revenue - (SELECT avg(total_revenue) FROM revenue) AS above
FROM suppliers s, revenue r
WHERE s.supplier_id = r.supplier_no AND total_revenue = (SELECT max(total_revenue) FROM revenue)
ORDER BY s.supplier_id;

-- case: kinds of suppliers by product
SELECT p.brand, p.colour, p.weight_kg, count(DISTINCT x.supplier_id) AS suppliers
FROM supplies x, products p
WHERE p.product_id = x.product_id AND p.brand <> 'Alder' AND p.colour NOT LIKE 'dark%' AND p.weight_kg IN (1, 2, 3.5)
    AND x.supplier_id NOT IN (SELECT supplier_id FROM suppliers WHERE supplier_name LIKE '%Complaints%')
GROUP BY p.brand, p.colour, p.weight_kg
ORDER BY suppliers DESC;

-- case: suppliers with too much in stock
SELECT s.supplier_name, s.since
FROM suppliers s, countries k
WHERE s.supplier_id IN (
    SELECT x.supplier_id FROM supplies x
    WHERE x.product_id IN (SELECT product_id FROM products WHERE product_name LIKE 'forest%')
        AND x.available_units > (
            SELECT 0.5 * sum(l.quantity) FROM order_lines l
            WHERE l.product_id = x.product_id AND l.supplier_id = x.supplier_id AND l.shipped_on >= CAST('2023-01-01' AS DATE)
        )
) AND s.country_code = k.country_code
ORDER BY s.supplier_name;

-- case: variation of stock from month to month
WITH inv AS (
    SELECT shop_name, shop_id, product_id, moy, stdev, mean, CASE mean WHEN 0 THEN NULL ELSE stdev / mean END AS cov
    FROM (
        SELECT s.shop_name, s.shop_id, k.product_id, d.month AS moy, stddev_samp(k.on_hand) AS stdev, avg(k.on_hand) AS mean
        FROM stock_levels k, products p, shops s, calendar d
        WHERE k.product_id = p.product_id AND k.shop_id = s.shop_id AND k.counted_on = d.day AND d.year = 2023
        GROUP BY s.shop_name, s.shop_id, k.product_id, d.month
    ) foo
    WHERE CASE mean WHEN 0 THEN 0 ELSE stdev / mean END > 1
)
SELECT a.shop_id, a.product_id, a.moy, a.mean, a.cov, b.shop_id, b.product_id, b.moy, b.mean, b.cov
FROM inv a, inv b
WHERE a.product_id = b.product_id AND a.shop_id = b.shop_id AND a.moy = 1 AND b.moy = 1 + 1
ORDER BY a.shop_id, a.product_id;

-- case: stock before and after a day
SELECT s.shop_name, p.sku,
    sum(CASE WHEN k.counted_on < CAST('2023-05-15' AS DATE) THEN k.on_hand ELSE 0 END) AS before,
    sum(CASE WHEN k.counted_on >= CAST('2023-05-15' AS DATE) THEN k.on_hand ELSE 0 END) AS after,
    sum(k.on_hand - coalesce(k.reserved, 0)) AS free, max(k.reorder_point) AS reorder_point, avg(k.reserved) AS mean_reserved
FROM stock_levels k, shops s, products p
WHERE p.list_price BETWEEN 0.99 AND 1.49 AND p.product_id = k.product_id AND k.shop_id = s.shop_id
    AND k.counted_on BETWEEN (CAST('2023-05-15' AS DATE) - INTERVAL 30 DAY) AND (CAST('2023-05-15' AS DATE) + INTERVAL 30 DAY)
GROUP BY s.shop_name, p.sku
HAVING CASE WHEN before > 0 THEN after / before ELSE NULL END BETWEEN 2.0 / 3.0 AND 3.0 / 2.0
ORDER BY s.shop_name, p.sku
LIMIT 100;

-- case: stock by product hierarchy
SELECT p.product_name, p.brand, g.group_name, avg(k.on_hand) AS qoh, sum(k.on_hand) AS units, sum(k.reserved) AS reserved, count(k.reorder_point) AS points
FROM stock_levels k, calendar d, products p, product_groups g
WHERE k.counted_on = d.day AND k.product_id = p.product_id AND g.group_id = p.group_id AND d.month_sequence BETWEEN 1200 AND 1200 + 11
GROUP BY ROLLUP (p.product_name, p.brand, g.group_name)
ORDER BY qoh, p.product_name, p.brand
LIMIT 100;

-- case: sold, sent back and bought again
SELECT p.product_id, p.product_name, s.shop_name, count(l.quantity) AS sold_count, avg(l.quantity) AS sold_avg, stddev_samp(l.quantity) AS sold_sd,
    stddev_samp(l.quantity) / avg(l.quantity) AS sold_cov, count(r.quantity) AS back_count, avg(r.quantity) AS back_avg,
    stddev_samp(r.quantity) / avg(r.quantity) AS back_cov, sum(l.quantity) - sum(r.quantity) AS kept
FROM order_lines l JOIN orders o ON o.order_id = l.order_id JOIN returns r ON r.order_id = l.order_id AND r.line_number = l.line_number
JOIN shops s ON s.shop_id = o.shop_id JOIN products p ON p.product_id = l.product_id JOIN calendar d1 ON d1.day = o.order_date AND d1.quarter = 1
JOIN calendar d2 ON d2.day = r.returned_on AND d2.quarter IN (1, 2, 3)
GROUP BY p.product_id, p.product_name, s.shop_name
ORDER BY ALL
LIMIT 100;

-- case: worst ratios of returns in three channels, ranked twice
SELECT 'web' AS channel, web.product, web.return_ratio, web.return_rank, web.refund_rank
FROM (
    SELECT product, return_ratio, refund_ratio, rank() OVER (ORDER BY return_ratio) AS return_rank, rank() OVER (ORDER BY refund_ratio) AS refund_rank
    FROM (
        SELECT l.product_id AS product,
            CAST(sum(coalesce(r.quantity, 0)) AS DECIMAL(15, 4)) / CAST(sum(coalesce(l.quantity, 0)) AS DECIMAL(15, 4)) AS return_ratio,
            CAST(sum(coalesce(r.refund_amount, 0)) AS DECIMAL(15, 4)) / CAST(sum(coalesce(l.unit_price, 0)) AS DECIMAL(15, 4)) AS refund_ratio
        FROM order_lines l LEFT OUTER JOIN returns r ON l.order_id = r.order_id AND l.line_number = r.line_number, orders o
        WHERE o.order_id = l.order_id AND o.channel = 'web' AND l.quantity > 0
        GROUP BY l.product_id
    ) in_web
) web
WHERE web.return_rank <= 10 OR web.refund_rank <= 10
UNION
SELECT 'shop', shop.product, shop.return_ratio, shop.return_rank, 0
FROM (SELECT product_id AS product, 0.5 AS return_ratio, rank() OVER (ORDER BY sum(quantity)) AS return_rank FROM order_lines GROUP BY product_id) shop
ORDER BY 1, 4, 5, 2
LIMIT 100;

-- case: group tree with products, sums up the tree
WITH RECURSIVE up AS (
    SELECT group_id AS leaf, group_id, parent_id, 0 AS height FROM product_groups
    UNION ALL
    SELECT u.leaf, g.group_id, g.parent_id, u.height + 1 FROM up u JOIN product_groups g ON g.group_id = u.parent_id
), own AS (SELECT p.group_id, sum(l.quantity) AS units, sum(l.quantity * l.unit_price) AS revenue FROM order_lines l JOIN products p USING (product_id) GROUP BY 1)
SELECT g.group_id, g.group_name, sum(o.units) AS units, sum(o.revenue) AS revenue, max(u.height) AS deepest, count(DISTINCT u.leaf) AS groups_below,
    any_value(o.units) FILTER (WHERE u.height = 0) AS own_units
FROM up u JOIN product_groups g ON g.group_id = u.group_id LEFT JOIN own o ON o.group_id = u.leaf
GROUP BY g.group_id, g.group_name;

-- case: dimensions and tags of products
SELECT p.sku, p.dimensions.width * p.dimensions.height * p.dimensions.depth AS volume, p.dimensions['width'] AS w, len(p.tags) AS tag_count,
    list_contains(p.tags, 'sale') AS on_sale, list_sort(p.tags) AS sorted_tags, p.tags[1] AS main_tag, list_transform(p.tags, lambda t: upper(t)) AS loud,
    list_filter(p.tags, lambda t: length(t) > 3) AS long_tags, array_to_string(p.tags, ', ') AS tag_text, p.weight_kg * 1000 AS grams,
    p.weight_kg / nullif(p.dimensions.width, 0) AS density, struct_pack(sku := p.sku, price := p.list_price) AS card,
    CASE WHEN p.weight_kg > 30 THEN 'freight' WHEN p.dimensions.depth > 1.2 THEN 'bulky' ELSE 'parcel' END AS shipping
FROM products p
WHERE NOT p.discontinued AND p.launched_on > current_date - INTERVAL 2 YEARS;

-- case: tags exploded and counted
WITH tagged AS (SELECT product_id, unnest(tags) AS tag, list_price FROM products)
SELECT tag, count(*) AS products, avg(list_price) AS mean_price, sum(s.units) AS units, rank() OVER (ORDER BY sum(s.units) DESC NULLS LAST) AS place,
    list(product_id ORDER BY list_price DESC)[1:3] AS dearest, round(stddev(list_price), 2) AS spread
FROM tagged LEFT JOIN (SELECT product_id, sum(quantity) AS units FROM order_lines GROUP BY 1) s USING (product_id)
GROUP BY tag
HAVING count(*) >= 5
ORDER BY place;

-- case: days of cover by shop and product
WITH latest AS (
    SELECT DISTINCT ON (shop_id, product_id) shop_id, product_id, on_hand, reserved, reorder_point, counted_on
    FROM stock_levels ORDER BY shop_id, product_id, counted_on DESC
), rate AS (
    SELECT o.shop_id, l.product_id, sum(l.quantity) / 90.0 AS per_day, sum(l.quantity) // 90 AS whole_per_day, sum(l.quantity) % 90 AS remainder
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.order_date > current_date - 90
    GROUP BY ALL
)
SELECT l.*, r.per_day, r.whole_per_day, r.remainder, l.on_hand / r.per_day AS days, current_date + CAST(ceil(l.on_hand / r.per_day) AS INTEGER) AS empty_on,
    l.on_hand - l.reserved AS free, l.on_hand < l.reorder_point AS order_now, greatest(l.reorder_point - l.on_hand, 0) AS to_order,
    x.lead_days, l.on_hand / r.per_day < x.lead_days AS too_late
FROM latest l LEFT JOIN rate r USING (shop_id, product_id)
LEFT JOIN (SELECT product_id, min(lead_days) AS lead_days FROM supplies GROUP BY product_id) x USING (product_id);

-- case: price bands by product group
SELECT g.group_name, width, count(*) AS n, min(list_price) AS lowest, max(list_price) AS highest, max(list_price) - min(list_price) AS band,
    avg(list_price - unit_cost) AS mean_margin, avg((list_price - unit_cost) / list_price) AS mean_margin_share, sum(list_price * 1.19) AS with_tax,
    max(list_price)::INTEGER AS rounded, cast(avg(list_price) AS DECIMAL(12, 3)) AS exact, approx_quantile(list_price, 0.5) AS about_middle
FROM (SELECT *, CAST(floor(list_price / 10) * 10 AS INTEGER) AS width FROM products) p JOIN product_groups g USING (group_id)
GROUP BY g.group_name, width
ORDER BY 1, 2;

-- case: suppliers measured on four scales
WITH measures AS (
    SELECT s.supplier_id, s.supplier_name, s.rating, avg(x.lead_days) AS lead, sum(x.available_units) AS units, min(x.purchase_price) AS cheapest,
        count(*) FILTER (WHERE l.received_on > l.promised_on) / nullif(count(l.received_on), 0) AS late_share
    FROM suppliers s LEFT JOIN supplies x USING (supplier_id) LEFT JOIN order_lines l ON l.supplier_id = s.supplier_id AND l.product_id = x.product_id
    GROUP BY s.supplier_id, s.supplier_name, s.rating
)
SELECT supplier_name, percent_rank() OVER (ORDER BY lead) AS by_lead, percent_rank() OVER (ORDER BY units DESC) AS by_units,
    cume_dist() OVER (ORDER BY cheapest) AS by_price, 1 - percent_rank() OVER (ORDER BY late_share) AS by_punctuality,
    (percent_rank() OVER (ORDER BY lead) + cume_dist() OVER (ORDER BY cheapest)) / 2 AS together, rating * 20 - 10 * coalesce(late_share, 0) AS points,
    coalesce(rating, 0) + coalesce(lead, 0) AS mixed
FROM measures
QUALIFY row_number() OVER (ORDER BY late_share NULLS LAST) <= 50;

-- case: first and last price paid to each supplier
SELECT DISTINCT s.supplier_name, first_value(l.unit_price) OVER w AS first_price, last_value(l.unit_price) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_price,
    nth_value(l.unit_price, 2) OVER w AS second_price, count(*) OVER w AS seen, min(l.shipped_on) OVER (PARTITION BY s.supplier_id) AS since,
    max(l.shipped_on) OVER (PARTITION BY s.supplier_id) - min(l.shipped_on) OVER (PARTITION BY s.supplier_id) AS days
FROM order_lines l JOIN suppliers s USING (supplier_id)
WINDOW w AS (PARTITION BY s.supplier_id ORDER BY l.shipped_on, l.order_id);

-- case: shops compared by area, staff and age
SELECT s.shop_id, s.shop_name, s.floor_area_m2, s.staff_count, f.amount / s.floor_area_m2 AS per_m2, f.amount / s.staff_count AS per_head,
    s.floor_area_m2 / s.staff_count AS area_per_head, s.staff_count * 8 AS hours, date_diff('year', s.opened_on, coalesce(s.closed_on, current_date)) AS years,
    coalesce(s.closed_on, DATE '9999-12-31') AS open_until, s.closed_on IS NULL AND s.opened_on <= current_date AS is_open,
    rank() OVER (ORDER BY f.amount / s.floor_area_m2 DESC NULLS LAST) AS place, f.amount - avg(f.amount) OVER (PARTITION BY s.country_code) AS above_country,
    s.floor_area_m2 * 10.7639 AS square_feet, upper(left(s.city, 3)) || '-' || lpad(s.shop_id::TEXT, 4, '0') AS label
FROM shops s LEFT JOIN (SELECT shop_id, sum(total_amount) AS amount FROM orders GROUP BY shop_id) f USING (shop_id);

-- case: pivoted stock by shop with missing shops kept
SELECT sku, north, south, coalesce(north, 0) + coalesce(south, 0) AS both_shops, north - south AS difference
FROM (
    SELECT p.sku, s.shop_name, k.on_hand FROM stock_levels k JOIN products p USING (product_id) JOIN shops s USING (shop_id)
) PIVOT (sum(on_hand) FOR shop_name IN ('North' AS north, 'South' AS south)) AS pivoted
ORDER BY sku;
