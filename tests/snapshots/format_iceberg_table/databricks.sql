CREATE OR REPLACE TABLE `lake`.`marts`.`orders`
  USING ICEBERG
  COMMENT 'ice'
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
