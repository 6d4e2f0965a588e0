BEGIN TRANSACTION;

DELETE FROM "LAKE"."MARTS"."ORDERS" WHERE "ORDERED_ON" >= CAST(@start_date AS DATE) AND "ORDERED_ON" < CAST(@end_date AS DATE);

INSERT INTO "LAKE"."MARTS"."ORDERS" ("ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT")
SELECT "ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE "ORDERED_ON" >= CAST(@start_date AS DATE) AND "ORDERED_ON" < CAST(@end_date AS DATE);

COMMIT;

-- while the target does not exist:

CREATE TABLE "LAKE"."MARTS"."ORDERS" AS
SELECT *
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_shape
WHERE 1 = 0;

BEGIN TRANSACTION;

DELETE FROM "LAKE"."MARTS"."ORDERS" WHERE "ORDERED_ON" >= CAST(@start_date AS DATE) AND "ORDERED_ON" < CAST(@end_date AS DATE);

INSERT INTO "LAKE"."MARTS"."ORDERS" ("ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT")
SELECT "ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE "ORDERED_ON" >= CAST(@start_date AS DATE) AND "ORDERED_ON" < CAST(@end_date AS DATE);

COMMIT;
