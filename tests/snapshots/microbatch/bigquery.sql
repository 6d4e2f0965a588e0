MERGE INTO `lake-house`.`marts`.`orders` AS t
USING (
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_incoming
WHERE `updated_at` >= CAST(@start_date AS DATETIME) AND `updated_at` < CAST(@end_date AS DATETIME)
) AS s
ON FALSE
WHEN NOT MATCHED BY SOURCE AND t.`updated_at` >= CAST(@start_date AS DATETIME) AND t.`updated_at` < CAST(@end_date AS DATETIME) THEN DELETE
WHEN NOT MATCHED THEN INSERT (`order_id`, `customer`, `ordered_on`, `updated_at`) VALUES (s.`order_id`, s.`customer`, s.`ordered_on`, s.`updated_at`);

-- while the target does not exist:

CREATE TABLE `lake-house`.`marts`.`orders` AS
SELECT *
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_shape
WHERE 1 = 0;

MERGE INTO `lake-house`.`marts`.`orders` AS t
USING (
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_incoming
WHERE `updated_at` >= CAST(@start_date AS DATETIME) AND `updated_at` < CAST(@end_date AS DATETIME)
) AS s
ON FALSE
WHEN NOT MATCHED BY SOURCE AND t.`updated_at` >= CAST(@start_date AS DATETIME) AND t.`updated_at` < CAST(@end_date AS DATETIME) THEN DELETE
WHEN NOT MATCHED THEN INSERT (`order_id`, `customer`, `ordered_on`, `updated_at`) VALUES (s.`order_id`, s.`customer`, s.`ordered_on`, s.`updated_at`);
