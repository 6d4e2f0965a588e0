"""Plans as files: the same plan is the same bytes, and what is read back is data of the declared shape."""

import json
import subprocess
import sys
from datetime import timedelta
from types import MappingProxyType

import pytest
from test_plan_snapshots import CASES, MARK, SOURCES, SQL, Case, orders
from workshop import NOW, OPTIONS, absent, compiled, model, table

from rocky_core.ir.checks import CheckSeverity, MaskStrategy
from rocky_core.ir.plan import Plan
from rocky_core.ir.planned_checks import CountWithin, NullShare, PlannedCheck, SharedCheck
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import FullRefresh, Incremental, Merge
from rocky_core.ir.world import GracePeriod, ObservedWorld
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.plan_codec import PlanUnreadable, decode_plan, encode_plan, plan_id


def built(case: Case) -> Plan:
    project = compiled(*case.models, sources=SOURCES)
    targets = {one.target: None for one in case.models} | {found.target: found for found in case.there}
    return build_plan(project, tuple(project.models), ObservedWorld(NOW, targets, **case.state), case.options)


def with_checks(plan: Plan) -> Plan:
    """The plan with everything that a check can hold."""
    masks = MappingProxyType({"email": MaskStrategy.HASH})
    rows = PlannedCheck("rows", "row_count", CheckSeverity.ERROR, "SELECT 1", CountWithin(1, None), masks=masks)
    share = PlannedCheck("nulls", "null_rate", CheckSeverity.WARNING, "SELECT 1, 2", NullShare(1.0), column="a")
    first = replace(plan.tables[0], checks=(rows, share))
    shared = SharedCheck(first.asset_key, "both", (first.name,), rows)
    return replace(plan, tables=(first, *plan.tables[1:]), shared_checks=(shared,))


@pytest.mark.parametrize("name", CASES)
def test_a_plan_that_is_read_back_is_the_plan(name):
    plan = with_checks(built(CASES[name]))
    again = decode_plan(encode_plan(plan))
    assert again == plan
    assert plan_id(again) == plan_id(plan)


def test_the_name_of_a_plan_follows_from_its_content_in_every_process():
    case = CASES["merge_with_drift"]
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_plan_codec import CASES, built, plan_id\n"
        "print(plan_id(built(CASES['merge_with_drift'])))"
    )
    paths = [path for path in sys.path if path.endswith("planning")]
    names = {
        subprocess.run(
            [sys.executable, "-c", program, *paths],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert names == {plan_id(built(case))}
    assert len(plan_id(built(case))) == 64


def test_anything_that_would_run_otherwise_has_another_name():
    facts = orders(Incremental("ordered_at"))
    there = (table("orders", {"order_id": "BIGINT", "customer": "VARCHAR", "ordered_at": "TIMESTAMP"}),)
    later = {"marts.orders": replace(MARK["marts.orders"], last_value="2024-03-09T08:15:00.123457Z")}
    period = {"marts.orders": (GracePeriod("x", "DATE", NOW, NOW + timedelta(days=1)),)}
    gone = (table("orders", {"order_id": "BIGINT", "customer": "VARCHAR", "ordered_at": "TIMESTAMP", "x": "DATE"}),)
    cases = [
        Case(facts, there, state={"watermarks": MARK}),
        Case(facts, there, state={"watermarks": later}),
        Case(facts, there),
        Case(facts),
        Case(orders(Merge(("order_id",))), there),
        Case(orders(FullRefresh()), there),
        Case(orders(FullRefresh(), SQL.replace("order_id,", "order_id + 1 AS order_id,")), there),
        Case(facts, gone, state={"watermarks": MARK, "grace_periods": period}),
        Case(facts, gone, state={"watermarks": MARK}),
    ]
    assert len({plan_id(built(case)) for case in cases}) == len(cases)


def tampered(change) -> bytes:
    plain = json.loads(encode_plan(with_checks(built(CASES["full_refresh_first"]))))
    change(plain)
    return json.dumps(plain).encode()


def first(plain):
    return plain["tables"][0]


BROKEN = {
    "no text": (b"\xff", ""),
    "no json": (b"{", ""),
    "a list": (b"[]", "plan is not an object"),
    "a missing key": (tampered(lambda p: p.pop("pipeline")), "plan lacks 'pipeline'"),
    "a key from elsewhere": (
        tampered(lambda p: p.update(extra=1)),
        "plan has an unknown key 'extra': another version has written this plan",
    ),
    "a number for a text": (tampered(lambda p: first(p).update(name=1)), "plan.tables[0].name is not str"),
    "a truth for a number": (
        tampered(lambda p: first(p)["checks"][0]["judgement"].update(minimum=True)),
        "plan.tables[0].checks[0].judgement.minimum is not int",
    ),
    "statements that are no list": (
        tampered(lambda p: first(p)["steps"][0].update(statements="DROP TABLE x")),
        "plan.tables[0].steps[0].statements is not a list",
    ),
    "an unknown word": (
        tampered(lambda p: first(p).update(new_watermark="now")),
        "plan.tables[0].new_watermark is not one of keep, max_of_target",
    ),
    "a judgement that nobody knows": (
        tampered(lambda p: first(p)["checks"][0]["judgement"].update(kind_of="Whatever")),
        "plan.tables[0].checks[0].judgement is of an unknown kind: 'Whatever'",
    ),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=list(BROKEN))
def test_what_is_no_plan_is_refused_with_its_place(data, message):
    with pytest.raises(PlanUnreadable) as caught:
        decode_plan(data)
    assert message in str(caught.value)


def test_a_plan_of_an_older_version_lacks_only_what_has_a_default():
    data = tampered(lambda p: [first(p).pop(key) for key in ("notes", "refusal", "checks")])
    assert decode_plan(data).tables[0].notes == ()


def test_a_plan_does_not_depend_on_when_it_was_made():
    facts = model("facts", "SELECT 1 AS a", FullRefresh())
    project = compiled(facts)
    worlds = (absent(facts), absent(facts, now=NOW + timedelta(days=1)))
    assert len({plan_id(build_plan(project, ("facts",), world, OPTIONS)) for world in worlds}) == 1
