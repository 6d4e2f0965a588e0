"""A store that stops answering in the middle of a run: what is true by then waits in a file and is stored once."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import stat
import sys
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from rocky_core.errors import LeaseLost, StateUnreachable
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.idempotency import KeyClaim, KeyState
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    LedgerEntry,
    LoadedFile,
    ModelExecution,
    PartitionBuild,
    PartitionStatus,
    RetentionPolicy,
    RunProgress,
    RunRecord,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
)
from rocky_core.ir.world import Watermark
from rocky_core.state.backend import Table
from rocky_core.state.gathered_writes import GatheredWrites
from rocky_core.state.journal import JOURNALS, Journal, find_journals
from rocky_core.state.object_backend import ObjectBackend
from rocky_core.state.object_namespace import ObjectNamespace
from rocky_core.state.open_object_store import Cloud, ObjectStoreOptions, open_object_store, open_objects
from rocky_core.state.open_redis import RedisOptions, open_redis
from rocky_core.state.patience import Patience
from rocky_core.state.process import this_process
from rocky_core.state.record_store import RecordStore
from rocky_core.state.tables import RUN_PROGRESS
from tests.forked import Forked

from .conftest import heard, take, tell
from .servers import free_port, gcs, gcs_key, valkey
from .worker import START, TABLE, RealClock, open_valkey, s3_options


class Line:
    """What lies between a store and its server; all stores of a test share it."""

    def __init__(self):
        self.is_cut = False
        self.loses_answers = False

    def ask(self, call, *, is_change):
        if self.is_cut and not (self.loses_answers and is_change):
            raise StateUnreachable("nobody answers")
        answer = call()
        if self.is_cut:
            raise StateUnreachable("the answer was lost")
        return answer


class CutBackend:
    """A backend whose every transaction is one call over the line."""

    def __init__(self, backend, line):
        self._backend, self._line = backend, line

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def read(self, work):
        return self._line.ask(lambda: self._backend.read(work), is_change=False)

    def write(self, work, **options):
        return self._line.ask(lambda: self._backend.write(work, **options), is_change=True)


class CutObjects:
    """Objects that are asked for over the line."""

    def __init__(self, objects, line):
        self._objects, self._line = objects, line

    def __getattr__(self, name):
        return getattr(self._objects, name)

    def read(self, *told, **options):
        return self._line.ask(lambda: self._objects.read(*told, **options), is_change=False)

    def create(self, *told):
        return self._line.ask(lambda: self._objects.create(*told), is_change=True)

    def replace(self, *told):
        return self._line.ask(lambda: self._objects.replace(*told), is_change=True)


def over_valkey(directory, clock, line):
    return RecordStore(GatheredWrites(CutBackend(open_valkey(directory, clock).backend.inner, line)), clock)


def over_s3(directory, clock, line):
    objects = CutObjects(open_objects(s3_options(directory), RealClock()), line)
    return RecordStore(ObjectBackend(ObjectNamespace(objects), RealClock()), clock)


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def directory(tmp_path):
    return tmp_path / JOURNALS


@pytest.fixture(params=[over_valkey, over_s3])
def opens(request, tmp_path, clock, line, directory):
    """Opens the state as a run does."""
    request.getfixturevalue("valkey_url" if request.param is over_valkey else "s3_url")
    stores = []

    def again(journals=directory):
        store = request.param(tmp_path, clock, line)
        store.keep_journal(Journal(journals, store.location, clock))
        stores.append(store)
        return store

    yield again
    line.is_cut = False
    for store in stores:
        store.close()


def intent(run, table=TABLE, partitions=()):
    return WriteIntent("sales", run, table, "incremental", START, partitions=partitions)


def outcome(run, table=TABLE, value="2026-02-01", index=0):
    """Everything that there is to say about a table that was written."""
    return TableOutcome(
        TableProgress(index, table, (table,), TableStatus.SUCCESS, START),
        execution=ModelExecution(table, (table,), START, START, 5, "success"),
        watermark=Watermark(value, START),
        partitions=(PartitionBuild(table, "p1", PartitionStatus.COMPUTED, START + timedelta(minutes=1), run),),
        source_marker=f"marker of {run}",
        ledger=(LedgerEntry("job", table, "", 1, "step", run, START),),
        build=BuildRecord(run, f"build of {run}", succeeded=True, recipe="r"),
        loaded_files=(LoadedFile("sales", "a.csv", START, 3, 30),),
    )


def begin(store, run, *tables, ttl=60.0):
    lease = take(store, "sales", run, ttl=ttl).lease
    store.start_run(lease, RunProgress(run, "sales", START, len(tables)))
    store.begin_tables(lease, [intent(run, table, ("p1",)) for table in tables])
    return lease


def settle(store):
    """Wait until what is stored a moment later is stored, or is known not to be."""
    if hasattr(store.backend, "flush"):
        with contextlib.suppress(StateUnreachable):
            store.backend.flush()


def known(store):
    """What is known of the table."""
    return {
        "watermark": store.watermark(TABLE),
        "builds": store.builds().get(TABLE),
        "marker": store.source_markers().get(TABLE),
        "partitions": [(one.run_id, one.status) for one in store.partitions(TABLE)],
        "executions": len(store.model_executions(TABLE)),
        "attempts": [one.attempts for one in store.ledger("job")],
        "files": [one.path for one in store.loaded_files("sales")],
        "open": [one.table for one in store.open_intents("sales")],
    }


def all_of(run):
    return {
        "watermark": Watermark("2026-02-01", START),
        "builds": BuildRecord(run, f"build of {run}", succeeded=True, recipe="r"),
        "marker": f"marker of {run}",
        "partitions": [(run, PartitionStatus.COMPUTED)],
        "executions": 1,
        "attempts": [1],
        "files": ["a.csv"],
        "open": [],
    }


def stopped_in_the_middle(store, line, run="run-1"):
    """A run that has written its table when the line is cut, and ends."""
    claim = KeyClaim("monday", run, this_process())
    store.claim_key(claim)
    lease = begin(store, run, TABLE)
    settle(store)
    line.is_cut = True
    store.finish_tables(lease, [outcome(run)])
    store.finish_run(lease, RunRecord(run, START, START, RunStatus.SUCCESS, pipeline="sales"))
    store.finalize_key(claim, RunStatus.SUCCESS)
    assert "3 records of this run wait" in store.waiting()
    store.close()
    return lease


def test_what_one_run_could_not_store_the_next_one_stores_whole_and_once(opens, line, directory, clock):
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)  # Its lease could not be given back.

    later = opens()
    (told,) = later.settle_journals("sales")

    assert told == "stored what had waited in the journal: 3 records of run-1"
    assert known(later) == all_of("run-1")
    assert later.run_record("run-1").status is RunStatus.SUCCESS
    assert later.key_entry("monday").state is KeyState.SUCCEEDED
    assert (later.settle_journals("sales"), list(directory.iterdir())) == ((), [])
    assert later.leases() == ()


def test_a_journal_that_is_found_twice_changes_nothing_more(opens, line, directory, clock, tmp_path):
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)
    shutil.copytree(directory, tmp_path / "kept")
    later = opens()
    later.settle_journals("sales")

    later.sweep_history(RetentionPolicy(max_age=timedelta(0), min_kept=0))
    again = opens(tmp_path / "kept")
    again.settle_journals("sales")

    assert known(again) == {**all_of("run-1"), "executions": 0}, "what was thinned out meanwhile does not come back"


def test_what_was_stored_although_the_answer_was_lost_is_not_counted_twice(opens, line, clock):
    line.loses_answers = True
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)

    later = opens()
    later.settle_journals("sales")

    assert known(later) == all_of("run-1")


def test_a_line_that_is_back_in_the_same_run_is_used_at_once_and_in_order(opens, line, directory):
    store = opens()
    lease = begin(store, "run-1", TABLE)
    settle(store)
    line.is_cut = True
    store.finish_tables(lease, [outcome("run-1", value="2026-02-01")])
    settle(store)
    assert [len(one.dues) for one in find_journals(directory)] == [1]
    line.is_cut = False

    store.begin_tables(lease, [intent("run-1")])
    assert (store.waiting(), list(directory.iterdir())) == (None, [])
    store.finish_tables(lease, [outcome("run-1", value="2026-02-02", index=1)])
    settle(store)

    assert store.watermark(TABLE).last_value == "2026-02-02"


def test_while_something_waits_nothing_later_overtakes_it(opens, line, directory):
    store = opens()
    lease = begin(store, "run-1", TABLE, "other")
    settle(store)
    line.is_cut = True
    store.finish_tables(lease, [outcome("run-1")])
    settle(store)
    line.is_cut = False

    store.finish_tables(lease, [outcome("run-1", "other")])
    settle(store)

    assert [one.table for one in store.table_progress("run-1")] == [TABLE, "other"]
    assert list(directory.iterdir()) == []


def test_a_write_is_never_announced_in_a_journal(opens, line, directory):
    store = opens()
    lease = begin(store, "run-1")
    line.is_cut = True

    with pytest.raises(StateUnreachable):
        store.begin_tables(lease, [intent("run-1")])

    assert find_journals(directory) == ()


def test_a_run_that_was_replaced_stores_nothing_of_its_own_and_its_journal_is_merged_later(
    opens, line, directory, clock
):
    """The watermark, and what the table is made of, are the successor's to say; history belongs to both."""
    first = opens()
    lease = begin(first, "run-1", TABLE)
    settle(first)
    line.is_cut = True
    first.finish_tables(lease, [outcome("run-1")])
    settle(first)
    line.is_cut = False
    clock.pass_time(61)
    second = opens()
    newer = begin(second, "run-2", TABLE)
    second.settle_intents(newer, {TABLE: Watermark("2026-02-01", START)})
    second.begin_tables(newer, [intent("run-2")])
    second.finish_tables(newer, [outcome("run-2", value="2026-03-01")])
    second.release_lease(newer)
    settle(second)

    with pytest.raises(LeaseLost):
        first.finish_run(lease, RunRecord("run-1", START, START, RunStatus.SUCCESS))
    assert len(find_journals(directory)) == 1
    first.close()
    third = opens()
    third.settle_journals("sales")

    assert known(third) == {
        "watermark": Watermark("2026-03-01", START),
        "builds": BuildRecord("run-1"),  # Nobody is certain which write came last: it is built again.
        "marker": "marker of run-2",
        "partitions": [("run-2", PartitionStatus.COMPUTED)],
        "executions": 2,
        "attempts": [2],
        "files": ["a.csv"],
        "open": [],
    }


def test_a_partition_that_another_run_has_built_since_stays_that_run_s(opens, line, clock):
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)
    second = opens()
    lease = take(second, "sales", "run-2").lease
    second.settle_intents(lease, {TABLE: None})
    second.start_run(lease, RunProgress("run-2", "sales", START, 1))
    second.begin_tables(lease, [intent("run-2")])
    newer = PartitionBuild(TABLE, "p1", PartitionStatus.FAILED, START + timedelta(hours=1), "run-2")
    progress = TableProgress(0, TABLE, (TABLE,), TableStatus.FAILED, START)
    second.finish_tables(lease, [TableOutcome(progress, partitions=(newer,))])
    second.release_lease(lease)
    settle(second)

    second.settle_journals("sales")

    assert second.partitions(TABLE) == (newer,)
    assert second.run_record("run-1").status is RunStatus.SUCCESS, "only the run itself knows how it ended"


def test_a_journal_waits_while_its_pipeline_is_being_run(opens, line, directory, clock):
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)
    second = opens()
    lease = take(second, "sales", "run-2").lease

    (told,) = opens().settle_journals("sales")
    assert "is being run by run run-2" in told
    assert len(find_journals(directory)) == 1

    second.release_lease(lease)
    settle(second)
    assert opens().settle_journals("sales")[0].startswith("stored")


def test_a_journal_that_a_living_run_writes_is_not_taken_from_it(opens, line, directory):
    first = opens()
    lease = begin(first, "run-1", TABLE)
    settle(first)
    line.is_cut = True
    first.finish_tables(lease, [outcome("run-1")])
    settle(first)
    line.is_cut = False

    assert opens().settle_journals("sales") == ()
    assert [one.is_in_use for one in find_journals(directory)] == [True]


def test_only_its_owner_reads_a_journal_and_it_is_of_one_store(opens, line, directory):
    stopped_in_the_middle(opens(), line)
    (journal,) = find_journals(directory)

    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    line.is_cut = False
    text = journal.path.read_text()
    journal.path.write_text(written_otherwise(text, journal.location, "redis://elsewhere"))
    assert (opens().settle_journals("sales"), journal.path.exists()) == ((), True)


def checked(text):
    return f"{zlib.crc32(text.encode()):08x} {text}"


def written_otherwise(text, old, new):
    """As another version would have written it."""
    bodies = [line.partition(" ")[2].replace(old, new) for line in text.splitlines()]
    return "".join(f"{checked(body)}\n" for body in bodies)


TORN = "stored what had waited in the journal: 2 records of run-1"
# What has become of the file, what people are told, and whether it is stored.
SPOILT = {
    "its last line was cut off": (lambda text: text[: text.rindex("\n", 0, -1) + 20], TORN, True),
    "of its last line a part is missing": (lambda text: f"{text[:-40]}{chr(0) * 39}\n", TORN, True),
    "an earlier line was changed": (lambda text: text.replace('"run-1"', '"run-9"', 1), "match its checksum", False),
    "it holds what is not known": (
        lambda text: written_otherwise(text, '"type":"table"', '"type":"chair"'),
        "it cannot be read",
        False,
    ),
    "a later version wrote it": (
        lambda text: written_otherwise(text, '{"format":1', '{"format":2'),
        "upgrade dagster-rocky",
        False,
    ),
    "nothing is in it": (lambda _: "", "it holds nothing that is whole", False),
}


@pytest.mark.parametrize("case", SPOILT)
def test_of_a_journal_only_what_is_whole_is_used(case, opens, line, directory, clock):
    spoil, words, is_used = SPOILT[case]
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)
    (journal,) = find_journals(directory)
    journal.path.write_text(spoil(journal.path.read_text()))

    later = opens()
    (told,) = later.settle_journals("sales")

    assert words in told
    assert (journal.path.exists(), later.watermark(TABLE) is not None) == (not is_used, is_used)


def test_the_journal_of_another_pipeline_is_left_to_that_pipeline(opens, line, directory, clock):
    """Whoever stored it would need the other's lease, and keep a run of it from starting."""
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)

    assert opens().settle_journals("orders") == ()
    assert len(find_journals(directory)) == 1
    assert opens().settle_journals("sales")[0].startswith("stored")


def test_a_record_that_cannot_be_stored_keeps_no_run_from_its_work(opens, line, directory, clock):
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)
    later = opens()
    broken = Table(RUN_PROGRESS.name, str)
    later.backend.write(lambda t: t.put(broken, "sales", "run-1", "what nobody can read"))

    (told,) = later.settle_journals("sales")

    assert "could not be stored and stays" in told
    assert len(find_journals(directory)) == 1


def test_who_only_looks_at_a_journal_is_waited_for(opens, line, directory, clock):
    stopped_in_the_middle(opens(), line)
    line.is_cut = False
    clock.pass_time(61)
    (journal,) = find_journals(directory)
    looking = journal.path.open("rb")
    fcntl.flock(looking, fcntl.LOCK_SH)
    clock.sleep = lambda _: looking.close()

    assert opens().settle_journals("sales")[0].startswith("stored")


def starts_when_told(directory):
    """A run that starts, in a process of its own; it stores what waits and says so."""
    store = open_valkey(Path(directory), RealClock())
    store.keep_journal(Journal(Path(directory) / JOURNALS, store.location, RealClock()))
    print("ready", flush=True)
    sys.stdin.readline()
    print(*store.settle_journals("sales") or ("nothing",), flush=True)
    store.close()


@pytest.mark.usefixtures("valkey_url")
def test_of_runs_that_start_together_one_stores_what_waits(tmp_path, line, clock):
    store = over_valkey(tmp_path, RealClock(), line)
    store.keep_journal(Journal(tmp_path / JOURNALS, store.location, RealClock()))
    lease = stopped_in_the_middle(store, line)
    line.is_cut = False
    with contextlib.closing(over_valkey(tmp_path, RealClock(), line)) as server:
        server.release_lease(lease)
    starting = [Forked(starts_when_told, str(tmp_path)) for _ in range(4)]
    for process in starting:
        assert heard(process) == "ready"
    for process in starting:
        tell(process)
    told = sorted(process.communicate()[0].strip() for process in starting)

    assert [one for one in told if one != "nothing"] == ["stored what had waited in the journal: 3 records of run-1"]
    with contextlib.closing(over_valkey(tmp_path, clock, line)) as server:
        assert known(server) == all_of("run-1")


IMPATIENT = Patience(max_retries=0, initial_backoff_seconds=0.0, max_backoff_seconds=0.0, breaker_threshold=0)
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


def real_valkey(folder, port, namespace):
    """A server that is killed at the end and keeps what it has acknowledged, and how a store on it is opened."""
    options = RedisOptions(f"redis://127.0.0.1:{port}/0", namespace=namespace, timeout_seconds=2, patience=IMPATIENT)
    return valkey(folder, *DURABLE, port=port, is_killed=True), lambda clock: open_redis(options, clock)


def real_bucket(folder, port, namespace):
    """The same of a bucket."""
    address = f"http://127.0.0.1:{port}"
    options = ObjectStoreOptions(
        Cloud.GCS, "rocky-state", namespace=namespace, endpoint=address, timeout_seconds=2, patience=IMPATIENT
    )
    return gcs(folder, port=port), lambda clock: open_object_store(options, clock)


@pytest.mark.parametrize("real", [real_valkey, real_bucket])
def test_a_server_that_is_killed_and_started_again_gets_all_of_it(real, tmp_path, monkeypatch):
    folder, port, clock = tmp_path / "server", free_port(), RealClock()
    folder.mkdir()
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", gcs_key(f"http://127.0.0.1:{port}"))

    def opened():
        store = real(folder, port, "killed")[1](clock)
        store.keep_journal(Journal(tmp_path / JOURNALS, store.location, clock))
        return store

    with real(folder, port, "killed")[0]:
        store = opened()
        claim = KeyClaim("monday", "run-1", this_process())
        store.claim_key(claim)
        lease = begin(store, "run-1", TABLE)
        settle(store)
    store.finish_tables(lease, [outcome("run-1")])
    store.finish_run(lease, RunRecord("run-1", START, START, RunStatus.SUCCESS, pipeline="sales"))
    store.finalize_key(claim, RunStatus.SUCCESS)
    assert "3 records of this run wait" in store.waiting()
    store.close()

    with real(folder, port, "killed")[0]:
        later = opened()
        assert later.release_lease(lease)
        assert later.settle_journals("sales") == ("stored what had waited in the journal: 3 records of run-1",)
        assert known(later) == all_of("run-1")
        assert later.key_entry("monday").state is KeyState.SUCCEEDED
        later.close()


def test_buckets_of_one_name_on_two_servers_are_two_places():
    places = {
        open_objects(ObjectStoreOptions(Cloud.S3, "b", endpoint=endpoint, region="us-east-1"), RealClock()).location
        for endpoint in (None, "http://one:9000", "http://two:9000", "https://someone:hidden@one:9000")
    }

    assert sorted(places) == [
        "s3://b/rocky/state/v1/default",
        "s3://b/rocky/state/v1/default on one:9000",
        "s3://b/rocky/state/v1/default on two:9000",
    ]


def test_where_no_journal_can_be_kept_the_store_s_own_error_is_told(opens, line, tmp_path):
    (tmp_path / "file").write_text("")
    store = opens(tmp_path / "file" / "journal")
    claim = KeyClaim("monday", "run-1", this_process())
    store.claim_key(claim)
    line.is_cut = True

    with pytest.raises(StateUnreachable):
        store.finalize_key(claim, RunStatus.SUCCESS)
    assert store.waiting() is None


def test_what_a_replaced_run_stores_late_is_refused_and_kept_nowhere(opens, directory, clock):
    """A store that answers before it has stored learns of its successor only afterwards."""
    first = opens()
    lease = begin(first, "run-1", TABLE)
    settle(first)
    clock.pass_time(61)
    second = opens()
    take(second, "sales", "run-2")
    settle(second)

    with pytest.raises(LeaseLost):  # noqa: PT012 — which of the two hears of it depends on the store
        first.finish_tables(lease, [outcome("run-1")])
        first.finish_run(lease, RunRecord("run-1", START, START, RunStatus.SUCCESS))

    settle_quietly(first)
    assert find_journals(directory) == ()
    assert second.watermark(TABLE) is None


def settle_quietly(store):
    with contextlib.suppress(LeaseLost):
        settle(store)
