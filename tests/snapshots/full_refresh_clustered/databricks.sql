CREATE OR REPLACE TABLE `lake`.`marts`.`orders`
  CLUSTER BY (`customer`)
  COMMENT 'All orders, the customer\'s too'
  TBLPROPERTIES ('team' = 'it\'s ours')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
