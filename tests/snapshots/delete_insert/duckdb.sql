CREATE OR REPLACE TEMP TABLE "_rocky_incoming_orders" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;

BEGIN;

MERGE INTO "lake"."marts"."orders" AS t
USING (SELECT DISTINCT "ordered_on", "customer" FROM "_rocky_incoming_orders") AS s
ON t."ordered_on" IS NOT DISTINCT FROM s."ordered_on" AND t."customer" IS NOT DISTINCT FROM s."customer"
WHEN MATCHED THEN DELETE;

INSERT INTO "lake"."marts"."orders" ("order_id", "customer", "ordered_on", "updated_at")
SELECT "order_id", "customer", "ordered_on", "updated_at" FROM "_rocky_incoming_orders";

COMMIT;

DROP TABLE IF EXISTS "_rocky_incoming_orders";

-- while the target does not exist:

CREATE TABLE "lake"."marts"."orders" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
