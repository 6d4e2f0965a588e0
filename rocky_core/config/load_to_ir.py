"""From the settings of a load pipeline to how its files are loaded."""

from __future__ import annotations

from rocky_core.config.pipelines import LoadPipeline
from rocky_core.ir.load import FileContract, LoadRules, RequiredColumn


def to_load_rules(settings: LoadPipeline, *, reloads: bool) -> LoadRules:
    """How a pipeline loads its files; `reloads` is the wish of whoever runs it."""
    options, governance = settings.options, settings.target.governance
    return LoadRules(
        creates_table=options.create_table,
        # A folder of files needs somewhere to go; only a `false` in so many words forbids it.
        creates_schema=governance.auto_create_schemas or "auto_create_schemas" not in governance.model_fields_set,
        truncates=options.truncate_first,
        has_header=options.csv_has_header,
        contract=_contract(settings),
        reloads=reloads,
    )


def _contract(settings: LoadPipeline) -> FileContract | None:
    contract = settings.contract
    if contract is None:
        return None
    return FileContract(
        required=tuple(RequiredColumn(one.name, one.type, one.nullable) for one in contract.required_columns),
        protected=contract.protected_columns,
        allowed_type_changes=tuple((one.from_type, one.to_type) for one in contract.allowed_type_changes),
    )
