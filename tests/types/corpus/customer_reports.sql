-- Large questions about customers: cohorts, retention, lifetime value, set comparisons.
-- sources: retail

-- case: cohorts by month of the first order
WITH first_orders AS (
    SELECT customer_id, min(order_date) AS first_day, date_trunc('month', min(order_date)) AS cohort FROM orders GROUP BY customer_id
), activity AS (
    SELECT f.cohort, o.customer_id, date_diff('month', f.first_day, o.order_date) AS age, o.total_amount
    FROM orders o JOIN first_orders f USING (customer_id)
), sizes AS (SELECT cohort, count(*) AS members FROM first_orders GROUP BY cohort)
SELECT a.cohort, a.age, count(DISTINCT a.customer_id) AS active, s.members, count(DISTINCT a.customer_id) / s.members AS retention,
    sum(a.total_amount) AS amount, sum(sum(a.total_amount)) OVER (PARTITION BY a.cohort ORDER BY a.age) / s.members AS lifetime_value
FROM activity a JOIN sizes s ON s.cohort = a.cohort
GROUP BY a.cohort, a.age, s.members
ORDER BY a.cohort, a.age;

-- case: recency, frequency and money in fifths
WITH facts AS (
    SELECT c.customer_id, c.full_name, max(o.order_date) AS last_day, count(o.order_id) AS n, sum(o.total_amount) AS spent
    FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id
    GROUP BY c.customer_id, c.full_name
), fifths AS (
    SELECT *, current_date - last_day AS days, ntile(5) OVER (ORDER BY last_day) AS r, ntile(5) OVER (ORDER BY n) AS f, ntile(5) OVER (ORDER BY spent) AS m FROM facts
)
SELECT *, r::VARCHAR || f::VARCHAR || m AS code, r + f + m AS score, (r + f + m) / 3.0 AS mean_score,
    CASE WHEN r >= 4 AND f >= 4 THEN 'champion' WHEN r <= 2 AND f >= 4 THEN 'at risk' WHEN n = 0 THEN NULL ELSE 'other' END AS label
FROM fifths;

-- case: customers who return more than others of their country
WITH total_return AS (
    SELECT c.customer_id, c.country_code, sum(r.refund_amount) AS refunded
    FROM returns r, orders o, customers c
    WHERE r.order_id = o.order_id AND o.customer_id = c.customer_id
    GROUP BY c.customer_id, c.country_code
)
SELECT c.full_name, c.email, t1.refunded, t1.refunded * 1.2 AS with_surcharge
FROM total_return t1, customers c
WHERE t1.refunded > (SELECT avg(refunded) * 1.2 FROM total_return t2 WHERE t1.country_code = t2.country_code)
    AND c.customer_id = t1.customer_id
ORDER BY c.full_name
LIMIT 100;

-- case: customers seen in every channel
SELECT count(*), min(customer_id) FROM (
    SELECT DISTINCT customer_id, order_date FROM orders WHERE channel = 'web'
    INTERSECT
    SELECT DISTINCT customer_id, order_date FROM orders WHERE channel = 'shop'
    INTERSECT
    SELECT DISTINCT customer_id, order_date FROM orders WHERE channel = 'phone'
) hot;

-- case: customers of one channel but not of the other
SELECT 'only web' AS kind, count(*) AS n FROM (
    (SELECT DISTINCT customer_id FROM orders WHERE channel = 'web') EXCEPT (SELECT DISTINCT customer_id FROM orders WHERE channel = 'shop')
) AS a
UNION ALL
SELECT 'only shop', count(*) FROM (
    (SELECT DISTINCT customer_id FROM orders WHERE channel = 'shop') EXCEPT (SELECT DISTINCT customer_id FROM orders WHERE channel = 'web')
) AS b
ORDER BY kind;

-- case: faster growth on the web than in shops
WITH year_total AS (
    SELECT c.customer_id AS id, c.full_name AS name, c.country_code AS country, year(o.order_date) AS y,
        sum(((l.unit_price * l.quantity) - l.discount * l.unit_price) / 2) AS total, 'w' AS kind
    FROM customers c, orders o, order_lines l
    WHERE c.customer_id = o.customer_id AND l.order_id = o.order_id AND o.channel = 'web'
    GROUP BY c.customer_id, c.full_name, c.country_code, year(o.order_date)
    UNION ALL
    SELECT c.customer_id, c.full_name, c.country_code, year(o.order_date), sum(l.unit_price * l.quantity), 's'
    FROM customers c, orders o, order_lines l
    WHERE c.customer_id = o.customer_id AND l.order_id = o.order_id AND o.channel = 'shop'
    GROUP BY c.customer_id, c.full_name, c.country_code, year(o.order_date)
)
SELECT w2.id, w2.name, w2.country, w2.total / w1.total AS web_growth, s2.total / s1.total
FROM year_total w1, year_total w2, year_total s1, year_total s2
WHERE w1.id = w2.id AND s1.id = w1.id AND s2.id = w1.id
    AND w1.kind = 'w' AND w2.kind = 'w' AND s1.kind = 's' AND s2.kind = 's'
    AND w1.y = 2022 AND w2.y = 2023 AND s1.y = 2022 AND s2.y = 2023
    AND CASE WHEN w1.total > 0 THEN w2.total / w1.total ELSE NULL END > CASE WHEN s1.total > 0 THEN s2.total / s1.total ELSE NULL END
ORDER BY 1, 2;

-- case: idle customers with credit by phone-like prefix
SELECT prefix, count(*) AS customers, sum(credit_limit) AS credit
FROM (
    SELECT substring(email FROM 1 FOR 2) AS prefix, credit_limit
    FROM customers
    WHERE substring(email FROM 1 FOR 2) IN ('aa', 'bb', 'cc')
        AND credit_limit > (SELECT avg(credit_limit) FROM customers WHERE credit_limit > 0.00)
        AND NOT EXISTS (SELECT * FROM orders WHERE orders.customer_id = customers.customer_id)
) AS idle
GROUP BY prefix
ORDER BY prefix;

-- case: distribution of orders per customer
SELECT c_count, count(*) AS custdist, c_count * count(*) AS orders
FROM (
    SELECT c.customer_id, count(o.order_id)
    FROM customers c LEFT OUTER JOIN orders o ON c.customer_id = o.customer_id AND o.channel NOT LIKE '%special%'
    GROUP BY c.customer_id
) AS c_orders (customer_id, c_count)
GROUP BY c_count
ORDER BY custdist DESC, c_count DESC;

-- case: large orders with their customers
SELECT c.full_name, c.customer_id, o.order_id, o.order_date, o.total_amount, sum(l.quantity)
FROM customers c, orders o, order_lines l
WHERE o.order_id IN (SELECT order_id FROM order_lines GROUP BY order_id HAVING sum(quantity) > 300)
    AND c.customer_id = o.customer_id AND o.order_id = l.order_id
GROUP BY c.full_name, c.customer_id, o.order_id, o.order_date, o.total_amount
ORDER BY o.total_amount DESC, o.order_date
LIMIT 100;

-- case: referral tree with levels and sums
WITH RECURSIVE tree AS (
    SELECT customer_id, referred_by, full_name, 1 AS level, full_name AS path, customer_id AS root
    FROM customers WHERE referred_by IS NULL
    UNION ALL
    SELECT c.customer_id, c.referred_by, c.full_name, t.level + 1, t.path || ' > ' || c.full_name, t.root
    FROM customers c JOIN tree t ON c.referred_by = t.customer_id
    WHERE t.level < 12
), spent AS (SELECT customer_id, sum(total_amount) AS amount FROM orders GROUP BY customer_id)
SELECT t.root, max(t.level) AS depth, count(*) - 1 AS referred, sum(s.amount) AS network_amount,
    sum(s.amount) FILTER (WHERE t.level = 1) AS own_amount, sum(s.amount / power(2, t.level - 1)) AS weighted,
    list(t.path ORDER BY t.level) AS paths, arg_max(t.full_name, s.amount) AS best
FROM tree t LEFT JOIN spent s USING (customer_id)
GROUP BY t.root
HAVING count(*) > 1;

-- case: age groups by country with percentiles
SELECT
    k.country_name, (date_diff('year', c.birth_date, DATE '2024-12-31') // 10) * 10 AS decade,
    count(*) AS n, avg(c.loyalty_points) AS points, median(c.credit_limit) AS middle_credit,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY c.credit_limit) AS lower_quarter,
    percentile_disc(0.75) WITHIN GROUP (ORDER BY c.credit_limit) AS upper_quarter,
    percentile_cont([0.1, 0.9]) WITHIN GROUP (ORDER BY c.loyalty_points) AS tails,
    corr(c.loyalty_points, c.credit_limit) AS relation, stddev_pop(c.loyalty_points) / nullif(avg(c.loyalty_points), 0) AS variation,
    min(age(TIMESTAMP '2024-12-31', c.signed_up_at)) AS newest
FROM customers c JOIN countries k USING (country_code)
WHERE c.birth_date IS NOT NULL
GROUP BY k.country_name, decade
ORDER BY k.country_name, decade;

-- case: time between orders
WITH gaps AS (
    SELECT customer_id, ordered_at, lag(ordered_at) OVER w AS previous, ordered_at - lag(ordered_at) OVER w AS gap,
        date_diff('hour', lag(ordered_at) OVER w, ordered_at) AS hours, row_number() OVER w AS nth
    FROM orders
    WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_at)
)
SELECT customer_id, count(*) AS orders, avg(hours) AS mean_hours, min(gap) AS shortest, max(gap) AS longest, avg(gap) AS mean_gap,
    sum(hours) / 24.0 AS days, max(nth) AS last_number, max(ordered_at) + max(gap) AS expected_by,
    median(hours) AS middle, extract(epoch FROM max(gap)) / 3600 AS longest_hours
FROM gaps
GROUP BY customer_id
HAVING count(previous) >= 2;

-- case: sessions of orders closer than a day
WITH marked AS (
    SELECT *, CASE WHEN ordered_at - lag(ordered_at) OVER (PARTITION BY customer_id ORDER BY ordered_at) > INTERVAL 1 DAY THEN 1 ELSE 0 END AS starts
    FROM orders
), numbered AS (SELECT *, sum(starts) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS session FROM marked)
SELECT customer_id, session, min(ordered_at) AS begins, max(ordered_at) AS ends, count(*) AS orders, sum(total_amount) AS amount,
    max(ordered_at) - min(ordered_at) AS lasted, list(order_id ORDER BY ordered_at) AS order_ids, first(channel ORDER BY ordered_at) AS entered_by
FROM numbered
GROUP BY customer_id, session
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY amount DESC) <= 2;

-- case: customers whose segments changed the answer
SELECT
    coalesce(c.segment, 'unknown') AS segment, c.is_business,
    count(*) AS customers, count(*) FILTER (WHERE o.n IS NULL) AS never_bought,
    sum(o.n) AS orders, sum(o.amount) AS amount, sum(o.amount) / sum(o.n) AS basket,
    avg(CASE WHEN c.is_business THEN o.amount ELSE 0 END) AS business_average,
    max(coalesce(o.amount, c.credit_limit, 0)) AS top, bool_and(o.amount > c.credit_limit) AS all_over
FROM customers c
LEFT JOIN (SELECT customer_id, count(*) AS n, sum(total_amount) AS amount FROM orders GROUP BY customer_id) o USING (customer_id)
GROUP BY GROUPING SETS ((segment, c.is_business), (segment), ());

-- case: best customers by three different tests
WITH frequent AS (
    SELECT p.product_id, d.year, count(*) AS n
    FROM order_lines l, orders o, calendar d, products p
    WHERE l.order_id = o.order_id AND d.day = o.order_date AND p.product_id = l.product_id
    GROUP BY p.product_id, d.year HAVING count(*) > 4
), top_spend AS (
    SELECT max(spent) AS highest FROM (SELECT customer_id, sum(total_amount) AS spent FROM orders GROUP BY customer_id) s
), best AS (
    SELECT customer_id, sum(total_amount) AS spent FROM orders GROUP BY customer_id
    HAVING sum(total_amount) > 0.95 * (SELECT highest FROM top_spend)
)
SELECT c.full_name, sum(x.amount) AS amount
FROM (
    SELECT o.customer_id, l.quantity * l.unit_price AS amount FROM order_lines l JOIN orders o USING (order_id)
    WHERE l.product_id IN (SELECT product_id FROM frequent) AND o.customer_id IN (SELECT customer_id FROM best)
    UNION ALL
    SELECT o.customer_id, -r.refund_amount FROM returns r JOIN orders o USING (order_id) WHERE o.customer_id IN (SELECT customer_id FROM best)
) x JOIN customers c USING (customer_id)
GROUP BY c.full_name
ORDER BY amount DESC;

-- case: payment methods of each customer as a map
SELECT o.customer_id, map_from_entries(list((m.method, m.amount))) AS by_method, map_keys(map_from_entries(list((m.method, m.amount)))) AS methods,
    list_sum(list(m.amount)) AS total, list({'method': m.method, 'at': m.last_paid, 'fee': m.fees} ORDER BY m.last_paid DESC)[1] AS latest,
    max(m.last_paid) AT TIME ZONE 'UTC' AS last_utc
FROM (SELECT order_id, method, sum(amount) AS amount, sum(fee) AS fees, max(paid_at) AS last_paid FROM payments GROUP BY ALL) m
JOIN orders o USING (order_id)
GROUP BY o.customer_id;

-- case: who lapsed, came back or stayed
WITH months AS (SELECT DISTINCT customer_id, date_trunc('month', order_date)::DATE AS month FROM orders),
states AS (
    SELECT customer_id, month, lag(month) OVER (PARTITION BY customer_id ORDER BY month) AS before, lead(month) OVER (PARTITION BY customer_id ORDER BY month) AS after FROM months
)
SELECT month, count(*) AS active,
    count(*) FILTER (WHERE before IS NULL) AS fresh,
    count(*) FILTER (WHERE before = month - INTERVAL 1 MONTH) AS stayed,
    count(*) FILTER (WHERE before < month - INTERVAL 1 MONTH) AS came_back,
    count(*) FILTER (WHERE after IS NULL OR after > month + INTERVAL 1 MONTH) AS about_to_lapse,
    round(count(*) FILTER (WHERE before = month - INTERVAL 1 MONTH) / lag(count(*)) OVER (ORDER BY month), 4) AS kept,
    avg(month - before) AS mean_pause
FROM states
GROUP BY month
ORDER BY month;

-- case: birthdays in the coming week
SELECT full_name, birth_date, make_date(year(current_date), month(birth_date), least(day(birth_date), 28)) AS birthday,
    date_diff('year', birth_date, current_date) AS turns, dayname(birth_date) || ', ' || monthname(birth_date) AS spelled,
    birth_date + to_years(CAST(date_diff('year', birth_date, current_date) AS INTEGER)) AS exact,
    CASE WHEN month(birth_date) = 2 AND day(birth_date) = 29 THEN true ELSE false END AS leap
FROM customers
WHERE dayofyear(birth_date) BETWEEN dayofyear(current_date) AND dayofyear(current_date + 7)
ORDER BY birthday;

-- case: mail domains by regular expression
SELECT regexp_extract(lower(email), '@(.+)$', 1) AS domain, count(*) AS n, min(length(email)) AS shortest, any_value(email) AS example,
    string_split(any_value(email), '@')[1] AS name_part, sum(CASE WHEN email ~ '^[a-z]+\.[a-z]+@' THEN 1 ELSE 0 END) AS with_dot,
    regexp_replace(max(full_name), '(\w+) (\w+)', '\2, \1') AS turned, avg(strlen(full_name)) AS mean_length, max(jaro_winkler_similarity(full_name, email)) AS alike
FROM customers
WHERE email LIKE '%@%'
GROUP BY 1
HAVING count(*) > 1
ORDER BY n DESC, domain;

-- case: a funnel over order states
SELECT state, count(*) AS n, state >= 'paid' AS is_paid, sum(count(*)) OVER (ORDER BY state DESC) AS reached,
    sum(count(*)) OVER (ORDER BY state DESC) / sum(count(*)) OVER () AS share, lag(state) OVER (ORDER BY state) AS earlier_state,
    upper(state) AS loud, CASE state WHEN 'cart' THEN 'open' WHEN 'returned' THEN 'lost' ELSE state END AS grouped, max(state) OVER () AS last_state
FROM orders
GROUP BY state
ORDER BY state;

-- case: near duplicates among customers
SELECT a.customer_id AS one, b.customer_id AS other, levenshtein(a.full_name, b.full_name) AS distance,
    jaccard(lower(a.full_name), lower(b.full_name)) AS overlap, a.birth_date IS NOT DISTINCT FROM b.birth_date AS same_birthday,
    (a.email = b.email)::INT + (a.birth_date = b.birth_date)::INT AS agreeing, coalesce(a.country_code, b.country_code, '??') AS country,
    greatest(a.signed_up_at, b.signed_up_at) AS later, row(a.full_name, b.full_name) AS pair, md5(a.full_name || coalesce(b.email, '')) AS fingerprint
FROM customers a JOIN customers b ON a.customer_id < b.customer_id AND a.country_code = b.country_code
WHERE levenshtein(a.full_name, b.full_name) <= 2
QUALIFY row_number() OVER (PARTITION BY a.customer_id ORDER BY distance) = 1;
