SELECT region, date_trunc('month', ordered_at) AS month, sum(amount - discount) AS total, count(*) AS orders, count(DISTINCT customer_id) AS buyers
FROM orders AS o
WHERE (status = 'paid' OR status = 'shipped') AND amount > 0
GROUP BY region, date_trunc('month', ordered_at)
HAVING sum(amount - discount) > 1000
ORDER BY total DESC, region
LIMIT 10
