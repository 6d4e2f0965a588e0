WITH step_1 AS (
    SELECT *, random() AS draw
    FROM users
)
SELECT *
FROM step_1 AS users
WHERE draw < 0.1
