MERGE INTO "LAKE"."MARTS"."ORDERS" AS t
USING (
WITH _rocky_incoming AS (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
)
SELECT TRUE AS _rocky_is_new, "ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT" FROM _rocky_incoming
UNION ALL
SELECT FALSE, NULL, "CUSTOMER", "ORDERED_ON", NULL FROM (SELECT DISTINCT "ORDERED_ON", "CUSTOMER" FROM _rocky_incoming)
) AS s
ON NOT s._rocky_is_new AND t."ORDERED_ON" IS NOT DISTINCT FROM s."ORDERED_ON" AND t."CUSTOMER" IS NOT DISTINCT FROM s."CUSTOMER"
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED AND s._rocky_is_new THEN INSERT ("ORDER_ID", "CUSTOMER", "ORDERED_ON", "UPDATED_AT") VALUES (s."ORDER_ID", s."CUSTOMER", s."ORDERED_ON", s."UPDATED_AT");

-- while the target does not exist:

CREATE TABLE "LAKE"."MARTS"."ORDERS" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
