"""`make demo`: the example through Dagster, then with a busy warehouse, a drifting source and a broken model."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from rich.console import Console
from rich.table import Table

from tools.example import copy_example, loaded, run_everything

FIRST_DAY, LAST_DAY = "2026-03-01", "2026-05-31"
WIDTH = 118


def main() -> int:
    """Play the scenes in a copy of the project; fails as soon as one does not end as it should."""
    logging.disable(logging.CRITICAL)  # Dagster tells every event; here the tables do.
    console = Console(highlight=False, width=WIDTH)
    with tempfile.TemporaryDirectory(prefix="rocky-demo-") as folder:
        project = copy_example(Path(folder) / "birding")
        return 0 if all(scene(console, project) for scene in (everything, busy, drift, broken)) else 1


def everything(console: Console, project: Path) -> bool:
    """All assets and all 92 days of the partitioned one."""
    title(console, f"Materialize everything, days {FIRST_DAY} to {LAST_DAY} as one backfill")
    result = play(project, first_day=FIRST_DAY)
    console.print(outcome_table(result))
    for told in failing_checks(result):
        console.print(told)
    return ends(console, result, green=True)


def busy(console: Console, project: Path) -> bool:
    """A transient failure: that model is tried again, nothing else is."""
    title(console, "A warehouse that is busy (BIRDING_FLAKY=1): the step is retried, only what failed is done again")
    result = play(project, {"BIRDING_FLAKY": "1"})
    for event in result.all_events:
        if event.is_step_up_for_retry:
            console.print(f"  step {event.step_key} is up for retry")
    written = [one for one in told_models(result) if one == "daily_rivers"]
    others = len(told_models(result)) - len(written)
    console.print(
        f"  daily_rivers was materialized {len(written)} time; so were the {others} others, none of them twice"
    )
    return ends(console, result, green=True)


def drift(console: Console, project: Path) -> bool:
    """A source that changes its columns: they are followed, and said."""
    title(console, "A source that drifts (BIRDING_RIVER_DRIFT=1): the copy follows, and says how")
    result = play(project, {"BIRDING_RIVER_DRIFT": "1"})
    facts = facts_of(result)["rivers/streamflow"]
    console.print(f"  rivers/streamflow: {facts['rocky/rows_affected']} new rows; {facts['rocky/drift']}")
    return ends(console, result, green=True)


def broken(console: Console, project: Path) -> bool:
    """A model is broken on purpose: the location loads, one asset says what is wrong, the rest is built."""
    title(console, "Break a model on purpose: daily_rivers reads `discharge`, which stg_streamflow does not have")
    file = project / "models" / "marts" / "daily_rivers.sql"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("MAX(discharge_m3s)", "MAX(discharge)"), encoding="utf-8")
    result = play(project)
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.user_failure_data is not None:
            console.print(f"[red]{event.step_failure_data.user_failure_data.description}[/red]")
    console.print(f"  built all the same: {', '.join(sorted(set(told_models(result))))}")
    return ends(console, result, green=False)


def play(
    project: Path, environment: Mapping[str, str] | None = None, *, first_day: str = LAST_DAY
) -> dg.ExecuteInProcessResult:
    """Load the definitions as they are now and materialize everything."""
    with loaded(project, environment) as definitions, dg.DagsterInstance.ephemeral() as instance:
        return run_everything(definitions, instance, first_day, LAST_DAY)


def title(console: Console, text: str) -> None:
    """The heading of a scene."""
    console.print(f"\n[bold]{text}[/bold]")


def ends(console: Console, result: dg.ExecuteInProcessResult, *, green: bool) -> bool:
    """Whether the run ended as the scene expects."""
    console.print(f"  the run is {'[green]green[/green]' if result.success else '[red]red[/red]'}")
    return result.success == green


def outcome_table(result: dg.ExecuteInProcessResult) -> Table:
    """One row per asset: how it was made, its rows, its checks, its time."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, side in (("asset", "left"), ("made by", "left"), ("rows", "right"), ("checks", "left"), ("ms", "right")):
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    checks = dict(checks_of(result))
    for key, facts in facts_of(result).items():
        rows = facts.get("dagster/row_count", facts.get("rocky/rows_affected"))
        made_by = facts.get("rocky/strategy") or facts.get("rocky/pipeline_type") or "python"
        if facts["partitions"] > 1:
            made_by = f"{made_by}, {facts['partitions']} partitions"
        duration = facts.get("rocky/duration_ms")
        table.add_row(
            key,
            made_by,
            "" if rows is None else f"{rows:,}",
            checks.get(key, ""),
            "" if duration is None else str(duration),
        )
    return table


def facts_of(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """The metadata of each materialized asset, in the order in which they were told; partitions are counted."""
    found: dict[str, dict[str, Any]] = {}
    for event in result.get_asset_materialization_events():
        told = event.materialization
        facts = found.setdefault(told.asset_key.to_user_string(), {"partitions": 0})
        facts.update({name: value.value for name, value in told.metadata.items()})
        facts["partitions"] += 1
    return found


def told_models(result: dg.ExecuteInProcessResult) -> list[str]:
    """The names of the models that were materialized, once for each event of an asset without partitions."""
    events = result.get_asset_materialization_events()
    return [
        str(one.materialization.metadata["rocky/model"].value)
        for one in events
        if "rocky/model" in one.materialization.metadata and one.materialization.partition in {None, LAST_DAY}
    ]


def checks_of(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, str]]:
    """How the checks of each asset went."""
    counts: dict[str, list[int]] = {}
    for one in result.get_asset_check_evaluations():
        count = counts.setdefault(one.asset_key.to_user_string(), [0, 0, 0])
        count[0 if one.passed else 1 if one.severity is dg.AssetCheckSeverity.WARN else 2] += 1
    for key, (passed, warned, failed) in counts.items():
        parts = (f"{passed} passed" if passed else "", f"{warned} warned" if warned else "")
        yield key, ", ".join(part for part in (*parts, f"{failed} failed" if failed else "") if part)


def failing_checks(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """What did not hold, with a failing row."""
    for one in result.get_asset_check_evaluations():
        if one.passed:
            continue
        sample = one.metadata.get("rocky/failed_sample")
        check, failures = one.metadata["rocky/check_id"].value, one.metadata["rocky/failure_count"].value
        yield f"  ! {one.asset_key.to_user_string()}: {check} fails for {failures} rows, such as"
        if isinstance(sample, dg.TableMetadataValue):
            row = sample.records[0].data
            yield "      " + ", ".join(f"{name} = {_short(value)}" for name, value in row.items())


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:12]}…"


if __name__ == "__main__":
    sys.exit(main())
