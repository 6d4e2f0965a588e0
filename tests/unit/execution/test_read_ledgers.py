"""What notes on loads come to, where a table and its ledger cannot be changed together."""

from __future__ import annotations

import pytest

from rocky_core.dialects.statements.load_records import fill_note, note_begin, note_end
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.execution.read_ledgers import fold_records
from rocky_core.ir.load import BegunFile, DataFile, FileFormat, HeldFile, Ledger
from rocky_core.ir.names import TargetName


def begun(file: str, name: str, batch: str = "", content: str = "c") -> tuple[object, ...]:
    return (file, content, batch, 7, name, None, "12:00")


def done(file: str, name: str, batch: str = "", content: str = "c") -> tuple[object, ...]:
    return (file, content, batch, 7, name, 3, "12:01")


def held(file: str, batch: str = "", content: str = "c") -> HeldFile:
    return HeldFile(file, content, batch, 7, 3, "12:01")


ANEW = begun("", "anew", content="")
CASES = {
    "nothing": ((), Ledger()),
    "a file that is in": ((begun("a", "n1"), done("a", "n1")), Ledger((held("a"),), (), "n1")),
    "a file that was only begun": ((begun("a", "n1"),), Ledger((), (BegunFile("a", "c", "", "n1"),), "n1")),
    "a file that is in, and whose new content was begun": (
        (begun("a", "n1"), done("a", "n1"), begun("a", "n2", content="d")),
        Ledger((held("a"),), (BegunFile("a", "d", "", "n2"),), "n2"),
    ),
    "new content in place of the old one": (
        (done("a", "n1"), begun("a", "n2", content="d"), done("a", "n2", content="d")),
        Ledger((held("a", content="d"),), (), "n2"),
    ),
    "a table that was made anew": (
        (done("a", "n1"), begun("b", "n2"), ANEW, begun("c", "n3"), done("c", "n3")),
        Ledger((held("c"),), (), "n3"),
    ),
    "two files of a set": (
        (done("a", "n1", "s1"), done("b", "n2", "s1")),
        Ledger((held("a", "s1"), held("b", "s1"))),
    ),
    "a set in place of another": (
        (done("a", "n1", "s1"), done("b", "n2", "s1"), done("b", "n3", "s2")),
        Ledger((held("b", "s2"),)),
    ),
    "a set in place of files that were added": (
        (done("a", "n1"), done("b", "n2", "s1")),
        Ledger((held("b", "s1"),)),
    ),
    "a file that was added to a set": (
        (done("a", "n1", "s1"), done("b", "n2")),
        Ledger((held("a", "s1"), held("b"))),
    ),
    "a set that was only begun takes no place": (
        (done("a", "n1"), begun("b", "n2", "s1")),
        Ledger((held("a"),), (BegunFile("b", "c", "s1", "n2"),), "n2"),
    ),
}


@pytest.mark.parametrize(("notes", "ledger"), CASES.values(), ids=CASES)
def test_notes_come_to_a_ledger(notes: tuple[tuple[object, ...], ...], ledger: Ledger) -> None:
    assert fold_records(notes) == ledger


def test_a_note_is_filled_in_where_it_is_open_and_not_where_a_file_is_called_so() -> None:
    shapes, target = shapes_of("databricks"), TargetName("c", "s", "T")
    file = DataFile("in/@load_rows, '@load_name'", "", FileFormat.CSV, target, 42, "c1")

    notes = (note_begin(shapes, target, file, "b1"), note_end(shapes, target, file, "b1"))

    columns = "(target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name)"
    values = r"VALUES ('t', 'in/@load_rows, \'@load_name\'', 'c1', 'b1', 42, CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ)"
    assert [fill_note(notes[0], "rocky_1"), fill_note(notes[1], "rocky_1", 3)] == [
        f"INSERT INTO `c`.`s`.`_rocky_loaded_files` {columns}\n{values}, NULL, 'rocky_1')",
        f"INSERT INTO `c`.`s`.`_rocky_loaded_files` {columns}\n{values}, 3, 'rocky_1')",
    ]
