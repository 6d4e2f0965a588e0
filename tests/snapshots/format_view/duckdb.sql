CREATE OR REPLACE VIEW "lake"."marts"."orders" AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;

COMMENT ON VIEW "lake"."marts"."orders" IS 'seen';
