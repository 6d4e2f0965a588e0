"""Where the tables of a shadow run go, and why some cannot have a shadow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.shadow import Shadow
from rocky_core.ir.strategy import ContentAddressed, Ephemeral, Microbatch, TimeInterval, strategy_name


def shadow_targets(models: Iterable[Model], shadow: Shadow) -> Mapping[str, TargetName]:
    """The shadow of each model that has a table; ephemeral models are part of their readers."""
    return {model.name: shadow.of(model.target) for model in models if not isinstance(model.strategy, Ephemeral)}


def why_no_shadow(
    models: Sequence[Model], targets: Mapping[str, TargetName], real: Iterable[TargetName]
) -> tuple[str, ...]:
    """What keeps these shadows from being built, one line each: nothing real may ever be written to."""
    found = [
        f"model '{model.name}' has the strategy '{strategy_name(model.strategy)}', which has no shadow"
        for model in models
        if isinstance(model.strategy, ContentAddressed | TimeInterval | Microbatch)
    ]
    return (*found, *colliding_shadows(targets, real))


def colliding_shadows(targets: Mapping[str, TargetName], real: Iterable[TargetName]) -> tuple[str, ...]:
    """Shadows that are real tables, or each other."""
    taken = {target.folded() for target in real}
    found: list[str] = []
    seen: dict[tuple[str, str, str], str] = {}
    for name, target in targets.items():
        key = target.folded()
        if key in taken:
            found.append(f"the shadow of '{name}' would be {target}, which is a real table")
        elif key in seen:
            found.append(f"the shadows of '{seen[key]}' and '{name}' would both be {target}")
        seen[key] = name
    return tuple(found)
