"""What only the whole project shows."""

from rocky_core.compiler.check_project import (
    check_orphaned_contracts,
    check_propagating_stars,
    check_target_collisions,
)
from rocky_core.compiler.compile_project import outline
from rocky_core.diagnostics.codes import I001
from rocky_core.diagnostics.diagnostic import Span
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir import types
from rocky_core.ir.contract import Contract
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledModel, ProjectSource
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import Ephemeral


def compiled(name: str, facts: ModelFacts | None = None, **parts) -> CompiledModel:
    model = Model(name, SourceText(f"models/{name}.sql", "", ""), TargetName("", "s", name))
    return CompiledModel(replace(model, **parts), facts or ModelFacts(name))


def check(rule, *models: CompiledModel, contracts: tuple[Contract, ...] = ()):
    by_name = {made.model.name: made for made in models}
    outlines = {name: outline(made.model, made.facts) for name, made in by_name.items()}
    source = ProjectSource(tuple(made.model for made in models), explicit_contracts=contracts)
    return list(rule(outlines, by_name, source, dialect_named("duckdb")))


def test_contracts_without_a_model_are_told_in_the_order_of_names():
    contracts = tuple(
        Contract(name, f"contracts/{name}.contract.toml", "explicit") for name in ("zz", "order", "orders")
    )
    found = check(check_orphaned_contracts, compiled("orders"), contracts=contracts)
    assert [(diagnostic.model, diagnostic.message, diagnostic.suggestion) for diagnostic in found] == [
        ("order", "contract exists for 'order' but model was not found", "did you mean 'orders'?"),
        ("zz", "contract exists for 'zz' but model was not found", "Remove the contract, or restore the model."),
    ]


def test_every_writer_of_a_shared_table_is_told():
    shared = TargetName("C", "s", "t")
    found = check(
        check_target_collisions,
        compiled("b", target=shared),
        compiled("a", target=TargetName("c", "S", "T")),
        compiled("other"),
        compiled("eph", target=shared, strategy=Ephemeral()),
    )
    assert [(diagnostic.code, diagnostic.model, diagnostic.message) for diagnostic in found] == [
        ("E036", "a", "models [a, b] all target 'c.S.T', so one would overwrite the other"),
        ("E036", "b", "models [a, b] all target 'C.s.t', so one would overwrite the other"),
    ]


def test_a_collision_points_to_the_key_that_names_the_table():
    text = 'name = "a"\n[target]\ntable = "t"\n'
    found = check(
        check_target_collisions,
        compiled("a", target=TargetName("", "s", "t"), sidecar_file="models/a.toml", sidecar_text=text),
        compiled("t"),
    )
    assert [diagnostic.span for diagnostic in found] == [Span("models/a.toml", 3, 1, 5), Span("models/t.sql", 1, 1)]


def reader(name: str, *columns: str) -> CompiledModel:
    edges = tuple(Edge(ColumnRef("star", column), ColumnRef(name, column), "direct") for column in columns)
    return compiled(name, ModelFacts(name, edges=edges, reads_models=("star",)))


STAR_PLACE = Span("models/star.sql", 1, 8, 1)
STAR = compiled(
    "star",
    ModelFacts(
        "star",
        tuple(Column(name, types.DATE) for name in "dcba"),
        has_star=True,
        diagnostics=(I001.found(model="star", message="", span=STAR_PLACE),),
    ),
)


def test_a_star_that_others_consume_is_told_with_its_consumers():
    (found,) = check(check_propagating_stars, STAR, reader("z", "a", "b", "c", "d"), reader("y", "a"))
    assert (found.code, found.model, found.message, found.span) == (
        "P002",
        "star",
        (
            "SELECT * silently propagates upstream schema changes to 2 downstream consumers: "
            "`z` (d, c, b, +1 more), `y` (a)"
        ),
        STAR_PLACE,
    )


def test_one_consumer_is_singular():
    (found,) = check(check_propagating_stars, STAR, reader("y", "b", "a", "a"))
    assert found.message.endswith("to 1 downstream consumer: `y` (b, a)")


def test_a_star_that_nobody_consumes_is_nobodys_trouble():
    assert check(check_propagating_stars, STAR, reader("y"), compiled("other")) == []


def test_an_explicit_list_propagates_nothing():
    plain = compiled("star", replace(STAR.facts, has_star=False))
    assert check(check_propagating_stars, plain, reader("y", "a")) == []


def test_only_the_star_is_told_where_a_reader_has_other_inputs():
    edges = tuple(Edge(ColumnRef(source, "a"), ColumnRef("y", "a"), "expression") for source in ("star", "plain"))
    both = compiled("y", ModelFacts("y", edges=edges, reads_models=("star", "plain")))
    found = check(check_propagating_stars, STAR, compiled("plain"), both)
    assert [diagnostic.model for diagnostic in found] == ["star"]
