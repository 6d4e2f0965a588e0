-- What became of each model in all runs of one piece of work, so that whoever asks again does only what is left.
CREATE TABLE ledger (id INTEGER PRIMARY KEY, scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (scope, key));
