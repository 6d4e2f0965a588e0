-- here:
CREATE OR REPLACE TEMP VIEW "__rocky_staged_file" AS
SELECT * FROM read_json('/p/data/it''s.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {'id': 'BIGINT', 'name': 'VARCHAR', 'seen': 'TIMESTAMP WITH TIME ZONE', 'tags': 'VARCHAR[]'});

SELECT CAST("id" AS VARCHAR) AS c0, CAST("name" AS VARCHAR) AS c1, strftime("seen" AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f+00:00') AS c2, CAST(to_json("tags") AS VARCHAR) AS c3 FROM temp."__rocky_staged_file";

-- create_schema:

CREATE SCHEMA IF NOT EXISTS `lake`.`raw`;

CREATE TABLE IF NOT EXISTS `lake`.`raw`.`_rocky_loaded_files` (target_table STRING NOT NULL, file STRING NOT NULL, content_hash STRING NOT NULL, batch STRING NOT NULL, size_bytes BIGINT NOT NULL, load_name STRING NOT NULL, rows_loaded BIGINT, noted_at TIMESTAMP_NTZ NOT NULL);

-- load:

INSERT INTO `lake`.`raw`.`_rocky_loaded_files` (target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name)
VALUES ('people', '', '', '', 0, CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ), NULL, 'anew');

CREATE TABLE IF NOT EXISTS `lake`.`raw`.`people` (`id` BIGINT, `name` STRING, `seen` TIMESTAMP, `tags` ARRAY<STRING>);

INSERT INTO `lake`.`raw`.`_rocky_loaded_files` (target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name)
VALUES ('people', 'data/it\'s.jsonl', '0123456789abcdef0123', '', 42, CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ), NULL, '@load_name');

INSERT INTO `lake`.`raw`.`_rocky_loaded_files` (target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name)
VALUES ('people', 'data/it\'s.jsonl', '0123456789abcdef0123', '', 42, CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ), @load_rows, '@load_name');

-- once it is there, and emptied first:

-- here:
CREATE OR REPLACE TEMP VIEW "__rocky_staged_file" AS
SELECT * FROM read_json('/p/data/it''s.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {'id': 'BIGINT', 'name': 'VARCHAR', 'seen': 'TIMESTAMP WITH TIME ZONE', 'tags': 'JSON'});

SELECT CAST("id" AS VARCHAR) AS c0, CAST("name" AS VARCHAR) AS c1, strftime("seen" AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f+00:00') AS c2, CAST("tags" AS VARCHAR) AS c3 FROM temp."__rocky_staged_file";

-- asked:
SELECT COUNT(*) FROM (SELECT batch FROM `lake`.`raw`.`_rocky_loaded_files` WHERE target_table = 'people' AND rows_loaded IS NOT NULL ORDER BY noted_at DESC LIMIT 1) AS newest WHERE batch = 'b1';

-- create_schema:

CREATE SCHEMA IF NOT EXISTS `lake`.`raw`;

CREATE TABLE IF NOT EXISTS `lake`.`raw`.`_rocky_loaded_files` (target_table STRING NOT NULL, file STRING NOT NULL, content_hash STRING NOT NULL, batch STRING NOT NULL, size_bytes BIGINT NOT NULL, load_name STRING NOT NULL, rows_loaded BIGINT, noted_at TIMESTAMP_NTZ NOT NULL);

-- load:

INSERT INTO `lake`.`raw`.`_rocky_loaded_files` (target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name)
VALUES ('people', 'data/it\'s.jsonl', '0123456789abcdef0123', 'b1', 42, CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ), NULL, '@load_name');

INSERT INTO `lake`.`raw`.`_rocky_loaded_files` (target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name)
VALUES ('people', 'data/it\'s.jsonl', '0123456789abcdef0123', 'b1', 42, CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ), @load_rows, '@load_name');
