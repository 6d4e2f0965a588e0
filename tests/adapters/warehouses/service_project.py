"""A project on a service in tests: its models as files, and the warehouse as somebody else would use it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rocky_core.ports.warehouse import Warehouse

_CONFIG = """\
[adapter]
{settings}

[pipeline.shop]
type = "transformation"
models = "models/**"
[pipeline.shop.target]
adapter = "default"
[pipeline.shop.target.governance]
auto_create_schemas = true

[pipeline.copies]
type = "replication"
strategy = "full_refresh"
[pipeline.copies.source]
adapter = "default"
catalog = "{catalog}"
[pipeline.copies.source.schema_pattern]
prefix = "src__"
separator = "__"
components = ["source"]
[pipeline.copies.target]
adapter = "default"
catalog_template = "{catalog}"
schema_template = "staging__{{source}}"
[pipeline.copies.target.governance]
auto_create_schemas = true

[pipeline.history]
type = "snapshot"
unique_key = ["id"]
updated_at = "updated_at"
invalidate_hard_deletes = true
source = {{ catalog = "{catalog}", schema = "{raw}", table = "{orders}" }}
[pipeline.history.target]
catalog = "{catalog}"
schema = "{marts}"
table = "{order_history}"
"""
_MODELS = {
    "base": (
        "SELECT id, customer, amount, ordered_on, updated_at FROM {raw}.{orders}",
        'type = "full_refresh"\n[[tests]]\ntype = "not_null"\ncolumn = "id"',
    ),
    "seen": ("SELECT id, amount FROM base", 'type = "view"'),
    "newest": ("SELECT id, updated_at FROM base", 'type = "incremental"\ntimestamp_column = "updated_at"'),
    "merged": ("SELECT id, customer, amount FROM base", 'type = "merge"\nunique_key = ["id"]'),
    "replaced": ("SELECT id, ordered_on FROM base", 'type = "delete_insert"\npartition_by = ["ordered_on"]'),
    "daily": (
        "SELECT id, ordered_on FROM base WHERE ordered_on >= @start_date AND ordered_on < @end_date",
        'type = "time_interval"\ntime_column = "ordered_on"\ngranularity = "day"',
    ),
    "keyed": ("SELECT id FROM base", 'type = "full_refresh"\n[[surrogate_key]]\nname = "order_key"\ncolumns = ["id"]'),
    "reads_inner": ("SELECT COUNT(*) AS n FROM inner_part", 'type = "full_refresh"'),
}
_NAMES = ("raw", "orders", "marts", "order_history")


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
    uploads: str  # The path of requests that send a file.
    left_files: Callable[[], Sequence[str]]  # What lies there of files that were sent.


def write_project(
    folder: Path,
    settings: str,
    catalog: str,
    more: Mapping[str, tuple[str, str]],
    spelled: Callable[[str], str] = str,
) -> None:
    """Pipelines of every type that reads tables, and a model of every strategy beside those that are given."""
    names = {name: spelled(name) for name in _NAMES}
    (folder / "rocky.toml").write_text(_CONFIG.format(settings=settings, catalog=catalog, **names))
    models = folder / "models"
    models.mkdir()
    for name, (query, strategy) in (_MODELS | more).items():
        target = f'[target]\ncatalog = "{catalog}"\nschema = "{names["marts"]}"\ntable = "{name}"\n'
        (models / f"{name}.sql").write_text(query.format(**names) + "\n")
        (models / f"{name}.toml").write_text(f"{target}[strategy]\n{strategy}\n")


def write_config(change_text: Callable[[str], str]) -> None:
    """Change the project's `rocky.toml`."""
    config = Path("rocky.toml")
    config.write_text(change_text(config.read_text()))


def change(warehouse: Warehouse, *statements: str) -> None:
    with warehouse.session() as session:
        for statement in statements:
            session.execute(statement)


def rows(warehouse: Warehouse, query: str) -> list[tuple[object, ...]]:
    with warehouse.session() as session:
        return list(session.query(query).rows)
