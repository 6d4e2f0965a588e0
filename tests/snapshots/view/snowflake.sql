CREATE OR REPLACE VIEW "LAKE"."MARTS"."ORDERS"
  COMMENT = 'seen'
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
