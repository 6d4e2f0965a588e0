-- left out: table_properties

CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders`
  CLUSTER BY `customer`
  OPTIONS (description = 'All orders, the customer\'s too')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
