"""A run is killed while its statement goes on at the service: the next one ends that before it looks at the tables."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bigquery_bench import BigQueryServer
from databricks_bench import DatabricksServer
from served_stand_in import tell_at_once
from service_project import change, rows
from snowflake_bench import SnowflakeServer

from rocky_core.cli.run_command import run_command
from rocky_core.config.adapters import Adapter
from rocky_core.errors import AuthFailed
from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.bigquery import connect as bigquery_connect
from rocky_core.warehouses.databricks import connect as databricks_connect
from rocky_core.warehouses.snowflake import connect as snowflake_connect
from tests.forked import start_rocky

CONFIG = """\
[adapter]
{settings}

[pipeline.shop]
type = "transformation"
models = "models/**"
[pipeline.shop.target]
adapter = "default"
[pipeline.shop.target.governance]
auto_create_schemas = true
"""
MODEL = """\
[target]
catalog = "{catalog}"
schema = "marts"
table = "newest"
[strategy]
type = "incremental"
timestamp_column = "updated_at"
"""
RUN = ("run", "--pipeline", "shop")
LONG_SECONDS = 20.0  # More than a run needs, on a busy machine too.
PATIENT = {"max_retries": 3, "initial_backoff_ms": 5, "max_backoff_ms": 20}


@dataclass(frozen=True)
class Service:
    """A service that stands in, and its words where they differ."""

    server: BigQueryServer | DatabricksServer | SnowflakeServer
    adapter: Adapter
    open_adapter: Callable[[str, Adapter, Path], Warehouse]
    settings: Sequence[str]  # The keys of `[adapter]` that say where it is and who we are.
    catalog: str
    listing: Mapping[str, str]  # The requests that ask what is running.
    zoneless: str  # A literal of a day and a time.
    outlives_a_fork: bool = True  # The driver's threads.

    def open(self) -> Warehouse:
        return self.open_adapter("default", self.adapter, Path())

    def inserts(self) -> list[str]:
        """Of each INSERT into the model's table what became of it, the oldest first."""
        told = self.server.history()
        return [
            "STOPPED" if one.get("was_stopped") or one["state"] in {"CANCELED", "ABORTED"} else one["state"]
            for one in told.get("jobs", told.get("statements"))
            if re.match(r"INSERT INTO \S*\bnewest\b", one["sql"], re.IGNORECASE) and self.catalog in one["sql"]
        ]


def on_bigquery(request: pytest.FixtureRequest) -> Service:
    server: BigQueryServer = request.getfixturevalue("bigquery")
    adapter = server.adapter(retry=PATIENT)
    return Service(
        server=server,
        adapter=adapter,
        open_adapter=bigquery_connect.open_adapter,
        settings=("project_id", "location", "host", "token"),
        catalog=str(adapter.project_id),
        listing={"method": "GET", "path": "/jobs$"},
        zoneless="DATETIME '{}'",
    )


def on_databricks(request: pytest.FixtureRequest) -> Service:
    server: DatabricksServer = request.getfixturevalue("databricks")
    adapter = server.adapter(retry=PATIENT)
    return Service(
        server=server,
        adapter=adapter,
        open_adapter=databricks_connect.open_adapter,
        settings=("host", "http_path", "database", "token"),
        catalog=str(adapter.database),
        listing={"path": "/history/queries$"},
        zoneless="TIMESTAMP_NTZ '{}'",
    )


def on_snowflake(request: pytest.FixtureRequest) -> Service:
    server: SnowflakeServer = request.getfixturevalue("snowflake")
    adapter = server.adapter(retry=PATIENT)
    return Service(
        server=server,
        adapter=adapter,
        open_adapter=snowflake_connect.open_adapter,
        settings=("account", "host", "username", "password", "database"),
        catalog=str(adapter.database),
        listing={"path": "query-request", "sql": "EXECUTION_STATUS"},
        zoneless="'{}'::TIMESTAMP_NTZ",
        outlives_a_fork=False,
    )


SERVICES: dict[str, Callable[[pytest.FixtureRequest], Service]] = {
    "bigquery": on_bigquery,
    "databricks": on_databricks,
    "snowflake": on_snowflake,
}


@pytest.fixture(params=sorted(SERVICES))
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Each service in turn."""
    tell_at_once(monkeypatch)
    opened = SERVICES[request.param](request)
    yield opened
    opened.server.faults()
    opened.server.take_long()


@pytest.fixture
def shop(service: Service, rocky: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A project whose incremental model has loaded one row, and has two more to load."""
    secrets = {"token", "password"}
    values = {
        key: value.get_secret_value() if key in secrets else value
        for key in ("type", *service.settings)
        for value in (getattr(service.adapter, key),)
    }
    settings = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    (tmp_path / "rocky.toml").write_text(CONFIG.format(settings=settings))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "newest.sql").write_text("SELECT id, updated_at FROM raw.orders\n")
    (tmp_path / "models" / "newest.toml").write_text(MODEL.format(catalog=service.catalog))
    monkeypatch.chdir(tmp_path)

    def order(number: int) -> str:
        return f"SELECT {number} AS id, {service.zoneless.format(f'2026-01-0{number} 10:00:00')} AS updated_at"

    with closing(service.open()) as warehouse:
        change(warehouse, "CREATE SCHEMA raw", f"CREATE TABLE raw.orders AS {order(1)}")
        assert rocky(*RUN)["status"] == "Success"
        change(warehouse, f"INSERT INTO raw.orders {order(2)}", f"INSERT INTO raw.orders {order(3)}")
        yield warehouse


@pytest.fixture
def left(shop: Warehouse, service: Service, tmp_path: Path) -> Warehouse:
    """That project, whose last run was killed while its INSERT was running, which goes on."""
    service.server.take_long({"sql": r"^INSERT INTO \S*\bnewest\b", "seconds": LONG_SECONDS})
    program = start_rocky(tmp_path, *RUN, is_fresh=not service.outlives_a_fork)
    while service.inserts() != ["RUNNING"]:
        assert program.poll() is None, program.communicate()
        time.sleep(0.02)
    program.kill()
    program.close()
    assert service.inserts() == ["RUNNING"]
    return shop


def test_the_next_run_ends_the_statement_and_every_row_is_there_once(left, service, rocky):
    told = rocky(*RUN)

    assert told["status"] == "Success", told["errors"]
    while (inserts := service.inserts())[0] == "RUNNING":  # Until it has landed, if nobody has stopped it.
        time.sleep(0.1)
    assert rows(left, "SELECT id FROM marts.newest ORDER BY 1") == [(1,), (2,), (3,)]
    assert (inserts[0], len(inserts)) == ("STOPPED", 2)
    assert [one for one in told["warnings"] if "1 statement was still running" in one], told["warnings"]


@pytest.mark.usefixtures("left")
def test_a_plan_only_looks(service, rocky):
    rocky("plan", "--pipeline", "shop")

    assert service.inserts() == ["RUNNING"]


def test_what_cannot_be_made_sure_keeps_a_run_from_beginning(left, service, rocky, capfd):
    service.server.faults({**service.listing, "times": 99, "status": 403})

    run_command((*RUN, "--output", "json"))

    refused = json.loads(capfd.readouterr().err)
    assert (refused["failure_kind"], service.inserts()) == ("auth-failed", ["RUNNING"]), refused
    assert "It could not be made sure that nothing of the unfinished run run-" in refused["message"]
    service.server.faults()
    assert rocky(*RUN)["status"] == "Success"
    assert rows(left, "SELECT id FROM marts.newest ORDER BY 1") == [(1,), (2,), (3,)]


def test_a_moment_of_weakness_is_survived(service):
    service.server.faults({**service.listing, "times": 2, "status": 503})

    with closing(service.open()) as warehouse:
        assert warehouse.end_statements({"run-nobody"}) == 0

    assert service.server.history()["faults"] == [0]


def test_a_list_that_is_refused_is_told_as_such(service):
    service.server.faults({**service.listing, "times": 99, "status": 403})

    with closing(service.open()) as warehouse, pytest.raises(AuthFailed) as raised:
        warehouse.end_statements({"run-nobody"})

    assert not raised.value.in_doubt
