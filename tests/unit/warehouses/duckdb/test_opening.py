"""Opening a database: what can be wrong, of which kind it is, and what the message tells to do."""

import os
import re
import struct
import subprocess
import sys
import tempfile
import traceback
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.errors import ConnectionFailed, TransientFailure, UserError, WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.warehouses.duckdb.attach import attach_file
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
from rocky_core.warehouses.duckdb.errors import translate

HOLD = """
import sys
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
warehouse = open_warehouse(DuckDBOptions(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
warehouse.close()
"""
OPEN = """
import os, sys
import duckdb
from rocky_core.errors import WarehouseError
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
if os.getuid() == 0 and "unprivileged" in sys.argv:
    os.setgid(65534)
    os.setuid(65534)
try:
    warehouse = open_warehouse(DuckDBOptions(sys.argv[1], read_only="read_only" in sys.argv))
    print("opened")
    warehouse.close()
except WarehouseError as error:
    print(error.failure_kind, error.message, sep="|")
"""


def opened_elsewhere(path: Path, *words: str, environment: dict[str, str] | None = None) -> str:
    """What another process says when it opens the database."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(path), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, **(environment or {})},
    )
    assert done.stderr == ""
    return done.stdout.strip()


def made(path: Path) -> Path:
    warehouse = open_warehouse(DuckDBOptions(str(path)))
    with warehouse.session() as session:
        session.execute("CREATE TABLE t AS SELECT range AS i FROM range(100000)")
    warehouse.close()
    return path


def not_opened(path: Path | str, *, read_only: bool = False) -> WarehouseError:
    with pytest.raises(WarehouseError) as raised:
        open_warehouse(DuckDBOptions(str(path), read_only=read_only))
    return raised.value


def test_a_file_is_made_by_opening_it_and_keeps_what_was_committed(tmp_path):
    made(tmp_path / "store.duckdb")
    again = open_warehouse(DuckDBOptions(str(tmp_path / "store.duckdb"), read_only=True))

    assert again.list_tables("main", catalog="STORE") == ("t",)
    again.close()


def test_databases_in_memory_are_apart_and_gone_when_closed():
    one, other = open_warehouse(DuckDBOptions()), open_warehouse(DuckDBOptions())
    with one.session() as session:
        session.execute("CREATE TABLE t (i INTEGER)")

    assert (one.list_tables("main"), other.list_tables("main")) == (("t",), ())
    one.close()
    other.close()


def test_two_connections_of_one_process_see_the_same_file(tmp_path):
    path = str(made(tmp_path / "store.duckdb"))
    plain = duckdb.connect(path)
    one, other = open_warehouse(DuckDBOptions(path)), open_warehouse(DuckDBOptions(path))

    with one.session() as session:
        session.execute("CREATE TABLE u (i INTEGER)")

    assert other.list_tables("main") == ("t", "u")
    assert plain.execute("SELECT count(*) FROM u").fetchall() == [(0,)]
    one.close()
    assert other.list_tables("main") == ("t", "u")
    other.close()
    plain.close()


def test_other_settings_in_the_same_process_are_refused_with_advice(tmp_path):
    path = str(made(tmp_path / "store.duckdb"))
    other = duckdb.connect(path, config={"threads": 1})

    error = not_opened(path)
    other.close()

    assert type(error) is ConnectionFailed
    assert "with a different configuration" in error.message
    assert error.message.endswith(
        "This process already has the file open with other settings; use the same ones, or close it first."
    )


def test_while_another_process_has_the_file_the_failure_is_transient_and_names_that_process(tmp_path):
    path = made(tmp_path / "store.duckdb")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        error = not_opened(path)
        reader_error = not_opened(path, read_only=True)
    finally:
        holder.communicate("")

    for raised in (error, reader_error):
        assert type(raised) is TransientFailure
        assert f"(PID {holder.pid})" in raised.message
        assert "Let that process finish or stop it, and run again." in raised.message
    assert holder.returncode == 0
    open_warehouse(DuckDBOptions(str(path))).close()


def test_closing_really_lets_go_of_the_file(tmp_path):
    path = tmp_path / "store.duckdb"
    warehouse = open_warehouse(DuckDBOptions(str(path)))
    with warehouse.session() as session:
        session.query("SELECT * FROM range(1000000)", limit=1)
        refused = opened_elsewhere(path)
        unfinished = session.transaction()
        unfinished.__enter__()
        session.execute("CREATE TABLE t (i INTEGER)")
        warehouse.close()

        assert refused.startswith("transient|")
        assert opened_elsewhere(path) == "opened"


def test_readers_share_a_file(tmp_path):
    path = made(tmp_path / "store.duckdb")
    reader = open_warehouse(DuckDBOptions(str(path), read_only=True))

    assert opened_elsewhere(path, "read_only") == "opened"
    assert opened_elsewhere(path).startswith("transient|")
    reader.close()


def newer_version(path: Path) -> None:
    """Write a later storage version into the file's first header, with the checksum DuckDB asks for."""
    raw = bytearray(made(path).read_bytes())
    raw[12:20] = struct.pack("<Q", 200)
    path.write_bytes(raw)
    with pytest.raises(duckdb.Error) as raised:
        duckdb.connect(str(path))
    wanted = re.search(r"computed checksum (\d+)", str(raised.value))
    assert wanted is not None
    raw[:8] = struct.pack("<Q", int(wanted[1]))
    path.write_bytes(raw)


def damaged_header(path: Path) -> None:
    raw = bytearray(made(path).read_bytes())
    raw[4096 + 10] ^= 255
    raw[8192 + 10] ^= 255
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("prepare", "words", "advice"),
    [
        pytest.param(
            lambda path: path.mkdir(),
            "Is a directory",
            "Correct `path`, or create its directory; the file itself is made when it is first opened.",
            id="a directory",
        ),
        pytest.param(
            lambda path: path.write_bytes(b""),
            "not a valid DuckDB database file",
            "Correct `path`, or move the file away if an empty database should be made in its place.",
            id="an empty file",
        ),
        pytest.param(
            lambda path: path.write_text("id,name\n" * 5000),
            "not a valid DuckDB database file",
            "Correct `path`, or move the file away if an empty database should be made in its place.",
            id="some other file",
        ),
        pytest.param(
            newer_version,
            "storage version number 200",
            "Install a newer `duckdb`, or export the database with the version that wrote it.",
            id="a newer storage version",
        ),
        pytest.param(
            damaged_header,
            "Corrupt database file",
            "The file is damaged: restore it from a backup, or move it away (with its `.wal`) and build it anew.",
            id="a damaged file",
        ),
    ],
)
def test_what_is_not_a_database_we_can_read_is_told_and_left_alone(tmp_path, prepare, words, advice):
    path = tmp_path / "store.duckdb"
    prepare(path)
    before = path.read_bytes() if path.is_file() else None

    error = not_opened(path)

    assert type(error) is ConnectionFailed
    assert words in error.message
    assert error.message.endswith("\n" + advice)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_missing_directory_is_told(tmp_path):
    error = not_opened(tmp_path / "missing" / "store.duckdb")

    assert type(error) is ConnectionFailed
    assert "No such file or directory" in error.message
    assert "create its directory" in error.message
    assert not (tmp_path / "missing").exists()


def test_reading_a_database_that_is_not_there_is_told(tmp_path):
    error = not_opened(tmp_path / "store.duckdb", read_only=True)

    assert type(error) is ConnectionFailed
    assert error.message.endswith("create the database by opening it for writing once.")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def open_to_all():
    """A folder that another user can enter; pytest closes its own to them, again whenever another pytest starts."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_file_one_may_not_write_is_told_and_can_still_be_read(open_to_all):
    path = made(open_to_all / "store.duckdb")
    path.chmod(0o444)

    message = opened_elsewhere(path, "unprivileged")

    assert message.startswith("connection-failed|")
    assert "Permission denied" in message
    assert message.endswith("Give this user the right to write the file and its directory, or open it read-only.")
    assert opened_elsewhere(path, "unprivileged", "read_only") == "opened"


def test_damage_that_shows_only_in_a_query_fails_what_reads_it_and_nothing_else(tmp_path):
    path = made(tmp_path / "store.duckdb")
    writer = open_warehouse(DuckDBOptions(str(path)))
    with writer.session() as session:
        session.execute("CREATE TABLE noise AS SELECT random() AS r FROM range(500000)")
    writer.close()
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    for at in range(middle, middle + 300000, 50):
        raw[at] ^= 255
    path.write_bytes(raw)
    warehouse = open_warehouse(DuckDBOptions(str(path)))

    with warehouse.session() as session:
        with pytest.raises(ConnectionFailed) as raised:
            session.query("SELECT sum(r) FROM noise")
        healthy = session.query("SELECT count(*) FROM t").rows
    warehouse.close()

    assert "Corrupt database file" in raised.value.message
    assert "The file is damaged" in raised.value.message
    assert healthy == ((100000,),)


def test_a_damaged_log_is_told_and_left_alone(tmp_path):
    path = tmp_path / "store.duckdb"
    writer = (
        "import duckdb, os, sys\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "c.execute('CREATE TABLE t AS SELECT range AS i FROM range(1000)')\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", writer, str(path)], check=False)
    log = path.with_name("store.duckdb.wal")
    raw = bytearray(log.read_bytes())
    raw[len(raw) // 2] ^= 255
    log.write_bytes(raw)

    error = not_opened(path)

    assert type(error) is ConnectionFailed
    assert "Corrupt WAL file" in error.message
    assert "The file is damaged" in error.message
    assert log.read_bytes() == raw


def test_motherduck_without_its_extension_is_told(tmp_path):
    # Nothing can be downloaded through a proxy that is not there, so this is the same with and without a network.
    nowhere = {"HOME": str(tmp_path), "motherduck_token": "none"}
    nowhere |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")

    message = opened_elsewhere(Path("md:warehouse"), environment=nowhere)

    assert message.startswith("connection-failed|")
    assert 'xtension "motherduck"' in message
    assert message.endswith("where its extension server can be reached, or use a file.")


def test_a_file_with_dots_in_its_name_is_its_own_catalog(tmp_path):
    path = made(tmp_path / "my.ware.house.duckdb")
    warehouse = open_warehouse(DuckDBOptions(str(path)))
    target = TargetName("my", "main", "t")

    described = warehouse.describe([target])[target]
    warehouse.close()

    assert described is not None
    assert [column.name for column in described.columns] == ["i"]


def test_a_token_in_a_path_of_motherduck_is_never_shown():
    path = "md:shop?motherduck_token=never-shown"
    with (
        closing(open_warehouse(DuckDBOptions())) as warehouse,
        warehouse.session() as session,
        pytest.raises(UserError) as refused,
    ):
        attach_file(session, path, "")

    shown = (repr(DuckDBOptions(path)), repr(Adapter(type="duckdb", path=path)), str(refused.value))
    assert [text for text in shown if "never-shown" in text] == []
    assert "'md:shop' cannot be read as catalog" in shown[2]


NO_DOWNLOAD = {"autoinstall_known_extensions": False}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("ATTACH 'md:shop?motherduck_token=never-shown' AS shop", id="no extension"),
        pytest.param("ATTACH 'md:shop?motherduck_token=never-shown' AS shop (NONSENSE)", id="wrong option"),
        pytest.param("ATTACH 'md:shop?motherduck_token=never-shown' WRONG", id="not parsed"),
        pytest.param(f"SELECT 'md:?motherduck_token={'x' * 58}never-shown', wrong", id="a place cut within the token"),
    ],
)
def test_a_token_in_a_statement_is_in_no_part_of_its_error(statement):
    with (
        closing(open_warehouse(DuckDBOptions(required=NO_DOWNLOAD))) as warehouse,
        warehouse.session() as session,
        pytest.raises(WarehouseError) as refused,
    ):
        session.execute(statement)

    told = "".join(traceback.format_exception(refused.value))
    assert "never-shown" not in f"{told} {refused.value!r} {refused.value.message} {refused.value.statement}"
    assert "motherduck_token=***" in str(refused.value.statement)


def test_what_is_required_holds_and_is_not_shown():
    options = DuckDBOptions(required={"threads": 1, "memory_limit": "64MB"})
    with closing(open_warehouse(options)) as warehouse, warehouse.session() as session:
        found = session.query("SELECT current_setting('threads'), current_setting('memory_limit')").rows

    assert found == ((1, "61.0 MiB"),)
    assert "64MB" not in repr(options)


def test_what_is_required_is_not_left_out_where_others_hold(tmp_path):
    file = str(made(tmp_path / "held.duckdb"))
    with (
        closing(open_warehouse(DuckDBOptions(file))),
        pytest.raises(ConnectionFailed, match="different configuration"),
    ):
        open_warehouse(DuckDBOptions(file, settings={"custom_user_agent": "other"}, required={"memory_limit": "64MB"}))


def test_motherduck_is_told_the_token_and_without_its_extension_nobody_is():
    options = DuckDBOptions("md:shop", required={"motherduck_token": "never-shown", **NO_DOWNLOAD})
    with pytest.raises(ConnectionFailed) as refused:
        open_warehouse(options)

    assert "needs DuckDB's MotherDuck extension" in refused.value.message
    assert "never-shown" not in "".join(traceback.format_exception(refused.value))


def test_a_token_that_the_driver_says_itself_is_hidden_there_too():
    said = duckdb.IOException("cannot open md:shop?motherduck_token=never-shown")
    try:
        raise translate(said) from said
    except WarehouseError as error:
        told = "".join(traceback.format_exception(error)) + error.message

    assert told.count("cannot open md:shop?motherduck_token=***") == 3
    assert "never-shown" not in told
