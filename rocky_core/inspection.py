"""The facade's second half: commands that look and tell. Each gives the answer that is printed as JSON."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rocky_core.api import ProjectOptions

if TYPE_CHECKING:  # The engine is imported when something is looked at, not when the facade is.
    from rocky_core.config.rocky_toml import RockyConfig
    from rocky_core.execution.doctor.patient import Patient, Space, StateFile
    from rocky_core.execution.run_options import CompiledSite
    from rocky_core.results.doctor import DoctorAnswer
    from rocky_core.wiring import Places


def doctor(options: ProjectOptions, only: tuple[str, ...] = ()) -> DoctorAnswer:
    """Look at everything a run needs, in whatever condition the project is; `only` names single checks.

    Raises:
        UserError: there is no such check.

    """
    from rocky_core.execution.doctor.examine import examine  # noqa: PLC0415 — see above
    from rocky_core.execution.doctor.published import to_answer  # noqa: PLC0415 — same

    patient = _admit(options)
    return to_answer(examine(patient, only), patient)


def _admit(options: ProjectOptions) -> Patient:
    """A project to be looked at, in whatever condition it is; nothing is opened yet."""
    from rocky_core.execution.doctor.known_secrets import known_secrets  # noqa: PLC0415 — see above
    from rocky_core.execution.doctor.patient import Patient  # noqa: PLC0415 — same
    from rocky_core.execution.system_clock import SystemClock  # noqa: PLC0415 — same
    from rocky_core.project_files.read_config import check_config  # noqa: PLC0415 — same
    from rocky_core.wiring import Places, database_file, open_site  # noqa: PLC0415 — same

    config_file = options.config_file
    root = config_file.absolute().parent
    places = Places(root, options.models_path.absolute(), options.state_path, options.state_namespace)
    checked = check_config(config_file)
    config = checked.value
    text = config_file.read_text(encoding="utf-8", errors="replace") if config_file.is_file() else ""
    files, problem = _state_files(config, places)
    return Patient(
        config_file=config_file,
        clock=SystemClock(),
        disk_space=_disk_space,
        config=config,
        diagnostics=checked.diagnostics,
        site=None if config is None else open_site(config, places, _not_compiled),
        state_files=files,
        state_problem=problem,
        databases={}
        if config is None
        else {
            name: file
            for name, adapter in config.adapters.items()
            if (file := database_file(adapter, places.root)) is not None
        },
        secrets=known_secrets(config, text, os.environ),
    )


def _state_files(config: RockyConfig | None, places: Places) -> tuple[tuple[StateFile, ...], str | None]:
    from rocky_core.errors import UserError  # noqa: PLC0415 — same
    from rocky_core.execution.doctor.patient import StateFile  # noqa: PLC0415 — see above
    from rocky_core.wiring import local_state_file  # noqa: PLC0415 — same

    if config is not None and config.settings.state.backend != "local":
        return (), None
    by_path: dict[Path, list[str]] = {}
    try:
        is_shared = config is None or config.settings.state.namespacing != "pipeline"
        names = (None,) if is_shared or config is None else tuple(config.pipelines)
        for name in names:
            by_path.setdefault(local_state_file(config, places, name)[0], []).extend([name] if name else [])
    except UserError as error:
        return (), error.message
    return tuple(StateFile(path, tuple(pipelines)) for path, pipelines in by_path.items()), None


def _disk_space(directory: Path) -> Space:
    from rocky_core.execution.doctor.patient import Space  # noqa: PLC0415 — see above

    usage = shutil.disk_usage(directory)
    return Space(usage.total, usage.free)


def _not_compiled() -> CompiledSite:
    raise AssertionError("a project that is only looked at is not compiled")
