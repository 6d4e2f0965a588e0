"""The catalogue of findings: one row per code, named for the fault; a code is never given a second meaning."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span


class Code(Struct, frozen=True):
    """One kind of finding; its wording lives beside the check that reports it."""

    code: str
    name: str
    severity: Severity
    since: str
    summary: str

    def found(
        self,
        *,
        model: str,
        message: str,
        span: Span | None = None,
        suggestion: str | None = None,
        severity: Severity | None = None,
    ) -> Diagnostic:
        """A finding of this kind; `severity` replaces the row's own where the user's settings say so."""
        return Diagnostic(severity or self.severity, self.code, message, model, span, suggestion)

    @property
    def page(self) -> str:
        """The file name, without its ending, of the code's page in the docs."""
        return f"{self.code}-{self.name}"


def _error(code: str, name: str, summary: str) -> Code:
    return Code(code, name, Severity.ERROR, "2.0.0", summary)


def _warning(code: str, name: str, summary: str) -> Code:
    return Code(code, name, Severity.WARNING, "2.0.0", summary)


def _info(code: str, name: str, summary: str) -> Code:
    return Code(code, name, Severity.INFO, "2.0.0", summary)


# The SQL of one model.
E000: Final = _error("E000", "unparsable-model", "The model's SQL (or `.rocky` text) cannot be parsed.")
E001: Final = _error(
    "E001", "join-type-mismatch", "Columns that are compared or joined have types without a common one."
)
W001: Final = _warning("W001", "implicit-coercion", "Columns that are compared or joined have different types.")
W002: Final = _warning("W002", "unexpandable-star", "SELECT * reads a model whose columns are not known.")
I001: Final = _info("I001", "select-star", "SELECT * makes the output depend on whatever the upstream holds.")
I002: Final = _info("I002", "unknown-column-types", "Some output columns have a type that cannot be proven.")
E039: Final = _error("E039", "unknown-column", "The SQL names a column that the upstream provably lacks.")
E028: Final = _error("E028", "missing-run-variable", "A run variable has neither a value nor a default.")

# Contracts.
E010: Final = _error("E010", "missing-required-column", "A column that the contract requires is not in the output.")
E011: Final = _error("E011", "contract-type-mismatch", "A column's type is not the one the contract promises.")
E012: Final = _error("E012", "contract-nullability-mismatch", "A column promised to be non-nullable may be NULL.")
E013: Final = _error("E013", "protected-column-removed", "A column that the contract protects is not in the output.")
E014: Final = _error(
    "E014", "new-nullable-column", "A nullable column appeared although the contract forbids new ones."
)
W010: Final = _warning("W010", "contract-column-missing", "A column that the contract describes is not in the output.")
W011: Final = _warning("W011", "contract-without-model", "A contract names a model that the project does not have.")
W013: Final = _warning(
    "W013", "new-nullable-unchecked", "no_new_nullable could not be checked: nothing to compare with."
)
I003: Final = _info("I003", "contract-column-unchecked", "A contract's promise was not compared: too little is known.")

# Materialization strategies.
E020: Final = _error("E020", "missing-time-column", "The time column of a partitioned strategy is not in the output.")
E021: Final = _error(
    "E021", "non-temporal-time-column", "The time column of a partitioned strategy is no date or timestamp."
)
E022: Final = _error("E022", "nullable-time-column", "The time column of a partitioned strategy may be NULL.")
E023: Final = _error("E023", "invalid-time-column-name", "The time column is not a plain SQL identifier.")
E024: Final = _error("E024", "missing-time-window", "The SQL uses neither @start_date nor @end_date.")
E025: Final = _error("E025", "hourly-partitions-of-dates", "Hourly partitions need a timestamp, not a date.")
E026: Final = _error("E026", "malformed-first-partition", "first_partition is not a partition key of its granularity.")
W003: Final = _warning("W003", "half-open-time-window", "The SQL uses only one of @start_date and @end_date.")
W006: Final = _warning(
    "W006", "missing-key-column", "A column by which a strategy finds its rows is not in the output."
)
E037: Final = _error(
    "E037",
    "rows-would-repeat",
    "An incremental strategy without a usable watermark: a re-run would repeat or lose rows.",
)

# Targets, formats, budgets, governance, portability.
E027: Final = _error("E027", "budget-exceeded", "The projected cost of a model is above its budget.")
E035: Final = _error("E035", "unsupported-iceberg-option", "An option that a managed Iceberg table does not accept.")
E036: Final = _error("E036", "target-collision", "Two models write the same table.")
W004: Final = _warning("W004", "unmasked-classification", "A classification tag has no masking strategy.")
W005: Final = _warning("W005", "missing-freshness", "A model with temporal columns declares no freshness.")
P001: Final = _error("P001", "non-portable-sql", "A construct that the target dialect does not have.")
P002: Final = _warning("P002", "star-propagates-changes", "SELECT * hands upstream changes on to downstream models.")

# Project files.
E050: Final = _error(
    "E050", "project-file-invalid", "A project file has a syntax error, a wrong type or a missing key."
)
E051: Final = _error("E051", "duplicate-model-name", "Two models have the same name.")
E052: Final = _error("E052", "unknown-dependency", "depends_on names something that is no model.")
E053: Final = _error("E053", "dependency-cycle", "Models depend on each other in a circle.")
E054: Final = _error("E054", "file-unreadable", "A project file cannot be read as text.")
E055: Final = _error("E055", "config-invalid", "rocky.toml has a syntax error, a wrong type or an impossible value.")
W020: Final = _warning("W020", "unknown-key", "A project file has a key that means nothing there.")
W021: Final = _warning("W021", "names-differ-only-by-case", "Two names differ only by upper and lower case.")
I010: Final = _info("I010", "section-ignored", "A section is understood but not used by this engine.")

ALL_CODES: Final[tuple[Code, ...]] = (
    E000, E001, W001, W002, I001, I002, E039, E028,
    E010, E011, E012, E013, E014, W010, W011, W013, I003,
    E020, E021, E022, E023, E024, E025, E026, W003, W006, E037,
    E027, E035, E036, W004, W005, P001, P002,
    E050, E051, E052, E053, E054, E055, W020, W021, I010,
)  # fmt: skip
