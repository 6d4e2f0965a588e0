-- create_schema:

CREATE SCHEMA IF NOT EXISTS "lake"."raw";

CREATE TABLE IF NOT EXISTS "lake"."raw"."_rocky_loaded_files" (target_table VARCHAR NOT NULL, file VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, batch VARCHAR NOT NULL, size_bytes BIGINT NOT NULL, rows_loaded BIGINT NOT NULL, loaded_at TIMESTAMP NOT NULL);

-- forget_lost_table:

DELETE FROM "lake"."raw"."_rocky_loaded_files" WHERE target_table = 'people' AND NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE lower(table_catalog) = lower('lake') AND lower(table_schema) = lower('raw') AND lower(table_name) = 'people');

-- load (together):

CREATE OR REPLACE TEMP TABLE "__rocky_staged_file" AS
SELECT * FROM read_json('/p/data/it''s.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {'id': 'BIGINT', 'name': 'VARCHAR', 'seen': 'TIMESTAMP WITH TIME ZONE', 'tags': 'VARCHAR[]'});

CREATE TABLE IF NOT EXISTS "lake"."raw"."people" ("id" BIGINT, "name" VARCHAR, "seen" TIMESTAMP WITH TIME ZONE, "tags" VARCHAR[]);

DELETE FROM "lake"."raw"."_rocky_loaded_files" WHERE target_table = 'people' AND file = 'data/it''s.jsonl';

INSERT INTO "lake"."raw"."_rocky_loaded_files"
SELECT 'people', 'data/it''s.jsonl', '0123456789abcdef0123', '', 42, COUNT(*), CURRENT_TIMESTAMP AT TIME ZONE 'UTC' FROM temp."__rocky_staged_file";

INSERT INTO "lake"."raw"."people" BY NAME
SELECT "id", "name", "seen", "tags" FROM temp."__rocky_staged_file";

DROP TABLE temp."__rocky_staged_file";

-- once it is there, and emptied first:

-- create_schema:

CREATE SCHEMA IF NOT EXISTS "lake"."raw";

CREATE TABLE IF NOT EXISTS "lake"."raw"."_rocky_loaded_files" (target_table VARCHAR NOT NULL, file VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, batch VARCHAR NOT NULL, size_bytes BIGINT NOT NULL, rows_loaded BIGINT NOT NULL, loaded_at TIMESTAMP NOT NULL);

-- forget_lost_table:

DELETE FROM "lake"."raw"."_rocky_loaded_files" WHERE target_table = 'people' AND NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE lower(table_catalog) = lower('lake') AND lower(table_schema) = lower('raw') AND lower(table_name) = 'people');

-- load (together):

CREATE OR REPLACE TEMP TABLE "__rocky_staged_file" AS
SELECT * FROM read_json('/p/data/it''s.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {'id': 'BIGINT', 'name': 'VARCHAR', 'seen': 'TIMESTAMP WITH TIME ZONE', 'tags': 'VARCHAR[]'});

DELETE FROM "lake"."raw"."people" WHERE NOT EXISTS (SELECT 1 FROM "lake"."raw"."_rocky_loaded_files" WHERE target_table = 'people' AND batch = 'b1');

DELETE FROM "lake"."raw"."_rocky_loaded_files" WHERE target_table = 'people' AND batch <> 'b1';

DELETE FROM "lake"."raw"."_rocky_loaded_files" WHERE target_table = 'people' AND file = 'data/it''s.jsonl';

INSERT INTO "lake"."raw"."_rocky_loaded_files"
SELECT 'people', 'data/it''s.jsonl', '0123456789abcdef0123', 'b1', 42, COUNT(*), CURRENT_TIMESTAMP AT TIME ZONE 'UTC' FROM temp."__rocky_staged_file";

INSERT INTO "lake"."raw"."people" BY NAME
SELECT "id", "name", "seen", "tags" FROM temp."__rocky_staged_file";

DROP TABLE temp."__rocky_staged_file";
