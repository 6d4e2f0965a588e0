"""`rocky lineage-diff`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rocky_core.api import open_project
from rocky_core.cli.compare_compilations import compare_compilations
from rocky_core.cli.git_tree import base_tree, has_local_changes
from rocky_core.cli.output import print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.ir.replace import replace
from rocky_core.results.lineage_diff import LineageDiffAnswer, ModelDiff


@click.command("lineage-diff")
@click.argument("base_ref", default="main", required=False)
@click.option("--with-seed", is_flag=True, help="Take the types of source tables from each side's data/seed.sql.")
@global_options
def command(base_ref: str, *, with_seed: bool) -> None:
    """Show which output columns changed since BASE_REF (default: main), and which columns downstream they feed.

    Both sides are compiled: the git ref in a temporary folder, and the files as they are now. Never fails because
    of what it finds.
    """
    options = project_options(with_seed=with_seed)
    root = options.config_file.parent.absolute()
    head = open_project(options).compile()
    with base_tree(root, base_ref) as tree:
        moved = replace(
            options,
            config_file=tree / options.config_file.name,
            models_dir=_moved(options.models_dir, root, tree),
            contracts_dir=_moved(options.contracts_dir, root, tree),
            use_cache=False,
        )
        base = open_project(moved).compile()
        head_ref = "HEAD + uncommitted changes" if has_local_changes(root) else "HEAD"
        answer = compare_compilations(base, head, base_ref, head_ref)
    print_answer(lambda: answer, lambda: _text(answer), answer.markdown.splitlines)


def _moved(path: Path | None, root: Path, tree: Path) -> Path | None:
    """The folder's counterpart in the base tree."""
    if path is None:
        return None
    inside = path.absolute()
    if not inside.is_relative_to(root):
        raise click.UsageError(f"'{path}' lies outside the project, so it has no counterpart in git")
    return tree / inside.relative_to(root)


def _text(answer: LineageDiffAnswer) -> Iterator[str]:
    summary = answer.summary
    yield (
        f"  {answer.base_ref} → {answer.head_ref}: {summary.modified} modified, {summary.added} added, "
        f"{summary.removed} removed, {summary.unchanged} unchanged"
    )
    for model in answer.results:
        if model.status != "unchanged":
            yield ""
            yield f"  {click.style(model.model_name, bold=True)} ({model.status})"
            yield from _changes(model)


def _changes(model: ModelDiff) -> Iterator[str]:
    if not model.column_changes:
        yield "    no column changed"
    signs = {"added": ("+", "green"), "removed": ("-", "red"), "type_changed": ("~", "yellow")}
    for change in model.column_changes:
        sign, colour = signs[change.change_type]
        types = " → ".join(text for text in (change.old_type, change.new_type) if text)
        yield "    " + click.style(f"{sign} {change.column_name} {types}".rstrip(), fg=colour)
        for consumer in change.downstream_consumers or ():
            yield f"        feeds {consumer.model}.{consumer.column}"
