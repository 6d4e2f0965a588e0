-- Large sales questions: many joins, rollups, windows over aggregates, comparisons of periods.
-- sources: retail

-- case: revenue by year, quarter and continent with a rollup
SELECT
    c.year, c.quarter, k.continent, grouping(c.year, c.quarter, k.continent) AS level,
    sum(l.quantity * l.unit_price) AS gross,
    sum(l.quantity * l.unit_price * (1 - l.discount)) AS net,
    sum(l.quantity * l.unit_price * (1 - l.discount) * (1 + l.tax_rate)) AS charged,
    avg(l.discount) AS average_discount, count(DISTINCT o.customer_id) AS buyers
FROM orders o
JOIN order_lines l ON l.order_id = o.order_id
JOIN customers cu ON cu.customer_id = o.customer_id
JOIN countries k ON k.country_code = cu.country_code
JOIN calendar c ON c.day = o.order_date
WHERE o.state NOT IN ('cart', 'returned') AND c.year BETWEEN 2020 AND 2024
GROUP BY ROLLUP (c.year, c.quarter, k.continent)
ORDER BY level DESC, c.year, c.quarter;

-- case: pricing summary of shipped lines
SELECT
    o.channel, o.currency, sum(quantity) AS sum_quantity, sum(unit_price) AS sum_base,
    sum(unit_price * (1 - discount)) AS sum_discounted, sum(unit_price * (1 - discount) * (1 + tax_rate)) AS sum_taxed,
    avg(quantity) AS avg_quantity, avg(unit_price) AS avg_price, avg(discount) AS avg_discount, count(*) AS lines
FROM order_lines l, orders o
WHERE l.order_id = o.order_id AND l.shipped_on <= DATE '2024-12-01' - INTERVAL '90' DAY
GROUP BY o.channel, o.currency
ORDER BY o.channel, o.currency;

-- case: growth against the year before
WITH yearly AS (
    SELECT o.shop_id, year(o.order_date) AS y, sum(l.quantity * l.unit_price) AS revenue, count(DISTINCT o.order_id) AS orders
    FROM orders o JOIN order_lines l USING (order_id)
    GROUP BY o.shop_id, year(o.order_date)
), compared AS (
    SELECT now.shop_id, now.y, now.revenue, before.revenue AS revenue_before, now.orders - before.orders AS more_orders,
        CASE WHEN before.revenue > 0 THEN (now.revenue - before.revenue) / before.revenue END AS growth
    FROM yearly now LEFT JOIN yearly before ON before.shop_id = now.shop_id AND before.y = now.y - 1
)
SELECT s.shop_name, c.*, rank() OVER (PARTITION BY c.y ORDER BY c.growth DESC NULLS LAST) AS place
FROM compared c JOIN shops s USING (shop_id)
WHERE c.growth IS NOT NULL
ORDER BY c.y, place;

-- case: growth by lag over aggregates
SELECT
    year, month, sum(total_amount) AS revenue,
    lag(sum(total_amount)) OVER (ORDER BY year, month) AS last_month,
    lag(sum(total_amount), 12) OVER (ORDER BY year, month) AS last_year,
    sum(total_amount) - lag(sum(total_amount)) OVER (ORDER BY year, month) AS change,
    round(100.0 * sum(total_amount) / nullif(lag(sum(total_amount), 12) OVER (ORDER BY year, month), 0) - 100, 1) AS percent,
    sum(sum(total_amount)) OVER (PARTITION BY year ORDER BY month ROWS UNBOUNDED PRECEDING) AS year_to_date
FROM orders JOIN calendar ON day = order_date
GROUP BY year, month
ORDER BY year, month;

-- case: best three products of each group by revenue
SELECT * FROM (
    SELECT
        g.group_name, p.product_name, sum(l.quantity * l.unit_price * (1 - l.discount)) AS revenue,
        dense_rank() OVER (PARTITION BY g.group_id ORDER BY sum(l.quantity * l.unit_price * (1 - l.discount)) DESC) AS place,
        sum(l.quantity * l.unit_price) / sum(sum(l.quantity * l.unit_price)) OVER (PARTITION BY g.group_id) AS share
    FROM order_lines l
    JOIN products p ON p.product_id = l.product_id
    JOIN product_groups g ON g.group_id = p.group_id
    GROUP BY g.group_id, g.group_name, p.product_id, p.product_name
) ranked
WHERE place <= 3
ORDER BY group_name, place;

-- case: orders of two channels side by side by week
SELECT
    c.year, c.week,
    sum(CASE WHEN o.channel = 'web' THEN o.total_amount ELSE 0 END) AS web_amount,
    sum(CASE WHEN o.channel = 'shop' THEN o.total_amount ELSE 0 END) AS shop_amount,
    sum(CASE WHEN o.channel = 'web' THEN 1 ELSE 0 END) AS web_orders,
    count(CASE WHEN o.channel = 'shop' THEN o.order_id END) AS shop_orders,
    sum(CASE WHEN o.channel = 'web' THEN o.total_amount END) / nullif(sum(o.total_amount), 0) AS web_share,
    avg(CASE c.weekday_name WHEN 'Sunday' THEN o.total_amount END) AS sunday_average,
    max(CASE WHEN c.is_holiday THEN o.total_amount ELSE NULL END) AS best_holiday_order
FROM orders o JOIN calendar c ON c.day = o.order_date
GROUP BY c.year, c.week
HAVING count(*) > 10
ORDER BY 1, 2;

-- case: weekday columns of this year against the next
WITH weekly AS (
    SELECT c.month_sequence, o.shop_id,
        sum(CASE WHEN c.weekday_name = 'Monday' THEN o.total_amount ELSE NULL END) AS monday,
        sum(CASE WHEN c.weekday_name = 'Friday' THEN o.total_amount ELSE NULL END) AS friday,
        sum(CASE WHEN c.weekday_name = 'Saturday' THEN o.total_amount ELSE NULL END) AS saturday
    FROM orders o, calendar c
    WHERE c.day = o.order_date
    GROUP BY c.month_sequence, o.shop_id
)
SELECT a.shop_name, a.month_sequence, monday_a / monday_b, friday_a / friday_b AS friday_ratio, round(saturday_a / saturday_b, 2)
FROM (
    SELECT s.shop_name, s.shop_id, w.month_sequence, w.monday AS monday_a, w.friday AS friday_a, w.saturday AS saturday_a
    FROM weekly w, shops s WHERE s.shop_id = w.shop_id AND w.month_sequence BETWEEN 1200 AND 1211
) a, (
    SELECT s.shop_id AS shop_b, w.month_sequence AS sequence_b, w.monday AS monday_b, w.friday AS friday_b, w.saturday AS saturday_b
    FROM weekly w, shops s WHERE s.shop_id = w.shop_id AND w.month_sequence BETWEEN 1212 AND 1223
) b
WHERE a.shop_id = b.shop_b AND a.month_sequence = b.sequence_b - 12
ORDER BY a.shop_name, a.month_sequence
LIMIT 100;

-- case: sales, returns and profit of every channel in a union with a rollup
WITH sold AS (
    SELECT o.channel, o.shop_id, sum(l.quantity * l.unit_price) AS sales, sum(l.quantity * (l.unit_price - p.unit_cost)) AS profit
    FROM orders o JOIN order_lines l USING (order_id) JOIN products p USING (product_id)
    WHERE o.order_date BETWEEN CAST('2024-08-01' AS DATE) AND (CAST('2024-08-01' AS DATE) + INTERVAL 30 DAYS)
    GROUP BY o.channel, o.shop_id
), sent_back AS (
    SELECT o.channel, o.shop_id, sum(r.refund_amount) AS refunds, sum(r.quantity) AS units
    FROM returns r JOIN orders o USING (order_id)
    GROUP BY o.channel, o.shop_id
), together AS (
    SELECT channel, shop_id, sales, profit, 0 AS refunds FROM sold
    UNION ALL
    SELECT channel, shop_id, CAST(0 AS DECIMAL(10, 2)) AS sales, -refunds, refunds FROM sent_back
)
SELECT channel, shop_id, sum(sales) AS sales, sum(refunds) AS refunds, sum(profit) AS profit
FROM together
GROUP BY ROLLUP (channel, shop_id)
ORDER BY channel NULLS FIRST, shop_id NULLS FIRST
LIMIT 100;

-- case: moving averages and cumulative sums by day
SELECT
    order_date, count(*) AS n, sum(total_amount) AS amount,
    avg(sum(total_amount)) OVER (ORDER BY order_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week_average,
    avg(count(*)) OVER (ORDER BY order_date RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW) AS month_average,
    sum(sum(total_amount)) OVER (PARTITION BY date_trunc('month', order_date) ORDER BY order_date) AS month_to_date,
    sum(total_amount) - avg(sum(total_amount)) OVER () AS above_mean,
    stddev_samp(sum(total_amount)) OVER (ORDER BY order_date ROWS 29 PRECEDING) AS spread,
    first_value(sum(total_amount)) OVER (PARTITION BY year(order_date) ORDER BY order_date) AS first_of_year,
    ntile(10) OVER (ORDER BY sum(total_amount)) AS tenth
FROM orders
GROUP BY order_date;

-- case: basket analysis by pairs of groups
SELECT
    least(a.group_name, b.group_name) AS one, greatest(a.group_name, b.group_name) AS other,
    count(DISTINCT x.order_id) AS baskets,
    count(DISTINCT x.order_id) * 1.0 / (SELECT count(*) FROM orders) AS support,
    count(DISTINCT x.order_id) / max(t.n) AS confidence
FROM order_lines x
JOIN order_lines y ON y.order_id = x.order_id AND y.line_number > x.line_number
JOIN products p ON p.product_id = x.product_id
JOIN products q ON q.product_id = y.product_id
JOIN product_groups a ON a.group_id = p.group_id
JOIN product_groups b ON b.group_id = q.group_id
JOIN (SELECT group_id, count(DISTINCT order_id) AS n FROM order_lines JOIN products USING (product_id) GROUP BY group_id) t
    ON t.group_id = p.group_id
WHERE p.group_id <> q.group_id
GROUP BY 1, 2
HAVING baskets >= 20
ORDER BY baskets DESC;

-- case: orders late in delivery by supplier, counted by subqueries
SELECT s.supplier_name, count(*) AS waiting, s.account_balance,
    (SELECT count(*) FROM order_lines z WHERE z.supplier_id = s.supplier_id) AS all_lines
FROM suppliers s, order_lines l1, orders o, countries k
WHERE s.supplier_id = l1.supplier_id AND o.order_id = l1.order_id AND o.state = 'delivered'
    AND l1.received_on > l1.promised_on
    AND EXISTS (SELECT * FROM order_lines l2 WHERE l2.order_id = l1.order_id AND l2.supplier_id <> l1.supplier_id)
    AND NOT EXISTS (
        SELECT * FROM order_lines l3
        WHERE l3.order_id = l1.order_id AND l3.supplier_id <> l1.supplier_id AND l3.received_on > l3.promised_on
    )
    AND s.country_code = k.country_code AND k.country_name = 'Portugal'
GROUP BY s.supplier_id, s.supplier_name, s.account_balance
ORDER BY waiting DESC, s.supplier_name
LIMIT 100;

-- case: share of a promotion in revenue
SELECT
    100.00 * sum(CASE WHEN p.product_name LIKE 'PROMO%' THEN l.unit_price * (1 - l.discount) ELSE 0 END)
        / sum(l.unit_price * (1 - l.discount)) AS promotion_share,
    sum(l.unit_price * l.discount) AS given_away
FROM order_lines l, products p
WHERE l.product_id = p.product_id AND l.shipped_on >= DATE '2024-09-01' AND l.shipped_on < DATE '2024-09-01' + INTERVAL '1' MONTH;

-- case: discounted revenue under three alternative conditions
SELECT sum(l.unit_price * (1 - l.discount)) AS revenue
FROM order_lines l, products p
WHERE (p.product_id = l.product_id AND p.brand = 'Alder' AND p.colour IN ('red', 'blue') AND l.quantity BETWEEN 1 AND 11)
    OR (p.product_id = l.product_id AND p.brand = 'Birch' AND p.weight_kg < 2.5 AND l.quantity >= 10 AND l.quantity <= 10 + 10)
    OR (p.product_id = l.product_id AND p.brand = 'Cedar' AND l.quantity > 20 AND l.gift_note IS NULL);

-- case: orders by priority whose lines came late
SELECT priority, count(*) AS order_count, sum(CASE WHEN priority = 1 OR priority = 2 THEN 1 ELSE 0 END) AS high, sum(CASE WHEN priority <> 1 AND priority <> 2 THEN 1 ELSE 0 END) AS low
FROM orders
WHERE order_date >= DATE '2023-07-01' AND order_date < DATE '2023-07-01' + INTERVAL '3' MONTH
    AND EXISTS (SELECT * FROM order_lines WHERE order_lines.order_id = orders.order_id AND promised_on < received_on)
GROUP BY priority
ORDER BY priority;

-- case: small quantities and lost revenue
SELECT sum(l.unit_price) / 7.0 AS yearly_average, sum(l.unit_price) * 0.0001 AS scaled
FROM order_lines l, products p
WHERE p.product_id = l.product_id AND p.brand = 'Alder'
    AND l.quantity < (SELECT 0.2 * avg(quantity) FROM order_lines WHERE product_id = p.product_id);

-- case: revenue in euro by the rate of the day
WITH rated AS (
    SELECT o.order_id, o.order_date, o.currency, o.total_amount, x.rate_to_eur, o.total_amount * x.rate_to_eur AS in_euro
    FROM orders o ASOF LEFT JOIN exchange_rates x ON x.currency = o.currency AND x.valid_from <= o.order_date
)
SELECT currency, date_trunc('quarter', order_date) AS quarter, sum(in_euro) AS euro, sum(total_amount) AS own,
    sum(in_euro) / sum(total_amount) AS implied, min(rate_to_eur), max(rate_to_eur) - min(rate_to_eur) AS swing,
    count(*) FILTER (WHERE rate_to_eur IS NULL) AS without_rate, coalesce(sum(in_euro), 0.0) AS safe_euro
FROM rated
GROUP BY ALL
ORDER BY quarter, euro DESC;

-- case: quarterly targets met by shop
WITH long_targets AS (
    SELECT shop_id, year, name, CAST(substring(name, 2, 1) AS TINYINT) AS quarter, amount
    FROM (UNPIVOT targets ON COLUMNS('Q.*') INTO NAME name VALUE amount)
), actual AS (
    SELECT shop_id, year(order_date) AS year, quarter(order_date) AS quarter, sum(total_amount) AS amount
    FROM orders GROUP BY ALL
)
SELECT s.shop_name, t.year, t.quarter, t.amount AS target, coalesce(a.amount, 0) AS reached,
    coalesce(a.amount, 0) - t.amount AS gap, a.amount / t.amount >= 1 AS met,
    sum(t.amount) OVER (PARTITION BY t.shop_id, t.year ORDER BY t.quarter) AS target_so_far,
    sum(a.amount) OVER (PARTITION BY t.shop_id, t.year ORDER BY t.quarter) AS reached_so_far
FROM long_targets t
LEFT JOIN actual a ON (a.shop_id, a.year, a.quarter) = (t.shop_id, t.year, t.quarter)
JOIN shops s ON s.shop_id = t.shop_id
ORDER BY ALL;

-- case: items above the average price of their group
SELECT p.product_id, p.product_name, p.list_price, g.avg_price, p.list_price / g.avg_price AS ratio, p.list_price - g.avg_price
FROM products p
JOIN (SELECT group_id, avg(list_price) AS avg_price, stddev_pop(list_price) AS sd FROM products GROUP BY group_id) g
    ON g.group_id = p.group_id
WHERE p.list_price > g.avg_price + 2 * g.sd
    AND p.group_id IN (SELECT group_id FROM product_groups WHERE parent_id = (SELECT min(group_id) FROM product_groups));

-- case: counts of shipping delay in buckets
SELECT
    substr(s.shop_name, 1, 20), o.channel, year(l.shipped_on) AS y,
    sum(CASE WHEN (l.shipped_on - o.order_date <= 30) THEN 1 ELSE 0 END) AS "30 days",
    sum(CASE WHEN (l.shipped_on - o.order_date > 30) AND (l.shipped_on - o.order_date <= 60) THEN 1 ELSE 0 END) AS "31-60 days",
    sum(CASE WHEN (l.shipped_on - o.order_date > 60) THEN 1 ELSE 0 END) AS ">60 days",
    avg(l.shipped_on - o.order_date) AS mean_days, max(l.received_on - l.promised_on) AS worst
FROM order_lines l, orders o, shops s
WHERE o.order_id = l.order_id AND s.shop_id = o.shop_id
GROUP BY substr(s.shop_name, 1, 20), o.channel, year(l.shipped_on)
ORDER BY 1, o.channel
LIMIT 100;

-- case: revenue by cube with labels for the totals
SELECT
    CASE WHEN grouping(o.channel) = 1 THEN 'all channels' ELSE o.channel END AS channel,
    CASE WHEN grouping(o.currency) = 1 THEN 'all currencies' ELSE o.currency END AS currency,
    grouping(o.channel) + grouping(o.currency) AS lochierarchy,
    sum(o.total_amount) AS amount, sum(o.total_amount) / count(DISTINCT o.customer_id) AS per_customer,
    rank() OVER (
        PARTITION BY grouping(o.channel) + grouping(o.currency), CASE WHEN grouping(o.currency) = 0 THEN o.channel END
        ORDER BY sum(o.total_amount) DESC
    ) AS rank_within_parent
FROM orders o
GROUP BY CUBE (o.channel, o.currency)
ORDER BY lochierarchy DESC, rank_within_parent
LIMIT 50;

-- case: profit ratio by nested hierarchy
SELECT sum(l.quantity * (l.unit_price - p.unit_cost)) / sum(l.quantity * l.unit_price) AS margin, g.group_name, p.brand,
    grouping(g.group_name) + grouping(p.brand) AS depth
FROM order_lines l, products p, product_groups g, orders o, calendar d
WHERE d.year = 2023 AND d.day = o.order_date AND o.order_id = l.order_id AND p.product_id = l.product_id AND g.group_id = p.group_id
GROUP BY ROLLUP (g.group_name, p.brand)
ORDER BY depth DESC, margin;

-- case: extremes of each month found by arg functions
SELECT
    date_trunc('month', o.order_date) AS month, arg_max(o.order_id, o.total_amount) AS biggest_order,
    arg_min(c.full_name, o.ordered_at) AS first_buyer, max(o.total_amount) AS biggest, min_by(o.channel, o.total_amount) AS channel_of_smallest,
    median(o.total_amount) AS middle, quantile_cont(o.total_amount, 0.9) AS top_tenth, mode(o.currency) AS usual_currency,
    list(DISTINCT o.channel ORDER BY o.channel) AS channels, string_agg(DISTINCT o.voucher_code, ', ') AS vouchers,
    histogram(o.priority) AS priorities, bool_or(o.voucher_code IS NOT NULL) AS any_voucher
FROM orders o JOIN customers c USING (customer_id)
GROUP BY month
ORDER BY month;

-- case: sales of the same day in three years
SELECT
    this.order_date, this.amount, last.amount AS last_year, before.amount AS two_years_ago,
    this.amount - coalesce(last.amount, 0) AS change, greatest(this.amount, last.amount, before.amount) AS best
FROM (SELECT order_date, sum(total_amount) AS amount FROM orders GROUP BY order_date) this
LEFT JOIN (SELECT order_date, sum(total_amount) AS amount FROM orders GROUP BY order_date) last
    ON last.order_date = this.order_date - INTERVAL 1 YEAR
LEFT JOIN (SELECT order_date, sum(total_amount) AS amount FROM orders GROUP BY order_date) before
    ON before.order_date = CAST(this.order_date - INTERVAL 2 YEAR AS DATE);

-- case: four counts in one row
SELECT * FROM
    (SELECT count(*) AS morning FROM orders WHERE hour(ordered_at) BETWEEN 6 AND 11) a,
    (SELECT count(*) AS noon FROM orders WHERE hour(ordered_at) BETWEEN 12 AND 13) b,
    (SELECT count(*) AS evening FROM orders, shops WHERE orders.shop_id = shops.shop_id AND hour(ordered_at) >= 18) c,
    (SELECT avg(total_amount) AS night_average, count(DISTINCT customer_id) FROM orders WHERE hour(ordered_at) < 6) d;

-- case: ratio of two scalar counts
SELECT CAST(am AS DECIMAL(15, 4)) / CAST(pm AS DECIMAL(15, 4)) AS am_pm_ratio, am::DECIMAL(15, 4) * pm, am / pm
FROM (SELECT count(*) AS am FROM orders WHERE hour(ordered_at) < 12) a, (SELECT count(*) AS pm FROM orders WHERE hour(ordered_at) >= 12) p
ORDER BY am_pm_ratio;

-- case: conditional averages chosen by count
SELECT
    CASE WHEN (SELECT count(*) FROM order_lines WHERE quantity BETWEEN 1 AND 20) > 25437
        THEN (SELECT avg(discount) FROM order_lines WHERE quantity BETWEEN 1 AND 20)
        ELSE (SELECT avg(unit_price) FROM order_lines WHERE quantity BETWEEN 1 AND 20) END AS bucket1,
    CASE WHEN (SELECT count(*) FROM order_lines WHERE quantity > 20) > 1000
        THEN (SELECT sum(discount) FROM order_lines WHERE quantity > 20)
        ELSE (SELECT max(unit_price) FROM order_lines WHERE quantity > 20) END AS bucket2
FROM countries
WHERE country_code = 'DE';

-- case: pareto of products
WITH sold AS (
    SELECT product_id, sum(quantity * unit_price) AS revenue FROM order_lines GROUP BY product_id
), running AS (
    SELECT *, sum(revenue) OVER (ORDER BY revenue DESC, product_id) AS so_far, sum(revenue) OVER () AS total, cume_dist() OVER (ORDER BY revenue DESC) AS part
    FROM sold
)
SELECT CASE WHEN so_far <= 0.8 * total THEN 'A' WHEN so_far <= 0.95 * total THEN 'B' ELSE 'C' END AS class,
    count(*) AS products, sum(revenue) AS revenue, sum(revenue) / max(total) AS share, max(part) AS up_to, min(so_far / total)
FROM running
GROUP BY class
ORDER BY class;

-- case: holes between orders of a shop
WITH days AS (
    SELECT DISTINCT shop_id, order_date FROM orders WHERE shop_id IS NOT NULL
), islands AS (
    SELECT shop_id, order_date, order_date - CAST(row_number() OVER (PARTITION BY shop_id ORDER BY order_date) AS INTEGER) AS island FROM days
)
SELECT shop_id, min(order_date) AS from_day, max(order_date) AS to_day, count(*) AS days_open, max(order_date) - min(order_date) + 1 AS span,
    lead(min(order_date)) OVER (PARTITION BY shop_id ORDER BY min(order_date)) - max(order_date) AS closed_for
FROM islands
GROUP BY shop_id, island
QUALIFY days_open >= 3
ORDER BY shop_id, from_day;

-- case: monthly matrix by pivot with totals
WITH monthly AS (
    SELECT s.shop_name, c.month, o.total_amount FROM orders o JOIN shops s USING (shop_id) JOIN calendar c ON c.day = o.order_date WHERE c.year = 2024
), matrix AS (
    PIVOT monthly ON month IN (1, 2, 3, 4, 5, 6) USING sum(total_amount) AS amount GROUP BY shop_name
)
SELECT *, coalesce("1_amount", 0) + coalesce("2_amount", 0) + coalesce("3_amount", 0) AS first_quarter,
    greatest("1_amount", "2_amount", "3_amount", "4_amount", "5_amount", "6_amount") AS best_month
FROM matrix;

-- case: catalogue of sales by hour with text labels
SELECT
    lpad(hour(o.ordered_at)::VARCHAR, 2, '0') || ':00' AS slot, dayname(o.order_date) AS weekday,
    count(*) AS n, round(avg(o.total_amount), 2) AS mean, format('{:.2f} EUR', sum(o.total_amount)::DOUBLE) AS text,
    count(*) * 100.0 / sum(count(*)) OVER (PARTITION BY dayname(o.order_date)) AS percent,
    bar(count(*), 0, 100, 20) AS drawing, strftime(max(o.ordered_at), '%d.%m.%Y %H:%M') AS last_seen,
    date_diff('day', min(o.order_date), max(o.order_date)) AS spread_days, max(o.ordered_at) - min(o.ordered_at) AS spread
FROM orders o
GROUP BY slot, weekday
ORDER BY n DESC, slot;

-- case: three measures of three tables joined on a calendar spine
WITH spine AS (
    SELECT day::DATE AS day FROM generate_series(DATE '2023-01-01', DATE '2023-12-31', INTERVAL 1 DAY) AS t(day)
), o AS (SELECT order_date AS day, count(*) AS orders, sum(total_amount) AS amount FROM orders GROUP BY 1),
r AS (SELECT returned_on AS day, count(*) AS returns, sum(refund_amount) AS refunds FROM returns GROUP BY 1),
p AS (SELECT paid_at::DATE AS day, sum(amount) AS paid, sum(fee) AS fees FROM payments GROUP BY 1)
SELECT spine.day, coalesce(o.orders, 0) AS orders, coalesce(r.returns, 0) AS returns, coalesce(o.amount, 0) - coalesce(r.refunds, 0) AS net,
    p.paid, p.fees, p.paid - p.fees AS after_fees, sum(coalesce(o.amount, 0) - coalesce(p.paid, 0)) OVER (ORDER BY spine.day) AS open_amount,
    isodow(spine.day) IN (6, 7) AS weekend, week(spine.day) AS week
FROM spine LEFT JOIN o USING (day) LEFT JOIN r USING (day) LEFT JOIN p USING (day)
ORDER BY spine.day;
