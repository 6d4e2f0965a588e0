CREATE OR REPLACE TABLE `lake`.`marts`.`orders`
  PARTITIONED BY (`ordered_on`)
  COMMENT 'All orders, the customer\'s too'
  TBLPROPERTIES ('team' = 'it\'s ours')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
