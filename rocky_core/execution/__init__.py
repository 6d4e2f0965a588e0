"""Effects: builds a project's models and runs its tests."""
