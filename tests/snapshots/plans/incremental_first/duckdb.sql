-- + orders -> marts.orders: full_refresh, 2 statements
-- main: 1 table, 2 statements, nothing destructive

-- orders -> marts.orders: full_refresh

CREATE SCHEMA IF NOT EXISTS "marts";

CREATE TABLE "marts"."orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;
