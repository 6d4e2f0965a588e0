"""Whether a file keeps to the contract of its pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rocky_core.ir.load import FileContract, PlannedLoad, Violation

KindOf = Callable[[str], object]  # What the warehouse makes of a type; equal for types that are one there.


def judge_file(load: PlannedLoad, nulls: Mapping[str, int], kind_of: KindOf) -> tuple[Violation, ...]:
    """Every way in which the file breaks its contract; `nulls` counts the rows without a value, by column.

    Only a file that says itself what its columns are can have other types than it should; the values of any other
    are read as what they should be, and one that is not is found while reading.
    """
    if load.contract is None:
        return ()
    found = list(_of_required_columns(load, load.contract, nulls, kind_of))
    told = {violation.column.lower() for violation in found}
    found += (one for one in _against_the_table(load, load.contract, kind_of) if one.column.lower() not in told)
    return tuple(found)


def unreadable_value(load: PlannedLoad, column: str, message: str) -> Violation | None:
    """The violation behind a value that is not of its column's type; None if no contract says what it should be."""
    if load.contract is None:
        return None
    is_required = any(one.name.lower() == column.lower() for one in load.contract.required)
    if not is_required and column.lower() not in {name.lower() for name, _ in load.table_columns}:
        return None
    return Violation("type" if is_required else "type_change", column, message)


def _of_required_columns(
    load: PlannedLoad, contract: FileContract, nulls: Mapping[str, int], kind_of: KindOf
) -> Iterator[Violation]:
    columns = {name.lower(): kind for name, kind in load.columns}
    for required in contract.required:
        kind = columns.get(required.name.lower())
        if kind is None:
            yield Violation("required_column", required.name, f"the file has no column '{required.name}'")
            continue
        if load.format.has_types and not _may_be(required.type_text, kind, contract, kind_of):
            yield Violation("type", required.name, f"it is {kind}, and {required.type_text} is required")
        missing = nulls.get(required.name, 0)
        if missing:
            rows = "1 row has" if missing == 1 else f"{missing} rows have"
            yield Violation("nullable", required.name, f"{rows} no value, and every row needs one")


def _against_the_table(load: PlannedLoad, contract: FileContract, kind_of: KindOf) -> Iterator[Violation]:
    columns = {name.lower(): kind for name, kind in load.columns}
    protected = {name.lower() for name in contract.protected}
    for name, kind in load.table_columns:
        offered = columns.get(name.lower())
        if offered is None:
            if name.lower() in protected:
                yield Violation(
                    "protected_column", name, f"the table's column '{name}' is protected; the file lacks it"
                )
        elif load.format.has_types and not _may_be(kind, offered, contract, kind_of):
            yield Violation(
                "type_change",
                name,
                f"it is {kind} in the table and {offered} in the file; allowed_type_changes does not list that",
            )


def _may_be(wanted: str, offered: str, contract: FileContract, kind_of: KindOf) -> bool:
    return _is_same(wanted, offered, kind_of) or any(
        _is_same(wanted, before, kind_of) and _is_same(offered, after, kind_of)
        for before, after in contract.allowed_type_changes
    )


def _is_same(first: str, second: str, kind_of: KindOf) -> bool:
    return first.lower() == second.lower() or kind_of(first) == kind_of(second)
