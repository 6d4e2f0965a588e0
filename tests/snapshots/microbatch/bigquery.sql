BEGIN TRANSACTION;

DELETE FROM `lake-house`.`marts`.`orders` WHERE `updated_at` >= CAST(@start_date AS DATETIME) AND `updated_at` < CAST(@end_date AS DATETIME);

INSERT INTO `lake-house`.`marts`.`orders` (`order_id`, `customer`, `ordered_on`, `updated_at`)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_incoming
WHERE `updated_at` >= CAST(@start_date AS DATETIME) AND `updated_at` < CAST(@end_date AS DATETIME);

COMMIT TRANSACTION;

-- while the target does not exist:

CREATE TABLE `lake-house`.`marts`.`orders` AS
SELECT *
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_shape
WHERE 1 = 0;

BEGIN TRANSACTION;

DELETE FROM `lake-house`.`marts`.`orders` WHERE `updated_at` >= CAST(@start_date AS DATETIME) AND `updated_at` < CAST(@end_date AS DATETIME);

INSERT INTO `lake-house`.`marts`.`orders` (`order_id`, `customer`, `ordered_on`, `updated_at`)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
) AS _rocky_incoming
WHERE `updated_at` >= CAST(@start_date AS DATETIME) AND `updated_at` < CAST(@end_date AS DATETIME);

COMMIT TRANSACTION;
