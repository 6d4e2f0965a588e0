-- + orders -> marts.orders: delete_insert, 4 statements
-- main: 1 table, 4 statements, nothing destructive

-- orders -> marts.orders: delete_insert

BEGIN;

CREATE OR REPLACE TEMP TABLE "_rocky_incoming_orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;

MERGE INTO "marts"."orders" AS t
USING (SELECT DISTINCT "customer" FROM "_rocky_incoming_orders") AS s
ON t."customer" IS NOT DISTINCT FROM s."customer"
WHEN MATCHED THEN DELETE;

INSERT INTO "marts"."orders" ("order_id", "customer", "ordered_at")
SELECT "order_id", "customer", "ordered_at" FROM "_rocky_incoming_orders";

DROP TABLE IF EXISTS "_rocky_incoming_orders";

COMMIT;
