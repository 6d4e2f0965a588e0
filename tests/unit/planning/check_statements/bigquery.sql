-- not_null
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `id` IS NULL;
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `id` IS NULL
LIMIT 20;

-- not_null_filtered
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void') AND (`id` IS NULL);
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void') AND (`id` IS NULL)
LIMIT 20;

-- unique
SELECT COUNT(*)
FROM (
SELECT `id`, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
GROUP BY `id`
HAVING COUNT(*) > 1
) AS _rocky_repeated;
SELECT `id`, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
GROUP BY `id`
HAVING COUNT(*) > 1
LIMIT 20;

-- unique_filtered
SELECT COUNT(*)
FROM (
SELECT `id`, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void')
GROUP BY `id`
HAVING COUNT(*) > 1
) AS _rocky_repeated;
SELECT `id`, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void')
GROUP BY `id`
HAVING COUNT(*) > 1
LIMIT 20;

-- unique_expr
SELECT COUNT(*)
FROM (
SELECT (lower(status)) AS _rocky_key, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
GROUP BY (lower(status))
HAVING COUNT(*) > 1
) AS _rocky_repeated;
SELECT (lower(status)) AS _rocky_key, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
GROUP BY (lower(status))
HAVING COUNT(*) > 1
LIMIT 20;

-- composite
SELECT COUNT(*)
FROM (
SELECT `id`, `status`, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
GROUP BY `id`, `status`
HAVING COUNT(*) > 1
) AS _rocky_repeated;
SELECT `id`, `status`, COUNT(*) AS _rocky_rows
FROM `lake-house`.`marts`.`orders`
GROUP BY `id`, `status`
HAVING COUNT(*) > 1
LIMIT 20;

-- accepted_values
SELECT COUNT(DISTINCT `status`)
FROM `lake-house`.`marts`.`orders`
WHERE `status` NOT IN ('it\'s', 'back\\slash');
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `status` NOT IN ('it\'s', 'back\\slash')
LIMIT 20;

-- accepted_numbers
SELECT COUNT(DISTINCT `customer_id`)
FROM `lake-house`.`marts`.`orders`
WHERE `customer_id` NOT IN (1, 2);
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `customer_id` NOT IN (1, 2)
LIMIT 20;

-- relationships
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void') AND (`orders`.`customer_id` IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM `lake-house`.`marts`.`dim_customers` AS _rocky_parent
  WHERE _rocky_parent.`id` = `orders`.`customer_id`
));
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void') AND (`orders`.`customer_id` IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM `lake-house`.`marts`.`dim_customers` AS _rocky_parent
  WHERE _rocky_parent.`id` = `orders`.`customer_id`
))
LIMIT 20;

-- relationships_elsewhere
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `orders`.`customer_id` IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM `raw`.`customers` AS _rocky_parent
  WHERE _rocky_parent.`id` = `orders`.`customer_id`
);
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `orders`.`customer_id` IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM `raw`.`customers` AS _rocky_parent
  WHERE _rocky_parent.`id` = `orders`.`customer_id`
)
LIMIT 20;

-- expression
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE NOT (amount >= 0);
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE NOT (amount >= 0)
LIMIT 20;

-- row_count_range
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void');

-- in_range
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void') AND (`amount` < 0 OR `amount` > 1e3);
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE (status <> 'void') AND (`amount` < 0 OR `amount` > 1e3)
LIMIT 20;

-- regex_match
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE NOT (REGEXP_CONTAINS(`status`, '^\\d{2}[a-z]+$'));
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE NOT (REGEXP_CONTAINS(`status`, '^\\d{2}[a-z]+$'))
LIMIT 20;

-- aggregate
SELECT CASE WHEN SUM(`amount`) >= 10.5 THEN 0 ELSE 1 END
FROM `lake-house`.`marts`.`orders`;

-- aggregate_count
SELECT CASE WHEN COUNT(*) <> 0 THEN 0 ELSE 1 END
FROM `lake-house`.`marts`.`orders`;

-- not_in_future_date
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `ordered_on` > CURRENT_DATE();
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `ordered_on` > CURRENT_DATE()
LIMIT 20;

-- not_in_future_timestamp
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `changed` > CURRENT_DATETIME();
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `changed` > CURRENT_DATETIME()
LIMIT 20;

-- not_in_future_timestamp_tz
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `loaded` > CURRENT_TIMESTAMP();
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `loaded` > CURRENT_TIMESTAMP()
LIMIT 20;

-- not_in_future_unknown
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `elsewhere` > CURRENT_TIMESTAMP();
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `elsewhere` > CURRENT_TIMESTAMP()
LIMIT 20;

-- older_than_n_days_date
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `ordered_on` > (DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY));
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `ordered_on` > (DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY))
LIMIT 20;

-- older_than_n_days_timestamp
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `changed` > (CAST(DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY) AS DATETIME));
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `changed` > (CAST(DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY) AS DATETIME))
LIMIT 20;

-- older_than_n_days_timestamp_tz
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `loaded` > (CAST(DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY) AS TIMESTAMP));
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `loaded` > (CAST(DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY) AS TIMESTAMP))
LIMIT 20;

-- older_than_n_days_unknown
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `elsewhere` > (DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY));
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE `elsewhere` > (DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY))
LIMIT 20;

-- pipeline column_match
SELECT *
FROM `lake-house`.`marts`.`orders`
WHERE 1 = 0;

-- pipeline row_count
SELECT
  (SELECT COUNT(*) FROM `lake-house`.`raw`.`orders`) AS source_count,
  (SELECT COUNT(*) FROM `lake-house`.`marts`.`orders`) AS target_count;

-- pipeline freshness
SELECT UNIX_SECONDS(CURRENT_TIMESTAMP()) - UNIX_SECONDS(CAST(MAX(`loaded`) AS TIMESTAMP))
FROM `lake-house`.`marts`.`orders`;

-- pipeline negatives
SELECT COUNT(*) FROM `lake-house`.`marts`.`orders` WHERE amount < 0;

-- pipeline null_rate:status
SELECT COUNT(*) - COUNT(`status`), COUNT(*)
FROM (
  SELECT `status` FROM `lake-house`.`marts`.`orders` TABLESAMPLE SYSTEM (10 PERCENT)
) AS _rocky_sample;
SELECT COUNT(*) - COUNT(`status`), COUNT(*)
FROM `lake-house`.`marts`.`orders`;

-- pipeline row_count without a source
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`;

-- overlap keys
SELECT COUNT(*)
FROM (
SELECT `id`, `status`, COUNT(*) AS _rocky_rows
FROM (
  SELECT `id` AS `id`, `status` AS `status`, 0 AS _rocky_source FROM `lake-house`.`berlin`.`orders`
  UNION ALL
  SELECT `id` AS `id`, `status` AS `status`, 1 AS _rocky_source FROM `lake-house`.`paris`.`orders`
) AS _rocky_all
WHERE `id` IS NOT NULL AND `status` IS NOT NULL
GROUP BY `id`, `status`
HAVING COUNT(DISTINCT _rocky_source) > 1
) AS _rocky_shared;
SELECT `id`, `status`, COUNT(*) AS _rocky_rows
FROM (
  SELECT `id` AS `id`, `status` AS `status`, 0 AS _rocky_source FROM `lake-house`.`berlin`.`orders`
  UNION ALL
  SELECT `id` AS `id`, `status` AS `status`, 1 AS _rocky_source FROM `lake-house`.`paris`.`orders`
) AS _rocky_all
WHERE `id` IS NOT NULL AND `status` IS NOT NULL
GROUP BY `id`, `status`
HAVING COUNT(DISTINCT _rocky_source) > 1
LIMIT 20;

-- overlap key_expr
SELECT COUNT(*)
FROM (
SELECT _rocky_key, COUNT(*) AS _rocky_rows
FROM (
  SELECT (id % 10) AS _rocky_key, 0 AS _rocky_source FROM `lake-house`.`berlin`.`orders`
  UNION ALL
  SELECT (id % 10) AS _rocky_key, 1 AS _rocky_source FROM `lake-house`.`paris`.`orders`
) AS _rocky_all
WHERE _rocky_key IS NOT NULL
GROUP BY _rocky_key
HAVING COUNT(DISTINCT _rocky_source) > 1
) AS _rocky_shared;
SELECT _rocky_key, COUNT(*) AS _rocky_rows
FROM (
  SELECT (id % 10) AS _rocky_key, 0 AS _rocky_source FROM `lake-house`.`berlin`.`orders`
  UNION ALL
  SELECT (id % 10) AS _rocky_key, 1 AS _rocky_source FROM `lake-house`.`paris`.`orders`
) AS _rocky_all
WHERE _rocky_key IS NOT NULL
GROUP BY _rocky_key
HAVING COUNT(DISTINCT _rocky_source) > 1
LIMIT 20;

-- quarantine split
CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders__quarantine` AS
SELECT `id`, `customer_id`, `status`, `amount`, `ordered_on`, `changed`, `loaded`,
  CASE WHEN (CASE WHEN (status <> 'void') THEN (NOT (amount >= 0)) ELSE FALSE END) THEN '_error_positive_amount' END AS `_error_positive_amount`,
  CASE WHEN (`id` IS NULL) THEN '_error_not_null_id' END AS `_error_not_null_id`
FROM `lake-house`.`marts`.`orders`
WHERE (CASE WHEN (status <> 'void') THEN (NOT (amount >= 0)) ELSE FALSE END)
  OR (`id` IS NULL);
CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders__valid` AS
SELECT `id`, `customer_id`, `status`, `amount`, `ordered_on`, `changed`, `loaded`
FROM `lake-house`.`marts`.`orders`
WHERE NOT COALESCE(
  (CASE WHEN (status <> 'void') THEN (NOT (amount >= 0)) ELSE FALSE END)
  OR (`id` IS NULL),
  FALSE
);
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders__valid`;
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders__quarantine`;

-- quarantine tag
CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders` AS
SELECT `id`, `customer_id`, `status`, `amount`, `ordered_on`, `changed`, `loaded`,
  CASE WHEN (CASE WHEN (status <> 'void') THEN (NOT (amount >= 0)) ELSE FALSE END) THEN '_error_positive_amount' END AS `_error_positive_amount`,
  CASE WHEN (`id` IS NULL) THEN '_error_not_null_id' END AS `_error_not_null_id`
FROM `lake-house`.`marts`.`orders`;
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE `_error_positive_amount` IS NULL AND `_error_not_null_id` IS NULL;
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders`
WHERE NOT (`_error_positive_amount` IS NULL AND `_error_not_null_id` IS NULL);

-- quarantine drop
CREATE OR REPLACE TABLE `lake-house`.`marts`.`orders__valid` AS
SELECT `id`, `customer_id`, `status`, `amount`, `ordered_on`, `changed`, `loaded`
FROM `lake-house`.`marts`.`orders`
WHERE NOT COALESCE(
  (CASE WHEN (status <> 'void') THEN (NOT (amount >= 0)) ELSE FALSE END)
  OR (`id` IS NULL),
  FALSE
);
SELECT COUNT(*)
FROM `lake-house`.`marts`.`orders__valid`;
