"""A project's compiled models, of which only those that somebody asks for are loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.project import CompiledModel


class LazyModels(Mapping[str, CompiledModel]):
    """Models by name, in the order of the project's files."""

    def __init__(
        self,
        depends_on: Mapping[str, tuple[str, ...]],
        load_model: Callable[[str], Model],
        load_facts: Callable[[str], ModelFacts],
    ) -> None:
        self._depends_on = depends_on
        self._load_model = load_model
        self._load_facts = load_facts
        self._loaded: dict[str, CompiledModel] = {}

    def __getitem__(self, name: str) -> CompiledModel:
        found = self._loaded.get(name)
        if found is None:
            depends_on = self._depends_on[name]
            found = self._loaded[name] = CompiledModel(self._load_model(name), self._load_facts(name), depends_on)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._depends_on

    def __iter__(self) -> Iterator[str]:
        return iter(self._depends_on)

    def __len__(self) -> int:
        return len(self._depends_on)
