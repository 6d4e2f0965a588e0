"""From what discovery finds to copies: what a DuckDB file cannot show."""

import pytest

from rocky_core.config.pipelines import ReplicationPipeline
from rocky_core.errors import FailureKind
from rocky_core.execution.choose_copies import choose_copies
from rocky_core.execution.run_filter import parse_filter
from rocky_core.ir.copy import AddedColumn
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery, FailedSource, SourceErrorClass

PIPELINE = {
    "strategy": "full_refresh",
    "metadata_columns": [{"name": "_client", "type": "VARCHAR", "value": "'{client}'"}],
    "source": {"schema_pattern": {"prefix": "src__", "separator": "__", "components": ["client"]}},
    "target": {"catalog_template": "lake", "schema_template": "stage_{client}"},
}


def pipeline(**changes: object) -> ReplicationPipeline:
    return ReplicationPipeline.model_validate({**PIPELINE, **changes})


def source(schema: str, *tables: str) -> DiscoveredSource:
    return DiscoveredSource("id_" + schema, schema, "fivetran", tuple(map(DiscoveredTable, tables)))


def failed(schema: str, error: SourceErrorClass) -> FailedSource:
    return FailedSource("id_" + schema, schema, "fivetran", error, "the API said no")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SourceErrorClass.AUTH, FailureKind.AUTH_FAILED),
        (SourceErrorClass.RATE_LIMIT, FailureKind.QUOTA_EXCEEDED),
        (SourceErrorClass.TIMEOUT, FailureKind.TRANSIENT),
        (SourceErrorClass.UNKNOWN, FailureKind.UNKNOWN),
    ],
)
def test_a_source_that_cannot_be_looked_at_is_a_failure_and_the_others_are_copied(error, kind):
    found = Discovery((source("src__acme", "orders"),), (failed("src__beta", error),))

    chosen = choose_copies(pipeline(), found, None, "")

    (refused,) = chosen.refused
    assert (refused.asset_key, refused.refusal.kind) == (("fivetran", "beta"), kind)
    assert refused.refusal.reason == "the tables of source 'src__beta' cannot be listed: the API said no"
    assert [one.copy.asset_key for one in chosen.copies] == [("fivetran", "acme", "orders")]
    assert chosen.discovered == ("src__acme", "src__beta")


@pytest.mark.parametrize(
    ("wanted", "copies", "refused"),
    [("client=acme", 1, 0), ("client=beta", 0, 1), ("id=id_src__beta", 0, 1), ("table=orders", 1, 1)],
)
def test_a_filter_leaves_out_failures_of_sources_that_were_not_asked_for(wanted, copies, refused):
    found = Discovery((source("src__acme", "orders"),), (failed("src__beta", SourceErrorClass.AUTH),))

    chosen = choose_copies(pipeline(), found, parse_filter(wanted), "")

    assert (len(chosen.copies), len(chosen.refused)) == (copies, refused)


def test_a_component_that_would_break_out_of_its_literal_is_refused():
    found = Discovery((source("src__x', 1) --", "orders"), source("src__acme", "orders")))

    chosen = choose_copies(pipeline(target={"catalog_template": "lake", "schema_template": "all"}), found, None, "")

    (refused,) = chosen.refused
    assert "'x', 1) --' in its schema's name must not stand in the value" in refused.refusal.reason
    assert [one.copy.added for one in chosen.copies] == [(AddedColumn("_client", "VARCHAR", "'acme'"),)]


@pytest.mark.parametrize("table", ["or ders", 'x"; DROP TABLE y; --', ""])
def test_a_table_whose_name_is_none_is_refused(table):
    chosen = choose_copies(pipeline(), Discovery((source("src__acme", table, "fine"),)), None, "")

    assert [one.refusal.kind for one in chosen.refused] == [FailureKind.COMPILE_ERROR]
    assert [one.source_table for one in chosen.copies] == ["fine"]
