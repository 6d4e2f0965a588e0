"""What an adapter for Databricks stands on: what the SDK's failures mean, and requests that are sent once."""
