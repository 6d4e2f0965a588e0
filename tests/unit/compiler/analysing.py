"""A small project to analyse queries in: two models, two external tables."""

from __future__ import annotations

from rocky_core.compiler.analyse_model import analyse_model
from rocky_core.compiler.catalog import Catalog
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column, RelationSchema
from rocky_core.ir.source_text import SourceText

DUCKDB = dialect_named("duckdb")


def columns(*texts: str) -> tuple[Column, ...]:
    """Columns from `name TYPE` texts; `name TYPE!` may not be NULL."""
    found = []
    for text in texts:
        name, _, data_type = text.partition(" ")
        found.append(Column(name, DUCKDB.parse_type(data_type.rstrip("!")), not text.endswith("!")))
    return tuple(found)


ORDERS = columns("order_id BIGINT!", "customer_id BIGINT", "amount DECIMAL(10,2)", "status VARCHAR", "at TIMESTAMP!")
CUSTOMERS = columns("customer_id BIGINT!", "name VARCHAR", "region VARCHAR!")
SOURCES = {
    ("raw", "payments"): columns("order_id BIGINT!", "paid DOUBLE", "info STRUCT(method VARCHAR, tries INTEGER[])"),
    ("lake", "raw", "events"): columns("id UUID!", "kind VARCHAR"),
}


def model(name: str, sql: str = "SELECT 1", **more: object) -> Model:
    return Model(name, SourceText(f"models/{name}.sql", sql, sql), TargetName("shop", "marts", f"{name}_t"), **more)


def analyse(sql: str, dialect: str = "duckdb") -> ModelFacts:
    """The facts of a model `m` over the small project."""
    models = [model("m", sql), model("orders"), model("customers"), model("unread")]
    catalog = Catalog(models, SOURCES, dialect_named(dialect))
    catalog.add("orders", RelationSchema("orders", ORDERS, is_model=True))
    catalog.add("customers", RelationSchema("customers", CUSTOMERS, is_model=True))
    return analyse_model(models[0], dialect_named(dialect), catalog)


def shown(sql: str) -> list[str]:
    """The output columns as `name TYPE`, with `!` where NULL is impossible."""
    return [f"{c.name} {DUCKDB.spell_type(c.data_type)}{'' if c.nullable else '!'}" for c in analyse(sql).columns]


def traced(sql: str) -> list[str]:
    """The lineage as `model.column -> column (transform)`."""
    return [f"{e.source.model}.{e.source.column} -> {e.target.column} ({e.transform})" for e in analyse(sql).edges]


def findings(sql: str) -> list[str]:
    """The findings as `CODE line:column+length message | suggestion`."""
    return [
        f"{d.code} {d.span.line}:{d.span.col}+{d.span.length} {d.message}"
        + (f" | {d.suggestion}" if d.suggestion else "")
        for d in analyse(sql).diagnostics
        if d.span is not None
    ]
