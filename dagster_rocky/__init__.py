"""Rocky projects as native Dagster definitions."""
