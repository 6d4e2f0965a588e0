"""A project on a service in tests: its models as files, and the warehouse as somebody else would use it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rocky_core.ports.warehouse import Warehouse


@dataclass(frozen=True)
class Ran:
    """A statement as the service's own history tells it."""

    id: str
    sql: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Service:
    """A service that stands in, with a catalog of its own, and its words where they differ."""

    name: str
    catalog: str
    settings: str  # Of `[adapter]`.
    warehouse: Warehouse
    faults: Callable[..., None]  # What happens to the next requests.
    ran: Callable[[], Sequence[Ran]]
    decimal: str  # A literal of a number.
    zoneless: str  # A literal of a day and a time.
    starts: str  # The path of requests that start something.
    questions: Sequence[str]  # The paths of those that ask.
    costs: tuple[int | None, float | None]  # The bytes that are billed for a small query, and its price if they are.
    many: int  # Tables of a large replication.


def write_models(folder: Path, models: Mapping[str, tuple[str, str]], catalog: str, schema: str) -> None:
    """Each model's query and strategy, with a target of its own name."""
    folder.mkdir()
    for name, (sql, strategy) in models.items():
        target = f'[target]\ncatalog = "{catalog}"\nschema = "{schema}"\ntable = "{name}"\n'
        (folder / f"{name}.sql").write_text(sql + "\n")
        (folder / f"{name}.toml").write_text(f"{target}[strategy]\n{strategy}\n")


def change(warehouse: Warehouse, *statements: str) -> None:
    with warehouse.session() as session:
        for statement in statements:
            session.execute(statement)


def rows(warehouse: Warehouse, query: str) -> list[tuple[object, ...]]:
    with warehouse.session() as session:
        return list(session.query(query).rows)
