"""A history of versions on every warehouse, as reviewed text: what makes it, and what brings it up to date."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from rocky_core.dialects.registry import DIALECT_NAMES, dialect_named
from rocky_core.ir.copy import TableHistory
from rocky_core.ir.names import TargetName
from rocky_core.ir.types import BIGINT, TIMESTAMP, VARCHAR
from rocky_core.ir.world import ObservedColumn, ObservedTable, ObservedWorld
from rocky_core.planning.plan_history import plan_history
from rocky_core.planning.plan_options import PlanOptions

SOURCE, TARGET = TargetName("lake", "raw", "people"), TargetName("lake", "hist", "people")
HISTORY = TableHistory(SOURCE, TARGET, ("id",), "changed", closes_deleted=True)


def statements(dialect_name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the first run, and of a later one."""
    dialect = dialect_named(dialect_name)

    def columns(*wanted):
        return tuple(
            ObservedColumn(dialect.stored_name(name, quoted=False), dialect.spell_type(kind) or "", kind)
            for name, kind in wanted
        )

    own = columns(("id", BIGINT), ("name", VARCHAR), ("changed", TIMESTAMP))
    versions = columns(("valid_from", TIMESTAMP), ("valid_to", TIMESTAMP))
    source = ObservedTable(SOURCE, own)
    found = []
    for there in (None, ObservedTable(TARGET, (*own, *versions))):
        world = ObservedWorld(datetime(2026, 1, 31, tzinfo=UTC), {SOURCE: source, TARGET: there})
        (entry,) = plan_history(HISTORY, world, PlanOptions("p", dialect_name)).tables
        assert entry.refusal is None, entry.refusal
        found.append(tuple(statement for step in entry.steps for statement in step.statements))
    return found[0], found[1]


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_the_statements_are_the_reviewed_ones(dialect: str, snapshots: Path, update_snapshots: bool) -> None:
    reviewed = snapshots / "history" / f"{dialect}.sql"
    first, later = statements(dialect)
    text = ";\n\n".join(first) + ";\n\n-- once it is there:\n\n" + ";\n\n".join(later) + ";\n"
    if update_snapshots:
        reviewed.parent.mkdir(parents=True, exist_ok=True)
        reviewed.write_text(text, encoding="utf-8")
    assert text == reviewed.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_each_statement_is_one_that_the_warehouses_grammar_knows(dialect: str) -> None:
    for statement in (one for found in statements(dialect) for one in found):
        (tree,) = sqlglot.parse(statement, dialect=dialect)
        assert not isinstance(tree, exp.Command), statement
