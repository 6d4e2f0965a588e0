"""`rocky.toml` as a typed value, with every problem of the file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag

from rocky_core.config.adapters import Adapter
from rocky_core.config.hooks import Hooks, parse_hooks
from rocky_core.config.load_checks import load_problems
from rocky_core.config.pipelines import PIPELINE_TYPES, Discovery, Execution, Pipeline, ReplicationPipeline
from rocky_core.config.retry import Resilience, RunRetry
from rocky_core.config.section import Section
from rocky_core.config.settings import (
    BranchSettings,
    BudgetSettings,
    Cache,
    Classifications,
    CostAssumptions,
    Drift,
    MaskStrategy,
    Portability,
    ProjectExecution,
    ProjectFreshness,
    Role,
    RunSettings,
    ScheduleDefaults,
    SchemaEvolution,
    State,
)
from rocky_core.config.toml_document import TomlDocument, parse_toml
from rocky_core.config.validation import Locate, validate
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import KeyPath

ALIASES: Final = {"adapters": "adapter", "pipelines": "pipeline", "hooks": "hook", "roles": "role"}
IGNORED_SECTIONS: Final = ("ai", "fulfill", "gc", "imports", "policy", "reuse")
_PIPELINE_KEYS: Final = frozenset({"source", "type", "models", "tables", "unique_key", "source_dir"})


def _mask_kind(value: Any) -> str:
    return "environment" if isinstance(value, dict) else "strategy"


MaskEntry = Annotated[
    Annotated[MaskStrategy, Tag("strategy")] | Annotated[dict[str, MaskStrategy], Tag("environment")],
    Discriminator(_mask_kind),
]


class Settings(Section):
    """The sections that stand once, each with its defaults."""

    state: State = Field(default_factory=State)
    run: RunSettings = Field(default_factory=RunSettings)
    branch: BranchSettings = Field(default_factory=BranchSettings)
    execution: ProjectExecution = Field(default_factory=ProjectExecution)
    drift: Drift = Field(default_factory=Drift)
    resilience: Resilience = Field(default_factory=Resilience)
    retry: RunRetry = Field(default_factory=RunRetry)
    cost: CostAssumptions = Field(default_factory=CostAssumptions)
    budget: BudgetSettings = Field(default_factory=BudgetSettings)
    classifications: Classifications = Field(default_factory=Classifications)
    freshness: ProjectFreshness = Field(default_factory=ProjectFreshness)
    portability: Portability = Field(default_factory=Portability)
    cache: Cache = Field(default_factory=Cache)
    schedule: ScheduleDefaults = Field(default_factory=ScheduleDefaults)
    schema_evolution: SchemaEvolution = Field(default_factory=SchemaEvolution)
    role: dict[str, Role] = Field(default_factory=dict)
    mask: dict[str, MaskEntry] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RockyConfig:
    """A project's configuration; `place` says where a key stands in the file."""

    file: str
    adapters: Mapping[str, Adapter]
    pipelines: Mapping[str, Pipeline]
    hooks: Hooks
    settings: Settings
    sections: frozenset[str]  # those that the file writes out
    document: TomlDocument = field(repr=False)
    spelling: Mapping[str, KeyPath] = field(default_factory=dict, repr=False)

    def place(self, *path: str | int) -> Span:
        return self.document.place(_as_written(self.spelling, path))

    def masks(self, environment: str | None = None) -> dict[str, str]:
        """The mask of each tag, those of the environment over the general ones."""
        general: dict[str, str] = {tag: mask for tag, mask in self.settings.mask.items() if isinstance(mask, str)}
        overlay = self.settings.mask.get(environment) if environment is not None else None
        return {**general, **overlay} if isinstance(overlay, dict) else general

    def execution_of(self, pipeline: Pipeline) -> Execution:
        """A pipeline's execution settings, with `[execution]` standing in for what it leaves out."""
        project = self.settings.execution
        own = pipeline.execution
        stated = {name: getattr(own, name) for name in own.model_fields_set}
        inherited = {name: getattr(project, name) for name in project.model_fields_set}
        return Execution.model_validate({**inherited, **stated})

    def drift_mode(self, pipeline: Pipeline) -> Literal["apply", "warn", "fail"]:
        return (pipeline.drift or self.settings.drift).mode


def parse_config(text: str, file: str, environment: Mapping[str, str]) -> Checked[RockyConfig | None]:
    """The configuration, or all that is wrong with it; there is a value when only rules across keys are broken."""
    parsed = parse_toml(text, file, environment, fault=codes.E055)
    if parsed.value is None:
        return Checked(None, parsed.diagnostics)
    typed = _typed(parsed.value)
    found = (*parsed.diagnostics, *typed.diagnostics)
    if typed.value is None or parsed.has_errors:
        return Checked(None, found)
    config = typed.value
    problems = (
        codes.E055.found(model="", message=problem.message, span=config.place(*problem.path))
        for problem in load_problems(config.adapters, config.pipelines, config.settings.state, config.settings.role)
    )
    return Checked(config, (*found, *problems))


def _typed(document: TomlDocument) -> Checked[RockyConfig | None]:
    normal = _normalised(document)
    data, spelling = normal.value
    found = list(normal.diagnostics)

    def locate(path: KeyPath) -> Span:
        return document.place(_as_written(spelling, path))

    adapters: dict[str, Adapter] = {}
    for name, table in _named(data, "adapter", locate, found):
        adapter = validate(Adapter, table, document, ("adapter", name), locate)
        found += adapter.diagnostics
        if adapter.value is not None:
            adapters[name] = adapter.value
    pipelines: dict[str, Pipeline] = {}
    for name, table in _named(data, "pipeline", locate, found):
        pipeline = _pipeline(name, table, document, locate)
        found += pipeline.diagnostics
        if pipeline.value is not None:
            pipelines[name] = pipeline.value
    hooks = parse_hooks(data.get("hook", {}), document, locate)
    settings = validate(
        Settings, {key: data[key] for key in Settings.model_fields if key in data}, document, (), locate
    )
    found += (*hooks.diagnostics, *settings.diagnostics)
    if hooks.value is None or settings.value is None or any(diagnostic.is_error for diagnostic in found):
        return Checked(None, tuple(found))
    wired = {name: _with_discovery(pipeline, adapters) for name, pipeline in pipelines.items()}
    config = RockyConfig(
        document.file, adapters, wired, hooks.value, settings.value, frozenset(data), document, spelling
    )
    return Checked(config, tuple(found))


def _normalised(document: TomlDocument) -> Checked[tuple[dict[str, Any], dict[str, KeyPath]]]:
    """The data under its canonical section names, and how each of those is spelled in the file."""
    data: dict[str, Any] = {}
    spelling: dict[str, KeyPath] = {}
    found: list[Diagnostic] = []
    known = (*Settings.model_fields, "adapter", "pipeline", "hook", *ALIASES, *IGNORED_SECTIONS)
    for key, value in document.data.items():
        name = ALIASES.get(key, key)
        if key in IGNORED_SECTIONS:
            message = f"section [{key}] is read by other engines only and ignored here"
            found.append(codes.I010.found(model="", message=message, span=document.place((key,))))
        elif key not in known:
            message = f"unknown section or key '{key}'{did_you_mean(key, known)}"
            found.append(codes.E055.found(model="", message=message, span=document.place((key,))))
        elif name in data:
            message = f"'{key}' and '{spelling[name][0]}' are the same section; write it once"
            found.append(codes.E055.found(model="", message=message, span=document.place((key,))))
        else:
            data[name] = value
            spelling[name] = (key,)
    for name, marks in (("adapter", frozenset({"type"})), ("pipeline", _PIPELINE_KEYS)):
        table = data.get(name)
        if spelling.get(name) == (name,) and isinstance(table, dict) and _is_shorthand(table, marks):
            data[name] = {"default": table}
            spelling[name] = (name, "default")
    return Checked((data, spelling), tuple(found))


def _is_shorthand(table: dict[str, Any], marks: frozenset[str]) -> bool:
    """`[pipeline.source]` may also be a pipeline named `source`; its own keys tell."""
    return any(mark in table and not (isinstance(table[mark], dict) and "type" in table[mark]) for mark in marks)


def _as_written(spelling: Mapping[str, KeyPath], path: KeyPath) -> KeyPath:
    written = spelling.get(str(path[0])) if path else None
    if written is None:
        return path
    rest = path[2:] if len(written) > 1 else path[1:]
    return (written[0], *rest)


def _named(
    data: dict[str, Any], section: str, locate: Locate, found: list[Diagnostic]
) -> Iterator[tuple[str, dict[str, Any]]]:
    tables = data.get(section, {})
    if not isinstance(tables, dict):
        found.append(codes.E055.found(model="", message=f"'{section}' must be a table", span=locate((section,))))
        return
    for name, table in tables.items():
        if isinstance(table, dict):
            yield name, table
        else:
            message = f"'{name}' in [{section}] must be a table: [{section}.{name}]"
            found.append(codes.E055.found(model="", message=message, span=locate((section, name))))


def _pipeline(name: str, table: dict[str, Any], document: TomlDocument, locate: Locate) -> Checked[Pipeline | None]:
    kind = table.get("type", "replication")
    section = PIPELINE_TYPES.get(kind) if isinstance(kind, str) else None
    if section is None:
        written = f"'{kind}'" if isinstance(kind, str) else "no text"
        hint = did_you_mean(kind, PIPELINE_TYPES) if isinstance(kind, str) else ""
        message = f"unknown pipeline type {written}: known are {', '.join(PIPELINE_TYPES)}{hint}"
        span = locate(("pipeline", name, "type"))
        return Checked(None, (codes.E055.found(model="", message=message, span=span),))
    return validate(section, table, document, ("pipeline", name), locate)


def _with_discovery(pipeline: Pipeline, adapters: Mapping[str, Adapter]) -> Pipeline:
    """With a single adapter there is no question which one discovers."""
    if not isinstance(pipeline, ReplicationPipeline) or pipeline.source.discovery is not None or len(adapters) != 1:
        return pipeline
    discovery = Discovery(adapter=next(iter(adapters)))
    return pipeline.model_copy(update={"source": pipeline.source.model_copy(update={"discovery": discovery})})
