"""A plan as lines for people and as SQL."""

from __future__ import annotations

from collections.abc import Iterator

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.load import NamedLoad, PlannedLoad
from rocky_core.ir.plan import Plan, PlannedTable, Step


def summarize_plan(plan: Plan) -> tuple[str, ...]:
    """One line per table, with what is lost and what stands in the way beneath it; the totals come last."""
    lines = [line for table in plan.tables for line in _table_lines(table)]
    lines += (f"note: {note}" for note in plan.notes)
    lines += (f"note: {rule.message}" for rule in plan.override_warnings)
    lines += (f"  {name}: nothing to do, {reason}" for name, reason in plan.excluded)
    lines += (f"  {one.source_schema}.{one.table}: left out, {one.reason}" for one in plan.left_out)
    return (*lines, _totals(plan))


def render_sql(plan: Plan, dialect_name: str) -> str:
    """Every statement of the plan in order, atomic steps with the words of their transaction, as one script."""
    blocks = [block for table in plan.tables for block in _sql_blocks(table, dialect_name)]
    return "\n\n".join(blocks) + "\n" if blocks else "-- nothing to do\n"


def is_destructive(plan: Plan) -> bool:
    """Whether any step loses something."""
    return any(step.destroys is not None for table in plan.tables for step in table.writes)


def _table_lines(table: PlannedTable) -> Iterator[str]:
    if table.refusal is not None:
        yield f"x {_title(table)}: cannot be built"
        yield f"    {table.refusal.reason}"
        return
    lost = [step.destroys for step in table.writes if step.destroys is not None]
    yield f"{'!' if lost else '+'} {_title(table)}: {table.strategy}, {_count(_statements(table), 'statement')}"
    if table.drift_action is not None:
        yield f"    drift: {table.drift_action} ({table.drift_reason})"
    for one in lost:
        yield f"    DESTROYS {one}"
    for note in table.notes:
        yield f"    note: {note}"


def _title(table: PlannedTable) -> str:
    place = "" if str(table.target) == table.name else f" -> {table.target}"
    window = "" if table.partition is None else f" [{table.partition.start}, {table.partition.end})"
    if table.load is not None:
        window = f" <- {table.load.path}"
    return f"{table.name}{place}{window}"


def _totals(plan: Plan) -> str:
    refused = sum(table.refusal is not None for table in plan.tables)
    destroying = sum(step.destroys is not None for table in plan.tables for step in table.writes)
    names = {table.name for table in plan.tables}
    parts = [_count(len(names), "table"), _count(sum(map(_statements, plan.tables)), "statement")]
    parts.append(f"{destroying} destructive" if destroying else "nothing destructive")
    if refused:
        parts.append(f"{refused} cannot be built")
    return f"{plan.pipeline}: {', '.join(parts)}"


def _statements(table: PlannedTable) -> int:
    return sum(len(step.statements) for step in table.writes)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sql_blocks(table: PlannedTable, dialect_name: str) -> Iterator[str]:
    if table.refusal is not None:
        yield f"-- {_title(table)}: cannot be built\n{_comment(table.refusal.reason)}"
        return
    is_sent = table.load is not None and table.load.is_read_here
    yield f"-- {_title(table)}: {table.strategy}{', read here and sent' if is_sent else ''}"
    for step in table.writes:
        when = "-- only if its checks pass\n" if table.audit is not None and step is table.audit.publish else ""
        yield when + _sql_step(step, dialect_name, table.load)


def _sql_step(step: Step, dialect_name: str, load: PlannedLoad | None) -> str:
    transaction = shapes_of(dialect_name).transaction
    statements = step.statements
    if step.is_atomic and transaction is not None:
        statements = (transaction.begin, *statements, transaction.commit)
    lost = "" if step.destroys is None else f"{_comment('DESTROYS ' + step.destroys)}\n"
    told = [f"{statement};" for statement in statements]
    if load is not None and load.named is not None and step.purpose == "load":
        told.insert(-1, _comment(_taken_in(load.path, load.named)))
    return lost + "\n\n".join(told)


def _taken_in(path: str, named: NamedLoad) -> str:
    """What happens between the two notes on a load, by the warehouse's bulk path."""
    how = "are added" if named.is_batch_begun is None else "take the place of all, if it is the first of its set"
    return f"here {path} is taken in under that name: its rows {how}"


def _comment(text: str) -> str:
    return "\n".join(f"-- {line}" for line in text.splitlines())
