"""Connectors of Fivetran, connections of Airbyte and namespaces of Iceberg are sources with their tables."""

import base64
from datetime import UTC, datetime

import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.errors import AuthFailed, UserError
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery, FailedSource, SourceErrorClass
from rocky_core.sources.airbyte import AirbyteSources
from rocky_core.sources.fivetran import FivetranSources
from rocky_core.sources.iceberg import IcebergSources
from tests.unit.sources.conftest import Reply, say_nothing

LIST = "/v1/groups/dest/connectors?limit=100"
CLIENT = {"client_id": "me", "client_secret": "hush"}
NO_RETRY = {"max_retries": 0}


def tables(*names):
    return tuple(DiscoveredTable(name) for name in names)


def connector(own_id, schema, **more):
    return {"id": own_id, "schema": schema, "service": "shopify", **more}


def schema_config(**schemas):
    return {"code": "Success", "data": {"schemas": schemas}}


def fivetran(api, clock, *, with_external_ids=False, **settings):
    written = {
        "type": "fivetran",
        "kind": "discovery",
        "destination_id": "dest",
        "api_key": "key",
        "api_secret": "hush",
    }
    adapter = Adapter.model_validate({**written, "host": api.address, "retry": NO_RETRY, **settings})
    return FivetranSources("ft", adapter, clock, with_external_ids=with_external_ids)


def test_connectors_with_the_prefix_are_sources_page_by_page_with_their_enabled_tables_once(api, clock):
    first = connector(
        "c1",
        "src__acme__shop",
        succeeded_at="2026-01-01T10:00:00Z",
        failed_at=None,
        paused=False,
        status={"setup_state": "connected", "sync_state": "scheduled"},
    )
    api.says(LIST, {"data": {"items": [first, connector("other", "raw")], "next_cursor": "n/2"}})
    api.says(f"{LIST}&cursor=n%2F2", {"data": {"items": [connector("c0", "src__acme__crm")]}})
    api.says(
        "/v1/connectors/c1/schemas",
        schema_config(
            a={
                "enabled": True,
                "tables": {
                    "o": {"enabled": True, "name_in_destination": "orders"},
                    "orders": {"enabled": True},
                    "users": {"enabled": False},
                },
            },
            b={"enabled": False, "tables": {"hidden": {"enabled": True}}},
        ),
    )
    api.says("/v1/connectors/c0/schemas", schema_config(a={"enabled": True, "tables": {"leads": {"enabled": True}}}))

    found = fivetran(api, clock).discover("src__")

    assert found == Discovery(
        (
            DiscoveredSource(
                "c0",
                "src__acme__crm",
                "shopify",
                tables("leads"),
                metadata=(("fivetran.connector_id", "c0"), ("fivetran.service", "shopify")),
            ),
            DiscoveredSource(
                "c1",
                "src__acme__shop",
                "shopify",
                tables("orders"),
                last_sync_at=datetime(2026, 1, 1, 10, tzinfo=UTC),
                metadata=(
                    ("fivetran.connector_id", "c1"),
                    ("fivetran.paused", "false"),
                    ("fivetran.service", "shopify"),
                    ("fivetran.setup_state", "connected"),
                    ("fivetran.sync_state", "scheduled"),
                ),
            ),
        )
    )
    assert {proof for _, proof in api.asked} == {"Basic " + base64.b64encode(b"key:hush").decode()}
    assert "/v1/connectors/other/schemas" not in api.paths


def test_a_connector_of_a_database_is_one_source_for_each_schema_that_it_writes(api, clock):
    api.says(LIST, {"data": {"items": [connector("pg", "src_pg")]}})
    api.says(
        "/v1/connectors/pg/schemas",
        schema_config(
            public={"name_in_destination": "src_pg_public", "tables": {"a": {}}},
            audit={"name_in_destination": "src_pg_audit", "tables": {"b": {}}},
        ),
    )

    found = fivetran(api, clock).discover("src")

    assert [(one.id, one.schema, one.tables) for one in found.sources] == [
        ("pg", "src_pg_audit", tables("b")),
        ("pg", "src_pg_public", tables("a")),
    ]


def test_a_connector_of_one_table_is_named_with_it(api, clock):
    api.says(LIST, {"data": {"items": [connector("sheet", "src_sheets.budget")]}})
    api.says(
        "/v1/connectors/sheet/schemas",
        schema_config(src_sheets={"name_in_destination": "src_sheets", "tables": {"budget": {}}}),
    )

    assert [(one.schema, one.tables) for one in fivetran(api, clock).discover("src").sources] == [
        ("src_sheets", tables("budget"))
    ]


@pytest.mark.parametrize(
    ("reply", "error_class", "cooldown_seconds"),
    [
        (Reply({"message": "wait"}, 429, {"Retry-After": "90"}), SourceErrorClass.RATE_LIMIT, 90),
        (Reply({}, 500), SourceErrorClass.TRANSIENT, None),
        (Reply({}, 403), SourceErrorClass.AUTH, None),
        (Reply({"message": "never synced"}, 404), SourceErrorClass.UNKNOWN, None),
        (Reply(misbehave=say_nothing), SourceErrorClass.TIMEOUT, None),
    ],
    ids=["rate limit", "transient", "auth", "unknown", "timeout"],
)
def test_a_connector_that_cannot_be_looked_at_does_not_hide_the_others(
    api, clock, reply, error_class, cooldown_seconds
):
    api.says(LIST, {"data": {"items": [connector("bad", "src_bad"), connector("good", "src_good")]}})
    api.says("/v1/connectors/bad/schemas", reply)
    api.says("/v1/connectors/good/schemas", schema_config(a={"tables": {"orders": {}}}))

    found = fivetran(api, clock, timeout_secs=0.2).discover("src")

    assert [one.id for one in found.sources] == ["good"]
    (failed,) = found.failed
    assert failed == FailedSource("bad", "src_bad", "shopify", error_class, failed.message, cooldown_seconds)
    assert "/v1/connectors/bad/schemas" in failed.message
    assert "hush" not in failed.message


def test_what_a_connector_reads_is_asked_for_only_where_it_matters_and_never_what_is_concealed(api, clock):
    api.says(LIST, {"data": {"items": [connector("c1", "src_a")]}})
    api.says("/v1/connectors/c1/schemas", schema_config(a={"tables": {"orders": {}}}))
    config = {"shop": "acme", "accounts": ["7", "3"], "password": "hush", "customer_id": "******"}
    api.says("/v1/connectors/c1", {"data": connector("c1", "src_a", config=config)})

    assert [one.external_object_ids for one in fivetran(api, clock).discover("src").sources] == [()]
    assert "/v1/connectors/c1" not in api.paths
    assert [
        one.external_object_ids for one in fivetran(api, clock, with_external_ids=True).discover("src").sources
    ] == [("shopify:accounts=3", "shopify:accounts=7", "shopify:shop=acme")]


def test_a_list_that_cannot_be_had_is_an_error_not_an_empty_discovery(api, clock):
    api.says(LIST, Reply({"message": "Invalid authorization credentials"}, 401))

    with pytest.raises(AuthFailed, match="Invalid authorization credentials"):
        fivetran(api, clock).discover("src")


def test_names_are_steps_in_an_address_and_nothing_else(api, clock):
    api.says("/v1/groups/a%2F..%2Fb/connectors?limit=100", {"data": {"items": [connector("../users", "src")]}})
    api.says("/v1/connectors/..%2Fusers/schemas", schema_config())

    assert [one.id for one in fivetran(api, clock, destination_id="a/../b").discover("").sources] == ["../users"]


@pytest.mark.parametrize(
    ("make", "settings", "message"),
    [
        (
            lambda adapter, clock: FivetranSources("x", adapter, clock, with_external_ids=False),
            {"type": "fivetran", "api_key": ""},
            "adapter 'x' (fivetran) has no destination_id, api_key, api_secret",
        ),
        (
            lambda adapter, clock: AirbyteSources("x", adapter, clock),
            {"type": "airbyte"},
            "adapter 'x' (airbyte) has no host",
        ),
        (
            lambda adapter, clock: IcebergSources("x", adapter, clock),
            {"type": "iceberg", "host": "localhost", "client_id": "a"},
            "adapter 'x' (iceberg) has no client_secret",
        ),
    ],
    ids=["fivetran", "airbyte", "iceberg"],
)
def test_an_adapter_that_lacks_settings_names_all_of_them(clock, make, settings, message):
    with pytest.raises(UserError) as raised:
        make(Adapter.model_validate(settings), clock)

    assert (raised.value.message, raised.value.hint) == (message, "add it to [adapter.x]")


def airbyte(api, clock, **settings):
    written = {"type": "airbyte", "kind": "discovery", "host": api.address, "retry": NO_RETRY, "token": "hush"}
    return AirbyteSources("ab", Adapter.model_validate({**written, **settings}), clock)


def connection(own_id, name, *streams, **more):
    configurations = {"streams": [{"name": stream} for stream in streams]}
    return {"connectionId": own_id, "name": name, "status": "active", "configurations": configurations, **more}


def test_active_connections_are_sources_and_their_streams_tables(api, clock):
    second = f"{api.address}/v1/connections?cursor=2"
    api.says(
        "/v1/connections?limit=100",
        {
            "data": [
                connection("b", "src_shop", "orders", "orders", prefix="raw_", sourceId="s"),
                connection("paused", "src_old", "orders", status="inactive"),
                connection("c", "named", "users", namespaceFormat="src_crm"),
                connection("d", "src_own", "events", namespaceFormat="${SOURCE_NAMESPACE}"),
                connection("e", "elsewhere", "events"),
            ],
            "next": second,
        },
    )
    api.says(
        "/v1/connections?cursor=2",
        {"data": [{"connectionId": "a", "name": "src_bare", "status": "active"}], "next": ""},
    )
    api.says("/v1/connections/a", connection("a", "src_bare", "leads"))

    found = airbyte(api, clock).discover("src")

    assert [(one.id, one.schema, one.source_type, one.tables) for one in found.sources] == [
        ("a", "src_bare", "airbyte", tables("leads")),
        ("c", "src_crm", "airbyte", tables("users")),
        ("d", "src_own", "airbyte", tables("events")),
        ("b", "src_shop", "airbyte", tables("raw_orders")),
    ]
    assert found.failed == ()
    assert found.sources[3].metadata == (
        ("airbyte.connectionId", "b"),
        ("airbyte.sourceId", "s"),
        ("airbyte.status", "active"),
    )
    assert {proof for _, proof in api.asked} == {"Bearer hush"}


def test_a_next_page_at_another_address_is_not_followed(api, clock):
    api.says("/v1/connections?limit=100", {"data": [], "next": "https://elsewhere.example/v1/connections"})

    with pytest.raises(Exception, match="leads to another address") as raised:
        airbyte(api, clock).discover("")

    assert "hush" not in str(raised.value)


def test_a_client_of_airbyte_gets_its_token_first(api, clock):
    api.says("/v1/applications/token", {"access_token": "fresh"})
    api.says("/v1/connections?limit=100", {"data": []})

    airbyte(api, clock, token="", **CLIENT).discover("")

    assert api.asked[1][1] == "Bearer fresh"
    assert api.sent == [b'{"client_id": "me", "client_secret": "hush", "grant-type": "client_credentials"}']


def test_a_connection_that_cannot_be_looked_at_is_told(api, clock):
    api.says("/v1/connections?limit=100", {"data": [{"connectionId": "a", "name": "src", "status": "active"}]})

    assert [(one.id, one.error_class) for one in airbyte(api, clock).discover("src").failed] == [
        ("a", SourceErrorClass.UNKNOWN)
    ]


def iceberg(api, clock, **settings):
    written = {"type": "iceberg", "kind": "discovery", "host": f"{api.address}/catalog", "retry": NO_RETRY}
    return IcebergSources("ice", Adapter.model_validate({**written, **settings}), clock)


def test_namespaces_of_every_level_are_sources(api, clock):
    api.says("/catalog/v1/config?warehouse=wh", {"defaults": {"prefix": "no"}, "overrides": {"prefix": "my/wh"}})
    root = "/catalog/v1/my/wh/namespaces"
    api.says(f"{root}?pageToken=", {"namespaces": [["src_a"]], "next-page-token": "t"})
    api.says(f"{root}?pageToken=t", {"namespaces": [["other"], ["src_b"]], "next-page-token": None})
    api.says(f"{root}?parent=src_a&pageToken=", {"namespaces": [["src_a", "in/ner"]]})
    for nothing_below in ("other", "src_b", "src_a%1Fin%2Fner"):
        api.says(f"{root}?parent={nothing_below}&pageToken=", {"namespaces": []})
    api.says(
        f"{root}/src_a/tables?pageToken=", {"identifiers": [{"namespace": ["src_a"], "name": "t2"}, {"name": "t1"}]}
    )
    api.says(f"{root}/src_a%1Fin%2Fner/tables?pageToken=", {"identifiers": [{"name": "deep"}]})
    api.says(f"{root}/src_b/tables?pageToken=", Reply({"error": {"message": "no", "code": 403}}, 403))

    found = iceberg(api, clock, warehouse="wh").discover("src_")

    assert [(one.id, one.schema, one.source_type, one.tables) for one in found.sources] == [
        ("src_a", "src_a", "iceberg", tables("t1", "t2")),
        ("src_a.in/ner", "src_a.in/ner", "iceberg", tables("deep")),
    ]
    assert [(one.schema, one.error_class) for one in found.failed] == [("src_b", SourceErrorClass.AUTH)]


def test_a_client_of_a_catalogue_proves_itself_with_a_form(api, clock):
    api.says("/catalog/v1/oauth/tokens", {"access_token": "fresh"})
    api.says("/catalog/v1/config", {})
    api.says("/catalog/v1/namespaces?pageToken=", {"namespaces": []})

    assert iceberg(api, clock, **CLIENT).discover("") == Discovery(())
    assert api.sent == [b"grant_type=client_credentials&client_id=me&client_secret=hush&scope=catalog"]
    assert {proof for _, proof in api.asked[1:]} == {"Bearer fresh"}
