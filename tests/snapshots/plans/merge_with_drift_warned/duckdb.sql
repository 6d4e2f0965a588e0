-- + orders -> marts.orders: merge, 1 statement
--     drift: ignore (added column 'customer' (VARCHAR))
-- main: 1 table, 1 statement, nothing destructive

-- orders -> marts.orders: merge

MERGE INTO "marts"."orders" AS t
USING (
SELECT order_id, customer, ordered_at
FROM raw.orders
) AS s
ON t."order_id" = s."order_id"
WHEN MATCHED THEN UPDATE SET "ordered_at" = s."ordered_at"
WHEN NOT MATCHED THEN INSERT ("order_id", "ordered_at") VALUES (s."order_id", s."ordered_at");
