"""BigQuery: GoogleSQL's types, coercion and functions."""
