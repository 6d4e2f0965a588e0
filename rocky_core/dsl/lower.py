"""The `.rocky` language's one entrance: text in, SQL with a map of its places out."""

from __future__ import annotations

from itertools import count

from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dsl.block import Block, Relation
from rocky_core.dsl.close_block import close_block, refuse_shadows
from rocky_core.dsl.cursor import Fault
from rocky_core.dsl.merge import merge
from rocky_core.dsl.parse import fault_finding, parse_program
from rocky_core.dsl.render import Query, render_queries
from rocky_core.dsl.resolve import Unmergeable
from rocky_core.dsl.syntax import Derive, Join, Name, Pipeline, Program, Star, Step, TableRef
from rocky_core.dsl.tokens import Kind, read_tokens
from rocky_core.ir.replace import replace
from rocky_core.ir.source_text import SourceText


def lower_pipeline(text: str, file: str, model: str, quote_in_text: str = "''") -> Checked[SourceText | None]:
    """One SELECT that returns what the pipeline means; None and the findings if the text cannot be understood.

    `quote_in_text` is how the warehouse writes a single quote inside of a text.
    """
    parsed = parse_program(text, file, model, quote_in_text)
    if parsed.value is None:
        return Checked(None, parsed.diagnostics)
    lowering = _Lowering(text, file, model)
    lowering.lower(parsed.value)
    if lowering.found:
        return Checked(None, tuple(lowering.found))
    return Checked(render_queries(tuple(lowering.queries), text, file))


class _Lowering:
    """Collects the SELECTs of a file, in the order in which they read each other."""

    def __init__(self, text: str, file: str, model: str) -> None:
        self.text, self.file, self.model = text, file, model
        self.queries: list[Query] = []
        self.found: list[Diagnostic] = []
        self._bindings: dict[str, Block | None] = {}
        self._taken = {token.word for token in read_tokens(text) if token.kind is Kind.WORD}

    def lower(self, program: Program) -> None:
        later = {binding.name.key: binding.name for binding in program.bindings}
        for binding in program.bindings:
            name = binding.name
            if name.key in self._bindings:
                self._report(Fault(f"'{name.text}' is bound twice", name.at, len(name.text)))
                continue
            self._pipeline(binding.pipeline, name, later)
            later.pop(name.key, None)
        self._pipeline(program.result, None, later)

    def _pipeline(self, pipeline: Pipeline, name: Name | None, later: dict[str, Name]) -> None:
        """Lower one pipeline; its last SELECT gets the binding's name."""
        bound: Block | None = None
        try:
            block = self._steps(pipeline, name, later)
            refuse_shadows(block)
            self.queries.append(Query(name, block))
            bound = block
        except Fault as fault:
            self._report(fault)
        if name is not None:
            self._bindings[name.key] = bound

    def _report(self, fault: Fault) -> None:
        self.found.append(fault_finding(fault, self.text, self.file, self.model))

    def _steps(self, pipeline: Pipeline, name: Name | None, later: dict[str, Name]) -> Block:
        table = pipeline.source.table
        self._refuse_unready(table, name, later)
        relation = self._knowing(Relation(table.parts, table.alias))
        block = Block((relation,), (Star(pipeline.source.at),))
        steps = _single_items(pipeline.steps)
        for index, step in enumerate(steps):
            if isinstance(step, Join):
                self._refuse_unready(step.table, name, later)
            try:
                block = merge(step, block)
            except Unmergeable:
                closed = close_block(block, steps[index:], self._fresh_name)
                self.queries.append(Query(closed.name, closed.inner))
                block = merge(step, closed.outer)
            if isinstance(step, Join):
                block = replace(block, relations=(*block.relations[:-1], self._knowing(block.relations[-1])))
        return block

    def _refuse_unready(self, table: TableRef, name: Name | None, later: dict[str, Name]) -> None:
        """A binding reads only bindings above it; SQL would take the name for some table."""
        read = table.parts[0]
        if len(table.parts) > 1 or read.key not in later:
            return
        if name is not None and read.key == name.key:
            message = f"'{read.text}' reads itself"
            hint = "Give the binding a name of its own."
        else:
            message = f"'{read.text}' is read before it is bound"
            hint = "Move its `let` up."
        raise Fault(message, read.at, len(read.text), hint)

    def _knowing(self, relation: Relation) -> Relation:
        """The relation with the columns of the binding that it reads."""
        bound = self._bindings.get(relation.parts[0].key) if len(relation.parts) == 1 else None
        if bound is None or relation.known is not None:
            return relation
        return replace(relation, known=bound.known_names, certain=bound.certain_names)

    def _fresh_name(self, stem: str) -> str:
        name = next(f"{stem}_{n}" for n in count(1) if f"{stem}_{n}" not in self._taken)
        self._taken.add(name)
        return name


def _single_items(steps: tuple[Step, ...]) -> list[Step]:
    """The steps with every derive taken apart, since each of its columns may use the ones before it."""
    single: list[Step] = []
    for step in steps:
        if isinstance(step, Derive):
            single.extend(Derive(step.at, (item,)) for item in step.items)
        else:
            single.append(step)
    return single
