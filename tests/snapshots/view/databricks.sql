CREATE OR REPLACE VIEW `lake`.`marts`.`orders`
  COMMENT 'seen'
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
