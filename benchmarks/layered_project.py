"""Writes one layered project of any size in the form that each tool reads.

30 % of the models select from raw tables, 30 % clean one of those, 25 % join two cleaned ones and rank
their rows with a window, 15 % aggregate a join over a CTE. The SQL is the same for every tool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BenchmarkModel:
    """One model; `sql` names what it reads as `{name}`."""

    name: str
    sql: str
    reads: tuple[str, ...]


def layered_models(count: int) -> Iterator[BenchmarkModel]:
    """The models of a project of this size, readers after what they read."""
    sources, staging, joins = count * 30 // 100, count * 30 // 100, count * 25 // 100
    marts = count - sources - staging - joins
    for i in range(sources):
        yield BenchmarkModel(f"src_{i}", _source_sql(i), ())
    for i in range(staging):
        yield BenchmarkModel(f"stg_{i}", _staging_sql(f"src_{i % sources}"), (f"src_{i % sources}",))
    for i in range(joins):
        left, right = f"stg_{i % staging}", f"stg_{(i * 7 + 1) % staging}"
        yield BenchmarkModel(f"int_{i}", _join_sql(left, right), (left, right))
    for i in range(marts):
        read = f"int_{i % joins}"
        yield BenchmarkModel(f"mart_{i}", _mart_sql(read), (read,))


def _source_sql(i: int) -> str:
    return f"""SELECT
    CAST(id AS BIGINT) AS id,
    CAST(customer_id AS BIGINT) AS customer_id,
    CAST(amount AS DECIMAL(18, 2)) AS amount,
    CAST(status AS VARCHAR) AS status,
    CAST(created_at AS TIMESTAMP) AS created_at
FROM raw.events_{i}
"""


def _staging_sql(read: str) -> str:
    return f"""SELECT
    id,
    customer_id,
    amount * 100 AS amount_cents,
    UPPER(TRIM(status)) AS status,
    CASE WHEN amount > 1000 THEN 'large' WHEN amount > 100 THEN 'medium' ELSE 'small' END AS size_class,
    CAST(created_at AS DATE) AS created_on
FROM {{{read}}}
WHERE id IS NOT NULL
"""


def _join_sql(left: str, right: str) -> str:
    return f"""SELECT
    a.id,
    a.customer_id,
    a.amount_cents + COALESCE(b.amount_cents, 0) AS total_cents,
    b.status AS other_status,
    a.created_on,
    ROW_NUMBER() OVER (PARTITION BY a.customer_id ORDER BY a.created_on DESC) AS recency
FROM {{{left}}} AS a
LEFT JOIN {{{right}}} AS b ON a.customer_id = b.customer_id AND a.created_on = b.created_on
"""


def _mart_sql(read: str) -> str:
    return f"""WITH recent AS (
    SELECT customer_id, total_cents, created_on
    FROM {{{read}}}
    WHERE recency <= 10
)
SELECT
    customer_id,
    created_on,
    COUNT(*) AS orders,
    SUM(total_cents) AS total_cents,
    AVG(total_cents) AS mean_cents,
    MAX(created_on) AS last_order_on
FROM recent
GROUP BY customer_id, created_on
"""


def _bodies(count: int, spell: Callable[[str], str]) -> Iterator[tuple[BenchmarkModel, str]]:
    for model in layered_models(count):
        yield model, model.sql.format(**{name: spell(name) for name in model.reads})


def write_rocky(folder: Path, count: int) -> None:
    """A Rocky project: one `.sql` and one sidecar per model."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "bench.duckdb"\n\n'
        '[pipeline]\ntype = "transformation"\nmodels = "models/**"\n'
    )
    (models / "_defaults.toml").write_text('[target]\ncatalog = "bench"\nschema = "main"\n')
    for model, sql in _bodies(count, str):
        (models / f"{model.name}.sql").write_text(sql)
        (models / f"{model.name}.toml").write_text(
            f'intent = "Generated model {model.name}."\n\n'
            f'[strategy]\ntype = "full_refresh"\n\n[tags]\nlayer = "{model.name[:3]}"\n'
        )


def write_dbt(folder: Path, count: int) -> None:
    """A dbt project on dbt-duckdb."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: bench\nversion: '1.0'\nprofile: bench\nmodel-paths: [models]\n"
        "models:\n  bench:\n    +materialized: table\n"
    )
    (folder / "profiles.yml").write_text(
        "bench:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: bench.duckdb\n      threads: 2\n"
    )
    for model, sql in _bodies(count, lambda name: "{{ ref('" + name + "') }}"):
        (models / f"{model.name}.sql").write_text(sql)


def write_sqlmesh(folder: Path, count: int) -> None:
    """A SQLMesh project on DuckDB."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "gateways:\n  local:\n    connection:\n      type: duckdb\n      database: bench.duckdb\n"
        "default_gateway: local\nmodel_defaults:\n  dialect: duckdb\n"
    )
    for model, sql in _bodies(count, lambda name: f"main.{name}"):
        (models / f"{model.name}.sql").write_text(f"MODEL (name main.{model.name}, kind FULL);\n\n{sql}")
