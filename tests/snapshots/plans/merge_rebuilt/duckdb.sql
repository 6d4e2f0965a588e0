-- ! orders -> marts.orders: full_refresh, 1 statement
--     drift: drop_and_recreate (column 'order_id' changed BIGINT → DATE)
--     DESTROYS the rows of marts.orders that its query no longer yields: the table is built anew, as column 'order_id' changed BIGINT → DATE
-- main: 1 table, 1 statement, 1 destructive

-- orders -> marts.orders: full_refresh

-- DESTROYS the rows of marts.orders that its query no longer yields: the table is built anew, as column 'order_id' changed BIGINT → DATE
CREATE OR REPLACE TABLE "marts"."orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;
