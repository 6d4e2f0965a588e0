"""Whether the warehouse can build a table of the declared format with the declared options."""

from __future__ import annotations

from collections.abc import Iterable

from rocky_core.compiler.check_context import CheckContext, sidecar_place
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model


def check_iceberg_options(model: Model, _facts: ModelFacts, _context: CheckContext) -> Iterable[Diagnostic]:
    """E035: a managed Iceberg table is partitioned or clustered, not both, and chooses its own file format."""
    wanted = model.table_format
    if wanted.format != "iceberg_table":
        return
    if wanted.partition_by and wanted.cluster_by:
        yield codes.E035.found(
            model=model.name,
            message="a managed-Iceberg table accepts partition_by or cluster_by, not both",
            span=sidecar_place(model, ("format_options", "cluster_by"), ("format",)),
            suggestion="Keep one of the two.",
        )
    for number, (key, _value) in enumerate(wanted.table_properties):
        if key.lower().startswith("write.format."):
            yield codes.E035.found(
                model=model.name,
                message=f"a managed-Iceberg table does not accept the table property '{key}'",
                span=sidecar_place(
                    model, ("format_options", "table_properties", number), ("format_options", "table_properties")
                ),
                suggestion="Drop it: the warehouse chooses the file format of managed Iceberg tables.",
            )
