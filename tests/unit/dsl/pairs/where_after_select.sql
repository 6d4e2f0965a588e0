SELECT o.id, amount + tax AS gross
FROM orders AS o
WHERE (amount + tax) > 10 AND o.id IS DISTINCT FROM 7
