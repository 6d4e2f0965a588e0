CREATE SCHEMA IF NOT EXISTS "lake"."hist";

SELECT CASE WHEN COUNT(*) > 0 THEN error('a key (id) of lake.raw.people is NULL or not unique') END
FROM (
SELECT "id" FROM "lake"."raw"."people"
GROUP BY "id" HAVING COUNT(*) > 1 OR "id" IS NULL
) AS _rocky_wrong;

CREATE TABLE "lake"."hist"."people" AS
SELECT s."id", s."name", s."changed", CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS "valid_from", CAST(NULL AS TIMESTAMP) AS "valid_to"
FROM "lake"."raw"."people" AS s;

-- once it is there:

SELECT CASE WHEN COUNT(*) > 0 THEN error('a key (id) of lake.raw.people is NULL or not unique') END
FROM (
SELECT "id" FROM "lake"."raw"."people"
GROUP BY "id" HAVING COUNT(*) > 1 OR "id" IS NULL
) AS _rocky_wrong;

UPDATE "lake"."hist"."people" AS t SET "valid_to" = CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
FROM "lake"."raw"."people" AS s
WHERE t."valid_to" IS NULL AND t."id" = s."id" AND t."changed" IS DISTINCT FROM s."changed";

UPDATE "lake"."hist"."people" AS t SET "valid_to" = CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
WHERE t."valid_to" IS NULL AND NOT EXISTS (SELECT 1 FROM "lake"."raw"."people" AS s WHERE t."id" = s."id");

INSERT INTO "lake"."hist"."people" ("id", "name", "changed", "valid_from", "valid_to")
SELECT s."id", s."name", s."changed", CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS "valid_from", CAST(NULL AS TIMESTAMP) AS "valid_to"
FROM "lake"."raw"."people" AS s
WHERE NOT EXISTS (SELECT 1 FROM "lake"."hist"."people" AS t WHERE t."valid_to" IS NULL AND t."id" = s."id");
