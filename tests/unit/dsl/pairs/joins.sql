SELECT *
FROM orders AS o
JOIN (SELECT customer_id, name, region FROM customers) AS c USING (customer_id)
LEFT JOIN refunds AS r ON o.id = r.order_id AND r.amount > 0
CROSS JOIN settings
WHERE o.status = 'paid' AND r.order_id IS NULL
