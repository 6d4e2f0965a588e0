MERGE INTO `lake-house`.`marts`.`orders` AS t
USING (
WITH _rocky_incoming AS (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
)
SELECT TRUE AS _rocky_is_new, `order_id`, `customer`, `ordered_on`, `updated_at` FROM _rocky_incoming
UNION ALL
SELECT FALSE, NULL, `customer`, `ordered_on`, NULL FROM (SELECT DISTINCT `ordered_on`, `customer` FROM _rocky_incoming)
) AS s
ON NOT s._rocky_is_new AND TO_JSON_STRING(t.`ordered_on`) = TO_JSON_STRING(s.`ordered_on`) AND TO_JSON_STRING(t.`customer`) = TO_JSON_STRING(s.`customer`)
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED AND s._rocky_is_new THEN INSERT (`order_id`, `customer`, `ordered_on`, `updated_at`) VALUES (s.`order_id`, s.`customer`, s.`ordered_on`, s.`updated_at`);

-- while the target does not exist:

CREATE TABLE `lake-house`.`marts`.`orders` AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
