"""The SQL statements that put a model's result into its target, per strategy and warehouse."""
