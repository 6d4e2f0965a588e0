-- ! orders -> marts.orders: merge, 4 statements
--     drift: drop_columns (dropped column 'gone' (DATE), column 'order_id' widened INTEGER → BIGINT)
--     DESTROYS column 'gone' of marts.orders with all values: the source has long been without
-- main: 1 table, 4 statements, 1 destructive

-- orders -> marts.orders: merge

BEGIN;

ALTER TABLE "marts"."orders" ALTER COLUMN "order_id" TYPE BIGINT;

ALTER TABLE "marts"."orders" ADD COLUMN "customer" VARCHAR;

COMMIT;

-- DESTROYS column 'gone' of marts.orders with all values: the source has long been without
BEGIN;

ALTER TABLE "marts"."orders" DROP COLUMN "gone";

COMMIT;

MERGE INTO "marts"."orders" AS t
USING (
SELECT order_id, customer, ordered_at
FROM raw.orders
) AS s
ON t."order_id" = s."order_id"
WHEN MATCHED THEN UPDATE SET "customer" = s."customer", "ordered_at" = s."ordered_at"
WHEN NOT MATCHED THEN INSERT ("order_id", "customer", "ordered_at") VALUES (s."order_id", s."customer", s."ordered_at");
