"""Compile, plan, run and check projects of plain SQL models; knows nothing of Dagster."""
