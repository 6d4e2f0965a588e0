"""Writes the catalogue of DuckDB's functions that the dialect reads: `python tools/duckdb_functions.py`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

TARGET = Path(__file__).parent.parent / "rocky_core" / "dialects" / "duckdb" / "functions.json"

# The name, the kind, the parameters, the type of further ones, the result.
_QUERY = """
    SELECT lower(function_name), function_type, parameter_types, varargs, return_type
    FROM duckdb_functions()
    WHERE function_type IN ('scalar', 'aggregate', 'window')
      AND function_name NOT LIKE '\\_\\_internal%' ESCAPE '\\'
    ORDER BY ALL
"""
_NAMES = """
    SELECT DISTINCT lower(function_name), function_type
    FROM duckdb_functions()
    WHERE function_type IN ('macro', 'table', 'table_macro')
    ORDER BY ALL
"""

_VIEWS = """
    SELECT lower(schema_name), lower(view_name)
    FROM duckdb_views()
    WHERE internal AND database_name = 'system'
    ORDER BY ALL
"""
# Table functions whose columns do not depend on their arguments, as they may be called.
_CALLS = {
    "test_all_types": "test_all_types()",
    "icu_calendar_names": "icu_calendar_names()",
    "pragma_table_info": "pragma_table_info('duckdb_tables')",
    "pragma_show": "pragma_show('duckdb_tables')",
    "pragma_storage_info": "pragma_storage_info('any_table')",
}
# What DESCRIBE and its kin yield in FROM, under the names by which the compiler asks for it.
_DESCRIPTIONS = {
    "describe": "(DESCRIBE SELECT 1)",
    "summarize": "(SUMMARIZE SELECT 1)",
    "show_tables": "(SHOW TABLES)",
    "show_all_tables": "(SHOW ALL TABLES)",
    "show_databases": "(SHOW DATABASES)",
    "show_schemas": "(SHOW SCHEMAS)",
}
_LONGEST_TYPE = 5_000  # The longest enumeration of `test_all_types` has 70 000 values.


def catalogue() -> dict[str, object]:
    """The overloads of every name, each set of overloads once, and the names of macros and table functions."""
    connection = duckdb.connect()
    overloads: dict[str, tuple[str, set[tuple[str, ...]]]] = {}
    for name, kind, parameters, varargs, result in connection.execute(_QUERY).fetchall():
        row = (result or "", varargs or "", *parameters)
        overloads.setdefault(name, (kind, set()))[1].add(row)
    sets: dict[str, int] = {}
    names: dict[str, list[object]] = {}
    for name, (kind, rows) in sorted(overloads.items()):
        key = json.dumps(sorted(rows))
        names[name] = [kind, sets.setdefault(key, len(sets))]
    others: dict[str, list[str]] = {}
    for name, kind in connection.execute(_NAMES).fetchall():
        others.setdefault(kind, []).append(name)
    relations = {name: columns for name in others["table"] if (columns := _columns(connection, name))}
    connection.execute("CREATE TABLE any_table (a INTEGER)")
    relations |= {name: _described(connection, source) for name, source in (_CALLS | _DESCRIPTIONS).items()}
    views = {
        f"{schema}.{name}": _described(connection, f"{schema}.{name}")
        for schema, name in connection.execute(_VIEWS).fetchall()
    }
    return {
        "overloads": [json.loads(key) for key in sets],
        "functions": names,
        **others,
        "relations": relations,
        "views": views,
        "settings": _settings(connection),
    }


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[list[str]]:
    """The columns of a table function that describes the database and takes no argument."""
    if not name.startswith(("duckdb_", "pragma_", "pg_")):
        return []
    try:
        return _described(connection, f'"{name}"()')
    except duckdb.Error:
        return []  # It takes arguments.


def _described(connection: duckdb.DuckDBPyConnection, source: str) -> list[list[str]]:
    rows = connection.execute(f"DESCRIBE FROM {source}").fetchall()
    return [[name, data_type if len(data_type) < _LONGEST_TYPE else ""] for name, data_type, *_ in rows]


def _settings(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The type of every setting that has a value without being set."""
    names = [row[0] for row in connection.execute("SELECT name FROM duckdb_settings() ORDER BY ALL").fetchall()]
    types = {name: connection.execute(f"DESCRIBE SELECT current_setting('{name}')").fetchall()[0][1] for name in names}
    return {name.lower(): data_type for name, data_type in types.items() if data_type != '"NULL"'}


def render() -> str:
    """The catalogue as text, one set of overloads or one name per line, so that a diff can be read."""
    content = catalogue()
    blocks = []
    for key, value in content.items():
        items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        lines = [(f"{json.dumps(k)}: " if k is not None else "") + json.dumps(v) for k, v in items]
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        blocks.append(f"{json.dumps(key)}: {opening}\n" + ",\n".join(lines) + f"\n{closing}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes\n")
