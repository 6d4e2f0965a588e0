"""The published JSON: pydantic models, one file per command family."""
