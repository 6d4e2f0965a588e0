"""Compiles layers of models on all cores: forked workers that already hold the project and hand over rows as data."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from rocky_core.compiler.catalog import Catalog
from rocky_core.ir.schema import RelationSchema
from rocky_core.project_files.compiled_row import CompiledRow, decode_schema

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CompileOne = Callable[[str, Catalog], tuple[CompiledRow, RelationSchema]]
CompileLayer = Callable[[Sequence[str]], Mapping[str, CompiledRow]]

_FEWEST_MODELS_WORTH_A_FORK: Final = 400
_FEWEST_OF_A_LAYER_WORTH_A_MESSAGE: Final = 8
_TREES_BETWEEN_COLLECTIONS: Final = 40


class _Task(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Compile these models; these schemas of other workers are new since the last task."""

    names: tuple[str, ...]
    schemas: tuple[tuple[str, bytes], ...]


class _Failure(msgspec.Struct, frozen=True, tag="failure"):
    text: str


class _Rows(msgspec.Struct, frozen=True, tag="rows", gc=False):
    rows: tuple[CompiledRow, ...]


_ENCODER: Final = msgspec.msgpack.Encoder()
_TASKS: Final = msgspec.msgpack.Decoder(_Task)
_ANSWERS: Final[msgspec.msgpack.Decoder[_Rows | _Failure]] = msgspec.msgpack.Decoder(_Rows | _Failure)


class WorkerFailed(RuntimeError):
    """A worker process ended or raised; the project is then compiled in this process."""


@contextmanager
def layer_compiler(catalog: Catalog, compile_one: CompileOne, count: int) -> Iterator[CompileLayer]:
    """A function that compiles one layer after the other, on all cores where that is safe and worth it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if cores < 2 or count < _FEWEST_MODELS_WORTH_A_FORK or not _fork_is_safe():
        with compile_in_this_process(catalog, compile_one) as compile_layer:
            yield compile_layer
        return
    workers = _Workers(cores, catalog, compile_one)
    try:
        yield workers.compile_layer
    finally:
        workers.stop()


@contextmanager
def compile_in_this_process(catalog: Catalog, compile_one: CompileOne) -> Iterator[CompileLayer]:
    """A function that compiles one layer after the other, here.

    Dropped trees are collected in batches: nothing else makes cycles, and what was there before, like every imported
    module, needs no look at all.
    """
    was_enabled, others_have_frozen = gc.isenabled(), gc.get_freeze_count() > 0
    gc.disable()
    if not others_have_frozen:
        gc.freeze()
    try:
        yield partial(_compile_layer, catalog, compile_one)
    finally:
        if not others_have_frozen:
            gc.unfreeze()
        if was_enabled:
            gc.enable()


def _fork_is_safe() -> bool:
    """A fork copies one thread only, so locks that others hold would stay locked for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


def _compile_layer(catalog: Catalog, compile_one: CompileOne, names: Sequence[str]) -> Mapping[str, CompiledRow]:
    rows: dict[str, CompiledRow] = {}
    schemas: dict[str, RelationSchema] = {}
    for number, name in enumerate(names, start=1):
        rows[name], schemas[name] = compile_one(name, catalog)
        if number % _TREES_BETWEEN_COLLECTIONS == 0:
            gc.collect(0)
    for name, schema in schemas.items():
        catalog.add(name, schema)
    return rows


class _Workers:
    """Forked processes, each with a pipe; every worker keeps the schemas it has made or been told."""

    def __init__(self, count: int, catalog: Catalog, compile_one: CompileOne) -> None:
        import multiprocessing  # noqa: PLC0415 — small projects start no process

        self._compile_here = partial(_compile_layer, catalog, compile_one)
        self._catalog = catalog
        self._untold: list[list[tuple[str, bytes]]] = [[] for _ in range(count)]
        fork = multiprocessing.get_context("fork")
        self._pipes: list[Connection] = []
        self._processes = []
        gc.freeze()  # Otherwise the first collection in a worker copies every page of the project.
        for _ in range(count):
            ours, theirs = fork.Pipe()
            held = (*self._pipes, ours)
            process = fork.Process(target=_serve, args=(theirs, held, catalog, compile_one), daemon=True)
            with _without_interrupts():
                process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        gc.unfreeze()

    def compile_layer(self, names: Sequence[str]) -> Mapping[str, CompiledRow]:
        """Share the layer out, neighbours together, and tell every worker what the others made."""
        if len(names) < _FEWEST_OF_A_LAYER_WORTH_A_MESSAGE:
            made = self._compile_here(names)
            self._tell(made, except_for=None)
            return made
        share = -(-len(names) // len(self._pipes))
        busy: list[int] = []
        for worker, pipe in enumerate(self._pipes):
            part = tuple(names[worker * share : (worker + 1) * share])
            if part:
                self._send(pipe, _Task(part, tuple(self._untold[worker])))
                self._untold[worker].clear()
                busy.append(worker)
        found: dict[str, CompiledRow] = {}
        for worker in busy:
            made = {row.name: row for row in self._receive(self._pipes[worker])}
            self._tell(made, except_for=worker)
            found.update(made)
        return found

    def stop(self) -> None:
        """Close the pipes, at which the workers end; one that hangs is ended."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(timeout=5)
            if process.is_alive():
                process.kill()
                process.join()

    def _tell(self, made: Mapping[str, CompiledRow], except_for: int | None) -> None:
        for name, row in made.items():
            if except_for is not None:
                self._catalog.add_lazily(name, partial(decode_schema, name, row.schema))
            for worker, untold in enumerate(self._untold):
                if worker != except_for:
                    untold.append((name, row.schema))

    def _send(self, pipe: Connection, task: _Task) -> None:
        try:
            pipe.send_bytes(_ENCODER.encode(task))
        except OSError as error:
            raise WorkerFailed(str(error)) from error

    def _receive(self, pipe: Connection) -> tuple[CompiledRow, ...]:
        try:
            answer = _ANSWERS.decode(pipe.recv_bytes())
        except (OSError, EOFError) as error:
            raise WorkerFailed("a compile worker ended unexpectedly") from error
        if isinstance(answer, _Failure):
            raise WorkerFailed(answer.text)
        return answer.rows


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A worker is born deaf to Ctrl-C; ours waits until the worker is there."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, parents: Sequence[Connection], catalog: Catalog, compile_one: CompileOne) -> None:
    """The life of a worker: tasks in, rows out, until the parent closes the pipe or dies."""
    for end in parents:
        end.close()  # An end that stays open here would keep every worker waiting for ever.
    gc.disable()
    # Ctrl-C reaches every process of the terminal; the parent alone answers it, and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    while True:
        try:
            task = _TASKS.decode(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        for name, data in task.schemas:
            catalog.add_lazily(name, partial(decode_schema, name, data))
        try:
            answer: _Rows | _Failure = _Rows(tuple(_compile_layer(catalog, compile_one, task.names).values()))
        except Exception as error:  # noqa: BLE001 — the parent must hear of it; it then compiles by itself and raises
            answer = _Failure(f"{type(error).__name__}: {error}")
        try:
            pipe.send_bytes(_ENCODER.encode(answer))
        except OSError:
            return  # The parent has ended, and nobody waits for the answer.
