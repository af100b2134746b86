"""A process that follows a log, killed (SIGKILL) at random moments while the source is written to without a rest.

python -m tests.support.follow_kills TRIALS SEED     # prints one line of JSON
"""

import json
import os
import random
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.pipelines.changes import apply_changes, collect_snapshot
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing
from jutong.kernel.clock import SystemClock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import EntryContract, InformationItem
from tests.support.contracts import a_contract
from tests.support.kills import ended, in_child, killed_after
from tests.support.postgresql_cluster import postgresql_cluster

ROWS = 500
POOL = TableName("pool", "killed")


def contract() -> EntryContract:

    items = (
        InformationItem(name="编号", field="id", key=True, required=True, data_type=DataType.INTEGER),
        InformationItem(name="次数", field="times", data_type=DataType.INTEGER),
    )
    return replace(a_contract(), service="killed", items=items, query_keys=(("id",),), rules=())


def landing(lake: Lake, run_id: str) -> Landing:
    return Landing(
        contract=contract(),
        lake=lake,
        mapping=None,
        department="police",
        system="s",
        run_id=run_id,
        clock=SystemClock(),
        progress=lambda _progress: None,
        terms=LandingTerms(),
    )


def follow(folder: Path, url: str, wait_s: float, ready: int | None = None) -> None:
    """Apply what comes until nothing did for `wait_s` seconds; `ready` is written to when it begins."""
    connector = open_connector(
        "postgresql", {"dsn": url, "table": "killed"}, root=folder, limits=ReadLimits()
    )
    with Lake.open(folder / "lake") as lake:
        if not lake.exists(POOL):
            collect_snapshot(landing(lake, "first"), connector, reader="killed")
        if ready is not None:
            os.write(ready, b"!")
        while True:
            try:
                for _ in apply_changes(landing(lake, "follow"), connector, reader="killed", wait_s=wait_s):
                    pass
            except JutongError as error:
                if not error.retryable:  # the server has not noticed yet that the killed reader is gone
                    raise
            else:
                return


def write(url: str, stop: threading.Event, seed: int) -> None:
    """Inserts, updates, deletes and moved keys, several to a transaction."""
    chance, number = random.Random(seed), ROWS
    with psycopg.connect(url) as connection:
        while not stop.is_set():
            for _ in range(chance.randint(1, 20)):
                number += 1
                some = chance.randint(1, number)
                connection.execute(f"INSERT INTO killed VALUES ({number}, 0)")
                connection.execute(f"UPDATE killed SET times = times + 1 WHERE id % 50 = {some % 50}")
                connection.execute(f"DELETE FROM killed WHERE id = {some}")
                connection.execute(f"UPDATE killed SET id = -id WHERE id = {some + 1}")
            connection.commit()
            stop.wait(0.005)


def _killed(work: Callable[[int], None], seconds: float) -> bool:
    """Whether SIGKILL found the child at work, that long after it had begun."""
    reading, writing = os.pipe()
    child = in_child(lambda: work(writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        told.read(1)
    return killed_after(child, seconds)


def through(trials: int, seed: int) -> dict[str, Any]:
    """Kill `trials` followers, let a last one finish; what then differs between source and pool."""
    chance, hits = random.Random(seed), 0
    with postgresql_cluster() as cluster, tempfile.TemporaryDirectory(prefix="jutong-kills-") as name:
        folder = Path(name)
        with psycopg.connect(cluster.url) as connection:
            connection.execute("CREATE TABLE killed (id bigint PRIMARY KEY, times bigint)")
            connection.execute(f"INSERT INTO killed SELECT n, 0 FROM generate_series(1, {ROWS}) n")
        assert ended(in_child(lambda: follow(folder, cluster.url, 0)))
        stop = threading.Event()
        writer = threading.Thread(target=write, args=(cluster.url, stop, seed))
        writer.start()
        try:
            for _ in range(trials):
                hits += _killed(lambda ready: follow(folder, cluster.url, 60, ready), chance.uniform(0, 2.5))
        finally:
            stop.set()
            writer.join()
        finished = ended(in_child(lambda: follow(folder, cluster.url, 0)))
        with psycopg.connect(cluster.url) as connection:
            there = dict(connection.execute("SELECT id, times FROM killed").fetchall())
        with Lake.open(folder / "lake") as lake:
            rows = lake.read(POOL, columns=("id", "times")).to_pylist()
            commits = len(lake.versions(POOL))
    here = {row["id"]: row["times"] for row in rows}
    return {
        "trials": trials,
        "killed_at_work": hits,
        "finished": finished,
        "rows": len(there),
        "commits": commits,
        "lost": len(there.keys() - here.keys()),
        "left_over": len(here.keys() - there.keys()),
        "doubled": len(rows) - len(here),
        "other_values": sum(here[key] != there[key] for key in here.keys() & there.keys()),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(through(int(sys.argv[1]), int(sys.argv[2]))))
