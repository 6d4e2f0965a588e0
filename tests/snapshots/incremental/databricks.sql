INSERT INTO `lake`.`marts`.`orders` (`order_id`, `customer`, `ordered_on`, `updated_at`)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_incoming
WHERE `updated_at` > COALESCE((SELECT MAX(`updated_at`) FROM `lake`.`marts`.`orders` WHERE `updated_at` > CAST(@watermark AS TIMESTAMP_NTZ)), CAST(@watermark AS TIMESTAMP_NTZ));

-- while the target does not exist:

CREATE TABLE `lake`.`marts`.`orders` AS
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders;
