WITH step_1 AS (
    SELECT id, created_at AS sort_1
    FROM orders
    ORDER BY sort_1
    LIMIT 5
)
SELECT id
FROM step_1
WHERE id > 3
ORDER BY sort_1
