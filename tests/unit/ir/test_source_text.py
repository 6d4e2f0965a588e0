"""Every character of the SQL knows its place in the file."""

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.ir.source_text import Segment, SourceText


def test_a_plain_file_is_its_own_map():
    text = "SELECT a,\n       b\nFROM t"

    assert SourceText("m.sql", text, text).span_at(text.index("b"), 1) == Span("m.sql", 2, 8, 1)


def test_text_after_front_matter_counts_from_the_top_of_the_file():
    original = '---toml\nname = "m"\n---\nSELECT a'
    source = SourceText("m.sql", "SELECT a", original, (Segment(0, original.index("SELECT")),))

    assert source.span_at(7) == Span("m.sql", 4, 8, 1)


def test_a_replaced_part_points_at_what_it_replaces_and_the_rest_is_shifted_back():
    original = "SELECT @var(x) AS a, b"
    sql = "SELECT 1234567890 AS a, b"
    source = SourceText(
        "m.sql", sql, original, (Segment(0, 0), Segment(7, 7, verbatim=False), Segment(17, original.index(" AS")))
    )

    assert [source.span_at(sql.index(word)).col for word in ("1234", "567", "AS", "b")] == [8, 8, 16, 22]


def test_an_offset_past_the_end_stays_in_the_file():
    assert SourceText("m.sql", "SELECT 1", "SELECT 1").span_at(500) == Span("m.sql", 1, 9, 1)
