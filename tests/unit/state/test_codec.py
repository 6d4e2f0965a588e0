"""Stored records are text that people can read; fields may be added without a migration."""

import pytest

from rocky_core.ir.state import RowCount, TableProgress, TableStatus
from rocky_core.ir.world import Watermark
from rocky_core.state.codec import RecordUnreadable, decode_record, encode_record

from .conftest import START

COUNT = RowCount(START, 7)


def test_a_record_is_readable_text():
    assert encode_record(COUNT) == '{"timestamp":"2026-03-01T12:00:00Z","row_count":7}'
    assert decode_record(RowCount, encode_record(COUNT)) == COUNT


def test_a_record_without_its_newer_fields_gets_their_defaults():
    text = '{"index":0,"table":"t","asset_key":["t"],"status":"Success","completed_at":"2026-03-01T12:00:00Z"}'

    assert decode_record(TableProgress, text) == TableProgress(0, "t", ("t",), TableStatus.SUCCESS, START)


def test_a_record_with_fields_of_a_later_version_is_read_without_them():
    text = '{"last_value":"a","updated_at":"2026-03-01T12:00:00Z","colour":"red"}'

    assert decode_record(Watermark, text) == Watermark("a", START)


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"timestamp":1,"row_count":7}', '{"row_count":7}', b"{}", 7])
def test_anything_else_is_unreadable(text):
    with pytest.raises(RecordUnreadable):
        decode_record(RowCount, text)
