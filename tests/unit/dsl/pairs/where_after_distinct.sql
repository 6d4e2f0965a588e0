SELECT DISTINCT region, status
FROM orders
WHERE region IS NOT NULL
ORDER BY region
