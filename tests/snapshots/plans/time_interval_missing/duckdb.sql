-- + orders -> marts.orders [2024-03-06 00:00:00, 2024-03-07 00:00:00): time_interval, 2 statements
-- + orders -> marts.orders [2024-03-09 00:00:00, 2024-03-11 00:00:00): time_interval, 2 statements
-- main: 1 table, 4 statements, nothing destructive

-- orders -> marts.orders [2024-03-06 00:00:00, 2024-03-07 00:00:00): time_interval

BEGIN;

DELETE FROM "marts"."orders" WHERE "ordered_at" >= CAST('2024-03-06 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-07 00:00:00' AS TIMESTAMP);

INSERT INTO "marts"."orders" ("order_id", "customer", "ordered_at")
SELECT "order_id", "customer", "ordered_at"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
WHERE ordered_at >= '2024-03-06 00:00:00' AND ordered_at < '2024-03-07 00:00:00'
) AS _rocky_incoming
WHERE "ordered_at" >= CAST('2024-03-06 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-07 00:00:00' AS TIMESTAMP);

COMMIT;

-- orders -> marts.orders [2024-03-09 00:00:00, 2024-03-11 00:00:00): time_interval

BEGIN;

DELETE FROM "marts"."orders" WHERE "ordered_at" >= CAST('2024-03-09 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-11 00:00:00' AS TIMESTAMP);

INSERT INTO "marts"."orders" ("order_id", "customer", "ordered_at")
SELECT "order_id", "customer", "ordered_at"
FROM (
SELECT order_id, customer, ordered_at
FROM raw.orders
WHERE ordered_at >= '2024-03-09 00:00:00' AND ordered_at < '2024-03-11 00:00:00'
) AS _rocky_incoming
WHERE "ordered_at" >= CAST('2024-03-09 00:00:00' AS TIMESTAMP) AND "ordered_at" < CAST('2024-03-11 00:00:00' AS TIMESTAMP);

COMMIT;
