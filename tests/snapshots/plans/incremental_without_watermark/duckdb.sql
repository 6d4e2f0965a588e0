-- ! orders -> marts.orders: full_refresh, 1 statement
--     DESTROYS the rows of marts.orders that its query no longer yields: without a watermark the table is built anew
-- main: 1 table, 1 statement, 1 destructive

-- orders -> marts.orders: full_refresh

-- DESTROYS the rows of marts.orders that its query no longer yields: without a watermark the table is built anew
CREATE OR REPLACE TABLE "marts"."orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;
