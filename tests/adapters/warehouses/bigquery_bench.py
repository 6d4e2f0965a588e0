"""BigQuery's stand-in: a server on a free loopback port, and the real client against it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import requests
from served_stand_in import serve
from warehouse_bench import Bench, Words

from rocky_core.config.adapters import Adapter
from rocky_core.errors import FailureKind
from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.bigquery.connect import open_adapter

_COUNTED = "UNNEST(GENERATE_ARRAY(1, 1000000))"

WORDS = Words(
    numbers="SELECT i FROM UNNEST(GENERATE_ARRAY(0, {n} - 1)) AS i",
    endless=f"SELECT SUM(MOD(a * b, 7)) AS n FROM {_COUNTED} AS a CROSS JOIN {_COUNTED} AS b",
    fails_late="SELECT IF(x = 3, ERROR('late'), 'fine') AS i FROM UNNEST(GENERATE_ARRAY(0, 3)) AS x",
    integer="INT64",
    text="STRING",
    zoneless="DATETIME",
    folds_tables=False,
    columns=(
        ("id", "INT64 NOT NULL", "INT64", False),
        ("amount", "NUMERIC(10, 2)", "NUMERIC(10, 2)", True),
        ("label", "STRING(20)", "STRING(20)", True),
        ("on_day", "DATE", "DATE", True),
        ("moment", "DATETIME", "DATETIME", True),
        ("at_", "TIMESTAMP", "TIMESTAMP", True),
        ("is_new", "BOOL", "BOOL", True),
        ("tags", "ARRAY<STRING>", "ARRAY<STRING>", True),
        ("place", "STRUCT<city STRING, codes ARRAY<INT64>>", "STRUCT<city STRING, codes ARRAY<INT64>>", True),
    ),
    missing_table=FailureKind.NOT_FOUND,
)
LIVE = "ROCKY_LIVE_BIGQUERY"
_PROJECTS = count(1)


@dataclass(frozen=True)
class BigQueryServer:
    """The stand-in, running."""

    address: str

    def faults(self, *faults: Mapping[str, object]) -> None:
        """What happens to the next requests."""
        self._tell("faults", list(faults))

    def take_long(self, *statements: Mapping[str, object]) -> None:
        """Which of the next statements go on for some seconds."""
        self._tell("long", list(statements))

    def expire(self, **good_until: float) -> None:
        """Let all tokens end but these."""
        self._tell("expire", good_until)

    def stop_what_runs(self) -> None:
        """Wait until a job runs, and stop it as an administrator does."""
        while not any(job["state"] == "RUNNING" for job in self.history()["jobs"]):
            pass
        self._tell("stop-what-runs", None)

    def history(self) -> dict[str, Any]:
        return requests.get(f"{self.address}/control/history", timeout=10).json()

    def adapter(self, **settings: object) -> Adapter:
        """A connection with a project of its own."""
        given = {
            "type": "bigquery",
            "project_id": f"bench-{next(_PROJECTS):04}",
            "location": "US",
            "host": self.address,
            "token": "right",
            "max_concurrency": 4,
        }
        return Adapter.model_validate({**given, **settings})

    def _tell(self, what: str, content: object) -> None:
        requests.post(f"{self.address}/control/{what}", data=json.dumps(content), timeout=10).raise_for_status()


@contextlib.contextmanager
def bigquery_server(folder: Path) -> Iterator[BigQueryServer]:
    """Start the server, and stop it; the test is skipped where it cannot be had."""
    with serve("bqemulator", "BigQuery", folder) as address:
        yield BigQueryServer(address)


def bigquery_bench(server: BigQueryServer) -> Bench:
    return _bench("bigquery", server.adapter(), "bench")


def live_bigquery_bench() -> Bench:
    """A project of one's own, whose connection is in the environment, with a dataset that is dropped afterwards."""
    adapter = Adapter.model_validate({"type": "bigquery", **json.loads(os.environ[LIVE])})
    return _bench("bigquery", adapter, f"rocky_bench_{secrets.token_hex(4)}")


def _bench(name: str, adapter: Adapter, dataset: str) -> Bench:
    def reopen() -> Warehouse:
        return open_adapter("bq", adapter, Path())

    def drop() -> None:
        opened = reopen()
        with opened.session() as session:
            session.execute(f"DROP SCHEMA IF EXISTS `{dataset}` CASCADE")
        opened.close()

    warehouse = reopen()
    with warehouse.session() as session:
        session.execute(f"CREATE SCHEMA `{dataset}`")
    return Bench(name, warehouse, dataset, WORDS, reopen, drop=drop)
