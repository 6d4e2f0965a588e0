"""Addresses of servers: what they hold is never shown, and names that lead elsewhere are refused."""

from __future__ import annotations

import string
import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rocky_core.errors import StateUnavailable, UserError
from rocky_core.state import object_errors, redis_errors
from rocky_core.state.open_object_store import Cloud, ObjectStoreOptions, open_objects
from rocky_core.state.open_redis import RedisOptions, open_redis, open_redis_backend
from rocky_core.state.patience import Patience

SECRET = "s3cr3t-value"  # noqa: S105 — the test's own
ONCE = Patience(max_retries=0)


class MachineClock:
    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()

    def sleep(self, seconds):
        time.sleep(seconds)


CLOCK = MachineClock()

# Nothing listens at port 1; what each says to whoever uses it begins so.
ADDRESSES = {
    "a password": (f"redis://:{SECRET}@127.0.0.1:1/0", "the state in redis://127.0.0.1:1/0 under"),
    "a user": (f"redis://{SECRET}:{SECRET}@127.0.0.1:1/0", "the state in redis://127.0.0.1:1/0 under"),
    "a password among the options": (
        f"redis://127.0.0.1:1/0?password={SECRET}",
        "the state in redis://127.0.0.1:1/0 under",
    ),
    "a socket": (f"unix://u:{SECRET}@/nowhere.sock?db=1", "the state in unix:///nowhere.sock?db=1 under"),
    "a port that is none": (f"redis://127.0.0.1:{SECRET}/0", "[state] valkey_url is not an address"),
    "half an address": (f"redis://:{SECRET}@[::1/0", "[state] valkey_url is not an address"),
    "a password with a slash": (f"redis://u:{SECRET}/x@127.0.0.1:1/0", "[state] valkey_url is not an address"),
    "a password with a hash": (f"redis://u:{SECRET}#x@127.0.0.1:1/0", "[state] valkey_url is not an address"),
    "no scheme": (SECRET, "[state] valkey_url must begin with one of"),
    "another scheme": (f"https://u:{SECRET}@127.0.0.1:1", "[state] valkey_url must begin with one of"),
    "an option that is no number": (
        f"redis://127.0.0.1:1/0?socket_timeout={SECRET}",
        "[state] valkey_url has an option after the '?' whose value is not valid",
    ),
    "an option that is not known": (f"redis://:{SECRET}@127.0.0.1:1/0?no_such=1", "the state in redis://"),
}


@pytest.mark.parametrize(("address", "words"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_that_does_not_work_is_told_without_what_it_holds(address, words):
    options = RedisOptions(address, timeout_seconds=1, patience=ONCE)
    with pytest.raises((UserError, StateUnavailable)) as raised:
        open_redis(options, CLOCK)

    shown = f"{raised.value}{getattr(raised.value, 'hint', '')}"
    assert shown.startswith(words)
    assert SECRET not in shown + repr(options)


PASSWORDS = st.text(string.ascii_letters + string.digits + string.punctuation + " äß", min_size=6, max_size=30).map(
    lambda text: f"{text}§"  # Nothing that is shown holds this sign of itself.
)


@settings(max_examples=100, deadline=None)
@given(password=PASSWORDS, before=st.text(max_size=20), among_the_options=st.booleans())
def test_no_password_is_in_a_location_or_in_what_is_made_of_an_error_that_quotes_it(
    password, before, among_the_options
):
    spelled = quote(password, safe="")
    place = f"127.0.0.1:1/0?password={spelled}" if among_the_options else f"user:{spelled}@127.0.0.1:1/0"
    options = RedisOptions(f"redis://{place}", patience=ONCE)
    backend = open_redis_backend(options, CLOCK)
    quoting = RuntimeError(f"{before.replace(chr(10), '')}{password} and {options.url}")

    told, _ = redis_errors.judge(quoting, backend.location, backend._place.secrets)

    for shown in (backend.location, repr(options), repr(backend._place), str(told)):
        assert password not in shown
        assert spelled not in shown


@given(secret=PASSWORDS)
def test_no_secret_of_a_bucket_is_in_what_is_made_of_an_error_that_quotes_it(secret):
    options = ObjectStoreOptions(Cloud.S3, "bucket", secret_access_key=secret)
    told, _ = object_errors.judge(RuntimeError(f"signed with {secret}"), "s3://bucket", (secret,))

    assert secret not in f"{told}{options!r}"


HOSTILE = ("", "../other", "a/b", "a:b", "a b", "a{b}", "a\n", "a\x1fb", "*", "ä", "a" * 300 + "/", "%2e%2e")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_namespace_is_an_identifier(name):
    with pytest.raises(UserError, match="namespace"):
        open_redis_backend(RedisOptions("redis://127.0.0.1:1", namespace=name), CLOCK)
    for cloud in Cloud:
        with pytest.raises(UserError, match="namespace"):
            open_objects(ObjectStoreOptions(cloud, "bucket", namespace=name), CLOCK)


@pytest.mark.parametrize("prefix", ["{other}", "a*", "a b", "a\r\nDEL x", "ä:", ""])
def test_a_prefix_of_keys_holds_nothing_that_means_something_to_a_server(prefix):
    with pytest.raises(UserError, match="valkey_prefix"):
        open_redis_backend(RedisOptions("redis://127.0.0.1:1", prefix=prefix), CLOCK)


@pytest.mark.parametrize("prefix", ["../", "a/../../b", "a?b", "a#b", "a%2e", "a b", "a\\b", "ä/"])
def test_a_prefix_of_objects_leads_nowhere_else(prefix):
    for cloud in Cloud:
        with pytest.raises(UserError, match=f"{cloud.value}_prefix"):
            open_objects(ObjectStoreOptions(cloud, "bucket", prefix), CLOCK)


@pytest.mark.parametrize("bucket", ["", "a/b", "a?x=", "a#", "a b", "host@evil", "a\n"])
def test_a_bucket_is_a_name(bucket):
    for cloud in Cloud:
        with pytest.raises(UserError, match=f"{cloud.value}_bucket"):
            open_objects(ObjectStoreOptions(cloud, bucket), CLOCK)
