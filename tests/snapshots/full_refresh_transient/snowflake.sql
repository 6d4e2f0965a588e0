CREATE OR REPLACE TRANSIENT TABLE "LAKE"."MARTS"."ORDERS"
  DATA_RETENTION_TIME_IN_DAYS = 0
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
