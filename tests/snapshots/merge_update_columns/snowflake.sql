MERGE INTO "LAKE"."MARTS"."ORDERS" AS t
USING (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS s
ON t."ORDER_ID" IS NOT DISTINCT FROM s."ORDER_ID" AND t."CUSTOMER" IS NOT DISTINCT FROM s."CUSTOMER"
WHEN MATCHED THEN UPDATE SET "UPDATED_AT" = s."UPDATED_AT"
WHEN NOT MATCHED THEN INSERT ("ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT") VALUES (s."ORDER_ID", s."CUSTOMER", s."ORDERED_ON", s."UPDATED_AT");

-- while the target does not exist:

CREATE TABLE "LAKE"."MARTS"."ORDERS" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
