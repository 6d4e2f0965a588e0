"""What is sent to bring a file of a volume into a table."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, NamedFile
from rocky_core.warehouses.databricks.load_file import copy_from, insert_from, overwrite_from

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


FILE = NamedFile("rows.csv", ("id", "it's", "raw", "tags", "more"), "rocky_1", "__none__")
TYPES = ("bigint", "string", "binary", "array<struct<a:int>>", "variant")


def test_a_named_file_is_copied_once_by_its_place() -> None:
    assert copy_from(PLACE, FILE, TYPES, TargetName("main", "raw", "t")) == (
        "COPY INTO `main`.`raw`.`t`\n"
        "FROM (SELECT CAST(c0 AS bigint) AS `id`, CAST(c1 AS string) AS `it's`, UNBASE64(c2) AS `raw`, "
        "FROM_JSON(c3, 'array<struct<a:int>>', MAP('mode', 'FAILFAST')) AS `tags`, PARSE_JSON(c4) AS `more` "
        "FROM '/Volumes/main/raw/files/rocky_1.csv')\n"
        "FILEFORMAT = CSV\n"
        "FORMAT_OPTIONS ('inferSchema' = 'false', 'header' = 'true', 'sep' = ',', 'quote' = '\"', 'escape' = '\"', "
        "'multiLine' = 'true', 'nullValue' = '__none__', 'mode' = 'FAILFAST')"
    )


def test_a_named_file_takes_the_place_of_all_rows() -> None:
    assert overwrite_from(PLACE, FILE, TYPES, TargetName("main", "raw", "t")) == (
        "INSERT OVERWRITE `main`.`raw`.`t` (`id`, `it's`, `raw`, `tags`, `more`)\n"
        "SELECT CAST(c0 AS bigint), CAST(c1 AS string), UNBASE64(c2), "
        "FROM_JSON(c3, 'array<struct<a:int>>', MAP('mode', 'FAILFAST')), PARSE_JSON(c4) "
        "FROM read_files('/Volumes/main/raw/files/rocky_1.csv', format => 'csv', "
        "schema => 'c0 STRING, c1 STRING, c2 STRING, c3 STRING, c4 STRING', enforceSchema => 'true', header => 'true', "
        "sep => ',', quote => '\"', escape => '\"', multiLine => 'true', nullValue => '__none__', "
        "mode => 'FAILFAST')"
    )


@pytest.mark.parametrize("render", [copy_from, overwrite_from])
def test_the_statements_are_ones_that_the_grammar_knows(render) -> None:
    (tree,) = sqlglot.parse(render(PLACE, FILE, TYPES, TargetName("main", "raw", "t")), dialect="databricks")
    assert not isinstance(tree, exp.Command)
