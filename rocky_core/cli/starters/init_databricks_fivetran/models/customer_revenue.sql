-- What each customer has ordered so far. Reading stg_orders by its name is what makes it a dependency.
SELECT
    customer_id,
    COUNT(*) AS orders,
    SUM(amount) AS revenue,
    MAX(order_date) AS last_order_date
FROM stg_orders
GROUP BY customer_id
