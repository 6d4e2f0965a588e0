WITH sales AS (
    SELECT customer_id, COUNT(*) AS orders, SUM(gross_amount) AS revenue, MAX(ordered_at) AS last_order_at
    FROM fct_orders
    WHERE is_sale
    GROUP BY customer_id
)

SELECT
    c.customer_id,
    c.email,
    c.country,
    s.orders,
    s.revenue,
    s.last_order_at,
    RANK() OVER (PARTITION BY c.country ORDER BY s.revenue DESC) AS rank_in_country,
    CASE WHEN s.revenue >= 60 THEN 'gold' WHEN s.revenue >= 30 THEN 'silver' ELSE 'bronze' END AS tier
FROM stg_customers AS c
INNER JOIN sales AS s ON s.customer_id = c.customer_id
