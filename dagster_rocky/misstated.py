"""What is raised when somebody's words for Dagster mean nothing."""

from __future__ import annotations


class Misstated(Exception):
    """A sidecar or a component says something that cannot be understood; the message says what may be said."""
