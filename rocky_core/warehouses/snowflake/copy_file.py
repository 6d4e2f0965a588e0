"""The statements that bring a file of this machine into a table: PUT into the table's own stage, COPY from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file under a name of its own in the stage, which goes with its table."""

    target: TargetName
    file: CsvFile
    name: str = field(default_factory=lambda: f"rocky_{uuid4().hex}.csv")

    @property
    def put(self) -> str:
        return f"PUT 'file://{self.name}' {self._stage} AUTO_COMPRESS = FALSE OVERWRITE = TRUE"

    @property
    def copy(self) -> str:
        shapes = shapes_of("snowflake")
        names = ", ".join(shapes.quote(name) for name in self.file.columns)
        options = (
            "TYPE = CSV",
            f"FIELD_DELIMITER = {shapes.text_literal(self.file.delimiter)}",
            f"SKIP_HEADER = {int(self.file.has_header)}",
            "FIELD_OPTIONALLY_ENCLOSED_BY = '\"'",
            "EMPTY_FIELD_AS_NULL = TRUE",
            # What is in the file is what it is: by default \\N would be NULL, and a backslash without quotes an escape.
            "NULL_IF = ()",
            "ESCAPE_UNENCLOSED_FIELD = NONE",
        )
        return (
            f"COPY INTO {shapes.table(self.target)} ({names})\nFROM {self._stage}/{self.name}\n"
            f"FILE_FORMAT = ({' '.join(options)})\nON_ERROR = ABORT_STATEMENT"
        )

    @property
    def _stage(self) -> str:
        target = self.target
        places = [part.upper() for part in (target.catalog, target.schema) if part]
        return "@" + ".".join((*places, f"%{target.table.upper()}"))
