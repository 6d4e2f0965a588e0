"""Which sources there are, and what their names mean."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.config.schema_pattern import SchemaPattern
from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    ObjectNotFound,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery, FailedSource, SourceErrorClass
from rocky_core.ports.source_catalog import SourceCatalog
from rocky_core.ports.warehouse import Warehouse
from rocky_core.sources.manual import ManualSources
from rocky_core.sources.match_pattern import MatchedSource, UnmatchedSource, match_sources
from rocky_core.sources.warehouse_schemas import WarehouseSchemas
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse


def source(schema: str, *tables: str, source_type: str = "duckdb") -> DiscoveredSource:
    return DiscoveredSource(schema, schema, source_type, tuple(DiscoveredTable(name) for name in tables))


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = open_warehouse(DuckDBOptions(str(tmp_path / "store.duckdb")))
    with opened.session() as session:
        for statement in (
            "CREATE SCHEMA src__acme__shop",
            "CREATE TABLE src__acme__shop.orders (i INTEGER)",
            "CREATE VIEW src__acme__shop.customers AS SELECT 1 AS i",
            "CREATE SCHEMA src__beta__crm",
            "CREATE SCHEMA staging",
            "CREATE TABLE staging.orders (i INTEGER)",
            "ATTACH ':memory:' AS archive",
            "CREATE SCHEMA archive.src__old__shop",
            "CREATE TABLE archive.src__old__shop.orders (i INTEGER)",
        ):
            session.execute(statement)
        yield opened
    opened.close()


def test_the_schemas_of_a_warehouse_with_the_prefix_are_sources_with_their_tables_and_views(warehouse):
    catalog: SourceCatalog = WarehouseSchemas(warehouse)

    assert catalog.discover("src__") == Discovery(
        (source("src__acme__shop", "customers", "orders"), source("src__beta__crm"))
    )
    assert catalog.discover("nothing") == Discovery(())


def test_another_catalog_has_sources_of_its_own(warehouse):
    assert WarehouseSchemas(warehouse, catalog="archive").discover("src__") == Discovery(
        (source("src__old__shop", "orders"),)
    )


class Failing:
    """A warehouse of two schemas, of which the first cannot be listed."""

    dialect_name = "duckdb"

    def __init__(self, error: WarehouseError) -> None:
        self.error = error

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> tuple[str, ...]:
        del prefix, catalog
        return ("bad", "good")

    def list_tables(self, schema: str, *, catalog: str = "") -> tuple[str, ...]:
        del catalog
        if schema == "bad":
            raise self.error
        return ("orders",)


@pytest.mark.parametrize(
    ("error", "error_class", "cooldown_seconds"),
    [
        (QuotaExceeded("later", cooldown_seconds=30), SourceErrorClass.RATE_LIMIT, 30),
        (TransientFailure("busy"), SourceErrorClass.TRANSIENT, None),
        (ConnectionFailed("gone"), SourceErrorClass.TRANSIENT, None),
        (AuthFailed("no"), SourceErrorClass.AUTH, None),
        (ObjectNotFound("what"), SourceErrorClass.UNKNOWN, None),
    ],
)
def test_a_source_that_cannot_be_looked_at_does_not_hide_the_others(error, error_class, cooldown_seconds):
    discovery = WarehouseSchemas(Failing(error)).discover("")

    assert discovery == Discovery(
        sources=(source("good", "orders"),),
        failed=(FailedSource("bad", "bad", "duckdb", error_class, error.message, cooldown_seconds),),
    )


def test_a_cancelled_discovery_is_not_a_failed_source():
    with pytest.raises(StatementCancelled):
        WarehouseSchemas(Failing(StatementCancelled("stop"))).discover("")


def test_a_warehouse_that_cannot_list_its_schemas_says_so(warehouse):
    warehouse.close()

    with pytest.raises(ConnectionFailed):
        WarehouseSchemas(warehouse).discover("src__")


def test_manual_sources_are_what_is_written_in_order_and_once():
    adapter = Adapter.model_validate(
        {
            "type": "manual",
            "kind": "discovery",
            "sources": [
                {"schema": "src__beta__crm", "tables": ["people", "deals", "people"]},
                {"schema": "src__acme__shop", "tables": ["orders"]},
                {"schema": "other", "tables": ["t"]},
            ],
        }
    )
    catalog: SourceCatalog = ManualSources(adapter)

    assert catalog.discover("src__") == Discovery(
        (
            source("src__acme__shop", "orders", source_type="manual"),
            source("src__beta__crm", "deals", "people", source_type="manual"),
        )
    )


def test_components_are_read_from_names_that_fit_and_the_others_are_told_why_not():
    pattern = SchemaPattern(prefix="src__", separator="__", components=("client", "regions...", "system"))
    fitting, short = source("src__acme__eu__west__shop", "orders"), source("src__acme")

    assert match_sources(pattern, (fitting, short)) == (
        (MatchedSource(fitting, (("client", ("acme",)), ("regions", ("eu", "west")), ("system", ("shop",)))),),
        (UnmatchedSource(short, "schema 'src__acme' has too few parts for the components client, regions..., system"),),
    )
