CREATE OR REPLACE MATERIALIZED VIEW `lake`.`marts`.`orders`
  CLUSTER BY (`customer`)
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
