CREATE SCHEMA IF NOT EXISTS `lake`.`hist`;

SELECT CASE WHEN COUNT(*) > 0 THEN ERROR('a key (id) of lake.raw.people is NULL or not unique') END
FROM (
SELECT `id` FROM `lake`.`raw`.`people`
GROUP BY `id` HAVING COUNT(*) > 1 OR `id` IS NULL
) AS _rocky_wrong;

CREATE TABLE `lake`.`hist`.`people` AS
SELECT s.`id`, s.`name`, s.`changed`, CURRENT_TIMESTAMP() AS `valid_from`, CAST(NULL AS TIMESTAMP) AS `valid_to`
FROM `lake`.`raw`.`people` AS s;

-- once it is there:

SELECT CASE WHEN COUNT(*) > 0 THEN ERROR('a key (id) of lake.raw.people is NULL or not unique') END
FROM (
SELECT `id` FROM `lake`.`raw`.`people`
GROUP BY `id` HAVING COUNT(*) > 1 OR `id` IS NULL
) AS _rocky_wrong;

MERGE INTO `lake`.`hist`.`people` AS t
USING (
SELECT TRUE AS _rocky_begins, s.`id`, s.`name`, s.`changed`
FROM `lake`.`raw`.`people` AS s
LEFT JOIN `lake`.`hist`.`people` AS t ON t.`valid_to` IS NULL AND t.`id` = s.`id`
WHERE t.`id` IS NULL OR t.`changed` IS DISTINCT FROM s.`changed`
UNION ALL
SELECT FALSE, s.`id`, s.`name`, s.`changed`
FROM `lake`.`raw`.`people` AS s
LEFT JOIN `lake`.`hist`.`people` AS t ON t.`valid_to` IS NULL AND t.`id` = s.`id`
WHERE t.`id` IS NOT NULL AND t.`changed` IS DISTINCT FROM s.`changed`
UNION ALL
SELECT FALSE, t.`id`, t.`name`, t.`changed`
FROM `lake`.`hist`.`people` AS t
LEFT JOIN `lake`.`raw`.`people` AS s ON t.`id` = s.`id`
WHERE t.`valid_to` IS NULL AND s.`id` IS NULL
) AS s
ON NOT s._rocky_begins AND t.`valid_to` IS NULL AND t.`id` = s.`id`
WHEN MATCHED THEN UPDATE SET `valid_to` = CURRENT_TIMESTAMP()
WHEN NOT MATCHED AND s._rocky_begins THEN INSERT (`id`, `name`, `changed`, `valid_from`, `valid_to`) VALUES (s.`id`, s.`name`, s.`changed`, CURRENT_TIMESTAMP(), NULL);
