-- + orders -> marts.orders: full_refresh, 3 statements
-- main: 1 table, 3 statements, nothing destructive

-- orders -> marts.orders: full_refresh

CREATE SCHEMA IF NOT EXISTS "marts";

BEGIN;

CREATE TABLE "marts"."orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;

COMMENT ON TABLE "marts"."orders" IS 'all ''orders''';

COMMIT;
