"""Loading a project's definitions, and materializing a small one, each beside what Dagster alone costs for the same.

`python -m benchmarks.dagster_load [--models 1000 10000] [--built 200] [--runs 3]`

The peer of loading is one multi_asset of bare AssetSpecs with the same keys, dependencies, tags and metadata, read
from a JSON file: what Dagster asks of anybody. Figures are whole processes, from the interpreter's start to a
repository that is ready, with everything compiled before. The peer of materializing is the engine without Dagster.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.layered_project import write_rocky
from benchmarks.measure import Run, median_run, run_once
from benchmarks.run import write_sources

OURS = """
import dagster as dg
from dagster_rocky import build_rocky_assets
definitions = dg.Definitions(assets=build_rocky_assets("."))
definitions.get_repository_def()
"""

BARE = """
import json, warnings
import dagster as dg
warnings.simplefilter("ignore")
with open("specs.json") as file:
    rows = json.load(file)
specs = [
    dg.AssetSpec(
        key=dg.AssetKey(row["key"]),
        deps=[dg.AssetKey(dep) for dep in row["deps"]],
        description=row["description"],
        group_name=row["group"],
        code_version=row["code_version"],
        tags=row["tags"],
        kinds=set(row["kinds"]),
        metadata={
            **row["texts"],
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(name, kind, constraints=dg.TableColumnConstraints(nullable=nullable))
                    for name, kind, nullable in row["columns"]
                ]
            ),
            "dagster/column_lineage": dg.TableColumnLineage(
                {
                    column: [dg.TableColumnDep(asset_key=dg.AssetKey(key), column_name=name) for key, name in deps]
                    for column, deps in row["lineage"].items()
                }
            ),
            "dagster/code_references": dg.CodeReferencesMetadataValue(
                code_references=[dg.LocalFileCodeReference(file_path=row["file"], line_number=1, label=row["key"][-1])]
            ),
        },
    )
    for row in rows
]

@dg.multi_asset(specs=specs, can_subset=True)
def bare(context):
    yield

dg.Definitions(assets=[bare]).get_repository_def()
"""

EVENTS = """
import sys, time
import dagster as dg
from dagster_rocky import build_rocky_assets
with dg.DagsterInstance.local_temp(sys.argv[1]) as instance:
    result = dg.materialize(build_rocky_assets("."), instance=instance)
assert result.success
"""

NOTHING_BUILT = """
import graphlib
import sys
import dagster as dg
from dagster_rocky import build_rocky_assets

(built,) = build_rocky_assets(".")
shown = ("dagster/column_schema", "dagster/column_lineage", "dagster/table_name")
specs = {spec.key: spec for spec in built.specs}
order = graphlib.TopologicalSorter({key: [dep.asset_key for dep in spec.deps] for key, spec in specs.items()})
keys = {
    key: {name: specs[key].metadata[name] for name in shown if name in specs[key].metadata}
    for key in order.static_order()
    if key in specs
}
checks = {}
for spec in built.check_specs:
    checks.setdefault(spec.asset_key, []).append(spec.name)
facts = {"rocky/rows_affected": 100, "rocky/duration_ms": 3, "rocky/strategy": "full_refresh", "rocky/run_id": "run-1"}

@dg.multi_asset(specs=list(built.specs), check_specs=list(built.check_specs), can_subset=True)
def bare(context):
    for key, metadata in keys.items():
        results = [dg.AssetCheckResult(passed=True, asset_key=key, check_name=name) for name in checks.get(key, ())]
        yield dg.MaterializeResult(asset_key=key, metadata={**metadata, **facts}, check_results=results)

with dg.DagsterInstance.local_temp(sys.argv[1]) as instance:
    assert dg.materialize([bare], instance=instance).success
"""

ENGINE = [sys.executable, "-m", "rocky_core.cli.main", "-o", "json", "run"]


def main() -> int:
    """Measure, then print the ratios."""
    options = _options()
    for count in options.models:
        with tempfile.TemporaryDirectory(prefix="rocky-bench-") as folder:
            _print_load(count, _load(Path(folder), count, options.runs))
    with tempfile.TemporaryDirectory(prefix="rocky-bench-") as folder:
        _print_build(options.built, *_build(Path(folder), options.built, options.runs))
    return 0


def _load(folder: Path, count: int, runs: int) -> dict[str, Run]:
    write_rocky(folder, count)
    run_once([sys.executable, "-c", OURS], folder)  # Compiles everything.
    (folder / "specs.json").write_text(json.dumps(_specs(folder)))
    commands = {"bare": [sys.executable, "-c", BARE], "ours": [sys.executable, "-c", OURS]}
    return {name: median_run(lambda: run_once(command, folder), runs) for name, command in commands.items()}  # noqa: B023 — called at once


def _specs(folder: Path) -> list[dict[str, Any]]:
    from dagster_rocky import load_rocky_assets  # noqa: PLC0415 — the parent need not load what it measures

    rows = []
    for spec in load_rocky_assets(folder):
        schema, lineage = spec.metadata["dagster/column_schema"], spec.metadata["dagster/column_lineage"]
        rows.append(
            {
                "key": list(spec.key.path),
                "deps": [list(dep.asset_key.path) for dep in spec.deps],
                "description": spec.description,
                "group": spec.group_name,
                "code_version": spec.code_version,
                "tags": {name: tag for name, tag in spec.tags.items() if not name.startswith("dagster/kind")},
                "kinds": sorted(spec.kinds),
                "texts": {name: text for name, text in spec.metadata.items() if isinstance(text, str)},
                "columns": [(one.name, one.type, one.constraints.nullable) for one in schema.columns],
                "lineage": {
                    column: [(list(dep.asset_key.path), dep.column_name) for dep in deps]
                    for column, deps in lineage.deps_by_column.items()
                },
                "file": spec.metadata["dagster/code_references"].code_references[0].file_path,
            }
        )
    return rows


def _build(folder: Path, count: int, runs: int) -> tuple[Run, Run, Run]:
    write_rocky(folder, count)
    (folder / "instance").mkdir()

    def fresh(command: list[str]) -> Run:
        for name in ("bench.duckdb", "models/.rocky-state.db"):
            (folder / name).unlink(missing_ok=True)
        write_sources(folder / "bench.duckdb", count)
        return run_once(command, folder)

    fresh(ENGINE)  # Compiles everything.
    engine = median_run(lambda: fresh(ENGINE), runs)
    dagster = median_run(lambda: fresh([sys.executable, "-c", EVENTS, str(folder / "instance")]), runs)
    bare = median_run(lambda: fresh([sys.executable, "-c", NOTHING_BUILT, str(folder / "instance")]), runs)
    return engine, dagster, bare


def _print_load(count: int, runs: dict[str, Run]) -> None:
    ratio = runs["ours"].seconds / runs["bare"].seconds
    print(f"\nloading {count} models, whole process, nothing changed since the last load")
    for name, run in runs.items():
        print(f"  {name:<6} {run.seconds:7.2f} s  {run.peak_mb:6.0f} MB")
    print(f"  ours / bare specs: {ratio:.2f}")


def _print_build(count: int, engine: Run, dagster: Run, bare: Run) -> None:
    print(f"\nbuilding {count} models on DuckDB, whole process")
    print(f"  engine alone                          {engine.seconds:7.2f} s, {engine.cpu_seconds:.2f} s CPU")
    print(f"  Dagster's start and events alone      {bare.seconds:7.2f} s, {bare.cpu_seconds:.2f} s CPU")
    print(f"  as assets, events on SQLite           {dagster.seconds:7.2f} s, {dagster.cpu_seconds:.2f} s CPU")
    wall, cpu = (
        dagster.seconds / (engine.seconds + bare.seconds),
        dagster.cpu_seconds / (engine.cpu_seconds + bare.cpu_seconds),
    )
    print(f"  assets / (engine + Dagster): {wall:.2f}, of CPU {cpu:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--built", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
