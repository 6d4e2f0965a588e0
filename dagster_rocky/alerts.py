"""Alerts that reach those who can do something: failures by owner and kind, and tables that are no longer fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.compat import freshness_changes
from rocky_core.errors import FailureKind
from rocky_core.watching import post_json

PARTIAL_TAG: Final = "rocky/partial"
_MOST_EVENTS: Final = 200  # Of one tick.


@dataclass(frozen=True)
class AlertRoutes:
    """Which webhook is told of what: that of the failure's kind, else those of the asset's owners, else the default.

    Addresses are secrets: give `dg.EnvVar("SLACK_WEBHOOK")`, and the value is read when there is something to tell.
    """

    default: str | dg.EnvVar
    owners: Mapping[str, str | dg.EnvVar] | None = None
    kinds: Mapping[str, str | dg.EnvVar] | None = None

    def __post_init__(self) -> None:
        known = [kind.value for kind in FailureKind]
        for kind in self.kinds or {}:
            if kind not in known:
                raise dg.DagsterInvalidDefinitionError(
                    f"AlertRoutes: '{kind}' is no kind of failure; there are {', '.join(known)}"
                )

    def of(self, kind: str | None, owners: Iterable[str]) -> list[str | dg.EnvVar]:
        """The webhooks that are told, each once."""
        if kind is not None and self.kinds is not None and kind in self.kinds:
            return [self.kinds[kind]]
        found = [self.owners[owner] for owner in owners if self.owners is not None and owner in self.owners]
        return list(dict.fromkeys(found)) or [self.default]


def rocky_failure_sensor(
    routes: AlertRoutes, *, name: str = "rocky_failure_sensor", partial: bool = False, **options: Any
) -> dg.SensorDefinition:
    """Tells each failed or blocked model of a red run to those whom it concerns, with what to do next.

    With `partial` it looks at the green runs that left models out because of `on_partial_failure: continue`. What a
    webhook does not accept is an error of the tick, and told again by the next one. `options` go to the sensor.
    """
    status = dg.DagsterRunStatus.SUCCESS if partial else dg.DagsterRunStatus.FAILURE

    @dg.run_status_sensor(run_status=status, name=name, monitor_all_code_locations=False, **options)
    def tell(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        run = context.dagster_run
        if partial and run.tags.get(PARTIAL_TAG) != "true":
            return dg.SkipReason("every model of the run was built")
        owners = _owners(context)
        messages: dict[str | dg.EnvVar, list[str]] = {}
        for told in _unfinished(context.instance, run.run_id):
            key = told.asset_key
            kind = _text(told.metadata, names.FAILURE_KIND)
            for route in routes.of(kind, owners.get(key, ())):
                messages.setdefault(route, []).append(_line(told, kind))
        if not messages:
            failed = _failed_steps(context.instance, run.run_id)
            messages[routes.default] = [f"• step `{step}`: {error}" for step, error in failed] or [
                "• no step has failed"
            ]
        for route, lines in messages.items():
            _post(route, f"{'Partly built' if partial else 'Failed'}: run {run.run_id} of {run.job_name}", lines)
        return None

    return tell


def rocky_freshness_sensor(
    routes: AlertRoutes, *, name: str = "rocky_freshness_sensor", rebuild: bool = False, **options: Any
) -> dg.SensorDefinition:
    """Tells of assets whose freshness policy is warned, violated or kept again; with `rebuild` it also runs stale ones.

    It reads FRESHNESS_STATE_CHANGE events, which Dagster's freshness daemon writes: while that is down there are none.
    """

    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        after = int(context.cursor) if context.cursor else None
        records = freshness_changes(context.instance, after, _MOST_EVENTS)
        if not records:
            return dg.SkipReason("no asset has changed its freshness")
        owners = _owners(context)
        messages: dict[str | dg.EnvVar, list[str]] = {}
        stale: dict[dg.AssetKey, int] = {}
        for record in records:
            event = record.event_log_entry.dagster_event
            if event is None:
                continue
            change = event.asset_freshness_state_change_data
            told = _FRESHNESS.get(
                (change.previous_state.name, change.new_state.name), _FRESHNESS.get(change.new_state.name)
            )
            if change.new_state.name == "FAIL":
                stale[change.key] = record.storage_id
            else:
                stale.pop(change.key, None)
            if told is not None:
                for route in routes.of(None, owners.get(change.key, ())):
                    messages.setdefault(route, []).append(f"• `{change.key.to_user_string()}` {told}")
        for route, lines in messages.items():
            _post(route, "Freshness", lines)
        requests = [
            dg.RunRequest(run_key=f"{name}:{key.to_user_string()}:{at}", asset_selection=[key])
            for key, at in stale.items()
            if rebuild
        ]
        return dg.SensorResult(run_requests=requests, cursor=str(records[-1].storage_id))

    return dg.SensorDefinition(
        name=name,
        evaluation_fn=look,
        target=dg.AssetSelection.all() if rebuild else None,
        description=options.pop("description", None) or "Tells owners of tables that are no longer fresh.",
        **options,
    )


_FRESHNESS: Final[Mapping[Any, str]] = {
    "FAIL": "is stale: its freshness policy is violated",
    "WARN": "is getting old",
    ("FAIL", "PASS"): "is fresh again",
    ("WARN", "PASS"): "is fresh again",
}


def _post(route: str | dg.EnvVar, title: str, lines: Iterable[str]) -> None:
    url = route.get_value() if isinstance(route, dg.EnvVar) else route
    if not url:
        raise dg.DagsterInvalidDefinitionError(f"the webhook's address is not set: give {_name(route)} a value")
    problem = post_json(url, {"text": "\n".join([f"*{title}*", *lines])})
    if problem is not None:
        raise RuntimeError(f"the alert was not delivered: {problem}")


def _name(route: str | dg.EnvVar) -> str:
    return f"the environment variable {route.env_var_name}" if isinstance(route, dg.EnvVar) else "it"


def _line(told: dg.AssetObservation, kind: str | None) -> str:
    line = f"• `{told.asset_key.to_user_string()}` {told.description or ''}".rstrip()
    step = _text(told.metadata, names.NEXT_STEP)
    shown = f" [{kind}]" if kind and f"{kind}:" not in line else ""
    return f"{line}{shown}" + (f"\n   → {step}" if step else "")


def _unfinished(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetObservation]:
    found = []
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_OBSERVATION):
        if entry.dagster_event is not None:
            told = entry.dagster_event.asset_observation_data.asset_observation
            if names.NEXT_STEP in told.metadata:
                found.append(told)
    return found


def _failed_steps(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, str]]:
    found = []
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        event = entry.dagster_event
        if event is not None:
            error = event.step_failure_data.error
            cause = error.cause if error is not None and error.cause is not None else error
            found.append((str(event.step_key), "" if cause is None else cause.message.strip().partition("\n")[0]))
    return found


def _owners(context: Any) -> Mapping[dg.AssetKey, tuple[str, ...]]:
    repository = context.repository_def
    if repository is None:
        return {}
    graph = repository.asset_graph
    return {key: tuple(graph.get(key).owners) for key in graph.get_all_asset_keys()}


def _text(metadata: Mapping[str, Any], name: str) -> str | None:
    value = metadata.get(name)
    return None if value is None else str(value.value)
