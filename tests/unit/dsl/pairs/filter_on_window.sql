WITH step_1 AS (
    SELECT row_number() OVER (PARTITION BY c.region ORDER BY o.amount DESC) AS place, o.id, c.id AS c_id, c.region
    FROM orders AS o
    LEFT JOIN customers AS c USING (customer_id)
)
SELECT step_1.id, step_1.c_id AS customer, step_1.region, place
FROM step_1
WHERE place <= 3
