"""Databricks' stand-in: a server on a free loopback port, and the real SDK against it."""

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
from rocky_core.warehouses.databricks.connect import open_adapter

WORDS = Words(
    numbers="SELECT id AS i FROM range({n})",
    endless="SELECT SUM((a.id * b.id) % 7) AS n FROM range(1000000) AS a CROSS JOIN range(1000000) AS b",
    fails_late="SELECT CASE WHEN id = 2999999 THEN raise_error('late') ELSE 'fine' END AS i FROM range(3000000)",
    integer="BIGINT",
    text="STRING",
    zoneless="TIMESTAMP_NTZ",
    columns=(
        ("id", "BIGINT NOT NULL", "bigint", False),
        ("amount", "DECIMAL(10, 2)", "decimal(10,2)", True),
        ("label", "STRING", "string", True),
        ("on_day", "DATE", "date", True),
        ("moment", "TIMESTAMP_NTZ", "timestamp_ntz", True),
        ("at_", "TIMESTAMP", "timestamp", True),
        ("is_new", "BOOLEAN", "boolean", True),
        ("tags", "ARRAY<STRING>", "array<string>", True),
        ("place", "STRUCT<city: STRING, codes: ARRAY<BIGINT>>", "struct<city:string,codes:array<bigint>>", True),
    ),
    missing_table=FailureKind.NOT_FOUND,
)
LIVE = "ROCKY_LIVE_DATABRICKS"
WAREHOUSE = "0123456789abcdef"  # The one that the stand-in has.
RIGHT, WRONG = "right", "wr0ng"  # Tokens that the stand-in knows, and does not.
CLIENT, CLIENTS_OWN = "rocky", "hush"  # A service principal of the stand-in's, and how it proves that it is that.
_CATALOGS = count(1)


@dataclass(frozen=True)
class DatabricksServer:
    """The stand-in, running."""

    address: str

    def faults(self, *faults: Mapping[str, object]) -> None:
        """What happens to the next requests."""
        self.tell("faults", list(faults))

    def take_long(self, *statements: Mapping[str, object]) -> None:
        """Which of the next statements go on for some seconds."""
        self.tell("long", list(statements))

    def expire(self, **good_until: float) -> None:
        """Let all tokens end but these."""
        self.tell("expire", good_until)

    def stop_what_runs(self) -> None:
        """Wait until a statement runs, and stop it as an administrator does."""
        while not any(one["state"] == "RUNNING" for one in self.history()["statements"]):
            pass
        self.tell("stop-what-runs", None)

    def history(self) -> dict[str, Any]:
        return requests.get(f"{self.address}/control/history", timeout=10).json()

    def tell(self, what: str, content: object) -> None:
        requests.post(f"{self.address}/control/{what}", data=json.dumps(content), timeout=10).raise_for_status()

    def adapter(self, **settings: object) -> Adapter:
        """A connection with a catalog of its own, which is there."""
        given = {
            "type": "databricks",
            "host": self.address,
            "http_path": f"/sql/1.0/warehouses/{WAREHOUSE}",
            "token": RIGHT,
            "max_concurrency": 4,
            "volume": "/Volumes/workspace/default/files",
        }
        if "database" not in settings:
            given["database"] = f"bench_{next(_CATALOGS):04}"
            home = open_adapter("home", Adapter.model_validate({**given, "database": ""}), Path())
            with home.session() as session:
                session.execute(f"CREATE CATALOG IF NOT EXISTS {given['database']}")
            home.close()
        return Adapter.model_validate({**given, **settings})


@contextlib.contextmanager
def databricks_server(folder: Path) -> Iterator[DatabricksServer]:
    """Start the server, and stop it."""
    with serve("databricks", "Databricks", folder) as address:
        yield DatabricksServer(address)


def databricks_bench(server: DatabricksServer) -> Bench:
    return _bench(server.adapter(), "bench")


def live_databricks_bench() -> Bench:
    """A workspace of one's own, whose connection is in the environment, with a schema that is dropped afterwards."""
    adapter = Adapter.model_validate({"type": "databricks", **json.loads(os.environ[LIVE])})
    return _bench(adapter, f"rocky_bench_{secrets.token_hex(4)}")


def _bench(adapter: Adapter, schema: str) -> Bench:
    def reopen() -> Warehouse:
        return open_adapter("dbx", adapter, Path())

    def drop() -> None:
        opened = reopen()
        with opened.session() as session:
            session.execute(f"DROP SCHEMA IF EXISTS `{schema}` CASCADE")
        opened.close()

    warehouse = reopen()
    with warehouse.session() as session:
        session.execute(f"CREATE SCHEMA `{schema}`")
    return Bench("databricks", warehouse, schema, WORDS, reopen, drop=drop)
