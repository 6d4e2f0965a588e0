SELECT count(*) AS orders, sum(amount) AS total
FROM orders
HAVING sum(amount) > 0
