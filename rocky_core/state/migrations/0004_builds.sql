-- The last build of each table, and what it was made from.
CREATE TABLE builds (id INTEGER PRIMARY KEY, scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (scope, key));
