"""The Python side of the birding warehouse: ingestion, automation, and what is computed between models."""
