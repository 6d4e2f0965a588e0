SELECT order_id, SUM(amount) AS paid_amount, MAX(paid_at) AS last_paid_at
FROM shop.payments
GROUP BY order_id
