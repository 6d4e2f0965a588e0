"""How often a server is asked and how much travels: of a long history only what is needed."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from rocky_core.ir.state import ModelExecution
from rocky_core.ir.world import Watermark
from rocky_core.state.compact_objects import _MOST_SEGMENTS
from rocky_core.state.tables import MODEL_EXECUTIONS, WATERMARKS

from .conftest import settle
from .cutting_proxy import rough_network
from .worker import OPENERS, START, RealClock

MODELS = 10_000
A_RUN = 250
VARIABLES = {"valkey": "ROCKY_TEST_VALKEY_URL", "s3": "ROCKY_TEST_S3_URL"}


def fill(store):
    """A watermark and an execution of each of many models, as many runs of a hundred models leave them behind."""
    for since in range(0, MODELS, A_RUN):

        def put(transaction, since=since):
            for number in range(since, since + A_RUN):
                name = f"t{number}"
                transaction.put(WATERMARKS, "", f"shop.main.{name}", Watermark("2026-01-01", START))
                execution = ModelExecution(name, ("shop", "main", name), START, START, 1, "success")
                transaction.put(MODEL_EXECUTIONS, name, f"run-{since}", execution)

        store.backend.write(put)
    settle(store)


@pytest.fixture(scope="module", params=["valkey", "s3"])
def filled(request, tmp_path_factory):
    kind, folder = request.param, tmp_path_factory.mktemp("filled")
    url = request.getfixturevalue(f"{kind}_url")
    store = OPENERS[kind](folder, RealClock())
    fill(store)
    store.close()
    return kind, folder, url


@pytest.fixture
def counted(filled, monkeypatch):
    """The kind of a store with a long history, the store as one process opens it, and the network, which counts."""
    kind, folder, url = filled
    parts = urlsplit(url)
    with rough_network(parts.port, cut_share=0.0, seed=1) as (port, network):
        monkeypatch.setenv(VARIABLES[kind], url.replace(str(parts.port), str(port)))
        store = OPENERS[kind](folder, RealClock())
        yield kind, store, network
        store.close()


# A bucket is asked for its head, and for what is in the segments that were not folded yet, and in one shard.
BOUNDED = 1 + _MOST_SEGMENTS + 1
# What is asked; how many requests that takes of each kind of store, and how many bytes travel at most.
QUESTIONS = {
    "a watermark": (lambda store: store.watermark("shop.main.t7"), {"valkey": (1, 3_000), "s3": (BOUNDED, 8_000_000)}),
    "all watermarks": (lambda store: store.watermarks(), {"valkey": (1, 2_000_000), "s3": (BOUNDED, 8_000_000)}),
    "who runs": (lambda store: store.leases(), {"valkey": (1, 5_000), "s3": (1, 300_000)}),
    "a marker": (lambda store: store.metadata("any"), {"valkey": (1, 3_000), "s3": (1, 300_000)}),
    "a model's history": (
        lambda store: store.model_executions("t77", limit=10),
        {"valkey": (1, 5_000), "s3": (BOUNDED, 8_000_000)},
    ),
}


@pytest.mark.parametrize(("question", "bounds"), QUESTIONS.values(), ids=QUESTIONS)
def test_of_a_long_history_only_what_is_needed_is_read(counted, question, bounds):
    kind, store, network = counted
    requests, size = bounds[kind]

    question(store)
    assert store.backend.round_trips <= requests
    assert 0 < network.passed_bytes <= size


def test_what_was_read_once_is_not_read_again(counted):
    kind, store, network = counted
    store.watermarks()
    asked, passed = store.backend.round_trips, network.passed_bytes
    store.watermark("shop.main.t7")

    assert store.backend.round_trips - asked == 1
    assert network.passed_bytes - passed <= 5_000, kind
