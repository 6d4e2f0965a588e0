"""BigQuery's REST API on a loopback port, over DuckDB; run by the interpreter of its own environment.

bqemulator translates the SQL and keeps the catalog. What it lacks and the client relies on is added here: tokens that
are checked and expire, jobs that run on while their client asks after them, names of jobs that are taken once, cancels,
bytes, when tables were changed, types with their parameters, and faults on demand (`/control/faults`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlencode

import bqemulator.server as emulator
import sqlglot
from bad_day import BadDay, Fault
from bqemulator.api.app import create_app
from bqemulator.config import Settings
from bqemulator.jobs import executor
from bqemulator.sql.rewriter import information_schema
from bqemulator.storage.engine import DuckDBEngine
from long_statements import LongStatements
from sqlglot import exp

DuckDBEngine._load_spatial = lambda _engine: None  # It cannot be had offline; there is no GEOGRAPHY.

RUNNING, DONE = "RUNNING", "DONE"
BYTES, LEAST_BYTES = 4096, 10 * 1024 * 1024  # Of every query; BigQuery bills ten megabytes at least.
ENDLESS = "GENERATE_ARRAY(1, 1000000)"
COPY = re.compile(r"(CREATE (?:OR REPLACE )?TABLE \S+) COPY (\S+)\s*$", re.IGNORECASE)
REPLACED_VIEW = re.compile(r"CREATE OR REPLACE MATERIALIZED VIEW (\S+)", re.IGNORECASE)
CHANGES = re.compile(r"`(?P<project>[^`]+)`\.`(?P<dataset>[^`]+)`\.__TABLES__")
SYSTEM = re.compile(r"`(?P<project>[^`]+)`\.`(?P<dataset>[^`]+)`\.(?:__TABLES__|INFORMATION_SCHEMA)")
PERMITTED = b"application/octet-stream"


@dataclass
class Job:
    """A job that was started, and what became of it."""

    id: str
    project: str
    configuration: dict
    began: float
    state: str = DONE
    resource: dict = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def sql(self) -> str:
        return self.configuration.get("query", {}).get("query", "")

    @property
    def reference(self) -> dict:
        return {"projectId": self.project, "jobId": self.id, "location": "US"}


jobs: dict[str, Job] = {}
long = LongStatements()
tasks: set[asyncio.Task] = set()
tokens = {"right": float("inf")}  # And until when they are good.
uploads: dict[str, str] = {}  # The names of jobs whose files are still to come.
changed: dict[tuple[str, str, str], int] = defaultdict(int)


def with_length(field, _inner=information_schema._render_inner_type) -> str:
    """A type with its length, which the emulator leaves out."""
    return _inner(field) if field.max_length is None else f"{_inner(field)}({field.max_length})"


information_schema._render_inner_type = with_length


def load_csv(path: str, job, context) -> None:
    """Take in a CSV file as the job's configuration says; the emulator itself reads by position, and no options."""
    told = job.raw_config
    names = [field["name"] for field in told["schema"]["fields"]]
    kinds = dict(row[:2] for row in context.engine.execute(f"DESCRIBE {job.target_ref}").fetchall())
    values = ", ".join(
        f'from_base64("{name}")' if kinds[name] == "BLOB" else f'CAST("{name}" AS {kinds[name]})' for name in names
    )
    texts = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    marker = told.get("nullMarker", "").replace("'", "''")
    read = (
        f"read_csv(?, auto_detect = false, delim = '{told.get('fieldDelimiter', ',')}', header = false,"
        f" skip = {int(told.get('skipLeadingRows', 0))}, quote = '\"', escape = '\"', nullstr = '{marker}',"
        f" allow_quoted_nulls = false, columns = {{{texts}}})"
    )
    listed = ", ".join(f'"{name}"' for name in names)
    context.engine.execute("BEGIN TRANSACTION")
    try:
        if told.get("writeDisposition") == "WRITE_TRUNCATE_DATA":
            context.engine.execute(f"DELETE FROM {job.target_ref}")
        context.engine.execute(f"INSERT INTO {job.target_ref} ({listed}) SELECT {values} FROM {read}", [path])
        context.engine.execute("COMMIT")
    except Exception:
        context.engine.execute("ROLLBACK")
        raise


def load_path(path: str, job, context, _others=executor._load_path_into_target) -> None:
    (load_csv if job.source_format == "CSV" else _others)(path, job, context)


executor._load_path_into_target = load_path


def answer(status: int, content: dict, headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[dict]:
    body = json.dumps(content).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    return [
        {"type": "http.response.start", "status": status, "headers": head},
        {"type": "http.response.body", "body": body},
    ]


def refused(status: int, reason: str, message: str) -> list[dict]:
    error = {"code": status, "message": message, "errors": [{"reason": reason, "message": message, "domain": "global"}]}
    return answer(status, {"error": error})


class Service:
    """What stands between the client and the emulator."""

    def __init__(self, inner, context) -> None:
        self.inner = inner
        self.context = context
        self.turn = asyncio.Lock()  # The emulator has one connection, and does one thing after the other.

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        for message in await self.carry_out(scope, body):
            await send(message)

    async def carry_out(self, scope, body: bytes) -> list[dict]:
        method, path = scope["method"], scope["path"]
        if path.startswith("/control/"):
            return self.control(path.rpartition("/")[2], body)
        if path == "/token":
            token = uuid.uuid4().hex
            tokens[token] = float("inf")
            return answer(200, {"access_token": token, "expires_in": 3600, "token_type": "Bearer"})
        if not self.is_known(scope):
            return refused(401, "authError", "Request had invalid authentication credentials.")
        if path.startswith("/upload/"):
            return await self.upload(scope, body)
        match method, path.split("/")[5:]:
            case "POST", ["jobs"]:
                return await self.insert(scope, json.loads(body))
            case "GET", ["jobs"]:
                return self.list_jobs(scope)
            case "GET", ["jobs", job_id] if job_id in jobs:
                return answer(200, self.told(jobs[job_id]))
            case "GET", ["jobs", job_id]:
                return refused(404, "notFound", f"Not found: Job {job_id}")
            case "POST", ["jobs", job_id, "cancel"] if job_id in jobs:
                stop(jobs[job_id])
                return answer(200, {"kind": "bigquery#jobCancelResponse", "job": self.told(jobs[job_id])})
            case "GET", ["queries", job_id] if job_id in jobs and jobs[job_id].state == RUNNING:
                held = await hold(jobs[job_id], parse_qs(scope["query_string"].decode()))
                return (await self.ask(scope, body))[1] if held is None else held
            case "GET", ["datasets"] | ["datasets", _, "tables"]:
                return await self.listed(scope, path.rpartition("/")[2])
            case _:
                return (await self.ask(scope, body))[1]

    async def listed(self, scope, what: str) -> list[dict]:
        """A page of tables or datasets; the emulator cuts its lists off without saying so."""
        asked = dict(parse_qsl(scope["query_string"].decode()))
        first, size = int(asked.pop("pageToken", "0")), int(asked.get("maxResults", "1000"))
        everything = urlencode({**asked, "maxResults": 1_000_000}).encode()
        status, messages, content = await self.ask({**scope, "query_string": everything}, b"")
        if status != 200:
            return messages
        found = content.get(what, [])
        content[what] = found[first : first + size]
        if first + size < len(found):
            content["nextPageToken"] = str(first + size)
        return answer(200, content)

    def list_jobs(self, scope) -> list[dict]:
        """A page of the project's jobs in the states that are asked for, the newest first."""
        asked = parse_qs(scope["query_string"].decode())
        states = {one.upper() for one in asked.get("stateFilter", [])}
        since = int(asked.get("minCreationTime", ["0"])[0])
        found = [
            one
            for one in reversed(list(jobs.values()))
            if one.project == scope["path"].split("/")[4]
            and (not states or one.state in states)
            and since <= int(millis(one.began))
        ]
        first, size = int(asked.get("pageToken", ["0"])[0]), int(asked.get("maxResults", ["50"])[0])
        page = [{**self.told(one), "state": one.state} for one in found[first : first + size]]
        if asked.get("projection") != ["full"]:
            for one in page:
                one.pop("configuration")
        content = {"kind": "bigquery#jobList", "jobs": page}
        if first + size < len(found):
            content["nextPageToken"] = str(first + size)
        return answer(200, content)

    def is_known(self, scope) -> bool:
        given = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        return tokens.get(given, 0.0) > time.time()

    async def ask(self, scope, body: bytes) -> tuple[int, list[dict], dict]:
        """What the emulator answers: the status, its messages, and what the body says."""
        messages: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict) -> None:
            messages.append(message)

        head = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        head.append((b"content-length", str(len(body)).encode()))
        async with self.turn:
            await self.inner({**scope, "headers": head}, receive, send)
        text = b"".join(message.get("body", b"") for message in messages)
        content = json.loads(text) if text.startswith(b"{") else {}
        return messages[0]["status"], messages, content

    async def insert(self, scope, sent: dict) -> list[dict]:
        job_id = sent["jobReference"]["jobId"]
        configuration = sent["configuration"]
        if configuration.get("dryRun"):
            status, messages, content = await self.ask(scope, json.dumps(sent).encode())
            if status != 200:
                return messages
            content["statistics"].setdefault("query", {})["totalBytesProcessed"] = str(BYTES)
            content["statistics"]["totalBytesProcessed"] = str(BYTES)
            return answer(200, content)
        if job_id in jobs:
            return refused(409, "duplicate", f"Already Exists: Job {job_id}")
        job = Job(job_id, scope["path"].split("/")[4], json.loads(json.dumps(configuration)), time.time())
        if ENDLESS in job.sql:
            job.state = RUNNING
            jobs[job_id] = job
            return answer(200, self.told(job))
        seconds = long.seconds_of(job.sql)
        if seconds:
            job.state = RUNNING
            jobs[job_id] = job
            task = asyncio.create_task(self.take_long(scope, sent, job, seconds))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return answer(200, self.told(job))
        if job.sql:
            await self.make_way(scope, sent, job.sql)
            sent["configuration"]["query"]["query"] = self.spelled(job.sql)
        status, messages, content = await self.ask(scope, json.dumps(sent).encode())
        if status != 200:
            return messages  # Of what cannot be a job.
        job.resource = content
        jobs[job_id] = job
        self.note(job)
        begun = {"state": RUNNING}  # As the service answers, which never waits for a job.
        return answer(200, {**self.told(job), "status": begun, "statistics": {"creationTime": millis(job.began)}})

    async def take_long(self, scope, sent: dict, job: Job, seconds: float) -> None:
        """An INSERT sees the tables as they are when it begins, and is seen itself when it ends."""
        insert = sqlglot.parse_one(job.sql, read="bigquery")
        target = insert.find(exp.Table)
        read = f"`{target.catalog}`.`{target.db}`.`read_{uuid.uuid4().hex}`"
        await self.run(scope, sent, f"CREATE TABLE {read} AS {insert.expression.sql('bigquery')}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(job.ended.wait(), seconds)
        if job.state == RUNNING:
            insert.set("expression", sqlglot.parse_one(f"SELECT * FROM {read}", read="bigquery"))
            job.resource = await self.run(scope, sent, insert.sql("bigquery"), job.id)
            job.state = DONE
            self.note(job)
            job.ended.set()
        await self.run(scope, sent, f"DROP TABLE {read}")

    async def run(self, scope, sent: dict, sql: str, job_id: str = "") -> dict:
        """Have the emulator run a statement as a job of the same project."""
        query = {"query": {"query": sql, "useLegacySql": False}}
        reference = {**sent["jobReference"], "jobId": job_id or uuid.uuid4().hex}
        told = await self.ask(scope, json.dumps({"jobReference": reference, "configuration": query}).encode())
        return told[2]

    async def make_way(self, scope, sent: dict, sql: str) -> None:
        """The emulator does not replace materialized views, so the old one is dropped first."""
        found = REPLACED_VIEW.match(sql)
        if found is not None:
            await self.run(scope, sent, f"DROP MATERIALIZED VIEW IF EXISTS {found[1]}")

    def spelled(self, sql: str) -> str:
        """The statement in the emulator's words."""
        for found in SYSTEM.finditer(sql):
            if self.context.catalog.get_dataset(found["project"], found["dataset"]) is None:
                return f"SELECT * FROM `{found['project']}`.`{found['dataset']}`.`any`"
        sql = COPY.sub(r"\1 AS SELECT * FROM \2", sql)
        return CHANGES.sub(self.changes, sql)

    def changes(self, found: re.Match) -> str:
        """In place of __TABLES__ a query that gives what it would say."""
        rows = []
        for table in self.context.catalog.list_tables(found["project"], found["dataset"]):
            place = (table.project_id, table.dataset_id, table.table_id)
            kind = 2 if "VIEW" in table.table_type else 1
            values = f"'{table.dataset_id}' AS dataset_id, '{table.table_id}' AS table_id, {kind} AS type"
            moment = int(table.creation_time.timestamp() * 1000)
            rows.append(
                f"SELECT {values}, {moment} AS creation_time, {moment + changed[place]} AS last_modified_time,"
                f" {table.num_rows} AS row_count, 0 AS size_bytes"
            )
        nothing = "'' AS dataset_id, '' AS table_id, 0 AS type, 0 AS creation_time, 0 AS last_modified_time"
        return f"({' UNION ALL '.join([*rows, f'SELECT {nothing}, 0 AS row_count, 0 AS size_bytes'])})"

    def note(self, job: Job) -> None:
        """Remember that a table was changed, and with which parameters its types were declared."""
        load = job.configuration.get("load")
        if load:
            place = load["destinationTable"]
            changed[place["projectId"], place["datasetId"], place["tableId"]] += 1
            return
        project = job.resource["jobReference"]["projectId"]
        try:
            tree = sqlglot.parse_one(job.sql, read="bigquery")
        except sqlglot.ParseError:
            return
        if not isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Create | exp.Alter):
            return
        table = tree.find(exp.Table)
        place = (table.catalog or project, table.db, table.name)
        changed[place] += 1
        kept = self.context.catalog.get_table(*place)
        if kept is not None and isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
            declared = {column.name: column.kind for column in tree.this.find_all(exp.ColumnDef)}
            fields = tuple(with_parameters(one, declared.get(one.name)) for one in kept.schema_.fields)
            schema = kept.schema_.model_copy(update={"fields": fields})
            self.context.catalog.update_table(kept.model_copy(update={"schema_": schema}))

    def told(self, job: Job) -> dict:
        """A job as it is told to whoever asks after it."""
        resource = dict(job.resource)
        if not resource:  # It runs on, or was stopped.
            resource = {"kind": "bigquery#job", "id": f"{job.project}:{job.id}", "jobReference": job.reference}
            resource |= {"statistics": {"creationTime": millis(job.began)}, "status": {"state": job.state}}
            if job.state == DONE:
                error = {"reason": "stopped", "message": "Job execution was cancelled: User requested cancellation"}
                resource["status"] |= {"errorResult": error, "errors": [error]}
                resource["statistics"]["endTime"] = millis(time.time())
        resource["configuration"] = {**job.configuration, "jobType": "LOAD" if "load" in job.configuration else "QUERY"}
        statistics = resource["statistics"] = dict(resource["statistics"])
        if "query" in job.configuration and job.state == DONE:
            statistics["totalBytesProcessed"] = str(BYTES)
            told = {"totalBytesProcessed": str(BYTES), "totalBytesBilled": str(LEAST_BYTES), "totalSlotMs": "7"}
            statistics["query"] = {**statistics.get("query", {}), **told}
        return resource

    async def upload(self, scope, body: bytes) -> list[dict]:
        """A file with its job; the emulator gives such jobs names of its own."""
        asked = parse_qs(scope["query_string"].decode())
        if scope["method"] == "PUT":
            job_id = uploads.get(asked["upload_id"][0], "")
        elif asked["uploadType"] == ["resumable"]:
            job_id = json.loads(body)["jobReference"]["jobId"]
        else:
            job_id = json.loads(re.search(rb"\{.*\}", body)[0])["jobReference"]["jobId"]
            body = body.replace(b"*/*", PERMITTED)
        if job_id in jobs:
            return refused(409, "duplicate", f"Already Exists: Job {job_id}")
        head = [(name, PERMITTED if value == b"*/*" else value) for name, value in scope["headers"]]
        status, messages, content = await self.ask({**scope, "headers": head}, body)
        located = dict(messages[0]["headers"]).get(b"location", b"").decode()
        if located:
            uploads[parse_qs(located.partition("?")[2])["upload_id"][0]] = job_id
        if "jobReference" not in content:
            return messages
        project = content["jobReference"]["projectId"]
        content["jobReference"] = {**content["jobReference"], "jobId": job_id}
        jobs[job_id] = job = Job(job_id, project, content["configuration"], time.time(), resource=content)
        job.configuration["load"].pop("sourceUris", None)
        self.note(job)
        return answer(status, {**self.told(job), "status": {"state": RUNNING}})

    def control(self, what: str, body: bytes) -> list[dict]:
        sent = json.loads(body) if body else None
        match what:
            case "faults":
                bad_day.faults[:] = [Fault(**one) for one in sent]
            case "expire":  # As an hour later.
                tokens.clear()
                tokens.update(sent)
            case "long":
                long.expect(*sent)
            case "stop-what-runs":  # As an administrator does.
                for job in jobs.values():
                    stop(job)
            case "history":
                kept = [
                    {
                        "id": job.id,
                        "sql": job.sql,
                        "state": job.state,
                        "configuration": job.configuration,
                        "was_stopped": job.state == DONE and not job.resource,
                    }
                    for job in jobs.values()
                ]
                left = [fault.times for fault in bad_day.faults]
                return answer(200, {"jobs": kept, "requests": bad_day.seen, "faults": left})
            case _:
                return answer(404, {})
        return answer(200, {})


def with_parameters(field, kind: exp.DataType | None):
    """The column with the parameters that its type was declared with."""
    if kind is None or field.type in {"RECORD", "STRUCT"} or field.mode == "REPEATED":
        return field
    numbers = [int(one.name) for one in kind.expressions if isinstance(one, exp.DataTypeParam) and one.name.isdigit()]
    if not numbers:
        return field
    if field.type in {"STRING", "BYTES"}:
        return field.model_copy(update={"max_length": numbers[0]})
    return field.model_copy(update={"precision": numbers[0], "scale": numbers[1] if len(numbers) > 1 else None})


async def hold(job: Job, asked: dict) -> list[dict] | None:
    """Wait with the answer as long as the client allows; None if the job has ended well by then."""
    try:
        await asyncio.wait_for(job.ended.wait(), int(asked.get("timeoutMs", ["10000"])[0]) / 1000)
    except TimeoutError:
        reference = {"projectId": "proj-one", "jobId": job.id, "location": "US"}
        return answer(
            200, {"kind": "bigquery#getQueryResultsResponse", "jobReference": reference, "jobComplete": False}
        )
    return None if job.resource else refused(499, "stopped", "Job execution was cancelled: User requested cancellation")


def stop(job: Job) -> None:
    if job.state == RUNNING:
        job.state = DONE
        job.ended.set()


def millis(moment: float) -> str:
    return str(int(1000 * moment))


bad_day = BadDay(None)


def with_service(context):
    app = create_app(context)
    kept = {"CorrelationIdMiddleware", "GzipRequestMiddleware"}  # Nobody reads its measures and logs.
    app.user_middleware = [one for one in app.user_middleware if one.cls.__name__ in kept]
    bad_day.inner = Service(app, context)
    return bad_day


emulator.create_app = with_service

if __name__ == "__main__":
    # Formats of files that would have to be fetched first are left out.
    settings = Settings(rest_port=int(sys.argv[1]), grpc_port=0, log_level="critical", enable_format_extensions=False)
    emulator.run_forever(settings)
