"""The services whose statements are transactions of their own, as tests use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bigquery_bench import BigQueryServer
from databricks_bench import DatabricksServer
from service_project import Ran, Service

from rocky_core.warehouses.bigquery import connect as bigquery_connect
from rocky_core.warehouses.databricks import connect as databricks_connect


def on_bigquery(request: pytest.FixtureRequest) -> Service:
    server: BigQueryServer = request.getfixturevalue("bigquery")
    adapter = server.adapter()
    settings = (
        'type = "bigquery"',
        f'project_id = "{adapter.project_id}"',
        'location = "US"',
        f'host = "{adapter.host}"',
    )

    def ran() -> list[Ran]:
        jobs = server.history()["jobs"]
        return [Ran(job["id"], job["sql"], job["configuration"].get("labels", {})) for job in jobs]

    return Service(
        name="bigquery",
        catalog=str(adapter.project_id),
        settings="\n".join((*settings, 'token = "${WAREHOUSE_TOKEN}"')),
        warehouse=bigquery_connect.open_adapter("bq", adapter, Path()),
        faults=server.faults,
        ran=ran,
        decimal="NUMERIC '{}'",
        zoneless="DATETIME '{}'",
        starts="/jobs$",
        questions=("/(jobs|queries)/", "/datasets"),
        costs=(10 * 1024 * 1024, 10 * 1024 * 1024 * 6.25e-12),
        many=2000,
        uploads="^/upload/",
        left_files=list,  # A job takes its file along.
    )


def on_databricks(request: pytest.FixtureRequest) -> Service:
    server: DatabricksServer = request.getfixturevalue("databricks")
    adapter = server.adapter()
    settings = (
        'type = "databricks"',
        *(f'{key} = "{getattr(adapter, key)}"' for key in ("host", "http_path", "database", "volume")),
        'token = "${WAREHOUSE_TOKEN}"',
    )

    def ran() -> list[Ran]:
        return [Ran(one["id"], one["sql"], one["tags"]) for one in server.history()["statements"]]

    return Service(
        name="databricks",
        catalog=str(adapter.database),
        settings="\n".join(settings),
        warehouse=databricks_connect.open_adapter("dbx", adapter, Path()),
        faults=server.faults,
        ran=ran,
        decimal="CAST('{}' AS DECIMAL(9, 2))",
        zoneless="TIMESTAMP_NTZ '{}'",
        starts="/statements$",
        questions=("/statements/.*", "/history/queries"),
        costs=(None, None),
        many=2000,
        uploads="^/api/2.0/fs/files/",
        left_files=lambda: server.history()["files"],
    )


SERVICES: dict[str, Callable[[pytest.FixtureRequest], Service]] = {
    "bigquery": on_bigquery,
    "databricks": on_databricks,
}
