-- + orders -> marts.orders [2024-03-08 00:00:00, 2024-03-10 00:00:00): time_interval, 4 statements
-- + orders -> marts.orders [2024-03-10 00:00:00, 2024-03-11 00:00:00): time_interval, 2 statements
-- main: 1 table, 6 statements, nothing destructive

-- orders -> marts.orders [2024-03-08 00:00:00, 2024-03-10 00:00:00): time_interval

CREATE SCHEMA IF NOT EXISTS "marts";

CREATE TABLE "marts"."orders" AS
SELECT *
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
WHERE ordered_at >= '1900-01-01 00:00:00' AND ordered_at < '1900-01-01 00:00:00'
) AS _rocky_shape
WHERE 1 = 0;

BEGIN;

DELETE FROM "marts"."orders" WHERE "ordered_at" >= CAST('2024-03-08 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-10 00:00:00' AS TIMESTAMP);

INSERT INTO "marts"."orders" ("order_id", "customer", "ordered_at")
SELECT "order_id", "customer", "ordered_at"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
WHERE ordered_at >= '2024-03-08 00:00:00' AND ordered_at < '2024-03-10 00:00:00'
) AS _rocky_incoming
WHERE "ordered_at" >= CAST('2024-03-08 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-10 00:00:00' AS TIMESTAMP);

COMMIT;

-- orders -> marts.orders [2024-03-10 00:00:00, 2024-03-11 00:00:00): time_interval

BEGIN;

DELETE FROM "marts"."orders" WHERE "ordered_at" >= CAST('2024-03-10 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-11 00:00:00' AS TIMESTAMP);

INSERT INTO "marts"."orders" ("order_id", "customer", "ordered_at")
SELECT "order_id", "customer", "ordered_at"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
WHERE ordered_at >= '2024-03-10 00:00:00' AND ordered_at < '2024-03-11 00:00:00'
) AS _rocky_incoming
WHERE "ordered_at" >= CAST('2024-03-10 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-11 00:00:00' AS TIMESTAMP);

COMMIT;
