WITH step_1 AS (
    SELECT customer_id, sum(amount) AS spent, CASE WHEN sum(amount) >= 1000 THEN 'gold' WHEN sum(amount) >= 100 THEN 'silver' WHEN sum(amount) IS NULL THEN 'unknown' ELSE 'bronze' END AS class
    FROM orders
    GROUP BY customer_id
)
SELECT class, count(*) AS customers, sum(spent) AS spent
FROM step_1
GROUP BY class
HAVING sum(step_1.spent) > 0
