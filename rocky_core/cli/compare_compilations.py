"""What changed between two compiles of a project, by the tables its models write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import UNSET, UnsetType

from rocky_core.api import Compilation
from rocky_core.cli.output import markdown_lines
from rocky_core.ir.lineage import ColumnRef
from rocky_core.ir.project import CompiledModel
from rocky_core.results.lineage import QualifiedColumn, to_columns
from rocky_core.results.lineage_diff import ColumnChange, DiffSummary, LineageDiffAnswer, ModelDiff

Target = tuple[str, str, str]


def compare_compilations(base: Compilation, head: Compilation, base_ref: str, head_ref: str) -> LineageDiffAnswer:
    """One row per table: a model that moved to another target is one table removed and one added."""
    before, after = _by_target(base), _by_target(head)
    rows = tuple(
        _compare(base, head, before.get(target), after.get(target)) for target in sorted(before.keys() | after.keys())
    )
    count = {
        status: sum(row.status == status for row in rows) for status in ("unchanged", "modified", "added", "removed")
    }
    summary = DiffSummary(len(rows), **count)
    markdown = "\n".join(_markdown(rows, summary, base_ref, head_ref))
    return LineageDiffAnswer(base_ref=base_ref, head_ref=head_ref, summary=summary, results=rows, markdown=markdown)


def _by_target(compilation: Compilation) -> Mapping[Target, CompiledModel]:
    return {compiled.model.target.folded(): compiled for compiled in compilation.project.models.values()}


def _compare(
    base: Compilation, head: Compilation, before: CompiledModel | None, after: CompiledModel | None
) -> ModelDiff:
    changes = tuple(_column_changes(base, head, before, after))
    if before is None or after is None:
        present = after or before
        assert present is not None  # noqa: S101 — a target comes from one of the sides
        return ModelDiff(present.model.name, "removed" if after is None else "added", changes)
    same = not changes and before.facts.recipe_hash == after.facts.recipe_hash
    return ModelDiff(after.model.name, "unchanged" if same else "modified", changes)


def _column_changes(
    base: Compilation, head: Compilation, before: CompiledModel | None, after: CompiledModel | None
) -> Iterator[ColumnChange]:
    old = _types(base, before)
    new = _types(head, after)
    for name, old_type in old.items():
        if name not in new:
            yield ColumnChange(name, "removed", old_type=old_type)
        elif old_type != new[name]:
            yield ColumnChange(name, "type_changed", old_type, new[name], _consumers(head, after, name))
    for name, new_type in new.items():
        if name not in old:
            yield ColumnChange(name, "added", new_type=new_type, downstream_consumers=_consumers(head, after, name))


def _types(compilation: Compilation, compiled: CompiledModel | None) -> dict[str, str]:
    if compiled is None:
        return {}
    spell = compilation.dialect_of(compiled.model.name).spell_type
    return {column.name: spell(column.data_type) or "?" for column in compiled.facts.columns}


def _consumers(head: Compilation, after: CompiledModel | None, column: str) -> tuple[QualifiedColumn, ...] | UnsetType:
    if after is None:
        return UNSET
    return to_columns(head.lineage.consumers(ColumnRef(after.model.name, column))) or UNSET


def _markdown(rows: tuple[ModelDiff, ...], summary: DiffSummary, base_ref: str, head_ref: str) -> Iterator[str]:
    yield f"### Column changes from `{base_ref}` to `{head_ref}`"
    yield ""
    yield (
        f"{summary.modified} modified, {summary.added} added, {summary.removed} removed, "
        f"{summary.unchanged} unchanged of {summary.total_models} models"
    )
    cells = [
        (
            row.model_name,
            f"`{change.column_name}`",
            change.change_type.replace("_", " "),
            " → ".join(text for text in (change.old_type, change.new_type) if text),
            ", ".join(f"{consumer.model}.{consumer.column}" for consumer in change.downstream_consumers or ()),
        )
        for row in rows
        for change in row.column_changes
    ]
    if cells:
        yield ""
        yield from markdown_lines(("Model", "Column", "Change", "Type", "Feeds"), cells)
