"""Random pipelines return on DuckDB what a plain reading of their steps, one after the other, returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rocky_core.dsl.format import format_text
from rocky_core.dsl.lower import lower_pipeline

Row = dict[str, int | None]
Expr = tuple[str, Callable[[Row], "int | bool | None"]]

# Where a star stands for columns that the file cannot list, a name cannot be given twice, nor rows be kept in the
# order of a window whose name was given away.
REFUSALS = ("would be there twice", "cannot stay in this order")

T_ROWS: list[Row] = [
    {"id": 1, "g": 1, "a": 5, "b": None},
    {"id": 2, "g": 1, "a": 3, "b": 2},
    {"id": 3, "g": 2, "a": None, "b": 2},
    {"id": 4, "g": 2, "a": 5, "b": 7},
    {"id": 5, "g": None, "a": 1, "b": 0},
    {"id": 6, "g": 4, "a": -2, "b": 2},
    {"id": 7, "g": 2, "a": 3, "b": 2},
]
U_ROWS: list[Row] = [{"g": 1, "w": 10}, {"g": 2, "w": None}, {"g": 2, "w": 20}, {"g": 9, "w": 3}, {"g": None, "w": 4}]


@pytest.fixture(scope="module")
def connection():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (id BIGINT, g BIGINT, a BIGINT, b BIGINT)")
    connection.execute("CREATE TABLE u (g BIGINT, w BIGINT)")
    for row in T_ROWS:
        connection.execute("INSERT INTO t VALUES (?, ?, ?, ?)", list(row.values()))
    for row in U_ROWS:
        connection.execute("INSERT INTO u VALUES (?, ?)", list(row.values()))
    yield connection
    connection.close()


@dataclass
class State:
    """The rows as a reader of the pipeline imagines them after each step."""

    text: list[str]
    columns: list[str]
    rows: list[Row]
    ordered: bool = False
    fresh: int = 0
    joins: int = 0
    log: list[str] = field(default_factory=list)
    # Names that a star brings along unseen; the file alone cannot tell that deriving them again repeats them.
    unseen: frozenset[str] = frozenset({"id", "g", "a", "b"})


def strict(operation: Callable[[int, int], int | bool]) -> Callable[..., int | bool | None]:
    return lambda left, right: None if left is None or right is None else operation(left, right)


ARITHMETIC = {"+": strict(lambda x, y: x + y), "-": strict(lambda x, y: x - y), "*": strict(lambda x, y: x * y)}
COMPARISONS = {
    "==": strict(lambda x, y: x == y),
    "<": strict(lambda x, y: x < y),
    ">=": strict(lambda x, y: x >= y),
    "!=": lambda x, y: x != y,
}


def number(draw, columns: list[str], depth: int = 2) -> Expr:
    """A numeric expression, as text and as a function of a row."""
    kind = draw(st.integers(0, 5 if depth else 1))
    if kind == 0:
        value = draw(st.integers(0, 4))
        return str(value), lambda _: value
    if kind <= 2 or not depth:
        column = draw(st.sampled_from(columns))
        return column, lambda row: row[column]
    (left, left_of), (right, right_of) = number(draw, columns, depth - 1), number(draw, columns, depth - 1)
    if kind == 3:
        return f"coalesce({left}, {right})", lambda row: left_of(row) if left_of(row) is not None else right_of(row)
    if kind == 4:
        limit = draw(st.integers(0, 4))
        text = f"match {left} {{ > {limit} => {right}, null => 1, _ => 0 }}"
        return f"({text})", lambda row: 1 if left_of(row) is None else right_of(row) if left_of(row) > limit else 0
    operator = draw(st.sampled_from(sorted(ARITHMETIC)))
    combine = ARITHMETIC[operator]
    return f"({left} {operator} {right})", lambda row: combine(left_of(row), right_of(row))


def condition(draw, columns: list[str], depth: int = 2) -> Expr:
    """A condition with SQL's third truth value."""
    kind = draw(st.integers(0, 4 if depth else 1))
    if kind == 0:
        text, of = number(draw, columns, 1)
        return f"{text} is null", lambda row: of(row) is None
    if kind <= 2:
        operator = draw(st.sampled_from(sorted(COMPARISONS)))
        (left, left_of), (right, right_of) = number(draw, columns, 1), number(draw, columns, 1)
        return f"{left} {operator} {right}", lambda row: COMPARISONS[operator](left_of(row), right_of(row))
    (left, left_of), (right, right_of) = condition(draw, columns, depth - 1), condition(draw, columns, depth - 1)
    if kind == 3:
        return f"{left} or {right}", lambda row: kleene(left_of(row), right_of(row), winner=True)
    return f"({left}) and ({right})", lambda row: kleene(left_of(row), right_of(row), winner=False)


def kleene(left: bool | None, right: bool | None, *, winner: bool) -> bool | None:
    if winner in {left, right} and (left is winner or right is winner):
        return winner
    return None if left is None or right is None else not winner


def a_name(draw, state: State) -> str:
    """Mostly a new name, now and then one that is there already."""
    seen = [column for column in state.columns if column not in state.unseen]
    if seen and draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(seen))
    state.fresh += 1
    return f"n{state.fresh}"


def where(draw, state: State) -> None:
    text, of = condition(draw, state.columns)
    state.text.append(f"where {text}")
    state.rows = [row for row in state.rows if of(row) is True]


def derive(draw, state: State) -> None:
    items = []
    for _ in range(draw(st.integers(1, 3))):
        name = a_name(draw, state)
        text, of = number(draw, state.columns)
        items.append(f"{name}: {text}")
        state.rows = [{**row, name: of(row)} for row in state.rows]
        state.columns += [] if name in state.columns else [name]
    state.text.append(f"derive {{ {', '.join(items)} }}")


def window(draw, state: State) -> None:
    partition, sort = draw(st.sampled_from(state.columns)), sort_keys(draw, state)
    name = a_name(draw, state)
    groups: dict[int | None, list[Row]] = {}
    for row in arranged(state.rows, sort):
        groups.setdefault(row[partition], []).append(row)
    if draw(st.booleans()):
        state.text.append(f"derive {{ {name}: row_number() over (partition {partition}, sort {spelled(sort)}) }}")
        numbered = {id(row): n for rows in groups.values() for n, row in enumerate(rows, start=1)}
        # Which of two equal rows gets the smaller number is open, and so is their order from here on.
        state.ordered = state.ordered and len({tuple(row.items()) for row in state.rows}) == len(state.rows)
    else:
        column = draw(st.sampled_from(state.columns))
        state.text.append(f"derive {{ {name}: sum({column}) over (partition {partition}) }}")
        totals = {key: total([row[column] for row in rows]) for key, rows in groups.items()}
        numbered = {id(row): totals[row[partition]] for row in state.rows}
    state.rows = [{**row, name: numbered[id(row)]} for row in state.rows]
    state.columns += [] if name in state.columns else [name]


def window_filter(draw, state: State) -> None:
    sort, limit = sort_keys(draw, state), draw(st.integers(1, 4))
    state.text.append(f"where row_number() over (sort {spelled(sort)}) <= {limit}")
    first = {id(row) for row in arranged(state.rows, sort)[:limit]}
    state.rows = [row for row in state.rows if id(row) in first]


def select(draw, state: State) -> None:
    chosen = draw(st.lists(st.sampled_from(state.columns), min_size=1, max_size=4, unique=True))
    computed: list[tuple[str, str, Callable]] = []
    if draw(st.booleans()):
        name = a_name(draw, state)
        if name not in chosen:
            computed.append((name, *number(draw, state.columns)))
    items = [*chosen, *(f"{name}: {text}" for name, text, _ in computed)]
    state.text.append(f"select {{ {', '.join(items)} }}")
    state.rows = [
        {**{column: row[column] for column in chosen}, **{name: of(row) for name, _, of in computed}}
        for row in state.rows
    ]
    state.columns = [*chosen, *(name for name, _, _ in computed)]
    state.unseen = frozenset()


def group(draw, state: State) -> None:
    keys = draw(st.lists(st.sampled_from(state.columns), max_size=2, unique=True))
    column = draw(st.sampled_from(state.columns))
    name = a_name(draw, state)
    name = name if name not in keys else f"{name}_total"
    state.fresh += 1
    counted = f"n{state.fresh}"
    state.text.append(f"group {', '.join(keys)} {{ {name}: sum({column}), {counted}: count() }}")
    groups: dict[tuple, list[Row]] = {} if keys else {(): []}
    for row in state.rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    state.rows = [
        {**dict(zip(keys, values, strict=True)), name: total([row[column] for row in rows]), counted: len(rows)}
        for values, rows in groups.items()
    ]
    state.columns, state.ordered = [*keys, name, counted], False
    state.unseen = frozenset()


def sort_keys(draw, state: State) -> list[tuple[str, bool, bool]]:
    """All columns in some order, so that only equal rows are tied."""
    columns = draw(st.permutations(state.columns))
    return [(column, draw(st.booleans()), draw(st.booleans())) for column in columns]


def spelled(keys: list[tuple[str, bool, bool]]) -> str:
    return ", ".join(
        f"{'-' if descending else ''}{column} nulls {'first' if nulls_first else 'last'}"
        for column, descending, nulls_first in keys
    )


def arranged(rows: list[Row], keys: list[tuple[str, bool, bool]]) -> list[Row]:
    for column, descending, nulls_first in reversed(keys):
        present = sorted(
            (row for row in rows if row[column] is not None), key=lambda row: row[column], reverse=descending
        )
        missing = [row for row in rows if row[column] is None]
        rows = missing + present if nulls_first else present + missing
    return rows


def sort(draw, state: State) -> None:
    keys = sort_keys(draw, state)
    state.text.append(f"sort {spelled(keys)}")
    state.rows, state.ordered = arranged(state.rows, keys), True


def take(draw, state: State) -> None:
    if not state.ordered:
        sort(draw, state)
    count = draw(st.integers(0, 5))
    state.text.append(f"take {count}")
    state.rows = state.rows[:count]


def distinct(_, state: State) -> None:
    state.text.append("distinct")
    state.rows = [dict(items) for items in dict.fromkeys(tuple(row.items()) for row in state.rows)]
    state.ordered = False


def join(draw, state: State) -> None:
    if "g" not in state.columns or "w" in state.columns:
        return
    kind = draw(st.sampled_from(["join", "left_join", "right join", "full join"]))
    state.joins += 1
    keep = draw(st.sampled_from(["", f" {{ keep u{state.joins}.w }}"]))
    state.text.append(f"{kind} u as u{state.joins} on g{keep}")
    matched: set[int] = set()
    rows: list[Row] = []
    for row in state.rows:
        partners = [i for i, other in enumerate(U_ROWS) if other["g"] == row["g"] is not None]
        matched.update(partners)
        rows += [{**row, "w": U_ROWS[i]["w"]} for i in partners]
        if not partners and kind in {"left_join", "full join"}:
            rows.append({**row, "w": None})
    if kind in {"right join", "full join"}:
        rows += [{**dict.fromkeys(state.columns), **other} for i, other in enumerate(U_ROWS) if i not in matched]
    state.rows, state.ordered = rows, False
    state.columns.append("w")
    if not keep:
        state.unseen |= frozenset(state.columns)


def bind(_, state: State) -> None:
    """Name what there is so far and go on from it."""
    name = f"p{len(state.log)}"
    if any(line.startswith("let ") for line in state.text):
        return
    state.text = [f"let {name} =", *state.text, f"from {name}"]
    state.ordered = False


def total(values: list[int | None]) -> int | None:
    present = [value for value in values if value is not None]
    return sum(present) if present else None


STEPS = (where, where, derive, derive, window, window_filter, select, select, group, sort, take, distinct, join, bind)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_lowered_pipeline_returns_what_its_steps_say(connection, data):
    state = State(["from t"], ["id", "g", "a", "b"], [dict(row) for row in T_ROWS])
    for step in data.draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=8)):
        state.log.append(step.__name__)
        step(data.draw, state)
    text = "\n".join(state.text) + "\n"
    lowered = lower_pipeline(text, "m.rocky", "m")
    assume(not any(refusal in finding.message for finding in lowered.diagnostics for refusal in REFUSALS))
    assert lowered.value is not None, (text, lowered.diagnostics)
    assert lower_pipeline(format_text(text), "m.rocky", "m").value.sql == lowered.value.sql
    result = connection.execute(lowered.value.sql)
    assert [column[0] for column in result.description] or not state.rows
    names = [column[0] for column in result.description]
    got = result.fetchall()
    expected = [tuple(row[name] for name in names) for row in state.rows]
    assert sorted(names) == sorted(state.columns), (text, lowered.value.sql)
    if state.ordered:
        assert got == expected, (text, lowered.value.sql)
    else:
        assert Counter(got) == Counter(expected), (text, lowered.value.sql)
