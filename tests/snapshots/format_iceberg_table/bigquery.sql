-- left out: format

CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders`
  OPTIONS (description = 'ice')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
