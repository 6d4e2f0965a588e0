"""Dagster's own resources are the connections of adapters, looked up when a step runs and never shown."""

import base64
import logging
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster_duckdb import DuckDBResource
from pydantic import Field

from dagster_rocky import RockyComponent, RockyProject, RockyResource, build_rocky_assets, build_rocky_seed_assets
from dagster_rocky.connections import connect_with
from rocky_core.config.adapters import Adapter
from rocky_core.config.connections import overlay
from rocky_core.errors import UserError

HUSH = "never-shown"


class SnowflakeResource(dg.ConfigurableResource):
    """The fields of dagster-snowflake 0.29.27, whose driver cannot be installed beside ours."""

    account: str | None = None
    user: str
    password: str | None = None
    database: str | None = None
    schema_: str | None = Field(default=None, alias="schema")
    role: str | None = None
    warehouse: str | None = None
    private_key: str | None = None
    private_key_password: str | None = None
    private_key_path: str | None = None
    autocommit: bool | None = None
    client_prefetch_threads: int | None = None
    client_session_keep_alive: bool | None = None
    login_timeout: int | None = None
    network_timeout: int | None = None
    ocsp_response_cache_filename: str | None = None
    validate_default_parameters: bool | None = None
    paramstyle: str | None = None
    timezone: str | None = None
    connector: str | None = None
    cache_column_metadata: str | None = None
    numpy: bool | None = None
    authenticator: str | None = None
    additional_snowflake_connection_args: dict[str, Any] | None = None


class BigQueryResource(dg.ConfigurableResource):
    """The fields of dagster-gcp 0.29.27."""

    project: str | None = None
    location: str | None = None
    gcp_credentials: str | None = None


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose rocky.toml does not say where its DuckDB is."""
    folder = tmp_path / "shop"
    files = {
        "rocky.toml": '[adapter.store]\ntype = "duckdb"\n[pipeline.shop]\ntype = "transformation"\n'
        'target.adapter = "store"\n',
        "models/orders.sql": "SELECT 1 AS id, 20 AS amount",
        "models/orders.toml": '[target]\ncatalog = "shop"\nschema = "main"\n',
        "seeds/countries.csv": "code,name\nch,Switzerland\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def orders(file: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file)) as connection:
        return connection.execute("FROM shop.main.orders").fetchall()


def test_models_are_built_where_the_resource_says_when_the_step_runs(shop, tmp_path, monkeypatch):
    monkeypatch.delenv("SHOP_FILE", raising=False)
    store = DuckDBResource(database=dg.EnvVar("SHOP_FILE"), connection_config={"threads": 2})
    project = RockyProject(shop, connections={"store": store})
    assets = build_rocky_assets(project)  # The variable is not needed here.
    monkeypatch.setenv("SHOP_FILE", str(tmp_path / "shop.duckdb"))

    @dg.asset(deps=["orders"])
    def seen(store: DuckDBResource):
        with store.get_connection() as connection:  # While Rocky's own may still be open.
            connection.execute("FROM shop.main.orders").fetchall()

    assert dg.materialize(assets).success
    assert dg.materialize([seen], resources={"store": store}).success
    assert orders(tmp_path / "shop.duckdb") == [(1, 20)]


def test_a_relative_file_lies_beside_the_process_as_dagsters_own_does(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    project = RockyProject(shop, connections={"store": DuckDBResource(database="shop.duckdb")})

    assert dg.materialize(build_rocky_assets(project)).success
    assert orders(tmp_path / "shop.duckdb") == [(1, 20)]


def test_a_variable_that_is_not_set_is_named_when_the_step_runs(shop, monkeypatch):
    monkeypatch.delenv("SHOP_FILE", raising=False)
    project = RockyProject(shop, connections={"store": DuckDBResource(database=dg.EnvVar("SHOP_FILE"))})
    result = dg.materialize(build_rocky_assets(project), raise_on_error=False)

    assert "database is the environment variable SHOP_FILE, which is not set" in failures(result)


# Dagster itself calls what it deprecates when a resource holds another one.
@pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")
def test_a_resource_of_ones_own_has_them_too(shop, tmp_path):
    class Shop(RockyResource):
        store: dg.ResourceDependency[DuckDBResource]

        def connections(self):
            return {"store": self.store}

    @dg.asset
    def built(rocky: Shop):
        assert rocky.run("orders").status == "Success"

    store = DuckDBResource(database=str(tmp_path / "shop.duckdb"))

    assert dg.materialize([built], resources={"rocky": Shop(project_dir=str(shop), store=store)}).success
    assert orders(tmp_path / "shop.duckdb") == [(1, 20)]


def test_a_component_of_ones_own_gives_them_to_its_assets_and_its_resource(shop, tmp_path):
    class Shop(RockyComponent):
        def connections(self):
            return {"store": DuckDBResource(database=str(tmp_path / "shop.duckdb"))}

    made = Shop(project_dir=str(shop)).build_defs_from_state(dg.ComponentTree.for_test().load_context, None)

    @dg.asset
    def counted(rocky: RockyResource):
        return len(rocky.relation("orders").rows())

    assert dg.materialize(list(made.assets)).success
    ended = dg.materialize([counted], resources=made.resources)
    assert ended.output_for_node("counted") == 1


def test_seeds_are_loaded_there_too(shop, tmp_path):
    project = RockyProject(shop, connections={"store": DuckDBResource(database=str(tmp_path / "shop.duckdb"))})

    assert dg.materialize(build_rocky_seed_assets(project)).success
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert ("countries",) in tables


@pytest.mark.parametrize(
    ("connections", "told"),
    [
        pytest.param(
            {"stores": DuckDBResource(database="x.duckdb")},
            "connections: there is no adapter 'stores' — did you mean 'store'?",
            id="no adapter",
        ),
        pytest.param(
            {"store": BigQueryResource(project="p", gcp_credentials=HUSH)},
            "adapter 'store' is of type 'duckdb', and its connection, BigQueryResource, is of 'bigquery'",
            id="another kind",
        ),
        pytest.param(
            {"store": DuckDBResource(database="x.duckdb", connection_config={"default_null_order": HUSH})},
            "Rocky cannot honour connection_config['default_null_order'] of DuckDBResource",
            id="a setting that is not honoured",
        ),
        pytest.param(
            {"store": DuckDBResource(database="x.duckdb", connection_config={"motherduck_token": HUSH})},
            "an adapter of DuckDB has a `token`, and its `path` is none of MotherDuck",
            id="a token for a file",
        ),
    ],
)
def test_what_does_not_fit_is_refused_when_the_step_runs(shop, connections, told, tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    result = dg.materialize(build_rocky_assets(RockyProject(shop, connections=connections)), raise_on_error=False)

    assert not result.success
    assert told in failures(result)
    assert HUSH not in "".join(str(event) for event in result.all_events) + caplog.text
    assert not (tmp_path / "x.duckdb").exists()


def test_what_is_no_connection_is_refused_before_anything_runs(shop):
    with pytest.raises(UserError, match="'store' is given a str, and Rocky cannot connect with that"):
        _ = RockyProject(shop, connections={"store": "duckdb.db"}).opened


def failures(result: dg.ExecuteInProcessResult) -> str:
    return "".join(str(event.event_specific_data) for event in result.all_events if event.is_failure)


def laid(resource: Any, **stated: Any) -> dict[str, Any]:
    """The keys of an adapter under a resource, secrets as they are."""
    kind = {"SnowflakeResource": "snowflake", "BigQueryResource": "bigquery", "DuckDBResource": "duckdb"}
    adapter = Adapter.model_validate({"type": kind[type(resource).__name__], **stated})
    connection = connect_with("a", resource)()
    found = overlay("a", adapter, connection)
    assert HUSH not in repr((adapter, connection, found, found.driver_settings if kind == "snowflake" else ""))
    plain = {name: getattr(found, name) for name in ("type", *found.model_fields_set)}
    return {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in plain.items()
        if value is not None and name != "type"
    }


KEY = base64.b64encode(b"a key").decode()


@pytest.mark.parametrize(
    ("resource", "stated", "keys"),
    [
        pytest.param(
            SnowflakeResource(
                account="acme-one",
                user="runner",
                password=HUSH,
                database="SHOP",
                schema="MAIN",
                role="R",
                warehouse="W",
                autocommit=True,
                client_session_keep_alive=True,
            ),
            {"pat": "of another user", "username": "other", "max_concurrency": 3},
            {
                "account": "acme-one",
                "username": "runner",
                "password": HUSH,
                "database": "SHOP",
                "schema_name": "MAIN",
                "role": "R",
                "warehouse": "W",
                "max_concurrency": 3,
            },
            id="snowflake by password, over a token of rocky.toml",
        ),
        pytest.param(
            SnowflakeResource(user="runner", private_key=KEY, private_key_password=HUSH, authenticator="SNOWFLAKE_JWT"),
            {"account": "acme-one"},
            {"account": "acme-one", "username": "runner", "private_key": KEY, "private_key_passphrase": HUSH},
            id="snowflake by key",
        ),
        pytest.param(
            SnowflakeResource(user="runner", private_key_path="/keys/k.p8"),
            {"password": HUSH},
            {"username": "runner", "private_key_path": "/keys/k.p8"},
            id="snowflake by a key's file",
        ),
        pytest.param(
            SnowflakeResource(
                user="runner",
                authenticator="oauth",
                additional_snowflake_connection_args={
                    "token": HUSH,
                    "host": "127.0.0.1",
                    "port": 81,
                    "protocol": "http",
                },
            ),
            {},
            {"username": "runner", "oauth_token": HUSH, "host": "http://127.0.0.1:81"},
            id="snowflake by token, elsewhere",
        ),
        pytest.param(
            BigQueryResource(project="acme", location="EU", gcp_credentials=HUSH),
            {"credentials_path": "key.json", "location": "US"},
            {"project_id": "acme", "location": "EU", "credentials_json": HUSH},
            id="bigquery",
        ),
        pytest.param(
            DuckDBResource(database="md:shop", connection_config={"motherduck_token": HUSH}),
            {"path": "old.duckdb"},
            {"path": "md:shop", "token": HUSH},
            id="motherduck",
        ),
    ],
)
def test_fields_become_keys(resource, stated, keys):
    assert laid(resource, **stated) == keys


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"connector": "sqlalchemy"}, "connector of SnowflakeResource"),
        ({"timezone": "Europe/Zurich"}, "timezone of SnowflakeResource"),
        ({"autocommit": False}, "autocommit=False of SnowflakeResource"),
        ({"client_session_keep_alive": False}, "client_session_keep_alive=False of SnowflakeResource"),
        (
            {"authenticator": "externalbrowser", "password": None},
            "authenticator='externalbrowser' without what it needs",
        ),
        (
            {"additional_snowflake_connection_args": {"insecure_mode": HUSH}},
            "additional_snowflake_connection_args['insecure_mode'] of SnowflakeResource",
        ),
        (
            {"additional_snowflake_connection_args": {"port": 81}},
            "an address without a host of SnowflakeResource",
        ),
    ],
)
def test_a_setting_that_cannot_be_honoured_is_named(fields, told):
    resource = SnowflakeResource(**{"user": "runner", "password": HUSH, **fields})
    with pytest.raises(UserError) as refused:
        connect_with("flake", resource)()

    assert refused.value.message == (
        f"the connection of adapter 'flake' cannot be used: Rocky cannot honour {told}".removesuffix(
            " of SnowflakeResource"
        )
        + " of SnowflakeResource"
    )
    assert HUSH not in str(refused.value) + str(refused.value.hint)


def test_a_resource_that_refuses_its_values_does_not_show_them():
    class Picky(BigQueryResource):
        def process_config_and_initialize(self):
            raise ValueError(self.gcp_credentials)

    with pytest.raises(UserError) as refused:
        connect_with("bq", Picky(gcp_credentials=HUSH))()

    assert "Picky does not accept its values (ValueError)" in refused.value.message
    assert HUSH not in str(refused.value)
    assert refused.value.__suppress_context__
