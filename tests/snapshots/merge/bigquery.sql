MERGE INTO `lake-house`.`marts`.`orders` AS t
USING (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS s
ON TO_JSON_STRING(t.`order_id`) = TO_JSON_STRING(s.`order_id`)
WHEN MATCHED THEN UPDATE SET `customer` = s.`customer`, `ordered_on` = s.`ordered_on`, `updated_at` = s.`updated_at`
WHEN NOT MATCHED THEN INSERT (`order_id`, `customer`, `ordered_on`, `updated_at`) VALUES (s.`order_id`, s.`customer`, s.`ordered_on`, s.`updated_at`);

-- while the target does not exist:

CREATE TABLE `lake-house`.`marts`.`orders` AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
