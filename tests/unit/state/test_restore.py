"""A restore replaces the state as a whole or not at all, and keeps what was there."""

import sqlite3
from pathlib import Path

import pytest

from rocky_core.errors import StateCorrupted, StateLocked, StateTooNew, StateUnavailable, UserError
from rocky_core.ir.replace import replace
from rocky_core.ir.state import RunProgress, TableOutcome, TableProgress, TableStatus, WriteIntent
from rocky_core.ir.world import Watermark
from rocky_core.state.migrate import migrate, migrations
from rocky_core.state.restore import Restored, restore_state

from .conftest import CLOCK, START, take

OLD = Watermark("2026-02-27T00:00:00Z", START)
NEW = replace(OLD, last_value="2026-02-28T00:00:00Z")


def write(store, **watermarks):
    lease = take(store)
    for table, watermark in watermarks.items():
        store.set_watermark(lease, table, watermark)
    store.release_lease(lease)


def make(path, opened, **watermarks):
    store = opened(path)
    write(store, **watermarks)
    store.close()


def watermarks(path, opened):
    store = opened(path)
    found = {table: replace(mark, is_set_by_hand=False) for table, mark in store.watermarks().items()}
    store.close()
    return found


def files(path):
    return sorted(file.name for file in path.parent.iterdir() if file.suffix != ".lock")


@pytest.fixture
def backup(tmp_path, opened):
    path = tmp_path / "backup.db"
    make(path, opened, t=OLD)
    return path


def test_a_damaged_state_is_replaced_and_kept(path, backup, opened):
    make(path, opened, t=NEW)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE partitions")
    connection.close()
    damaged = path.read_bytes()

    restored = restore_state(path, backup, CLOCK)

    kept = path.with_name(".rocky-state.db.corrupt-20260301T120000Z")
    assert restored == Restored(path, kept)
    assert (watermarks(path, opened), kept.read_bytes()) == ({"t": OLD}, damaged)
    assert files(path) == [".rocky-state.db", kept.name]
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_a_file_that_is_no_database_at_all_is_replaced_and_kept(path, backup, opened):
    path.parent.mkdir()
    path.write_text("overwritten by something that was not ours")

    kept = restore_state(path, backup, CLOCK).kept_as

    assert (watermarks(path, opened), kept.read_text()[:11]) == ({"t": OLD}, "overwritten")


def test_a_state_that_is_gone_is_put_back(path, backup, opened):
    assert restore_state(path, backup, CLOCK) == Restored(path, None)
    assert watermarks(path, opened) == {"t": OLD}


def test_a_whole_state_is_replaced_only_by_force(path, backup, opened):
    make(path, opened, t=NEW, same=OLD, gone=NEW)

    with pytest.raises(UserError, match="is not damaged"):
        restore_state(path, backup, CLOCK)
    assert (watermarks(path, opened), len(files(path))) == ({"t": NEW, "same": OLD, "gone": NEW}, 1)

    make(backup, opened, same=OLD)
    kept = path.with_name(".rocky-state.db.replaced-20260301T120000Z")
    assert restore_state(path, backup, CLOCK, force=True) == Restored(path, kept, ("gone", "t"))
    assert (watermarks(path, opened), watermarks(kept, opened)) == (
        {"t": OLD, "same": OLD},
        {"t": NEW, "same": OLD, "gone": NEW},
    )


def test_a_state_of_a_later_version_is_replaced_only_by_force(path, backup, opened):
    make(path, opened, t=NEW)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(UserError, match="is not damaged"):
        restore_state(path, backup, CLOCK)
    assert restore_state(path, backup, CLOCK, force=True).kept_as.name == ".rocky-state.db.replaced-20260301T120000Z"


def test_what_is_still_in_the_log_of_a_backup_is_restored_too(path, backup, opened):
    store = opened(backup)
    write(store, late=NEW)

    restore_state(path, backup, CLOCK)

    assert watermarks(path, opened) == {"t": OLD, "late": NEW}


def test_what_is_still_in_the_log_of_the_state_is_kept_too(path, backup, opened, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    store = opened(path)
    write(store, t=NEW)
    for name in (".rocky-state.db", ".rocky-state.db-wal"):  # As a killed process leaves them.
        (copy / name).write_bytes((path.parent / name).read_bytes())
    target = copy / ".rocky-state.db"

    kept = restore_state(target, backup, CLOCK, force=True).kept_as

    assert (watermarks(target, opened), watermarks(kept, opened)) == ({"t": OLD}, {"t": NEW})


def test_a_backup_of_an_older_version_is_brought_up_to_date(path, tmp_path, opened):
    backup = tmp_path / "old.db"
    connection = sqlite3.connect(backup, isolation_level=None)
    migrate(connection, str(backup), migrations()[:1])
    connection.close()
    before = backup.read_bytes()

    restore_state(path, backup, CLOCK)

    assert (watermarks(path, opened), backup.read_bytes()) == ({}, before)


def test_the_next_run_proves_the_watermarks_of_a_backup(path, backup, opened):
    store = opened(backup)
    lease = take(store, "sales", "run-2")
    store.start_run(lease, RunProgress("run-2", "sales", START, 1))
    for index, table in enumerate(("known", "open", "by hand")):
        store.begin_tables(lease, [WriteIntent("sales", "run-2", table, "incremental", START)])
        entry = TableProgress(index, table, (table,), TableStatus.SUCCESS, START)
        store.finish_tables(lease, [TableOutcome(entry, watermark=OLD, is_settled=table != "open")])
    by_hand = replace(NEW, is_set_by_hand=True)
    store.set_watermark(lease, "by hand", by_hand)
    store.close()

    restore_state(path, backup, CLOCK)

    store = opened(path)
    intents = {intent.table: intent for intent in store.open_intents("sales")}
    assert dict(store.watermarks()) == {
        "t": replace(OLD, is_set_by_hand=True),
        "known": OLD,
        "open": OLD,
        "by hand": by_hand,
    }
    assert intents == {
        "known": WriteIntent("sales", "run-2", "known", "restored", CLOCK.now(), OLD.last_value),
        "open": WriteIntent("sales", "run-2", "open", "incremental", START),
    }


def test_a_restore_that_fails_at_its_last_step_changes_nothing(path, backup, opened, monkeypatch):
    make(path, opened, t=NEW)

    def fail(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(StateUnavailable, match="cannot be replaced: Input/output error"):
            restore_state(path, backup, CLOCK, force=True)

    assert watermarks(path, opened) == {"t": NEW}


def test_a_file_system_without_second_names_keeps_a_copy(path, backup, opened, monkeypatch):
    make(path, opened, t=NEW)

    def fail(*_):
        raise OSError(95, "Operation not supported")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "hardlink_to", fail)
        kept = restore_state(path, backup, CLOCK, force=True).kept_as

    assert (watermarks(path, opened), watermarks(kept, opened)) == ({"t": OLD}, {"t": NEW})


def refuse(path, backup, error):
    before = path.read_bytes()
    names = files(path)
    with pytest.raises(error):
        restore_state(path, backup, CLOCK, force=True)
    assert (path.read_bytes(), files(path)) == (before, names)


BAD_BACKUPS = {
    "damaged in one record": ("UPDATE watermarks SET value = '['", StateCorrupted),
    "without a table": ("DROP TABLE leases", StateCorrupted),
    "of a later version": ("PRAGMA user_version = 99", StateTooNew),
    "of another program": ("PRAGMA application_id = 7", StateUnavailable),
}


@pytest.mark.parametrize(("damage", "error"), BAD_BACKUPS.values(), ids=BAD_BACKUPS)
def test_a_bad_backup_changes_nothing(path, backup, opened, damage, error):
    make(path, opened, t=NEW)
    connection = sqlite3.connect(backup)
    connection.execute(damage)
    connection.commit()
    connection.close()

    refuse(path, backup, error)


def test_a_backup_that_is_not_there_changes_nothing(path, opened, tmp_path):
    make(path, opened, t=NEW)

    refuse(path, tmp_path / "none.db", StateUnavailable)


def test_a_state_that_is_in_use_is_not_replaced(path, backup, opened):
    store = opened(path)
    write(store, t=NEW)

    with pytest.raises(StateLocked, match="state file locked: other programs have"):
        restore_state(path, backup, CLOCK, force=True)

    assert dict(store.watermarks()) == {"t": NEW}


def test_another_programs_file_is_never_replaced(path, backup):
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE precious (a)")
    connection.close()

    refuse(path, backup, StateUnavailable)
