"""Whole runs on Snowflake's stand-in, through the commands that people use and the connector that they install."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from service_project import change, rows, write_config, write_project
from snowflake_bench import SnowflakeServer

from rocky_core.warehouses.snowflake import follow
from rocky_core.warehouses.snowflake.connect import open_adapter
from rocky_core.warehouses.snowflake.warehouse import SnowflakeWarehouse

SETTINGS = """\
type = "snowflake"
account = "acme-one"
host = "{host}"
username = "runner"
password = "${{SNOWFLAKE_PASSWORD}}"
database = "{database}"
warehouse = "LOADING"
"""
MODELS = {
    "lagging": ("SELECT SUM(amount) AS total FROM base", 'type = "dynamic_table"\ntarget_lag = "1 hour"'),
    "inner_part": ("SELECT id FROM base WHERE amount > 5", 'type = "ephemeral"'),
}
ORDERS = """CREATE TABLE RAW.ORDERS AS SELECT * FROM (VALUES
    (1, 'ann', 5.50::NUMBER(10, 2), '2026-01-01'::DATE, '2026-01-01 10:00:00'::TIMESTAMP_NTZ),
    (2, 'bob', 6.00::NUMBER(10, 2), '2026-01-02'::DATE, '2026-01-02 10:00:00.123456'::TIMESTAMP_NTZ)
) AS v(ID, CUSTOMER, AMOUNT, ORDERED_ON, UPDATED_AT)"""


@pytest.fixture
def shop(snowflake: SnowflakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SnowflakeWarehouse]:
    """A project with a model of every strategy, and its orders."""
    adapter = snowflake.adapter()
    settings = SETTINGS.format(host=snowflake.address, database=adapter.database)
    write_project(tmp_path, settings, str(adapter.database), MODELS, spelled=str.upper)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "right")
    warehouse = open_adapter("flake", adapter, tmp_path)
    change(warehouse, "CREATE SCHEMA RAW", ORDERS)
    yield warehouse
    warehouse.close()


@pytest.mark.slow
def test_every_strategy_builds_and_keeps_its_table(shop, rocky, snowflake):
    first = rocky("run", "--pipeline", "shop", "--partition", "2026-01-01")
    change(
        shop,
        "UPDATE RAW.ORDERS SET AMOUNT = 7 WHERE ID = 2",
        "INSERT INTO RAW.ORDERS VALUES (3, 'cat', 1, '2026-01-02', '2026-01-03 09:00:00')",
    )
    second = rocky("run", "--pipeline", "shop", "--partition", "2026-01-02")

    assert [first["status"], second["status"]] == ["Success", "Success"], (first["errors"], second["errors"])
    strategies = {one["model"]: one["metadata"]["strategy"] for one in second["materializations"]}
    assert strategies == {
        "base": "full_refresh",
        "seen": "view",
        "newest": "incremental",
        "merged": "merge",
        "replaced": "delete_insert",
        "daily": "time_interval",
        "lagging": "dynamic_table",
        "keyed": "full_refresh",
        "reads_inner": "full_refresh",
    }
    assert second["check_results"][0]["status"] == "Passed"
    assert {
        name: rows(shop, f"SELECT * FROM MARTS.{name} ORDER BY 1")
        for name in ("NEWEST", "MERGED", "REPLACED", "DAILY", "READS_INNER", "LAGGING")
    } == {
        "NEWEST": rows(shop, "SELECT ID, UPDATED_AT FROM RAW.ORDERS ORDER BY 1"),
        "MERGED": [(1, "ann", Decimal("5.50")), (2, "bob", Decimal("7.00")), (3, "cat", Decimal("1.00"))],
        "REPLACED": [(1, date(2026, 1, 1)), (2, date(2026, 1, 2)), (3, date(2026, 1, 2))],
        "DAILY": [(1, date(2026, 1, 1)), (2, date(2026, 1, 2)), (3, date(2026, 1, 2))],
        "READS_INNER": [(2,)],
        "LAGGING": [(Decimal("13.50"),)],
    }
    newest = next(one for one in second["materializations"] if one["model"] == "newest")
    assert newest["metadata"]["watermark"] == "2026-01-03T09:00:00+00:00"
    assert (newest["rows_copied"], newest["bytes_scanned"], newest["credits"]) == (1, 4096, 0.000125)
    # One that writes, one that reads the watermark, one that asks what it has cost.
    mine = [one for one in snowflake.history()["statements"] if _is_of(one, second["run_id"], "newest")]
    assert len(mine) == 2
    assert newest["job_ids"] == [mine[0]["id"]]


def _is_of(statement: dict[str, str], run_id: str, model: str) -> bool:
    tag = json.loads(statement["tag"] or "{}")
    return (tag.get("run_id"), tag.get("model")) == (run_id, model)


def test_a_column_that_the_source_gains_is_added_and_nothing_is_lost(shop, rocky):
    wanted = ("--pipeline", "shop", "--model", "base", "--model", "merged")
    rocky("run", *wanted)
    (Path("models") / "merged.sql").write_text("SELECT id, customer, amount, ordered_on FROM base\n")

    told = rocky("run", *wanted)

    assert (told["status"], told["drift"]["actions_taken"][0]["action"]) == ("Success", "add_columns")
    assert rows(shop, "SELECT ID, ORDERED_ON FROM MARTS.MERGED ORDER BY 1") == [
        (1, date(2026, 1, 1)),
        (2, date(2026, 1, 2)),
    ]


def test_a_history_of_versions_is_kept(shop, rocky):
    change(shop, "CREATE SCHEMA MARTS")
    rocky("run", "--pipeline", "history")
    change(
        shop,
        "UPDATE RAW.ORDERS SET CUSTOMER = 'bobby', UPDATED_AT = '2026-01-05 00:00:00' WHERE ID = 2",
        "DELETE FROM RAW.ORDERS WHERE ID = 1",
    )

    told = rocky("run", "--pipeline", "history")

    assert told["status"] == "Success", told["errors"]
    assert rows(
        shop,
        "SELECT ID, CUSTOMER, VALID_TO IS NULL FROM MARTS.ORDER_HISTORY ORDER BY ID, VALID_FROM, CUSTOMER",
    ) == [(1, "ann", False), (2, "bob", False), (2, "bobby", True)]


@pytest.mark.usefixtures("shop")
def test_an_estimate_is_the_bytes_that_snowflake_would_scan(rocky):
    rocky("run", "--pipeline", "shop", "--model", "base")

    told = rocky("estimate")

    found = {one["model_name"]: one for one in told["estimates"]}
    seen = found["seen"]
    assert (seen["estimated_rows"], seen["estimated_bytes_scanned"]) == (None, 4096)
    assert seen["estimated_cost_usd"] == pytest.approx(4096 * 6e-12)
    assert json.loads(seen["raw_explain"])["GlobalStats"]["partitionsTotal"] == 1
    left_out = {one["model_name"] for one in told["not_estimated"]}
    assert left_out == {"inner_part"}
    assert told["total_models"] == len(list(Path("models").glob("*.sql")))


@pytest.mark.usefixtures("shop")
def test_one_failure_stays_its_own_and_carries_snowflakes_words(rocky):
    (Path("models") / "merged.sql").write_text("SELECT id, customer, amount FROM RAW.NO_SUCH_TABLE\n")

    told = rocky("run", "--pipeline", "shop", "--model", "merged", "--model", "base")

    assert told["status"] == "PartialFailure"
    ((error),) = told["errors"]
    assert (error["model"], error["failure_kind"]) == ("merged", "query-rejected")
    assert "002003" in error["error"]
    assert "NO_SUCH_TABLE" in error["error"]


def test_a_replication_finds_its_sources_and_copies_them(shop, rocky):
    change(
        shop,
        "CREATE SCHEMA SRC__CRM",
        "CREATE TABLE SRC__CRM.PEOPLE AS SELECT 1 AS ID, 'ann' AS NAME",
        "CREATE TABLE SRC__CRM.PLACES AS SELECT 7 AS ID",
    )

    told = rocky("run", "--pipeline", "copies")

    assert told["status"] == "Success", told["errors"]
    assert rows(shop, "SELECT ID, NAME FROM STAGING__CRM.PEOPLE") == [(1, "ann")]
    assert rows(shop, "SELECT ID FROM STAGING__CRM.PLACES") == [(7,)]


def test_each_steady_incremental_table_costs_at_most_three_statements(shop, rocky, snowflake):
    incremental = 'strategy = "incremental"\ntimestamp_column = "at"'
    write_config(lambda text: text.replace('strategy = "full_refresh"', incremental))
    change(shop, "CREATE SCHEMA SRC__CRM")
    costs: dict[int, int] = {}
    for tables in (("A",), ("B", "C", "D", "E")):
        for name in tables:
            change(shop, f"CREATE TABLE SRC__CRM.{name} AS SELECT 1 AS ID, '2026-01-01'::TIMESTAMP_NTZ AS AT")
        rocky("run", "--pipeline", "copies")
        there = shop.list_tables("SRC__CRM")
        change(shop, *(f"INSERT INTO SRC__CRM.{name} VALUES (2, '2026-01-02')" for name in there))

        before = len(snowflake.history()["statements"])
        told = rocky("run", "--pipeline", "copies")
        ran = snowflake.history()["statements"][before:]

        assert told["status"] == "Success", told["errors"]
        for name in there:
            assert rows(shop, f"SELECT COUNT(DISTINCT ID) FROM STAGING__CRM.{name}") == [(2,)]
        costs[len(there)] = len(ran)

    one, five = costs[1], costs[5]
    each = (five - one) / 4
    print(f"{each} statements for each table, {one - each} for the run: {costs}")
    assert each <= 3  # The rows, up to where they are loaded, and what that has cost.
    assert one - each <= 3  # The schemas, the tables, and what all of them look like.


@pytest.mark.parametrize(
    "count", [pytest.param(40, marks=pytest.mark.slow), pytest.param(2000, marks=pytest.mark.soak)]
)
def test_on_a_bad_network_every_table_is_right_or_its_failure_is_named(shop, rocky, snowflake, monkeypatch, count):
    patience = "retry = { max_retries = 2, initial_backoff_ms = 5, max_backoff_ms = 20 }\n"
    write_config(lambda text: text.replace('account = "acme-one"\n', f'account = "acme-one"\n{patience}'))
    write_config("[execution]\nconcurrency = 8\n[resilience]\ncircuit_breaker_threshold = 0\n{}".format)
    monkeypatch.setattr(follow, "_LOOKS_INTO_HISTORY", (0.05, 0.1))
    database = rows(shop, "SELECT CURRENT_DATABASE()")[0][0]
    change(shop, "CREATE SCHEMA SRC__BIG")
    snowflake.run_at_once(*(f"CREATE TABLE {database}.SRC__BIG.T{n} AS SELECT {n} AS I" for n in range(count)))
    snowflake.faults(
        {"path": "query-request", "times": 10**6, "share": 0.03, "status": 503},
        {"path": "query-request", "times": 10**6, "share": 0.02, "cut": "after"},
        {"path": "^/monitoring|/result$", "times": 10**6, "share": 0.03, "status": 503},
        {"path": "^/monitoring|/result$", "times": 10**6, "share": 0.02, "cut": "after"},
        {"path": "login-request", "times": 10**6, "share": 0.05, "status": 503},
    )

    began = time.monotonic()
    told = rocky("run", "--pipeline", "copies")
    took = time.monotonic() - began

    snowflake.faults()
    assert "errors" in told, told
    built = {one["asset_key"][-1] for one in told["materializations"]}
    failed = {one["asset_key"][-1]: one["failure_kind"] for one in told["errors"]}
    assert len(built) + len(failed) == count
    assert set(failed.values()) <= {"connection-failed", "transient", "quota-exceeded"}
    there = " UNION ALL ".join(f"SELECT '{name}' AS N, I FROM STAGING__BIG.{name}" for name in sorted(built))
    assert dict(rows(shop, there)) == {name: int(name[1:]) for name in built}
    print(f"{len(built)} of {count} tables, {len(snowflake.history()['requests'])} requests, {took:.0f} s")


def test_seeds_are_sent_by_the_bulk_path_and_put_in_place_whole(shop, rocky):
    Path("seeds").mkdir()
    seed = Path("seeds") / "countries.csv"
    seed.write_text('code,name,since\nAT,"Austria, ""A""",1955-10-26\nCH,,1291-08-01\n', encoding="utf-8")
    database = rows(shop, "SELECT CURRENT_DATABASE()")[0][0]
    target = f'[target]\ncatalog = "{database}"\nschema = "PUBLIC"\ntable = "COUNTRIES"\n'
    seed.with_suffix(".toml").write_text(target)

    first = rocky("seed", "--pipeline", "shop")
    seed.write_text("code,name,since\nAT,Austria,not a day\n", encoding="utf-8")
    seed.with_suffix(".toml").write_text(f'{target}[column_types]\nsince = "DATE"\n')
    second = rocky("seed", "--pipeline", "shop")

    assert first["tables"][0]["rows"] == 2, first
    assert second["tables_failed"] == 1, second
    assert rows(shop, "SELECT CODE, NAME, CAST(SINCE AS DATE) FROM PUBLIC.COUNTRIES ORDER BY 1") == [
        ("AT", 'Austria, "A"', date(1955, 10, 26)),
        ("CH", None, date(1291, 8, 1)),
    ]
    assert shop.list_tables("PUBLIC") == ("COUNTRIES",)


def test_an_audited_table_takes_the_place_of_the_old_one_only_if_its_checks_pass(shop, rocky):
    write_config('[execution]\npublish = "audited"\n{}'.format)
    first = rocky("run", "--pipeline", "shop", "--model", "base")
    change(shop, "INSERT INTO RAW.ORDERS VALUES (NULL, 'nobody', 1, '2026-01-02', '2026-01-03 09:00:00')")

    second = rocky("run", "--pipeline", "shop", "--model", "base")

    assert first["status"] == "Success", first["errors"]
    assert second["status"] != "Success"
    assert rows(shop, "SELECT COUNT(*) FROM MARTS.BASE") == [(2,)]
    assert shop.list_tables("MARTS") == ("BASE",)


@pytest.mark.usefixtures("shop")
def test_doctor_shows_which_credential_is_used_and_no_secret(rocky):
    told = rocky("doctor", "--check", "auth", "--verbose")

    text = json.dumps(told)
    assert "auth: programmatic access token (pat)" in text
    assert "not set" in text
    assert "right" not in text
