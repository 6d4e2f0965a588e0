CREATE OR REPLACE DYNAMIC TABLE "LAKE"."MARTS"."ORDERS"
  TARGET_LAG = '1 hour'
  WAREHOUSE = @warehouse
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
