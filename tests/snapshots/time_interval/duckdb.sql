BEGIN;

DELETE FROM "lake"."marts"."orders" WHERE "ordered_on" >= CAST(@start_date AS TIMESTAMP) AND "ordered_on" < CAST(@end_date AS TIMESTAMP);

INSERT INTO "lake"."marts"."orders" ("order_id", "customer", "ordered_on", "updated_at")
SELECT "order_id", "customer", "ordered_on", "updated_at"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE "ordered_on" >= CAST(@start_date AS TIMESTAMP) AND "ordered_on" < CAST(@end_date AS TIMESTAMP);

COMMIT;

-- while the target does not exist:

CREATE TABLE "lake"."marts"."orders" AS
SELECT *
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_shape
WHERE 1 = 0;

BEGIN;

DELETE FROM "lake"."marts"."orders" WHERE "ordered_on" >= CAST(@start_date AS TIMESTAMP) AND "ordered_on" < CAST(@end_date AS TIMESTAMP);

INSERT INTO "lake"."marts"."orders" ("order_id", "customer", "ordered_on", "updated_at")
SELECT "order_id", "customer", "ordered_on", "updated_at"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE "ordered_on" >= CAST(@start_date AS TIMESTAMP) AND "ordered_on" < CAST(@end_date AS TIMESTAMP);

COMMIT;
