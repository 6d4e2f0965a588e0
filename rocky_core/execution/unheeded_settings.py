"""What rocky.toml asks of runs and they do not do yet: said at the start of each run, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

from rocky_core.config.rocky_toml import RockyConfig


def unheeded_settings(config: RockyConfig) -> Iterator[str]:
    """One warning per section that a run does not act upon."""
    if "hook" in config.sections:
        yield "[hook] is set, but runs do not fire hooks yet; `rocky hooks test EVENT` does"
    if "budget" in config.sections:
        yield "[budget] is set, but runs are not held against it yet"
    if config.settings.run.skip_unchanged:
        yield "[run] skip_unchanged is set, but every selected model is built: runs do not skip yet"
