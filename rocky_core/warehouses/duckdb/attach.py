"""Makes another DuckDB file readable beside the one that is open."""

from __future__ import annotations

from pathlib import Path

from rocky_core.errors import ConnectionFailed, UserError
from rocky_core.ir.names import is_identifier
from rocky_core.ports.warehouse import Session


def attach_file(session: Session, path: str, catalog: str) -> str:
    """Attach the file, for reading only, under this catalog or else its own name; the catalog.

    Raises:
        UserError: the catalog is another file's, or no name.
        WarehouseError: the file cannot be read.

    """
    shown = path.partition("?")[0] if path.startswith("md:") else path  # What follows may be a token.
    name = catalog or Path(shown).stem
    if not is_identifier(name):
        raise UserError(f"'{shown}' cannot be read as catalog '{name}'", hint="give it another with source.catalog")
    there = {str(row[0]).lower(): row[1] for row in session.query(_DATABASES).rows}
    if name.lower() in there:
        if there[name.lower()] is not None and Path(str(there[name.lower()])).resolve() == Path(path).resolve():
            return name
        raise UserError(
            f"'{shown}' cannot be read as catalog '{name}', which is another file's",
            hint="give it another with source.catalog",
        )
    if "://" not in path and not path.startswith("md:") and not Path(path).is_file():
        raise ConnectionFailed(f"there is no file '{path}' to read from")
    quoted = path.replace("'", "''")
    session.execute(f"""ATTACH '{quoted}' AS "{name}" (READ_ONLY)""")
    return name


_DATABASES = "SELECT database_name, path FROM duckdb_databases()"
