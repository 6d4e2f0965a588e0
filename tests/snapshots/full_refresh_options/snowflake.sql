-- left out: partition_by, table_properties

CREATE OR REPLACE TABLE "LAKE"."MARTS"."ORDERS"
  CLUSTER BY ("CUSTOMER")
  COMMENT = 'All orders, the customer''s too'
AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
