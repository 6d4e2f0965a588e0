CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders` AS
SELECT *, CAST(to_hex(md5(cast(concat(coalesce(cast(`order_id` as STRING), '_dbt_utils_surrogate_key_null_'), '-', coalesce(cast(`customer` as STRING), '_dbt_utils_surrogate_key_null_')) as STRING))) AS STRING) AS `order_key`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS __rocky_keyed;
