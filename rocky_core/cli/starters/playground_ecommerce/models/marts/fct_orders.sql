-- An order may have no payment yet, so what was paid may be missing: the compiler knows from the LEFT JOIN.
SELECT
    o.order_id,
    o.customer_id,
    c.country,
    o.ordered_at,
    o.status = 'paid' AS is_sale,
    o.gross_amount,
    COALESCE(p.paid_amount, 0) AS paid_amount,
    o.gross_amount - COALESCE(p.paid_amount, 0) AS open_amount,
    p.last_paid_at
FROM stg_orders AS o
INNER JOIN stg_customers AS c ON c.customer_id = o.customer_id
LEFT JOIN stg_payments AS p ON p.order_id = o.order_id
