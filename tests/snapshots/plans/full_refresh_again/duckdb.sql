-- + orders -> marts.orders: full_refresh, 1 statement
-- main: 1 table, 1 statement, nothing destructive

-- orders -> marts.orders: full_refresh

CREATE OR REPLACE TABLE "marts"."orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;
