SELECT
    o.order_id,
    o.customer_id,
    o.ordered_at,
    o.status,
    SUM(i.quantity) AS items,
    SUM(i.quantity * i.unit_price) AS gross_amount
FROM shop.orders AS o
INNER JOIN shop.order_items AS i USING (order_id)
GROUP BY o.order_id, o.customer_id, o.ordered_at, o.status
