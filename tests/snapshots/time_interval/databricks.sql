INSERT INTO `lake`.`marts`.`orders` REPLACE WHERE `ordered_on` >= CAST(CAST(@start_date AS TIMESTAMP_NTZ) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS TIMESTAMP_NTZ) AS DATE)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE `ordered_on` >= CAST(CAST(@start_date AS TIMESTAMP_NTZ) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS TIMESTAMP_NTZ) AS DATE);

-- while the target does not exist:

CREATE TABLE `lake`.`marts`.`orders` AS
SELECT *
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_shape
WHERE 1 = 0;

INSERT INTO `lake`.`marts`.`orders` REPLACE WHERE `ordered_on` >= CAST(CAST(@start_date AS TIMESTAMP_NTZ) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS TIMESTAMP_NTZ) AS DATE)
SELECT `order_id`, `customer`, `ordered_on`, `updated_at`
FROM (
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
) AS _rocky_incoming
WHERE `ordered_on` >= CAST(CAST(@start_date AS TIMESTAMP_NTZ) AS DATE) AND `ordered_on` < CAST(CAST(@end_date AS TIMESTAMP_NTZ) AS DATE);
