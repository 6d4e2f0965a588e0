"""Databricks SQL: Spark's types and coercion in ANSI mode."""
