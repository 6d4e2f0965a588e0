"""Column lineage is walked depth first, the nearest edges of each branch first, and never in circles."""

from __future__ import annotations

from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.trace import index_lineage


def ref(text: str) -> ColumnRef:
    return ColumnRef(*text.split("."))


def edge(text: str) -> Edge:
    source, target = text.split(" > ")
    return Edge(ref(source), ref(target), "direct")


def spell(edges) -> list[str]:
    return [f"{e.source.model}.{e.source.column} > {e.target.model}.{e.target.column}" for e in edges]


INDEX = index_lineage(
    map(edge, ["raw.x > a.x", "raw.y > a.x", "raw.z > b.z", "a.x > c.s", "b.z > c.s", "c.s > d.t", "a.x > d.t"])
)


def test_upstream_shows_every_parent_of_a_column_once():
    assert spell(INDEX.upstream(ref("c.s"))) == ["a.x > c.s", "b.z > c.s", "raw.x > a.x", "raw.y > a.x", "raw.z > b.z"]


def test_downstream_is_the_mirror():
    assert spell(INDEX.downstream(ref("raw.x"))) == ["raw.x > a.x", "a.x > c.s", "a.x > d.t", "c.s > d.t"]


def test_consumers_are_all_columns_computed_from_one_sorted():
    assert INDEX.consumers(ref("a.x")) == (ref("c.s"), ref("d.t"))


def test_an_unknown_column_has_no_lineage():
    assert (INDEX.upstream(ref("a.nothing")), INDEX.consumers(ref("a.nothing"))) == ((), ())


def test_a_circle_ends():
    circle = index_lineage([edge("a.x > b.x"), edge("b.x > a.x")])

    assert spell(circle.upstream(ref("a.x"))) == ["b.x > a.x", "a.x > b.x"]
    assert circle.consumers(ref("a.x")) == (ref("b.x"),)
