SELECT DISTINCT region, status
FROM orders
ORDER BY region
