SELECT region, sum(amount) AS amount
FROM orders
GROUP BY region
HAVING sum(orders.amount) > 10 AND count(*) > 2
