-- left out: table_properties

CREATE OR REPLACE TABLE "lake"."marts"."orders" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
