CREATE OR REPLACE MATERIALIZED VIEW "LAKE"."MARTS"."ORDERS"
  CLUSTER BY ("CUSTOMER")
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
