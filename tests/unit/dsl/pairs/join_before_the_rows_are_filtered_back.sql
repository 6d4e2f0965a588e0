WITH step_1 AS (
    SELECT *
    FROM orders
    WHERE amount > 10
)
SELECT *
FROM step_1 AS orders
FULL JOIN payments USING (order_id)
