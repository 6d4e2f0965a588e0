"""The facade that the command line and Dagster use."""
