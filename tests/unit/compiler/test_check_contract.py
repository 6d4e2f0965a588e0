"""What a contract finds wrong with a model's output."""

import pytest

from rocky_core.compiler.check_context import CheckContext
from rocky_core.compiler.check_contract import check_contract
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir import types
from rocky_core.ir.contract import Contract, ContractColumn
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.type_text import parse_type_text

CONTEXT = CheckContext(dialect_named("duckdb"), ProjectRules())
FACTS = ModelFacts("m", (Column("id", types.BIGINT, nullable=False), Column("Amount", types.Decimal(10, 2))), True)
CONTRACT = Contract("m", "models/m.contract.toml", "auto")
MODEL = Model("m", SourceText("models/m.sql", "SELECT 1", "SELECT 1"), TargetName("", "s", "m"))


def check(contract: Contract, facts: ModelFacts = FACTS, context: CheckContext = CONTEXT) -> list[tuple[str, str]]:
    found = check_contract(replace(MODEL, contract=contract), facts, context)
    return [(diagnostic.code, diagnostic.message) for diagnostic in found]


def promise(**parts) -> Contract:
    return replace(CONTRACT, columns=(ContractColumn(**parts),))


def test_a_model_without_contract_promises_nothing():
    assert list(check_contract(MODEL, FACTS, CONTEXT)) == []


def test_an_unparsable_model_is_not_compared():
    assert check(replace(CONTRACT, required=("gone",)), ModelFacts("m", parsed=False)) == []


@pytest.mark.parametrize("name", ["id", "ID", "amount", "Amount"])
def test_names_match_by_the_case_rule_of_the_warehouse(name):
    contract = replace(CONTRACT, required=(name,), protected=(name,), columns=(ContractColumn(name),))
    assert check(contract) == []


def test_on_a_case_sensitive_column_the_exact_name_matches_first():
    found = (Column("a", types.BIGINT), Column("A", types.VARCHAR))
    assert check(promise(name="A", data_type="String"), ModelFacts("m", found, True)) == []


def test_absent_columns_are_told_by_the_promise_they_break():
    contract = replace(
        CONTRACT, required=("amout", "x"), columns=(ContractColumn("amout"), ContractColumn("y")), protected=("z",)
    )
    assert check(contract) == [
        ("E010", "required column 'amout' missing from model output"),
        ("E010", "required column 'x' missing from model output"),
        ("W010", "contract column 'y' not found in model output"),
        ("E013", "protected column 'z' has been removed"),
    ]


def test_a_near_name_is_suggested():
    found = list(check_contract(replace(MODEL, contract=replace(CONTRACT, required=("amout",))), FACTS, CONTEXT))
    assert [diagnostic.suggestion for diagnostic in found] == ["did you mean 'Amount'?"]


def test_absence_from_a_partly_known_output_is_not_proven_and_told_once():
    contract = replace(CONTRACT, required=("x",), columns=(ContractColumn("x"),), protected=("x", "y"))
    unknown = "was not compared with its contract: not all output columns are known"
    assert check(contract, replace(FACTS, complete=False)) == [
        ("I003", f"column 'x' {unknown}"),
        ("I003", f"column 'y' {unknown}"),
    ]


@pytest.mark.parametrize(
    ("promised", "found"),
    [
        ("Int64", "BIGINT"),
        ("Int64", "HUGEINT"),
        ("Int32", "SMALLINT"),
        ("Decimal", "DECIMAL(10,2)"),
        ("Decimal(10,2)", "DECIMAL(10,2)"),
        ("Decimal(10, 2)", "DECIMAL(10,2)"),
        ("Decimal(10)", "DECIMAL(10,0)"),
        ("String", "UUID"),
        ("Timestamp", "TIMESTAMP WITH TIME ZONE"),
        ("Array", "INTEGER[]"),
        ("Array<Int32>", "INTEGER[]"),
        ("Map<String,Array<Int64>>", "MAP(VARCHAR, BIGINT[])"),
        ("Struct", "STRUCT(a INTEGER)"),
        ("Variant", "JSON"),
    ],
)
def test_a_kept_type_promise_is_silent(promised, found):
    facts = ModelFacts("m", (Column("c", parse_type_text(found)),), True)
    assert check(promise(name="c", data_type=promised), facts) == []


@pytest.mark.parametrize(
    ("promised", "found", "spelled"),
    [
        ("Int64", "INTEGER", "Int32"),
        ("Int32", "BIGINT", "Int64"),
        ("Decimal(10,2)", "DECIMAL(12,2)", "Decimal { precision: 12, scale: 2 }"),
        ("Decimal(10)", "DECIMAL(10,2)", "Decimal { precision: 10, scale: 2 }"),
        ("Array<Int64>", "INTEGER[]", "Array(Int32)"),
        ("Map<String,Int64>", "MAP(VARCHAR, DATE)", "Map(String, Date)"),
        ("Date", "TIMESTAMP", "Timestamp"),
        ("Int64", "INTERVAL", "INTERVAL"),
    ],
)
def test_a_broken_type_promise_is_told(promised, found, spelled):
    facts = ModelFacts("m", (Column("c", parse_type_text(found)),), True)
    expected = f"column 'c' type mismatch: contract expects {promised}, got {spelled}"
    assert check(promise(name="c", data_type=promised), facts) == [("E011", expected)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("BIGINT", "did you mean 'Int64'?"),
        ("varchar(10)", "did you mean 'String'?"),
        ("int64", "did you mean 'Int64'?"),
        ("Timestmp", "did you mean 'Timestamp'?"),
        ("Decimal(a,b)", "did you mean 'Decimal'?"),
        ("Array<Foo>", "did you mean 'Array'?"),
    ],
)
def test_a_type_that_does_not_exist_is_told_once(written, meant):
    contract = promise(name="id", data_type=written)
    found = list(check_contract(replace(MODEL, contract=contract), FACTS, CONTEXT))
    assert [(diagnostic.code, diagnostic.message, diagnostic.suggestion) for diagnostic in found] == [
        ("E011", f"column 'id': the contract's type '{written}' does not exist", meant)
    ]


@pytest.mark.parametrize(
    ("promised", "column", "expected"),
    [
        (False, Column("c", types.DATE, nullable=True), ["E012"]),
        (False, Column("c", types.DATE, nullable=False), []),
        (False, Column("c", types.UNKNOWN, nullable=True), ["I003"]),
        (False, Column("c", types.UNKNOWN, nullable=False), []),
        (True, Column("c", types.DATE, nullable=True), []),
        (True, Column("c", types.DATE, nullable=False), []),
        (None, Column("c", types.DATE, nullable=True), []),
    ],
)
def test_only_a_promise_of_no_nulls_is_checked(promised, column, expected):
    facts = ModelFacts("m", (column,), True)
    assert [code for code, _ in check(promise(name="c", nullable=promised), facts)] == expected


def test_a_column_of_unknown_type_is_told_once():
    facts = ModelFacts("m", (Column("c", types.UNKNOWN),), True)
    assert check(promise(name="c", data_type="Int64", nullable=False), facts) == [
        ("I003", "column 'c' was not compared with its contract type Int64: the inferred type is unknown")
    ]


STRICT = replace(CONTRACT, no_new_nullable=True)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (None, ["W013"]),
        (FACTS.columns, []),
        ((Column("id", types.BIGINT),), ["E014"]),
        ((*FACTS.columns[:1], Column("amount", types.DATE, nullable=False)), ["E014"]),
        ((*FACTS.columns[:1], Column("AMOUNT", types.DATE, nullable=True)), []),
        ((), ["E014"]),
    ],
)
def test_new_nullable_columns_are_those_that_were_absent_or_not_nullable(accepted, expected):
    context = replace(CONTEXT, accepted_columns=accepted)
    assert [code for code, _ in check(STRICT, context=context)] == expected


def test_a_column_of_unknown_type_is_not_provably_nullable():
    facts = ModelFacts("m", (Column("c", types.UNKNOWN),), True)
    assert check(STRICT, facts, replace(CONTEXT, accepted_columns=())) == []


def test_findings_point_into_the_contract_file():
    text = (
        '[[columns]]\nname = "id"\ntype = "Date"\nnullable = false\n'
        '[rules]\nrequired = ["id", "x"]\nprotected = ["y"]\n'
    )
    contract = replace(
        CONTRACT,
        text=text,
        columns=(ContractColumn("id", "Date", nullable=False),),
        required=("id", "x"),
        protected=("y",),
    )
    facts = ModelFacts("m", (Column("id", types.BIGINT),), True)
    found = check_contract(replace(MODEL, contract=contract), facts, CONTEXT)
    assert [(diagnostic.code, diagnostic.span.line, diagnostic.span.col) for diagnostic in found] == [
        ("E010", 6, 19),
        ("E011", 3, 1),
        ("E012", 4, 1),
        ("E013", 7, 14),
    ]
