"""Which part of the stand-in carries a statement out."""

from __future__ import annotations

from databricks_commands import command
from databricks_errors import syntax, unsupported
from databricks_run import EVOLVING, NOTHING, QUERIES, Runner
from databricks_tables import Definitions
from databricks_translate import parse
from databricks_types import Rows
from sqlglot import exp


def run_statement(runner: Runner, sql: str, limit: int | None = None) -> Rows:
    """What a statement gives. Raises Failure, or Cancelled."""
    return runner.run(sql, lambda: _dispatch(runner, sql, limit))


def _dispatch(runner: Runner, sql: str, limit: int | None) -> Rows:
    found = command(runner, sql)
    if found is not None:
        return found
    tree = parse(EVOLVING.sub(r"\1", sql))
    match tree:
        case exp.Insert():
            return runner.insert(tree)
        case exp.Merge():
            return runner.merge(tree)
        case exp.Update() | exp.Delete():
            return runner.change(tree)
        case exp.TruncateTable():
            return runner.truncate(tree)
        case exp.Create() | exp.Drop() | exp.Alter() | exp.Comment():
            return Definitions(runner).run(tree)
        case exp.Grant() | exp.Revoke() | exp.Set() | exp.Use() | exp.Refresh() | exp.Analyze():
            return NOTHING
        case _ if isinstance(tree, QUERIES):
            return runner.rows(tree, limit)
        case exp.Command() | exp.Transaction() | exp.Commit() | exp.Rollback():
            raise syntax(f"'{sql.split(maxsplit=1)[0]}'")
        case _:
            raise unsupported(sql[:200])
