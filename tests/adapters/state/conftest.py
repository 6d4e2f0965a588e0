"""The stores that the conformance suite is run against are the rows of `worker.OPENERS`."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from rocky_core.ir.state import LeaseRequest
from rocky_core.state.process import this_process
from tests.forked import Forked

from .servers import gcs, gcs_key, s3, valkey
from .worker import OPENERS, START, RealClock, work


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self.instant = START
        self.count = 1000.0

    def now(self):
        return self.instant

    def monotonic(self):
        return self.count

    def sleep(self, seconds):
        self.pass_time(seconds)

    def pass_time(self, seconds):
        self.instant += timedelta(seconds=seconds)
        self.count += seconds


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory):
    with valkey(tmp_path_factory.mktemp("valkey")) as url:
        os.environ["ROCKY_TEST_VALKEY_URL"] = url  # Workers read it too.
        yield url


@pytest.fixture(scope="session")
def s3_url():
    with s3() as url:
        os.environ["ROCKY_TEST_S3_URL"] = url
        yield url


@pytest.fixture(scope="session")
def gcs_url(tmp_path_factory):
    with gcs(tmp_path_factory.mktemp("gcs")) as url:
        os.environ["ROCKY_TEST_GCS_URL"] = url
        os.environ["GOOGLE_SERVICE_ACCOUNT_KEY"] = gcs_key(url)
        yield url


SERVERS = {"valkey": ("valkey_url",), "s3": ("s3_url",), "gcs": ("gcs_url",), "tiered": ("valkey_url", "s3_url")}


@pytest.fixture(params=sorted(OPENERS))
def kind(request):
    for server in SERVERS.get(request.param, ()):
        request.getfixturevalue(server)
    return request.param


@pytest.fixture
def reopen(kind, tmp_path, clock):
    """Opens the same state again, as the next process would."""
    opened = []

    def again(with_clock=clock):
        for earlier in opened:
            settle(earlier)
        opened.append(OPENERS[kind](tmp_path, with_clock))
        return opened[-1]

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen):
    return reopen()


@pytest.fixture
def real_store(reopen):
    """A store that goes by the machine's clock, as other processes do."""
    return reopen(RealClock())


@pytest.fixture
def lease(store):
    """The lease of a run of the pipeline `sales`."""
    return take(store, "sales", "run-1").lease


@pytest.fixture
def start_worker(kind, tmp_path):
    """Starts another program on the same state; it stops at its first `ready`."""
    started = []

    def start(action, name):
        started.append(Forked(work, kind, str(tmp_path), action, name))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def settle(store):
    """Wait until everything is stored that a store keeps back for a moment."""
    if hasattr(store._backend, "flush"):
        store._backend.flush()


def take(store, pipeline, run_id, process=None, ttl=60.0):
    request = LeaseRequest(pipeline, run_id, process or this_process(), timedelta(seconds=ttl))
    return store.acquire_lease(request)


def heard(process):
    return process.stdout.readline().strip()


def tell(process):
    process.stdin.write("go\n")
    process.stdin.flush()
