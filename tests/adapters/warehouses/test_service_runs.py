"""Whole runs on what stands in for services, through the commands that people use and the clients they install."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from service_project import Service, change, rows, write_config, write_project

from rocky_core.ports.warehouse import Warehouse

MODELS = {
    "summed": ("SELECT SUM(amount) AS total FROM base", 'type = "materialized_view"'),
    "inner_part": ("SELECT id FROM base WHERE amount > 5.5", 'type = "ephemeral"'),
}
ORDERS = """CREATE TABLE raw.orders AS
SELECT 1 AS id, 'ann' AS customer, {five} AS amount, DATE '2026-01-01' AS ordered_on,
    TIMESTAMP '2026-01-01 10:00:00' AS updated_at
UNION ALL SELECT 2, 'bob', {six}, DATE '2026-01-02', TIMESTAMP '2026-01-02 10:00:00.123456'"""


@pytest.fixture
def shop(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A project with a model of every strategy, and its orders."""
    write_project(tmp_path, service.settings, service.catalog, MODELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAREHOUSE_TOKEN", "right")
    orders = ORDERS.format(five=service.decimal.format("5.50"), six=service.decimal.format("6.00"))
    change(service.warehouse, "CREATE SCHEMA raw", orders)
    return service.warehouse


@pytest.mark.slow
def test_every_strategy_builds_and_keeps_its_table(shop, rocky, service):
    first = rocky("run", "--pipeline", "shop", "--partition", "2026-01-01")
    change(
        shop,
        "UPDATE raw.orders SET amount = 7 WHERE id = 2",
        "INSERT INTO raw.orders VALUES (3, 'cat', 1, DATE '2026-01-02', TIMESTAMP '2026-01-03 09:00:00')",
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
        "summed": "materialized_view",
        "keyed": "full_refresh",
        "reads_inner": "full_refresh",
    }
    assert second["check_results"][0]["status"] == "Passed"
    assert {
        name: rows(shop, f"SELECT * FROM marts.{name} ORDER BY 1")
        for name in ("newest", "merged", "replaced", "daily", "reads_inner", "summed")
    } == {
        "newest": rows(shop, "SELECT id, updated_at FROM raw.orders ORDER BY 1"),
        "merged": [(1, "ann", Decimal("5.50")), (2, "bob", Decimal("7.00")), (3, "cat", Decimal("1.00"))],
        "replaced": [(1, date(2026, 1, 1)), (2, date(2026, 1, 2)), (3, date(2026, 1, 2))],
        "daily": [(1, date(2026, 1, 1)), (2, date(2026, 1, 2)), (3, date(2026, 1, 2))],
        "reads_inner": [(1,)],
        "summed": [(Decimal("13.50"),)],
    }
    newest = next(one for one in second["materializations"] if one["model"] == "newest")
    assert newest["metadata"]["watermark"] == "2026-01-03T09:00:00+00:00"
    billed, price = service.costs
    assert (newest["rows_copied"], newest["bytes_scanned"], newest.get("bytes_billed")) == (1, 4096, billed)
    if price is not None:
        assert newest["cost_usd"] == pytest.approx(price)
    else:
        assert 0 < newest["cost_usd"] < 0.01
    # One that writes, and one that reads the watermark.
    wanted = (second["run_id"], "newest")
    mine = [one for one in service.ran() if (one.labels.get("run_id"), one.labels.get("model")) == wanted]
    assert len(mine) == 2
    assert newest["job_ids"] == [mine[0].id]


def test_a_column_that_the_source_gains_is_added_and_nothing_is_lost(shop, rocky):
    wanted = ("--pipeline", "shop", "--model", "base", "--model", "merged")
    rocky("run", *wanted)
    (Path("models") / "merged.sql").write_text("SELECT id, customer, amount, ordered_on FROM base\n")

    told = rocky("run", *wanted)

    assert (told["status"], told["drift"]["actions_taken"][0]["action"]) == ("Success", "add_columns")
    assert rows(shop, "SELECT id, ordered_on FROM marts.merged ORDER BY 1") == [
        (1, date(2026, 1, 1)),
        (2, date(2026, 1, 2)),
    ]


@pytest.mark.parametrize("kinds", list(permutations(("full_refresh", "view", "materialized_view"), 2)), ids="-".join)
def test_what_is_of_another_kind_now_takes_the_place_of_what_was_there(shop, rocky, kinds):
    told = []
    for kind in kinds:
        (Path("models") / "summed.toml").write_text(
            (Path("models") / "summed.toml").read_text().rpartition("[strategy]")[0] + f'[strategy]\ntype = "{kind}"\n'
        )
        told.append(rocky("run", "--pipeline", "shop", "--model", "base", "--model", "summed"))

    assert [one["status"] for one in told] == ["Success", "Success"], [one["errors"] for one in told]
    assert rows(shop, "SELECT * FROM marts.summed") == [(Decimal("11.50"),)]


def test_a_history_of_versions_is_kept(shop, rocky):
    change(shop, "CREATE SCHEMA marts")
    rocky("run", "--pipeline", "history")
    change(
        shop,
        "UPDATE raw.orders SET customer = 'bobby', updated_at = TIMESTAMP '2026-01-05 00:00:00' WHERE id = 2",
        "DELETE FROM raw.orders WHERE id = 1",
    )

    told = rocky("run", "--pipeline", "history")

    assert told["status"] == "Success", told["errors"]
    assert rows(
        shop,
        "SELECT id, customer, valid_to IS NULL FROM marts.order_history ORDER BY id, valid_from, customer",
    ) == [(1, "ann", False), (2, "bob", False), (2, "bobby", True)]


@pytest.mark.usefixtures("shop")
def test_an_estimate_is_made_without_running_the_query(rocky, service):
    rocky("run", "--pipeline", "shop", "--model", "base")

    told = rocky("estimate")

    found = {one["model_name"]: one for one in told["estimates"]}
    seen = found["seen"]
    if service.name == "bigquery":
        assert (seen["estimated_rows"], seen["estimated_bytes_scanned"]) == (None, 4096)
        assert seen["estimated_cost_usd"] == pytest.approx(4096 * 6.25e-12)
    assert {one["model_name"] for one in told["not_estimated"]} == {"inner_part"}


@pytest.mark.usefixtures("shop")
def test_one_failure_stays_its_own_and_carries_the_services_words(rocky):
    (Path("models") / "merged.sql").write_text("SELECT id, customer, amount FROM raw.no_such_table\n")

    told = rocky("run", "--pipeline", "shop", "--model", "merged", "--model", "base")

    assert told["status"] == "PartialFailure"
    ((error),) = told["errors"]
    assert (error["model"], error["failure_kind"]) == ("merged", "not-found")
    assert "no_such_table" in error["error"]


def test_a_replication_finds_its_sources_and_copies_them(shop, rocky):
    change(
        shop,
        "CREATE SCHEMA src__crm",
        "CREATE TABLE src__crm.people AS SELECT 1 AS id, 'ann' AS name",
        "CREATE TABLE src__crm.places AS SELECT 7 AS id",
    )

    told = rocky("run", "--pipeline", "copies")

    assert told["status"] == "Success", told["errors"]
    assert rows(shop, "SELECT id, name FROM staging__crm.people") == [(1, "ann")]
    assert rows(shop, "SELECT id FROM staging__crm.places") == [(7,)]


def test_a_steady_incremental_table_costs_few_jobs_and_its_source_is_seen_to_be_unchanged(shop, rocky, service):
    write_config(
        lambda text: text.replace('strategy = "full_refresh"', 'strategy = "incremental"\ntimestamp_column = "at"')
    )
    first, second = (service.zoneless.format(f"2026-01-0{day} 00:00:00") for day in (1, 2))
    change(shop, "CREATE SCHEMA src__crm", f"CREATE TABLE src__crm.visits AS SELECT 1 AS id, {first} AS at")
    rocky("run", "--pipeline", "copies")
    change(shop, f"INSERT INTO src__crm.visits VALUES (2, {second})")

    before = len(service.ran())
    told = rocky("run", "--pipeline", "copies")
    ran = service.ran()[before:]

    assert told["status"] == "Success", told["errors"]
    assert rows(shop, "SELECT id FROM staging__crm.visits ORDER BY 1") == [(1,), (2,)]
    mine = [one.sql for one in ran if "visits" in one.sql]
    print(f"{len(mine)} statements of the table, {len(ran) - len(mine)} others")
    assert len(mine) == 3, mine  # What it looks like, the rows, and up to where it is loaded.


@pytest.mark.parametrize(
    "few",
    [pytest.param(True, marks=pytest.mark.slow), pytest.param(False, marks=pytest.mark.soak)],
    ids=["few", "many"],
)
def test_on_a_bad_network_every_table_is_right_or_its_failure_is_named(shop, rocky, service, few):
    count = 16 if few else service.many
    patience = "retry = { max_retries = 2, initial_backoff_ms = 5, max_backoff_ms = 20 }\n"
    settings = "[execution]\nconcurrency = 8\n[resilience]\ncircuit_breaker_threshold = 0\n"
    write_config(lambda text: settings + text.replace("token = ", f"{patience}token = "))
    change(shop, "CREATE SCHEMA src__big", *(f"CREATE TABLE src__big.t{n} AS SELECT {n} AS i" for n in range(count)))
    often = {"times": 10**6}
    asked = [{"path": path, **often} for path in service.questions]
    service.faults(
        {"path": service.starts, "method": "POST", **often, "share": 0.02, "status": 503},
        {"path": service.starts, "method": "POST", **often, "share": 0.01, "cut": "before"},
        {"path": service.starts, "method": "POST", **often, "share": 0.02, "cut": "after"},
        *({**one, "share": 0.03, "status": 503} for one in asked),
        *({**one, "share": 0.02, "cut": "after"} for one in asked),
    )

    told = rocky("run", "--pipeline", "copies")

    service.faults()
    assert "errors" in told, told
    built = {one["asset_key"][-1] for one in told["materializations"]}
    failed = {one["asset_key"][-1]: one["failure_kind"] for one in told["errors"]}
    assert len(built) + len(failed) == count
    assert set(failed.values()) <= {"connection-failed", "transient", "quota-exceeded"}
    looks = [f"SELECT '{name}' AS n, i FROM staging__big.{name}" for name in sorted(built)]
    there = [
        row for start in range(0, len(looks), 50) for row in rows(shop, " UNION ALL ".join(looks[start : start + 50]))
    ]
    assert sorted(there) == sorted((name, int(name[1:])) for name in built)
    print(f"{len(built)} of {count} tables, {len(service.ran())} statements")


def test_a_service_that_is_asked_too_much_is_asked_less_and_every_table_is_built(shop, rocky, service):
    settings = '[execution]\nconcurrency = "adaptive"\n[resilience]\ninitial_backoff_ms = 5\n'
    write_config(lambda text: settings + text.replace("token = ", "retry = { max_retries = 0 }\ntoken = "))
    change(shop, "CREATE SCHEMA src__busy", *(f"CREATE TABLE src__busy.t{n} AS SELECT {n} AS i" for n in range(6)))
    service.faults({"path": service.starts, "method": "POST", "sql": "CREATE TABLE", "times": 3, "status": 429})

    told = rocky("run", "--pipeline", "copies")

    assert told["status"] == "Success", told["errors"]
    assert len(told["materializations"]) == 6
    assert told["execution"]["rate_limits_detected"] == 3
    assert told["execution"]["final_concurrency"] < told["execution"]["concurrency"]


def test_seeds_are_sent_as_files_and_put_in_place_whole(shop, rocky):
    Path("seeds").mkdir()
    seed = Path("seeds") / "countries.csv"
    seed.write_text('code,name,since\nAT,"Austria, ""A""",1955-10-26\nCH,,1291-08-01\n', encoding="utf-8")
    target = '[target]\nschema = "raw"\ntable = "countries"\n'
    seed.with_suffix(".toml").write_text(target)

    first = rocky("seed", "--pipeline", "shop")
    seed.write_text("code,name,since\nAT,Austria,not a day\n", encoding="utf-8")
    seed.with_suffix(".toml").write_text(f'{target}[column_types]\nsince = "DATE"\n')
    second = rocky("seed", "--pipeline", "shop")

    assert first["tables"][0]["rows"] == 2, first
    assert second["tables_failed"] == 1, second
    assert rows(shop, "SELECT code, name, CAST(since AS DATE) FROM raw.countries ORDER BY 1") == [
        ("AT", 'Austria, "A"', date(1955, 10, 26)),
        ("CH", None, date(1291, 8, 1)),
    ]
    assert shop.list_tables("raw") == ("countries", "orders")


def test_an_audited_table_takes_the_place_of_the_old_one_only_if_its_checks_pass(shop, rocky):
    write_config(lambda text: f'[execution]\npublish = "audited"\n{text}')
    first = rocky("run", "--pipeline", "shop", "--model", "base")
    change(
        shop, "INSERT INTO raw.orders VALUES (NULL, 'nobody', 1, DATE '2026-01-02', TIMESTAMP '2026-01-03 09:00:00')"
    )

    second = rocky("run", "--pipeline", "shop", "--model", "base")

    assert first["status"] == "Success", first["errors"]
    assert second["status"] != "Success"
    assert rows(shop, "SELECT COUNT(*) FROM marts.base") == [(2,)]
    assert shop.list_tables("marts") == ("base",)


def test_rows_that_fail_a_test_are_set_apart(shop, rocky, service):
    checks = """
[pipeline.looked_at]
type = "quality"
tables = [{{ catalog = "{catalog}", schema = "raw", table = "orders" }}]
[pipeline.looked_at.target]
adapter = "default"
[pipeline.looked_at.checks]
enabled = true
[[pipeline.looked_at.checks.assertions]]
table = "orders"
type = "expression"
expression = "amount < 6"
[pipeline.looked_at.checks.quarantine]
enabled = true
mode = "split"
"""
    write_config(lambda text: text + checks.format(catalog=service.catalog))

    told = rocky("run", "--pipeline", "looked_at")

    assert told["check_results"], told
    assert rows(shop, "SELECT id FROM raw.orders__valid") == [(1,)]
    assert rows(shop, "SELECT id FROM raw.orders__quarantine") == [(2,)]


@pytest.mark.usefixtures("shop")
def test_doctor_shows_which_credential_is_used_and_no_secret(rocky):
    told = rocky("doctor", "--check", "auth", "--verbose")

    text = json.dumps(told)
    assert "access token (token)" in text
    assert "not set" in text
    assert "right" not in text
