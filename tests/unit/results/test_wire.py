"""What is absent is left out or null, as clients expect it."""

from __future__ import annotations

import json

import pytest

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span
from rocky_core.ir.model import Freshness
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Granularity,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    TimeInterval,
    View,
)
from rocky_core.results.compile import CompileAnswer, CompileTimings
from rocky_core.results.findings import ErrorEnvelope, to_findings
from rocky_core.results.model_parts import to_freshness, to_strategy
from rocky_core.results.wire import to_json

STRATEGIES = [
    (FullRefresh(), {"type": "full_refresh"}),
    (Incremental("at"), {"type": "incremental", "timestamp_column": "at"}),
    (Merge(("id",)), {"type": "merge", "unique_key": ("id",), "update_columns": None}),
    (Merge(("id",), ("a",)), {"type": "merge", "unique_key": ("id",), "update_columns": ("a",)}),
    (
        TimeInterval("at", Granularity.DAY),
        {
            "type": "time_interval",
            "time_column": "at",
            "granularity": "day",
            "lookback": 0,
            "batch_size": 1,
            "first_partition": None,
        },
    ),
    (Ephemeral(), {"type": "ephemeral"}),
    (DeleteInsert(("d",)), {"type": "delete_insert", "partition_by": ("d",)}),
    (Microbatch("at"), {"type": "microbatch", "timestamp_column": "at", "granularity": "hour"}),
    (View(), {"type": "view"}),
    (MaterializedView(), {"type": "materialized_view"}),
    (DynamicTable("1 hour"), {"type": "dynamic_table", "target_lag": "1 hour"}),
    (
        ContentAddressed("s3://b"),
        {"type": "content_addressed", "storage_prefix": "s3://b", "partition_columns": ()},
    ),
]


@pytest.mark.parametrize(("strategy", "written"), STRATEGIES, ids=lambda value: type(value).__name__)
def test_a_strategy_is_written_with_its_defaults(strategy, written):
    assert to_strategy(strategy) == written


def test_spans_and_suggestions_are_null_when_absent():
    found = to_findings(
        [
            Diagnostic(Severity.ERROR, "E000", "m", "a", Span("f.sql", 2, 3, 4), "s"),
            Diagnostic(Severity.WARNING, "W001", "m"),
        ]
    )

    assert [json.loads(to_json(one)) for one in found] == [
        {
            "severity": "Error",
            "code": "E000",
            "message": "m",
            "span": {"file": "f.sql", "line": 2, "col": 3},
            "model": "a",
            "suggestion": "s",
        },
        {"severity": "Warning", "code": "W001", "message": "m", "span": None, "model": "", "suggestion": None},
    ]


def test_other_absent_parts_are_left_out():
    assert json.loads(to_json(to_freshness(Freshness(60)))) == {"max_lag_seconds": 60}
    assert json.loads(to_json(ErrorEnvelope("c", "m", None))) == {"code": "c", "message": "m", "remediation_hint": None}


def test_an_answer_starts_with_version_and_command_and_can_be_indented():
    answer = CompileAnswer(
        models=0, execution_layers=0, diagnostics=(), has_errors=False, compile_timings=CompileTimings()
    )

    assert to_json(answer).startswith(b'{"version":"2.0.0.dev0","command":"compile","models":0,')
    assert to_json(answer, indent=2).startswith(b'{\n  "version": "2.0.0.dev0",\n')
    assert json.loads(to_json(answer, indent=2)) == json.loads(to_json(answer))
