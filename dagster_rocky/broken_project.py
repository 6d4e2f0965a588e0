"""A project that cannot be read at all, as one asset that says so: the rest of the code location loads all the same."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_rocky.compat import code_references
from dagster_rocky.project import RockyProject
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.errors import CompileFailed, ConfigInvalid, UserError


def broken_project_asset(project: RockyProject, error: UserError) -> dg.AssetsDefinition:
    """The asset that stands for the project until its files can be read again; it cannot be materialized."""
    text = _told(error)
    name = "".join(one if one.isalnum() else "_" for one in project.project_dir.name)
    spec = dg.AssetSpec(
        key=dg.AssetKey([project.project_dir.name, "rocky_toml"]),
        description=f"This project cannot be read, so its models are not here:\n\n```\n{text}\n```",
        kinds={"sql"},
        metadata={
            "rocky/errors": text,
            "dagster/code_references": code_references(project.project_dir / "rocky.toml", "rocky.toml"),
        },
    )

    @dg.multi_asset(specs=[spec], name=f"rocky_{name}_rocky_toml", can_subset=True)
    def refuse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        del context
        raise dg.Failure(
            description=f"{text}\nrepair it, then reload the code location",
            metadata={"rocky/errors": text},
            allow_retries=False,
        )
        yield

    return refuse


def _told(error: UserError) -> str:
    found = error.diagnostics if isinstance(error, ConfigInvalid | CompileFailed) else ()
    lines = [error.message, *(_line(one) for one in found)]
    return "\n".join(lines if error.hint is None else [*lines, error.hint])


def _line(one: Diagnostic) -> str:
    place = f"{one.span.file}:{one.span.line}:{one.span.col}: " if one.span is not None else ""
    return f"{place}{one.code} {one.message}"
