"""Reads a whole project: configuration, models and what they share, contracts, seeds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.config.to_ir import to_project_rules
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.contract import Contract
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectRules, ProjectSource
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import SourceSchemas
from rocky_core.project_files.contracts import CONTRACT_SUFFIX, read_contract, read_contracts
from rocky_core.project_files.directory_context import read_directory_context
from rocky_core.project_files.model_dialects import read_dialects
from rocky_core.project_files.models_glob import glob_expression
from rocky_core.project_files.name_clashes import case_clash, name_taken
from rocky_core.project_files.read_config import choose_dialect, read_config, transformation_pipelines
from rocky_core.project_files.read_model import ReadingOptions, read_model
from rocky_core.project_files.resolve_target import Fallback
from rocky_core.project_files.scan import FoundDirectory, Scan, scan_models
from rocky_core.project_files.scan_pipelines import scan_pipelines
from rocky_core.project_files.seed_schemas import read_seed_schemas, seed_file_schemas
from rocky_core.project_files.seeds import read_seeds, seed_names

_NOTHING: Mapping[str, str] = MappingProxyType({})


class ProjectOptions(Struct, frozen=True):
    """Which project to read, and with what; `environment` is the process's own when it is None."""

    models_dir: Path = Path("models")
    models_glob: str | None = None  # read only the models that a pipeline's glob means
    follow_pipelines: bool = False  # also read what pipelines build from elsewhere than `models_dir`
    config_file: Path = Path("rocky.toml")
    contracts_dir: Path | None = None
    seeds_dir: Path | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    environment: Mapping[str, str] | None = None
    with_seed: bool = False


class OpenedProject(Struct, frozen=True):
    """A project before its models are read: what a warm compile needs in order to decide."""

    options: ProjectOptions
    root: str
    config: RockyConfig | None
    dialect_name: str
    rules: ProjectRules
    scan: Scan
    reading: ReadingOptions
    findings: tuple[Diagnostic, ...]


class ReadProject(Struct, frozen=True):
    """A project with all its models."""

    opened: OpenedProject
    source: ProjectSource


def open_project(options: ProjectOptions) -> OpenedProject:
    """Read the configuration and find the files; a missing rocky.toml means the defaults.

    Raises:
        ConfigInvalid: rocky.toml is there and holds errors.

    """
    config = read_config(options.config_file, options.environment)
    return open_with(options, config.value, config.diagnostics)


def open_with(
    options: ProjectOptions, config: RockyConfig | None, findings: Iterable[Diagnostic] = ()
) -> OpenedProject:
    """Find the files of a project whose configuration was read already."""
    environment = os.environ if options.environment is None else options.environment
    root = project_root(options)
    keep = None if options.models_glob is None else glob_expression(options.models_glob).fullmatch
    dialect = choose_dialect(config)
    if options.follow_pipelines:
        scan = scan_pipelines(config, options.models_dir.absolute(), Path(root))
    else:
        wanted = None if keep is None else lambda file: keep(file) is not None
        scan = scan_models(options.models_dir, Path(root), wanted)
    return OpenedProject(
        options=options,
        root=root,
        config=config,
        dialect_name=dialect.value,
        rules=to_project_rules(config),
        scan=scan,
        reading=ReadingOptions(
            root, environment, options.variables, _fallback(config), read_dialects(config, dialect.value)
        ),
        findings=(*findings, *dialect.diagnostics, *scan.diagnostics),
    )


def read_project(options: ProjectOptions) -> ReadProject:
    """Read everything; whatever is wrong with single files is among the findings of the result.

    Raises:
        ConfigInvalid: rocky.toml is there and holds errors.

    """
    return read_opened(open_project(options))


def read_opened(opened: OpenedProject) -> ReadProject:
    """Read the models of a project that was opened."""
    found: list[Diagnostic] = []
    models: list[tuple[Model, ...]] = []
    for directory in opened.scan.directories:
        context = read_directory_context(directory, opened.root, opened.reading.environment)
        found += context.diagnostics
        read: list[Model] = []
        for files in directory.models:
            checked = read_model(files, context.value, opened.reading)
            found += checked.diagnostics
            if checked.value is not None:
                read.append(checked.value)
        models.append(tuple(read))
    return ReadProject(opened, assemble_project(opened, models, found))


def assemble_project(
    opened: OpenedProject, models: Iterable[Iterable[Model]], findings: Iterable[Diagnostic]
) -> ProjectSource:
    """The models of each directory in their order, with everything else that the compiler is given."""
    surroundings = read_surroundings(opened)
    listed = [model for directory in models for model in in_order(directory)]
    distinct, clashes = _distinct(listed, opened.dialect_name)
    explicit = {contract.model: contract for contract in surroundings.explicit_contracts}
    return replace(
        surroundings,
        models=tuple(
            replace(model, contract=explicit[model.name]) if model.name in explicit else model for model in distinct
        ),
        findings=(*surroundings.findings, *findings, *clashes),
    )


def read_surroundings(opened: OpenedProject) -> ProjectSource:
    """Everything that the compiler is given besides the models; a contract given explicitly wins over one beside."""
    options = opened.options
    found = list(opened.findings)
    orphans, orphan_findings = _orphan_contracts(opened.scan.directories, opened.root)
    found += orphan_findings
    contracts = {contract.model: contract for contract in orphans}
    if options.contracts_dir is not None:
        explicit = read_contracts(options.contracts_dir, opened.root)
        contracts.update((contract.model, contract) for contract in explicit.value)
        found += explicit.diagnostics
    seeds_dir = options.seeds_dir or Path(opened.root, "seeds")
    seeds = read_seeds(seeds_dir.absolute(), opened.root)
    found += seeds.diagnostics
    schemas: SourceSchemas = seed_file_schemas(seeds.value, opened.dialect_name)
    if options.with_seed:
        schemas = {**schemas, **read_seed_schemas(options.models_dir)}
    return ProjectSource(
        models=(),
        rules=opened.rules,
        source_schemas=schemas,
        explicit_contracts=tuple(contracts.values()),
        seed_names=seed_names(seeds_dir),
        findings=tuple(found),
    )


def in_order(models: Iterable[Model]) -> list[Model]:
    """The models of one directory as they are listed: SQL by name, then `.rocky` by name."""
    return sorted(models, key=attrgetter("is_dsl", "name"))


def project_root(options: ProjectOptions) -> str:
    """The directory of rocky.toml when it holds the models, else the one that holds the models."""
    models = Path(options.models_dir).resolve()
    beside_config = options.config_file.absolute().parent
    if options.config_file.exists() and models.is_relative_to(beside_config.resolve()):
        return os.path.normpath(beside_config)
    return os.path.normpath(options.models_dir.absolute().parent)


def _fallback(config: RockyConfig | None) -> Fallback:
    """The targets that pipelines give to the models they build."""
    return Fallback(
        of_files=tuple(
            (glob_expression(pipeline.models).pattern, Fallback(pipeline.target.catalog, pipeline.target.schema_name))
            for pipeline in transformation_pipelines(config).values()
            if pipeline.target.catalog is not None or pipeline.target.schema_name is not None
        )
    )


def _distinct(models: list[Model], dialect_name: str) -> tuple[tuple[Model, ...], list[Diagnostic]]:
    """The first model of each name, and a finding for each further one and for names that differ only by case."""
    first: dict[str, Model] = {}
    folded: dict[str, Model] = {}
    found: list[Diagnostic] = []
    for model in models:
        other = first.setdefault(model.name, model)
        if other is not model:
            found.append(name_taken(model, other.file))
            continue
        similar = folded.setdefault(model.name.lower(), model)
        if similar is not model:
            found.append(case_clash(model, similar.name, similar.file, dialect_name))
    return tuple(first.values()), found


def _orphan_contracts(directories: Iterable[FoundDirectory], root: str) -> tuple[list[Contract], list[Diagnostic]]:
    """Contracts beside no model, which the checks then report by the name they give."""
    contracts: list[Contract] = []
    found: list[Diagnostic] = []
    for directory in directories:
        for file in directory.orphan_contracts:
            name = file.file.rpartition("/")[2].removesuffix(CONTRACT_SUFFIX)
            checked = read_contract(root, file, name, "auto")
            found += checked.diagnostics
            if checked.value is not None:
                contracts.append(checked.value)
    return contracts, found
