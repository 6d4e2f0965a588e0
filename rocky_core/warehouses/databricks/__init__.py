"""What an adapter for Databricks stands on: the login, what the SDK's failures mean, requests that are sent once."""
