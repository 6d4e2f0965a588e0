-- + orders -> marts.orders: incremental, 1 statement
-- main: 1 table, 1 statement, nothing destructive

-- orders -> marts.orders: incremental

INSERT INTO "marts"."orders" ("order_id", "customer", "ordered_at")
SELECT "order_id", "customer", "ordered_at"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
) AS _rocky_incoming
WHERE "ordered_at" > COALESCE((SELECT MAX("ordered_at") FROM "marts"."orders" WHERE "ordered_at" > CAST('2024-03-09 08:15:00.123456' AS TIMESTAMP)), CAST('2024-03-09 08:15:00.123456' AS TIMESTAMP));
