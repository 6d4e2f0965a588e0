"""Snowflake's stand-in: a server on a free loopback port, and the real connector against it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import requests
from served_stand_in import serve
from warehouse_bench import Bench, Words

from rocky_core.config.adapters import Adapter
from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.snowflake.connect import open_adapter

_COUNTED = "SELECT ROW_NUMBER() OVER (ORDER BY 1) - 1 AS I FROM TABLE(GENERATOR(ROWCOUNT => {n}))"
_MILLION = _COUNTED.format(n=1_000_000)

WORDS = Words(
    numbers=f"SELECT I FROM ({_COUNTED})",
    endless=f"SELECT SUM(a.I * b.I) AS N FROM ({_MILLION}) AS a CROSS JOIN ({_MILLION}) AS b",
    fails_late="SELECT CAST('x' AS INTEGER) AS i",
    integer="NUMBER",
    text="VARCHAR",
    columns=(
        ("id", "NUMBER NOT NULL", "NUMBER(38,0)", False),
        ("amount", "NUMBER(10, 2)", "NUMBER(10,2)", True),
        ("label", "VARCHAR(20)", "VARCHAR(20)", True),
        ("on_day", "DATE", "DATE", True),
        ("moment", "TIMESTAMP_NTZ", "TIMESTAMP_NTZ", True),
        ("is_new", "BOOLEAN", "BOOLEAN", True),
    ),
)
LIVE = "ROCKY_LIVE_SNOWFLAKE"
_DATABASES = count(1)


@dataclass(frozen=True)
class SnowflakeServer:
    """The stand-in, running."""

    address: str

    def faults(self, *faults: Mapping[str, object]) -> None:
        """What happens to the next requests."""
        requests.post(f"{self.address}/control/faults", data=json.dumps(faults), timeout=10).raise_for_status()

    def take_long(self, *statements: Mapping[str, object]) -> None:
        """Which of the next statements go on for some seconds."""
        requests.post(f"{self.address}/control/long", data=json.dumps(statements), timeout=10).raise_for_status()

    def run_at_once(self, *statements: str) -> None:
        """DuckDB's own statements, behind the service."""
        requests.post(f"{self.address}/control/sql", data=json.dumps(statements), timeout=300).raise_for_status()

    def know_key(self, user: str, public_key: str) -> None:
        """Let a user log in with a key (of which this is the public half, DER in Base64)."""
        requests.post(f"{self.address}/control/keys", data=json.dumps({user: public_key}), timeout=10)

    def forget_sessions(self) -> None:
        requests.post(f"{self.address}/control/forget-sessions", data="{}", timeout=10)

    def roll_back(self) -> None:
        """End the transactions of clients that are gone."""
        requests.post(f"{self.address}/control/roll-back", data="{}", timeout=10).raise_for_status()

    def stop_what_runs(self) -> None:
        """Wait until a statement runs, and stop it as an administrator does."""
        while not (running := [one["id"] for one in self.history()["statements"] if one["state"] == "RUNNING"]):
            time.sleep(0.05)
        for one in running:
            requests.post(f"{self.address}/queries/{one}/abort-request", data="{}", timeout=10)

    def history(self) -> dict[str, Any]:
        return requests.get(f"{self.address}/control/history", timeout=10).json()

    def adapter(self, **settings: object) -> Adapter:
        """A connection with a database of its own."""
        given = {
            "type": "snowflake",
            "account": "acme-one",
            "host": self.address,
            "username": "runner",
            "password": "right",
            "database": f"BENCH_{next(_DATABASES)}",
            "max_concurrency": 4,
        }
        return Adapter.model_validate({**given, **settings})


@contextlib.contextmanager
def snowflake_server(folder: Path) -> Iterator[SnowflakeServer]:
    """Start the server, and stop it; the test is skipped where it cannot be had."""
    with serve("fakesnow", "Snowflake", folder) as address:
        yield SnowflakeServer(address)


def snowflake_bench(server: SnowflakeServer) -> Bench:
    adapter = server.adapter()

    def reopen() -> Warehouse:
        return open_adapter("flake", adapter, Path())

    warehouse = reopen()
    with warehouse.session() as session:
        session.execute("CREATE SCHEMA BENCH")
    return Bench("snowflake", warehouse, "bench", WORDS, reopen)


def live_snowflake_bench() -> Bench:
    """An account of one's own, whose connection is in the environment, with a schema that is dropped afterwards."""
    adapter = Adapter.model_validate({"type": "snowflake", **json.loads(os.environ[LIVE])})

    def reopen() -> Warehouse:
        return open_adapter("live", adapter, Path())

    warehouse, schema = reopen(), f"rocky_bench_{secrets.token_hex(4)}"
    with warehouse.session() as session:
        session.execute(f"CREATE SCHEMA {schema}")

    def drop() -> None:
        opened = reopen()
        with opened.session() as session:
            session.execute(f"DROP SCHEMA IF EXISTS {schema}")
        opened.close()

    return Bench("snowflake", warehouse, schema, WORDS, reopen, drop=drop)
