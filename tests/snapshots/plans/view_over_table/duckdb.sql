-- ! orders -> marts.orders: view, 2 statements
--     DESTROYS the table marts.orders with all its rows: a view takes its place
-- main: 1 table, 2 statements, 1 destructive

-- orders -> marts.orders: view

-- DESTROYS the table marts.orders with all its rows: a view takes its place
BEGIN;

DROP TABLE "marts"."orders";

CREATE OR REPLACE VIEW "marts"."orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;

COMMIT;
