CREATE OR REPLACE TABLE "lake"."marts"."orders" AS
SELECT *, CAST(md5(cast(coalesce(cast("order_id" as VARCHAR), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast("customer" as VARCHAR), '_dbt_utils_surrogate_key_null_') as VARCHAR)) AS VARCHAR) AS "order_key"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS __rocky_keyed;
