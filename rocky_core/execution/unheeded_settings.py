"""What rocky.toml asks of runs and they do not do yet: said at the start of each run, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

from rocky_core.config.rocky_toml import RockyConfig


def unheeded_settings(config: RockyConfig) -> Iterator[str]:
    """One warning per section that a run does not act upon."""
    run = config.settings.run
    if run.lag_tolerance_seconds or run.skip_rowcount_fallback:
        yield (
            "[run] lag_tolerance_seconds and skip_rowcount_fallback are set, but sources are compared by content, so "
            "that neither is needed"
        )
