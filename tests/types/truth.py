"""What DuckDB says of a query's columns, what the analyser says, and how the two differ."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from rocky_core.compiler.analyse_model import describe_query
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.schema import Column

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
SOURCES = HERE / "sources"

_CASE_LINE = re.compile(r"^-- case:[ ]*(.+?)[ ]*$", re.MULTILINE)
_SOURCES_LINE = re.compile(r"^-- sources:[ ]*(.+?)[ ]*$", re.MULTILINE)

Row = tuple[str, str | None]  # A column: its name and its type, None where that is not known.


@dataclass(frozen=True, slots=True)
class Case:
    """One query, the topic file it stands in, and the source files it reads."""

    topic: str
    name: str
    sources: tuple[Path, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What both sides say of one case."""

    case: Case
    expected: tuple[Row, ...]  # empty where DuckDB refuses the query
    actual: tuple[Row, ...]
    refused: str = ""  # DuckDB's message, if it does not accept the query
    crashed: str = ""  # The analyser's exception, if it raised one.
    seconds: float = 0.0

    @property
    def names_agree(self) -> bool:
        return not self.crashed and [name for name, _ in self.expected] == [name for name, _ in self.actual]

    @property
    def unknown(self) -> int:
        """How many of the columns we give no type (all of them, where we do not even know the columns)."""
        if len(self.expected) != len(self.actual):
            return len(self.expected)
        return sum(1 for _, ours in self.actual if ours is None)

    @property
    def wrong(self) -> int:
        """How many of the columns we give another type than DuckDB."""
        if len(self.expected) != len(self.actual):
            return 0
        pairs = zip(self.expected, self.actual, strict=True)
        return sum(1 for (_, theirs), (_, ours) in pairs if ours is not None and ours != theirs)

    @property
    def agrees(self) -> bool:
        return not self.refused and self.names_agree and self.wrong == 0

    def explain(self) -> str:
        """The columns on which the two sides differ."""
        head = f"{self.case.topic}: {self.case.name}"
        if self.refused:
            return f"{head}\n    DuckDB refuses it: {self.refused}"
        if self.crashed:
            return f"{head}\n    the analyser raised: {self.crashed}"
        if len(self.expected) != len(self.actual):
            theirs, ours = [[name for name, _ in rows] for rows in (self.expected, self.actual)]
            return f"{head}\n    expected {len(theirs)} columns {theirs}\n    actual   {len(ours)} columns {ours}"
        pairs = enumerate(zip(self.expected, self.actual, strict=True), start=1)
        lines = [f"    column {n}: expected {their}, actual {our}" for n, (their, our) in pairs if their != our]
        return "\n".join([head, *lines])


@dataclass(frozen=True, slots=True)
class Figures:
    """The three figures of a set of cases, and their bases."""

    cases: int
    columns: int
    names_agree: int
    unknown: int
    wrong: int

    def __str__(self) -> str:
        return (
            f"{self.cases} cases, {self.columns} columns: "
            f"names and order {100 * self.names_agree / max(self.cases, 1):.2f} % of cases, "
            f"Unknown {100 * self.unknown / max(self.columns, 1):.2f} % of columns, "
            f"wrong types {self.wrong}"
        )

    @property
    def unknown_share(self) -> float:
        return self.unknown / max(self.columns, 1)


def read_cases(path: Path, sources_dir: Path = SOURCES) -> tuple[Case, ...]:
    """The cases of one topic file; in a file without `-- case:` lines, each statement is one."""
    text = path.read_text(encoding="utf-8")
    marks = list(_CASE_LINE.finditer(text))
    preamble = text[: marks[0].start()] if marks else ""
    default = _sources_named(preamble, sources_dir, ()) or tuple(sorted(sources_dir.glob("*.sql")))
    if not marks:
        found = duckdb.extract_statements(text)
        return tuple(Case(path.stem, str(n), default, _query(each.query)) for n, each in enumerate(found, start=1))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    bodies = [(mark[1], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    return tuple(
        Case(path.stem, name, _sources_named(body, sources_dir, default), _query(body)) for name, body in bodies
    )


def judge(case: Case) -> Verdict:
    """Ask DuckDB and the analyser for the columns of a case."""
    world = open_world(case.sources)
    try:
        described = world.connection.execute(f"DESCRIBE {case.sql}").fetchall()
    except duckdb.Error as error:
        return Verdict(case, (), (), refused=str(error).strip())
    expected = tuple((str(row[0]), str(row[1])) for row in described)
    started = time.perf_counter()
    try:
        actual = our_rows(case.sql, world.schemas)
    except Exception as error:  # noqa: BLE001 — a crash of the analyser is a verdict too, and must not hide the others.
        return Verdict(case, expected, (), crashed=f"{type(error).__name__}: {error}")
    return Verdict(case, expected, actual, seconds=time.perf_counter() - started)


def our_rows(sql: str, schemas: Mapping[tuple[str, ...], tuple[Column, ...]]) -> tuple[Row, ...]:
    """The columns that the analyser finds, with types in DuckDB's spelling."""
    dialect = dialect_named("duckdb")
    return tuple(
        (column.name, dialect.spell_type(column.data_type)) for column in describe_query(sql, dialect, schemas)
    )


def measure(verdicts: Iterable[Verdict]) -> Figures:
    """Count over all cases that DuckDB accepts."""
    accepted = [verdict for verdict in verdicts if not verdict.refused]
    return Figures(
        cases=len(accepted),
        columns=sum(len(verdict.expected) for verdict in accepted),
        names_agree=sum(verdict.names_agree for verdict in accepted),
        unknown=sum(verdict.unknown for verdict in accepted),
        wrong=sum(verdict.wrong for verdict in accepted),
    )


@dataclass(frozen=True, slots=True)
class World:
    """An in-memory DuckDB that holds the sources, empty, and their columns as the analyser wants them."""

    connection: duckdb.DuckDBPyConnection
    schemas: Mapping[tuple[str, ...], tuple[Column, ...]]


@cache
def open_world(sources: tuple[Path, ...]) -> World:
    """Create the tables of the source files; cases only describe, so they may share them."""
    connection = duckdb.connect()
    for path in sources:
        connection.execute(path.read_text(encoding="utf-8"))
    return World(connection, _known_schemas(connection))


def _known_schemas(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], tuple[Column, ...]]:
    dialect = dialect_named("duckdb")
    tables: dict[tuple[str, str, str], list[Column]] = {}
    found = connection.execute(
        "SELECT table_catalog, table_schema, table_name, column_name, data_type, is_nullable = 'YES' "
        "FROM information_schema.columns ORDER BY table_catalog, table_schema, table_name, ordinal_position"
    )
    for catalog, schema, table, column, data_type, nullable in found.fetchall():
        key = (catalog.lower(), schema.lower(), table.lower())
        tables.setdefault(key, []).append(Column(column, dialect.parse_type(data_type), nullable))
    schemas: dict[tuple[str, ...], tuple[Column, ...]] = {}
    for (catalog, schema, table), columns in tables.items():
        schemas[(catalog, schema, table)] = schemas[(schema, table)] = tuple(columns)
        if schema == "main":
            schemas[(table,)] = tuple(columns)
    return schemas


def _sources_named(text: str, sources_dir: Path, default: tuple[Path, ...]) -> tuple[Path, ...]:
    found = _SOURCES_LINE.search(text)
    if found is None:
        return default
    return tuple(sources_dir / f"{name.strip()}.sql" for name in found[1].split(","))


def _query(body: str) -> str:
    """The query alone, without the lines that speak to this harness and without the closing semicolon."""
    return _SOURCES_LINE.sub("", body).strip().rstrip(";").rstrip()
