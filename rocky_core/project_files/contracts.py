"""Reads contract files: beside a model, or from a folder of contracts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rocky_core.config.sidecar import ContractFile
from rocky_core.config.to_ir import to_contract
from rocky_core.config.toml_document import parse_toml
from rocky_core.config.validation import validate
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.contract import Contract
from rocky_core.project_files.read_text import find_file, read_text
from rocky_core.project_files.scan import FoundFile

CONTRACT_SUFFIX: Final = ".contract.toml"


def read_contract(root: str, found: FoundFile, model: str, source: str) -> Checked[Contract | None]:
    """The contract of one file; the environment is never filled into contracts."""
    text = read_text(root, found, model)
    if text.value is None:
        return Checked(None, text.diagnostics)
    parsed = parse_toml(text.value, found.file, model=model)
    if parsed.value is None:
        return Checked(None, parsed.diagnostics)
    checked = validate(ContractFile, parsed.value.data, parsed.value)
    contract = None if checked.value is None else to_contract(model, source, checked.value, parsed.value)
    return Checked(contract, (*parsed.diagnostics, *checked.diagnostics))


def read_contracts(directory: Path, root: str) -> Checked[tuple[Contract, ...]]:
    """Every `MODEL.contract.toml` of a folder, sorted by model; a folder that is not there holds none."""
    contracts: list[Contract] = []
    found: list[Diagnostic] = []
    for model, file in sorted(_contract_files(directory, root).items()):
        read = read_contract(root, file, model, "explicit")
        found += read.diagnostics
        if read.value is not None:
            contracts.append(read.value)
    return Checked(tuple(contracts), tuple(found))


def _contract_files(directory: Path, root: str) -> Mapping[str, FoundFile]:
    try:
        names = os.listdir(directory)  # noqa: PTH208 — only the names are needed
    except OSError:
        return {}
    relative = os.path.relpath(directory, root).replace(os.sep, "/")
    found = {
        name.removesuffix(CONTRACT_SUFFIX): find_file(root, f"{relative}/{name}")
        for name in names
        if name.endswith(CONTRACT_SUFFIX)
    }
    return {model: file for model, file in found.items() if file is not None}
