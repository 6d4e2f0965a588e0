CREATE OR REPLACE VIEW `lake-house`.`marts`.`orders`
  OPTIONS (description = 'seen')
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
