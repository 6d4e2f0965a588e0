-- left out: table_properties

CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders`
  PARTITION BY `ordered_on`
  OPTIONS (description = 'All orders, the customer\'s too')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
