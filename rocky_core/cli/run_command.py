"""Runs one command; a user's mistake becomes `error: …` with a hint, a fault of ours says that it is one."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Sequence
from typing import Final

import click

from rocky_core.cli.application import rocky
from rocky_core.cli.settings import wants_debug, wants_json
from rocky_core.errors import RockyError

EXIT_FAILURE: Final = 1
EXIT_INTERRUPTED: Final = 130


def run_command(arguments: Sequence[str]) -> int:
    """The exit code of the command; everything it has to say is already printed.

    When the reader of our pipe has gone, click ends the program quietly with 1.
    """
    try:
        with _debug_log(arguments):
            outcome = rocky.main(list(arguments), prog_name="rocky", standalone_mode=False, color=_color())
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as unfinished:
        click.echo(unfinished.format_message(), err=True)
        return EXIT_FAILURE
    except (click.ClickException, RockyError) as mistake:
        _report(mistake, arguments)
        return EXIT_FAILURE
    except Exception as fault:
        if wants_debug(arguments):
            raise
        _report(fault, arguments)
        return EXIT_FAILURE
    return outcome if isinstance(outcome, int) else 0


@contextlib.contextmanager
def _debug_log(arguments: Sequence[str]) -> Iterator[None]:
    """With --debug, what only we can make sense of is written to stderr."""
    if not wants_debug(arguments):
        yield
        return
    logger = logging.getLogger("rocky_core")
    handler, level = logging.StreamHandler(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def _report(error: Exception, arguments: Sequence[str]) -> None:
    from rocky_core.cli.report_error import (  # noqa: PLC0415 — only failing commands need it
        describe_fault,
        describe_mistake,
        print_error,
    )

    report = describe_mistake(error) if isinstance(error, click.ClickException | RockyError) else describe_fault(error)
    with click.Context(rocky, color=_color()).scope():
        print_error(report, as_json=wants_json(arguments))


def _color() -> bool | None:
    """False where the environment asks for plain text; otherwise click decides, by what it prints to."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if is_plain else None
