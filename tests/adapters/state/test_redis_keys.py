"""What the state is made of in a Redis: keys of one node, and no more of them than there is to remember."""

from __future__ import annotations

import contextlib
import time
from datetime import timedelta

import pytest
import redis

from rocky_core.ir.idempotency import KeyClaim, Proceed, SkipCompleted
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    LedgerEntry,
    ModelExecution,
    RetentionPolicy,
    RunProgress,
    RunRecord,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
)
from rocky_core.ir.world import GracePeriod, Watermark
from rocky_core.state.open_redis import RedisOptions, open_redis
from rocky_core.state.process import this_process
from rocky_core.state.record_store import RecordStore

from .conftest import take
from .servers import free_port, valkey
from .worker import START

SLOTS = 16384


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a node in cluster mode that has every slot."""
    options = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with valkey(tmp_path_factory.mktemp("cluster"), *options) as url:
        node = redis.Redis.from_url(url)
        node.execute_command("CLUSTER ADDSLOTSRANGE", 0, SLOTS - 1)
        give_up_at = time.monotonic() + 20
        while node.execute_command("CLUSTER INFO")["cluster_state"] != "ok":
            assert time.monotonic() < give_up_at
            time.sleep(0.02)
        yield url
        node.close()


@pytest.fixture
def opens(clock):
    with contextlib.ExitStack() as stack:

        def again(url, namespace):
            opened = stack.enter_context(contextlib.closing(open_redis(RedisOptions(url, namespace=namespace), clock)))
            return RecordStore(opened.backend, clock)  # By the test's clock and not by the server's.

        yield again


def work(store, run):
    """A run from its key to its end, which uses every kind of request; its lease is given back."""
    claim = KeyClaim(f"key of {run}", run, this_process(), retention=timedelta(seconds=1))
    assert store.claim_key(claim) == Proceed()
    lease = take(store, "sales", run).lease
    store.start_run(lease, RunProgress(run, "sales", store.clock.now(), 1))
    store.begin_tables(lease, [WriteIntent("sales", run, "t", "incremental", START)])
    outcome = TableOutcome(
        TableProgress(0, "t", ("t",), TableStatus.SUCCESS, START),
        execution=ModelExecution("t", ("t",), START, START, 1, "success"),
        watermark=Watermark("2026-01-01", START),
        ledger=(LedgerEntry(f"job of {run}", "t", "", 1, "step", run, START),),
    )
    store.finish_tables(lease, [outcome])
    store.finish_run(lease, RunRecord(run, store.clock.now(), START, RunStatus.SUCCESS, pipeline="sales"))
    store.finalize_key(claim, RunStatus.SUCCESS)
    assert store.claim_key(claim) == SkipCompleted(run)
    store.forget_work(f"job of {run}", ["t"])
    store.release_lease(lease)


def keys_of(url, part):
    client = redis.Redis.from_url(url, decode_responses=True)
    found = {key: client.execute_command("CLUSTER KEYSLOT", key) for key in client.scan_iter(f"*{part}*")}
    client.close()
    return found


def test_on_a_cluster_all_keys_of_a_namespace_are_on_one_node_and_namespaces_are_spread(cluster, opens):
    slots = {}
    for namespace in ("europe", "america"):
        store = opens(cluster, namespace)
        work(store, "run-1")
        assert [record.run_id for record in store.run_records()] == ["run-1"]
        assert store.problems() == ()
        slots[namespace] = set(keys_of(cluster, f"{{{namespace}}}").values())

    assert [len(found) for found in slots.values()] == [1, 1]
    assert slots["europe"] != slots["america"]


def measure(url, part):
    """How many keys there are that do not expire, and how many parts they have in all."""
    client = redis.Redis.from_url(url, decode_responses=True)
    sizes = {"hash": client.hlen, "zset": client.zcard}
    lasting = [key for key in client.scan_iter(f"*{part}*") if client.ttl(key) == -1]
    found = (len(lasting), sum(sizes[client.type(key)](key) for key in lasting))
    client.close()
    return found


def test_however_many_runs_there_were_the_server_holds_what_is_kept_and_no_more(valkey_url, opens, clock):
    store = opens(valkey_url, "bounded")
    held = []
    for number in range(24):
        work(store, f"run-{number}")
        clock.pass_time(86_400)
        store.sweep_history(RetentionPolicy(timedelta(0), 2))
        store.sweep_keys(timedelta(hours=1))
        held.append(measure(valkey_url, "{bounded}"))

    assert [record.run_id for record in store.run_records()] == ["run-23", "run-22"]
    assert len(set(held[3:])) == 1, held


def ended(table, *columns):
    """A table that was written, and the columns that its source no longer has."""
    periods = tuple(GracePeriod(column, "INTEGER", START, START) for column in columns)
    return TableOutcome(TableProgress(0, table, (table,), TableStatus.SUCCESS, START), grace_periods=periods)


def test_what_is_guessed_to_be_empty_and_is_not_is_found_by_the_proof(valkey_url, opens):
    first, second = opens(valkey_url, "guessed"), opens(valkey_url, "guessed")
    lease = take(first, "sales", "run-1").lease
    for table in ("a", "b"):
        first.finish_tables(lease, [ended(table)])
        first.backend.flush()
    second.finish_tables(lease, [ended("c", "old", "older")])
    second.backend.flush()

    first.finish_tables(lease, [ended("c", "new")])

    assert [period.column for period in first.grace_periods()["c"]] == ["new"]


def test_a_run_asks_a_bounded_number_of_times_however_many_tables_it_writes(valkey_url, opens):
    asked = []
    for tables in (20, 200):
        store = opens(valkey_url, f"asked_{tables}")
        lease = take(store, "sales", "run-1").lease
        store.start_run(lease, RunProgress("run-1", "sales", START, tables))
        for number in range(tables):
            name = f"t{number}"
            intent = WriteIntent("sales", "run-1", name, "full_refresh", START, is_repeatable=True)
            store.begin_tables(lease, [intent])
            store.check_lease(lease)
            store.finish_tables(lease, [ended(name)])
        store.finish_run(lease, RunRecord("run-1", START, START, RunStatus.SUCCESS, pipeline="sales"))
        asked.append(store.backend.round_trips)
        assert len(store.table_progress("run-1")) == tables

    assert asked[1] - asked[0] < 20
    assert asked[0] < 30
