-- + stg_orders -> lake.staging.stg_orders: full_refresh, 2 statements
-- + customers -> lake.marts.dim_customers: view, 2 statements
-- + top -> marts.top: full_refresh, 2 statements
--   recent: nothing to do, ephemeral: its readers inline it
-- main: 3 tables, 6 statements, nothing destructive

-- stg_orders -> lake.staging.stg_orders: full_refresh

CREATE SCHEMA IF NOT EXISTS "lake"."staging";

CREATE TABLE "lake"."staging"."stg_orders" AS
SELECT order_id, customer, ordered_at
FROM raw.orders;

-- customers -> lake.marts.dim_customers: view

CREATE SCHEMA IF NOT EXISTS "lake"."marts";

CREATE OR REPLACE VIEW "lake"."marts"."dim_customers" AS
WITH "recent" AS (
SELECT * FROM "lake"."staging"."stg_orders" WHERE ordered_at > DATE '2024-01-01'
),
last AS (SELECT customer, max(ordered_at) AS latest FROM recent GROUP BY ALL)
SELECT stg_orders.customer, last.latest
FROM "lake"."staging"."stg_orders" JOIN last USING (customer);

-- top -> marts.top: full_refresh

CREATE SCHEMA IF NOT EXISTS "marts";

CREATE TABLE "marts"."top" AS
SELECT customers.customer FROM "lake"."marts"."dim_customers" AS customers LIMIT 3;
