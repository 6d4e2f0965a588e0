"""How often and how patiently something is tried again."""

from rocky_core.config.section import Amount, Flag, Section, Whole


class Retry(Section):
    """Retries of single statements on one connection."""

    max_retries: Whole = 3
    initial_backoff_ms: Whole = 1000
    max_backoff_ms: Whole = 30_000
    backoff_multiplier: Amount = 2.0
    jitter: Flag = True
    circuit_breaker_threshold: Whole = 5
    circuit_breaker_recovery_timeout_secs: Whole | None = None
    max_retries_per_run: Whole | None = None


class RunRetry(Section):
    """One count of retries shared by all connections of a run."""

    max_retries_per_run: Whole | None = None


class Resilience(Section):
    """Retries of whole models, and whether a failed subtree leaves the rest alone."""

    enabled: Flag = True
    transient_max_retries: Whole = 2
    initial_backoff_ms: Whole = 500
    max_backoff_ms: Whole = 30_000
    backoff_multiplier: Amount = 2.0
    jitter: Flag = True
    circuit_breaker_threshold: Whole = 3
    max_retries_per_run: Whole | None = 8
    contain_failures: Flag = True
    auto_apply_additive_drift: Flag = False
