"""Rocky's pipelines that build no models (quality, replication, snapshot), each as an asset of one's own."""

from collections.abc import Iterator

import dagster as dg

from dagster_rocky import RockyResource, RunResult

OBSERVATIONS = dg.AssetKey(["raw", "observations"])
VALID = dg.AssetKey(["raw", "observations__valid"])
PIPELINE_TYPE = "rocky/pipeline_type"
APART = dg.AssetKey(["raw", "observations__quarantine"])


@dg.multi_asset(
    specs=[
        dg.AssetSpec(VALID, deps=[OBSERVATIONS], group_name="intake", kinds={"rocky", "duckdb"}),
        dg.AssetSpec(APART, deps=[OBSERVATIONS], group_name="intake", kinds={"rocky", "duckdb"}),
    ],
    check_specs=[
        dg.AssetCheckSpec("few_rows_set_apart", asset=VALID, description="Less than one row in a hundred is set apart.")
    ],
)
def intake(
    context: dg.AssetExecutionContext, rocky: RockyResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Reports that cannot be true are set apart, each with the reason beside it."""
    result = rocky.run(pipeline="intake")
    rocky.raise_for_retry(result, context)
    (split,) = result.quarantine
    valid, apart = split.valid_rows or 0, split.quarantined_rows or 0
    yield dg.MaterializeResult(
        asset_key=VALID, metadata={"dagster/row_count": valid, PIPELINE_TYPE: result.pipeline_type}
    )
    yield dg.MaterializeResult(
        asset_key=APART, metadata={"dagster/row_count": apart, PIPELINE_TYPE: result.pipeline_type, **_found(result)}
    )
    yield dg.AssetCheckResult(
        asset_key=VALID,
        check_name="few_rows_set_apart",
        passed=apart * 100 < valid,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"set_apart": apart, "kept": valid},
    )


@dg.asset(
    key=["rivers", "streamflow"],
    deps=[["agency", "streamflow"]],
    group_name="intake",
    kinds={"rocky", "duckdb"},
    owners=["team:rivers"],
)
def rivers(context: dg.AssetExecutionContext, rocky: RockyResource) -> dg.MaterializeResult:
    """The agency's gauges, copied; what the agency has changed about its columns is in the metadata."""
    result = rocky.run(pipeline="rivers")
    rocky.raise_for_retry(result, context)
    drift = "; ".join(f"{one.action}: {one.reason}" for one in result.drift.actions_taken)
    return dg.MaterializeResult(
        metadata={
            "rocky/rows_affected": sum(one.rows_copied or 0 for one in result.materializations),
            "rocky/drift": drift or "none",
            "rocky/run_id": result.run_id,
            PIPELINE_TYPE: result.pipeline_type,
        }
    )


@dg.asset(key=["history", "species"], deps=[["raw", "species"]], group_name="intake", kinds={"rocky", "duckdb"})
def species_history(context: dg.AssetExecutionContext, rocky: RockyResource) -> dg.MaterializeResult:
    """Every version of the checklist's entries."""
    result = rocky.run(pipeline="species_history")
    rocky.raise_for_retry(result, context)
    return dg.MaterializeResult(metadata={"rocky/run_id": result.run_id, PIPELINE_TYPE: result.pipeline_type})


def _found(result: RunResult) -> dict[str, int]:
    return {
        f"failing {check.name}": check.failure_count
        for table in result.check_results
        for check in table.checks
        if not check.passed
    }


PIPELINE_ASSETS = [intake, rivers, species_history]
