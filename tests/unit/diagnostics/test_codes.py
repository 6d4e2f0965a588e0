"""The catalogue of findings."""

import re

import pytest

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.codes import ALL_CODES
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span


def test_every_row_is_in_the_catalogue_and_named_after_its_code():
    constants = {name: value for name, value in vars(codes).items() if isinstance(value, codes.Code)}
    assert constants == {row.code: row for row in ALL_CODES}


def test_no_code_and_no_name_is_given_twice():
    assert len({row.code for row in ALL_CODES}) == len({row.name for row in ALL_CODES}) == len(ALL_CODES)


@pytest.mark.parametrize("row", ALL_CODES, ids=lambda row: row.code)
def test_a_row_is_well_formed(row):
    assert re.fullmatch(r"[EWIP][0-9]{3}", row.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.name)
    assert row.summary.endswith(".")
    by_letter = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}
    assert row.severity is by_letter.get(row.code[0], row.severity)


def test_a_finding_takes_code_and_severity_from_its_row():
    span = Span("models/a.sql", 3, 8, 2)
    assert codes.E010.found(model="a", message="gone", span=span, suggestion="bring it back") == Diagnostic(
        Severity.ERROR, "E010", "gone", "a", span, "bring it back"
    )


def test_settings_of_the_user_may_replace_the_severity():
    assert codes.E027.found(model="a", message="dear", severity=Severity.WARNING).severity is Severity.WARNING
