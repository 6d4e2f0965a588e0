"""Rocky's checks as Dagster's: one spec for each that a run makes, one result for each that was made."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.props import RockyModelProps
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import CheckEvaluated, CheckStatus, RowCountJudged

COMPILE_CHECK: Final = "rocky_compile"
BUILD_CHECK: Final = "rocky_build"
ANOMALY_CHECK: Final = "row_count_anomaly"
_ALONE: Final = re.compile(r"[A-Za-z0-9]")
_ESCAPED: Final = re.compile(r"__x([0-9a-f]+)__")


def sanitized(name: str) -> str:
    """The name as Dagster allows it: a colon becomes two underscores, other signs their number; see `original`."""
    framed = f" {name} "
    return "".join(_spelled(*framed[at : at + 3]) for at in range(len(name)))


def _spelled(before: str, one: str, after: str) -> str:
    """One character such that what comes out reads back in one way only."""
    stands_alone = _ALONE.fullmatch(before) is not None and _ALONE.fullmatch(after) is not None
    if _ALONE.fullmatch(one) or (one == "_" and stands_alone):
        return one
    return "__" if one == ":" and after != "x" else f"__x{ord(one):x}__"


def original(name: str) -> str:
    """The name that was sanitized."""
    parts: list[str] = []
    at = 0
    while at < len(name):
        escaped = _ESCAPED.match(name, at)
        if escaped is not None:
            parts.append(chr(int(escaped.group(1), 16)))
            at = escaped.end()
        elif name.startswith("__", at):
            parts.append(":")
            at += 2
        else:
            parts.append(name[at])
            at += 1
    return "".join(parts)


def check_specs(
    props: RockyModelProps, key: dg.AssetKey, *, with_build_check: bool = False
) -> Iterable[dg.AssetCheckSpec]:
    """The checks of a model: whether it compiles, and everything that a run measures of it."""
    yield dg.AssetCheckSpec(
        COMPILE_CHECK,
        asset=key,
        description="The model compiles; with errors it is not built, nor is what reads it.",
        blocking=True,
    )
    for promise in props.promises:
        yield dg.AssetCheckSpec(
            promise.name,
            asset=key,
            description=promise.description,
            blocking=True,
            metadata={names.CHECK_KIND: "contract", "rocky/contract": promise.file},
        )
    if props.anomaly_threshold is not None:
        yield dg.AssetCheckSpec(
            ANOMALY_CHECK,
            asset=key,
            description=f"The table has as many rows as earlier runs have counted, ±{props.anomaly_threshold:g} %.",
            metadata={names.CHECK_KIND: "anomaly"},
        )
    if with_build_check:
        yield dg.AssetCheckSpec(
            BUILD_CHECK, asset=key, description="The model was built; if not, the result says why and what to do."
        )
    for check in props.checks:
        about = {names.CHECK_ID: check.name, names.CHECK_KIND: check.kind, names.CHECK_COLUMN: check.column}
        yield dg.AssetCheckSpec(
            sanitized(check.name),
            asset=key,
            description=check.sql or None,
            blocking=check.decides,
            metadata=names.present(about),
        )


def check_result(event: CheckEvaluated, key: dg.AssetKey) -> dg.AssetCheckResult:
    """The outcome of one check; the rows shown are masked by the engine where columns are classified."""
    measured = {name: value for name, value in event.details if name not in {"kind", "column", "sample"}}
    found: dict[str, dg.MetadataValue | str | int | float | bool | None] = {
        names.CHECK_ID: event.check,
        names.CHECK_KIND: event.kind,
        names.CHECK_COLUMN: event.column,
        names.CHECK_STATUS: event.status.value,
        names.FAILURE_COUNT: event.failures,
        names.FAILED_SAMPLE: names.rows_table(event.sample) if event.sample else None,
    }
    for name, value in measured.items():
        found[f"rocky/{name}"] = value if isinstance(value, bool | int | float | str) else str(value)
    return dg.AssetCheckResult(
        passed=event.status is CheckStatus.PASSED,
        asset_key=key,
        check_name=sanitized(event.check),
        severity=dg.AssetCheckSeverity.ERROR if event.severity is CheckSeverity.ERROR else dg.AssetCheckSeverity.WARN,
        metadata=names.present(found),
        description=event.message,
    )


def compiled_results(
    props: RockyModelProps, key: dg.AssetKey, wanted: Collection[str]
) -> Iterator[dg.AssetCheckResult]:
    """What the compiler has to say of the model and of what its contract promises."""
    if COMPILE_CHECK in wanted:
        yield _compile_result(props, key)
    for promise in props.promises:
        if promise.name in wanted:
            yield dg.AssetCheckResult(
                passed=not promise.broken,
                asset_key=key,
                check_name=promise.name,
                description="\n".join((*promise.broken, *promise.doubts)) or None,
                metadata={"rocky/broken": len(promise.broken), "rocky/not_compared": len(promise.doubts)},
            )


def compiled_names(props: RockyModelProps) -> frozenset[str]:
    """Dagster's names of the checks that need no table."""
    return frozenset({COMPILE_CHECK, *(promise.name for promise in props.promises)})


def anomaly_result(event: RowCountJudged, key: dg.AssetKey) -> dg.AssetCheckResult:
    """Whether a table's rows are about as many as before."""
    share = event.current_count / event.baseline_average - 1 if event.baseline_average else None
    told = f"{event.current_count} rows; earlier runs have counted {event.baseline_average:.0f} on average"
    return dg.AssetCheckResult(
        passed=not event.stands_out,
        asset_key=key,
        check_name=ANOMALY_CHECK,
        severity=dg.AssetCheckSeverity.WARN,
        description=told if share is None else f"{told} ({share:+.1%})",
        metadata={"rocky/row_count": event.current_count, "rocky/baseline_average": event.baseline_average},
    )


def _compile_result(props: RockyModelProps, key: dg.AssetKey) -> dg.AssetCheckResult:
    findings = (*props.errors, *props.warnings)
    return dg.AssetCheckResult(
        passed=not props.errors,
        asset_key=key,
        check_name=COMPILE_CHECK,
        description="\n".join(findings) or None,
        metadata={"rocky/errors": len(props.errors), "rocky/warnings": len(props.warnings)},
    )


def names_of(keys: Iterable[dg.AssetCheckKey]) -> Mapping[dg.AssetKey, frozenset[str]]:
    """Dagster's names of checks, by asset."""
    found: dict[dg.AssetKey, set[str]] = {}
    for key in keys:
        found.setdefault(key.asset_key, set()).add(key.name)
    return {key: frozenset(own) for key, own in found.items()}
