"""Reads a `.rocky` file into its syntax tree; after a fault it goes on with the next step, so all are found at once."""

from __future__ import annotations

from typing import Final

from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.codes import E000
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dsl.cursor import HEAD_WORDS, STEP_WORDS, Cursor, Fault
from rocky_core.dsl.parse_expression import OPERATOR_WORDS
from rocky_core.dsl.parse_step import parse_step, parse_table
from rocky_core.dsl.syntax import Binding, From, Pipeline, Program, Step
from rocky_core.dsl.tokens import Kind, read_tokens
from rocky_core.ir.source_text import SourceText

# A file that is something else altogether is told so a few times, not a thousand.
MAX_FINDINGS: Final = 20
# Far beyond any pipeline; what is longer is a file that got its name by mistake.
MAX_CHARACTERS: Final = 1_000_000


def parse_program(text: str, file: str, model: str, quote_in_text: str) -> Checked[Program | None]:
    """The tree, or None and what is wrong."""
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text):,} characters; a pipeline may have {MAX_CHARACTERS:,}"
        return Checked(None, (fault_finding(Fault(message, 0, 1), text, file, model),))
    reader = _Reader(Cursor(text, read_tokens(text), quote_in_text))
    program = reader.program()
    found = tuple(fault_finding(fault, text, file, model) for fault in reader.faults[:MAX_FINDINGS])
    return Checked(None if found else program, found)


def fault_finding(fault: Fault, text: str, file: str, model: str) -> Diagnostic:
    """The finding for a fault, at its line and column."""
    span = SourceText(file, text, text).span_at(fault.at, fault.length)
    return E000.found(model=model, message=fault.message, span=span, suggestion=fault.suggestion)


class _Reader:
    """Collects bindings, steps and faults while the cursor moves through the file."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.faults: list[Fault] = []

    def program(self) -> Program | None:
        cursor = self.cursor
        bindings: list[Binding] = []
        result: Pipeline | None = None
        while cursor.token.kind is not Kind.END and len(self.faults) < MAX_FINDINGS:
            start = cursor.token
            try:
                if result is None and cursor.take_word("let"):
                    name = cursor.expect_name("a name after 'let'")
                    cursor.expect_sign("=", "after the name of a binding")
                    bindings.append(Binding(name, self._pipeline()))
                elif result is None and cursor.token.word == "from":
                    result = self._pipeline()
                elif result is not None:
                    cursor.fail(f"the pipeline has ended; {cursor.token.shown} must stand before it, bound with 'let'")
                else:
                    cursor.fail(f"expected 'from' or 'let', found {cursor.token.shown}", candidates=HEAD_WORDS)
            except Fault as fault:
                self.faults.append(fault)
                if cursor.token is start:
                    cursor.advance()
                cursor.skip_to_next_step()
                self._steps()
        if result is None and not self.faults:
            self.faults.append(
                Fault("the file has no pipeline", cursor.token.at, 1, "Begin with `from` and the name of a model.")
            )
        return Program(tuple(bindings), result) if result else None

    def _pipeline(self) -> Pipeline:
        cursor = self.cursor
        token = cursor.take_word("from") or cursor.fail(
            f"expected 'from', found {cursor.token.shown}", candidates=("from",)
        )
        source = From(token.at, parse_table(cursor))
        return Pipeline(source, self._steps())

    def _steps(self) -> tuple[Step, ...]:
        cursor = self.cursor
        steps: list[Step] = []
        while cursor.token.kind is not Kind.END and cursor.token.word not in HEAD_WORDS:
            try:
                if not cursor.at_step():
                    self._unknown_step()
                steps.append(parse_step(cursor))
            except Fault as fault:
                self.faults.append(fault)
                cursor.skip_to_next_step()
            if len(self.faults) >= MAX_FINDINGS:
                break
        return tuple(steps)

    def _unknown_step(self) -> None:
        cursor, token = self.cursor, self.cursor.token
        if token.starts_line and token.word:
            cursor.fail(f"'{token.text}' is no step", candidates=STEP_WORDS + HEAD_WORDS)
        cursor.fail(f"expected an operator or a new step, found {token.shown}", candidates=OPERATOR_WORDS + STEP_WORDS)
