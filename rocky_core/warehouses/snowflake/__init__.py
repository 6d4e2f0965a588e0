"""Snowflake through its own connector: statements run asynchronously, so that each can be asked after and stopped."""
