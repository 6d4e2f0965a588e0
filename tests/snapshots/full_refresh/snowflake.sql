CREATE OR REPLACE TABLE "LAKE"."MARTS"."ORDERS" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
