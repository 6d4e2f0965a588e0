"""Snowflake's wire protocol on a loopback port, over DuckDB; run by the interpreter of its own environment.

fakesnow translates the SQL. What it lacks and drivers rely on is added here: logins that are checked, statements that
run on while their client asks after them, aborts, request ids that are honoured once, tags, a history of statements,
and faults on demand (`/control/faults`), each of which is what a network or a service does on a bad day.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import hashlib
import json
import re
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from string import Template

import duckdb
import fakesnow.cursor
import fakesnow.info_schema as catalog
import fakesnow.server as fs
import jwt
import sqlglot
import uvicorn
from bad_day import BadDay, Fault
from cryptography.hazmat.primitives import serialization
from fakesnow import copy_into
from fakesnow.copy_into import ReadCSV
from fakesnow.cursor import FakeSnowflakeCursor
from long_statements import LongStatements
from sqlglot import exp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# INFORMATION_SCHEMA.TABLES has views, and says when a table was changed.
_ALTERED = "_fs_global._fs_information_schema._altered"
catalog.SQL_CREATE_INFORMATION_SCHEMA_TABLES_VIEW = Template(
    catalog.SQL_CREATE_INFORMATION_SCHEMA_TABLES_VIEW.template.replace(
        'to_timestamp(0)::timestamptz AS "LAST_ALTERED"',
        f"""coalesce((select max(a.moment) from {_ALTERED} a where a.catalog = tables.database_name
            and a.schema = tables.schema_name and a.name = tables.table_name), to_timestamp(0)) AS "LAST_ALTERED\"""",
    )
    + """union all by name
select database_name AS "TABLE_CATALOG", schema_name AS "TABLE_SCHEMA", view_name AS "TABLE_NAME",
    'VIEW' AS "TABLE_TYPE"
from duckdb_views() where database_name = '${catalog}' and schema_name != '_fs_information_schema' and not internal
"""
)


_read_csv = ReadCSV.read_expression


def read_texts(self: ReadCSV, url: str) -> exp.Expr:
    """Every field is text until it meets its column, and an empty text in quotes is no NULL."""
    call = _read_csv(self, url)
    for option in ("all_varchar = true", "allow_quoted_nulls = false", """escape = '"'"""):
        name, _, value = option.partition(" = ")
        call.append("expressions", exp.EQ(this=exp.var(name), expression=sqlglot.parse_one(value, read="duckdb")))
    return call


_inserts = copy_into._inserts


def inserts_by_position(statement: exp.Copy, *others: object) -> list[exp.Expr]:
    """DuckDB numbers the columns of a wide file with leading zeros."""
    width = len(str(max(len(statement.this.expressions) - 1, 0)))
    found = _inserts(statement, *others)
    for column in [one for insert in found for one in insert.find_all(exp.Column)]:
        number = column.name.removeprefix("column")
        if number.isdigit():
            column.replace(exp.column(f"column{number.zfill(width)}"))
    return found


copy_into._inserts = inserts_by_position
ReadCSV.read_expression = read_texts
RUNNING, SUCCESS, FAILED, ABORTED = "RUNNING", "SUCCESS", "FAILED_WITH_ERROR", "ABORTED"
IN_PROGRESS, IN_PROGRESS_ASYNC = "333333", "333334"
PASSWORDS = {"RUNNER": "right"}
TOKENS = {"PROGRAMMATIC_ACCESS_TOKEN": "pat-right", "OAUTH": "oauth-right"}


@dataclass
class Statement:
    """A statement that was sent, and what became of it."""

    id: str
    request_id: str
    sql: str
    tag: str
    session: str
    timeout: float | None
    began: float
    state: str = RUNNING
    answer: dict = field(default_factory=dict)
    http_status: int = 200
    aborted_for: str = ""
    aborted: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def mark(self) -> str:
        """What tells it from all others in its tag."""
        found = re.search(r'"statement": "(\w+)"', self.tag)
        return found.group(1) if found else ""


plainly = FakeSnowflakeCursor._execute


def with_merge(self: FakeSnowflakeCursor, transformed: exp.Expression, params: object = None) -> None:
    """MERGE as DuckDB does it, whose joins may be anything, with Snowflake's counts."""
    if not isinstance(transformed, exp.Merge):
        plainly(self, transformed, params)
        return
    done = self._duck_conn.execute(f"{transformed.sql(dialect='duckdb')} RETURNING merge_action").fetchall()
    counts = Counter(row[0] for row in done)
    wanted = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}
    text = transformed.sql(dialect="snowflake").upper()
    told = [f'{counts[word]} AS "number of rows {name}"' for word, name in wanted.items() if f"THEN {word}" in text]
    plainly(self, sqlglot.parse_one(f"SELECT {', '.join(told)}", read="duckdb"))


FakeSnowflakeCursor._execute = with_merge
fakesnow.cursor.transforms.merge = lambda expression: [expression]
fs.shared_fs.duck_conn.execute(
    f"CREATE TABLE {_ALTERED} (catalog VARCHAR, schema VARCHAR, name VARCHAR, moment TIMESTAMPTZ DEFAULT now())"
)
statements: dict[str, Statement] = {}
by_request: dict[str, Statement] = {}
public_keys: dict[str, bytes] = {}
session_ids: dict[str, int] = {}
tasks: set[asyncio.Task] = set()
long = LongStatements()


async def body_of(request: Request) -> dict:
    body = await request.body()
    if request.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return json.loads(body) if body else {}


def refused(code: str, message: str, status: int = 200) -> JSONResponse:
    answer = {"data": {"nextAction": "RETRY_LOGIN"}, "code": code, "message": message, "success": False}
    return JSONResponse(answer, status_code=status)


def why_refused(data: dict) -> tuple[str, str] | None:
    """Why a login is not accepted; None if it is."""
    way = data.get("AUTHENTICATOR", "SNOWFLAKE").upper()
    if way == "SNOWFLAKE_JWT":
        return why_key_refused(data)
    if way in TOKENS:
        return None if data.get("TOKEN") == TOKENS[way] else ("390303", "Invalid OAuth access token. ")
    if PASSWORDS.get(data.get("LOGIN_NAME", "").upper()) == data.get("PASSWORD"):
        return None
    return "390100", "Incorrect username or password was specified."


def why_key_refused(data: dict) -> tuple[str, str] | None:
    problem = ("390144", "JWT token is invalid.")
    try:
        claims = jwt.decode(data["TOKEN"], options={"verify_signature": False})
        user = claims["sub"].rpartition(".")[2]
        key = public_keys[user]
        public = serialization.load_der_public_key(key)
        jwt.decode(data["TOKEN"], public, algorithms=["RS256"], options={"verify_aud": False})
    except (jwt.PyJWTError, KeyError):
        return problem
    print_of = "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode()
    return None if claims["iss"] == f"{claims['sub']}.{print_of}" else problem


async def login(request: Request) -> Response:
    data = (await body_of(request))["data"]
    why = why_refused(data)
    if why is not None:
        return refused(*why)
    answer = json.loads((await fs.login_request(request)).body)
    found = answer["data"]
    session_ids[found["token"]] = len(session_ids) + 1
    begin_in_public(fs.sessions[found["token"]])
    found |= {"masterToken": "m-" + found["token"], "validityInSeconds": 3600, "masterValidityInSeconds": 14400}
    found["sessionId"] = session_ids[found["token"]]
    return JSONResponse({**answer, "code": None, "message": None})


def begin_in_public(connection: object) -> None:
    """A session begins in the schema that every database has."""
    if connection.database and not connection.schema_set:
        connection._duck_conn.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.database}.PUBLIC")
        connection._duck_conn.execute(f"SET schema='{connection.database}.PUBLIC'")
        connection._schema, connection.schema_set = "PUBLIC", True


async def renew(request: Request) -> Response:
    """A new token for the session of one that has expired."""
    sent = await body_of(request)
    old = sent.get("oldSessionToken", "")
    connection = fs.sessions.get(old)
    if connection is None:
        return refused("390104", "User must login again to access the service.")
    token = uuid.uuid4().hex
    fs.sessions[token] = connection
    session_ids[token] = session_ids[old]
    data = {"sessionToken": token, "validityInSecondsST": 3600, "masterToken": "m-" + token, "sessionId": 1}
    data["validityInSecondsMT"] = 14400
    return JSONResponse({"data": data, "code": None, "message": None, "success": True})


async def query(request: Request) -> Response:
    sent = await body_of(request)
    request_id = request.query_params.get("requestId", "")
    known = by_request.get(request_id)
    if known is None:
        known = begin(request, sent, request_id)
    if sent.get("asyncExec"):
        found = {"queryId": known.id, "getResultUrl": f"/queries/{known.id}/result", "queryAbortsAfterSecs": 300}
        return JSONResponse({"data": found, "code": IN_PROGRESS_ASYNC, "message": None, "success": True})
    await known.done.wait()
    return JSONResponse(known.answer, status_code=known.http_status)


def begin(request: Request, sent: dict, request_id: str) -> Statement:
    parameters = sent.get("parameters") or {}
    token = fs.to_token(request)
    timeout = parameters.get("STATEMENT_TIMEOUT_IN_SECONDS")
    statement = Statement(
        id=str(uuid.uuid4()),
        request_id=request_id,
        sql=sent["sqlText"],
        tag=str(parameters.get("QUERY_TAG") or ""),
        session=token,
        timeout=None if timeout is None else float(timeout),
        began=time.time(),
    )
    statements[statement.id] = by_request[request_id] = statement
    task = asyncio.create_task(carry_out(request, sent, statement))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return statement


async def carry_out(request: Request, sent: dict, statement: Statement) -> None:
    sent = {**sent, "sqlText": with_history(explained(statement.sql))}
    sent.pop("asyncExec", None)
    payload = json.dumps(sent).encode()
    headers = [pair for pair in request.scope["headers"] if pair[0] not in {b"content-encoding", b"content-length"}]

    async def receive() -> dict:
        return {"type": "http.request", "body": payload, "more_body": False}

    if statement.timeout:
        asyncio.get_running_loop().call_later(statement.timeout, stop, statement, "timeout")
    seconds = long.seconds_of(statement.sql)
    try:
        if seconds:
            await read_and_wait(statement, seconds)
        if not seconds or not statement.aborted_for:
            answer = await fs.query_request(Request({**request.scope, "headers": headers}, receive))
            statement.answer, statement.http_status = json.loads(answer.body), answer.status_code
        if seconds:
            end = "COMMIT" if statement.answer.get("success") else "ROLLBACK"
            fs.sessions[statement.session]._duck_conn.execute(end)
    except Exception as error:  # noqa: BLE001 — whatever the stand-in does, the client must get an answer
        statement.answer = {"data": None, "code": "000603", "message": repr(error), "success": False}
    if statement.aborted_for and not statement.answer.get("success"):
        code = "000604" if statement.aborted_for == "abort" else "000630"
        reason = "SQL execution canceled" if code == "000604" else "Statement reached its statement timeout"
        data = {"errorCode": code, "sqlState": "57014", "queryId": statement.id}
        statement.http_status = 200
        statement.answer = {"data": data, "code": code, "message": reason, "success": False}
        statement.state = ABORTED if code == "000604" else FAILED
    else:
        statement.state = SUCCESS if statement.answer.get("success") else FAILED
    if statement.state == SUCCESS:
        note_change(statement)
    stage = (statement.answer.get("data") or {}).get("stageInfo")
    if stage is not None:
        stage |= {"region": "us-central1", "endPoint": None, "isClientSideEncrypted": False}
        statement.answer["data"]["overwrite"] = "OVERWRITE = TRUE" in statement.sql
    if isinstance(statement.answer.get("data"), dict):
        statement.answer["data"]["queryId"] = statement.id
    statement.done.set()


async def read_and_wait(statement: Statement, seconds: float) -> None:
    """A long statement sees the tables as they are when it begins, and is seen itself when it ends."""
    connection = fs.sessions[statement.session]._duck_conn
    table = sqlglot.parse_one(statement.sql, read="snowflake").find(exp.Table)
    connection.execute("BEGIN TRANSACTION")
    connection.execute(f"SELECT count(*) FROM {table.sql('duckdb')}")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(statement.aborted.wait(), seconds)


def note_change(statement: Statement) -> None:
    """Remember when the table that a statement writes was changed."""
    tree = sqlglot.parse_one(statement.sql, read="snowflake")
    if not isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Create | exp.Alter):
        return
    table = tree.find(exp.Table)
    if table is None:
        return
    connection = fs.sessions[statement.session]
    place = (table.catalog or connection.database, table.db or connection.schema, table.name)
    names = [(part or "").upper() for part in place]
    fs.shared_fs.duck_conn.cursor().execute(f"INSERT INTO {_ALTERED} (catalog, schema, name) VALUES (?, ?, ?)", names)


def explained(sql: str) -> str:
    """In place of an EXPLAIN a query that fails as the explained one would, and gives a plan of Snowflake's shape."""
    words, query = sql[: len("EXPLAIN USING JSON")], sql[len("EXPLAIN USING JSON") :]
    if words.upper() != "EXPLAIN USING JSON":
        return sql
    totals = {"partitionsTotal": 1, "partitionsAssigned": 1, "bytesAssigned": 4096}
    operations = [[{"id": 0, "operation": "Result"}, {"id": 1, "parent": 0, "operation": "TableScan"}]]
    plan = json.dumps({"GlobalStats": totals, "Operations": operations})
    return f"""SELECT '{plan}' AS "content" FROM (SELECT COUNT(*) AS n FROM ({query}\n) AS q WHERE FALSE)"""


def with_history(sql: str) -> str:
    """The statement with the history of statements in place of the table function that has it."""
    columns = (
        "query_id, query_text, query_tag, session_id, execution_status, error_code, error_message, bytes_scanned, "
        "credits_used_cloud_services, total_elapsed_time"
    )

    def text(value: object) -> str:
        return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"

    def history(_found: re.Match[str]) -> str:
        rows = ["(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"]
        for one in statements.values():
            is_meant = one.id in sql or (one.mark and one.mark in sql)
            if not is_meant and not (one.state == RUNNING and one.tag and "EXECUTION_STATUS" in sql):
                continue  # Nobody asks for it, and all of them would make the text long.
            failed = one.state in {FAILED, ABORTED}
            state = {RUNNING: "RUNNING", SUCCESS: "SUCCESS"}.get(one.state, "FAILED_WITH_ERROR")
            rows.append(
                f"({text(one.id)}, {text(one.sql[:1000])}, {text(one.tag)}, {session_ids.get(one.session, 0)}, "
                f"{text(state)}, {text(one.answer.get('code') if failed else None)}, "
                f"{text(one.answer.get('message') if failed else None)}, 4096, 0.000125, 12)"
            )
        return f"(SELECT * FROM (VALUES {', '.join(rows)}) AS h({columns}))"

    return re.sub(
        r"TABLE\(INFORMATION_SCHEMA\.QUERY_HISTORY\w*\(.*?\)\)", history, sql, flags=re.IGNORECASE | re.DOTALL
    )


def stop(statement: Statement, reason: str) -> None:
    if statement.state == RUNNING and not statement.aborted_for:
        statement.aborted_for = reason
        statement.aborted.set()
        task = asyncio.create_task(interrupt(statement))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def interrupt(statement: Statement) -> None:
    """DuckDB forgets an interrupt that comes too early, so it is repeated until it is heard."""
    while not statement.done.is_set():
        connection = fs.sessions.get(statement.session)
        if connection is not None:
            connection._duck_conn.interrupt()
        await asyncio.sleep(0.02)


async def abort(request: Request) -> Response:
    sent = await body_of(request)
    found = statements.get(request.path_params.get("id", "")) or by_request.get(sent.get("requestId", ""))
    if found is not None:
        stop(found, "abort")
    return JSONResponse({"data": None, "code": None, "message": None, "success": found is not None})


async def monitoring(request: Request) -> Response:
    found = statements.get(request.path_params["id"])
    told = []
    if found is not None:
        failed = found.state in {FAILED, ABORTED}
        code = found.answer.get("code") if failed else None
        told = [
            {
                "id": found.id,
                "status": found.state,
                "state": found.state,
                "errorCode": code,
                "errorMessage": found.answer.get("message") if failed else None,
            }
        ]
    return JSONResponse({"data": {"queries": told}, "code": None, "message": None, "success": True})


async def result(request: Request) -> Response:
    found = statements.get(request.path_params["id"])
    if found is None:
        return refused("000709", "Statement not found")
    if found.state == RUNNING:
        data = {"queryId": found.id, "getResultUrl": f"/queries/{found.id}/result"}
        return JSONResponse({"data": data, "code": IN_PROGRESS, "message": None, "success": True})
    return JSONResponse(found.answer, status_code=found.http_status)


async def telemetry(_: Request) -> Response:
    return JSONResponse({"success": True, "data": "Log Received"})


async def control(request: Request) -> Response:
    what, sent = request.path_params["what"], await body_of(request)
    match what:
        case "faults":
            bad_day.faults[:] = [Fault(**one) for one in sent]
        case "keys":
            public_keys.update({user: base64.b64decode(key) for user, key in sent.items()})
        case "long":
            long.expect(*sent)
        case "sql":  # What a test needs to be there, without sending it statement by statement.
            connection = fs.shared_fs.duck_conn.cursor()
            for statement in sent:
                connection.execute(statement)
        case "forget-sessions":  # As when a service has been restarted.
            fs.sessions.clear()
        case "roll-back":  # As when clients are gone, and what they left open is in the way of others.
            for connection in fs.sessions.values():
                with contextlib.suppress(duckdb.TransactionException):
                    connection._duck_conn.execute("ROLLBACK")
        case "history":
            kept = [
                {"id": s.id, "sql": s.sql, "tag": s.tag, "state": s.state, "request_id": s.request_id}
                for s in statements.values()
            ]
            left = [fault.times for fault in bad_day.faults]
            return JSONResponse({"statements": kept, "requests": bad_day.seen, "faults": left})
        case _:
            return Response(status_code=404)
    return JSONResponse({})


routes = [
    Route("/session/v1/login-request", login, methods=["POST"]),
    Route("/queries/v1/query-request", query, methods=["POST"]),
    Route("/queries/v1/abort-request", abort, methods=["POST"]),
    Route("/queries/{id}/abort-request", abort, methods=["POST"]),
    Route("/queries/{id}/result", result, methods=["GET"]),
    Route("/monitoring/queries/{id}", monitoring, methods=["GET"]),
    Route("/session/token-request", renew, methods=["POST"]),
    Route("/telemetry/send", telemetry, methods=["POST"]),
    Route("/control/{what}", control, methods=["GET", "POST"]),
]
routes += [route for route in fs.routes if route.path not in {one.path for one in routes}]
bad_day = BadDay(Starlette(routes=routes))


async def app(scope, receive, send) -> None:
    """The driver asks for /monitoring/queries//ID."""
    if "path" in scope:
        scope = {**scope, "path": scope["path"].replace("//", "/"), "raw_path": None}
    await bad_day(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
