WITH big AS (
    SELECT customer_id, sum(amount) AS total
    FROM orders
    WHERE amount > 100
    GROUP BY customer_id
),
best AS (
    SELECT *
    FROM big
    ORDER BY total DESC
    LIMIT 10
)
SELECT c.name, b.total
FROM customers AS c
JOIN best AS b USING (customer_id)
