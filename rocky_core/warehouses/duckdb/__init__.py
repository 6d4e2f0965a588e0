"""DuckDB: a file, memory, or MotherDuck, with one connection per process and a cursor per session."""
