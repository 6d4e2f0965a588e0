CREATE OR REPLACE TABLE `lake`.`marts`.`orders`
  TBLPROPERTIES ('transient' = 'true', 'data_retention_time_in_days' = '0')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
