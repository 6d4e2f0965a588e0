BEGIN TRANSACTION;

DELETE FROM `lake-house`.`marts`.`orders` WHERE `ordered_on` >= CAST(CAST(@start_date AS DATETIME) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS DATETIME) AS DATE);

INSERT INTO `lake-house`.`marts`.`orders` (`order_id`, `customer`, `ordered_on`, `updated_at`)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE `ordered_on` >= CAST(CAST(@start_date AS DATETIME) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS DATETIME) AS DATE);

COMMIT TRANSACTION;

-- while the target does not exist:

CREATE TABLE `lake-house`.`marts`.`orders` AS
SELECT *
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_shape
WHERE 1 = 0;

BEGIN TRANSACTION;

DELETE FROM `lake-house`.`marts`.`orders` WHERE `ordered_on` >= CAST(CAST(@start_date AS DATETIME) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS DATETIME) AS DATE);

INSERT INTO `lake-house`.`marts`.`orders` (`order_id`, `customer`, `ordered_on`, `updated_at`)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE `ordered_on` >= CAST(CAST(@start_date AS DATETIME) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS DATETIME) AS DATE);

COMMIT TRANSACTION;
