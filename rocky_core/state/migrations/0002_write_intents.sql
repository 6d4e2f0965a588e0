-- Announced writes, so that a killed run leaves behind what has to be looked at.
CREATE TABLE write_intents (id INTEGER PRIMARY KEY, scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (scope, key));
