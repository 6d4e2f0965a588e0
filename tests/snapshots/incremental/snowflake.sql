INSERT INTO "LAKE"."MARTS"."ORDERS" ("ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT")
SELECT "ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_incoming
WHERE "UPDATED_AT" > COALESCE((SELECT MAX("UPDATED_AT") FROM "LAKE"."MARTS"."ORDERS" WHERE "UPDATED_AT" > CAST(@watermark AS TIMESTAMP_NTZ)), CAST(@watermark AS TIMESTAMP_NTZ));

-- while the target does not exist:

CREATE TABLE "LAKE"."MARTS"."ORDERS" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
