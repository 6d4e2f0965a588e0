"""What is sent to bring a file of a volume into a table."""

from __future__ import annotations

import pytest

from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile
from rocky_core.warehouses.databricks.load_file import insert_from

PLACE = "/Volumes/main/raw/files/rocky_1.csv"


@pytest.mark.parametrize(
    ("file", "types", "target", "expected"),
    [
        pytest.param(
            CsvFile("rows.csv", ("id", "made on")),
            ("bigint", "date"),
            TargetName("main", "raw", "orders"),
            "INSERT INTO `main`.`raw`.`orders` (`id`, `made on`)\n"
            "SELECT CAST(`id` AS bigint), CAST(`made on` AS date) FROM read_files("
            "'/Volumes/main/raw/files/rocky_1.csv', format => 'csv', schema => '`id` STRING, `made on` STRING', "
            "sep => ',', header => 'true', quote => '\"', escape => '\"', multiLine => 'true', "
            "enforceSchema => 'true', nullValue => '', mode => 'FAILFAST')",
            id="each value is made one of its column's type",
        ),
        pytest.param(
            CsvFile("rows.csv", ("id",), delimiter="\t", has_header=False),
            ("decimal(10,2)",),
            TargetName("", "raw", "t"),
            "INSERT INTO `raw`.`t` (`id`)\n"
            "SELECT CAST(`id` AS decimal(10,2)) FROM read_files("
            "'/Volumes/main/raw/files/rocky_1.csv', format => 'csv', schema => '`id` STRING', "
            "sep => '\t', header => 'false', quote => '\"', escape => '\"', multiLine => 'true', "
            "enforceSchema => 'true', nullValue => '', mode => 'FAILFAST')",
            id="another delimiter, and no header",
        ),
        pytest.param(
            CsvFile("rows.csv", ("it's", "a`b"), delimiter="'"),
            ("string", "string"),
            TargetName("", "raw", "o`dd"),
            "INSERT INTO `raw`.`o``dd` (`it's`, `a``b`)\n"
            "SELECT CAST(`it's` AS string), CAST(`a``b` AS string) FROM read_files("
            "'/Volumes/main/raw/files/rocky_1.csv', format => 'csv', schema => '`it\\'s` STRING, `a``b` STRING', "
            "sep => '\\'', header => 'true', quote => '\"', escape => '\"', multiLine => 'true', "
            "enforceSchema => 'true', nullValue => '', mode => 'FAILFAST')",
            id="names and delimiters that would end a text",
        ),
    ],
)
def test_a_file_is_read_as_texts_and_appended_by_one_statement(
    file: CsvFile, types: tuple[str, ...], target: TargetName, expected: str
) -> None:
    assert insert_from(PLACE, file, types, target) == expected
