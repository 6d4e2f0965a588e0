-- One row per order, with clean names and types.
SELECT
    order_id,
    customer_id,
    CAST(ordered_at AS DATE) AS order_date,
    CAST(amount AS DECIMAL(12, 2)) AS amount
FROM raw.orders
WHERE order_id IS NOT NULL
