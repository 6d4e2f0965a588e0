"""What a user may write in rocky.toml and beside a model, validated by pydantic and turned into ir."""
