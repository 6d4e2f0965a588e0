"""Many programs, kills, cut connections and wrong clocks: what was acknowledged is there, once."""

from __future__ import annotations

import random
from collections import Counter
from urllib.parse import urlsplit

import pytest

from rocky_core.state.tables import METADATA
from tests.forked import Forked

from .cutting_proxy import cutting_proxy
from .rough_worker import LISTS, main
from .worker import OPENERS, RealClock

SMALL = (6, 20, 2)  # Workers, changes of each, and how many of them are killed.
LARGE = (32, 50, 8)
VARIABLES = {"valkey": "ROCKY_TEST_VALKEY_URL", "s3": "ROCKY_TEST_S3_URL", "tiered": "ROCKY_TEST_S3_URL"}
FIXTURES = {"valkey": "valkey_url", "s3": "s3_url", "tiered": "s3_url"}
SIZES = [
    pytest.param(SMALL, id="a few", marks=pytest.mark.slow),
    pytest.param(LARGE, id="many", marks=pytest.mark.soak),
]


@pytest.fixture
def url(kind, request):
    """The server that is cut off; in front of a bucket there is one more."""
    request.getfixturevalue("valkey_url")
    return request.getfixturevalue(FIXTURES[kind])


def history(kind, url, directory, monkeypatch, *, compares, cut_share, size=SMALL):
    """What each list holds after everything, and what was acknowledged."""
    count, changes, killed = size
    parts = urlsplit(url)
    with cutting_proxy(parts.port, cut_share=cut_share, seed=5) as (port, cuts):
        monkeypatch.setenv(VARIABLES[kind], url.replace(str(parts.port), str(port)))
        workers = [Forked(main, kind, str(directory), f"w{at}", changes, 7 * at - 20, compares) for at in range(count)]
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        said = []
        for worker in random.Random(7).sample(workers, killed):
            said += [worker.stdout.readline() for _ in range(3)]
            worker.kill()
        for worker in workers:
            said += worker.communicate()[0].splitlines()
    monkeypatch.setenv(VARIABLES[kind], url)
    store = OPENERS[kind](directory, RealClock())
    held = {
        f"list-{at}": (store.backend.read(lambda t, at=at: t.get(METADATA, "", f"list-{at}")) or "").split()
        for at in range(LISTS)
    }
    store.close()
    acknowledged = [tuple(line.split()[1:]) for line in said if line.startswith("ack") and len(line.split()) == 3]
    return held, acknowledged, len(cuts)


def faults(held, acknowledged):
    """Acknowledged changes that are not there, and changes that are there more than once."""
    lost = [(where, entry) for where, entry in acknowledged if entry not in held[where]]
    double = [entry for entries in held.values() for entry, times in Counter(entries).items() if times > 1]
    return lost + double


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["valkey", "s3", "tiered"])
def test_nothing_acknowledged_is_lost_or_made_twice(kind, url, tmp_path, monkeypatch, size):
    held, acknowledged, cuts = history(kind, url, tmp_path, monkeypatch, compares=True, cut_share=0.01, size=size)

    count, changes, killed = size
    assert faults(held, acknowledged) == []
    assert len(acknowledged) >= (count - killed) * changes
    assert cuts > 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["valkey", "s3", "tiered"])
def test_the_check_finds_what_a_store_that_does_not_compare_loses(kind, url, tmp_path, monkeypatch):
    held, acknowledged, _ = history(kind, url, tmp_path, monkeypatch, compares=False, cut_share=0.0)

    assert faults(held, acknowledged) != []
