-- + orders -> marts.orders: merge, 1 statement
-- main: 1 table, 1 statement, nothing destructive

-- orders -> marts.orders: merge

MERGE INTO "marts"."orders" AS t
USING (
SELECT *, CAST(md5(cast(coalesce(cast("order_id" as VARCHAR), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast("customer" as VARCHAR), '_dbt_utils_surrogate_key_null_') as VARCHAR)) AS VARCHAR) AS "order_key"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
) AS __rocky_keyed
) AS s
ON t."order_key" = s."order_key"
WHEN MATCHED THEN UPDATE SET "order_id" = s."order_id", "customer" = s."customer", "ordered_at" = s."ordered_at"
WHEN NOT MATCHED THEN INSERT ("order_id", "customer", "ordered_at", "order_key") VALUES (s."order_id", s."customer", s."ordered_at", s."order_key");
