-- here:
CREATE OR REPLACE TEMP VIEW "__rocky_staged_file" AS
SELECT * FROM read_json('/p/data/it''s.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {'id': 'BIGINT', 'name': 'VARCHAR', 'seen': 'TIMESTAMP WITH TIME ZONE', 'tags': 'VARCHAR[]'});

SELECT CAST("id" AS VARCHAR) AS c0, CAST("name" AS VARCHAR) AS c1, strftime("seen" AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f+00:00') AS c2, CAST(to_json("tags") AS VARCHAR) AS c3, '0123456789abcdef' AS c4 FROM temp."__rocky_staged_file";

-- create_schema:

CREATE SCHEMA IF NOT EXISTS "LAKE"."RAW";

CREATE TABLE IF NOT EXISTS "LAKE"."RAW"."_ROCKY_LOADED_FILES" (target_table VARCHAR NOT NULL, file VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, batch VARCHAR NOT NULL, size_bytes BIGINT NOT NULL, rows_loaded BIGINT NOT NULL, loaded_at TIMESTAMP_NTZ NOT NULL);

-- forget_lost_table:

DELETE FROM "LAKE"."RAW"."_ROCKY_LOADED_FILES" WHERE target_table = 'people' AND NOT EXISTS (SELECT 1 FROM "LAKE".INFORMATION_SCHEMA.TABLES WHERE lower(table_catalog) = lower('lake') AND lower(table_schema) = lower('raw') AND lower(table_name) = 'people');

-- stage_file:

CREATE OR REPLACE TRANSIENT TABLE "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE" ("ID" NUMBER(38,0), "NAME" VARCHAR, "SEEN" TIMESTAMP_TZ, "TAGS" VARCHAR, "__ROCKY_FILE" VARCHAR);

CREATE TABLE IF NOT EXISTS "LAKE"."RAW"."PEOPLE" ("ID" NUMBER(38,0), "NAME" VARCHAR, "SEEN" TIMESTAMP_TZ, "TAGS" VARIANT);

-- load (together):

DELETE FROM "LAKE"."RAW"."_ROCKY_LOADED_FILES" WHERE target_table = 'people' AND file = 'data/it''s.jsonl';

INSERT INTO "LAKE"."RAW"."_ROCKY_LOADED_FILES"
SELECT 'people', 'data/it''s.jsonl', '0123456789abcdef0123', '', 42, COUNT(*), CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ) FROM "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE" WHERE "__ROCKY_FILE" = '0123456789abcdef';

INSERT INTO "LAKE"."RAW"."PEOPLE" ("ID", "NAME", "SEEN", "TAGS")
SELECT "ID", "NAME", "SEEN", PARSE_JSON("TAGS") FROM "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE" WHERE "__ROCKY_FILE" = '0123456789abcdef';

-- drop_staging:

DROP TABLE IF EXISTS "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE";

-- once it is there, and emptied first:

-- here:
CREATE OR REPLACE TEMP VIEW "__rocky_staged_file" AS
SELECT * FROM read_json('/p/data/it''s.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {'id': 'DECIMAL(38,0)', 'name': 'VARCHAR', 'seen': 'TIMESTAMP WITH TIME ZONE', 'tags': 'JSON'});

SELECT CAST("id" AS VARCHAR) AS c0, CAST("name" AS VARCHAR) AS c1, strftime("seen" AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f+00:00') AS c2, CAST("tags" AS VARCHAR) AS c3, '0123456789abcdef' AS c4 FROM temp."__rocky_staged_file";

-- create_schema:

CREATE SCHEMA IF NOT EXISTS "LAKE"."RAW";

CREATE TABLE IF NOT EXISTS "LAKE"."RAW"."_ROCKY_LOADED_FILES" (target_table VARCHAR NOT NULL, file VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, batch VARCHAR NOT NULL, size_bytes BIGINT NOT NULL, rows_loaded BIGINT NOT NULL, loaded_at TIMESTAMP_NTZ NOT NULL);

-- forget_lost_table:

DELETE FROM "LAKE"."RAW"."_ROCKY_LOADED_FILES" WHERE target_table = 'people' AND NOT EXISTS (SELECT 1 FROM "LAKE".INFORMATION_SCHEMA.TABLES WHERE lower(table_catalog) = lower('lake') AND lower(table_schema) = lower('raw') AND lower(table_name) = 'people');

-- stage_file:

CREATE OR REPLACE TRANSIENT TABLE "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE" ("ID" NUMBER(38,0), "NAME" VARCHAR, "SEEN" TIMESTAMP_TZ, "TAGS" VARCHAR, "__ROCKY_FILE" VARCHAR);

-- load (together):

DELETE FROM "LAKE"."RAW"."PEOPLE" WHERE NOT EXISTS (SELECT 1 FROM "LAKE"."RAW"."_ROCKY_LOADED_FILES" WHERE target_table = 'people' AND batch = 'b1');

DELETE FROM "LAKE"."RAW"."_ROCKY_LOADED_FILES" WHERE target_table = 'people' AND batch <> 'b1';

DELETE FROM "LAKE"."RAW"."_ROCKY_LOADED_FILES" WHERE target_table = 'people' AND file = 'data/it''s.jsonl';

INSERT INTO "LAKE"."RAW"."_ROCKY_LOADED_FILES"
SELECT 'people', 'data/it''s.jsonl', '0123456789abcdef0123', 'b1', 42, COUNT(*), CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ) FROM "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE" WHERE "__ROCKY_FILE" = '0123456789abcdef';

INSERT INTO "LAKE"."RAW"."PEOPLE" ("ID", "NAME", "SEEN", "TAGS")
SELECT "ID", "NAME", "SEEN", PARSE_JSON("TAGS") FROM "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE" WHERE "__ROCKY_FILE" = '0123456789abcdef';

-- drop_staging:

DROP TABLE IF EXISTS "LAKE"."RAW"."PEOPLE__ROCKY_STAGED_FILE";
