SELECT *, amount - discount AS net, (amount - discount) > 100 AS is_big
FROM orders
