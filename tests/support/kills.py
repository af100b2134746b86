"""Many runs killed (SIGKILL) at random points, each gone on with and looked at: what was lost, doubled or stuck.

    python -m tests.support.kills TRIALS SEED      # on the data home named by JUTONG_HOME, filled by `worker_home`

Everything is imported once; each trial forks a worker of its own from this process, which opens no database and
starts no thread itself. Prints one line of JSON: trials, kills that hit a worker at work, faults.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROWS = 3_000


def in_child(work: Callable[[], None]) -> int:
    """Fork a process that does `work` and ends; its id."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  # the parent's own end must not run in the child
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def killed_after(child: int, seconds: float) -> bool:
    """Whether SIGKILL after `seconds` found the child still at work."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def ended(child: int) -> bool:
    """Wait for the child; whether it ended without a fault."""
    return os.waitpid(child, 0)[1] == 0


def through_kills(
    trials: int,
    seed: int,
    *,
    prepare: Callable[[int], None],
    work: Callable[[], None],
    look: Callable[[int], Sequence[str]],
) -> dict[str, Any]:
    """Do `work` once undisturbed to learn how long it takes; then, `trials` times, prepare a delivery, kill the
    process that works on it at a random moment (one in three a second time), let another finish, and look.

    `prepare`, `work` and `look` run in processes of their own; `look` gives what is wrong.
    """
    chance, faults, hits = random.Random(seed), [], 0
    assert ended(in_child(lambda: prepare(0)))
    started = time.monotonic()
    assert ended(in_child(work))
    whole_s = time.monotonic() - started
    for trial in range(1, trials + 1):
        assert ended(in_child(lambda trial=trial: prepare(trial)))
        for _ in range(1 if chance.random() < 2 / 3 else 2):
            hits += killed_after(in_child(work), chance.uniform(0, whole_s))
        if not ended(in_child(work)):
            faults.append(f"trial {trial}: what was left cannot be finished")
        reading, writing = os.pipe()

        def tell(trial: int = trial, writing: int = writing) -> None:
            os.write(writing, json.dumps(list(look(trial))).encode())

        assert ended(in_child(tell))
        os.close(writing)
        with os.fdopen(reading) as answer:
            faults += [f"trial {trial}: {fault}" for fault in json.loads(answer.read())]
    return {"trials": trials, "killed_at_work": hits, "faults": faults, "whole_s": round(whole_s, 2)}


def full_runs(trials: int, seed: int) -> dict[str, Any]:
    """Full collections of the home's one entry through kills."""
    import django

    django.setup()
    from django.conf import settings

    from jutong.control.collection import api as collection
    from jutong.control.directory.api import SYSTEM_ACTOR
    from jutong.dataflow.lake import Lake, TableName
    from jutong.dataflow.serving import open_current
    from jutong.kernel.clock import SystemClock
    from jutong.processes.collection import WORKER, carry_run, serve_version, unserved
    from tests.support.worker_home import SERVICE, write_source

    home, clock, pool = settings.DATA_HOME, SystemClock(), TableName("pool", SERVICE)

    def prepare(trial: int) -> None:
        write_source(Path(home.root), ROWS, first=trial)
        collection.request_run(SYSTEM_ACTOR, SERVICE, clock=clock)

    def work() -> None:
        """What the worker does when it starts: go on, then take what waits, then mend what was not served."""
        for run_id in collection.interrupted_runs(SYSTEM_ACTOR, worker=WORKER):
            carry_run(run_id)
        for run_id in collection.startable_runs(SYSTEM_ACTOR, clock=clock, limit=10):
            carry_run(run_id)
        for service, version in unserved(home).items():
            serve_version(service, version, home=home)

    def look(trial: int) -> list[str]:
        run = collection.runs(SYSTEM_ACTOR, limit=1).rows[0]
        if run.status.value != "succeeded":
            return [f"the run is {run.status.value} {run.error_code} {run.error_detail}"]
        expected = [f"{number:06d}" for number in range(trial, trial + ROWS)]
        with Lake.open(home.lake) as lake:
            codes = sorted(lake.read(pool, columns=["code"]).column("code").to_pylist())
            versions = [one.version for one in lake.versions(pool) if one.run_id == run.run_id]
        served = open_current(home.serving, SERVICE)
        assert served is not None
        with served as snapshot:
            shown = (snapshot.version, snapshot.rows)
        wrong = {
            f"{len(set(expected) - set(codes))} rows lost": bool(set(expected) - set(codes)),
            f"{len(codes) - len(set(codes))} rows doubled": len(codes) != len(set(codes)),
            f"landed {len(versions)} times": versions != [run.version],
            f"served {shown}": shown != (run.version, ROWS),
        }
        return [fault for fault, holds in wrong.items() if holds]

    return through_kills(trials, seed, prepare=prepare, work=work, look=look)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(full_runs(int(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))
