"""Reads one model: its SQL or `.rocky` text, its sidecar or front matter, and its contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.config.data_tests import DataTest, needs_column
from rocky_core.config.sidecar import Sidecar
from rocky_core.config.to_ir import (
    to_budget,
    to_freshness,
    to_retention_days,
    to_skip_rule,
    to_strategy,
    to_surrogate_keys,
    to_table_format,
    to_test,
    to_unit_test,
    to_used_test,
)
from rocky_core.config.toml_document import TomlDocument, parse_toml
from rocky_core.config.validation import validate
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dialects.query_rules import QUERY_RULES
from rocky_core.ir.checks import DeclarativeTest
from rocky_core.ir.contract import Contract
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.replace import replace
from rocky_core.ir.source_text import Segment, SourceText
from rocky_core.ir.strategy import FullRefresh
from rocky_core.project_files.contracts import read_contract
from rocky_core.project_files.directory_context import DirectoryContext
from rocky_core.project_files.model_dialects import ModelDialects
from rocky_core.project_files.read_text import read_text
from rocky_core.project_files.resolve_target import Fallback, resolve_target
from rocky_core.project_files.run_variables import substitute_variables
from rocky_core.project_files.scan import FoundModel

_FRONT_MATTER: Final = re.compile(r"\s*---toml")
_NAME_LINE: Final = re.compile(r"""^name\s*=\s*["']([A-Za-z0-9_]+)["']""", re.MULTILINE)
_DSL_FALLBACK: Final = Fallback("warehouse", "default")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class ReadingOptions(Struct, frozen=True):
    """What models are read with besides their files; equal options and files give equal models."""

    root: str  # absolute; files are relative to it
    environment: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    variables: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    fallback: Fallback = field(default_factory=Fallback)
    dialects: ModelDialects = field(default_factory=ModelDialects)


class _Parts(Struct, frozen=True):
    """The two halves of a model: what it computes and what is said about it."""

    source: SourceText
    document: TomlDocument
    sidecar: Sidecar
    sidecar_file: str | None
    sidecar_text: str | None
    is_readable: bool = True  # Whether all that was written about the model could be understood.


def read_model(found: FoundModel, context: DirectoryContext, reading: ReadingOptions) -> Checked[Model | None]:
    """The model, as far as it can be understood; None only when its own text cannot be read."""
    text = read_text(reading.root, found.source, found.stem)
    if text.value is None:
        return Checked(None, text.diagnostics)
    parts = _parts(found, text.value, reading)
    model = _model(found, parts.value, context, reading)
    return Checked(model.value, (*parts.diagnostics, *model.diagnostics))


def _parts(found: FoundModel, text: str, reading: ReadingOptions) -> Checked[_Parts]:
    """Tell the SQL from what is said about it: a sidecar, front matter, or nothing."""
    file = found.source.file
    opening = None if found.is_dsl else _FRONT_MATTER.match(text)
    front = None if opening is None else _front_matter(file, text, opening.end(), found.stem)
    diagnostics: tuple[Diagnostic, ...] = () if front is None else front.diagnostics
    toml, body_start = (None, 0) if front is None else front.value
    toml_file = file
    if found.sidecar is not None:
        toml_file = found.sidecar.file
        if opening is not None:
            span = Span(file, text.count("\n", 0, opening.end()) + 1, 1, len("---toml"))
            message = f"'{file}' has front matter, but '{toml_file}' is its sidecar"
            suggestion = "keep one of the two"
            diagnostics += (codes.E050.found(model=found.stem, message=message, span=span, suggestion=suggestion),)
        read = read_text(reading.root, found.sidecar, found.stem)
        toml = read.value
        diagnostics += read.diagnostics
    source = _source(file, text, body_start)
    if toml is None:
        document = TomlDocument(toml_file, "", {}, found.stem)
        is_readable = found.sidecar is None
        parts = _Parts(source, document, Sidecar(), None, None, is_readable)
        return Checked(parts, diagnostics)
    checked = _sidecar(toml, toml_file, found.stem, reading.environment)
    document, sidecar, is_readable = checked.value
    parts = _Parts(source, document, sidecar, toml_file, toml, is_readable)
    return Checked(parts, (*diagnostics, *checked.diagnostics))


def _front_matter(file: str, text: str, start: int, stem: str) -> Checked[tuple[str, int]]:
    """The TOML, with the lines before it emptied so that every key keeps its line number, and where the SQL begins."""
    end = text.find("\n---", start)
    found: tuple[Diagnostic, ...] = ()
    if end < 0:
        span = Span(file, text.count("\n", 0, start) + 1, 1, len("---toml"))
        found = (codes.E050.found(model=stem, message="front matter has no closing '---'", span=span),)
        end = len(text)
    toml = "\n" * text.count("\n", 0, start) + text[start:end]
    return Checked((toml, min(end + len("\n---"), len(text))), found)


def _source(file: str, text: str, start: int) -> SourceText:
    """The SQL without the blank lines around it."""
    body = text[start:]
    stripped = body.lstrip()
    begin = start + len(body) - len(stripped)
    return SourceText(file, stripped.rstrip(), text, (Segment(0, begin),))


def _sidecar(
    toml: str, file: str, stem: str, environment: Mapping[str, str]
) -> Checked[tuple[TomlDocument, Sidecar, bool]]:
    """What is said of the model, and whether all that says where it goes could be understood."""
    parsed = parse_toml(toml, file, environment, stem)
    if parsed.value is None or parsed.has_errors:
        head = toml.partition("\n[")[0]
        name = _NAME_LINE.search(head)
        sidecar = Sidecar(name=name.group(1)) if name is not None else Sidecar()
        return Checked((TomlDocument(file, toml, {}, stem), sidecar, False), parsed.diagnostics)
    document = parsed.value
    name_value = document.data.get("name")
    if isinstance(name_value, str):
        document = replace(document, model=name_value)
    checked = validate(Sidecar, document.data, document)
    found = (*parsed.diagnostics, *checked.diagnostics)
    if checked.value is not None:
        return Checked((document, checked.value, True), found)
    # Those who depend on the model still find it, with whatever is not broken.
    sound = {
        key: value for key, value in document.data.items() if not validate(Sidecar, {key: value}, document).has_errors
    }
    remaining = validate(Sidecar, sound, document).value or Sidecar()
    return Checked((document, remaining, {"target", "group"}.isdisjoint(document.data.keys() - sound.keys())), found)


def _model(found: FoundModel, parts: _Parts, context: DirectoryContext, reading: ReadingOptions) -> Checked[Model]:
    sidecar, document = parts.sidecar, parts.document
    name = sidecar.name or found.stem
    diagnostics: list[Diagnostic] = []
    if not is_identifier(name):
        where = document.place(("name",)) if sidecar.name else Span(found.source.file, 1, 1)
        message = f"model name '{name}' is not a valid identifier: only letters, digits and '_'"
        suggestion = None if sidecar.name else 'rename the file, or set name = "…" in its sidecar'
        diagnostics.append(codes.E050.found(model=name, message=message, span=where, suggestion=suggestion))
    source = parts.source
    if found.is_dsl:
        lowered = _lowered(parts.source, name, reading.dialects.of(found.source.file, sidecar.adapter))
        diagnostics += lowered.diagnostics
        source = lowered.value
    if "@var" in source.sql:
        filled = substitute_variables(source, reading.variables, name)
        diagnostics += filled.diagnostics
        source = filled.value
    contract: Contract | None = None
    if found.contract is not None:
        read = read_contract(reading.root, found.contract, name, "auto")
        diagnostics += read.diagnostics
        contract = read.value
    fallback = reading.fallback.of(found.source.file)
    if found.is_dsl and found.sidecar is None:
        fallback = Fallback(fallback.catalog or _DSL_FALLBACK.catalog, fallback.schema or _DSL_FALLBACK.schema)
    if not parts.is_readable:
        fallback = Fallback("", "")  # What is missing was perhaps written; the broken sidecar is already reported.
    placement = resolve_target(name, sidecar, document, context, fallback)
    tests = _tests(name, sidecar, document, context)
    details = _details(name, sidecar, document)
    diagnostics += (*placement.diagnostics, *tests.diagnostics, *details.diagnostics)
    group, defaults = placement.group, context.defaults
    freshness = sidecar.freshness or defaults.freshness
    governance_tags = {
        **(group.governance.tags if group is not None and group.governance is not None else {}),
        **(sidecar.governance.tags if sidecar.governance is not None else {}),
    }
    model = Model(
        name=name,
        source=source,
        target=placement.target,
        strategy=FullRefresh() if placement.strategy is None else to_strategy(placement.strategy),
        sidecar_file=parts.sidecar_file,
        sidecar_text=parts.sidecar_text,
        depends_on=tuple(dict.fromkeys(sidecar.depends_on)),
        sources=tuple(TargetName(table.catalog, table.schema_name, table.table) for table in sidecar.sources),
        adapter=sidecar.adapter,
        intent=sidecar.intent or defaults.intent,
        freshness=None if freshness is None else to_freshness(freshness),
        tests=tests.value,
        unit_tests=tuple(to_unit_test(test) for test in sidecar.test),
        table_format=to_table_format(sidecar.format, sidecar.format_options),
        classification=MappingProxyType(sidecar.classification),
        tags=MappingProxyType({**group.tags, **sidecar.tags} if group is not None else sidecar.tags),
        governance_tags=MappingProxyType(governance_tags),
        retention_days=details.value,
        budget=None if sidecar.budget is None else to_budget(sidecar.budget),
        skip=to_skip_rule(sidecar),
        group=sidecar.group,
        surrogate_keys=to_surrogate_keys(sidecar),
        meta=MappingProxyType(sidecar.meta),
        column_descriptions=MappingProxyType(
            {column: table.description for column, table in sidecar.columns.items() if table.description is not None}
        ),
        contract=contract,
        is_dsl=found.is_dsl,
        name_declared=sidecar.name is not None,
        table_declared=sidecar.target.table is not None,
    )
    return Checked(model, tuple(diagnostics))


def _lowered(source: SourceText, name: str, dialect: str) -> Checked[SourceText]:
    from rocky_core.dsl.lower import lower_pipeline  # noqa: PLC0415 — most projects have no `.rocky` file

    lowered = lower_pipeline(source.original, source.file, name, QUERY_RULES[dialect].quote_in_text)
    return Checked(lowered.value or SourceText(source.file, "", source.original), lowered.diagnostics)


def _tests(
    name: str, sidecar: Sidecar, document: TomlDocument, context: DirectoryContext
) -> Checked[tuple[DeclarativeTest, ...]]:
    """The model's own tests, then those it uses by name."""
    if not sidecar.tests and not sidecar.use_test:
        return Checked(())
    tests: list[DeclarativeTest] = []
    found: list[Diagnostic] = []

    def keep(test: DataTest, converted: DeclarativeTest, *path: str | int) -> None:
        problem = _test_problem(test, converted)
        if problem is None:
            tests.append(converted)
        else:
            found.append(codes.E050.found(model=name, message=problem, span=document.place(path)))

    for index, test in enumerate(sidecar.tests):
        keep(test, to_test(test), "tests", index, "column")
    for index, use in enumerate(sidecar.use_test):
        definition = context.test_definitions.get(use.name)
        if definition is not None:
            keep(definition, to_used_test(definition, use), "use_test", index, "name")
        elif not {"test_definitions", f"test:{use.name}"} & context.broken:
            message = f"unknown test definition '{use.name}'{did_you_mean(use.name, context.test_definitions)}"
            suggestion = f"write [{use.name}] into {context.directory}/test_definitions.toml"
            span = document.place(("use_test", index, "name"))
            found.append(codes.E050.found(model=name, message=message, span=span, suggestion=suggestion))
    return Checked(tuple(tests), tuple(found))


def _test_problem(test: DataTest, converted: DeclarativeTest) -> str | None:
    if converted.column is None:
        return f"a {converted.kind} test needs a 'column'" if needs_column(test) else None
    if not is_identifier(converted.column):
        return f"'{converted.column}' is not a valid column name: only letters, digits and '_'"
    return None


def _details(name: str, sidecar: Sidecar, document: TomlDocument) -> Checked[int | None]:
    """The retention in days; and the keys whose values must be names."""
    found: list[Diagnostic] = []
    for index, key in enumerate(sidecar.surrogate_key):
        for written in (key.name, *key.columns):
            if not is_identifier(written):
                message = f"'{written}' is not a valid column name: only letters, digits and '_'"
                span = document.place(("surrogate_key", index, "name" if written == key.name else "columns"))
                found.append(codes.E050.found(model=name, message=message, span=span))
    days: int | None = None
    if sidecar.retention is not None:
        days = to_retention_days(sidecar.retention)
        if days is None:
            message = f"retention '{sidecar.retention}' is not a number of days or years such as 90d or 2y"
            span = document.place(("retention",))
            found.append(codes.E050.found(model=name, message=message, span=span))
    return Checked(days, tuple(found))
