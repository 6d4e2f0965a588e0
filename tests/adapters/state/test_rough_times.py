"""Many programs, kills, restarts, cut and swallowed connections, wrong clocks: the history has no fault."""

from __future__ import annotations

import contextlib
import random
import time
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest

from rocky_core.ir.replace import replace
from rocky_core.state.tables import METADATA
from tests.forked import Forked

from .cutting_proxy import rough_network
from .rough_history import faults, heard
from .rough_worker import LISTS, PIPELINES, Part, main, open_server
from .servers import free_port, gcs, gcs_key, valkey
from .worker import RealClock

KINDS = ("valkey", "s3", "gcs", "tiered")


@dataclass(frozen=True, slots=True)
class Size:
    """How rough the times are; `outages` are restarts of the server, or of the way to it."""

    programs: int
    changes: int
    killed: int
    outages: int
    ttl_seconds: float
    elsewhere: bool
    cut_share: float = 0.01
    drop_share: float = 0.001


SMALL = Size(6, 12, 2, 1, ttl_seconds=0.7, elsewhere=False)
# A lease that other machines look at must live longer than what the clock of a bucket may be wrong by.
LARGE = Size(32, 50, 8, 6, ttl_seconds=4.0, elsewhere=True)
CALM = Size(6, 12, 0, 0, ttl_seconds=0.7, elsewhere=False, cut_share=0.0, drop_share=0.0)
EVERY_DAY = (
    "valkey",
    "s3",
    "tiered",
)  # The other kind of bucket differs in what it is asked, not in what is made of it.
ROUGH = [
    *(pytest.param(kind, SMALL, id=f"{kind}, a few", marks=pytest.mark.slow) for kind in EVERY_DAY),
    *(pytest.param(kind, LARGE, id=f"{kind}, many", marks=pytest.mark.soak) for kind in KINDS if kind != "tiered"),
    # The bucket behind it is asked for every proof, as without it; fewer changes show what the copies may spoil.
    pytest.param("tiered", replace(LARGE, changes=20), id="tiered, many", marks=pytest.mark.soak),
]


class Restarted:
    """A server that is killed and started again, on the same port, with what it has on disk."""

    def __init__(self, start) -> None:
        self._start = start
        self._running = contextlib.ExitStack()
        self.url = self._running.enter_context(start())

    def restart(self) -> None:
        self._running.close()
        self.url = self._running.enter_context(self._start())

    def close(self) -> None:
        self._running.close()


@pytest.fixture
def durable(tmp_path):
    """Servers of this test's own, each of which keeps what it has acknowledged."""
    started = {}

    def start(kind):
        folder, port = tmp_path / f"{kind}-server", free_port()
        folder.mkdir()
        options = ("--appendonly", "yes", "--appendfsync", "always")
        programs = {
            "valkey": lambda: valkey(folder, *options, port=port, is_killed=True),
            "front": lambda: valkey(folder, port=port, is_killed=True),  # A front keeps nothing.
            "gcs": lambda: gcs(folder, port=port),
        }
        started[kind] = Restarted(programs[kind])
        return started[kind]

    yield start
    for server in started.values():
        server.close()


@dataclass(slots=True)
class Place:
    """A server behind a rough network; `outage` is what its kind of outage is."""

    kind: str
    directory: str
    network: object
    outage: object
    restarts: int = 0


@contextlib.contextmanager
def rough_place(kind, tmp_path, durable, request, monkeypatch, size):
    """The place of a state with its environment variables set."""
    if kind == "tiered":
        front = durable("front")
        monkeypatch.setenv("ROCKY_TEST_VALKEY_URL", front.url)
    server = durable(kind) if kind in ("valkey", "gcs") else None
    url = request.getfixturevalue("s3_url") if server is None else server.url
    parts = urlsplit(url)
    shares = {"cut_share": size.cut_share, "drop_share": size.drop_share}
    with rough_network(parts.port, **shares, seed=5) as (port, network):
        through = url.replace(str(parts.port), str(port))
        variable = {"valkey": "ROCKY_TEST_VALKEY_URL", "gcs": "ROCKY_TEST_GCS_URL"}.get(kind, "ROCKY_TEST_S3_URL")
        monkeypatch.setenv(variable, through)
        if kind == "gcs":
            monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", gcs_key(through))

        def outage():
            if kind == "tiered":
                front.restart()
            if server is not None:
                server.restart()
            else:
                with network.down():
                    time.sleep(0.4)

        yield Place(kind, str(tmp_path), network, outage)


def history(place, size, *, switched_off=""):
    """What was said, what each list holds after everything, and when programs were killed."""
    parts = [
        Part(
            f"w{at}",
            size.changes,
            7 * at - 20,
            size.ttl_seconds,
            is_elsewhere=size.elsewhere and at % 2 == 1,
            sleeps_first=at == 0,
            replaces=at == size.programs - 1,
            switched_off=switched_off,
        )
        for at in range(size.programs)
    ]
    workers = {part.name: Forked(main, place.kind, place.directory, part) for part in parts}
    for worker in workers.values():
        assert worker.stdout.readline() == "ready\n"
    lines = {name: [] for name in workers}
    listeners = [
        Thread(target=lambda name=name, worker=worker: lines[name].extend(worker.communicate()[0].splitlines()))
        for name, worker in workers.items()
    ]
    for worker in workers.values():
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for listener in listeners:
        listener.start()
    is_over = Event()
    ends = trouble(place, size, workers, listeners, is_over)
    for listener in listeners:
        listener.join()
    is_over.set()
    said = sorted((one for name in lines for one in heard(name, lines[name])), key=lambda one: one.at)
    survivors = [name for name in workers if name not in ends]
    assert [lines[name][-1:] for name in survivors] == [["over"]] * len(survivors)
    return said, held_in(place), ends


def trouble(place, size, workers, listeners, is_over):
    """Kill some of the programs and restart the server while they are at work; when each was killed."""
    chance, ends = random.Random(7), {}
    victims = chance.sample(list(workers)[1:-1], size.killed)
    acts = [*victims, *([None] * size.outages)]
    chance.shuffle(acts)
    for victim in acts:
        is_over.wait(chance.uniform(0.1, 0.6))
        if not any(listener.is_alive() for listener in listeners):
            break
        if victim is None:
            place.outage()
            place.restarts += 1
        elif workers[victim].poll() is None:
            ends[victim] = time.monotonic()
            workers[victim].kill()
    return ends


def held_in(place):
    place.network.cut_share = place.network.drop_share = 0.0
    # What is in front of a bucket holds copies, which may be a minute old.
    store = open_server("s3" if place.kind == "tiered" else place.kind, place.directory, RealClock())
    names = [*(f"list-{at}" for at in range(LISTS)), *(f"fenced-pipeline-{at}" for at in range(PIPELINES))]
    held = {name: (store.backend.read(lambda t, name=name: t.get(METADATA, "", name)) or "").split() for name in names}
    problems = store.problems()
    store.close()
    assert problems == ()
    return held


@pytest.mark.parametrize(("kind", "size"), ROUGH)
def test_nothing_is_lost_or_granted_twice_or_written_late(kind, tmp_path, durable, request, monkeypatch, size):
    with rough_place(kind, tmp_path, durable, request, monkeypatch, size) as place:
        said, held, ends = history(place, size)

    told = {what: sum(one.what == what for one in said) for what in ("stored", "key-granted", "lease-granted")}
    assert faults(said, held, ends) == []
    lists = sum(one.what == "stored" and one.about.startswith("list-") for one in said)
    assert lists >= (size.programs - size.killed) * size.changes
    assert min(told.values()) > 0
    assert (len(place.network.cuts) > 0, place.restarts, len(ends)) == (True, size.outages, size.killed)


FOUND = {"comparison": "lost", "fence": "stale token"}
SWITCHED_OFF = [
    pytest.param(
        kind,
        guarantee,
        marks=pytest.mark.slow if kind == "valkey" or (kind, guarantee) == ("s3", "comparison") else pytest.mark.soak,
    )
    for kind in KINDS
    for guarantee in FOUND
]


@pytest.mark.parametrize(("kind", "guarantee"), SWITCHED_OFF)
def test_the_check_finds_a_guarantee_that_is_switched_off(kind, guarantee, tmp_path, durable, request, monkeypatch):
    with rough_place(kind, tmp_path, durable, request, monkeypatch, CALM) as place:
        said, held, ends = history(place, CALM, switched_off=guarantee)

    assert any(fault.startswith(FOUND[guarantee]) for fault in faults(said, held, ends))
