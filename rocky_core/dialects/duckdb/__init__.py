"""DuckDB's own rules: type names, casts, functions, operators and the names it gives expressions."""
