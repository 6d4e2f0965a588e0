"""The JSON of `validate`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class ValidateMessage(Record, frozen=True, gc=False):
    """One finding; `severity` is ok, warn, error or lint."""

    severity: str
    code: str
    message: str
    file: str | UnsetType = UNSET
    field: str | UnsetType = UNSET


class AdapterStatus(Record, frozen=True, gc=False):
    """Whether an adapter is configured well enough to connect."""

    name: str
    adapter_type: str
    ok: bool


class PipelineStatus(Record, frozen=True, gc=False):
    """Whether a pipeline is configured well enough to run; templates are empty where the type has none."""

    name: str
    pipeline_type: str
    strategy: str
    catalog_template: str
    schema_template: str
    ok: bool


class ModelsStatus(Record, frozen=True, gc=False):
    """What was found of models, without compiling them."""

    found: bool
    count: int
    dag_valid: bool


class ValidateAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky validate`."""

    command: str = "validate"
    valid: bool
    adapters: tuple[AdapterStatus, ...]
    pipelines: tuple[PipelineStatus, ...]
    models: ModelsStatus
    messages: tuple[ValidateMessage, ...]
