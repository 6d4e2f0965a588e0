MERGE INTO "lake"."marts"."orders" AS t
USING (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS s
ON t."order_id" IS NOT DISTINCT FROM s."order_id" AND t."customer" IS NOT DISTINCT FROM s."customer"
WHEN MATCHED THEN UPDATE SET "updated_at" = s."updated_at"
WHEN NOT MATCHED THEN INSERT ("order_id", "customer", "ordered_on", "updated_at") VALUES (s."order_id", s."customer", s."ordered_on", s."updated_at");

-- while the target does not exist:

CREATE TABLE "lake"."marts"."orders" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
