CREATE OR REPLACE TABLE "LAKE"."MARTS"."ORDERS" AS
SELECT *, CAST(md5(cast(coalesce(cast("ORDER_ID" as VARCHAR), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast("CUSTOMER" as VARCHAR), '_dbt_utils_surrogate_key_null_') as VARCHAR)) AS VARCHAR) AS "ORDER_KEY"
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS __rocky_keyed;
