"""A project on a service in tests: its models as files, and the warehouse as somebody else would use it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rocky_core.ports.warehouse import Warehouse


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
