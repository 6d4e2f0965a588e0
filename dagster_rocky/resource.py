"""Rocky for assets and jobs of one's own: run, stream, look, and decide on a retry."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any, Literal

import dagster as dg
from pydantic import Field, PrivateAttr

from dagster_rocky import metadata as names
from dagster_rocky.events import StepEvent
from dagster_rocky.failures import MOST_ATTEMPTS, NEXT_STEP, retry_policy
from dagster_rocky.project import RockyProject
from dagster_rocky.relation import Relation
from dagster_rocky.run_key import key_of_run
from dagster_rocky.state_resources import StateResource
from dagster_rocky.step import run_step
from dagster_rocky.step_of_specs import work_of_specs
from dagster_rocky.step_work import StepRules
from rocky_core.api import Compilation
from rocky_core.errors import FailureKind, RockyError
from rocky_core.ir.plan import Plan
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunEvent
from rocky_core.ir.state import RunRecord
from rocky_core.ir.world import Watermark
from rocky_core.orchestration import RunRequest, history, plan, read_warehouse, run, state_problems, watermarks
from rocky_core.results.fold_run import run_answer
from rocky_core.results.run import RunAnswer

RunResult = RunAnswer
"""What a run came to: the published answer of `rocky run`, with `errors[*].failure_kind`."""


class RockyResource(dg.ConfigurableResource[Any]):
    """A Rocky project; everything happens in this process."""

    project_dir: str = Field(description="The folder of rocky.toml.")
    variables: dict[str, str] = Field(default={}, description="Values of ${…} in the project's files.")
    environment: str | None = Field(default=None, description="The environment whose masks hold.")
    state_path: str | None = Field(default=None, description="The state file, if it is not beside the models.")
    retries: dict[str, Any] = Field(
        default={}, description='Changes of the retry rules by failure_kind, such as {"transient": 5}.'
    )

    idempotency: Literal["none", "run_key"] = Field(
        default="none",
        description="With `run_key`, `run` does once what a run key of a sensor or schedule asks for.",
    )

    _project: RockyProject | None = PrivateAttr(default=None)
    _run: dg.DagsterRun | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Remember the Dagster run that it is used in."""
        self._run = context.run

    @property
    def project(self) -> RockyProject:
        """The project, opened and compiled once."""
        if self._project is None:
            self._project = RockyProject(
                Path(self.project_dir).resolve(),
                variables=self.variables,
                environment=self.environment,
                state_path=None if self.state_path is None else Path(self.state_path),
                state=self._state(),
                connections=self.connections(),
            )
        return self._project

    def connections(self) -> Mapping[str, Any]:
        """Resources of Dagster that adapters connect with, by adapter; for classes of one's own."""
        return {}

    def _state(self) -> StateResource | None:
        """Where the state is kept instead of in a file."""
        return None

    def run(
        self,
        select: str | Sequence[str] = (),
        *,
        pipeline: str | None = None,
        partition: str | None = None,
        partition_range: tuple[str, str] | None = None,
        **wishes: Any,
    ) -> RunResult:
        """Run a pipeline, or what selectors such as `+orders` and `tag:daily` choose of it, and wait for the end.

        A failed model does not raise; see `raise_for_retry`. `wishes` are the other fields of `RunRequest`.

        Raises:
            RockyError: there is no run at all.

        """
        first, last = partition_range or (None, None)
        request = RunRequest(
            pipeline=pipeline,
            select=(select,) if isinstance(select, str) else tuple(select),
            partition=partition,
            first_partition=first,
            last_partition=last,
            environment=self.environment,
            **wishes,
        )
        if request.idempotency_key is None:
            request = replace(request, idempotency_key=self._key_of(request))
        return run_answer(self.events(request), idempotency_key=request.idempotency_key)

    def events(self, request: RunRequest) -> Iterator[RunEvent]:
        """The events of a run, while it runs."""
        return run(self.project.opened, request, Event())

    def stream(self, context: dg.AssetExecutionContext) -> Iterator[StepEvent]:
        """Build and check what a `@rocky_assets` step is asked for: `yield from rocky.stream(context=context)`.

        Raises:
            RetryRequested, Failure: see `run_step`.

        """
        common = retry_policy(self.retries)
        work, own = work_of_specs(context, self.project, common)
        return run_step(context, work, StepRules(retries=own))

    def raise_for_retry(self, result: RunResult, context: Any) -> None:
        """Nothing if every table of a run was built; else the retry that its kinds of failure deserve, or the end.

        Raises:
            RetryRequested: each table that failed may succeed when it is tried again.
            Failure: one of them will not, or the tries are used up.

        """
        if not result.errors and result.status in {"Success", "SkippedIdempotent"}:
            return
        rules = retry_policy(self.retries)
        attempts = _retry_number(context) + 1
        waits = [
            rules[FailureKind(one.failure_kind)].wait(
                attempts, one.cooldown_seconds if isinstance(one.cooldown_seconds, int) else None
            )
            for one in result.errors
        ]
        given = [wait for wait in waits if wait is not None]
        if given and len(given) == len(waits) and attempts < MOST_ATTEMPTS:
            raise dg.RetryRequested(max_retries=attempts, seconds_to_wait=max(given))
        told = [
            {
                "model": one.model,
                "failure_kind": one.failure_kind,
                "error": one.error,
                "next_step": NEXT_STEP[FailureKind(one.failure_kind)],
            }
            for one in result.errors
        ]
        lines = [f"{one['model']}: {one['failure_kind']}: {one['error']}" for one in told]
        raise dg.Failure(
            description="\n".join([f"the Rocky run {result.run_id} ended as {result.status}", *lines]),
            metadata={names.FAILURES: dg.MetadataValue.json(json.loads(json.dumps(told)))},
            allow_retries=False,
        )

    def compile(self) -> Compilation:
        """The compiled project. Raises UserError if it cannot be compiled at all."""
        return self.project.compilation

    def plan(self, select: str | Sequence[str] = (), *, pipeline: str | None = None) -> Plan:
        """What a run would do now: the very statements."""
        chosen = (select,) if isinstance(select, str) else tuple(select)
        return plan(self.project.opened, RunRequest(pipeline=pipeline, select=chosen, environment=self.environment))

    def state(self, pipeline: str | None = None) -> Mapping[str, Watermark]:
        """Up to where incremental tables are loaded."""
        return watermarks(self.project.opened, pipeline)

    def history(self, pipeline: str | None = None, *, limit: int = 20) -> tuple[RunRecord, ...]:
        """The newest runs, with what became of their tables."""
        return history(self.project.opened, pipeline, limit=limit)

    def health(self) -> Mapping[str, str | None]:
        """Whether the project compiles, its warehouses answer and its state can be read; None where all is well."""
        found: dict[str, str | None] = {"compile": None}
        try:
            errors = [one for one in self.project.compilation.diagnostics if one.is_error]
            pipelines = self.project.pipelines
        except RockyError as error:
            return {"compile": str(error)}
        if errors:
            found["compile"] = "; ".join(f"{one.code} {one.message}" for one in errors)
        for pipeline in pipelines:
            found[f"adapter {pipeline.adapter}"] = self._ping(pipeline.adapter)
            found[f"state of {pipeline.name}"] = self._state_problem(pipeline.name)
        return found

    def relation(self, name: str) -> Relation:
        """A model by its name, or any table by its own, for reading.

        Raises:
            UserError: the name means neither.

        """
        return Relation.named(name, self.project)

    def _key_of(self, request: RunRequest) -> str | None:
        """The key that the Dagster run gives it, if it is to have one; outside of a run there is none."""
        return None if self._run is None or self.idempotency == "none" else key_of_run(self._run, request)

    def _ping(self, adapter: str) -> str | None:
        try:
            with read_warehouse(self.project.opened, adapter) as warehouse:
                warehouse.ping()
        except RockyError as error:
            return str(error)
        return None

    def _state_problem(self, pipeline: str) -> str | None:
        try:
            return "; ".join(state_problems(self.project.opened, pipeline)) or None
        except RockyError as error:
            return str(error)


class RockyResourceWithState(RockyResource):
    """A Rocky project whose state is kept in a Redis or in a bucket."""

    state_store: dg.ResourceDependency[StateResource]

    def _state(self) -> StateResource | None:
        return self.state_store


def models_of(specs: Iterable[dg.AssetSpec]) -> Mapping[str, dg.AssetSpec]:
    """The specs by the names of their models."""
    return {spec.metadata[names.MODEL]: spec for spec in specs if names.MODEL in spec.metadata}


def _retry_number(context: Any) -> int:
    inner = getattr(context, "op_execution_context", context)
    return int(inner.retry_number)
