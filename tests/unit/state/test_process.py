"""Whether a process lives, told from a later one with its number."""

import os
import subprocess
import sys

import pytest

from rocky_core.ir.replace import replace
from rocky_core.state.process import Liveness, _liveness_by_signal, is_this_boot, liveness, this_process

HERE = this_process()


def identity_of(pid):
    code = "from rocky_core.state import process; print(process._started(%d))" % pid  # noqa: UP031 — reads as code
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return replace(HERE, pid=pid, started=started)


PROCESSES = {
    "this one": (HERE, Liveness.RUNNING),
    "an earlier one with its number": (replace(HERE, started="1"), Liveness.GONE),
    "one with a number that is not given": (replace(HERE, pid=2**22 + 1), Liveness.GONE),
    "one of another machine": (replace(HERE, host="other"), Liveness.UNKNOWN),
    "one from before this machine started": (replace(HERE, boot="other"), Liveness.UNKNOWN),
    "one of another container": (replace(HERE, pid_namespace="other"), Liveness.UNKNOWN),
}


@pytest.mark.parametrize(("process", "expected"), PROCESSES.values(), ids=PROCESSES)
def test_whether_a_process_lives(process, expected):
    assert liveness(process) is expected


def test_a_process_is_gone_when_it_has_ended_even_if_nobody_has_asked_for_its_result():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = identity_of(child.pid)
    alive = liveness(identity)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # Wait without asking: it stays a zombie.
    zombie = liveness(identity)
    child.communicate()

    assert (alive, zombie, liveness(identity)) == (Liveness.RUNNING, Liveness.GONE, Liveness.GONE)


def test_without_a_process_table_only_the_number_counts():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()

    assert (_liveness_by_signal(os.getpid()), _liveness_by_signal(child.pid)) == (Liveness.RUNNING, Liveness.GONE)


def test_time_is_counted_alike_only_within_one_boot():
    assert (is_this_boot(HERE), is_this_boot(replace(HERE, boot="other"))) == (HERE.boot != "", False)
