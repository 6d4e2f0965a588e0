"""What the contract of a model promises, as checks of its own, and what the compiler has found about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dagster_rocky.props import RockyPromiseProps
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.contract import Contract
from rocky_core.ir.replace import replace


def promises_of(contract: Contract | None) -> Iterator[RockyPromiseProps]:
    """The kinds of promises that the contract makes."""
    if contract is None:
        return
    if contract.required:
        told = f"These columns are there: {', '.join(contract.required)}."
        yield RockyPromiseProps("contract_required_columns", told, ("E010",), contract.file)
    if contract.protected:
        told = f"These columns are not removed: {', '.join(contract.protected)}."
        yield RockyPromiseProps("contract_protected_columns", told, ("E013",), contract.file)
    if contract.columns:
        named = ", ".join(" ".join(filter(None, (one.name, one.data_type))) for one in contract.columns)
        told = f"These columns are as described: {named}."
        yield RockyPromiseProps("contract_column_constraints", told, ("E011", "E012", "W010"), contract.file)
    if contract.no_new_nullable:
        told = "No column appears that may be NULL."
        yield RockyPromiseProps("contract_no_new_nullable", told, ("E014", "W013"), contract.file)


def judged(
    promises: Iterable[RockyPromiseProps], findings: Iterable[tuple[Diagnostic, str]]
) -> tuple[RockyPromiseProps, ...]:
    """The promises with the findings (and how they are told) that are about them."""
    given = tuple(findings)
    return tuple(
        replace(
            promise,
            broken=tuple(told for one, told in given if one.code in promise.codes and one.is_error),
            doubts=tuple(told for one, told in given if one.code in promise.codes and not one.is_error),
        )
        for promise in promises
    )
