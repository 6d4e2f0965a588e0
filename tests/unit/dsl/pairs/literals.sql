SELECT 'it''s "so"' AS quoted, DATE '2025-01-31' AS day, TIMESTAMP '2025-01-31 12:30:00' AS instant, NULL AS nothing, d + INTERVAL 7 day AS later, extract(year FROM d) AS year, cast(x AS decimal(10, 2)) AS whole, CAST(x AS int) AS short, a || (b + 1) || 'x' AS joined, -(-x) AS negated, address.city, tags[1] AS first, CASE WHEN a > 1 THEN 'many' ELSE 'few' END AS chosen
FROM t
WHERE day >= @start_date AND x IN (1, @var(limit, 2)) AND NOT (name LIKE 'a%') AND x NOT BETWEEN 1 AND 2 AND (x IS NULL OR y IS DISTINCT FROM NULL)
