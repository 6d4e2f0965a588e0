"""Databricks' REST API on a loopback port, over DuckDB: logins, statements, the history of queries, files of volumes.

Statements run on threads of their own while their client asks after them; faults come on demand (`/control/faults`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import shutil
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

import uvicorn
from bad_day import BadDay, Fault
from databricks_busy import Busy
from databricks_catalog import HOME, Catalog, now
from databricks_dispatch import run_statement
from databricks_errors import Cancelled, Failure, TooLarge
from databricks_run import Runner
from databricks_translate import Context, given
from databricks_types import Column, text_of, told
from long_statements import LongStatements
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

WAREHOUSE = "0123456789abcdef"
CHUNK_ROWS = 1000
MOST_BYTES = 25 * 1024 * 1024  # Of a result that stands in the answer.
AT_ONCE = 64
STATUSES = {"QUEUED", "STARTED", "COMPILING", "COMPILED", "RUNNING", "CANCELED", "FAILED", "FINISHED"}
OVER = {"SUCCEEDED", "FAILED", "CANCELED", "CLOSED"}


@dataclass
class Statement:
    """A statement that was started."""

    sql: str
    catalog: str
    tags: list[dict]
    row_limit: int | None
    parameters: list[dict] = field(default_factory=list)
    id: str = field(default_factory=lambda: f"01f0{uuid.uuid4().hex[4:]}")
    began: int = field(default_factory=now)
    state: str = "PENDING"
    columns: list[Column] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    is_cut: bool = False
    failure: Failure | None = None
    runner: Runner | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def told(self) -> dict:
        status: dict = {"state": self.state}
        if self.failure is not None:
            status["error"] = {"error_code": self.failure.code, "message": self.failure.message}
            if self.failure.state:
                status["sql_state"] = self.failure.state
        if self.state != "SUCCEEDED":
            return {"statement_id": self.id, "status": status}
        columns = [told(one, position) for position, one in enumerate(self.columns)]
        rows = len(self.rows)
        manifest = {
            "format": "JSON_ARRAY",
            "schema": {"column_count": len(columns), "columns": columns},
            "total_row_count": rows,
            "total_chunk_count": max(-(-rows // CHUNK_ROWS), 0),
            "truncated": self.is_cut,
        }
        return {"statement_id": self.id, "status": status, "manifest": manifest, "result": self.chunk(0)}

    def chunk(self, index: int) -> dict:
        rows = self.rows[index * CHUNK_ROWS : (index + 1) * CHUNK_ROWS]
        told: dict = {"chunk_index": index, "row_offset": index * CHUNK_ROWS, "row_count": len(rows)}
        if rows:
            told["data_array"] = rows
        if (index + 1) * CHUNK_ROWS < len(self.rows):
            told["next_chunk_index"] = index + 1
            told["next_chunk_internal_link"] = f"/api/2.0/sql/statements/{self.id}/result/chunks/{index + 1}"
        return told


class Workspace:
    """Everything that the server keeps."""

    def __init__(self) -> None:
        self.catalog = Catalog()
        self.statements: dict[str, Statement] = {}
        self.tokens = {"right": float("inf")}
        self.secrets = {"rocky": "hush"}
        self.token_seconds = 3600
        self.latency = 0.0
        self.long = LongStatements()
        self.history_delay = 0.0  # Seconds by which the history tells of a statement late.
        self.pool = ThreadPoolExecutor(AT_ONCE)
        self.busy = Busy()  # Statements.
        self.asked = Busy()  # Requests.

    def start(self, statement: Statement) -> Future[None]:
        self.statements[statement.id] = statement
        return self.pool.submit(self._run, statement)

    def _run(self, statement: Statement) -> None:
        self.busy.change(1)
        try:
            context = Context(statement.catalog or HOME, parameters=given(statement.parameters))
            statement.runner = Runner(self.catalog, context, statement.stopped)
            statement.state = "RUNNING"
            # Delta would make one of two fail that add to the table they read, so it need not read before it waits.
            statement.stopped.wait(self.long.seconds_of(statement.sql))
            limit = statement.row_limit
            found = run_statement(statement.runner, statement.sql, None if limit is None else limit + 1)
            if self.latency:
                time.sleep(self.latency)
            statement.columns, statement.is_cut = found.columns, limit is not None and len(found.rows) > limit
            kinds = [one.type_text for one in found.columns]
            statement.rows = [
                [text_of(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in found.rows[:limit]
            ]
            refuse_if_too_large(statement.rows)
            statement.state = "SUCCEEDED"
        except Cancelled:
            statement.state = "CANCELED"
        except Failure as failure:
            statement.failure = failure
            statement.state = "FAILED"
        except Exception as error:  # noqa: BLE001 — a fault of the stand-in is told as one of the service
            statement.failure = Failure("INTERNAL_ERROR", f"{type(error).__name__}: {error}", code="INTERNAL_ERROR")
            statement.state = "FAILED"
        finally:
            self.busy.change(-1)
            statement.ended.set()

    def stop(self, statement: Statement) -> None:
        """DuckDB forgets an interrupt that comes too early, so it is repeated until it is heard."""
        statement.stopped.set()
        if not statement.ended.is_set():
            if statement.runner is not None:
                statement.runner.interrupt()
            asyncio.get_running_loop().call_later(0.02, self.stop, statement)


def refuse_if_too_large(rows: list[list[str | None]]) -> None:
    if sum(len(value or "") for row in rows for value in row) > MOST_BYTES:
        raise TooLarge(MOST_BYTES)


workspace = Workspace()


def refused(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error_code": code, "message": message}, status_code=status)


async def execute(request: Request) -> Response:
    asked = await request.json()
    if asked["warehouse_id"] != WAREHOUSE:
        return refused(404, "RESOURCE_DOES_NOT_EXIST", f"SQL warehouse {asked['warehouse_id']} does not exist.")
    wait = int(asked.get("wait_timeout", "10s").rstrip("s"))
    if wait and not 5 <= wait <= 50:
        return refused(400, "INVALID_PARAMETER_VALUE", "wait_timeout must be 0 or between 5 and 50 seconds.")
    statement = Statement(
        asked["statement"],
        asked.get("catalog", ""),
        asked.get("query_tags", []),
        asked.get("row_limit"),
        asked.get("parameters", []),
    )
    running = workspace.start(statement)
    await asyncio.wait({asyncio.wrap_future(running)}, timeout=wait)
    return JSONResponse(statement.told())


def known(request: Request) -> Statement | None:
    return workspace.statements.get(request.path_params["id"])


async def ask(request: Request) -> Response:
    statement = known(request)
    if statement is None:
        return refused(404, "RESOURCE_DOES_NOT_EXIST", f"The statement {request.path_params['id']} was not found.")
    return JSONResponse(statement.told())


async def chunk(request: Request) -> Response:
    statement = known(request)
    if statement is None:
        return refused(404, "RESOURCE_DOES_NOT_EXIST", "The statement was not found.")
    return JSONResponse(statement.chunk(request.path_params["index"]))


async def cancel(request: Request) -> Response:
    statement = known(request)
    if statement is None:
        return refused(404, "RESOURCE_DOES_NOT_EXIST", "The statement was not found.")
    workspace.stop(statement)
    return JSONResponse({})


async def history(request: Request) -> Response:
    asked = parse_qsl(request.url.query)
    named = {value for key, value in asked if key == "filter_by.statement_ids"}
    statuses = {value for key, value in asked if key == "filter_by.statuses"}
    if not statuses <= STATUSES:
        return refused(400, "INVALID_PARAMETER_VALUE", f"Unknown status among {sorted(statuses)}.")
    plain = dict(asked)
    since = int(plain.get("filter_by.query_start_time_range.start_time_ms", "0"))
    visible = now() - 1000 * workspace.history_delay
    found = [
        one
        for one in reversed(list(workspace.statements.values()))
        if since <= one.began <= visible
        and (not named or one.id in named)
        and (not statuses or status_of(one) in statuses)
    ]
    size, first = int(plain.get("max_results", "100")), int(plain.get("page_token", "0"))
    if size >= 1000:
        return refused(400, "INVALID_PARAMETER_VALUE", "max_results must be less than 1000.")
    page = found[first : first + size]
    told = {"res": [_remembered(one, "include_metrics" in plain) for one in page]}
    if first + size < len(found):
        told |= {"has_next_page": True, "next_page_token": str(first + size)}
    return JSONResponse(told)


def status_of(one: Statement) -> str:
    """The state in the words of the history."""
    return {"PENDING": "QUEUED", "SUCCEEDED": "FINISHED", "CLOSED": "FINISHED"}.get(one.state, one.state)


def _remembered(one: Statement, with_metrics: bool) -> dict:
    told = {
        "query_id": one.id,
        "query_text": one.sql,
        "query_tags": one.tags,
        "status": status_of(one),
        "query_start_time_ms": one.began,
        "warehouse_id": WAREHOUSE,
    }
    if with_metrics and one.state == "SUCCEEDED":
        told["metrics"] = {"read_bytes": 4096, "total_time_ms": 7}
    return told


async def file(request: Request) -> Response:
    place = "/" + unquote(request.path_params["path"])
    try:
        kept = workspace.catalog.file(place)
    except Failure as failure:
        return refused(404, "NOT_FOUND", failure.message)
    if request.method == "PUT":
        if kept.exists() and request.query_params.get("overwrite") != "true":
            return refused(409, "ALREADY_EXISTS", f"The file {place} exists.")
        kept.parent.mkdir(parents=True, exist_ok=True)  # As the service does.
        kept.write_bytes(await request.body())
        return Response(status_code=204)
    if not kept.exists():
        return refused(404, "NOT_FOUND", f"The file {place} is not there.")
    if request.method == "DELETE":
        kept.unlink()
        return Response(status_code=204)
    return PlainTextResponse(kept.read_text())


async def discovery(request: Request) -> Response:
    return JSONResponse({"oidc_endpoint": f"{request.base_url}oidc", "workspace_id": "7"})


async def endpoints(request: Request) -> Response:
    base = f"{request.base_url}oidc/v1"
    return JSONResponse({"authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token"})


async def token(request: Request) -> Response:
    given = request.headers.get("authorization", "").removeprefix("Basic ")
    client, _, secret = base64.b64decode(given).decode().partition(":")
    if not secret or workspace.secrets.get(client) != secret:
        return JSONResponse(
            {"error": "invalid_client", "error_description": "Client authentication failed"}, status_code=401
        )
    made = uuid.uuid4().hex
    workspace.tokens[made] = time.time() + workspace.token_seconds
    return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": workspace.token_seconds})


async def control(request: Request) -> Response:
    body = await request.body()
    sent = (await request.json()) if body else None
    match request.path_params["what"]:
        case "faults":
            bad_day.faults[:] = [Fault(**one) for one in sent]
        case "expire":  # As an hour later.
            workspace.tokens.clear()
            workspace.tokens.update(sent)
        case "latency":
            workspace.latency = float(sent)
            workspace.busy, workspace.asked = Busy(), Busy()
        case "long":
            workspace.long.expect(*sent)
        case "history-delay":
            workspace.history_delay = float(sent)
        case "stop-what-runs":  # As an administrator does.
            for statement in list(workspace.statements.values()):
                if statement.state not in OVER:
                    workspace.stop(statement)
        case "history":
            kept = [
                {
                    "id": one.id,
                    "sql": one.sql,
                    "state": one.state,
                    "tags": {tag["key"]: tag.get("value") for tag in one.tags},
                }
                for one in workspace.statements.values()
            ]
            left = [fault.times for fault in bad_day.faults]
            files = [path.name for path in workspace.catalog.files.rglob("*") if path.is_file()]
            return JSONResponse(
                {
                    "statements": kept,
                    "requests": bad_day.seen,
                    "faults": left,
                    "files": files,
                    "most_running": workspace.busy.most,
                    "running": workspace.busy.quarters(),
                    "asked": workspace.asked.quarters(),
                }
            )
        case _:
            return Response(status_code=404)
    return JSONResponse({})


class Door:
    """Lets in whoever has a good token."""

    def __init__(self, inner) -> None:
        self.inner = inner

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            given = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
            if workspace.tokens.get(given, 0.0) <= time.time():
                await refused(401, "UNAUTHENTICATED", "The access token is invalid or has expired.")(
                    scope, receive, send
                )
                return
            asked = workspace.asked
            asked.change(1)
            try:
                await self.inner(scope, receive, send)
            finally:
                asked.change(-1)
            return
        await self.inner(scope, receive, send)


STATEMENTS = "/api/2.0/sql/statements"
routes = [
    Route(f"{STATEMENTS}", execute, methods=["POST"]),
    Route(f"{STATEMENTS}/{{id}}", ask),
    Route(f"{STATEMENTS}/{{id}}/cancel", cancel, methods=["POST"]),
    Route(f"{STATEMENTS}/{{id}}/result/chunks/{{index:int}}", chunk),
    Route("/api/2.0/sql/history/queries", history),
    Route("/api/2.0/fs/files/{path:path}", file, methods=["GET", "PUT", "DELETE"]),
    Route("/.well-known/databricks-config", discovery),
    Route("/oidc/.well-known/oauth-authorization-server", endpoints),
    Route("/oidc/v1/token", token, methods=["POST"]),
    Route("/control/{what}", control, methods=["GET", "POST"]),
]


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """At the end no files are left."""
    yield
    shutil.rmtree(workspace.catalog.files)


bad_day = BadDay(Door(Starlette(routes=routes, lifespan=lifespan)))

if __name__ == "__main__":
    uvicorn.run(bad_day, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
