"""`[state]` as it is written, and how the server is asked then."""

from __future__ import annotations

import pytest

from rocky_core.config.retry import Retry
from rocky_core.config.settings import State
from rocky_core.errors import UserError
from rocky_core.remote_state import remote_state
from rocky_core.state.open_object_store import Cloud, ObjectStoreOptions
from rocky_core.state.open_redis import RedisOptions
from rocky_core.state.open_tiered import TieredOptions
from rocky_core.state.patience import Patience

URL = "redis://localhost:6379/0"
PATIENCE = Patience(
    max_retries=7,
    initial_backoff_seconds=0.01,
    max_backoff_seconds=2.0,
    backoff_multiplier=3.0,
    has_jitter=False,
    breaker_threshold=9,
    recovery_seconds=4.0,
    max_retries_in_all=11,
)
RETRY = Retry(
    max_retries=7,
    initial_backoff_ms=10,
    max_backoff_ms=2000,
    backoff_multiplier=3.0,
    jitter=False,
    circuit_breaker_threshold=9,
    circuit_breaker_recovery_timeout_secs=4,
    max_retries_per_run=11,
)
S3 = {"s3_bucket": "b", "s3_prefix": "p/", "s3_endpoint": "http://localhost:9000", "s3_region": "eu"}
S3_OPTIONS = ObjectStoreOptions(
    Cloud.S3, "b", "p/", "n", endpoint="http://localhost:9000", region="eu", timeout_seconds=5, patience=PATIENCE
)
# The section, besides how patient it is, and what follows for the namespace `n`.
SECTIONS = {
    "valkey": (
        {"backend": "valkey", "valkey_url": URL, "valkey_prefix": "p:"},
        RedisOptions(URL, "p:", "n", timeout_seconds=5, patience=PATIENCE),
    ),
    "s3": ({"backend": "s3", **S3}, S3_OPTIONS),
    "gcs": (
        {"backend": "gcs", "gcs_bucket": "b", "gcs_prefix": "p/"},
        ObjectStoreOptions(Cloud.GCS, "b", "p/", "n", timeout_seconds=5, patience=PATIENCE),
    ),
    "tiered, whose copies are not waited for long": (
        {"backend": "tiered", "valkey_url": URL, **S3},
        TieredOptions(S3_OPTIONS, RedisOptions(URL, namespace="n", timeout_seconds=2, patience=PATIENCE)),
    ),
}


@pytest.fixture(autouse=True)
def options_are_the_answer(monkeypatch):
    for opening in ("open_redis.open_redis", "open_object_store.open_object_store", "open_tiered.open_tiered"):
        monkeypatch.setattr(f"rocky_core.state.{opening}", lambda options, _: options)


@pytest.mark.parametrize(("section", "options"), SECTIONS.values(), ids=SECTIONS)
def test_what_the_section_says_is_how_the_server_is_asked(section, options):
    assert remote_state(State(transfer_timeout_seconds=5, retry=RETRY, **section), "n")(None) == options


@pytest.mark.parametrize(("told", "seconds"), [(0, 1), (12, 12), (300, 30)])
def test_a_request_never_takes_so_long_that_it_costs_the_lease(told, seconds):
    state = State(backend="valkey", valkey_url=URL, transfer_timeout_seconds=told)

    assert remote_state(state, None)(None) == RedisOptions(URL, timeout_seconds=seconds, patience=PATIENCE_BY_DEFAULT)


PATIENCE_BY_DEFAULT = Patience(
    max_retries=3,
    initial_backoff_seconds=1.0,
    max_backoff_seconds=30.0,
    backoff_multiplier=2.0,
    has_jitter=True,
    breaker_threshold=5,
    recovery_seconds=30.0,
    max_retries_in_all=None,
)

# A section that says too little or too much, and what is said of it.
WRONG = {
    "no address": ({"backend": "valkey"}, "needs valkey_url"),
    "no bucket": ({"backend": "s3"}, "needs s3_bucket"),
    "no bucket of Google": ({"backend": "gcs"}, "needs gcs_bucket"),
    "nothing in front": ({"backend": "tiered", **S3}, "needs valkey_url"),
    "two buckets": ({"backend": "tiered", "valkey_url": URL, "gcs_bucket": "b", **S3}, "both s3_bucket and gcs_bucket"),
}


@pytest.mark.parametrize(("section", "words"), WRONG.values(), ids=WRONG)
def test_a_section_that_names_no_one_place_is_refused(section, words):
    with pytest.raises(UserError, match=words):
        remote_state(State(**section), None)
