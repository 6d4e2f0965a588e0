"""Snowflake: exact numbers everywhere, semi-structured types, names in upper case."""
