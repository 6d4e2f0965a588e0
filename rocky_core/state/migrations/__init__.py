"""The stored format, one numbered SQL file per version."""
