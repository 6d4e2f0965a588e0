WITH step_1 AS (
    SELECT *
    FROM orders
    ORDER BY created_at DESC NULLS LAST
    LIMIT 100
)
SELECT *
FROM step_1 AS orders
WHERE status IS DISTINCT FROM 'void'
ORDER BY created_at DESC NULLS LAST
