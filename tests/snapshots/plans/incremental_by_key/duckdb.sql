-- + orders -> marts.orders: incremental, 1 statement
-- main: 1 table, 1 statement, nothing destructive

-- orders -> marts.orders: incremental

MERGE INTO "marts"."orders" AS t
USING (
SELECT "order_id", "customer", "ordered_at"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
) AS _rocky_incoming
WHERE "ordered_at" >= CAST('2024-03-09 08:15:00.123456' AS TIMESTAMP)
QUALIFY ROW_NUMBER() OVER (PARTITION BY "order_id" ORDER BY "ordered_at" DESC) = 1
) AS s
ON t."order_id" IS NOT DISTINCT FROM s."order_id"
WHEN MATCHED THEN UPDATE SET "customer" = s."customer", "ordered_at" = s."ordered_at"
WHEN NOT MATCHED THEN INSERT ("order_id", "customer", "ordered_at") VALUES (s."order_id", s."customer", s."ordered_at");
