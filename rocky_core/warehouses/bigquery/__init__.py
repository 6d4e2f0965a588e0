"""BigQuery through Google's own client: every statement is a job whose name we choose, so that none can land twice."""
