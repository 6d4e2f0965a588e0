"""Pure: from SQL text to columns, types, lineage and findings."""
